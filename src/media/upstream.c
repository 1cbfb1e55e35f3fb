/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/upstream.h"

#include <stdlib.h>

#include "base/err.h"
#include "proto/rtp.h"
#include "proto/twcc.h"

#define MESSAGE_BYTES 1100u

static void tell(struct upstream *u, uint64_t now_us)
{
  struct peer *p = u->peer;
  uint8_t buffer[MESSAGE_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  while (arrivals_write(&u->arrivals, peer_ssrc(p), &w, sizeof buffer, now_us)) {
    peer_send_rtcp(p, &w);
    p->media->counters.arrivals_told++;
    w = writer_of(buffer, sizeof buffer);
  }
}

static void fire(struct wheel_timer *timer, uint64_t now_us)
{
  struct upstream *u = CONTAINER_OF(timer, struct upstream, timer);
  tell(u, now_us);
}

static bool sends_numbers(const struct peer *p)
{
  for (int i = 0; i < SOURCE_COUNT; i++)
    if (p->sources[i] != NULL &&
        p->offer->sections[p->sources[i]->setup.section].extension_id[SDP_EXT_TRANSPORT] != 0)
      return true;
  return false;
}

int upstream_follow_offer(struct peer *p)
{
  if (p->upstream != NULL || !sends_numbers(p))
    return 0;
  struct upstream *u = calloc(1, sizeof *u);
  if (u == NULL)
    return ERR_NOMEM;
  u->peer = p;
  u->timer.fire = fire;
  p->upstream = u;
  return 0;
}

void upstream_free(struct upstream *u)
{
  if (u == NULL)
    return;
  wheel_cancel(&u->peer->media->wheel, &u->timer);
  free(u);
}

void upstream_received(struct peer *p, const struct rtp_packet *packet, size_t n)
{
  struct upstream *u = p->upstream;
  struct span data;
  uint16_t number;
  if (u == NULL || rtp_ext_find(packet, p->offer->extension_id[SDP_EXT_TRANSPORT], &data) != 0 ||
      span_u16(&data, &number) != 0)
    return;
  arrivals_add(&u->arrivals, number, packet->ssrc, n, p->media->arrival_us);
  if (!wheel_is_set(&u->timer) && arrivals_due_us(&u->arrivals) != ARRIVALS_NEVER)
    wheel_set(&p->media->wheel, &u->timer, arrivals_due_us(&u->arrivals));
}
