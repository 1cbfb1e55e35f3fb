/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets that are shown once and kept as their SHA-256: made and read in one way, whoever gives them out. The hash
 * is that of the random bytes, not of their text. Wipe the text after use. */
#ifndef TESTUDO_PEOPLE_TOKENS_H
#define TESTUDO_PEOPLE_TOKENS_H

#include "base/bytes.h"
#include "web/token.h"

/* The token of a one-time link (store/store_links.h), as it stands after the '#'. */
void link_token_make(char text[TOKEN_TEXT + 1], uint8_t hash[32]);
int link_token_hash(struct span text, uint8_t hash[32]); /* ERR_MALFORMED */

/* A key of the REST API: API_KEY_PREFIX and 43 characters. */
#define API_KEY_PREFIX "tk_"
#define API_KEY_TEXT (sizeof API_KEY_PREFIX - 1 + SECRET_TEXT)
void api_key_make(char text[API_KEY_TEXT + 1], uint8_t hash[32]);
int api_key_hash(struct span text, uint8_t hash[32]); /* ERR_MALFORMED */

/* How a webhook's secret is shown. The shop signs with these 43 characters as they are, so that nobody has to know
 * how they came about. */
#define WEBHOOK_SECRET_TEXT SECRET_TEXT
void webhook_secret_write(const uint8_t secret[SECRET_BYTES], char text[WEBHOOK_SECRET_TEXT + 1]);

#endif
