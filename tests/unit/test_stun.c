/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STUN: the vectors of RFC 5769, what is written is what is read, and messages that break the rules. */
#include "packet_testing.h"

#include "proto/stun.h"

#define PASSWORD "VOkJxbRl1RmTxUk/WvJxBt"

/* RFC 5769, section 2.1 */
#define SAMPLE_REQUEST                                                                                                 \
  "00010058 2112a442 b7e7a701 bc34d686 fa87dfae"                                                                       \
  "80220010 5354554e 20746573 7420636c 69656e74"                                                                       \
  "00240004 6e0001ff 80290008 932ff9b1 51263b36"                                                                       \
  "00060009 6576746a 3a683676 59202020"                                                                                \
  "00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2 80280004 e57a3bcf"

/* section 2.2 */
#define SAMPLE_RESPONSE_4                                                                                              \
  "0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220"                                   \
  "00200008 0001a147 e112a643"                                                                                         \
  "00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96"

/* section 2.3 */
#define SAMPLE_RESPONSE_6                                                                                              \
  "01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220"                                   \
  "00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"                                                              \
  "00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c"

static const uint8_t transaction[STUN_TRANSACTION_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/* --- the RFC's vectors --- */

static void test_sample_request(void **state)
{
  (void)state;
  struct span packet = packet_hex(SAMPLE_REQUEST);
  struct stun_message m;
  assert_int_equal(stun_parse(packet, &m), 0);
  assert_int_equal(m.class, STUN_REQUEST);
  assert_span_hex(span_of(m.transaction, sizeof m.transaction), "b7e7a701 bc34d686 fa87dfae");
  assert_span_equal(m.username, span_str("evtj:h6vY"));
  assert_int_equal(m.priority, 0x6e0001ff);
  assert_true(m.controlled);
  assert_false(m.controlling);
  assert_true(m.tie_breaker == 0x932ff9b151263b36u);
  assert_false(m.use_candidate);
  assert_true(m.fingerprint);
  assert_int_equal(m.unknown_count, 0);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
  assert_int_equal(stun_check_integrity(&m, span_str("VOkJxbRl1RmTxUk/WvJxBT")), ERR_AUTH);
  assert_int_equal(stun_check_integrity(&m, span_str("")), ERR_AUTH);
  packet_free(packet);
}

static void check_sample_response(const char *hex, const char *ip)
{
  struct span packet = packet_hex(hex);
  struct stun_message m;
  struct net_addr expected;
  assert_int_equal(net_addr_parse(ip, 32853, &expected), 0);
  assert_int_equal(stun_parse(packet, &m), 0);
  assert_int_equal(m.class, STUN_SUCCESS);
  assert_true(net_addr_equal(&m.mapped, &expected));
  assert_true(m.fingerprint);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
  packet_free(packet);
}

static void test_sample_responses(void **state)
{
  (void)state;
  check_sample_response(SAMPLE_RESPONSE_4, "192.0.2.1");
  check_sample_response(SAMPLE_RESPONSE_6, "2001:db8:1234:5678:11:2233:4455:6677");
}

static void check_truncated(struct span cut)
{
  struct stun_message m;
  assert_int_equal(stun_parse(cut, &m), ERR_TRUNCATED);
}

static void test_every_truncation(void **state)
{
  (void)state;
  static const char *const samples[] = {SAMPLE_REQUEST, SAMPLE_RESPONSE_4, SAMPLE_RESPONSE_6};
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    struct span packet = packet_hex(samples[i]);
    for_each_truncation(packet, check_truncated);
    packet_free(packet);
  }
}

