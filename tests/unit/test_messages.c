/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/ipc/messages: every message comes back as it was, and nothing shorter, longer or out of range is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/messages.h"

static void assert_span(struct span s, const char *text)
{
  assert_true(span_equal(s, span_str(text)));
}

static struct span fields_of(const struct writer *w, uint8_t type)
{
  size_t n = 0;
  assert_int_equal(writer_finish(w, &n), 0);
  assert_true(n >= 1);
  assert_int_equal(w->base[0], type);
  return span_of(w->base + 1, n - 1);
}

static struct ipc_offer an_offer(void)
{
  return (struct ipc_offer){
    .room = 0x0102030405060708, .peer = 7, .connection = 2, .id = 3, .publish = 5, .post_quantum = true,
    .source_mid = {span_str("0"), span_str("camera"), span_of(NULL, 0)}, .sdp = span_str("v=0\r\n"),
  };
}

static void test_offer(void **state)
{
  (void)state;
  uint8_t bytes[256];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct ipc_offer in = an_offer(), out;
  ipc_encode_offer(&w, &in);
  assert_int_equal(ipc_decode_offer(fields_of(&w, IPC_OFFER), &out), 0);
  assert_true(out.room == in.room && out.peer == 7);
  assert_int_equal(out.connection, 2);
  assert_int_equal(out.id, 3);
  assert_int_equal(out.publish, 5);
  assert_true(out.post_quantum);
  assert_span(out.source_mid[SOURCE_MIC], "0");
  assert_span(out.source_mid[SOURCE_CAMERA], "camera");
  assert_span(out.source_mid[SOURCE_SCREEN], "");
  assert_span(out.sdp, "v=0\r\n");
}

static void test_answer_and_refused(void **state)
{
  (void)state;
  uint8_t bytes[256];
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_answer(&w, &(struct ipc_answer){.peer = 9, .id = 4, .sdp = span_str("answer")});
  struct ipc_answer answer;
  assert_int_equal(ipc_decode_answer(fields_of(&w, IPC_ANSWER), &answer), 0);
  assert_true(answer.peer == 9);
  assert_int_equal(answer.id, 4);
  assert_span(answer.sdp, "answer");

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_refused(&w, &(struct ipc_refused){
                           .peer = 9, .id = 5, .code = span_str("no_fingerprint"), .text = span_str("Why.")});
  struct ipc_refused refused;
  assert_int_equal(ipc_decode_refused(fields_of(&w, IPC_OFFER_REFUSED), &refused), 0);
  assert_true(refused.peer == 9);
  assert_int_equal(refused.id, 5);
  assert_span(refused.code, "no_fingerprint");
  assert_span(refused.text, "Why.");
}

static void test_security(void **state)
{
  (void)state;
  uint8_t bytes[512];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct ipc_security in = {
    .peer = 1, .connection = 2, .state = IPC_MEDIA_CONNECTED, .cryptex_out = true, .reason = span_str(""),
    .dtls = span_str("DTLS 1.3"), .cipher = span_str("TLS_AES_256_GCM_SHA384"), .group = span_str("X25519MLKEM768"),
    .srtp = span_str("AEAD_AES_256_GCM"),
  }, out;
  memset(in.fingerprint_server, 0x11, sizeof in.fingerprint_server);
  memset(in.fingerprint_client, 0x22, sizeof in.fingerprint_client);
  ipc_encode_security(&w, &in);
  assert_int_equal(ipc_decode_security(fields_of(&w, IPC_SECURITY), &out), 0);
  assert_true(out.peer == 1 && !out.cryptex_in && out.cryptex_out);
  assert_int_equal(out.state, IPC_MEDIA_CONNECTED);
  assert_memory_equal(out.fingerprint_server, in.fingerprint_server, sizeof in.fingerprint_server);
  assert_memory_equal(out.fingerprint_client, in.fingerprint_client, sizeof in.fingerprint_client);
  assert_span(out.reason, "");
  assert_span(out.dtls, "DTLS 1.3");
  assert_span(out.cipher, "TLS_AES_256_GCM_SHA384");
  assert_span(out.group, "X25519MLKEM768");
  assert_span(out.srtp, "AEAD_AES_256_GCM");
}

