/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/base: what every other module stands on. */
#include "packet_testing.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/net.h"
#include "base/slab.h"
#include "base/wheel.h"

/* --- bytes --- */

static void test_span_reads_big_endian(void **state)
{
  (void)state;
  static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
  struct span s = span_of(bytes, sizeof bytes);
  uint8_t v8;
  uint16_t v16;
  uint32_t v24, v32;
  uint64_t v64;
  assert_int_equal(span_u8(&s, &v8), 0);
  assert_int_equal(v8, 1);
  assert_int_equal(span_u16(&s, &v16), 0);
  assert_int_equal(v16, 0x0203);
  assert_int_equal(span_u24(&s, &v24), 0);
  assert_int_equal(v24, 0x040506);
  assert_int_equal(span_u32(&s, &v32), 0);
  assert_int_equal(v32, 0x0708090a);
  assert_int_equal(span_u64(&s, &v64), 0);
  assert_true(v64 == 0x0b0c0d0e0f101112u);
  assert_int_equal(s.n, 0);
}

/* A take that does not fit moves nothing, whatever its width. */
static void check_short_takes(struct span s)
{
  struct span before = s, out;
  uint8_t v8;
  uint16_t v16;
  uint32_t v32;
  uint64_t v64;
  assert_int_equal(span_take(&s, s.n + 1, &out), ERR_TRUNCATED);
  assert_int_equal(span_take(&s, SIZE_MAX, &out), ERR_TRUNCATED);
  assert_int_equal(span_skip(&s, s.n + 1), ERR_TRUNCATED);
  assert_true(s.n >= 1 || span_u8(&s, &v8) == ERR_TRUNCATED);
  assert_true(s.n >= 2 || span_u16(&s, &v16) == ERR_TRUNCATED);
  assert_true(s.n >= 3 || span_u24(&s, &v32) == ERR_TRUNCATED);
  assert_true(s.n >= 4 || span_u32(&s, &v32) == ERR_TRUNCATED);
  assert_true(s.n >= 8 || span_u64(&s, &v64) == ERR_TRUNCATED);
  assert_ptr_equal(s.p, before.p);
  assert_int_equal(s.n, before.n);
}

static void test_span_never_reads_past_its_end(void **state)
{
  (void)state;
  struct span bytes = packet_hex("0001020304050607 08"), none = span_of(NULL, 0), out;
  for_each_truncation(bytes, check_short_takes);
  check_short_takes(none);
  assert_int_equal(span_take(&none, 0, &out), 0);
  assert_int_equal(out.n, 0);
  packet_free(bytes);
}

/* An empty space at NULL is a space: UndefinedBehaviorSanitizer watches. */
static void test_writer_without_space(void **state)
{
  (void)state;
  struct writer w = writer_of(NULL, 0);
  put_bytes(&w, NULL, 0);
  put_zero(&w, 0);
  assert_false(w.overflow);
  put_u8(&w, 1);
  assert_true(w.overflow);
}

static void test_span_equal(void **state)
{
  (void)state;
  assert_true(span_equal(span_str("abc"), span_str("abc")));
  assert_false(span_equal(span_str("abc"), span_str("abd")));
  assert_false(span_equal(span_str("abc"), span_str("ab")));
  assert_true(span_equal(span_of(NULL, 0), span_str("")));
}

static void test_writer_writes_big_endian(void **state)
{
  (void)state;
  uint8_t bytes[64];
  struct writer w = writer_of(bytes, sizeof bytes);
  size_t n;
  put_u8(&w, 0x01);
  put_u16(&w, 0x0203);
  put_u24(&w, 0x99040506);
  put_u32(&w, 0x0708090a);
  put_u64(&w, 0x0b0c0d0e0f101112u);
  put_zero(&w, 2);
  put_str(&w, "ab");
  put_fmt(&w, "%d", -7);
  put_bytes(&w, NULL, 0);
  writer_patch_u16(&w, 0, 0xfffe);
  assert_int_equal(writer_finish(&w, &n), 0);
  assert_int_equal(n, 24);
  assert_span_hex(writer_span(&w), "fffe 03 040506 0708090a 0b0c0d0e0f101112 0000 6162 2d37");
}

