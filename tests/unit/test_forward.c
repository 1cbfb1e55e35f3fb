/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/err.h"
#include "media/forward.h"
#include "media/forward_thin.h"

#define RATE 90000u
#define FRAME_US 33333u

static struct forward f;
static struct forward_window window;
static struct forward_history history;

static void fill(void *ctx, void *out, size_t n)
{
  (void)ctx;
  memset(out, 0x11, n);
}

static const struct random same = {.fill = fill};

static int set_up(void **state)
{
  (void)state;
  memset(&window, 0, sizeof window);
  memset(&history, 0, sizeof history);
  forward_init(&f, &same);
  return 0;
}

/* Packet number i of a source that began with number `base`. */
static struct ring_packet packet(uint64_t base, uint64_t i, bool key)
{
  struct ring_packet p = {
      .index = base + i,
      .arrival_us = 1000000 + i * FRAME_US,
      .timestamp = (uint32_t)(base * 977 + i * 3000),
      .is_video = true,
      .is_vp8 = true,
      .key_start = key,
      .marker = true,
  };
  p.vp8.picture_id = (uint16_t)((base + i) & 0x7fff);
  p.vp8.picture_id_bits = 15;
  p.vp8.tl0picidx = (uint8_t)(base + i);
  return p;
}

static bool send(uint64_t base, uint64_t i, bool key, struct forward_out *out)
{
  const struct ring_packet p = packet(base, i, key);
  return forward_map(&f, &window, &p, RATE, out);
}

static void test_begins_with_a_key_frame(void **state)
{
  struct forward_out out;
  (void)state;
  assert_false(send(100000, 0, true, &out)); /* nobody is in the slot */
  forward_switch(&f, &history, 1);
  uint64_t next = f.next;
  assert_false(send(100000, 0, false, &out));
  assert_true(send(100000, 1, true, &out));
  assert_int_equal(out.index, next);
  assert_true(next < 0x8000); /* srtp_tx_stream asks for it */
  assert_true(send(100000, 2, false, &out));
  assert_int_equal(out.index, next + 1);
}

static void test_each_index_once(void **state)
{
  struct forward_out out;
  (void)state;
  forward_switch(&f, &history, 1);
  assert_true(send(100000, 0, true, &out));
  uint64_t first = out.index;
  assert_false(send(100000, 0, true, &out));
  assert_true(send(100000, 3, false, &out));
  assert_int_equal(out.index, first + 3);
  assert_true(send(100000, 1, false, &out)); /* late */
  assert_int_equal(out.index, first + 1);
  assert_false(send(100000, 1, false, &out)); /* late and a doublet */
  assert_false(send(100000, 3, false, &out));
  assert_true(send(100000, 2, false, &out));
}

static void test_too_late(void **state)
{
  struct forward_out out;
  (void)state;
  forward_switch(&f, &history, 1);
  assert_true(send(100000, 0, true, &out));
  assert_true(send(100000, FORWARD_WINDOW, false, &out));
  assert_true(send(100000, 1, false, &out)); /* the oldest that the window holds */
  assert_true(send(100000, FORWARD_WINDOW + 1, false, &out));
  assert_false(send(100000, 1, false, &out));
  assert_true(send(100000, 10 * FORWARD_WINDOW, false, &out));
  assert_false(send(100000, 2, false, &out));
}

/* What was sent a window ago must not be taken for what is missing now. */
static void test_late_when_the_window_has_turned(void **state)
{
  struct forward_out out;
  (void)state;
  forward_switch(&f, &history, 1);
  for (uint64_t i = 0; i < 3 * FORWARD_WINDOW; i += i % 100 == 50 ? 2 : 1)
    assert_true(send(100000, i, i == 0, &out));
  for (uint64_t i = 2 * FORWARD_WINDOW + 1; i < 3 * FORWARD_WINDOW; i++)
    assert_true(send(100000, i, false, &out) == (i % 100 == 51u));
}

