/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/certificate.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "web/openssl.h"

#define DAY_S (24 * 3600)
#define PATH_BYTES 4096
#define SERIAL_BYTES 16

/* --- reading --- */

static X509 *read_certificate(const char *path)
{
  FILE *f = fopen(path, "re");
  if (f == NULL)
    return NULL;
  X509 *x = PEM_read_X509(f, NULL, NULL, NULL);
  (void)fclose(f);
  return x;
}

static EVP_PKEY *read_key(const char *path)
{
  FILE *f = fopen(path, "re");
  if (f == NULL)
    return NULL;
  EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
  (void)fclose(f);
  return key;
}

static bool is_private(const char *path)
{
  struct stat st;
  return stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool pair_is_good(const char *certificate_path, const char *key_path, int64_t now_s)
{
  X509 *x = read_certificate(certificate_path);
  EVP_PKEY *key = read_key(key_path);
  time_t begin = (time_t)now_s, end = (time_t)(now_s + (int64_t)CERTIFICATE_RENEW_DAYS * DAY_S);
  bool good = x != NULL && key != NULL && is_private(key_path) && X509_check_private_key(x, key) == 1 &&
              X509_cmp_time(X509_get0_notBefore(x), &begin) < 0 && X509_cmp_time(X509_get0_notAfter(x), &end) > 0;
  X509_free(x);
  EVP_PKEY_free(key);
  return good;
}

/* --- making --- */

static bool add_extension(X509 *x, int nid, const char *value)
{
  X509V3_CTX ctx;
  X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
  bool added = extension != NULL && X509_add_ext(x, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

static bool set_serial(X509 *x)
{
  unsigned char bytes[SERIAL_BYTES];
  if (RAND_bytes(bytes, sizeof bytes) != 1)
    return false;
  bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); /* positive, and of full length */
  BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
  bool set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;
  BN_free(number);
  return set;
}

static bool set_names(X509 *x)
{
  X509_NAME *name = X509_get_subject_name(x);
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"Testudo on this machine", -1,
                                    -1, 0) == 1 &&
         X509_set_issuer_name(x, name) == 1;
}

static bool set_time(X509 *x, int64_t now_s)
{
  /* An hour earlier, for clocks that differ. */
  return ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(now_s - 3600)) != NULL &&
         ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(now_s + (int64_t)CERTIFICATE_DAYS * DAY_S)) != NULL;
}

static bool set_extensions(X509 *x)
{
  return add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(x, NID_key_usage, "critical,digitalSignature") &&
         add_extension(x, NID_ext_key_usage, "serverAuth") &&
         add_extension(x, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
         add_extension(x, NID_subject_key_identifier, "hash");
}

static X509 *make_certificate(EVP_PKEY *key, int64_t now_s)
{
  X509 *x = X509_new();
  if (x == NULL)
    return NULL;
  if (X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) && set_names(x) && set_time(x, now_s) &&
      X509_set_pubkey(x, key) == 1 && set_extensions(x) && X509_sign(x, key, EVP_sha256()) > 0)
    return x;
  X509_free(x);
  return NULL;
}

/* --- writing --- */

/* Writes what is needed to the file, which is at its place only when all of it is on disk. */
struct pem {
  const char *path;
  EVP_PKEY *key; /* either */
  X509 *certificate;
};

static bool write_pem(const struct pem *pem, FILE *f)
{
  int written = pem->key != NULL ? PEM_write_PrivateKey(f, pem->key, NULL, NULL, 0, NULL, NULL)
                                 : PEM_write_X509(f, pem->certificate);
  return written == 1 && fflush(f) == 0 && fsync(fileno(f)) == 0;
}

static int write_file(const struct pem *pem)
{
  char fresh[PATH_BYTES];
  int n = snprintf(fresh, sizeof fresh, "%s.new", pem->path);
  if (n < 0 || (size_t)n >= sizeof fresh)
    return ERR_IO;
  (void)unlink(fresh); /* of a start that was interrupted */
  int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, pem->key != NULL ? 0600 : 0644);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
  if (f == NULL) {
    if (fd >= 0)
      (void)close(fd);
    return ERR_IO;
  }
  bool written = write_pem(pem, f);
  if (fclose(f) != 0 || !written || rename(fresh, pem->path) != 0) {
    (void)unlink(fresh);
    return ERR_IO;
  }
  return 0;
}

int certificate_ensure(const char *certificate_path, const char *key_path, int64_t now_s)
{
  if (pair_is_good(certificate_path, key_path, now_s))
    return 0;
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *x = key == NULL ? NULL : make_certificate(key, now_s);
  int err = x == NULL ? ERR_CRYPTO : 0;
  if (err == 0)
    err = write_file(&(struct pem){.path = key_path, .key = key});
  if (err == 0)
    err = write_file(&(struct pem){.path = certificate_path, .certificate = x});
  X509_free(x);
  EVP_PKEY_free(key);
  return err;
}

int certificate_fingerprint(const char *certificate_path, char text[FINGERPRINT_TEXT])
{
  unsigned char hash[FINGERPRINT_BYTES];
  unsigned int n = 0;
  X509 *x = read_certificate(certificate_path);
  if (x == NULL)
    return ERR_IO;
  int made = X509_digest(x, EVP_sha256(), hash, &n);
  X509_free(x);
  if (made != 1 || n != sizeof hash)
    return ERR_MALFORMED;
  (void)fingerprint_to_text(hash, text);
  return 0;
}

int certificate_end(const char *certificate_path, int64_t *end_s)
{
  struct tm tm = {0};
  X509 *x = read_certificate(certificate_path);
  if (x == NULL)
    return ERR_IO;
  int read = ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm);
  X509_free(x);
  *end_s = read == 1 ? (int64_t)timegm(&tm) : 0;
  return read == 1 ? 0 : ERR_MALFORMED;
}
