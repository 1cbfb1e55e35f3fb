/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Don't show when I speak" (T6): what is said, and when, must not follow what is spoken. */
#include "rooms_testing.h"

#define SECOND_US UINT64_C(1000000)

static void be_quiet(struct world *w, struct tab *page, bool mic, bool quiet)
{
  char fields[128];
  (void)snprintf(fields, sizeof fields, "\"mic\":%s,\"camera\":false,\"screen\":false,\"quiet\":%s",
                 mic ? "true" : "false", quiet ? "true" : "false");
  say(w, page, "state", fields);
}

static void beat(struct world *w, struct tab *page, unsigned db, bool mic)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"db\":%u,\"mic\":%s", db, mic ? "true" : "false");
  say(w, page, "beat", fields);
}

static struct tab join_quiet(struct world *w, struct tab *host)
{
  struct tab page = join_guest(w, host, 2);
  offer(w, &page, 1);
  be_quiet(w, &page, true, true);
  forget_said(w);
  return page;
}

/* Whether the last beat that was heard says the microphone is on. */
static bool told_on(struct world *w, const struct tab *at, const struct tab *who)
{
  const json_t *told = heard(w, at, "beat"), *mics = json_object_get(told, "mics");
  assert_int_equal(json_array_size(mics), 1);
  assert_string_equal(text_of(json_array_get(mics, 0), "id"), who->id);
  return is_true(json_array_get(mics, 0), "on");
}

static void test_silence_in_place_of_a_muted_microphone(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_quiet(w, &host);
  assert_int_equal(w->publish.publish, MIC);
  beat(w, &guest, 20, false);
  assert_int_equal(w->publish.publish, IPC_PUBLISH_SILENCE);
  assert_int_equal(w->levels, 1);
  beat(w, &guest, 20, true);
  assert_int_equal(w->publish.publish, MIC);
  be_quiet(w, &guest, false, false);
  assert_int_equal(w->publish.publish, 0);
}

static void test_a_switch_is_told_by_the_clock(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_quiet(w, &host);
  pass(w, SECOND_US);
  assert_true(told_on(w, &host, &guest));
  forget_said(w);
  beat(w, &guest, 20, false);
  assert_true(said_nothing_to(w, &host) && said_nothing_to(w, &guest));
  pass(w, SECOND_US);
  assert_false(told_on(w, &host, &guest));
  be_quiet(w, &guest, false, false);
  assert_non_null(heard(w, &host, "changed"));
  forget_said(w);
  pass(w, 3 * SECOND_US);
  assert_null(heard(w, &host, "beat"));
}

static void test_who_speaks_is_told_by_the_clock(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_quiet(w, &host);
  const struct ipc_speaker speaks = {.room = w->room, .peer = guest.person};
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &speaks), 0);
  assert_true(said_nothing_to(w, &host));
  pass(w, SECOND_US);
  assert_string_equal(text_of(heard(w, &host, "beat"), "speaker"), guest.id);
  be_quiet(w, &guest, true, false);
  forget_said(w);
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &(struct ipc_speaker){.room = w->room}), 0);
  assert_non_null(heard(w, &host, "speaker"));
}

static void test_beats_have_one_size(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_quiet(w, &host);
  w->longest = 0;
  w->shortest = SIZE_MAX;
  for (int i = 0; i < 4; i++) {
    const struct ipc_speaker speaks = {.room = w->room, .peer = i & 1 ? guest.person : 0};
    assert_int_equal(rooms_media_speaker(w->rooms, 0, &speaks), 0);
    beat(w, &guest, 20, (i & 2) != 0);
    pass(w, SECOND_US);
    assert_int_equal(told_on(w, &host, &guest), (i & 2) != 0);
  }
  assert_int_equal(w->shortest, w->longest);
}

static void test_what_is_muted_by_a_host_stays_so(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_quiet(w, &host);
  moderate(w, &host, "mute", &guest);
  assert_int_equal(w->publish.publish, IPC_PUBLISH_SILENCE);
  beat(w, &guest, 20, true); /* was on its way already */
  assert_int_equal(w->publish.publish, IPC_PUBLISH_SILENCE);
  beat(w, &guest, 20, false);
  beat(w, &guest, 20, true);
  assert_int_equal(w->publish.publish, MIC);
}

static void test_a_viewer_publishes_nothing_not_even_silence(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_quiet(w, &host);
  set_role(w, &host, &guest, "viewer");
  be_quiet(w, &guest, false, true);
  offer(w, &guest, 2);
  assert_int_equal(w->offer.publish, 0);
  forget_said(w);
  pass(w, 3 * SECOND_US);
  assert_null(heard(w, &host, "beat"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_silence_in_place_of_a_muted_microphone), IN_WORLD(test_a_switch_is_told_by_the_clock),
    IN_WORLD(test_who_speaks_is_told_by_the_clock), IN_WORLD(test_beats_have_one_size),
    IN_WORLD(test_what_is_muted_by_a_host_stays_so), IN_WORLD(test_a_viewer_publishes_nothing_not_even_silence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
