/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms_chat.c, rooms_gestures.c, rooms_recording.c: what is written, raised hands, reactions, and that
 * everybody knows of a recording (A4, B3, B8). */
#include "rooms_testing.h"

#include "web/chat_text.h"
#include "web/names.h"

static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};
static const struct identity a_participant = {.role = AS_PARTICIPANT, .door_open = true};

/* `to` NULL: to all. */
static void write_to(struct world *w, struct tab *by, const char *text, const struct tab *to)
{
  char fields[256], whom[32] = "";
  if (to != NULL)
    (void)snprintf(whom, sizeof whom, ",\"to\":\"%s\"", to->id);
  (void)snprintf(fields, sizeof fields, "\"id\":%u,\"text\":\"%s\"%s", 7u, text, whom);
  say(w, by, "chat", fields);
}

static void assert_chat(const json_t *chat, const struct tab *from, const char *reach, const char *text)
{
  assert_non_null(chat);
  assert_string_equal(text_of(chat, "from"), from->id);
  assert_string_equal(text_of(chat, "reach"), reach);
  assert_string_equal(text_of(chat, "text"), text);
}

static void assert_refused(struct world *w, const struct tab *at, const char *code)
{
  const json_t *refused = heard(w, at, "chat_refused");
  assert_non_null(refused);
  assert_string_equal(text_of(refused, "code"), code);
  assert_int_equal(json_integer_value(json_object_get(refused, "id")), 7);
  assert_int_equal(w->closed[at->socket], 0);
}

static void test_to_all(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2), waiting = knock(w, 3);
  forget_said(w);
  write_to(w, &anna, "Good morning", NULL);
  const json_t *chat = heard(w, &host, "chat");
  assert_chat(chat, &anna, "all", "Good morning");
  assert_string_equal(text_of(chat, "name"), "Person");
  assert_true(json_is_null(json_object_get(chat, "to")) && json_is_null(json_object_get(chat, "id")));
  assert_int_equal(json_integer_value(json_object_get(chat, "time")), (json_int_t)w->time.unix_s);
  chat = heard(w, &anna, "chat"); /* the echo names the page's own number */
  assert_chat(chat, &anna, "all", "Good morning");
  assert_int_equal(json_integer_value(json_object_get(chat, "id")), 7);
  assert_true(said_nothing_to(w, &waiting));
}

static void test_nothing_from_before(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2);
  write_to(w, &anna, "before", NULL);
  struct tab late = join_guest(w, &host, 3);
  assert_null(heard(w, &late, "chat"));
  rooms_socket_lost(w->rooms, w->time, late.person, late.socket);
  write_to(w, &anna, "meanwhile", NULL);
  assert_int_equal(open_socket(w, &late, true), 0);
  hear_hello(w, &late, "in");
  say(w, &late, "hello", "");
  assert_non_null(heard(w, &late, "welcome"));
  assert_null(heard(w, &late, "chat"));
}

static void test_to_one(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2), boris = join_guest(w, &host, 3);
  struct tab waiting = knock(w, 4);
  forget_said(w);
  write_to(w, &anna, "for you", &boris);
  const json_t *chat = heard(w, &boris, "chat");
  assert_chat(chat, &anna, "one", "for you");
  assert_string_equal(text_of(chat, "to"), boris.id);
  assert_string_equal(text_of(chat, "to_name"), "Person");
  assert_chat(heard(w, &anna, "chat"), &anna, "one", "for you");
  assert_true(said_nothing_to(w, &host));
  write_to(w, &anna, "to myself", &anna);
  assert_refused(w, &anna, "not_there");
  write_to(w, &anna, "out there", &waiting);
  assert_refused(w, &anna, "not_there");
  assert_true(said_nothing_to(w, &waiting));
  rooms_socket_lost(w->rooms, w->time, boris.person, boris.socket);
  write_to(w, &anna, "are you there", &boris);
  assert_refused(w, &anna, "away");
  moderate(w, &host, "remove", &boris);
  write_to(w, &anna, "and now", &boris);
  assert_refused(w, &anna, "not_there");
}

