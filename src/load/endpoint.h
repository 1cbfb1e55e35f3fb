/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media connection of one person of the load tool: what a browser's RTCPeerConnection does, for real and in little
 * memory. An offer (RFC 8829) of what the person sends and receives, ICE as the controlling side, DTLS with
 * post-quantum keys, SRTP; RTCP with receiver reports, transport-wide feedback, NACK, PLI. Sans-I/O: datagrams, answers
 * and the time go in, datagrams come out by a callback. Times are Unix times in microseconds. */
#ifndef TESTUDO_LOAD_ENDPOINT_H
#define TESTUDO_LOAD_ENDPOINT_H

#include "load/inlet.h"
#include "load/outlet.h"
#include "media/arrivals.h"
#include "proto/dtls.h"
#include "proto/ice.h"
#include "proto/ice_client.h"

#define ENDPOINT_VOICES LIMIT_HEARD_VOICES
#define ENDPOINT_OFFER_BYTES (48 * 1024) /* enough for an offer */
#define ENDPOINT_REPORTERS 4             /* SSRCs that a server reports with */
#define ENDPOINT_SECTIONS 32             /* of a server's offer */
#define ENDPOINT_NEVER UINT64_MAX

/* The same for all. */
struct endpoint_world {
  const struct random *random;
  const struct aead_backend *aead;
  const struct dtls_context *dtls; /* DTLS_CLIENT */
  struct inlet_rules rules;
  struct outlet_shape audio, video; /* of what is published */
  uint8_t layers;                   /* sizes in which a camera is sent: 1 or LIMIT_LAYERS */
  struct inlet_sum sum;
  uint64_t unknown_ssrc, malformed;
};

enum endpoint_state {
  ENDPOINT_NEW,    /* no answer yet */
  ENDPOINT_CHECKS, /* ICE */
  ENDPOINT_SHAKES, /* DTLS */
  ENDPOINT_FLOWS,  /* SRTP */
  ENDPOINT_FAILED, /* for good: `why` says it */
};

struct endpoint {
  struct endpoint_world *world;
  void (*send)(void *ctx, const uint8_t *data, size_t n);
  void *ctx;
  enum endpoint_state state;
  const char *why;
  uint16_t who;
  uint8_t n_inlets;
  bool publishes;
  bool begins;            /* DTLS, and its offer says so: where the server would else */
  struct net_addr server; /* the first candidate of the answer that is UDP */
  struct ice_client ice;
  struct ice_lite *lite; /* of one that is offered something: the server checks, and it answers; else NULL */
  struct cert *cert;
  struct dtls *dtls;
  uint8_t fingerprint[CERT_FINGERPRINT]; /* the server's */
  struct span ufrag, pwd;                /* the server's, while its SDP is read */
  bool has_fingerprint, has_candidate;
  struct srtp_keys tx, rx;
  uint32_t srtcp_index, ssrc;
  struct srtcp_rx rtcp_rx[ENDPOINT_REPORTERS];
  uint8_t reporters;
  uint16_t number;          /* the next transport-wide number of what it sends */
  struct arrivals arrivals; /* of what it gets, by the numbers of the server */
  struct outlet *outlets;   /* microphone, then the camera's sizes, the smallest first */
  uint8_t n_outlets;        /* 0: it publishes nothing */
  struct inlet *inlets;     /* voices, then pictures */
  uint64_t check_us, report_us, begun_us, flows_us, next_key_us;
};

/* `send` is called from within the calls below. ERR_NOMEM, ERR_CRYPTO. */
int endpoint_new(struct endpoint **e, struct endpoint_world *world, uint16_t who, bool publishes, uint8_t pictures,
                 void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx, uint64_t now_us);
void endpoint_free(struct endpoint *e);

/* One that is offered something, by a server that offers itself what it has to send: the offer is read. ERR_MALFORMED,
 * ERR_NOT_FOUND as for endpoint_answer; ERR_LIMIT: more than ENDPOINT_SECTIONS; ERR_NOMEM, ERR_CRYPTO. */
int endpoint_new_offered(struct endpoint **e, struct endpoint_world *world, uint16_t who, struct span offer,
                         uint8_t family, void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx,
                         uint64_t now_us);

/* One that publishes and gets nothing, at a server that is no lite one. Errors as endpoint_new. */
int endpoint_new_source(struct endpoint **e, struct endpoint_world *world, uint16_t who,
                        void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx, uint64_t now_us);

/* Where it can be reached, as a candidate (RFC 8839, section 5.1). */
void endpoint_put_candidate(const struct net_addr *own, struct writer *w);

/* Its answer to that offer; `own`: where it can be reached. */
void endpoint_put_answer(const struct endpoint *e, struct span offer, const struct net_addr *own, struct writer *w);

/* Writes the offer. Its mids are the sections' numbers from 0: microphone and camera, if it publishes, then voices,
 * then pictures. */
void endpoint_offer(const struct endpoint *e, struct writer *w);

/* Of the mid of a slot its inlet; NULL: no slot. */
struct inlet *endpoint_inlet(struct endpoint *e, unsigned mid);

/* The server's answer. `family`: of the candidates that can be reached. ERR_MALFORMED: it does not fit the offer.
 * ERR_NOT_FOUND: no candidate of that family. */
int endpoint_answer(struct endpoint *e, struct span sdp, uint8_t family, uint64_t now_us);

/* A datagram, changed in place; when it had arrived. */
void endpoint_input(struct endpoint *e, uint8_t *data, size_t n, uint64_t arrived_us, uint64_t now_us);

void endpoint_tick(struct endpoint *e, uint64_t now_us);

/* When endpoint_tick is due: media of a publisher included. */
uint64_t endpoint_next_us(const struct endpoint *e);

/* Says good-bye, and counts what was still open. */
void endpoint_close(struct endpoint *e, uint64_t now_us);

/* endpoint_sdp.c: one line of the server's, outside of its sections or in one; and lines of a text. */
void endpoint_take_line(struct endpoint *e, struct span line, uint8_t family);
void endpoint_take_slot(struct inlet *in, struct span line);
bool endpoint_next_line(struct span *text, struct span *line);
void endpoint_put_transport(const struct endpoint *e, struct writer *w, const char *setup);

/* endpoint_rtcp.c */
void endpoint_take_rtcp(struct endpoint *e, uint8_t *data, size_t n, uint64_t now_us);
void endpoint_take_compound(struct endpoint *e, struct span compound, uint64_t now_us); /* decrypted */
void endpoint_report(struct endpoint *e, uint64_t now_us);
void endpoint_tell_arrivals(struct endpoint *e, uint64_t now_us);
void endpoint_ask(struct endpoint *e, uint64_t now_us); /* for what is missing, and for key frames */

#endif