static void test_before_the_beginning(void **state)
{
  struct forward_out out;
  (void)state;
  forward_switch(&f, &history, 1);
  assert_true(send(100000, 10, true, &out));
  assert_false(send(100000, 9, false, &out));
  assert_false(send(100000, 9, true, &out));
  assert_false(send(1, 0, false, &out));
}

static void test_switch_continues(void **state)
{
  struct forward_out a, b;
  (void)state;
  forward_switch(&f, &history, 1);
  for (uint64_t i = 0; i < 10; i++)
    assert_true(send(100000, i, i == 0, &a));
  forward_switch(&f, &history, 2);
  assert_true(send(0x70000, 12, true, &b)); /* three frames later by the clock */
  assert_int_equal(b.index, a.index + 1);
  assert_int_equal((uint16_t)(b.picture_id - a.picture_id) & 0x7fff, 1);
  assert_int_equal((uint8_t)(b.tl0picidx - a.tl0picidx), 1);
  assert_in_range(b.timestamp - a.timestamp, 3 * 3000 - 10, 3 * 3000 + 10);
}

static void test_two_pictures_never_share_a_timestamp(void **state)
{
  struct forward_out a, b;
  (void)state;
  forward_switch(&f, &history, 1);
  assert_true(send(100000, 5, true, &a));
  forward_switch(&f, &history, 2);
  assert_true(send(200000, 5, true, &b)); /* at the same moment */
  assert_true(b.timestamp != a.timestamp);
}

static void test_audio_marks_its_beginning(void **state)
{
  struct forward_out out;
  struct ring_packet p = packet(100000, 0, true);
  (void)state;
  p.is_video = p.is_vp8 = p.marker = false;
  forward_switch(&f, &history, 1);
  assert_true(forward_map(&f, &window, &p, 48000, &out));
  assert_true(out.marker);
  p.index++;
  assert_true(forward_map(&f, &window, &p, 48000, &out));
  assert_false(out.marker);
}

static void test_finds_what_was_sent(void **state)
{
  struct forward_out out[40];
  const struct forward_shift *shift;
  uint64_t index;
  (void)state;
  for (uint64_t source = 1; source <= 4; source++) {
    forward_switch(&f, &history, source);
    for (uint64_t i = 0; i < 10; i++)
      assert_true(send(source * 0x100000, i, i == 0, &out[(source - 1) * 10 + i]));
  }
  for (uint64_t n = 0; n < 40; n++) {
    assert_int_equal(forward_find(&f, &history, (uint16_t)out[n].index, &shift, &index), 0);
    assert_int_equal(shift->source, 1 + n / 10);
    assert_int_equal(index, (1 + n / 10) * 0x100000 + n % 10);
    const struct ring_packet p = packet(shift->source * 0x100000, n % 10, n % 10 == 0);
    const struct forward_out again = forward_apply(shift, &p);
    assert_int_equal(again.index, out[n].index);
    assert_int_equal(again.timestamp, out[n].timestamp);
    assert_int_equal(again.picture_id, out[n].picture_id);
  }
  forward_switch(&f, &history, 5);
  assert_int_equal(forward_find(&f, &history, (uint16_t)out[35].index, &shift, &index),
                   0); /* waiting for 5 changes nothing */
  assert_true(send(0x900000, 0, true, &out[0]));
  assert_int_equal(forward_find(&f, &history, (uint16_t)out[5].index, &shift, &index),
                   ERR_NOT_FOUND); /* four sources ago */
  assert_int_equal(forward_find(&f, &history, (uint16_t)(f.next), &shift, &index), ERR_NOT_FOUND); /* not sent yet */
}

static void test_find_before_anything(void **state)
{
  const struct forward_shift *shift;
  uint64_t index;
  (void)state;
  assert_int_equal(forward_find(&f, &history, (uint16_t)(f.next - 1), &shift, &index), ERR_NOT_FOUND);
  forward_switch(&f, &history, 1);
  forward_switch(&f, &history, 0);
  forward_switch(&f, &history, 2);
  assert_int_equal(forward_find(&f, &history, (uint16_t)(f.next - 1), &shift, &index), ERR_NOT_FOUND);
}

