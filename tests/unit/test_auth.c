/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth: addresses, one-time codes, TOTP, recovery codes, device tokens (A2, A8). */
#include "auth_testing.h"

#include <stdio.h>

#include "auth/code.h"
#include "auth/device.h"
#include "auth/email.h"
#include "auth/recovery.h"
#include "auth/totp.h"

/* --- addresses --- */

static void test_email_takes_one_form(void **state)
{
  static const char *const pairs[][2] = {
    {"anna@example.org", "anna@example.org"},
    {"  Anna.Berg@Example.ORG ", "anna.berg@example.org"},
    {"a+b_c-d'e{f}~g@x-1.example", "a+b_c-d'e{f}~g@x-1.example"},
    {"a@b.c", "a@b.c"},
    {"a@1.2.3.xn--p1ai", "a@1.2.3.xn--p1ai"},
  };
  char email[EMAIL_BYTES];
  (void)state;
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    assert_int_equal(email_normalise(span_str(pairs[i][0]), email), 0);
    assert_string_equal(email, pairs[i][1]);
    assert_int_equal(email_check(span_str(email)), 0);
  }
  assert_int_equal(email_check(span_str("Anna@example.org")), ERR_MALFORMED);
  assert_int_equal(email_check(span_str(" anna@example.org")), ERR_MALFORMED);
}

static void test_email_refuses(void **state)
{
  static const char *const wrong[] = {
    "", "@", "anna", "anna@", "@example.org", "anna@example", "anna@@example.org", "anna@b@example.org", ".anna@example.org",
    "anna.@example.org", "an..na@example.org", "anna@.org", "anna@example..org", "anna@example.org.", "anna@-a.org",
    "anna@a-.org", "anna@1.2.3.4", "anna@[1.2.3.4]", "\"anna\"@example.org", "anna@exa_mple.org", "anna b@example.org",
    "anna@exam ple.org", "anna@example.org\r\nBcc: all@example.org", "anna@example.org\n", "\tanna@example.org",
    "anna<x>@example.org", "anna,b@example.org", "anna;b@example.org", "(anna)@example.org", "\xc3\xa4nna@example.org",
    "anna@ex\xc3\xa4mple.org", "\xd0\xb0nna@example.org", "anna\x7f@example.org", "a\\b@example.org", "anna:b@example.org",
  };
  char email[EMAIL_BYTES];
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(email_normalise(span_str(wrong[i]), email), ERR_MALFORMED);
    assert_string_equal(email, "");
  }
  assert_int_equal(email_normalise(span_of("an\0na@example.org", 17), email), ERR_MALFORMED);
  assert_int_equal(email_normalise(span_of("anna@example.org\0", 17), email), ERR_MALFORMED);
  assert_int_equal(email_normalise(span_of(NULL, 0), email), ERR_MALFORMED);
}

/* An address of so many bytes before the "@", in each of the labels but the last, and in the last. */
static int normalise_long(size_t local, size_t label, size_t last)
{
  char text[512], email[EMAIL_BYTES];
  struct writer w = writer_of(text, sizeof text);
  for (size_t i = 0; i < local; i++)
    put_u8(&w, 'a');
  put_u8(&w, '@');
  for (size_t i = 0; i < 2 * label; i++)
    put_str(&w, i == label ? ".b" : "b");
  put_str(&w, ".");
  for (size_t i = 0; i < last; i++)
    put_u8(&w, 'c');
  return email_normalise(writer_span(&w), email);
}

static void test_email_lengths(void **state)
{
  (void)state;
  assert_int_equal(normalise_long(64, 1, 2), 0);
  assert_int_equal(normalise_long(65, 1, 2), ERR_MALFORMED);
  assert_int_equal(normalise_long(1, 63, 63), 0);
  assert_int_equal(normalise_long(1, 64, 2), ERR_MALFORMED);
  assert_int_equal(normalise_long(1, 2, 64), ERR_MALFORMED);
  char email[EMAIL_BYTES], text[EMAIL_BYTES + 1] = "a@";
  for (size_t i = 2; i < EMAIL_BYTES; i++)
    text[i] = i % 4 == 3 ? '.' : 'b';
  assert_int_equal(email_normalise(span_of(text, 254), email), 0);
  assert_int_equal(strlen(email), 254);
  assert_int_equal(email_normalise(span_of(text, 255), email), ERR_MALFORMED);
}

