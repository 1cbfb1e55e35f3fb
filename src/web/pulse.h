/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the other end of a quiet connection is still there: it is asked every ten seconds, and has five to answer.
 * Anything that comes from it is an answer. When the loop itself was late, the answer may wait to be read: then it is asked
 * again. */
#ifndef TESTUDO_WEB_PULSE_H
#define TESTUDO_WEB_PULSE_H

#include "base/wheel.h"

#define PULSE_REST_US 5000000u   /* from the end of the time for an answer to the next question */
#define PULSE_ANSWER_US 5000000u
#define PULSE_LATE_US 1000000u   /* of the loop */

/* In the object that has the connection. */
struct pulse {
  struct wheel_timer timer; /* cancel it before the object goes away */
  bool asked, heard;        /* the time for an answer runs, and something has come */
};

enum pulse_step { PULSE_REST, PULSE_ASK, PULSE_GONE };

/* The first question is asked after PULSE_REST_US. `fire` calls pulse_turn and does what that says. */
void pulse_begin(struct pulse *p, struct wheel *w, void (*fire)(struct wheel_timer *timer, uint64_t now_us),
                 uint64_t now_us);

static inline void pulse_heard(struct pulse *p)
{
  p->heard = true;
}

/* PULSE_ASK: to be asked now. PULSE_GONE: no answer; nothing is timed any more. */
enum pulse_step pulse_turn(struct pulse *p, struct wheel *w, uint64_t now_us);

#endif
