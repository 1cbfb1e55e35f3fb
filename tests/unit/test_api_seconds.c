/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second factors: how they are set up, shown, used up and taken away (A8). */
#include "api_testing.h"

#include "auth/recovery.h"
#include "auth/totp.h"

#define TOTP "/api/v1/session/totp"
#define RECOVERY "/api/v1/session/recovery"
#define MY_TOTP "/api/v1/me/totp"

/* --- an authenticator app --- */

struct app {
  uint8_t secret[TOTP_SECRET_BYTES];
};

/* Base32 as apps read it. */
static void app_read(struct app *app, const char *text)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  uint32_t bits = 0;
  unsigned n = 0;
  size_t out = 0;
  for (; *text != '\0'; text++) {
    bits = bits << 5 | (uint32_t)(strchr(alphabet, *text) - alphabet);
    n += 5;
    if (n >= 8) {
      n -= 8;
      app->secret[out++] = (uint8_t)(bits >> n);
    }
  }
  assert_int_equal(out, TOTP_SECRET_BYTES);
}

static const char *app_code(const struct fixture *f, const struct app *app)
{
  static char code[9];
  assert_int_equal(totp_code(app->secret, f->time.now_s / TOTP_STEP_S, TOTP_DIGITS, code), 0);
  return code;
}

static unsigned show(struct fixture *f, struct visitor *v, enum http_method method, const char *path, const char *code)
{
  char body[128];
  (void)snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
  return ask_as(f, v, method, path, body);
}

static void read_recovery(const struct fixture *f, char text[RECOVERY_CODES][RECOVERY_TEXT])
{
  json_t *json = answer_of(f), *list = json_object_get(json, "recovery");
  assert_int_equal(json_array_size(list), RECOVERY_CODES);
  for (size_t i = 0; i < RECOVERY_CODES; i++)
    (void)snprintf(text[i], RECOVERY_TEXT, "%s", json_string_value(json_array_get(list, i)));
  json_decref(json);
}

static void set_up_app(struct fixture *f, struct visitor *v, struct app *app, char recovery[RECOVERY_CODES][RECOVERY_TEXT])
{
  assert_int_equal(ask_as(f, v, HTTP_POST, MY_TOTP, NULL), 200);
  app_read(app, member(f, "secret"));
  assert_int_equal(show(f, v, HTTP_PUT, MY_TOTP, app_code(f, app)), 200);
  read_recovery(f, recovery);
}

/* --- setting up --- */

static void test_what_an_app_is_shown(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  assert_int_equal(ask_as(f, &v, HTTP_POST, MY_TOTP, NULL), 200);
  assert_non_null(strstr(member(f, "uri"), "otpauth://totp/Testudo%20localhost%3A8443:anna%40example.org?secret="));
  json_t *json = answer_of(f), *rows = json_object_get(json, "qr");
  size_t width = json_array_size(rows);
  assert_true(width >= 33 && width % 4 == 1); /* ISO/IEC 18004: 17 modules and 4 for each version */
  for (size_t y = 0; y < width; y++)
    assert_int_equal(json_string_length(json_array_get(rows, y)), width);
  assert_memory_equal(json_string_value(json_array_get(rows, 0)), "1111111", 7); /* a finder pattern */
  assert_memory_equal(json_string_value(json_array_get(rows, 1)), "1000001", 7);
  json_decref(json);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  json = answer_of(f);
  assert_true(json_is_false(json_object_get(json, "has_totp"))); /* nothing has changed yet */
  json_decref(json);
  visitor_fini(&v);
}

static void test_a_wrong_code_switches_nothing_on(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  assert_int_equal(show(f, &v, HTTP_PUT, MY_TOTP, "123456"), 409);
  assert_int_equal(ask_as(f, &v, HTTP_POST, MY_TOTP, NULL), 200);
  assert_int_equal(show(f, &v, HTTP_PUT, MY_TOTP, "000000"), 401);
  assert_code(f, 401, "wrong_code");
  time_passes(f, 601);
  assert_refused_as(f, &v, HTTP_POST, MY_TOTP, NULL, 403, "confirm_first");
  visitor_fini(&v);
}

static void test_the_code_that_set_it_up_does_not_sign_in(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  set_up_app(f, &v, &app, recovery);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &app)), 401);
  time_passes(f, 30);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &app)), 200);
  visitor_fini(&v);
}

/* Another app in the place of the first one, with a code of the same half minute. */
static void test_another_app(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct app first, second;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT], later[RECOVERY_CODES][RECOVERY_TEXT];
  set_up_app(f, &v, &first, recovery);
  set_up_app(f, &v, &second, later);
  time_passes(f, 30);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &first)), 401);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &second)), 200);
  assert_int_equal(show(f, &v, HTTP_POST, RECOVERY, recovery[0]), 401);
  assert_int_equal(show(f, &v, HTTP_POST, RECOVERY, later[0]), 200);
  visitor_fini(&v);
}

/* --- signing in --- */

