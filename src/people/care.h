/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The "bank or clinic" profile (option care = high): what the rules of every room are raised to. It only raises; what a
 * room demands by itself stays. The rest of it: web/site.c (two factors, idle lock) and the page (consent, notices). */
#ifndef TESTUDO_PEOPLE_CARE_H
#define TESTUDO_PEOPLE_CARE_H

#include "store/store_rooms.h"

#define CARE_LOCK_S (10 * 60) /* a session that is not used for so long is locked */

void care_raise(struct room_policy *policy);

/* Which wish is below that, as a sentence for whoever wished it; NULL: none. */
const char *care_problem(const struct room_policy *policy);

#endif
