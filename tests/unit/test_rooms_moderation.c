/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms_moderate.c, rooms_rules.c, rooms_roles.c, rooms_bans.c, rooms_attendance.c: who may do what to whom,
 * and what the media process hears of it (A4, A6, A7). */
#include "rooms_testing.h"

/* --- sources --- */

static void test_mute(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2), other = join_guest(w, &host, 3);
  forget_said(w);
  moderate(w, &host, "mute", &guest);
  assert_int_equal(w->publish.peer, guest.person);
  assert_int_equal(w->publish.publish, CAMERA | SCREEN);
  assert_muted(w, &guest, "mic", &host);
  assert_told(w, &other, "mute", &guest, &host);
  assert_false(is_true(assert_changed(w, &other, &guest), "mic"));
  switch_on(w, &guest, MIC | CAMERA); /* had left before the page heard of it: the camera's news count, the mic's not */
  assert_int_equal(w->publish.publish, CAMERA);
  switch_on(w, &guest, CAMERA);
  switch_on(w, &guest, MIC | CAMERA);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
  assert_null(heard(w, &guest, "muted"));
}

static void test_stop_video_and_share(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2);
  moderate(w, &host, "stop_video", &guest);
  assert_int_equal(w->publish.publish, MIC | SCREEN);
  assert_muted(w, &guest, "camera", &host);
  moderate(w, &host, "stop_share", &guest);
  assert_int_equal(w->publish.publish, MIC);
  assert_muted(w, &guest, "screen", &host);
  unsigned before = w->publishes;
  moderate(w, &host, "stop_share", &guest); /* is off already */
  assert_int_equal(w->publishes, before);
  assert_null(heard(w, &guest, "muted"));
}

static void test_mute_all(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2), guest = join_with_all_on(w, &host, 3);
  switch_on(w, &host, MIC);
  switch_on(w, &cohost, MIC);
  forget_said(w);
  say(w, &cohost, "mute", "\"all\":true");
  assert_muted(w, &guest, "mic", &cohost);
  assert_null(heard(w, &host, "muted"));
  assert_null(heard(w, &cohost, "muted"));
  assert_told(w, &guest, "mute", NULL, &cohost);
  say(w, &host, "mute", "\"all\":true");
  assert_muted(w, &cohost, "mic", &host);
}

static void test_unmute_self_off(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), cohost = join_cohost(w, &host, 3);
  offer(w, &guest, 1);
  switch_on(w, &guest, MIC);
  set_policy(w, &host, false, true);
  assert_false(is_true(rules_told(w, &guest), "unmute_self"));
  unsigned before = w->publishes;
  switch_on(w, &guest, MIC | CAMERA); /* who speaks goes on speaking */
  assert_int_equal(w->publish.publish, MIC | CAMERA);
  switch_on(w, &guest, CAMERA);
  switch_on(w, &guest, MIC | CAMERA);
  assert_int_equal(w->publish.publish, CAMERA);
  assert_int_equal(w->publishes, before + 2);
  assert_muted(w, &guest, "mic", NULL);
  offer(w, &cohost, 1);
  switch_on(w, &cohost, MIC);
  assert_int_equal(w->publish.publish, MIC);
  set_policy(w, &host, true, true);
  switch_on(w, &guest, MIC | CAMERA);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
}

/* --- who may not --- */

static const char *const with_who[] = {"mute", "stop_video", "stop_share", "remove", "send_back", "ban"};
#define WITH_WHO (sizeof with_who / sizeof with_who[0])

