/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as people and programs write them (ISO 8601 in the profile of RFC 3339), and Unix seconds. */
#ifndef TESTUDO_PEOPLE_TIMES_H
#define TESTUDO_PEOPLE_TIMES_H

#include "base/bytes.h"

#define TIME_TEXT 21                        /* "2026-12-01T17:00:00Z" and a zero */
#define TIME_MOST UINT64_C(253402300799)    /* the last second of the year 9999 */

/* Completes a sentence about a time that cannot be read. */
#define TIME_FORM "a time with its zone, such as 2026-12-01T17:00:00Z or 2026-12-01T18:00+01:00, or Unix seconds"

/* "2026-12-01T17:00:00Z", with an offset, without seconds, with a blank for the T; or a number of Unix seconds. A time
 * without zone is not one: it would mean another instant on each machine. ERR_MALFORMED; ERR_RANGE: before 1970, after
 * 9999, or a day or an hour that there is not. */
int time_read(struct span text, uint64_t *unix_s);

/* In UTC. "never" stays the caller's to write. */
void time_write(uint64_t unix_s, char text[TIME_TEXT]);

#endif
