/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages show of what they get, and which layers of theirs are watched. */
#include "rooms_testing.h"

#define VIEW "\"shown\":[{\"mid\":\"8\",\"height\":720,\"pinned\":true},{\"mid\":\"9\",\"height\":180}]"

static struct tab join_with_media(struct world *w, struct tab *host, uint16_t browser)
{
  struct tab guest = join_guest(w, host, browser);
  offer(w, &guest, 1);
  return guest;
}

static void test_view_is_of_who_says_it(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  say(w, &guest, "view", VIEW);
  assert_int_equal(w->views, 1);
  assert_true(w->view.peer == guest.person && w->view.count == 2);
  assert_true(w->view.shown[0].height == 720 && w->view.shown[0].flags == IPC_SHOWN_PINNED);
  assert_true(w->view.shown[0].mid_n == 1 && w->view.shown[0].mid[0] == '8');
  assert_true(w->view.shown[1].height == 180 && w->view.shown[1].flags == 0);
  say(w, &guest, "view", "\"shown\":[]");
  assert_true(w->views == 2 && w->view.count == 0);
}

/* A2, A4: nobody can set another's view, nor before there is a connection. */
static void test_view_of_others_is_refused(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), waiting = knock(w, 3);
  say(w, &guest, "view", VIEW);
  assert_true(w->views == 0 && w->closed[guest.socket] == 0);
  say(w, &guest, "view", VIEW ",\"who\":\"abcdefgh\"");
  say(w, &waiting, "view", VIEW);
  assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
  assert_int_equal(w->closed[waiting.socket], CLOSE_PROTOCOL);
  assert_int_equal(w->views, 0);
}

/* So often no page changes; the media process is not to work for it, and the page hears that it was not taken. */
static void test_views_are_limited(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  for (unsigned i = 0; i < 40; i++)
    say(w, &guest, "view", VIEW);
  assert_int_equal(w->views, 40);
  forget_said(w);
  say(w, &guest, "view", VIEW);
  assert_int_equal(w->views, 40);
  assert_error(w, &guest, "view_too_fast");
  pass(w, 1 * SECOND);
  say(w, &guest, "view", VIEW);
  assert_int_equal(w->views, 41);
  assert_int_equal(w->closed[guest.socket], 0);
}

static void assert_layers(const json_t *layers, int camera, int screen)
{
  assert_int_equal(json_integer_value(json_object_get(layers, "camera")), camera);
  assert_int_equal(json_integer_value(json_object_get(layers, "screen")), screen);
}

static struct ipc_layers watched(const struct tab *tab, uint32_t connection, uint8_t mask)
{
  return (struct ipc_layers){.peer = tab->person, .connection = connection, .source = SOURCE_CAMERA, .mask = mask};
}

static void test_layers_reach_the_sender_alone(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  struct ipc_layers m = watched(&guest, 1, 1);
  forget_said(w);
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), 0);
  assert_layers(heard(w, &guest, "layers"), 1, IPC_LAYERS_ALL);
  assert_true(said_nothing_to(w, &host));
  m.source = SOURCE_SCREEN;
  m.mask = 0;
  forget_said(w);
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), 0);
  assert_layers(heard(w, &guest, "layers"), 1, 0);
  m.most_bps = 250000;
  forget_said(w);
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), 0);
  const json_t *layers = heard(w, &guest, "layers");
  assert_int_equal(json_integer_value(json_object_get(layers, "camera_bps")), 0);
  assert_int_equal(json_integer_value(json_object_get(layers, "screen_bps")), 250000);
}

/* News of another connection or from another process is of somebody else. */
static void test_layers_of_another_connection(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  struct ipc_layers m = watched(&guest, 2, 1);
  forget_said(w);
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), ERR_NOT_FOUND);
  m.connection = 1;
  assert_int_equal(rooms_media_layers(w->rooms, 1, &m), ERR_NOT_FOUND);
  m.peer = 12345;
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), ERR_NOT_FOUND);
  assert_true(said_nothing_to(w, &guest));
}

static void test_layers_are_told_again(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  struct ipc_layers m = watched(&guest, 1, 2);
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), 0);
  rooms_socket_lost(w->rooms, w->time, guest.person, guest.socket);
  assert_int_equal(open_socket(w, &guest, true), 0);
  hear_hello(w, &guest, "in");
  forget_said(w);
  say(w, &guest, "hello", "");
  assert_layers(heard(w, &guest, "layers"), 2, IPC_LAYERS_ALL);
  offer(w, &guest, 1); /* of a new connection nothing is known yet */
  m = watched(&guest, 2, 4);
  forget_said(w);
  assert_int_equal(rooms_media_layers(w->rooms, 0, &m), 0);
  assert_layers(heard(w, &guest, "layers"), 4, IPC_LAYERS_ALL);
}

