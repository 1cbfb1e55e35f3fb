/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "path_video.h"

#include <math.h>

#define LEAST_BYTES 100u
#define LEAST_OF_FRAME 0.2 /* behind an intra frame: of a usual one */
#define MOST_DEVIATION 0.9

/* Around 1, never far from it. */
static double vary(struct path *p)
{
  double x = path_random(p) - 0.5;
  double deviation = (x < 0 ? 1 : -1) * VIDEO_SPREAD * log(1 - 2 * fabs(x) + 1e-12);
  return 1 + (deviation < -MOST_DEVIATION ? -MOST_DEVIATION : deviation > MOST_DEVIATION ? MOST_DEVIATION : deviation);
}

void path_video_init(struct path_video *v, uint32_t rate_bps)
{
  *v = (struct path_video){.rate_bps = rate_bps, .left = VIDEO_INTRA_FRAMES};
}

static void follow(struct path_video *v, struct path *p, uint32_t target_bps)
{
  if (p->now_us < v->follow_us || target_bps == v->rate_bps)
    return;
  if (fabs((double)target_bps - v->rate_bps) > VIDEO_GREAT_CHANGE * v->rate_bps)
    v->left = VIDEO_INTRA_FRAMES;
  v->rate_bps = target_bps;
  v->follow_us = p->now_us + VIDEO_REACTION_US;
}

uint32_t path_video_frame(struct path_video *v, struct path *p, uint32_t target_bps)
{
  follow(v, p, target_bps);
  double bytes = (double)v->rate_bps / 8 * VIDEO_FRAME_US / 1e6;
  if (v->left == VIDEO_INTRA_FRAMES) {
    bytes = bytes > VIDEO_INTRA_BYTES ? bytes : VIDEO_INTRA_BYTES;
  } else if (v->left > 0) {
    double rest = (bytes * VIDEO_INTRA_FRAMES - VIDEO_INTRA_BYTES) / (VIDEO_INTRA_FRAMES - 1);
    bytes = rest > LEAST_OF_FRAME * bytes ? rest : LEAST_OF_FRAME * bytes;
  }
  v->left -= v->left > 0;
  bytes *= vary(p);
  return bytes > LEAST_BYTES ? (uint32_t)bytes : LEAST_BYTES;
}

uint64_t path_video_interval_us(struct path *p)
{
  return (uint64_t)(VIDEO_FRAME_US * vary(p));
}
