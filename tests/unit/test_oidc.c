/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth/oidc/oidc.c: whole sign-ins against a provider that the test plays (A8): mix-up, stolen and replayed callbacks,
 * other browsers, new keys, and all that may go wrong on the way. */
#include "oidc_testing.h"

#include <jansson.h>

#define REDIRECT "https://meet.example.org/signed-in/1"
#define OTHER_ISSUER "https://login.example.net/tenant"
#define OTHER_REDIRECT "https://meet.example.org/signed-in/2"
#define METADATA_REST "\"authorization_endpoint\":\"https://id.example.org/authorize\"," \
  "\"token_endpoint\":\"https://id.example.org/token\",\"jwks_uri\":\"https://id.example.org/keys\"," \
  "\"response_types_supported\":[\"code\",\"code id_token\"],\"code_challenge_methods_supported\":[\"S256\"]," \
  "\"id_token_signing_alg_values_supported\":[\"ES256\",\"HS256\",\"none\"]}"
#define METADATA "{\"issuer\":\"" ISSUER "\"," METADATA_REST
#define METADATA_WITH_ISS "{\"issuer\":\"" ISSUER "\",\"authorization_response_iss_parameter_supported\":true," METADATA_REST
#define OTHER_METADATA "{\"issuer\":\"" OTHER_ISSUER "\"," METADATA_REST

struct world {
  struct oidc *oidc;
  struct oidc_step step;
  uint8_t browser[OIDC_BROWSER_BYTES], thief[OIDC_BROWSER_BYTES];
  char state[64], nonce[64];
  uint64_t now_s;
  EVP_PKEY *key;   /* what the provider signs with, */
  const char *kid; /* and publishes under this name */
};

static const struct oidc_provider_config providers[] = {
  {.issuer = ISSUER, .client_id = CLIENT, .client_secret = "a+secret:of/ours", .redirect_uri = REDIRECT},
  {.issuer = OTHER_ISSUER, .client_id = CLIENT, .client_secret = "another", .redirect_uri = OTHER_REDIRECT},
};

static int open_world(void **state)
{
  struct world *w = calloc(1, sizeof *w);
  *w = (struct world){.now_s = NOW, .key = p256, .kid = "k1"};
  memset(w->browser, 1, sizeof w->browser);
  memset(w->thief, 2, sizeof w->thief);
  *state = w;
  return oidc_new(&w->oidc, providers, 2, &random_system);
}

static int close_world(void **state)
{
  struct world *w = *state;
  oidc_free(w->oidc);
  free(w);
  return 0;
}

static void assert_fetch(const struct world *w, const char *url)
{
  assert_int_equal(w->step.kind, OIDC_FETCH);
  assert_string_equal(w->step.request.url, url);
}

static void assert_failed(const struct world *w, enum oidc_error error)
{
  assert_int_equal(w->step.kind, OIDC_FAILED);
  assert_error(w->step.error, error);
}

static void feed(struct world *w, unsigned status, const char *body)
{
  const struct oidc_response response = {.status = status, .body = span_str(body)};
  oidc_feed(w->oidc, w->step.task, &response, w->now_s, &w->step);
}

/* The value of a field in the redirect's address, as it stands there. */
static void field(const char *url, const char *name, char *out, size_t cap)
{
  const char *at = strstr(url, name);
  assert_non_null(at);
  at += strlen(name);
  size_t n = strcspn(at, "&");
  assert_true(n < cap);
  memcpy(out, at, n);
  out[n] = '\0';
}

static void take_redirect(struct world *w)
{
  assert_int_equal(w->step.kind, OIDC_REDIRECT);
  field(w->step.redirect, "&state=", w->state, sizeof w->state);
  field(w->step.redirect, "&nonce=", w->nonce, sizeof w->nonce);
}

static void begin_with(struct world *w, const char *metadata)
{
  oidc_begin(w->oidc, 0, w->browser, w->now_s, &w->step);
  if (w->step.kind == OIDC_FETCH) {
    assert_fetch(w, ISSUER "/.well-known/openid-configuration");
    feed(w, 200, metadata);
  }
  take_redirect(w);
}

