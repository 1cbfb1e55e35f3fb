/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that a media process does, without its sockets: peers with ICE, DTLS and SRTP, rooms, sources and slots,
 * forwarding, retransmission, reports. Datagrams, commands of the web process and the time go in; datagrams and
 * messages for the web process come out through the two interfaces below. No system call, no clock, no allocation per
 * packet: the same code runs in the media process, in simulations in virtual time, in fuzzing and in benchmarks.
 *
 * Use: media_receive for each datagram of a batch, then media_flush once: forwarded packets leave only then, gathered
 * receiver by receiver. media_tick whenever media_next_us has passed. Handshakes go on in media_work alone. */
#ifndef TESTUDO_MEDIA_MEDIA_H
#define TESTUDO_MEDIA_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/net.h"
#include "base/random.h"

/* Where datagrams go. One send is `n` bytes to one address, cut into datagrams of `segment` bytes of which only the
 * last may be shorter (UDP GSO); segment == n is a single datagram. The bytes are written by the media code straight
 * into space of the sink: reserve, fill, commit. */
struct media_sink {
  /* At least `n` bytes (<= LIMIT_GSO_BYTES) that stay valid until the commit; never NULL: a full sink sends what it has
   * first. */
  uint8_t *(*reserve)(void *ctx, size_t n);
  /* n == 0 gives the space back. `to.socket` names the local socket. */
  void (*commit)(void *ctx, const struct net_addr *to, size_t n, size_t segment);
  /* One message for the web process, as ipc/messages.h encodes it. */
  void (*message)(void *ctx, struct span message);
  /* One record for other media processes, bits in `to`, of a room that spans them (far.h): head, and body behind it;
   * `room` is web's id. Then: a batch of them is complete; nothing of that room is to be seen any more. NULL where there
   * are no others. */
  void (*share)(void *ctx, uint64_t room, uint64_t to, struct span head, struct span body);
  void (*share_ring)(void *ctx);
  void (*share_wipe)(void *ctx, uint64_t room);
  void *ctx;
};

struct media_config {
  struct net_addr candidate[LIMIT_PROCESS_SOCKETS]; /* what answers announce, the best first; .socket: the local socket */
  size_t candidates;
  uint8_t process;          /* which of the media processes this is */
  uint32_t max_peers;       /* at most LIMIT_PEERS */
  uint64_t unix_us_at_zero; /* Unix time in microseconds at now_us == 0, for RTCP sender reports */
  /* Each receiver gets what its path carries (downstream.h): numbers in all that goes to it, an estimate from what it
   * reports of them, a budget for its slots, pacing. Without, as many simulations have it, everybody is sent all that his
   * page shows, at once. */
  bool controls_receivers;
  /* Where so many or more only watch and listen, they get what comes within CROWD_WAIT_US together (crowd.h); 0: nobody
   * waits. crowd_step of them are served in one step; 0: all. */
  uint32_t crowd, crowd_step;
};

/* Counters for metrics and tests: what was refused, dropped and forwarded. All only grow. */
struct media_counters {
  uint64_t datagrams_in, bytes_in, datagrams_out, bytes_out;
  uint64_t stun_bad, stun_unknown_user, dtls_unknown_tuple, rtp_unknown_tuple, other_dropped;
  uint64_t srtp_auth_failed, srtp_replayed, srtp_malformed, srtp_unknown_ssrc, srtcp_auth_failed, srtcp_malformed;
  uint64_t rtp_forwarded, rtp_retransmitted, nack_in, nack_out, pli_in, pli_out, pli_throttled;
  uint64_t dependency_unknown; /* packets of scalable video whose layer was not to be told */
  uint64_t red_recovered; /* sound that was lost on the way to us and came with a later packet */
  uint64_t nack_repeated, nack_too_many; /* of nack_in: not answered */
  uint64_t flood_dropped;                /* what a peer sent beyond its budget */
  uint64_t offers, offers_refused, handshakes, handshakes_failed, peers_expired, limit_reached;
  uint64_t candidates_ignored;
  uint64_t arrivals_told; /* messages of transport-wide feedback to senders */
  uint64_t feedback_bad, feedback_too_much; /* of it from receivers */
  uint64_t far_out, far_in, far_bad;   /* records for other processes, packets from them, and what nobody of ours says */
  uint64_t far_keys_out, far_keys_in;  /* wishes for key frames among them */
  uint64_t probe_bytes, paused; /* sent to try paths; slots that were too far behind */
};

struct media;

/* ERR_NOMEM, ERR_CRYPTO. `random`, `sink` and `config` are copied. */
int media_new(struct media **m, const struct media_config *config, const struct media_sink *sink,
              const struct random *random, uint64_t now_us);

/* Ends every connection without a word to the peers and wipes all keys. */
void media_free(struct media *m);

/* One message of the web process (the type byte first). ERR_MALFORMED and the like if it breaks the table: the caller
 * ends the channel then. What a participant did wrong is answered by a message and is no error here. */
int media_command(struct media *m, uint64_t now_us, struct span message);

/* One datagram, changed in place (decrypted). Never fails: what is bad is dropped and counted. */
void media_receive(struct media *m, uint64_t now_us, const struct net_addr *from, uint8_t *data, size_t n);

/* One that came earlier, at `arrival_us`, and has waited for us since then: its sender is told of that time, so that a
 * busy server is not taken for a full path. */
void media_receive_late(struct media *m, uint64_t now_us, uint64_t arrival_us, const struct net_addr *from,
                        uint8_t *data, size_t n);

/* The connection that had this address (NET_TCP) has ended: nothing can be sent there any more. */
void media_address_gone(struct media *m, uint64_t now_us, const struct net_addr *addr);

/* One record of the media process `from`; media_flush sends what it made due. What nobody of ours would say is dropped
 * and counted. */
void media_share(struct media *m, uint64_t now_us, uint8_t from, struct span record);

/* That process has ended: nothing of it is here any more. Or: some of its records were lost. */
void media_share_gone(struct media *m, uint64_t now_us, uint8_t from);
void media_share_lost(struct media *m, uint64_t now_us, uint8_t from);

/* Sends what the datagrams received since the last flush made due. */
void media_flush(struct media *m, uint64_t now_us);

/* One step of a handshake that waits, some hundred microseconds of work (handshakes.h). False: nothing waits. */
bool media_work(struct media *m, uint64_t now_us);

/* The last turn of the caller's loop took so long. What comes during a turn leaves together with the next one anyway, so
 * a crowd waits that much less for more (crowd.h). */
void media_turn_took(struct media *m, uint64_t us);

void media_tick(struct media *m, uint64_t now_us);
uint64_t media_next_us(const struct media *m);

/* A crowd is being served (crowd.h): media_tick has more to do at once. */
bool media_is_busy(const struct media *m);

const struct media_counters *media_counters(const struct media *m);

/* Connections, those included that are being made. */
uint32_t media_peers(const struct media *m);

#endif
