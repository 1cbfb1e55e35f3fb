/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth/passkey: registrations and sign-ins of an authenticator that the test plays, and all that is forged (A8). */
#include "web_testing.h"

#include <stdlib.h>

#include "auth/passkey/cbor.h"
#include "auth/passkey/passkey.h"
#include "base/limits.h"

#define ERR_STATE openssl_err_state
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#undef ERR_STATE

#define ORIGIN "https://meet.example"
#define RP_ID "meet.example"
#define NOW (1000 * SECOND)

static const struct passkey_site site = {.origin = ORIGIN, .rp_id = RP_ID};

/* What the authenticator and the browser do; tests bend one thing at a time. */
struct ceremony {
  const char *type, *origin, *rp_id, *more; /* `more`: further members of the client's data */
  const char *format;
  uint8_t flags;
  uint32_t count;
  int64_t algorithm;
  size_t id_n;
  bool bent_signature, bent_point, bent_challenge, statement, trailing, extension;
};

struct world {
  uint64_t random_count;
  struct challenges challenges;
  uint8_t session[CHALLENGE_SESSION], challenge[CHALLENGE_BYTES];
  EVP_PKEY *key;
  struct passkey_credential credential;
  uint8_t client_data[1024], auth_data[1024], attestation[2048], signature[128];
  size_t client_n, auth_n, attestation_n, signature_n;
};

static const struct ceremony registration = {
  .type = "webauthn.create", .origin = ORIGIN, .rp_id = RP_ID, .more = ",\"crossOrigin\":false", .format = "none",
  .flags = 0x45, .algorithm = -7, .id_n = 16,
};
static const struct ceremony sign_in = {
  .type = "webauthn.get", .origin = ORIGIN, .rp_id = RP_ID, .more = "", .flags = 0x05, .count = 0,
};

static int set_up(void **state)
{
  struct world *w = calloc(1, sizeof *w);
  struct random random = counting_random(&w->random_count);
  *state = w;
  memset(w->session, 7, sizeof w->session);
  w->key = EVP_EC_gen("P-256");
  return w->key == NULL ? -1 : challenges_init(&w->challenges, &random);
}

static int tear_down(void **state)
{
  struct world *w = *state;
  challenges_fini(&w->challenges);
  EVP_PKEY_free(w->key);
  free(w);
  return 0;
}

static void put_head(struct writer *w, unsigned major, uint64_t n)
{
  if (n < 24) {
    put_u8(w, (uint8_t)(major << 5 | n));
  } else if (n < 256) {
    put_u8(w, (uint8_t)(major << 5 | 24));
    put_u8(w, (uint8_t)n);
  } else {
    put_u8(w, (uint8_t)(major << 5 | 25));
    put_u16(w, (uint16_t)n);
  }
}

static void put_text(struct writer *w, const char *text)
{
  put_head(w, 3, strlen(text));
  put_str(w, text);
}

static void put_int(struct writer *w, int64_t v)
{
  if (v >= 0)
    put_head(w, 0, (uint64_t)v);
  else
    put_head(w, 1, (uint64_t)(-1 - v));
}

static void put_key(struct writer *w, const struct world *world, const struct ceremony *how)
{
  uint8_t point[65];
  size_t n = 0;
  assert_int_equal(EVP_PKEY_get_octet_string_param(world->key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n), 1);
  assert_int_equal(n, sizeof point);
  put_head(w, 5, 5);
  put_int(w, 1), put_int(w, 2);
  put_int(w, 3), put_int(w, how->algorithm);
  put_int(w, -1), put_int(w, 1);
  put_int(w, -2), put_head(w, 2, 32), put_bytes(w, point + 1, 32);
  put_int(w, -3), put_head(w, 2, 32);
  point[64] ^= how->bent_point ? 1 : 0;
  put_bytes(w, point + 33, 32);
}

