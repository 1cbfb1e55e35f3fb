/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens: their sound and their pause (rooms_media.c), and requests to share one (rooms_share.c, A10, A11). */
#include "rooms_testing.h"

#define SOUND (1u << SOURCE_SCREEN_SOUND)

static void share(struct world *w, struct tab *page, const char *more)
{
  char fields[128];
  (void)snprintf(fields, sizeof fields, "\"mic\":true,\"camera\":false,\"screen\":true%s", more);
  say(w, page, "state", fields);
}

static struct tab join_with_media(struct world *w, struct tab *host, uint16_t browser)
{
  struct tab page = join_guest(w, host, browser);
  offer(w, &page, 1);
  forget_said(w);
  return page;
}

/* --- the sound of a screen --- */

static void test_sound_goes_with_the_screen(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  share(w, &guest, "");
  assert_int_equal(w->publish.publish, MIC | SCREEN);
  share(w, &guest, ",\"screen_sound\":true");
  assert_int_equal(w->publish.publish, MIC | SCREEN | SOUND);
  say(w, &guest, "state", "\"mic\":true,\"camera\":false,\"screen\":false,\"screen_sound\":true");
  assert_int_equal(w->publish.publish, MIC);
}

static void test_who_stops_a_share_stops_its_sound(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  share(w, &guest, ",\"screen_sound\":true");
  forget_said(w);
  moderate(w, &host, "stop_share", &guest);
  assert_int_equal(w->publish.publish, MIC);
  assert_muted(w, &guest, "screen", &host);
  share(w, &guest, ",\"screen_sound\":true"); /* was on its way already */
  assert_int_equal(w->publish.publish, MIC);
}

static void test_sound_needs_the_right_to_share(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.share = ROLE_COHOST;
  open_room(w, ROOM_OPEN, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host), guest = join_guest(w, &host, 2);
  offer(w, &guest, 1);
  share(w, &guest, ",\"screen_sound\":true");
  assert_int_equal(w->publish.publish, MIC);
  assert_muted(w, &guest, "screen", NULL);
}

static void test_offer_with_and_without_sound(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  say(w, &host, "offer", "\"id\":1,\"sdp\":\"v=0\",\"sources\":{\"mic\":\"0\",\"camera\":null,\"screen\":\"2\"}");
  assert_int_equal(w->offer.source_mid[SOURCE_SCREEN_SOUND].n, 0);
  say(w, &host, "offer", "\"id\":2,\"sdp\":\"v=0\",\"sources\":{\"mic\":\"0\",\"camera\":null,\"screen\":\"2\","
                         "\"screen_sound\":\"3\"}");
  assert_int_equal(w->offer.source_mid[SOURCE_SCREEN_SOUND].n, 1);
  assert_int_equal(w->closed[host.socket], 0);
  say(w, &host, "offer", "\"id\":3,\"sdp\":\"v=0\",\"sources\":{\"mic\":\"0\",\"camera\":null,\"screen\":\"2\","
                         "\"other\":\"3\"}");
  assert_int_equal(w->closed[host.socket], CLOSE_PROTOCOL);
}

/* --- the pause --- */

static void test_pause_masks_picture_and_sound(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  share(w, &guest, ",\"screen_sound\":true");
  assert_false(is_true(assert_changed(w, &host, &guest), "screen_paused"));
  forget_said(w);
  share(w, &guest, ",\"screen_sound\":true,\"screen_paused\":true");
  assert_int_equal(w->publish.publish, MIC);
  const json_t *seen = assert_changed(w, &host, &guest);
  assert_true(is_true(seen, "screen") && is_true(seen, "screen_paused"));
  share(w, &guest, ",\"screen_sound\":true,\"screen_paused\":false");
  assert_int_equal(w->publish.publish, MIC | SCREEN | SOUND);
  say(w, &guest, "state", "\"mic\":true,\"camera\":false,\"screen\":false,\"screen_paused\":true");
  forget_said(w);
  say(w, &guest, "state", "\"mic\":true,\"camera\":false,\"screen\":true");
  assert_false(is_true(assert_changed(w, &host, &guest), "screen_paused"));
}

