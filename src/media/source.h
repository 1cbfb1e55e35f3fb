/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream that a peer sends: microphone, camera, screen or its sound. From decrypted packet to ring: statistics, retransmissions
 * unwrapped (RFC 4588), losses asked for again, key frames asked for at a bounded rate whatever the crowd wants.
 *
 * A camera or screen may come in several sizes at once (simulcast). Each of these layers is a source of its own: SSRC,
 * ring, losses, key frames. The first of them, the lowest, is their base: it stands for all where it matters whose picture it is. */
#ifndef TESTUDO_MEDIA_SOURCE_H
#define TESTUDO_MEDIA_SOURCE_H

#include "media/core.h"
#include "media/nack.h"
#include "media/ring.h"
#include "media/weakness.h"
#include "proto/rtp.h"
#include "proto/rtp_stats.h"
#include "proto/sdp.h"
#include "proto/srtp.h"

#define SOURCE_PENDING 128            /* packets of one source between two flushes; then there is one at once */
#define SOURCE_KEY_REQUEST_US 500000u /* at most one PLI in this time; sooner if no key frame has come of the last */
#define SOURCE_HOLD_US 3000u          /* how long packets wait for the end of their frame */

#define SOURCE_QUIET_US 400000u       /* a layer that is silent for so long while others of its base go on has stopped, ... */
#define SOURCE_QUIET_FRAMES 6         /* ... if they have had so many frames: of a still screen there are few */
#define SOURCE_RHYTHM_MOST_US 200000u /* what comes more rarely has no rhythm */
#define SOURCE_RATE_US 500000u        /* how long bytes are counted for a rate */

struct peer;
struct far_packet_record;

/* What the offer says of it. */
struct source_setup {
  enum media_source kind;
  uint8_t section; /* index in the offer */
  struct sdp_codec codec;
  struct sdp_stream stream; /* ssrc 0: learnt from the first packet with the section's mid (and rid) */
  struct sdp_layers layers; /* n is 0 without simulcast */
  uint8_t level_id;         /* of the audio level's header extension; 0: none */
  uint8_t dependency_id;    /* of the dependency descriptor's; 0: not scalable */
};

/* One SSRC of it. */
struct source_stream {
  uint32_t ssrc; /* 0: not known (yet) */
  struct srtp_rx_stream rx;
};

struct source {
  struct media *media;
  slab_id id;
  struct peer *peer;
  struct source_setup setup;
  uint32_t clock_rate; /* Hz */
  uint8_t place;       /* in room.sources */
  uint8_t layer;       /* which one of its base's it is, from low to high */
  uint8_t n_layers;    /* of a base: at least 1 */
  uint8_t told;        /* of a base: which layers web thinks are watched, bits */
  uint8_t far_mask[LIMIT_MEDIA_PROCESSES]; /* of a base: which of them are watched in other processes (far.h) */
  uint32_t most_bps;   /* of a base: what web thinks its one receiver has room for; 0: no limit */
  uint64_t kept_us;    /* when it last sent no more than about that */
  bool live;           /* packets of it are coming */
  uint8_t quiet;       /* frames of other layers since its last packet */
  struct source *base;
  struct source *layers[LIMIT_LAYERS]; /* of a base: itself first */
  bool published;      /* may be forwarded now */
  bool silenced;       /* a microphone that is off: silence is forwarded in place of each of its packets (T6) */
  uint64_t since_us;   /* when it was published last */
  uint8_t level;       /* the latest audio level, as the extension carries it */

  struct source_stream media_stream, rtx_stream;
  struct rtp_receive_stats stats;
  uint64_t report_ntp; /* of its last sender report, and the timestamp there; 0: none came */
  uint32_t report_timestamp;
  struct weakness_delay delay; /* by these reports */
  uint64_t last_us; /* its last packet */
  uint64_t rate_since_us;
  uint32_t rate_bytes, thin_bytes; /* since then; of it below the highest temporal layer */
  uint32_t rate_bps, thin_bps;     /* 0: not known */
  uint8_t top, top_seen;           /* the highest temporal layer lately, and since then; 0: there is one only */
  struct dependency_structure structure;    /* of scalable video ... */
  uint64_t structure_index;                 /* ... as the packet with this number has left it */
  uint32_t cell_bytes[DEPENDENCY_CELLS];    /* since rate_since_us, for each cell of its decode targets ... */
  uint32_t cell_bps[DEPENDENCY_CELLS];      /* ... and so its rate; 0: not known */
  bool reshaped;                            /* its sizes have changed: slots may want others of them */
  bool common;                              /* of a base: its sender was told that somebody cannot decode it */
  struct ring ring;
  uint64_t highest; /* extended sequence number; 0: nothing came yet */
  uint64_t from;    /* what has a lower one was for others, and goes to nobody any more ... */
  uint64_t from_us; /* ... as what was said before this */
  struct nack_list missing;
  struct wheel_timer repair; /* the next NACK or PLI */
  uint64_t key_index; /* of the latest key frame's first packet; 0: none came */
  uint64_t key_us;    /* when that came */
  bool key_wanted;
  uint64_t key_asked_us; /* the last PLI; 0: never */

  uint64_t pending[SOURCE_PENDING]; /* indices in the ring that are to be forwarded, in order of arrival */
  uint32_t pending_count;
  uint64_t whole_us;      /* when a frame, or sound, was complete last ... */
  uint32_t rhythm_us;     /* ... and how far apart these come; 0: not known */
  struct wheel_timer hold;
};

/* Makes a source of `peer` in its room, with its layers if it has several. ERR_LIMIT, ERR_NOMEM. */
int source_new(struct peer *peer, const struct source_setup *setup, struct source **base);
void source_free(struct source *base);

static inline bool source_is_video(const struct source *s)
{
  return media_source_is_video(s->setup.kind);
}

/* The lowest index that its ring may still hold. */
static inline uint64_t source_oldest(const struct source *s)
{
  return s->highest > s->ring.mask ? s->highest - s->ring.mask : 1;
}

/* When more of it should be there; 0: that is not known. */
static inline uint64_t source_due_us(const struct source *s)
{
  return s->rhythm_us == 0 ? 0 : s->whole_us + s->rhythm_us;
}

static inline bool source_is_scalable(const struct source *s)
{
  return s->setup.dependency_id != 0;
}

/* One decrypted packet of this source; `cryptex`: its header extension was encrypted. */
void source_receive(struct source *s, const struct rtp_packet *p, bool cryptex);

/* One decrypted packet of its RTX stream. */
void source_receive_rtx(struct source *s, const struct rtp_packet *p);

/* One packet of a source whose home is another process. */
void source_receive_far(struct source *s, const struct far_packet_record *p);

/* Which of the layers has this rid, or NULL. */
struct source *source_of_rid(struct source *base, struct span rid);

/* For a base and all its layers: the mask of what may be forwarded (struct ipc_publish): what is off is received and thrown away, or replaced. */
void source_publish(struct source *s, uint8_t mask);

/* How loud it is, as the header extension says it (RFC 6464). */
void source_level(struct source *s, uint8_t level);

/* Likewise: from now on it goes to other receivers: nothing of what has come so far reaches them. */
void source_begin_anew(struct source *s);

/* Somebody needs a key frame. Harmless for audio. */
void source_request_key(struct source *s);

#endif
