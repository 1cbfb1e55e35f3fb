/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Integers are big-endian; a text is its length in three bytes and its bytes; a flag is one byte, 0 or 1. */
#include "ipc/messages.h"

#include "base/fields.h"

#define PUBLISH_ALL ((IPC_PUBLISH_SILENCE << 1) - 1)
#define LEVEL_SILENT 127u

static void put_text(struct writer *w, struct span text, size_t max)
{
  if (text.n > max)
    w->overflow = true;
  put_u24(w, (uint32_t)text.n);
  put_span(w, text);
}

static void put_flag(struct writer *w, bool flag)
{
  put_u8(w, flag ? 1 : 0);
}

static struct span take_text(struct fields *f, size_t max)
{
  uint32_t n = 0;
  if (span_u24(&f->rest, &n) != 0)
    fields_fail(f, ERR_TRUNCATED);
  else if (n > max)
    fields_fail(f, ERR_RANGE);
  return f->err == 0 ? take_bytes(f, n) : (struct span){0};
}

static void take_mid(struct fields *f, uint8_t mid[IPC_MID_BYTES], uint8_t *n)
{
  struct span text = take_text(f, IPC_MID_BYTES);
  *n = (uint8_t)text.n;
  memset(mid, 0, IPC_MID_BYTES);
  if (text.n > 0)
    memcpy(mid, text.p, text.n);
}

static void take_copy(struct fields *f, void *out, size_t n)
{
  struct span bytes = take_bytes(f, n);
  if (bytes.n == n)
    memcpy(out, bytes.p, n);
}

void ipc_encode_media_channel(struct writer *w, const struct ipc_media_channel *m)
{
  put_u8(w, IPC_MEDIA_CHANNEL);
  put_u8(w, m->process);
}

int ipc_decode_media_channel(struct span s, struct ipc_media_channel *m)
{
  struct fields f = {.rest = s};
  m->process = take_u8(&f, LIMIT_MEDIA_PROCESSES - 1);
  return fields_end(&f);
}

void ipc_encode_share(struct writer *w, enum ipc_type type, const struct ipc_share *m)
{
  put_u8(w, (uint8_t)type);
  put_u8(w, m->process);
}

int ipc_decode_share(struct span s, struct ipc_share *m)
{
  struct fields f = {.rest = s};
  m->process = take_u8(&f, LIMIT_MEDIA_PROCESSES - 1);
  return fields_end(&f);
}

void ipc_encode_spread(struct writer *w, const struct ipc_spread *m)
{
  put_u8(w, IPC_SPREAD);
  put_u64(w, m->room);
  put_u8(w, m->home);
  put_u64(w, m->members);
}

int ipc_decode_spread(struct span s, struct ipc_spread *m)
{
  struct fields f = {.rest = s};
  m->room = take_u64(&f);
  m->home = take_u8(&f, LIMIT_MEDIA_PROCESSES - 1);
  m->members = take_u64(&f);
  return fields_end(&f);
}

void ipc_encode_offer(struct writer *w, const struct ipc_offer *m)
{
  put_u8(w, IPC_OFFER);
  put_u64(w, m->room);
  put_u64(w, m->peer);
  put_u32(w, m->connection);
  put_u32(w, m->id);
  put_u8(w, m->publish);
  put_u8(w, m->post_quantum);
  put_u8(w, m->backstage);
  put_u8(w, m->home);
  put_u64(w, m->members);
  for (int i = 0; i < SOURCE_COUNT; i++)
    put_text(w, m->source_mid[i], IPC_MID_BYTES);
  put_text(w, m->sdp, LIMIT_SDP_BYTES);
}

int ipc_decode_offer(struct span s, struct ipc_offer *m)
{
  struct fields f = {.rest = s};
  m->room = take_u64(&f);
  m->peer = take_id(&f);
  m->connection = take_u32(&f);
  m->id = take_u32(&f);
  m->publish = take_u8(&f, PUBLISH_ALL);
  m->post_quantum = take_u8(&f, 1) != 0;
  m->backstage = take_u8(&f, 1) != 0;
  m->home = take_u8(&f, LIMIT_MEDIA_PROCESSES - 1);
  m->members = take_u64(&f);
  for (int i = 0; i < SOURCE_COUNT; i++)
    m->source_mid[i] = take_text(&f, IPC_MID_BYTES);
  m->sdp = take_text(&f, LIMIT_SDP_BYTES);
  return fields_end(&f);
}

