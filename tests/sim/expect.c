/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define GOOD_SLACK_US 60000u /* of timestamps against arrival on a good network */
#define BAD_SLACK_US 700000u /* with retransmissions */

struct decoded expect_video(struct world *w, size_t client, size_t who, enum media_source source, size_t least)
{
  struct decoded d;
  decode_video(&w->clients[client].client.slot[world_slot_of(w, client, who, source)], BAD_SLACK_US, &d);
  if (d.frames < least)
    fail_msg("client %zu decoded %zu frames of client %zu, not %zu", client, d.frames, who, least);
  assert_int_equal(d.last_who, who + 1);
  return d;
}

struct decoded expect_audio(struct world *w, size_t client, size_t who, size_t least)
{
  struct decoded d;
  decode_audio(&w->clients[client].client.slot[world_slot_of(w, client, who, SOURCE_MIC)], BAD_SLACK_US, &d);
  if (d.frames < least)
    fail_msg("client %zu heard %zu packets of client %zu, not %zu", client, d.frames, who, least);
  assert_int_equal(d.last_who, who + 1);
  return d;
}

void expect_whole_video(struct world *w, size_t client, size_t who, size_t least)
{
  struct decoded d;
  (void)expect_video(w, client, who, SOURCE_CAMERA, least);
  decode_video(&w->clients[client].client.slot[world_slot_of(w, client, who, SOURCE_CAMERA)], GOOD_SLACK_US, &d);
  assert_int_equal(d.missing, 0);
  assert_int_equal(d.broken, 0);
}

void expect_whole_audio(struct world *w, size_t client, size_t who, size_t least)
{
  struct decoded d;
  (void)expect_audio(w, client, who, least);
  decode_audio(&w->clients[client].client.slot[world_slot_of(w, client, who, SOURCE_MIC)], GOOD_SLACK_US, &d);
  assert_int_equal(d.missing, 0);
}

void expect_whole_call(struct world *w, size_t n, size_t least_frames)
{
  for (size_t i = 0; i < n; i++) {
    const struct client *c = &w->clients[i].client;
    for (size_t k = 0; k < n; k++) {
      if (k == i)
        continue;
      expect_whole_video(w, i, k, least_frames);
      expect_whole_audio(w, i, k, least_frames);
    }
    assert_int_equal(c->auth_failed + c->replayed + c->broken + c->unknown_ssrc, 0);
  }
}

int begin_world(void **state)
{
  world_init(*state, 5);
  return 0;
}

int end_world(void **state)
{
  world_fini(*state);
  return 0;
}

void forget_packets(struct world *w)
{
  for (size_t i = 0; i < WORLD_CLIENTS; i++)
    for (size_t k = 0; k < CLIENT_SLOTS; k++) {
      struct client_slot *s = &w->clients[i].client.slot[k];
      s->forgotten = s->count > 0;
      s->count = 0;
    }
}