static void test_participants_and_viewers_cannot(void **state)
{
  struct world *w = *state;
  static const char *const others[][2] = {
    {"mute", "\"all\":true"}, {"unban", "\"id\":\"abcdefghijklmnopqrstuA\""}, {"lock", "\"on\":true"},
    {"stop_everything", ""},
    {"policy", "\"unmute_self\":false,\"waiting\":false"}, {"attendance", ""}, {"admit", "\"all\":true"},
    {"refuse", "\"all\":true"},
  };
  struct tab host = join_host(w), victim = join_with_all_on(w, &host, 2);
  unsigned before = w->publishes + w->hang_ups;
  for (size_t i = 0; i < 2 * (WITH_WHO + 1 + sizeof others / sizeof others[0]); i++) {
    struct tab guest = join_guest(w, &host, (uint16_t)(10 + i));
    size_t what = i / 2;
    if (i % 2 == 1)
      set_role(w, &host, &guest, "viewer");
    pass(w, 1 * SECOND);
    forget_said(w);
    if (what < WITH_WHO)
      moderate(w, &guest, with_who[what], &victim);
    else if (what == WITH_WHO)
      set_role(w, &guest, &guest, "cohost");
    else
      say(w, &guest, others[what - WITH_WHO - 1][0], others[what - WITH_WHO - 1][1]);
    assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
    assert_null(heard(w, &victim, "muted"));
    assert_null(heard(w, &host, "moderated"));
    assert_null(rules_told(w, &host));
  }
  assert_int_equal(w->closed[victim.socket], 0);
  assert_int_equal(w->publishes + w->hang_ups, before);
}

static void test_what_a_cohost_may_not(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), one = join_cohost(w, &host, 2), two = join_cohost(w, &host, 3);
  const struct tab *const out_of_reach[] = {&host, &one};
  for (size_t i = 0; i < WITH_WHO; i++)
    for (size_t k = 0; k < 2; k++) {
      moderate(w, &one, with_who[i], out_of_reach[k]);
      assert_error(w, &one, "not_allowed");
    }
  static const char *const not_to_others[] = {"remove", "send_back", "ban"};
  for (size_t i = 0; i < 3; i++) {
    moderate(w, &one, not_to_others[i], &two);
    assert_error(w, &one, "not_allowed");
  }
  set_role(w, &one, &two, "participant");
  assert_error(w, &one, "not_allowed");
  set_role(w, &one, &host, "viewer");
  assert_error(w, &one, "not_allowed");
  assert_null(heard(w, &two, "moderated"));
  offer(w, &two, 1);
  switch_on(w, &two, MIC);
  moderate(w, &one, "mute", &two);
  assert_muted(w, &two, "mic", &one);
}

/* Also not by the host. */
static void test_the_host_stays_the_host(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  for (size_t i = 0; i < WITH_WHO; i++) {
    moderate(w, &host, with_who[i], &host);
    assert_error(w, &host, "not_allowed");
  }
  set_role(w, &host, &host, "participant");
  assert_error(w, &host, "not_allowed");
}

/* Its message had left before it heard of its new role. */
static void test_unmade_cohost(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2), guest = join_with_all_on(w, &host, 3);
  set_role(w, &host, &cohost, "participant");
  moderate(w, &cohost, "mute", &guest);
  assert_error(w, &cohost, "not_allowed");
  assert_null(heard(w, &guest, "muted"));
  struct tab late = knock(w, 4);
  assert_null(heard(w, &cohost, "knock"));
  answer_knock(w, &cohost, "admit", &late);
  assert_error(w, &cohost, "not_allowed");
  assert_null(heard(w, &late, "welcome"));
}

static void test_target_has_left(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), waiting = knock(w, 3);
  say(w, &guest, "leave", "");
  for (size_t i = 0; i < WITH_WHO; i++) {
    moderate(w, &host, with_who[i], &guest);
    assert_error(w, &host, "not_there");
  }
  set_role(w, &host, &guest, "viewer");
  assert_error(w, &host, "not_there");
  moderate(w, &host, "remove", &waiting); /* is not in */
  assert_error(w, &host, "not_there");
}

/* --- roles --- */