static void begin(struct world *w)
{
  begin_with(w, METADATA);
}

static void come_back_as(struct world *w, size_t provider, const uint8_t *browser, const char *rest)
{
  char query[1024];
  (void)snprintf(query, sizeof query, "state=%s&%s", w->state, rest);
  oidc_callback(w->oidc, provider, span_str(query), browser, w->now_s, &w->step);
}

static void come_back(struct world *w, const char *rest)
{
  come_back_as(w, 0, w->browser, rest);
}

static void answer_token_of(struct world *w, const char *issuer, const char *nonce)
{
  char payload[1024], header[128], token[TOKEN_BYTES], body[TOKEN_BYTES + 256];
  (void)snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"kid\":\"%s\"}", w->kid);
  (void)snprintf(payload, sizeof payload,
                 "{\"iss\":\"%s\",\"aud\":\"" CLIENT "\",\"sub\":\"person-1\",\"nonce\":\"%s\",\"iat\":%llu,\"exp\":%llu}",
                 issuer, nonce, (unsigned long long)w->now_s, (unsigned long long)w->now_s + 300);
  make_token(token, header, payload, "ES256", w->key);
  (void)snprintf(body, sizeof body, "{\"access_token\":\"secret\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"}", token);
  feed(w, 200, body);
}

static void answer_token(struct world *w)
{
  answer_token_of(w, ISSUER, w->nonce);
}

static void answer_keys(struct world *w)
{
  char text[2048];
  struct writer out = writer_of(text, sizeof text);
  assert_fetch(w, "https://id.example.org/keys");
  put_str(&out, "{\"keys\":[");
  put_jwk(&out, w->key, w->kid, "");
  put_str(&out, "]}");
  put_u8(&out, '\0');
  feed(w, 200, text);
}

static void assert_signed_in(const struct world *w)
{
  if (w->step.kind == OIDC_FAILED)
    fail_msg("%s", oidc_error_code(w->step.error));
  assert_int_equal(w->step.kind, OIDC_IDENTITY);
  assert_string_equal(w->step.identity.issuer, ISSUER);
  assert_string_equal(w->step.identity.subject, "person-1");
}

static void sign_in(struct world *w)
{
  begin(w);
  come_back(w, "code=abc");
  answer_token(w);
  if (w->step.kind == OIDC_FETCH)
    answer_keys(w);
  assert_signed_in(w);
}

static void test_a_whole_sign_in(void **state)
{
  struct world *w = *state;
  sign_in(w);
  assert_int_equal(oidc_stats(w->oidc)->signed_in, 1);
}

static void test_what_the_browser_takes_along(void **state)
{
  struct world *w = *state;
  begin(w);
  const char *url = w->step.redirect;
  assert_int_equal(strncmp(url, "https://id.example.org/authorize?response_type=code&", 52), 0);
  assert_non_null(strstr(url, "&client_id=" CLIENT "&"));
  assert_non_null(strstr(url, "&redirect_uri=https%3A%2F%2Fmeet.example.org%2Fsigned-in%2F1&"));
  assert_non_null(strstr(url, "&scope=openid%20email%20profile&"));
  assert_non_null(strstr(url, "&code_challenge_method=S256"));
  assert_int_equal(strlen(w->state), 43);
  assert_int_equal(strlen(w->nonce), 43);
  assert_string_not_equal(w->state, w->nonce);
}

