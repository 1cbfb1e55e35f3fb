/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/relay.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "web/openssl.h"

#include <openssl/hmac.h>

int relay_make_pass(const struct relay *relay, const char *stay, uint64_t unix_s, struct relay_pass *pass)
{
  uint8_t tag[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  pass->until_unix_s = (unix_s / RELAY_PASS_STEP_S + 2) * RELAY_PASS_STEP_S;
  int length = snprintf(pass->username, sizeof pass->username, "%" PRIu64 ":%s", pass->until_unix_s, stay);
  if (length < 0 || (size_t)length >= sizeof pass->username ||
      HMAC(EVP_sha1(), relay->secret, (int)strlen(relay->secret), (const uint8_t *)pass->username, (size_t)length, tag,
           &n) == NULL)
    return ERR_CRYPTO;
  sodium_bin2base64(pass->credential, sizeof pass->credential, tag, n, sodium_base64_VARIANT_ORIGINAL);
  return 0;
}

void relay_fini(struct relay *relay)
{
  sodium_memzero(relay, sizeof *relay);
}
