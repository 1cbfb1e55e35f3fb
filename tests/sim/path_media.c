/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "path_media.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_US 33333u
#define AUDIO_US 20000u
#define AUDIO_BYTES 80u
#define PACKET_BYTES 1200u
#define CLOCK_US 7777777 /* the receiver's clock is another one */
#define TICK_US 250      /* of arrival times in a report */
#define QUEUE_MOST_US 1000000u /* a sender drops frames rather than let more wait */

enum { WAKE = 1u << 30, FEEDBACK = WAKE + 1 }; /* tokens; smaller ones are stale wakes */

struct report {
  size_t n;
  struct bandwidth_arrival arrival[];
};

static void send(struct path *p, struct path_media *m, uint32_t bytes, uint8_t flags)
{
  uint16_t sequence = bandwidth_sent(&m->bandwidth, bytes, flags, p->now_us);
  assert(sequence == (uint16_t)m->sent);
  path_send(p, &(struct path_packet){.flow = m->flow, .bytes = bytes, .number = m->sent++});
  pacer_sent(&m->pacer, bytes, p->now_us);
  m->sent_bytes += bytes;
  m->padding_bytes += flags & BANDWIDTH_PADDING ? bytes : 0;
}

static const uint32_t layers_bps[] = {150000, 500000, 1700000};
#define LAYERS (sizeof layers_bps / sizeof layers_bps[0])
#define CALM_US 3000000u /* after a step down */

static uint32_t choose_layer(struct path *p, struct path_media *m, uint32_t target_bps)
{
  uint32_t layer = LAYERS - 1;
  while (layer > 0 && layers_bps[layer] > (layer > m->layer ? target_bps / 5u * 4u : target_bps))
    layer--;
  if (layer > m->layer && p->now_us < m->rise_us)
    layer = m->layer;
  if (layer < m->layer)
    m->rise_us = p->now_us + CALM_US;
  m->switches += layer != m->layer;
  m->layer = layer;
  return layers_bps[layer];
}

static uint32_t frame_bytes(struct path *p, struct path_media *m, uint32_t target_bps)
{
  if (m->config.video)
    return path_video_frame(&m->video, p, target_bps);
  double bytes = (double)target_bps / 8 * FRAME_US / 1e6 * (1 + 0.1 * path_gaussian(p));
  return bytes > 100 ? (uint32_t)bytes : 100;
}

static uint64_t frame_us(struct path *p, const struct path_media *m)
{
  return m->config.video ? path_video_interval_us(p) : FRAME_US;
}

static void encode(struct path *p, struct path_media *m)
{
  uint32_t target_bps = bandwidth_target_bps(&m->bandwidth);
  if (m->config.audio)
    target_bps -= AUDIO_BYTES * 8u * 50u;
  if (m->config.layered)
    target_bps = choose_layer(p, m, target_bps);
  else if (target_bps > m->config.max_bps)
    target_bps = m->config.max_bps;
  uint32_t left = frame_bytes(p, m, target_bps);
  if (m->queued_bytes * 8000000u / target_bps > QUEUE_MOST_US)
    return;
  for (uint32_t packets = (left + PACKET_BYTES - 1) / PACKET_BYTES; packets > 0; packets--) {
    uint32_t n = left / packets;
    assert(m->tail - m->head < MEDIA_QUEUE);
    m->made_us[m->tail % MEDIA_QUEUE] = p->now_us;
    m->queue[m->tail++ % MEDIA_QUEUE] = (uint16_t)n;
    m->queued_bytes += n;
    left -= n;
  }
}

static void note(struct path_sample *s, uint64_t us)
{
  if (s->n == s->room) {
    s->room = s->room == 0 ? 4096 : 2 * s->room;
    s->at = realloc(s->at, s->room * sizeof *s->at);
    assert(s->at != NULL);
  }
  s->at[s->n++] = (float)us / 1000.0f;
}

/* The oldest packet that waits. */
static uint32_t take(struct path *p, struct path_media *m)
{
  uint32_t bytes = m->queue[m->head % MEDIA_QUEUE];
  note(&m->pacer_ms, p->now_us - m->made_us[m->head++ % MEDIA_QUEUE]);
  m->queued_bytes -= bytes;
  return bytes;
}

static void pace(struct path *p, struct path_media *m)
{
  while (m->head < m->tail && pacer_may_send(&m->pacer, p->now_us)) {
    size_t room = pacer_room(&m->pacer), gone = 0;
    while (m->head < m->tail && (gone == 0 || gone + m->queue[m->head % MEDIA_QUEUE] <= room)) {
      uint32_t bytes = take(p, m);
      gone += bytes;
      send(p, m, bytes, 0);
    }
  }
}

static void probe(struct path *p, struct path_media *m)
{
  struct bandwidth_probe probe;
  bandwidth_on_idle(&m->bandwidth, p->now_us);
  while (m->sends && bandwidth_wants_probe(&m->bandwidth, p->now_us, &probe))
    for (uint32_t sent = 0; sent < probe.bytes; sent += PACKET_BYTES)
      if (m->head < m->tail) /* media first */
        send(p, m, take(p, m), BANDWIDTH_PROBE);
      else
        send(p, m, PACKET_BYTES, BANDWIDTH_PROBE | BANDWIDTH_PADDING);
}

