/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of a media process: it carries datagrams, messages and the time between the kernel and the media core
 * (media/media.h), which does all the rest. A media process lives as long as its channels: when the web process or the
 * supervisor goes, it ends, and its calls with it; the supervisor starts a new one. */
#ifndef TESTUDO_WORKER_WORKER_H
#define TESTUDO_WORKER_WORKER_H

#include "cli/boot.h"

struct worker;

/* Makes the media core on the descriptors of boot.h, which it takes over. ERR_NOMEM, ERR_IO, ERR_CRYPTO. */
int worker_new(struct worker **w, const struct boot *boot);

/* Says that it is ready and works until it is told to stop or a channel ends: 0. ERR_IO when the kernel fails it. */
int worker_run(struct worker *w);

/* Logs one line of counters, wipes and frees all. */
void worker_free(struct worker *w);

#endif
