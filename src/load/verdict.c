/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/verdict.h"

#include <jansson.h>

static double lost_share(const struct inlet_sum *s)
{
  uint64_t all = s->packets + s->again + s->lost;
  return all == 0 ? 0 : (double)s->lost / (double)all;
}

struct verdict verdict_of(const struct tally *t, const struct floor_report *r)
{
  const struct inlet_sum *s = &r->sum;
  const struct {
    bool wrong;
    const char *what;
  } looked_at[] = {
      {s->foreign > 0, "media arrived that nobody of this event had sent, or that was changed on the way"},
      {s->wrong_key > 0, "media arrived that could not be decrypted"},
      {!tally_is_good(t), "not everybody who may come in was let in"},
      {r->flowing < r->wanted, "not everybody who came in got a media connection"},
      {r->renewals.asked > 0, "media connections broke on the server's side, and had to be made anew"},
      {s->packets == 0, "no media arrived at all"},
      {r->without_picture > 0, "some viewers never saw a picture"},
      {s->unchanged > 0, "viewers who wanted a picture in another size did not get it within five seconds"},
      {s->stills > 0, "pictures stood still for a second or longer"},
      {lost_share(s) > VERDICT_LOST, "more than one packet of a thousand never arrived"},
      {delay_percentile(&s->video, 0.99) > VERDICT_P99_US || delay_percentile(&s->audio, 0.99) > VERDICT_P99_US,
       "one packet of a hundred was later than 150 ms"},
  };
  for (size_t i = 0; i < sizeof looked_at / sizeof looked_at[0]; i++)
    if (looked_at[i].wrong)
      return (struct verdict){.first = looked_at[i].what};
  return (struct verdict){.holds = true};
}

size_t verdict_began(const struct floor_report *r, const char **what)
{
  for (size_t i = 0; i < r->seconds; i++) {
    const struct floor_second *s = &r->second[i];
    *what = s->stills > 0                ? "a picture stood still"
            : s->p99_us > VERDICT_P99_US ? "one picture packet of a hundred was later than 150 ms"
                                         : NULL;
    if (*what != NULL)
      return i + 1;
  }
  *what = NULL;
  return 0;
}

/* --- in words --- */

static void print_delay(FILE *out, const char *what, const struct delay *d)
{
  if (d->n > 0)
    fprintf(out, "  %-28s median %8.1f ms  95 %% %8.1f ms  99 %% %8.1f ms  longest %8.1f ms\n", what,
            (double)delay_percentile(d, 0.5) / 1000, (double)delay_percentile(d, 0.95) / 1000,
            (double)delay_percentile(d, 0.99) / 1000, (double)delay_percentile(d, 1) / 1000);
}

static void print_beginning(const struct floor_report *r, FILE *out)
{
  const char *what;
  const size_t second = verdict_began(r, &what);
  if (second > 0)
    fprintf(out, "The first sign was in second %zu of the media, with %u people: %s.\n", second,
            r->second[second - 1].flowing, what);
}

static double share(double cpu_s, double seconds)
{
  return 100 * cpu_s / seconds;
}

/* For each of those who watched. */
static double kib_each(int64_t bytes, unsigned people)
{
  return people == 0 ? 0 : (double)bytes / 1024 / people;
}

static void print_steady(const struct floor_steady *s, unsigned people, FILE *out)
{
  if (s->seconds <= 0)
    return;
  fprintf(out, "  while all were in, %.0f s: %.0f packets a second to people", s->seconds,
          (double)s->packets / s->seconds);
  if (s->cpu_s > 0)
    fprintf(out, "; %.0f for each second of CPU time of the server (of its media processes: %.0f)",
            (double)s->packets / s->cpu_s, s->media_cpu_s > 0 ? (double)s->packets / s->media_cpu_s : 0);
  fprintf(out, "\n  of one processor core, media processes used %.0f %%, the web process %.0f %%, the people %.0f %%\n",
          share(s->media_cpu_s, s->seconds), share(s->web_cpu_s, s->seconds), share(s->people_cpu_s, s->seconds));
  if (s->cpu_s > 0)
    fprintf(out, "  memory grew for each of them by %.1f KiB in media processes, %.1f KiB in the web process\n",
            kib_each(s->media_grown, people), kib_each(s->web_grown, people));
}