static void test_cohost(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), waiting = knock(w, 3);
  forget_said(w);
  set_role(w, &host, &guest, "cohost");
  assert_told(w, &guest, "role", &guest, &host);
  assert_string_equal(text_of(assert_changed(w, &guest, &guest), "role"), "cohost");
  assert_string_equal(text_of(assert_changed(w, &host, &guest), "role"), "cohost");
  assert_string_equal(text_of(heard(w, &guest, "knock"), "id"), waiting.id);
  assert_non_null(heard(w, &guest, "bans"));
  assert_null(heard(w, &guest, "renew"));
  struct tab late = knock(w, 4);
  assert_string_equal(text_of(heard(w, &guest, "knock"), "id"), late.id);
  answer_knock(w, &guest, "admit", &late);
  assert_non_null(heard(w, &late, "welcome"));
  answer_knock(w, &guest, "refuse", &waiting);
  assert_int_equal(w->closed[waiting.socket], CLOSE_REFUSED);
  set_role(w, &guest, &late, "cohost");
  assert_error(w, &guest, "not_allowed");
  set_role(w, &guest, &late, "viewer");
  assert_string_equal(text_of(assert_changed(w, &late, &late), "role"), "viewer");
}

static void test_viewer_publishes_nothing(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 1);
  set_role(w, &host, &guest, "viewer");
  assert_int_equal(w->publish.peer, guest.person);
  assert_int_equal(w->publish.publish, 0);
  assert_string_equal(text_of(heard(w, &guest, "renew"), "why"), "role_changed");
  const json_t *may = json_object_get(assert_changed(w, &guest, &guest), "may");
  assert_true(!is_true(may, "present") && !is_true(may, "share"));
  unsigned before = w->publishes;
  forget_said(w);
  switch_on(w, &guest, 0);
  switch_on(w, &guest, MIC | CAMERA | SCREEN);
  assert_int_equal(w->publishes, before);
  assert_muted(w, &guest, "mic", NULL);
  assert_muted(w, &guest, "camera", NULL);
  assert_muted(w, &guest, "screen", NULL);
  assert_null(heard(w, &host, "changed"));
  offer(w, &guest, 2);
  assert_int_equal(w->offer.publish, 0);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n + w->offer.source_mid[SOURCE_CAMERA].n, 0);
  say(w, &guest, "level", "\"db\":1");
  assert_int_equal(w->levels, 0);
  set_role(w, &host, &guest, "participant");
  assert_non_null(heard(w, &guest, "renew"));
  offer(w, &guest, 3);
  assert_int_equal(w->offer.connection, 3);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 1);
  switch_on(w, &guest, MIC);
  assert_int_equal(w->publish.publish, MIC);
}

/* Who comes when there is no more room to publish is a viewer; the place of one who leaves can be given on. */
static void test_more_than_may_publish(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), last = {0};
  for (uint16_t i = 0; i < LIMIT_ROOM_PEOPLE - 1; i++)
    last = join_guest(w, &host, (uint16_t)(10 + i));
  struct tab viewer = join_guest(w, &host, 100);
  forget_said(w);
  set_role(w, &host, &viewer, "participant");
  assert_error(w, &host, "room_full");
  offer(w, &viewer, 1);
  switch_on(w, &viewer, MIC);
  assert_int_equal(w->publishes, 0);
  say(w, &last, "leave", "");
  set_role(w, &host, &viewer, "participant");
  assert_string_equal(text_of(assert_changed(w, &viewer, &viewer), "role"), "participant");
  struct tab another = join_guest(w, &host, 101);
  offer(w, &another, 1);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 0);
}

static void test_admit_all_who_can_knock(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), first = knock(w, 999);
  for (uint16_t i = 1; i < LIMIT_ROOM_KNOCKING; i++)
    (void)knock(w, (uint16_t)(1000 + i));
  struct browser late = browser_of(50);
  assert_int_equal(may_enter(w, &late, false), ERR_LIMIT);
  forget_said(w);
  w->welcomes = 0;
  w->deaf = true;
  say(w, &host, "admit", "\"all\":true");
  w->deaf = false;
  assert_int_equal(w->welcomes, LIMIT_ROOM_KNOCKING);
  assert_int_equal(may_enter(w, &late, false), 0);
  offer(w, &first, 1); /* the first who knocked is among those who may publish */
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 1);
}

/* --- out --- */

