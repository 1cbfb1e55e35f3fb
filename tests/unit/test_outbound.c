/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/outbound without curl: what a mail and an SMS look like, where requests may go, and how long what waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "cli/mailbox.h"
#include "outbound/fetch.h"
#include "outbound/jobs.h"
#include "outbound/mail.h"
#include "outbound/sms.h"
#include "outbound/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* --- addresses --- */

static void test_addresses(void **state)
{
  (void)state;
  static const char *const good[] = {"a@b", "ada.lovelace@example.org", "a+b_c=d@x-y.example.co", "0@1.2"};
  static const char *const bad[] = {
    "",           "a",           "@b",        "a@",         "a@b@c",      ".a@b",       "a.@b",      "a..b@c",
    "a@.b",       "a@b.",        "a@b..c",    "a@-b",       "a@b-",       "a@b-.c",     "a@b.-c",    "a b@c",
    "a@b c",      "a@b\r\nX: y", "a\n@b",     "<a@b>",      "a@[1.2.3.4]", "\"a\"@b",   "\xc3\xa4@b", "a@\xc3\xa4",
    "a@b_c",      "a,b@c",       "a@b,c@d",   "a@b;c",      "a(c)@b",     "a@b>",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b",
    "a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
  };
  for (size_t i = 0; i < COUNT(good); i++)
    assert_true(mailbox_is_address(span_str(good[i])));
  for (size_t i = 0; i < COUNT(bad); i++)
    if (mailbox_is_address(span_str(bad[i])))
      fail_msg("taken for an address: %s", bad[i]);
  assert_false(mailbox_is_address(span_of("a\0@b", 4)));
}

static void test_mailboxes(void **state)
{
  (void)state;
  struct span name, address;
  assert_int_equal(mailbox_parse(span_str("Ada L. <a@b>"), &name, &address), 0);
  assert_true(span_equal(name, span_str("Ada L.")) && span_equal(address, span_str("a@b")));
  assert_int_equal(mailbox_parse(span_str(" a@b "), &name, &address), 0);
  assert_true(name.n == 0 && span_equal(address, span_str("a@b")));
  assert_int_equal(mailbox_parse(span_str("Ada <a@b> x"), &name, &address), ERR_MALFORMED);
  assert_int_equal(mailbox_parse(span_str("Ada <<a@b>>"), &name, &address), ERR_MALFORMED);
  assert_int_equal(mailbox_parse(span_str("Ada <"), &name, &address), ERR_MALFORMED);
  assert_int_equal(mailbox_parse(span_str(""), &name, &address), ERR_MALFORMED);
}

/* --- text --- */

