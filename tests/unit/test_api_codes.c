/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes by e-mail and SMS: who gets one, where it counts, what it makes of a guest (A8, A3). */
#include "api_testing.h"

#define EMAIL "/api/v1/session/email"
#define EMAIL_CODE "/api/v1/session/email/code"
#define SMS "/api/v1/session/sms"
#define SMS_CODE "/api/v1/session/sms/code"

/* The digits in the last mail or message: in a mail they stand in two groups. */
static void read_code(const char *text, size_t digits, char code[16])
{
  size_t n = 0;
  for (; *text != '\0' && n < digits; text++) {
    if (*text >= '0' && *text <= '9')
      code[n++] = *text;
    else if (*text != ' ')
      n = 0;
  }
  assert_int_equal(n, digits);
  code[n] = '\0';
}

static unsigned ask_for(struct fixture *f, struct visitor *v, const char *path, const char *email)
{
  char body[512];
  (void)snprintf(body, sizeof body, "{\"email\":\"%s\"}", email);
  return ask_as(f, v, HTTP_POST, path, body);
}

static unsigned show(struct fixture *f, struct visitor *v, const char *path, const char *email, const char *code)
{
  char body[512];
  (void)snprintf(body, sizeof body, "{\"email\":\"%s\",\"code\":\"%s\"}", email, code);
  return ask_as(f, v, HTTP_POST, path, body);
}

static void get_email_code(struct fixture *f, struct visitor *v, const char *email, char code[16])
{
  unsigned before = f->mails;
  assert_int_equal(ask_for(f, v, EMAIL, email), 202);
  assert_int_equal(f->mails, before + 1);
  assert_string_equal(f->mail_to, email);
  read_code(f->mail_text, 8, code);
}

static void test_a_guest_verifies_an_address(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char code[16], before[SECRET_TEXT + 1];
  get_email_code(f, &v, "gast@example.org", code);
  memcpy(before, v.session, sizeof before);
  assert_int_equal(show(f, &v, EMAIL_CODE, "Gast@Example.org", code), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_string_equal(member(f, "email"), "gast@example.org");
  assert_string_not_equal(v.session, before); /* a planted cookie is worth nothing now */
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/session", NULL), 200);
  memcpy(v.session, before, sizeof before);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/session", NULL, 401, "no_session");
  visitor_fini(&v);
}

static void test_an_account_is_signed_in_and_its_address_verified(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a = account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  char code[16];
  a.email_verified = false;
  assert_int_equal(store_account_set(f->store, &a), 0);
  get_email_code(f, &v, "anna@example.org", code);
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_int_equal(store_account_get(f->store, &a.id, &a), 0);
  assert_true(a.email_verified);
  visitor_fini(&v);
}

static void test_a_code_counts_once_and_in_its_browser(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), other = visitor_new(f);
  char code[16];
  (void)account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  get_email_code(f, &v, "anna@example.org", code);
  assert_int_equal(show(f, &other, EMAIL_CODE, "anna@example.org", code), 401);
  assert_code(f, 401, "code_used_up");
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 200);
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 401);
  assert_code(f, 401, "code_used_up");
  visitor_fini(&v);
  visitor_fini(&other);
}

static void test_five_tries_and_ten_minutes(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char code[16];
  get_email_code(f, &v, "anna@example.org", code);
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", "12"), 401); /* a typing error costs none */
  for (int i = 0; i < 4; i++) {
    assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", "000000"), 401);
    assert_code(f, 401, "wrong_code");
  }
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", "000000"), 401);
  assert_code(f, 401, "code_used_up");
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 401);
  time_passes(f, 60);
  get_email_code(f, &v, "anna@example.org", code);
  time_passes(f, 601);
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 401);
  assert_code(f, 401, "code_used_up");
  visitor_fini(&v);
}

/* The answers, and what leaves the process, are the same with an account and without. */
static void test_nothing_tells_an_account(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), w = visitor_new(f);
  struct account a = account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  (void)snprintf(a.phone, sizeof a.phone, "+4915112345678");
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(ask_for(f, &v, SMS, "anna@example.org"), 202);
  assert_string_equal(f->message_to, "+4915112345678");
  assert_int_equal(ask_for(f, &w, SMS, "niemand@example.org"), 202);
  assert_string_equal(f->message_to, "+0000000"); /* which the outbound process sends to nobody */
  assert_int_equal(f->messages, 2);
  assert_int_equal(ask_for(f, &v, EMAIL, "anna@example.org"), 202);
  assert_int_equal(ask_for(f, &w, EMAIL, "niemand@example.org"), 202);
  assert_int_equal(f->mails, 2);
  assert_int_equal(show(f, &v, SMS_CODE, "anna@example.org", "00000000"), 401);
  assert_code(f, 401, "wrong_code");
  assert_int_equal(show(f, &w, SMS_CODE, "niemand@example.org", "00000000"), 401);
  assert_code(f, 401, "wrong_code");
  visitor_fini(&v);
  visitor_fini(&w);
}

