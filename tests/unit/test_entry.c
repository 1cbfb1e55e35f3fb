/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web: entries, host links, browsers by their cookies, tokens, rates (A2, A3). */
#include "web_testing.h"

#include <stdio.h>

#include "web/entry.h"
#include "web/host_link.h"
#include "web/rate.h"

/* --- entries --- */

struct fixture {
  uint64_t count;
  struct random random;
  struct entries entries;
  struct entry_grant grant;
};

static int set_up(void **state)
{
  static struct fixture f;
  f = (struct fixture){.grant = {.browser = browser_number(1), .room = 7, .origin = 1, .name_n = 4, .name = "Anna"}};
  f.random = counting_random(&f.count);
  *state = &f;
  return entries_init(&f.entries, &f.random);
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  entries_fini(&f->entries);
  return 0;
}

static int take(struct fixture *f, uint64_t now_us, const struct entry_secrets *s, uint8_t browser, uint8_t origin)
{
  struct entry_grant grant;
  struct entry_secrets secrets;
  struct browser who = browser_number(browser);
  int err = entries_take(&f->entries, now_us, s->entry, &who, origin, &grant, &secrets);
  if (err == 0) {
    assert_int_equal(grant.room, 7);
    assert_memory_equal(grant.name, "Anna", 4);
    assert_memory_equal(secrets.codeword, s->codeword, SECRET_BYTES);
  }
  return err;
}

static void test_entry_works_once(void **state)
{
  struct fixture *f = *state;
  struct entry_secrets s;
  assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &s), 0);
  assert_int_equal(take(f, 1 * SECOND, &s, 1, 1), 0);
  assert_int_equal(take(f, 1 * SECOND, &s, 1, 1), ERR_NOT_FOUND);
}

/* Of who was put out a moment ago nobody comes in by an entry from before. */
static void test_withdrawn(void **state)
{
  struct fixture *f = *state;
  const struct uid id = {.b = {5}}, other = {.b = {6}}, none = {0};
  struct uid *places[] = {&f->grant.who.session, &f->grant.who.account, &f->grant.who.ticket};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    struct entry_secrets s;
    f->grant.who = (struct identity){0};
    *places[i] = id;
    assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &s), 0);
    entries_withdraw(&f->entries, &other);
    entries_withdraw(&f->entries, &none);
    assert_int_equal(f->entries.slab.used, 1);
    entries_withdraw(&f->entries, &id);
    assert_int_equal(f->entries.slab.used, 0);
    assert_int_equal(take(f, 1 * SECOND, &s, 1, 1), ERR_NOT_FOUND);
  }
}

static void test_entry_of_another(void **state)
{
  struct fixture *f = *state;
  struct entry_secrets s;
  assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &s), 0);
  assert_int_equal(take(f, 0, &s, 2, 1), ERR_AUTH);
  assert_int_equal(take(f, 0, &s, 1, 1), ERR_NOT_FOUND); /* burnt */
  assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &s), 0);
  assert_int_equal(take(f, 0, &s, 1, 0), ERR_AUTH);
}

static void test_entry_expires(void **state)
{
  struct fixture *f = *state;
  struct entry_secrets a, b;
  assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &a), 0);
  assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &b), 0);
  assert_int_equal(take(f, 10 * SECOND - 1, &a, 1, 1), 0);
  assert_int_equal(take(f, 10 * SECOND, &b, 1, 1), ERR_NOT_FOUND);
}

static void test_entries_are_bounded(void **state)
{
  struct fixture *f = *state;
  struct entry_secrets s;
  for (int i = 0; i < LIMIT_ENTRIES; i++)
    assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &s), 0);
  assert_int_equal(entries_issue(&f->entries, 0, &f->grant, &s), ERR_LIMIT);
  entries_tick(&f->entries, 10 * SECOND);
  assert_int_equal(entries_issue(&f->entries, 10 * SECOND, &f->grant, &s), 0);
  assert_int_equal(take(f, 11 * SECOND, &s, 1, 1), 0);
}

/* --- host links --- */

static void test_host_link_works_once(void **state)
{
  struct fixture *f = *state;
  struct host_link link = {0};
  char first[TOKEN_TEXT + 1], second[TOKEN_TEXT + 1];
  static const uint8_t zero[TOKEN_BYTES];
  char none[TOKEN_TEXT + 1];
  token_to_text(zero, sizeof zero, none);
  assert_int_equal(host_link_use(&link, span_str(none)), ERR_NOT_FOUND);
  host_link_renew(&link, &f->random, first);
  assert_int_equal(host_link_use(&link, span_str("")), ERR_NOT_FOUND);
  assert_int_equal(host_link_use(&link, span_of(first, TOKEN_TEXT - 1)), ERR_NOT_FOUND);
  assert_int_equal(host_link_use(&link, span_str(first)), 0);
  assert_int_equal(host_link_use(&link, span_str(first)), ERR_NOT_FOUND);
  host_link_renew(&link, &f->random, second);
  assert_int_equal(host_link_use(&link, span_str(first)), ERR_NOT_FOUND);
  assert_int_equal(host_link_use(&link, span_str(second)), 0);
}

/* --- browsers --- */

