/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms_stage.c, rooms_invite.c: the green room of an event, its broadcast, and who gets onto its stage (A4). */
#include "rooms_testing.h"

static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};

static struct tab open_event(struct world *w)
{
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.waiting_room = false;
  open_room(w, ROOM_EVENT, &policy);
  return walk_in(w, HOST_BROWSER, &a_host);
}

static size_t people_in(const json_t *message)
{
  return json_array_size(json_object_get(message, "people"));
}

static const char *broadcast_in(const json_t *message)
{
  return text_of(json_object_get(message, "broadcast"), "state");
}

static const json_t *welcome_of(struct world *w, struct tab *page)
{
  say(w, page, "hello", "");
  const json_t *welcome = heard(w, page, "welcome");
  assert_non_null(welcome);
  return welcome;
}

/* What is said of `who` to `at`. */
static const char *stage_at(struct world *w, const struct tab *at, const struct tab *who)
{
  return text_of(assert_changed(w, at, who), "stage");
}

static void test_before_it_begins(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), first = walk_in(w, 3, &a_viewer);
  forget_said(w);
  struct tab speaker = open_page_as(w, 2, &a_speaker);
  assert_int_equal(people_in(welcome_of(w, &speaker)), 2);
  assert_string_equal(text_of(json_object_get(heard(w, &host, "joined"), "person"), "stage"), "ready");
  offer(w, &speaker, 1);
  assert_true(w->offer.backstage);
  switch_on(w, &speaker, MIC | CAMERA);
  assert_true(w->publish.backstage && w->publish.publish == (MIC | CAMERA));
  assert_true(said_nothing_to(w, &first)); /* not even that there is somebody */
  offer(w, &first, 1);
  assert_true(!w->offer.backstage && w->offer.source_mid[SOURCE_MIC].n == 0);
  struct tab late = open_page_as(w, 4, &a_viewer);
  const json_t *welcome = welcome_of(w, &late);
  assert_int_equal(people_in(welcome), 1); /* oneself */
  assert_string_equal(broadcast_in(welcome), "before");
  assert_true(is_null(json_object_get(welcome, "broadcast"), "since"));
}

static void test_begin_and_end(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker), viewer = walk_in(w, 3, &a_viewer);
  offer(w, &host, 1);
  offer(w, &speaker, 1);
  unsigned publishes = w->publishes;
  broadcast(w, &host, true);
  assert_int_equal(w->publishes - publishes, 2);
  assert_false(w->publish.backstage);
  const json_t *begun = heard(w, &viewer, "broadcast");
  assert_string_equal(broadcast_in(begun), "live");
  assert_int_equal(people_in(begun), 2);
  assert_string_equal(broadcast_in(heard(w, &speaker, "welcome")), "live");
  broadcast(w, &host, true); /* has begun already */
  assert_null(heard(w, &viewer, "broadcast"));
  struct tab late = open_page_as(w, 4, &a_viewer);
  assert_int_equal(people_in(welcome_of(w, &late)), 3);
  broadcast(w, &host, false);
  assert_true(w->publish.backstage);
  const json_t *ended = heard(w, &viewer, "broadcast");
  assert_string_equal(broadcast_in(ended), "over");
  assert_int_equal(people_in(ended), 0);
  struct tab last = open_page_as(w, 5, &a_viewer);
  const json_t *welcome = welcome_of(w, &last);
  assert_string_equal(broadcast_in(welcome), "over");
  assert_int_equal(people_in(welcome), 1);
}