static void put_one_of_each(struct writer *w)
{
  put_u8(w, 1);
  put_u16(w, 2);
  put_u24(w, 3);
  put_u32(w, 4);
  put_u64(w, 5);
  put_zero(w, 3);
  put_str(w, "abc");
  put_fmt(w, "%d", 1234);
}

/* After the first put that does not fit nothing more is written: not even what would. */
static void test_writer_overflow_is_final(void **state)
{
  (void)state;
  for (size_t cap = 0; cap < 28; cap++) {
    uint8_t *space = malloc(cap > 0 ? cap : 1);
    assert_non_null(space);
    struct writer w = writer_of(space, cap);
    size_t n = 99;
    put_one_of_each(&w);
    size_t stopped = w.n;
    put_u8(&w, 1);
    assert_int_equal(w.n, stopped);
    assert_int_equal(writer_finish(&w, &n), ERR_LIMIT);
    assert_int_equal(n, 99);
    free(space);
  }
}

static void test_writer_text_longer_than_its_buffer(void **state)
{
  (void)state;
  uint8_t bytes[1024];
  struct writer w = writer_of(bytes, sizeof bytes);
  put_fmt(&w, "%600d", 1);
  assert_true(w.overflow);
  assert_int_equal(w.n, 0);
}

static void test_writer_patch_stays_within(void **state)
{
  (void)state;
  uint8_t bytes[4] = {9, 9, 9, 9};
  struct writer w = writer_of(bytes, sizeof bytes);
  writer_patch_u16(&w, 0, 0);
  put_u8(&w, 1);
  writer_patch_u16(&w, 0, 0);
  put_u8(&w, 2);
  writer_patch_u16(&w, 1, 0);
  writer_patch_u16(&w, SIZE_MAX, 0);
  assert_span_hex(span_of(bytes, sizeof bytes), "01 02 09 09");
  writer_patch_u16(&w, 0, 0x0304);
  assert_span_hex(span_of(bytes, sizeof bytes), "03 04 09 09");
}

static void test_every_error_has_a_text(void **state)
{
  (void)state;
  for (int err = ERR_RANGE; err <= ERR_OK; err++)
    assert_string_not_equal(err_text(err), err_text(1));
  assert_string_equal(err_text(1), "unknown error");
}

/* --- slab --- */

static void test_slab_ids_die_with_their_object(void **state)
{
  (void)state;
  struct slab s;
  slab_id first, second, found;
  void *item;
  assert_int_equal(slab_init(&s, 10, 2), 0);
  assert_null(slab_get(&s, 0));
  assert_int_equal(slab_take(&s, &first, &item), 0);
  assert_int_not_equal(first, 0);
  assert_int_equal((uintptr_t)item % 64, 0);
  memset(item, 0xAA, 10);
  assert_ptr_equal(slab_get(&s, first), item);
  slab_release(&s, first);
  assert_null(slab_get(&s, first));
  assert_int_equal(slab_take(&s, &second, &item), 0); /* the same place, another object */
  assert_int_equal(slab_index(second), slab_index(first));
  assert_null(slab_get(&s, first));
  assert_true(sodium_is_zero(item, 10));
  slab_release(&s, first); /* a stale id harms nobody */
  assert_ptr_equal(slab_get(&s, second), item);
  assert_ptr_equal(slab_at(&s, slab_index(second), &found), item);
  assert_true(found == second);
  assert_null(slab_at(&s, 1, &found));
  assert_null(slab_at(&s, 2, &found));
  slab_fini(&s);
}

static void test_slab_wipes_what_is_released(void **state)
{
  (void)state;
  struct slab s;
  slab_id id;
  void *item;
  assert_int_equal(slab_init(&s, 100, 1), 0);
  assert_int_equal(slab_take(&s, &id, &item), 0);
  memset(item, 0xAA, 100);
  slab_release(&s, id);
  assert_true(sodium_is_zero(item, 100));
  slab_fini(&s);
}

static void test_slab_full(void **state)
{
  (void)state;
  struct slab s;
  slab_id ids[8], id;
  void *item;
  assert_int_equal(slab_init(&s, 64, 8), 0);
  for (size_t i = 0; i < 8; i++)
    assert_int_equal(slab_take(&s, &ids[i], &item), 0);
  assert_int_equal(slab_take(&s, &id, &item), ERR_LIMIT);
  assert_int_equal(s.used, 8);
  slab_release(&s, ids[3]);
  slab_release(&s, ids[3]); /* twice is once */
  assert_int_equal(s.used, 7);
  assert_int_equal(slab_take(&s, &id, &item), 0);
  assert_int_equal(slab_take(&s, &id, &item), ERR_LIMIT);
  slab_fini(&s);
}

