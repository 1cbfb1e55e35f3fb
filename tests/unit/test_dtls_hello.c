/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ClientHello: reassembly from any fragments, reading, and what the policy says to it. */
#include "packet_testing.h"

#include "dtls_browser_hellos.h"
#include "dtls_hello_testing.h"

/* What a browser offers, without its weak suites and profiles. */
static const struct hello_spec good = {.versions = {0xfefc, 0xfefd},
                                       .suites = {0x1302, 0x1303},
                                       .groups = {0x11ec, 0x1d},
                                       .shares = {0x11ec, 0x1d},
                                       .srtp = {8}};

static int parse(const struct hello_spec *spec, struct dtls_hello *h)
{
  uint8_t space[1024];
  struct writer w = writer_of(space, sizeof space);
  put_hello(&w, spec);
  struct span message = packet_copy(w.base, w.n);
  int err = dtls_hello_parse(message, h);
  packet_free(message);
  return err;
}

static enum dtls_failure judge(const struct hello_spec *spec, bool require_post_quantum)
{
  struct dtls_hello h;
  assert_int_equal(parse(spec, &h), 0);
  return dtls_hello_judge(&h.offer, require_post_quantum);
}

/* --- reading --- */

static void test_reads_the_offer(void **state)
{
  (void)state;
  struct dtls_hello h;
  assert_int_equal(parse(&good, &h), 0);
  assert_true(h.offer.dtls13 && h.offer.dtls12);
  assert_true(h.offer.suite_ok);
  assert_false(h.offer.suite_weak);
  assert_true(h.offer.hybrid_group && h.offer.hybrid_share && h.offer.group_ok);
  assert_true(h.offer.srtp && h.offer.srtp_ok);
  assert_false(h.offer.srtp_weak);
  assert_true(h.offer.extended_master_secret);
  for (uint8_t i = 0; i < DTLS_HELLO_RANDOM; i++)
    assert_int_equal(h.random[i], i);
}

static void test_the_extension_replaces_the_version_field(void **state)
{
  (void)state;
  struct hello_spec spec = good;
  struct dtls_hello h;
  memcpy(spec.versions, (uint16_t[HELLO_LIST]){0xfefc}, sizeof spec.versions);
  assert_int_equal(parse(&spec, &h), 0);
  assert_true(h.offer.dtls13);
  assert_false(h.offer.dtls12);
}

static void test_says_what_is_weak_as_well(void **state)
{
  (void)state;
  struct hello_spec spec = good;
  struct dtls_hello h;
  memcpy(spec.suites, (uint16_t[HELLO_LIST]){0x1301, 0x1302, 0x00ff, 0x2a2a}, sizeof spec.suites);
  memcpy(spec.srtp, (uint16_t[HELLO_LIST]){1, 8, 7}, sizeof spec.srtp);
  assert_int_equal(parse(&spec, &h), 0);
  assert_true(h.offer.suite_ok && h.offer.suite_weak);
  assert_true(h.offer.srtp_ok && h.offer.srtp_weak);
}

static void test_placeholders_are_not_weak(void **state)
{
  (void)state;
  struct hello_spec spec = good;
  struct dtls_hello h;
  memcpy(spec.suites, (uint16_t[HELLO_LIST]){0x2a2a, 0x1302, 0x00ff, 0x5600}, sizeof spec.suites);
  assert_int_equal(parse(&spec, &h), 0);
  assert_false(h.offer.suite_weak);
}

static struct dtls_offer offer_of_browser(const char *hex)
{
  struct span message = packet_hex(hex);
  struct dtls_hello h;
  assert_int_equal(dtls_hello_parse(message, &h), 0);
  packet_free(message);
  return h.offer;
}

/* Both offer the best and the weak, so that the choice is the server's. */
static void test_browsers_of_debian_12(void **state)
{
  (void)state;
  const char *const hellos[] = {hello_of_chromium, hello_of_firefox};
  for (size_t i = 0; i < 2; i++) {
    struct dtls_offer o = offer_of_browser(hellos[i]);
    assert_true(o.dtls13 && o.dtls12 && o.extended_master_secret);
    assert_true(o.suite_ok && o.suite_weak);
    assert_true(o.group_ok && o.hybrid_group && o.hybrid_share);
    assert_true(o.srtp && o.srtp_ok && o.srtp_weak);
    assert_int_equal(dtls_hello_judge(&o, true), DTLS_OK);
  }
}

static void expect_refused_cut(struct span cut)
{
  struct dtls_hello h;
  assert_int_not_equal(dtls_hello_parse(cut, &h), 0);
}

static void test_refuses_every_truncation(void **state)
{
  (void)state;
  uint8_t space[1024];
  struct writer w = writer_of(space, sizeof space);
  put_hello(&w, &good);
  /* Without its extensions a hello is whole again, one of DTLS 1.2: that one cut is the exception. */
  size_t fixed = 2 + DTLS_HELLO_RANDOM + 2 + 2 + 4 + 2;
  for (size_t n = 0; n < w.n; n++) {
    struct span cut = packet_copy(w.base, n);
    if (n != fixed)
      expect_refused_cut(cut);
    packet_free(cut);
  }
}

