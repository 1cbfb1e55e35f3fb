/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Dependency Descriptor: vectors written bit by bit after appendix A of the RTP payload format for AV1, and what
 * Chromium sends. */
#include "packet_testing.h"

#include "proto/dependency.h"

/* L1T3, the specification's own example, with a resolution: the first packet of a key frame, and later ones. */
#define L1T3_KEY "8a 12 34 81 42 14 ea a8 60 41 4d 14 10 20 84 27 02 7f 01 67"
#define L1T3_KEY_END "4a 12 34"
#define L1T3_T2 "cd 12 35"
#define L1T3_T1 "cc 12 36"
#define L1T3_CUSTOM "cb 12 40 3c e9 c2 18 95 81 80"
#define L1T3_ACTIVE "cb 12 40 43"
/* Three sizes at two frame rates, each layer predicted from the one below. */
#define L3T2_KEY                                                                                                       \
  "fc ff fe 87 85 18 61 ea aa bf c4 cc 2a 82 bc 04 c0 28 02 80 05 54 90 56 09 41 05 60 94 10 af 00 00 00 00 00 " \
  "00 00 00 00 00 00 00 00 08 09 f8 05 98 13 f8 0b 38 27 f8 16 78"
/* From Chromium 156, VP9 with L3T3 in 1280x720: its first packet, when only the smallest size is sent; the first of a
 * second size, a later packet of the third, and one that leaves all to its template. */
#define CHROMIUM_KEY                                                                                                   \
  "c1 00 01 c0 08 14 85 21 4e af ff aa aa 86 3c f0 43 0c 10 c3 02 af c0 aa a0 06 3c 00 43 00 10 c0 02 a0 00 a8 00 06 " \
  "00 00 40 00 1d 95 49 26 e0 82 b0 4a 09 41 b8 20 ac 12 82 50 31 57 f9 74 00 0c a8 64 33 0e 22 22 22 ec a8 65 53 04 " \
  "22 42 30 ec a8 77 53 01 3f 00 b3 02 7f 01 67 04 ff 02 cf 03 80"
#define CHROMIUM_LARGER "c2 00 07 58 fd 10 08 08 00"
#define CHROMIUM_DIFFS "85 00 0a 12 00"
#define CHROMIUM_PLAIN "cd 00 0e"

static int parse_hex(const char *hex, struct dependency_structure *s, struct dependency *d)
{
  struct span data = packet_hex(hex);
  int err = dependency_parse(data, s, d);
  packet_free(data);
  return err;
}

static struct dependency parsed(const char *hex, struct dependency_structure *s)
{
  struct dependency d;
  assert_int_equal(parse_hex(hex, s, &d), 0);
  return d;
}

static void assert_indications(const struct dependency *d, const char *cells)
{
  for (uint8_t i = 0; i < DEPENDENCY_CELLS; i++)
    assert_int_equal("-DSR"[dependency_of(d, i)], cells[i]);
}

/* --- reading --- */

static void test_key_frame(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  struct dependency d = parsed(L1T3_KEY, &s);
  assert_true(d.frame_start && d.key);
  assert_false(d.frame_end);
  assert_int_equal(d.frame, 0x1234);
  assert_int_equal(d.spatial, 0);
  assert_int_equal(d.temporal, 0);
  assert_int_equal(d.n_diffs, 0);
  assert_int_equal(s.n_templates, 5);
  assert_int_equal(s.n_targets, 3);
  assert_int_equal(s.n_chains, 1);
  assert_int_equal(s.max_spatial, 0);
  assert_int_equal(s.max_temporal, 2);
  assert_int_equal(s.width[0], 640);
  assert_int_equal(s.height[0], 360);
  assert_int_equal(s.active, 7);
}

static void test_later_packets_refer_to_templates(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  (void)parsed(L1T3_KEY, &s);
  struct dependency d = parsed(L1T3_KEY_END, &s);
  assert_true(d.frame_end && !d.frame_start && !d.key);
  d = parsed(L1T3_T2, &s);
  assert_int_equal(d.temporal, 2);
  assert_int_equal(d.n_diffs, 1);
  assert_int_equal(d.diffs[0], 1);
  assert_indications(&d, "--DD--DD--DD"); /* a single size stands for all */
  d = parsed(L1T3_T1, &s);
  assert_int_equal(d.temporal, 1);
  assert_int_equal(d.diffs[0], 2);
  assert_indications(&d, "-DSS-DSS-DSS");
}

