/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms_questions.c: the question box of an event. */
#include "rooms_testing.h"

static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};

static struct tab open_event(struct world *w)
{
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.waiting_room = false;
  policy.most = LIMIT_EVENT_PEOPLE;
  open_room(w, ROOM_EVENT, &policy);
  return walk_in(w, HOST_BROWSER, &a_host);
}

static void ask(struct world *w, struct tab *page, const char *text)
{
  char fields[1024];
  (void)snprintf(fields, sizeof fields, "\"text\":\"%s\"", text);
  say(w, page, "ask", fields);
}

static void act(struct world *w, struct tab *by, unsigned id, const char *what)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"id\":%u,\"act\":\"%s\"", id, what);
  say(w, by, "question", fields);
}

static const json_t *question_told(struct world *w, const struct tab *page, const char *type)
{
  const json_t *message = heard(w, page, type);
  assert_non_null(message);
  return json_object_get(message, "question");
}

static void test_ask_and_answer(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  struct tab speaker = walk_in(w, 2, &a_speaker);
  ask(w, &viewer, "How <b>deep</b> is it?");
  const json_t *question = question_told(w, &host, "question");
  assert_string_equal(text_of(question, "text"), "How <b>deep</b> is it?");
  assert_string_equal(text_of(question, "who"), viewer.id);
  assert_string_equal(text_of(question, "name"), "Person");
  assert_string_equal(text_of(question_told(w, &viewer, "asked"), "state"), "open");
  act(w, &host, 1, "show");
  question = question_told(w, &other, "shown");
  assert_string_equal(text_of(question, "text"), "How <b>deep</b> is it?");
  assert_true(is_null(question, "who")); /* of a viewer others learn the name alone */
  assert_non_null(heard(w, &speaker, "shown"));
  struct tab late = open_page_as(w, 5, &a_viewer);
  say(w, &late, "hello", "");
  assert_non_null(json_object_get(json_object_get(heard(w, &late, "welcome"), "shown"), "text"));
  act(w, &host, 1, "answered");
  assert_string_equal(text_of(question_told(w, &viewer, "asked"), "state"), "answered");
  assert_true(is_null(heard(w, &other, "shown"), "question")); /* nobody needs it any more */
  act(w, &host, 1, "open");
  act(w, &host, 1, "dismiss");
  assert_non_null(heard(w, &host, "question_gone"));
  assert_string_equal(text_of(question_told(w, &viewer, "asked"), "state"), "open");
  assert_string_equal(text_of(question_told(w, &viewer, "asked"), "state"), "dismissed");
  act(w, &host, 1, "show");
  assert_error(w, &host, "no_question");
  assert_null(heard(w, &other, "question"));
  assert_null(heard(w, &speaker, "question"));
}

static void test_moderators_hear_all(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer);
  ask(w, &viewer, "One?");
  pass(w, 6 * SECOND);
  ask(w, &viewer, "Two?");
  struct tab late = walk_in(w, 5, &a_cohost);
  const json_t *questions = json_object_get(heard(w, &late, "questions"), "questions");
  assert_int_equal(json_array_size(questions), 2);
  assert_string_equal(text_of(json_array_get(questions, 1), "text"), "Two?");
  rooms_socket_lost(w->rooms, w->time, viewer.person, viewer.socket);
  act(w, &host, 1, "answered");
  assert_int_equal(open_socket(w, &viewer, true), 0);
  hear_hello(w, &viewer, "in");
  say(w, &viewer, "hello", "");
  assert_string_equal(text_of(question_told(w, &viewer, "asked"), "state"), "answered");
  assert_string_equal(text_of(question_told(w, &viewer, "asked"), "state"), "open");
}

static void test_bad_text(void **state)
{
  struct world *w = *state;
  static const char *const bad[] = {"two\\nlines", "hid\\u200bden", "turned\\u202earound", "   "};
  char text[LIMIT_QUESTION_BYTES + 2] = {0};
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    ask(w, &viewer, bad[i]);
    assert_error(w, &viewer, "bad_question");
  }
  memset(text, 'x', LIMIT_QUESTION_BYTES + 1);
  ask(w, &viewer, text);
  assert_error(w, &viewer, "bad_question");
  assert_null(heard(w, &host, "question"));
  text[LIMIT_QUESTION_BYTES] = '\0';
  ask(w, &viewer, text);
  assert_non_null(heard(w, &host, "question"));
  act(w, &host, 1, "burn"); /* there is no such act */
  assert_int_equal(w->closed[host.socket], CLOSE_PROTOCOL);
}

/* A full list takes no more, and a question that was answered is not voted on. */
static void test_list_is_short(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer;
  for (uint16_t i = 0; i <= LIMIT_LISTED_QUESTIONS; i++) {
    viewer = walk_in(w, (uint16_t)(100 + i), &a_viewer);
    ask(w, &viewer, "Me?");
    act(w, &host, i + 1u, "list");
    pass(w, SECOND);
  }
  assert_error(w, &host, "list_full");
  act(w, &host, 3, "answered");
  act(w, &host, 3, "list");
  assert_error(w, &host, "list_full");
  act(w, &host, LIMIT_LISTED_QUESTIONS + 1, "list");
  assert_null(heard(w, &host, "error"));
}

