/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTUDO_WEB_VOTES_H
#define TESTUDO_WEB_VOTES_H

/* Votes for one question: one of each browser, whoever it says it is. A browser is known by a part of its hash, 64 bits:
 * the hash is of a secret that the server gave out, so nobody can choose them. */
#include <stdbool.h>
#include <stdint.h>

#include "web/browser.h"

struct votes {
  uint64_t *voter;
  uint32_t n, capacity;
};

/* Gives or takes back a browser's vote. False: nothing has changed, because it stands so already, there are
 * LIMIT_QUESTION_VOTES, or memory ran out. */
bool votes_put(struct votes *votes, const struct browser *browser, bool on);

void votes_fini(struct votes *votes);

#endif