static void make_client_data(struct world *w, const struct ceremony *how)
{
  char text[64];
  struct writer out = writer_of(w->client_data, sizeof w->client_data);
  sodium_bin2base64(text, sizeof text, w->challenge, sizeof w->challenge, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (how->bent_challenge)
    text[5] = text[5] == 'A' ? 'B' : 'A';
  put_fmt(&out, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}", how->type, text, how->origin, how->more);
  assert_int_equal(writer_finish(&out, &w->client_n), 0);
}

static void make_auth_data(struct world *w, const struct ceremony *how)
{
  uint8_t hash[crypto_hash_sha256_BYTES];
  struct writer out = writer_of(w->auth_data, sizeof w->auth_data);
  crypto_hash_sha256(hash, (const uint8_t *)how->rp_id, strlen(how->rp_id));
  put_bytes(&out, hash, sizeof hash);
  put_u8(&out, (uint8_t)(how->flags | (how->extension ? 0x80 : 0)));
  put_u32(&out, how->count);
  if ((how->flags & 0x40) != 0) {
    put_zero(&out, 16);
    put_u16(&out, (uint16_t)how->id_n);
    for (size_t i = 0; i < how->id_n; i++)
      put_u8(&out, (uint8_t)i);
    put_key(&out, w, how);
  }
  if (how->extension) {
    put_head(&out, 5, 1);
    put_text(&out, "credProtect");
    put_int(&out, 2);
  }
  if (how->trailing)
    put_u8(&out, 0);
  assert_int_equal(writer_finish(&out, &w->auth_n), 0);
}

static void make_attestation(struct world *w, const struct ceremony *how)
{
  struct writer out = writer_of(w->attestation, sizeof w->attestation);
  put_head(&out, 5, 3);
  put_text(&out, "fmt");
  put_text(&out, how->format);
  put_text(&out, "attStmt");
  put_head(&out, 5, how->statement ? 1 : 0);
  if (how->statement) {
    put_text(&out, "alg");
    put_int(&out, -7);
  }
  put_text(&out, "authData");
  put_head(&out, 2, w->auth_n);
  put_bytes(&out, w->auth_data, w->auth_n);
  assert_int_equal(writer_finish(&out, &w->attestation_n), 0);
}

static void sign(struct world *w, bool bent)
{
  uint8_t hash[crypto_hash_sha256_BYTES];
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  w->signature_n = sizeof w->signature;
  crypto_hash_sha256(hash, w->client_data, w->client_n);
  assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, w->key), 1);
  assert_int_equal(EVP_DigestSignUpdate(context, w->auth_data, w->auth_n), 1);
  assert_int_equal(EVP_DigestSignUpdate(context, hash, sizeof hash), 1);
  assert_int_equal(EVP_DigestSignFinal(context, w->signature, &w->signature_n), 1);
  EVP_MD_CTX_free(context);
  w->signature[w->signature_n - 1] ^= bent ? 1 : 0;
}

static int finish_registration(struct world *w, uint64_t now_us)
{
  return passkey_register_finish(&w->challenges, now_us, w->session, &site, span_of(w->client_data, w->client_n),
                                 span_of(w->attestation, w->attestation_n), &w->credential);
}

static int register_with(struct world *w, struct ceremony how)
{
  assert_int_equal(passkey_begin(&w->challenges, NOW, w->session, CHALLENGE_REGISTER, w->challenge), 0);
  make_client_data(w, &how);
  make_auth_data(w, &how);
  make_attestation(w, &how);
  return finish_registration(w, NOW + SECOND);
}

static int finish_sign_in(struct world *w, uint64_t now_us, uint32_t *count)
{
  const struct passkey_answer answer = {.client_data = span_of(w->client_data, w->client_n),
                                        .auth_data = span_of(w->auth_data, w->auth_n),
                                        .signature = span_of(w->signature, w->signature_n)};
  return passkey_sign_in_finish(&w->challenges, now_us, w->session, &site, &w->credential, &answer, count);
}

static void begin_sign_in(struct world *w, struct ceremony how)
{
  assert_int_equal(passkey_begin(&w->challenges, NOW, w->session, CHALLENGE_SIGN_IN, w->challenge), 0);
  make_client_data(w, &how);
  make_auth_data(w, &how);
  sign(w, how.bent_signature);
}

static int sign_in_with(struct world *w, struct ceremony how)
{
  uint32_t count;
  begin_sign_in(w, how);
  return finish_sign_in(w, NOW + SECOND, &count);
}

static void test_register_and_sign_in(void **state)
{
  struct world *w = *state;
  uint32_t count = 77;
  assert_int_equal(register_with(w, registration), 0);
  assert_int_equal(w->credential.id_n, 16);
  assert_int_equal(w->credential.id[15], 15);
  begin_sign_in(w, sign_in);
  assert_int_equal(finish_sign_in(w, NOW + SECOND, &count), 0);
  assert_int_equal(count, 0);
}

#define BENT(base, ...) ({ struct ceremony how = base; struct ceremony *h = &how; __VA_ARGS__; how; })

