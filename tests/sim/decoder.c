/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int by_index(const void *a, const void *b)
{
  const struct client_packet *x = a, *y = b;
  return x->index < y->index ? -1 : x->index > y->index;
}

static struct client_packet *sorted(const struct client_slot *slot)
{
  struct client_packet *p = calloc(slot->count + 1, sizeof *p);
  assert_non_null(p);
  if (slot->count > 0)
    memcpy(p, slot->packets, slot->count * sizeof *p);
  qsort(p, slot->count, sizeof *p, by_index);
  return p;
}

static uint64_t source_key(const struct client_packet *p)
{
  return (uint64_t)p->mark.who << 16 | (uint64_t)(p->mark.source << 8) | p->mark.layer;
}

/* The timestamps must have gone on about as much as the clock. */
static void check_pace(const struct client_packet *from, const struct client_packet *to, uint32_t rate,
                       uint64_t slack_us)
{
  int64_t media_us = (int64_t)(uint32_t)(to->timestamp - from->timestamp) * 1000000 / rate;
  int64_t clock_us = (int64_t)(to->at_us - from->at_us);
  if (llabs(media_us - clock_us) > (int64_t)slack_us)
    fail_msg("timestamps went on by %lld us, the clock by %lld us", (long long)media_us, (long long)clock_us);
}

static void count_packet(struct decoded *d, const struct client_packet *p, const struct client_packet *before)
{
  d->packets++;
  d->repaired += p->rtx;
  if (before == NULL) {
    d->first_who = p->mark.who;
    return;
  }
  assert_true(p->index > before->index); /* never the same number twice */
  d->missing += p->index - before->index - 1;
  d->switches += source_key(p) != source_key(before);
}

static void check_inside_frame(const struct client_packet *p, const struct client_packet *before)
{
  assert_int_equal(source_key(p), source_key(before));
  assert_int_equal(p->mark.frame, before->mark.frame);
  assert_int_equal(p->mark.part, before->mark.part + 1);
  assert_int_equal(p->timestamp, before->timestamp);
  assert_int_equal(p->picture_id, before->picture_id);
}

/* What the frame needs came before it in the slot, from the same layer. */
static bool has_what_it_needs(const struct client_packet *all, const struct client_packet *p)
{
  for (const struct client_packet *q = p; p->mark.depends != 0 && q > all;)
    if (source_key(--q) == source_key(p) && q->mark.frame == p->mark.depends)
      return true;
  return false;
}

static void check_next_frame(const struct client_packet *all, const struct client_packet *p,
                             const struct client_packet *before)
{
  assert_int_equal(p->mark.part, 0);
  assert_true(rtp_timestamp_newer(p->timestamp, before->timestamp));
  if (source_key(p) != source_key(before) || p->mark.frame != before->mark.frame + 1)
    assert_true(p->mark.key || has_what_it_needs(all, p)); /* another source, or the same one after a pause: perhaps in
                                                              the middle of a frame; or frames were left out */
  else if (before->tid == 0 && !p->mark.key) /* else what had been lost of a frame that was left out may have come late,
                                                or a pause began within the frame and ended with this one */
    assert_int_equal(before->mark.part, before->mark.parts - 1);
  if (p->picture_id_bits == 15 && before->picture_id_bits == 15) {
    assert_int_equal(p->picture_id, (before->picture_id + 1) & 0x7fff);
    assert_int_equal(p->tl0picidx, (uint8_t)(before->tl0picidx + (p->tid == 0)));
  }
}

/* Part of a frame that was left out: it had been lost on its way to the server, its number was kept for it, and it came
 * after all. No decoder waits for the rest: nothing depends on it. */
static bool is_stray(const struct client_packet *p, const struct client_packet *before)
{
  return before != NULL && p->tid > 0 && p->mark.part != 0 && p->index == before->index + 1 &&
         (source_key(p) != source_key(before) || p->mark.frame != before->mark.frame ||
          p->mark.part != before->mark.part + 1);
}

struct frame {
  size_t parts; /* that came in a row from the first */
  bool whole;
};

void decode_video(const struct client_slot *slot, uint64_t slack_us, struct decoded *d)
{
  struct client_packet *p = sorted(slot);
  const struct client_packet *first_of_source = NULL;
  struct frame frame = {0};
  bool need_key = !slot->forgotten;
  *d = (struct decoded){0};
  for (size_t i = 0; i < slot->count; i++) {
    const struct client_packet *before = i > 0 ? &p[i - 1] : NULL;
    bool in_row = before != NULL && p[i].index == before->index + 1;
    bool same_frame = in_row && p[i].mark.part != 0;
    if (is_stray(&p[i], before)) {
      d->strays++;
      continue;
    }
    count_packet(d, &p[i], before);
    if (same_frame)
      check_inside_frame(&p[i], before);
    else if (in_row)
      check_next_frame(p, &p[i], before);
    assert_true(p[i].marker == (p[i].mark.part == p[i].mark.parts - 1));
    if (before == NULL || source_key(&p[i]) != source_key(before)) {
      need_key |= before != NULL;
      first_of_source = &p[i];
    }
    check_pace(first_of_source, &p[i], 90000, slack_us);
    if (!same_frame)
      frame.parts = p[i].mark.part == 0 ? 0 : SIZE_MAX / 2;
    frame.parts++;
    frame.whole = frame.parts == p[i].mark.parts;
    if (frame.whole) {
      assert_true(!need_key || p[i].mark.key);
      need_key = false;
      d->frames++;
      d->key_frames += p[i].mark.key;
    } else if (p[i].marker) {
      d->broken++;
    }
    d->last_who = p[i].mark.who;
  }
  if (slot->count > 0)
    check_pace(&p[0], &p[slot->count - 1], 90000, slack_us);
  free(p);
}

void decode_audio(const struct client_slot *slot, uint64_t slack_us, struct decoded *d)
{
  struct client_packet *p = sorted(slot);
  *d = (struct decoded){0};
  for (size_t i = 0; i < slot->count; i++) {
    const struct client_packet *before = i > 0 ? &p[i - 1] : NULL;
    count_packet(d, &p[i], before);
    bool begins = before == NULL || source_key(&p[i]) != source_key(before);
    if (begins && (before == NULL ? !slot->forgotten : p[i].index == before->index + 1))
      assert_true(p[i].marker);
    if (before != NULL) {
      assert_true(rtp_timestamp_newer(p[i].timestamp, before->timestamp));
      check_pace(&p[0], &p[i], 48000, slack_us);
    }
    d->frames++;
    d->last_who = p[i].mark.who;
  }
  free(p);
}
