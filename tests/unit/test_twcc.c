/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transport-wide feedback: what the draft says byte by byte, what is refused, and that what is written is what is
 * read. */
#include "packet_testing.h"

#include "proto/rtcp.h"
#include "proto/twcc.h"

#define MOST 2048
#define ROOM 1100

struct told {
  size_t n;
  int64_t arrival_us[MOST];
};

static void walk(const struct twcc_feedback *f, int64_t reference, struct told *t)
{
  struct twcc_walk w;
  uint16_t sequence;
  t->n = 0;
  twcc_begin(f, reference, &w);
  while (t->n < MOST && twcc_next(&w, &sequence, &t->arrival_us[t->n])) {
    assert_int_equal(sequence, (uint16_t)(f->base + t->n));
    t->n++;
  }
  assert_int_equal(t->n, f->count);
}

static int parse_hex(const char *hex)
{
  struct twcc_feedback f;
  struct span fci = packet_hex(hex);
  int err = twcc_parse(fci, &f);
  packet_free(fci);
  return err;
}

static void expect(const char *hex, uint16_t base, const int64_t *ticks, size_t n)
{
  struct span fci = packet_hex(hex);
  struct twcc_feedback f;
  struct told t;
  assert_int_equal(twcc_parse(fci, &f), 0);
  assert_int_equal(f.base, base);
  assert_int_equal(f.count, n);
  walk(&f, f.reference, &t);
  for (size_t i = 0; i < n; i++)
    assert_int_equal(t.arrival_us[i], ticks[i] < 0 ? TWCC_NOT_RECEIVED : ticks[i] * TWCC_TICK_US);
  packet_free(fci);
}

/* ---- reading ---- */

static void test_runs(void **state)
{
  (void)state;
  /* Three small deltas in a run, then two packets that did not come, then a large one. */
  expect("fffe 0006 000001 07  2003 0002 4001  01 02 03  fffc  00", 0xfffe,
         (const int64_t[]){257, 259, 262, -1, -1, 258}, 6);
}

static void test_vectors(void **state)
{
  (void)state;
  /* One bit a packet, of which five are meant: 1 0 1 1 0. */
  expect("0001 0005 000000 00  ac00  0a 00 ff", 1, (const int64_t[]){10, -1, 10, 265, -1}, 5);
  /* Two bits a packet: small, none, large, small, none, none, large; and an eighth in a run. */
  expect("0001 0008 000000 00  d242 2001  01 0100 01 7fff 01", 1,
         (const int64_t[]){1, -1, 257, 258, -1, -1, 33025, 33026}, 8);
}

static void test_refused(void **state)
{
  (void)state;
  assert_int_equal(parse_hex(""), ERR_TRUNCATED);
  assert_int_equal(parse_hex("0001 0001 000000"), ERR_TRUNCATED);
  assert_int_equal(parse_hex("0001 0001 000000 00"), ERR_TRUNCATED);              /* no chunk */
  assert_int_equal(parse_hex("0001 0000 000000 00"), ERR_MALFORMED);              /* of no packet */
  assert_int_equal(parse_hex("0001 0002 000000 00 2003 010101"), ERR_MALFORMED);  /* a run behind the end */
  assert_int_equal(parse_hex("0001 0002 000000 00 2000 2002 0101"), ERR_MALFORMED); /* a run of none */
  assert_int_equal(parse_hex("0001 0002 000000 00 6002 0101"), ERR_MALFORMED);    /* the reserved symbol */
  assert_int_equal(parse_hex("0001 0002 000000 00 dc00 0101"), ERR_MALFORMED);    /* in a vector */
  assert_int_equal(parse_hex("0001 0002 000000 00 2002 01"), ERR_TRUNCATED);      /* a delta is missing */
  assert_int_equal(parse_hex("0001 0002 000000 00 4002 0101 01"), ERR_TRUNCATED); /* half of one */
  assert_int_equal(parse_hex("0001 0001 000000 00 2001 01 00000000"), ERR_MALFORMED);
  assert_int_equal(parse_hex("0001 0001 000000 00 2001 01 000000"), 0);
}

static void check_cut(struct span cut)
{
  struct twcc_feedback f;
  assert_int_equal(twcc_parse(cut, &f), ERR_TRUNCATED);
}

static void test_truncated(void **state)
{
  (void)state;
  struct span fci = packet_hex("0001 0008 000000 00  d242 2001  01 0100 01 7fff 01");
  for_each_truncation(fci, check_cut);
  packet_free(fci);
}

/* 65,535 packets that did not come are 16 bytes of chunks, and no reason to read a byte too many. */
static void test_long_runs(void **state)
{
  (void)state;
  assert_int_equal(parse_hex("0001 ffff 000000 00 1fff 1fff 1fff 1fff 1fff 1fff 1fff 1fff 0007"), 0);
  assert_int_equal(parse_hex("0001 ffff 000000 00 1fff 1fff 1fff 1fff 1fff 1fff 1fff 1fff"), ERR_TRUNCATED);
}

static void test_reference(void **state)
{
  (void)state;
  assert_int_equal(twcc_reference(0, 5), 5);
  assert_int_equal(twcc_reference(0xfffffe, 3), 0x1000003);
  assert_int_equal(twcc_reference(0x1000003, 0xfffffe), 0xfffffe);
  assert_int_equal(twcc_reference(0x5000000, 0xffffff), 0x4ffffff);
  assert_int_equal(twcc_reference(-2, 1), 1);
}

