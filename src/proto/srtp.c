/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp.h"

#include "proto/srtp_cryptex.h"
#include "proto/srtp_header.h"
#include "proto/srtp_index.h"
#include "proto/srtp_nonce.h"

/* The payload goes straight from the source's buffer through the cipher into `out`. */
static int protect_plain(const struct srtp_keys *k, const uint8_t *iv, uint8_t *out, size_t header_n,
                         struct span payload)
{
  uint8_t *text = out + header_n;
  const uint8_t *from = payload.n > 0 ? payload.p : text;
  return aead_seal(&k->rtp, iv, out, header_n, from, payload.n, text, text + payload.n);
}

/* With Cryptex the extension's body and the payload are one piece of ciphertext, but not yet one piece of plaintext.
 * The payload is copied behind the extension and sealed there: that is cheaper than the cipher's interface for several
 * pieces. */
static int protect_cryptex(const struct srtp_keys *k, const uint8_t *iv, uint8_t *out, struct srtp_header *h,
                           struct span payload, size_t added)
{
  if (payload.n > 0)
    memmove(out + h->header_n + added, payload.p, payload.n);
  if (added > 0)
    srtp_cryptex_add_extension(out, h);
  return srtp_cryptex_seal(&k->rtp, iv, out, h, payload.n);
}

int srtp_protect(const struct srtp_keys *k, uint32_t roc, bool cryptex, uint8_t *out, size_t cap, size_t header_n,
                 struct span payload, size_t *n)
{
  struct srtp_header h;
  if (header_n > cap)
    return ERR_LIMIT;
  if (srtp_header_read(out, header_n, &h) != 0 || h.header_n != header_n)
    return ERR_MALFORMED;
  if (srtp_is_cryptex(&h))
    return ERR_UNSUPPORTED; /* in clear, the receiver would take it for encrypted */
  bool hide_header = cryptex && (h.extension || h.csrc_n > 0);
  size_t added = hide_header && !h.extension ? RTP_EXTENSION_BYTES : 0;
  if (payload.n > cap - header_n || added + AEAD_TAG_BYTES > cap - header_n - payload.n)
    return ERR_LIMIT;

  uint8_t iv[AEAD_IV_BYTES];
  srtp_make_iv(iv, k->rtp_salt, h.ssrc, srtp_index(roc, h.seq));
  int err =
    hide_header ? protect_cryptex(k, iv, out, &h, payload, added) : protect_plain(k, iv, out, header_n, payload);
  if (err == 0)
    *n = header_n + added + payload.n + AEAD_TAG_BYTES;
  return err;
}

/* All that can be refused without cryptography, and the packet's index. */
static int check_received(const struct srtp_rx_stream *s, const uint8_t *packet, size_t n, struct srtp_header *h,
                          uint64_t *index)
{
  int err = srtp_header_read(packet, n, h);
  if (err != 0)
    return err;
  if (n - h->header_n < AEAD_TAG_BYTES)
    return ERR_TRUNCATED;
  if (s->window.end != 0 && s->ssrc != h->ssrc)
    return ERR_STATE;
  err = srtp_index_estimate(s->window.end, h->seq, index);
  return err != 0 ? err : srtp_window_check(&s->window, *index);
}

static int unprotect_plain(const struct srtp_keys *k, const uint8_t *iv, uint8_t *packet, size_t header_n, size_t end)
{
  uint8_t *text = packet + header_n;
  return aead_open(&k->rtp, iv, packet, header_n, text, end - header_n, text, packet + end);
}

int srtp_unprotect(const struct srtp_keys *k, struct srtp_rx_stream *s, uint8_t *packet, size_t n, size_t *plain_n,
                   bool *cryptex)
{
  struct srtp_header h;
  uint64_t index;
  int err = check_received(s, packet, n, &h, &index);
  if (err != 0)
    return err;

  uint8_t iv[AEAD_IV_BYTES];
  srtp_make_iv(iv, k->rtp_salt, h.ssrc, index);
  size_t end = n - AEAD_TAG_BYTES;
  bool hidden = srtp_is_cryptex(&h);
  err = hidden ? srtp_cryptex_open(&k->rtp, iv, packet, &h, end) : unprotect_plain(k, iv, packet, h.header_n, end);
  if (err != 0)
    return err;

  srtp_window_commit(&s->window, index);
  s->ssrc = h.ssrc;
  *plain_n = end;
  *cryptex = hidden;
  return 0;
}
