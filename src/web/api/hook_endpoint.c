/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Webhooks: a payment provider tells who has paid and who has taken the money back (A5). Whoever asks must have signed the
 * body with the hook's secret within the last minutes; each event counts once, in one change with what it does. */
#include <sodium.h>
#include <stdio.h>

#include "people/tokens.h"
#include "web/api/endpoints.h"
#include "web/api/hook_message.h"
#include "web/api/letters.h"
#include "web/api/views.h"

/* Of one hook, after its signature was right: nobody else can use it up. */
static const struct rate hook_rate = {.burst = 300, .per_second = 20};

/* --- who asks --- */

/* The hook that the path names, or one that nobody has: what follows takes as long. */
static bool find_hook(struct context *c, struct webhook *w)
{
  struct uid id;
  bool known = uid_parse(c->parameter[0], &id) == 0 && store_webhook_get(c->api->store, &id, w) == 0 && w->revoked_s == 0;
  if (known)
    return true;
  *w = (struct webhook){0};
  random_fill(&c->api->random, w->secret, sizeof w->secret);
  return false;
}

static bool is_signed(struct context *c, const struct webhook *w)
{
  struct hook_signature s;
  char secret[WEBHOOK_SECRET_TEXT + 1];
  if (hook_signature_parse(c->request->signature, &s) != 0)
    return false;
  webhook_secret_write(w->secret, secret);
  bool fits = hook_signature_fits(&s, span_str(secret), c->request->body);
  sodium_memzero(secret, sizeof secret);
  uint64_t off = s.time_s > c->time.now_s ? s.time_s - c->time.now_s : c->time.now_s - s.time_s;
  return fits && off <= HOOK_TOLERANCE_S;
}

static bool take_rate(struct context *c, const struct webhook *w)
{
  if (rate_take(&c->api->hook_rates[rate_place(&w->id)], hook_rate, c->time.now_us))
    return true;
  c->response->retry_after_s = 1;
  answer_refusal(c->response, 429, "too_many", "Too many events at once. Please send this one again in a moment.");
  return false;
}

static bool admit(struct context *c, struct webhook *w)
{
  bool known = find_hook(c, w), right = is_signed(c, w);
  if (known && right)
    return take_rate(c, w);
  answer_refusal(c->response, 401, "bad_signature",
                 "There is no such webhook, or the signature is not its own, or its time is too far off.");
  return false;
}

/* --- what it does --- */

struct work {
  struct webhook hook;
  struct hook_event event;
  struct ticket ticket; /* that was issued or revoked */
  bool made;            /* new, and not known before */
  const char *problem;
};

static int fail(struct work *w, const char *problem)
{
  w->problem = problem;
  return ERR_MALFORMED;
}

/* A hook that is for one room or series issues for nothing else, whatever the event says. */
static int find_place(struct context *c, struct work *w)
{
  const struct webhook *h = &w->hook;
  struct hook_event *e = &w->event;
  struct store_room room;
  struct series series;
  bool bound = !uid_is_none(&h->room) || !uid_is_none(&h->series), said = !uid_is_none(&e->room) || !uid_is_none(&e->series);
  if (bound && said && (!uid_equal(&h->room, &e->room) || !uid_equal(&h->series, &e->series)))
    return fail(w, "This webhook is for another room or series.");
  if (!bound && !said)
    return fail(w, "The event must name a room or a series: this webhook is for none by itself.");
  e->ticket.room = bound ? h->room : e->room;
  e->ticket.series = bound ? h->series : e->series;
  if (!uid_is_none(&e->ticket.series))
    return store_series_get(c->api->store, &e->ticket.series, &series) == 0 ? 0 : fail(w, "There is no such series.");
  if (store_room_get(c->api->store, &e->ticket.room, &room) != 0)
    return fail(w, "There is no such room.");
  if (!e->has_role && room.kind == ROOM_EVENT)
    e->ticket.role = ROLE_VIEWER;
  return 0;
}

static bool is_the_same(const struct ticket *a, const struct ticket *b)
{
  return uid_equal(&a->room, &b->room) && uid_equal(&a->series, &b->series) && strcmp(a->email, b->email) == 0;
}

static int issue(struct context *c, struct work *w)
{
  w->ticket = w->event.ticket;
  int err = store_ticket_add(c->api->store, &w->ticket);
  w->made = err == 0;
  if (err == ERR_STATE)
    return is_the_same(&w->ticket, &w->event.ticket)
               ? 0
               : fail(w, "This reference belongs to the ticket of another person or room.");
  return err;
}

static int revoke(struct context *c, struct work *w)
{
  int err = store_ticket_by_reference(c->api->store, w->event.ticket.issuer, w->event.ticket.reference, &w->ticket);
  if (err == ERR_NOT_FOUND || (err == 0 && !is_the_same(&w->ticket, &w->event.ticket)))
    return fail(w, "There is no ticket of this reference for this person. Send the event again after it was issued.");
  return err != 0 ? err : store_ticket_revoke(c->api->store, &w->ticket.id, c->time.now_s);
}

static int work_within(struct context *c, struct work *w)
{
  struct ticket *t = &w->event.ticket;
  int err = store_webhook_event(c->api->store, &w->hook.id, w->event.id, c->time.now_s);
  if (err != 0)
    return err;
  (void)snprintf(t->issuer, sizeof t->issuer, "webhook:%.48s", w->hook.name);
  t->created_s = c->time.now_s;
  err = find_place(c, w);
  if (err != 0)
    return err;
  err = w->event.type == HOOK_ISSUE ? issue(c, w) : revoke(c, w);
  if (err == 0)
    note_server_event(c->api, c->time.now_s, t->issuer, w->event.type == HOOK_ISSUE ? "ticket_issued" : "ticket_revoked",
                      t->email, t->reference);
  return err;
}

static int work_at_once(struct context *c, struct work *w)
{
  int err = store_begin(c->api->store);
  if (err != 0)
    return err;
  err = work_within(c, w);
  if (err == 0)
    return store_commit(c->api->store);
  store_rollback(c->api->store);
  return err;
}

static void after(struct context *c, const struct work *w)
{
  char title[TITLE_BYTES];
  title_of_ticket(c->api, &w->ticket, title);
  if (w->event.type == HOOK_REVOKE)
    live_end_ticket(c->api, c->time, &w->ticket.id);
  else if (w->made)
    (void)letter_ticket(c->api, words_of_email(c->api, w->ticket.email, asker_words(c)), &w->ticket, title);
}

static void answer_work(struct context *c, struct work *w, int err)
{
  if (err == 0) {
    after(c, w);
    answer_json(c->response, 200, json_pack("{sb so}", "repeated", false, "ticket", uid_json(&w->ticket.id)));
  } else if (err == ERR_REPLAY) {
    answer_json(c->response, 200, json_pack("{sb}", "repeated", true));
  } else if (err == ERR_MALFORMED) {
    answer_refusal(c->response, 400, "bad_event", w->problem);
  } else {
    refuse_store_error(c, err);
  }
}

void endpoint_post_hook(struct context *c)
{
  struct work w = {0};
  char problem[HOOK_PROBLEM];
  if (admit(c, &w.hook)) {
    if (hook_event_parse(c->request->body, c->time.now_s, &w.event, problem) != 0)
      answer_refusal(c->response, 400, "bad_event", problem);
    else
      answer_work(c, &w, work_at_once(c, &w));
  }
  sodium_memzero(&w, sizeof w);
}