static void test_email_local_part(void **state)
{
  (void)state;
  assert_true(span_equal(email_local_part("anna.b@example.org"), span_str("anna.b")));
  assert_true(span_equal(email_local_part(""), span_str("")));
}

static void test_phone(void **state)
{
  static const char *const right[][2] = {
    {"+491511234567", "+491511234567"}, {" +49 (151) 123-45.67/8 ", "+4915112345678"}, {"+1234567", "+1234567"},
    {"+123456789012345", "+123456789012345"},
  };
  static const char *const wrong[] = {
    "", "+", "0151 1234567", "0049151123456", "+49 (0) 151 123456", "+0151123456", "+123456", "+1234567890123456",
    "+49151x234567", "++49151234567", "+49+151234567", "+49 151 234567\n", "+49,151234567",
    "+1                                                                        2345678",
  };
  char phone[PHONE_BYTES];
  (void)state;
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
    assert_int_equal(phone_normalise(span_str(right[i][0]), phone), 0);
    assert_string_equal(phone, right[i][1]);
    assert_int_equal(phone_check(span_str(phone)), 0);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(phone_normalise(span_str(wrong[i]), phone), ERR_MALFORMED);
  assert_int_equal(phone_check(span_str("+49 1511234567")), ERR_MALFORMED);
  assert_int_equal(phone_normalise(span_of("+12345678\0", 10), phone), ERR_MALFORMED);
}

/* --- one-time codes --- */

struct fixture {
  uint64_t count;
  struct random random;
  struct codes codes;
};

static const uint8_t browser_a[CODE_BROWSER_BYTES] = {1}, browser_b[CODE_BROWSER_BYTES] = {2};
static const char anna[] = "anna@example.org";

static int set_up(void **state)
{
  static struct fixture f;
  f.random = counting_random(&f.count);
  *state = &f;
  return codes_init(&f.codes, &f.random);
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  codes_fini(&f->codes);
  return 0;
}

static int check(struct fixture *f, uint64_t now_us, const uint8_t *browser, const char *email, const char *typed)
{
  return codes_check(&f->codes, now_us, browser, email, span_str(typed));
}

/* A code that is wrong for sure. */
static const char *other(const char *code, char out[CODE_BYTES])
{
  memcpy(out, code, CODE_BYTES);
  out[0] = out[0] == '9' ? '0' : (char)(out[0] + 1);
  return out;
}

static void test_code_works_once(void **state)
{
  struct fixture *f = *state;
  char code[CODE_BYTES], typed[32];
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 8, code), 0);
  assert_int_equal(strlen(code), 8);
  (void)snprintf(typed, sizeof typed, " %.4s-%s ", code, code + 4);
  assert_int_equal(check(f, SECOND, browser_a, anna, typed), 0);
  assert_int_equal(check(f, SECOND, browser_a, anna, code), ERR_NOT_FOUND);
  assert_int_equal(f->codes.slab.used, 0);
}

static void test_code_belongs_to_browser_and_address(void **state)
{
  struct fixture *f = *state;
  char code[CODE_BYTES];
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 6, code), 0);
  assert_int_equal(check(f, 0, browser_b, anna, code), ERR_NOT_FOUND);
  assert_int_equal(check(f, 0, browser_a, "bert@example.org", code), ERR_NOT_FOUND);
  assert_int_equal(check(f, 0, browser_a, anna, code), 0);
}

static void test_code_dies_after_five_tries(void **state)
{
  struct fixture *f = *state;
  char code[CODE_BYTES], wrong[CODE_BYTES];
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 6, code), 0);
  for (int i = 0; i < CODE_TRIES - 1; i++)
    assert_int_equal(check(f, 0, browser_a, anna, other(code, wrong)), ERR_AUTH);
  assert_int_equal(check(f, 0, browser_a, anna, "12345"), ERR_MALFORMED); /* costs no try */
  assert_int_equal(check(f, 0, browser_a, anna, other(code, wrong)), ERR_REFUSED);
  assert_int_equal(check(f, 0, browser_a, anna, code), ERR_REFUSED);
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 6, code), 0);
  assert_int_equal(check(f, 0, browser_a, anna, code), 0);
}

