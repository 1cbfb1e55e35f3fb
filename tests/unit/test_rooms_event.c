/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms*.c: events with few who are seen and thousands who see them (A6, A7). */
#include "rooms_testing.h"

#include <time.h>

static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};
static const struct identity a_listed_viewer = {.role = AS_VIEWER, .email = "viewer@example.org",
                                                .verified = VERIFIED_EMAIL, .door_open = true};

static struct room_policy an_event(void)
{
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.chat = ROLE_VIEWER;
  policy.waiting_room = false;
  policy.most = LIMIT_EVENT_PEOPLE;
  return policy;
}

/* Which is broadcast already (before that see test_rooms_stage.c). */
static struct tab open_event(struct world *w)
{
  const struct room_policy policy = an_event();
  open_room(w, ROOM_EVENT, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host);
  broadcast(w, &host, true);
  forget_said(w);
  return host;
}

static size_t people_in(const json_t *welcome)
{
  return json_array_size(json_object_get(welcome, "people"));
}

static void test_audience_sees_the_stage(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker), first = walk_in(w, 3, &a_viewer);
  order_on(w, &host, "stage", &speaker, true);
  forget_said(w);
  struct tab second = open_page_as(w, 4, &a_listed_viewer);
  say(w, &second, "hello", "");
  const json_t *welcome = heard(w, &second, "welcome");
  assert_int_equal(people_in(welcome), 3); /* host, speaker and oneself */
  assert_string_equal(text_of(json_array_get(json_object_get(welcome, "people"), 2), "id"), second.id);
  assert_int_equal(json_integer_value(json_object_get(welcome, "count")), 4);
  assert_string_equal(text_of(json_object_get(heard(w, &host, "joined"), "person"), "email"), "viewer@example.org");
  assert_true(said_nothing_to(w, &first) && said_nothing_to(w, &speaker));
  struct tab cohost = open_page_as(w, 5, &a_cohost);
  say(w, &cohost, "hello", "");
  assert_int_equal(people_in(heard(w, &cohost, "welcome")), 5);
  assert_null(heard(w, &first, "joined"));
  order_on(w, &cohost, "stage", &cohost, true);
  assert_non_null(heard(w, &first, "changed")); /* a moderator is somebody to be seen */
  say(w, &second, "leave", "");
  assert_non_null(heard(w, &host, "left"));
  assert_null(heard(w, &first, "left"));
  say(w, &speaker, "leave", "");
  assert_string_equal(text_of(heard(w, &first, "left"), "reason"), "left");
}

static void test_count(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), first = walk_in(w, 3, &a_viewer);
  pass(w, 3 * SECOND);
  assert_int_equal(json_integer_value(json_object_get(heard(w, &first, "count"), "people")), 2);
  (void)walk_in(w, 4, &a_viewer);
  (void)walk_in(w, 5, &a_viewer);
  pass(w, 1 * SECOND);
  const json_t *early = heard(w, &first, "count");
  pass(w, 1 * SECOND);
  const json_t *count = early != NULL ? early : heard(w, &first, "count");
  assert_int_equal(json_integer_value(json_object_get(count, "people")), 4);
  pass(w, 60 * SECOND);
  assert_null(heard(w, &first, "count")); /* nothing new */
  assert_null(heard(w, &host, "count"));
  unsigned counts = 0;
  for (uint16_t i = 0; i < 10; i++) {
    (void)walk_in(w, (uint16_t)(10 + i), &a_viewer);
    pass(w, 1 * SECOND);
  }
  while (heard(w, &first, "count") != NULL)
    counts++;
  assert_int_equal(counts, 5);
}

/* Who is brought on the stage appears to all, and who leaves it disappears without having left. */
static void test_up_and_down(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  offer(w, &viewer, 1);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 0);
  set_role(w, &host, &viewer, "speaker");
  assert_null(heard(w, &other, "changed")); /* in the green room */
  order_on(w, &host, "stage", &viewer, true);
  assert_string_equal(text_of(assert_changed(w, &other, &viewer), "role"), "speaker");
  assert_string_equal(text_of(assert_changed(w, &viewer, &viewer), "role"), "speaker");
  assert_told(w, &viewer, "role", &viewer, &host);
  assert_null(heard(w, &other, "moderated")); /* it was about somebody not seen */
  assert_non_null(heard(w, &viewer, "renew"));
  offer(w, &viewer, 2);
  switch_on(w, &viewer, MIC | CAMERA);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
  forget_said(w);
  set_role(w, &host, &viewer, "viewer");
  assert_int_equal(w->publish.publish, 0);
  assert_string_equal(text_of(heard(w, &other, "left"), "reason"), "viewer");
  assert_null(heard(w, &viewer, "left"));
  assert_string_equal(text_of(assert_changed(w, &host, &viewer), "role"), "viewer");
  set_role(w, &host, &viewer, "participant"); /* may show nothing here: a viewer as before */
  assert_null(heard(w, &host, "error"));
  assert_null(heard(w, &other, "changed"));
}

