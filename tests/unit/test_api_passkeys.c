/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passkeys over the API, with an authenticator that the test plays (A8). What a forged ceremony looks like in detail is
 * test_passkey.c's matter. */
#include "api_testing.h"

#define CHALLENGE "/api/v1/session/passkey/challenge"
#define SIGN_IN "/api/v1/session/passkey"
#define MINE "/api/v1/me/passkeys"
#define MY_CHALLENGE "/api/v1/me/passkeys/challenge"

struct authenticator {
  EVP_PKEY *pair;
  uint8_t id[16], point[65];
  uint32_t count;
  const char *origin;
};

static struct authenticator authenticator_new(uint8_t number)
{
  struct authenticator a = {.pair = EVP_EC_gen("P-256"), .origin = ORIGIN};
  size_t n = 0;
  memset(a.id, number, sizeof a.id);
  assert_int_equal(EVP_PKEY_get_octet_string_param(a.pair, "pub", a.point, sizeof a.point, &n), 1);
  return a;
}

static size_t client_data(const struct fixture *f, const struct authenticator *a, const char *type, char text[512])
{
  return (size_t)snprintf(text, 512, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}", type,
                          member(f, "challenge"), a->origin);
}

static void put_auth_data(struct writer *w, const struct authenticator *a, uint8_t flags)
{
  uint8_t hash[32];
  crypto_hash_sha256(hash, (const uint8_t *)"localhost", 9);
  put_bytes(w, hash, sizeof hash);
  put_u8(w, flags);
  put_u32(w, a->count);
}

/* Registers it with the account that is signed in; the last answer must be a challenge. */
static unsigned make(struct fixture *f, struct visitor *v, const struct authenticator *a, const char *label)
{
  static char body[4096];
  char client[512], client_text[1024], attestation_text[1024];
  uint8_t bytes[512];
  struct writer w = writer_of(bytes, sizeof bytes);
  size_t n = client_data(f, a, "webauthn.create", client);
  put_bytes(&w, "\xa3\x63" "fmt\x64none\x67" "attStmt\xa0\x68" "authData\x58", 29);
  put_u8(&w, 37 + 16 + 2 + 16 + 77);
  put_auth_data(&w, a, 0x45);
  put_zero(&w, 16);
  put_u16(&w, sizeof a->id);
  put_bytes(&w, a->id, sizeof a->id);
  put_bytes(&w, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10); /* RFC 9053: EC2, ES256, P-256, x */
  put_bytes(&w, a->point + 1, 32);
  put_bytes(&w, "\x22\x58\x20", 3);
  put_bytes(&w, a->point + 33, 32);
  base64url((const uint8_t *)client, n, client_text, sizeof client_text);
  base64url(bytes, w.n, attestation_text, sizeof attestation_text);
  (void)snprintf(body, sizeof body, "{\"client_data\":\"%s\",\"attestation\":\"%s\",\"label\":\"%s\"}", client_text,
                 attestation_text, label);
  return ask_as(f, v, HTTP_POST, MINE, body);
}

static void make_one(struct fixture *f, struct visitor *v, const struct authenticator *a)
{
  assert_int_equal(ask_as(f, v, HTTP_POST, MY_CHALLENGE, "{}"), 200);
  assert_int_equal(make(f, v, a, "Phone"), 201);
}

/* Signs the challenge of the last answer. */
static unsigned show(struct fixture *f, struct visitor *v, struct authenticator *a)
{
  static char body[4096];
  char client[512], id[64], client_text[1024], data_text[128], signature_text[128];
  uint8_t bytes[256], der[80];
  size_t n = client_data(f, a, "webauthn.get", client), der_n = sizeof der;
  struct writer w = writer_of(bytes, sizeof bytes);
  put_auth_data(&w, a, 0x05);
  size_t data_n = w.n;
  crypto_hash_sha256(put_space(&w, 32), (const uint8_t *)client, n);
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, a->pair), 1);
  assert_int_equal(EVP_DigestSign(md, der, &der_n, bytes, w.n), 1);
  EVP_MD_CTX_free(md);
  base64url(a->id, sizeof a->id, id, sizeof id);
  base64url((const uint8_t *)client, n, client_text, sizeof client_text);
  base64url(bytes, data_n, data_text, sizeof data_text);
  base64url(der, der_n, signature_text, sizeof signature_text);
  (void)snprintf(body, sizeof body, "{\"id\":\"%s\",\"client_data\":\"%s\",\"auth_data\":\"%s\",\"signature\":\"%s\"}", id,
                 client_text, data_text, signature_text);
  return ask_as(f, v, HTTP_POST, SIGN_IN, body);
}

static void challenge(struct fixture *f, struct visitor *v)
{
  assert_int_equal(ask_as(f, v, HTTP_POST, CHALLENGE, "{}"), 200);
}

/* --- signing in --- */

static void test_signing_in(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f);
  struct authenticator a = authenticator_new(1);
  char before[SECRET_TEXT + 1];
  make_one(f, &owner, &a);
  memcpy(before, v.session, sizeof before);
  challenge(f, &v);
  assert_string_equal(member(f, "rp_id"), "localhost");
  assert_int_equal(show(f, &v, &a), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_string_not_equal(v.session, before);
  EVP_PKEY_free(a.pair);
  visitor_fini(&v);
  visitor_fini(&owner);
}

