/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series of rooms: a ticket for one is a ticket for all of its rooms. */
#include "people/rules.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/rights.h"
#include "web/api/views.h"

static json_t *series_row_json(struct context *c, const void *row)
{
  (void)c;
  return series_json(row);
}

void endpoint_get_series(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct series)))
    return;
  int err = store_series_list(c->api->store, owner_of_list(c), list.page, list.rows, &list.n);
  list_answer(c, &list, err, "series", series_row_json);
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
  if (!store_did(c, store_series_add(c->api->store, &series)))
    return;
  note_event(c, "series_made", series.title, "");
  answer_json(c->response, 201, series_json(&series));
}