/* Nobody but a moderator: the socket of who tries it ends. */
static void test_only_moderators(void **state)
{
  struct world *w = *state;
  static const char *const tries[][2] = {{"broadcast", "\"on\":true"}, {"stage", NULL}, {"invite", NULL},
                                         {"question", "\"id\":1,\"act\":\"show\""}};
  struct tab host = open_event(w), cohost = walk_in(w, 7, &a_cohost);
  for (size_t i = 0; i < 4; i++) {
    struct tab wrong[] = {walk_in(w, (uint16_t)(20 + i), &a_viewer), walk_in(w, (uint16_t)(30 + i), &a_speaker)};
    for (size_t k = 0; k < 2; k++) {
      if (tries[i][1] != NULL)
        say(w, &wrong[k], tries[i][0], tries[i][1]);
      else
        order_on(w, &wrong[k], tries[i][0], &wrong[k], true);
      assert_int_equal(w->closed[wrong[k].socket], CLOSE_PROTOCOL);
    }
  }
  struct tab late = open_page_as(w, 4, &a_viewer);
  assert_string_equal(broadcast_in(welcome_of(w, &late)), "before");
  broadcast(w, &cohost, true);
  assert_string_equal(broadcast_in(heard(w, &late, "broadcast")), "live");
  order_on(w, &cohost, "stage", &host, false); /* nobody moderates a host */
  assert_error(w, &cohost, "not_allowed");
}

/* Who is held back waits on when it begins, and who comes later waits in any case. */
static void test_onto_the_stage_and_back(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker), viewer = walk_in(w, 3, &a_viewer);
  offer(w, &speaker, 1);
  order_on(w, &host, "stage", &speaker, false);
  assert_string_equal(stage_at(w, &host, &speaker), "green");
  broadcast(w, &host, true);
  assert_true(w->publish.backstage);
  assert_int_equal(people_in(heard(w, &viewer, "broadcast")), 1);
  struct tab late = walk_in(w, 5, &a_cohost), other = walk_in(w, 6, &a_speaker);
  forget_said(w);
  order_on(w, &host, "stage", &speaker, true);
  assert_false(w->publish.backstage);
  assert_string_equal(stage_at(w, &viewer, &speaker), "live");
  assert_string_equal(stage_at(w, &other, &speaker), "live");
  order_on(w, &late, "stage", &late, true); /* oneself */
  assert_string_equal(stage_at(w, &viewer, &late), "live");
  order_on(w, &host, "stage", &speaker, false);
  assert_true(w->publish.backstage);
  const json_t *left = heard(w, &viewer, "left");
  assert_string_equal(text_of(left, "id"), speaker.id);
  assert_string_equal(text_of(left, "reason"), "backstage");
  assert_null(heard(w, &other, "left"));
  switch_on(w, &speaker, MIC);
  assert_true(w->publish.backstage && w->publish.publish == MIC);
  assert_null(heard(w, &viewer, "changed"));
  say(w, &speaker, "leave", "");
  assert_null(heard(w, &viewer, "left"));
  assert_string_equal(text_of(heard(w, &other, "left"), "reason"), "left");
  order_on(w, &host, "stage", &viewer, true); /* without having been asked */
  assert_error(w, &host, "not_invited");
}

/* Who is made a viewer gets nothing of the green room any more, whatever becomes of the connection. */
static void test_out_of_the_green_room(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker);
  offer(w, &speaker, 1);
  switch_on(w, &speaker, MIC);
  forget_said(w);
  set_role(w, &host, &speaker, "viewer");
  assert_true(!w->publish.backstage && w->publish.publish == 0);
  assert_int_equal(people_in(heard(w, &speaker, "welcome")), 1);
  assert_non_null(heard(w, &speaker, "renew"));
  forget_said(w);
  switch_on(w, &host, CAMERA);
  assert_null(heard(w, &speaker, "changed"));
}

/* What the media process says of the green room does not leave it. */
static void test_speaker(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker), viewer = walk_in(w, 3, &a_viewer);
  struct ipc_speaker m = {.room = w->room, .peer = speaker.person, .backstage = true};
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &m), 0);
  assert_string_equal(text_of(heard(w, &host, "speaker"), "who"), speaker.id);
  assert_null(heard(w, &viewer, "speaker"));
  m.backstage = false; /* crossed by what web has said meanwhile */
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &m), 0);
  assert_null(heard(w, &viewer, "speaker"));
  broadcast(w, &host, true);
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &m), 0);
  assert_string_equal(text_of(heard(w, &viewer, "speaker"), "who"), speaker.id);
  order_on(w, &host, "stage", &speaker, false);
  struct tab late = open_page_as(w, 4, &a_viewer);
  assert_true(is_null(welcome_of(w, &late), "speaker"));
}