/* What browsers sent: one to three bytes of RTP's padding at the end, also before another packet. */
static void test_padding(void **state)
{
  (void)state;
  struct span packet = packet_hex("afcd0005 11111111 22222222 00010001 00000000 20010a01"
                                  "81ce0002 11111111 22222222");
  struct span rest = packet;
  struct rtcp_packet p;
  struct rtcp_feedback fb;
  struct twcc_feedback f;
  assert_int_equal(rtcp_check(packet), 0);
  assert_int_equal(rtcp_next(&rest, &p), 0);
  assert_int_equal(rtcp_read_feedback(&p, &fb), 0);
  assert_int_equal(twcc_parse(fb.fci, &f), 0);
  assert_int_equal(f.deltas.n, 1);
  packet_free(packet);
}

/* ---- writing ---- */

static size_t write_and_read(uint16_t base, const int64_t *arrival_us, size_t n, size_t room, size_t *bytes)
{
  static struct told t;
  uint8_t space[ROOM];
  struct writer w = writer_of(space, sizeof space);
  size_t told = twcc_write(&w, 0x11111111, 0x22222222, 9, base, arrival_us, n, room);
  struct span rest = writer_span(&w);
  struct rtcp_packet p;
  struct rtcp_feedback fb;
  struct twcc_feedback f;
  assert_false(w.overflow);
  assert_true(w.n <= room && w.n % 4 == 0);
  assert_int_equal(rtcp_next(&rest, &p), 0);
  assert_int_equal(rest.n, 0);
  assert_int_equal(rtcp_read_feedback(&p, &fb), 0);
  assert_int_equal(twcc_parse(fb.fci, &f), 0);
  assert_int_equal(f.number, 9);
  assert_int_equal(f.base, base);
  walk(&f, twcc_reference(arrival_us[0] >= 0 ? arrival_us[0] / TWCC_REFERENCE_US : 0, f.reference), &t);
  assert_int_equal(t.n, told);
  for (size_t i = 0; i < told; i++) {
    int64_t expected = arrival_us[i] == TWCC_NOT_RECEIVED ? arrival_us[i] : arrival_us[i] / TWCC_TICK_US * TWCC_TICK_US;
    assert_int_equal(t.arrival_us[i], expected);
  }
  *bytes = w.n;
  return told;
}

static void test_written(void **state)
{
  (void)state;
  int64_t a[MOST];
  size_t bytes;
  for (size_t i = 0; i < 100; i++)
    a[i] = 5000000 + (int64_t)i * 10000; /* a run of small deltas: one chunk */
  assert_int_equal(write_and_read(65500, a, 100, ROOM, &bytes), 100);
  assert_int_equal(bytes, 20 + 2 + 100 + 2);
  for (size_t i = 10; i < 60; i++)
    a[i] = TWCC_NOT_RECEIVED;
  assert_int_equal(write_and_read(7, a, 100, ROOM, &bytes), 100);
  for (size_t i = 0; i < 10; i++)
    a[i] = TWCC_NOT_RECEIVED; /* also at the beginning */
  a[0] = TWCC_NOT_RECEIVED;
  uint8_t space[ROOM];
  struct writer w = writer_of(space, sizeof space);
  assert_int_equal(twcc_write(&w, 1, 2, 3, 7, a, 100, ROOM), 100);
}

/* A time that is too far from the one before it, in either direction, begins a message of its own. */
static void test_too_far(void **state)
{
  (void)state;
  size_t bytes;
  const int64_t late[] = {1000000, 1010000, 1010000 + 8192000 + 250, 0};
  assert_int_equal(write_and_read(1, late, 3, ROOM, &bytes), 2);
  const int64_t early[] = {20000000, 20000000 - 8192000 - 64000, 0};
  assert_int_equal(write_and_read(1, early, 2, ROOM, &bytes), 1);
}

static void test_room(void **state)
{
  (void)state;
  int64_t a[MOST];
  size_t bytes;
  for (size_t i = 0; i < MOST; i++)
    a[i] = 1000000 + (int64_t)i * 100000; /* large deltas */
  size_t told = write_and_read(1, a, MOST, 200, &bytes);
  assert_true(told > 60 && told < 100 && bytes > 150);
}

/* Any mixture, over the wrap of the reference time. */
static void test_round_trips(void **state)
{
  (void)state;
  static int64_t a[MOST];
  uint64_t seed = 7;
  const struct random random = seeded_random(&seed);
  for (int round = 0; round < 500; round++) {
    int64_t at = ((int64_t)1 << 24) * TWCC_REFERENCE_US - 2000000;
    size_t n = 1 + random_u32(&random) % 300, bytes;
    uint32_t loss = random_u32(&random) % 100, spread = 1 + random_u32(&random) % 200000;
    for (size_t i = 0; i < n; i++) {
      a[i] = i > 0 && random_u32(&random) % 100 < loss ? TWCC_NOT_RECEIVED : at - (int64_t)(random_u32(&random) % 3000);
      at += random_u32(&random) % spread;
    }
    uint16_t base = (uint16_t)random_u32(&random);
    for (size_t done = 0; done < n;) {
      size_t rest = done;
      while (rest < n && a[rest] == TWCC_NOT_RECEIVED)
        rest++;
      if (rest == n)
        break;
      done = rest + write_and_read((uint16_t)(base + rest), a + rest, n - rest, 300, &bytes);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_runs),      cmocka_unit_test(test_vectors),   cmocka_unit_test(test_refused),
      cmocka_unit_test(test_truncated), cmocka_unit_test(test_long_runs), cmocka_unit_test(test_reference),
      cmocka_unit_test(test_padding),   cmocka_unit_test(test_written),   cmocka_unit_test(test_too_far),
      cmocka_unit_test(test_room),      cmocka_unit_test(test_round_trips),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
