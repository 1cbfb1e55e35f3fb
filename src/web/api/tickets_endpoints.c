/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tickets of rooms and series: issued one by one or by a table, listed, revoked with effect at once (A5). */
#include <stdio.h>

#include "people/rules.h"
#include "people/tickets.h"
#include "people/times.h"
#include "people/words.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/letters.h"
#include "web/api/rights.h"
#include "web/api/views.h"

/* Mails of one account to people whom it may choose freely: so many at once, then one a minute. */
static const struct rate letter_rate = {.burst = 60, .per_second = 1};
#define LETTERS_SLOWER 60u

/* --- what tickets are for --- */

struct place {
  struct uid room, series; /* one of them */
  char title[TITLE_BYTES];
  enum room_role role;     /* of a ticket that does not say */
};

static bool take_room_place(struct context *c, struct place *p)
{
  struct store_room room;
  if (!take_room(c, &room))
    return false;
  *p = (struct place){.room = room.id, .role = room.kind == ROOM_EVENT ? ROLE_VIEWER : ROLE_PARTICIPANT};
  memcpy(p->title, room.title, TITLE_BYTES);
  return true;
}

static bool take_series_place(struct context *c, struct place *p)
{
  struct series series;
  if (!take_series(c, &series))
    return false;
  *p = (struct place){.series = series.id, .role = ROLE_PARTICIPANT};
  memcpy(p->title, series.title, TITLE_BYTES);
  return true;
}

/* --- listing --- */

static void answer_tickets(struct context *c, const struct place *p)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct ticket)))
    return;
  int err = store_ticket_list(c->api->store, &p->room, &p->series, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "tickets", ticket_row_json);
}

void endpoint_get_room_tickets(struct context *c)
{
  struct place p;
  if (take_room_place(c, &p))
    answer_tickets(c, &p);
}

void endpoint_get_series_tickets(struct context *c)
{
  struct place p;
  if (take_series_place(c, &p))
    answer_tickets(c, &p);
}

/* --- issuing one --- */

/* No single account can fill the table for all. */
static bool may_have_more(struct context *c)
{
  size_t n = 0;
  if (is_administrator(c))
    return true;
  int err = store_ticket_count_of_owner(c->api->store, &c->account.id, &n);
  if (err == 0 && n >= LIMIT_ACCOUNT_TICKETS)
    answer_refusal(c->response, 503, "server_full", "You have as many tickets as one account can. Delete old rooms first.");
  else if (err != 0)
    refuse_store_error(c, err);
  return err == 0 && n < LIMIT_ACCOUNT_TICKETS;
}

static struct ticket ticket_begin(const struct context *c, const struct place *p)
{
  struct ticket t = {.room = p->room, .series = p->series, .role = p->role, .created_s = c->time.now_s};
  char id[UID_TEXT + 1];
  if (c->by == ASKED_BY_KEY)
    (void)snprintf(t.issuer, sizeof t.issuer, "key:%.48s", c->key.name);
  else /* everybody's order numbers are their own */
    (void)snprintf(t.issuer, sizeof t.issuer, TICKET_BY_PAGE ":%s", uid_text(&c->account.id, id));
  return t;
}

static bool take_ticket(struct context *c, struct ticket *t)
{
  struct span email, role = {0}, reference = {0};
  const struct field fields[] = {
    {"email", FIELD_TEXT, &email, EMAIL_BYTES, false, NULL},
    {"role", FIELD_TEXT, &role, 16, true, NULL},
    {"from", FIELD_NUMBER, &t->from_s, TIME_MOST, true, NULL},
    {"until", FIELD_NUMBER, &t->until_s, TIME_MOST, true, NULL},
    {"reference", FIELD_TEXT, &reference, LIMIT_HTTP_BODY, true, NULL},
  };
  if (!FIELDS_TAKE(c, fields))
    return false;
  const struct ticket_text text = {.email = email, .role = role, .reference = reference};
  const char *problem = ticket_read(&text, c->time.now_s, t);
  if (problem != NULL)
    refuse_bad_request(c, "%s", problem);
  return problem == NULL;
}

static bool may_write(struct context *c)
{
  return is_administrator(c) ||
         rate_take(&c->api->letter_rates[rate_place(&c->account.id)], letter_rate, c->time.now_us / LETTERS_SLOWER);
}

static bool is_the_same(const struct ticket *a, const struct ticket *b)
{
  return uid_equal(&a->room, &b->room) && uid_equal(&a->series, &b->series) && strcmp(a->email, b->email) == 0;
}

