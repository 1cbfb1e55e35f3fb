/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/certificate_public.c: a certificate that would fail the public is refused at the start, each for its own reason (A1). */
#include "web_testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "web/certificate_public.h"
#include "web/openssl.h"

#define NOW INT64_C(1795420800)
#define DAY INT64_C(86400)
#define ORIGIN "https://meet.example.org:8443"

static char certificate_path[] = "/tmp/testudo-public-certificate-XXXXXX", key_path[] = "/tmp/testudo-public-key-XXXXXX";

static void set_name(X509_NAME *name, const char *text)
{
  assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0), 1);
}

/* Issued by `authority`, or by itself when that is NULL; valid from now on for 30 days. */
static void write_certificate(EVP_PKEY *key, EVP_PKEY *authority, const char *names)
{
  X509 *x = X509_new();
  X509V3_CTX ctx;
  set_name(X509_get_subject_name(x), "a server");
  set_name(X509_get_issuer_name(x), authority != NULL ? "an authority" : "a server");
  assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
  assert_non_null(ASN1_TIME_set(X509_getm_notBefore(x), (time_t)NOW));
  assert_non_null(ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(NOW + 30 * DAY)));
  assert_int_equal(X509_set_pubkey(x, key), 1);
  X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &ctx, NID_subject_alt_name, names);
  assert_int_equal(X509_add_ext(x, extension, -1), 1);
  assert_true(X509_sign(x, authority != NULL ? authority : key, EVP_sha256()) > 0);
  FILE *f = fopen(certificate_path, "we");
  assert_int_equal(PEM_write_X509(f, x), 1);
  (void)fclose(f);
  X509_EXTENSION_free(extension);
  X509_free(x);
}

static void write_key(EVP_PKEY *key)
{
  FILE *f = fopen(key_path, "we");
  assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
  (void)fclose(f);
}

static EVP_PKEY *key, *other;

static int set_up(void **state)
{
  (void)state;
  key = EVP_EC_gen("P-256");
  other = EVP_EC_gen("P-256");
  write_key(key);
  write_certificate(key, other, "DNS:meet.example.org,IP:192.0.2.7,IP:2001:db8::7");
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  EVP_PKEY_free(key);
  EVP_PKEY_free(other);
  return 0;
}

static const char *problem(const char *origin, int64_t now_s)
{
  return certificate_public_problem(certificate_path, key_path, origin, now_s);
}

static void assert_problem(const char *text, const char *part)
{
  assert_non_null(text);
  if (strstr(text, part) == NULL || strstr(text, "Mend: ") == NULL)
    fail_msg("unexpected: %s", text);
}

static void test_a_good_one(void **state)
{
  (void)state;
  assert_null(problem(ORIGIN, NOW + DAY));
  assert_null(problem("https://meet.example.org", NOW + DAY));
  assert_null(problem("https://192.0.2.7", NOW + DAY));
  assert_null(problem("https://[2001:db8::7]:8443", NOW + DAY));
}

static void test_signed_by_itself(void **state)
{
  (void)state;
  write_certificate(key, NULL, "DNS:meet.example.org");
  assert_problem(problem(ORIGIN, NOW + DAY), "signed by itself");
}

static void test_of_another_name(void **state)
{
  (void)state;
  assert_problem(problem("https://example.org", NOW + DAY), "another name");
  assert_problem(problem("https://meet.example.org.evil.example", NOW + DAY), "another name");
  assert_problem(problem("https://192.0.2.8", NOW + DAY), "another name");
}

static void test_out_of_its_time(void **state)
{
  (void)state;
  assert_problem(problem(ORIGIN, NOW - DAY), "not valid yet");
  assert_problem(problem(ORIGIN, NOW + 31 * DAY), "expired");
}

static void test_of_another_key(void **state)
{
  (void)state;
  write_key(other);
  assert_problem(problem(ORIGIN, NOW + DAY), "another certificate");
}

static void test_missing_files(void **state)
{
  (void)state;
  assert_problem(certificate_public_problem("/nonexistent", key_path, ORIGIN, NOW), "certificate cannot be read");
  assert_problem(certificate_public_problem(certificate_path, "/nonexistent", ORIGIN, NOW), "key cannot be read");
}

#define WITH_KEYS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_KEYS(test_a_good_one),      WITH_KEYS(test_signed_by_itself), WITH_KEYS(test_of_another_name),
    WITH_KEYS(test_out_of_its_time), WITH_KEYS(test_of_another_key),   WITH_KEYS(test_missing_files),
  };
  int a = mkstemp(certificate_path), b = mkstemp(key_path);
  if (a < 0 || b < 0)
    return 1;
  (void)close(a);
  (void)close(b);
  int failed = RUN_TESTS("certificate_public", tests);
  (void)unlink(certificate_path);
  (void)unlink(key_path);
  return failed;
}
