/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP: compound and reduced-size packets, reports, feedback, and that what is written is what is read. */
#include "packet_testing.h"

#include "proto/rtcp.h"

/* An SR with one report block, an SDES with a CNAME, and a BYE with a reason. */
#define COMPOUND                                                                                                       \
  "81c8000c 11111111 8899aabbccddeeff 00010203 00000005 00000006"                                                      \
  "22222222 40 fffffe 0001abcd 00000007 00000008 00000009"                                                             \
  "81ca0003 11111111 0105 68656c6c6f 00"                                                                               \
  "81cb0003 11111111 04 6d6f7265 000000"

/* A NACK, a transport-cc feedback, a PLI, a FIR and a packet of an unknown type: no report at all (RFC 5506). */
#define REDUCED                                                                                                        \
  "81cd0004 11111111 22222222 fff08001 00050000"                                                                       \
  "8fcd0005 11111111 22222222 00010002 00000000 20010000"                                                              \
  "81ce0002 11111111 22222222"                                                                                         \
  "84ce0006 11111111 00000000 33333333 07000000 44444444 08000000"                                                     \
  "80d00001 12345678"

static struct rtcp_packet take(struct span *s)
{
  struct rtcp_packet p;
  assert_int_equal(rtcp_next(s, &p), 0);
  return p;
}

/* --- walking --- */

static void test_walk(void **state)
{
  (void)state;
  static const uint8_t types[] = {RTCP_RTPFB, RTCP_RTPFB, RTCP_PSFB, RTCP_PSFB, 208};
  static const uint8_t counts[] = {RTCP_RTPFB_NACK, RTCP_RTPFB_TRANSPORT_CC, RTCP_PSFB_PLI, RTCP_PSFB_FIR, 0};
  struct span packet = packet_hex(REDUCED), rest = packet;
  assert_int_equal(rtcp_check(packet), 0);
  for (size_t i = 0; i < sizeof types; i++) {
    struct rtcp_packet p = take(&rest);
    assert_int_equal(p.type, types[i]);
    assert_int_equal(p.count, counts[i]);
  }
  assert_int_equal(rest.n, 0);
  packet_free(packet);
}

static size_t whole_cuts;

static void check_cut(struct span cut)
{
  int err = rtcp_check(cut);
  if (err == 0)
    whole_cuts++;
  else
    assert_int_equal(err, ERR_TRUNCATED);
}

/* Cut where one of its packets ends, a compound packet is a shorter one; anywhere else it is broken. */
static void check_truncations(const char *hex, size_t packets)
{
  struct span packet = packet_hex(hex);
  assert_int_equal(rtcp_check(packet), 0);
  whole_cuts = 0;
  for_each_truncation(packet, check_cut);
  assert_int_equal(whole_cuts, packets - 1);
  packet_free(packet);
}

static void test_every_truncation(void **state)
{
  (void)state;
  check_truncations(COMPOUND, 3);
  check_truncations(REDUCED, 5);
}

static int check_hex(const char *hex)
{
  struct span packet = packet_hex(hex);
  int err = rtcp_check(packet);
  packet_free(packet);
  return err;
}

static void test_malformed(void **state)
{
  (void)state;
  assert_int_equal(check_hex(""), ERR_TRUNCATED);
  assert_int_equal(check_hex("41ce0002 11111111 22222222"), ERR_MALFORMED); /* version 1 */
  assert_int_equal(check_hex("81ce0003 11111111 22222222"), ERR_TRUNCATED);
  assert_int_equal(check_hex("81ceffff 11111111 22222222"), ERR_TRUNCATED);
  assert_int_equal(check_hex("80c90001 11111111 81"), ERR_TRUNCATED); /* a rest that is no packet */
}

static void test_padding(void **state)
{
  (void)state;
  struct span packet = packet_hex("a0c90003 11111111 00000000 00000008"), rest = packet;
  struct rtcp_packet p = take(&rest);
  assert_int_equal(p.body.n, 4);
  packet_free(packet);
  assert_int_equal(check_hex("a0c90002 11111111 00000000"), ERR_MALFORMED);          /* 0 bytes of it */
  assert_int_equal(check_hex("a0c90002 11111111 00000003"), ERR_MALFORMED);          /* no multiple of 4 */
  assert_int_equal(check_hex("a0c90002 11111111 0000000c"), ERR_MALFORMED);          /* more than there is */
  assert_int_equal(check_hex("a0c90000"), ERR_MALFORMED);                            /* no room for it */
  assert_int_equal(check_hex("a0c90002 11111111 00000004 80c90001 11111111"), ERR_MALFORMED); /* not in the last */
}