/* What is written in the green room stays there, but for a word of a moderator; and nobody writes into it. */
static void test_chat(void **state)
{
  struct world *w = *state;
  char fields[96];
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.chat = ROLE_VIEWER;
  policy.waiting_room = false;
  open_room(w, ROOM_EVENT, &policy);
  struct tab host = walk_in(w, HOST_BROWSER, &a_host), speaker = walk_in(w, 2, &a_speaker);
  struct tab viewer = walk_in(w, 3, &a_viewer);
  say(w, &speaker, "chat", "\"id\":1,\"text\":\"Is this on?\"");
  assert_string_equal(text_of(heard(w, &speaker, "chat"), "reach"), "stage");
  assert_non_null(heard(w, &host, "chat"));
  assert_null(heard(w, &viewer, "chat"));
  (void)snprintf(fields, sizeof fields, "\"id\":1,\"text\":\"Hello\",\"to\":\"%s\"", speaker.id);
  say(w, &viewer, "chat", fields);
  assert_string_equal(text_of(heard(w, &viewer, "chat_refused"), "code"), "not_there");
  say(w, &host, "chat", "\"id\":1,\"text\":\"We begin in five minutes.\"");
  assert_non_null(heard(w, &viewer, "chat"));
}

static void test_resume(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), speaker = walk_in(w, 2, &a_speaker);
  order_on(w, &host, "stage", &speaker, false);
  rooms_socket_lost(w->rooms, w->time, viewer.person, viewer.socket);
  rooms_socket_lost(w->rooms, w->time, speaker.person, speaker.socket);
  broadcast(w, &host, true);
  order_on(w, &host, "invite", &viewer, true);
  assert_int_equal(open_socket(w, &viewer, true), 0);
  hear_hello(w, &viewer, "in");
  const json_t *welcome = welcome_of(w, &viewer);
  assert_string_equal(broadcast_in(welcome), "live");
  assert_int_equal(people_in(welcome), 2);
  assert_string_equal(text_of(heard(w, &viewer, "invited"), "by"), "Person");
  assert_int_equal(open_socket(w, &speaker, true), 0);
  hear_hello(w, &speaker, "in");
  welcome = welcome_of(w, &speaker);
  assert_string_equal(text_of(json_array_get(json_object_get(welcome, "people"), 1), "stage"), "green");
}

static void test_other_rooms(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), speaker = walk_in(w, 2, &a_speaker), viewer = walk_in(w, 3, &a_viewer);
  struct room_policy policy = a_policy();
  offer(w, &speaker, 1);
  forget_said(w);
  change_room(w, ROOM_OPEN, &policy);
  assert_false(w->publish.backstage);
  const json_t *welcome = heard(w, &viewer, "welcome");
  assert_int_equal(people_in(welcome), 3);
  assert_true(is_null(welcome, "broadcast"));
  broadcast(w, &host, true);
  assert_error(w, &host, "not_event");
  order_on(w, &host, "stage", &speaker, true);
  assert_error(w, &host, "not_event");
  order_on(w, &host, "invite", &viewer, true);
  assert_error(w, &host, "not_event");
  say(w, &viewer, "ask", "\"text\":\"Why?\"");
  assert_error(w, &viewer, "not_event");
  say(w, &speaker, "step_down", "");
  assert_error(w, &speaker, "not_allowed");
}

/* --- invitations --- */

static bool is_invited_at(struct world *w, const struct tab *at, const struct tab *who)
{
  return is_true(assert_changed(w, at, who), "invited");
}

