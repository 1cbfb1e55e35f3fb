/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relay for networks that let neither UDP nor our ports through: a TURN server over TLS (docs/TURN.md). Who may
 * use it is decided here: a pass holds for minutes, is of one stay, and proves by an HMAC with a secret that the relay
 * shares that we gave it out (what coturn calls its REST API: draft-uberti-behave-turn-rest). */
#ifndef TESTUDO_WEB_RELAY_H
#define TESTUDO_WEB_RELAY_H

#include <stddef.h>
#include <stdint.h>

#define RELAY_URL_BYTES 256
#define RELAY_SECRET_BYTES 256
#define RELAY_PASS_STEP_S 300 /* a pass ends with the next but one of these: after 5 to 10 minutes */

struct relay {
  char url[RELAY_URL_BYTES];       /* "turns:turn.example.org:443?transport=tcp"; empty: there is none */
  char secret[RELAY_SECRET_BYTES];
};

struct relay_pass {
  uint64_t until_unix_s;
  char username[48];   /* "1790000000:abcdefgh": until when, and whose */
  char credential[32]; /* base64 of the HMAC-SHA-1 of it: all that TURN servers know */
};

/* The same stay gets the same pass within a step, so that the relay's limit for one user holds. ERR_CRYPTO. */
int relay_make_pass(const struct relay *relay, const char *stay, uint64_t unix_s, struct relay_pass *pass);

/* Wipes it. */
void relay_fini(struct relay *relay);

#endif