static void test_code_on_the_last_try(void **state)
{
  struct fixture *f = *state;
  char code[CODE_BYTES], wrong[CODE_BYTES];
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 6, code), 0);
  for (int i = 0; i < CODE_TRIES - 1; i++)
    assert_int_equal(check(f, 0, browser_a, anna, other(code, wrong)), ERR_AUTH);
  assert_int_equal(check(f, 0, browser_a, anna, code), 0);
}

static void test_code_expires(void **state)
{
  struct fixture *f = *state;
  char code[CODE_BYTES];
  assert_int_equal(codes_issue(&f->codes, SECOND, browser_a, anna, 6, code), 0);
  assert_int_equal(check(f, SECOND + CODE_LIFETIME_US, browser_a, anna, code), ERR_NOT_FOUND);
  codes_tick(&f->codes, SECOND + CODE_LIFETIME_US - 1);
  assert_int_equal(f->codes.slab.used, 1);
  assert_int_equal(check(f, SECOND + CODE_LIFETIME_US - 1, browser_a, anna, code), 0);
  assert_int_equal(codes_issue(&f->codes, SECOND, browser_a, anna, 6, code), 0);
  codes_tick(&f->codes, SECOND + CODE_LIFETIME_US);
  assert_int_equal(f->codes.slab.used, 0);
  assert_int_equal(f->codes.by_place.used, 0);
}

static void test_newer_code_replaces(void **state)
{
  struct fixture *f = *state;
  char first[CODE_BYTES], second[CODE_BYTES];
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 8, first), 0);
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 8, second), 0);
  assert_string_not_equal(first, second);
  assert_int_equal(check(f, 0, browser_a, anna, first), ERR_AUTH);
  assert_int_equal(check(f, 0, browser_a, anna, second), 0);
  assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 8, first), 0);
  codes_forget(&f->codes, browser_a, anna);
  codes_forget(&f->codes, browser_a, anna);
  assert_int_equal(check(f, 0, browser_a, anna, first), ERR_NOT_FOUND);
}

static void test_codes_are_bounded(void **state)
{
  struct fixture *f = *state;
  char code[CODE_BYTES];
  uint8_t browser[CODE_BROWSER_BYTES] = {0};
  for (uint32_t i = 0; i < LIMIT_CODES; i++) {
    memcpy(browser, &i, sizeof i);
    assert_int_equal(codes_issue(&f->codes, i, browser, anna, 6, code), 0);
  }
  assert_int_equal(codes_issue(&f->codes, 0, browser_b, "bert@example.org", 6, code), ERR_LIMIT);
  codes_tick(&f->codes, CODE_LIFETIME_US); /* the first one */
  assert_int_equal(codes_issue(&f->codes, 0, browser_b, "bert@example.org", 6, code), 0);
}

/* Each digit at each place about as often as any other: 10,000 codes, 1,000 expected, 5 deviations of 30 allowed. */
static void test_codes_are_even(void **state)
{
  struct fixture *f = *state;
  unsigned count[6][10] = {{0}};
  char code[CODE_BYTES];
  for (int i = 0; i < 10000; i++) {
    assert_int_equal(codes_issue(&f->codes, 0, browser_a, anna, 6, code), 0);
    for (int k = 0; k < 6; k++)
      count[k][code[k] - '0']++;
  }
  for (int k = 0; k < 6; k++)
    for (int d = 0; d < 10; d++)
      assert_in_range(count[k][d], 850, 1150);
}

/* --- TOTP --- */

