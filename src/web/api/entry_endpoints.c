/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meetings' doors: who may enter, with what entry, and the socket that it opens (A2, A4, A5, A6). */
#include <sodium.h>
#include <stdlib.h>

#include "people/care.h"
#include "people/words.h"
#include "web/admission.h"
#include "web/api/access.h"
#include "web/api/endpoints.h"
#include "web/api/rights.h"
#include "web/api/room_host.h"
#include "web/names.h"

#define SIGNAL_PROTOCOL "testudo.v1"
#define TICKETS_MOST 64 /* of one person for one room that are looked at */

/* A browser is its key: that outlives cookies and the names under which somebody comes back. */
static void browser_of_session(const struct session *session, struct browser *browser)
{
  crypto_hash_sha256(browser->hash, session->key, sizeof session->key);
}

/* --- the host link --- */

void endpoint_post_host(struct context *c)
{
  struct span token;
  const struct field fields[] = {{"token", FIELD_TEXT, &token, 64, false, NULL}};
  uint8_t address[TOKEN_BYTES];
  char text[TOKEN_TEXT + 1];
  struct browser browser;
  if (!FIELDS_TAKE(c, fields))
    return;
  if (host_link_use(&c->api->host_link, token) != 0) {
    answer_refusal(c->response, 410, "link_used", "This host link was used already, or a newer one has replaced it.");
    return;
  }
  browser_of_session(&c->session, &browser);
  if (rooms_create(c->api->rooms, c->time.now_us, &browser, address) == 0) {
    token_to_text(address, sizeof address, text);
    answer_json(c->response, 201, json_pack("{ss}", "room", text));
  } else {
    answer_refusal(c->response, 503, "server_full", "The server holds as many meetings as it can.");
  }
  api_open_host_link(c->api);
}

/* --- what is known before somebody comes in --- */

struct visit {
  struct uid address;
  bool stored, live;
  struct store_room room;
  uint64_t live_room;
  struct browser browser;
  struct ticket tickets[TICKETS_MOST];
  struct admission_facts facts;
  struct admission admission;
};

/* The person's tickets for this room or its series. */
static int find_tickets(struct context *c, struct visit *v, const char *email)
{
  v->facts.tickets = v->tickets;
  return store_ticket_list_for(c->api->store, email, &v->room.id, &v->room.series, (struct page){.most = TICKETS_MOST},
                               v->tickets, &v->facts.tickets_n);
}

static int find_rights(struct context *c, struct visit *v)
{
  const char *email = admission_email(&c->session, v->facts.account);
  if (!v->stored || email[0] == '\0')
    return 0;
  int err = store_member_find(c->api->store, &v->address, email, &v->facts.member);
  v->facts.is_member = err == 0;
  return err != 0 && err != ERR_NOT_FOUND ? err : find_tickets(c, v, email);
}

static int find_room(struct context *c, struct visit *v)
{
  v->live = rooms_find(c->api->rooms, v->address.b, &v->live_room) == 0 &&
            !rooms_is_call_of_others(c->api->rooms, v->live_room, &c->session.account);
  int err = store_room_get(c->api->store, &v->address, &v->room);
  v->stored = err == 0;
  if (v->stored && c->api->site.high_care)
    care_raise(&v->room.policy);
  return err == ERR_NOT_FOUND && v->live ? 0 : err;
}

/* Everything that the decision needs, and the decision. ERR_NOT_FOUND: there is no room of this address. */
static int make_visit(struct context *c, const struct uid *address, struct visit *v)
{
  *v = (struct visit){.address = *address};
  int err = find_room(c, v);
  if (err != 0)
    return err;
  browser_of_session(&c->session, &v->browser);
  v->facts = (struct admission_facts){
    .room = v->stored ? &v->room : NULL, .session = &c->session, .account = c->has_account ? &c->account : NULL,
    .hosts_by_link = v->live && rooms_is_host(c->api->rooms, v->live_room, &v->browser),
    .can_verify_email = c->api->site.mail, .high_care = c->api->site.high_care, .now_s = c->time.now_s};
  err = find_rights(c, v);
  if (err == 0)
    v->admission = admission_decide(&v->facts);
  return err;
}

