/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant's media connection in real time: the client of the simulations on a real socket, with recognisable
 * media and a record of what it gets. An honest bystander, or with one of the flaws below an attacker.
 *
 *   participant LOCAL SERVER TAG [WORD...]
 *
 * LOCAL and SERVER are like 127.0.0.11:0. TAG (a number) stands in all that it sends. Words: mic, camera, cryptex,
 * hide-ssrcs; plain: it says all that it gets as it is under the encryption (of RTP every sixteenth packet);
 * wrong-fingerprint: the offer names another certificate than its own. Commands: offer; answer BASE64; set
 * mic|camera 0|1; window (begins a new period for stats); stats; key SLOT (asks for a key frame); rtcp HEX, mic HEX,
 * camera HEX (a packet of that kind, well sealed whatever is in it; of mic and camera with the right SSRC and number), rtp HEX (one
 * with its own SSRC and number); raw HEX (a datagram as it is); close. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "loop.h"
#include "proto/demux.h"

#define AUDIO_SLOTS 3
#define VIDEO_SLOTS 3
#define LONGEST_DATAGRAM 65507
#define LATE_US 60000u /* sound that comes later than this has been replaced by then, as browsers do it */

struct participant {
  struct loop loop;
  struct sockaddr_in server;
  struct client client;
  struct dtls_context *dtls;
  struct aead_backend *aead;
  enum client_state told;
  size_t window[CLIENT_SLOTS]; /* packets of each slot before the window */
  bool plain;
};

static const char *const state_name[] = {"new", "checking", "handshaking", "connected", "ended"};

static void send_datagram(void *ctx, const uint8_t *data, size_t n)
{
  struct participant *p = ctx;
  loop_send(&p->loop, 0, &p->server, data, n);
}

/* ---- what is under the encryption ---- */

static void say_plain_rtp(struct participant *p, uint8_t *data, size_t n)
{
  struct srtp_rx_stream fresh = {0};
  struct rtp_packet header;
  bool cryptex;
  if (rtp_parse_header(span_of(data, n), &header) == 0 && header.sequence % 16 == 0 &&
      srtp_unprotect(&p->client.rx, &fresh, data, n, &n, &cryptex) == 0)
    loop_say("{\"event\":\"plain\",\"kind\":\"rtp\",\"hex\":\"%s\"}", loop_hex(span_of(data, n)));
}

static void say_plain_rtcp(struct participant *p, uint8_t *data, size_t n)
{
  struct srtcp_rx fresh = {0};
  if (srtcp_unprotect(&p->client.rx, &fresh, data, n, &n) == 0)
    loop_say("{\"event\":\"plain\",\"kind\":\"rtcp\",\"hex\":\"%s\"}", loop_hex(span_of(data, n)));
}

static void say_plain(struct participant *p, const uint8_t *data, size_t n)
{
  uint8_t copy[LIMIT_DATAGRAM];
  if (!p->plain || n > sizeof copy)
    return;
  memcpy(copy, data, n);
  enum demux_kind kind = demux_datagram(span_of(copy, n));
  if (kind == DEMUX_RTP)
    say_plain_rtp(p, copy, n);
  else if (kind == DEMUX_RTCP)
    say_plain_rtcp(p, copy, n);
  else
    loop_say("{\"event\":\"plain\",\"kind\":\"other\",\"hex\":\"%s\"}", loop_hex(span_of(data, n)));
}

/* ---- events of the loop ---- */

static void tell_state(struct participant *p)
{
  if (p->client.state != p->told)
    loop_say("{\"event\":\"state\",\"state\":\"%s\"}", state_name[p->client.state]);
  p->told = p->client.state;
}

static void on_datagram(void *ctx, size_t socket, const struct sockaddr_in *from, uint8_t *data, size_t n)
{
  struct participant *p = ctx;
  (void)socket;
  if (from->sin_addr.s_addr != p->server.sin_addr.s_addr || from->sin_port != p->server.sin_port)
    return;
  say_plain(p, data, n);
  client_input(&p->client, loop_now_us(), data, n);
}

static void on_tick(void *ctx)
{
  struct participant *p = ctx;
  client_tick(&p->client, loop_now_us());
  tell_state(p);
}

