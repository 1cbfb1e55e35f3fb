/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/line*.c: presence, ringing and its ends, in virtual time (T10, T11). */
#include "web_testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "web/line.h"

#define PEOPLE 9u
#define SAID 4096
#define SOCKETS 256

/* All that the line did, in order; and who is whose contact. People are numbers from 1. */
struct world {
  uint64_t count;
  struct line *line;
  struct rooms_time time;
  struct {
    uint64_t socket, at_us;
    char text[512];
  } said[SAID];
  size_t said_n;
  int closed[SOCKETS];
  uint64_t sockets;
  bool contact[PEOPLE][PEOPLE], blocked[PEOPLE][PEOPLE], shows[PEOPLE], in_meeting[PEOPLE], locked[PEOPLE];
  unsigned missed[PEOPLE], meetings, refuse_meetings;
  struct uid met[2];
};

static struct uid person(unsigned i)
{
  return (struct uid){.b = {(uint8_t)i, 0xac}};
}

static unsigned number_of(const struct uid *id)
{
  return id->b[0];
}

static void on_send(void *ctx, uint64_t socket, struct span json)
{
  struct world *w = ctx;
  assert_true(w->said_n < SAID && json.n < sizeof w->said[0].text);
  assert_int_equal(w->closed[socket], 0);
  w->said[w->said_n].socket = socket;
  w->said[w->said_n].at_us = w->time.now_us;
  memcpy(w->said[w->said_n].text, json.p, json.n);
  w->said[w->said_n++].text[json.n] = '\0';
}

static void on_close(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  struct world *w = ctx;
  assert_non_null(why);
  assert_int_equal(w->closed[socket], 0);
  w->closed[socket] = (int)code;
}

static enum line_relation on_relation(void *ctx, const struct uid *caller, const struct uid *called)
{
  const struct world *w = ctx;
  unsigned a = number_of(caller), b = number_of(called);
  if (b >= PEOPLE || !w->contact[a][b])
    return LINE_STRANGER;
  return w->blocked[b][a] ? LINE_QUIET : LINE_CONTACT;
}

static int on_card(void *ctx, const struct uid *id, struct line_card *card)
{
  (void)ctx;
  (void)snprintf(card->name, sizeof card->name, "Person %u", number_of(id));
  (void)snprintf(card->email, sizeof card->email, "p%u@example.org", number_of(id));
  card->email_verified = true;
  return 0;
}

static size_t list(const struct world *w, unsigned me, struct uid *out, size_t most, bool told, bool heard)
{
  size_t n = 0;
  for (unsigned i = 1; i < PEOPLE && n < most; i++)
    if (w->contact[me][i] && (!told || w->shows[me]) && (!heard || w->shows[i]))
      out[n++] = person(i);
  return n;
}

static size_t on_contacts(void *ctx, const struct uid *id, struct uid *out, size_t most)
{
  return list(ctx, number_of(id), out, most, false, false);
}

static size_t on_told(void *ctx, const struct uid *id, struct uid *out, size_t most)
{
  return list(ctx, number_of(id), out, most, true, false);
}

static size_t on_heard(void *ctx, const struct uid *id, struct uid *out, size_t most)
{
  return list(ctx, number_of(id), out, most, false, true);
}

static void on_missed(void *ctx, uint64_t unix_s, const struct uid *called, const struct uid *caller)
{
  struct world *w = ctx;
  assert_true(unix_s > 0 && number_of(caller) > 0);
  w->missed[number_of(called)]++;
}

static int on_meet(void *ctx, struct rooms_time time, const struct uid *a, const struct uid *b,
                   uint8_t address[TOKEN_BYTES])
{
  struct world *w = ctx;
  (void)time;
  if (w->refuse_meetings > 0)
    return ERR_LIMIT;
  w->met[0] = *a;
  w->met[1] = *b;
  memset(address, (int)++w->meetings, TOKEN_BYTES);
  return 0;
}

