/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/inlet.h"

#include <stdlib.h>

#include "base/limits.h"

#define KEPT 400u /* packets back that a server may still have for us */
#define VIDEO_HZ 90000
#define AUDIO_HZ 48000

void inlet_fini(struct inlet *in)
{
  free(in->missing);
  *in = (struct inlet){0};
}

/* --- what is missing --- */

static void miss(struct inlet *in, uint64_t first, uint64_t end, uint64_t now_us)
{
  if (in->missing == NULL)
    in->missing = calloc(1, sizeof *in->missing);
  if (in->missing != NULL)
    (void)nack_missing(in->missing, first, end, now_us); /* too many at once: they are lost */
}

/* True if the packet is a new one. */
static bool note(struct inlet *in, uint64_t index, uint64_t now_us)
{
  if (index > in->highest) {
    if (in->highest != 0 && index > in->highest + 1 && in->is_video)
      miss(in, in->highest + 1, index, now_us);
    if (in->highest == 0)
      in->first = index;
    in->highest = index;
    return true;
  }
  uint32_t rtt_us;
  return in->missing != NULL && nack_arrived(in->missing, index, now_us, &rtt_us);
}

size_t inlet_missing(struct inlet *in, uint64_t now_us, uint32_t rtt_us, uint16_t sequences[LIMIT_NACK_PENDING],
                     struct inlet_sum *sum)
{
  if (in->missing == NULL)
    return 0;
  size_t n = nack_collect(in->missing, now_us, rtt_us, in->highest > KEPT ? in->highest - KEPT : 0, sequences);
  sum->asked += n;
  return n;
}

/* --- what came --- */

static void note_picture(struct inlet *in, const struct mark *m, uint64_t arrived_us)
{
  if (!m->key || in->picture_us != 0)
    return;
  if (in->key_frame != m->frame) {
    in->key_frame = m->frame;
    in->key_parts = 0;
  }
  if (++in->key_parts == m->parts)
    in->picture_us = arrived_us;
}

static void note_size(struct inlet *in, const struct mark *m, uint64_t arrived_us, struct inlet_sum *sum)
{
  if (in->wanted_us == 0 || m->layer != in->wanted)
    return;
  delay_add(m->layer > 0 ? &sum->larger : &sum->smaller, arrived_us > in->wanted_us ? arrived_us - in->wanted_us : 0);
  in->wanted_us = 0;
}

/* What is still waited for has failed if it had the time. */
static void end_want(struct inlet *in, uint64_t now_us, struct inlet_sum *sum)
{
  sum->unchanged += in->filled && in->wanted_us != 0 && now_us >= in->wanted_us + INLET_CHANGE_US;
  in->wanted_us = 0;
}

void inlet_want(struct inlet *in, uint8_t layer, uint64_t now_us, struct inlet_sum *sum)
{
  end_want(in, now_us, sum);
  in->wanted = layer;
  in->wanted_us = now_us;
}

static void judge(struct inlet *in, const struct inlet_rules *rules, struct span payload, bool again,
                  uint64_t arrived_us, struct inlet_sum *sum)
{
  struct mark m;
  if (mark_read(payload, &m) != 0 || m.run != rules->run || !mark_is_whole(payload, &m)) {
    sum->foreign++;
    return;
  }
  sum->verified++;
  note_picture(in, &m, arrived_us);
  note_size(in, &m, arrived_us, sum);
  if (!again)
    delay_add(in->is_video ? &sum->video : &sum->audio, arrived_us > m.made_us ? arrived_us - m.made_us : 0);
}

static void note_error(int err, struct inlet_sum *sum)
{
  sum->replayed += err == ERR_REPLAY;
  sum->wrong_key += err != ERR_REPLAY;
}

static void take_again(struct inlet *in, const struct inlet_rules *rules, const struct srtp_keys *keys, uint8_t *data,
                       size_t n, uint64_t now_us, struct inlet_sum *sum)
{
  struct rtp_packet p;
  uint16_t original;
  bool cryptex;
  int err = srtp_unprotect(keys, &in->rtx_rx, data, n, &n, &cryptex);
  if (err == 0)
    err = rtp_parse(span_of(data, n), &p);
  if (err != 0) {
    note_error(err, sum);
    return;
  }
  /* One without a payload is padding, by which a server looks for room on the way. */
  if (in->highest == 0 || span_u16(&p.payload, &original) != 0 ||
      !note(in, rtp_seq_extend(in->highest, original), now_us))
    return;
  in->unique++;
  sum->again++;
  judge(in, rules, p.payload, true, now_us, sum);
}

/* Pictures stand still when nothing comes; voices may be silent. */
static void note_pause(struct inlet *in, uint64_t until_us, struct inlet_sum *sum)
{
  if (!in->is_video || !in->filled || in->last_us == 0 || until_us < in->last_us + INLET_STILL_US)
    return;
  sum->stills++;
  sum->still_us += until_us - in->last_us;
}

void inlet_take(struct inlet *in, const struct inlet_rules *rules, const struct srtp_keys *keys,
                const struct rtp_packet *header, uint8_t *data, size_t n, uint64_t now_us, uint64_t arrived_us,
                struct inlet_sum *sum)
{
  struct rtp_packet p = *header;
  bool cryptex;
  if (in->rtx_ssrc != 0 && p.ssrc == in->rtx_ssrc) {
    take_again(in, rules, keys, data, n, now_us, sum);
    return;
  }
  uint64_t index = in->highest == 0 ? rtp_seq_first(p.sequence) : rtp_seq_extend(in->highest, p.sequence);
  bool opens = index % rules->verify_every == 0 || in->highest == 0 || in->wanted_us != 0 ||
               (in->is_video && in->picture_us == 0);
  if (opens) {
    size_t plain = 0;
    int err = srtp_unprotect(keys, &in->rx, data, n, &plain, &cryptex);
    if (err == 0)
      err = rtp_parse(span_of(data, plain), &p);
    if (err != 0) {
      note_error(err, sum);
      return;
    }
  }
  if (in->stats.clock_rate == 0)
    rtp_stats_init(&in->stats, in->is_video ? VIDEO_HZ : AUDIO_HZ);
  rtp_stats_receive(&in->stats, arrived_us, p.sequence, p.timestamp);
  if (note(in, index, now_us)) { /* the same packets over and over are a picture that stands still */
    in->unique++;
    note_pause(in, arrived_us, sum);
    in->last_us = arrived_us;
  }
  sum->packets++;
  sum->bytes += n;
  if (opens)
    judge(in, rules, p.payload, false, arrived_us, sum);
}

void inlet_fill(struct inlet *in, bool filled, uint64_t now_us, struct inlet_sum *sum)
{
  if (filled == in->filled)
    return;
  note_pause(in, now_us, sum);
  in->filled = filled;
  in->last_us = filled ? now_us : 0;
}

void inlet_close(struct inlet *in, uint64_t now_us, struct inlet_sum *sum)
{
  end_want(in, now_us, sum);
  note_pause(in, now_us, sum);
  uint64_t due = in->highest == 0 ? 0 : in->highest - in->first + 1;
  if (due > in->unique)
    sum->lost += due - in->unique;
}