static void test_forged_registrations(void **state)
{
  struct world *w = *state;
  const struct { struct ceremony how; int err; } forged[] = {
    {BENT(registration, h->type = "webauthn.get"), ERR_AUTH},
    {BENT(registration, h->bent_challenge = true), ERR_AUTH},
    {BENT(registration, h->origin = "https://meet.example.evil"), ERR_AUTH},
    {BENT(registration, h->origin = "https://meet.example:444"), ERR_AUTH},
    {BENT(registration, h->origin = "http://meet.example"), ERR_AUTH},
    {BENT(registration, h->more = ",\"crossOrigin\":true"), ERR_AUTH},
    {BENT(registration, h->more = ",\"crossOrigin\":\"false\""), ERR_AUTH},
    {BENT(registration, h->more = ",\"topOrigin\":\"https://evil.example\""), ERR_AUTH},
    {BENT(registration, h->more = ",\"origin\":\"" ORIGIN "\""), ERR_MALFORMED},
    {BENT(registration, h->more = "}{"), ERR_MALFORMED},
    {BENT(registration, h->rp_id = "evil.example"), ERR_AUTH},
    {BENT(registration, h->flags = 0x44), ERR_AUTH},      /* nobody was there */
    {BENT(registration, h->flags = 0x41), ERR_AUTH},      /* somebody, but who? */
    {BENT(registration, h->flags = 0x05), ERR_MALFORMED}, /* no key */
    {BENT(registration, h->flags = 0x55), ERR_MALFORMED}, /* backed up, but cannot be */
    {BENT(registration, h->algorithm = -257), ERR_UNSUPPORTED},
    {BENT(registration, h->algorithm = -8), ERR_UNSUPPORTED},
    {BENT(registration, h->format = "packed"), ERR_UNSUPPORTED},
    {BENT(registration, h->format = "None"), ERR_UNSUPPORTED},
    {BENT(registration, h->statement = true), ERR_MALFORMED},
    {BENT(registration, h->trailing = true), ERR_MALFORMED},
    {BENT(registration, h->id_n = 0), ERR_LIMIT},
    {BENT(registration, h->id_n = PASSKEY_CREDENTIAL + 1), ERR_LIMIT},
    {BENT(registration, h->bent_point = true), ERR_CRYPTO},
  };
  for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
    int err = register_with(w, forged[i].how);
    if (err != forged[i].err)
      fail_msg("forgery %zu: %d", i, err);
  }
  assert_int_equal(register_with(w, BENT(registration, h->extension = true)), 0);
  assert_int_equal(register_with(w, BENT(registration, h->id_n = PASSKEY_CREDENTIAL)), 0);
  assert_int_equal(register_with(w, BENT(registration, h->more = "")), 0); /* older browsers */
  assert_int_equal(register_with(w, BENT(registration, h->flags = 0x5d)), 0); /* a synchronised passkey */
}

static void test_forged_sign_ins(void **state)
{
  struct world *w = *state;
  const struct { struct ceremony how; int err; } forged[] = {
    {BENT(sign_in, h->type = "webauthn.create"), ERR_AUTH},
    {BENT(sign_in, h->bent_challenge = true), ERR_AUTH},
    {BENT(sign_in, h->origin = "https://meet.example."), ERR_AUTH},
    {BENT(sign_in, h->origin = "https://MEET.example"), ERR_AUTH},
    {BENT(sign_in, h->more = ",\"crossOrigin\":true"), ERR_AUTH},
    {BENT(sign_in, h->rp_id = "example"), ERR_AUTH},
    {BENT(sign_in, h->flags = 0x04), ERR_AUTH},
    {BENT(sign_in, h->flags = 0x01), ERR_AUTH},
    {BENT(sign_in, h->flags = 0x45; h->id_n = 4; h->algorithm = -7), ERR_MALFORMED},
    {BENT(sign_in, h->trailing = true), ERR_MALFORMED},
    {BENT(sign_in, h->bent_signature = true), ERR_AUTH},
  };
  assert_int_equal(register_with(w, registration), 0);
  for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
    int err = sign_in_with(w, forged[i].how);
    if (err != forged[i].err)
      fail_msg("forgery %zu: %d", i, err);
  }
  assert_int_equal(sign_in_with(w, sign_in), 0);
}

