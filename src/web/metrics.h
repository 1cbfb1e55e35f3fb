/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of the server in Prometheus' text format, for who looks after it: how many are in, how busy the media
 * processes are, who was told to come later. No names, addresses or rooms of anybody. */
#ifndef TESTUDO_WEB_METRICS_H
#define TESTUDO_WEB_METRICS_H

#include "base/bytes.h"
#include "web/rooms.h"

#define METRICS_REQUEST 1024         /* bytes of a request that are looked at */
#define METRICS_TEXT (256 * 1024)    /* enough for the answer with all media processes */

/* A request of which the head is whole: answered. ERR_AGAIN: more is to come; ERR_LIMIT: it never will fit. */
int metrics_answer(struct span request, const struct rooms *r, uint64_t now_us, struct writer *w);

/* The figures alone. */
void metrics_write(const struct rooms *r, uint64_t now_us, struct writer *w);

#endif
