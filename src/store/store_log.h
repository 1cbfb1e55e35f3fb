/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of security events (B10). Each entry holds a MAC over itself and the MAC before it, keyed from the key file;
 * the last number and MAC are kept beside the key file as well, so that a changed, missing or cut entry is found by
 * whoever has the key file. No entry holds a secret or a network address. */
#ifndef TESTUDO_STORE_STORE_LOG_H
#define TESTUDO_STORE_STORE_LOG_H

#include "store/store.h"

struct log_event {
  uint64_t number;          /* from 1, without gaps; given by the store */
  uint64_t time_s;
  char kind[32];            /* stable: "sign_in", "sign_in_failed", "session_ended", "ticket_revoked", "role_changed", ... */
  char actor[EMAIL_BYTES];  /* who did it: an e-mail address, "key:NAME", "cli", "guest", "server" */
  char subject[EMAIL_BYTES];/* whom or what it concerns */
  char detail[256];         /* plain words */
};

int store_log_add(struct store *st, const struct log_event *e);
/* The newest first; `kind` "" for all. */
int store_log_list(struct store *st, const char *kind, struct page page, struct log_event *out, size_t *n);
/* Walks the whole chain. 0; ERR_AUTH with the first number at which it breaks and one line for a person. */
int store_log_verify(struct store *st, uint64_t *entries, uint64_t *broken_at, char problem[256]);

#endif
