/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth/oidc: what a provider signs, and what a forger does (A8). Every token but the good ones is refused, and for
 * the reason that is its own. */
#include "oidc_testing.h"

#include "auth/oidc/json.h"

#define HEADER(alg, kid) "{\"alg\":\"" alg "\",\"kid\":\"" kid "\",\"typ\":\"JWT\"}"
#define CORE "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"person-1\""
#define TIMES "\"iat\":1795420800,\"exp\":1795421400"
#define PAYLOAD "{" CORE "," TIMES "}"
#define ALL ((1u << JWS_ALGORITHMS) - 1)

static struct jwks keys;

static void read_keys(struct jwks *set)
{
  uint8_t text[8192];
  struct writer w = writer_of(text, sizeof text);
  put_str(&w, "{\"keys\":[");
  put_jwk(&w, rsa, "r", ",\"use\":\"sig\"");
  put_u8(&w, ',');
  put_jwk(&w, p256, "e", "");
  put_u8(&w, ',');
  put_jwk(&w, p384, "f", ",\"alg\":\"ES384\"");
  put_str(&w, "]}");
  assert_int_equal(jwks_parse(writer_span(&w), set), 0);
}

static int set_up(void **state)
{
  if (make_keys(state) != 0)
    return 1;
  read_keys(&keys);
  return keys.n != 3;
}

static int tear_down(void **state)
{
  jwks_fini(&keys);
  return free_keys(state);
}

static struct oidc_expected expected(void)
{
  return (struct oidc_expected){.issuer = ISSUER, .client_id = CLIENT, .nonce = span_str("the-nonce"),
                                .algorithms = ALL, .begun_s = NOW - 30, .now_s = NOW + 5};
}

static enum oidc_error check_text(const char *token)
{
  struct oidc_identity identity;
  struct oidc_expected e = expected();
  enum oidc_error error = id_token_check(span_str(token), &keys, &e, &identity);
  assert_int_equal(ERR_peek_error(), 0); /* a TLS connection of this thread would take it for its own */
  return error;
}

static enum oidc_error check(const char *header, const char *payload, const char *algorithm, EVP_PKEY *key)
{
  char token[TOKEN_BYTES];
  make_token(token, header, payload, algorithm, key);
  return check_text(token);
}

static enum oidc_error check_payload(const char *payload)
{
  return check(HEADER("RS256", "r"), payload, "RS256", rsa);
}

static void test_every_algorithm_of_the_list(void **state)
{
  (void)state;
  assert_error(check(HEADER("RS256", "r"), PAYLOAD, "RS256", rsa), OIDC_OK);
  assert_error(check(HEADER("PS256", "r"), PAYLOAD, "PS256", rsa), OIDC_OK);
  assert_error(check(HEADER("ES256", "e"), PAYLOAD, "ES256", p256), OIDC_OK);
  assert_error(check(HEADER("ES384", "f"), PAYLOAD, "ES384", p384), OIDC_OK);
}

static void test_the_person(void **state)
{
  (void)state;
  char token[TOKEN_BYTES];
  struct oidc_identity identity;
  struct oidc_expected e = expected();
  make_token(token, HEADER("ES256", "e"),
             "{" CORE "," TIMES ",\"email\":\"ann@example.org\",\"email_verified\":true,\"name\":\"Ann \xC3\x96\"}", "ES256",
             p256);
  assert_error(id_token_check(span_str(token), &keys, &e, &identity), OIDC_OK);
  assert_string_equal(identity.issuer, ISSUER);
  assert_string_equal(identity.subject, "person-1");
  assert_string_equal(identity.email, "ann@example.org");
  assert_true(identity.email_verified);
  assert_string_equal(identity.name, "Ann \xC3\x96");
}

static struct oidc_identity identity_of(const char *more)
{
  char token[TOKEN_BYTES], payload[2048];
  struct oidc_identity identity;
  struct oidc_expected e = expected();
  (void)snprintf(payload, sizeof payload, "{" CORE "," TIMES ",%s}", more);
  make_token(token, HEADER("ES256", "e"), payload, "ES256", p256);
  assert_error(id_token_check(span_str(token), &keys, &e, &identity), OIDC_OK);
  return identity;
}

