/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>

#include "proto/srtp.h"
#include "proto/srtp_kdf.h"

static int derive_one(struct aead_key *key, uint8_t salt[AEAD_IV_BYTES], const struct aead_backend *b,
                      struct span master_key, struct span master_salt, enum srtp_kdf_label key_label,
                      enum srtp_kdf_label salt_label)
{
  uint8_t bytes[AEAD_KEY_BYTES];
  int err = srtp_kdf(master_key, master_salt, key_label, bytes, sizeof bytes);
  if (err == 0)
    err = srtp_kdf(master_key, master_salt, salt_label, salt, AEAD_IV_BYTES);
  if (err == 0)
    err = aead_key_init(key, b, bytes);
  sodium_memzero(bytes, sizeof bytes);
  return err;
}

int srtp_keys_init(struct srtp_keys *k, const struct aead_backend *b, const uint8_t master_key[SRTP_MASTER_KEY_BYTES],
                   const uint8_t master_salt[SRTP_MASTER_SALT_BYTES])
{
  struct span key = span_of(master_key, SRTP_MASTER_KEY_BYTES);
  struct span salt = span_of(master_salt, SRTP_MASTER_SALT_BYTES);
  *k = (struct srtp_keys){0};
  int err = derive_one(&k->rtp, k->rtp_salt, b, key, salt, SRTP_KDF_RTP_KEY, SRTP_KDF_RTP_SALT);
  if (err == 0)
    err = derive_one(&k->rtcp, k->rtcp_salt, b, key, salt, SRTP_KDF_RTCP_KEY, SRTP_KDF_RTCP_SALT);
  if (err != 0)
    srtp_keys_wipe(k);
  return err;
}

void srtp_keys_wipe(struct srtp_keys *k)
{
  aead_key_wipe(&k->rtp);
  aead_key_wipe(&k->rtcp);
  sodium_memzero(k, sizeof *k);
}