/* RFC 6238, appendix B: the SHA-1 rows. */
static void test_totp_vectors(void **state)
{
  static const struct {
    uint64_t time_s;
    const char *code;
  } vectors[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                 {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  const uint8_t *secret = (const uint8_t *)"12345678901234567890";
  char code[9];
  uint64_t step;
  (void)state;
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
    assert_int_equal(totp_code(secret, vectors[i].time_s / 30, 8, code), 0);
    assert_string_equal(code, vectors[i].code);
    assert_int_equal(totp_check(secret, vectors[i].time_s, span_str(vectors[i].code + 2), &step), 0);
    assert_int_equal(step, vectors[i].time_s / 30);
  }
}

static void test_totp_window(void **state)
{
  const uint8_t *secret = (const uint8_t *)"12345678901234567890";
  const uint64_t now = 1111111109;
  char code[9];
  (void)state;
  for (uint64_t at = now / 30 - 3; at <= now / 30 + 3; at++) {
    uint64_t step = 0;
    assert_int_equal(totp_code(secret, at, 6, code), 0);
    bool near = at + 1 >= now / 30 && at <= now / 30 + 1;
    assert_int_equal(totp_check(secret, now, span_str(code), &step), near ? 0 : ERR_AUTH);
    assert_int_equal(step, near ? at : 0);
  }
}

static void test_totp_typed(void **state)
{
  const uint8_t *secret = (const uint8_t *)"12345678901234567890";
  uint64_t step;
  (void)state;
  assert_int_equal(totp_check(secret, 59, span_str(" 287 082 "), &step), 0);
  assert_int_equal(step, 1);
  assert_int_equal(totp_check(secret, 0, span_str("287082"), &step), 0);
  assert_int_equal(totp_check(secret, 59, span_str("287083"), &step), ERR_AUTH);
  assert_int_equal(totp_check(secret, 59, span_str("28708"), &step), ERR_MALFORMED);
  assert_int_equal(totp_check(secret, 59, span_str("94287082"), &step), ERR_MALFORMED);
  assert_int_equal(totp_check(secret, 59, span_str("28708x"), &step), ERR_MALFORMED);
  assert_int_equal(totp_check(secret, 59, span_of("287082\0", 7), &step), ERR_MALFORMED);
}

static void test_totp_uri(void **state)
{
  const uint8_t *secret = (const uint8_t *)"12345678901234567890";
  char uri[TOTP_URI_BYTES], text[TOTP_BASE32_BYTES], account[800];
  (void)state;
  totp_secret_text(secret, text);
  assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  assert_int_equal(totp_uri("Sch\xc3\xb6n & Co", "anna+1@example.org", secret, uri), 0);
  assert_string_equal(uri, "otpauth://totp/Sch%C3%B6n%20%26%20Co:anna%2B1%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3"
                           "TQOJQ&issuer=Sch%C3%B6n%20%26%20Co&algorithm=SHA1&digits=6&period=30");
  memset(account, '&', sizeof account - 1);
  account[sizeof account - 1] = '\0';
  assert_int_equal(totp_uri("x", account, secret, uri), ERR_LIMIT);
  assert_string_equal(uri, "");
}

static void test_totp_secrets_differ(void **state)
{
  uint64_t count;
  struct random random = counting_random(&count);
  uint8_t a[TOTP_SECRET_BYTES], b[TOTP_SECRET_BYTES];
  (void)state;
  totp_secret_make(&random, a);
  totp_secret_make(&random, b);
  assert_memory_not_equal(a, b, sizeof a);
}

/* --- recovery codes --- */

static const struct uid account_a = {{1}}, account_b = {{2}};

static void test_recovery_codes(void **state)
{
  uint64_t count;
  struct random random = counting_random(&count);
  char text[RECOVERY_CODES][RECOVERY_TEXT], form[RECOVERY_TEXT];
  uint8_t hash[RECOVERY_CODES][32], typed[32];
  (void)state;
  recovery_make(&random, &account_a, text, hash);
  for (size_t i = 0; i < RECOVERY_CODES; i++) {
    assert_int_equal(strlen(text[i]), RECOVERY_TEXT - 1);
    assert_int_equal(recovery_normalise(span_str(text[i]), form), 0);
    assert_string_equal(form, text[i]);
    assert_int_equal(recovery_hash(span_str(text[i]), &account_a, typed), 0);
    assert_memory_equal(typed, hash[i], 32);
    assert_int_equal(recovery_hash(span_str(text[i]), &account_b, typed), 0);
    assert_memory_not_equal(typed, hash[i], 32);
    for (size_t k = 0; k < i; k++)
      assert_memory_not_equal(hash[i], hash[k], 32);
  }
}

static void test_recovery_typed(void **state)
{
  static const char *const same[] = {"0k1m-abcd-ef01-2345", "oKLM ABCD EFOI 2345", "ok1mabcdef0l2345",
                                     "  0-k-i-m a b c d--ef01-2345 "};
  static const char *const wrong[] = {"", "0k1m-abcd-ef01-234", "0k1m-abcd-ef01-23456", "0k1m-abcd-ef01-234u",
                                      "0k1m_abcd_ef01_2345", "0k1m-abcd-ef01-234\xc3\xa4"};
  char text[RECOVERY_TEXT];
  uint8_t hash[32];
  (void)state;
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
    assert_int_equal(recovery_normalise(span_str(same[i]), text), 0);
    assert_string_equal(text, same[0]);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(recovery_hash(span_str(wrong[i]), &account_a, hash), ERR_MALFORMED);
    assert_int_equal(recovery_normalise(span_str(wrong[i]), text), ERR_MALFORMED);
    assert_string_equal(text, "");
  }
  assert_int_equal(recovery_normalise(span_of("0k1m-abcd-ef01-234\0", 19), text), ERR_MALFORMED);
}

