/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the targets of the media core give it: a generator that every input begins anew, and a sink that looks at what comes
 * out. Space is of exactly the size asked for, so that the sanitizer sees every byte too many. */
#ifndef TESTUDO_FUZZ_MEDIA_SINK_H
#define TESTUDO_FUZZ_MEDIA_SINK_H

#include <assert.h>
#include <stdlib.h>

#include "base/net.h"
#include "base/random.h"
#include "media/peer.h"
#include "media/room.h"

static uint32_t sink_seed;
static uint8_t *sink_space;
static size_t sink_reserved;

static void sink_fill(void *ctx, void *out, size_t n)
{
  uint8_t *at = out;
  (void)ctx;
  for (size_t i = 0; i < n; i++)
    at[i] = (uint8_t)((sink_seed = sink_seed * 1664525u + 1013904223u) >> 24);
}

static uint8_t *sink_reserve(void *ctx, size_t size)
{
  (void)ctx;
  assert(sink_space == NULL && size > 0 && size <= LIMIT_GSO_BYTES);
  sink_space = malloc(size);
  sink_reserved = size;
  return sink_space;
}

static void sink_commit(void *ctx, const struct net_addr *to, size_t size, size_t segment)
{
  (void)ctx;
  assert(sink_space != NULL && size <= sink_reserved);
  assert(size == 0 || (to->family != 0 && segment > 0 && segment <= LIMIT_DATAGRAM));
  assert(size == 0 || (size + segment - 1) / segment <= LIMIT_GSO_SEGMENTS);
  free(sink_space);
  sink_space = NULL;
}

static void sink_message(void *ctx, struct span s)
{
  (void)ctx;
  assert(sink_space == NULL && s.n > 0 && s.n <= LIMIT_IPC_MESSAGE);
}

static const struct random sink_random = {.fill = sink_fill};

/* ICE and DTLS of an offer's section. */
#define IDENTITY                                                                                                       \
  "c=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"                                     \
  "a=fingerprint:sha-256 "                                                                                             \
  "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n"                \
  "a=setup:actpass\r\na=rtcp-mux\r\na=cryptex\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"

/* As if ICE and DTLS had done their work, which have targets of their own. */
static inline void sink_connect(struct media *m, uint64_t key, const struct net_addr *from, uint64_t now_us)
{
  static const uint8_t master[SRTP_MASTER_KEY_BYTES] = {1}, salt[SRTP_MASTER_SALT_BYTES] = {2};
  struct peer *p = peer_find(m, key);
  assert(p != NULL);
  assert(srtp_keys_init(&p->tx, m->aead, master, salt) == 0 && srtp_keys_init(&p->rx, m->aead, master, salt) == 0);
  p->remote = *from;
  p->state = PEER_CONNECTED;
  p->report_us = now_us;
  peer_schedule(p);
  room_assign_peer(p->room, p, false);
}

#endif