/* --- reports --- */

static void test_read_sr(void **state)
{
  (void)state;
  struct span packet = packet_hex(COMPOUND), rest = packet, blocks;
  struct rtcp_packet p = take(&rest);
  struct rtcp_sender_info info;
  struct rtcp_report_block b;
  uint32_t ssrc;
  assert_int_equal(rtcp_read_sr(&p, &ssrc, &info, &blocks), 0);
  assert_int_equal(ssrc, 0x11111111);
  assert_true(info.ntp == 0x8899aabbccddeeffu);
  assert_int_equal(info.rtp_timestamp, 0x00010203);
  assert_int_equal(info.packets, 5);
  assert_int_equal(info.octets, 6);
  assert_int_equal(rtcp_next_block(&blocks, &b), 0);
  assert_int_equal(b.ssrc, 0x22222222);
  assert_int_equal(b.fraction_lost, 0x40);
  assert_int_equal(b.total_lost, -2);
  assert_int_equal(b.highest_sequence, 0x0001abcd);
  assert_int_equal(b.jitter, 7);
  assert_int_equal(b.last_sr, 8);
  assert_int_equal(b.delay_since_last_sr, 9);
  assert_int_equal(rtcp_next_block(&blocks, &b), ERR_TRUNCATED);
  packet_free(packet);
}

static void test_counts_that_are_not_there(void **state)
{
  (void)state;
  struct span packet = packet_hex("81c80006 11111111 8899aabbccddeeff 00010203 00000005 00000006"), rest = packet, out;
  struct rtcp_packet p = take(&rest);
  struct rtcp_sender_info info;
  uint32_t ssrc;
  assert_int_equal(rtcp_read_sr(&p, &ssrc, &info, &out), ERR_TRUNCATED); /* one block said, none there */
  p.body.n = 20;
  assert_int_equal(rtcp_read_sr(&p, &ssrc, &info, &out), ERR_TRUNCATED);
  p.type = RTCP_RR;
  p.body.n = 24;
  assert_int_equal(rtcp_read_rr(&p, &ssrc, &out), ERR_TRUNCATED);
  p.body.n = 0;
  assert_int_equal(rtcp_read_rr(&p, &ssrc, &out), ERR_TRUNCATED);
  p.type = RTCP_BYE;
  assert_int_equal(rtcp_read_bye(&p, &out), ERR_TRUNCATED);
  packet_free(packet);
}

static void test_readers_refuse_other_types(void **state)
{
  (void)state;
  struct rtcp_packet p = {.type = RTCP_APP};
  struct rtcp_sender_info info;
  struct rtcp_feedback f;
  struct span out;
  uint32_t ssrc;
  assert_int_equal(rtcp_read_sr(&p, &ssrc, &info, &out), ERR_STATE);
  assert_int_equal(rtcp_read_rr(&p, &ssrc, &out), ERR_STATE);
  assert_int_equal(rtcp_read_bye(&p, &out), ERR_STATE);
  assert_int_equal(rtcp_read_feedback(&p, &f), ERR_STATE);
  p.type = RTCP_PSFB;
  assert_int_equal(rtcp_read_feedback(&p, &f), ERR_TRUNCATED);
}

static void test_total_lost_has_a_sign(void **state)
{
  (void)state;
  struct span packet = packet_hex("22222222 00 800000 00000000 00000000 00000000 00000000"
                                  "22222222 00 7fffff 00000000 00000000 00000000 00000000");
  struct span blocks = packet;
  struct rtcp_report_block b;
  assert_int_equal(rtcp_next_block(&blocks, &b), 0);
  assert_int_equal(b.total_lost, -8388608);
  assert_int_equal(rtcp_next_block(&blocks, &b), 0);
  assert_int_equal(b.total_lost, 8388607);
  packet_free(packet);
}

/* --- sources --- */

static void test_sdes_and_bye(void **state)
{
  (void)state;
  struct span packet = packet_hex(COMPOUND), rest = packet, cname, ssrcs;
  uint32_t ssrc;
  (void)take(&rest);
  struct rtcp_packet p = take(&rest);
  assert_int_equal(p.type, RTCP_SDES);
  assert_int_equal(rtcp_next_chunk(&p.body, &ssrc, &cname), 0);
  assert_int_equal(ssrc, 0x11111111);
  assert_span_equal(cname, span_str("hello"));
  assert_int_equal(p.body.n, 0);
  p = take(&rest);
  assert_int_equal(rtcp_read_bye(&p, &ssrcs), 0);
  assert_span_hex(ssrcs, "11111111");
  packet_free(packet);
}