static void test_utf8(void **state)
{
  (void)state;
  static const char *const good[] = {"", "a", "\xc2\xa0", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"};
  static const char *const bad[] = {
    "\x80", "\xc3", "\xc3(", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe2\x82", "\xed\xa0\x80", "\xf0\x80\x80\x80",
    "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "a\nb", "a\rb", "a\tb", "a\x7f", "\xc2\x85", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\x1b[31m",
  };
  for (size_t i = 0; i < COUNT(good); i++)
    assert_true(text_is_line(span_str(good[i])));
  for (size_t i = 0; i < COUNT(bad); i++)
    if (text_is_line(span_str(bad[i])))
      fail_msg("case %zu is taken for a line", i);
  assert_false(text_is_lines(span_of("a\0b", 3)));
  assert_true(text_is_lines(span_str("a\r\n\tb\n")));
  assert_false(text_is_lines(span_str("a\x1b")));
}

/* --- mail --- */

static char composed[MAIL_BYTES + 1];

static struct mail a_mail(void)
{
  return (struct mail){.from = span_str("meet@example.org"), .to = span_str("ada@example.com"),
                       .subject = span_str("Hello"), .text = span_str("Hi\n"), .date = 1764000000};
}

static int compose(const struct mail *m)
{
  struct writer w = writer_of(composed, sizeof composed - 1);
  int err = mail_compose(m, &w);
  composed[w.n] = '\0';
  return err;
}

static void test_mail_is_composed(void **state)
{
  (void)state;
  struct mail m = a_mail();
  assert_int_equal(compose(&m), 0);
  assert_string_equal(composed,
                      "Date: Mon, 24 Nov 2025 16:00:00 +0000\r\n"
                      "From: <meet@example.org>\r\n"
                      "To: <ada@example.com>\r\n"
                      "Subject: Hello\r\n"
                      "Message-ID: <00000000000000000000000000000000@example.org>\r\n"
                      "MIME-Version: 1.0\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: base64\r\n"
                      "Auto-Submitted: auto-generated\r\n"
                      "\r\n"
                      "SGkNCg==\r\n");
}

static void test_names_and_subjects_are_encoded(void **state)
{
  (void)state;
  struct mail m = a_mail();
  m.from_name = span_str("Ada \"the\\first\"");
  m.to_name = span_str("Zo\xc3\xab");
  m.subject = span_str("=?UTF-8?Q?x?=");
  assert_int_equal(compose(&m), 0);
  assert_non_null(strstr(composed, "\r\nFrom: \"Ada \\\"the\\\\first\\\"\"\r\n <meet@example.org>\r\n"));
  assert_non_null(strstr(composed, "\r\nTo: =?UTF-8?B?Wm/Dqw==?=\r\n <ada@example.com>\r\n"));
  assert_non_null(strstr(composed, "\r\nSubject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n"));
}

/* RFC 2047, section 5: no character is cut, and RFC 5322, section 2.1.1: no line is long. */
static void test_long_subjects_are_folded_between_characters(void **state)
{
  (void)state;
  char subject[LIMIT_MAIL_SUBJECT + 1] = "x";
  for (size_t i = 1; i + 4 < sizeof subject; i += 4)
    memcpy(subject + i, "\xf0\x9f\x98\x80", 5);
  struct mail m = a_mail();
  m.subject = span_str(subject);
  assert_int_equal(compose(&m), 0);
  size_t words = 0;
  for (const char *line = composed; *line != '\0'; line = strstr(line, "\r\n") + 2) {
    assert_true(strcspn(line, "\r") <= 76);
    words += strstr(line, "=?UTF-8?B?") != NULL && strcspn(line, "\r") > (size_t)(strstr(line, "=?") - line);
  }
  assert_int_equal(words, 7); /* 37 bytes in the first: one of x and nine of four; then 36 each */
  assert_non_null(strstr(composed, "Subject: =?UTF-8?B?ePCfmIDwn5iA8J+YgPCfmIDwn5iA8J+YgPCfmIDwn5iA8J+YgA==?=\r\n =?"));
}

static void test_text_has_its_line_ends(void **state)
{
  (void)state;
  static const struct {
    const char *text, *encoded;
  } cases[] = {
    {"", "\r\n\r\n"}, {"a\nb", "\r\n\r\nYQ0KYg==\r\n"}, {"a\r\nb", "\r\n\r\nYQ0KYg==\r\n"},
    {"\n\n", "\r\n\r\nDQoNCg==\r\n"}, {"a\r", "\r\n\r\nYQ==\r\n"},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct mail m = a_mail();
    m.text = span_str(cases[i].text);
    assert_int_equal(compose(&m), 0);
    assert_string_equal(strstr(composed, "\r\n\r\n"), cases[i].encoded);
  }
}

/* The largest that web may ask for fits; what does not fit is an error. */
static void test_largest_mail(void **state)
{
  (void)state;
  static char text[LIMIT_MAIL_TEXT];
  struct mail m = a_mail();
  memset(text, '\n', sizeof text);
  m.text = span_of(text, sizeof text);
  assert_int_equal(compose(&m), 0);
  for (const char *line = composed; *line != '\0'; line = strstr(line, "\r\n") + 2)
    assert_true(strcspn(line, "\r") <= 76);
  struct writer w = writer_of(composed, 200);
  assert_int_equal(mail_compose(&m, &w), ERR_LIMIT);
}

static void test_no_header_is_injected(void **state)
{
  (void)state;
  static const char *const lines[] = {"a\r\nBcc: e@f", "a\nBcc: e@f", "a\rBcc: e@f", "a\xe2\x80\xa8-", "\xff"};
  for (size_t i = 0; i < COUNT(lines); i++) {
    struct mail m = a_mail();
    m.subject = span_str(lines[i]);
    assert_int_equal(compose(&m), ERR_MALFORMED);
    m = a_mail();
    m.to_name = span_str(lines[i]);
    assert_int_equal(compose(&m), ERR_MALFORMED);
    m = a_mail();
    m.from_name = span_str(lines[i]);
    assert_int_equal(compose(&m), ERR_MALFORMED);
    m = a_mail();
    m.to = span_str(lines[i]);
    assert_int_equal(compose(&m), ERR_MALFORMED);
  }
  struct mail m = a_mail();
  m.text = span_of("a\0", 2);
  assert_int_equal(compose(&m), ERR_MALFORMED);
}

/* --- SMS --- */

static void test_sms(void **state)
{
  (void)state;
  char body[256] = {0}, signature[SMS_SIGNATURE];
  struct writer w = writer_of(body, sizeof body - 1);
  assert_int_equal(sms_compose(span_str("+4930123456"), span_str("a\"b\\c\n\xc3\xa4"), &w), 0);
  assert_string_equal(body, "{\"to\":\"+4930123456\",\"text\":\"a\\\"b\\\\c\\u000a\xc3\xa4\"}");
  /* printf '1764000000.{}' | openssl dgst -sha256 -hmac key */
  sms_sign(span_str("key"), 1764000000, span_str("{}"), signature);
  assert_string_equal(signature,
                      "t=1764000000,v1=135a1a8c79ff2a07661486422c8068924d01c7a70da314a29ce512bc61231899");
  static const char *const bad[] = {"", "+", "4930123456", "+0930123456", "+49301", "+4930123456789012", "+49 3012345",
                                    "+4930123456\n", "+493012345x"};
  for (size_t i = 0; i < COUNT(bad); i++) {
    w = writer_of(body, sizeof body - 1);
    assert_int_equal(sms_compose(span_str(bad[i]), span_str("x"), &w), ERR_MALFORMED);
  }
  w = writer_of(body, sizeof body - 1);
  assert_int_equal(sms_compose(span_str("+4930123456"), span_str("\xff"), &w), ERR_MALFORMED);
}

/* --- where requests go --- */

static void test_hosts_of_urls(void **state)
{
  (void)state;
  static const struct {
    const char *url, *host;
  } good[] = {
    {"https://a.example", "a.example:443"},       {"https://A.Example/x", "a.example:443"},
    {"https://a.example:8443/x?y=z", "a.example:8443"}, {"https://a.example?y", "a.example:443"},
    {"https://a.example:443", "a.example:443"},   {"https://[2001:DB8::1]:7/", "[2001:db8::1]:7"},
    {"https://192.0.2.1/", "192.0.2.1:443"},
  };
  static const char *const bad[] = {
    "", "https://", "https:///x", "http://a", "HTTPS://a", "//a", "https:a", "https://a@b", "https://a:b@c/",
    "https://a#b", "https://a\\b", "https://a b", "https://a\r\n", "https://a:", "https://a:0", "https://a:65536",
    "https://a:+1", "https://a:1:2", "https://.a", "https://a.", "https://a..b", "https://a_b", "https://%61",
    "https://\xc3\xa4", "https://[::1", "https://[::1]x", "https://[]", "https://[1.2.3.4]", "https://[::1%25lo]",
    "https://a,b", "ftp://a", "file:///etc/passwd",
  };
  char host[FETCH_HOST];
  for (size_t i = 0; i < COUNT(good); i++) {
    assert_int_equal(fetch_host_of(span_str(good[i].url), host), 0);
    assert_string_equal(host, good[i].host);
  }
  for (size_t i = 0; i < COUNT(bad); i++)
    if (fetch_host_of(span_str(bad[i]), host) == 0)
      fail_msg("read as %s: %s", host, bad[i]);
  char name[8 + 254 + 1] = "https://", longest[LIMIT_URL + 2];
  memset(name + 8, 'a', 254);
  assert_int_equal(fetch_host_of(span_of(name, 8 + 254), host), ERR_MALFORMED); /* no name is so long */
  assert_int_equal(fetch_host_of(span_of(name, 8 + 253), host), 0);
  assert_int_equal(strlen(host), 253 + 4); /* with the whole port */
  memset(longest, 'a', sizeof longest);
  memcpy(longest, "https://", 8);
  assert_int_equal(fetch_host_of(span_of(longest, sizeof longest - 1), host), ERR_MALFORMED);
}

static struct fetch_hosts two_issuers(void)
{
  static struct config config;
  struct fetch_hosts h;
  memset(&config, 0, sizeof config);
  strcpy(config.oidc_issuer[0], "https://one.example");
  strcpy(config.oidc_issuer[1], "https://two.example/tenant/");
  assert_int_equal(fetch_hosts_init(&h, &config), 0);
  return h;
}

#define WELL_KNOWN "/.well-known/openid-configuration"

static void test_metadata_add_hosts(void **state)
{
  (void)state;
  struct fetch_hosts h = two_issuers();
  const struct span key_url = span_str("https://keys.example/k"), one = span_str("https://one.example" WELL_KNOWN);
  assert_true(fetch_is_allowed(&h, one));
  assert_false(fetch_is_allowed(&h, span_str("https://one.example:444/")));
  assert_false(fetch_is_allowed(&h, key_url));
  fetch_learn(&h, one, span_str("{\"issuer\":\"https://one.example\",\"jwks_uri\":\"https://keys.example/k\","
                                "\"token_endpoint\":\"http://plain.example/\",\"userinfo_endpoint\":7}"));
  assert_true(fetch_is_allowed(&h, key_url));
  assert_false(fetch_is_allowed(&h, span_str("https://plain.example/")));
  fetch_learn(&h, one, span_str("{\"issuer\":\"https://one.example\"}")); /* they have moved */
  assert_false(fetch_is_allowed(&h, key_url));
  fetch_learn(&h, span_str("https://two.example/tenant" WELL_KNOWN),
              span_str("{\"issuer\":\"https://two.example/tenant/\",\"token_endpoint\":\"https://keys.example\"}"));
  assert_true(fetch_is_allowed(&h, key_url));
}

/* Only the issuer's own metadata, from their place, count (mix-up). */
static void test_metadata_of_others_add_none(void **state)
{
  (void)state;
  static const char *const bodies[] = {
    "{\"issuer\":\"https://two.example/tenant/\",\"jwks_uri\":\"https://keys.example\"}",
    "{\"jwks_uri\":\"https://keys.example\"}",
    "{\"issuer\":\"https://one.example\",\"issuer\":\"https://one.example\",\"jwks_uri\":\"https://keys.example\"}",
    "{\"issuer\":\"https://one.example\",\"registration_endpoint\":\"https://keys.example\"}",
    "[\"https://one.example\"]", "{", "",
  };
  const struct span key_url = span_str("https://keys.example/");
  for (size_t i = 0; i < COUNT(bodies); i++) {
    struct fetch_hosts h = two_issuers();
    fetch_learn(&h, span_str("https://one.example" WELL_KNOWN), span_str(bodies[i]));
    assert_false(fetch_is_allowed(&h, key_url));
  }
  static const char *const elsewhere[] = {"https://one.example/x" WELL_KNOWN, "https://one.example" WELL_KNOWN "?x",
                                          "https://two.example" WELL_KNOWN, "https://one.example/"};
  for (size_t i = 0; i < COUNT(elsewhere); i++) {
    struct fetch_hosts h = two_issuers();
    fetch_learn(&h, span_str(elsewhere[i]),
                span_str("{\"issuer\":\"https://one.example\",\"jwks_uri\":\"https://keys.example\"}"));
    assert_false(fetch_is_allowed(&h, key_url));
  }
}

static void test_private_addresses(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::7f00:1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "2001::1",
    "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b::127.0.0.1", "64:ff9b:1::1", "100::1", "3fff::1", "5f00::1",
  };
  static const char *const good[] = {
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
    "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860::1",
    "64:ff9b::808:808", "::ffff:1.1.1.1",
  };
  struct net_addr a;
  for (size_t i = 0; i < COUNT(bad); i++) {
    assert_int_equal(net_addr_parse(bad[i], 443, &a), 0);
    if (fetch_address_is_public(&a))
      fail_msg("taken for public: %s", bad[i]);
  }
  for (size_t i = 0; i < COUNT(good); i++) {
    assert_int_equal(net_addr_parse(good[i], 443, &a), 0);
    if (!fetch_address_is_public(&a))
      fail_msg("not taken for public: %s", good[i]);
  }
}

