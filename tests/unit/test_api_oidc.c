/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in by a provider of OpenID Connect, which the test plays: who becomes whom, what is refused, and what happens when
 * the outbound process is started anew (A8). */
#include "api_testing.h"

#include "web/api/providers.h"

#define ISSUER "https://id.example.org"
#define OTHER_ISSUER "https://appleid.apple.com"
#define PROVIDER "id-example-org"
#define CLIENT "testudo-client"
#define METADATA                                                                                                       \
  "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/authorize\",\"token_endpoint\":\"https://t.example.org/token\"," \
  "\"jwks_uri\":\"https://t.example.org/keys\",\"response_types_supported\":[\"code\"],"                               \
  "\"code_challenge_methods_supported\":[\"S256\"],\"id_token_signing_alg_values_supported\":[\"ES256\"]}"
#define BEGIN "/api/v1/session/oidc"
#define CALLBACK "/api/v1/session/oidc/callback"

struct provider {
  struct visitor pen; /* its key */
  const char *subject, *email;
  bool unverified;
};

static struct provider provider;
static char oidc_state[64], oidc_nonce[64];

static int open_with(void **state, bool sign_up_open)
{
  struct site site = site_usual();
  struct oidc *oidc;
  const struct oidc_provider_config configs[] = {
    {.issuer = ISSUER, .client_id = CLIENT, .client_secret = "geheim", .redirect_uri = ORIGIN "/oidc/" PROVIDER},
    {.issuer = OTHER_ISSUER, .client_id = CLIENT, .client_secret = "x", .redirect_uri = ORIGIN "/oidc/apple", .form_post = true},
  };
  site.sign_up_open = sign_up_open;
  assert_int_equal(provider_add(&site, ISSUER, false), 0);
  assert_int_equal(provider_add(&site, OTHER_ISSUER, true), 0);
  assert_string_equal(site.provider[0].id, PROVIDER);
  assert_int_equal(oidc_new(&oidc, configs, 2, &random_system), 0);
  provider = (struct provider){.subject = "s1", .email = "anna@example.org"};
  visitor_key(&provider.pen);
  *state = fixture_new(&site, oidc);
  return 0;
}

static int set_up_invited(void **state)
{
  return open_with(state, false);
}

static int set_up_open(void **state)
{
  return open_with(state, true);
}

static int tear_down_all(void **state)
{
  visitor_fini(&provider.pen);
  return tear_down(state);
}

static void field_of(const char *url, const char *name, char out[64])
{
  const char *at = strstr(url, name);
  assert_non_null(at);
  (void)snprintf(out, 64, "%.*s", (int)strcspn(at + strlen(name), "&"), at + strlen(name));
}