static void test_slots(void **state)
{
  (void)state;
  uint8_t bytes[1024];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct ipc_slots in = {.peer = 1, .connection = 2, .count = 2}, out;
  in.slot[0] = (struct ipc_slot){.who = 5, .source = SOURCE_SCREEN, .mid_n = 2, .mid = "12"};
  in.slot[1] = (struct ipc_slot){.who = 0, .source = SOURCE_MIC, .mid_n = 16, .mid = "0123456789abcdef"};
  ipc_encode_slots(&w, &in);
  assert_int_equal(ipc_decode_slots(fields_of(&w, IPC_SLOTS), &out), 0);
  assert_true(out.peer == 1);
  assert_int_equal(out.connection, 2);
  assert_int_equal(out.count, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_true(out.slot[i].who == in.slot[i].who);
    assert_int_equal(out.slot[i].source, in.slot[i].source);
    assert_int_equal(out.slot[i].mid_n, in.slot[i].mid_n);
    assert_memory_equal(out.slot[i].mid, in.slot[i].mid, IPC_MID_BYTES);
  }
}

static void test_small_messages(void **state)
{
  (void)state;
  uint8_t bytes[64];
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_media_channel(&w, &(struct ipc_media_channel){.process = 3});
  struct ipc_media_channel channel;
  assert_int_equal(ipc_decode_media_channel(fields_of(&w, IPC_MEDIA_CHANNEL), &channel), 0);
  assert_int_equal(channel.process, 3);

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_spread(&w, &(struct ipc_spread){.room = 9, .home = 2, .members = 1ull << 63 | 1});
  struct ipc_spread spread;
  assert_int_equal(ipc_decode_spread(fields_of(&w, IPC_SPREAD), &spread), 0);
  assert_true(spread.room == 9 && spread.home == 2 && spread.members == (1ull << 63 | 1));

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_publish(&w, &(struct ipc_publish){.peer = 8, .publish = 7, .backstage = true});
  struct ipc_publish publish;
  assert_int_equal(ipc_decode_publish(fields_of(&w, IPC_PUBLISH), &publish), 0);
  assert_true(publish.peer == 8 && publish.publish == 7 && publish.backstage);

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_level(&w, &(struct ipc_level){.peer = 8, .level = 127});
  struct ipc_level level;
  assert_int_equal(ipc_decode_level(fields_of(&w, IPC_LEVEL), &level), 0);
  assert_true(level.peer == 8 && level.level == 127);

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_close(&w, &(struct ipc_peer){.peer = 8});
  struct ipc_peer peer;
  assert_int_equal(ipc_decode_close(fields_of(&w, IPC_CLOSE), &peer), 0);
  assert_true(peer.peer == 8);

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_speaker(&w, &(struct ipc_speaker){.room = 6, .peer = 0});
  struct ipc_speaker speaker;
  assert_int_equal(ipc_decode_speaker(fields_of(&w, IPC_SPEAKER), &speaker), 0);
  assert_true(speaker.room == 6 && speaker.peer == 0);

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_gone(&w, &(struct ipc_gone){.peer = 8, .connection = 2, .reason = IPC_GONE_LIMIT});
  struct ipc_gone gone;
  assert_int_equal(ipc_decode_gone(fields_of(&w, IPC_GONE), &gone), 0);
  assert_true(gone.peer == 8 && gone.connection == 2 && gone.reason == IPC_GONE_LIMIT);
}

