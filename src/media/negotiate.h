/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an offer to sources, slots and an answer: on a new connection, or for more slots on a living one. */
#ifndef TESTUDO_MEDIA_NEGOTIATE_H
#define TESTUDO_MEDIA_NEGOTIATE_H

#include "media/core.h"

/* Answers by IPC_ANSWER or IPC_OFFER_REFUSED; a refused offer leaves a living connection as it was. */
void negotiate_offer(struct media *m, const struct ipc_offer *offer);

#endif
