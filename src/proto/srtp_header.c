/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp_header.h"

#include "base/bytes.h"

static int read_extension(struct span *rest, struct srtp_header *h)
{
  uint16_t words;
  if (span_u16(rest, &h->profile) != 0 || span_u16(rest, &words) != 0)
    return ERR_TRUNCATED;
  return span_skip(rest, 4 * (size_t)words);
}

int srtp_header_read(const uint8_t *packet, size_t n, struct srtp_header *h)
{
  struct span rest = span_of(packet, n);
  uint8_t flags;
  *h = (struct srtp_header){0};
  if (n < RTP_FIXED_BYTES)
    return ERR_TRUNCATED;
  (void)span_u8(&rest, &flags);
  (void)span_skip(&rest, 1);
  (void)span_u16(&rest, &h->seq);
  (void)span_skip(&rest, 4);
  (void)span_u32(&rest, &h->ssrc);
  if (flags >> 6 != 2)
    return ERR_MALFORMED;
  h->csrc_n = 4 * (size_t)(flags & 0x0f);
  h->extension = (flags & RTP_X_BIT) != 0;
  int err = span_skip(&rest, h->csrc_n);
  if (err == 0 && h->extension)
    err = read_extension(&rest, h);
  h->header_n = n - rest.n;
  return err;
}
