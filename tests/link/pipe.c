/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define NS_PER_S 1000000000u

/* splitmix64 */
static uint64_t next_random(struct pipe *p)
{
  uint64_t z = p->random += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* Even from 0 up to, not including, 1. */
static double chance(struct pipe *p)
{
  return (double)(next_random(p) >> 11) * 0x1p-53;
}

int pipe_init(struct pipe *p, uint64_t seed)
{
  *p = (struct pipe){.random = seed};
  p->way = calloc(PIPE_PACKETS_MAX, sizeof(struct pipe_packet *));
  return p->way != NULL ? 0 : ERR_NOMEM;
}

void pipe_fini(struct pipe *p)
{
  while (p->head != NULL) {
    struct pipe_packet *next = p->head->next;
    free(p->head);
    p->head = next;
  }
  for (size_t i = 0; i < p->on_way; i++)
    free(p->way[i]);
  free(p->way);
}

void pipe_set(struct pipe *p, const struct pipe_settings *settings)
{
  p->set = *settings;
  p->bad = false;
}

void pipe_cut(struct pipe *p, uint64_t until_ns)
{
  p->outage_until_ns = until_ns;
}

static bool sooner(const struct pipe_packet *a, const struct pipe_packet *b)
{
  return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->number < b->number;
}

static void put_on_way(struct pipe *p, struct pipe_packet *k)
{
  size_t i = p->on_way++;
  for (; i > 0 && sooner(k, p->way[(i - 1) / 2]); i = (i - 1) / 2)
    p->way[i] = p->way[(i - 1) / 2];
  p->way[i] = k;
}

static struct pipe_packet *take_from_way(struct pipe *p)
{
  struct pipe_packet *first = p->way[0], *last = p->way[--p->on_way];
  size_t i = 0;
  for (size_t child = 1; child < p->on_way; child = 2 * i + 1) {
    if (child + 1 < p->on_way && sooner(p->way[child + 1], p->way[child]))
      child++;
    if (!sooner(p->way[child], last))
      break;
    p->way[i] = p->way[child];
    i = child;
  }
  p->way[i] = last;
  p->held--;
  return first;
}

static void send_off(struct pipe *p, struct pipe_packet *k, uint64_t at_ns)
{
  k->due_ns = at_ns + p->set.delay_ns + (uint64_t)(chance(p) * (double)p->set.jitter_ns);
  if (!p->set.reorder && k->due_ns < p->last_due_ns)
    k->due_ns = p->last_due_ns;
  p->last_due_ns = k->due_ns;
  put_on_way(p, k);
}

static uint64_t time_on_wire(const struct pipe *p, size_t bytes)
{
  return p->set.rate_bps == 0 ? 0 : bytes * 8 * NS_PER_S / p->set.rate_bps;
}

/* What has left the bottleneck by now goes on its way. */
static void work_off(struct pipe *p, uint64_t now_ns)
{
  while (p->head != NULL && p->head_done_ns <= now_ns) {
    struct pipe_packet *k = p->head;
    p->head = k->next;
    p->queued_bytes -= k->n;
    send_off(p, k, p->head_done_ns);
    if (p->head != NULL)
      p->head_done_ns += time_on_wire(p, p->head->n);
  }
}

static bool is_lost(struct pipe *p)
{
  if (p->set.burst_enter > 0 && chance(p) < (p->bad ? p->set.burst_leave : p->set.burst_enter))
    p->bad = !p->bad;
  bool in_burst = p->bad && chance(p) < p->set.burst_loss;
  return chance(p) < p->set.loss || in_burst;
}

/* TCP finds a length that passes by itself; routers before narrow links see to it. */
static bool is_too_long(const struct pipe *p, const uint8_t *data, size_t n)
{
  enum { IPV4_PROTOCOL = 9, UDP = 17 };
  return p->set.longest > 0 && n > p->set.longest && n > IPV4_PROTOCOL && data[IPV4_PROTOCOL] == UDP;
}

/* A packet always fits into an empty queue. */
static bool fits(const struct pipe *p, size_t n)
{
  if (p->held >= PIPE_PACKETS_MAX)
    return false;
  if (p->set.rate_bps == 0 || p->head == NULL)
    return true;
  if (p->set.queue_bytes > 0)
    return p->queued_bytes + n <= p->set.queue_bytes;
  return time_on_wire(p, p->queued_bytes + n) <= p->set.queue_ns;
}

void pipe_push(struct pipe *p, uint64_t now_ns, const uint8_t *data, size_t n)
{
  p->count.in++;
  p->count.in_bytes += n;
  work_off(p, now_ns);
  if (now_ns < p->outage_until_ns) {
    p->count.outage++;
    return;
  }
  if (is_too_long(p, data, n)) {
    p->count.too_long++;
    return;
  }
  if (is_lost(p)) {
    p->count.lost++;
    return;
  }
  struct pipe_packet *k = fits(p, n) ? malloc(sizeof *k + n) : NULL;
  if (k == NULL) {
    p->count.queue_full++;
    return;
  }
  *k = (struct pipe_packet){.number = p->next_number++, .n = n};
  memcpy(k->data, data, n);
  p->held++;
  p->queued_bytes += n;
  if (p->head != NULL) {
    p->tail->next = k;
  } else {
    p->head = k;
    p->head_done_ns = now_ns + time_on_wire(p, n);
  }
  p->tail = k;
  work_off(p, now_ns);
}

struct pipe_packet *pipe_pop(struct pipe *p, uint64_t now_ns)
{
  work_off(p, now_ns);
  while (p->on_way > 0 && p->way[0]->due_ns <= now_ns) {
    struct pipe_packet *k = take_from_way(p);
    if (now_ns < p->outage_until_ns) {
      p->count.outage++;
      free(k);
      continue;
    }
    p->count.out++;
    p->count.out_bytes += k->n;
    if (k->number < p->highest_out)
      p->count.overtaken++;
    else
      p->highest_out = k->number;
    return k;
  }
  return NULL;
}

uint64_t pipe_next_ns(const struct pipe *p)
{
  uint64_t next = p->head != NULL ? p->head_done_ns : PIPE_NEVER;
  return p->on_way > 0 && p->way[0]->due_ns < next ? p->way[0]->due_ns : next;
}