static void on_meetings(void *ctx, void (*visit)(void *line, const struct uid *account), void *line)
{
  const struct world *w = ctx;
  for (unsigned i = 1; i < PEOPLE; i++) {
    struct uid id = person(i);
    if (w->in_meeting[i])
      visit(line, &id);
  }
}

static bool on_holds(void *ctx, const struct uid *session)
{
  return !((const struct world *)ctx)->locked[session->b[0]];
}

static int set_up(void **state)
{
  static struct world w;
  w = (struct world){.time = {.now_us = 1000 * SECOND, .unix_s = 1795420800}};
  const struct line_io io = {.send = on_send, .close = on_close, .relation = on_relation, .card = on_card,
                             .contacts = on_contacts, .told = on_told, .heard = on_heard, .missed = on_missed,
                             .meet = on_meet, .in_meetings = on_meetings, .holds = on_holds, .ctx = &w};
  const struct random random = counting_random(&w.count);
  assert_int_equal(line_new(&w.line, (struct line_size){.lines = 64, .people = 16, .calls = 8}, &io, &random), 0);
  for (unsigned i = 1; i < PEOPLE; i++) /* all are each other's contacts but the last, a stranger */
    for (unsigned k = 1; k < PEOPLE; k++)
      w.contact[i][k] = i != k && i + 1 < PEOPLE && k + 1 < PEOPLE;
  *state = &w;
  return 0;
}

static int tear_down(void **state)
{
  line_free(((struct world *)*state)->line);
  return 0;
}

/* --- pages --- */

struct tab {
  uint64_t socket, line;
  size_t heard; /* of w->said */
};

static struct tab come_silently(struct world *w, unsigned who)
{
  struct tab t = {.socket = w->sockets++, .heard = w->said_n};
  struct uid account = person(who), session = account;
  assert_int_equal(line_opened(w->line, w->time, t.socket, &session, &account, &t.line), 0);
  return t;
}

static void say_text(struct world *w, const struct tab *t, const char *text)
{
  line_said(w->line, w->time, t->line, span_str(text));
}

static struct tab come(struct world *w, unsigned who)
{
  struct tab t = come_silently(w, who);
  say_text(w, &t, "{\"type\":\"hello\"}");
  return t;
}

static void say(struct world *w, const struct tab *t, const char *type, const char *field, const char *id)
{
  char text[128];
  (void)snprintf(text, sizeof text, "{\"type\":\"%s\",\"%s\":\"%s\"}", type, field, id);
  say_text(w, t, text);
}

static void ring(struct world *w, const struct tab *t, unsigned who)
{
  char text[TOKEN_TEXT + 1];
  struct uid id = person(who);
  token_to_text(id.b, sizeof id.b, text);
  say(w, t, "ring", "who", text);
  line_tick(w->line, w->time);
}

/* The next message of this type that the page hears, or NULL. */
static const char *hears(struct world *w, struct tab *t, const char *type)
{
  char begin[64];
  (void)snprintf(begin, sizeof begin, "{\"type\":\"%s\"", type);
  for (; t->heard < w->said_n; t->heard++)
    if (w->said[t->heard].socket == t->socket && strncmp(w->said[t->heard].text, begin, strlen(begin)) == 0)
      return w->said[t->heard++].text;
  return NULL;
}

static const char *field_of(const char *message, const char *name)
{
  static char text[128];
  json_t *json = json_loads(message == NULL ? "{}" : message, 0, NULL);
  const char *value = json_string_value(json_object_get(json, name));
  (void)snprintf(text, sizeof text, "%s", value == NULL ? "" : value);
  json_decref(json);
  return text;
}

static void pass(struct world *w, uint64_t us)
{
  for (uint64_t passed = 0; passed < us; passed += SECOND / 4) {
    w->time.now_us += SECOND / 4;
    line_tick(w->line, w->time);
  }
  w->time.unix_s += us / SECOND;
}

/* --- ringing --- */

