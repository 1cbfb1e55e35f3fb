/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time links: an invitation to a new account, a way back into one. What a link opens is the caller's matter. */
#ifndef TESTUDO_STORE_STORE_LINKS_H
#define TESTUDO_STORE_STORE_LINKS_H

#include "store/store.h"

enum link_purpose { LINK_INVITE, LINK_RECOVER };
#define LINK_PURPOSES 2

struct sign_in_link {
  uint8_t hash[32];         /* SHA-256 of the link's token */
  struct uid account;
  enum link_purpose purpose;
  uint64_t until_s;         /* works before this */
  uint64_t used_s;          /* 0: not yet */
};

/* ERR_NOT_FOUND: no such account. ERR_LIMIT: LIMIT_ACCOUNT_LINKS of the account are still there; none gives way, or
 * whoever asks often enough could end the link that the owner has just received. */
int store_link_add(struct store *st, const struct sign_in_link *l);

/* What stands behind a link, without using it: for the page that it opens. ERR_NOT_FOUND: unknown, used or expired. */
int store_link_find(struct store *st, const uint8_t hash[32], uint64_t now_s, struct sign_in_link *l);

/* Takes the link for good: of several calls at once, in whatever processes, one returns 0. ERR_NOT_FOUND: unknown,
 * used, expired, or made for something else. */
int store_link_use(struct store *st, const uint8_t hash[32], enum link_purpose purpose, uint64_t now_s,
                   struct sign_in_link *l);

/* All of an account stop working. */
int store_link_remove_all(struct store *st, const struct uid *account);

#endif
