/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth/guard.c: attackers are slowed, owners are not locked out (A8); hours pass in virtual time. */
#include "auth_testing.h"

#include <stdio.h>

#include "auth/guard.h"

struct fixture {
  uint64_t count;
  struct random random;
  struct guard *guard;
};

static int set_up(void **state)
{
  static struct fixture f;
  f.random = counting_random(&f.count);
  *state = &f;
  return guard_new(&f.guard, &f.random);
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  guard_free(f->guard);
  return 0;
}

static struct net_addr address(const char *ip)
{
  struct net_addr a;
  assert_int_equal(net_addr_parse(ip, 0, &a), 0);
  return a;
}

/* The number-th of many networks of their own. */
static struct net_addr network(uint32_t number)
{
  return (struct net_addr){
    .family = 4, .ip = {(uint8_t)(16 + (number >> 16)), (uint8_t)(number >> 8), (uint8_t)number, 1}};
}

static struct guard_try stranger(enum guard_kind kind, const char *account, struct net_addr from)
{
  return (struct guard_try){.kind = kind, .account = account, .from = from};
}

static struct guard_try known(enum guard_kind kind, const char *account, struct net_addr from)
{
  return (struct guard_try){.kind = kind, .account = account, .from = from, .known = true, .device = {7}};
}

static int ask(struct fixture *f, struct guard_try t, uint64_t now_us)
{
  return guard_ask(f->guard, &t, now_us, NULL, NULL);
}

static void succeed(struct fixture *f, struct guard_try t, uint64_t now_us)
{
  guard_succeeded(f->guard, &t, now_us);
}

static enum guard_gate gate(struct fixture *f, struct guard_try t, uint64_t now_us, uint64_t *wait_us)
{
  enum guard_gate shut;
  (void)guard_ask(f->guard, &t, now_us, &shut, wait_us);
  return shut;
}

static void test_waits_double(void **state)
{
  struct fixture *f = *state;
  struct guard_try t = stranger(GUARD_PASSWORD, "anna@example.org", address("192.0.2.1"));
  static const uint64_t waits[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900};
  uint64_t now = SECOND, wait;
  assert_int_equal(ask(f, t, now), 0);
  assert_int_equal(ask(f, t, now), 0);
  for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
    assert_int_equal(ask(f, t, now), 0);
    assert_int_equal(gate(f, t, now, &wait), GATE_PAIR);
    assert_int_equal(wait, waits[i] * SECOND);
    assert_int_equal(ask(f, t, now + wait - 1), ERR_REFUSED);
    now += wait; /* a refused try has not made the wait longer */
  }
}

static void test_success_starts_anew(void **state)
{
  struct fixture *f = *state;
  struct guard_try t = stranger(GUARD_PASSWORD, "anna@example.org", address("192.0.2.1"));
  for (int day = 0; day < 1000; day++) {
    assert_int_equal(ask(f, t, SECOND), 0);
    assert_int_equal(ask(f, t, SECOND), 0);
    succeed(f, t, SECOND);
    succeed(f, t, SECOND); /* both were right: nothing is left of them in any budget */
  }
}

static void test_success_gives_back_once(void **state)
{
  struct fixture *f = *state;
  struct guard_try own = stranger(GUARD_PASSWORD, "mallory@example.org", address("192.0.2.1"));
  uint64_t now = SECOND;
  unsigned tries = 0;
  for (uint32_t i = 0; i < 1000; i++) { /* signs in to an own account between guesses at others */
    char account[32];
    (void)snprintf(account, sizeof account, "user%u@example.org", i);
    tries += ask(f, stranger(GUARD_PASSWORD, account, own.from), now) == 0;
    if (ask(f, own, now) == 0)
      succeed(f, own, now);
    now += SECOND / 8;
  }
  assert_in_range(tries, 100, 100 + 125 / 6 + 2); /* the prefix's budget, as without the own account */
}