static void test_a_frame_of_its_own_kind(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  (void)parsed(L1T3_KEY, &s);
  struct dependency d = parsed(L1T3_CUSTOM, &s);
  assert_indications(&d, "SDRRSDRRSDRR");
  assert_int_equal(d.n_diffs, 3);
  assert_int_equal(d.diffs[0], 4);
  assert_int_equal(d.diffs[1], 17);
  assert_int_equal(d.diffs[2], 300);
}

static void test_active_targets_stay_until_said_otherwise(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  (void)parsed(L1T3_KEY, &s);
  struct dependency d = parsed(L1T3_ACTIVE, &s);
  assert_true(d.has_active);
  assert_int_equal(d.all_active, 3);
  d = parsed(L1T3_T1, &s);
  assert_false(d.has_active);
  assert_int_equal(d.all_active, 3);
  d = parsed(L1T3_KEY, &s);
  assert_int_equal(d.all_active, 7);
}

static void test_three_sizes(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  struct dependency d = parsed(L3T2_KEY, &s);
  assert_true(d.key);
  assert_int_equal(s.max_spatial, 2);
  assert_int_equal(s.max_temporal, 1);
  assert_int_equal(s.height[0], 180);
  assert_int_equal(s.height[1], 360);
  assert_int_equal(s.height[2], 720);
  assert_indications(&d, "SSSSSSSSSSSS");
  d = parsed("c1 00 04", &s); /* template 5: ids go on after 63 with 0 */
  assert_int_equal(d.spatial, 1);
  assert_int_equal(d.temporal, 1);
  assert_indications(&d, "-----DDD-RRR");
  assert_int_equal(d.n_diffs, 2);
  d = parsed("ff 00 05", &s); /* template 3: the second size of a key frame */
  assert_false(d.key);
  assert_int_equal(d.spatial, 1);
  assert_indications(&d, "----SSSSSSSS");
}

static void test_what_chromium_sends(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  struct dependency d = parsed(CHROMIUM_KEY, &s);
  assert_true(d.key && d.frame_start && d.frame_end);
  assert_int_equal(s.n_templates, 15);
  assert_int_equal(s.n_targets, 9);
  assert_int_equal(s.n_chains, 3);
  assert_false(s.key_only);
  assert_int_equal(s.height[0], 180);
  assert_int_equal(s.height[2], 720);
  assert_int_equal(d.all_active, 0x7);
  assert_indications(&d, "SSSSSSSSSSSS");
  d = parsed(CHROMIUM_LARGER, &s);
  assert_int_equal(d.frame, 7);
  d = parsed(CHROMIUM_DIFFS, &s);
  assert_true(d.frame_start && !d.frame_end);
  assert_int_equal(d.spatial, 1);
  d = parsed(CHROMIUM_PLAIN, &s);
  assert_int_equal(d.spatial, 2);
  assert_int_equal(d.temporal, 2);
  assert_indications(&d, "----------DD");
}

/* --- refusing --- */

static void assert_refused(const char *hex, int err)
{
  struct dependency_structure s = {0}, before;
  struct dependency d;
  (void)parsed(L1T3_KEY, &s);
  before = s;
  assert_int_equal(parse_hex(hex, &s, &d), err);
  assert_memory_equal(&s, &before, sizeof s);
}

static void test_what_is_more_than_we_keep(void **state)
{
  (void)state;
  assert_refused("c0 00 01 80 10 ea aa aa aa a0 00", ERR_LIMIT);       /* 17 decode targets */
  assert_refused("c0 00 01 80 01 55 e8 44 45 04 10 40 00", ERR_LIMIT); /* five frame rates */
  assert_refused("c0 00 01 80 00 ab aa 00", ERR_LIMIT);                /* four sizes */
  assert_refused("c0 00 01 80 00 e8 42 10 84 21 08 00", ERR_LIMIT);    /* a frame that needs nine */
  assert_refused("c0 00 01 80 00 00 00 00 00 00 00 00 00 ea aa aa aa aa aa aa aa a0 00 00 00 00", ERR_LIMIT);
}

static void test_what_is_wrong(void **state)
{
  (void)state;
  assert_refused("c0 00 01 80 01 e0 00", ERR_MALFORMED); /* a decode target that has nothing */
  assert_refused("40 00 01 80 00 e0", ERR_MALFORMED);    /* a structure in the middle of a frame */
  assert_refused("cd 12 35 04", ERR_MALFORMED);          /* padding that is not zero */
  assert_refused("c9 12 35", ERR_NOT_FOUND);             /* no such template */
  assert_refused("cf 12 35", ERR_NOT_FOUND);
}

static void test_before_a_structure_nothing_is_known(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  struct dependency d;
  assert_int_equal(parse_hex(L1T3_KEY_END, &s, &d), ERR_NOT_FOUND);
}