static void test_the_token_request_proves_who_began(void **state)
{
  struct world *w = *state;
  char challenge[64], verifier[64], expected[64];
  uint8_t hash[32];
  begin(w);
  field(w->step.redirect, "&code_challenge=", challenge, sizeof challenge);
  come_back(w, "code=a%2Bb&scope=openid");
  assert_fetch(w, "https://id.example.org/token");
  assert_true(w->step.request.post);
  assert_int_equal(strncmp(w->step.request.body, "grant_type=authorization_code&code=a%2Bb&redirect_uri=https%3A%2F%2F", 68), 0);
  /* testudo-client:a%2Bsecret%3Aof%2Fours */
  assert_string_equal(w->step.request.authorization, "Basic dGVzdHVkby1jbGllbnQ6YSUyQnNlY3JldCUzQW9mJTJGb3Vycw==");
  field(w->step.request.body, "&code_verifier=", verifier, sizeof verifier);
  (void)crypto_hash_sha256(hash, (const unsigned char *)verifier, strlen(verifier));
  (void)sodium_bin2base64(expected, sizeof expected, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  assert_string_equal(challenge, expected);
}

static void test_no_two_sign_ins_share_a_secret(void **state)
{
  struct world *w = *state;
  char before[64], nonce[64];
  begin(w);
  memcpy(before, w->state, sizeof before);
  memcpy(nonce, w->nonce, sizeof nonce);
  begin(w);
  assert_string_not_equal(w->state, before);
  assert_string_not_equal(w->nonce, nonce);
}

static void test_a_replayed_callback(void **state)
{
  struct world *w = *state;
  sign_in(w);
  come_back(w, "code=abc");
  assert_failed(w, OIDC_UNKNOWN_STATE);
}

static void test_the_state_of_another_browser(void **state)
{
  struct world *w = *state;
  begin(w);
  come_back_as(w, 0, w->thief, "code=abc");
  assert_failed(w, OIDC_OTHER_BROWSER);
  come_back(w, "code=abc"); /* and it is used up for its owner, too */
  assert_failed(w, OIDC_UNKNOWN_STATE);
}

static void test_a_made_up_state(void **state)
{
  struct world *w = *state;
  static const char *const states[] = {"x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"};
  begin(w);
  for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
    (void)snprintf(w->state, sizeof w->state, "%s", states[i]);
    come_back(w, "code=abc");
    assert_failed(w, OIDC_UNKNOWN_STATE);
  }
}

static void test_a_sign_in_ends_after_ten_minutes(void **state)
{
  struct world *w = *state;
  begin(w);
  w->now_s += 601;
  come_back(w, "code=abc");
  assert_failed(w, OIDC_UNKNOWN_STATE);
  begin(w);
  w->now_s += 600;
  come_back(w, "code=abc");
  assert_int_equal(w->step.kind, OIDC_FETCH);
}

static void test_mix_up_by_the_address(void **state)
{
  struct world *w = *state;
  begin(w);
  come_back_as(w, 1, w->browser, "code=abc");
  assert_failed(w, OIDC_MIX_UP);
  begin(w);
  come_back_as(w, 7, w->browser, "code=abc");
  assert_failed(w, OIDC_MIX_UP);
  oidc_begin(w->oidc, 2, w->browser, w->now_s, &w->step);
  assert_failed(w, OIDC_MIX_UP);
}

static void test_mix_up_by_the_issuer_of_the_response(void **state)
{
  struct world *w = *state;
  begin_with(w, METADATA_WITH_ISS);
  come_back(w, "code=abc");
  assert_failed(w, OIDC_MIX_UP);
  begin(w);
  come_back(w, "code=abc&iss=https%3A%2F%2Fevil.example");
  assert_failed(w, OIDC_MIX_UP);
  begin(w);
  come_back(w, "error=access_denied&iss=https%3A%2F%2Fevil.example");
  assert_failed(w, OIDC_MIX_UP);
  begin(w);
  come_back(w, "code=abc&iss=https%3A%2F%2Fid.example.org");
  assert_fetch(w, "https://id.example.org/token");
}

static void test_mix_up_where_no_issuer_is_promised(void **state)
{
  struct world *w = *state;
  begin(w);
  come_back(w, "code=abc&iss=https%3A%2F%2Fevil.example");
  assert_failed(w, OIDC_MIX_UP);
}

static void test_a_token_of_another_issuer(void **state)
{
  struct world *w = *state;
  sign_in(w);
  begin(w);
  come_back(w, "code=abc");
  answer_token_of(w, OTHER_ISSUER, w->nonce);
  assert_failed(w, OIDC_WRONG_ISSUER);
}

static void test_a_token_of_another_sign_in(void **state)
{
  struct world *w = *state;
  char nonce[64];
  sign_in(w);
  memcpy(nonce, w->nonce, sizeof nonce);
  begin(w);
  come_back(w, "code=abc");
  answer_token_of(w, ISSUER, nonce);
  assert_failed(w, OIDC_WRONG_NONCE);
}