static void test_an_address_is_verified_only_when_the_provider_says_so(void **state)
{
  (void)state;
  assert_false(identity_of("\"email\":\"a@b.c\"").email_verified);
  assert_false(identity_of("\"email\":\"a@b.c\",\"email_verified\":false").email_verified);
  assert_false(identity_of("\"email\":\"a@b.c\",\"email_verified\":\"false\"").email_verified);
  assert_false(identity_of("\"email\":\"a@b.c\",\"email_verified\":1").email_verified);
  assert_true(identity_of("\"email\":\"a@b.c\",\"email_verified\":\"true\"").email_verified);
  assert_false(identity_of("\"email_verified\":true").email_verified);
}

static void test_no_address_and_no_name_from_nonsense(void **state)
{
  (void)state;
  static const char *const bad[] = {"a", "@b.c", "a@", "a@b@c", "a b@c.d", "a@b.c\\r\\nBcc: d@e.f", "a@b\\u00e9.c"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char more[256];
    (void)snprintf(more, sizeof more, "\"email\":\"%s\",\"email_verified\":true", bad[i]);
    struct oidc_identity identity = identity_of(more);
    assert_string_equal(identity.email, "");
    assert_false(identity.email_verified);
  }
  assert_string_equal(identity_of("\"name\":\"a\\nb\"").name, "");
  assert_string_equal(identity_of("\"name\":7").name, "");
}