/* --- map --- */

#define KEYS 64u

/* A map against a plain table of what it must hold. */
struct model {
  struct map map;
  bool held[KEYS];
  uint64_t value[KEYS];
};

static void assert_same(const struct model *m)
{
  size_t held = 0;
  for (uint32_t key = 0; key < KEYS; key++) {
    uint64_t value;
    assert_int_equal(map_get(&m->map, &key, &value), m->held[key] ? 0 : ERR_NOT_FOUND);
    assert_true(!m->held[key] || value == m->value[key]);
    held += m->held[key];
  }
  assert_int_equal(m->map.used, held);
}

static void random_step(struct model *m, uint64_t *random, size_t held)
{
  uint32_t key = test_random_below(random, KEYS);
  if (test_random_below(random, 2) == 0) {
    uint64_t value = test_random(random);
    bool fits = m->held[key] || held < m->map.capacity;
    assert_int_equal(map_put(&m->map, &key, value), fits ? 0 : ERR_LIMIT);
    m->held[key] = fits;
    if (fits)
      m->value[key] = value;
  } else {
    assert_int_equal(map_remove(&m->map, &key), m->held[key] ? 0 : ERR_NOT_FOUND);
    m->held[key] = false;
  }
}

/* Many hash keys, so that runs of every shape, also over the table's end, get holes in every place. */
static void test_map_against_a_model(void **state)
{
  (void)state;
  uint64_t random = 42;
  struct random seeded = seeded_random(&random);
  for (int round = 0; round < 40; round++) {
    struct model m = {0};
    assert_int_equal(map_init(&m.map, sizeof(uint32_t), 32, &seeded), 0);
    for (int step = 0; step < 300; step++) {
      random_step(&m, &random, m.map.used);
      assert_same(&m);
    }
    map_fini(&m.map);
  }
}

static void test_map_full(void **state)
{
  (void)state;
  uint64_t random = 1, value;
  struct random seeded = seeded_random(&random);
  struct map m;
  assert_int_equal(map_init(&m, sizeof(uint32_t), 3, &seeded), 0);
  for (uint32_t key = 0; key < 3; key++)
    assert_int_equal(map_put(&m, &key, key), 0);
  uint32_t key = 3;
  assert_int_equal(map_put(&m, &key, 3), ERR_LIMIT);
  key = 2;
  assert_int_equal(map_put(&m, &key, 77), 0); /* replacing needs no room */
  assert_int_equal(map_get(&m, &key, &value), 0);
  assert_int_equal(value, 77);
  map_fini(&m);
}

/* --- net --- */

static void check_sockaddr_round_trip(const char *ip)
{
  struct net_addr a, b;
  struct sockaddr_storage ss;
  assert_int_equal(net_addr_parse(ip, 5004, &a), 0);
  assert_true(net_addr_to_sockaddr(&a, &ss) > 0);
  assert_int_equal(net_addr_from_sockaddr(&b, (const struct sockaddr *)&ss), 0);
  assert_true(net_addr_equal(&a, &b));
}

static void test_net_addresses(void **state)
{
  (void)state;
  char text[NET_ADDR_TEXT];
  struct net_addr a;
  check_sockaddr_round_trip("192.0.2.1");
  check_sockaddr_round_trip("2001:db8::1");
  assert_int_equal(net_addr_parse("192.0.2.1", 5000, &a), 0);
  assert_string_equal(net_addr_text(&a, text), "192.0.2.1:5000");
  assert_int_equal(net_addr_parse("2001:db8:ffff:ffff:ffff:ffff:255.255.255.255", 65535, &a), 0);
  assert_string_equal(net_addr_text(&a, text), "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
  assert_int_equal(net_addr_parse("192.0.2.1:5000", 0, &a), ERR_MALFORMED);
  assert_int_equal(net_addr_parse("localhost", 0, &a), ERR_MALFORMED);
  assert_int_equal(net_addr_parse("", 0, &a), ERR_MALFORMED);
}

/* A dual-stack socket says ::ffff:192.0.2.1, an IPv4 socket 192.0.2.1: one address, one key. */
static void test_net_mapped_is_ipv4(void **state)
{
  (void)state;
  struct net_addr plain, mapped;
  struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(7)};
  assert_int_equal(net_addr_parse("192.0.2.1", 7, &plain), 0);
  assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.1", &in6.sin6_addr), 1);
  assert_int_equal(net_addr_from_sockaddr(&mapped, (const struct sockaddr *)&in6), 0);
  assert_true(net_addr_equal(&plain, &mapped));
  assert_int_equal(net_addr_parse("::ffff:192.0.2.1", 7, &mapped), 0);
  assert_true(net_addr_equal(&plain, &mapped));
}

