/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One media process (or two that share a room), its clients and the network between them, in virtual time: seconds of bad network in milliseconds,
 * the same for the same seed (but for the keys, which are the kernel's). Plays the web process's part, and taps every
 * wire: whatever a scenario does, these hold and are checked for every datagram:
 *   - no two SRTP packets to a client share SSRC and index, no two SRTCP packets an index (AES-GCM nonces);
 *   - no RTP header extension is in clear but the transport-wide number, and with Cryptex none at all;
 *   - nothing comes before DTLS but STUN and DTLS. */
#ifndef TESTUDO_SIM_WORLD_H
#define TESTUDO_SIM_WORLD_H

#include "client.h"
#include "ipc/share.h"
#include "media/media.h"

#define WORLD_CLIENTS 28
#define WORLD_ROOM 77
#define WORLD_PARTS 2 /* media processes */
#define WORLD_EVENTS 8192

/* One direction of a client's path. */
struct link {
  double loss, duplicates; /* 0..1 */
  double burst_begins, burst_ends; /* Gilbert and Elliott: chances, per datagram, that all are lost from here, and not */
  bool in_burst;
  uint32_t delay_us, jitter_us;
  uint32_t gap_us;  /* from one datagram to the next: how long the link needs for each */
  uint32_t rate_bps; /* or how long it needs for each byte; 0: no time */
  uint32_t queue_us; /* what would wait for longer than this many us is dropped; 0: nothing is */
  uint64_t free_us; /* when it has finished with those before */
};

/* What web has been told about a client. */
struct web_view {
  uint64_t room;
  uint32_t connection, offer_id;
  uint8_t publish;
  bool backstage;
  bool answered, refused, gone;
  char refused_code[32];
  uint8_t gone_reason;
  struct ipc_security security; /* texts below */
  char reason[160], dtls[32], cipher[48], group[32], srtp[32];
  uint32_t security_messages;
  struct ipc_slots slots;
  uint32_t slots_messages;
  uint8_t layers[SOURCE_COUNT]; /* the last mask */
  uint32_t most_bps[SOURCE_COUNT];
  uint32_t layers_messages;
  uint32_t weakness_messages;
  bool weak;
};

struct nonces;

struct world_client {
  struct world *world;
  size_t index;
  bool exists;
  uint8_t part; /* the media process that serves it; before its offer */
  bool obeys; /* leaves out what nobody watches, and sends no more than there is room for */
  struct client client;
  struct net_addr addr;
  struct link up, down;
  struct web_view web;
  struct nonces *nonces;    /* of what was sent to it */
  uint64_t media_datagrams; /* SRTP to it ... */
  uint64_t media_sends;     /* ... and in how many sends */
};

struct flight;

/* One of several media processes: its ring of records, and how far it has read the others'. */
struct world_part {
  struct world *world;
  struct media *media;
  struct share_memory *memory;
  struct share_writer writer;
  struct share_reader reader[WORLD_PARTS];
  bool stalled; /* reads nothing for a while */
};

struct world {
  uint64_t now_us;
  uint64_t seed; /* state of the generator of the network and of the clients */
  struct random random;
  struct media *media; /* of the first part */
  struct world_part part[WORLD_PARTS];
  size_t parts;
  struct media_config media_config;
  struct aead_backend *aead;
  struct dtls_context *dtls;
  struct world_client clients[WORLD_CLIENTS];
  struct flight *flights;
  size_t n_flights;
  bool holds_handshakes; /* the server is too busy for them */
  bool holds_time;       /* ... or for its timers and passes (media/crowd.h) */
  uint32_t step_us;      /* how long it takes for each step of a pass (media/crowd.h) */
  bool post_quantum; /* web demands it of all connections from now on */
  uint64_t speaker; /* IPC_SPEAKER of the room, last */
  uint64_t backstage_speaker;
  uint32_t speaker_messages;
  uint32_t others_answered, others_refused; /* of world_offer_as */
  char others_refused_code[32];             /* the last one */
  uint8_t space[LIMIT_GSO_BYTES];
  /* Whoever listens to the wire, if set: every datagram in either direction before losses. */
  void (*tap)(void *ctx, size_t client, bool to_server, const uint8_t *data, size_t n);
  void *tap_ctx;
  /* A datagram for which this says true is lost. */
  bool (*lose)(struct world *w, size_t client, bool to_server, const uint8_t *data, size_t n);
};

/* The whole world with nobody in it, and with room for so many peers. */
void world_init(struct world *w, uint64_t seed);
void world_init_limited(struct world *w, uint64_t seed, uint32_t max_peers);
void world_fini(struct world *w);

/* Instead of world_init: the server sends to each receiver what its path carries (media_config.controls_receivers). */
void world_init_controlling(struct world *w, uint64_t seed);

/* Instead of world_init: two media processes. The first is the home of WORLD_ROOM, which spans the second. `controls`:
 * as world_init_controlling. */
void world_init_parts(struct world *w, uint64_t seed, bool controls);

/* A media process dies, with all that it had, and another takes its place. */
void world_restart_part(struct world *w, size_t part);

/* Client `i` makes an offer in WORLD_ROOM as peer i + 1, publishing all that it has. Links are perfect with 10 ms each
 * way until changed. `join` expects an answer; `try` takes a refusal too. */
void world_make_client(struct world *w, size_t i, const struct client_config *config);
void world_try(struct world *w, size_t i);
void world_join(struct world *w, size_t i, const struct client_config *config);

/* The offer of client `i` once more, as if another peer (above WORLD_CLIENTS) made it, who never connects. */
void world_offer_as(struct world *w, size_t i, uint64_t peer);

/* A later offer on the same connection. */
void world_offer_again(struct world *w, size_t i);

/* Commands of the web process. */
void world_publish(struct world *w, size_t i, uint8_t mask);
void world_backstage(struct world *w, size_t i, bool on); /* before its offer, or a command */
void world_level(struct world *w, size_t i, uint8_t level);
void world_close(struct world *w, size_t i);
void world_view(struct world *w, size_t i, const struct ipc_shown *shown, uint8_t count);

/* The page of client `i` shows this one picture so high and no other; 0: nothing at all. */
void world_show(struct world *w, size_t i, size_t who, enum media_source source, uint16_t height);

/* Time goes on. */
void world_run(struct world *w, uint64_t us);

/* Until all clients that exist are connected; fails after `us`. */
void world_run_until_connected(struct world *w, uint64_t us);

/* A datagram to the server from anywhere, at once. */
void world_inject(struct world *w, const struct net_addr *from, const uint8_t *data, size_t n);

const struct media_counters *world_counters(const struct world *w);

/* The index of the client's slot that shows this source of client `who`; fails if none does. */
size_t world_slot_of(const struct world *w, size_t client, size_t who, enum media_source source);
bool world_shows(const struct world *w, size_t client, size_t who, enum media_source source);

/* 0 <= x < 1, and an integer. */
double world_chance(struct world *w);
uint32_t world_u32(struct world *w);

#endif