static uint64_t next_us(void *ctx)
{
  const struct participant *p = ctx;
  return client_next_us(&p->client);
}

/* ---- statistics ---- */

/* The frames of one slot in the window. `whole` are those of which every packet came, the first and the last one
 * apart: the window's ends may cut these in two. */
struct sight {
  size_t packets, whole;
  uint32_t first, last, who;
  uint32_t median_us, p99_us; /* of the whole frames' delays, from sending (by the same machine's clock) to their last packet */
  size_t late;                /* of the whole frames: more than LATE_US behind the median */
  uint64_t longest_gap_us;
  bool mixed;                  /* of more than one sender */
};

struct frame {
  uint8_t parts, needs; /* packets that came, and that it has */
  uint32_t delay_us;    /* of the last one */
};

static void see(struct sight *s, const struct client_packet *p, uint64_t *last_us, struct frame *frames, size_t n)
{
  size_t at = p->mark.frame - s->first;
  uint32_t delay_us = (uint32_t)p->at_us - p->mark.sent_us;
  s->packets++;
  s->mixed |= p->mark.who != s->who;
  if (p->at_us - *last_us > s->longest_gap_us)
    s->longest_gap_us = p->at_us - *last_us;
  *last_us = p->at_us;
  if (at == 0 || at >= n - 1)
    return;
  frames[at].needs = (uint8_t)p->mark.parts;
  s->whole += ++frames[at].parts == p->mark.parts;
  if (delay_us > frames[at].delay_us)
    frames[at].delay_us = delay_us;
}

