/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/far_records.h"

#include "base/err.h"
#include "proto/sdp.h"

/* Takes fields until the first one that is not there; what is taken after that is zero. */
struct fields {
  struct span rest;
  int err;
};

static void fail(struct fields *f, int err)
{
  if (f->err == 0)
    f->err = err;
  f->rest = (struct span){0};
}

static uint8_t take_u8(struct fields *f, unsigned max)
{
  uint8_t v = 0;
  if (span_u8(&f->rest, &v) != 0)
    fail(f, ERR_TRUNCATED);
  else if (v > max)
    fail(f, ERR_RANGE);
  return f->err == 0 ? v : 0;
}

static uint32_t take_u32(struct fields *f)
{
  uint32_t v = 0;
  if (span_u32(&f->rest, &v) != 0)
    fail(f, ERR_TRUNCATED);
  return v;
}

static uint64_t take_u64(struct fields *f, uint64_t least, uint64_t max)
{
  uint64_t v = 0;
  if (span_u64(&f->rest, &v) != 0)
    fail(f, ERR_TRUNCATED);
  else if (v < least || v > max)
    fail(f, ERR_RANGE);
  return f->err == 0 ? v : 0;
}

/* An id: 0 is none. */
static uint64_t take_id(struct fields *f)
{
  return take_u64(f, 1, UINT64_MAX);
}

static uint64_t take_any(struct fields *f)
{
  return take_u64(f, 0, UINT64_MAX);
}

static int end(const struct fields *f)
{
  if (f->err != 0)
    return f->err;
  return f->rest.n == 0 ? 0 : ERR_MALFORMED;
}

void far_encode_source(struct writer *w, const struct far_source_record *r)
{
  put_u8(w, FAR_SOURCE);
  put_u64(w, r->room);
  put_u32(w, r->version);
  put_u64(w, r->source);
  put_u64(w, r->peer);
  put_u64(w, r->since_us);
  put_u8(w, r->kind);
  put_u8(w, r->codec);
  put_u8(w, r->layers);
  put_u8(w, r->red);
}

int far_decode_source(struct span s, struct far_source_record *r)
{
  struct fields f = {.rest = s};
  r->room = take_any(&f);
  r->version = take_u32(&f);
  r->source = take_id(&f);
  r->peer = take_id(&f);
  r->since_us = take_any(&f);
  r->kind = take_u8(&f, SOURCE_COUNT - 1);
  r->codec = take_u8(&f, PEER_CODECS - 1);
  r->layers = take_u8(&f, LIMIT_LAYERS);
  r->red = take_u8(&f, 1) != 0;
  bool video = media_source_is_video((enum media_source)r->kind);
  if (f.err == 0 && (r->layers == 0 || (!video && r->layers > 1) || video == (r->codec == SDP_OPUS)))
    fail(&f, ERR_RANGE);
  return end(&f);
}

void far_encode_room(struct writer *w, const struct far_room_record *r)
{
  put_u8(w, FAR_ROOM);
  put_u64(w, r->room);
  put_u32(w, r->version);
  put_u16(w, r->sources);
  put_u64(w, r->active);
  for (size_t i = 0; i < SPEAKERS_PLACES; i++)
    put_u64(w, r->place[i]);
  for (size_t i = 0; i < ROOM_RECENT; i++)
    put_u64(w, r->recent[i]);
}

int far_decode_room(struct span s, struct far_room_record *r)
{
  struct fields f = {.rest = s};
  r->room = take_any(&f);
  r->version = take_u32(&f);
  if (span_u16(&f.rest, &r->sources) != 0)
    fail(&f, ERR_TRUNCATED);
  r->active = take_any(&f);
  for (size_t i = 0; i < SPEAKERS_PLACES; i++)
    r->place[i] = take_any(&f);
  for (size_t i = 0; i < ROOM_RECENT; i++)
    r->recent[i] = take_any(&f);
  return end(&f);
}

void far_encode_packet(struct writer *w, const struct far_packet_record *r)
{
  put_u8(w, FAR_PACKET);
  put_u64(w, r->room);
  put_u64(w, r->source);
  put_u8(w, r->layer);
  put_u64(w, r->index);
  put_u32(w, r->timestamp);
  put_u8(w, r->marker);
  put_u8(w, r->level);
  put_u64(w, r->report_ntp);
  put_u32(w, r->report_timestamp);
  put_span(w, r->payload);
}

int far_decode_packet(struct span s, struct far_packet_record *r)
{
  struct fields f = {.rest = s};
  r->room = take_any(&f);
  r->source = take_id(&f);
  r->layer = take_u8(&f, LIMIT_LAYERS - 1);
  r->index = take_u64(&f, 1, FAR_INDEX_END - 1);
  r->timestamp = take_u32(&f);
  r->marker = take_u8(&f, 1) != 0;
  r->level = take_u8(&f, UINT8_MAX);
  r->report_ntp = take_any(&f);
  r->report_timestamp = take_u32(&f);
  r->payload = f.rest;
  if (f.err == 0 && r->payload.n > LIMIT_DATAGRAM)
    fail(&f, ERR_RANGE);
  return f.err;
}

void far_encode_here(struct writer *w, uint64_t room)
{
  put_u8(w, FAR_HERE);
  put_u64(w, room);
}

int far_decode_here(struct span s, uint64_t *room)
{
  struct fields f = {.rest = s};
  *room = take_any(&f);
  return end(&f);
}

void far_encode_word(struct writer *w, enum far_type type, const struct far_source_word *r)
{
  put_u8(w, (uint8_t)type);
  put_u64(w, r->room);
  put_u64(w, r->source);
  put_u8(w, r->layers);
}

int far_decode_word(struct span s, enum far_type type, struct far_source_word *r)
{
  struct fields f = {.rest = s};
  r->room = take_any(&f);
  r->source = take_id(&f);
  r->layers = take_u8(&f, type == FAR_KEY ? LIMIT_LAYERS - 1 : IPC_LAYERS_ALL);
  return end(&f);
}
