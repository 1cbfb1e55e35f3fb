/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "load/crowd_internal.h"

#define SPEAKERS_WITHIN_US 15000000u /* their media, from when the last of them is in */
#define BROADCAST_US 1000000u        /* from its beginning to the first viewer */
#define STEP_US 100000u
#define MEDIA_PROCESS "testudo-media"
#define WEB_PROCESS "testudo-web"

static unsigned speakers_in(const struct crowd *c)
{
  unsigned n = 0;
  for (size_t i = 0; i < c->speakers.n; i++)
    n += c->seats[i].entrant.outcome == OUTCOME_IN;
  return n;
}

static int bring_speakers(struct crowd *c)
{
  const unsigned n = (unsigned)c->speakers.n;
  if (n == 0)
    return 0; /* they are in, by another run */
  for (unsigned i = 0; i < n; i++)
    c->seats[i].wanted_us = c->wave_us;
  int err = crowd_come(c, 0, n);
  const struct entrant *host = &c->seats[0].entrant;
  if (err == 0 && host->outcome != OUTCOME_IN) {
    (void)fprintf(stderr, "The host, %s, could not come in: \"%s\" at \"%s\". No viewer was brought.\n",
                  c->speakers.account[0].email, host->code, step_name(host->step));
    return ERR_REFUSED;
  }
  const uint64_t end = crowd_now_us() + SPEAKERS_WITHIN_US;
  while (err == 0 && floor_flowing(c->floor, 0, n) < speakers_in(c) && crowd_now_us() < end)
    err = crowd_serve_until(c, crowd_now_us() + STEP_US);
  if (err == 0) {
    entrant_say(&c->seats[0].entrant, "broadcast", "\"on\":true");
    crowd_settle(c, &c->seats[0]);
  }
  return err == 0 ? crowd_serve_until(c, crowd_now_us() + BROADCAST_US) : err;
}

static int bring_viewers(struct crowd *c)
{
  const uint64_t begin = crowd_now_us();
  for (unsigned i = (unsigned)c->speakers.n, k = 0; i < c->people; i++, k++)
    c->seats[i].wanted_us = begin + (uint64_t)(c->options->over_s * 1e6 * k / c->options->people);
  return crowd_come(c, 0, c->people);
}

/* All watch until then; each viewer changes what is large every so often, not all at once. */
static int watch(struct crowd *c, uint64_t begin_us, uint64_t end_us)
{
  const unsigned first = (unsigned)c->speakers.n, viewers = c->people - first;
  const uint64_t change_us = (uint64_t)(c->options->change_s * 1e6);
  int err = 0;
  if (change_us == 0 || c->options->sizes == 1)
    return crowd_serve_until(c, end_us);
  for (uint64_t now, done = 0; err == 0 && (now = crowd_now_us()) < end_us;) {
    for (uint64_t due = (now - begin_us) * viewers / change_us; done < due; done++) {
      const unsigned i = first + (unsigned)(done % viewers);
      floor_change(c->floor, i, &c->seats[i].entrant);
      crowd_settle(c, &c->seats[i]);
    }
    err = crowd_serve_until(c, now + STEP_US / 5);
  }
  return err;
}

/* The server and the people at one moment. */
struct moment {
  struct watch server, people;
};

static void look(const struct crowd *c, struct moment *m)
{
  crowd_measure(c, &m->server);
  (void)watch_take(&m->people, getpid());
}

static int64_t grown(const struct watch *before, const struct watch *after, const char *name)
{
  return (int64_t)watch_resident_of(after, name) - (int64_t)watch_resident_of(before, name);
}

/* All watch, and nobody comes or leaves. `empty`: before the first viewer came. */
static int stay(struct crowd *c, const struct moment *empty, struct floor_steady *steady)
{
  struct moment before, after;
  const uint64_t begin_us = crowd_now_us(), packets = floor_packets(c->floor), groups = floor_groups(c->floor);
  look(c, &before);
  int err = watch(c, begin_us, begin_us + (uint64_t)(c->options->stay_s * 1e6));
  look(c, &after);
  const struct watch *b = &before.server, *a = &after.server;
  *steady = (struct floor_steady){
      .seconds = (double)(crowd_now_us() - begin_us) / 1e6,
      .packets = floor_packets(c->floor) - packets,
      .groups = floor_groups(c->floor) - groups,
      .cpu_s = watch_cpu(a) - watch_cpu(b),
      .media_cpu_s = watch_cpu_of(a, MEDIA_PROCESS) - watch_cpu_of(b, MEDIA_PROCESS),
      .web_cpu_s = watch_cpu_of(a, WEB_PROCESS) - watch_cpu_of(b, WEB_PROCESS),
      .people_cpu_s = watch_cpu(&after.people) - watch_cpu(&before.people),
      .media_grown = grown(&empty->server, a, MEDIA_PROCESS),
      .web_grown = grown(&empty->server, a, WEB_PROCESS),
      .people_grown = (int64_t)watch_resident(&after.people) - (int64_t)watch_resident(&empty->people),
  };
  return err;
}

int crowd_event(struct crowd *c, struct tally *t, struct floor_report *r)
{
  struct watch before, after;
  struct moment empty = {0};
  struct floor_steady steady = {0};
  crowd_clear(c);
  crowd_measure(c, &before);
  c->wave_us = c->told_us = crowd_now_us();
  int err = bring_speakers(c);
  look(c, &empty);
  if (err == 0)
    err = bring_viewers(c);
  if (err == 0)
    err = stay(c, &empty, &steady);
  crowd_measure(c, &after);
  if (err == 0)
    err = crowd_count(c, t);
  t->before = before;
  t->after = after;
  floor_close(c->floor, r);
  r->steady = steady;
  return err == 0 ? crowd_leave(c) : err;
}
