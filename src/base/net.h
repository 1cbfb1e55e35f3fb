/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An IP address with a port, as plain data: no socket calls, so that sans-I/O code can hold and compare it. */
#ifndef TESTUDO_BASE_NET_H
#define TESTUDO_BASE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;
struct sockaddr_storage;

/* 20 bytes, no padding, always fully initialised: it may be compared and hashed as bytes. */
struct net_addr {
  uint8_t family;   /* 4, 6, or 0 for none */
  uint8_t socket;   /* index of the local socket that it was seen on (worker/udp.h); with NET_TCP: of the listening one */
  uint16_t port;    /* host byte order */
  uint8_t ip[16];   /* IPv4 uses the first four bytes, the rest are zero */
};

/* Set in `socket` where the address is reached over TCP. A connection has its address to itself as long as it lives, so
 * the address is its name. */
#define NET_TCP 0x80

static inline bool net_addr_is_tcp(const struct net_addr *a)
{
  return (a->socket & NET_TCP) != 0;
}

#define NET_ADDR_TEXT 64 /* bytes enough for net_addr_text, with the terminating zero */

bool net_addr_equal(const struct net_addr *a, const struct net_addr *b);

/* ERR_UNSUPPORTED for a family other than IPv4 and IPv6. An IPv4-mapped IPv6 address becomes IPv4. `socket` is set to 0. */
int net_addr_from_sockaddr(struct net_addr *a, const struct sockaddr *sa);

/* Fills `ss` and returns its used length in bytes; 0 for family 0. */
size_t net_addr_to_sockaddr(const struct net_addr *a, struct sockaddr_storage *ss);

/* "192.0.2.1:5000" or "[2001:db8::1]:5000". For local addresses and tests: people's addresses are never logged (T9). */
const char *net_addr_text(const struct net_addr *a, char text[NET_ADDR_TEXT]);

/* Parses "192.0.2.1" or "2001:db8::1" (no port, no name look-up). ERR_MALFORMED otherwise. */
int net_addr_parse(const char *ip, uint16_t port, struct net_addr *a);

bool net_addr_is_loopback(const struct net_addr *a);
bool net_addr_is_wildcard(const struct net_addr *a);

#endif
