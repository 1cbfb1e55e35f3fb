/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>

#include "proto/srtp.h"
#include "proto/srtp_nonce.h"

#define RTCP_CLEAR_BYTES 8 /* of a compound packet: the first header and the sender's SSRC stay readable */
#define SRTCP_INDEX_BYTES 4
#define SRTCP_AAD_BYTES (RTCP_CLEAR_BYTES + SRTCP_INDEX_BYTES)
#define SRTCP_E_BIT 0x80000000u

static int read_rtcp_head(const uint8_t *packet, size_t n, uint32_t *ssrc)
{
  struct span rest = span_of(packet, n);
  uint8_t flags;
  if (n < RTCP_CLEAR_BYTES)
    return ERR_TRUNCATED;
  (void)span_u8(&rest, &flags);
  (void)span_skip(&rest, 3);
  (void)span_u32(&rest, ssrc);
  return flags >> 6 == 2 ? 0 : ERR_MALFORMED;
}

/* RFC 7714 section 9.2: authenticated in clear are the first 8 bytes and the word with the E bit and the index. */
static void make_rtcp_aad(uint8_t aad[SRTCP_AAD_BYTES], const uint8_t *packet, uint32_t word)
{
  struct writer w = writer_of(aad, SRTCP_AAD_BYTES);
  put_bytes(&w, packet, RTCP_CLEAR_BYTES);
  put_u32(&w, word);
}

/* The key as it is used. ERR_STATE: it is wiped. */
static int expand(struct aead_key *key, const struct srtp_keys *k)
{
  return k->rtp.backend != NULL ? aead_key_init(key, k->rtp.backend, k->rtcp) : ERR_STATE;
}

static int seal_text(const struct srtp_keys *k, const uint8_t *iv, struct span aad, uint8_t *text, size_t n)
{
  struct aead_key key;
  int err = expand(&key, k);
  if (err != 0)
    return err;
  err = aead_seal(&key, iv, aad.p, aad.n, text, n, text, text + n);
  aead_key_wipe(&key);
  return err;
}

static int open_text(const struct srtp_keys *k, const uint8_t *iv, struct span aad, uint8_t *text, size_t n)
{
  struct aead_key key;
  int err = expand(&key, k);
  if (err != 0)
    return err;
  err = aead_open(&key, iv, aad.p, aad.n, text, n, text, text + n);
  aead_key_wipe(&key);
  return err;
}

int srtcp_protect(const struct srtp_keys *k, uint32_t index, uint8_t *buf, size_t n, size_t cap, size_t *out_n)
{
  uint32_t ssrc;
  int err = read_rtcp_head(buf, n, &ssrc);
  if (err != 0)
    return err;
  if (index > SRTCP_INDEX_MAX || n > cap || SRTCP_OVERHEAD > cap - n)
    return ERR_LIMIT;

  uint8_t iv[AEAD_IV_BYTES], aad[SRTCP_AAD_BYTES];
  srtp_make_iv(iv, k->rtcp_salt, ssrc, index);
  make_rtcp_aad(aad, buf, index | SRTCP_E_BIT);
  err = seal_text(k, iv, span_of(aad, sizeof aad), buf + RTCP_CLEAR_BYTES, n - RTCP_CLEAR_BYTES);
  if (err != 0)
    return err;
  struct writer tail = writer_of(buf + n + AEAD_TAG_BYTES, SRTCP_INDEX_BYTES);
  put_u32(&tail, index | SRTCP_E_BIT);
  *out_n = n + SRTCP_OVERHEAD;
  return 0;
}

int srtcp_unprotect(const struct srtp_keys *k, struct srtcp_rx *s, uint8_t *buf, size_t n, size_t *plain_n)
{
  uint32_t ssrc, word;
  int err = read_rtcp_head(buf, n, &ssrc);
  if (err != 0)
    return err;
  if (n - RTCP_CLEAR_BYTES < SRTCP_OVERHEAD)
    return ERR_TRUNCATED;
  size_t text_end = n - SRTCP_OVERHEAD;
  struct span tail = span_of(buf + text_end + AEAD_TAG_BYTES, SRTCP_INDEX_BYTES);
  (void)span_u32(&tail, &word);
  if ((word & SRTCP_E_BIT) == 0)
    return ERR_REFUSED;
  if (s->window.end != 0 && s->ssrc != ssrc)
    return ERR_STATE;
  uint32_t index = word & SRTCP_INDEX_MAX;
  err = srtcp_window_check(&s->window, index);
  if (err != 0)
    return err;

  uint8_t iv[AEAD_IV_BYTES], aad[SRTCP_AAD_BYTES];
  srtp_make_iv(iv, k->rtcp_salt, ssrc, index);
  make_rtcp_aad(aad, buf, word);
  err = open_text(k, iv, span_of(aad, sizeof aad), buf + RTCP_CLEAR_BYTES, text_end - RTCP_CLEAR_BYTES);
  if (err != 0)
    return err;
  srtcp_window_commit(&s->window, index);
  s->ssrc = ssrc;
  *plain_n = text_end;
  return 0;
}
