/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/lists.h"

#include <sodium.h>
#include <stdlib.h>

/* Decimal digits alone, at most `most`; `value` stays as it is when there are none. */
static bool take_number(struct span text, size_t most, size_t *value)
{
  size_t v = 0;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] < '0' || text.p[i] > '9')
      return false;
    v = v * 10 + (size_t)(text.p[i] - '0');
    if (v > most)
      return false;
  }
  if (text.n > 0)
    *value = v;
  return true;
}

static bool take_page(struct context *c, struct page *page)
{
  size_t offset = 0, most = PAGE_USUAL;
  if (!take_number(query_argument(c, "offset"), 10000000, &offset) ||
      !take_number(query_argument(c, "most"), PAGE_MOST, &most) || most == 0) {
    refuse_bad_request(c, "offset is a number, and most is one from 1 to %u.", PAGE_MOST);
    return false;
  }
  *page = (struct page){.offset = offset, .most = most + 1};
  return true;
}

bool list_begin(struct context *c, struct list *list, size_t row_bytes)
{
  *list = (struct list){.row_bytes = row_bytes};
  if (!take_page(c, &list->page))
    return false;
  list->rows = calloc(list->page.most, row_bytes);
  if (list->rows == NULL)
    refuse_trouble(c);
  return list->rows != NULL;
}

static json_t *list_json(struct context *c, const struct list *list, const char *name, list_view *view)
{
  bool more = list->n == list->page.most;
  size_t shown = more ? list->n - 1 : list->n;
  json_t *rows = json_array();
  for (size_t i = 0; i < shown; i++)
    (void)json_array_append_new(rows, view(c, (const uint8_t *)list->rows + i * list->row_bytes));
  return json_pack("{so sb}", name, rows, "more", more);
}

void list_answer_with(struct context *c, struct list *list, int err, const char *name, list_view *view, json_t *also)
{
  if (err != 0) {
    refuse_store_error(c, err);
  } else {
    json_t *answer = list_json(c, list, name, view);
    (void)json_object_update_missing(answer, also);
    answer_json(c->response, 200, answer);
  }
  json_decref(also);
  sodium_memzero(list->rows, list->page.most * list->row_bytes);
  free(list->rows);
  *list = (struct list){0};
}

void list_answer(struct context *c, struct list *list, int err, const char *name, list_view *view)
{
  list_answer_with(c, list, err, name, view, NULL);
}
