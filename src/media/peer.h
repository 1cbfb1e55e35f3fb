/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One WebRTC connection of a participant: who it is, how it is reached, its keys, its sources and its slots. */
#ifndef TESTUDO_MEDIA_PEER_H
#define TESTUDO_MEDIA_PEER_H

#include <stdalign.h>

#include "media/core.h"
#include "media/demand.h"
#include "media/downstream.h"
#include "media/forward.h"
#include "media/forward_layers.h"
#include "media/forward_thin.h"
#include "media/ingress.h"
#include "media/source.h"
#include "media/weakness.h"
#include "proto/cert.h"
#include "proto/ice.h"
#include "proto/sdp.h"
#include "proto/srtp.h"

#define PEER_WATCH_WORDS (LIMIT_ROOM_SOURCES / 64)
#define PEER_CODECS SDP_CODECS
#define PEER_CNAME_BYTES 16
#define PEER_STREAMS (SOURCE_COUNT * LIMIT_LAYERS)
#define LAYER_NONE 0xffu
#define SLOT_SCALABLE 0x3eu /* in place of a temporal layer: forward_layers.h chooses */
#define PEER_DTLS_QUIET_US 10000000u /* without a datagram of DTLS: nothing of the handshake is repeated any more */
#define PEER_FAREWELL_US 10000000u   /* who makes no check for so long after what may be a close_notify has left */

/* A section of the offer in which the peer receives. The part that every packet needs: one cache line ... */
struct slot {
  struct forward forward;
  uint32_t ssrc;
  uint8_t payload_type; /* of the present source's codec */
  uint8_t level_id;     /* header extension for the audio level; 0: none is sent */
  uint8_t red_payload_type; /* redundant audio is sent with it; 0: not now */
  bool is_video : 1;
  bool numbered : 1; /* packets get a transport-wide number */
  uint8_t top : 6;   /* temporal layer (forward_thin.h), or SLOT_SCALABLE */
};
_Static_assert(sizeof(struct slot) == 64, "what forwarding touches per slot is one cache line");

/* ... another line that sending touches, and behind it what only switches and retransmissions do. */
struct slot_more {
  struct forward_window window;
  uint32_t packets, octets; /* sent, for sender reports */
  uint64_t rtx_next;        /* the next index of the retransmission stream */
  uint32_t rtx_ssrc;
  uint8_t section; /* index in the offer */
  uint8_t codecs;  /* bits 1 << enum sdp_codec_id */
  uint8_t payload_type[PEER_CODECS], rtx_payload_type[PEER_CODECS];
  alignas(64) union {
    struct forward_history history; /* of a slot that is neither thinned ... */
    struct forward_layers layers;   /* ... nor SLOT_SCALABLE */
  };
  slab_id assigned;      /* the source (its base) that is put into it; 0: none. What of it is forwarded now: forward */
  struct forward_thin thin;
  uint16_t shown_height; /* as the page says; 0: hidden */
  uint8_t shown_flags;
  uint8_t wanted; /* the layer that it should get, or LAYER_NONE */
  uint8_t target; /* the layer that it goes over to at the next key frame, or has already; LAYER_NONE */
  uint8_t wanted_top; /* temporal layer */
  bool starved : 1;   /* it is shown, and there is no room for it */
  bool enabled : 1;   /* the offer still receives here */
  uint8_t red_payload_type; /* that was agreed; 0: none */
};
_Static_assert(offsetof(struct slot_more, history) == 64, "sending touches one cache line of it");
_Static_assert(sizeof(struct slot_more) == 192, "there are thousands of them");

enum peer_state {
  PEER_WAITING, /* answered; no DTLS yet */
  PEER_HANDSHAKING,
  PEER_CONNECTED, /* keys are there: media flows */
};

struct peer {
  /* what forwarding reads of every receiver */
  uint64_t watch[PEER_WATCH_WORDS]; /* places in room.sources that are in its slots; all zero until connected */
  struct slot *slots;               /* one block with ... */
  struct slot_more *more;           /* ... these behind */
  uint64_t got;                     /* its place in what is for its room's crowd (crowd.h) */
  uint8_t n_slots;
  uint8_t state;                       /* enum peer_state */
  bool cryptex;                        /* agreed: header extensions are encrypted both ways */
  uint8_t transport_id;                /* header extension for transport-wide numbers, in all slots that have it */
  uint8_t dependency_id;               /* and for the dependency descriptor, in all that take scalable video */
  uint8_t scalable;                    /* codecs of that kind that it takes wherever it takes video, bits */
  struct net_addr remote;              /* where media goes; family 0: nowhere yet */
  uint8_t slot_of[LIMIT_ROOM_SOURCES]; /* by place in room.sources, where `watch` says so */
  struct srtp_keys tx, rx;
  struct downstream down;

