/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series of rooms: a ticket for one is a ticket for all of its rooms. */
#include "people/rules.h"
#include "web/api/endpoints.h"
#include "web/api/rights.h"
#include "web/api/views.h"

void endpoint_get_series(struct context *c)
{
  static const struct uid everybody;
  struct series list[PAGE_MOST + 1];
  struct page page;
  size_t n = 0;
  bool more, all = is_administrator(c) && (c->by == ASKED_BY_KEY || query_flag(c, "all"));
  if (!take_page(c, &page))
    return;
  int err = store_series_list(c->api->store, all ? &everybody : asker_account(c), page, list, &n);
  if (err != 0) {
    refuse_store_error(c, err);
    return;
  }
  json_t *rows = json_array();
  n = page_rows(&page, n, &more);
  for (size_t i = 0; i < n; i++)
    (void)json_array_append_new(rows, series_json(&list[i]));
  answer_list(c, "series", rows, more);
}

static bool may_have_another(struct context *c)
{
  struct series last;
  size_t n = 0;
  if (is_administrator(c))
    return true;
  int err = store_series_list(c->api->store, &c->account.id, (struct page){.offset = LIMIT_ACCOUNT_SERIES - 1, .most = 1},
                              &last, &n);
  if (err == 0 && n > 0)
    answer_refusal(c->response, 503, "server_full", "You have as many series as one account can.");
  else if (err != 0)
    refuse_store_error(c, err);
  return err == 0 && n == 0;
}

void endpoint_post_series(struct context *c)
{
  struct span title;
  const struct field fields[] = {{"title", FIELD_TEXT, &title, LIMIT_HTTP_BODY, false, NULL}};
  struct series series = {.owner = *asker_account(c), .created_s = c->time.now_s};
  if (!FIELDS_TAKE(c, fields))
    return;
  const char *problem = title_problem(title);
  if (problem != NULL) {
    refuse_bad_request(c, "%s", problem);
    return;
  }
  if (!may_have_another(c))
    return;
  memcpy(series.title, title.p, title.n);
  int err = store_series_add(c->api->store, &series);
  if (err != 0) {
    refuse_store_error(c, err);
    return;
  }
  note_event(c, "series_made", series.title, "");
  answer_json(c->response, 201, series_json(&series));
}
