/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where requests for OpenID Connect may go: to the hosts of the configured issuers, and to those that their metadata
 * name. The metadata are read here, as they arrive, so that the web process cannot add a host by itself. */
#ifndef TESTUDO_OUTBOUND_FETCH_H
#define TESTUDO_OUTBOUND_FETCH_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/net.h"
#include "cli/config.h"

#define FETCH_HOST 272 /* "host:port" with the terminating zero */

struct fetch_issuer {
  char issuer[CONFIG_ORIGIN];
  char own_host[FETCH_HOST];
  char host[LIMIT_ISSUER_HOSTS][FETCH_HOST]; /* of its metadata; the rest is empty */
};

struct fetch_hosts {
  struct fetch_issuer at[LIMIT_ISSUERS];
  size_t n;
};

/* From the configuration. ERR_MALFORMED: an issuer has no usable host. */
int fetch_hosts_init(struct fetch_hosts *h, const struct config *config);

/* The host of a URL in lower case, with its port. Only URLs that cannot be read in two ways: https, no user, no
 * fragment, printable ASCII, a host of letters, digits, dots and hyphens, or an IPv6 address. ERR_MALFORMED. */
int fetch_host_of(struct span url, char host[FETCH_HOST]);

/* Whether a request may go there. */
bool fetch_is_allowed(const struct fetch_hosts *h, struct span url);

/* To be called with each answer of status 200: if `url` is where an issuer's metadata are (OpenID Connect Discovery,
 * section 4) and they are its own, their hosts take the place of those that were known. Anything else does nothing. */
void fetch_learn(struct fetch_hosts *h, struct span url, struct span body);

/* Not of this machine, a private network or anything else that the internet does not route (IANA's registries of
 * special-purpose addresses). */
bool fetch_address_is_public(const struct net_addr *a);

#endif
