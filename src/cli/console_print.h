/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What commands print: tables for people, JSON for scripts. Texts that came from outside are shown without anything
 * that a terminal would obey. When memory ends, the program does. */
#ifndef TESTUDO_CLI_CONSOLE_PRINT_H
#define TESTUDO_CLI_CONSOLE_PRINT_H

#include <jansson.h>

#include "cli/console.h"
#include "web/token.h"

/* Columns as wide as they must be; the first row is the header. */
struct table {
  size_t columns, n, room;
  char **cell;
};

void table_init(struct table *t, size_t columns);
/* The next cell, row by row; copied. "" is shown as "-". */
void table_add(struct table *t, const char *text);
void table_add_all(struct table *t, const char *const *texts); /* one row */
void table_add_number(struct table *t, uint64_t number);
void table_add_time(struct table *t, uint64_t unix_s); /* in UTC; 0: "-" */
void table_add_id(struct table *t, const struct uid *id);
/* `nothing` when there is no row but the header. */
void table_print(const struct table *t, const char *nothing);
void table_free(struct table *t);

/* --- lists: a table, or JSON with --json --- */

struct list_kind {
  const char *name;    /* in JSON: "rooms" */
  const char *nothing; /* said instead of an empty table */
  const char *const *header;
  size_t columns;
  size_t row_size;
  /* A page of rows; `of` is what list_print was given. */
  int (*read)(struct console *c, const void *of, struct page page, void *rows, size_t *n);
  json_t *(*to_json)(struct console *c, const void *row);
  void (*to_cells)(struct console *c, const void *row, struct table *t);
};

/* At most so many rows, page by page; rows are wiped. Returns the exit code: told. */
int list_print(struct console *c, const struct list_kind *kind, const void *of, size_t most);
#define LIST_ALL SIZE_MAX

/* --- single things --- */

/* "NAME: VALUE", for what a command shows of one thing; "" is left out. */
void print_field(const char *name, const char *value);
void print_time(const char *name, uint64_t unix_s);

/* Prints it with its parts on lines of their own, and frees it. */
void json_print(json_t *j);
json_t *json_id(const struct uid *id); /* null for none */
json_t *json_time(uint64_t unix_s);
json_t *json_text(const char *text); /* also of bytes that are not UTF-8: they become '?' */

const char *id_text(const struct uid *id, char text[TOKEN_TEXT + 1]);

#endif
