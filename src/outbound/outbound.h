/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of the outbound process: the channels, curl's sockets and timers, and the jobs between them. The process
 * lives as long as its channels; what waits in it is lost with it, and web is told by the end of the channel. */
#ifndef TESTUDO_OUTBOUND_OUTBOUND_H
#define TESTUDO_OUTBOUND_OUTBOUND_H

#include "cli/boot.h"
#include "outbound/secrets.h"

struct outbound;

/* On the descriptors of boot.h, which it takes over. `config` and `secrets` are kept. ERR_NOMEM, ERR_IO,
 * ERR_MALFORMED (an issuer without a usable host). */
int outbound_new(struct outbound **out, const struct config *config, const struct secrets *secrets);

/* Says that it is ready and works until it is told to stop or a channel ends: 0. ERR_IO when the kernel fails it. */
int outbound_run(struct outbound *o);

void outbound_free(struct outbound *o);

#endif
