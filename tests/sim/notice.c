/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice.h"

#include <stdio.h>

void notice_begin(struct notice *from, const struct world *w)
{
  from->begun_us = w->now_us;
  for (size_t i = 0; i < WORLD_CLIENTS; i++)
    for (size_t k = 0; k < CLIENT_SLOTS; k++)
      from->first[i][k] = w->clients[i].client.slot[k].count;
}

struct sums {
  size_t streams, frames, packets, due;
  double wait_ms, most_ms;
};

static void add_slot(struct sums *sums, const struct client_slot *s, size_t first, size_t people)
{
  if (s->count <= first || s->packets[s->count - 1].mark.who == 0 || s->packets[s->count - 1].mark.who > people)
    return;
  uint64_t least = UINT64_MAX, most = 0;
  for (size_t i = first; i < s->count; i++) {
    const struct client_packet *p = &s->packets[i];
    double wait_ms = (double)((uint32_t)p->at_us - p->mark.sent_us) / 1000.0;
    sums->frames += !s->is_video || p->marker;
    sums->wait_ms += wait_ms;
    sums->most_ms = wait_ms > sums->most_ms ? wait_ms : sums->most_ms;
    least = p->index < least ? p->index : least;
    most = p->index > most ? p->index : most;
  }
  sums->streams++;
  sums->packets += s->count - first;
  sums->due += (size_t)(most - least) + 1;
}

struct noticed notice_end(const struct notice *from, const struct world *w, size_t n)
{
  struct sums sums = {0};
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < w->clients[i].client.n_slots; k++)
      add_slot(&sums, &w->clients[i].client.slot[k], from->first[i][k], n);
  double seconds = (double)(w->now_us - from->begun_us) / 1e6;
  return (struct noticed){
    .frames_s = sums.streams > 0 ? (double)sums.frames / seconds / (double)sums.streams : 0,
    .lost = sums.due > sums.packets ? sums.due - sums.packets : 0,
    .mean_ms = sums.packets > 0 ? sums.wait_ms / (double)sums.packets : 0,
    .most_ms = sums.most_ms,
  };
}

void notice_print(const char *what, const struct noticed *before, const struct noticed *during)
{
  printf("# %s: %.1f -> %.1f frames/s, lost %zu -> %zu packets, delay %.1f -> %.1f ms, at most %.1f -> %.1f ms\n", what,
         before->frames_s, during->frames_s, before->lost, during->lost, before->mean_ms, during->mean_ms,
         before->most_ms, during->most_ms);
}
