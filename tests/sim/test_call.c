/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole calls over good networks: from the offer to media in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "decoder.h"
#include "world.h"

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};

static void check_video(struct world *w, size_t client, size_t who, size_t least_frames)
{
  struct decoded d;
  decode_video(&w->clients[client].client.slot[world_slot_of(w, client, who, SOURCE_CAMERA)], 60000, &d);
  assert_true(d.frames >= least_frames);
  assert_int_equal(d.missing, 0);
  assert_int_equal(d.broken, 0);
  assert_int_equal(d.first_who, who + 1);
}

static void check_audio(struct world *w, size_t client, size_t who, size_t least_frames)
{
  struct decoded d;
  decode_audio(&w->clients[client].client.slot[world_slot_of(w, client, who, SOURCE_MIC)], 60000, &d);
  assert_true(d.frames >= least_frames);
  assert_int_equal(d.missing, 0);
}

static void test_two_people(void **state)
{
  struct world w;
  (void)state;
  world_init(&w, 1);
  world_join(&w, 0, &person);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 2000000);
  world_run(&w, 3000000);
  for (size_t i = 0; i < 2; i++) {
    check_video(&w, i, 1 - i, 80);
    check_audio(&w, i, 1 - i, 140);
    assert_int_equal(w.clients[i].client.auth_failed + w.clients[i].client.replayed + w.clients[i].client.broken, 0);
    assert_string_equal(w.clients[i].web.dtls, "DTLS 1.3");
    assert_string_equal(w.clients[i].web.cipher, "TLS_AES_256_GCM_SHA384");
    assert_string_equal(w.clients[i].web.group, "X25519MLKEM768");
    assert_string_equal(w.clients[i].web.srtp, "AEAD_AES_256_GCM");
  }
  world_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_two_people),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