/* A4: who may not, does not; what crosses the news is no offence. */
static void test_who_may(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.chat = ROLE_SPEAKER;
  open_room(w, ROOM_OPEN, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host), anna = walk_in(w, 2, &a_participant);
  forget_said(w);
  write_to(w, &anna, "may I", NULL);
  assert_refused(w, &anna, "not_allowed");
  write_to(w, &anna, "or so", &host);
  assert_refused(w, &anna, "not_allowed");
  say(w, &anna, "reaction", "\"reaction\":\"clap\"");
  assert_error(w, &anna, "not_allowed");
  assert_true(said_nothing_to(w, &host));
  write_to(w, &host, "hosts do", NULL);
  assert_chat(heard(w, &anna, "chat"), &host, "all", "hosts do");
  say(w, &host, "stop_everything", "");
  forget_said(w);
  set_role(w, &host, &anna, "speaker");
  write_to(w, &anna, "stopped", NULL);
  assert_refused(w, &anna, "not_allowed");
  moderate(w, &host, "send_back", &anna);
}

static void test_outside(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2);
  moderate(w, &host, "send_back", &anna);
  forget_said(w);
  write_to(w, &anna, "on my way out", NULL); /* it may have crossed the news */
  assert_true(said_nothing_to(w, &host) && said_nothing_to(w, &anna));
  assert_int_equal(w->closed[anna.socket], 0);
  struct tab waiting = knock(w, 3);
  write_to(w, &waiting, "let me in", NULL);
  assert_int_equal(w->closed[waiting.socket], CLOSE_PROTOCOL);
  assert_null(heard(w, &host, "chat"));
}

static void test_text(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2);
  static const char *const bad[] = {"", " ", "\\n\\n", "a\\u202eb", "a\\u0007", "a\\u200b", "\\u200dx", "\\ufeff"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    write_to(w, &anna, bad[i], NULL);
    assert_refused(w, &anna, "bad_text");
    pass(w, 1 * SECOND);
  }
  forget_said(w);
  write_to(w, &anna, "<b>Gru\\u0308\\u00dfe</b>\\n  \\ud83d\\udc4b", NULL); /* markup is text; u and dots: one letter */
  assert_chat(heard(w, &host, "chat"), &anna, "all", "<b>Gr\u00fc\u00dfe</b>\n  \U0001f44b");
  say(w, &anna, "chat", "\"id\":1,\"text\":\"x\",\"from\":\"abcdefgh\"");
  assert_int_equal(w->closed[anna.socket], CLOSE_PROTOCOL);
}

static void test_length(void **state)
{
  (void)state;
  static uint8_t typed[LIMIT_CHAT_BYTES + 1];
  struct chat_text text;
  memset(typed, 'a', sizeof typed);
  assert_int_equal(chat_text_take(span_of(typed, LIMIT_CHAT_BYTES), &text), 0);
  assert_int_equal(text.n, LIMIT_CHAT_BYTES);
  assert_int_equal(chat_text_take(span_of(typed, LIMIT_CHAT_BYTES + 1), &text), ERR_RANGE);
  for (size_t i = 0; i + 2 <= LIMIT_CHAT_BYTES; i += 2) /* U+0344, of two letters in NFC: twice as long */
    memcpy(typed + i, "\xcd\x84", 2);
  assert_int_equal(chat_text_take(span_of(typed, LIMIT_CHAT_BYTES), &text), ERR_RANGE);
  assert_int_equal(chat_text_take(span_of("\xff", 1), &text), ERR_MALFORMED);
}

