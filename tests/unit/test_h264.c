/* SPDX-License-Identifier: GPL-3.0-or-later */
/* H.264 in RTP: which NAL units begin in a packet. */
#include "packet_testing.h"

#include "proto/h264.h"

#define SPS 1u
#define PPS 2u
#define IDR 4u
#define OTHER 8u

/* The units as bits, or an error. */
static int units_of(const char *hex)
{
  struct span payload = packet_hex(hex);
  struct h264_units u;
  int err = h264_parse(payload, &u);
  assert_int_equal(h264_key_start(payload), err == 0 && u.sps);
  packet_free(payload);
  if (err != 0)
    return err;
  return (int)((u.sps ? SPS : 0) | (u.pps ? PPS : 0) | (u.idr ? IDR : 0) | (u.other ? OTHER : 0));
}

static void test_single_units(void **state)
{
  (void)state;
  assert_int_equal(units_of("67 42e01f"), SPS);
  assert_int_equal(units_of("68 ce3c80"), PPS);
  assert_int_equal(units_of("65 88"), IDR);
  assert_int_equal(units_of("41 9a"), OTHER); /* a slice of another picture */
  assert_int_equal(units_of("06 05"), OTHER); /* SEI */
  assert_int_equal(units_of("09 f0"), OTHER); /* access unit delimiter */
}

static void test_aggregates(void **state)
{
  (void)state;
  assert_int_equal(units_of("78 0004 6742e01f 0002 68ce"), SPS | PPS); /* as Chromium sends it before an IDR picture */
  assert_int_equal(units_of("78 0001 67 0001 68 0001 65"), SPS | PPS | IDR);
  assert_int_equal(units_of("78 0001 09 0001 67"), SPS | OTHER);
  assert_int_equal(units_of("78 0001 41"), OTHER);
}

static void test_fragments(void **state)
{
  (void)state;
  assert_int_equal(units_of("7c 85 88"), IDR);   /* first */
  assert_int_equal(units_of("7c 05 88"), 0);     /* in the middle: nothing begins */
  assert_int_equal(units_of("7c 45 88"), 0);     /* last */
  assert_int_equal(units_of("7c 87 42"), SPS);
  assert_int_equal(units_of("7c 81 9a"), OTHER);
}

static void test_key_start_needs_a_parameter_set(void **state)
{
  (void)state;
  struct span idr = packet_hex("65 88"), sps = packet_hex("67 42"), stap = packet_hex("78 0001 67 0001 68");
  assert_false(h264_key_start(idr));
  assert_true(h264_key_start(sps));
  assert_true(h264_key_start(stap));
  packet_free(idr);
  packet_free(sps);
  packet_free(stap);
}

static void test_broken(void **state)
{
  (void)state;
  assert_int_equal(units_of(""), ERR_TRUNCATED);
  assert_int_equal(units_of("e7 42"), ERR_MALFORMED);              /* forbidden bit */
  assert_int_equal(units_of("78"), ERR_TRUNCATED);                 /* an aggregate of nothing */
  assert_int_equal(units_of("78 00"), ERR_TRUNCATED);
  assert_int_equal(units_of("78 0000"), ERR_TRUNCATED);            /* a unit of nothing */
  assert_int_equal(units_of("78 0005 6742e01f"), ERR_TRUNCATED);
  assert_int_equal(units_of("78 0001 67 0005 68"), ERR_TRUNCATED); /* a good unit saves no bad packet */
  assert_int_equal(units_of("78 0001 67 00"), ERR_TRUNCATED);
  assert_int_equal(units_of("78 0001 e7"), ERR_MALFORMED);
  assert_int_equal(units_of("78 0001 78"), ERR_MALFORMED);         /* an aggregate within */
  assert_int_equal(units_of("78 0002 7c85"), ERR_MALFORMED);       /* a fragment within */
  assert_int_equal(units_of("7c"), ERR_TRUNCATED);
  assert_int_equal(units_of("7c 80"), ERR_MALFORMED);
  assert_int_equal(units_of("7c 9c"), ERR_MALFORMED);              /* a fragment of a fragment */
}

static void test_what_we_do_not_speak(void **state)
{
  (void)state;
  static const char *const types[] = {"60 00", "79 0000", "7a 0000", "7b 0000", "7d 85", "7e 00", "7f 00"};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    assert_int_equal(units_of(types[i]), ERR_UNSUPPORTED);
}

/* Cut behind a whole unit an aggregate is a shorter one; an SPS counts only if all of it is there. */
static void check_cut(struct span cut)
{
  struct h264_units u;
  int err = h264_parse(cut, &u);
  assert_int_equal(err, cut.n == 7 ? 0 : ERR_TRUNCATED);
}

static void test_every_truncation(void **state)
{
  (void)state;
  struct span payload = packet_hex("78 0004 6742e01f 0002 68ce");
  for_each_truncation(payload, check_cut);
  packet_free(payload);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_single_units),
    cmocka_unit_test(test_aggregates),
    cmocka_unit_test(test_fragments),
    cmocka_unit_test(test_key_start_needs_a_parameter_set),
    cmocka_unit_test(test_broken),
    cmocka_unit_test(test_what_we_do_not_speak),
    cmocka_unit_test(test_every_truncation),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("h264", tests, NULL, NULL);
}
