/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/far_records.h"

#include "base/fields.h"

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
  r->room = take_u64(&f);
  r->version = take_u32(&f);
  r->source = take_id(&f);
  r->peer = take_id(&f);
  r->since_us = take_u64(&f);
  r->kind = take_u8(&f, SOURCE_COUNT - 1);
  r->codec = take_u8(&f, PEER_CODECS - 1);
  r->layers = take_u8(&f, LIMIT_LAYERS);
  r->red = take_u8(&f, 1) != 0;
  bool video = media_source_is_video((enum media_source)r->kind);
  bool one = !video || sdp_is_scalable((enum sdp_codec_id)r->codec);
  if (f.err == 0 && (r->layers == 0 || (one && r->layers > 1) || video == (r->codec == SDP_OPUS)))
    fields_fail(&f, ERR_RANGE);
  return fields_end(&f);
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
  r->room = take_u64(&f);
  r->version = take_u32(&f);
  r->sources = take_u16(&f);
  r->active = take_u64(&f);
  for (size_t i = 0; i < SPEAKERS_PLACES; i++)
    r->place[i] = take_u64(&f);
  for (size_t i = 0; i < ROOM_RECENT; i++)
    r->recent[i] = take_u64(&f);
  return fields_end(&f);
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
  put_u8(w, (uint8_t)r->dependency.n);
  put_bytes(w, r->dependency.p, r->dependency.n);
}

int far_decode_packet(struct span s, struct far_packet_record *r)
{
  struct fields f = {.rest = s};
  r->room = take_u64(&f);
  r->source = take_id(&f);
  r->layer = take_u8(&f, LIMIT_LAYERS - 1);
  r->index = take_id(&f);
  r->timestamp = take_u32(&f);
  r->marker = take_u8(&f, 1) != 0;
  r->level = take_u8(&f, UINT8_MAX);
  r->report_ntp = take_u64(&f);
  r->report_timestamp = take_u32(&f);
  r->dependency = take_bytes(&f, take_u8(&f, DEPENDENCY_LONGEST));
  r->payload = f.rest;
  if (f.err == 0 && (r->index >= FAR_INDEX_END || r->dependency.n + r->payload.n > LIMIT_DATAGRAM))
    fields_fail(&f, ERR_RANGE);
  return f.err;
}

void far_encode_here(struct writer *w, const struct far_here_record *r)
{
  put_u8(w, FAR_HERE);
  put_u64(w, r->room);
  put_u8(w, r->lacking);
}

int far_decode_here(struct span s, struct far_here_record *r)
{
  struct fields f = {.rest = s};
  r->room = take_u64(&f);
  r->lacking = take_u8(&f, FAR_SCALABLE);
  if ((r->lacking & ~FAR_SCALABLE) != 0)
    fields_fail(&f, ERR_RANGE);
  return fields_end(&f);
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
  r->room = take_u64(&f);
  r->source = take_id(&f);
  r->layers = take_u8(&f, type == FAR_KEY ? LIMIT_LAYERS - 1 : IPC_LAYERS_ALL);
  return fields_end(&f);
}