static void sleep_until_next(struct path *p, struct path_media *m)
{
  uint64_t next = UINT64_MAX;
  if (m->sends) {
    next = m->next_frame_us;
    if (m->config.audio && m->next_audio_us < next)
      next = m->next_audio_us;
    if (m->head < m->tail && pacer_next_us(&m->pacer) < next)
      next = pacer_next_us(&m->pacer);
    if (bandwidth_next_us(&m->bandwidth) < next)
      next = bandwidth_next_us(&m->bandwidth);
  }
  if (next == UINT64_MAX)
    return;
  next = next > p->now_us ? next : p->now_us + 500; /* no timer is exact */
  if (next >= m->wake_us && m->wake_us > p->now_us)
    return;
  m->wake_us = next;
  path_at(p, m->flow, next, WAKE);
}

static void turn(struct path *p, struct path_media *m)
{
  bool sends = p->now_us >= m->config.start_us && p->now_us < m->config.stop_us &&
               !(m->config.pause_us > 0 && p->now_us >= m->config.pause_us && p->now_us < m->config.resume_us);
  if (sends && !m->sends)
    m->next_frame_us = m->next_audio_us = p->now_us;
  m->sends = sends;
  if (!sends) {
    m->head = m->tail;
    m->queued_bytes = 0;
  }
  bandwidth_set_demand(&m->bandwidth, sends ? m->config.max_bps : 0);
  pacer_set_rate(&m->pacer, bandwidth_pacing_bps(&m->bandwidth), p->now_us);
  for (; sends && m->config.audio && m->next_audio_us <= p->now_us; m->next_audio_us += AUDIO_US)
    send(p, m, AUDIO_BYTES, BANDWIDTH_AUDIO);
  for (; sends && m->next_frame_us <= p->now_us; m->next_frame_us += frame_us(p, m))
    encode(p, m);
  probe(p, m);
  pace(p, m);
  size_t bin = (size_t)(p->now_us / MEDIA_BIN_US);
  if (sends && bin < MEDIA_BINS)
    m->target_bps[bin] = bandwidth_target_bps(&m->bandwidth);
  sleep_until_next(p, m);
}

static void report(struct path *p, struct path_media *m)
{
  size_t n = (size_t)(m->highest - m->reported);
  if (n == 0)
    return;
  if (n > MEDIA_REPORT) {
    m->reported = m->highest - MEDIA_REPORT;
    n = MEDIA_REPORT;
  }
  struct report *r = malloc(sizeof *r + n * sizeof r->arrival[0]);
  assert(r != NULL);
  r->n = n;
  for (size_t i = 0; i < n; i++) {
    uint64_t number = m->reported + i;
    bool received = m->arrival_of[number % MEDIA_REPORT] == number + 1;
    r->arrival[i] = (struct bandwidth_arrival){.sequence = (uint16_t)number,
      .received = received,
      .arrival_us = received ? m->arrival_us[number % MEDIA_REPORT] : 0};
  }
  m->reported = m->highest;
  path_send(p, &(struct path_packet){.flow = m->flow, .bytes = (uint32_t)(60 + n + n / 4), .more = r, .is_back = true});
}

static void on_time(struct path *p, uint32_t flow, uint64_t token)
{
  struct path_media *m = p->flow[flow].context;
  if (token == FEEDBACK) {
    report(p, m);
    path_at(p, flow, p->now_us + m->config.feedback_us, FEEDBACK);
  } else {
    turn(p, m);
  }
}

static void on_packet(struct path *p, uint32_t flow, struct path_packet *packet)
{
  struct path_media *m = p->flow[flow].context;
  if (packet->is_back) {
    const struct report *r = packet->more;
    bandwidth_feedback(&m->bandwidth, r->arrival, r->n, p->now_us);
    turn(p, m);
    return;
  }
  size_t bin = (size_t)(p->now_us / MEDIA_BIN_US);
  float queued_ms = (float)packet->queued_us / 1000.0f;
  if (bin < MEDIA_BINS) {
    m->received[bin] += packet->bytes;
    m->queued_ms[bin] = queued_ms > m->queued_ms[bin] ? queued_ms : m->queued_ms[bin];
  }
  note(&m->queue_ms, packet->queued_us);
  m->arrived++;
  m->late += p->now_us - packet->sent_us > p->flow[flow].delay_us + MEDIA_LATE_US;
  m->arrival_us[packet->number % MEDIA_REPORT] = ((int64_t)p->now_us + CLOCK_US) / TICK_US * TICK_US;
  m->arrival_of[packet->number % MEDIA_REPORT] = packet->number + 1;
  if (packet->number + 1 > m->highest)
    m->highest = packet->number + 1;
  if (packet->number < m->reported) /* behind its report: told again from there, as libwebrtc does */
    m->reported = packet->number;
}

void path_media_add(struct path *p, uint32_t flow, struct path_media *m, const struct path_media_config *config)
{
  memset(m, 0, sizeof *m);
  m->config = *config;
  m->flow = flow;
  path_video_init(&m->video, config->start_bps);
  p->flow[flow].context = m;
  p->flow[flow].on_time = on_time;
  p->flow[flow].on_packet = on_packet;
  const struct bandwidth_setup setup = {config->start_bps, config->min_bps, 4 * config->max_bps};
  int r = bandwidth_init(&m->bandwidth, &setup, config->start_us);
  assert(r == 0);
  (void)r;
  path_at(p, flow, config->start_us, WAKE);
  if (config->resume_us > 0)
    path_at(p, flow, config->resume_us, WAKE);
  path_at(p, flow, config->start_us + config->feedback_us / (1 + flow), FEEDBACK);
}

void path_media_fini(struct path_media *m)
{
  bandwidth_fini(&m->bandwidth);
  free(m->queue_ms.at);
  free(m->pacer_ms.at);
}
