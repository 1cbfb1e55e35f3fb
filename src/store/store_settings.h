/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an administrator decides while the server runs, the server's own secrets, and how much there is of
 * everything. */
#ifndef TESTUDO_STORE_STORE_SETTINGS_H
#define TESTUDO_STORE_STORE_SETTINGS_H

#include "store/store.h"

#define SETTING_BYTES 256 /* with the zero */

enum setting {
  SETTING_SIGN_UP,     /* "invited", "open" */
  SETTING_TWO_FACTORS, /* "choice", "everybody" */
  SETTING_ROOMS_BY,    /* who may make rooms: "administrators", "members" */
};
#define SETTINGS 3

/* `text` is "" with ERR_NOT_FOUND: nobody has decided. */
int store_setting_get(struct store *st, enum setting setting, char text[SETTING_BYTES]);
/* "" takes the decision back. */
int store_setting_set(struct store *st, enum setting setting, const char *text);

/* Secrets of the server's own, of 32 random bytes each, sealed in the database: "device" keys the tokens that tell
 * known devices, "network" the hashes of address prefixes. Named by up to SECRET_NAME_BYTES - 1 letters. */
#define STORE_SECRET_BYTES 32
#define SECRET_NAME_BYTES 16

/* Makes the secret if there is none: the same for all who ask at the same time. ERR_STATE: there is none, between
 * store_begin and store_commit, where it could be taken back. ERR_RANGE: the name. Wipe it after use. */
int store_secret(struct store *st, const char *name, uint8_t secret[STORE_SECRET_BYTES]);
/* A new one takes its place: whatever was keyed by the old one is not known any more. */
int store_secret_renew(struct store *st, const char *name, uint8_t secret[STORE_SECRET_BYTES]);

/* Whatever their state: closed rooms and revoked tickets are counted, too. Costs the same however many there are. */
struct store_counts {
  uint64_t accounts, sessions, rooms, series, members, stays, tickets, keys, webhooks;
};
int store_count(struct store *st, struct store_counts *counts);

#endif