/* --- the queue --- */

static struct jobs jobs;

static struct job *add(enum job_kind kind, uint32_t id, uint64_t now_us)
{
  struct job *job = NULL;
  assert_int_equal(jobs_add(&jobs, kind, id, span_str("message"), now_us, &job), 0);
  return job;
}

static void test_first_come_first_served(void **state)
{
  (void)state;
  assert_int_equal(jobs_init(&jobs), 0);
  assert_true(jobs_due_us(&jobs) == UINT64_MAX);
  assert_null(jobs_start_next(&jobs, 1000));
  for (uint32_t id = 1; id <= LIMIT_OUTBOUND_RUNNING + 1; id++)
    (void)add(JOB_MAIL, id, 1000);
  struct job *first = NULL;
  for (uint32_t id = 1; id <= LIMIT_OUTBOUND_RUNNING; id++) {
    struct job *job = jobs_start_next(&jobs, 1000);
    assert_non_null(job);
    assert_int_equal(job->id, id);
    first = id == 1 ? job : first;
  }
  assert_null(jobs_start_next(&jobs, 1000)); /* as many as may run at once */
  assert_true(jobs_due_us(&jobs) == UINT64_MAX);
  (void)add(JOB_FETCH, 99, 1000); /* which do not hinder the other kinds */
  assert_int_equal(jobs_start_next(&jobs, 1000)->id, 99);
  jobs_end(&jobs, first);
  assert_true(jobs_due_us(&jobs) == 1000);
  assert_int_equal(jobs_start_next(&jobs, 1000)->id, LIMIT_OUTBOUND_RUNNING + 1);
  jobs_fini(&jobs);
}