/* What is signed cannot be changed afterwards, bit by bit; another's key does not do either. */
static void test_what_is_signed(void **state)
{
  struct world *w = *state;
  uint32_t count;
  assert_int_equal(register_with(w, registration), 0);
  for (size_t i = 0; i < 37 * 8; i += 5) {
    begin_sign_in(w, sign_in);
    w->auth_data[i / 8] ^= (uint8_t)(1u << (i % 8));
    assert_int_not_equal(finish_sign_in(w, NOW, &count), 0);
  }
  for (size_t n = 0; n < 80; n += 7) {
    begin_sign_in(w, sign_in);
    w->signature_n = n < w->signature_n ? n : 0;
    assert_int_not_equal(finish_sign_in(w, NOW, &count), 0);
  }
  begin_sign_in(w, sign_in);
  w->client_data[w->client_n++] = ' '; /* still the same JSON, but not what was signed */
  assert_int_equal(finish_sign_in(w, NOW, &count), ERR_AUTH);
  EVP_PKEY_free(w->key);
  w->key = EVP_EC_gen("P-256");
  assert_int_equal(sign_in_with(w, sign_in), ERR_AUTH);
}

static void test_count(void **state)
{
  static const struct { uint32_t before, now; int err; } counts[] = {
    {0, 0, 0}, {0, 1, 0}, {1, 2, 0}, {5, 4000000000u, 0}, {1, 1, ERR_REPLAY}, {2, 1, ERR_REPLAY}, {1, 0, ERR_REPLAY},
  };
  struct world *w = *state;
  assert_int_equal(register_with(w, registration), 0);
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    struct ceremony how = sign_in;
    how.count = counts[i].now;
    w->credential.count = counts[i].before;
    assert_int_equal(sign_in_with(w, how), counts[i].err);
  }
}

static void test_challenge_is_used_once(void **state)
{
  struct world *w = *state;
  uint32_t count;
  assert_int_equal(register_with(w, registration), 0);
  assert_int_equal(finish_registration(w, NOW), ERR_NOT_FOUND);
  begin_sign_in(w, sign_in);
  assert_int_equal(finish_sign_in(w, NOW, &count), 0);
  assert_int_equal(finish_sign_in(w, NOW, &count), ERR_NOT_FOUND);
  begin_sign_in(w, BENT(sign_in, h->bent_signature = true));
  assert_int_equal(finish_sign_in(w, NOW, &count), ERR_AUTH);
  sign(w, false); /* a wrong answer has used it up too */
  assert_int_equal(finish_sign_in(w, NOW, &count), ERR_NOT_FOUND);
}

static void test_challenge_of_another(void **state)
{
  struct world *w = *state;
  uint32_t count;
  assert_int_equal(register_with(w, registration), 0);
  begin_sign_in(w, sign_in);
  w->session[0] ^= 1;
  assert_int_equal(finish_sign_in(w, NOW, &count), ERR_NOT_FOUND);
  uint8_t other[CHALLENGE_BYTES];
  assert_int_equal(passkey_begin(&w->challenges, NOW, w->session, CHALLENGE_SIGN_IN, other), 0);
  assert_int_equal(finish_sign_in(w, NOW, &count), ERR_AUTH); /* that session has a challenge, but not this one */
  w->session[0] ^= 1;
  assert_int_equal(finish_sign_in(w, NOW, &count), 0);
  begin_sign_in(w, sign_in);
  assert_int_equal(finish_registration(w, NOW), ERR_NOT_FOUND); /* begun for another purpose */
}

static void test_challenge_too_late(void **state)
{
  struct world *w = *state;
  uint32_t count;
  assert_int_equal(register_with(w, registration), 0);
  begin_sign_in(w, sign_in);
  assert_int_equal(finish_sign_in(w, NOW + CHALLENGE_LIFETIME_US - 1, &count), 0);
  begin_sign_in(w, sign_in);
  assert_int_equal(finish_sign_in(w, NOW + CHALLENGE_LIFETIME_US, &count), ERR_NOT_FOUND);
}