static void check_truncated(struct span cut)
{
  struct dependency_structure s = {0};
  struct dependency d;
  assert_int_not_equal(dependency_parse(cut, &s, &d), 0);
  assert_int_equal(s.n_templates, 0);
}

static void test_truncated(void **state)
{
  (void)state;
  struct span key = packet_hex(L1T3_KEY);
  for_each_truncation(key, check_truncated);
  packet_free(key);
}

/* --- writing --- */

static void assert_written(const char *hex, struct dependency_structure *s, uint16_t frame, uint16_t active,
                           const char *expected)
{
  struct span original = packet_hex(hex);
  struct dependency d;
  uint8_t out[300];
  struct writer w = writer_of(out, sizeof out);
  assert_int_equal(dependency_parse(original, s, &d), 0);
  assert_int_equal(dependency_write(&w, original, &d, frame, active), 0);
  assert_int_equal(w.n, dependency_size(original, &d, active));
  assert_span_hex(writer_span(&w), expected);
  struct dependency again;
  assert_int_equal(dependency_parse(writer_span(&w), s, &again), 0);
  assert_int_equal(again.frame, frame);
  assert_int_equal(again.all_active, active);
  assert_int_equal(again.indications, d.indications);
  packet_free(original);
}

static void test_another_frame_number(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  (void)parsed(L1T3_KEY, &s);
  assert_written(L1T3_KEY_END, &s, 0xabcd, 7, "4a ab cd");
  assert_written(L1T3_CUSTOM, &s, 0, 7, "cb 00 00 3c e9 c2 18 95 81 80");
  assert_written(L1T3_KEY, &s, 0x1235, 7, "8a 12 35 81 42 14 ea a8 60 41 4d 14 10 20 84 27 02 7f 01 67");
}

static void test_fewer_targets(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  (void)parsed(L1T3_KEY, &s);
  assert_written(L1T3_T1, &s, 0x1236, 3, "cc 12 36 43");
  assert_written(L1T3_ACTIVE, &s, 0x1240, 1, "cb 12 40 41");
  assert_written(L1T3_CUSTOM, &s, 0x1240, 3, "cb 12 40 7b 9d 38 43 12 b0 30 00");
}

/* What is read can always be written anew: one that left no room for that would be lost together with all that goes out
 * beside it. */
static void test_the_longest(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  struct dependency d;
  struct span key = packet_hex(L1T3_KEY);
  uint8_t padded[DEPENDENCY_LONGEST + 1] = {0}, out[300];
  struct writer w = writer_of(out, sizeof out);
  memcpy(padded, key.p, key.n);
  assert_int_equal(dependency_parse(span_of(padded, DEPENDENCY_LONGEST + 1), &s, &d), ERR_RANGE);
  assert_int_equal(dependency_parse(span_of(padded, DEPENDENCY_LONGEST), &s, &d), 0);
  assert_int_equal(dependency_write(&w, span_of(padded, DEPENDENCY_LONGEST), &d, 1, 1), 0);
  assert_in_range(w.n, DEPENDENCY_LONGEST, 255);
  assert_int_equal(w.n, dependency_size(span_of(padded, DEPENDENCY_LONGEST), &d, 1));
  packet_free(key);
}

static void test_targets_of_a_cell(void **state)
{
  (void)state;
  struct dependency_structure s = {0};
  struct dependency d = parsed(L3T2_KEY, &s);
  assert_int_equal(d.active[dependency_cell(2, 2)], 0x3f);
  assert_int_equal(d.active[dependency_cell(2, 0)], 0x15);
  assert_int_equal(d.active[dependency_cell(1, 1)], 0x0f);
  assert_int_equal(d.active[dependency_cell(0, 0)], 0x01);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_key_frame),
      cmocka_unit_test(test_later_packets_refer_to_templates),
      cmocka_unit_test(test_a_frame_of_its_own_kind),
      cmocka_unit_test(test_active_targets_stay_until_said_otherwise),
      cmocka_unit_test(test_three_sizes),
      cmocka_unit_test(test_what_chromium_sends),
      cmocka_unit_test(test_what_is_more_than_we_keep),
      cmocka_unit_test(test_what_is_wrong),
      cmocka_unit_test(test_before_a_structure_nothing_is_known),
      cmocka_unit_test(test_truncated),
      cmocka_unit_test(test_another_frame_number),
      cmocka_unit_test(test_fewer_targets),
      cmocka_unit_test(test_the_longest),
      cmocka_unit_test(test_targets_of_a_cell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