static void test_net_kinds(void **state)
{
  (void)state;
  struct net_addr a;
  struct sockaddr sa = {.sa_family = AF_UNIX};
  struct sockaddr_storage ss;
  assert_int_equal(net_addr_parse("127.8.9.1", 0, &a), 0);
  assert_true(net_addr_is_loopback(&a) && !net_addr_is_wildcard(&a));
  assert_int_equal(net_addr_parse("::1", 0, &a), 0);
  assert_true(net_addr_is_loopback(&a) && !net_addr_is_wildcard(&a));
  assert_int_equal(net_addr_parse("0.0.0.0", 0, &a), 0);
  assert_true(!net_addr_is_loopback(&a) && net_addr_is_wildcard(&a));
  assert_int_equal(net_addr_parse("::", 0, &a), 0);
  assert_true(!net_addr_is_loopback(&a) && net_addr_is_wildcard(&a));
  assert_int_equal(net_addr_from_sockaddr(&a, &sa), ERR_UNSUPPORTED);
  assert_int_equal(a.family, 0);
  assert_false(net_addr_is_loopback(&a) || net_addr_is_wildcard(&a));
  assert_int_equal(net_addr_to_sockaddr(&a, &ss), 0);
}

/* --- wheel, in virtual time --- */

#define MS 1000u

struct alarm {
  struct wheel_timer timer;
  struct wheel *wheel;
  struct alarm *other;   /* what the handler changes */
  uint64_t again_us;     /* set itself again, so much later */
  uint64_t fired_us;
  int fired;
};

static struct alarm *alarm_of(struct wheel_timer *t)
{
  return (struct alarm *)(void *)t; /* its first member */
}

static void ring(struct wheel_timer *t, uint64_t now_us)
{
  struct alarm *a = alarm_of(t);
  assert_false(wheel_is_set(t));
  assert_true(now_us >= t->deadline_us);
  a->fired++;
  a->fired_us = now_us;
  if (a->again_us > 0)
    wheel_set(a->wheel, t, now_us + a->again_us);
}

static void ring_and_cancel_other(struct wheel_timer *t, uint64_t now_us)
{
  ring(t, now_us);
  wheel_cancel(alarm_of(t)->wheel, &alarm_of(t)->other->timer);
}

static void ring_and_set_other(struct wheel_timer *t, uint64_t now_us)
{
  ring(t, now_us);
  wheel_set(alarm_of(t)->wheel, &alarm_of(t)->other->timer, 0);
}

/* From one wheel_next_us to the next, as the worker does, up to `until_us`. */
static void run(struct wheel *w, uint64_t until_us)
{
  uint64_t next;
  while ((next = wheel_next_us(w)) <= until_us)
    wheel_advance(w, next);
  wheel_advance(w, until_us);
}

static void test_wheel_fires_on_time(void **state)
{
  (void)state;
  static const uint64_t deadlines[] = {0, 1, 999, 1000, 1001, 50 * MS, 1023 * MS, 1024 * MS, 1025 * MS, 5000 * MS,
                                       100000000};
  struct wheel w;
  for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++) {
    struct alarm a = {.timer.fire = ring, .wheel = &w};
    uint64_t start = 123456789;
    wheel_init(&w, start);
    assert_true(wheel_next_us(&w) == WHEEL_NEVER);
    wheel_set(&w, &a.timer, start + deadlines[i]);
    run(&w, start + deadlines[i] + 2 * MS);
    assert_int_equal(a.fired, 1);
    assert_true(a.fired_us <= start + deadlines[i] + MS);
    assert_true(wheel_next_us(&w) == WHEEL_NEVER);
  }
}

