/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that is to leave in mail and SMS: what is UTF-8 and what would forge a line. */
#ifndef TESTUDO_OUTBOUND_TEXT_H
#define TESTUDO_OUTBOUND_TEXT_H

#include <stdbool.h>

#include "base/bytes.h"

/* Bytes of the first character (1 to 4), or 0: empty or not UTF-8 (RFC 3629: shortest form, no surrogates). */
size_t text_character(struct span s, uint32_t *code);

/* UTF-8 without control characters and line separators. */
bool text_is_line(struct span s);

/* The same, but with line ends and tabs. */
bool text_is_lines(struct span s);

#endif
