/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which language mails and messages are: the owner's where the account knows it, else the page's that asked for them. */
#include "api_testing.h"

#define ARABIC_HELLO "مرحبًا"

static void post_ok(struct fixture *f, struct visitor *v, const char *path, const char *body, unsigned status)
{
  assert_int_equal(ask_as(f, v, HTTP_POST, path, body), status);
}

static void sign_in(struct fixture *f, struct visitor *v, const char *email)
{
  char body[256];
  (void)snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email);
  post_ok(f, v, "/api/v1/session/password", body, 200);
}

static void test_a_code_is_in_the_language_of_the_page(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  post_ok(f, &v, "/api/v1/session/email", "{\"email\":\"anna@example.org\"}", 202);
  assert_string_equal(f->mail_subject, "Your sign-in code");
  assert_non_null(strstr(f->mail_text, "Your code is"));
  v.language = "ar-EG,ar;q=0.9,en;q=0.5";
  post_ok(f, &v, "/api/v1/session/email", "{\"email\":\"anna@example.org\"}", 202);
  assert_string_equal(f->mail_subject, words_of(span_str("ar"))->letter[LETTER_CODE].subject);
  assert_non_null(strstr(f->mail_text, "رمزك هو"));
  v.chosen = "en"; /* in the page: it counts for more than what the browser asks for */
  post_ok(f, &v, "/api/v1/session/email", "{\"email\":\"anna@example.org\"}", 202);
  assert_string_equal(f->mail_subject, "Your sign-in code");
  visitor_fini(&v);
}

static void test_the_first_sign_in_tells_the_language(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), stranger = visitor_new(f);
  (void)account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  v.language = "ar";
  sign_in(f, &v, "anna@example.org");
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  assert_string_equal(member(f, "language"), "ar");
  /* From a device that was never used: the owner is told in their own language, whatever that device speaks. */
  stranger.language = "en";
  stranger.chosen = "en";
  sign_in(f, &stranger, "anna@example.org");
  assert_string_equal(f->mail_subject, words_of(span_str("ar"))->letter[LETTER_NOTICE].subject);
  assert_non_null(strstr(f->mail_text, ": \xe2\x81\xa8")); /* the device's name keeps its own direction */
  assert_non_null(strstr(f->mail_text, "لم يُستعمل عليه من قبل"));
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  assert_string_equal(member(f, "language"), "ar");
  /* The notice in the product keeps the server's English: pages have words of their own for it. */
  struct account account;
  struct notice notice;
  size_t n = 0;
  assert_int_equal(store_account_by_email(f->store, "anna@example.org", &account), 0);
  assert_int_equal(store_notice_list(f->store, &account.id, (struct page){.most = 1}, &notice, &n), 0);
  assert_int_equal(n, 1);
  assert_string_equal(notice.kind, "new_device");
  assert_non_null(strstr(notice.text, "was not used on before: "));
  visitor_fini(&v);
  visitor_fini(&stranger);
}

static void test_the_language_is_chosen(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), guest = visitor_new(f);
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/language", "{\"language\":\"AR\"}"), 204);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  assert_string_equal(member(f, "language"), "ar");
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/language", "{\"language\":\"tlh\"}", 400, "bad_request");
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/language", "{\"language\":\"\"}", 400, "bad_request");
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/language", "{}", 400, "bad_request");
  assert_refused_as(f, &guest, HTTP_PUT, "/api/v1/me/language", "{\"language\":\"ar\"}", 401, "sign_in_first");
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"funf kamele ruhen abends\"}"), 204);
  assert_non_null(strstr(f->mail_text, words_of(span_str("ar"))->notice[NOTICE_PASSWORD_SET]));
  visitor_fini(&v);
  visitor_fini(&guest);
}

/* Somebody who was never here is written to in the language of who invites. */
static void test_invitations(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "chef@example.org", ACCOUNT_ADMIN);
  v.chosen = "ar";
  post_ok(f, &v, "/api/v1/people", "{\"email\":\"otto@example.org\",\"name\":\"Otto\"}", 201);
  assert_string_equal(f->mail_to, "otto@example.org");
  assert_string_equal(f->mail_subject, words_of(span_str("ar"))->letter[LETTER_INVITATION].subject);
  assert_non_null(strstr(f->mail_text, ARABIC_HELLO " \xe2\x81\xa8Otto\xe2\x81\xa9"));
  assert_non_null(strstr(f->mail_text, "    " ORIGIN "/welcome#")); /* nothing beside a link on its line */
  assert_null(strstr(f->mail_text, "\xe2\x81\xa8https"));
  v.chosen = NULL;
  post_ok(f, &v, "/api/v1/people", "{\"email\":\"emil@example.org\",\"name\":\"Emil\"}", 201);
  assert_string_equal(f->mail_subject, "Your invitation");
  assert_non_null(strstr(f->mail_text, "Hello Emil,\n"));
  visitor_fini(&v);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_a_code_is_in_the_language_of_the_page), WITH_API(test_the_first_sign_in_tells_the_language),
    WITH_API(test_the_language_is_chosen), WITH_API(test_invitations),
  };
  return cmocka_run_group_tests_name("letters", tests, NULL, NULL);
}
