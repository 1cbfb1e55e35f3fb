/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp_kdf.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/kdf.h>

#define RATE_ZERO -1 /* wolfSSL's word for a key derivation rate of 0 */

int srtp_kdf(struct span master_key, struct span master_salt, enum srtp_kdf_label label, uint8_t *out, size_t n)
{
  static const uint8_t no_index[WC_SRTP_INDEX_LEN];
  uint8_t salt[WC_SRTP_MAX_SALT] = {0}; /* wolfSSL would fill up a shorter one in front */
  if (master_salt.n > sizeof salt)
    return ERR_CRYPTO;
  memcpy(salt, master_salt.p, master_salt.n);
  int r = wc_SRTP_KDF_label(master_key.p, (word32)master_key.n, salt, sizeof salt, RATE_ZERO, no_index, (byte)label,
                            out, (word32)n);
  return r == 0 ? 0 : ERR_CRYPTO;
}