static void test_prefixes(void **state)
{
  struct fixture *f = *state;
  for (int i = 0; i < 3; i++)
    assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "a@b.cd", address("192.0.2.1")), SECOND), 0);
  assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "a@b.cd", address("192.0.2.200")), SECOND), ERR_REFUSED);
  assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "a@b.cd", address("192.0.3.1")), SECOND), 0);
  for (int i = 0; i < 3; i++)
    assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "a@b.cd", address("2001:db8:0:1200::1")), SECOND), 0);
  assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "a@b.cd", address("2001:db8:0:12ff:5::9")), SECOND), ERR_REFUSED);
  assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "a@b.cd", address("2001:db8:0:1300::1")), SECOND), 0);
  assert_int_equal(ask(f, stranger(GUARD_SECOND, "a@b.cd", address("192.0.2.1")), SECOND), 0);
}

/* One password, many accounts, one network. */
static void test_spraying_from_one_place(void **state)
{
  struct fixture *f = *state;
  unsigned passed = 0;
  char account[32];
  for (uint32_t i = 0; i < 36000; i++) { /* ten a second for an hour */
    (void)snprintf(account, sizeof account, "user%u@example.org", i);
    passed += ask(f, stranger(GUARD_PASSWORD, account, address("192.0.2.1")), SECOND + i * (SECOND / 10)) == 0;
  }
  assert_in_range(passed, 600, 100 + 600 + 1);
  assert_true(guard_refused(f->guard, GATE_PREFIX) > 30000);
}

/* Many accounts from many networks: the server's budget holds, and a known device does not feel it. */
static void test_spraying_from_a_botnet(void **state)
{
  struct fixture *f = *state;
  unsigned passed = 0, seconds = 600;
  char account[32];
  for (uint32_t i = 0; i < 100 * seconds; i++) {
    uint64_t now = SECOND + i * (SECOND / 100);
    (void)snprintf(account, sizeof account, "user%u@example.org", i % 5000);
    passed += ask(f, stranger(GUARD_PASSWORD, account, network(i)), now) == 0;
    if (i % 1000 == 999) {
      struct guard_try owner = known(GUARD_PASSWORD, account, address("198.51.100.1"));
      assert_int_equal(ask(f, owner, now), 0);
      succeed(f, owner, now);
    }
  }
  assert_in_range(passed, 3 * seconds, 40 + 3 * seconds + 1);
}

/* One account from many networks for a day: the account's budget holds. */
static void test_guessing_at_one_account(void **state)
{
  struct fixture *f = *state;
  unsigned passed = 0;
  for (uint32_t i = 0; i < 24 * 3600; i++)
    passed += ask(f, stranger(GUARD_PASSWORD, "anna@example.org", network(i)), (i + 1) * SECOND) == 0;
  assert_in_range(passed, 1200, 50 + 1200 + 1);
}

/* The attacker wants the owner locked out, and sits in many networks and in the owner's own as well. */
static void test_owner_is_not_locked_out(void **state)
{
  struct fixture *f = *state;
  const char *anna = "anna@example.org";
  struct net_addr home = address("203.0.113.9");
  for (uint32_t i = 0; i < 6 * 3600; i++) {
    uint64_t now = (i + 1) * SECOND;
    (void)ask(f, stranger(GUARD_PASSWORD, anna, network(i)), now);
    (void)ask(f, stranger(GUARD_PASSWORD, anna, home), now);
    if (i % 600 != 599)
      continue;
    assert_int_equal(ask(f, stranger(GUARD_PASSWORD, anna, home), now), ERR_REFUSED);
    assert_int_equal(ask(f, known(GUARD_PASSWORD, anna, home), now), 0); /* the own laptop: even after a typing error */
    assert_int_equal(ask(f, known(GUARD_PASSWORD, anna, home), now), 0);
    succeed(f, known(GUARD_PASSWORD, anna, home), now);
    struct guard_try mail = stranger(GUARD_EMAIL, anna, network(900000 + i)), code = mail; /* a new telephone elsewhere */
    code.kind = GUARD_CODE;
    assert_int_equal(ask(f, mail, now), 0);
    assert_int_equal(ask(f, code, now), 0);
    succeed(f, code, now);
  }
}