static void test_wheel_never_fires_early(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm a = {.timer.fire = ring, .wheel = &w};
  wheel_init(&w, 0);
  wheel_set(&w, &a.timer, 3000 * MS + 1); /* two turns of the wheel and more */
  for (uint64_t now = 0; now <= 3000 * MS; now += 137)
    wheel_advance(&w, now);
  wheel_advance(&w, 3000 * MS);
  assert_int_equal(a.fired, 0);
  wheel_advance(&w, 3001 * MS);
  assert_int_equal(a.fired, 1);
}

static void test_wheel_past_deadlines(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm a = {.timer.fire = ring, .wheel = &w};
  wheel_init(&w, 5000 * MS);
  wheel_set(&w, &a.timer, 7);
  assert_true(wheel_next_us(&w) <= 5001 * MS);
  wheel_advance(&w, wheel_next_us(&w));
  assert_int_equal(a.fired, 1);
}

static void test_wheel_never_is_never(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm a = {.timer.fire = ring, .wheel = &w};
  wheel_init(&w, 0);
  wheel_set(&w, &a.timer, WHEEL_NEVER);
  for (uint64_t now = 0; now < 5000 * MS; now += 100 * MS)
    wheel_advance(&w, now);
  assert_int_equal(a.fired, 0);
  wheel_cancel(&w, &a.timer);
  assert_true(wheel_next_us(&w) == WHEEL_NEVER);
}

static void test_wheel_move_and_cancel(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm a = {.timer.fire = ring, .wheel = &w};
  wheel_init(&w, 0);
  wheel_cancel(&w, &a.timer); /* not set: nothing */
  wheel_set(&w, &a.timer, 10 * MS);
  wheel_set(&w, &a.timer, 50 * MS);
  assert_int_equal(w.pending, 1);
  run(&w, 49 * MS);
  assert_int_equal(a.fired, 0);
  run(&w, 52 * MS);
  assert_int_equal(a.fired, 1);
  wheel_set(&w, &a.timer, 60 * MS);
  wheel_cancel(&w, &a.timer);
  run(&w, 100 * MS);
  assert_int_equal(a.fired, 1);
}

static void test_wheel_handler_cancels_one_that_is_due_too(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm second = {.timer.fire = ring, .wheel = &w};
  struct alarm first = {.timer.fire = ring_and_cancel_other, .wheel = &w, .other = &second};
  wheel_init(&w, 0);
  wheel_set(&w, &first.timer, 10 * MS);
  wheel_set(&w, &second.timer, 10 * MS);
  wheel_advance(&w, 500 * MS);
  assert_int_equal(first.fired, 1);
  assert_int_equal(second.fired, 0);
  assert_int_equal(w.pending, 0);
}

/* What a handler sets waits for the next call, also a deadline in the past: no endless loop. */
static void test_wheel_handler_sets(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm second = {.timer.fire = ring, .wheel = &w};
  struct alarm first = {.timer.fire = ring_and_set_other, .wheel = &w, .other = &second, .again_us = 20 * MS};
  wheel_init(&w, 0);
  wheel_set(&w, &first.timer, 10 * MS);
  wheel_advance(&w, 11 * MS);
  assert_int_equal(first.fired, 1);
  assert_int_equal(second.fired, 0);
  wheel_advance(&w, wheel_next_us(&w));
  assert_int_equal(second.fired, 1);
  run(&w, 60 * MS);
  assert_int_equal(first.fired, 3);
}

static void test_wheel_after_a_long_sleep(void **state)
{
  (void)state;
  struct wheel w;
  static struct alarm alarms[WHEEL_PLACES]; /* one in every place */
  wheel_init(&w, 0);
  for (size_t i = 0; i < WHEEL_PLACES; i++) {
    alarms[i] = (struct alarm){.timer.fire = ring, .wheel = &w};
    wheel_set(&w, &alarms[i].timer, i * MS);
  }
  wheel_advance(&w, 100000 * MS); /* 100 s at once, as after a suspended machine */
  for (size_t i = 0; i < WHEEL_PLACES; i++)
    assert_int_equal(alarms[i].fired, 1);
  assert_int_equal(w.pending, 0);
}

