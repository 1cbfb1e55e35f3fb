/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp_index.h"

#include "proto/srtp.h"

#define ONE_ROC 0x10000ull
#define HALF_ROC 0x8000

int srtp_index_estimate(uint64_t end, uint16_t seq, uint64_t *index)
{
  if (end == 0) {
    *index = seq;
    return 0;
  }
  uint64_t highest = end - 1;
  uint16_t highest_seq = (uint16_t)highest;
  uint64_t near = (highest - highest_seq) | seq; /* with the same ROC */
  if (highest_seq < HALF_ROC && seq > highest_seq + HALF_ROC) {
    if (near < ONE_ROC)
      return ERR_REPLAY;
    near -= ONE_ROC;
  } else if (highest_seq >= HALF_ROC && seq < highest_seq - HALF_ROC) {
    near += ONE_ROC;
  }
  *index = near;
  return near > SRTP_INDEX_MAX ? ERR_LIMIT : 0;
}

int srtp_tx_roc(struct srtp_tx_stream *s, uint16_t seq, uint32_t *roc)
{
  if (!s->started)
    *s = (struct srtp_tx_stream){.seq = seq, .started = true};
  bool ahead = (uint16_t)(seq - s->seq) < HALF_ROC;
  bool wrapped = ahead ? seq < s->seq : seq > s->seq;
  if (wrapped && ahead && s->roc == UINT32_MAX)
    return ERR_LIMIT;
  if (wrapped && !ahead && s->roc == 0)
    return ERR_RANGE;
  if (ahead) {
    s->roc += wrapped;
    s->seq = seq;
  }
  *roc = !ahead && wrapped ? s->roc - 1 : s->roc;
  return 0;
}
