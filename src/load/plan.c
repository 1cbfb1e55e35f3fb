/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/plan.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"

#define VOICES 3           /* that a viewer hears at once */
#define VOICE_PACKETS 50.0 /* a second */
#define VOICE_BYTES 90.0
#define SMALL_BYTES 350.0  /* of the only packet of a small picture */
#define LARGE_BYTES 1100.0 /* of each packet of a large one */
#define WIRE_BYTES 64.0    /* around a payload: IP, UDP, RTP with a number, the cipher's tag */
#define GATHER_S 0.0035    /* what comes to a crowd within about this leaves in one send (media/crowd.h) */
#define KEY_SHARE 1.1      /* key frames are larger than others */
#define BUSY 0.8           /* of a core: media_busy, above which nobody else is let in */
#define BASE_BYTES (96.0 * 1024 * 1024)
#define SPEAKER_BYTES (2.0 * 1024 * 1024) /* what is kept of a speaker's packets, for who misses one */
#define LEAST_PEOPLE 50                   /* of a rehearsal */
#define LEAST_CORES 0.05
#define REPORT_BYTES (4u << 20) /* an hour, second by second, is less than a fourth of it */
#define MOST_SECONDS 1e6        /* of what a report may say */
#define MOST_CORES 4096.0
#define MOST_PACKETS 1e12
#define MOST_BYTES 1e15

const struct plan_costs plan_costs_measured = {.viewer_us = 60,
                                               .send_us = 3.4,
                                               .packet_us = 0.5,
                                               .web_us = 45,
                                               .join_us = 3700,
                                               .media_bytes = 26 * 1024,
                                               .web_bytes = 60 * 1024};

static double smaller(double a, double b)
{
  return a < b ? a : b;
}

static double larger(double a, double b)
{
  return a > b ? a : b;
}

/* How many of what a viewer sees are large, on average. */
static double large_pictures(const struct load_options *o)
{
  const double pictures = smaller(o->pictures, o->people_speak);
  if (o->sizes == 1)
    return pictures;
  return smaller(pictures, o->change_s > 0 ? 0.5 : o->large ? 1 : 0);
}

static void count_packets(const struct load_options *o, struct plan *p)
{
  const double voices = smaller(VOICES, smaller(o->voices, o->people_speak)) * VOICE_PACKETS;
  const double large = large_pictures(o), small = smaller(o->pictures, o->people_speak) - large;
  const double large_packets = KEY_SHARE * large * o->frames * o->parts, small_packets = KEY_SHARE * small * o->frames;
  p->packets = voices + large_packets + small_packets;
  const double groups = voices + (large + small) * o->frames;
  p->sends = groups / (1 + groups * GATHER_S);
  p->bits =
      8 * (voices * VOICE_BYTES + large_packets * LARGE_BYTES + small_packets * SMALL_BYTES + p->packets * WIRE_BYTES);
}

void plan_make(const struct load_options *o, const struct plan_costs *costs, struct plan *p)
{
  const double people = (double)o->people + o->people_speak; /* speakers see and hear as viewers do */
  *p = (struct plan){0};
  count_packets(o, p);
  p->media_cores =
      people * (costs->viewer_us + p->sends * costs->send_us + (p->packets - p->sends) * costs->packet_us) / 1e6;
  p->web_cores = people * costs->web_us / 1e6;
  p->join_cores = o->over_s > 0 ? people * costs->join_us / 1e6 / o->over_s : 0;
  p->least_over_s = ceil(people * costs->join_us / 1e6 / larger(BUSY - p->web_cores / 2, 0.1));
  p->media_processes = (unsigned)larger(1, ceil(p->media_cores / BUSY));
  p->cores = p->media_processes + 1;
  p->memory_bytes = BASE_BYTES + o->people_speak * SPEAKER_BYTES + people * (costs->media_bytes + costs->web_bytes);
  p->network_bits = people * p->bits;
}

/* --- a rehearsal --- */

