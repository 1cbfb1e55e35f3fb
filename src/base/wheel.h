/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hashed timer wheel: setting, moving and cancelling a timer take constant time, whatever their number. Timers are
 * embedded in the objects they belong to and must be cancelled before those go away. Resolution: 1 ms; a timer never fires
 * early. */
#ifndef TESTUDO_BASE_WHEEL_H
#define TESTUDO_BASE_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEEL_PLACES 1024u
#define WHEEL_NEVER UINT64_MAX

struct wheel_timer {
  struct wheel_timer *next, *prev; /* NULL when not set */
  uint64_t deadline_us;
  void (*fire)(struct wheel_timer *timer, uint64_t now_us);
};

struct wheel {
  struct wheel_timer places[WHEEL_PLACES]; /* list heads */
  uint64_t tick;                           /* the millisecond up to which timers have fired */
  uint32_t pending;
};

void wheel_init(struct wheel *w, uint64_t now_us);

/* Sets the timer, or moves it if it is set. A deadline in the past fires at the next wheel_advance. */
void wheel_set(struct wheel *w, struct wheel_timer *t, uint64_t deadline_us);
void wheel_cancel(struct wheel *w, struct wheel_timer *t);

static inline bool wheel_is_set(const struct wheel_timer *t)
{
  return t->next != NULL;
}

/* Fires all timers that are due. A handler may set and cancel any timer. */
void wheel_advance(struct wheel *w, uint64_t now_us);

/* When wheel_advance is to be called next at the latest, or WHEEL_NEVER. May be earlier than the next deadline. */
uint64_t wheel_next_us(const struct wheel *w);

#endif
