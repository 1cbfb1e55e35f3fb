/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/rtp.h"

#define VERSION_BITS 0xC0u
#define VERSION_2 0x80u
#define PADDING_BIT 0x20u
#define EXTENSION_BIT 0x10u
#define CSRC_COUNT_BITS 0x0Fu
#define MARKER_BIT 0x80u
#define CSRC_BYTES_MAX 60u

static int parse_extension(struct span *s, struct rtp_packet *p)
{
  uint16_t words;
  if (span_u16(s, &p->profile) != 0 || span_u16(s, &words) != 0)
    return ERR_TRUNCATED;
  p->has_extension = true;
  return span_take(s, 4u * (size_t)words, &p->extension);
}

/* The header; `first` is its first byte, for the P bit. */
static int parse_header(struct span s, struct rtp_packet *p, uint8_t *first)
{
  uint8_t second;
  *p = (struct rtp_packet){0};
  if (span_u8(&s, first) != 0 || span_u8(&s, &second) != 0)
    return ERR_TRUNCATED;
  if ((*first & VERSION_BITS) != VERSION_2)
    return ERR_MALFORMED;
  p->marker = (second & MARKER_BIT) != 0;
  p->payload_type = second & 0x7F;
  if (span_u16(&s, &p->sequence) != 0 || span_u32(&s, &p->timestamp) != 0 || span_u32(&s, &p->ssrc) != 0 ||
      span_take(&s, 4u * (*first & CSRC_COUNT_BITS), &p->csrc) != 0)
    return ERR_TRUNCATED;
  if ((*first & EXTENSION_BIT) != 0 && parse_extension(&s, p) != 0)
    return ERR_TRUNCATED;
  p->payload = s;
  return 0;
}

int rtp_parse_header(struct span datagram, struct rtp_packet *p)
{
  uint8_t first;
  return parse_header(datagram, p, &first);
}

int rtp_parse(struct span packet, struct rtp_packet *p)
{
  uint8_t first;
  int err = parse_header(packet, p, &first);
  if (err != 0 || (first & PADDING_BIT) == 0)
    return err;
  if (p->payload.n == 0)
    return ERR_TRUNCATED;
  p->padding = p->payload.p[p->payload.n - 1];
  if (p->padding == 0 || p->padding > p->payload.n)
    return ERR_MALFORMED;
  p->payload.n -= p->padding;
  return 0;
}

/* --- header extensions --- */

static bool is_two_byte(uint16_t profile)
{
  return (profile & 0xFFF0) == RTP_PROFILE_TWO_BYTE;
}

void rtp_ext_begin(const struct rtp_packet *p, struct rtp_ext_walk *walk)
{
  *walk = (struct rtp_ext_walk){.two_byte = is_two_byte(p->profile)};
  if (p->has_extension && (walk->two_byte || p->profile == RTP_PROFILE_ONE_BYTE))
    walk->rest = p->extension;
}

/* The id and length of the next element. Id 0 is one byte of padding in both forms. */
static bool next_element(struct rtp_ext_walk *walk, uint8_t *id, uint8_t *n)
{
  uint8_t b;
  do {
    if (span_u8(&walk->rest, &b) != 0)
      return false;
    *id = walk->two_byte ? b : b >> 4;
  } while (b == 0);
  if (walk->two_byte)
    return span_u8(&walk->rest, n) == 0;
  *n = (uint8_t)((b & 0x0F) + 1);
  return *id != 0 && *id != 15;
}

bool rtp_ext_next(struct rtp_ext_walk *walk, struct rtp_ext *ext)
{
  uint8_t n;
  if (next_element(walk, &ext->id, &n) && span_take(&walk->rest, n, &ext->data) == 0)
    return true;
  walk->rest.n = 0;
  return false;
}

int rtp_ext_find(const struct rtp_packet *p, uint8_t id, struct span *data)
{
  struct rtp_ext_walk walk;
  struct rtp_ext ext;
  rtp_ext_begin(p, &walk);
  while (rtp_ext_next(&walk, &ext))
    if (ext.id == id) {
      *data = ext.data;
      return 0;
    }
  return ERR_NOT_FOUND;
}

int rtp_audio_level(struct span data, bool *voice, uint8_t *level)
{
  uint8_t b;
  if (span_u8(&data, &b) != 0)
    return ERR_MALFORMED;
  *voice = (b & 0x80) != 0;
  *level = b & 0x7F;
  return 0;
}

/* --- writing --- */

static bool fits_one_byte(const struct rtp_ext *e)
{
  return e->id >= 1 && e->id <= 14 && e->data.n >= 1 && e->data.n <= 16;
}

static int check_fields(const struct rtp_packet *p, const struct rtp_ext *ext, size_t count)
{
  if (p->payload_type > 127 || p->csrc.n % 4 != 0 || p->csrc.n > CSRC_BYTES_MAX)
    return ERR_RANGE;
  for (size_t i = 0; i < count; i++)
    if (ext[i].id == 0 || ext[i].data.n > 255)
      return ERR_RANGE;
  return 0;
}

static void put_extension(struct writer *w, const struct rtp_ext *ext, size_t count)
{
  bool two_byte = false;
  for (size_t i = 0; i < count; i++)
    two_byte = two_byte || !fits_one_byte(&ext[i]);
  put_u16(w, two_byte ? RTP_PROFILE_TWO_BYTE : RTP_PROFILE_ONE_BYTE);
  put_u16(w, 0);
  size_t body = w->n;
  for (size_t i = 0; i < count; i++) {
    if (two_byte) {
      put_u8(w, ext[i].id);
      put_u8(w, (uint8_t)ext[i].data.n);
    } else {
      put_u8(w, (uint8_t)((unsigned)ext[i].id << 4 | (unsigned)(ext[i].data.n - 1)));
    }
    put_span(w, ext[i].data);
  }
  put_zero(w, (4 - (w->n - body) % 4) % 4);
  writer_patch_u16(w, body - 2, (uint16_t)((w->n - body) / 4));
}

int rtp_write_header(struct writer *w, const struct rtp_packet *p, const struct rtp_ext *ext, size_t count)
{
  size_t ignored;
  int err = check_fields(p, ext, count);
  if (err != 0)
    return err;
  put_u8(w, (uint8_t)(VERSION_2 | (p->padding > 0 ? PADDING_BIT : 0) | (count > 0 ? EXTENSION_BIT : 0) |
                      p->csrc.n / 4));
  put_u8(w, (uint8_t)((p->marker ? MARKER_BIT : 0) | p->payload_type));
  put_u16(w, p->sequence);
  put_u32(w, p->timestamp);
  put_u32(w, p->ssrc);
  put_span(w, p->csrc);
  if (count > 0)
    put_extension(w, ext, count);
  return writer_finish(w, &ignored);
}