static void test_ring_and_accept(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2), tablet = come(w, 2);
  ring(w, &ann, 2);
  char call[32];
  const char *heard = hears(w, &bob, "ring");
  (void)snprintf(call, sizeof call, "%s", field_of(heard, "call"));
  assert_non_null(strstr(heard, "\"name\":\"Person 1\",\"email\":\"p1@example.org\",\"email_verified\":true"));
  assert_non_null(hears(w, &tablet, "ring"));
  assert_int_equal(w->meetings, 0); /* nothing but an entry in a table */
  say(w, &tablet, "accept", "call", call);
  char room[32];
  (void)snprintf(room, sizeof room, "%s", field_of(hears(w, &tablet, "go"), "room"));
  assert_int_equal(strlen(room), TOKEN_TEXT);
  assert_string_equal(field_of(hears(w, &ann, "go"), "room"), room);
  assert_string_equal(field_of(hears(w, &bob, "ring_over"), "why"), "answered");
  assert_null(hears(w, &tablet, "ring_over"));
  assert_true(number_of(&w->met[0]) == 1 && number_of(&w->met[1]) == 2);
  say(w, &bob, "accept", "call", call);
  assert_string_equal(field_of(hears(w, &bob, "error"), "code"), "call_over");
  pass(w, 40 * SECOND);
  assert_null(hears(w, &ann, "not_answered"));
  assert_int_equal(w->missed[2], 0);
  assert_int_equal(w->meetings, 1);
}

static void test_no_answer(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2);
  ring(w, &ann, 2);
  pass(w, LINE_RING_US - SECOND / 4);
  assert_null(hears(w, &ann, "not_answered"));
  pass(w, SECOND / 4);
  assert_non_null(hears(w, &ann, "not_answered"));
  assert_string_equal(field_of(hears(w, &bob, "ring_over"), "why"), "missed");
  assert_non_null(hears(w, &bob, "news"));
  assert_int_equal(w->missed[2], 1);
}

static void test_decline_leaves_no_trace(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2), tablet = come(w, 2);
  ring(w, &ann, 2);
  assert_non_null(hears(w, &ann, "ringing"));
  size_t before = w->said_n;
  say(w, &bob, "reject", "call", field_of(hears(w, &bob, "ring"), "call"));
  assert_string_equal(field_of(hears(w, &tablet, "ring_over"), "why"), "declined");
  for (size_t i = before; i < w->said_n; i++)
    assert_true(w->said[i].socket != ann.socket); /* there it rings on */
  struct tab phone = come(w, 2);
  assert_null(hears(w, &phone, "ring"));
  pass(w, LINE_RING_US);
  assert_non_null(hears(w, &ann, "not_answered"));
  assert_null(hears(w, &bob, "news"));
  assert_int_equal(w->missed[2], 0);
  assert_int_equal(w->meetings, 0);
}

static void test_cancel(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2);
  ring(w, &ann, 2);
  assert_non_null(hears(w, &bob, "ring"));
  say(w, &ann, "cancel", "call", "AAAAAAAAAAAAAAAAAAAAAA");
  assert_null(hears(w, &bob, "ring_over"));
  size_t start = ann.heard;
  ann.heard = 0;
  say(w, &ann, "cancel", "call", field_of(hears(w, &ann, "ringing"), "call"));
  ann.heard = start;
  assert_string_equal(field_of(hears(w, &bob, "ring_over"), "why"), "missed");
  assert_int_equal(w->missed[2], 1);
  ring(w, &ann, 2);
  assert_non_null(hears(w, &bob, "ring"));
  line_lost(w->line, w->time, ann.line); /* the page is closed */
  assert_non_null(hears(w, &bob, "ring_over"));
  assert_int_equal(w->missed[2], 2);
}

static void test_who_comes_while_it_rings(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1);
  ring(w, &ann, 2);
  pass(w, 10 * SECOND);
  struct tab bob = come(w, 2);
  assert_non_null(hears(w, &bob, "ring"));
  struct tab tablet = come(w, 2);
  assert_non_null(hears(w, &tablet, "ring"));
  line_lost(w->line, w->time, bob.line);
  line_lost(w->line, w->time, tablet.line);
  bob = come(w, 2);
  assert_non_null(hears(w, &bob, "ring"));
}

