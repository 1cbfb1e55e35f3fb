/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams and whose they are: by their 5-tuple once a STUN check has validated it, by the ICE user name before.
 * Nothing else of an unknown address is looked at, and nothing is remembered of it. */
#ifndef TESTUDO_MEDIA_TRANSPORT_H
#define TESTUDO_MEDIA_TRANSPORT_H

#include "media/core.h"

void transport_receive(struct media *m, const struct net_addr *from, uint8_t *data, size_t n);

/* One step of the handshakes that wait. False: none does. */
bool transport_work(struct media *m);

/* A connection has ended: its address belongs to nobody from here on. */
void transport_address_gone(struct media *m, const struct net_addr *addr);

#endif
