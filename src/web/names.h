/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person or a thing may be called (B3, A6): text that can neither hide, reorder nor imitate by characters that are not
 * seen. */
#ifndef TESTUDO_WEB_NAMES_H
#define TESTUDO_WEB_NAMES_H

#include "base/bytes.h"

/* 0 for 1 to `most` bytes of well-formed UTF-8 (RFC 3629) without control, format, direction, filler,
 * private-use or unassigned-by-design characters, whose only blanks are single spaces inside (U+0020, U+3000), and
 * with at most two combining marks on a letter. ERR_MALFORMED for broken UTF-8, ERR_RANGE for the length,
 * ERR_REFUSED for the rest. */
int text_check(struct span text, size_t most);

/* The same for what people write to each other (B3): lines (U+000A) and any blanks are allowed, and so are joiners and
 * variation selectors, one behind a visible character, which some writing systems and pictures need. Something has to
 * be visible. */
int prose_check(struct span text, size_t most);

/* The same for a person's name: at most LIMIT_NAME_BYTES. */
int name_check(struct span name);

#endif
