/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/console_print.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "people/times.h"

#define GAP 2 /* blanks between columns */

static void *checked(void *p)
{
  if (p == NULL) {
    (void)fputs("testudo: out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  return p;
}

/* Control characters, those of two bytes (C1) as well. */
static void make_harmless(char *text)
{
  for (unsigned char *p = (unsigned char *)text; *p != '\0'; p++) {
    if (*p < 0x20 || *p == 0x7f)
      *p = '?';
    else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
      p[0] = p[1] = '?';
  }
}

static size_t width(const char *text)
{
  size_t n = 0;
  for (; *text != '\0'; text++)
    n += ((unsigned char)*text & 0xc0) != 0x80;
  return n;
}

/* --- tables --- */

void table_init(struct table *t, size_t columns)
{
  *t = (struct table){.columns = columns};
}

void table_add(struct table *t, const char *text)
{
  if (t->n == t->room) {
    t->room = t->room == 0 ? 64 : 2 * t->room;
    t->cell = checked(reallocarray(t->cell, t->room, sizeof *t->cell));
  }
  t->cell[t->n] = checked(strdup(text[0] == '\0' ? "-" : text));
  make_harmless(t->cell[t->n++]);
}

void table_add_all(struct table *t, const char *const *texts)
{
  for (size_t i = 0; i < t->columns; i++)
    table_add(t, texts[i]);
}

void table_add_number(struct table *t, uint64_t number)
{
  char text[24];
  (void)snprintf(text, sizeof text, "%" PRIu64, number);
  table_add(t, text);
}

void table_add_time(struct table *t, uint64_t unix_s)
{
  char text[TIME_TEXT] = "";
  if (unix_s != 0)
    time_write(unix_s, text);
  table_add(t, text);
}

void table_add_id(struct table *t, const struct uid *id)
{
  char text[TOKEN_TEXT + 1];
  table_add(t, id_text(id, text));
}

static size_t column_width(const struct table *t, size_t column)
{
  size_t most = 0;
  for (size_t i = column; i < t->n; i += t->columns)
    if (width(t->cell[i]) > most)
      most = width(t->cell[i]);
  return most;
}

static void print_rows(const struct table *t)
{
  size_t *widths = checked(calloc(t->columns, sizeof *widths));
  for (size_t i = 0; i < t->columns; i++)
    widths[i] = column_width(t, i);
  for (size_t i = 0; i < t->n; i++) {
    bool last = i % t->columns == t->columns - 1;
    printf("%s%*s", t->cell[i], last ? 0 : (int)(widths[i % t->columns] - width(t->cell[i]) + GAP), "");
    if (last)
      puts("");
  }
  free(widths);
}

void table_print(const struct table *t, const char *nothing)
{
  if (t->n <= t->columns)
    puts(nothing);
  else
    print_rows(t);
}

void table_free(struct table *t)
{
  for (size_t i = 0; i < t->n; i++)
    free(t->cell[i]);
  free(t->cell);
}

/* --- lists --- */

#define PAGE 100 /* rows that are read at once */

static int list_rows(struct console *c, const struct list_kind *kind, const void *of, size_t most, json_t *array,
                     struct table *t)
{
  struct page page = {.most = PAGE};
  uint8_t *rows = checked(calloc(PAGE, kind->row_size));
  size_t n = PAGE;
  int err = 0;
  for (; err == 0 && n == PAGE && page.offset < most; page.offset += n) {
    page.most = most - page.offset < PAGE ? most - page.offset : PAGE;
    err = kind->read(c, of, page, rows, &n);
    for (size_t i = 0; err == 0 && i < n; i++)
      if (array != NULL)
        (void)json_array_append_new(array, kind->to_json(c, rows + i * kind->row_size));
      else
        kind->to_cells(c, rows + i * kind->row_size, t);
  }
  sodium_memzero(rows, PAGE * kind->row_size);
  free(rows);
  return err;
}

int list_print(struct console *c, const struct list_kind *kind, const void *of, size_t most)
{
  json_t *array = console_flag(c, "json") ? json_array() : NULL;
  struct table t;
  table_init(&t, kind->columns);
  table_add_all(&t, kind->header);
  int err = list_rows(c, kind, of, most, array, &t);
  if (err == 0 && array != NULL)
    json_print(json_pack("{sO}", kind->name, array));
  else if (err == 0)
    table_print(&t, kind->nothing);
  json_decref(array);
  table_free(&t);
  return console_store_error(c, err);
}

/* --- single things --- */

void print_field(const char *name, const char *value)
{
  if (value[0] == '\0')
    return;
  char *copy = checked(strdup(value));
  make_harmless(copy);
  printf("%-16s %s\n", name, copy);
  free(copy);
}

void print_time(const char *name, uint64_t unix_s)
{
  char text[TIME_TEXT] = "";
  if (unix_s != 0)
    time_write(unix_s, text);
  print_field(name, text);
}

/* --- JSON --- */

void json_print(json_t *j)
{
  (void)json_dumpf(checked(j), stdout, JSON_INDENT(2));
  puts("");
  json_decref(j);
}

json_t *json_id(const struct uid *id)
{
  char text[TOKEN_TEXT + 1];
  return uid_is_none(id) ? json_null() : json_string(id_text(id, text));
}

json_t *json_time(uint64_t unix_s)
{
  return json_integer((json_int_t)unix_s);
}

json_t *json_text(const char *text)
{
  json_t *j = json_string(text);
  if (j != NULL)
    return j;
  char *copy = checked(strdup(text));
  for (char *p = copy; *p != '\0'; p++)
    if ((unsigned char)*p >= 0x80)
      *p = '?';
  j = json_string(copy);
  free(copy);
  return j;
}

const char *id_text(const struct uid *id, char text[TOKEN_TEXT + 1])
{
  text[0] = '\0';
  if (!uid_is_none(id))
    token_to_text(id->b, sizeof id->b, text);
  return text;
}
