/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP headers and their extensions, sequence numbers, the split of a port's datagrams, and reception statistics. */
#include "packet_testing.h"

#include "proto/demux.h"
#include "proto/rtp.h"
#include "proto/rtp_stats.h"

/* Two CSRCs, a one-byte extension (audio level in 1, three bytes in 2, padding), payload, three bytes of padding. */
#define FULL                                                                                                           \
  "b2 ef 1234 00010203 deadbeef 11111111 22222222"                                                                     \
  "bede 0002 10 85 22 aabbcc 00 00"                                                                                    \
  "0102030405 000003"

/* --- the header --- */

static void test_full_packet(void **state)
{
  (void)state;
  struct span packet = packet_hex(FULL);
  struct rtp_packet p;
  assert_int_equal(rtp_parse(packet, &p), 0);
  assert_true(p.marker && p.has_extension);
  assert_int_equal(p.payload_type, 111);
  assert_int_equal(p.sequence, 0x1234);
  assert_int_equal(p.timestamp, 0x00010203);
  assert_int_equal(p.ssrc, 0xdeadbeef);
  assert_int_equal(p.profile, RTP_PROFILE_ONE_BYTE);
  assert_int_equal(p.padding, 3);
  assert_span_hex(p.csrc, "11111111 22222222");
  assert_span_hex(p.extension, "10 85 22 aabbcc 00 00");
  assert_span_hex(p.payload, "0102030405");
  packet_free(packet);
}

static void test_smallest_packet(void **state)
{
  (void)state;
  struct span packet = packet_hex("80 00 0000 00000000 00000001");
  struct rtp_packet p;
  assert_int_equal(rtp_parse(packet, &p), 0);
  assert_false(p.marker || p.has_extension);
  assert_int_equal(p.csrc.n + p.extension.n + p.payload.n + p.padding, 0);
  packet_free(packet);
}

static void test_encrypted_packet_keeps_its_padding(void **state)
{
  (void)state;
  struct span packet = packet_hex(FULL);
  struct rtp_packet p;
  assert_int_equal(rtp_parse_header(packet, &p), 0);
  assert_int_equal(p.padding, 0);
  assert_span_hex(p.payload, "0102030405 000003");
  packet_free(packet);
}

/* Cut within the header it is truncated; within the payload, its padding count is some other byte. */
static void check_cut_header(struct span cut)
{
  struct rtp_packet p;
  assert_int_equal(rtp_parse_header(cut, &p), ERR_TRUNCATED);
  assert_int_equal(rtp_parse(cut, &p), ERR_TRUNCATED);
}

static void check_any_cut(struct span cut)
{
  struct rtp_packet p;
  if (rtp_parse(cut, &p) == 0)
    assert_true(p.payload.n + p.padding <= cut.n - RTP_HEADER_BYTES);
}

static void test_every_truncation(void **state)
{
  (void)state;
  struct span packet = packet_hex(FULL);
  for_each_truncation(span_of(packet.p, 12 + 8 + 4 + 8), check_cut_header);
  for_each_truncation(packet, check_any_cut);
  packet_free(packet);
}

static int parse_hex(const char *hex)
{
  struct span packet = packet_hex(hex);
  struct rtp_packet p;
  int err = rtp_parse(packet, &p);
  packet_free(packet);
  return err;
}

static void test_malformed(void **state)
{
  (void)state;
  assert_int_equal(parse_hex("40 00 0000 00000000 00000001"), ERR_MALFORMED);        /* version 1 */
  assert_int_equal(parse_hex("c0 00 0000 00000000 00000001"), ERR_MALFORMED);        /* version 3 */
  assert_int_equal(parse_hex("a0 00 0000 00000000 00000001"), ERR_TRUNCATED);        /* padding, but no byte */
  assert_int_equal(parse_hex("a0 00 0000 00000000 00000001 00"), ERR_MALFORMED);     /* 0 bytes of padding */
  assert_int_equal(parse_hex("a0 00 0000 00000000 00000001 ff 03"), ERR_MALFORMED);  /* more than there is */
  assert_int_equal(parse_hex("a0 00 0000 00000000 00000001 00 02"), 0);              /* padding alone */
  assert_int_equal(parse_hex("8f 00 0000 00000000 00000001 00000001"), ERR_TRUNCATED); /* 15 CSRCs said, one there */
  assert_int_equal(parse_hex("90 00 0000 00000000 00000001 bede ffff 00000000"), ERR_TRUNCATED);
}

/* --- extensions --- */

static struct rtp_packet with_extension(uint16_t profile, struct span body)
{
  return (struct rtp_packet){.has_extension = true, .profile = profile, .extension = body};
}