static void test_callbacks_that_cannot_be_read(void **state)
{
  struct world *w = *state;
  static const char *const rests[] = {"", "code=", "code=a&code=b", "code=a&error=b", "code=a&state=b", "code=a&iss=b&iss=c",
                                      "code=%zz", "code=a%00b", "code=a%0Ab", "code=%4", "=a&code=a", "code=a b", "code=a\n",
                                      "c%6Fde=a&code=b"};
  for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
    begin(w);
    come_back(w, rests[i]);
    assert_failed(w, OIDC_BAD_CALLBACK);
  }
  char *huge = malloc(LIMIT_OIDC_QUERY + 1);
  memset(huge, 'a', LIMIT_OIDC_QUERY + 1);
  oidc_callback(w->oidc, 0, span_of(huge, LIMIT_OIDC_QUERY + 1), w->browser, w->now_s, &w->step);
  assert_failed(w, OIDC_BAD_CALLBACK);
  oidc_callback(w->oidc, 0, span_of(NULL, 0), w->browser, w->now_s, &w->step);
  assert_failed(w, OIDC_BAD_CALLBACK);
  free(huge);
}

static void test_the_provider_says_no(void **state)
{
  struct world *w = *state;
  begin(w);
  come_back(w, "error=access_denied&error_description=the+person+left");
  assert_failed(w, OIDC_DENIED);
  begin(w);
  come_back(w, "error=server_error");
  assert_failed(w, OIDC_PROVIDER_ERROR);
  begin(w);
  come_back(w, "code=abc");
  feed(w, 400, "{\"error\":\"invalid_grant\"}");
  assert_failed(w, OIDC_TOKEN_REFUSED);
}

static void test_the_provider_is_away(void **state)
{
  struct world *w = *state;
  oidc_begin(w->oidc, 0, w->browser, w->now_s, &w->step);
  feed(w, 0, "");
  assert_failed(w, OIDC_UNREACHABLE);
  oidc_begin(w->oidc, 0, w->browser, w->now_s, &w->step);
  feed(w, 302, METADATA);
  assert_failed(w, OIDC_UNREACHABLE);
  begin(w);
  come_back(w, "code=abc");
  feed(w, 503, "");
  assert_failed(w, OIDC_UNREACHABLE);
  begin(w);
  come_back(w, "code=abc");
  answer_token(w);
  feed(w, 0, "");
  assert_failed(w, OIDC_UNREACHABLE);
}

static void test_answers_that_are_no_token(void **state)
{
  struct world *w = *state;
  static const char *const bodies[] = {"", "null", "[]", "{}", "{\"id_token\":\"a.b.c\"}", "{\"token_type\":\"Bearer\"}",
    "{\"token_type\":\"mac\",\"id_token\":\"a.b.c\"}", "{\"token_type\":\"Bearer\",\"id_token\":7}",
    "{\"token_type\":\"Bearer\",\"id_token\":\"a\",\"id_token\":\"b\"}", "{\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"} x"};
  begin(w);
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    begin(w);
    come_back(w, "code=abc");
    feed(w, 200, bodies[i]);
    assert_failed(w, OIDC_BAD_ANSWER);
  }
}

static void test_new_keys_are_fetched_once(void **state)
{
  struct world *w = *state;
  sign_in(w);
  w->key = p256_other;
  w->kid = "k2";
  sign_in(w); /* an unknown name: the set is fetched again */
  begin(w);
  come_back(w, "code=abc");
  w->kid = "k3";
  answer_token(w);
  w->kid = "k2";
  answer_keys(w); /* it is not in there: that is all */
  assert_failed(w, OIDC_UNKNOWN_KEY);
}

static void test_unknown_keys_do_not_flood_the_provider(void **state)
{
  struct world *w = *state;
  unsigned fetches = 0;
  sign_in(w);
  for (int i = 0; i < 20; i++) {
    begin(w);
    come_back(w, "code=abc");
    w->kid = "made-up";
    answer_token(w);
    w->kid = "k1";
    if (w->step.kind == OIDC_FETCH) {
      answer_keys(w);
      fetches++;
    }
    assert_failed(w, OIDC_UNKNOWN_KEY);
  }
  assert_int_equal(fetches, 4);
  sign_in(w); /* and who has a good token is not held up by them */
}