static int by_size(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void measure_delays(struct sight *s, const struct frame *frames, size_t n)
{
  uint32_t *delay_us = calloc(n, sizeof *delay_us);
  size_t count = 0;
  if (delay_us == NULL)
    abort();
  for (size_t i = 0; i < n; i++)
    if (frames[i].parts > 0 && frames[i].parts == frames[i].needs)
      delay_us[count++] = frames[i].delay_us;
  qsort(delay_us, count, sizeof *delay_us, by_size);
  if (count > 0) {
    s->median_us = delay_us[count / 2];
    s->p99_us = delay_us[count * 99 / 100];
  }
  for (size_t i = 0; i < count; i++)
    s->late += delay_us[i] > s->median_us + LATE_US;
  free(delay_us);
}

static struct sight look(const struct client_slot *slot, size_t from)
{
  struct sight s = {0};
  if (slot->count <= from)
    return s;
  s.first = UINT32_MAX;
  s.who = slot->packets[from].mark.who;
  for (size_t i = from; i < slot->count; i++) {
    uint32_t frame = slot->packets[i].mark.frame;
    s.first = frame < s.first ? frame : s.first;
    s.last = frame > s.last ? frame : s.last;
  }
  size_t n = (size_t)s.last - s.first + 1;
  struct frame *seen = calloc(n, sizeof *seen);
  if (seen == NULL)
    abort();
  uint64_t last_us = slot->packets[from].at_us;
  for (size_t i = from; i < slot->count; i++)
    see(&s, &slot->packets[i], &last_us, seen, n);
  measure_delays(&s, seen, n);
  free(seen);
  return s;
}

static void say_slots(struct participant *p, char *out, size_t cap)
{
  size_t n = 0;
  for (size_t i = 0; i < p->client.n_slots && n < cap; i++) {
    const struct client_slot *slot = &p->client.slot[i];
    const struct sight s = look(slot, p->window[i]);
    n += (size_t)snprintf(out + n, cap - n,
                          "%s{\"video\":%s,\"ssrc\":%" PRIu32 ",\"packets\":%zu,\"duplicates\":%u,"
                          "\"who\":%u,\"mixed\":%s,\"first\":%u,\"last\":%u,\"whole\":%zu,\"gapMs\":%" PRIu64 ","
                          "\"medianUs\":%u,\"p99Us\":%u,\"late\":%zu}",
                          i == 0 ? "" : ",", slot->is_video ? "true" : "false", slot->ssrc, s.packets, slot->duplicates,
                          s.who, s.mixed ? "true" : "false", s.first, s.last, s.whole, s.longest_gap_us / 1000,
                          s.median_us, s.p99_us, s.late);
  }
}

static void say_stats(struct participant *p)
{
  char slots[8192] = "";
  const struct client *c = &p->client;
  const struct client_source *mic = &c->source[SOURCE_MIC], *camera = &c->source[SOURCE_CAMERA];
  say_slots(p, slots, sizeof slots);
  loop_say("{\"event\":\"stats\",\"state\":\"%s\",\"cryptex\":%s,\"authFailed\":%u,\"replayed\":%u,\"unknown\":%u,"
           "\"broken\":%u,\"cryptexPackets\":%u,"
           "\"ssrc\":{\"mic\":%" PRIu32 ",\"camera\":%" PRIu32 ",\"rtcp\":%" PRIu32 "},"
           "\"sent\":{\"mic\":%u,\"camera\":%u},\"keysAsked\":%u,\"nacks\":%u,\"told\":%u,\"toldLost\":%u,\"slots\":[%s]}",
           state_name[c->state], c->cryptex ? "true" : "false", c->auth_failed, c->replayed, c->unknown_ssrc, c->broken,
           c->cryptex_packets, mic->ssrc, camera->ssrc, c->rtcp_ssrc, mic->frame, camera->frame,
           camera->keys_asked, camera->nacks_got, c->transport.told, c->transport.told_lost, slots);
}

/* ---- commands ---- */

static void say_mid(const struct client *c, enum media_source source, char *out, size_t cap)
{
  const char *mid = client_source_mid(c, source);
  (void)snprintf(out, cap, mid[0] != '\0' ? "\"%s\"" : "null", mid);
}

static void do_offer(struct participant *p, char *argument)
{
  static uint8_t sdp[LIMIT_SDP_BYTES];
  struct writer w = writer_of(sdp, sizeof sdp);
  char mic[16], camera[16];
  (void)argument;
  client_offer(&p->client, &w);
  say_mid(&p->client, SOURCE_MIC, mic, sizeof mic);
  say_mid(&p->client, SOURCE_CAMERA, camera, sizeof camera);
  loop_say("{\"event\":\"offer\",\"mic\":%s,\"camera\":%s,\"sdp\":\"%s\"}", mic, camera, loop_base64(writer_span(&w)));
}

static void do_answer(struct participant *p, char *argument)
{
  static uint8_t sdp[LIMIT_SDP_BYTES];
  size_t n = loop_from_base64(argument, sdp, sizeof sdp);
  p->client.now_us = loop_now_us();
  loop_say("{\"event\":\"answered\",\"fits\":%s}", client_answer(&p->client, span_of(sdp, n)) ? "true" : "false");
}

static void do_set(struct participant *p, char *argument)
{
  enum media_source source = strncmp(argument, "mic ", 4) == 0 ? SOURCE_MIC : SOURCE_CAMERA;
  p->client.now_us = loop_now_us();
  client_set_source(&p->client, source, argument[strlen(argument) - 1] == '1');
}

static void do_window(struct participant *p, char *argument)
{
  (void)argument;
  for (size_t i = 0; i < p->client.n_slots; i++)
    p->window[i] = p->client.slot[i].count;
}

static void do_stats(struct participant *p, char *argument)
{
  (void)argument;
  say_stats(p);
}

static void do_key(struct participant *p, char *argument)
{
  client_request_key(&p->client, strtoul(argument, NULL, 10) % CLIENT_SLOTS);
}

static void do_rtcp(struct participant *p, char *argument)
{
  uint8_t data[LIMIT_DATAGRAM];
  struct writer w = writer_of(data, sizeof data);
  w.n = loop_from_hex(argument, data, sizeof data - SRTCP_OVERHEAD);
  client_send_rtcp(&p->client, &w);
}

/* SSRC and sequence number are put right, so that it reaches what reads the rest. */
static void send_sealed(struct participant *p, enum media_source source, char *hex)
{
  struct client_source *s = &p->client.source[source];
  uint8_t data[LIMIT_DATAGRAM - SRTP_OVERHEAD_MAX], out[LIMIT_DATAGRAM];
  const uint16_t sequence = htons(s->sequence);
  const uint32_t ssrc = htonl(s->ssrc);
  struct rtp_packet header;
  uint32_t roc;
  size_t n = loop_from_hex(hex, data, sizeof data);
  memcpy(data + 2, &sequence, sizeof sequence);
  memcpy(data + 8, &ssrc, sizeof ssrc);
  if (rtp_parse_header(span_of(data, n), &header) != 0 || srtp_tx_roc(&s->tx, s->sequence, &roc) != 0)
    return;
  size_t header_n = (size_t)(header.payload.p - data);
  memcpy(out, data, header_n);
  if (srtp_protect(&p->client.tx, roc, false, out, sizeof out, header_n, header.payload, &n) != 0)
    return;
  s->sequence++;
  send_datagram(p, out, n);
}

static void do_rtp(struct participant *p, char *argument)
{
  uint8_t data[LIMIT_DATAGRAM - SRTP_OVERHEAD_MAX], out[LIMIT_DATAGRAM];
  struct rtp_packet header;
  size_t n = loop_from_hex(argument, data, sizeof data);
  if (rtp_parse_header(span_of(data, n), &header) != 0)
    return;
  size_t header_n = (size_t)(header.payload.p - data);
  memcpy(out, data, header_n);
  if (srtp_protect(&p->client.tx, 0, false, out, sizeof out, header_n, header.payload, &n) == 0)
    send_datagram(p, out, n);
}

static void do_raw(struct participant *p, char *argument)
{
  static uint8_t data[LONGEST_DATAGRAM];
  send_datagram(p, data, loop_from_hex(argument, data, sizeof data));
}

static void do_mic(struct participant *p, char *argument)
{
  send_sealed(p, SOURCE_MIC, argument);
}

static void do_camera(struct participant *p, char *argument)
{
  send_sealed(p, SOURCE_CAMERA, argument);
}

static void do_close(struct participant *p, char *argument)
{
  (void)argument;
  client_close(&p->client);
}

static const struct {
  const char *name;
  void (*run)(struct participant *p, char *argument);
} commands[] = {
  {"offer", do_offer}, {"answer", do_answer}, {"set", do_set},     {"window", do_window},
  {"stats", do_stats}, {"key", do_key},       {"rtcp", do_rtcp},   {"mic", do_mic},
  {"camera", do_camera}, {"rtp", do_rtp},     {"raw", do_raw},     {"close", do_close},
};

static void on_command(void *ctx, const char *command, char *argument)
{
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(commands[i].name, command) == 0)
      commands[i].run(ctx, argument);
}

