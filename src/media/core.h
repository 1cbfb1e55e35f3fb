/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the media core share: the tables of one media process. Private to src/media; the contract is
 * media.h. */
#ifndef TESTUDO_MEDIA_CORE_H
#define TESTUDO_MEDIA_CORE_H

#include "base/map.h"
#include "base/slab.h"
#include "base/wheel.h"
#include "ipc/messages.h"
#include "media/handshakes.h"
#include "media/media.h"
#include "proto/aead.h"
#include "proto/dtls.h"

#define CONTAINER_OF(pointer, type, member) ((type *)(void *)((uint8_t *)(pointer)-offsetof(type, member)))

struct egress_ready;

struct room_list {
  slab_id id[LIMIT_ROOMS + 1]; /* perhaps of rooms that have ended since */
  size_t count;
};

struct media {
  struct media_config config;
  struct media_sink sink;
  struct random random;
  struct media_counters counters;
  struct wheel wheel;
  uint64_t now_us; /* of the entry that is running */
  uint64_t arrival_us; /* of the datagram or record that is taken: not later */

  struct slab peers;        /* struct peer */
  struct slab sources;      /* struct source */
  struct slab rooms;        /* struct room */
  struct map peer_by_key;   /* web's peer id -> slab_id */
  struct map peer_by_ufrag; /* ICE_UFRAG_BYTES -> slab_id */
  struct map peer_by_tuple; /* struct net_addr, validated -> slab_id */
  struct map room_by_key;   /* web's room id -> slab_id */
  struct map far_sources;   /* process and id there -> slab_id (far_guest.c) */

  struct dtls_context *dtls;
  struct aead_backend *aead;
  uint32_t handshakes; /* under way */
  struct handshakes waiting;

  uint32_t turn_us;           /* how long turns of the caller's loop take of late (crowd.h) */
  bool source_is_full;        /* a source can take no more before the next flush */
  struct room_list due;       /* rooms with packets to send at the end of this entry or batch */
  struct room_list unsettled; /* rooms whose slots are to be assigned anew then */
  struct room_list passes;    /* rooms whose crowd is being served; whose turn it is: */
  uint32_t pass_turn;

  struct egress_ready *ready; /* LIMIT_ROOM_SOURCES of them: scratch of egress.c ... */
  struct egress_ready *crowd_ready; /* ... and of crowd.c */
  uint8_t *message;           /* LIMIT_IPC_MESSAGE bytes: the message being written */
  uint8_t *answer;            /* LIMIT_SDP_BYTES bytes */
};

/* A message for the web process is written between these two. */
struct writer media_message_begin(struct media *m);
void media_message_end(struct media *m, const struct writer *w);

/* One datagram by itself. */
void media_send(struct media *m, const struct net_addr *to, const uint8_t *data, size_t n);

static inline uint64_t media_unix_us(const struct media *m)
{
  return m->config.unix_us_at_zero + m->now_us;
}

#endif
