/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms*.c: who hosts, and that nobody in a meeting lowers what the "bank or clinic" profile demands. */
#include "rooms_testing.h"

static void assert_host(struct world *w, const char *name, enum verified_by verified)
{
  struct rooms_host host;
  assert_true(rooms_host(w->rooms, w->room, &host));
  assert_int_equal(host.name_n, strlen(name));
  assert_memory_equal(host.name, name, host.name_n);
  assert_int_equal(host.verified, verified);
}

static void test_who_hosts(void **state)
{
  struct world *w = *state;
  struct rooms_host host;
  assert_false(rooms_host(w->rooms, w->room, &host)); /* nobody is there yet */
  assert_false(rooms_host(w->rooms, 0, &host));
  struct tab by_link = join_host(w);
  assert_host(w, "Person", VERIFIED_HOST_LINK);
  (void)join_guest(w, &by_link, 20);
  say(w, &by_link, "leave", "");
  assert_false(rooms_host(w->rooms, w->room, &host)); /* a guest is none */
}

static void test_whose_account_hosts(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  const struct uid other = {.b = {9}};
  open_room(w, ROOM_OPEN, &policy);
  assert_false(rooms_account_hosts(w->rooms, w->room, &a_host.account));
  struct tab host = walk_in(w, HOST_BROWSER, &a_host);
  assert_true(rooms_account_hosts(w->rooms, w->room, &a_host.account));
  assert_false(rooms_account_hosts(w->rooms, w->room, &other));
  assert_host(w, "Person", a_host.verified);
  (void)host;
}

static int set_up_careful(void **state)
{
  int err = set_up(state);
  struct world *w = *state;
  if (err == 0)
    rooms_take_care(w->rooms);
  return err;
}

static void test_a_moderator_lowers_nothing(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.waiting_room = policy.guests_verified = policy.two_factors = policy.post_quantum = false;
  open_room(w, ROOM_OPEN, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host);
  forget_said(w);
  set_policy(w, &host, true, false);
  const json_t *rules = rules_told(w, &host);
  assert_true(is_true(rules, "waiting"));
  assert_true(is_true(rules, "post_quantum"));
  assert_true(w->policy.waiting_room && w->policy.guests_verified && w->policy.two_factors);
  (void)knock(w, 20);
  /* nor does a change from outside */
  assert_int_equal(rooms_set_policy(w->rooms, w->time, &ROOM_UID, ROOM_OPEN, "Lesson", &policy), 0);
  rules = rules_told(w, &host);
  assert_true(is_true(rules, "waiting") && is_true(rules, "post_quantum"));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_who_hosts), IN_WORLD(test_whose_account_hosts),
    cmocka_unit_test_setup_teardown(test_a_moderator_lowers_nothing, set_up_careful, tear_down),
  };
  return RUN_TESTS("rooms_care", tests);
}
