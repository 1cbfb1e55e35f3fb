/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp_cryptex.h"

#include <string.h>

#include "base/bytes.h"

/* The two kinds of header extension of RFC 8285, and the words that RFC 9335 section 5 puts in their place. */
enum {
  CLEAR_ONE_BYTE = 0xbede,
  CLEAR_TWO_BYTE = 0x1000,
  CRYPTEX_ONE_BYTE = 0xc0de,
  CRYPTEX_TWO_BYTE = 0xc2de,
};

/* Of the packet as the cipher sees it: the fixed header and the extension's first 4 bytes are authenticated only. */
#define CLEAR_BYTES (RTP_FIXED_BYTES + RTP_EXTENSION_BYTES)

/* What is encrypted (CSRCs, the extension's body, the payload) does not lie in one piece when there are CSRCs, nor does
 * what is only authenticated: the extension's 4 bytes stand between. While the cipher works they are moved before the
 * CSRCs, and back afterwards, so that each is one piece. That moves at most 64 bytes. */
static void hoist_extension(uint8_t *packet, size_t csrc_n)
{
  uint8_t *csrcs = packet + RTP_FIXED_BYTES;
  uint8_t head[RTP_EXTENSION_BYTES];
  memcpy(head, csrcs + csrc_n, sizeof head);
  memmove(csrcs + sizeof head, csrcs, csrc_n);
  memcpy(csrcs, head, sizeof head);
}

static void lower_extension(uint8_t *packet, size_t csrc_n)
{
  uint8_t *csrcs = packet + RTP_FIXED_BYTES;
  uint8_t head[RTP_EXTENSION_BYTES];
  memcpy(head, csrcs, sizeof head);
  memmove(csrcs, csrcs + sizeof head, csrc_n);
  memcpy(csrcs + csrc_n, head, sizeof head);
}

static void write_profile(uint8_t *packet, const struct srtp_header *h, uint16_t profile)
{
  struct writer w = writer_of(packet + RTP_FIXED_BYTES + h->csrc_n, RTP_EXTENSION_BYTES);
  put_u16(&w, profile);
}

bool srtp_is_cryptex(const struct srtp_header *h)
{
  return h->extension && (h->profile == CRYPTEX_ONE_BYTE || h->profile == CRYPTEX_TWO_BYTE);
}

void srtp_cryptex_add_extension(uint8_t *packet, struct srtp_header *h)
{
  struct writer w = writer_of(packet + h->header_n, RTP_EXTENSION_BYTES);
  put_u16(&w, CLEAR_ONE_BYTE);
  put_u16(&w, 0);
  packet[0] |= RTP_X_BIT;
  h->extension = true;
  h->profile = CLEAR_ONE_BYTE;
  h->header_n += RTP_EXTENSION_BYTES;
}

int srtp_cryptex_seal(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], uint8_t *packet,
                      const struct srtp_header *h, size_t payload_n)
{
  if (h->profile != CLEAR_ONE_BYTE && h->profile != CLEAR_TWO_BYTE)
    return ERR_UNSUPPORTED;
  write_profile(packet, h, h->profile == CLEAR_ONE_BYTE ? CRYPTEX_ONE_BYTE : CRYPTEX_TWO_BYTE);
  hoist_extension(packet, h->csrc_n);
  uint8_t *text = packet + CLEAR_BYTES;
  size_t n = h->header_n - CLEAR_BYTES + payload_n;
  int err = aead_seal(key, iv, packet, CLEAR_BYTES, text, n, text, text + n);
  lower_extension(packet, h->csrc_n);
  return err;
}

int srtp_cryptex_open(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], uint8_t *packet,
                      const struct srtp_header *h, size_t plain_n)
{
  hoist_extension(packet, h->csrc_n);
  uint8_t *text = packet + CLEAR_BYTES;
  size_t n = plain_n - CLEAR_BYTES;
  int err = aead_open(key, iv, packet, CLEAR_BYTES, text, n, text, text + n);
  lower_extension(packet, h->csrc_n);
  if (err == 0)
    write_profile(packet, h, h->profile == CRYPTEX_ONE_BYTE ? CLEAR_ONE_BYTE : CLEAR_TWO_BYTE);
  return err;
}
