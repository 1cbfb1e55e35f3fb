/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A media flow over a path: an encoder that follows the target, the estimator and the pacer as in the media process, and
 * a receiver that reports as browsers do. Bandwidth is what is under test; the rest is as simple as RFC 8593 allows. */
#ifndef TESTUDO_SIM_PATH_MEDIA_H
#define TESTUDO_SIM_PATH_MEDIA_H

#include "media/bandwidth.h"
#include "media/pacer.h"
#include "path.h"

#define MEDIA_QUEUE 1024   /* packets that wait for the pacer; a power of two */
#define MEDIA_REPORT 2048  /* packets of one feedback message */
#define MEDIA_BIN_US 100000u
#define MEDIA_BINS 3000u

struct path_media_config {
  uint64_t start_us, stop_us;
  uint64_t pause_us, resume_us; /* 0: none */
  uint32_t start_bps, min_bps, max_bps;
  uint32_t feedback_us;
  bool audio; /* 50 packets of 80 bytes each second, too */
  bool layered; /* not any rate, but the layers of a forwarded camera; up with a fifth to spare (media/allocate.h) */
};

struct path_media {
  struct path_media_config config;
  uint32_t flow;
  bool sends; /* between start and stop, not paused */
  struct bandwidth bandwidth;
  struct pacer pacer;
  uint16_t queue[MEDIA_QUEUE]; /* sizes */
  uint64_t head, tail, queued_bytes;
  uint32_t layer, switches; /* of `layered` */
  uint64_t rise_us;         /* not up before */
  uint64_t next_frame_us, next_audio_us, wake_us, wake;

  /* the receiver: extended sequence numbers */
  uint64_t reported, highest; /* next to report; one more than the highest that came */
  int64_t arrival_us[MEDIA_REPORT];
  uint64_t arrival_of[MEDIA_REPORT];

  /* measured */
  uint32_t received[MEDIA_BINS];   /* bytes */
  uint32_t target_bps[MEDIA_BINS];
  float queued_ms[MEDIA_BINS];     /* the longest in the link's queue */
  float *delays_ms;                /* in the link's queue, of each packet */
  size_t delays, delays_room;
  uint64_t sent, padding_bytes, sent_bytes;
};

void path_media_add(struct path *p, uint32_t flow, struct path_media *m, const struct path_media_config *config);
void path_media_fini(struct path_media *m);

#endif