static void test_only_contacts_ring(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), stranger = come(w, PEOPLE - 1);
  ring(w, &stranger, 1); /* somebody who is there */
  assert_string_equal(field_of(hears(w, &stranger, "error"), "code"), "not_a_contact");
  ring(w, &stranger, 2); /* who is not */
  assert_string_equal(field_of(hears(w, &stranger, "error"), "code"), "not_a_contact");
  ring(w, &stranger, 200); /* who does not exist */
  assert_string_equal(field_of(hears(w, &stranger, "error"), "code"), "not_a_contact");
  ring(w, &ann, 1);
  assert_string_equal(field_of(hears(w, &ann, "error"), "code"), "not_a_contact");
  assert_null(hears(w, &ann, "ring"));
}

static void test_one_call_at_a_time(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2), eve = come(w, 3);
  ring(w, &ann, 2);
  ring(w, &ann, 3);
  assert_string_equal(field_of(hears(w, &ann, "error"), "code"), "already_calling");
  ring(w, &eve, 2); /* who is rung already */
  assert_non_null(hears(w, &bob, "ring"));
  assert_null(hears(w, &bob, "ring"));
  pass(w, LINE_RING_US);
  assert_non_null(hears(w, &eve, "not_answered"));
  assert_int_equal(w->missed[2], 2);
}

/* Both call each other: whoever accepts takes back the own call. */
static void test_calls_that_cross(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2);
  ring(w, &ann, 2);
  ring(w, &bob, 1);
  assert_non_null(hears(w, &ann, "ring"));
  say(w, &bob, "accept", "call", field_of(hears(w, &bob, "ring"), "call"));
  assert_non_null(hears(w, &bob, "go"));
  assert_non_null(hears(w, &ann, "ring_over"));
  ann.heard = 0;
  assert_non_null(hears(w, &ann, "go"));
  assert_int_equal(w->meetings, 1);
  pass(w, 40 * SECOND);
  assert_null(hears(w, &ann, "not_answered"));
  assert_null(hears(w, &bob, "not_answered"));
}

static void test_rings_are_limited(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2);
  unsigned rung = 0, heard = 0;
  for (unsigned i = 0; i < 20; i++) {
    ring(w, &ann, 2);
    const char *ringing = hears(w, &ann, "ringing");
    if (ringing == NULL)
      break;
    rung++;
    say(w, &ann, "cancel", "call", field_of(ringing, "call"));
    pass(w, SECOND);
  }
  assert_int_equal(rung, 8);
  ann.heard = 0;
  assert_string_equal(field_of(hears(w, &ann, "error"), "code"), "too_many_calls");
  while (hears(w, &bob, "ring") != NULL)
    heard++;
  assert_int_equal(heard, 8);
  pass(w, 20 * SECOND);
  ring(w, &ann, 2);
  assert_non_null(hears(w, &ann, "ringing"));
}

static void test_no_room_for_a_meeting(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2);
  w->refuse_meetings = 1;
  ring(w, &ann, 2);
  say(w, &bob, "accept", "call", field_of(hears(w, &bob, "ring"), "call"));
  assert_string_equal(field_of(hears(w, &bob, "error"), "code"), "server_full");
  assert_null(hears(w, &ann, "go"));
}

/* --- what a caller can tell (T11) --- */

/* What the page of person 1 hears of a call, with its sizes, and when, as one text. `declines`: the page that does, or
 * NULL. */
static void listen(struct world *w, unsigned called, struct tab *declines, char *text, size_t size)
{
  struct tab caller = come(w, 1);
  uint64_t rung_us = w->time.now_us;
  size_t from = w->said_n, n = 0;
  ring(w, &caller, called);
  pass(w, 3 * SECOND);
  if (declines != NULL)
    say(w, declines, "reject", "call", field_of(hears(w, declines, "ring"), "call"));
  pass(w, LINE_RING_US + 5 * SECOND);
  for (size_t k = from; k < w->said_n; k++)
    if (w->said[k].socket == caller.socket)
      n += (size_t)snprintf(text + n, size - n, "%llu %zu %.20s\n", (unsigned long long)(w->said[k].at_us - rung_us),
                            strlen(w->said[k].text), w->said[k].text);
  line_lost(w->line, w->time, caller.line);
  pass(w, 60 * SECOND);
}

