/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth/password.c and advice.c: hashes, unknown accounts, what is a good password (A8). */
#include "auth_testing.h"

#include <errno.h>
#include <stdlib.h>

#include "auth/advice.h"
#include "auth/password.h"

/* The library's own function is behind this one: what was compared, and memory that is not to be had. */
static struct {
  unsigned calls;
  bool no_memory;
  char hash[PASSWORD_HASH_BYTES];
} compared;

int __real_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long n);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long n);
int __wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long n)
{
  compared.calls++;
  (void)strncpy(compared.hash, hash, sizeof compared.hash - 1);
  if (!compared.no_memory)
    return __real_crypto_pwhash_str_verify(hash, password, n);
  errno = ENOMEM;
  return -1;
}

static const struct password_cost cheap = {.passes = 1, .memory_bytes = 8192};
static const struct password_cost dearer = {.passes = 2, .memory_bytes = 16384};

static struct passwords passwords_of(const struct password_cost *cost)
{
  uint64_t count;
  struct random random = counting_random(&count);
  struct passwords p;
  assert_int_equal(passwords_init(&p, cost, &random), 0);
  return p;
}

static void test_right_and_wrong(void **state)
{
  struct passwords p = passwords_of(&cheap);
  char hash[PASSWORD_HASH_BYTES], second[PASSWORD_HASH_BYTES];
  (void)state;
  assert_int_equal(password_hash(&p, span_str("vier W\xc3\xb6rter"), hash), 0);
  assert_int_equal(password_hash(&p, span_str("vier W\xc3\xb6rter"), second), 0);
  assert_memory_equal(hash, "$argon2id$v=19$m=8,t=1,p=1$", 27);
  assert_string_not_equal(hash, second);
  assert_int_equal(password_verify(&p, hash, span_str("vier W\xc3\xb6rter")), 0);
  assert_int_equal(password_verify(&p, hash, span_str("vier W\xc3\xb6rteR")), ERR_AUTH);
  assert_int_equal(password_verify(&p, hash, span_of("vier W\xc3\xb6rter\0", 13)), ERR_AUTH);
  assert_int_equal(password_verify(&p, hash, span_of(NULL, 0)), ERR_AUTH);
  assert_int_equal(password_verify(&p, "garbage", span_str("garbage")), ERR_AUTH);
}

