/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: a browser that is known by a cookie and by a key that cannot leave it (docs/API.md, section 2). A session
 * without an account is a guest's. */
#ifndef TESTUDO_STORE_STORE_SESSIONS_H
#define TESTUDO_STORE_STORE_SESSIONS_H

#include "store/store.h"

/* What store_tidy removes: an account's session so long after its sign-in, a guest's after its beginning. Shorter
 * times are the caller's to hold. */
#define SESSION_KEPT_S (14 * 86400)
#define SESSION_GUEST_KEPT_S 86400

#define SESSION_KEY_BYTES 64 /* x and y of the browser's P-256 key */

enum session_factor { /* bits: what the person has shown in this session */
  FACTOR_PASSWORD = 1, FACTOR_EMAIL = 2, FACTOR_SMS = 4, FACTOR_OIDC = 8, FACTOR_PASSKEY = 16, FACTOR_TOTP = 32,
  FACTOR_RECOVERY = 64, FACTOR_LINK = 128,
};

struct session {
  struct uid id;            /* names it in lists; no secret */
  uint8_t cookie_hash[32];  /* SHA-256 of the cookie's secret */
  uint8_t key[SESSION_KEY_BYTES];
  struct uid account;       /* none: a guest */
  char email[EMAIL_BYTES];  /* a guest's verified address */
  uint32_t factors;
  uint64_t created_s, used_s, signed_in_s;
  uint64_t confirmed_s;     /* when a factor was last shown: for step-up */
  char device[64];          /* in words: "Firefox on Linux" */
  uint8_t network[16];      /* keyed hash of the address prefix: tells "the same network" and no more */
};

/* Gives the id; ERR_LIMIT. A guest's session does not wait for the disk, since thousands come in half a minute: it
 * survives the death of the process, and one that is lost with the machine's power costs its guest a reload. On a
 * virtual disk that acknowledges at once 20,000 a second instead of 7,300 (bench_store); each wait for a real one
 * takes milliseconds. */
int store_session_add(struct store *st, struct session *s);
int store_session_by_cookie(struct store *st, const uint8_t cookie_hash[32], struct session *s);
int store_session_get(struct store *st, const struct uid *id, struct session *s);
/* Writes all fields but id and created_s; also how the cookie is rotated. */
int store_session_set(struct store *st, const struct session *s);
/* Only used_s, without waiting for the disk. */
int store_session_touch(struct store *st, const struct uid *id, uint64_t now_s);
/* The guests' sessions that were unused for longest, for when there is no room for another. */
int store_session_drop_guests(struct store *st, size_t most, size_t *dropped);
int store_session_remove(struct store *st, const struct uid *id);
/* All of an account but `keep` (may be none). */
int store_session_remove_all(struct store *st, const struct uid *account, const struct uid *keep);
/* All of everybody, guests as well, but `keep` (may be none). */
int store_session_remove_everybody(struct store *st, const struct uid *keep);
/* Used last, listed first. */
int store_session_list(struct store *st, const struct uid *account, struct page page, struct session *out, size_t *n);
/* All with an account: for administrators. */
int store_session_list_all(struct store *st, struct page page, struct session *out, size_t *n);

/* Messages that wait for a person in the product ("signed in on a new device"), shown until they are dismissed; of more
 * than LIMIT_ACCOUNT_NOTICES the newest are kept. */
struct notice {
  struct uid id, account;
  uint64_t time_s;
  char kind[32];            /* stable: "new_device", "cookie_copied", "session_ended", ... */
  char text[256];
};
int store_notice_add(struct store *st, struct notice *n);
int store_notice_list(struct store *st, const struct uid *account, struct page page, struct notice *out, size_t *n);
int store_notice_remove(struct store *st, const struct uid *account, const struct uid *id);

#endif