/* Who plays thousands of people needs a processor, too: without one it is late itself. */
bool verdict_people_were_slow(const struct floor_report *r)
{
  const struct floor_steady *s = &r->steady;
  return s->people_cpu_s > VERDICT_PEOPLE_BUSY * s->seconds || delay_percentile(&r->turns, 0.99) > VERDICT_TURN_US;
}

static void print_renewals(const struct floor_renewals *r, FILE *out)
{
  if (r->moved > 0)
    fprintf(out, "  the server moved %u viewers to another of its media processes\n", r->moved);
  if (r->asked > 0)
    fprintf(out, "  the server asked for %u connections anew (%u of speakers); on the old ones %llu pictures stood "
                 "still (%.1f s in all)\n",
            r->asked, r->publishers, (unsigned long long)r->stills, (double)r->still_us / 1e6);
  print_delay(out, "from there to flowing media", &r->back);
}

static void print_media(const struct floor_report *r, FILE *out)
{
  const struct inlet_sum *s = &r->sum;
  fprintf(out, "Media of %u people; it flowed for %u at the end\n", r->wanted, r->flowing);
  for (size_t i = 0; i < FLOOR_REASONS && r->failed[i].why != NULL; i++)
    fprintf(out, "  WRONG %6u  %s\n", r->failed[i].n, r->failed[i].why);
  print_delay(out, "from welcome to flowing media", &r->connect);
  print_delay(out, "from the wish to media", &r->join);
  print_delay(out, "from the wish to a picture", &r->picture);
  print_renewals(&r->renewals, out);
  print_delay(out, "on the way: sound", &s->audio);
  print_delay(out, "on the way: picture", &s->video);
  fprintf(out,
          "  %llu packets sent by speakers (%llu key frames, %llu again); %llu arrived at people, %llu decrypted and "
          "compared\n",
          (unsigned long long)r->sent, (unsigned long long)r->keys, (unsigned long long)r->again,
          (unsigned long long)s->packets, (unsigned long long)s->verified);
  fprintf(out, "  lost %llu (%.4f %%); asked for again %llu, came again %llu\n", (unsigned long long)s->lost,
          100 * lost_share(s), (unsigned long long)s->asked, (unsigned long long)s->again);
  print_delay(out, "a small picture made large", &s->larger);
  print_delay(out, "a large picture made small", &s->smaller);
  if (s->larger.n + s->smaller.n + s->unchanged > 0)
    fprintf(out, "  sizes that did not come %llu\n", (unsigned long long)s->unchanged);
  fprintf(out, "  pictures that stood still %llu (%.1f s in all); viewers who never saw one %u\n",
          (unsigned long long)s->stills, (double)s->still_us / 1e6, r->without_picture);
  fprintf(out, "  not to be decrypted %llu, not of this event or changed %llu, repeated by somebody %llu\n",
          (unsigned long long)s->wrong_key, (unsigned long long)s->foreign, (unsigned long long)s->replayed);
  print_steady(&r->steady, r->flowing, out);
  print_delay(out, "turns of this program's loop", &r->turns);
}

void verdict_print(const struct tally *t, const struct floor_report *r, FILE *out)
{
  struct verdict v = verdict_of(t, r);
  tally_print(t, out);
  print_media(r, out);
  if (v.holds)
    fprintf(out, "\nThis server holds this event.\n");
  else
    fprintf(out, "\nThis server does NOT hold this event: %s.\n", v.first);
  if (!v.holds)
    print_beginning(r, out);
  if (!v.holds && verdict_people_were_slow(r))
    fprintf(out, "But this program itself had too little of a processor to play so many people in time: what was late "
                 "may be its own.\nTry again with a machine of their own for the people, or with several.\n");
}

/* --- as JSON --- */