static void test_sdes_of_several_chunks(void **state)
{
  (void)state;
  /* two CNAMEs, of which the first counts; no items at all; a CNAME that ends on the boundary, so that four zeros
   * follow */
  struct span body = packet_hex("00000001 0102 6262 0103 646464 00 0000"
                                "00000002 00000000"
                                "00000003 0106 636363636363 00000000");
  struct span chunks = body, cname;
  uint32_t ssrc;
  assert_int_equal(rtcp_next_chunk(&chunks, &ssrc, &cname), 0);
  assert_int_equal(ssrc, 1);
  assert_span_equal(cname, span_str("bb"));
  assert_int_equal(rtcp_next_chunk(&chunks, &ssrc, &cname), 0);
  assert_int_equal(ssrc, 2);
  assert_null(cname.p);
  assert_int_equal(rtcp_next_chunk(&chunks, &ssrc, &cname), 0);
  assert_int_equal(ssrc, 3);
  assert_span_equal(cname, span_str("cccccc"));
  assert_int_equal(chunks.n, 0);
  assert_int_equal(rtcp_next_chunk(&chunks, &ssrc, &cname), ERR_TRUNCATED);
  packet_free(body);
}

static void check_cut_chunk(struct span cut)
{
  struct span chunks = cut, cname;
  uint32_t ssrc;
  assert_int_equal(rtcp_next_chunk(&chunks, &ssrc, &cname), ERR_TRUNCATED);
  assert_int_equal(chunks.n, cut.n);
}

static void test_sdes_truncations(void **state)
{
  (void)state;
  struct span body = packet_hex("00000001 0201 41 0102 6262 00");
  for_each_truncation(body, check_cut_chunk);
  packet_free(body);
}

/* --- feedback --- */

static struct rtcp_feedback feedback_of(const char *hex, struct span *packet)
{
  struct rtcp_feedback f;
  *packet = packet_hex(hex);
  struct span rest = *packet;
  struct rtcp_packet p = take(&rest);
  assert_int_equal(rtcp_read_feedback(&p, &f), 0);
  return f;
}

static void assert_nacks(const char *hex, const uint16_t *expected, size_t count)
{
  struct span packet;
  struct rtcp_feedback f = feedback_of(hex, &packet);
  struct rtcp_nack_walk walk;
  uint16_t sequence;
  assert_int_equal(f.sender_ssrc, 0x11111111);
  assert_int_equal(f.media_ssrc, 0x22222222);
  rtcp_nack_begin(&f, &walk);
  for (size_t i = 0; i < count; i++) {
    assert_true(rtcp_nack_next(&walk, &sequence));
    assert_int_equal(sequence, expected[i]);
  }
  assert_false(rtcp_nack_next(&walk, &sequence));
  assert_false(rtcp_nack_next(&walk, &sequence));
  packet_free(packet);
}

static void test_nack(void **state)
{
  (void)state;
  static const uint16_t some[] = {0xfff0, 0xfff1, 0x0000, 0x0005};
  assert_nacks("81cd0004 11111111 22222222 fff08001 00050000", some, 4);
  static const uint16_t all[] = {9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25};
  assert_nacks("81cd0003 11111111 22222222 0009ffff", all, 17);
  assert_nacks("81cd0002 11111111 22222222", NULL, 0);
}

static void test_fir(void **state)
{
  (void)state;
  struct span packet;
  struct rtcp_feedback f = feedback_of("84ce0006 11111111 00000000 33333333 07000000 44444444 08000000", &packet);
  uint32_t ssrc;
  uint8_t sequence;
  assert_int_equal(rtcp_next_fir(&f.fci, &ssrc, &sequence), 0);
  assert_int_equal(ssrc, 0x33333333);
  assert_int_equal(sequence, 7);
  assert_int_equal(rtcp_next_fir(&f.fci, &ssrc, &sequence), 0);
  assert_int_equal(ssrc, 0x44444444);
  assert_int_equal(rtcp_next_fir(&f.fci, &ssrc, &sequence), ERR_TRUNCATED);
  packet_free(packet);
}

/* --- writing --- */

static const struct rtcp_report_block example_block = {.ssrc = 0x22222222, .fraction_lost = 0x40, .total_lost = -2,
  .highest_sequence = 0x0001abcd, .jitter = 7, .last_sr = 8, .delay_since_last_sr = 9};
static const struct rtcp_sender_info example_info = {.ntp = 0x8899aabbccddeeffu, .rtp_timestamp = 0x00010203,
  .packets = 5, .octets = 6};