static void test_invited_and_back(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer), other = walk_in(w, 4, &a_viewer);
  broadcast(w, &host, true);
  forget_said(w);
  order_on(w, &host, "invite", &viewer, true);
  assert_string_equal(text_of(heard(w, &viewer, "invited"), "by"), "Person");
  assert_true(is_invited_at(w, &host, &viewer));
  offer(w, &viewer, 1);
  assert_true(!w->offer.backstage && w->offer.source_mid[SOURCE_MIC].n == 0); /* not yet */
  say(w, &viewer, "invitation", "\"accept\":true");
  const json_t *person = assert_changed(w, &host, &viewer);
  assert_string_equal(text_of(person, "role"), "speaker");
  assert_string_equal(text_of(person, "stage"), "green");
  assert_string_equal(text_of(heard(w, &host, "invitation"), "answer"), "accepted");
  assert_int_equal(people_in(heard(w, &viewer, "welcome")), 2);
  assert_non_null(heard(w, &viewer, "renew"));
  offer(w, &viewer, 2);
  assert_true(w->offer.backstage && w->offer.source_mid[SOURCE_MIC].n > 0);
  assert_true(said_nothing_to(w, &other));
  order_on(w, &host, "stage", &viewer, true);
  assert_non_null(heard(w, &other, "changed"));
  say(w, &viewer, "step_down", "");
  assert_string_equal(text_of(heard(w, &other, "left"), "reason"), "viewer");
  assert_int_equal(w->publish.publish, 0);
  say(w, &viewer, "invitation", "\"accept\":true"); /* it held once */
  assert_error(w, &viewer, "no_invitation");
}

static void test_not_invited(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), cohost = walk_in(w, 7, &a_cohost), viewer = walk_in(w, 3, &a_viewer);
  say(w, &viewer, "invitation", "\"accept\":true");
  assert_error(w, &viewer, "no_invitation");
  order_on(w, &host, "invite", &viewer, true);
  order_on(w, &host, "invite", &viewer, false);
  assert_non_null(heard(w, &viewer, "invited"));
  assert_true(is_null(heard(w, &viewer, "invited"), "by"));
  say(w, &viewer, "invitation", "\"accept\":true");
  assert_error(w, &viewer, "no_invitation");
  order_on(w, &cohost, "invite", &viewer, true);
  set_role(w, &host, &cohost, "speaker"); /* who invited may no longer */
  say(w, &viewer, "invitation", "\"accept\":true");
  assert_error(w, &viewer, "no_invitation");
  forget_said(w);
  order_on(w, &host, "invite", &viewer, true);
  say(w, &viewer, "invitation", "\"accept\":false");
  assert_true(is_invited_at(w, &host, &viewer));
  assert_false(is_invited_at(w, &host, &viewer));
  assert_string_equal(text_of(heard(w, &host, "invitation"), "answer"), "declined");
  order_on(w, &host, "invite", &viewer, true);
  forget_said(w);
  pass(w, 121 * SECOND);
  assert_true(is_null(heard(w, &viewer, "invited"), "by"));
  assert_string_equal(text_of(heard(w, &host, "invitation"), "answer"), "expired");
  order_on(w, &host, "invite", &cohost, true);
  assert_error(w, &host, "not_allowed"); /* is a speaker already */
}

static void test_full_stage(void **state)
{
  struct world *w = *state;
  struct tab host = open_event(w), viewer = walk_in(w, 3, &a_viewer);
  for (uint16_t i = 0; i < LIMIT_ROOM_PEOPLE - 2; i++)
    (void)walk_in(w, (uint16_t)(100 + i), &a_speaker);
  order_on(w, &host, "invite", &viewer, true);
  assert_non_null(heard(w, &viewer, "invited"));
  struct tab last = walk_in(w, 99, &a_speaker); /* takes the last place meanwhile */
  forget_said(w);
  say(w, &viewer, "invitation", "\"accept\":true");
  assert_error(w, &viewer, "room_full");
  assert_string_equal(text_of(heard(w, &host, "invitation"), "answer"), "failed");
  order_on(w, &host, "invite", &viewer, true);
  assert_error(w, &host, "room_full");
  say(w, &last, "step_down", "");
  order_on(w, &host, "invite", &viewer, true);
  say(w, &viewer, "invitation", "\"accept\":true");
  assert_string_equal(text_of(heard(w, &host, "invitation"), "answer"), "accepted");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_before_it_begins), IN_WORLD(test_begin_and_end), IN_WORLD(test_only_moderators),
    IN_WORLD(test_onto_the_stage_and_back), IN_WORLD(test_out_of_the_green_room), IN_WORLD(test_speaker),
    IN_WORLD(test_chat), IN_WORLD(test_resume), IN_WORLD(test_other_rooms), IN_WORLD(test_invited_and_back), IN_WORLD(test_not_invited),
    IN_WORLD(test_full_stage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