static void test_refuses_an_extension_that_comes_twice(void **state)
{
  (void)state;
  struct hello_spec spec = good;
  struct dtls_hello h;
  spec.srtp_twice = true;
  assert_int_equal(parse(&spec, &h), ERR_MALFORMED);
}

/* --- the policy (T1, T3, T4) --- */

static const uint16_t suites_12[HELLO_LIST] = {0xc02c}, versions_12[HELLO_LIST] = {0};

static struct hello_spec spec_12(void)
{
  struct hello_spec spec = good;
  memcpy(spec.versions, versions_12, sizeof versions_12);
  memcpy(spec.suites, suites_12, sizeof suites_12);
  return spec;
}

static void test_policy_accepts(void **state)
{
  (void)state;
  struct hello_spec spec = spec_12();
  assert_int_equal(judge(&good, false), DTLS_OK);
  assert_int_equal(judge(&good, true), DTLS_OK);
  assert_int_equal(judge(&spec, false), DTLS_OK);
}

#define REFUSED(because, field, ...)                                                                                   \
  do {                                                                                                                 \
    struct hello_spec changed = good;                                                                                  \
    memcpy(changed.field, (uint16_t[HELLO_LIST])__VA_ARGS__, sizeof changed.field);                                    \
    assert_int_equal(judge(&changed, false), because);                                                                 \
  } while (0)

static void test_policy_refuses(void **state)
{
  (void)state;
  REFUSED(DTLS_FAIL_VERSION, versions, {0xfeff});
  REFUSED(DTLS_FAIL_CIPHER, suites, {0x1301});                 /* AES-128-GCM */
  REFUSED(DTLS_FAIL_CIPHER, suites, {0x1301, 0x1304, 0x1305}); /* and CCM */
  REFUSED(DTLS_FAIL_CIPHER, suites, {0x1301, 0xc02c});         /* the strong one is of DTLS 1.2, but 1.3 is spoken */
  REFUSED(DTLS_FAIL_SRTP_MISSING, srtp, {0});
  REFUSED(DTLS_FAIL_SRTP_PROFILE, srtp, {1, 2, 7}); /* AES-128-CM, AES-128-GCM */
  REFUSED(DTLS_FAIL_SRTP_PROFILE, srtp, {5, 6});    /* null */
  REFUSED(DTLS_FAIL_GROUP, groups, {0x18, 0x19});
}

#define REFUSED_12(because, ...)                                                                                       \
  do {                                                                                                                 \
    struct hello_spec changed = spec_12();                                                                             \
    memcpy(changed.suites, (uint16_t[HELLO_LIST])__VA_ARGS__, sizeof changed.suites);                                  \
    assert_int_equal(judge(&changed, false), because);                                                                 \
  } while (0)

static void test_policy_refuses_in_12(void **state)
{
  (void)state;
  REFUSED_12(DTLS_FAIL_CIPHER, {0xc02b});         /* AES-128-GCM */
  REFUSED_12(DTLS_FAIL_CIPHER, {0xc00a, 0xc024}); /* AES-256, but CBC */
  REFUSED_12(DTLS_FAIL_CIPHER, {0x003d, 0x009d}); /* without forward secrecy */
  REFUSED_12(DTLS_FAIL_CIPHER, {0xc006, 0x003b}); /* null */
  REFUSED_12(DTLS_FAIL_CIPHER, {0x1302});         /* strong, but of DTLS 1.3, which is not offered */
  struct hello_spec spec = spec_12();
  spec.version = 0xfeff;
  assert_int_equal(judge(&spec, false), DTLS_FAIL_VERSION);
  spec = spec_12();
  spec.no_extended_master_secret = true;
  assert_int_equal(judge(&spec, false), DTLS_FAIL_MASTER_SECRET);
}

static void test_policy_demands_post_quantum(void **state)
{
  (void)state;
  struct hello_spec classic = good, old = spec_12(), no_share = good;
  memcpy(classic.groups, (uint16_t[HELLO_LIST]){0x1d}, sizeof classic.groups);
  memcpy(no_share.shares, (uint16_t[HELLO_LIST]){0x1d}, sizeof no_share.shares);
  assert_int_equal(judge(&classic, true), DTLS_FAIL_POST_QUANTUM);
  assert_int_equal(judge(&old, true), DTLS_FAIL_POST_QUANTUM);
  assert_int_equal(judge(&no_share, true), DTLS_OK);
}

/* --- reassembly --- */

static struct dtls_fragment fragment(const uint8_t *message, uint32_t total, uint32_t from, uint32_t to)
{
  return (struct dtls_fragment){
      .type = DTLS_CLIENT_HELLO, .total = total, .offset = from, .body = span_of(message + from, to - from)};
}

static void fill_message(uint8_t *message, size_t n)
{
  uint64_t random = 7;
  test_random_fill(&random, message, n);
}

