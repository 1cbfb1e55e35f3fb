/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which language a visitor reads, on the page and in what the server writes (words/words.h). The client is built once a language (web/build.mjs): "/index.html" is English,
 * "/index.TAG.html" the others. */
#ifndef TESTUDO_WEB_LANGUAGE_H
#define TESTUDO_WEB_LANGUAGE_H

#include "web/assets.h"

/* What the person has chosen in the page; holds a tag such as "ar". */
#define LANGUAGE_COOKIE "__Host-testudo-language"

#define LANGUAGE_RANGES 16 /* of an Accept-Language header are looked at; the rest is ignored */

/* What there is in the language of exactly this tag, in any case; NULL: nothing. */
typedef const void *(*language_find)(struct span tag);

/* Of the language chosen by the cookie if there is one, else the best of the header Accept-Language (RFC 9110, section 12.5.4;
 * matched by lookup, RFC 4647, section 3.4), else NULL. Both headers may be empty or anything else. */
const void *language_best(struct span cookies, struct span accept_language, language_find find);

/* The document for this visitor, else the English one; never NULL while the client holds "/index.html". */
const struct asset *language_document(struct span cookies, struct span accept_language);

#endif
