/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The envelope of signalling (docs/SIGNALLING.md, section 2; B4, A2): counter (8) | tag (16) | JSON, both ways.
 * Whoever does not know the codeword can neither make, alter, drop, repeat nor reorder a frame unnoticed. */
#ifndef TESTUDO_WEB_FRAME_H
#define TESTUDO_WEB_FRAME_H

#include <stdint.h>

#include "base/bytes.h"
#include "web/entry.h"

#define FRAME_TAG_BYTES 16
#define FRAME_HEADER_BYTES (8 + FRAME_TAG_BYTES)

enum frame_side { FRAME_SERVER, FRAME_CLIENT };

/* One end of a socket. Holds keys: wipe it with frame_channel_fini. */
struct frame_channel {
  uint8_t key_out[32], key_in[32];
  uint64_t sent, received; /* counters of the last frame each way */
};

/* `origin` is the page's origin as text ("https://localhost:8443"). */
void frame_channel_init(struct frame_channel *c, enum frame_side side, const struct entry_secrets *secrets,
                        struct span origin);
void frame_channel_fini(struct frame_channel *c);

/* Writes the next frame: FRAME_HEADER_BYTES + json.n bytes; check the writer. */
void frame_seal(struct frame_channel *c, struct span json, struct writer *w);

/* The JSON within a received frame (points into it). ERR_TRUNCATED, ERR_AUTH (wrong tag), ERR_REPLAY (not the next
 * counter). After an error the channel is of no more use. */
int frame_open(struct frame_channel *c, struct span frame, struct span *json);

/* HKDF-SHA-256 (RFC 5869) of up to 32 bytes of output. */
void hkdf_sha256(struct span salt, struct span ikm, struct span info, uint8_t okm[32]);

#endif
