/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nonces.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "proto/rtp.h"

#define STREAMS 128
#define INDICES (1u << 18) /* of one stream, from its first: more than any scenario sends */
#define BEFORE 0x10000u    /* and as many before its first */

struct stream {
  uint32_t ssrc;
  bool used, rtcp;
  uint64_t first, highest;
  uint8_t *seen; /* INDICES bits */
};

struct nonces {
  struct stream streams[STREAMS];
};

struct nonces *nonces_new(void)
{
  return calloc(1, sizeof(struct nonces));
}

void nonces_free(struct nonces *n)
{
  for (size_t i = 0; n != NULL && i < STREAMS; i++)
    free(n->streams[i].seen);
  free(n);
}

static struct stream *stream_of(struct nonces *n, uint32_t ssrc, bool rtcp)
{
  for (size_t i = 0; i < STREAMS; i++) {
    struct stream *s = &n->streams[i];
    if (s->used && (s->ssrc != ssrc || s->rtcp != rtcp))
      continue;
    if (!s->used) {
      s->seen = calloc(INDICES / 8, 1);
      s->ssrc = ssrc;
      s->rtcp = rtcp;
      s->used = s->seen != NULL;
    }
    return s->used ? s : NULL;
  }
  return NULL;
}

static bool mark(struct stream *s, uint64_t index)
{
  uint64_t at = index + BEFORE - s->first;
  if (at >= INDICES || (s->seen[at / 8] >> (at % 8) & 1) != 0)
    return false;
  s->seen[at / 8] |= (uint8_t)(1u << (at % 8));
  return true;
}

bool nonces_add_rtp(struct nonces *n, uint32_t ssrc, uint16_t sequence)
{
  struct stream *s = stream_of(n, ssrc, false);
  if (s == NULL)
    return false;
  uint64_t index = s->highest == 0 ? rtp_seq_first(sequence) : rtp_seq_extend(s->highest, sequence);
  if (s->highest == 0)
    s->first = index;
  if (index > s->highest)
    s->highest = index;
  return mark(s, index);
}

/* Indices of SRTCP are one counter for the connection; here, for each of its SSRCs. */
bool nonces_add_rtcp(struct nonces *n, const uint8_t *data, size_t size)
{
  struct span head = span_of(data, size), tail = span_of(data, size);
  uint32_t ssrc, index;
  if (size < 12 || span_skip(&head, 4) != 0 || span_u32(&head, &ssrc) != 0 || span_skip(&tail, size - 4) != 0 ||
      span_u32(&tail, &index) != 0)
    return false;
  struct stream *s = stream_of(n, ssrc, true);
  index &= 0x7fffffffu;
  if (s != NULL && s->highest == 0)
    s->first = s->highest = index + BEFORE;
  return s != NULL && mark(s, index + BEFORE);
}
