/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/rtcp.h"

#include <assert.h>

#define VERSION_BITS 0xC0u
#define VERSION_2 0x80u
#define PADDING_BIT 0x20u
#define COUNT_BITS 0x1Fu
#define BLOCK_BYTES 24u
#define SDES_CNAME 1
#define UNIX_TO_NTP_SECONDS 2208988800u /* 1900 to 1970: RFC 868 */
#define ROUND_TRIP_MAX (60u << 16)      /* in 1/65536 s */
#define ROUND_TRIP_SLACK 66u            /* a millisecond: clocks are read and rounded at both ends */

/* --- walking --- */

/* Browsers fill the last word of transport-wide feedback in this way, with 1 to 3 bytes, and may send more behind it. */
static bool is_transport_cc(const struct rtcp_packet *p)
{
  return p->type == RTCP_RTPFB && p->count == RTCP_RTPFB_TRANSPORT_CC;
}

static int strip_padding(struct rtcp_packet *p, bool is_last)
{
  if (p->body.n == 0 || (!is_last && !is_transport_cc(p)))
    return ERR_MALFORMED;
  uint8_t n = p->body.p[p->body.n - 1];
  if (n == 0 || n > p->body.n || (n % 4 != 0 && !is_transport_cc(p)))
    return ERR_MALFORMED;
  p->body.n -= n;
  return 0;
}

int rtcp_next(struct span *compound, struct rtcp_packet *p)
{
  struct span s = *compound;
  uint8_t first;
  uint16_t words;
  if (span_u8(&s, &first) != 0 || span_u8(&s, &p->type) != 0 || span_u16(&s, &words) != 0)
    return ERR_TRUNCATED;
  if ((first & VERSION_BITS) != VERSION_2)
    return ERR_MALFORMED;
  p->count = first & COUNT_BITS;
  if (span_take(&s, 4u * (size_t)words, &p->body) != 0)
    return ERR_TRUNCATED;
  if ((first & PADDING_BIT) != 0 && strip_padding(p, s.n == 0) != 0)
    return ERR_MALFORMED;
  *compound = s;
  return 0;
}

int rtcp_check(struct span compound)
{
  struct rtcp_packet p;
  int err;
  do
    err = rtcp_next(&compound, &p);
  while (err == 0 && compound.n > 0);
  return err;
}

/* --- reports --- */

static int take_blocks(const struct rtcp_packet *p, struct span *s, struct span *blocks)
{
  return span_take(s, (size_t)p->count * BLOCK_BYTES, blocks);
}

int rtcp_read_sr(const struct rtcp_packet *p, uint32_t *ssrc, struct rtcp_sender_info *info, struct span *blocks)
{
  struct span s = p->body;
  if (p->type != RTCP_SR)
    return ERR_STATE;
  if (span_u32(&s, ssrc) != 0 || span_u64(&s, &info->ntp) != 0 || span_u32(&s, &info->rtp_timestamp) != 0 ||
      span_u32(&s, &info->packets) != 0 || span_u32(&s, &info->octets) != 0)
    return ERR_TRUNCATED;
  return take_blocks(p, &s, blocks);
}

int rtcp_read_rr(const struct rtcp_packet *p, uint32_t *ssrc, struct span *blocks)
{
  struct span s = p->body;
  if (p->type != RTCP_RR)
    return ERR_STATE;
  if (span_u32(&s, ssrc) != 0)
    return ERR_TRUNCATED;
  return take_blocks(p, &s, blocks);
}

/* Two's complement in 24 bits. */
static int32_t signed_24(uint32_t v)
{
  return v < 0x800000 ? (int32_t)v : (int32_t)v - 0x1000000;
}

int rtcp_next_block(struct span *blocks, struct rtcp_report_block *b)
{
  struct span s;
  uint32_t lost;
  if (span_take(blocks, BLOCK_BYTES, &s) != 0)
    return ERR_TRUNCATED;
  (void)span_u32(&s, &b->ssrc);
  (void)span_u8(&s, &b->fraction_lost);
  (void)span_u24(&s, &lost);
  (void)span_u32(&s, &b->highest_sequence);
  (void)span_u32(&s, &b->jitter);
  (void)span_u32(&s, &b->last_sr);
  (void)span_u32(&s, &b->delay_since_last_sr);
  b->total_lost = signed_24(lost);
  return 0;
}