  struct media *media;
  slab_id id;
  uint64_t key; /* web's id */
  uint32_t connection;
  struct room *room;
  uint32_t room_index; /* in room.peers */
  uint8_t publish;     /* mask of enum media_source */
  bool post_quantum;   /* its room demands it */
  bool backstage;      /* in its room's green room */
  bool far;            /* stands for somebody in another process (far.h) */
  struct source *sources[SOURCE_COUNT]; /* of those with layers the base */

  struct ice_lite ice;
  uint64_t connect_by_us;
  struct cert *cert;                     /* until DTLS has its copy */
  struct dtls *dtls;                     /* made by the first datagram */
  uint64_t dtls_us;                      /* when the last one came that it could read */
  uint64_t farewell_us;                  /* when one came that it could not: perhaps a close_notify; 0: none did */
  uint8_t fingerprint[CERT_FINGERPRINT]; /* of our certificate */
  bool counted;                          /* in media.handshakes */
  uint8_t waiting;                       /* places that it has in media.waiting */
  bool cryptex_in, cryptex_out;          /* seen on the wire */

  struct sdp_offer *offer; /* the last accepted one, cut off behind its last section */
  uint64_t session_id, session_version;
  uint32_t ssrc_base; /* our SSRCs are this one and those that follow */
  uint8_t cname[PEER_CNAME_BYTES];

  struct srtcp_rx *rtcp_rx; /* one for each SSRC that has sent us reports */
  uint8_t rtcp_rx_count, rtcp_rx_capacity;
  uint32_t srtcp_index; /* the next to send */
  struct upstream *upstream; /* NULL: it sends nothing that we tell it the arrival of */
  uint32_t rtt_us;
  bool rtt_reported; /* by a report of its own; else it is a guess */
  struct ingress ingress;
  struct demand demand;
  uint32_t budget_bps;      /* for all that goes to it; ALLOCATE_UNLIMITED until there is an estimate */
  uint32_t desired_bps;     /* what it would take at most */
  uint64_t rise_us;         /* not before this time may a slot get more than it has */
  uint8_t calm_reports; /* in a row without a loss, while its sound is redundant; 0: it is not */
  uint64_t report_us;       /* the next reports */
  struct weakness weakness;
  uint8_t lost_down;        /* of 256, as it has reported last ... */
  uint64_t lost_down_us;    /* ... at this time */
  struct wheel_timer timer; /* DTLS, consent, reports */
};

/* NULL if there is none. */
struct peer *peer_find(struct media *m, uint64_t key);

/* A place for a new connection, in its room, with ICE credentials and a certificate of its own; sources and slots are
 * negotiate.c's. ERR_LIMIT (a table is full), ERR_NOMEM, ERR_CRYPTO, ERR_RANGE (the offer's ufrag). */
int peer_new(struct media *m, const struct ipc_offer *o, const struct sdp_offer *offer, struct peer **p);

/* Takes it out of all tables, wipes keys and certificate (T2). Says nothing to anyone. */
void peer_free(struct peer *p);

/* The same after a word to the peer (BYE, close_notify). */
void peer_close(struct peer *p);

/* The same after IPC_GONE to web: the connection has ended by itself. */
void peer_gone(struct peer *p, enum ipc_gone_reason reason);

/* New credentials after an offer that asks for an ICE restart. ERR_RANGE, ERR_LIMIT. */
int peer_restart_ice(struct peer *p, struct span remote_ufrag);

/* Takes over from ICE where media goes. */
void peer_follow_ice(struct peer *p);

/* All that it sends, layer by layer: i is below PEER_STREAMS. NULL: no such stream. */
static inline struct source *peer_stream(const struct peer *p, int i)
{
  struct source *base = p->sources[i / LIMIT_LAYERS];
  return base != NULL && i % LIMIT_LAYERS < base->n_layers ? base->layers[i % LIMIT_LAYERS] : NULL;
}

static inline bool peer_is_reachable(const struct peer *p)
{
  return p->state == PEER_CONNECTED && p->remote.family != 0;
}

/* Sets the timer to what comes first of DTLS, consent and reports. */
void peer_schedule(struct peer *p);

/* A DTLS datagram from one of its validated addresses. The peer may be gone afterwards. */
void peer_receive_dtls(struct peer *p, const uint8_t *data, size_t n);

/* IPC_SECURITY with the live facts. `reason` is NULL unless the connection failed. */
void peer_report_security(struct peer *p, enum ipc_media_state state, const char *reason);

/* A finished compound RTCP packet, sealed and sent. Nothing happens unless the peer is connected. */
void peer_send_rtcp(struct peer *p, const struct writer *compound);

/* Our SSRC for feedback about what the peer sends. */
static inline uint32_t peer_ssrc(const struct peer *p)
{
  return p->ssrc_base;
}

#endif