void ipc_encode_publish(struct writer *w, const struct ipc_publish *m)
{
  put_u8(w, IPC_PUBLISH);
  put_u64(w, m->peer);
  put_u8(w, m->publish);
  put_u8(w, m->backstage);
}

int ipc_decode_publish(struct span s, struct ipc_publish *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->publish = take_u8(&f, PUBLISH_ALL);
  m->backstage = take_u8(&f, 1) != 0;
  return fields_end(&f);
}

void ipc_encode_level(struct writer *w, const struct ipc_level *m)
{
  put_u8(w, IPC_LEVEL);
  put_u64(w, m->peer);
  put_u8(w, m->level);
}

int ipc_decode_level(struct span s, struct ipc_level *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->level = take_u8(&f, LEVEL_SILENT);
  return fields_end(&f);
}

void ipc_encode_close(struct writer *w, const struct ipc_peer *m)
{
  put_u8(w, IPC_CLOSE);
  put_u64(w, m->peer);
}

int ipc_decode_close(struct span s, struct ipc_peer *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  return fields_end(&f);
}

void ipc_encode_view(struct writer *w, const struct ipc_view *m)
{
  if (m->count > LIMIT_VIDEO_SLOTS) {
    w->overflow = true;
    return;
  }
  put_u8(w, IPC_VIEW);
  put_u64(w, m->peer);
  put_u8(w, m->count);
  for (size_t i = 0; i < m->count; i++) {
    put_u16(w, m->shown[i].height);
    put_u8(w, m->shown[i].flags);
    put_text(w, span_of(m->shown[i].mid, m->shown[i].mid_n), IPC_MID_BYTES);
  }
}

int ipc_decode_view(struct span s, struct ipc_view *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->count = take_u8(&f, LIMIT_VIDEO_SLOTS);
  for (size_t i = 0; i < m->count; i++) {
    m->shown[i].height = take_u16(&f);
    m->shown[i].flags = take_u8(&f, IPC_SHOWN_FLAGS);
    take_mid(&f, m->shown[i].mid, &m->shown[i].mid_n);
  }
  return fields_end(&f);
}

void ipc_encode_answer(struct writer *w, const struct ipc_answer *m)
{
  put_u8(w, IPC_ANSWER);
  put_u64(w, m->peer);
  put_u32(w, m->id);
  put_text(w, m->sdp, LIMIT_SDP_BYTES);
}

int ipc_decode_answer(struct span s, struct ipc_answer *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->id = take_u32(&f);
  m->sdp = take_text(&f, LIMIT_SDP_BYTES);
  return fields_end(&f);
}

void ipc_encode_refused(struct writer *w, const struct ipc_refused *m)
{
  put_u8(w, IPC_OFFER_REFUSED);
  put_u64(w, m->peer);
  put_u32(w, m->id);
  put_text(w, m->code, IPC_CODE_BYTES);
  put_text(w, m->text, IPC_TEXT_BYTES);
}

int ipc_decode_refused(struct span s, struct ipc_refused *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->id = take_u32(&f);
  m->code = take_text(&f, IPC_CODE_BYTES);
  m->text = take_text(&f, IPC_TEXT_BYTES);
  return fields_end(&f);
}

void ipc_encode_security(struct writer *w, const struct ipc_security *m)
{
  put_u8(w, IPC_SECURITY);
  put_u64(w, m->peer);
  put_u32(w, m->connection);
  put_u8(w, m->state);
  put_flag(w, m->cryptex_in);
  put_flag(w, m->cryptex_out);
  put_bytes(w, m->fingerprint_server, sizeof m->fingerprint_server);
  put_bytes(w, m->fingerprint_client, sizeof m->fingerprint_client);
  put_text(w, m->reason, IPC_TEXT_BYTES);
  put_text(w, m->dtls, IPC_FACT_BYTES);
  put_text(w, m->cipher, IPC_FACT_BYTES);
  put_text(w, m->group, IPC_FACT_BYTES);
  put_text(w, m->srtp, IPC_FACT_BYTES);
}

int ipc_decode_security(struct span s, struct ipc_security *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->connection = take_u32(&f);
  m->state = take_u8(&f, IPC_MEDIA_FAILED);
  m->cryptex_in = take_u8(&f, 1) == 1;
  m->cryptex_out = take_u8(&f, 1) == 1;
  take_copy(&f, m->fingerprint_server, sizeof m->fingerprint_server);
  take_copy(&f, m->fingerprint_client, sizeof m->fingerprint_client);
  m->reason = take_text(&f, IPC_TEXT_BYTES);
  m->dtls = take_text(&f, IPC_FACT_BYTES);
  m->cipher = take_text(&f, IPC_FACT_BYTES);
  m->group = take_text(&f, IPC_FACT_BYTES);
  m->srtp = take_text(&f, IPC_FACT_BYTES);
  return fields_end(&f);
}