static void test_a_caller_cannot_tell_why(void **state)
{
  struct world *w = *state;
  static char away[2048], other[2048];
  listen(w, 2, NULL, away, sizeof away); /* nobody is there */
  assert_non_null(strstr(away, "ringing"));
  assert_non_null(strstr(away, "30000000 "));
  struct tab ignores = come(w, 3);
  listen(w, 3, NULL, other, sizeof other);
  assert_string_equal(other, away);
  assert_non_null(hears(w, &ignores, "ring"));
  struct tab declines = come(w, 4);
  listen(w, 4, &declines, other, sizeof other);
  assert_string_equal(other, away);
  assert_int_equal(w->missed[4], 0);
  w->in_meeting[5] = true; /* busy */
  struct tab busy = come(w, 5);
  pass(w, SECOND);
  listen(w, 5, NULL, other, sizeof other);
  assert_string_equal(other, away);
  assert_null(hears(w, &busy, "ring"));
  assert_int_equal(w->missed[5], 1);
  w->blocked[6][1] = w->contact[1][6] = w->contact[6][1] = true;
  struct tab blocks = come(w, 6);
  listen(w, 6, NULL, other, sizeof other);
  assert_string_equal(other, away);
  assert_null(hears(w, &blocks, "ring"));
  assert_int_equal(w->missed[6], 0); /* of who is blocked nothing is kept */
}

/* --- presence --- */

static void test_presence_is_told_to_contacts_alone(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), stranger = come(w, PEOPLE - 1);
  assert_string_equal(hears(w, &ann, "presence"), "{\"type\":\"presence\",\"people\":[]}");
  w->shows[2] = true;
  struct tab bob = come(w, 2);
  pass(w, SECOND);
  const char *state_here = hears(w, &ann, "state");
  assert_string_equal(field_of(state_here, "state"), "here");
  json_t *json = json_loads(state_here, 0, NULL);
  assert_int_equal(json_object_size(json), 3); /* type, who, state: nothing else */
  json_decref(json);
  w->in_meeting[2] = true;
  line_lost(w->line, w->time, bob.line);
  pass(w, SECOND);
  assert_string_equal(field_of(hears(w, &ann, "state"), "state"), "busy");
  w->in_meeting[2] = false;
  pass(w, SECOND);
  assert_string_equal(field_of(hears(w, &ann, "state"), "state"), "away");
  assert_null(hears(w, &stranger, "state"));
  w->shows[2] = false;
  struct uid id = person(2);
  line_refresh_contacts(w->line, &id);
  assert_string_equal(hears(w, &ann, "presence"), "{\"type\":\"presence\",\"people\":[]}");
  bob = come(w, 2);
  pass(w, 10 * SECOND);
  assert_null(hears(w, &ann, "state"));
  assert_null(hears(w, &stranger, "state"));
}

/* A page that is loaded anew has not gone. */
static void test_presence_across_a_reload(void **state)
{
  struct world *w = *state;
  w->shows[2] = true;
  struct tab ann = come(w, 1), bob = come(w, 2);
  pass(w, SECOND);
  assert_non_null(hears(w, &ann, "state"));
  line_lost(w->line, w->time, bob.line);
  pass(w, 2 * SECOND);
  bob = come(w, 2);
  pass(w, 10 * SECOND);
  assert_null(hears(w, &ann, "state"));
  line_lost(w->line, w->time, bob.line);
  pass(w, 10 * SECOND);
  assert_string_equal(field_of(hears(w, &ann, "state"), "state"), "away");
  struct tab late = come(w, 1);
  assert_non_null(strstr(hears(w, &late, "presence"), "\"state\":\"away\""));
}

/* --- sockets --- */