static void test_by_sms(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a = account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  char code[16];
  (void)snprintf(a.phone, sizeof a.phone, "+4915112345678");
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(ask_for(f, &v, SMS, "anna@example.org"), 202);
  read_code(f->message_text, 6, code);
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 401); /* no mail has brought it */
  (void)snprintf(a.phone, sizeof a.phone, "+4915100000000"); /* nor this number */
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(show(f, &v, SMS_CODE, "anna@example.org", code), 401);
  (void)snprintf(a.phone, sizeof a.phone, "+4915112345678");
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(show(f, &v, SMS_CODE, "anna@example.org", code), 200);
  assert_string_equal(member(f, "kind"), "account");
  visitor_fini(&v);
}

/* Whoever guesses the code that nobody was sent is told nothing else than with a wrong one. */
static void test_an_unsent_code_opens_nothing(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char code[16];
  (void)account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  assert_int_equal(ask_for(f, &v, SMS, "anna@example.org"), 202);
  read_code(f->message_text, 6, code);
  assert_int_equal(show(f, &v, SMS_CODE, "anna@example.org", code), 401);
  assert_code(f, 401, "wrong_code");
  visitor_fini(&v);
}

static void test_too_many_codes(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  for (int i = 0; i < 3; i++)
    assert_int_equal(ask_for(f, &v, EMAIL, "anna@example.org"), 202);
  assert_int_equal(ask_for(f, &v, EMAIL, "anna@example.org"), 429);
  assert_code(f, 429, "wait");
  assert_string_equal(member(f, "gate"), "pair");
  assert_true(f->answer.retry_after_s > 0);
  assert_int_equal(f->mails, 3);
  visitor_fini(&v);
}

static int set_up_open(void **state)
{
  struct site site = site_usual();
  site.sign_up_open = true;
  *state = fixture_new(&site, NULL);
  return 0;
}

static int set_up_silent(void **state)
{
  struct site site = site_usual();
  site.mail = site.sms = false;
  *state = fixture_new(&site, NULL);
  return 0;
}

static void test_signing_up(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a;
  char code[16], body[256];
  get_email_code(f, &v, "neu@example.org", code);
  (void)snprintf(body, sizeof body, "{\"email\":\"neu@example.org\",\"code\":\"%s\",\"name\":\"Host\"}", code);
  assert_refused_as(f, &v, HTTP_POST, EMAIL_CODE, body, 400, "name_imitates"); /* the code is good yet */
  (void)snprintf(body, sizeof body, "{\"email\":\"neu@example.org\",\"code\":\"%s\",\"name\":\"Nora Neu\"}", code);
  assert_int_equal(ask_as(f, &v, HTTP_POST, EMAIL_CODE, body), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_int_equal(store_account_by_email(f->store, "neu@example.org", &a), 0);
  assert_string_equal(a.name, "Nora Neu");
  assert_true(a.email_verified);
  assert_int_equal(a.role, ACCOUNT_MEMBER);
  visitor_fini(&v);
}

static void test_nobody_signs_up_where_one_is_invited(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a;
  char code[16], body[256];
  get_email_code(f, &v, "neu@example.org", code);
  (void)snprintf(body, sizeof body, "{\"email\":\"neu@example.org\",\"code\":\"%s\",\"name\":\"Nora Neu\"}", code);
  assert_int_equal(ask_as(f, &v, HTTP_POST, EMAIL_CODE, body), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_int_equal(store_account_by_email(f->store, "neu@example.org", &a), ERR_NOT_FOUND);
  visitor_fini(&v);
}

static void test_who_is_signed_in_stays_that_person(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  char code[16];
  get_email_code(f, &v, "gast@example.org", code);
  assert_int_equal(show(f, &v, EMAIL_CODE, "gast@example.org", code), 409);
  assert_code(f, 409, "other_account");
  visitor_fini(&v);
}

static void test_a_code_unlocks(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  char code[16];
  time_passes(f, 31 * 60);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me", NULL, 403, "session_locked");
  get_email_code(f, &v, "anna@example.org", code);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me", NULL, 403, "session_locked");
  assert_int_equal(show(f, &v, EMAIL_CODE, "anna@example.org", code), 200);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  visitor_fini(&v);
}

static void test_without_mail_and_sms(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  assert_int_equal(ask_for(f, &v, EMAIL, "anna@example.org"), 503);
  assert_code(f, 503, "no_email");
  assert_int_equal(ask_for(f, &v, SMS, "anna@example.org"), 503);
  assert_code(f, 503, "no_sms");
  visitor_fini(&v);
}

#define WITH_OPEN(test) cmocka_unit_test_setup_teardown(test, set_up_open, tear_down)
#define WITH_SILENT(test) cmocka_unit_test_setup_teardown(test, set_up_silent, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_a_guest_verifies_an_address),
    WITH_API(test_an_account_is_signed_in_and_its_address_verified),
    WITH_API(test_a_code_counts_once_and_in_its_browser),
    WITH_API(test_five_tries_and_ten_minutes),
    WITH_API(test_nothing_tells_an_account),
    WITH_API(test_by_sms),
    WITH_API(test_an_unsent_code_opens_nothing),
    WITH_API(test_too_many_codes),
    WITH_OPEN(test_signing_up),
    WITH_API(test_nobody_signs_up_where_one_is_invited),
    WITH_API(test_who_is_signed_in_stays_that_person),
    WITH_API(test_a_code_unlocks),
    WITH_SILENT(test_without_mail_and_sms),
  };
  return RUN_TESTS("api_codes", tests);
}