static void put_slot(struct writer *w, const struct ipc_slot *slot)
{
  put_u64(w, slot->who);
  put_u8(w, slot->source);
  put_text(w, span_of(slot->mid, slot->mid_n), IPC_MID_BYTES);
}

static void take_slot(struct fields *f, struct ipc_slot *slot)
{
  slot->who = take_u64(f);
  slot->source = take_u8(f, SOURCE_COUNT - 1);
  take_mid(f, slot->mid, &slot->mid_n);
}

#define SLOTS_MAX (sizeof((struct ipc_slots *)0)->slot / sizeof(struct ipc_slot))

void ipc_encode_slots(struct writer *w, const struct ipc_slots *m)
{
  if (m->count > SLOTS_MAX) {
    w->overflow = true;
    return;
  }
  put_u8(w, IPC_SLOTS);
  put_u64(w, m->peer);
  put_u32(w, m->connection);
  put_u8(w, m->count);
  for (size_t i = 0; i < m->count; i++)
    put_slot(w, &m->slot[i]);
}

int ipc_decode_slots(struct span s, struct ipc_slots *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->connection = take_u32(&f);
  m->count = take_u8(&f, SLOTS_MAX);
  for (size_t i = 0; i < m->count; i++)
    take_slot(&f, &m->slot[i]);
  return fields_end(&f);
}

void ipc_encode_speaker(struct writer *w, const struct ipc_speaker *m)
{
  put_u8(w, IPC_SPEAKER);
  put_u64(w, m->room);
  put_u64(w, m->peer);
  put_u8(w, m->backstage);
}

int ipc_decode_speaker(struct span s, struct ipc_speaker *m)
{
  struct fields f = {.rest = s};
  m->room = take_u64(&f);
  m->peer = take_u64(&f);
  m->backstage = take_u8(&f, 1) != 0;
  return fields_end(&f);
}

void ipc_encode_gone(struct writer *w, const struct ipc_gone *m)
{
  put_u8(w, IPC_GONE);
  put_u64(w, m->peer);
  put_u32(w, m->connection);
  put_u8(w, m->reason);
}

int ipc_decode_gone(struct span s, struct ipc_gone *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->connection = take_u32(&f);
  m->reason = take_u8(&f, IPC_GONE_POST_QUANTUM);
  return fields_end(&f);
}

void ipc_encode_layers(struct writer *w, const struct ipc_layers *m)
{
  put_u8(w, IPC_LAYERS);
  put_u64(w, m->peer);
  put_u32(w, m->connection);
  put_u8(w, m->source);
  put_u8(w, m->mask);
  put_u32(w, m->most_bps);
}

int ipc_decode_layers(struct span s, struct ipc_layers *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->connection = take_u32(&f);
  m->source = take_u8(&f, SOURCE_COUNT - 1);
  m->mask = take_u8(&f, IPC_LAYERS_ALL | IPC_LAYERS_COMMON);
  m->most_bps = take_u32(&f);
  if (!media_source_is_video(m->source))
    fields_fail(&f, ERR_RANGE);
  return fields_end(&f);
}

void ipc_encode_weakness(struct writer *w, const struct ipc_weakness *m)
{
  put_u8(w, IPC_WEAKNESS);
  put_u64(w, m->peer);
  put_u32(w, m->connection);
  put_u8(w, m->weak);
}

int ipc_decode_weakness(struct span s, struct ipc_weakness *m)
{
  struct fields f = {.rest = s};
  m->peer = take_id(&f);
  m->connection = take_u32(&f);
  m->weak = take_u8(&f, 1) != 0;
  return fields_end(&f);
}

#define LOAD_BUSY_MOST 1000u

void ipc_encode_load(struct writer *w, const struct ipc_load *m)
{
  put_u8(w, IPC_LOAD);
  put_u16(w, m->busy);
  put_u32(w, m->late_us);
  put_u32(w, m->unsent);
  put_u32(w, m->peers);
  for (size_t i = 0; i < LOAD_SUMS; i++)
    put_u64(w, m->sum[i]);
}

