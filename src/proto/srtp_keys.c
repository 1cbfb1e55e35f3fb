/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>

#include "proto/srtp.h"
#include "proto/srtp_kdf.h"

static int derive(struct span master_key, struct span master_salt, enum srtp_kdf_label key_label,
                  enum srtp_kdf_label salt_label, uint8_t key[AEAD_KEY_BYTES], uint8_t salt[AEAD_IV_BYTES])
{
  int err = srtp_kdf(master_key, master_salt, key_label, key, AEAD_KEY_BYTES);
  return err == 0 ? srtp_kdf(master_key, master_salt, salt_label, salt, AEAD_IV_BYTES) : err;
}

int srtp_keys_init(struct srtp_keys *k, const struct aead_backend *b, const uint8_t master_key[SRTP_MASTER_KEY_BYTES],
                   const uint8_t master_salt[SRTP_MASTER_SALT_BYTES])
{
  struct span key = span_of(master_key, SRTP_MASTER_KEY_BYTES);
  struct span salt = span_of(master_salt, SRTP_MASTER_SALT_BYTES);
  uint8_t rtp[AEAD_KEY_BYTES];
  *k = (struct srtp_keys){0};
  int err = derive(key, salt, SRTP_KDF_RTP_KEY, SRTP_KDF_RTP_SALT, rtp, k->rtp_salt);
  if (err == 0)
    err = derive(key, salt, SRTP_KDF_RTCP_KEY, SRTP_KDF_RTCP_SALT, k->rtcp, k->rtcp_salt);
  if (err == 0)
    err = aead_key_init(&k->rtp, b, rtp);
  sodium_memzero(rtp, sizeof rtp);
  if (err != 0)
    srtp_keys_wipe(k);
  return err;
}

void srtp_keys_wipe(struct srtp_keys *k)
{
  aead_key_wipe(&k->rtp);
  sodium_memzero(k, sizeof *k);
}