static void test_remove(void **state)
{
  struct world *w = *state;
  struct browser two = browser_of(2);
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2), other = join_guest(w, &host, 3);
  forget_said(w);
  moderate(w, &host, "remove", &guest);
  assert_string_equal(text_of(heard(w, &guest, "refused"), "code"), "removed_by_host");
  assert_int_equal(w->closed[guest.socket], CLOSE_REFUSED);
  assert_int_equal(w->hang_ups, 1);
  assert_told(w, &other, "remove", &guest, &host);
  assert_string_equal(text_of(heard(w, &other, "left"), "reason"), "removed");
  assert_int_equal(may_enter(w, &two, true), ERR_STATE);
  (void)knock(w, 2);
}

static void test_ban(void **state)
{
  struct world *w = *state;
  struct browser two = browser_of(2), three = browser_of(3);
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2), early = {.browser = 2};
  moderate(w, &host, "ban", &guest);
  assert_string_equal(text_of(heard(w, &guest, "refused"), "code"), "banned_by_host");
  assert_int_equal(w->closed[guest.socket], CLOSE_REFUSED);
  assert_int_equal(w->hang_ups, 1);
  for (int resume = 0; resume < 2; resume++)
    assert_int_equal(may_enter(w, &two, resume == 1), ERR_REFUSED);
  assert_true(is_banned(w, &two));
  assert_false(is_banned(w, &three));
  assert_int_equal(open_socket(w, &early, false), ERR_REFUSED); /* with an entry from before */
  const json_t *bans = json_object_get(heard(w, &host, "bans"), "bans");
  assert_int_equal(json_array_size(bans), 1);
  assert_string_equal(text_of(json_array_get(bans, 0), "name"), "Person");
  char fields[32];
  (void)snprintf(fields, sizeof fields, "\"id\":\"%s\"", text_of(json_array_get(bans, 0), "id"));
  pass(w, 3600 * SECOND);
  assert_true(is_banned(w, &two));
  forget_said(w);
  (void)open_socket(w, &host, false);
  hear_hello(w, &host, "new");
  say(w, &host, "hello", "");
  assert_int_equal(json_array_size(json_object_get(heard(w, &host, "bans"), "bans")), 1);
  say(w, &host, "unban", fields);
  assert_int_equal(json_array_size(json_object_get(heard(w, &host, "bans"), "bans")), 0);
  say(w, &host, "unban", fields);
  assert_error(w, &host, "no_ban");
  (void)knock(w, 2);
}

static void test_ban_of_who_waits(void **state)
{
  struct world *w = *state;
  struct browser two = browser_of(2);
  struct tab host = join_host(w), guest = knock(w, 2);
  forget_said(w);
  moderate(w, &host, "ban", &guest);
  assert_string_equal(text_of(heard(w, &guest, "refused"), "code"), "banned_by_host");
  assert_string_equal(text_of(heard(w, &host, "knock_gone"), "id"), guest.id);
  assert_null(heard(w, &host, "moderated"));
  assert_true(is_banned(w, &two));
}

static void test_bans_full(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = {0};
  for (uint16_t i = 0; i <= LIMIT_ROOM_BANS; i++) {
    forget_said(w);
    pass(w, 1 * SECOND);
    guest = join_guest(w, &host, (uint16_t)(1000 + i));
    w->deaf = i < LIMIT_ROOM_BANS;
    moderate(w, &host, "ban", &guest);
    w->deaf = false;
  }
  struct browser last = browser_of(1000 + LIMIT_ROOM_BANS);
  assert_error(w, &host, "bans_full");
  assert_int_equal(w->closed[guest.socket], CLOSE_REFUSED); /* out all the same */
  assert_string_equal(text_of(heard(w, &guest, "refused"), "code"), "removed_by_host");
  assert_false(is_banned(w, &last));
}