static void test_a_key_that_was_taken_back(void **state)
{
  struct world *w = *state;
  sign_in(w);
  w->now_s += 3600;
  begin(w);
  come_back(w, "code=abc");
  answer_token(w);
  w->kid = "k2"; /* an hour later the set is asked for again, and k1 is gone */
  answer_keys(w);
  assert_failed(w, OIDC_UNKNOWN_KEY);
}

static void test_bad_keys(void **state)
{
  struct world *w = *state;
  begin(w);
  come_back(w, "code=abc");
  answer_token(w);
  assert_fetch(w, "https://id.example.org/keys");
  feed(w, 200, "{\"keys\":[]}");
  assert_failed(w, OIDC_BAD_KEYS);
}

static void refuse_metadata(struct world *w, const char *text)
{
  oidc_begin(w->oidc, 0, w->browser, w->now_s, &w->step);
  feed(w, 200, text);
  assert_failed(w, OIDC_BAD_METADATA);
  w->now_s += 10;
}

/* The good one with one thing replaced. */
static void refuse_changed_metadata(struct world *w, const char *old, const char *new)
{
  char text[2048];
  const char *at = strstr(METADATA, old);
  assert_non_null(at);
  (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - METADATA), METADATA, new, at + strlen(old));
  refuse_metadata(w, text);
}

static void test_descriptions_that_are_refused(void **state)
{
  struct world *w = *state;
  refuse_metadata(w, OTHER_METADATA);
  refuse_metadata(w, METADATA "x");
  refuse_metadata(w, "{}");
  refuse_metadata(w, "");
  refuse_changed_metadata(w, "\"" ISSUER "\"", "\"" ISSUER "/\"");
  refuse_changed_metadata(w, "\"" ISSUER "\"", "\"" ISSUER "\",\"issuer\":\"" ISSUER "\"");
  refuse_changed_metadata(w, "https://id.example.org/token", "http://id.example.org/token");
  refuse_changed_metadata(w, "https://id.example.org/authorize", "javascript:alert(1)");
  refuse_changed_metadata(w, "https://id.example.org/authorize", "https://id.example.org/a#b");
  refuse_changed_metadata(w, "https://id.example.org/authorize", "https://id.example.org/a\\r\\nSet-Cookie: a=b");
  refuse_changed_metadata(w, "https://id.example.org/keys", "https://user@id.example.org/keys");
  refuse_changed_metadata(w, "https://id.example.org/keys", "file:///etc/passwd");
  refuse_changed_metadata(w, "\"S256\"", "\"plain\"");
  refuse_changed_metadata(w, "\"ES256\"", "\"HS512\"");
  refuse_changed_metadata(w, "\"code\",", "");
  refuse_changed_metadata(w, "\"response_types_supported\"", "\"token_endpoint_auth_methods_supported\":[\"tls_client_auth\"],\"response_types_supported\"");
  char *huge = malloc(LIMIT_OIDC_RESPONSE + 2);
  memset(huge, ' ', LIMIT_OIDC_RESPONSE + 1);
  huge[LIMIT_OIDC_RESPONSE + 1] = '\0';
  refuse_metadata(w, huge);
  free(huge);
}

static void test_a_task_is_fed_once_and_in_time(void **state)
{
  struct world *w = *state;
  begin(w);
  come_back(w, "code=abc");
  uint64_t task = w->step.task;
  feed(w, 503, "");
  w->step.task = task;
  answer_token(w);
  assert_failed(w, OIDC_UNKNOWN_STATE);
  begin(w);
  come_back(w, "code=abc");
  w->now_s += 61;
  answer_token(w);
  assert_failed(w, OIDC_UNKNOWN_STATE);
}

static void test_tasks_are_bounded(void **state)
{
  struct world *w = *state;
  for (int i = 0; i < LIMIT_OIDC_TASKS; i++) {
    begin(w);
    come_back(w, "code=abc");
    assert_int_equal(w->step.kind, OIDC_FETCH);
    if (i == 0)
      sign_in(w); /* leaves its place */
  }
  begin(w);
  come_back(w, "code=abc");
  assert_failed(w, OIDC_BUSY);
  w->now_s += 61; /* nobody fed them */
  sign_in(w);
}