static void test_prose(void **state)
{
  (void)state;
  static const char *const good[] = {
    "a", "a\tb", "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae" /* Persian needs the non-joiner */,
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7" /* a family */,
    "\xe2\x9d\xa4\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x94\xa5"};
  assert_int_equal(prose_check(span_str(good[0]), 99), 0);
  assert_int_equal(prose_check(span_str("a  b\n\n  c"), 99), 0);
  assert_int_equal(prose_check(span_str(good[1]), 99), ERR_REFUSED); /* a tabulator */
  for (size_t i = 2; i < sizeof good / sizeof good[0]; i++)
    assert_int_equal(prose_check(span_str(good[i]), 99), 0);
  assert_int_equal(prose_check(span_str("a\xe2\x80\x8d\xe2\x80\x8d"), 99), ERR_REFUSED); /* nobody sees two joiners */
  assert_int_equal(prose_check(span_str("a\xcc\x81\xcc\x81\xcc\x81"), 99), ERR_REFUSED); /* marks on marks on marks */
  assert_int_equal(prose_check(span_str("\xcc\x81"), 99), ERR_REFUSED);
  assert_int_equal(prose_check(span_str("abc"), 2), ERR_RANGE);
}

static unsigned count_heard(struct world *w, const struct tab *page, const char *type)
{
  unsigned n = 0;
  while (heard(w, page, type) != NULL)
    n++;
  return n;
}

static void test_too_fast(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2);
  for (int i = 0; i < 30; i++)
    write_to(w, &anna, "spam", NULL);
  assert_int_equal(count_heard(w, &host, "chat"), 10);
  assert_int_equal(count_heard(w, &anna, "chat_refused"), 20);
  pass(w, 2 * SECOND);
  write_to(w, &anna, "slower", NULL);
  assert_int_equal(count_heard(w, &host, "chat"), 1);
}

/* Many who write to one person. */
static void test_one_is_not_buried(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  unsigned told = 0;
  for (uint16_t i = 0; i < 8; i++) {
    struct tab guest = join_guest(w, &host, (uint16_t)(10 + i));
    for (int k = 0; k < 5; k++)
      write_to(w, &guest, "hello", &host);
  }
  told = count_heard(w, &host, "chat");
  assert_int_equal(told, 20);
}

static struct tab open_event(struct world *w)
{
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.chat = ROLE_VIEWER;
  policy.waiting_room = false;
  policy.most = LIMIT_EVENT_PEOPLE;
  open_room(w, ROOM_EVENT, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host);
  broadcast(w, &host, true);
  forget_said(w);
  return host;
}

/* What a crowd writes reaches all at a pace that all can be told, and the stage beyond it. */
static void test_audience(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker), listener = walk_in(w, 3, &a_viewer);
  unsigned refused = 0, to_stage = 0;
  for (uint16_t i = 0; i < 100; i++) {
    struct tab viewer = walk_in(w, (uint16_t)(10 + i), &a_viewer);
    write_to(w, &viewer, "me too", NULL);
    const json_t *echo = heard(w, &viewer, "chat");
    refused += heard(w, &viewer, "chat_refused") != NULL ? 1 : 0;
    to_stage += echo != NULL && strcmp(text_of(echo, "reach"), "stage") == 0 ? 1 : 0;
  }
  assert_int_equal(count_heard(w, &listener, "chat"), 5);
  assert_int_equal(to_stage, 50);
  assert_int_equal(refused, 45);
  assert_int_equal(count_heard(w, &host, "chat"), 55);
  assert_int_equal(count_heard(w, &speaker, "chat"), 55);
  write_to(w, &host, "a word of the host", NULL);
  assert_int_equal(count_heard(w, &listener, "chat"), 1);
}

static void test_audience_to_one(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  write_to(w, &viewer, "psst", &other); /* whom the page does not know */
  assert_refused(w, &viewer, "not_there");
  assert_null(heard(w, &other, "chat"));
  write_to(w, &viewer, "a question", &host);
  assert_chat(heard(w, &host, "chat"), &viewer, "one", "a question");
  write_to(w, &host, "an answer", &viewer);
  assert_chat(heard(w, &viewer, "chat"), &viewer, "one", "a question"); /* the echo */
  assert_chat(heard(w, &viewer, "chat"), &host, "one", "an answer");
}