static void test_send_back(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2);
  moderate(w, &host, "send_back", &guest);
  assert_non_null(heard(w, &guest, "waiting"));
  assert_int_equal(w->hang_ups, 1);
  assert_string_equal(text_of(heard(w, &host, "left"), "reason"), "removed");
  assert_string_equal(text_of(heard(w, &host, "knock"), "id"), guest.id);
  forget_said(w);
  unsigned before = w->publishes + w->offers + w->levels;
  switch_on(w, &guest, MIC); /* these had left before the page heard of it */
  say(w, &guest, "level", "\"db\":1");
  offer(w, &guest, 2);
  assert_int_equal(w->closed[guest.socket], 0);
  assert_int_equal(w->publishes + w->offers + w->levels, before);
  const struct ipc_answer late = {.peer = guest.person, .id = 1, .sdp = span_str("v=0 late")};
  answer_knock(w, &host, "admit", &guest);
  assert_non_null(heard(w, &guest, "welcome"));
  assert_int_equal(rooms_media_answered(w->rooms, 0, &late), 0); /* of the connection that has ended */
  assert_null(heard(w, &guest, "answer"));
  offer(w, &guest, 3);
  assert_int_equal(w->offer.connection, 2);
  assert_int_equal(w->offer.publish, 0);
  const struct ipc_answer answer = {.peer = guest.person, .id = 3, .sdp = span_str("v=0")};
  assert_int_equal(rooms_media_answered(w->rooms, 0, &answer), 0);
  assert_non_null(heard(w, &guest, "answer"));
}

/* An answer that comes while the guest waits again is counted, and told to nobody. */
static void test_answer_while_sent_back(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2);
  moderate(w, &host, "send_back", &guest);
  const struct ipc_answer late = {.peer = guest.person, .id = 1, .sdp = span_str("v=0 late")};
  assert_int_equal(rooms_media_answered(w->rooms, 0, &late), 0);
  answer_knock(w, &host, "admit", &guest);
  offer(w, &guest, 2);
  const struct ipc_answer answer = {.peer = guest.person, .id = 2, .sdp = span_str("v=0")};
  assert_int_equal(rooms_media_answered(w->rooms, 0, &answer), 0);
  const json_t *told = heard(w, &guest, "answer");
  assert_int_equal(json_integer_value(json_object_get(told, "id")), 2);
  assert_null(heard(w, &guest, "answer"));
}

static void test_a_cohost_sent_back_is_none(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2), other = join_guest(w, &host, 3);
  moderate(w, &host, "send_back", &cohost);
  moderate(w, &cohost, "mute", &other); /* ignored */
  say(w, &cohost, "admit", "\"all\":true");
  assert_null(heard(w, &cohost, "welcome"));
  answer_knock(w, &host, "admit", &cohost);
  moderate(w, &cohost, "remove", &other);
  assert_error(w, &cohost, "not_allowed");
}

/* --- the room --- */

static void test_waiting_room_off(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), before = knock(w, 2);
  set_policy(w, &host, true, false);
  assert_false(is_true(rules_told(w, &host), "waiting"));
  struct tab guest = open_page(w, 3);
  say(w, &guest, "hello", "");
  assert_non_null(heard(w, &guest, "welcome"));
  assert_null(heard(w, &before, "welcome"));
  moderate(w, &host, "send_back", &guest);
  assert_error(w, &host, "waiting_off");
}

static void test_lock(void **state)
{
  struct world *w = *state;
  struct browser two = browser_of(2), three = browser_of(3), four = browser_of(4);
  struct tab host = join_host(w), in = join_guest(w, &host, 2), waiting = knock(w, 3), slow = open_page(w, 5);
  (void)in;
  say(w, &host, "lock", "\"on\":true");
  assert_true(is_true(rules_told(w, &in), "locked"));
  assert_int_equal(may_enter(w, &four, false), ERR_AGAIN);
  assert_int_equal(may_enter(w, &two, true), 0);
  assert_int_equal(may_enter(w, &two, false), 0); /* a page that was reloaded */
  assert_int_equal(may_enter(w, &three, true), 0);
  say(w, &slow, "hello", ""); /* had an open socket already */
  assert_string_equal(text_of(heard(w, &slow, "refused"), "code"), "locked");
  assert_int_equal(w->closed[slow.socket], CLOSE_REFUSED);
  struct tab early = open_page(w, 6); /* with an entry from before */
  say(w, &early, "hello", "");
  assert_string_equal(text_of(heard(w, &early, "refused"), "code"), "locked");
  struct tab again = knock(w, 2); /* had a place, and knocks like everybody */
  (void)again;
  answer_knock(w, &host, "admit", &waiting);
  assert_true(is_true(json_object_get(heard(w, &waiting, "welcome"), "rules"), "locked"));
  say(w, &host, "leave", "");
  host = join_host(w);
  say(w, &host, "lock", "\"on\":false");
  assert_int_equal(may_enter(w, &four, false), 0);
}

