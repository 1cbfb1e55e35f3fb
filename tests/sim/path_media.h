/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A media flow over a path: an encoder that follows the target, the estimator and the pacer as in the media process, and
 * a receiver that reports as browsers do. Bandwidth is what is under test. */
#ifndef TESTUDO_SIM_PATH_MEDIA_H
#define TESTUDO_SIM_PATH_MEDIA_H

#include "media/bandwidth.h"
#include "media/pacer.h"
#include "path.h"
#include "path_video.h"

#define MEDIA_QUEUE 1024   /* packets that wait for the pacer; a power of two */
#define MEDIA_REPORT 2048  /* packets of one feedback message */
#define MEDIA_BIN_US 100000u
#define MEDIA_BINS 3000u

#define MEDIA_LATE_US 200000u /* what a receiver's buffer waits for */

/* All zero is empty. */
struct path_sample {
  float *at;
  size_t n, room;
};

struct path_media_config {
  uint64_t start_us, stop_us;
  uint64_t pause_us, resume_us; /* 0: none */
  uint32_t start_bps, min_bps, max_bps;
  uint32_t feedback_us;
  bool audio; /* 50 packets of 80 bytes each second, too */
  bool video;   /* frames as RFC 8593 has them; else as large as the target says, but for 10 % */
  bool layered; /* not any rate, but the layers of a forwarded camera; up with a fifth to spare (media/allocate.h) */
};

struct path_media {
  struct path_media_config config;
  uint32_t flow;
  bool sends; /* between start and stop, not paused */
  struct bandwidth bandwidth;
  struct pacer pacer;
  struct path_video video;
  uint16_t queue[MEDIA_QUEUE]; /* sizes */
  uint64_t made_us[MEDIA_QUEUE];
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
  struct path_sample queue_ms;     /* in the link's queue, of each packet */
  struct path_sample pacer_ms;     /* at the sender, of each packet of a frame */
  uint64_t arrived, late;          /* packets; later than MEDIA_LATE_US behind the path's own delay */
  uint64_t sent, padding_bytes, sent_bytes;
};

void path_media_add(struct path *p, uint32_t flow, struct path_media *m, const struct path_media_config *config);
void path_media_fini(struct path_media *m);

#endif
