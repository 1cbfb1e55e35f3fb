/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP packets (RFC 3550, section 5.1), their header extensions (RFC 8285) and arithmetic on sequence numbers. */
#ifndef TESTUDO_PROTO_RTP_H
#define TESTUDO_PROTO_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define RTP_HEADER_BYTES 12          /* without CSRCs and extensions */
#define RTP_PROFILE_ONE_BYTE 0xBEDEu /* RFC 8285, section 4.2 */
#define RTP_PROFILE_TWO_BYTE 0x1000u /* section 4.3; the lowest four bits are the application's */

/* A view of a packet: spans point into the datagram. */
struct rtp_packet {
  bool marker;
  bool has_extension;      /* the X bit, also with an empty extension */
  uint8_t payload_type;    /* 0..127 */
  uint8_t padding;         /* bytes of padding behind the payload, the counting byte included */
  uint16_t sequence;
  uint16_t profile;        /* of the extension; valid with has_extension */
  uint32_t timestamp;
  uint32_t ssrc;
  struct span csrc;        /* 4 bytes each, at most 15 */
  struct span extension;   /* the extension's body, a multiple of 4 bytes, behind profile and length */
  struct span payload;     /* without padding */
};

/* The header alone, for packets that are still encrypted: payload is all the rest (with the tag), padding is 0
 * whatever the P bit says. ERR_TRUNCATED, ERR_MALFORMED (version). */
int rtp_parse_header(struct span datagram, struct rtp_packet *p);

/* A whole decrypted packet. ERR_TRUNCATED, ERR_MALFORMED (also padding of 0 bytes or longer than what there is). */
int rtp_parse(struct span packet, struct rtp_packet *p);

/* One element of a header extension. */
struct rtp_ext {
  uint8_t id;       /* 1..14 in the one-byte form, 1..255 in the two-byte form */
  struct span data; /* 1..16 bytes, or 0..255 */
};

/* A walk over the elements of an extension in either form; a packet without one or with another profile has none. */
struct rtp_ext_walk {
  struct span rest;
  bool two_byte;
};

void rtp_ext_begin(const struct rtp_packet *p, struct rtp_ext_walk *walk);

/* The next element; padding is skipped. False at the end, at id 15 of the one-byte form or its id 0 with a length
 * (RFC 8285: stop there), and where an element runs over the extension's end: what came before stays valid. */
bool rtp_ext_next(struct rtp_ext_walk *walk, struct rtp_ext *ext);

/* The first element with this id. ERR_NOT_FOUND. */
int rtp_ext_find(const struct rtp_packet *p, uint8_t id, struct span *data);

/* The client-to-mixer audio level (RFC 6464). `level` is in -dBov: 0 loudest, 127 silence. ERR_MALFORMED when empty. */
int rtp_audio_level(struct span data, bool *voice, uint8_t *level);

/* Writes the header of `p` (marker, payload type, sequence, timestamp, SSRC, CSRCs; the P bit if padding is not 0)
 * with the given extension elements in place of p's own: in the one-byte form if all fit, else in the two-byte form,
 * which a receiver must have agreed to (a=extmap-allow-mixed); no extension at all for count 0. The payload and the
 * padding are the caller's to append. ERR_LIMIT when it does not fit; ERR_RANGE: payload type over 127, CSRCs no
 * multiple of 4 or over 60 bytes, an element with id 0 or over 255 bytes. */
int rtp_write_header(struct writer *w, const struct rtp_packet *p, const struct rtp_ext *ext, size_t count);

/* True if a follows b, by at most half the number space. */
static inline bool rtp_seq_newer(uint16_t a, uint16_t b)
{
  return a != b && (uint16_t)(a - b) < 0x8000;
}

static inline bool rtp_timestamp_newer(uint32_t a, uint32_t b)
{
  return a != b && a - b < 0x80000000u;
}

/* A sequence number extended by the cycles counted so far, to at least 48 bits. The first packet of a source gets
 * rtp_seq_first, so that packets from before it, which come late, do not fall below 0. */
static inline uint64_t rtp_seq_first(uint16_t sequence)
{
  return 0x10000u + (uint64_t)sequence;
}

/* The extended number nearest to `known` (a recent one, >= 0x8000) that ends in these 16 bits. */
static inline uint64_t rtp_seq_extend(uint64_t known, uint16_t sequence)
{
  return known + (uint64_t)(int64_t)(int16_t)(uint16_t)(sequence - (uint16_t)known);
}

#endif
