/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "path.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void path_init(struct path *p, uint64_t seed)
{
  memset(p, 0, sizeof *p);
  p->random = seed * 0x9e3779b97f4a7c15u + 1;
}

void path_fini(struct path *p)
{
  for (size_t i = 0; i < p->events; i++)
    free(p->heap[i].packet.more);
  for (size_t i = 0; i < PATH_LINKS; i++)
    for (; p->link[i].head < p->link[i].tail; p->link[i].head++)
      free(p->link[i].queue[p->link[i].head % PATH_QUEUE].more);
  free(p->heap);
  p->heap = NULL;
}

double path_random(struct path *p)
{
  p->random ^= p->random >> 12;
  p->random ^= p->random << 25;
  p->random ^= p->random >> 27;
  return (double)((p->random * 0x2545f4914f6cdd1du) >> 11) / 9007199254740992.0;
}

double path_gaussian(struct path *p)
{
  double sum;
  do {
    sum = -6;
    for (int i = 0; i < 12; i++)
      sum += path_random(p);
  } while (sum > 3 || sum < -3);
  return sum;
}

static bool is_before(const struct path_event *a, const struct path_event *b)
{
  return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void push(struct path *p, struct path_event e)
{
  if (p->events == p->room) {
    p->room = p->room == 0 ? 1024 : 2 * p->room;
    p->heap = realloc(p->heap, p->room * sizeof *p->heap);
    assert(p->heap != NULL);
  }
  e.order = p->order++;
  size_t i = p->events++;
  for (; i > 0 && is_before(&e, &p->heap[(i - 1) / 2]); i = (i - 1) / 2)
    p->heap[i] = p->heap[(i - 1) / 2];
  p->heap[i] = e;
}

static struct path_event pop(struct path *p)
{
  struct path_event first = p->heap[0], last = p->heap[--p->events];
  size_t i = 0;
  for (size_t child; (child = 2 * i + 1) < p->events; i = child) {
    if (child + 1 < p->events && is_before(&p->heap[child + 1], &p->heap[child]))
      child++;
    if (!is_before(&p->heap[child], &last))
      break;
    p->heap[i] = p->heap[child];
  }
  p->heap[i] = last;
  return first;
}

void path_at(struct path *p, uint32_t flow, uint64_t at_us, uint64_t token)
{
  push(p, (struct path_event){.at_us = at_us, .kind = PATH_TIME, .flow = flow, .token = token});
}

uint32_t path_rate_bps(const struct path_link *l, uint64_t at_us)
{
  uint32_t rate_bps = l->change[0].rate_bps;
  for (size_t i = 1; i < l->changes && l->change[i].at_us <= at_us; i++)
    rate_bps = l->change[i].rate_bps;
  return rate_bps;
}

static void deliver(struct path *p, struct path_link *l, const struct path_packet *packet)
{
  uint64_t at_us = p->now_us + p->flow[packet->flow].delay_us;
  if (l != NULL) {
    if (l->jitter_us > 0)
      at_us += (uint64_t)((double)l->jitter_us * (0.5 + path_gaussian(p) / 6));
    uint64_t *last = &l->last_out_us[packet->flow];
    if (!l->reorders && at_us < *last)
      at_us = *last;
    *last = at_us;
  }
  push(p, (struct path_event){.at_us = at_us, .kind = PATH_ARRIVES, .flow = packet->flow, .packet = *packet});
}

static void serve(struct path *p, struct path_link *l)
{
  if (l->busy || l->head == l->tail)
    return;
  struct path_packet *packet = &l->queue[l->head % PATH_QUEUE];
  uint64_t start_us = p->now_us > l->held_until_us ? p->now_us : l->held_until_us;
  packet->queued_us = start_us - packet->sent_us;
  uint64_t took_us = (uint64_t)packet->bytes * 8000000u / path_rate_bps(l, start_us);
  l->busy = true;
  push(p, (struct path_event){.at_us = start_us + took_us, .kind = PATH_SERVED, .flow = (uint32_t)(l - p->link)});
}

static void served(struct path *p, struct path_link *l)
{
  struct path_packet packet = l->queue[l->head++ % PATH_QUEUE];
  l->bytes -= packet.bytes;
  l->busy = false;
  deliver(p, l, &packet);
  serve(p, l);
}

/* Draws no number where nothing is lost: a link without loss is what it was. */
static bool is_lost(struct path *p, struct path_link *l)
{
  if (l->burst_begins > 0)
    l->in_burst = path_random(p) < (l->in_burst ? 1 - l->burst_ends : l->burst_begins);
  return l->in_burst || (l->loss > 0 && path_random(p) < l->loss);
}

void path_send(struct path *p, const struct path_packet *packet)
{
  struct path_flow *f = &p->flow[packet->flow];
  struct path_link *l = packet->is_back ? f->back : f->there;
  struct path_packet copy = *packet;
  copy.sent_us = p->now_us;
  copy.queued_us = 0;
  if (l == NULL) {
    deliver(p, NULL, &copy);
    return;
  }
  uint64_t room = (uint64_t)path_rate_bps(l, p->now_us) * l->queue_us / 8000000u;
  l->offered[packet->flow] += !packet->is_back;
  if (l->bytes + copy.bytes > room || l->tail - l->head == PATH_QUEUE || is_lost(p, l)) {
    l->dropped[packet->flow] += !packet->is_back;
    free(copy.more);
    return;
  }
  l->bytes += copy.bytes;
  l->queue[l->tail++ % PATH_QUEUE] = copy;
  serve(p, l);
}

void path_run(struct path *p, uint64_t until_us)
{
  while (p->events > 0 && p->heap[0].at_us <= until_us) {
    struct path_event e = pop(p);
    p->now_us = e.at_us;
    if (e.kind == PATH_SERVED) {
      served(p, &p->link[e.flow]);
      continue;
    }
    struct path_flow *f = &p->flow[e.flow];
    if (e.kind == PATH_TIME)
      f->on_time(p, e.flow, e.token);
    else
      f->on_packet(p, e.flow, &e.packet);
    free(e.packet.more);
  }
  p->now_us = until_us;
}