static void test_wraps(void **state)
{
  struct forward_out out;
  (void)state;
  forward_switch(&f, &history, 1);
  assert_true(send(100000, 0, true, &out));
  uint64_t first = out.index;
  for (uint64_t i = 1; i < 70000; i++) {
    assert_true(send(100000, i, false, &out));
    assert_int_equal(out.index, first + i);
  }
  assert_true(out.index >> 16 >= 1);
  const struct forward_shift *shift;
  uint64_t index;
  assert_int_equal(forward_find(&f, &history, (uint16_t)(out.index - 20000), &shift, &index), 0);
  assert_int_equal(index, 100000 + 69999 - 20000);
}

static void test_indices_run_out(void **state)
{
  struct forward_out out;
  (void)state;
  forward_switch(&f, &history, 1);
  assert_true(send(1u << 16, 0, true, &out));
  assert_true(send(1u << 16, FORWARD_INDEX_END - out.index - 1, false, &out));
  assert_int_equal(out.index, FORWARD_INDEX_END - 1);
  assert_false(send(1u << 16, FORWARD_INDEX_END, false, &out));
}

/* The promise that AES-GCM needs, under everything that can come: no index ever twice. */
static void test_no_index_twice_whatever_comes(void **state)
{
  enum { SPAN = 1 << 20 };
  uint8_t *seen = calloc(SPAN, 1);
  uint64_t at[4] = {100000, 200000, 300000, 400000};
  struct forward_out out;
  (void)state;
  assert_non_null(seen);
  srand(1);
  for (int i = 0; i < 300000; i++) {
    uint64_t source = f.now.source;
    if (source == 0 || rand() % 500 == 0) {
      source = 1 + (uint64_t)rand() % 4;
      forward_switch(&f, &history, source);
    }
    at[source - 1] += (uint64_t)(rand() % 3);
    uint64_t back = rand() % 4 == 0 ? (uint64_t)(rand() % 700) : 0;
    const struct ring_packet p = packet(at[source - 1] - back, 0, rand() % 20 == 0);
    if (!forward_map(&f, &window, &p, RATE, &out))
      continue;
    assert_true(out.index < SPAN);
    assert_int_equal(seen[out.index], 0);
    seen[out.index] = 1;
  }
  assert_true(f.next > 200000);
  free(seen);
}

/* ---- fewer frames ---- */

static struct forward_thin thin;
static uint8_t top;

/* Frames of one packet, every second one of the higher layer. */
static bool send_thin(uint64_t i, uint8_t wanted, bool sync, struct forward_out *out)
{
  struct ring_packet p = packet(100000, i, i == 0);
  p.vp8.frame_start = true;
  p.vp8.key_frame = i == 0;
  p.vp8.has_tid = true;
  p.vp8.tid = i % 2;
  p.vp8.layer_sync = sync;
  return forward_thin_map(&f, &window, &thin, &top, wanted, &p, RATE, out);
}

static void begin_thin(uint8_t wanted)
{
  forward_switch(&f, &history, 1);
  forward_thin_begin(&thin);
  top = wanted;
}

static void test_leaves_out_frames_without_a_gap(void **state)
{
  struct forward_out first, out;
  (void)state;
  begin_thin(0);
  assert_true(send_thin(0, 0, false, &first));
  for (uint64_t i = 1; i < 200; i++) {
    assert_int_equal(send_thin(i, 0, false, &out), i % 2 == 0);
    if (i % 2 != 0)
      continue;
    assert_int_equal(out.index, first.index + i / 2);
    assert_int_equal(out.picture_id, (uint16_t)(first.picture_id + i / 2));
    assert_int_equal(out.timestamp, first.timestamp + i * 3000);
  }
}

static void test_more_frames_from_a_sync_frame_on(void **state)
{
  struct forward_out out;
  (void)state;
  begin_thin(0);
  for (uint64_t i = 0; i < 10; i++)
    (void)send_thin(i, 0, false, &out);
  assert_true(send_thin(10, THIN_ALL, false, &out));
  assert_false(send_thin(11, THIN_ALL, false, &out)); /* depends on one that was left out */
  assert_true(send_thin(12, THIN_ALL, false, &out));
  assert_true(send_thin(13, THIN_ALL, true, &out));
  for (uint64_t i = 14; i < 90; i++)
    assert_true(send_thin(i, THIN_ALL, false, &out));
  assert_int_equal(top, THIN_OFF);
}