static void tell_weakness(struct world *w, const struct tab *tab, uint32_t connection, bool weak)
{
  const struct ipc_weakness m = {.peer = tab->person, .connection = connection, .weak = weak};
  assert_int_equal(rooms_media_weakness(w->rooms, 0, &m), 0);
}

static void assert_weakness(struct world *w, const struct tab *at, const struct tab *who, bool weak)
{
  const json_t *m = heard(w, at, "weakness");
  assert_non_null(m);
  assert_string_equal(text_of(m, "who"), who->id);
  assert_true(is_true(m, "weak") == weak);
}

static void test_weakness_is_told_to_all_in_a_meeting(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2), other = join_guest(w, &host, 3), waiting = knock(w, 4);
  forget_said(w);
  tell_weakness(w, &guest, 1, false); /* as everybody thinks */
  assert_true(said_nothing_to(w, &host) && said_nothing_to(w, &guest));
  tell_weakness(w, &guest, 1, true);
  assert_weakness(w, &host, &guest, true);
  assert_weakness(w, &guest, &guest, true);
  assert_weakness(w, &other, &guest, true);
  assert_true(said_nothing_to(w, &waiting));
  answer_knock(w, &host, "admit", &waiting); /* who comes later hears of it after the welcome */
  pass(w, 1 * SECOND);
  assert_non_null(heard(w, &waiting, "welcome"));
  assert_weakness(w, &waiting, &guest, true);
  offer(w, &guest, 1); /* a new connection is as weak until it is known to be better */
  forget_said(w);
  tell_weakness(w, &guest, 2, true);
  assert_true(said_nothing_to(w, &host));
  tell_weakness(w, &guest, 2, false);
  assert_weakness(w, &host, &guest, false);
}

static void test_weakness_of_another_connection(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_with_media(w, &host, 2);
  struct ipc_weakness m = {.peer = guest.person, .connection = 2, .weak = true};
  forget_said(w);
  assert_int_equal(rooms_media_weakness(w->rooms, 0, &m), ERR_NOT_FOUND);
  m.connection = 1;
  assert_int_equal(rooms_media_weakness(w->rooms, 1, &m), ERR_NOT_FOUND);
  m.peer = 12345;
  assert_int_equal(rooms_media_weakness(w->rooms, 0, &m), ERR_NOT_FOUND);
  assert_true(said_nothing_to(w, &host));
}

/* Of an event: those on the stage and moderators hear of the stage, its viewers of nobody, and of them nobody. */
static void test_weakness_in_an_event(void **state)
{
  struct world *w = *state;
  static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.waiting_room = false;
  policy.most = LIMIT_EVENT_PEOPLE;
  open_room(w, ROOM_EVENT, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host), speaker = walk_in(w, 2, &a_speaker);
  struct tab viewer = walk_in(w, 3, &a_viewer);
  broadcast(w, &host, true);
  order_on(w, &host, "stage", &speaker, true);
  offer(w, &speaker, 1);
  offer(w, &viewer, 1);
  forget_said(w);
  tell_weakness(w, &viewer, 1, true);
  assert_true(said_nothing_to(w, &host) && said_nothing_to(w, &speaker) && said_nothing_to(w, &viewer));
  tell_weakness(w, &speaker, 1, true);
  assert_weakness(w, &host, &speaker, true);
  assert_weakness(w, &speaker, &speaker, true);
  assert_true(said_nothing_to(w, &viewer));
  struct tab late = walk_in(w, 4, &a_viewer), cohost = walk_in(w, 5, &a_cohost);
  assert_null(heard(w, &late, "weakness"));
  assert_weakness(w, &cohost, &speaker, true);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_view_is_of_who_says_it),       IN_WORLD(test_view_of_others_is_refused), IN_WORLD(test_views_are_limited),
    IN_WORLD(test_layers_reach_the_sender_alone), IN_WORLD(test_layers_of_another_connection), IN_WORLD(test_layers_are_told_again),
    IN_WORLD(test_weakness_is_told_to_all_in_a_meeting), IN_WORLD(test_weakness_of_another_connection),
    IN_WORLD(test_weakness_in_an_event),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
