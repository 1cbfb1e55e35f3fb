/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/certificate.c: made once, kept, made anew when it must be; the key is nobody else's to read (A1, T8). */
#include "web_testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "web/certificate.h"
#include "web/openssl.h"

#define NOW INT64_C(1795420800)
#define DAY INT64_C(86400)
#define FILE_BYTES 4096

struct folder {
  char path[64], certificate[96], key[96];
};

static int set_up(void **state)
{
  static struct folder f;
  (void)snprintf(f.path, sizeof f.path, "/tmp/testudo-certificate-XXXXXX");
  *state = &f;
  if (mkdtemp(f.path) == NULL)
    return -1;
  (void)snprintf(f.certificate, sizeof f.certificate, "%s/certificate.pem", f.path);
  (void)snprintf(f.key, sizeof f.key, "%s/key.pem", f.path);
  return 0;
}

static int tear_down(void **state)
{
  struct folder *f = *state;
  (void)unlink(f->certificate);
  (void)unlink(f->key);
  return rmdir(f->path); /* fails if anything else was left */
}

static size_t read_file(const char *path, char bytes[FILE_BYTES])
{
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  size_t n = fread(bytes, 1, FILE_BYTES, file);
  (void)fclose(file);
  return n;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
  (void)unlink(path);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  assert_true(fd >= 0);
  assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  (void)close(fd);
}

static bool ensured_anew(const struct folder *f, int64_t now_s)
{
  char before[FINGERPRINT_TEXT] = "", after[FINGERPRINT_TEXT];
  (void)certificate_fingerprint(f->certificate, before);
  assert_int_equal(certificate_ensure(f->certificate, f->key, now_s), 0);
  assert_int_equal(certificate_fingerprint(f->certificate, after), 0);
  assert_int_equal(strlen(after), FINGERPRINT_TEXT - 1);
  return strcmp(before, after) != 0;
}

static void test_made_once(void **state)
{
  const struct folder *f = *state;
  struct stat st;
  assert_true(ensured_anew(f, NOW));
  assert_false(ensured_anew(f, NOW));
  assert_int_equal(stat(f->key, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_what_it_says(void **state)
{
  const struct folder *f = *state;
  static const unsigned char v6[16] = {[15] = 1}, v4[4] = {127, 0, 0, 1};
  assert_true(ensured_anew(f, NOW));
  FILE *file = fopen(f->certificate, "re");
  X509 *x = PEM_read_X509(file, NULL, NULL, NULL);
  (void)fclose(file);
  assert_non_null(x);
  assert_int_equal(X509_check_host(x, "localhost", 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL), 1);
  assert_int_equal(X509_check_host(x, "example.org", 0, 0, NULL), 0);
  assert_int_equal(X509_check_ip(x, v4, sizeof v4, 0), 1);
  assert_int_equal(X509_check_ip(x, v6, sizeof v6, 0), 1);
  assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0), 1);
  assert_int_equal(X509_check_ca(x), 0);
  EVP_PKEY *key = X509_get0_pubkey(x);
  assert_int_equal(EVP_PKEY_get_bits(key), 256);
  assert_int_equal(X509_verify(x, key), 1);
  X509_free(x);
}

static void test_renewed_in_time(void **state)
{
  const struct folder *f = *state;
  assert_true(ensured_anew(f, NOW));
  assert_false(ensured_anew(f, NOW + (CERTIFICATE_DAYS - CERTIFICATE_RENEW_DAYS - 1) * DAY));
  assert_true(ensured_anew(f, NOW + (CERTIFICATE_DAYS - CERTIFICATE_RENEW_DAYS + 1) * DAY));
}

static void test_a_clock_set_back(void **state)
{
  const struct folder *f = *state;
  assert_true(ensured_anew(f, NOW));
  assert_true(ensured_anew(f, NOW - 2 * DAY));
}

static void test_broken_pairs(void **state)
{
  const struct folder *f = *state;
  char key[FILE_BYTES + 1];
  assert_true(ensured_anew(f, NOW));
  key[read_file(f->key, key)] = '\0';
  assert_int_equal(unlink(f->certificate), 0); /* interrupted between the two */
  assert_true(ensured_anew(f, NOW));
  write_file(f->key, key, 0600); /* of the earlier certificate */
  assert_true(ensured_anew(f, NOW));
  write_file(f->certificate, "-----BEGIN CERTIFICATE-----\nnonsense\n", 0644);
  assert_true(ensured_anew(f, NOW));
}

static void test_a_key_that_others_could_read(void **state)
{
  const struct folder *f = *state;
  assert_true(ensured_anew(f, NOW));
  assert_int_equal(chmod(f->key, 0644), 0);
  assert_true(ensured_anew(f, NOW));
}

static void test_left_over_of_an_interrupted_start(void **state)
{
  const struct folder *f = *state;
  char fresh[128];
  (void)snprintf(fresh, sizeof fresh, "%s.new", f->key);
  write_file(fresh, "half a k", 0600);
  assert_true(ensured_anew(f, NOW));
  assert_int_not_equal(access(fresh, F_OK), 0);
}

static void test_no_folder(void **state)
{
  (void)state;
  char text[FINGERPRINT_TEXT];
  assert_int_equal(certificate_ensure("/nonexistent/c.pem", "/nonexistent/k.pem", NOW), ERR_IO);
  assert_int_equal(certificate_fingerprint("/nonexistent/c.pem", text), ERR_IO);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_FOLDER(test_made_once), IN_FOLDER(test_what_it_says), IN_FOLDER(test_renewed_in_time),
    IN_FOLDER(test_a_clock_set_back), IN_FOLDER(test_broken_pairs), IN_FOLDER(test_a_key_that_others_could_read),
    IN_FOLDER(test_left_over_of_an_interrupted_start), IN_FOLDER(test_no_folder),
  };
  return RUN_TESTS("certificate", tests);
}