static void test_default_cost(void **state)
{
  struct passwords p = passwords_of(&password_cost_default);
  (void)state;
  assert_memory_equal(p.decoy, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
  assert_int_equal(password_verify(&p, p.decoy, span_str("x")), ERR_AUTH);
}

/* Nobody has the decoy's password, and even who had it would not get in. */
static void test_unknown_account(void **state)
{
  struct passwords p = passwords_of(&cheap);
  (void)state;
  assert_memory_equal(p.decoy, "$argon2id$v=19$m=8,t=1,p=1$", 27); /* the same work as a real one */
  assert_int_equal(password_verify(&p, NULL, span_str("anything")), ERR_AUTH);
  assert_int_equal(password_verify(&p, "", span_str("anything")), ERR_AUTH);
  assert_int_equal(password_hash(&p, span_str("known"), p.decoy), 0);
  assert_int_equal(password_verify(&p, NULL, span_str("known")), ERR_AUTH);
}

/* The timing of unknown accounts: one comparison with a hash of the same cost, whatever is known. */
static void test_unknown_account_takes_as_long(void **state)
{
  struct passwords p = passwords_of(&dearer);
  const char *const nothing[] = {NULL, ""};
  (void)state;
  for (int i = 0; i < 2; i++) {
    compared.calls = 0;
    assert_int_equal(password_verify(&p, nothing[i], span_str("anything")), ERR_AUTH);
    assert_int_equal(compared.calls, 1);
    assert_string_equal(compared.hash, p.decoy);
    assert_false(password_is_stale(&p, compared.hash));
  }
}

/* That is no wrong password: it must not count as one. */
static void test_no_memory(void **state)
{
  struct passwords p = passwords_of(&cheap);
  (void)state;
  compared.no_memory = true;
  assert_int_equal(password_verify(&p, p.decoy, span_str("x")), ERR_CRYPTO);
  assert_int_equal(password_verify(&p, NULL, span_str("x")), ERR_CRYPTO);
  compared.no_memory = false;
  assert_int_equal(password_verify(&p, p.decoy, span_str("x")), ERR_AUTH);
}

static void test_stale(void **state)
{
  struct passwords p = passwords_of(&cheap), q = passwords_of(&dearer);
  char hash[PASSWORD_HASH_BYTES];
  (void)state;
  assert_int_equal(password_hash(&p, span_str("x"), hash), 0);
  assert_false(password_is_stale(&p, hash));
  assert_true(password_is_stale(&q, hash));
  assert_int_equal(password_verify(&q, hash, span_str("x")), 0);
}

static void test_length(void **state)
{
  struct passwords p = passwords_of(&cheap);
  char hash[PASSWORD_HASH_BYTES], *text = malloc(LIMIT_PASSWORD_BYTES + 1);
  (void)state;
  assert_non_null(text);
  memset(text, 'x', LIMIT_PASSWORD_BYTES + 1);
  assert_int_equal(password_hash(&p, span_of(text, LIMIT_PASSWORD_BYTES), hash), 0);
  assert_int_equal(password_verify(&p, hash, span_of(text, LIMIT_PASSWORD_BYTES)), 0);
  assert_int_equal(password_hash(&p, span_of(text, LIMIT_PASSWORD_BYTES + 1), hash), ERR_RANGE);
  assert_int_equal(password_verify(&p, hash, span_of(text, LIMIT_PASSWORD_BYTES + 1)), ERR_RANGE);
  free(text);
}

/* --- advice --- */

static void advised(const char *password, enum password_fault want)
{
  enum password_fault got = password_advise(span_str(password), "anna.berg@example.org", "testudo");
  if (got != want)
    print_error("\"%s\" is %s, not %s\n", password, password_fault_code(got), password_fault_code(want));
  assert_int_equal(got, want);
}

static void test_fine(void **state)
{
  (void)state;
  static const char *const fine[] = {
    "otter kiesel lampe", "tuba fog nickel!", "mqzrvdkwhtnp", "Lampenschirm im Regen", "dragon monkey summer coffee",
    "password83920174928", "839201749283", "annas garten tor", "\xf0\x9f\x90\xa2 gras klee rost",
    "\xd0\xbf\xd1\x83\xd1\x82\xd0\xb5\xd1\x88\xd0\xb5\xd1\x81\xd1\x82\xd0\xb2\xd0\xb8\xd0\xb5 \xd0\xb2",
  };
  for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
    advised(fine[i], PASSWORD_FINE);
}

static void test_short_counts_characters(void **state)
{
  (void)state;
  advised("", PASSWORD_SHORT);
  advised("mqzrvdkwhtn", PASSWORD_SHORT);
  advised("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9\xc3\xa8\xc3\xaa\xc3\xa0\xc3\xa2\xc3\xae\xc3\xb4", PASSWORD_SHORT);
  advised("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9\xc3\xa8\xc3\xaa\xc3\xa0\xc3\xa2\xc3\xae\xc3\xb4\xc3\xb1", PASSWORD_FINE);
}

static void test_long(void **state)
{
  char text[LIMIT_PASSWORD_BYTES + 2] = {0};
  (void)state;
  for (size_t i = 0; i < LIMIT_PASSWORD_BYTES; i++)
    text[i] = (char)('a' + i * i * 7 % 26);
  advised(text, PASSWORD_FINE);
  text[LIMIT_PASSWORD_BYTES] = 'a';
  advised(text, PASSWORD_LONG);
}

static void test_not_text(void **state)
{
  static const char *const wrong[] = {"otter kiesel\nlampe", "otter kiesel \x7f lampe", "otter kiesel \xff lampe",
    "otter kiesel \xc3", "otter kiesel \xc0\xaf lampe", "otter kiesel \xed\xa0\x80 x", "otter kiesel \xf4\x90\x80\x80 x",
    "otter kiesel \xe0\x80\xaf x", "otter kiesel \xf0\x80\x80\xaf x"};
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    advised(wrong[i], PASSWORD_NOT_TEXT);
  assert_int_equal(password_advise(span_of("otter kiesel\0lampe", 18), "", ""), PASSWORD_NOT_TEXT);
}

static void test_repeated(void **state)
{
  (void)state;
  advised("aaaaaaaaaaaa", PASSWORD_REPEATED);
  advised("xkqxkqxkqxkqx", PASSWORD_REPEATED);
  advised("zzZZzzZZzzZZ", PASSWORD_REPEATED);
  advised("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", PASSWORD_REPEATED);
}

static void test_keyboard(void **state)
{
  static const char *const rows[] = {"qwertyuiopasdf", "1234567890123", "9876543210987", "abcdefghijklm", "zyxwvutsrqpo",
    "qwertzuiopqwe", "azertyuiopqsd", "1qaz2wsx3edc4rfv", "asdfghjklasd", "poiuytrewqlkj", "QWERTYuiop123",
    "qwerty123456", "xyzabcdefghi"};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    advised(rows[i], PASSWORD_KEYBOARD);
}

static void test_email_and_product(void **state)
{
  (void)state;
  advised("xx-Anna.Berg-kiesel", PASSWORD_HAS_EMAIL);
  advised("anna.berg@example.org", PASSWORD_HAS_EMAIL);
  advised("kiesel TESTUDO otter", PASSWORD_HAS_PRODUCT);
  assert_int_equal(password_advise(span_str("joachim kiesel otter"), "jo@example.org", "testudo"), PASSWORD_FINE);
  assert_int_equal(password_advise(span_str("otter kiesel lampe"), "", ""), PASSWORD_FINE);
}

static void test_common(void **state)
{
  static const char *const common[] = {
    "password1234", "Password1234!", "P@ssw0rd2024!", "passwordpassword", "iloveyou123456",
    "welcome-welcome", "letmein letmein", "correcthorsebatterystaple", "Correct Horse", "adminadmin123",
    "Summer2025!!", "sunshine sunshine", "!!!Football2024", "thisismypassword", "trustno1trustno1", "superman batman",
    "changeme2026!", "passwort12345"};
  (void)state;
  for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
    advised(common[i], PASSWORD_COMMON);
}

static void test_list_is_sorted(void **state)
{
  (void)state;
  assert_in_range(common_words_n, 300, 5000);
  for (size_t i = 0; i < common_words_n; i++) {
    assert_in_range(strlen(common_words[i]), 3, 32);
    assert_true(i == 0 || strcmp(common_words[i - 1], common_words[i]) < 0);
    for (const char *c = common_words[i]; *c != '\0'; c++)
      assert_true((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9'));
  }
}

static void test_each_fault_has_words(void **state)
{
  (void)state;
  for (unsigned i = 0; i < PASSWORD_FAULTS; i++) {
    assert_true(strlen(password_fault_code((enum password_fault)i)) > 3);
    assert_true(strlen(password_fault_text((enum password_fault)i)) > 20);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_right_and_wrong),   cmocka_unit_test(test_default_cost),
    cmocka_unit_test(test_unknown_account),   cmocka_unit_test(test_unknown_account_takes_as_long),
    cmocka_unit_test(test_no_memory),         cmocka_unit_test(test_stale),
    cmocka_unit_test(test_length),            cmocka_unit_test(test_fine),
    cmocka_unit_test(test_short_counts_characters), cmocka_unit_test(test_long),
    cmocka_unit_test(test_not_text),          cmocka_unit_test(test_repeated),
    cmocka_unit_test(test_keyboard),          cmocka_unit_test(test_email_and_product),
    cmocka_unit_test(test_common),            cmocka_unit_test(test_list_is_sorted),
    cmocka_unit_test(test_each_fault_has_words),
  };
  return RUN_TESTS("auth_password", tests);
}
