/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that are one page of a list (docs/API.md, section 1): ?offset=&most=, and {"NAME": [...], "more": bool}. */
#ifndef TESTUDO_WEB_API_LISTS_H
#define TESTUDO_WEB_API_LISTS_H

#include "web/api/context.h"

#define PAGE_USUAL 50u
#define PAGE_MOST 200u

/* One page, from the query to the answer: begun, read by one of the store's lists into `rows` and `n`, answered. */
struct list {
  struct page page; /* has one row more than is shown, by which "more" is known */
  void *rows;
  size_t n;
  size_t row_bytes;
};

/* What one row looks like: a new object, or NULL for a row that is not shown. */
typedef json_t *list_view(struct context *c, const void *row);

/* Takes the page that is asked for and the memory for its rows, or gives the refusal. After true list_answer has to
 * follow. */
bool list_begin(struct context *c, struct list *list, size_t row_bytes);

/* The end of the list: wipes its rows, which may hold secrets. `err` is what the store said. */
void list_answer(struct context *c, struct list *list, int err, const char *name, list_view *view);

/* The same with more fields beside the rows; takes over `also`. */
void list_answer_with(struct context *c, struct list *list, int err, const char *name, list_view *view, json_t *also);

#endif