static void test_stop_everything(void **state)
{
  struct world *w = *state;
  struct browser late = browser_of(100);
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2), guests[7];
  for (uint16_t i = 0; i < 7; i++)
    guests[i] = join_with_all_on(w, &host, (uint16_t)(10 + i));
  offer(w, &host, 1);
  switch_on(w, &host, MIC);
  forget_said(w);
  unsigned before = w->publishes;
  say(w, &cohost, "stop_everything", "");
  assert_int_equal(w->publishes, before + 7);
  assert_int_equal(w->publish.publish, 0);
  assert_null(heard(w, &host, "muted"));
  const json_t *room = rules_told(w, &guests[0]);
  assert_true(is_true(room, "locked") && !is_true(room, "unmute_self"));
  assert_told(w, &guests[0], "stop_everything", NULL, &cohost);
  assert_int_equal(may_enter(w, &late, false), ERR_AGAIN);
  const json_t *last = json_object_get(heard(w, &cohost, "last_joined"), "people");
  assert_int_equal(json_array_size(last), 5);
  for (size_t i = 0; i < 5; i++)
    assert_string_equal(text_of(json_array_get(last, i), "id"), guests[6 - i].id);
  assert_false(is_true(json_object_get(json_array_get(last, 0), "may"), "present"));
  assert_null(heard(w, &host, "last_joined"));
  before = w->publishes;
  switch_on(w, &guests[0], 0);
  switch_on(w, &guests[0], MIC | CAMERA | SCREEN); /* no way around it */
  say(w, &host, "lock", "\"on\":false");
  switch_on(w, &guests[0], CAMERA);
  set_policy(w, &host, false, true);
  switch_on(w, &guests[0], CAMERA);
  assert_int_equal(w->publishes, before);
  set_policy(w, &host, true, true);
  switch_on(w, &guests[0], MIC | CAMERA);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
}

/* An offer after the order does not bring it back either. */
static void test_offer_of_who_was_stopped(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2);
  say(w, &host, "stop_everything", "");
  offer(w, &guest, 2);
  assert_int_equal(w->offer.publish, 0);
  offer(w, &guest, 1);
  assert_int_equal(w->offer.publish, 0);
}

/* --- resumes --- */

static void resume(struct world *w, struct tab *page)
{
  rooms_socket_lost(w->rooms, w->time, page->person, page->socket);
  assert_int_equal(open_socket(w, page, true), 0);
  hear_hello(w, page, "in");
  say(w, page, "hello", "");
}

static void test_resumed_pages_learn_it_again(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_all_on(w, &host, 2), cohost = join_cohost(w, &host, 3);
  struct tab pest = join_guest(w, &host, 4), waiting = knock(w, 5);
  rooms_socket_lost(w->rooms, w->time, guest.person, guest.socket);
  moderate(w, &host, "mute", &guest); /* while the page is away */
  moderate(w, &host, "ban", &pest);
  set_policy(w, &host, true, false);
  resume(w, &guest);
  const json_t *welcome = heard(w, &guest, "welcome");
  assert_false(is_true(json_object_get(welcome, "rules"), "waiting"));
  assert_false(is_true(json_array_get(json_object_get(welcome, "people"), 1), "mic"));
  assert_muted(w, &guest, "mic", &host);
  switch_on(w, &guest, CAMERA);
  resume(w, &guest);
  assert_null(heard(w, &guest, "muted")); /* has said so itself */
  forget_said(w);
  resume(w, &cohost);
  welcome = heard(w, &cohost, "welcome");
  const json_t *knocking = json_object_get(welcome, "knocking");
  assert_string_equal(text_of(json_array_get(knocking, 0), "id"), waiting.id);
  assert_int_equal(json_array_size(json_object_get(heard(w, &cohost, "bans"), "bans")), 1);
  moderate(w, &cohost, "mute", &guest);
  assert_null(heard(w, &cohost, "error"));
}

