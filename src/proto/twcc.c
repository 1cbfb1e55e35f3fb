/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/twcc.h"

#include <assert.h>

#include "proto/rtcp.h"

#define REFERENCE_BITS 24
#define STEP_TICKS (TWCC_REFERENCE_US / TWCC_TICK_US)
#define RUN_MOST 0x1fffu
#define ONE_BIT_SYMBOLS 14u
#define TWO_BIT_SYMBOLS 7u
#define FIXED_BYTES 20u /* RTCP header, SSRCs, base, count, reference, number */
#define PACKET_BYTES 5u /* that one packet may take: a chunk and a delta of its own, and a byte of the end's padding */

enum symbol { NOT_RECEIVED, SMALL_DELTA, LARGE_DELTA, RESERVED };

/* ---- reading ---- */

/* Begins the next chunk. */
static int take_chunk(struct twcc_walk *w)
{
  uint16_t chunk;
  if (span_u16(&w->chunks, &chunk) != 0)
    return ERR_TRUNCATED;
  w->run = w->symbols = 0;
  if ((chunk & 0x8000) == 0) {
    w->run = chunk & RUN_MOST;
    w->bits = (uint16_t)(chunk << 1); /* the symbol at the top */
    w->two_bits = true;
    return w->run > 0 && w->run <= w->left ? 0 : ERR_MALFORMED;
  }
  w->two_bits = (chunk & 0x4000) != 0;
  w->symbols = w->two_bits ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS;
  w->bits = (uint16_t)(chunk << 2);
  return 0;
}

static int take_symbol(struct twcc_walk *w, enum symbol *symbol)
{
  int err = w->run == 0 && w->symbols == 0 ? take_chunk(w) : 0;
  if (err != 0)
    return err;
  *symbol = (enum symbol)(w->two_bits ? w->bits >> 14 : w->bits >> 15);
  if (w->run > 0) {
    w->run--;
  } else {
    w->bits = (uint16_t)(w->bits << (w->two_bits ? 2 : 1));
    w->symbols--;
  }
  w->left--;
  w->sequence++;
  return *symbol == RESERVED ? ERR_MALFORMED : 0;
}

static int take_delta(struct span *deltas, enum symbol symbol, int32_t *ticks)
{
  uint8_t small;
  uint16_t large;
  int err = symbol == SMALL_DELTA ? span_u8(deltas, &small) : span_u16(deltas, &large);
  if (err == 0)
    *ticks = symbol == SMALL_DELTA ? small : (int16_t)large;
  return err;
}

/* Where the chunks end and the deltas begin is known only once all packets have their symbols. */
static int split(struct twcc_feedback *f, struct span rest)
{
  struct twcc_walk w = {.chunks = rest, .left = f->count};
  enum symbol symbol;
  size_t deltas = 0;
  while (w.left > 0) {
    int err = take_symbol(&w, &symbol);
    if (err != 0)
      return err;
    deltas += (size_t)symbol; /* a symbol is the number of bytes of its delta */
  }
  if (deltas > w.chunks.n)
    return ERR_TRUNCATED;
  if (w.chunks.n - deltas > 3)
    return ERR_MALFORMED;
  f->deltas = span_of(w.chunks.p, deltas);
  return span_take(&rest, rest.n - w.chunks.n, &f->chunks);
}

int twcc_parse(struct span fci, struct twcc_feedback *f)
{
  if (span_u16(&fci, &f->base) != 0 || span_u16(&fci, &f->count) != 0 || span_u24(&fci, &f->reference) != 0 ||
      span_u8(&fci, &f->number) != 0)
    return ERR_TRUNCATED;
  return f->count > 0 ? split(f, fci) : ERR_MALFORMED;
}

int64_t twcc_reference(int64_t known, uint32_t reference)
{
  int64_t ahead = (int64_t)((reference - (uint32_t)known) & ((1u << REFERENCE_BITS) - 1));
  return known + ahead - (ahead >= 1 << (REFERENCE_BITS - 1) ? 1 << REFERENCE_BITS : 0);
}

void twcc_begin(const struct twcc_feedback *f, int64_t reference, struct twcc_walk *walk)
{
  *walk = (struct twcc_walk){.chunks = f->chunks,
                             .deltas = f->deltas,
                             .time_us = reference * TWCC_REFERENCE_US,
                             .left = f->count,
                             .sequence = f->base};
}

bool twcc_next(struct twcc_walk *walk, uint16_t *sequence, int64_t *arrival_us)
{
  enum symbol symbol;
  int32_t ticks;
  *sequence = walk->sequence;
  if (walk->left == 0 || take_symbol(walk, &symbol) != 0)
    return false;
  *arrival_us = TWCC_NOT_RECEIVED;
  if (symbol == NOT_RECEIVED)
    return true;
  if (take_delta(&walk->deltas, symbol, &ticks) != 0)
    return false;
  walk->time_us += (int64_t)ticks * TWCC_TICK_US;
  *arrival_us = walk->time_us;
  return true;
}

/* ---- writing ---- */

/* What a message is made of: the arrivals, and where their ticks are counted from. */
struct message {
  const int64_t *arrival_us;
  size_t n;
  int64_t start; /* ticks of the reference time */
};

static int64_t ticks_of(int64_t us)
{
  return us / TWCC_TICK_US;
}