static void test_layer_messages(void **state)
{
  (void)state;
  uint8_t bytes[1024];
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_view(&w, &(struct ipc_view){.peer = 8, .count = 2,
                                         .shown = {{.height = 720, .flags = IPC_SHOWN_PINNED, .mid_n = 2, .mid = "10"},
                                                   {.height = 0, .mid_n = 1, .mid = "3"}}});
  struct ipc_view view;
  assert_int_equal(ipc_decode_view(fields_of(&w, IPC_VIEW), &view), 0);
  assert_true(view.peer == 8 && view.count == 2);
  assert_true(view.shown[0].height == 720 && view.shown[0].flags == IPC_SHOWN_PINNED && view.shown[0].mid_n == 2);
  assert_memory_equal(view.shown[0].mid, "10", 2);
  assert_true(view.shown[1].height == 0 && view.shown[1].flags == 0 && view.shown[1].mid[0] == '3');

  w = writer_of(bytes, sizeof bytes);
  uint8_t load_bytes[sizeof(struct ipc_load) + 1];
  struct writer load_w = writer_of(load_bytes, sizeof load_bytes);
  struct ipc_load load, told = {.busy = 7, .late_us = 8, .unsent = 9, .peers = 10};
  told.sum[LOAD_CPU_US] = UINT64_MAX;
  told.sum[LOAD_LIMITS] = 11;
  ipc_encode_load(&load_w, &told);
  assert_int_equal(ipc_decode_load(fields_of(&load_w, IPC_LOAD), &load), 0);
  assert_memory_equal(load.sum, told.sum, sizeof told.sum);
  assert_true(load.busy == 7 && load.late_us == 8 && load.unsent == 9 && load.peers == 10);
  told.busy = 1001; /* more than there is */
  load_w = writer_of(load_bytes, sizeof load_bytes);
  ipc_encode_load(&load_w, &told);
  assert_int_equal(ipc_decode_load(fields_of(&load_w, IPC_LOAD), &load), ERR_RANGE);
  ipc_encode_layers(
    &w, &(struct ipc_layers){.peer = 8, .connection = 2, .source = SOURCE_SCREEN, .mask = 5, .most_bps = 70000});
  struct ipc_layers layers;
  assert_int_equal(ipc_decode_layers(fields_of(&w, IPC_LAYERS), &layers), 0);
  assert_true(layers.peer == 8 && layers.connection == 2 && layers.source == SOURCE_SCREEN);
  assert_true(layers.mask == 5 && layers.most_bps == 70000);

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_weakness(&w, &(struct ipc_weakness){.peer = 8, .connection = 2, .weak = true});
  struct ipc_weakness weakness;
  assert_int_equal(ipc_decode_weakness(fields_of(&w, IPC_WEAKNESS), &weakness), 0);
  assert_true(weakness.peer == 8 && weakness.connection == 2 && weakness.weak);
}

static void test_outbound_messages(void **state)
{
  (void)state;
  uint8_t bytes[256];
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_mail(&w, &(struct ipc_mail){.id = 7, .to = span_str("a@b"), .to_name = span_str("A"),
                                         .subject = span_str("S"), .text = span_str("T")});
  struct ipc_mail mail;
  assert_int_equal(ipc_decode_mail(fields_of(&w, IPC_MAIL), &mail), 0);
  assert_int_equal(mail.id, 7);
  assert_span(mail.to, "a@b");
  assert_span(mail.to_name, "A");
  assert_span(mail.subject, "S");
  assert_span(mail.text, "T");

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_sms(&w, &(struct ipc_sms){.id = 8, .to = span_str("+491"), .text = span_str("T")});
  struct ipc_sms sms;
  assert_int_equal(ipc_decode_sms(fields_of(&w, IPC_SMS), &sms), 0);
  assert_int_equal(sms.id, 8);
  assert_span(sms.to, "+491");
  assert_span(sms.text, "T");

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_fetch(&w, &(struct ipc_fetch){.id = 9, .method = IPC_FETCH_POST, .url = span_str("U"),
                                           .authorization = span_str("Z"), .body = span_str("B")});
  struct ipc_fetch fetch;
  assert_int_equal(ipc_decode_fetch(fields_of(&w, IPC_FETCH), &fetch), 0);
  assert_true(fetch.id == 9 && fetch.method == IPC_FETCH_POST);
  assert_span(fetch.url, "U");
  assert_span(fetch.authorization, "Z");
  assert_span(fetch.body, "B");

  w = writer_of(bytes, sizeof bytes);
  ipc_encode_fetched(&w, &(struct ipc_fetched){.id = 9, .outcome = IPC_DONE, .status = 200, .body = span_str("B")});
  struct ipc_fetched fetched;
  assert_int_equal(ipc_decode_fetched(fields_of(&w, IPC_FETCHED), &fetched), 0);
  assert_true(fetched.id == 9 && fetched.outcome == IPC_DONE && fetched.status == 200);
  assert_span(fetched.body, "B");

  struct ipc_outbound_done done;
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_mail_done(&w, &(struct ipc_outbound_done){.id = 7, .outcome = IPC_BUSY});
  assert_int_equal(ipc_decode_mail_done(fields_of(&w, IPC_MAIL_DONE), &done), 0);
  assert_true(done.id == 7 && done.outcome == IPC_BUSY);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_sms_done(&w, &(struct ipc_outbound_done){.id = 8, .outcome = IPC_NOT_CONFIGURED + 1});
  assert_int_equal(ipc_decode_sms_done(fields_of(&w, IPC_SMS_DONE), &done), ERR_RANGE);
}