/* The walk as text: "1:85 2:aabbcc ". */
static void walk_text(uint16_t profile, const char *hex, char *text, size_t size)
{
  struct span body = packet_hex(hex);
  struct rtp_packet p = with_extension(profile, body);
  struct rtp_ext_walk walk;
  struct rtp_ext e;
  struct writer w = writer_of(text, size - 1);
  rtp_ext_begin(&p, &walk);
  while (rtp_ext_next(&walk, &e)) {
    put_fmt(&w, "%u:", e.id);
    for (size_t i = 0; i < e.data.n; i++)
      put_fmt(&w, "%02x", e.data.p[i]);
    put_str(&w, " ");
  }
  assert_false(rtp_ext_next(&walk, &e)); /* the end stays the end */
  text[w.n] = '\0';
  packet_free(body);
}

static void assert_walk(uint16_t profile, const char *hex, const char *expected)
{
  char text[256];
  walk_text(profile, hex, text, sizeof text);
  assert_string_equal(text, expected);
}

static void test_one_byte_extensions(void **state)
{
  (void)state;
  assert_walk(0xBEDE, "", "");
  assert_walk(0xBEDE, "10 85 22 aabbcc 00 00", "1:85 2:aabbcc ");
  assert_walk(0xBEDE, "00 00 10 85", "1:85 ");                  /* padding first */
  assert_walk(0xBEDE, "10 85 f0 00 20 99 00 00", "1:85 ");      /* id 15 ends it */
  assert_walk(0xBEDE, "10 85 23 aabb", "1:85 ");                /* runs over the end */
  assert_walk(0xBEDE, "10 85 00 20", "1:85 ");                  /* no data at all */
  assert_walk(0xBEDE, "ef 000102030405060708090a0b0c0d0e0f", "14:000102030405060708090a0b0c0d0e0f ");
  assert_walk(0xBEDE, "10 85 02 000000 20 77 00", "1:85 ");      /* id 0 with a length ends it too */
}

static void test_two_byte_extensions(void **state)
{
  (void)state;
  assert_walk(0x1000, "", "");
  assert_walk(0x1000, "01 01 85 00 02 00 c8 02 aabb 00 00", "1:85 2: 200:aabb ");
  assert_walk(0x100F, "01 01 85 00", "1:85 "); /* any application bits */
  assert_walk(0x1000, "01 01 85 02", "1:85 ");
  assert_walk(0x1000, "01 01 85 02 03 aabb", "1:85 ");
  assert_walk(0x1010, "01 01 85 00", ""); /* another profile */
  assert_walk(0xC0DE, "10 85 00 00", ""); /* still encrypted */
}

static void test_find(void **state)
{
  (void)state;
  struct span body = packet_hex("10 85 22 aabbcc 20 11"), data;
  struct rtp_packet p = with_extension(RTP_PROFILE_ONE_BYTE, body);
  assert_int_equal(rtp_ext_find(&p, 2, &data), 0);
  assert_span_hex(data, "aabbcc"); /* the first of two */
  assert_int_equal(rtp_ext_find(&p, 3, &data), ERR_NOT_FOUND);
  p.has_extension = false;
  assert_int_equal(rtp_ext_find(&p, 2, &data), ERR_NOT_FOUND);
  packet_free(body);
}

static void test_audio_level(void **state)
{
  (void)state;
  static const uint8_t bytes[] = {0x85, 0x7F};
  bool voice;
  uint8_t level;
  assert_int_equal(rtp_audio_level(span_of(bytes, 1), &voice, &level), 0);
  assert_true(voice);
  assert_int_equal(level, 5);
  assert_int_equal(rtp_audio_level(span_of(bytes + 1, 1), &voice, &level), 0);
  assert_false(voice);
  assert_int_equal(level, 127);
  assert_int_equal(rtp_audio_level(span_of(bytes, 0), &voice, &level), ERR_MALFORMED);
}

/* --- writing --- */

static void test_write_without_extension(void **state)
{
  (void)state;
  uint8_t bytes[64];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct rtp_packet p = {.payload_type = 96, .sequence = 1, .timestamp = 2, .ssrc = 3, .has_extension = true};
  assert_int_equal(rtp_write_header(&w, &p, NULL, 0), 0);
  assert_span_hex(writer_span(&w), "80 60 0001 00000002 00000003");
}