/* The provider's public keys. */
static const char *keys(void)
{
  static char text[512];
  uint8_t point[64];
  char x[64], y[64];
  size_t n;
  assert_int_equal(sodium_base642bin(point, sizeof point, provider.pen.key, strlen(provider.pen.key), NULL, &n, NULL,
                                     sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
  base64url(point, 32, x, sizeof x);
  base64url(point + 32, 32, y, sizeof y);
  (void)snprintf(text, sizeof text,
                 "{\"keys\":[{\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"x\":\"%s\",\"y\":\"%s\"}]}",
                 x, y);
  return text;
}

static const char *token(const struct fixture *f)
{
  static char body[8192];
  char payload[1024], text[3072], parts[2][1400];
  uint8_t signature[64];
  (void)snprintf(payload, sizeof payload,
                 "{\"iss\":\"" ISSUER "\",\"sub\":\"%s\",\"aud\":\"" CLIENT "\",\"exp\":%llu,\"iat\":%llu,\"nonce\":\"%s\","
                 "\"email\":\"%s\",\"email_verified\":%s,\"name\":\"Anna Schmidt\"}",
                 provider.subject, (unsigned long long)f->time.now_s + 300, (unsigned long long)f->time.now_s, oidc_nonce,
                 provider.email, provider.unverified ? "false" : "true");
  base64url((const uint8_t *)"{\"alg\":\"ES256\",\"kid\":\"k\"}", 25, parts[0], sizeof parts[0]);
  base64url((const uint8_t *)payload, strlen(payload), parts[1], sizeof parts[1]);
  (void)snprintf(text, sizeof text, "%s.%s", parts[0], parts[1]);
  visitor_sign(&provider.pen, span_str(text), signature);
  base64url(signature, sizeof signature, parts[0], sizeof parts[0]);
  (void)snprintf(body, sizeof body, "{\"token_type\":\"Bearer\",\"id_token\":\"%s.%s\"}", text, parts[0]);
  return body;
}

/* An answer, and what the browser keeps of it. */
static unsigned answered(struct fixture *f, struct visitor *v, unsigned status, const char *body)
{
  unsigned result = answer_fetch(f, status, body);
  if (result != 0)
    keep_answer(f, v);
  return result;
}

static void leave(struct fixture *f, struct visitor *v)
{
  if (ask_as(f, v, HTTP_POST, BEGIN, "{\"provider\":\"" PROVIDER "\"}") == 0) {
    assert_string_equal(f->fetch_url, ISSUER "/.well-known/openid-configuration");
    assert_int_equal(answered(f, v, 200, METADATA), 200);
  }
  assert_int_equal(f->answer.status, 200);
  field_of(member(f, "redirect"), "&state=", oidc_state);
  field_of(member(f, "redirect"), "&nonce=", oidc_nonce);
}

static unsigned come_back(struct fixture *f, struct visitor *v)
{
  static char body[512]; /* it lives until the answer, as it does in an exchange */
  (void)snprintf(body, sizeof body, "{\"provider\":\"" PROVIDER "\",\"parameters\":\"code=c1&state=%s\"}", oidc_state);
  return ask_as(f, v, HTTP_POST, CALLBACK, body);
}

/* Answers whatever is asked until nothing more is. */
static unsigned finish(struct fixture *f, struct visitor *v, unsigned status)
{
  while (status == 0) {
    bool metadata = strstr(f->fetch_url, "well-known") != NULL, is_keys = strstr(f->fetch_url, "/keys") != NULL;
    status = answered(f, v, 200, metadata ? METADATA : is_keys ? keys() : token(f));
  }
  return status;
}

static unsigned sign_in_by_provider(struct fixture *f, struct visitor *v)
{
  leave(f, v);
  return finish(f, v, come_back(f, v));
}

/* --- who becomes whom --- */

static void test_a_guest_is_verified(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char before[SECRET_TEXT + 1];
  memcpy(before, v.session, sizeof before);
  assert_int_equal(sign_in_by_provider(f, &v), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_string_equal(member(f, "email"), "anna@example.org");
  assert_string_not_equal(v.session, before);
  visitor_fini(&v);
}

static void test_an_unverified_address_is_worth_nothing(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  provider.unverified = true;
  assert_int_equal(sign_in_by_provider(f, &v), 401);
  assert_code(f, 401, "provider_refused");
  assert_string_equal(member(f, "reason"), "no_verified_email");
  (void)account_new(f, "anna@example.org", ACCOUNT_MEMBER); /* and tells nothing */
  assert_int_equal(sign_in_by_provider(f, &v), 401);
  assert_string_equal(member(f, "reason"), "no_verified_email");
  visitor_fini(&v);
}

static void test_signing_up(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), w = visitor_new(f);
  struct account a;
  assert_int_equal(sign_in_by_provider(f, &v), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_int_equal(store_account_by_email(f->store, "anna@example.org", &a), 0);
  assert_string_equal(a.name, "Anna Schmidt");
  provider.email = "neue@example.org"; /* a subject is a person, whatever the address */
  assert_int_equal(sign_in_by_provider(f, &w), 200);
  assert_string_equal(member(f, "email"), "anna@example.org");
  visitor_fini(&v);
  visitor_fini(&w);
}

/* The address alone opens no account: whoever has it at the provider may not be whoever has the account. */
static void test_an_account_is_connected_by_its_owner(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), w = visitor_new(f), o = visitor_of(f, "otto@example.org", ACCOUNT_MEMBER);
  assert_int_equal(sign_in_by_provider(f, &w), 409);
  assert_code(f, 409, "link_first");
  assert_int_equal(sign_in_by_provider(f, &v), 200);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  json_t *json = answer_of(f), *row = json_array_get(json_object_get(json, "issuers"), 0);
  assert_string_equal(json_string_value(json_object_get(row, "id")), PROVIDER);
  assert_string_equal(json_string_value(json_object_get(row, "name")), "id.example.org");
  json_decref(json);
  assert_int_equal(sign_in_by_provider(f, &w), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_int_equal(sign_in_by_provider(f, &o), 409);
  assert_code(f, 409, "other_account");
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, "/api/v1/me/issuers/" PROVIDER, NULL), 204);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, "/api/v1/me/issuers/" PROVIDER, NULL), 404);
  visitor_fini(&v);
  visitor_fini(&w);
  visitor_fini(&o);
}

