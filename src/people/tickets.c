/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/tickets.h"

#include "auth/email.h"
#include "base/csv.h"
#include "people/rules.h"
#include "people/times.h"
#include "people/words.h"

#define PERSONS_TICKETS 32 /* of one person that are looked at */

/* --- one ticket --- */

static struct span trimmed(struct span s)
{
  while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
    (void)span_skip(&s, 1);
  while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
    s.n--;
  return s;
}

static const char *read_email(struct span text, struct ticket *t)
{
  if (text.n == 0 && t->email[0] == '\0')
    return "The e-mail address is missing. A ticket belongs to one person: say to whom.";
  if (text.n > 0 && email_normalise(text, t->email) != 0)
    return "This is not an e-mail address. Write it such as anna@school.example.";
  return NULL;
}

static const char *read_role(struct span text, struct ticket *t)
{
  if (text.n > 0 && role_of_word(text, &t->role) != 0)
    return "There is no such role. Give viewer, participant or speaker.";
  return NULL;
}

static const char *read_reference(struct span text, struct ticket *t)
{
  const char *problem = reference_problem(text);
  if (problem == NULL && text.n > 0) {
    memset(t->reference, 0, sizeof t->reference);
    memcpy(t->reference, text.p, text.n);
  }
  return problem;
}

const char *ticket_read(const struct ticket_text *text, uint64_t now_s, struct ticket *t)
{
  struct span from = trimmed(text->from), until = trimmed(text->until);
  const char *problem = read_email(trimmed(text->email), t);
  if (problem == NULL)
    problem = read_role(trimmed(text->role), t);
  if (problem == NULL && from.n > 0 && time_read(from, &t->from_s) != 0)
    problem = "The beginning cannot be read. Give " TIME_FORM ".";
  if (problem == NULL && until.n > 0 && time_read(until, &t->until_s) != 0)
    problem = "The end cannot be read. Give " TIME_FORM ".";
  if (problem == NULL)
    problem = read_reference(trimmed(text->reference), t);
  return problem != NULL ? problem : ticket_problem(t, now_s);
}

/* --- tables --- */

/* Where the columns are: the place in a row and 1, or 0 for a column that is not there. */
struct columns {
  size_t n, email, role, from, until, reference;
};

static bool is_word(struct span s, const char *word)
{
  if (s.n != strlen(word))
    return false;
  for (size_t i = 0; i < s.n; i++)
    if ((s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]) != word[i])
      return false;
  return true;
}

static size_t *column_of(struct columns *c, struct span name)
{
  const struct {
    const char *name;
    size_t *place;
  } known[] = {
    {"email", &c->email}, {"role", &c->role}, {"from", &c->from}, {"until", &c->until}, {"reference", &c->reference}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (is_word(name, known[i].name))
    return known[i].place;
  return NULL;
}

static const char *read_header(const struct csv_row *row, struct columns *c)
{
  *c = (struct columns){.n = row->n};
  for (size_t i = 0; i < row->n; i++) {
    size_t *place = column_of(c, trimmed(row->field[i]));
    if (place == NULL)
    return "This column is not known. The first line names the columns: email, and as wished role, from, until, "
           "reference.";
    if (*place != 0)
    return "A column is named twice. Keep one.";
    *place = i + 1;
  }
  return c->email != 0 ? NULL : "The column email is missing in the first line. A ticket belongs to one person.";
}

static struct span field(const struct csv_row *row, size_t place)
{
  return place == 0 ? span_of(NULL, 0) : row->field[place - 1];
}

static const char *read_row(const struct csv_row *row, const struct columns *c, uint64_t now_s, struct ticket *t)
{
  const struct ticket_text text = {.email = field(row, c->email),
                                   .role = field(row, c->role),
                                   .from = field(row, c->from),
                                   .until = field(row, c->until),
                                   .reference = field(row, c->reference)};
  if (row->n != c->n)
    return "This line has not as many fields as the first one. Put quotes around a field that has a comma or "
           "semicolon.";
  t->email[0] = '\0'; /* each row names its own */
  return ticket_read(&text, now_s, t);
}

/* --- into the store --- */

static bool is_for_the_same(const struct ticket *a, const struct ticket *b)
{
  return uid_equal(&a->room, &b->room) && uid_equal(&a->series, &b->series) && strcmp(a->email, b->email) == 0;
}

/* Whether the person has the same ticket: so that a table without references can be imported again. */
static int find_same(struct store *st, const struct ticket *t, bool *same)
{
  static const struct page page = {.most = PERSONS_TICKETS};
  struct ticket list[PERSONS_TICKETS];
  size_t n;
  int err = store_ticket_list_for(st, t->email, &t->room, &t->series, page, list, &n);
  *same = false;
  for (size_t i = 0; err == 0 && i < n && !*same; i++)
    *same = is_for_the_same(&list[i], t) && list[i].role == t->role && list[i].from_s == t->from_s &&
            list[i].until_s == t->until_s && list[i].revoked_s == 0;
  return err;
}

static int issue(struct store *st, struct ticket *t, struct ticket_import *import)
{
  const struct ticket wanted = *t;
  bool same = false;
  int err = t->reference[0] == '\0' ? find_same(st, t, &same) : 0;
  if (err == 0 && !same)
    err = store_ticket_add(st, t);
  if (err == ERR_STATE && !is_for_the_same(t, &wanted)) {
    import->problem = "This reference belongs to the ticket of another person or room. Give each ticket its own.";
    return ERR_MALFORMED;
  }
  if (err == ERR_STATE)
    same = true;
  else if (err != 0)
    return err;
  import->known += same;
  import->issued += !same;
  return 0;
}

static const char *csv_problem(int err)
{
  return err == ERR_LIMIT ? "This line is too long, or has too many fields."
                          : "This line is not in the form of CSV: a quote is not closed, or stands within a field.";
}

static int import_rows(struct store *st, struct csv *csv, const struct ticket *defaults, uint64_t now_s,
                       struct ticket_import *import)
{
  struct csv_row row;
  struct columns columns;
  int err = csv_next(csv, &row);
  if (err == ERR_NOT_FOUND)
    import->problem = "The table is empty. Its first line names the columns, such as email.";
  else if (err != 0)
    import->problem = csv_problem(err);
  else
    import->problem = read_header(&row, &columns);
  while (import->problem == NULL && (err = csv_next(csv, &row)) == 0) {
    struct ticket t = *defaults;
    import->problem = read_row(&row, &columns, now_s, &t);
    if (import->problem == NULL && (err = issue(st, &t, import)) != 0)
      return err;
  }
  if (import->problem == NULL && err != ERR_NOT_FOUND)
    import->problem = csv_problem(err);
  return import->problem == NULL ? 0 : ERR_MALFORMED;
}

int ticket_import(struct store *st, struct span table, const struct ticket *defaults, uint64_t now_s,
                  struct ticket_import *import)
{
  struct csv csv;
  bool whole;
  *import = (struct ticket_import){.line = 1};
  if (csv_init(&csv, table) != 0) {
    import->problem = "The table is too large. Divide it into several.";
    return ERR_MALFORMED;
  }
  int err = store_part_begin(st, &whole);
  if (err != 0)
    return err;
  err = store_part_end(st, whole, import_rows(st, &csv, defaults, now_s, import));
  import->line = csv.line > 0 ? csv.line : 1;
  return err;
}