/* Decodes any type; the result is thrown away. */
static int decode(uint8_t type, struct span s)
{
  union {
    struct ipc_media_channel media_channel;
    struct ipc_offer offer;
    struct ipc_publish publish;
    struct ipc_level level;
    struct ipc_peer close;
    struct ipc_answer answer;
    struct ipc_refused refused;
    struct ipc_security security;
    struct ipc_slots slots;
    struct ipc_speaker speaker;
    struct ipc_gone gone;
    struct ipc_view view;
    struct ipc_layers layers;
    struct ipc_weakness weakness;
    struct ipc_load load;
    struct ipc_spread spread;
    struct ipc_share share;
    struct ipc_mail mail;
    struct ipc_sms sms;
    struct ipc_fetch fetch;
    struct ipc_fetched fetched;
    struct ipc_outbound_done done;
  } u;
  switch (type) {
  case IPC_MEDIA_CHANNEL: return ipc_decode_media_channel(s, &u.media_channel);
  case IPC_OFFER: return ipc_decode_offer(s, &u.offer);
  case IPC_PUBLISH: return ipc_decode_publish(s, &u.publish);
  case IPC_LEVEL: return ipc_decode_level(s, &u.level);
  case IPC_CLOSE: return ipc_decode_close(s, &u.close);
  case IPC_ANSWER: return ipc_decode_answer(s, &u.answer);
  case IPC_OFFER_REFUSED: return ipc_decode_refused(s, &u.refused);
  case IPC_SECURITY: return ipc_decode_security(s, &u.security);
  case IPC_SLOTS: return ipc_decode_slots(s, &u.slots);
  case IPC_SPEAKER: return ipc_decode_speaker(s, &u.speaker);
  case IPC_VIEW: return ipc_decode_view(s, &u.view);
  case IPC_LAYERS: return ipc_decode_layers(s, &u.layers);
  case IPC_WEAKNESS: return ipc_decode_weakness(s, &u.weakness);
  case IPC_LOAD: return ipc_decode_load(s, &u.load);
  case IPC_SPREAD: return ipc_decode_spread(s, &u.spread);
  case IPC_SHARE:
  case IPC_BELL:
  case IPC_SHARE_GONE: return ipc_decode_share(s, &u.share);
  case IPC_MAIL: return ipc_decode_mail(s, &u.mail);
  case IPC_SMS: return ipc_decode_sms(s, &u.sms);
  case IPC_FETCH: return ipc_decode_fetch(s, &u.fetch);
  case IPC_FETCHED: return ipc_decode_fetched(s, &u.fetched);
  case IPC_MAIL_DONE: return ipc_decode_mail_done(s, &u.done);
  case IPC_SMS_DONE: return ipc_decode_sms_done(s, &u.done);
  default: return ipc_decode_gone(s, &u.gone);
  }
}