static void test_a_lost_packet_keeps_its_number(void **state)
{
  struct forward_out first, out, late;
  (void)state;
  begin_thin(0);
  assert_true(send_thin(0, 0, false, &first));
  assert_true(send_thin(2, 0, false, &out)); /* number 1 is missing: whose it was, who knows */
  assert_int_equal(out.index, first.index + 2);
  assert_false(send_thin(3, 0, false, &out));
  assert_false(send_thin(5, 0, false, &out)); /* number 4 is missing before one that is left out */
  assert_true(send_thin(6, 0, false, &out));
  assert_int_equal(out.index, first.index + 4);
  assert_true(send_thin(4, 0, false, &late));
  assert_int_equal(late.index, first.index + 3);
  assert_int_equal(late.picture_id, (uint16_t)(first.picture_id + 3));
  assert_true(send_thin(1, 0, false, &late));
  assert_int_equal(late.index, first.index + 1);
  assert_false(send_thin(4, 0, false, &late));
  assert_false(send_thin(3, 0, false, &late));
}

static void test_finds_what_was_sent_of_a_thinned_source(void **state)
{
  struct forward_out out[100];
  struct forward_shift shift;
  uint64_t index;
  (void)state;
  begin_thin(0);
  for (uint64_t i = 0; i < 100; i++)
    (void)send_thin(i, 0, false, &out[i]);
  for (uint64_t i = 0; i < 100; i += 2) {
    int err = forward_thin_find(&f, &thin, (uint16_t)out[i].index, &shift, &index);
    assert_int_equal(err, 99 - i < THIN_WINDOW ? 0 : ERR_NOT_FOUND);
    if (err != 0)
      continue;
    struct ring_packet p = packet(100000, i, false);
    assert_int_equal(index, 100000 + i);
    assert_int_equal(forward_apply(&shift, &p).index, out[i].index);
    assert_int_equal(forward_apply(&shift, &p).picture_id, out[i].picture_id);
  }
  begin_thin(0);
  assert_int_equal(forward_thin_find(&f, &thin, (uint16_t)out[98].index, &shift, &index), ERR_NOT_FOUND);
  const struct ring_packet key = packet(500000, 0, true);
  assert_true(forward_thin_map(&f, &window, &thin, &top, 0, &key, RATE, &out[0]));
  assert_int_equal(forward_thin_find(&f, &thin, (uint16_t)out[98].index, &shift, &index), ERR_NOT_FOUND);
  assert_int_equal(forward_thin_find(&f, &thin, (uint16_t)out[0].index, &shift, &index), 0);
}

/* Leaving out counts as sending; what is missing in between is not the next one when it comes. */
static void test_what_is_next_while_thinned(void **state)
{
  struct forward_out out;
  uint64_t newest = 0;
  (void)state;
  srand(3);
  begin_thin(0);
  struct ring_packet p = packet(100000, 0, false);
  assert_false(forward_is_next(&f, &p));
  p.key_start = true;
  assert_true(forward_is_next(&f, &p));
  (void)send_thin(0, 0, false, &out);
  for (int i = 0; i < 20000; i++) {
    uint64_t next = newest + 20 < 100 ? (uint64_t)(rand() % 100) : newest - 20 + (uint64_t)(rand() % 24);
    p = packet(100000 + next, 0, false);
    assert_int_equal(forward_is_next(&f, &p), next > newest);
    p = packet(99999 - (uint64_t)(rand() % 50000), 0, false); /* from before the source began here */
    assert_false(forward_is_next(&f, &p));
    if (top == THIN_OFF) {
      top = THIN_ALL;
      forward_thin_go_on(&thin, &f);
    }
    (void)send_thin(next, rand() % 2 == 0 ? 0 : THIN_ALL, rand() % 3 == 0, &out);
    newest = next > newest ? next : newest;
  }
}