static void test_connecting_is_sensitive(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  leave(f, &v);
  time_passes(f, 301);
  assert_int_equal(finish(f, &v, come_back(f, &v)), 403);
  assert_code(f, 403, "confirm_first");
  visitor_fini(&v);
}

static void test_a_locked_session_is_unlocked_and_not_connected(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  time_passes(f, 31 * 60);
  assert_int_equal(sign_in_by_provider(f, &v), 403);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me", NULL, 403, "session_locked");
  assert_int_equal(sign_in_as(f, &v, "anna@example.org"), 200);
  assert_int_equal(sign_in_by_provider(f, &v), 200);
  time_passes(f, 31 * 60);
  assert_int_equal(sign_in_by_provider(f, &v), 200);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  visitor_fini(&v);
}

/* --- what is refused --- */

static void test_another_browser(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), thief = visitor_new(f);
  leave(f, &v);
  assert_int_equal(finish(f, &thief, come_back(f, &thief)), 401);
  assert_code(f, 401, "provider_refused");
  assert_string_equal(member(f, "reason"), "oidc_other_browser");
  assert_int_equal(finish(f, &v, come_back(f, &v)), 401);
  assert_string_equal(member(f, "reason"), "oidc_unknown_state");
  visitor_fini(&v);
  visitor_fini(&thief);
}

static void test_wrong_nonce(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  leave(f, &v);
  (void)snprintf(oidc_nonce, sizeof oidc_nonce, "another");
  assert_int_equal(finish(f, &v, come_back(f, &v)), 401);
  assert_string_equal(member(f, "reason"), "oidc_wrong_nonce");
  visitor_fini(&v);
}

static void test_a_provider_that_fails(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  assert_refused_as(f, &v, HTTP_POST, BEGIN, "{\"provider\":\"nobody\"}", 404, "not_found");
  assert_int_equal(ask_as(f, &v, HTTP_POST, BEGIN, "{\"provider\":\"" PROVIDER "\"}"), 0);
  assert_int_equal(answered(f, &v, 500, ""), 502);
  assert_code(f, 502, "provider_failed");
  assert_string_equal(member(f, "reason"), "oidc_unreachable");
  assert_int_equal(ask_as(f, &v, HTTP_POST, BEGIN, "{\"provider\":\"" PROVIDER "\"}"), 0);
  f->fetch_id = 0;
  outbound_link_lost(&f->outbound); /* the outbound process dies */
  assert_int_equal(f->answer.status, 502);
  visitor_fini(&v);
}

/* Its next life knows no hosts: they are learnt before the token is asked for. */
static void test_the_outbound_process_starts_anew(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  assert_int_equal(sign_in_by_provider(f, &v), 200);
  leave(f, &v);
  assert_int_equal(come_back(f, &v), 0);
  assert_string_equal(f->fetch_url, "https://t.example.org/token"); /* known: nothing is learnt again */
  assert_int_equal(finish(f, &v, 0), 200);
  leave(f, &v);
  outbound_link_lost(&f->outbound);
  assert_int_equal(come_back(f, &v), 0);
  assert_string_equal(f->fetch_url, ISSUER "/.well-known/openid-configuration");
  assert_int_equal(finish(f, &v, 0), 200);
  visitor_fini(&v);
}

/* The session ends while the provider answers: nobody is signed in. */
static void test_a_session_that_ends_meanwhile(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct session session;
  struct browser browser;
  char cookie[128];
  leave(f, &v);
  assert_int_equal(come_back(f, &v), 0);
  (void)snprintf(cookie, sizeof cookie, "__Host-testudo=%s", v.session);
  assert_int_equal(browser_from_cookies(span_str(cookie), &browser), 0);
  assert_int_equal(store_session_by_cookie(f->store, browser.hash, &session), 0);
  assert_int_equal(session_end(&f->api, f->time, &session.id, "session_ended"), 0);
  assert_int_equal(answered(f, &v, 200, METADATA), 401);
  assert_code(f, 401, "no_session");
  visitor_fini(&v);
}