/* --- hands and reactions --- */

static void raise(struct world *w, struct tab *page, bool up)
{
  say(w, page, "hand", up ? "\"up\":true" : "\"up\":false");
}

static json_int_t hand_of(struct world *w, const struct tab *at, const struct tab *who)
{
  return json_integer_value(json_object_get(assert_changed(w, at, who), "hand"));
}

static void test_hands(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2), boris = join_guest(w, &host, 3);
  forget_said(w);
  raise(w, &anna, true);
  raise(w, &anna, true); /* already up: nothing */
  raise(w, &boris, true);
  json_int_t first = hand_of(w, &host, &anna), second = hand_of(w, &host, &boris);
  assert_true(first > 0 && second > first);
  assert_int_equal(hand_of(w, &anna, &anna), first);
  moderate(w, &host, "lower_hand", &anna);
  assert_int_equal(hand_of(w, &host, &anna), 0);
  forget_said(w);
  struct tab late = join_guest(w, &host, 4);
  raise(w, &late, true);
  say(w, &host, "lower_hand", "\"all\":true");
  forget_said(w);
  raise(w, &late, false);
  assert_true(said_nothing_to(w, &host)); /* it was down */
  say(w, &anna, "lower_hand", "\"all\":true");
  assert_int_equal(w->closed[anna.socket], CLOSE_PROTOCOL);
}

static void test_hand_in_welcome(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2);
  raise(w, &anna, true);
  struct tab late = knock(w, 3);
  answer_knock(w, &host, "admit", &late);
  const json_t *people = json_object_get(heard(w, &late, "welcome"), "people");
  assert_int_equal(json_integer_value(json_object_get(json_array_get(people, 1), "hand")), 1);
  assert_true(json_is_null(json_object_get(json_array_get(people, 0), "hand")));
  moderate(w, &host, "send_back", &anna);
  forget_said(w);
  answer_knock(w, &host, "admit", &anna);
  const json_t *again = json_object_get(heard(w, &host, "joined"), "person");
  assert_true(json_is_null(json_object_get(again, "hand")));
}

static void test_hand_of_audience(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  forget_said(w);
  raise(w, &viewer, true);
  assert_int_equal(hand_of(w, &host, &viewer), 1);
  assert_int_equal(hand_of(w, &viewer, &viewer), 1);
  assert_true(said_nothing_to(w, &other));
  for (int i = 0; i < 20; i++)
    raise(w, &viewer, i % 2 != 0);
  assert_error(w, &viewer, "too_fast");
}

static void test_reactions(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2);
  forget_said(w);
  say(w, &anna, "reaction", "\"reaction\":\"heart\"");
  const json_t *told = heard(w, &host, "reaction");
  assert_string_equal(text_of(told, "who"), anna.id);
  assert_string_equal(text_of(told, "reaction"), "heart");
  say(w, &anna, "reaction", "\"reaction\":\"<script>\"");
  assert_int_equal(w->closed[anna.socket], CLOSE_PROTOCOL);
}

/* Of a crowd's reactions everybody hears one message a second. */
static void test_reactions_of_audience(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), listener = walk_in(w, 3, &a_viewer);
  for (uint16_t i = 0; i < 50; i++) {
    struct tab viewer = walk_in(w, (uint16_t)(10 + i), &a_viewer);
    say(w, &viewer, "reaction", "\"reaction\":\"clap\"");
  }
  assert_null(heard(w, &listener, "reaction"));
  pass(w, 1 * SECOND);
  const json_t *counts = json_object_get(heard(w, &listener, "reactions"), "counts");
  assert_int_equal(json_object_size(counts), 1);
  assert_int_equal(json_integer_value(json_object_get(counts, "clap")), 50);
  assert_non_null(heard(w, &host, "reactions"));
  pass(w, 5 * SECOND);
  assert_null(heard(w, &listener, "reactions"));
}