/* A new stay is a new guest, also of a co-host. */
static void test_new_stay_has_no_role(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2);
  (void)cohost;
  struct tab again = join_guest(w, &host, 2);
  say(w, &again, "lock", "\"on\":true");
  assert_int_equal(w->closed[again.socket], CLOSE_PROTOCOL);
}

/* --- attendance --- */

static void test_attendance(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  pass(w, 10 * SECOND);
  struct tab guest = join_guest(w, &host, 2);
  set_role(w, &host, &guest, "viewer");
  pass(w, 10 * SECOND);
  moderate(w, &host, "send_back", &guest);
  pass(w, 10 * SECOND);
  answer_knock(w, &host, "admit", &guest);
  (void)knock(w, 3); /* was never in */
  say(w, &host, "attendance", "");
  const json_t *list = heard(w, &host, "attendance"), *people = json_object_get(list, "people");
  assert_int_equal(json_array_size(people), 3);
  assert_int_equal(json_integer_value(json_object_get(list, "total")), 3);
  const json_t *first = json_array_get(people, 1), *second = json_array_get(people, 2);
  assert_string_equal(text_of(json_array_get(people, 0), "verified"), "host_link");
  assert_string_equal(text_of(first, "name"), "Person");
  assert_string_equal(text_of(first, "role"), "viewer");
  assert_int_equal(json_integer_value(json_object_get(first, "joined")), 1795420810);
  assert_int_equal(json_integer_value(json_object_get(first, "left")), 1795420820);
  assert_int_equal(json_integer_value(json_object_get(second, "joined")), 1795420830);
  assert_string_equal(text_of(second, "role"), "participant");
  assert_true(json_is_null(json_object_get(second, "left")));
}

static void test_attendance_is_bounded(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  set_policy(w, &host, true, false);
  for (unsigned i = 0; i < LIMIT_ATTENDANCE + 4; i++) {
    forget_said(w);
    struct tab guest = open_page(w, 2);
    say(w, &guest, "hello", "");
    say(w, &guest, "leave", "");
  }
  forget_said(w);
  say(w, &host, "attendance", "\"from\":9500");
  const json_t *list = heard(w, &host, "attendance");
  assert_int_equal(json_integer_value(json_object_get(list, "total")), LIMIT_ATTENDANCE);
  assert_int_equal(json_integer_value(json_object_get(list, "unlisted")), 5); /* the host was the first */
  assert_int_equal(json_array_size(json_object_get(list, "people")), 500);
  say(w, &host, "attendance", "\"from\":10000");
  assert_int_equal(json_array_size(json_object_get(heard(w, &host, "attendance"), "people")), 0);
  say(w, &host, "attendance", "");
  assert_int_equal(json_array_size(json_object_get(heard(w, &host, "attendance"), "people")), 1000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_mute), IN_WORLD(test_stop_video_and_share), IN_WORLD(test_mute_all), IN_WORLD(test_unmute_self_off),
    IN_WORLD(test_participants_and_viewers_cannot), IN_WORLD(test_what_a_cohost_may_not),
    IN_WORLD(test_the_host_stays_the_host), IN_WORLD(test_unmade_cohost), IN_WORLD(test_target_has_left),
    IN_WORLD(test_cohost), IN_WORLD(test_viewer_publishes_nothing), IN_WORLD(test_more_than_may_publish),
    IN_WORLD(test_admit_all_who_can_knock), IN_WORLD(test_remove), IN_WORLD(test_ban), IN_WORLD(test_ban_of_who_waits),
    IN_WORLD(test_bans_full), IN_WORLD(test_send_back), IN_WORLD(test_answer_while_sent_back),
    IN_WORLD(test_a_cohost_sent_back_is_none), IN_WORLD(test_waiting_room_off), IN_WORLD(test_lock),
    IN_WORLD(test_stop_everything), IN_WORLD(test_offer_of_who_was_stopped),
    IN_WORLD(test_resumed_pages_learn_it_again), IN_WORLD(test_new_stay_has_no_role), IN_WORLD(test_attendance),
    IN_WORLD(test_attendance_is_bounded),
  };
  return RUN_TESTS("rooms_moderation", tests);
}