/* The same by spraying from the owner's own network: a school, a company, one of a provider's shared addresses. */
static void test_owner_among_sprayers(void **state)
{
  struct fixture *f = *state;
  struct guard_try owner = known(GUARD_PASSWORD, "anna@example.org", address("192.0.2.77"));
  char account[32];
  for (uint32_t i = 0; i < 3600; i++) {
    uint64_t now = (i + 1) * SECOND;
    (void)snprintf(account, sizeof account, "user%u@example.org", i);
    (void)ask(f, stranger(GUARD_PASSWORD, account, address("192.0.2.1")), now);
    if (i % 60 != 59)
      continue;
    assert_int_equal(ask(f, owner, now), 0);
    succeed(f, owner, now);
  }
  assert_true(guard_refused(f->guard, GATE_PREFIX) > 2000);
}

/* The token is for one account: it opens nothing at another, and guessing with it is slow. */
static void test_a_known_device_is_slowed_too(void **state)
{
  struct fixture *f = *state;
  unsigned passed = 0;
  for (uint32_t i = 0; i < 24 * 3600; i++)
    passed += ask(f, known(GUARD_PASSWORD, "anna@example.org", network(i)), (i + 1) * SECOND) == 0;
  assert_in_range(passed, 90, 120);
}

/* Mallory signs in again and again to an own account, gets a thousand tokens, and tries with all of them to use up what the
 * server has for known devices. */
static void test_many_tokens_of_one_account(void **state)
{
  struct fixture *f = *state;
  struct guard_try mallory = known(GUARD_PASSWORD, "mallory@example.org", address("192.0.2.1"));
  struct guard_try owner = known(GUARD_PASSWORD, "anna@example.org", address("203.0.113.9"));
  unsigned passed = 0;
  for (uint32_t i = 0; i < 60000; i++) { /* a hundred a second for ten minutes */
    uint64_t now = SECOND + i * (SECOND / 100);
    memcpy(mallory.device, &i, sizeof i);
    passed += ask(f, mallory, now) == 0;
    if (i % 100 != 99)
      continue;
    assert_int_equal(ask(f, owner, now), 0);
    succeed(f, owner, now);
  }
  assert_in_range(passed, 10, 21);
}

/* A thief has one device of the owner's, and guesses there; the other one is not kept out by that. */
static void test_a_stolen_device(void **state)
{
  struct fixture *f = *state;
  struct guard_try thief = known(GUARD_PASSWORD, "anna@example.org", address("192.0.2.1")), owner = thief;
  owner.device[0] = 8;
  for (uint32_t i = 0; i < 6 * 3600; i++) {
    uint64_t now = (i + 1) * SECOND;
    (void)ask(f, thief, now);
    if (i % 600 != 599)
      continue;
    assert_int_equal(ask(f, owner, now), 0);
    assert_int_equal(ask(f, owner, now), 0);
    succeed(f, owner, now);
  }
}

/* What known devices do wrong is not charged to strangers of their network. */
static void test_known_devices_cost_strangers_nothing(void **state)
{
  struct fixture *f = *state;
  char account[32];
  for (uint32_t i = 0; i < 1000; i++) {
    (void)snprintf(account, sizeof account, "user%u@example.org", i);
    assert_int_equal(ask(f, known(GUARD_PASSWORD, account, address("192.0.2.1")), SECOND + i * (SECOND / 2)), 0);
  }
  for (int i = 0; i < 3; i++)
    assert_int_equal(ask(f, stranger(GUARD_PASSWORD, "user0@example.org", address("192.0.2.1")), 501 * SECOND), 0);
}

static void test_many_at_the_same_time(void **state)
{
  struct fixture *f = *state;
  unsigned passed = 0;
  for (uint32_t i = 0; i < 1000; i++)
    passed += ask(f, stranger(GUARD_PASSWORD, "anna@example.org", address("192.0.2.1")), SECOND) == 0;
  assert_int_equal(passed, 3);
}

/* A school: 100 people of one network sign in at the same time, and again an hour later. */
static void test_a_school_gets_in(void **state)
{
  struct fixture *f = *state;
  char account[32];
  for (uint32_t i = 0; i < 400; i++) {
    uint64_t now = SECOND + i / 100 * HOUR + i % 100 * (SECOND / 8);
    (void)snprintf(account, sizeof account, "pupil%u@example.org", i % 100);
    struct guard_try t = stranger(GUARD_PASSWORD, account, address("192.0.2.1"));
    assert_int_equal(ask(f, t, now), 0);
    succeed(f, t, now);
  }
}