/* --- sources --- */

/* Skips the zeros that fill a chunk to the next 32-bit boundary; the one that ends the items is taken already. */
static int end_chunk(struct span *s, size_t taken)
{
  return span_skip(s, (4 - taken % 4) % 4);
}

int rtcp_next_chunk(struct span *chunks, uint32_t *ssrc, struct span *cname)
{
  struct span s = *chunks, text;
  uint8_t item, length;
  *cname = span_of(NULL, 0);
  if (span_u32(&s, ssrc) != 0)
    return ERR_TRUNCATED;
  for (;;) {
    if (span_u8(&s, &item) != 0)
      return ERR_TRUNCATED;
    if (item == 0)
      break;
    if (span_u8(&s, &length) != 0 || span_take(&s, length, &text) != 0)
      return ERR_TRUNCATED;
    if (item == SDES_CNAME && cname->p == NULL)
      *cname = text;
  }
  if (end_chunk(&s, chunks->n - s.n) != 0)
    return ERR_TRUNCATED;
  *chunks = s;
  return 0;
}

int rtcp_read_bye(const struct rtcp_packet *p, struct span *ssrcs)
{
  struct span s = p->body;
  if (p->type != RTCP_BYE)
    return ERR_STATE;
  return span_take(&s, 4u * (size_t)p->count, ssrcs);
}

/* --- feedback --- */

int rtcp_read_feedback(const struct rtcp_packet *p, struct rtcp_feedback *f)
{
  struct span s = p->body;
  if (p->type != RTCP_RTPFB && p->type != RTCP_PSFB)
    return ERR_STATE;
  if (span_u32(&s, &f->sender_ssrc) != 0 || span_u32(&s, &f->media_ssrc) != 0)
    return ERR_TRUNCATED;
  f->fci = s;
  return 0;
}

void rtcp_nack_begin(const struct rtcp_feedback *f, struct rtcp_nack_walk *walk)
{
  *walk = (struct rtcp_nack_walk){.fci = f->fci};
}

bool rtcp_nack_next(struct rtcp_nack_walk *walk, uint16_t *sequence)
{
  if (walk->blp == 0) {
    if (span_u16(&walk->fci, &walk->pid) != 0 || span_u16(&walk->fci, &walk->blp) != 0)
      return false;
    walk->offset = 1;
    *sequence = walk->pid;
    return true;
  }
  while ((walk->blp & 1) == 0) {
    walk->blp >>= 1;
    walk->offset++;
  }
  *sequence = (uint16_t)(walk->pid + walk->offset);
  walk->blp >>= 1;
  walk->offset++;
  return true;
}

int rtcp_next_fir(struct span *fci, uint32_t *ssrc, uint8_t *command_sequence)
{
  struct span entry;
  if (span_take(fci, 8, &entry) != 0)
    return ERR_TRUNCATED;
  (void)span_u32(&entry, ssrc);
  (void)span_u8(&entry, command_sequence);
  return 0;
}

/* --- writing --- */

/* Begins a packet and returns where; end_packet fills in its length. */
static size_t begin_packet(struct writer *w, enum rtcp_type type, size_t count)
{
  size_t start = w->n;
  assert(count <= RTCP_COUNT_MAX);
  put_u8(w, (uint8_t)(VERSION_2 | count));
  put_u8(w, (uint8_t)type);
  put_u16(w, 0);
  return start;
}

static void end_packet(struct writer *w, size_t start)
{
  writer_patch_u16(w, start + 2, (uint16_t)((w->n - start) / 4 - 1));
}

static void put_blocks(struct writer *w, const struct rtcp_report_block *blocks, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    put_u32(w, blocks[i].ssrc);
    put_u8(w, blocks[i].fraction_lost);
    put_u24(w, (uint32_t)blocks[i].total_lost & 0xFFFFFF);
    put_u32(w, blocks[i].highest_sequence);
    put_u32(w, blocks[i].jitter);
    put_u32(w, blocks[i].last_sr);
    put_u32(w, blocks[i].delay_since_last_sr);
  }
}