/* Cuts the message at every length, in memory of exactly that length so that the sanitizer sees a read past the end. */
static void assert_exact_length(const struct writer *w)
{
  for (size_t n = 0; n + 1 < w->n; n++) {
    uint8_t *copy = malloc(n > 0 ? n : 1);
    memcpy(copy, w->base + 1, n);
    assert_int_not_equal(decode(w->base[0], span_of(copy, n)), 0);
    free(copy);
  }
  uint8_t longer[1024] = {0};
  memcpy(longer, w->base + 1, w->n - 1);
  assert_int_equal(decode(w->base[0], span_of(longer, w->n - 1)), 0);
  assert_int_equal(decode(w->base[0], span_of(longer, w->n)), ERR_MALFORMED);
}

static void test_no_other_length(void **state)
{
  (void)state;
  static uint8_t bytes[23][192];
  struct writer w[23];
  for (size_t i = 0; i < 23; i++)
    w[i] = writer_of(bytes[i], sizeof bytes[i]);
  struct ipc_offer offer = an_offer();
  struct span text = span_str("text");
  struct ipc_slots slots = {.peer = 1, .count = 1, .slot = {{.who = 1, .mid_n = 1, .mid = "0"}}};
  ipc_encode_media_channel(&w[0], &(struct ipc_media_channel){.process = 1});
  ipc_encode_offer(&w[1], &offer);
  ipc_encode_publish(&w[2], &(struct ipc_publish){.peer = 1});
  ipc_encode_level(&w[3], &(struct ipc_level){.peer = 1});
  ipc_encode_close(&w[4], &(struct ipc_peer){.peer = 1});
  ipc_encode_answer(&w[5], &(struct ipc_answer){.peer = 1, .sdp = text});
  ipc_encode_refused(&w[6], &(struct ipc_refused){.peer = 1, .code = text, .text = text});
  ipc_encode_security(&w[7], &(struct ipc_security){.peer = 1, .dtls = text});
  ipc_encode_slots(&w[8], &slots);
  ipc_encode_speaker(&w[9], &(struct ipc_speaker){.room = 1});
  ipc_encode_gone(&w[10], &(struct ipc_gone){.peer = 1});
  ipc_encode_mail(&w[11], &(struct ipc_mail){.id = 1, .to = text, .to_name = text, .subject = text, .text = text});
  ipc_encode_sms(&w[12], &(struct ipc_sms){.id = 1, .to = text, .text = text});
  ipc_encode_fetch(&w[13], &(struct ipc_fetch){.id = 1, .url = text, .authorization = text, .body = text});
  ipc_encode_fetched(&w[14], &(struct ipc_fetched){.id = 1, .body = text});
  ipc_encode_mail_done(&w[15], &(struct ipc_outbound_done){.id = 1});
  ipc_encode_sms_done(&w[16], &(struct ipc_outbound_done){.id = 1});
  struct ipc_view view = {.peer = 1, .count = 1, .shown = {{.height = 1, .mid_n = 1, .mid = "0"}}};
  ipc_encode_view(&w[17], &view);
  ipc_encode_layers(&w[18], &(struct ipc_layers){.peer = 1, .source = SOURCE_CAMERA});
  ipc_encode_weakness(&w[19], &(struct ipc_weakness){.peer = 1});
  ipc_encode_load(&w[20], &(struct ipc_load){.busy = 1000});
  ipc_encode_spread(&w[21], &(struct ipc_spread){.room = 1, .home = 1, .members = 2});
  ipc_encode_share(&w[22], IPC_BELL, &(struct ipc_share){.process = 1});
  for (size_t i = 0; i < 23; i++)
    assert_exact_length(&w[i]);
}

