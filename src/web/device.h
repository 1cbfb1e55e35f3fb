/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of sessions says of the device and the network that a session is used from, so that its owner knows it
 * again. Everybody can send any User-Agent: nothing is decided by these words. */
#ifndef TESTUDO_WEB_DEVICE_H
#define TESTUDO_WEB_DEVICE_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/net.h"

#define DEVICE_WORDS 64
#define NETWORK_KEY_BYTES 32
#define NETWORK_BYTES 16

/* "Firefox on Linux", "Safari on iPhone", "Firefox", "A browser on Android", "An unknown device", from the User-Agent
 * header (RFC 9110, section 10.1.5). Made of our own words alone; of the header only LIMIT_USER_AGENT bytes are read. */
void device_words(struct span user_agent, char words[DEVICE_WORDS]);

/* A keyed hash of the network that an address belongs to (IPv4: /24, IPv6: /48): equal for the same network, and
 * nothing else can be learnt from it without the key. `key` is made once and kept with the store's key. */
void device_network(const uint8_t key[NETWORK_KEY_BYTES], const struct net_addr *address,
                    uint8_t network[NETWORK_BYTES]);

#endif