/* All pupils have typed their names wrongly: whoever waits as told gets in. */
static void test_who_waits_gets_in(void **state)
{
  struct fixture *f = *state;
  struct guard_try t = stranger(GUARD_PASSWORD, "pupil@example.org", address("192.0.2.1"));
  uint64_t wait;
  char account[32];
  for (uint32_t i = 0; i < 200; i++) {
    (void)snprintf(account, sizeof account, "wrong%u@example.org", i);
    (void)ask(f, stranger(GUARD_PASSWORD, account, t.from), SECOND + i * (SECOND / 8));
  }
  assert_int_equal(gate(f, t, 26 * SECOND, &wait), GATE_PREFIX);
  assert_in_range(wait, 1, 6 * SECOND);
  assert_int_equal(ask(f, t, 26 * SECOND + wait), 0);
}

/* Filling the memory with other accounts does not give accounts in their wait a fresh budget. */
static void test_flooding_does_not_forget_the_worst(void **state)
{
  struct fixture *f = *state;
  uint64_t now = SECOND;
  unsigned passed = 0;
  char account[32];
  for (uint32_t i = 0; i < 8 * 50; i++, now += SECOND / 3) {
    (void)snprintf(account, sizeof account, "victim%u@example.org", i % 8);
    assert_int_equal(ask(f, stranger(GUARD_PASSWORD, account, network(i)), now), 0);
  }
  for (uint32_t i = 0; i < 5400; i++, now += SECOND / 3) { /* half an hour, as fast as the server lets strangers */
    (void)snprintf(account, sizeof account, "user%u@example.org", i);
    assert_int_equal(ask(f, stranger(GUARD_PASSWORD, account, network(1000 + i)), now), 0);
  }
  for (uint32_t i = 0; i < 8 * 50; i++, now += SECOND / 3) {
    (void)snprintf(account, sizeof account, "victim%u@example.org", i % 8);
    passed += ask(f, stranger(GUARD_PASSWORD, account, network(10000 + i)), now) == 0;
  }
  assert_in_range(passed, 8 * 25, 8 * 30); /* what the time has given back, not eight times 50 */
}

static void test_messages_cost_for_good(void **state)
{
  struct fixture *f = *state;
  unsigned mails = 0, texts = 0;
  for (uint32_t i = 0; i < 24 * 360; i++) {
    mails += ask(f, stranger(GUARD_EMAIL, "anna@example.org", network(i)), (i + 1) * 10 * SECOND) == 0;
    texts += ask(f, stranger(GUARD_SMS, "+4915112345678", network(i)), (i + 1) * 10 * SECOND) == 0;
  }
  assert_in_range(mails, 288, 30 + 288 + 1); /* a mailbox, from however many networks */
  assert_in_range(texts, 48, 5 + 48 + 1);
}

#define GUARD_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    GUARD_TEST(test_waits_double),
    GUARD_TEST(test_success_starts_anew),
    GUARD_TEST(test_success_gives_back_once),
    GUARD_TEST(test_prefixes),
    GUARD_TEST(test_spraying_from_one_place),
    GUARD_TEST(test_spraying_from_a_botnet),
    GUARD_TEST(test_guessing_at_one_account),
    GUARD_TEST(test_owner_is_not_locked_out),
    GUARD_TEST(test_owner_among_sprayers),
    GUARD_TEST(test_a_known_device_is_slowed_too),
    GUARD_TEST(test_many_tokens_of_one_account),
    GUARD_TEST(test_a_stolen_device),
    GUARD_TEST(test_known_devices_cost_strangers_nothing),
    GUARD_TEST(test_many_at_the_same_time),
    GUARD_TEST(test_a_school_gets_in),
    GUARD_TEST(test_who_waits_gets_in),
    GUARD_TEST(test_flooding_does_not_forget_the_worst),
    GUARD_TEST(test_messages_cost_for_good),
  };
  return RUN_TESTS("auth_guard", tests);
}