static void test_write_compound(void **state)
{
  (void)state;
  uint8_t bytes[256];
  struct writer w = writer_of(bytes, sizeof bytes);
  static const uint32_t gone[] = {0x11111111, 0x33333333};
  rtcp_write_sr(&w, 0x11111111, &example_info, &example_block, 1);
  rtcp_write_sdes(&w, 0x11111111, span_str("hello"));
  rtcp_write_bye(&w, gone, 2);
  assert_span_hex(writer_span(&w),
                  "81c8000c 11111111 8899aabbccddeeff 00010203 00000005 00000006"
                  "22222222 40 fffffe 0001abcd 00000007 00000008 00000009"
                  "81ca0003 11111111 0105 68656c6c6f 00"
                  "82cb0002 11111111 33333333");
  assert_int_equal(rtcp_check(writer_span(&w)), 0);
}

static void test_write_rr(void **state)
{
  (void)state;
  uint8_t bytes[256];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct rtcp_report_block blocks[2] = {example_block, example_block};
  blocks[1].total_lost = 0x7FFFFF;
  rtcp_write_rr(&w, 1, blocks, 2);
  rtcp_write_rr(&w, 2, NULL, 0);
  assert_span_hex(writer_span(&w),
                  "82c9000d 00000001"
                  "22222222 40 fffffe 0001abcd 00000007 00000008 00000009"
                  "22222222 40 7fffff 0001abcd 00000007 00000008 00000009"
                  "80c90001 00000002");
}

/* Every length of a CNAME: the items end with one to four zeros. */
static void test_write_sdes(void **state)
{
  (void)state;
  uint8_t bytes[512], name[255];
  memset(name, 'n', sizeof name);
  for (size_t n = 0; n <= sizeof name; n++) {
    struct writer w = writer_of(bytes, sizeof bytes);
    struct span rest, cname;
    uint32_t ssrc;
    rtcp_write_sdes(&w, 7, span_of(name, n));
    rest = writer_span(&w);
    struct rtcp_packet p = take(&rest);
    assert_int_equal(rtcp_next_chunk(&p.body, &ssrc, &cname), 0);
    assert_span_equal(cname, span_of(name, n));
    assert_int_equal(p.body.n + rest.n, 0);
  }
}

static void check_nack_round_trip(const uint16_t *sequences, size_t count, size_t pairs)
{
  uint8_t bytes[2048];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct rtcp_feedback f;
  struct rtcp_nack_walk walk;
  uint16_t sequence;
  rtcp_write_nack(&w, 1, 2, sequences, count);
  assert_int_equal(w.n, 12 + 4 * pairs);
  struct span rest = writer_span(&w);
  struct rtcp_packet p = take(&rest);
  assert_int_equal(p.type, RTCP_RTPFB);
  assert_int_equal(p.count, RTCP_RTPFB_NACK);
  assert_int_equal(rtcp_read_feedback(&p, &f), 0);
  rtcp_nack_begin(&f, &walk);
  for (size_t i = 0; i < count; i++) {
    assert_true(rtcp_nack_next(&walk, &sequence));
    assert_int_equal(sequence, sequences[i]);
  }
  assert_false(rtcp_nack_next(&walk, &sequence));
}

static void test_write_nack(void **state)
{
  (void)state;
  static const uint16_t one[] = {7}, run[] = {65530, 65535, 0, 1, 10}, edge[] = {100, 116, 117, 133},
                        apart[] = {0, 1000, 2000};
  check_nack_round_trip(one, 1, 1);
  check_nack_round_trip(run, 5, 1); /* over the wrap, 16 numbers apart at most */
  check_nack_round_trip(edge, 4, 2);
  check_nack_round_trip(apart, 3, 3);
}

static void test_write_nack_of_random_losses(void **state)
{
  (void)state;
  uint64_t random = 1;
  for (int round = 0; round < 200; round++) {
    uint16_t sequences[128], at = (uint16_t)test_random(&random);
    size_t pairs = 0;
    uint16_t pid = 0;
    for (size_t i = 0; i < 128; i++) {
      at = (uint16_t)(at + 1 + test_random_below(&random, 30));
      sequences[i] = at;
      if (pairs == 0 || (uint16_t)(at - pid) > 16) {
        pid = at;
        pairs++;
      }
    }
    check_nack_round_trip(sequences, 128, pairs);
  }
}

static void test_write_pli_and_fir(void **state)
{
  (void)state;
  uint8_t bytes[64];
  struct writer w = writer_of(bytes, sizeof bytes);
  rtcp_write_pli(&w, 0x11111111, 0x22222222);
  rtcp_write_fir(&w, 0x11111111, 0x33333333, 7);
  assert_span_hex(writer_span(&w),
                  "81ce0002 11111111 22222222"
                  "84ce0004 11111111 00000000 33333333 07000000");
}