int plan_costs_of(const struct plan_rehearsal *r, struct plan_costs *costs)
{
  const struct plan_costs *m = &plan_costs_measured;
  if (r->people < LEAST_PEOPLE || r->media_cores < LEAST_CORES)
    return ERR_RANGE;
  const double factor = r->media_cores * 1e6 /
                        (r->people * m->viewer_us + r->sends * m->send_us + (r->packets - r->sends) * m->packet_us);
  *costs = (struct plan_costs){.viewer_us = factor * m->viewer_us,
                               .send_us = factor * m->send_us,
                               .packet_us = factor * m->packet_us,
                               .web_us = larger(r->web_cores * 1e6 / r->people, 1),
                               .join_us = factor * m->join_us,
                               .media_bytes = larger(r->media_bytes / r->people, 0),
                               .web_bytes = larger(r->web_bytes / r->people, 0)};
  return 0;
}

static bool is_within(double x, double least, double most)
{
  return x >= least && x <= most; /* and no NaN */
}

/* As much as a report may say and a plan can be made of. */
static bool is_possible(const struct plan_rehearsal *r)
{
  return is_within(r->people, 0, OPTIONS_PEOPLE + LIMIT_ROOM_PEOPLE) && is_within(r->packets, 0, MOST_PACKETS) &&
         is_within(r->sends, 0, MOST_PACKETS) && is_within(r->media_cores, 0, MOST_CORES) &&
         is_within(r->web_cores, 0, MOST_CORES) && is_within(r->media_bytes, -MOST_BYTES, MOST_BYTES) &&
         is_within(r->web_bytes, -MOST_BYTES, MOST_BYTES);
}

static int take_report(json_t *report, struct plan_rehearsal *r)
{
  double seconds, media_s, web_s;
  if (json_unpack(report, "{s{sF s{sF sF sF sF sF sF sF}}}", "media", "flowing", &r->people, "steady", "seconds",
                  &seconds, "packets", &r->packets, "groups", &r->sends, "media_cpu_s", &media_s, "web_cpu_s", &web_s,
                  "media_grown", &r->media_bytes, "web_grown", &r->web_bytes) != 0 ||
      !is_within(seconds, 1, MOST_SECONDS))
    return ERR_MALFORMED;
  r->packets /= seconds;
  r->sends = smaller(r->sends / seconds, r->packets);
  r->media_cores = media_s / seconds;
  r->web_cores = web_s / seconds;
  return is_possible(r) ? 0 : ERR_MALFORMED;
}

int plan_parse_rehearsal(struct span text, struct plan_rehearsal *r)
{
  json_t *report;
  int err = json_parse_strict(text, REPORT_BYTES, &report);
  if (err != 0)
    return err;
  err = take_report(report, r);
  json_decref(report);
  return err;
}

int plan_read_rehearsal(const char *path, struct plan_rehearsal *r)
{
  FILE *f = fopen(path, "re");
  uint8_t *text = f == NULL ? NULL : malloc(REPORT_BYTES + 1);
  int err = ERR_IO;
  if (text != NULL) {
    const size_t n = fread(text, 1, REPORT_BYTES + 1, f);
    err = ferror(f) != 0 ? ERR_IO : plan_parse_rehearsal(span_of(text, n), r) == 0 ? 0 : ERR_MALFORMED;
  }
  free(text);
  if (f != NULL)
    (void)fclose(f);
  return err;
}

/* --- in words --- */

void plan_print(const struct load_options *o, const struct plan *p, FILE *out)
{
  fprintf(
      out,
      "%u viewers and %u speakers: %.0f packets and %.2f Mbit a second to each viewer, %.2f million packets a second "
      "to all.\n\nThis event needs %u processor cores, %.1f GB of memory, and %.1f Gbit/s of network.\n\n",
      o->people, o->people_speak, p->packets, p->bits / 1e6, p->packets * o->people / 1e6, p->cores,
      p->memory_bytes / 1e9, p->network_bits / 1e9);
  fprintf(out,
          "  media processes are busy for %.1f cores: so %u of them, with a fifth to spare\n"
          "  the web process for %.2f of its core while all watch, and %.2f more while they come in within %.0f s\n",
          p->media_cores, p->media_processes, p->web_cores, p->join_cores, o->over_s);
  if (o->over_s < p->least_over_s)
    fprintf(out, "  so many cannot come in within %.0f s: let them come within %.0f s (open the door early)\n",
            o->over_s, p->least_over_s);
  fprintf(out,
          "\nIt is a calculation. Play a part of the event on the server (testudo load event), and give its report "
          "to --rehearsal.\n");
}