static void test_wheel_random_timers(void **state)
{
  (void)state;
  struct wheel w;
  struct alarm alarms[200];
  uint64_t random = 7, now = 0;
  wheel_init(&w, 0);
  for (size_t i = 0; i < 200; i++) {
    alarms[i] = (struct alarm){.timer.fire = ring, .wheel = &w};
    wheel_set(&w, &alarms[i].timer, test_random_below(&random, 4000 * MS));
  }
  while (now < 4100 * MS) {
    now += test_random_below(&random, 50 * MS);
    wheel_advance(&w, now);
    for (size_t i = 0; i < 200; i++)
      assert_int_equal(alarms[i].fired, now / MS > alarms[i].timer.deadline_us / MS);
  }
}

/* --- log --- */

/* What a call to log_line writes to standard error. */
static size_t logged(char *out, size_t size, enum log_level level, const char *text)
{
  int ends[2], kept = dup(STDERR_FILENO);
  assert_true(kept >= 0);
  assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
  assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
  log_line(level, "%s", text);
  assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
  ssize_t n = read(ends[0], out, size - 1);
  close(kept);
  close(ends[0]);
  close(ends[1]);
  out[n > 0 ? n : 0] = '\0';
  return n > 0 ? (size_t)n : 0;
}

static void test_log_line(void **state)
{
  (void)state;
  char out[2048];
  log_open("media", LOG_NOTICE);
  size_t n = logged(out, sizeof out, LOG_WARNING, "peers=3 rooms=1");
  assert_true(n > 21);
  assert_string_equal(out + 20, " media warning: peers=3 rooms=1\n");
  assert_int_equal(out[10], 'T');
  assert_int_equal(out[19], 'Z');
  assert_int_equal(logged(out, sizeof out, LOG_DEBUG, "hidden"), 0);
}

static void test_log_cannot_be_forged(void **state)
{
  (void)state;
  char out[2048];
  log_open("web", LOG_NOTICE);
  logged(out, sizeof out, LOG_NOTICE, "name=a\n2026-01-01T00:00:00Z web error: forged\r\x1b[2J\x7f\xe2\x80\xae end");
  assert_string_equal(out + 20, " web notice: name=a?2026-01-01T00:00:00Z web error: forged??[2J???? end\n");
}

static void test_log_cuts_long_lines(void **state)
{
  (void)state;
  char out[4096], text[3000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  size_t n = logged(out, sizeof out, LOG_ERROR, text);
  assert_in_range(n, 900, 1024);
  assert_int_equal(out[n - 1], '\n');
  assert_ptr_equal(strchr(out, '\n'), out + n - 1);
  assert_int_equal(out[n - 2], 'x');
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_span_reads_big_endian),
    cmocka_unit_test(test_span_never_reads_past_its_end),
    cmocka_unit_test(test_writer_without_space),
    cmocka_unit_test(test_span_equal),
    cmocka_unit_test(test_writer_writes_big_endian),
    cmocka_unit_test(test_writer_overflow_is_final),
    cmocka_unit_test(test_writer_text_longer_than_its_buffer),
    cmocka_unit_test(test_writer_patch_stays_within),
    cmocka_unit_test(test_every_error_has_a_text),
    cmocka_unit_test(test_slab_ids_die_with_their_object),
    cmocka_unit_test(test_slab_wipes_what_is_released),
    cmocka_unit_test(test_slab_full),
    cmocka_unit_test(test_map_against_a_model),
    cmocka_unit_test(test_map_full),
    cmocka_unit_test(test_net_addresses),
    cmocka_unit_test(test_net_mapped_is_ipv4),
    cmocka_unit_test(test_net_kinds),
    cmocka_unit_test(test_wheel_fires_on_time),
    cmocka_unit_test(test_wheel_never_fires_early),
    cmocka_unit_test(test_wheel_past_deadlines),
    cmocka_unit_test(test_wheel_never_is_never),
    cmocka_unit_test(test_wheel_move_and_cancel),
    cmocka_unit_test(test_wheel_handler_cancels_one_that_is_due_too),
    cmocka_unit_test(test_wheel_handler_sets),
    cmocka_unit_test(test_wheel_after_a_long_sleep),
    cmocka_unit_test(test_wheel_random_timers),
    cmocka_unit_test(test_log_line),
    cmocka_unit_test(test_log_cannot_be_forged),
    cmocka_unit_test(test_log_cuts_long_lines),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