static void test_any_order_and_overlap(void **state)
{
  (void)state;
  enum { TOTAL = 1463 };
  static struct dtls_hello_assembly a;
  uint8_t message[TOTAL];
  fill_message(message, TOTAL);
  for (uint64_t seed = 1; seed <= 200; seed++) {
    uint64_t random = seed;
    int err = ERR_AGAIN;
    dtls_hello_reset(&a);
    for (int i = 0; i < 5000 && err == ERR_AGAIN; i++) {
      uint32_t from = test_random_below(&random, TOTAL);
      uint32_t to = from + test_random_below(&random, TOTAL - from + 1);
      struct dtls_fragment f = fragment(message, TOTAL, from, to);
      err = dtls_hello_add(&a, &f);
    }
    assert_int_equal(err, 0);
    assert_memory_equal(a.data, message, TOTAL);
  }
}

static void test_what_came_first_stays(void **state)
{
  (void)state;
  static struct dtls_hello_assembly a;
  uint8_t message[100], forged[100];
  fill_message(message, sizeof message);
  memset(forged, 0xff, sizeof forged);
  struct dtls_fragment first = fragment(message, 100, 0, 60), rest = fragment(message, 100, 60, 100);
  struct dtls_fragment forgery = fragment(forged, 100, 0, 50);
  assert_int_equal(dtls_hello_add(&a, &first), ERR_AGAIN);
  assert_int_equal(dtls_hello_add(&a, &forgery), ERR_AGAIN);
  assert_int_equal(dtls_hello_add(&a, &rest), 0);
  assert_memory_equal(a.data, message, 100);
}

static void test_lengths_are_bounded(void **state)
{
  (void)state;
  static struct dtls_hello_assembly a;
  uint8_t message[LIMIT_DTLS_HELLO] = {0};
  struct dtls_fragment longest = fragment(message, LIMIT_DTLS_HELLO, 0, LIMIT_DTLS_HELLO);
  struct dtls_fragment longer = fragment(message, LIMIT_DTLS_HELLO + 1, 0, 10);
  struct dtls_fragment other = fragment(message, 90, 0, 10), one = fragment(message, 91, 0, 10);
  struct dtls_fragment empty = fragment(message, 0, 0, 0);
  assert_int_equal(dtls_hello_add(&a, &longest), 0);
  dtls_hello_reset(&a);
  assert_int_equal(dtls_hello_add(&a, &longer), ERR_LIMIT);
  assert_int_equal(dtls_hello_add(&a, &empty), ERR_MALFORMED);
  assert_int_equal(dtls_hello_add(&a, &one), ERR_AGAIN);
  assert_int_equal(dtls_hello_add(&a, &other), ERR_MALFORMED);
}

static void test_another_message_starts_anew(void **state)
{
  (void)state;
  static struct dtls_hello_assembly a;
  uint8_t message[100];
  fill_message(message, sizeof message);
  struct dtls_fragment first = fragment(message, 100, 0, 60), second = fragment(message, 80, 0, 80);
  second.seq = 1;
  assert_int_equal(dtls_hello_add(&a, &first), ERR_AGAIN);
  assert_int_equal(dtls_hello_add(&a, &second), 0);
  assert_memory_equal(a.data, message, 80);
}

static void test_fragments_stay_within_their_message(void **state)
{
  (void)state;
  struct dtls_fragment f;
  struct span good_one = packet_hex("01 000005 0000 000002 000003 aabbcc");
  struct span beyond = packet_hex("01 000005 0000 000003 000003 aabbcc");
  struct span far = packet_hex("01 000005 0000 ffffff 000003 aabbcc");
  struct span s = good_one;
  assert_int_equal(dtls_fragment_take(&s, &f), 0);
  assert_int_equal(s.n, 0);
  s = beyond;
  assert_int_equal(dtls_fragment_take(&s, &f), ERR_MALFORMED);
  s = far;
  assert_int_equal(dtls_fragment_take(&s, &f), ERR_MALFORMED);
  packet_free(good_one);
  packet_free(beyond);
  packet_free(far);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_the_offer),
      cmocka_unit_test(test_the_extension_replaces_the_version_field),
      cmocka_unit_test(test_says_what_is_weak_as_well),
      cmocka_unit_test(test_placeholders_are_not_weak),
      cmocka_unit_test(test_browsers_of_debian_12),
      cmocka_unit_test(test_refuses_every_truncation),
      cmocka_unit_test(test_refuses_an_extension_that_comes_twice),
      cmocka_unit_test(test_policy_accepts),
      cmocka_unit_test(test_policy_refuses),
      cmocka_unit_test(test_policy_refuses_in_12),
      cmocka_unit_test(test_policy_demands_post_quantum),
      cmocka_unit_test(test_any_order_and_overlap),
      cmocka_unit_test(test_what_came_first_stays),
      cmocka_unit_test(test_lengths_are_bounded),
      cmocka_unit_test(test_another_message_starts_anew),
      cmocka_unit_test(test_fragments_stay_within_their_message),
  };
  return cmocka_run_group_tests_name("dtls_hello", tests, NULL, NULL);
}