/* ---- the whole ---- */

static bool has_word(int argc, char **argv, const char *word)
{
  for (int i = 4; i < argc; i++)
    if (strcmp(argv[i], word) == 0)
      return true;
  return false;
}

static void begin(struct participant *p, int argc, char **argv)
{
  const struct client_config config = {
    .tag = (uint32_t)strtoul(argv[3], NULL, 10),
    .mic = has_word(argc, argv, "mic"),
    .camera = has_word(argc, argv, "camera"),
    .cryptex = has_word(argc, argv, "cryptex"),
    .hide_ssrcs = has_word(argc, argv, "hide-ssrcs"),
    .audio_slots = AUDIO_SLOTS,
    .video_slots = VIDEO_SLOTS,
  };
  if (dtls_context_new(&p->dtls, DTLS_CLIENT) != 0 || aead_backend_new(&p->aead, AEAD_FASTEST) != 0)
    abort();
  client_init(&p->client, &config, &random_system, p->aead, p->dtls, send_datagram, p, loop_now_us());
  if (has_word(argc, argv, "wrong-fingerprint"))
    p->client.offered_fingerprint[0] ^= 1;
  p->plain = has_word(argc, argv, "plain");
}

static void end(struct participant *p)
{
  client_fini(&p->client);
  dtls_context_free(p->dtls);
  aead_backend_free(p->aead);
}

int main(int argc, char **argv)
{
  static struct participant p;
  if (argc < 4 || sodium_init() < 0)
    return 2;
  p.loop = (struct loop){
    .ctx = &p, .on_datagram = on_datagram, .on_command = on_command, .on_tick = on_tick, .next_us = next_us};
  (void)loop_open(&p.loop, argv[1]);
  p.server = loop_address(argv[2]);
  begin(&p, argc, argv);
  loop_run(&p.loop);
  end(&p);
  return 0;
}