static void test_names(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = {.browser = 3, .who = &a_viewer, .name = HOST_BROWSER};
  struct entry_grant grant = grant_of(w, &viewer, false);
  assert_true(rooms_name_is_taken(w->rooms, &grant));
  assert_int_equal(open_socket(w, &viewer, false), ERR_REFUSED);
  viewer.name = 77;
  assert_int_equal(open_socket(w, &viewer, false), 0);
  struct tab same = {.browser = 4, .who = &a_viewer, .name = 77}; /* as another viewer, whom he does not see */
  grant = grant_of(w, &same, false);
  assert_false(rooms_name_is_taken(w->rooms, &grant));
  assert_int_equal(open_socket(w, &same, false), 0);
  hear_hello(w, &viewer, "new");
  hear_hello(w, &same, "new");
  say(w, &viewer, "hello", "");
  say(w, &same, "hello", "");
  set_role(w, &host, &viewer, "speaker");
  set_role(w, &host, &same, "speaker"); /* now there would be two who look alike */
  assert_error(w, &host, "name_taken");
  struct tab third = {.browser = 5, .who = &a_viewer, .name = 77};
  assert_int_equal(open_socket(w, &third, false), ERR_REFUSED);
  set_role(w, &host, &viewer, "viewer");
  assert_int_equal(open_socket(w, &third, false), 0);
}

static void test_knocking(void **state)
{
  struct world *w = *state;
  struct room_policy policy = an_event();
  const struct identity guest = {.role = AS_VIEWER};
  policy.waiting_room = true;
  open_room(w, ROOM_EVENT, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host), seen = walk_in(w, 2, &a_viewer);
  broadcast(w, &host, true);
  struct tab one = knock_as(w, 3, &guest), two = knock_as(w, 4, &guest);
  forget_said(w);
  say(w, &host, "admit", "\"all\":true");
  assert_int_equal(people_in(heard(w, &one, "welcome")), 2);
  assert_int_equal(people_in(heard(w, &two, "welcome")), 2);
  assert_true(said_nothing_to(w, &seen));
}

/* A participant by an early gift of the owner is a viewer where participants may show nothing. */
static void test_participants_are_viewers(void **state)
{
  struct world *w = *state;
  const struct identity member = {.role = AS_PARTICIPANT, .door_open = true};
  struct tab host = open_event(w), first = walk_in(w, 2, &a_viewer);
  struct tab page = walk_in(w, 3, &member);
  (void)page;
  assert_string_equal(text_of(json_object_get(heard(w, &host, "joined"), "person"), "role"), "viewer");
  assert_string_equal(text_of(json_object_get(heard(w, &host, "joined"), "person"), "role"), "viewer");
  assert_true(said_nothing_to(w, &first));
}

/* A meeting becomes an event while people are in, and the other way round. */
static void test_kind_changes(void **state)
{
  struct world *w = *state;
  struct room_policy policy = an_event();
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  (void)host;
  change_room(w, ROOM_OPEN, &policy);
  assert_int_equal(people_in(heard(w, &viewer, "welcome")), 3);
  (void)walk_in(w, 5, &a_viewer);
  assert_non_null(heard(w, &viewer, "joined"));
  struct tab same = {.browser = 6, .who = &a_viewer, .name = 4};
  const struct entry_grant grant = grant_of(w, &same, false);
  assert_true(rooms_name_is_taken(w->rooms, &grant));
  change_room(w, ROOM_EVENT, &policy);
  assert_int_equal(people_in(heard(w, &other, "welcome")), 3);
  assert_int_equal(people_in(heard(w, &other, "welcome")), 2);
  assert_false(rooms_name_is_taken(w->rooms, &grant));
}

static bool may_chat(const json_t *welcome, size_t i)
{
  return is_true(json_object_get(json_array_get(json_object_get(welcome, "people"), i), "may"), "chat");
}

/* Where viewers may chat, they hear that they may no longer. */
static void test_stopped(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = open_page_as(w, 3, &a_viewer);
  say(w, &viewer, "hello", "");
  assert_true(may_chat(heard(w, &viewer, "welcome"), 1));
  say(w, &host, "stop_everything", "");
  const json_t *welcome = heard(w, &viewer, "welcome");
  assert_true(may_chat(welcome, 0) && !may_chat(welcome, 1));
  set_policy(w, &host, true, false);
  assert_true(may_chat(heard(w, &viewer, "welcome"), 1));
}