static void test_bad_messages_end_the_socket_alone(void **state)
{
  struct world *w = *state;
  static const char *const bad[] = {
    "", "[]", "{}", "{\"type\":\"hello\"}", "{\"type\":\"ring\"}", "{\"type\":\"ring\",\"who\":7}",
    "{\"type\":\"ring\",\"who\":\"short\"}", "{\"type\":\"ring\",\"who\":\"AAAAAAAAAAAAAAAAAAAAAB\"}",
    "{\"type\":\"cancel\",\"who\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
    "{\"type\":\"ring\",\"who\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"name\":\"x\"}", "{\"type\":\"offer\",\"n\":1}",
    "{\"type\":\"ring\",\"type\":\"ring\",\"who\":\"AAAAAAAAAAAAAAAAAAAAAA\"}", "\xff",
  };
  struct tab bob = come(w, 2);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    struct tab ann = come(w, 1);
    say_text(w, &ann, bad[i]);
    assert_int_equal(w->closed[ann.socket], CLOSE_PROTOCOL);
    say_text(w, &ann, "{\"type\":\"hello\"}"); /* is nobody any more */
  }
  struct tab early = come_silently(w, 1);
  ring(w, &early, 2);
  assert_int_equal(w->closed[early.socket], CLOSE_PROTOCOL);
  struct tab mute = come_silently(w, 1);
  pass(w, 15 * SECOND);
  assert_int_equal(w->closed[mute.socket], CLOSE_PROTOCOL);
  struct tab flood = come(w, 3);
  for (unsigned i = 0; i < 40 && w->closed[flood.socket] == 0; i++)
    say(w, &flood, "cancel", "call", "AAAAAAAAAAAAAAAAAAAAAA");
  assert_int_equal(w->closed[flood.socket], CLOSE_PROTOCOL);
  assert_int_equal(w->closed[bob.socket], 0);
}

static void test_sessions_end(void **state)
{
  struct world *w = *state;
  struct tab ann = come(w, 1), bob = come(w, 2), eve = come(w, 3);
  struct uid id = person(1);
  line_end_session(w->line, w->time, &id);
  assert_int_equal(w->closed[ann.socket], CLOSE_ENDED);
  id = person(2);
  line_end_account(w->line, w->time, &id);
  assert_int_equal(w->closed[bob.socket], CLOSE_ENDED);
  w->locked[3] = true; /* the session has locked itself (T12) */
  pass(w, 5 * SECOND);
  assert_int_equal(w->closed[eve.socket], CLOSE_ENDED);
  w->locked[3] = false;
  eve = come(w, 3);
  w->locked[3] = true;
  line_look_again(w->line, w->time);
  assert_int_equal(w->closed[eve.socket], CLOSE_ENDED);
}

static void test_tables_are_bounded(void **state)
{
  struct world *w = *state;
  struct tab first = come(w, 1);
  for (unsigned i = 0; i < LIMIT_ACCOUNT_LINES; i++)
    (void)come(w, 1);
  assert_int_equal(w->closed[first.socket], CLOSE_REPLACED);
  assert_int_equal(line_counters(w->line)->open, LIMIT_ACCOUNT_LINES);
  struct uid account, session = {{1}};
  uint64_t id;
  int err = 0;
  for (unsigned i = 2; err == 0 && i < 40; i++) {
    account = person(i);
    err = line_opened(w->line, w->time, w->sockets++, &session, &account, &id);
  }
  assert_int_equal(err, ERR_LIMIT);
  line_stop(w->line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_ring_and_accept), TEST(test_no_answer), TEST(test_decline_leaves_no_trace), TEST(test_cancel),
    TEST(test_who_comes_while_it_rings), TEST(test_only_contacts_ring), TEST(test_one_call_at_a_time),
    TEST(test_calls_that_cross), TEST(test_rings_are_limited), TEST(test_no_room_for_a_meeting),
    TEST(test_a_caller_cannot_tell_why), TEST(test_presence_is_told_to_contacts_alone),
    TEST(test_presence_across_a_reload), TEST(test_bad_messages_end_the_socket_alone), TEST(test_sessions_end),
    TEST(test_tables_are_bounded),
  };
  return RUN_TESTS("line", tests);
}
