/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lexical level of SDP (RFC 8866, section 9): lines, words, numbers. Internal to sdp_*.c.
 * All spans point into the offer. */
#ifndef TESTUDO_PROTO_SDP_TEXT_H
#define TESTUDO_PROTO_SDP_TEXT_H

#include "proto/sdp.h"

/* Takes the next line, without its CRLF or LF: at most LIMIT_SDP_LINE bytes of UTF-8 without control characters.
 * Returns SDP_ACCEPTED or why the line is none. */
enum sdp_refusal sdp_text_line(struct span *text, struct span *line);

/* Takes what stands before the first `separator`, or all when there is none; the separator is dropped. */
struct span sdp_text_split(struct span *s, char separator);

/* Takes leading spaces away, as they stand after the semicolons of a=fmtp. */
struct span sdp_text_trim(struct span s);

bool sdp_text_is(struct span s, const char *word);
bool sdp_text_is_nocase(struct span s, const char *word); /* ASCII letters only */

/* The whole span as a decimal or hexadecimal number without sign. ERR_MALFORMED when empty, other, or above `max`. */
int sdp_text_number(struct span s, uint32_t max, uint32_t *value);
int sdp_text_hex(struct span s, uint32_t max, uint32_t *value);

/* Only the characters of a token (RFC 8866), of ICE credentials (RFC 8839). False for an empty span. */
bool sdp_text_is_token(struct span s);
bool sdp_text_is_ice(struct span s);

/* "inactive", "sendonly", "recvonly", "sendrecv", by enum sdp_direction. */
extern const char *const sdp_direction_names[4];

/* Copies into a string of `size` bytes with its final zero. ERR_LIMIT when it does not fit. */
int sdp_text_copy(struct span s, char *out, size_t size);

#endif
