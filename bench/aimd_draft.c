/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The increase and decrease of draft-ietf-rmcat-gcc-02, 5.5, with what libwebrtc made of its "near convergence", in the
 * place of src/media/bandwidth_aimd.c: what bench_congestion_draft measures beside ours. Filter, detector, probes and
 * pacer are the same. */
#include "media/bandwidth_aimd.h"

#define DECREASE 0.85f
#define INCREASE_PER_S 0.08f
#define FRAMES_PER_S 30.0f
#define PACKET_BITS 9600.0f

/* The path's capacity as seen at decreases, in kbit/s: its mean is goal_bps, its normalised variance before_bps. */
static bool is_near(const struct bandwidth_aimd *a, float kbps, bool above)
{
  float distance = kbps - a->goal_bps;
  bool outside = distance * distance > 9.0f * a->before_bps * a->goal_bps;
  return !(outside && (above ? distance > 0 : distance < 0));
}

static void learn(struct bandwidth_aimd *a, float kbps)
{
  if (a->goal_bps > 0 && !is_near(a, kbps, false))
    a->goal_bps = 0;
  if (a->goal_bps <= 0) {
    a->goal_bps = kbps;
    a->before_bps = 0.4f;
    return;
  }
  a->goal_bps += 0.05f * (kbps - a->goal_bps);
  float error = a->goal_bps - kbps;
  a->before_bps = 0.95f * a->before_bps + 0.05f * error * error / a->goal_bps;
  a->before_bps = a->before_bps < 0.4f ? 0.4f : a->before_bps > 2.5f ? 2.5f : a->before_bps;
}

static void increase(struct bandwidth_aimd *a, const struct bandwidth_state *s, float elapsed_s)
{
  float acked = (float)s->acked_bps, most = 1.5f * acked + 10000.0f;
  if (acked > 0 && a->goal_bps > 0 && !is_near(a, acked / 1000.0f, true))
    a->goal_bps = 0;
  if (s->application_limited || (acked > 0 && a->bps >= most))
    return;
  float frame_bits = a->bps / FRAMES_PER_S, packets = (float)(uint32_t)(frame_bits / PACKET_BITS) + 1.0f;
  float additive = frame_bits / packets * 1e6f / ((float)s->rtt_us + 100000.0f);
  float per_s = a->goal_bps > 0 ? (additive > 4000.0f ? additive : 4000.0f) : INCREASE_PER_S * a->bps;
  a->bps += per_s * elapsed_s;
  if (acked > 0 && a->bps > most)
    a->bps = most;
}

void bandwidth_aimd_init(struct bandwidth_aimd *a, uint32_t start_bps, uint64_t now_us)
{
  *a = (struct bandwidth_aimd){.bps = (float)start_bps, .updated_us = now_us};
}

bool bandwidth_aimd_update(struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us)
{
  uint64_t elapsed_us = now_us - a->updated_us, again_us = s->rtt_us < 200000 ? s->rtt_us : 200000;
  bool down = false;
  a->updated_us = now_us;
  if (s->usage == BANDWIDTH_OVERUSE) {
    down = now_us - a->decreased_us >= again_us || (float)s->acked_bps < a->bps / 2;
    if (down) {
      float bps = s->acked_bps > 0 ? DECREASE * (float)s->acked_bps : a->bps / 2;
      a->bps = bps < a->bps ? bps : a->bps;
      a->decreased_us = now_us;
      learn(a, (float)s->acked_bps / 1000.0f);
    }
  } else if (s->usage == BANDWIDTH_NORMAL && a->increasing) {
    increase(a, s, (float)(elapsed_us < 1000000 ? elapsed_us : 1000000) / 1e6f);
  }
  a->increasing = s->usage == BANDWIDTH_NORMAL;
  return down;
}

void bandwidth_aimd_set(struct bandwidth_aimd *a, uint32_t bps, uint64_t now_us)
{
  a->bps = (float)bps;
  a->updated_us = now_us;
}