static void test_write_one_byte_form(void **state)
{
  (void)state;
  static const uint8_t data[] = {0x85, 0xaa, 0xbb, 0xcc};
  uint8_t bytes[64];
  struct writer w = writer_of(bytes, sizeof bytes);
  const struct rtp_ext ext[] = {{1, span_of(data, 1)}, {2, span_of(data + 1, 3)}};
  struct rtp_packet p = {
    .marker = true, .payload_type = 111, .sequence = 0x1234, .timestamp = 7, .ssrc = 8, .padding = 4};
  assert_int_equal(rtp_write_header(&w, &p, ext, 2), 0);
  assert_span_hex(writer_span(&w), "b0 ef 1234 00000007 00000008 bede 0002 10 85 22 aabbcc 0000");
}

static void test_write_two_byte_form(void **state)
{
  (void)state;
  uint8_t data[255] = {0x42}, bytes[512];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct rtp_packet p = {.ssrc = 8};
  const struct rtp_ext empty[] = {{1, span_of(data, 1)}, {2, span_of(data, 0)}}, high = {15, span_of(data, 1)};
  assert_int_equal(rtp_write_header(&w, &p, empty, 2), 0);
  assert_span_hex(writer_span(&w), "90 00 0000 00000000 00000008 1000 0002 01 01 42 02 00 000000");
  w = writer_of(bytes, sizeof bytes);
  assert_int_equal(rtp_write_header(&w, &p, &high, 1), 0);
  assert_span_hex(writer_span(&w), "90 00 0000 00000000 00000008 1000 0001 0f 01 42 00");
  const struct rtp_ext longest = {3, span_of(data, 255)};
  w = writer_of(bytes, sizeof bytes);
  assert_int_equal(rtp_write_header(&w, &p, &longest, 1), 0);
  assert_int_equal(w.n, 12 + 4 + 260);
}

static void test_write_refuses(void **state)
{
  (void)state;
  uint8_t data[256] = {0}, bytes[512];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct rtp_packet p = {.payload_type = 128};
  const struct rtp_ext no_id = {0, span_of(data, 1)}, too_long = {1, span_of(data, 256)};
  assert_int_equal(rtp_write_header(&w, &p, NULL, 0), ERR_RANGE);
  p.payload_type = 0;
  assert_int_equal(rtp_write_header(&w, &p, &no_id, 1), ERR_RANGE);
  assert_int_equal(rtp_write_header(&w, &p, &too_long, 1), ERR_RANGE);
  p.csrc = span_of(data, 5);
  assert_int_equal(rtp_write_header(&w, &p, NULL, 0), ERR_RANGE);
  p.csrc = span_of(data, 64);
  assert_int_equal(rtp_write_header(&w, &p, NULL, 0), ERR_RANGE);
  assert_int_equal(w.n, 0);
}

static void test_write_in_small_space(void **state)
{
  (void)state;
  static const uint8_t data[] = {1, 2, 3};
  const struct rtp_ext ext = {1, span_of(data, 3)};
  struct rtp_packet p = {.ssrc = 1};
  for (size_t cap = 0; cap < 24; cap++) {
    uint8_t *space = malloc(cap > 0 ? cap : 1);
    assert_non_null(space);
    struct writer w = writer_of(space, cap);
    assert_int_equal(rtp_write_header(&w, &p, &ext, 1), cap < 20 ? ERR_LIMIT : 0);
    free(space);
  }
}

/* --- sequence numbers --- */

static void test_sequence_order(void **state)
{
  (void)state;
  assert_true(rtp_seq_newer(1, 0));
  assert_false(rtp_seq_newer(0, 1));
  assert_false(rtp_seq_newer(7, 7));
  assert_true(rtp_seq_newer(0, 0xFFFF));
  assert_true(rtp_seq_newer(0x7FFF, 0));
  assert_false(rtp_seq_newer(0x8000, 0)); /* exactly half: neither is newer */
  assert_false(rtp_seq_newer(0, 0x8000));
  assert_true(rtp_timestamp_newer(5, 0xFFFFFFF0));
  assert_false(rtp_timestamp_newer(0xFFFFFFF0, 5));
}

static void test_sequence_extension(void **state)
{
  (void)state;
  uint64_t known = rtp_seq_first(3);
  assert_true(known == 0x10003);
  assert_true(rtp_seq_extend(known, 0xFFFF) == 0xFFFF);   /* from before the first */
  assert_true(rtp_seq_extend(known, 4) == 0x10004);
  assert_true(rtp_seq_extend(0x1FFFF, 0) == 0x20000);     /* wrap */
  assert_true(rtp_seq_extend(0x20000, 0xFFFF) == 0x1FFFF); /* and a late one from before it */
  assert_true(rtp_seq_extend(0x123456789000, 0x9001) == 0x123456789001);
}

/* --- one port for all --- */

