/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "path_tcp.h"

#include <math.h>
#include <string.h>

#define SEGMENT 1500u
#define ACK 40u
#define FIRST_WINDOW 10.0
#define BIN_US 100000u
#define RTO_LEAST_US 300000u

enum { FILE_BEGINS = 1, CHECK = 2 };

static void fill(struct path *p, struct path_tcp *t)
{
  while (t->on && p->now_us < t->config.stop_us && (double)t->in_flight + 1 <= t->window &&
         t->next - t->base < TCP_WINDOW && (t->config.file_most == 0 || t->left > (double)t->in_flight)) {
    t->state[t->next % TCP_WINDOW] = 1;
    t->sent_us[t->next % TCP_WINDOW] = p->now_us;
    t->in_flight++;
    path_send(p, &(struct path_packet){.flow = t->flow, .bytes = SEGMENT, .number = t->next++});
  }
}

static void begin_file(struct path *p, struct path_tcp *t)
{
  double bytes = (double)t->config.file_least + path_random(p) * (double)(t->config.file_most - t->config.file_least);
  t->left = ceil(bytes / SEGMENT);
  t->window = FIRST_WINDOW;
  t->threshold = 1e9;
  t->on = true;
  t->last_ack_us = p->now_us;
  t->files++;
  fill(p, t);
}

static void rest(struct path *p, struct path_tcp *t)
{
  double off_us = -log(1 - path_random(p)) * (double)t->config.off_mean_us;
  t->on = false;
  path_at(p, t->flow, p->now_us + (uint64_t)off_us, FILE_BEGINS);
}

static void give_up_below(struct path_tcp *t, uint64_t number)
{
  for (; t->base < number; t->base++) {
    t->in_flight -= t->state[t->base % TCP_WINDOW];
    t->state[t->base % TCP_WINDOW] = 0;
  }
}

/* What is three behind the highest that came is lost. One halving for all that was under way then. */
static void detect_loss(struct path_tcp *t)
{
  bool lost = false;
  for (uint64_t i = t->base; i + 3 <= t->highest_acked; i++)
    if (t->state[i % TCP_WINDOW] == 1) {
      t->state[i % TCP_WINDOW] = 0;
      t->in_flight--;
      lost = lost || i >= t->recover;
    }
  while (t->base < t->next && t->state[t->base % TCP_WINDOW] == 0)
    t->base++;
  if (!lost)
    return;
  t->recover = t->next;
  t->threshold = t->window / 2 > 2 ? t->window / 2 : 2;
  t->window = t->threshold;
}

static void acknowledge(struct path *p, struct path_tcp *t, uint64_t number)
{
  if (number < t->base || t->state[number % TCP_WINDOW] == 0)
    return;
  uint64_t rtt_us = p->now_us - t->sent_us[number % TCP_WINDOW];
  t->srtt_us = t->srtt_us == 0 ? rtt_us : (7 * t->srtt_us + rtt_us) / 8;
  t->last_ack_us = p->now_us;
  t->state[number % TCP_WINDOW] = 0;
  t->in_flight--;
  t->left -= 1;
  t->highest_acked = number > t->highest_acked ? number : t->highest_acked;
  if (t->window < t->threshold)
    t->window += 1;
  else
    t->window += 1 / t->window;
  detect_loss(t);
}

static void check(struct path *p, struct path_tcp *t)
{
  uint64_t rto_us = 2 * t->srtt_us + RTO_LEAST_US;
  if (t->in_flight > 0 && p->now_us > t->last_ack_us + rto_us) {
    give_up_below(t, t->next);
    t->recover = t->next;
    t->threshold = t->window / 2 > 2 ? t->window / 2 : 2;
    t->window = 1;
    t->last_ack_us = p->now_us;
  }
  fill(p, t);
  path_at(p, t->flow, p->now_us + BIN_US, CHECK);
}

static void on_time(struct path *p, uint32_t flow, uint64_t token)
{
  struct path_tcp *t = p->flow[flow].context;
  if (token == CHECK)
    check(p, t);
  else
    begin_file(p, t);
}

static void on_packet(struct path *p, uint32_t flow, struct path_packet *packet)
{
  struct path_tcp *t = p->flow[flow].context;
  if (!packet->is_back) {
    size_t bin = (size_t)(p->now_us / BIN_US);
    t->received[bin < TCP_BINS ? bin : TCP_BINS - 1] += packet->bytes;
    path_send(p, &(struct path_packet){.flow = flow, .bytes = ACK, .number = packet->number, .is_back = true});
    return;
  }
  acknowledge(p, t, packet->number);
  if (t->on && t->config.file_most > 0 && t->left <= 0)
    rest(p, t);
  fill(p, t);
}

void path_tcp_add(struct path *p, uint32_t flow, struct path_tcp *t, const struct path_tcp_config *config)
{
  memset(t, 0, sizeof *t);
  t->config = *config;
  t->flow = flow;
  p->flow[flow].context = t;
  p->flow[flow].on_time = on_time;
  p->flow[flow].on_packet = on_packet;
  if (config->starts_off) {
    double off_us = -log(1 - path_random(p)) * (double)config->off_mean_us;
    path_at(p, flow, config->start_us + (uint64_t)off_us, FILE_BEGINS);
  } else {
    path_at(p, flow, config->start_us, FILE_BEGINS);
  }
  path_at(p, flow, config->start_us + BIN_US, CHECK);
}
