/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/far.h"

#include "base/err.h"
#include "media/layers.h"

void far_write(struct room *r, const struct writer *w, struct span payload)
{
  struct media *m = r->media;
  size_t n;
  if (m->sink.share == NULL || writer_finish(w, &n) != 0)
    return;
  m->sink.share(m->sink.ctx, r->key, far_is_guest(r) ? 1ull << r->home : r->members, span_of(w->base, n), payload);
  m->counters.far_out++;
}

static void fire(struct wheel_timer *timer, uint64_t now_us)
{
  struct room *r = CONTAINER_OF(timer, struct room, far_timer);
  if (far_is_guest(r))
    far_guest_timer(r);
  else
    far_home_timer(r);
  wheel_set(&r->media->wheel, timer, now_us + FAR_AGAIN_US);
}

static void end_showing(struct room *r)
{
  struct media *m = r->media;
  if (r->members != 0 && m->sink.share_wipe != NULL)
    m->sink.share_wipe(m->sink.ctx, r->key);
}

static void begin(struct room *r)
{
  r->far_timer.fire = fire;
  fire(&r->far_timer, r->media->now_us);
}

void far_follow(struct room *r, uint8_t home, uint64_t members)
{
  bool guest = home != r->media->config.process;
  if (r->home == home && r->members == (guest ? 0 : members))
    return;
  bool spans = members != 0;
  if (far_is_guest(r))
    far_guest_end(r);
  else if (!spans || guest)
    end_showing(r);
  r->home = home;
  r->members = guest ? 0 : members;
  if (guest || spans)
    begin(r);
  else
    wheel_cancel(&r->media->wheel, &r->far_timer);
  layers_note_less(r);
}

void far_end(struct room *r)
{
  if (far_is_guest(r))
    far_guest_end(r);
  else
    end_showing(r);
  wheel_cancel(&r->media->wheel, &r->far_timer);
}

static int (*const takers[])(struct media *m, uint8_t from, struct span fields) = {
    [FAR_SOURCE] = far_take_source, [FAR_ROOM] = far_take_room, [FAR_PACKET] = far_take_packet,
    [FAR_HERE] = far_take_here,     [FAR_WANT] = far_take_want, [FAR_KEY] = far_take_key,
};

int far_receive(struct media *m, uint8_t from, struct span record)
{
  uint8_t type = 0;
  int err = span_u8(&record, &type);
  if (err == 0 && (type >= sizeof takers / sizeof takers[0] || takers[type] == NULL))
    err = ERR_UNSUPPORTED;
  return err == 0 ? takers[type](m, from, record) : err;
}