static void test_two_factors(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT], before[SECRET_TEXT + 1];
  set_up_app(f, &owner, &app, recovery);
  time_passes(f, 60);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &app)), 409);
  assert_code(f, 409, "no_first_factor");
  memcpy(before, v.session, sizeof before);
  assert_int_equal(sign_in_as(f, &v, "anna@example.org"), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_string_equal(v.session, before); /* nobody is signed in yet */
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me", NULL, 401, "sign_in_first");
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, "000000"), 401);
  const char *code = app_code(f, &app);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, code), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_string_not_equal(v.session, before);
  assert_int_equal(show(f, &owner, HTTP_POST, TOTP, code), 401); /* of the same half minute: used */
  visitor_fini(&v);
  visitor_fini(&owner);
}

static void test_a_first_factor_grows_old(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  set_up_app(f, &owner, &app, recovery);
  assert_int_equal(sign_in_as(f, &v, "anna@example.org"), 200);
  time_passes(f, 601);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &app)), 409);
  assert_code(f, 409, "no_first_factor");
  visitor_fini(&v);
  visitor_fini(&owner);
}

static void test_a_recovery_code_counts_once(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f), w = visitor_new(f);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  set_up_app(f, &owner, &app, recovery);
  assert_int_equal(sign_in_as(f, &v, "anna@example.org"), 200);
  assert_int_equal(show(f, &v, HTTP_POST, RECOVERY, "zzzz-zzzz-zzzz-zzzz"), 401);
  unsigned mails = f->mails;
  assert_int_equal(show(f, &v, HTTP_POST, RECOVERY, recovery[3]), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_true(f->mails > mails); /* the owner hears of it */
  assert_int_equal(sign_in_as(f, &w, "anna@example.org"), 200);
  assert_int_equal(show(f, &w, HTTP_POST, RECOVERY, recovery[3]), 401);
  assert_code(f, 401, "wrong_code");
  visitor_fini(&v);
  visitor_fini(&w);
  visitor_fini(&owner);
}

/* Three are free and then the wait doubles: with the password alone nobody gets through all six digits. */
static void test_guessing_is_slowed_and_told(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  set_up_app(f, &owner, &app, recovery);
  assert_int_equal(sign_in_as(f, &v, "anna@example.org"), 200);
  for (int i = 0; i < 3; i++)
    assert_int_equal(show(f, &v, HTTP_POST, TOTP, "000000"), 401);
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, "000000"), 429);
  assert_code(f, 429, "wait");
  unsigned mails = f->mails;
  time_passes(f, 61);
  api_tick(&f->api, f->time);
  assert_int_equal(f->mails, mails + 1);
  assert_non_null(strstr(f->mail_text, "wrong second factors"));
  visitor_fini(&v);
  visitor_fini(&owner);
}

static void test_step_up(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  set_up_app(f, &v, &app, recovery);
  time_passes(f, 301);
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/me/recovery", NULL, 403, "confirm_first");
  assert_int_equal(show(f, &v, HTTP_POST, TOTP, app_code(f, &app)), 200);
  assert_int_equal(ask_as(f, &v, HTTP_POST, "/api/v1/me/recovery", NULL), 200);
  visitor_fini(&v);
}

/* --- taking away --- */

static void test_the_last_second_factor_stays_while_it_is_demanded(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":true}", 409, "no_second_factor");
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/me/recovery", NULL, 409, "no_second_factor");
  set_up_app(f, &v, &app, recovery);
  assert_refused_as(f, &v, HTTP_DELETE, MY_TOTP, NULL, 409, "still_demanded");
  assert_int_equal(ask_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":false}"), 200);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, MY_TOTP, NULL), 204);
  assert_int_equal(show(f, &v, HTTP_POST, RECOVERY, recovery[0]), 401); /* what they stood in for is gone */
  visitor_fini(&v);
}

static int set_up_strict(void **state)
{
  struct site site = site_usual();
  site.two_factors_everybody = true;
  *state = fixture_new(&site, NULL);
  return 0;
}

static void test_everybody_has_two(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct app app;
  char recovery[RECOVERY_CODES][RECOVERY_TEXT];
  json_t *json = answer_of(f);
  assert_string_equal(json_string_value(json_array_get(json_object_get(json, "must"), 0)), "second_factor");
  json_decref(json);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200); /* the own account works */
  set_up_app(f, &v, &app, recovery);
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":false}", 409, "still_demanded");
  assert_refused_as(f, &v, HTTP_DELETE, MY_TOTP, NULL, 409, "still_demanded");
  visitor_fini(&v);
}

#define WITH_STRICT(test) cmocka_unit_test_setup_teardown(test, set_up_strict, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_what_an_app_is_shown),
    WITH_API(test_a_wrong_code_switches_nothing_on),
    WITH_API(test_the_code_that_set_it_up_does_not_sign_in),
    WITH_API(test_another_app),
    WITH_API(test_two_factors),
    WITH_API(test_a_first_factor_grows_old),
    WITH_API(test_a_recovery_code_counts_once),
    WITH_API(test_guessing_is_slowed_and_told),
    WITH_API(test_step_up),
    WITH_API(test_the_last_second_factor_stays_while_it_is_demanded),
    WITH_STRICT(test_everybody_has_two),
  };
  return RUN_TESTS("api_seconds", tests);
}