/* --- Apple's form --- */

static unsigned post_form(struct fixture *f, const char *path, const char *type, const char *body)
{
  struct http_request q = post(path, body);
  q.origin = span_str("https://appleid.apple.com");
  q.content_type = span_str(type);
  return ask(f, &q);
}

#define FORM "application/x-www-form-urlencoded"

static void test_a_form_leads_to_the_page(void **state)
{
  struct fixture *f = *state;
  assert_int_equal(post_form(f, "/oidc/apple", FORM, "state=s%2D1&user=%7B%22a%22%7D&code=c.1&id_token=x"), 303);
  assert_string_equal(f->answer.location, "/oidc/apple#state=s%2D1&code=c.1");
  assert_string_equal(f->answer.set_cookie, "");
  assert_int_equal(post_form(f, "/oidc/apple", FORM, "state=s\r\nx: y&code=1"), 400);
  assert_string_equal(f->answer.location, "");
  assert_int_equal(post_form(f, "/oidc/apple", FORM, "state=<script>&code=1"), 400);
  assert_int_equal(post_form(f, "/oidc/apple", FORM, "a=b"), 400);
  assert_int_equal(post_form(f, "/oidc/apple", FORM, ""), 400);
  assert_int_equal(post_form(f, "/oidc/apple", "text/plain", "state=s&code=c"), 405);
  assert_int_equal(post_form(f, "/oidc/" PROVIDER, FORM, "state=s&code=c"), 405); /* which answers by its address */
  assert_int_equal(post_form(f, "/oidc/nobody", FORM, "state=s&code=c"), 404);
}

static void test_the_page_stands_at_the_same_address(void **state)
{
  struct fixture *f = *state;
  struct http_request q = request(HTTP_GET, "/oidc/apple");
  unsigned status = ask(f, &q);
  assert_true(status == 200 || status == 404); /* tests have no assets */
  assert_string_not_equal(member(f, "code"), "bad_method");
}

static void test_names_of_providers(void **state)
{
  struct site site = {.name = "Testudo"};
  (void)state;
  assert_int_equal(provider_add(&site, "https://accounts.google.com", false), 0);
  assert_int_equal(provider_add(&site, "https://login.example.org/realms/a", false), 0);
  assert_int_equal(provider_add(&site, "https://login.example.org/realms/b", false), 0);
  assert_int_equal(provider_add(&site, "https://a-very-long-name.of-some.example.org:8443", false), 0);
  assert_string_equal(site.provider[0].id, "google");
  assert_string_equal(site.provider[0].name, "Google");
  assert_string_equal(site.provider[1].id, "login-example-org");
  assert_string_equal(site.provider[1].name, "login.example.org");
  assert_string_equal(site.provider[2].id, "login-example-org-2");
  assert_string_equal(site.provider[3].id, "a-very-long-name-of-som");
}

#define WITH_INVITED(test) cmocka_unit_test_setup_teardown(test, set_up_invited, tear_down_all)
#define WITH_OPEN(test) cmocka_unit_test_setup_teardown(test, set_up_open, tear_down_all)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_INVITED(test_a_guest_is_verified),
    WITH_INVITED(test_an_unverified_address_is_worth_nothing),
    WITH_OPEN(test_signing_up),
    WITH_INVITED(test_an_account_is_connected_by_its_owner),
    WITH_INVITED(test_connecting_is_sensitive),
    WITH_INVITED(test_a_locked_session_is_unlocked_and_not_connected),
    WITH_INVITED(test_another_browser),
    WITH_INVITED(test_wrong_nonce),
    WITH_INVITED(test_a_provider_that_fails),
    WITH_INVITED(test_the_outbound_process_starts_anew),
    WITH_INVITED(test_a_session_that_ends_meanwhile),
    WITH_INVITED(test_a_form_leads_to_the_page),
    WITH_INVITED(test_the_page_stands_at_the_same_address),
    cmocka_unit_test(test_names_of_providers),
  };
  return RUN_TESTS("api_oidc", tests);
}