/* --- recordings --- */

static void record(struct world *w, struct tab *page, bool on)
{
  say(w, page, "recording", on ? "\"on\":true" : "\"on\":false");
}

static bool records(const json_t *person)
{
  return is_true(person, "recording");
}

static bool is_recorded(const struct world *w)
{
  struct uid address;
  memcpy(address.b, w->address, sizeof address.b);
  return rooms_is_recorded(w->rooms, &address);
}

static void test_recording(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_guest(w, &host, 2), waiting = knock(w, 3);
  forget_said(w);
  record(w, &host, true);
  record(w, &host, true);
  assert_true(records(assert_changed(w, &anna, &host)));
  assert_true(records(assert_changed(w, &host, &host))); /* the page begins when it hears it */
  assert_null(heard(w, &anna, "changed"));
  assert_true(is_true(heard(w, &waiting, "recorded"), "on"));
  struct tab late = knock(w, 4);
  assert_true(is_true(heard(w, &late, "recorded"), "on"));
  assert_true(is_recorded(w));
  answer_knock(w, &host, "admit", &late);
  assert_true(records(json_array_get(json_object_get(heard(w, &late, "welcome"), "people"), 0)));
  record(w, &host, false);
  assert_false(records(assert_changed(w, &anna, &host)));
  assert_false(is_true(heard(w, &waiting, "recorded"), "on"));
  assert_false(is_recorded(w));
  record(w, &anna, true); /* only moderators */
  assert_int_equal(w->closed[anna.socket], CLOSE_PROTOCOL);
}

/* A recording ends with the right to make one, and with the stay. */
static void test_recording_ends(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), anna = join_cohost(w, &host, 2), boris = join_guest(w, &host, 3);
  record(w, &anna, true);
  forget_said(w);
  set_role(w, &host, &anna, "participant");
  assert_false(records(assert_changed(w, &boris, &anna)));
  assert_false(is_recorded(w));
  record(w, &anna, true); /* was one once: no offence, and nothing happens */
  assert_error(w, &anna, "not_allowed");
  assert_false(is_recorded(w));
  record(w, &host, true);
  rooms_socket_lost(w->rooms, w->time, host.person, host.socket);
  assert_true(is_recorded(w)); /* the page goes on and comes back */
  pass(w, 50 * SECOND);
  assert_false(is_recorded(w));
}

/* Who records from the green room is not seen by the audience, which knows of the recording all the same. */
static void test_recording_unseen(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.waiting_room = false;
  policy.most = LIMIT_EVENT_PEOPLE;
  open_room(w, ROOM_EVENT, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host), viewer = walk_in(w, 3, &a_viewer);
  record(w, &host, true);
  assert_null(heard(w, &viewer, "changed"));
  assert_true(is_true(heard(w, &viewer, "recorded"), "on"));
  struct tab late = open_page_as(w, 5, &a_viewer);
  say(w, &late, "hello", "");
  assert_true(is_true(heard(w, &late, "welcome"), "recorded"));
  record(w, &host, false);
  assert_false(is_true(heard(w, &viewer, "recorded"), "on"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_to_all),
    IN_WORLD(test_nothing_from_before),
    IN_WORLD(test_to_one),
    IN_WORLD(test_who_may),
    IN_WORLD(test_outside),
    IN_WORLD(test_text),
    cmocka_unit_test(test_length),
    cmocka_unit_test(test_prose),
    IN_WORLD(test_too_fast),
    IN_WORLD(test_one_is_not_buried),
    IN_WORLD(test_audience),
    IN_WORLD(test_audience_to_one),
    IN_WORLD(test_hands),
    IN_WORLD(test_hand_in_welcome),
    IN_WORLD(test_hand_of_audience),
    IN_WORLD(test_recording_unseen),
    IN_WORLD(test_reactions),
    IN_WORLD(test_reactions_of_audience),
    IN_WORLD(test_recording),
    IN_WORLD(test_recording_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