static json_t *delay_json(const struct delay *d)
{
  return json_pack("{sI sf sf sf sf}", "n", (json_int_t)d->n, "median_ms", (double)delay_percentile(d, 0.5) / 1000,
                   "p95_ms", (double)delay_percentile(d, 0.95) / 1000, "p99_ms",
                   (double)delay_percentile(d, 0.99) / 1000, "longest_ms", (double)delay_percentile(d, 1) / 1000);
}

static json_t *failed_json(const struct floor_report *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < FLOOR_REASONS && r->failed[i].why != NULL; i++)
    (void)json_array_append_new(list, json_pack("{ss si}", "why", r->failed[i].why, "people", (int)r->failed[i].n));
  return list;
}

static json_t *seconds_json(const struct floor_report *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->seconds; i++) {
    const struct floor_second *s = &r->second[i];
    (void)json_array_append_new(list, json_pack("{si sI sI sI sI sf sf}", "flowing", (int)s->flowing, "packets",
                                                (json_int_t)s->packets, "bytes", (json_int_t)s->bytes, "asked",
                                                (json_int_t)s->asked, "stills", (json_int_t)s->stills, "median_ms",
                                                (double)s->p50_us / 1000, "p99_ms", (double)s->p99_us / 1000));
  }
  return list;
}

static json_t *renewals_json(const struct floor_renewals *r)
{
  return json_pack("{si si si so sI sf}", "asked", (int)r->asked, "publishers", (int)r->publishers, "moved",
                   (int)r->moved, "back", delay_json(&r->back), "stills", (json_int_t)r->stills, "still_s", (double)r->still_us / 1e6);
}

static json_t *steady_json(const struct floor_steady *s)
{
  return json_pack("{sf sI sI sf sf sf sf sI sI sI}", "seconds", s->seconds, "packets", (json_int_t)s->packets,
                   "groups", (json_int_t)s->groups, "cpu_s", s->cpu_s, "media_cpu_s", s->media_cpu_s, "web_cpu_s",
                   s->web_cpu_s, "people_cpu_s", s->people_cpu_s, "media_grown", (json_int_t)s->media_grown,
                   "web_grown", (json_int_t)s->web_grown, "people_grown", (json_int_t)s->people_grown);
}

json_t *verdict_json(const struct floor_report *r)
{
  const struct inlet_sum *s = &r->sum;
  return json_pack(
      "{si si so so so so so so si sI sI sI sI sI sI sI sI sI sI sI sf so so sI so so so so sb}", "wanted", (int)r->wanted,
      "flowing", (int)r->flowing, "failed", failed_json(r), "connect", delay_json(&r->connect), "join",
      delay_json(&r->join), "picture", delay_json(&r->picture), "audio_delay", delay_json(&s->audio), "video_delay", delay_json(&s->video),
      "without_picture", (int)r->without_picture, "sent", (json_int_t)r->sent, "key_frames", (json_int_t)r->keys,
      "packets", (json_int_t)s->packets, "bytes", (json_int_t)s->bytes, "verified", (json_int_t)s->verified, "lost",
      (json_int_t)s->lost, "asked", (json_int_t)s->asked, "again", (json_int_t)s->again, "stills",
      (json_int_t)s->stills, "wrong_key", (json_int_t)s->wrong_key, "foreign", (json_int_t)s->foreign, "still_s",
      (double)s->still_us / 1e6, "larger", delay_json(&s->larger), "smaller", delay_json(&s->smaller), "unchanged",
      (json_int_t)s->unchanged, "renewals", renewals_json(&r->renewals), "seconds", seconds_json(r), "steady",
      steady_json(&r->steady), "turns", delay_json(&r->turns), "people_slow", verdict_people_were_slow(r));
}

static json_t *beginning_json(const struct floor_report *r)
{
  const char *what;
  const size_t second = verdict_began(r, &what);
  return second == 0 ? json_null()
                     : json_pack("{sI si ss}", "second", (json_int_t)second, "flowing",
                                 (int)r->second[second - 1].flowing, "what", what);
}

json_t *verdict_report(const struct tally *t, const struct floor_report *r)
{
  const struct verdict v = verdict_of(t, r);
  return json_pack("{so so sb ss? so}", "people", tally_json(t), "media", verdict_json(r), "good", v.holds, "why",
                   v.first, "began", beginning_json(r));
}