/* The same promise as above, and what is found is what was sent. */
static void test_no_index_twice_while_thinned(void **state)
{
  enum { SPAN = 1 << 20 };
  uint64_t *sent = calloc(SPAN, sizeof *sent);
  uint64_t at[2] = {100000, 700000}, index;
  struct forward_shift shift;
  struct forward_out out;
  uint8_t wanted = 0;
  (void)state;
  assert_non_null(sent);
  srand(2);
  top = THIN_OFF;
  for (int i = 0; i < 300000; i++) {
    if (f.now.source == 0 || rand() % 700 == 0) {
      forward_switch(&f, &history, 1 + (uint64_t)rand() % 2);
      forward_thin_begin(&thin);
      memset(&history, 0, sizeof history);
      top = wanted == THIN_ALL ? THIN_OFF : wanted;
    } else if (rand() % 90 == 0) {
      wanted = (uint8_t)(rand() % 4);
      if (wanted != THIN_ALL && top == THIN_OFF) {
        top = THIN_ALL;
        forward_thin_go_on(&thin, &f);
        memset(&history, 0, sizeof history);
      }
    }
    uint64_t *source = &at[f.now.source - 1];
    *source += (uint64_t)(rand() % 40 == 0 ? rand() % 100 : rand() % 3);
    uint64_t back = rand() % 4 == 0 ? (uint64_t)(rand() % 200) : 0;
    struct ring_packet p = packet(*source - back, 0, rand() % 50 == 0);
    p.vp8.has_tid = true;
    p.vp8.tid = (uint8_t)(p.index % 3);
    p.vp8.layer_sync = rand() % 2 == 0;
    p.vp8.frame_start = rand() % 2 == 0;
    p.vp8.key_frame = p.key_start;
    bool goes = top == THIN_OFF ? forward_map(&f, &window, &p, RATE, &out)
                                : forward_thin_map(&f, &window, &thin, &top, wanted, &p, RATE, &out);
    if (goes) {
      assert_true(out.index < SPAN);
      assert_int_equal(sent[out.index], 0);
      sent[out.index] = p.index;
    }
    uint64_t asked = f.next - 1 - (uint64_t)(rand() % 100);
    if (top != THIN_OFF && forward_thin_find(&f, &thin, (uint16_t)asked, &shift, &index) == 0 && sent[asked] != 0)
      assert_int_equal(index, sent[asked]);
  }
  free(sent);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_begins_with_a_key_frame, set_up),
      cmocka_unit_test_setup(test_leaves_out_frames_without_a_gap, set_up),
      cmocka_unit_test_setup(test_more_frames_from_a_sync_frame_on, set_up),
      cmocka_unit_test_setup(test_a_lost_packet_keeps_its_number, set_up),
      cmocka_unit_test_setup(test_what_is_next_while_thinned, set_up),
      cmocka_unit_test_setup(test_finds_what_was_sent_of_a_thinned_source, set_up),
      cmocka_unit_test_setup(test_no_index_twice_while_thinned, set_up),
      cmocka_unit_test_setup(test_each_index_once, set_up),
      cmocka_unit_test_setup(test_too_late, set_up),
      cmocka_unit_test_setup(test_late_when_the_window_has_turned, set_up),
      cmocka_unit_test_setup(test_before_the_beginning, set_up),
      cmocka_unit_test_setup(test_switch_continues, set_up),
      cmocka_unit_test_setup(test_two_pictures_never_share_a_timestamp, set_up),
      cmocka_unit_test_setup(test_audio_marks_its_beginning, set_up),
      cmocka_unit_test_setup(test_finds_what_was_sent, set_up),
      cmocka_unit_test_setup(test_find_before_anything, set_up),
      cmocka_unit_test_setup(test_wraps, set_up),
      cmocka_unit_test_setup(test_indices_run_out, set_up),
      cmocka_unit_test_setup(test_no_index_twice_whatever_comes, set_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