/* It is two factors by itself. */
static void test_as_second_factor(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f), w = visitor_new(f);
  struct authenticator a = authenticator_new(1);
  make_one(f, &owner, &a);
  assert_int_equal(ask_as(f, &owner, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":true}"), 200);
  assert_int_equal(sign_in_as(f, &v, "anna@example.org"), 200);
  assert_string_equal(member(f, "kind"), "guest");
  challenge(f, &v);
  assert_int_equal(show(f, &v, &a), 200);
  assert_string_equal(member(f, "kind"), "account");
  challenge(f, &w);
  assert_int_equal(show(f, &w, &a), 200);
  assert_string_equal(member(f, "kind"), "account");
  EVP_PKEY_free(a.pair);
  visitor_fini(&v);
  visitor_fini(&w);
  visitor_fini(&owner);
}

static void test_challenges(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f), w = visitor_new(f);
  struct authenticator a = authenticator_new(1), unknown = authenticator_new(2);
  make_one(f, &owner, &a);
  challenge(f, &v); /* of another browser */
  assert_int_equal(show(f, &w, &a), 401);
  assert_code(f, 401, "wrong_passkey");
  challenge(f, &v);
  assert_int_equal(show(f, &v, &unknown), 401); /* this uses it up */
  assert_code(f, 401, "wrong_passkey");
  challenge(f, &v);
  time_passes(f, 301);
  assert_int_equal(show(f, &v, &a), 401);
  a.origin = "https://localhost.evil.example";
  challenge(f, &v);
  assert_int_equal(show(f, &v, &a), 401);
  a.origin = ORIGIN;
  challenge(f, &v);
  assert_int_equal(show(f, &v, &a), 200);
  EVP_PKEY_free(a.pair);
  EVP_PKEY_free(unknown.pair);
  visitor_fini(&v);
  visitor_fini(&w);
  visitor_fini(&owner);
}

static void test_a_copy_is_noticed(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), v = visitor_new(f);
  struct authenticator a = authenticator_new(1);
  a.count = 5;
  make_one(f, &owner, &a);
  a.count = 9;
  challenge(f, &v);
  assert_int_equal(show(f, &v, &a), 200);
  a.count = 7; /* the copy's */
  challenge(f, &v);
  assert_int_equal(show(f, &v, &a), 401);
  assert_code(f, 401, "wrong_passkey");
  assert_non_null(strstr(f->mail_text, "counter went back"));
  EVP_PKEY_free(a.pair);
  visitor_fini(&v);
  visitor_fini(&owner);
}

/* --- the own ones --- */

static void test_making_and_removing(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct authenticator a = authenticator_new(1);
  char path[64];
  make_one(f, &v, &a);
  assert_non_null(strstr(f->mail_text, "passkey was added"));
  (void)snprintf(path, sizeof path, MINE "/%.22s", member(f, "id"));
  assert_int_equal(ask_as(f, &v, HTTP_POST, MY_CHALLENGE, "{}"), 200);
  json_t *json = answer_of(f);
  assert_int_equal(json_array_size(json_object_get(json, "known")), 1);
  json_decref(json);
  assert_int_equal(make(f, &v, &a, "Phone"), 409);
  assert_code(f, 409, "known_already");
  assert_int_equal(make(f, &v, &a, "Phone"), 400); /* the challenge is used up */
  assert_code(f, 400, "bad_passkey");
  assert_int_equal(ask_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":true}"), 200);
  assert_refused_as(f, &v, HTTP_DELETE, path, NULL, 409, "still_demanded");
  assert_int_equal(ask_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":false}"), 200);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, path, NULL), 204);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, path, NULL), 404);
  time_passes(f, 301);
  assert_refused_as(f, &v, HTTP_POST, MY_CHALLENGE, "{}", 403, "confirm_first");
  EVP_PKEY_free(a.pair);
  visitor_fini(&v);
}

/* A challenge for signing in makes no passkey. */
static void test_purposes(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct authenticator a = authenticator_new(1);
  challenge(f, &v);
  assert_int_equal(make(f, &v, &a, "Phone"), 400);
  make_one(f, &v, &a);
  assert_int_equal(ask_as(f, &v, HTTP_POST, MY_CHALLENGE, "{}"), 200);
  assert_int_equal(show(f, &v, &a), 401);
  EVP_PKEY_free(a.pair);
  visitor_fini(&v);
}

static int set_up_silent(void **state)
{
  struct site site = site_usual();
  site.mail = site.sms = false;
  *state = fixture_new(&site, NULL);
  return 0;
}

/* Where no mail can bring a code, the last way in stays. */
static void test_the_last_way_in(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct authenticator a = authenticator_new(1);
  struct account account;
  char path[64];
  make_one(f, &v, &a);
  (void)snprintf(path, sizeof path, MINE "/%.22s", member(f, "id"));
  assert_int_equal(store_account_by_email(f->store, "anna@example.org", &account), 0);
  memset(account.password, 0, sizeof account.password);
  assert_int_equal(store_account_set(f->store, &account), 0);
  assert_refused_as(f, &v, HTTP_DELETE, path, NULL, 409, "last_way_in");
  EVP_PKEY_free(a.pair);
  visitor_fini(&v);
}

#define WITH_SILENT(test) cmocka_unit_test_setup_teardown(test, set_up_silent, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_signing_in),        WITH_API(test_as_second_factor), WITH_API(test_challenges),
    WITH_API(test_a_copy_is_noticed), WITH_API(test_making_and_removing), WITH_API(test_purposes),
    WITH_SILENT(test_the_last_way_in),
  };
  return RUN_TESTS("api_passkeys", tests);
}