/* FINGERPRINT covers the whole message: with a flipped bit it is wrong, or not recognized as one any more. */
static void test_every_flipped_bit_is_noticed(void **state)
{
  (void)state;
  uint8_t bytes[256];
  size_t n = from_hex(bytes, sizeof bytes, SAMPLE_REQUEST);
  struct stun_message m;
  for (size_t bit = 0; bit < 8 * n; bit++) {
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_true(stun_parse(span_of(bytes, n), &m) != 0 || !m.fingerprint);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  assert_int_equal(stun_parse(span_of(bytes, n), &m), 0);
}

/* --- what is written is what is read --- */

static struct stun_check example_check(void)
{
  struct stun_check check = {
    .username = span_str("aBcD1234:x/+9"), .tie_breaker = 0x0102030405060708u, .priority = 77, .use_candidate = true};
  memcpy(check.transaction, transaction, sizeof transaction);
  return check;
}

static void test_check_round_trip(void **state)
{
  (void)state;
  uint8_t bytes[STUN_REQUEST_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_check check = example_check();
  struct stun_message m;
  assert_int_equal(stun_write_check(&w, &check, span_str(PASSWORD)), 0);
  assert_int_equal(stun_parse(writer_span(&w), &m), 0);
  assert_int_equal(m.class, STUN_REQUEST);
  assert_memory_equal(m.transaction, transaction, sizeof transaction);
  assert_span_equal(m.username, check.username);
  assert_true(m.controlling && !m.controlled && m.use_candidate && m.fingerprint);
  assert_true(m.tie_breaker == check.tie_breaker);
  assert_int_equal(m.priority, 77);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
}

/* The HMAC covers all before it: also without a FINGERPRINT, one of the two checks notices a flipped bit. */
static void test_integrity_covers_every_bit(void **state)
{
  (void)state;
  uint8_t bytes[STUN_REQUEST_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_check check = example_check();
  struct stun_message m;
  assert_int_equal(stun_write_check(&w, &check, span_str(PASSWORD)), 0);
  size_t n = w.n - 8;
  writer_patch_u16(&w, 2, (uint16_t)(n - STUN_HEADER_BYTES));
  assert_int_equal(stun_parse(span_of(bytes, n), &m), 0);
  assert_false(m.fingerprint);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
  for (size_t bit = 0; bit < 8 * n; bit++) {
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_true(stun_parse(span_of(bytes, n), &m) != 0 || stun_check_integrity(&m, span_str(PASSWORD)) == ERR_AUTH);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void check_success_round_trip(const char *ip)
{
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct net_addr mapped;
  struct stun_message m;
  assert_int_equal(net_addr_parse(ip, 40000, &mapped), 0);
  assert_int_equal(stun_write_success(&w, transaction, &mapped, span_str(PASSWORD)), 0);
  assert_int_equal(stun_parse(writer_span(&w), &m), 0);
  assert_int_equal(m.class, STUN_SUCCESS);
  assert_true(net_addr_equal(&m.mapped, &mapped));
  assert_true(m.fingerprint);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
}

static void test_success_round_trip(void **state)
{
  (void)state;
  check_success_round_trip("203.0.113.9");
  check_success_round_trip("2001:db8::ff");
}

/* The vector of section 2.2 without its SOFTWARE attribute, which we do not send. */
static void test_success_bytes(void **state)
{
  (void)state;
  uint8_t bytes[STUN_RESPONSE_MAX], id[STUN_TRANSACTION_BYTES];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct net_addr mapped;
  assert_int_equal(net_addr_parse("192.0.2.1", 32853, &mapped), 0);
  from_hex(id, sizeof id, "b7e7a701 bc34d686 fa87dfae");
  assert_int_equal(stun_write_success(&w, id, &mapped, span_str(PASSWORD)), 0);
  assert_int_equal(w.n, 64);
  assert_span_hex(span_of(bytes, 36),
                  "0101002c 2112a442 b7e7a701 bc34d686 fa87dfae 00200008 0001a147 e112a643 00080014");
}

static void test_a_writer_that_holds_something_already(void **state)
{
  (void)state;
  uint8_t bytes[2 + STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct net_addr mapped = {.family = 4, .port = 1, .ip = {127, 0, 0, 1}};
  struct stun_message m;
  put_u16(&w, 0xFFFF);
  assert_int_equal(stun_write_success(&w, transaction, &mapped, span_str(PASSWORD)), 0);
  assert_int_equal(stun_parse(span_of(bytes + 2, w.n - 2), &m), 0);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
}

static void test_error_responses(void **state)
{
  (void)state;
  static const enum stun_code codes[] = {STUN_BAD_REQUEST, STUN_UNAUTHENTICATED, STUN_UNKNOWN_ATTRIBUTE,
                                         STUN_ROLE_CONFLICT};
  struct stun_message request = {.unknown = {0x0024, 0x7001, 0x7002}, .unknown_count = 3}, m;
  memcpy(request.transaction, transaction, sizeof transaction);
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    uint8_t bytes[STUN_RESPONSE_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    assert_int_equal(stun_write_error(&w, &request, codes[i], span_str(PASSWORD)), 0);
    assert_int_equal(stun_parse(writer_span(&w), &m), 0);
    assert_int_equal(m.class, STUN_ERROR);
    assert_int_equal(m.error_code, codes[i]);
    assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), 0);
  }
}

static void test_error_without_password_has_no_integrity(void **state)
{
  (void)state;
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_message request = {0}, m;
  assert_int_equal(stun_write_error(&w, &request, STUN_BAD_REQUEST, span_of(NULL, 0)), 0);
  assert_int_equal(stun_parse(writer_span(&w), &m), 0);
  assert_true(m.fingerprint);
  assert_int_equal(m.integrity_at, 0);
  assert_int_equal(stun_check_integrity(&m, span_str(PASSWORD)), ERR_AUTH);
}

static void test_420_names_the_attributes(void **state)
{
  (void)state;
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_message request = {.unknown_count = STUN_UNKNOWN_MAX};
  for (uint16_t i = 0; i < STUN_UNKNOWN_MAX; i++)
    request.unknown[i] = 0x7700 + i;
  assert_int_equal(stun_write_error(&w, &request, STUN_UNKNOWN_ATTRIBUTE, span_str(PASSWORD)), 0);
  /* behind ERROR-CODE with "Unknown Attribute" (17 bytes, padded to 20) */
  assert_span_hex(span_of(bytes + 20 + 4 + 24, 20), "000a0010 77007701 77027703 77047705 77067707");
}

/* Every size that is too small is an error, and nothing is written past it (AddressSanitizer watches). */
static void test_writers_in_small_space(void **state)
{
  (void)state;
  struct net_addr mapped = {.family = 6, .port = 1, .ip = {0x20, 1}};
  struct stun_message request = {.unknown = {0x7001}, .unknown_count = 1};
  struct stun_check check = example_check();
  struct span password = span_str(PASSWORD);
  for (size_t cap = 0; cap <= STUN_RESPONSE_MAX; cap++) {
    uint8_t *p = malloc(cap > 0 ? cap : 1);
    assert_non_null(p);
    struct writer w = writer_of(p, cap);
    assert_int_equal(stun_write_success(&w, transaction, &mapped, password), cap < 76 ? ERR_LIMIT : 0);
    w = writer_of(p, cap);
    assert_int_equal(stun_write_error(&w, &request, STUN_UNKNOWN_ATTRIBUTE, password), cap < 88 ? ERR_LIMIT : 0);
    w = writer_of(p, cap);
    assert_int_equal(stun_write_check(&w, &check, password), cap < 96 ? ERR_LIMIT : 0);
    free(p);
  }
}

static void test_user_name_too_long(void **state)
{
  (void)state;
  uint8_t bytes[STUN_REQUEST_MAX], name[STUN_USERNAME_MAX + 1];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_check check = {.username = span_of(name, sizeof name)};
  struct stun_message m;
  memset(name, 'a', sizeof name);
  assert_int_equal(stun_write_check(&w, &check, span_str(PASSWORD)), ERR_RANGE);
  check.username.n = STUN_USERNAME_MAX;
  assert_int_equal(stun_write_check(&w, &check, span_str(PASSWORD)), 0);
  assert_int_equal(stun_parse(writer_span(&w), &m), 0);
  assert_int_equal(m.username.n, STUN_USERNAME_MAX);
}

static void test_user_name_too_long_to_read(void **state)
{
  (void)state;
  uint8_t bytes[STUN_REQUEST_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_message m;
  put_u32(&w, 0x00010204); /* a request of 516 bytes */
  put_u32(&w, 0x2112A442);
  put_bytes(&w, transaction, sizeof transaction);
  put_u32(&w, 0x000601FD); /* USERNAME, 509 bytes and 3 of padding */
  put_zero(&w, 512);
  assert_int_equal(stun_parse(writer_span(&w), &m), ERR_MALFORMED);
  bytes[23] = 0xFC;
  assert_int_equal(stun_parse(writer_span(&w), &m), 0); /* 508 bytes, and an empty attribute of type 0 */
  assert_int_equal(m.username.n, STUN_USERNAME_MAX);
}

/* --- messages by hand --- */

/* A message of this type (hex) with these attributes (hex), parsed. The bytes stay in a static buffer. */
static int parse_made(const char *type, const char *attributes, struct stun_message *m)
{
  static uint8_t bytes[1024];
  uint8_t head[2], body[1000];
  size_t n = from_hex(body, sizeof body, attributes);
  struct writer w = writer_of(bytes, sizeof bytes);
  put_bytes(&w, head, from_hex(head, sizeof head, type));
  put_u16(&w, (uint16_t)n);
  put_u32(&w, 0x2112A442);
  put_bytes(&w, transaction, sizeof transaction);
  put_bytes(&w, body, n);
  return stun_parse(writer_span(&w), m);
}

static void test_classes_and_methods(void **state)
{
  (void)state;
  struct stun_message m;
  assert_int_equal(parse_made("0001", "", &m), 0);
  assert_int_equal(m.class, STUN_REQUEST);
  assert_int_equal(parse_made("0011", "", &m), 0);
  assert_int_equal(m.class, STUN_INDICATION);
  assert_int_equal(parse_made("0101", "", &m), 0);
  assert_int_equal(m.class, STUN_SUCCESS);
  assert_int_equal(parse_made("0111", "", &m), 0);
  assert_int_equal(m.class, STUN_ERROR);
  assert_int_equal(parse_made("0003", "", &m), ERR_UNSUPPORTED); /* Allocate (TURN) */
  assert_int_equal(parse_made("0021", "", &m), ERR_UNSUPPORTED);
  assert_int_equal(parse_made("2001", "", &m), ERR_UNSUPPORTED);
  assert_int_equal(parse_made("4001", "", &m), ERR_MALFORMED);
  assert_int_equal(parse_made("8001", "", &m), ERR_MALFORMED);
}

static void test_absent_attributes(void **state)
{
  (void)state;
  struct stun_message m;
  assert_int_equal(parse_made("0001", "", &m), 0);
  assert_null(m.username.p);
  assert_int_equal(m.mapped.family, 0);
  assert_int_equal(m.priority, 0);
  assert_int_equal(m.error_code, 0);
  assert_int_equal(m.integrity_at, 0);
  assert_false(m.use_candidate || m.controlling || m.controlled || m.fingerprint);
}

static void test_header_errors(void **state)
{
  (void)state;
  struct stun_message m;
  struct span packet = packet_hex("00010000 2112a443 000102030405060708090a0b"); /* cookie */
  assert_int_equal(stun_parse(packet, &m), ERR_MALFORMED);
  packet_free(packet);
  packet = packet_hex("00010000 2112a442 000102030405060708090a0b 00000000"); /* bytes behind the message */
  assert_int_equal(stun_parse(packet, &m), ERR_MALFORMED);
  packet_free(packet);
  packet = packet_hex("00010002 2112a442 000102030405060708090a0b 0000"); /* length no multiple of 4 */
  assert_int_equal(stun_parse(packet, &m), ERR_MALFORMED);
  packet_free(packet);
}

static void test_attributes_of_wrong_size(void **state)
{
  (void)state;
  static const char *const wrong[] = {
    "00240003 01020300",                            /* PRIORITY */
    "00240008 01020304 05060708",                   /* PRIORITY */
    "00250004 00000000",                            /* USE-CANDIDATE */
    "80290004 00000000",                            /* ICE-CONTROLLED */
    "802a000c 00000000 00000000 00000000",          /* ICE-CONTROLLING */
    "00200004 0001a147",                            /* XOR-MAPPED-ADDRESS without an address */
    "00200008 0002a147 e112a643",                   /* IPv6 in four bytes */
    "00200014 0003a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9", /* no such family */
    "0020000c 0001a147 e112a643 00000000",          /* too long */
    "00200000",                                     /* empty */
    "00090003 00000400",                            /* ERROR-CODE too short */
    "00090004 00000200",                            /* class 2 */
    "00090004 00000700",                            /* class 7 */
    "00090004 00000464",                            /* number 100 */
    "000a0003 00010000",                            /* UNKNOWN-ATTRIBUTES, odd */
    "00080010 00000000 00000000 00000000 00000000", /* MESSAGE-INTEGRITY */
    "80280003 01020300",                            /* FINGERPRINT */
    "80280008 01020304 05060708",                   /* FINGERPRINT */
    "80280004 00000000",                            /* FINGERPRINT, wrong */
  };
  struct stun_message m;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(parse_made("0001", wrong[i], &m), ERR_MALFORMED);
  /* the attribute runs over the message's end, alone or by its padding */
  assert_int_equal(parse_made("0001", "00240008 01020304", &m), ERR_TRUNCATED);
  assert_int_equal(parse_made("0001", "8022ffff 01020304", &m), ERR_TRUNCATED);
}

static void test_first_of_two_counts(void **state)
{
  (void)state;
  struct stun_message m;
  assert_int_equal(parse_made("0001",
                              "00060004 61613a62 00060004 63633a64 00240004 00000001 00240004 00000002", &m),
                   0);
  assert_span_equal(m.username, span_str("aa:b"));
  assert_int_equal(m.priority, 1);
  assert_int_equal(parse_made("0001", "802a0008 00000000 00000001 80290008 00000000 00000002", &m), 0);
  assert_true(m.controlling && !m.controlled);
  assert_true(m.tie_breaker == 1);
  assert_int_equal(parse_made("0101", "00200008 0001a147 e112a643 00200008 0001a147 00000000", &m), 0);
  assert_int_equal(m.mapped.ip[0], 192);
}

static void test_padding_may_hold_anything(void **state)
{
  (void)state;
  struct stun_message m;
  assert_int_equal(parse_made("0001", "00060005 61613a62 63ffffff", &m), 0);
  assert_span_equal(m.username, span_str("aa:bc"));
}

static void test_unknown_attributes(void **state)
{
  (void)state;
  struct stun_message m;
  assert_int_equal(parse_made("0001", "70010000 c0570004 00000001 70020003 01020300", &m), 0);
  assert_int_equal(m.unknown_count, 2);
  assert_int_equal(m.unknown[0], 0x7001);
  assert_int_equal(m.unknown[1], 0x7002);
  assert_int_equal(parse_made("0001",
                              "70010000 70020000 70030000 70040000 70050000 70060000 70070000 70080000 70090000", &m),
                   0);
  assert_int_equal(m.unknown_count, STUN_UNKNOWN_MAX);
}

/* A nomination that is not authenticated must not count: nothing behind MESSAGE-INTEGRITY does, broken or not. */
static void test_what_follows_integrity_is_ignored(void **state)
{
  (void)state;
  struct stun_message m;
  assert_int_equal(parse_made("0001",
                              "00060004 61613a62 00080014 00000000 00000000 00000000 00000000 00000000"
                              "00250000 00240004 00000009 70010000 00250004 00000000",
                              &m),
                   0);
  assert_int_equal(m.integrity_at, 28);
  assert_false(m.use_candidate);
  assert_int_equal(m.priority, 0);
  assert_int_equal(m.unknown_count, 0);
}

static void test_fingerprint_must_be_last(void **state)
{
  (void)state;
  uint8_t bytes[STUN_REQUEST_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_check check = example_check();
  struct stun_message m;
  assert_int_equal(stun_write_check(&w, &check, span_str(PASSWORD)), 0);
  put_u32(&w, 0x80220000);
  writer_patch_u16(&w, 2, (uint16_t)(w.n - STUN_HEADER_BYTES));
  assert_int_equal(stun_parse(writer_span(&w), &m), ERR_MALFORMED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_sample_request),
    cmocka_unit_test(test_sample_responses),
    cmocka_unit_test(test_every_truncation),
    cmocka_unit_test(test_every_flipped_bit_is_noticed),
    cmocka_unit_test(test_check_round_trip),
    cmocka_unit_test(test_integrity_covers_every_bit),
    cmocka_unit_test(test_success_round_trip),
    cmocka_unit_test(test_success_bytes),
    cmocka_unit_test(test_a_writer_that_holds_something_already),
    cmocka_unit_test(test_error_responses),
    cmocka_unit_test(test_error_without_password_has_no_integrity),
    cmocka_unit_test(test_420_names_the_attributes),
    cmocka_unit_test(test_writers_in_small_space),
    cmocka_unit_test(test_user_name_too_long),
    cmocka_unit_test(test_user_name_too_long_to_read),
    cmocka_unit_test(test_classes_and_methods),
    cmocka_unit_test(test_absent_attributes),
    cmocka_unit_test(test_header_errors),
    cmocka_unit_test(test_attributes_of_wrong_size),
    cmocka_unit_test(test_first_of_two_counts),
    cmocka_unit_test(test_padding_may_hold_anything),
    cmocka_unit_test(test_unknown_attributes),
    cmocka_unit_test(test_what_follows_integrity_is_ignored),
    cmocka_unit_test(test_fingerprint_must_be_last),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("stun", tests, NULL, NULL);
}