/* --- requests --- */

static void test_request_and_decline(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), other = join_guest(w, &host, 3);
  forget_said(w);
  moderate(w, &host, "ask_share", &guest);
  assert_string_equal(text_of(heard(w, &guest, "share_asked"), "by"), host.id);
  assert_null(heard(w, &other, "share_asked"));
  assert_null(heard(w, &host, "error"));
  say(w, &guest, "decline_share", "");
  assert_string_equal(text_of(heard(w, &host, "share_declined"), "who"), guest.id);
  forget_said(w);
  say(w, &guest, "decline_share", ""); /* nobody waits for it any more */
  say(w, &other, "decline_share", "");
  assert_null(heard(w, &host, "share_declined"));
  assert_int_equal(w->closed[guest.socket], 0);
}

static void test_share_answers_a_request(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  moderate(w, &host, "ask_share", &guest);
  share(w, &guest, "");
  say(w, &guest, "decline_share", "");
  assert_null(heard(w, &host, "share_declined"));
  pass(w, 60 * SECOND);
  moderate(w, &host, "ask_share", &guest);
  assert_error(w, &host, "shares_already");
}

static void test_who_cannot_be_asked(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), viewer = join_guest(w, &host, 2), waiting = knock(w, 3);
  set_role(w, &host, &viewer, "viewer");
  forget_said(w);
  moderate(w, &host, "ask_share", &viewer);
  assert_error(w, &host, "not_allowed");
  moderate(w, &host, "ask_share", &host);
  assert_error(w, &host, "not_allowed");
  moderate(w, &host, "ask_share", &waiting);
  assert_error(w, &host, "not_there");
  say(w, &host, "ask_share", "\"who\":\"nobody00\"");
  assert_error(w, &host, "not_there");
  assert_null(heard(w, &viewer, "share_asked"));
  assert_null(heard(w, &waiting, "share_asked"));
}

static void test_nobody_is_pestered(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2), guest = join_guest(w, &host, 3);
  forget_said(w);
  moderate(w, &host, "ask_share", &guest);
  assert_non_null(heard(w, &guest, "share_asked"));
  say(w, &guest, "decline_share", "");
  forget_said(w);
  moderate(w, &host, "ask_share", &guest);
  assert_error(w, &host, "asked_already");
  moderate(w, &cohost, "ask_share", &guest);
  assert_error(w, &cohost, "asked_already");
  assert_null(heard(w, &guest, "share_asked"));
  pass(w, 11 * SECOND);
  moderate(w, &cohost, "ask_share", &guest);
  assert_string_equal(text_of(heard(w, &guest, "share_asked"), "by"), cohost.id);
}

static void test_only_moderators_ask(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), cohost = join_cohost(w, &host, 2), guest = join_guest(w, &host, 3),
             waiting = knock(w, 4);
  set_role(w, &host, &cohost, "participant");
  forget_said(w);
  moderate(w, &cohost, "ask_share", &guest);
  assert_error(w, &cohost, "not_allowed");
  moderate(w, &guest, "ask_share", &cohost);
  assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
  moderate(w, &waiting, "ask_share", &host);
  assert_int_equal(w->closed[waiting.socket], CLOSE_PROTOCOL);
  assert_null(heard(w, &host, "share_asked"));
  assert_null(heard(w, &cohost, "share_asked"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_sound_goes_with_the_screen), IN_WORLD(test_who_stops_a_share_stops_its_sound),
    IN_WORLD(test_sound_needs_the_right_to_share), IN_WORLD(test_offer_with_and_without_sound),
    IN_WORLD(test_pause_masks_picture_and_sound), IN_WORLD(test_request_and_decline),
    IN_WORLD(test_share_answers_a_request), IN_WORLD(test_who_cannot_be_asked), IN_WORLD(test_nobody_is_pestered),
    IN_WORLD(test_only_moderators_ask),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