/* A shop that did not hear the answer asks again with its reference. */
static void issue_ticket(struct context *c, const struct place *p)
{
  struct ticket t = ticket_begin(c, p);
  if (!take_ticket(c, &t) || !may_have_more(c))
    return;
  const struct ticket wanted = t;
  int err = store_ticket_add(c->api->store, &t);
  if (err == ERR_STATE && !is_the_same(&t, &wanted)) {
    answer_refusal(c->response, 409, "conflict", "This reference belongs to the ticket of another person or room.");
    return;
  }
  if (err != 0 && err != ERR_STATE) {
    refuse_store_error(c, err);
    return;
  }
  if (err == 0) {
    note_event(c, "ticket_issued", t.email, p->title);
    if (may_write(c))
      (void)letter_ticket(c->api, words_of_email(c->api, t.email, asker_words(c)), &t, p->title); /* without mail the page shows the ticket to who signs in */
  }
  answer_json(c->response, err == 0 ? 201 : 200, ticket_json(c, &t));
}

void endpoint_post_room_tickets(struct context *c)
{
  struct place p;
  if (take_room_place(c, &p))
    issue_ticket(c, &p);
}

void endpoint_post_series_tickets(struct context *c)
{
  struct place p;
  if (take_series_place(c, &p))
    issue_ticket(c, &p);
}

/* --- a table of them --- */

/* A large one takes the loop a part of a second, in which nobody else is served: an account imports one after the other. */
static const struct rate table_rate = {.burst = 5, .per_second = 1};
#define TABLES_SLOWER 20u

static bool may_import(struct context *c)
{
  if (is_administrator(c) ||
      rate_take(&c->api->table_rates[rate_place(&c->account.id)], table_rate, c->time.now_us / TABLES_SLOWER))
    return true;
  c->response->retry_after_s = TABLES_SLOWER;
  answer_refusal(c->response, 429, "too_many", "Too many tables at once. Please wait a moment.");
  return false;
}

static void import_tickets(struct context *c, const struct place *p)
{
  const struct ticket defaults = ticket_begin(c, p);
  struct ticket_import import;
  char detail[320];
  if (!may_import(c) || !may_have_more(c))
    return;
  int err = ticket_import(c->api->store, c->request->body, &defaults, c->time.now_s, &import);
  if (err == ERR_MALFORMED) {
    (void)snprintf(detail, sizeof detail, "Line %u: %s", import.line, import.problem);
    answer_refusal_with(c->response, 400, "bad_csv", detail, json_pack("{si}", "line", (int)import.line));
    return;
  }
  if (!store_did(c, err))
    return;
  (void)snprintf(detail, sizeof detail, "%zu by a table, %zu were known", import.issued, import.known);
  note_event(c, "tickets_imported", p->title, detail);
  answer_json(c->response, 200, json_pack("{sI sI}", "issued", (json_int_t)import.issued, "known",
                                          (json_int_t)import.known));
}

void endpoint_import_room_tickets(struct context *c)
{
  struct place p;
  if (take_room_place(c, &p))
    import_tickets(c, &p);
}

void endpoint_import_series_tickets(struct context *c)
{
  struct place p;
  if (take_series_place(c, &p))
    import_tickets(c, &p);
}

/* --- revoking --- */

static bool is_issuer_or_above(struct context *c, const struct ticket *t)
{
  struct store_room room;
  struct series series;
  if (is_administrator(c))
    return true;
  if (!uid_is_none(&t->room))
    return store_room_get(c->api->store, &t->room, &room) == 0 && is_owner_or_above(c, &room.owner);
  return store_series_get(c->api->store, &t->series, &series) == 0 && is_owner_or_above(c, &series.owner);
}

void endpoint_delete_ticket(struct context *c)
{
  struct ticket t;
  struct uid id;
  if (!take_uid_parameter(c, 0, &id))
    return;
  int err = store_ticket_get(c->api->store, &id, &t);
  if (err == 0 && !is_issuer_or_above(c, &t))
    err = ERR_NOT_FOUND;
  if (err == 0)
    err = store_ticket_revoke(c->api->store, &id, c->time.now_s);
  if (!store_did(c, err))
    return;
  live_end_ticket(c->api, c->time, &id);
  note_event(c, "ticket_revoked", t.email, t.reference);
  answer_nothing(c->response);
}