static void vote(struct world *w, struct tab *by, unsigned id, bool on)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"id\":%u,\"on\":%s", id, on ? "true" : "false");
  say(w, by, "vote", fields);
}

static json_int_t votes_told(struct world *w, const struct tab *page)
{
  pass(w, 2 * SECOND);
  const json_t *told = heard(w, page, "votes");
  return told == NULL ? -1 : json_integer_value(json_object_get(json_array_get(json_object_get(told, "votes"), 0), "votes"));
}

/* A browser has one vote, however often it comes in; only what a moderator has listed is voted on. */
static void test_votes(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  ask(w, &viewer, "Which <i>one</i>?");
  vote(w, &other, 1, true);
  assert_error(w, &other, "no_question");
  act(w, &host, 1, "list");
  const json_t *listed = json_array_get(json_object_get(heard(w, &other, "listed"), "questions"), 0);
  assert_string_equal(text_of(listed, "text"), "Which <i>one</i>?");
  assert_true(is_null(listed, "who"));
  vote(w, &other, 1, true);
  vote(w, &other, 1, true);
  assert_int_equal(votes_told(w, &viewer), 1);
  assert_int_equal(votes_told(w, &viewer), -1); /* nothing new, nothing said */
  say(w, &other, "leave", "");
  other = walk_in(w, 4, &a_viewer);
  vote(w, &other, 1, true);
  assert_int_equal(votes_told(w, &viewer), -1);
  vote(w, &viewer, 1, true);
  assert_int_equal(votes_told(w, &other), 2);
  struct tab late = open_page_as(w, 5, &a_viewer);
  say(w, &late, "hello", "");
  listed = json_array_get(json_object_get(heard(w, &late, "welcome"), "listed"), 0);
  assert_int_equal(json_integer_value(json_object_get(listed, "votes")), 2);
  vote(w, &other, 1, false);
  assert_int_equal(votes_told(w, &other), 1);
  act(w, &host, 1, "answered");
  vote(w, &viewer, 1, true);
  assert_error(w, &viewer, "no_question");
}

/* However often somebody comes again, the browser's questions are few. */
static void test_limits_of_one(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer);
  ask(w, &viewer, "One?");
  ask(w, &viewer, "Two?");
  assert_error(w, &viewer, "asked_too_soon");
  for (unsigned i = 1; i < LIMIT_OWN_QUESTIONS; i++) {
    pass(w, 6 * SECOND);
    say(w, &viewer, "leave", "");
    viewer = walk_in(w, 3, &a_viewer);
    ask(w, &viewer, "Again?");
  }
  pass(w, 6 * SECOND);
  ask(w, &viewer, "One more?");
  assert_error(w, &viewer, "asked_too_much");
  act(w, &host, 2, "answered");
  ask(w, &viewer, "One more?");
  assert_null(heard(w, &viewer, "error"));
}

static int set_up_crowd(void **state)
{
  return set_up_for(state, LIMIT_PEOPLE);
}

/* A crowd that asks at once: the room takes so many, and no viewer hears of any. */
static void test_limits_of_all(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), watcher = walk_in(w, 3, &a_viewer);
  unsigned taken = 0, refused = 0;
  for (uint16_t i = 0; i < 100; i++) {
    struct tab viewer = walk_in(w, (uint16_t)(100 + i), &a_viewer);
    ask(w, &viewer, "Me?");
    refused += heard(w, &viewer, "error") != NULL ? 1 : 0;
  }
  while (heard(w, &host, "question") != NULL)
    taken++;
  assert_int_equal(taken, 30);
  assert_int_equal(refused, 70);
  assert_true(said_nothing_to(w, &watcher));
}

/* A full box takes a question in place of one that was answered. */
static void test_full_box(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer;
  for (uint16_t i = 0; i < LIMIT_ROOM_QUESTIONS; i++) {
    viewer = walk_in(w, (uint16_t)(100 + i), &a_viewer);
    ask(w, &viewer, "Me?");
    assert_null(heard(w, &viewer, "error"));
    say(w, &viewer, "leave", "");
    w->time.now_us += SECOND / 5;
    if (i % 50 == 0)
      forget_said(w);
  }
  viewer = walk_in(w, 99, &a_viewer);
  ask(w, &viewer, "Me?");
  assert_error(w, &viewer, "questions_full");
  act(w, &host, 7, "answered");
  ask(w, &viewer, "Me?");
  assert_null(heard(w, &viewer, "error"));
  assert_int_equal(json_integer_value(json_object_get(heard(w, &host, "question_gone"), "id")), 7);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_ask_and_answer), IN_WORLD(test_moderators_hear_all), IN_WORLD(test_bad_text),
    IN_WORLD(test_limits_of_one), IN_WORLD(test_votes), IN_WORLD(test_list_is_short),
    cmocka_unit_test_setup_teardown(test_limits_of_all, set_up_crowd, tear_down), IN_WORLD(test_full_box),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
