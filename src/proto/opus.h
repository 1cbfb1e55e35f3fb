/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few things that a server which never decodes must know of Opus (RFC 6716). */
#ifndef TESTUDO_PROTO_OPUS_H
#define TESTUDO_PROTO_OPUS_H

#include <stddef.h>
#include <stdint.h>

/* Fills `packet` with 20 ms of silence in exactly `n` bytes, which decoders take for any other packet of that size
 * (section 3.2.5: padding). With 1 or 2 bytes there is room for no frame: decoders then fade out. */
void opus_silence(uint8_t *packet, size_t n);

#endif