static void test_challenges_are_bounded(void **state)
{
  struct world *w = *state;
  uint8_t session[CHALLENGE_SESSION] = {0}, first[CHALLENGE_BYTES], second[CHALLENGE_BYTES], challenge[CHALLENGE_BYTES];
  assert_int_equal(challenges_open(&w->challenges, NOW, session, CHALLENGE_SIGN_IN, first), 0);
  for (uint32_t i = 1; i <= LIMIT_PASSKEY_CHALLENGES; i++) {
    memcpy(session, &i, sizeof i);
    assert_int_equal(challenges_open(&w->challenges, NOW + i, session, CHALLENGE_SIGN_IN, challenge), 0);
  }
  assert_int_equal(challenges_take(&w->challenges, NOW + SECOND, session, CHALLENGE_SIGN_IN, second), 0);
  assert_memory_equal(second, challenge, sizeof second);
  memset(session, 0, sizeof session); /* the oldest one has made room */
  assert_int_equal(challenges_take(&w->challenges, NOW + SECOND, session, CHALLENGE_SIGN_IN, second), ERR_NOT_FOUND);
}

/* Every beginning of an attestation object, and of authenticator data, is refused. */
static void test_truncation(void **state)
{
  struct world *w = *state;
  struct span auth_data;
  struct passkey_data data;
  assert_int_equal(register_with(w, BENT(registration, h->extension = true)), 0);
  for (size_t n = 0; n < w->attestation_n; n++)
    assert_int_not_equal(passkey_attestation_parse(span_of(w->attestation, n), &auth_data), 0);
  for (size_t n = 0; n < w->auth_n; n++)
    assert_int_not_equal(passkey_data_parse(span_of(w->auth_data, n), &data), 0);
}

/* Fields that come twice in place of others: what is missing must not be read. */
static void test_fields_twice(void **state)
{
  struct world *w = *state;
  struct passkey_data data;
  struct span auth_data;
  uint8_t twice[] = "\xa3\x63" "fmt" "\x64none\x63" "fmt" "\x64none\x67" "attStmt" "\xa0";
  assert_int_equal(passkey_attestation_parse(span_of(twice, sizeof twice - 1), &auth_data), ERR_MALFORMED);
  assert_int_equal(register_with(w, registration), 0);
  w->auth_data[w->auth_n - 35] = 0x21; /* x, where y was */
  assert_int_equal(passkey_data_parse(span_of(w->auth_data, w->auth_n), &data), ERR_MALFORMED);
  w->auth_data[w->auth_n - 35] = 0x23; /* d: nothing that a public key has */
  assert_int_equal(passkey_data_parse(span_of(w->auth_data, w->auth_n), &data), ERR_UNSUPPORTED);
}

static void test_cbor(void **state)
{
  (void)state;
  static const struct { const char *bytes; size_t n; int err; } items[] = {
    {"\x00", 1, 0}, {"\x18\x18", 2, 0}, {"\x18\x17", 2, ERR_MALFORMED}, {"\x19\x00\xff", 3, ERR_MALFORMED},
    {"\x1a\x00\x00\xff\xff", 5, ERR_MALFORMED}, {"\x1b\x00\x00\x00\x00\xff\xff\xff\xff", 9, ERR_MALFORMED},
    {"\x1c", 1, ERR_MALFORMED}, {"\x5f\x41\x00\xff", 4, ERR_MALFORMED}, {"\x42\x00", 2, ERR_TRUNCATED},
    {"\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9, ERR_TRUNCATED}, {"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", 9, ERR_TRUNCATED},
    {"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9, ERR_TRUNCATED}, {"\xc0\x00", 2, ERR_MALFORMED}, {"\xf4", 1, 0},
    {"\xf7", 1, ERR_MALFORMED}, {"\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00", 9, ERR_MALFORMED},
    {"\x81\x81\x81\x80", 4, 0}, {"\x81\x81\x81\x81\x80", 5, ERR_LIMIT}, {"", 0, ERR_TRUNCATED},
  };
  for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
    struct span s = span_of(items[i].bytes, items[i].n);
    if (cbor_skip(&s) != items[i].err)
      fail_msg("item %zu", i);
  }
  int64_t v;
  struct span s = span_of("\x3b\x80\x00\x00\x00\x00\x00\x00\x00", 9);
  assert_int_equal(cbor_take_int(&s, &v), ERR_RANGE);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_WORLD(test_register_and_sign_in), WITH_WORLD(test_forged_registrations), WITH_WORLD(test_forged_sign_ins),
    WITH_WORLD(test_what_is_signed), WITH_WORLD(test_count), WITH_WORLD(test_challenge_is_used_once),
    WITH_WORLD(test_challenge_of_another), WITH_WORLD(test_challenge_too_late), WITH_WORLD(test_challenges_are_bounded),
    WITH_WORLD(test_truncation), WITH_WORLD(test_fields_twice), cmocka_unit_test(test_cbor),
  };
  return RUN_TESTS("passkey", tests);
}
