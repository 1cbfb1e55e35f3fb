/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody has written, as all others may see it (B3). */
#ifndef TESTUDO_WEB_CHAT_TEXT_H
#define TESTUDO_WEB_CHAT_TEXT_H

#include "base/bytes.h"
#include "base/limits.h"

struct chat_text {
  uint8_t at[LIMIT_CHAT_BYTES];
  size_t n;
};

/* Normalises to NFC (Unicode, annex 15) and checks as prose_check does. ERR_RANGE: empty or longer than
 * LIMIT_CHAT_BYTES. ERR_MALFORMED, ERR_REFUSED: what prose_check refuses. */
int chat_text_take(struct span typed, struct chat_text *text);

#endif