static void test_write_in_small_space(void **state)
{
  (void)state;
  static const uint16_t lost[] = {1, 100};
  for (size_t cap = 0; cap < 110; cap++) {
    uint8_t *space = malloc(cap > 0 ? cap : 1);
    assert_non_null(space);
    struct writer w = writer_of(space, cap);
    rtcp_write_sr(&w, 1, &example_info, &example_block, 1); /* 52 */
    rtcp_write_sdes(&w, 1, span_str("hello"));              /* 16 */
    rtcp_write_nack(&w, 1, 2, lost, 2);                     /* 20 */
    rtcp_write_pli(&w, 1, 2);                               /* 12 */
    assert_int_equal(w.overflow, cap < 100);
    free(space);
  }
}

/* --- time --- */

static void test_ntp(void **state)
{
  (void)state;
  assert_true(rtcp_ntp(0) == 2208988800ull << 32);
  assert_true(rtcp_ntp(1500000) == (2208988801ull << 32 | 0x80000000u));
  assert_int_equal((uint32_t)rtcp_ntp(999999), 0xFFFFEF39); /* 999999 / 10^6 of 2^32, rounded down */
  assert_int_equal(rtcp_ntp_middle(0x1122334455667788u), 0x33445566);
}

static void test_round_trip(void **state)
{
  (void)state;
  /* RFC 3550, figure 2: A = 0xb710:8000, DLSR = 0x0005:4000, LSR = 0xb705:2000: 6.125 s */
  struct rtcp_report_block b = {.last_sr = 0xb7052000, .delay_since_last_sr = 0x00054000};
  uint32_t rtt;
  assert_int_equal(rtcp_round_trip(&b, (uint64_t)0xb7108000u << 16, &rtt), 0);
  assert_int_equal(rtt, 6125000);
  b.last_sr = 0;
  assert_int_equal(rtcp_round_trip(&b, 0, &rtt), ERR_NOT_FOUND);
}

static void test_round_trip_at_the_edges(void **state)
{
  (void)state;
  struct rtcp_report_block b = {.last_sr = 0xFFFFFFF0, .delay_since_last_sr = 0x10};
  uint32_t rtt;
  assert_int_equal(rtcp_round_trip(&b, (uint64_t)0x8000 << 16, &rtt), 0); /* the middle bits wrapped */
  assert_int_equal(rtt, 500000);
  b.delay_since_last_sr = 0x8010 + 66; /* a millisecond below zero: rounding */
  assert_int_equal(rtcp_round_trip(&b, (uint64_t)0x8000 << 16, &rtt), 0);
  assert_int_equal(rtt, 0);
  b.delay_since_last_sr++;
  assert_int_equal(rtcp_round_trip(&b, (uint64_t)0x8000 << 16, &rtt), ERR_RANGE);
  b = (struct rtcp_report_block){.last_sr = 1};
  assert_int_equal(rtcp_round_trip(&b, (uint64_t)((60u << 16) + 1) << 16, &rtt), 0);
  assert_int_equal(rtt, 60000000);
  assert_int_equal(rtcp_round_trip(&b, (uint64_t)((60u << 16) + 2) << 16, &rtt), ERR_RANGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_walk),
    cmocka_unit_test(test_every_truncation),
    cmocka_unit_test(test_malformed),
    cmocka_unit_test(test_padding),
    cmocka_unit_test(test_read_sr),
    cmocka_unit_test(test_total_lost_has_a_sign),
    cmocka_unit_test(test_counts_that_are_not_there),
    cmocka_unit_test(test_readers_refuse_other_types),
    cmocka_unit_test(test_sdes_and_bye),
    cmocka_unit_test(test_sdes_of_several_chunks),
    cmocka_unit_test(test_sdes_truncations),
    cmocka_unit_test(test_nack),
    cmocka_unit_test(test_fir),
    cmocka_unit_test(test_write_compound),
    cmocka_unit_test(test_write_rr),
    cmocka_unit_test(test_write_sdes),
    cmocka_unit_test(test_write_nack),
    cmocka_unit_test(test_write_nack_of_random_losses),
    cmocka_unit_test(test_write_pli_and_fir),
    cmocka_unit_test(test_write_in_small_space),
    cmocka_unit_test(test_ntp),
    cmocka_unit_test(test_round_trip),
    cmocka_unit_test(test_round_trip_at_the_edges),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("rtcp", tests, NULL, NULL);
}