/* --- device tokens --- */

static const uint8_t device_key[DEVICE_KEY_BYTES] = {9};

static void test_device_token(void **state)
{
  uint64_t count;
  struct random random = counting_random(&count);
  uint8_t device[DEVICE_ID_BYTES] = {0}, again[DEVICE_ID_BYTES], other_key[DEVICE_KEY_BYTES] = {8};
  char text[DEVICE_TOKEN_TEXT + 1];
  (void)state;
  device_token_make(device_key, &account_a, 1000, &random, device, text);
  assert_int_equal(strlen(text), DEVICE_TOKEN_TEXT);
  assert_false(sodium_is_zero(device, sizeof device));
  assert_int_equal(device_token_check(device_key, &account_a, 1000, span_str(text), again), 0);
  assert_memory_equal(device, again, sizeof device);
  assert_int_equal(device_token_check(device_key, &account_a, 999 + DEVICE_LIFETIME_S, span_str(text), again), 0);
  assert_int_equal(device_token_check(device_key, &account_a, 1000 + DEVICE_LIFETIME_S, span_str(text), again), ERR_AUTH);
  assert_int_equal(device_token_check(device_key, &account_b, 1000, span_str(text), again), ERR_AUTH);
  assert_true(sodium_is_zero(again, sizeof again));
  assert_int_equal(device_token_check(other_key, &account_a, 1000, span_str(text), again), ERR_AUTH);
  assert_int_equal(device_token_check(device_key, &account_a, 1000, span_str(""), again), ERR_MALFORMED);
  assert_int_equal(device_token_check(device_key, &account_a, 1000, span_of(text, DEVICE_TOKEN_TEXT - 1), again),
                   ERR_MALFORMED);
}

static void test_device_token_forged(void **state)
{
  uint64_t count;
  struct random random = counting_random(&count);
  uint8_t device[DEVICE_ID_BYTES] = {3}, again[DEVICE_ID_BYTES];
  struct uid nobody = {{0}};
  char text[DEVICE_TOKEN_TEXT + 1];
  (void)state;
  device_token_make(device_key, &account_a, 1000, &random, device, text);
  assert_int_equal(device[0], 3); /* a known device keeps its id */
  for (size_t i = 0; i < DEVICE_TOKEN_TEXT; i++) {
    char kept = text[i];
    text[i] = kept == 'A' ? 'B' : 'A';
    assert_int_not_equal(device_token_check(device_key, &account_a, 1000, span_str(text), again), 0);
    text[i] = kept;
  }
  device_token_make(device_key, &nobody, 1000, &random, device, text);
  assert_int_equal(device_token_check(device_key, &nobody, 1000, span_str(text), again), ERR_AUTH);
}

#define CODE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_email_takes_one_form),
    cmocka_unit_test(test_email_refuses),
    cmocka_unit_test(test_email_lengths),
    cmocka_unit_test(test_email_local_part),
    cmocka_unit_test(test_phone),
    CODE_TEST(test_code_works_once),
    CODE_TEST(test_code_belongs_to_browser_and_address),
    CODE_TEST(test_code_dies_after_five_tries),
    CODE_TEST(test_code_on_the_last_try),
    CODE_TEST(test_code_expires),
    CODE_TEST(test_newer_code_replaces),
    CODE_TEST(test_codes_are_bounded),
    CODE_TEST(test_codes_are_even),
    cmocka_unit_test(test_totp_vectors),
    cmocka_unit_test(test_totp_window),
    cmocka_unit_test(test_totp_typed),
    cmocka_unit_test(test_totp_uri),
    cmocka_unit_test(test_totp_secrets_differ),
    cmocka_unit_test(test_recovery_codes),
    cmocka_unit_test(test_recovery_typed),
    cmocka_unit_test(test_device_token),
    cmocka_unit_test(test_device_token_forged),
  };
  return RUN_TESTS("auth", tests);
}