static void test_a_full_table_forgets_the_oldest(void **state)
{
  struct world *w = *state;
  char first[64];
  begin(w);
  memcpy(first, w->state, sizeof first);
  for (int i = 0; i < LIMIT_OIDC_LOGINS; i++)
    begin(w);
  come_back(w, "code=abc");
  assert_int_equal(w->step.kind, OIDC_FETCH);
  memcpy(w->state, first, sizeof first);
  come_back(w, "code=abc");
  assert_failed(w, OIDC_UNKNOWN_STATE);
}

static void test_a_provider_that_is_away_is_not_flooded(void **state)
{
  struct world *w = *state;
  unsigned fetches = 0;
  for (int i = 0; i < 100; i++) {
    oidc_begin(w->oidc, 0, w->browser, w->now_s, &w->step);
    if (w->step.kind != OIDC_FETCH)
      continue;
    feed(w, 0, "");
    fetches++;
  }
  assert_int_equal(fetches, 32);
  assert_failed(w, OIDC_BUSY);
  w->now_s += 2;
  begin(w);
}

static int new_with(struct oidc_provider_config config)
{
  struct oidc *oidc = NULL;
  int err = oidc_new(&oidc, &config, 1, &random_system);
  if (err == 0)
    oidc_free(oidc);
  return err;
}

static void test_configurations_that_are_refused(void **state)
{
  (void)state;
  struct oidc_provider_config good = providers[0], c;
  struct oidc *oidc;
  assert_int_equal(new_with(good), 0);
  c = good, c.issuer = "http://id.example.org";
  assert_int_equal(new_with(c), ERR_RANGE);
  c = good, c.issuer = "https://id.example.org?a=b";
  assert_int_equal(new_with(c), ERR_RANGE);
  c = good, c.redirect_uri = "http://meet.example.org/x";
  assert_int_equal(new_with(c), ERR_RANGE);
  c = good, c.client_secret = NULL;
  assert_int_equal(new_with(c), ERR_RANGE);
  c = good, c.client_id = "";
  assert_int_equal(new_with(c), ERR_RANGE);
  struct oidc_provider_config two[2] = {good, providers[1]};
  two[1].redirect_uri = good.redirect_uri;
  assert_int_equal(oidc_new(&oidc, two, 2, &random_system), ERR_STATE);
  two[1].redirect_uri = OTHER_REDIRECT;
  two[1].issuer = good.issuer;
  assert_int_equal(oidc_new(&oidc, two, 2, &random_system), ERR_STATE);
}

static size_t write_pem(EVP_PKEY *key, char *pem, size_t cap)
{
  BIO *bio = BIO_new(BIO_s_mem());
  assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
  int n = BIO_read(bio, pem, (int)cap);
  BIO_free(bio);
  assert_true(n > 0);
  return (size_t)n;
}

static void assert_apple_secret(const char *body)
{
  char token[2048];
  uint8_t payload[1024];
  size_t n;
  struct jws jws;
  field(body, "&client_secret=", token, sizeof token);
  assert_int_equal(jws_parse(span_str(token), &jws), 0);
  assert_int_equal(jws.algorithm, JWS_ES256);
  assert_string_equal(jws.kid, "KEY1");
  assert_int_equal(jws_verify(&jws, p256), 0);
  assert_int_equal(jws_verify(&jws, p256_other), ERR_AUTH);
  assert_int_equal(oidc_base64url_decode(jws.payload, payload, sizeof payload, &n), 0);
  json_t *json = json_loadb((const char *)payload, n, JSON_REJECT_DUPLICATES, NULL);
  assert_string_equal(json_string_value(json_object_get(json, "iss")), "TEAM1");
  assert_string_equal(json_string_value(json_object_get(json, "sub")), "org.example.meet");
  assert_string_equal(json_string_value(json_object_get(json, "aud")), "https://appleid.apple.com");
  assert_int_equal(json_integer_value(json_object_get(json, "exp")), NOW + 300);
  json_decref(json);
}

