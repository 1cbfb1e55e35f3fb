/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VP8 payload descriptors: what they say, and the rewriting of picture id and TL0PICIDX. */
#include "packet_testing.h"

#include "proto/vp8.h"

static int parse_hex(const char *hex, struct vp8_descriptor *d)
{
  struct span payload = packet_hex(hex);
  int err = vp8_parse(payload, d);
  packet_free(payload);
  return err;
}

static struct vp8_descriptor parsed(const char *hex)
{
  struct vp8_descriptor d;
  assert_int_equal(parse_hex(hex, &d), 0);
  return d;
}

/* --- reading --- */

static void test_shortest(void **state)
{
  (void)state;
  struct vp8_descriptor d = parsed("10 00");
  assert_int_equal(d.bytes, 1);
  assert_true(d.partition_start && d.frame_start && d.key_frame);
  assert_int_equal(d.picture_id_bits, 0);
  assert_false(d.has_tl0picidx || d.has_tid || d.has_keyidx || d.non_reference);
}

/* The first example of RFC 7741, section 4.5: a key frame with picture id 17. */
static void test_key_frame_with_short_picture_id(void **state)
{
  (void)state;
  struct vp8_descriptor d = parsed("90 80 11 10 02 00");
  assert_int_equal(d.bytes, 3);
  assert_int_equal(d.picture_id_bits, 7);
  assert_int_equal(d.picture_id, 17);
  assert_true(d.frame_start && d.key_frame);
}

/* All fields, as Chromium sends them with temporal layers. */
static void test_everything(void **state)
{
  (void)state;
  struct vp8_descriptor d = parsed("b0 f0 92 34 56 b5 01");
  assert_int_equal(d.bytes, 6);
  assert_int_equal(d.bytes, VP8_DESCRIPTOR_MAX);
  assert_true(d.non_reference && d.partition_start);
  assert_int_equal(d.picture_id_bits, 15);
  assert_int_equal(d.picture_id, 0x1234);
  assert_true(d.has_tl0picidx && d.has_tid && d.has_keyidx && d.layer_sync);
  assert_int_equal(d.tl0picidx, 0x56);
  assert_int_equal(d.tid, 2);
  assert_int_equal(d.keyidx, 0x15);
  assert_true(d.frame_start);
  assert_false(d.key_frame); /* P is 1 */
}

static void test_layer_byte_counts_only_what_is_present(void **state)
{
  (void)state;
  struct vp8_descriptor d = parsed("90 10 ff 00"); /* K alone */
  assert_true(d.has_keyidx && !d.has_tid && !d.layer_sync);
  assert_int_equal(d.tid, 0);
  assert_int_equal(d.keyidx, 0x1f);
  d = parsed("90 20 ff 00"); /* T alone */
  assert_true(!d.has_keyidx && d.has_tid && d.layer_sync);
  assert_int_equal(d.tid, 3);
  assert_int_equal(d.keyidx, 0);
}

static void test_frame_starts(void **state)
{
  (void)state;
  assert_false(parsed("00 00").frame_start);  /* the first partition goes on: its bytes are no frame header */
  assert_false(parsed("00 00").key_frame);
  assert_false(parsed("11 00").frame_start);  /* another partition begins */
  assert_true(parsed("11 00").partition_start);
  assert_int_equal(parsed("17 00").partition, 7);
  assert_true(parsed("10 01").frame_start);
  assert_false(parsed("10 01").key_frame);
  assert_true(parsed("10 fe").key_frame);     /* the lowest bit alone decides */
  assert_true(parsed("58 00").frame_start);   /* reserved bits are ignored */
}

static void check_truncated(struct span cut)
{
  struct vp8_descriptor d;
  assert_int_equal(vp8_parse(cut, &d), ERR_TRUNCATED);
}

static void test_every_truncation(void **state)
{
  (void)state;
  static const char *const samples[] = {"10 00", "90 80 11 10", "90 80 80 11 10", "b0 f0 92 34 56 b5 01",
                                        "b0 f0 12 56 b5 01", "90 60 01 40 00"};
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    struct span payload = packet_hex(samples[i]);
    for_each_truncation(payload, check_truncated);
    packet_free(payload);
  }
}

static void test_tl0picidx_needs_layers(void **state)
{
  (void)state;
  struct vp8_descriptor d;
  assert_int_equal(parse_hex("90 40 01 00", &d), ERR_MALFORMED);
  assert_int_equal(parse_hex("90 50 01 00 00", &d), ERR_MALFORMED);
}

/* --- rewriting --- */

static void assert_rewrite(const char *hex, uint16_t picture_id, uint8_t tl0picidx, const char *expected)
{
  uint8_t bytes[64];
  size_t n = from_hex(bytes, sizeof bytes, hex);
  struct vp8_descriptor d;
  assert_int_equal(vp8_parse(span_of(bytes, n), &d), 0);
  assert_int_equal(vp8_rewrite(bytes, n, &d, picture_id, tl0picidx), 0);
  assert_span_hex(span_of(bytes, n), expected);
}

static void test_rewrite(void **state)
{
  (void)state;
  assert_rewrite("10 00 11", 0x7fff, 0xff, "10 00 11");                                     /* nothing to rewrite */
  assert_rewrite("90 20 ff 00", 0x7fff, 0xff, "90 20 ff 00");
  assert_rewrite("90 80 11 10", 0x5, 0xff, "90 80 05 10");
  assert_rewrite("90 80 11 10", 0x1285, 0xff, "90 80 05 10");                               /* keeps 7 bits */
  assert_rewrite("90 80 80 11 10", 0x1285, 0xff, "90 80 92 85 10");
  assert_rewrite("90 80 ff ff 10", 0, 0xff, "90 80 80 00 10");                              /* keeps 15 bits */
  assert_rewrite("90 80 80 11 10", 0xffff, 0xff, "90 80 ff ff 10");
  assert_rewrite("b0 f0 92 34 56 b5 01 02", 0x0001, 0x77, "b0 f0 80 01 77 b5 01 02");
  assert_rewrite("b0 f0 12 56 b5 01 02", 0x0001, 0x77, "b0 f0 01 77 b5 01 02");
  assert_rewrite("90 60 01 40 00", 0x1234, 0x77, "90 60 77 40 00");                         /* TL0PICIDX alone */
}

static void test_rewrite_in_small_space(void **state)
{
  (void)state;
  uint8_t bytes[6];
  from_hex(bytes, sizeof bytes, "b0 f0 92 34 56 b5");
  struct vp8_descriptor d = parsed("b0 f0 92 34 56 b5 01");
  for (size_t n = 0; n < sizeof bytes; n++)
    assert_int_equal(vp8_rewrite(bytes, n, &d, 1, 2), ERR_TRUNCATED);
  assert_span_hex(span_of(bytes, sizeof bytes), "b0 f0 92 34 56 b5");
  assert_int_equal(vp8_rewrite(bytes, sizeof bytes, &d, 1, 2), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_shortest),
    cmocka_unit_test(test_key_frame_with_short_picture_id),
    cmocka_unit_test(test_everything),
    cmocka_unit_test(test_layer_byte_counts_only_what_is_present),
    cmocka_unit_test(test_frame_starts),
    cmocka_unit_test(test_every_truncation),
    cmocka_unit_test(test_tl0picidx_needs_layers),
    cmocka_unit_test(test_rewrite),
    cmocka_unit_test(test_rewrite_in_small_space),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("vp8", tests, NULL, NULL);
}
