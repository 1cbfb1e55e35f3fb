/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream that one person of the load tool publishes: generated, in the rates, sizes and headers of a browser's Opus
 * and VP8, every packet marked (mark.h). What a receiver asks for again is made again from its mark: nothing is kept of
 * the bytes. Sans-I/O. */
#ifndef TESTUDO_LOAD_OUTLET_H
#define TESTUDO_LOAD_OUTLET_H

#include "base/random.h"
#include "ipc/messages.h"
#include "load/mark.h"
#include "proto/rtcp.h"
#include "proto/srtp.h"

#define OUTLET_KEPT 512 /* packets that can be sent again; a power of two */

#define OUTLET_PT_OPUS 111
#define OUTLET_PT_VP8 96
#define OUTLET_PT_VP8_RTX 97
#define OUTLET_EXT_TRANSPORT 3 /* header extensions: transport-wide numbers, and by what sizes are told apart */
#define OUTLET_EXT_MID 4
#define OUTLET_EXT_RID 10
#define OUTLET_EXT_REPAIRED_RID 11

struct outlet_shape {
  uint32_t frame_us; /* from frame to frame */
  uint16_t parts;    /* packets of a frame; a key frame has four times as many */
  uint16_t bytes;    /* of a packet's payload */
};

struct outlet_sent {
  bool used;
  uint16_t sequence, picture_id;
  uint8_t tl0picidx;
  uint32_t timestamp;
  struct mark mark;
};

struct outlet {
  enum media_source source;
  struct outlet_shape shape;
  uint32_t ssrc, rtx_ssrc;
  uint16_t sequence, rtx_sequence, picture_id;
  uint8_t tl0picidx;
  uint32_t timestamp, frame, run;
  uint16_t who;
  uint8_t layer;   /* of a picture that is sent in several sizes, the smallest first */
  const char *mid, *rid; /* of one of them, in every packet; else NULL */
  bool paused;     /* nobody watches this size */
  struct srtp_tx_stream tx, rtx_tx;
  uint16_t *number; /* the next transport-wide number of the connection; NULL: none are sent */
  uint64_t next_us; /* the next frame */
  bool key_due;
  uint32_t packets, octets, keys, again; /* sent; key frames; packets sent again */
  struct outlet_sent sent[OUTLET_KEPT];
};

/* Where sealed packets go; `data` may be used until the call returns. */
typedef void outlet_send(void *ctx, const uint8_t *data, size_t n);

/* `o` is zeroed. */
void outlet_init(struct outlet *o, enum media_source source, const struct outlet_shape *shape, uint32_t run,
                 uint16_t who, const struct random *random);

/* Sends the frames that are due by now (Unix time); one that is late by more than a second is left out. `keys` NULL: as
 * plain RTP, for a server that takes such from a source beside it. */
void outlet_play(struct outlet *o, const struct srtp_keys *keys, uint64_t now_us, outlet_send *send, void *ctx);

/* Whether anybody watches it; it begins again with a key frame. */
void outlet_pause(struct outlet *o, bool paused);

/* A receiver misses a packet. */
void outlet_again(struct outlet *o, const struct srtp_keys *keys, uint16_t sequence, outlet_send *send, void *ctx);

void outlet_report(const struct outlet *o, uint64_t now_us, struct writer *w);

#endif