/* The same for the room that the path names, or the refusal. */
static bool take_visit(struct context *c, struct visit *v)
{
  struct uid address;
  int err = uid_parse(c->parameter[0], &address) != 0 ? ERR_NOT_FOUND : make_visit(c, &address, v);
  if (err == ERR_NOT_FOUND)
    answer_refusal(c->response, 404, "no_room", "There is no such meeting, or it has ended.");
  else if (err != 0)
    refuse_trouble(c);
  return err == 0;
}

/* Told beforehand, so that nobody expects a door where there is none: who comes straight in is seen and heard. */
static bool waits(const struct context *c, const struct visit *v)
{
  const struct entry_grant grant = {.room = v->live_room, .browser = v->browser, .who = v->admission.who};
  if (v->live)
    return rooms_waits(c->api->rooms, c->time.now_us, &grant);
  return v->room.policy.waiting_room && !grant.who.door_open && grant.who.role < AS_COHOST;
}

/* What somebody should hear before devices are asked for: that the live meeting is closed to them whatever they do. NULL: it is
 * not. */
static const char *closed_to(const struct context *c, const struct visit *v)
{
  const struct entry_grant grant = {.room = v->live_room, .browser = v->browser, .who = v->admission.who};
  if (!v->live)
    return NULL;
  if (rooms_is_banned(c->api->rooms, &grant))
    return "banned";
  return rooms_may_enter(c->api->rooms, c->time.now_us, &grant) == ERR_AGAIN ? "locked" : NULL;
}

void endpoint_get_room(struct context *c)
{
  struct visit v;
  char text[UID_TEXT + 1];
  if (!take_visit(c, &v))
    return;
  bool admitted = v.admission.status == 0;
  const char *why = admitted ? closed_to(c, &v) : v.admission.code;
  answer_json(c->response, 200,
              json_pack("{ss ss ss ss sb ss? sI sI sb sb sb ss so}", "room", uid_text(&v.address, text), "title",
                        v.stored ? v.room.title : "", "kind", kind_word(v.stored ? v.room.kind : ROOM_OPEN), "role",
                        admitted ? role_name(v.admission.who.role) : "none", "may_enter", why == NULL, "why", why,
                        "from", (json_int_t)v.admission.from_s, "until", (json_int_t)v.admission.until_s, "needs_name",
                        !c->has_account,
                        "waits", why == NULL && waits(c, &v), "recorded",
                        why == NULL && v.live && rooms_is_recorded(c->api->rooms, &v.address), "care",
                        c->api->site.high_care ? "high" : "usual", "host",
                        why == NULL ? room_host_json(c, v.stored ? &v.room : NULL, v.live ? v.live_room : 0)
                                    : json_null()));
}

/* --- entries --- */

/* Text that hides nothing, in letters that go together (B3, A6). */
static bool take_name(struct context *c, struct span name, struct entry_grant *grant)
{
  const struct likeness *likeness = c->api->likeness;
  if (name_check(name) != 0 || likeness_skeleton(likeness, name, grant->likeness) != 0) {
    answer_refusal(c->response, 400, "bad_name",
                   "A name has 1 to 96 bytes of visible text, without characters that cannot be seen.");
    return false;
  }
  if (likeness_check_scripts(likeness, name) != 0) {
    answer_refusal(c->response, 400, "bad_name",
                   "The letters of a name belong to one writing system: here some could be taken for others.");
    return false;
  }
  grant->name_n = (uint8_t)name.n;
  memcpy(grant->name, name.p, name.n);
  return true;
}

