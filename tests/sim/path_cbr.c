/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "path_cbr.h"

#define PACKET_BYTES 1200u

bool path_cbr_is_on(const struct path_cbr *c, uint64_t at_us)
{
  return c->on_us > 0 && at_us % (c->on_us + c->off_us) >= c->off_us;
}

static void on_time(struct path *p, uint32_t flow, uint64_t token)
{
  struct path_cbr *c = p->flow[flow].context;
  (void)token;
  if (path_cbr_is_on(c, p->now_us))
    path_send(p, &(struct path_packet){.flow = flow, .bytes = PACKET_BYTES, .number = c->number++});
  path_at(p, flow, p->now_us + PACKET_BYTES * UINT64_C(8000000) / c->rate_bps, 0);
}

static void on_packet(struct path *p, uint32_t flow, struct path_packet *packet)
{
  struct path_cbr *c = p->flow[flow].context;
  c->arrived_bytes += packet->bytes;
}

void path_cbr_add(struct path *p, uint32_t flow, struct path_cbr *c)
{
  c->flow = flow;
  p->flow[flow].context = c;
  p->flow[flow].on_time = on_time;
  p->flow[flow].on_packet = on_packet;
  path_at(p, flow, 0, 0);
}