static void test_unsigned_tokens(void **state)
{
  (void)state;
  assert_error(check(HEADER("none", "r"), PAYLOAD, "none", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check(HEADER("None", "r"), PAYLOAD, "none", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check("{\"alg\":\"\"}", PAYLOAD, "none", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check("{\"kid\":\"r\"}", PAYLOAD, "none", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check(HEADER("RS256", "r"), PAYLOAD, "none", rsa), OIDC_BAD_SIGNATURE);
  assert_error(check(HEADER("ES256", "e"), PAYLOAD, "none", p256), OIDC_BAD_SIGNATURE);
}

static void test_a_public_key_as_secret(void **state)
{
  (void)state;
  assert_error(check(HEADER("HS256", "r"), PAYLOAD, "HS256", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check(HEADER("RS256", "r"), PAYLOAD, "HS256", rsa), OIDC_BAD_SIGNATURE);
  assert_error(check(HEADER("ES256", "e"), PAYLOAD, "HS256", p256), OIDC_BAD_SIGNATURE);
}

static void test_other_algorithms(void **state)
{
  (void)state;
  static const char *const names[] = {"RS1", "RS384", "RS512", "PS512", "ES512", "ES256K", "EdDSA", "HS512", "rs256", "RS256 "};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char header[128];
    (void)snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"r\"}", names[i]);
    assert_error(check(header, PAYLOAD, "RS256", rsa), OIDC_BAD_ALGORITHM);
  }
  assert_error(check("{\"alg\":[\"RS256\"],\"kid\":\"r\"}", PAYLOAD, "RS256", rsa), OIDC_BAD_ALGORITHM);
}

static void test_an_algorithm_that_the_provider_does_not_use(void **state)
{
  (void)state;
  char token[TOKEN_BYTES];
  struct oidc_identity identity;
  struct oidc_expected e = expected();
  e.algorithms = 1u << JWS_RS256;
  make_token(token, HEADER("ES256", "e"), PAYLOAD, "ES256", p256);
  assert_error(id_token_check(span_str(token), &keys, &e, &identity), OIDC_BAD_ALGORITHM);
}

static void test_the_algorithm_must_fit_the_key(void **state)
{
  (void)state;
  assert_error(check(HEADER("RS256", "e"), PAYLOAD, "ES256", p256), OIDC_UNKNOWN_KEY);
  assert_error(check(HEADER("ES256", "r"), PAYLOAD, "RS256", rsa), OIDC_UNKNOWN_KEY);
  assert_error(check(HEADER("ES384", "e"), PAYLOAD, "ES256", p256), OIDC_UNKNOWN_KEY);
  assert_error(check(HEADER("PS256", "r"), PAYLOAD, "RS256", rsa), OIDC_BAD_SIGNATURE);
  assert_error(check(HEADER("RS256", "r"), PAYLOAD, "PS256", rsa), OIDC_BAD_SIGNATURE);
}

static void test_another_key(void **state)
{
  (void)state;
  assert_error(check(HEADER("RS256", "r"), PAYLOAD, "RS256", rsa_other), OIDC_BAD_SIGNATURE);
  assert_error(check(HEADER("ES256", "e"), PAYLOAD, "ES256", p256_other), OIDC_BAD_SIGNATURE);
  assert_error(check(HEADER("RS256", "x"), PAYLOAD, "RS256", rsa), OIDC_UNKNOWN_KEY);
  assert_error(check("{\"alg\":\"RS256\",\"kid\":7}", PAYLOAD, "RS256", rsa), OIDC_BAD_TOKEN);
}

static void test_a_token_that_brings_its_own_key(void **state)
{
  (void)state;
  char header[4096];
  struct writer w = writer_of(header, sizeof header);
  put_str(&w, "{\"alg\":\"ES256\",\"kid\":\"e\",\"jwk\":");
  put_jwk(&w, p256_other, "e", "");
  put_str(&w, ",\"jku\":\"https://evil.example/keys\"}");
  put_u8(&w, '\0');
  assert_error(check(header, PAYLOAD, "ES256", p256_other), OIDC_BAD_SIGNATURE);
}

static void test_without_a_name_the_only_key_that_fits(void **state)
{
  (void)state;
  assert_error(check("{\"alg\":\"ES256\"}", PAYLOAD, "ES256", p256), OIDC_OK);
  assert_error(check("{\"alg\":\"ES256\"}", PAYLOAD, "ES256", p256_other), OIDC_BAD_SIGNATURE);
}

static void test_headers_that_ask_for_more(void **state)
{
  (void)state;
  assert_error(check("{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"b64\"],\"b64\":false}", PAYLOAD, "RS256", rsa),
               OIDC_BAD_ALGORITHM);
  assert_error(check("{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"at+jwt\"}", PAYLOAD, "RS256", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check("{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"logout+jwt\"}", PAYLOAD, "RS256", rsa), OIDC_BAD_ALGORITHM);
  assert_error(check("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"r\"}", PAYLOAD, "RS256", rsa), OIDC_BAD_TOKEN);
  assert_error(check("[\"RS256\"]", PAYLOAD, "RS256", rsa), OIDC_BAD_TOKEN);
}

static void test_claims(void **state)
{
  (void)state;
  static const struct {
    const char *payload;
    enum oidc_error error;
  } cases[] = {
    {"{\"iss\":\"https://evil.example\",\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_ISSUER},
    {"{\"iss\":\"" ISSUER "/\",\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_ISSUER},
    {"{\"iss\":[\"" ISSUER "\"],\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_ISSUER},
    {"{\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_ISSUER},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"other\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":[],\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{\"iss\":\"" ISSUER "\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\",7],\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\",\"o\"],\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{" CORE ",\"azp\":\"other\"," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{" CORE ",\"azp\":null," TIMES "}", OIDC_WRONG_AUDIENCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\",\"o\"],\"azp\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_OK},
    {"{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\"],\"nonce\":\"the-nonce\",\"sub\":\"a\"," TIMES "}", OIDC_OK},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"nonce\":\"another\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_NONCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"nonce\":\"\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_NONCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"sub\":\"a\"," TIMES "}", OIDC_WRONG_NONCE},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\"," TIMES "}", OIDC_BAD_CLAIMS},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":\"\"," TIMES "}", OIDC_BAD_CLAIMS},
    {"{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"nonce\":\"the-nonce\",\"sub\":7," TIMES "}", OIDC_BAD_CLAIMS},
    {"{" CORE ",\"sub\":\"person-2\"," TIMES "}", OIDC_BAD_TOKEN},
    {"{" CORE "," TIMES "}x", OIDC_BAD_TOKEN},
    {"{" CORE "," TIMES ",\"a\":[[[[[[[[[1]]]]]]]]]}", OIDC_BAD_TOKEN},
    {"{" CORE "," TIMES ",\"a\":\"\\u0000\"}", OIDC_BAD_TOKEN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assert_error(check_payload(cases[i].payload), cases[i].error);
}

static void test_times(void **state)
{
  (void)state;
  static const struct {
    const char *times;
    enum oidc_error error;
  } cases[] = { /* it is 1795420805 and the sign-in began at 1795420770; clocks may differ by 120 s */
    {"\"iat\":1795420800,\"exp\":1795420686", OIDC_OK},
    {"\"iat\":1795420800,\"exp\":1795420685", OIDC_WRONG_TIME},
    {"\"iat\":1795420925,\"exp\":1795421400", OIDC_OK},
    {"\"iat\":1795420926,\"exp\":1795421400", OIDC_WRONG_TIME},
    {"\"iat\":1795420650,\"exp\":1795421400", OIDC_OK},
    {"\"iat\":1795420649,\"exp\":1795421400", OIDC_WRONG_TIME},
    {TIMES ",\"nbf\":1795420926", OIDC_WRONG_TIME},
    {TIMES ",\"nbf\":\"now\"", OIDC_BAD_CLAIMS},
    {"\"iat\":1795420800", OIDC_BAD_CLAIMS},
    {"\"exp\":1795421400", OIDC_BAD_CLAIMS},
    {"\"iat\":1795420800,\"exp\":\"1795421400\"", OIDC_BAD_CLAIMS},
    {"\"iat\":1795420800,\"exp\":-1", OIDC_BAD_CLAIMS},
    {"\"iat\":1795420800,\"exp\":9223372036854775807", OIDC_BAD_CLAIMS},
    {"\"iat\":1795420800,\"exp\":1e300", OIDC_BAD_CLAIMS},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char payload[512];
    (void)snprintf(payload, sizeof payload, "{" CORE ",%s}", cases[i].times);
    assert_error(check_payload(payload), cases[i].error);
  }
}

static void test_every_byte_counts(void **state)
{
  (void)state;
  char token[TOKEN_BYTES];
  make_token(token, HEADER("ES256", "e"), PAYLOAD, "ES256", p256);
  size_t n = strlen(token);
  for (size_t i = 0; i < n; i++) {
    char kept = token[i];
    token[i] = kept == 'A' ? 'B' : 'A';
    assert_int_not_equal(check_text(token), OIDC_OK);
    token[i] = kept;
  }
  for (size_t i = 0; i < n; i++) {
    struct oidc_identity identity;
    struct oidc_expected e = expected();
    assert_int_not_equal(id_token_check(span_of(token, i), &keys, &e, &identity), OIDC_OK);
  }
  assert_error(check_text(token), OIDC_OK);
}

static void test_broken_forms(void **state)
{
  (void)state;
  char token[TOKEN_BYTES];
  static const char *const ends[] = {"=", " ", "\n", "A", ".", ".A", "%00"};
  static const char *const forms[] = {"", ".", "..", "...", "a.b.c", "a..b", "....", "e30.e30.e30"};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    make_token(token, HEADER("RS256", "r"), PAYLOAD, "RS256", rsa);
    strcat(token, ends[i]);
    assert_int_not_equal(check_text(token), OIDC_OK);
  }
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    assert_int_not_equal(check_text(forms[i]), OIDC_OK);
  char *huge = malloc(LIMIT_OIDC_TOKEN + 2);
  memset(huge, 'A', LIMIT_OIDC_TOKEN + 1);
  huge[LIMIT_OIDC_TOKEN + 1] = '\0';
  assert_error(check_text(huge), OIDC_BAD_TOKEN);
  free(huge);
}

static int parse_set(const char *text, struct jwks *set)
{
  return jwks_parse(span_str(text), set);
}

static void test_sets_of_keys(void **state)
{
  (void)state;
  struct jwks set = {0};
  assert_int_equal(parse_set("{}", &set), ERR_MALFORMED);
  assert_int_equal(parse_set("{\"keys\":{}}", &set), ERR_MALFORMED);
  assert_int_equal(parse_set("{\"keys\":[],\"keys\":[]}", &set), ERR_MALFORMED);
  assert_int_equal(parse_set("{\"keys\":[]}", &set), ERR_UNSUPPORTED);
  assert_int_equal(parse_set("{\"keys\":[7,null,{},{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", &set), ERR_UNSUPPORTED);
  assert_int_equal(parse_set("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}", &set), ERR_UNSUPPORTED);
  char many[4096] = "{\"keys\":[{}";
  for (int i = 0; i < LIMIT_OIDC_KEYS; i++)
    strcat(many, ",{}");
  strcat(many, "]}");
  assert_int_equal(parse_set(many, &set), ERR_LIMIT);
}

static int parse_one(EVP_PKEY *key, const char *extra, struct jwks *set)
{
  uint8_t text[4096];
  struct writer w = writer_of(text, sizeof text);
  put_str(&w, "{\"keys\":[");
  put_jwk(&w, key, "k", extra);
  put_str(&w, "]}");
  return jwks_parse(writer_span(&w), set);
}

static void test_keys_that_are_not_taken(void **state)
{
  (void)state;
  struct jwks set = {0};
  EVP_PKEY *small = EVP_RSA_gen(1024), *p521 = EVP_EC_gen("P-521");
  assert_int_equal(parse_one(small, "", &set), ERR_UNSUPPORTED);
  assert_int_equal(parse_one(p521, "", &set), ERR_UNSUPPORTED);
  assert_int_equal(ERR_peek_error(), 0);
  assert_int_equal(parse_one(rsa, ",\"use\":\"enc\"", &set), ERR_UNSUPPORTED);
  assert_int_equal(parse_one(rsa, ",\"key_ops\":[\"encrypt\"]", &set), ERR_UNSUPPORTED);
  assert_int_equal(parse_one(rsa, ",\"alg\":\"RSA-OAEP\"", &set), ERR_UNSUPPORTED);
  assert_int_equal(parse_one(p256, ",\"alg\":\"RS256\"", &set), ERR_UNSUPPORTED);
  EVP_PKEY_free(small);
  EVP_PKEY_free(p521);
}

static void test_a_point_beside_the_curve(void **state)
{
  (void)state;
  uint8_t text[1024], zero[32] = {0};
  struct jwks set = {0};
  struct writer w = writer_of(text, sizeof text);
  zero[31] = 1;
  put_str(&w, "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"");
  oidc_put_base64url(&w, span_of(zero, 32));
  put_str(&w, "\",\"y\":\"");
  oidc_put_base64url(&w, span_of(zero, 32));
  put_str(&w, "\"}]}");
  assert_int_equal(jwks_parse(writer_span(&w), &set), ERR_UNSUPPORTED);
  assert_int_equal(ERR_peek_error(), 0);
}

static void test_two_keys_of_one_name(void **state)
{
  (void)state;
  uint8_t text[4096];
  struct jwks set = {0};
  char token[TOKEN_BYTES];
  struct oidc_identity identity;
  struct oidc_expected e = expected();
  struct writer w = writer_of(text, sizeof text);
  put_str(&w, "{\"keys\":[");
  put_jwk(&w, p256, "e", "");
  put_u8(&w, ',');
  put_jwk(&w, p256_other, "e", "");
  put_str(&w, "]}");
  assert_int_equal(jwks_parse(writer_span(&w), &set), 0);
  make_token(token, HEADER("ES256", "e"), PAYLOAD, "ES256", p256_other);
  assert_error(id_token_check(span_str(token), &set, &e, &identity), OIDC_UNKNOWN_KEY);
  jwks_fini(&set);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_algorithm_of_the_list),
    cmocka_unit_test(test_the_person),
    cmocka_unit_test(test_an_address_is_verified_only_when_the_provider_says_so),
    cmocka_unit_test(test_no_address_and_no_name_from_nonsense),
    cmocka_unit_test(test_unsigned_tokens),
    cmocka_unit_test(test_a_public_key_as_secret),
    cmocka_unit_test(test_other_algorithms),
    cmocka_unit_test(test_an_algorithm_that_the_provider_does_not_use),
    cmocka_unit_test(test_the_algorithm_must_fit_the_key),
    cmocka_unit_test(test_another_key),
    cmocka_unit_test(test_a_token_that_brings_its_own_key),
    cmocka_unit_test(test_without_a_name_the_only_key_that_fits),
    cmocka_unit_test(test_headers_that_ask_for_more),
    cmocka_unit_test(test_claims),
    cmocka_unit_test(test_times),
    cmocka_unit_test(test_every_byte_counts),
    cmocka_unit_test(test_broken_forms),
    cmocka_unit_test(test_sets_of_keys),
    cmocka_unit_test(test_keys_that_are_not_taken),
    cmocka_unit_test(test_a_point_beside_the_curve),
    cmocka_unit_test(test_two_keys_of_one_name),
  };
  return cmocka_run_group_tests_name("oidc_token", tests, set_up, tear_down);
}
