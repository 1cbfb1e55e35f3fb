/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which language a visitor's page speaks. The client is built once a language (web/build.mjs): "/index.html" is English,
 * "/index.TAG.html" the others. */
#ifndef TESTUDO_WEB_LANGUAGE_H
#define TESTUDO_WEB_LANGUAGE_H

#include "web/assets.h"

/* What the person has chosen in the page; holds a tag such as "ar". */
#define LANGUAGE_COOKIE "__Host-testudo-language"

#define LANGUAGE_RANGES 16 /* of an Accept-Language header are looked at; the rest is ignored */

/* The document for this visitor: of the language chosen by the cookie if there is one, else the best of the header
 * Accept-Language (RFC 9110, section 12.5.4; matched by lookup, RFC 4647, section 3.4), else English. Both headers may be empty
 * or anything else; never NULL while the client holds "/index.html". */
const struct asset *language_document(struct span cookies, struct span accept_language);

#endif