/* Who becomes a moderator sees the audience, and who is one no longer hears of it no more. */
static void test_another_view(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker);
  (void)walk_in(w, 3, &a_viewer);
  set_role(w, &host, &speaker, "cohost");
  assert_int_equal(people_in(heard(w, &speaker, "welcome")), 3);
  assert_non_null(heard(w, &speaker, "bans"));
  (void)walk_in(w, 4, &a_viewer);
  assert_non_null(heard(w, &speaker, "joined"));
  set_role(w, &host, &speaker, "speaker");
  assert_int_equal(people_in(heard(w, &speaker, "welcome")), 2);
  (void)walk_in(w, 5, &a_viewer);
  assert_null(heard(w, &speaker, "joined"));
}

/* --- thousands --- */

/* More than may wait for a reader: a moderator who comes late hears of them in several goes, of each once. */
static void test_great_audience_bit_by_bit(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), first = walk_in(w, 3, &a_viewer), speaker = walk_in(w, 2, &a_speaker);
  for (uint16_t i = 0; i < 1100; i++) {
    w->deaf = true;
    struct tab page = {.browser = (uint16_t)(1000 + i), .who = &a_viewer};
    assert_int_equal(open_socket(w, &page, false), 0);
    say(w, &page, "hello", "");
  }
  w->deaf = false;
  say(w, &first, "leave", "");
  struct tab late = open_page_as(w, 4, &a_cohost);
  say(w, &late, "hello", "");
  assert_int_equal(people_in(heard(w, &late, "welcome")), 3); /* host, speaker and oneself */
  set_role(w, &host, &speaker, "viewer"); /* is told of as a change, and once more in his turn */
  size_t told = 0, turns = 0;
  forget_said(w);
  for (; turns < 10; turns++) {
    pass(w, 1 * SECOND);
    const json_t *more = heard(w, &late, "people");
    told += people_in(more);
    assert_true(people_in(more) <= 500);
    if (more == NULL)
      break;
  }
  assert_int_equal(told, 1101);
  assert_int_equal(turns, 3);
  assert_null(heard(w, &host, "people"));
}

#define CROWD 5000

static int set_up_crowd(void **state)
{
  return set_up_for(state, LIMIT_PEOPLE);
}

static double cpu_s(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* All that an entry asks of the rooms. */
static struct tab enter(struct world *w, uint16_t browser)
{
  struct tab page = {.browser = browser, .who = &a_viewer};
  const struct entry_grant grant = grant_of(w, &page, false);
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), 0);
  assert_false(rooms_name_is_taken(w->rooms, &grant));
  assert_int_equal(open_socket(w, &page, false), 0);
  say(w, &page, "hello", "");
  return page;
}

/* Of each one's coming a moderator hears, and nobody else: the messages grow with the crowd, not with its square. */
static void test_crowd(void **state)
{
  struct world *w = *state;
  static struct tab crowd[CROWD];
  struct tab host = open_event(w), late = {.browser = 7, .who = &a_viewer};
  struct room_policy policy = an_event();
  w->deaf = true;
  w->told = 0;
  double begin_s = cpu_s();
  for (unsigned i = 0; i < CROWD; i++)
    crowd[i] = enter(w, (uint16_t)(1000 + i));
  double entered_s = cpu_s();
  assert_int_equal(rooms_people_in(w->rooms, &ROOM_UID), CROWD + 1);
  assert_int_equal(w->told, 3 * CROWD); /* hello and welcome, and what the host hears */
  w->told = 0;
  pass(w, 2 * SECOND);
  assert_int_equal(w->told, CROWD);
  policy.most = CROWD + 1;
  change_room(w, ROOM_EVENT, &policy);
  const struct entry_grant grant = grant_of(w, &late, false);
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), ERR_LIMIT); /* the 5001st */
  double leaving_s = cpu_s();
  for (unsigned i = 0; i < CROWD; i++)
    say(w, &crowd[i], "leave", "");
  double left_s = cpu_s();
  assert_int_equal(rooms_people_in(w->rooms, &ROOM_UID), 1);
  print_message("%d people came in %.2f s of CPU time and left in %.2f s\n", CROWD, entered_s - begin_s,
                left_s - leaving_s);
  say(w, &host, "leave", "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_audience_sees_the_stage), IN_WORLD(test_count), IN_WORLD(test_up_and_down), IN_WORLD(test_names),
    IN_WORLD(test_knocking), IN_WORLD(test_participants_are_viewers), IN_WORLD(test_kind_changes),
    IN_WORLD(test_stopped), IN_WORLD(test_another_view), IN_WORLD(test_great_audience_bit_by_bit),
    cmocka_unit_test_setup_teardown(test_crowd, set_up_crowd, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