static void test_mail_is_tried_again_with_growing_pauses(void **state)
{
  (void)state;
  uint64_t now = 5000;
  assert_int_equal(jobs_init(&jobs), 0);
  struct job *job = add(JOB_MAIL, 1, now);
  for (unsigned i = 1; i < JOBS_MAIL_TRIES; i++) {
    assert_ptr_equal(jobs_start_next(&jobs, now), job);
    assert_true(jobs_try_again(&jobs, job, now));
    uint64_t due = now + (JOBS_FIRST_PAUSE_US << (i - 1));
    assert_true(jobs_due_us(&jobs) == due);
    assert_null(jobs_start_next(&jobs, due - 1));
    now = due;
  }
  assert_ptr_equal(jobs_start_next(&jobs, now), job);
  assert_false(jobs_try_again(&jobs, job, now));
  jobs_end(&jobs, job);
  assert_true(jobs_due_us(&jobs) == UINT64_MAX);
  jobs_fini(&jobs);
}

static void test_others_are_tried_once(void **state)
{
  (void)state;
  assert_int_equal(jobs_init(&jobs), 0);
  (void)add(JOB_SMS, 1, 0);
  struct job *job = jobs_start_next(&jobs, 0);
  assert_false(jobs_try_again(&jobs, job, 0));
  jobs_end(&jobs, job);
  jobs_fini(&jobs);
}

