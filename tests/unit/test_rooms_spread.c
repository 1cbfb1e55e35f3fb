/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms_spread.c: an event's viewers in several media processes, all others in one. */
#include "rooms_testing.h"

#define VIEWERS 40

static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};

static struct tab open_with(struct world *w, enum room_kind kind)
{
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.waiting_room = false;
  rooms_media_up(w->rooms, 1);
  open_room(w, kind, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host);
  if (kind == ROOM_EVENT)
    broadcast(w, &host, true);
  offer(w, &host, 1);
  forget_said(w);
  return host;
}

/* Viewers come in with media; how many of them are served by the process that does not serve the host. */
static unsigned let_in(struct world *w, struct tab *viewers, unsigned n, unsigned home)
{
  unsigned away = 0;
  for (unsigned i = 0; i < n; i++) {
    viewers[i] = walk_in(w, (uint16_t)(10 + i), &a_viewer);
    offer(w, &viewers[i], 1);
    assert_int_equal(w->offer.home, home);
    away += w->process != home;
    assert_true(w->process == home || w->spread.members == 1u << w->process); /* home knows before they come */
    forget_said(w);
  }
  return away;
}

static void test_an_event_is_spread(void **state)
{
  struct world *w = *state;
  struct tab viewers[VIEWERS], host = open_with(w, ROOM_EVENT);
  unsigned home = w->process;
  unsigned away = let_in(w, viewers, VIEWERS, home);
  assert_in_range(away, VIEWERS / 2 - 2, VIEWERS / 2 + 2);
  assert_int_equal(w->spreads, 1); /* said once, not for each viewer */
  assert_int_equal(w->spread_to, home);
  struct tab speaker = walk_in(w, 2, &a_speaker); /* who sends is at home, whatever the load */
  offer(w, &speaker, 1);
  assert_int_equal(w->process, home);
  (void)host;
}

static void test_a_meeting_is_not(void **state)
{
  struct world *w = *state;
  struct tab viewers[20], host = open_with(w, ROOM_OPEN);
  assert_int_equal(let_in(w, viewers, 20, w->process), 0);
  assert_int_equal(w->spreads, 0);
  (void)host;
}

/* Orders reach the process of whom they are about. */
static void test_orders_go_where_the_person_is(void **state)
{
  struct world *w = *state;
  struct tab viewers[VIEWERS], host = open_with(w, ROOM_EVENT);
  unsigned home = w->process;
  (void)let_in(w, viewers, VIEWERS, home);
  struct tab *viewer = &viewers[VIEWERS - 1];
  offer(w, viewer, 2);
  unsigned other = w->process;
  if (other == home) {
    viewer = &viewers[VIEWERS - 2];
    offer(w, viewer, 2);
    other = w->process;
  }
  assert_int_not_equal(other, home);
  say(w, viewer, "view", "\"shown\":[]");
  assert_int_equal(w->process, other);
  const struct ipc_slots slots = {.peer = viewer->person, .connection = 1};
  assert_int_equal(rooms_media_slots(w->rooms, home, &slots), ERR_NOT_FOUND); /* it may not speak of others' people */
  assert_int_equal(rooms_media_slots(w->rooms, other, &slots), 0);
  const struct ipc_speaker speaker = {.room = w->room, .peer = host.person};
  assert_int_equal(rooms_media_speaker(w->rooms, other, &speaker), ERR_NOT_FOUND); /* and only home of who speaks */
  assert_int_equal(rooms_media_speaker(w->rooms, home, &speaker), 0);
  unsigned before = w->hang_ups;
  moderate(w, &host, "remove", viewer);
  assert_int_equal(w->hang_ups, before + 1);
  assert_int_equal(w->hung_up_in, other);
}

/* A viewer who may speak goes home, and one who spoke may go away again. */
static void test_who_is_given_the_floor_comes_home(void **state)
{
  struct world *w = *state;
  struct tab viewers[VIEWERS], host = open_with(w, ROOM_EVENT);
  unsigned home = w->process;
  (void)let_in(w, viewers, VIEWERS, home);
  struct tab *viewer = NULL;
  for (unsigned i = VIEWERS; i-- > 0 && viewer == NULL;) {
    offer(w, &viewers[i], 2);
    viewer = w->process != home ? &viewers[i] : NULL;
  }
  assert_non_null(viewer);
  unsigned other = w->process, before = w->hang_ups;
  set_role(w, &host, viewer, "speaker");
  assert_non_null(heard(w, viewer, "renew"));
  offer(w, viewer, 3);
  assert_int_equal(w->process, home);
  assert_int_equal(w->hang_ups, before + 1);
  assert_int_equal(w->hung_up_in, other);
}

/* When the last one there has left, home is told so. */
static void test_nobody_is_away_any_more(void **state)
{
  struct world *w = *state;
  struct tab viewers[VIEWERS], host = open_with(w, ROOM_EVENT);
  unsigned home = w->process;
  (void)let_in(w, viewers, VIEWERS, home);
  for (unsigned i = 0; i < VIEWERS; i++)
    say(w, &viewers[i], "leave", "");
  assert_int_equal(w->spreads, 2);
  assert_int_equal(w->spread.members, 0);
  assert_int_equal(w->spread_to, home);
  (void)host;
}

/* A process that dies takes its share with it: nobody else is asked for a new connection. */
static void test_a_process_dies(void **state)
{
  struct world *w = *state;
  struct tab viewers[VIEWERS], host = open_with(w, ROOM_EVENT);
  unsigned home = w->process, renewed = 0;
  unsigned away = let_in(w, viewers, VIEWERS, home);
  rooms_media_down(w->rooms, 1 - home);
  rooms_media_up(w->rooms, 1 - home);
  for (unsigned i = 0; i < VIEWERS; i++)
    renewed += heard(w, &viewers[i], "renew") != NULL;
  assert_int_equal(renewed, away);
  assert_null(heard(w, &host, "renew"));
}

/* The home dies: all who may speak come back to it, with the viewers that it served, and it hears again whom it spans. */
static void test_the_home_dies(void **state)
{
  struct world *w = *state;
  struct tab viewers[VIEWERS], host = open_with(w, ROOM_EVENT);
  unsigned home = w->process, renewed = 0;
  unsigned away = let_in(w, viewers, VIEWERS, home);
  rooms_media_down(w->rooms, home);
  rooms_media_up(w->rooms, home);
  for (unsigned i = 0; i < VIEWERS; i++)
    renewed += heard(w, &viewers[i], "renew") != NULL;
  assert_int_equal(renewed, VIEWERS - away);
  assert_non_null(heard(w, &host, "renew"));
  offer(w, &host, 2);
  assert_int_equal(w->process, home);
  assert_int_equal(w->offer.home, home);
  assert_int_equal(w->offer.members, 1u << (1 - home));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_an_event_is_spread, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_meeting_is_not, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_orders_go_where_the_person_is, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_who_is_given_the_floor_comes_home, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_nobody_is_away_any_more, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_process_dies, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_the_home_dies, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