static void refuse_meeting(struct http_response *s, int err, bool banned)
{
  if (err == ERR_NOT_FOUND)
    answer_refusal(s, 404, "no_room", "There is no such meeting, or it has ended.");
  else if (err == ERR_STATE)
    answer_refusal(s, 409, "nothing_to_resume", "Your place in this meeting is no longer kept. Please join again.");
  else if (err == ERR_REFUSED && banned)
    answer_refusal(s, 403, "banned", "The host has closed this meeting for this browser.");
  else if (err == ERR_AGAIN)
    answer_refusal(s, 423, "locked", "The meeting is locked: nobody new comes in.");
  else if (err == ERR_REFUSED)
    answer_refusal(s, 403, "refused", "The host has refused you several times. You can ask again in ten minutes.");
  else
    answer_refusal(s, 503, "room_full", "The meeting is full. Please try again later.");
}

static void refuse_admission(struct context *c, const struct admission *a)
{
  json_t *more = NULL;
  if (a->from_s != 0 || a->until_s != 0)
    more = json_pack("{sI sI}", "from", (json_int_t)a->from_s, "until", (json_int_t)a->until_s);
  answer_refusal_with(c->response, a->status, a->code, a->detail, more);
}

/* Written by hand: a JSON library would leave copies of the codeword in freed memory. */
static void answer_entry(struct http_response *s, struct entry_secrets *secrets)
{
  char entry[TOKEN_TEXT + 1], codeword[SECRET_TEXT + 1];
  struct writer w = writer_of(s->buffer, sizeof s->buffer);
  token_to_text(secrets->entry, sizeof secrets->entry, entry);
  token_to_text(secrets->codeword, sizeof secrets->codeword, codeword);
  put_fmt(&w, "{\"entry\":\"%s\",\"codeword\":\"%s\"}", entry, codeword);
  answer_begin(s, 201, "application/json", "no-store");
  s->body = writer_span(&w);
  sodium_memzero(codeword, sizeof codeword);
  sodium_memzero(secrets, sizeof *secrets);
}

/* Nobody seems to be the host or the server (A6); a host may say so. Who resumes has the name that the stay has. */
static bool refuse_role_name(struct context *c, const struct entry_grant *grant)
{
  if (grant->resume || grant->who.role >= AS_COHOST ||
      !likeness_is_role(c->api->likeness, span_of(grant->name, grant->name_n)))
    return false;
  answer_refusal(c->response, 400, "name_imitates", "A name must not look like a role in the meeting or the server.");
  return true;
}

/* Nor somebody who is there. */
static bool refuse_taken_name(struct context *c, const struct entry_grant *grant)
{
  if (grant->resume || !rooms_name_is_taken(c->api->rooms, grant))
    return false;
  answer_refusal(c->response, 409, "name_taken",
                 "Somebody with this name, or one that looks like it, is in the meeting already. Add your surname or "
                 "a number.");
  return true;
}

/* A stored room that nobody is in becomes live, with those who are banned from it. */
static int open_room(struct context *c, struct visit *v)
{
  struct room_plan plan = {.id = v->address, .stored = true, .kind = v->room.kind, .policy = v->room.policy};
  struct ban *bans = calloc(LIMIT_ROOM_BANS, sizeof *bans);
  if (bans == NULL)
    return ERR_NOMEM;
  memcpy(plan.title, v->room.title, sizeof plan.title);
  plan.bans = bans;
  int err = store_ban_list(c->api->store, &v->address, (struct page){.most = LIMIT_ROOM_BANS}, bans, &plan.bans_n);
  if (err == 0)
    err = rooms_open(c->api->rooms, c->time.now_us, &plan, &v->live_room);
  v->live = err == 0;
  free(bans);
  return err;
}

/* One device at a time. Who was before on another one and has left it simply goes on here; who is still in there is
 * asked, and that device told. */
