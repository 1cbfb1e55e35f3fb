/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line a language. */
#ifndef TESTUDO_WEB_WORDS_CATALOGUES_H
#define TESTUDO_WEB_WORDS_CATALOGUES_H

#include "web/words/words.h"

extern const struct words words_en;
extern const struct words words_ar;

#endif
