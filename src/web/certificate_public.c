/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/certificate_public.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "web/openssl.h"

#define HOST_BYTES 256

static X509 *read_certificate(FILE *f)
{
  return f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
}

static EVP_PKEY *read_key(FILE *f)
{
  return f == NULL ? NULL : PEM_read_PrivateKey(f, NULL, NULL, NULL);
}

/* "https://[::1]:8443" gives "::1". */
static bool host_of(const char *origin, char host[HOST_BYTES])
{
  const char *begin = origin + strlen("https://");
  size_t n = strcspn(begin, ":");
  if (*begin == '[') {
    begin++;
    n = strcspn(begin, "]");
  }
  if (n == 0 || n >= HOST_BYTES)
    return false;
  memcpy(host, begin, n);
  host[n] = '\0';
  return true;
}

static bool is_for(X509 *x, const char *origin)
{
  char host[HOST_BYTES];
  if (!host_of(origin, host))
    return false;
  return X509_check_host(x, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1 ||
         X509_check_ip_asc(x, host, 0) == 1;
}

static const char *problem_of(X509 *x, EVP_PKEY *key, const char *origin, int64_t now_s)
{
  time_t now = (time_t)now_s;
  if (x == NULL)
    return "the certificate cannot be read. Mend: name a PEM file that begins with the server's own certificate.";
  if (key == NULL)
    return "the certificate's key cannot be read. Mend: name the PEM file with its private key, without a passphrase.";
  if (X509_check_private_key(x, key) != 1)
    return "the key belongs to another certificate. Mend: name the two files that were issued together.";
  if (X509_self_signed(x, 0) == 1)
    return "the certificate is signed by itself: browsers would warn everybody who comes. Mend: use the certificate of an "
           "authority, such as Let's Encrypt.";
  if (X509_cmp_time(X509_get0_notBefore(x), &now) >= 0)
    return "the certificate is not valid yet. Mend: set this machine's clock, or wait.";
  if (X509_cmp_time(X509_get0_notAfter(x), &now) <= 0)
    return "the certificate has expired. Mend: renew it.";
  if (!is_for(x, origin))
    return "the certificate is for another name than the one in origin. Mend: set origin to a name in the certificate.";
  return NULL;
}

const char *certificate_public_problem(const char *certificate_path, const char *key_path, const char *origin,
                                       int64_t now_s)
{
  FILE *certificate_file = fopen(certificate_path, "re"), *key_file = fopen(key_path, "re");
  X509 *x = read_certificate(certificate_file);
  EVP_PKEY *key = read_key(key_file);
  const char *problem = problem_of(x, key, origin, now_s);
  X509_free(x);
  EVP_PKEY_free(key);
  if (certificate_file != NULL)
    (void)fclose(certificate_file);
  if (key_file != NULL)
    (void)fclose(key_file);
  return problem;
}

int certificate_until(const char *certificate_path, int64_t *unix_s)
{
  struct tm end;
  FILE *f = fopen(certificate_path, "re");
  if (f == NULL)
    return ERR_IO;
  X509 *x = read_certificate(f);
  (void)fclose(f);
  bool read = x != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(x), &end) == 1;
  X509_free(x);
  if (!read)
    return ERR_MALFORMED;
  *unix_s = (int64_t)timegm(&end);
  return 0;
}
