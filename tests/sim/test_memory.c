/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one viewer of a full stage costs a media process in memory: its place in the tables, and all that its end gives
 * back. 5000 of them are one event (LIMIT_VIEWER_BYTES). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <malloc.h>
#include <cmocka.h>

#include "expect.h"
#include "media/peer.h"

#define SPEAKERS LIMIT_VIDEO_SLOTS
#define VIEWER SPEAKERS

static const struct client_config speaker = {.mic = true, .camera = true};
static const struct client_config viewer = {.audio_slots = LIMIT_AUDIO_SLOTS, .video_slots = LIMIT_VIDEO_SLOTS};

static struct world w;

/* Of AddressSanitizer's allocator, where that is in use. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_bytes(void)
{
  return __sanitizer_get_current_allocated_bytes != NULL ? __sanitizer_get_current_allocated_bytes()
                                                         : mallinfo2().uordblks;
}

/* What does not come from the heap for each viewer: its places in tables that are made once. */
static size_t table_bytes(void)
{
  const size_t map_places = 2, maps = 3; /* of a key and a value each: by web's id, by ufrag, by address */
  size_t keys = sizeof(uint64_t) + ICE_UFRAG_BYTES + sizeof(struct net_addr);
  return sizeof(struct peer) + map_places * (keys + maps * (sizeof(uint64_t) + 1)) + 2 * sizeof(uint32_t) +
         sizeof(struct peer *);
}

static size_t viewer_bytes(bool more_slots_later)
{
  struct client_config config = viewer;
  for (size_t i = 0; i < SPEAKERS; i++)
    world_join(&w, i, &speaker);
  if (more_slots_later)
    config.video_slots = 9;
  world_join(&w, VIEWER, &config);
  world_run_until_connected(&w, 5000000);
  if (more_slots_later) {
    w.clients[VIEWER].client.config.video_slots = LIMIT_VIDEO_SLOTS;
    world_offer_again(&w, VIEWER);
  }
  world_run(&w, PEER_DTLS_QUIET_US + 2000000);
  for (size_t i = 0; i < SPEAKERS; i++)
    assert_true(world_shows(&w, VIEWER, i, SOURCE_CAMERA));
  size_t before = heap_bytes();
  world_close(&w, VIEWER);
  size_t bytes = before - heap_bytes() + table_bytes();
  print_message("# %zu bytes, of them %zu from the heap\n", bytes, before - heap_bytes());
  return bytes;
}

static void test_a_viewer_of_a_full_stage(void **state)
{
  (void)state;
  world_init(&w, 1);
  assert_in_range(viewer_bytes(false), 1, LIMIT_VIEWER_BYTES);
  world_fini(&w);
}

static void test_whose_page_showed_fewer_at_first(void **state)
{
  (void)state;
  world_init(&w, 1);
  assert_in_range(viewer_bytes(true), 1, LIMIT_VIEWER_BYTES);
  world_fini(&w);
}

static void test_with_what_its_path_carries(void **state)
{
  (void)state;
  world_init_controlling(&w, 1);
  assert_in_range(viewer_bytes(true), 1, LIMIT_VIEWER_BYTES);
  world_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_viewer_of_a_full_stage),
      cmocka_unit_test(test_whose_page_showed_fewer_at_first),
      cmocka_unit_test(test_with_what_its_path_carries),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
