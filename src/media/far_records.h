/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the media processes of one room say to each other through shared memory (ipc/share.h), record by record: type
 * (1 byte), then the fields in the order of the struct, big-endian. Who reads trusts nothing of it: each decode
 * requires that nothing is left over and that every number is in its range. */
#ifndef TESTUDO_MEDIA_FAR_RECORDS_H
#define TESTUDO_MEDIA_FAR_RECORDS_H

#include "base/bytes.h"
#include "base/slab.h"
#include "media/room.h"
#include "proto/dependency.h"
#include "proto/sdp.h"

#define FAR_HEAD_BYTES (64u + DEPENDENCY_LONGEST) /* of a packet's record, before its payload, at most */
#define FAR_SCALABLE (1u << SDP_VP9 | 1u << SDP_AV1) /* codecs of which FAR_HERE speaks, bits */
#define FAR_INDEX_END (1ull << 48)

enum far_type {
  /* from the home of a room: all that is on its stage, source by source, and then that this was all */
  FAR_SOURCE = 1,
  FAR_ROOM,
  FAR_PACKET,
  /* from the others */
  FAR_HERE, /* we have people of this room, and this is what not all of them can decode */
  FAR_WANT, /* which layers of a source they watch */
  FAR_KEY,  /* they need a key frame */
};

struct far_source_record {
  uint64_t room;
  uint32_t version; /* that of the FAR_ROOM that ends the list */
  slab_id source;   /* its id at home */
  uint64_t peer;    /* web's, as everywhere */
  uint64_t since_us; /* another one: it was off meanwhile */
  uint8_t kind;     /* enum media_source */
  uint8_t codec;    /* enum sdp_codec_id */
  uint8_t layers;
  bool red;         /* its packets may be repeated to who loses them */
};

struct far_room_record {
  uint64_t room;
  uint32_t version;
  uint16_t sources;
  uint64_t active, place[SPEAKERS_PLACES], recent[ROOM_RECENT];
};

struct far_packet_record {
  uint64_t room;
  slab_id source;
  uint8_t layer;
  uint64_t index; /* at home; never 0 */
  uint32_t timestamp;
  bool marker;
  uint8_t level;
  uint64_t report_ntp; /* of the sender's last report, by which layers are joined */
  uint32_t report_timestamp;
  struct span dependency; /* of scalable video, as its sender wrote it; in key frames with the structure */
  struct span payload;
};

struct far_here_record {
  uint64_t room;
  uint8_t lacking; /* of FAR_SCALABLE */
};

struct far_source_word { /* FAR_WANT, FAR_KEY */
  uint64_t room;
  slab_id source;
  uint8_t layers; /* bits; of FAR_KEY the number of one */
};

void far_encode_source(struct writer *w, const struct far_source_record *r);
void far_encode_room(struct writer *w, const struct far_room_record *r);
void far_encode_packet(struct writer *w, const struct far_packet_record *r); /* all but the payload */
void far_encode_here(struct writer *w, const struct far_here_record *r);
void far_encode_word(struct writer *w, enum far_type type, const struct far_source_word *r);

/* What follows the type. ERR_TRUNCATED, ERR_MALFORMED, ERR_RANGE. */
int far_decode_source(struct span s, struct far_source_record *r);
int far_decode_room(struct span s, struct far_room_record *r);
int far_decode_packet(struct span s, struct far_packet_record *r);
int far_decode_here(struct span s, struct far_here_record *r);
int far_decode_word(struct span s, enum far_type type, struct far_source_word *r);

#endif