int ipc_decode_load(struct span s, struct ipc_load *m)
{
  struct fields f = {.rest = s};
  m->busy = take_u16(&f);
  m->late_us = take_u32(&f);
  m->unsent = take_u32(&f);
  m->peers = take_u32(&f);
  for (size_t i = 0; i < LOAD_SUMS; i++)
    m->sum[i] = take_u64(&f);
  if (m->busy > LOAD_BUSY_MOST)
    fields_fail(&f, ERR_RANGE);
  return fields_end(&f);
}

void ipc_encode_mail(struct writer *w, const struct ipc_mail *m)
{
  put_u8(w, IPC_MAIL);
  put_u32(w, m->id);
  put_text(w, m->to, LIMIT_MAIL_ADDRESS);
  put_text(w, m->to_name, LIMIT_NAME_BYTES);
  put_text(w, m->subject, LIMIT_MAIL_SUBJECT);
  put_text(w, m->text, LIMIT_MAIL_TEXT);
}

int ipc_decode_mail(struct span s, struct ipc_mail *m)
{
  struct fields f = {.rest = s};
  m->id = take_u32(&f);
  m->to = take_text(&f, LIMIT_MAIL_ADDRESS);
  m->to_name = take_text(&f, LIMIT_NAME_BYTES);
  m->subject = take_text(&f, LIMIT_MAIL_SUBJECT);
  m->text = take_text(&f, LIMIT_MAIL_TEXT);
  return fields_end(&f);
}

static void encode_done(struct writer *w, enum ipc_type type, const struct ipc_outbound_done *m)
{
  put_u8(w, (uint8_t)type);
  put_u32(w, m->id);
  put_u8(w, m->outcome);
}

static int decode_done(struct span s, struct ipc_outbound_done *m)
{
  struct fields f = {.rest = s};
  m->id = take_u32(&f);
  m->outcome = take_u8(&f, IPC_NOT_CONFIGURED);
  return fields_end(&f);
}

void ipc_encode_mail_done(struct writer *w, const struct ipc_outbound_done *m)
{
  encode_done(w, IPC_MAIL_DONE, m);
}

int ipc_decode_mail_done(struct span s, struct ipc_outbound_done *m)
{
  return decode_done(s, m);
}

void ipc_encode_sms(struct writer *w, const struct ipc_sms *m)
{
  put_u8(w, IPC_SMS);
  put_u32(w, m->id);
  put_text(w, m->to, LIMIT_SMS_NUMBER);
  put_text(w, m->text, LIMIT_SMS_TEXT);
}

int ipc_decode_sms(struct span s, struct ipc_sms *m)
{
  struct fields f = {.rest = s};
  m->id = take_u32(&f);
  m->to = take_text(&f, LIMIT_SMS_NUMBER);
  m->text = take_text(&f, LIMIT_SMS_TEXT);
  return fields_end(&f);
}

void ipc_encode_sms_done(struct writer *w, const struct ipc_outbound_done *m)
{
  encode_done(w, IPC_SMS_DONE, m);
}

int ipc_decode_sms_done(struct span s, struct ipc_outbound_done *m)
{
  return decode_done(s, m);
}

void ipc_encode_fetch(struct writer *w, const struct ipc_fetch *m)
{
  put_u8(w, IPC_FETCH);
  put_u32(w, m->id);
  put_u8(w, m->method);
  put_text(w, m->url, LIMIT_URL);
  put_text(w, m->authorization, LIMIT_FETCH_REQUEST);
  put_text(w, m->body, LIMIT_FETCH_REQUEST);
}

int ipc_decode_fetch(struct span s, struct ipc_fetch *m)
{
  struct fields f = {.rest = s};
  m->id = take_u32(&f);
  m->method = take_u8(&f, IPC_FETCH_POST);
  m->url = take_text(&f, LIMIT_URL);
  m->authorization = take_text(&f, LIMIT_FETCH_REQUEST);
  m->body = take_text(&f, LIMIT_FETCH_REQUEST);
  return fields_end(&f);
}

void ipc_encode_fetched(struct writer *w, const struct ipc_fetched *m)
{
  put_u8(w, IPC_FETCHED);
  put_u32(w, m->id);
  put_u8(w, m->outcome);
  put_u16(w, m->status);
  put_text(w, m->body, LIMIT_FETCH_ANSWER);
}

int ipc_decode_fetched(struct span s, struct ipc_fetched *m)
{
  struct fields f = {.rest = s};
  m->id = take_u32(&f);
  m->outcome = take_u8(&f, IPC_NOT_CONFIGURED);
  m->status = take_u16(&f);
  m->body = take_text(&f, LIMIT_FETCH_ANSWER);
  return fields_end(&f);
}