static enum symbol symbol_of(int64_t delta)
{
  return delta >= 0 && delta <= 0xff ? SMALL_DELTA : LARGE_DELTA;
}

/* How many packets fit. */
static size_t fitting(const struct message *m, size_t room)
{
  int64_t last = m->start;
  size_t used = FIXED_BYTES;
  for (size_t i = 0; i < m->n; i++) {
    if (used + PACKET_BYTES > room)
      return i;
    if (m->arrival_us[i] == TWCC_NOT_RECEIVED) {
      used += i % TWO_BIT_SYMBOLS == 0 ? 2 : 0; /* at most: a chunk has seven symbols at least, but the last */
      continue;
    }
    int64_t delta = ticks_of(m->arrival_us[i]) - last;
    if (delta < INT16_MIN || delta > INT16_MAX)
      return i;
    used += (size_t)symbol_of(delta) + (i % TWO_BIT_SYMBOLS == 0 ? 2 : 0);
    last = ticks_of(m->arrival_us[i]);
  }
  return m->n;
}

/* The symbol of packet `i`; `last` becomes its tick if it was received. */
static enum symbol symbol_at(const struct message *m, size_t i, int64_t *last)
{
  if (m->arrival_us[i] == TWCC_NOT_RECEIVED)
    return NOT_RECEIVED;
  int64_t ticks = ticks_of(m->arrival_us[i]);
  enum symbol symbol = symbol_of(ticks - *last);
  *last = ticks;
  return symbol;
}

static size_t run_length(const struct message *m, size_t from, int64_t last)
{
  enum symbol first = symbol_at(m, from, &last);
  size_t i = from + 1;
  while (i < m->n && i - from < RUN_MOST && symbol_at(m, i, &last) == first)
    i++;
  return i - from;
}

static bool has_large(const struct message *m, size_t from, int64_t last)
{
  for (size_t i = from; i < m->n && i - from < ONE_BIT_SYMBOLS; i++)
    if (symbol_at(m, i, &last) == LARGE_DELTA)
      return true;
  return false;
}

/* One chunk for the packets from `from` on, a run if that says no less than a vector would. Returns how many it
 * holds. */
static size_t put_chunk(struct writer *w, const struct message *m, size_t from, int64_t *last)
{
  unsigned bits = has_large(m, from, *last) ? 2 : 1;
  size_t run = run_length(m, from, *last), most = bits == 2 ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS;
  size_t n = m->n - from < most ? m->n - from : most;
  uint32_t chunk = bits == 2 ? 0xc000 : 0x8000;
  if (run >= n) {
    enum symbol symbol = NOT_RECEIVED;
    for (size_t i = 0; i < run; i++)
      symbol = symbol_at(m, from + i, last);
    put_u16(w, (uint16_t)((unsigned)symbol << 13 | run));
    return run;
  }
  for (size_t i = 0; i < n; i++)
    chunk |= (uint32_t)symbol_at(m, from + i, last) << (14 - bits * (i + 1));
  put_u16(w, (uint16_t)chunk);
  return n;
}

static void put_deltas(struct writer *w, const struct message *m)
{
  int64_t last = m->start;
  for (size_t i = 0; i < m->n; i++) {
    int64_t before = last;
    enum symbol symbol = symbol_at(m, i, &last);
    if (symbol == SMALL_DELTA)
      put_u8(w, (uint8_t)(last - before));
    else if (symbol == LARGE_DELTA)
      put_u16(w, (uint16_t)(last - before));
  }
}

/* Browsers fill the last word as RTP does it, with the P bit and the number of bytes (1 to 3) in the last one. */
static void end_packet(struct writer *w, size_t start)
{
  size_t padding = (4 - (w->n - start) % 4) % 4;
  if (padding > 0) {
    put_zero(w, padding - 1);
    put_u8(w, (uint8_t)padding);
  }
  if (w->overflow)
    return;
  w->base[start] |= padding > 0 ? 0x20 : 0;
  writer_patch_u16(w, start + 2, (uint16_t)((w->n - start) / 4 - 1));
}

size_t twcc_write(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t number, uint16_t base,
                  const int64_t *arrival_us, size_t n, size_t room)
{
  size_t first = 0;
  while (first < n && arrival_us[first] == TWCC_NOT_RECEIVED)
    first++;
  assert(first < n && room >= FIXED_BYTES + 2 * PACKET_BYTES);
  int64_t reference = ticks_of(arrival_us[first]) / STEP_TICKS, last = reference * STEP_TICKS;
  struct message m = {.arrival_us = arrival_us, .n = n < UINT16_MAX ? n : UINT16_MAX, .start = last};
  size_t start = w->n;
  m.n = fitting(&m, room);
  put_u8(w, 0x80 | RTCP_RTPFB_TRANSPORT_CC);
  put_u8(w, RTCP_RTPFB);
  put_u16(w, 0);
  put_u32(w, sender_ssrc);
  put_u32(w, media_ssrc);
  put_u16(w, base);
  put_u16(w, (uint16_t)m.n);
  put_u24(w, (uint32_t)reference & 0xffffff);
  put_u8(w, number);
  for (size_t i = 0; i < m.n;)
    i += put_chunk(w, &m, i, &last);
  put_deltas(w, &m);
  end_packet(w, start);
  return m.n;
}
