/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of a live encoder, as the statistical model of RFC 8593, section 5, has them: it follows a new target with a
 * delay, sizes and intervals vary by a Laplacian distribution, and after a great change an intra frame comes whose
 * size does not ask for the rate, with smaller ones behind it that make up for it. */
#ifndef TESTUDO_SIM_PATH_VIDEO_H
#define TESTUDO_SIM_PATH_VIDEO_H

#include "path.h"

#define VIDEO_FRAME_US 33333u
#define VIDEO_REACTION_US 200000u /* between two changes of the rate (tau_v) */
#define VIDEO_INTRA_BYTES 13500u  /* K_B: of 720p */
#define VIDEO_INTRA_FRAMES 8u     /* K_d: how long it takes to make up for it */
#define VIDEO_GREAT_CHANGE 0.5    /* of the rate: it begins anew with an intra frame */
#define VIDEO_SPREAD 0.15         /* SCALE_B and SCALE_t */

struct path_video {
  uint32_t rate_bps;
  uint64_t follow_us; /* takes no other rate before */
  uint32_t left;      /* frames until the intra frame is made up for; the first one is it */
};

/* The first frame is an intra frame. */
void path_video_init(struct path_video *v, uint32_t rate_bps);

/* The size of the next frame, made now. */
uint32_t path_video_frame(struct path_video *v, struct path *p, uint32_t target_bps);

/* How long after it another one comes. */
uint64_t path_video_interval_us(struct path *p);

#endif