static void test_no_other_range(void **state)
{
  (void)state;
  uint8_t bytes[256];
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_publish(&w, &(struct ipc_publish){.peer = 1, .publish = IPC_PUBLISH_SILENCE << 1});
  assert_int_equal(decode(IPC_PUBLISH, fields_of(&w, IPC_PUBLISH)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_publish(&w, &(struct ipc_publish){.peer = 0, .publish = 1});
  assert_int_equal(decode(IPC_PUBLISH, fields_of(&w, IPC_PUBLISH)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_level(&w, &(struct ipc_level){.peer = 1, .level = 128});
  assert_int_equal(decode(IPC_LEVEL, fields_of(&w, IPC_LEVEL)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_gone(&w, &(struct ipc_gone){.peer = 1, .reason = IPC_GONE_POST_QUANTUM + 1});
  assert_int_equal(decode(IPC_GONE, fields_of(&w, IPC_GONE)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_media_channel(&w, &(struct ipc_media_channel){.process = LIMIT_MEDIA_PROCESSES});
  assert_int_equal(decode(IPC_MEDIA_CHANNEL, fields_of(&w, IPC_MEDIA_CHANNEL)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_share(&w, IPC_SHARE, &(struct ipc_share){.process = LIMIT_MEDIA_PROCESSES});
  assert_int_equal(decode(IPC_SHARE, fields_of(&w, IPC_SHARE)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_spread(&w, &(struct ipc_spread){.room = 1, .home = LIMIT_MEDIA_PROCESSES});
  assert_int_equal(decode(IPC_SPREAD, fields_of(&w, IPC_SPREAD)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  struct ipc_slots slots = {.peer = 1, .count = 1, .slot = {{.who = 1, .source = SOURCE_COUNT}}};
  ipc_encode_slots(&w, &slots);
  assert_int_equal(decode(IPC_SLOTS, fields_of(&w, IPC_SLOTS)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_view(&w, &(struct ipc_view){.peer = 1, .count = 1, .shown = {{.flags = IPC_SHOWN_FLAGS + 1}}});
  assert_int_equal(decode(IPC_VIEW, fields_of(&w, IPC_VIEW)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_layers(&w, &(struct ipc_layers){.peer = 1, .source = SOURCE_CAMERA, .mask = 2 * IPC_LAYERS_COMMON});
  assert_int_equal(decode(IPC_LAYERS, fields_of(&w, IPC_LAYERS)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_layers(&w, &(struct ipc_layers){.peer = 1, .source = SOURCE_MIC});
  assert_int_equal(decode(IPC_LAYERS, fields_of(&w, IPC_LAYERS)), ERR_RANGE);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_view(&w, &(struct ipc_view){.peer = 1, .count = LIMIT_VIDEO_SLOTS + 1});
  assert_true(w.overflow);
}

/* What the other side would refuse is not sent in the first place. */
static void test_encode_refuses_what_is_too_long(void **state)
{
  (void)state;
  static uint8_t bytes[LIMIT_IPC_MESSAGE], sdp[LIMIT_SDP_BYTES + 1];
  size_t n;
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_answer(&w, &(struct ipc_answer){.peer = 1, .sdp = span_of(sdp, LIMIT_SDP_BYTES)});
  assert_int_equal(writer_finish(&w, &n), 0);
  w = writer_of(bytes, sizeof bytes);
  ipc_encode_answer(&w, &(struct ipc_answer){.peer = 1, .sdp = span_of(sdp, LIMIT_SDP_BYTES + 1)});
  assert_int_equal(writer_finish(&w, &n), ERR_LIMIT);
  w = writer_of(bytes, sizeof bytes);
  struct ipc_offer offer = an_offer();
  offer.source_mid[0] = span_of(sdp, IPC_MID_BYTES + 1);
  ipc_encode_offer(&w, &offer);
  assert_int_equal(writer_finish(&w, &n), ERR_LIMIT);
  w = writer_of(bytes, sizeof bytes);
  struct ipc_slots slots = {.peer = 1, .count = 255};
  ipc_encode_slots(&w, &slots);
  assert_int_equal(writer_finish(&w, &n), ERR_LIMIT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_offer),
    cmocka_unit_test(test_answer_and_refused),
    cmocka_unit_test(test_security),
    cmocka_unit_test(test_slots),
    cmocka_unit_test(test_small_messages),
    cmocka_unit_test(test_layer_messages), cmocka_unit_test(test_outbound_messages),
    cmocka_unit_test(test_no_other_length),
    cmocka_unit_test(test_no_other_range),
    cmocka_unit_test(test_encode_refuses_what_is_too_long),
  };
  return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