static void test_browser_is_found_again(void **state)
{
  struct fixture *f = *state;
  struct browser made, other, found;
  char secret[SECRET_TEXT + 1], text[256];
  browser_new(&f->random, secret, &made);
  static const char *const around[][2] = {{"", ""}, {"a=b; ", ""}, {"", "; x=y"}, {"a; ;", " ;b=" BROWSER_COOKIE}};
  for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
    struct writer w = writer_of(text, sizeof text);
    put_fmt(&w, "%s" BROWSER_COOKIE "=%s%s", around[i][0], secret, around[i][1]);
    assert_int_equal(browser_from_cookies(writer_span(&w), &found), 0);
    assert_true(browser_equal(&found, &made));
  }
  browser_new(&f->random, secret, &other);
  assert_false(browser_equal(&other, &made));
}

static void test_bad_cookies(void **state)
{
  struct fixture *f = *state;
  struct browser browser;
  char secret[SECRET_TEXT + 1], text[256];
  static const char *const none[] = {"", ";", " ", "x=y", "__host-testudo=x", "x" BROWSER_COOKIE "=x", BROWSER_COOKIE};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
    assert_int_equal(browser_from_cookies(span_str(none[i]), &browser), ERR_NOT_FOUND);
  static const char *const bad[] = {BROWSER_COOKIE "=", BROWSER_COOKIE "=AAAA", BROWSER_COOKIE "=\"x\""};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(browser_from_cookies(span_str(bad[i]), &browser), ERR_MALFORMED);
  browser_new(&f->random, secret, &browser);
  struct writer w = writer_of(text, sizeof text);
  put_fmt(&w, BROWSER_COOKIE "=%s; " BROWSER_COOKIE "=%s", secret, secret);
  assert_int_equal(browser_from_cookies(writer_span(&w), &browser), ERR_MALFORMED);
}

/* --- tokens --- */

static void test_tokens_are_canonical(void **state)
{
  struct fixture *f = *state;
  uint8_t bytes[TOKEN_BYTES], back[TOKEN_BYTES];
  char text[TOKEN_TEXT + 1];
  for (int i = 0; i < 100; i++) {
    random_fill(&f->random, bytes, sizeof bytes);
    token_to_text(bytes, sizeof bytes, text);
    assert_int_equal(strlen(text), TOKEN_TEXT);
    assert_int_equal(token_from_text(span_str(text), back, sizeof back), 0);
    assert_memory_equal(bytes, back, sizeof bytes);
  }
  static const char *const bad[] = {
    "", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", /* spare bits */
    "AAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAA+A", "AAAAAAAAAAAAAAAAAAAA/A", "AAAAAAAAAA AAAAAAAAAAAA",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(token_from_text(span_str(bad[i]), back, sizeof back), ERR_MALFORMED);
  for (unsigned b = 0x80; b <= 0xff; b++) { /* no letters, whatever a library takes them for */
    memset(text, 'A', TOKEN_TEXT);
    text[3] = (char)b;
    assert_int_equal(token_from_text(span_of(text, TOKEN_TEXT), back, sizeof back), ERR_MALFORMED);
  }
}

/* --- rates --- */

static void test_bucket(void **state)
{
  (void)state;
  const struct rate rate = {.burst = 3, .per_second = 2};
  struct rate_bucket b = {0};
  uint64_t now = 1000 * SECOND;
  for (int i = 0; i < 3; i++)
    assert_true(rate_take(&b, rate, now));
  assert_false(rate_take(&b, rate, now));
  assert_false(rate_take(&b, rate, now + SECOND / 2 - 1));
  assert_true(rate_take(&b, rate, now + SECOND / 2));
  assert_false(rate_take(&b, rate, now + SECOND / 2));
  now += 3600 * SECOND;
  for (int i = 0; i < 3; i++)
    assert_true(rate_take(&b, rate, now));
  assert_false(rate_take(&b, rate, now));
}

static void test_rates_by_address(void **state)
{
  struct fixture *f = *state;
  static struct rate_table t;
  struct net_addr a, b, same_network;
  const struct rate rate = {.burst = 1, .per_second = 1};
  rate_table_init(&t, &f->random);
  assert_int_equal(net_addr_parse("2001:db8::1", 5, &a), 0);
  assert_int_equal(net_addr_parse("2001:db8::2:3", 6, &same_network), 0);
  assert_int_equal(net_addr_parse("192.0.2.1", 5, &b), 0);
  assert_true(rate_table_take(&t, &a, rate, 0));
  assert_false(rate_table_take(&t, &same_network, rate, 0));
  assert_true(rate_table_take(&t, &b, rate, 0));
  assert_true(rate_table_hold(&t, &a, 2));
  assert_true(rate_table_hold(&t, &same_network, 2));
  assert_false(rate_table_hold(&t, &a, 2));
  rate_table_release(&t, &a);
  assert_true(rate_table_hold(&t, &a, 2));
}

#define WITH_ENTRIES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_ENTRIES(test_entry_works_once),       WITH_ENTRIES(test_entry_of_another),
    WITH_ENTRIES(test_withdrawn),
    WITH_ENTRIES(test_entry_expires),          WITH_ENTRIES(test_entries_are_bounded),
    WITH_ENTRIES(test_host_link_works_once),   WITH_ENTRIES(test_browser_is_found_again),
    WITH_ENTRIES(test_bad_cookies),            WITH_ENTRIES(test_tokens_are_canonical),
    cmocka_unit_test(test_bucket),             WITH_ENTRIES(test_rates_by_address),
  };
  return RUN_TESTS("entry", tests);
}