static bool use_ticket(struct context *c, const struct admission *a, bool take_over)
{
  struct rooms *rooms = c->api->rooms;
  const struct uid *id = &a->ticket->id;
  bool elsewhere = !uid_is_none(&a->ticket->session) && !uid_equal(&a->ticket->session, &c->session.id);
  bool in = elsewhere && rooms_ticket_is_in(rooms, id);
  int err = store_ticket_use(c->api->store, id, &c->session.id, take_over || !in, c->time.now_s);
  if (err == 0 && in)
    (void)rooms_end_ticket(rooms, rooms_time_of(c), id, "taken_over", "You went on on another device.");
  if (err == 0 && elsewhere)
    entries_withdraw(&c->api->entries, id); /* that were given out for that device and not used yet */
  if (err == 0 && elsewhere)
    note_event(c, "ticket_taken_over", a->ticket->email, "The ticket's owner went on on another device.");
  if (err == ERR_STATE)
    answer_refusal(c->response, 409, "ticket_in_use",
                   "Your ticket is in use on another device. You can go on here; that device then leaves the meeting.");
  else if (err == ERR_REFUSED)
    answer_refusal(c->response, 403, "ticket_revoked", "Your ticket was taken back. Ask whoever you have it from.");
  else if (err != 0)
    refuse_trouble(c);
  return err == 0;
}

/* The newest wait, so that those who are in notice nothing (A12). */
static bool refuse_for_now(struct context *c, const struct entry_grant *grant)
{
  unsigned wait_s = rooms_must_wait(c->api->rooms, c->time.now_us, grant);
  if (wait_s == 0)
    return false;
  c->response->retry_after_s = wait_s;
  answer_refusal_with(c->response, 503, "server_busy",
                      "This server is full at the moment. Please come again in a few seconds.",
                      json_pack("{si}", "retry_after", (int)wait_s));
  return true;
}

struct wish {
  struct span name;
  bool resume, take_over;
};

static void grant_entry(struct context *c, struct visit *v, struct entry_grant *grant, const struct wish *wish)
{
  struct entry_secrets secrets;
  struct span name = span_of(grant->name, grant->name_n);
  grant->room = v->live_room;
  grant->browser = v->browser;
  grant->who = v->admission.who;
  grant->who.has_account_name = c->has_account && span_equal(name, span_str(c->account.name));
  device_of_session(c->api, &c->session, grant->who.device);
  int err = rooms_may_enter(c->api->rooms, c->time.now_us, grant);
  if (err != 0) {
    refuse_meeting(c->response, err, rooms_is_banned(c->api->rooms, grant));
    return;
  }
  if (refuse_for_now(c, grant))
    return;
  /* the name is looked at last: on the device that is taken over from, the same person has it */
  if (refuse_role_name(c, grant) || (v->admission.ticket != NULL && !use_ticket(c, &v->admission, wish->take_over)) ||
      refuse_taken_name(c, grant))
    return;
  if (entries_issue(&c->api->entries, c->time.now_us, grant, &secrets) == 0)
    answer_entry(c->response, &secrets);
  else
    refuse_meeting(c->response, ERR_LIMIT, false);
}

void endpoint_post_entry(struct context *c)
{
  struct wish wish = {0};
  const struct field fields[] = {
    {"name", FIELD_TEXT, &wish.name, LIMIT_HTTP_BODY, false, NULL},
    {"resume", FIELD_BOOL, &wish.resume, 0, true, NULL},
    {"take_over", FIELD_BOOL, &wish.take_over, 0, true, NULL},
  };
  struct visit v;
  if (!FIELDS_TAKE(c, fields))
    return;
  struct entry_grant grant = {.origin = c->origin, .resume = wish.resume};
  if (!take_name(c, wish.name, &grant) || !take_visit(c, &v))
    return;
  if (v.admission.status != 0)
    refuse_admission(c, &v.admission);
  else if (!v.live && open_room(c, &v) != 0)
    refuse_meeting(c->response, ERR_LIMIT, false);
  else
    grant_entry(c, &v, &grant, &wish);
}

/* --- the line --- */