void rtcp_write_sr(struct writer *w, uint32_t ssrc, const struct rtcp_sender_info *info,
                   const struct rtcp_report_block *blocks, size_t count)
{
  size_t start = begin_packet(w, RTCP_SR, count);
  put_u32(w, ssrc);
  put_u64(w, info->ntp);
  put_u32(w, info->rtp_timestamp);
  put_u32(w, info->packets);
  put_u32(w, info->octets);
  put_blocks(w, blocks, count);
  end_packet(w, start);
}

void rtcp_write_rr(struct writer *w, uint32_t ssrc, const struct rtcp_report_block *blocks, size_t count)
{
  size_t start = begin_packet(w, RTCP_RR, count);
  put_u32(w, ssrc);
  put_blocks(w, blocks, count);
  end_packet(w, start);
}

void rtcp_write_sdes(struct writer *w, uint32_t ssrc, struct span cname)
{
  size_t start = begin_packet(w, RTCP_SDES, 1);
  assert(cname.n <= 255);
  put_u32(w, ssrc);
  put_u8(w, SDES_CNAME);
  put_u8(w, (uint8_t)cname.n);
  put_span(w, cname);
  put_zero(w, 4 - (2 + cname.n) % 4); /* at least one: it ends the items */
  end_packet(w, start);
}

void rtcp_write_bye(struct writer *w, const uint32_t *ssrcs, size_t count)
{
  size_t start = begin_packet(w, RTCP_BYE, count);
  for (size_t i = 0; i < count; i++)
    put_u32(w, ssrcs[i]);
  end_packet(w, start);
}

static size_t begin_feedback(struct writer *w, enum rtcp_type type, uint8_t kind, uint32_t sender, uint32_t media)
{
  size_t start = begin_packet(w, type, kind);
  put_u32(w, sender);
  put_u32(w, media);
  return start;
}

void rtcp_write_nack(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc, const uint16_t *sequences,
                     size_t count)
{
  size_t start = begin_feedback(w, RTCP_RTPFB, RTCP_RTPFB_NACK, sender_ssrc, media_ssrc);
  for (size_t i = 0; i < count;) {
    uint16_t pid = sequences[i++], blp = 0;
    while (i < count && (uint16_t)(sequences[i] - pid - 1) < 16)
      blp |= (uint16_t)(1u << (uint16_t)(sequences[i++] - pid - 1));
    put_u16(w, pid);
    put_u16(w, blp);
  }
  end_packet(w, start);
}

void rtcp_write_pli(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc)
{
  end_packet(w, begin_feedback(w, RTCP_PSFB, RTCP_PSFB_PLI, sender_ssrc, media_ssrc));
}

void rtcp_write_fir(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t command_sequence)
{
  size_t start = begin_feedback(w, RTCP_PSFB, RTCP_PSFB_FIR, sender_ssrc, 0);
  put_u32(w, media_ssrc);
  put_u8(w, command_sequence);
  put_zero(w, 3);
  end_packet(w, start);
}

/* --- time --- */

uint64_t rtcp_ntp(uint64_t unix_us)
{
  uint64_t seconds = unix_us / 1000000u + UNIX_TO_NTP_SECONDS;
  uint64_t fraction = ((unix_us % 1000000u) << 32) / 1000000u;
  return seconds << 32 | fraction;
}

int rtcp_round_trip(const struct rtcp_report_block *block, uint64_t now_ntp, uint32_t *rtt_us)
{
  if (block->last_sr == 0)
    return ERR_NOT_FOUND;
  /* Unsigned arithmetic survives the wrap of the middle bits every 18 hours; a negative time becomes a huge one. */
  uint32_t rtt = rtcp_ntp_middle(now_ntp) - block->last_sr - block->delay_since_last_sr;
  if (0u - rtt <= ROUND_TRIP_SLACK)
    rtt = 0;
  if (rtt > ROUND_TRIP_MAX)
    return ERR_RANGE;
  *rtt_us = (uint32_t)((uint64_t)rtt * 1000000u >> 16);
  return 0;
}
