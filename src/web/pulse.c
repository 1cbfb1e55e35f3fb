/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/pulse.h"

void pulse_begin(struct pulse *p, struct wheel *w, void (*fire)(struct wheel_timer *timer, uint64_t now_us),
                 uint64_t now_us)
{
  p->timer.fire = fire;
  wheel_set(w, &p->timer, now_us + PULSE_REST_US);
}

enum pulse_step pulse_turn(struct pulse *p, struct wheel *w, uint64_t now_us)
{
  bool in_time = now_us - p->timer.deadline_us < PULSE_LATE_US;
  if (p->asked && !p->heard && in_time)
    return PULSE_GONE;
  bool rest = p->asked && p->heard;
  p->asked = !rest;
  p->heard = false;
  wheel_set(w, &p->timer, now_us + (rest ? PULSE_REST_US : PULSE_ANSWER_US));
  return rest ? PULSE_REST : PULSE_ASK;
}