void endpoint_post_line(struct context *c)
{
  struct entry_grant grant = {.origin = c->origin, .line = true};
  struct entry_secrets secrets;
  browser_of_session(&c->session, &grant.browser);
  grant.who.session = c->session.id;
  grant.who.account = c->account.id;
  if (entries_issue(&c->api->entries, c->time.now_us, &grant, &secrets) == 0)
    answer_entry(c->response, &secrets);
  else
    answer_refusal(c->response, 503, "server_full", "The server holds as many pages as it can. Please try again later.");
}

/* --- the socket --- */

static bool session_holds(const struct context *c, const struct identity *who)
{
  const struct session *s = &c->session;
  return uid_equal(&who->session, &s->id) && uid_equal(&who->account, &s->account) &&
         !session_is_expired(&c->api->times, s, c->time.now_s) && !session_is_locked(&c->api->times, s, c->time.now_s);
}

static bool account_holds(struct context *c)
{
  c->has_account = !uid_is_none(&c->session.account);
  return !c->has_account ||
         (store_account_get(c->api->store, &c->session.account, &c->account) == 0 && !c->account.disabled);
}

static bool ticket_holds(const struct context *c, const struct uid *id)
{
  struct ticket ticket;
  if (uid_is_none(id))
    return true;
  return store_ticket_get(c->api->store, id, &ticket) == 0 && ticket.revoked_s == 0 &&
         uid_equal(&ticket.session, &c->session.id);
}

/* What was right when the entry was given out must still be: ten seconds are enough to end a session, to revoke a ticket or to
 * go on on another device, to take somebody off the list of members or to lower a role. */
static bool still_holds(struct context *c, const struct entry_grant *grant)
{
  struct visit v;
  struct uid address;
  if (!session_holds(c, &grant->who) || !account_holds(c) || !ticket_holds(c, &grant->who.ticket))
    return false;
  if (grant->line)
    return c->has_account;
  if (rooms_address(c->api->rooms, grant->room, &address) != 0 || make_visit(c, &address, &v) != 0)
    return false;
  return v.admission.status == 0 && v.admission.who.role == grant->who.role &&
         uid_equal(&v.admission.who.ticket, &grant->who.ticket);
}

static bool take_entry(struct context *c, struct span text, struct socket_ticket *ticket)
{
  struct browser browser;
  uint8_t token[TOKEN_BYTES];
  if (access_session_of_cookie(c->api, c->request->cookie, &c->session) != 0 ||
      token_from_text(text, token, sizeof token) != 0)
    return false;
  browser_of_session(&c->session, &browser);
  if (entries_take(&c->api->entries, c->time.now_us, token, &browser, c->origin, &ticket->grant, &ticket->secrets) != 0)
    return false;
  if (still_holds(c, &ticket->grant))
    return true;
  sodium_memzero(ticket, sizeof *ticket);
  return false;
}

int api_open_socket(struct api *a, struct api_time time, const struct http_request *q, struct span protocols,
                    struct span entry, struct socket_ticket *ticket, struct http_response *s)
{
  struct context c = {.api = a, .time = time, .request = q, .response = s};
  uint8_t host;
  bool taken = false;
  if (!span_equal(q->path, span_str("/signal")))
    answer_refusal(s, 404, "no_socket", "There is no socket at this address.");
  else if (origins_find(&a->origins, q->origin, &c.origin) != 0 || origins_find_host(&a->origins, q->host, &host) != 0)
    answer_refusal(s, 403, "bad_origin", "This request did not come from a page of this server.");
  else if (!span_equal(protocols, span_str(SIGNAL_PROTOCOL)))
    answer_refusal(s, 400, "bad_protocol", "The socket speaks " SIGNAL_PROTOCOL " alone.");
  else if (!(taken = take_entry(&c, entry, ticket)))
    answer_refusal(s, 403, "bad_entry", "This entry was used, is too old or belongs to another browser.");
  context_fini(&c);
  return taken ? 0 : ERR_REFUSED;
}