static void test_queue_is_bounded_by_kind(void **state)
{
  (void)state;
  struct job *job;
  assert_int_equal(jobs_init(&jobs), 0);
  for (uint32_t id = 0; id < LIMIT_OUTBOUND_MAIL; id++)
    (void)add(JOB_MAIL, id, 0);
  assert_int_equal(jobs_add(&jobs, JOB_MAIL, 1, span_str("x"), 0, &job), ERR_LIMIT);
  for (uint32_t id = 0; id < LIMIT_OUTBOUND_FETCH; id++)
    (void)add(JOB_FETCH, id, 0);
  assert_int_equal(jobs_add(&jobs, JOB_FETCH, 1, span_str("x"), 0, &job), ERR_LIMIT);
  (void)add(JOB_SMS, 1, 0);
  jobs_end(&jobs, jobs_start_next(&jobs, 0));
  (void)add(JOB_MAIL, 1, 0); /* there is room again */
  jobs_fini(&jobs);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_addresses),
    cmocka_unit_test(test_mailboxes),
    cmocka_unit_test(test_utf8),
    cmocka_unit_test(test_mail_is_composed),
    cmocka_unit_test(test_names_and_subjects_are_encoded),
    cmocka_unit_test(test_long_subjects_are_folded_between_characters),
    cmocka_unit_test(test_text_has_its_line_ends),
    cmocka_unit_test(test_largest_mail),
    cmocka_unit_test(test_no_header_is_injected),
    cmocka_unit_test(test_sms),
    cmocka_unit_test(test_hosts_of_urls),
    cmocka_unit_test(test_metadata_add_hosts),
    cmocka_unit_test(test_metadata_of_others_add_none),
    cmocka_unit_test(test_private_addresses),
    cmocka_unit_test(test_first_come_first_served),
    cmocka_unit_test(test_mail_is_tried_again_with_growing_pauses),
    cmocka_unit_test(test_others_are_tried_once),
    cmocka_unit_test(test_queue_is_bounded_by_kind),
  };
  return cmocka_run_group_tests_name("outbound", tests, NULL, NULL);
}