static enum demux_kind kind_of(uint8_t first, uint8_t second)
{
  const uint8_t bytes[2] = {first, second};
  return demux_datagram(span_of(bytes, sizeof bytes));
}

static enum demux_kind expected_kind(unsigned first, unsigned second)
{
  if (first <= 3)
    return DEMUX_STUN;
  if (first >= 20 && first <= 63)
    return DEMUX_DTLS;
  if (first < 128 || first > 191)
    return DEMUX_OTHER;
  return second >= 192 && second <= 223 ? DEMUX_RTCP : DEMUX_RTP;
}

static void test_demux(void **state)
{
  (void)state;
  static const uint8_t one = 0x80;
  for (unsigned first = 0; first < 256; first++)
    for (unsigned second = 0; second < 256; second++)
      assert_int_equal(kind_of((uint8_t)first, (uint8_t)second), expected_kind(first, second));
  assert_int_equal(demux_datagram(span_of(&one, 0)), DEMUX_OTHER);
  assert_int_equal(demux_datagram(span_of(&one, 1)), DEMUX_OTHER);
}

/* --- statistics --- */

#define CLOCK 90000u
#define PACKET_US 20000u
#define PACKET_TICKS 1800u

static struct rtcp_report_block report(struct rtp_receive_stats *s, uint64_t now_us)
{
  struct rtcp_report_block b;
  assert_int_equal(rtp_stats_report(s, now_us, 42, &b), 0);
  assert_int_equal(b.ssrc, 42);
  return b;
}

/* Packet i of an even stream, on time. */
static void receive(struct rtp_receive_stats *s, uint32_t i, uint16_t first)
{
  rtp_stats_receive(s, 5000000 + (uint64_t)i * PACKET_US, (uint16_t)(first + i), i * PACKET_TICKS);
}

static void test_stats_before_the_first_packet(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  struct rtcp_report_block b;
  rtp_stats_init(&s, CLOCK);
  assert_int_equal(rtp_stats_report(&s, 0, 1, &b), ERR_NOT_FOUND);
}

static void test_stats_of_an_even_stream(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  for (uint32_t i = 0; i < 300; i++)
    receive(&s, i, 65400); /* over the wrap */
  struct rtcp_report_block b = report(&s, 0);
  assert_int_equal(b.fraction_lost, 0);
  assert_int_equal(b.total_lost, 0);
  assert_int_equal(b.jitter, 0);
  assert_int_equal(b.highest_sequence, 65400 + 299); /* one cycle above the 16 bits */
  assert_int_equal(b.last_sr, 0);
  assert_int_equal(b.delay_since_last_sr, 0);
}

static void test_stats_of_losses(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  for (uint32_t i = 0; i < 100; i++)
    if (i % 4 != 1)
      receive(&s, i, 0);
  struct rtcp_report_block b = report(&s, 0);
  assert_int_equal(b.fraction_lost, 64); /* a quarter of 256 */
  assert_int_equal(b.total_lost, 25);
  for (uint32_t i = 100; i < 200; i++)
    receive(&s, i, 0);
  b = report(&s, 0);
  assert_int_equal(b.fraction_lost, 0); /* of this interval alone */
  assert_int_equal(b.total_lost, 25);
  for (uint32_t i = 200; i < 300; i++)
    if (i % 2 != 0)
      receive(&s, i, 0);
  b = report(&s, 0);
  assert_int_equal(b.fraction_lost, 128);
  assert_int_equal(b.total_lost, 75);
}

static void test_stats_of_reordering_and_duplicates(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  static const uint32_t order[] = {0, 2, 1, 3, 3, 3, 5, 4};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
    receive(&s, order[i], 100);
  struct rtcp_report_block b = report(&s, 0);
  assert_int_equal(b.fraction_lost, 0);
  assert_int_equal(b.total_lost, -2);
  assert_int_equal(b.highest_sequence, 105);
}

static void test_stats_saturate(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  uint16_t sequence = 0;
  for (uint32_t i = 0; i < 4000; i++, sequence = (uint16_t)(sequence + 2900))
    rtp_stats_receive(&s, 0, sequence, 0);
  assert_int_equal(report(&s, 0).total_lost, 0x7FFFFF);
  rtp_stats_init(&s, CLOCK);
  rtp_stats_receive(&s, 0, 7, 0);
  s.received = 0x900000;
  assert_int_equal(report(&s, 0).total_lost, -0x800000);
}