static void test_apple(void **state)
{
  struct world *w = *state;
  char pem[1024];
  struct oidc_provider_config c = {.client_id = "org.example.meet", .redirect_uri = REDIRECT, .apple_team = "TEAM1", .apple_key_id = "KEY1"};
  assert_int_equal(oidc_preset("apple", &c), 0);
  c.apple_key = span_of(pem, write_pem(p384, pem, sizeof pem));
  assert_int_equal(new_with(c), ERR_CRYPTO);
  c.apple_key = span_str("no key");
  assert_int_equal(new_with(c), ERR_CRYPTO);
  c.apple_key = span_of(pem, write_pem(p256, pem, sizeof pem));
  oidc_free(w->oidc);
  assert_int_equal(oidc_new(&w->oidc, &c, 1, &random_system), 0);
  oidc_begin(w->oidc, 0, w->browser, w->now_s, &w->step);
  assert_fetch(w, "https://appleid.apple.com/.well-known/openid-configuration");
  feed(w, 200, "{\"issuer\":\"https://appleid.apple.com\",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]," METADATA_REST);
  assert_non_null(strstr(w->step.redirect, "&response_mode=form_post&"));
  take_redirect(w);
  come_back(w, "code=abc");
  assert_string_equal(w->step.request.authorization, "");
  assert_apple_secret(w->step.request.body);
}

static void test_google(void **state)
{
  (void)state;
  struct oidc_provider_config c = providers[0];
  assert_int_equal(oidc_preset("google", &c), 0);
  assert_string_equal(c.issuer, "https://accounts.google.com");
  assert_false(c.form_post);
  assert_int_equal(oidc_preset("other", &c), ERR_NOT_FOUND);
}

static void test_a_secret_in_the_body_where_basic_is_not_known(void **state)
{
  struct world *w = *state;
  begin_with(w, "{\"issuer\":\"" ISSUER "\",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]," METADATA_REST);
  come_back(w, "code=abc");
  assert_string_equal(w->step.request.authorization, "");
  assert_non_null(strstr(w->step.request.body, "&client_id=" CLIENT "&client_secret=a%2Bsecret%3Aof%2Fours"));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_a_whole_sign_in),
    IN_WORLD(test_what_the_browser_takes_along),
    IN_WORLD(test_the_token_request_proves_who_began),
    IN_WORLD(test_no_two_sign_ins_share_a_secret),
    IN_WORLD(test_a_replayed_callback),
    IN_WORLD(test_the_state_of_another_browser),
    IN_WORLD(test_a_made_up_state),
    IN_WORLD(test_a_sign_in_ends_after_ten_minutes),
    IN_WORLD(test_mix_up_by_the_address),
    IN_WORLD(test_mix_up_by_the_issuer_of_the_response),
    IN_WORLD(test_mix_up_where_no_issuer_is_promised),
    IN_WORLD(test_a_token_of_another_issuer),
    IN_WORLD(test_a_token_of_another_sign_in),
    IN_WORLD(test_callbacks_that_cannot_be_read),
    IN_WORLD(test_the_provider_says_no),
    IN_WORLD(test_the_provider_is_away),
    IN_WORLD(test_answers_that_are_no_token),
    IN_WORLD(test_new_keys_are_fetched_once),
    IN_WORLD(test_unknown_keys_do_not_flood_the_provider),
    IN_WORLD(test_a_key_that_was_taken_back),
    IN_WORLD(test_bad_keys),
    IN_WORLD(test_descriptions_that_are_refused),
    IN_WORLD(test_a_task_is_fed_once_and_in_time),
    IN_WORLD(test_tasks_are_bounded),
    IN_WORLD(test_a_full_table_forgets_the_oldest),
    IN_WORLD(test_a_provider_that_is_away_is_not_flooded),
    IN_WORLD(test_configurations_that_are_refused),
    IN_WORLD(test_apple),
    IN_WORLD(test_google),
    IN_WORLD(test_a_secret_in_the_body_where_basic_is_not_known),
  };
  return cmocka_run_group_tests_name("oidc", tests, make_keys, free_keys);
}
