/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Silence of any size, read back by the rules of RFC 6716, section 3.2.5. */
#include "packet_testing.h"

#include "proto/opus.h"

/* The one frame of a packet of code 3; empty when it is none. */
static struct span frame_of(const uint8_t *p, size_t n)
{
  size_t at = 2, padding = 0;
  if (n < 2 || (p[0] & 3) != 3 || (p[1] & 0x3f) != 1)
    return (struct span){0};
  for (bool more = (p[1] & 0x40) != 0; more; at++) {
    assert_true(at < n);
    more = p[at] == 255;
    padding += more ? 254 : p[at];
  }
  assert_true(at + padding <= n);
  for (size_t i = n - padding; i < n; i++)
    assert_int_equal(p[i], 0);
  return span_of(p + at, n - padding - at);
}

static void test_every_size_is_silence(void **state)
{
  (void)state;
  uint8_t packet[1400];
  for (size_t n = 4; n <= sizeof packet; n++) {
    memset(packet, 0xaa, sizeof packet);
    opus_silence(packet, n);
    assert_int_equal(packet[0], 0xfb);
    assert_true(span_equal(frame_of(packet, n), span_of("\xff\xfe", 2)));
    assert_true(n == sizeof packet || packet[n] == 0xaa);
  }
}

static void test_small_sizes(void **state)
{
  (void)state;
  uint8_t packet[4] = {1, 1, 1, 1};
  opus_silence(packet, 0);
  assert_int_equal(packet[0], 1);
  opus_silence(packet, 1);
  assert_memory_equal(packet, ((uint8_t[]){0xf8, 1, 1, 1}), 4);
  opus_silence(packet, 2);
  assert_memory_equal(packet, ((uint8_t[]){0xf8, 0, 1, 1}), 4);
  opus_silence(packet, 3);
  assert_memory_equal(packet, ((uint8_t[]){0xf8, 0xff, 0xfe, 1}), 4);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_size_is_silence),
    cmocka_unit_test(test_small_sizes),
  };
  return cmocka_run_group_tests_name("opus", tests, NULL, NULL);
}