/* RFC 3550, A.1: one packet far off is ignored, two in a row mean that the source began anew. */
static void test_stats_of_a_restarted_source(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  receive(&s, 0, 100);
  receive(&s, 1, 100);
  receive(&s, 2, 30000);
  assert_int_equal(report(&s, 0).highest_sequence, 101);
  receive(&s, 2, 100); /* it was a stray */
  assert_int_equal(report(&s, 0).highest_sequence, 102);
  receive(&s, 3, 30000);
  receive(&s, 4, 30000);
  struct rtcp_report_block b = report(&s, 0);
  assert_int_equal(b.highest_sequence, 30004);
  assert_int_equal(b.total_lost, 0);
}

/* RFC 3550, 6.4.1: J += (|D| - J) / 16, by hand for one late packet. */
static void test_jitter(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  receive(&s, 0, 0);
  rtp_stats_receive(&s, 5000000 + PACKET_US + 10000, 1, PACKET_TICKS); /* 10 ms late: 900 ticks */
  assert_int_equal(report(&s, 0).jitter, 900 / 16);
  receive(&s, 2, 0); /* on time again: another difference of 900 */
  assert_int_equal(report(&s, 0).jitter, (900 + 900 - 900 / 16) / 16);
}

static void test_jitter_does_not_depend_on_the_time_of_day(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  uint64_t weeks = 40ull * 7 * 86400 * 1000000;
  rtp_stats_init(&s, CLOCK);
  for (uint32_t i = 0; i < 100; i++)
    rtp_stats_receive(&s, weeks + (uint64_t)i * PACKET_US, (uint16_t)i, 0xFFFFFF00u + i * PACKET_TICKS);
  assert_int_equal(report(&s, 0).jitter, 0);
}

static void test_last_sender_report(void **state)
{
  (void)state;
  struct rtp_receive_stats s;
  rtp_stats_init(&s, CLOCK);
  receive(&s, 0, 0);
  rtp_stats_sender_report(&s, 1000000, 0x1122334455667788u);
  struct rtcp_report_block b = report(&s, 3500000);
  assert_int_equal(b.last_sr, 0x33445566);
  assert_int_equal(b.delay_since_last_sr, 5 << 15); /* 2.5 s in 1/65536 s */
}

/* Two clocks that differ by decades, timestamps that wrap: a packet that is 40 ms later is 40 ms older. */
static void test_age(void **state)
{
  struct rtp_receive_stats s;
  const uint64_t ntp = UINT64_C(3900000000) << 32 | 0x80000000u; /* and a half second */
  const uint32_t timestamp = 0xFFFFFF00u;
  (void)state;
  rtp_stats_init(&s, CLOCK);
  rtp_stats_receive(&s, 5000000, 1, timestamp);
  int64_t age_us = rtp_stats_age_us(&s, 5000000, ntp, timestamp);
  assert_true(age_us == INT64_C(5000000) - INT64_C(3900000000500000));
  rtp_stats_receive(&s, 5000000 + PACKET_US + 40000, 2, timestamp + PACKET_TICKS);
  assert_in_range(rtp_stats_age_us(&s, 5700000, ntp, timestamp) - age_us, 39980, 40020);
  assert_in_range(rtp_stats_age_us(&s, 9000000, ntp + (UINT64_C(4) << 32), timestamp + 4 * CLOCK) - age_us, 39980, 40020);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_full_packet),
    cmocka_unit_test(test_smallest_packet),
    cmocka_unit_test(test_encrypted_packet_keeps_its_padding),
    cmocka_unit_test(test_every_truncation),
    cmocka_unit_test(test_malformed),
    cmocka_unit_test(test_one_byte_extensions),
    cmocka_unit_test(test_two_byte_extensions),
    cmocka_unit_test(test_find),
    cmocka_unit_test(test_audio_level),
    cmocka_unit_test(test_write_without_extension),
    cmocka_unit_test(test_write_one_byte_form),
    cmocka_unit_test(test_write_two_byte_form),
    cmocka_unit_test(test_write_refuses),
    cmocka_unit_test(test_write_in_small_space),
    cmocka_unit_test(test_sequence_order),
    cmocka_unit_test(test_sequence_extension),
    cmocka_unit_test(test_demux),
    cmocka_unit_test(test_stats_before_the_first_packet),
    cmocka_unit_test(test_stats_of_an_even_stream),
    cmocka_unit_test(test_stats_of_losses),
    cmocka_unit_test(test_stats_of_reordering_and_duplicates),
    cmocka_unit_test(test_stats_saturate),
    cmocka_unit_test(test_stats_of_a_restarted_source),
    cmocka_unit_test(test_jitter),
    cmocka_unit_test(test_jitter_does_not_depend_on_the_time_of_day),
    cmocka_unit_test(test_last_sender_report),
    cmocka_unit_test(test_age),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("rtp", tests, NULL, NULL);
}
