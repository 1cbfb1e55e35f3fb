/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts and what proves that somebody is their owner. */
#ifndef TESTUDO_STORE_STORE_PEOPLE_H
#define TESTUDO_STORE_STORE_PEOPLE_H

#include "store/store.h"

enum account_role { ACCOUNT_MEMBER, ACCOUNT_ADMIN };

#define PASSWORD_HASH_BYTES 128 /* libsodium's crypto_pwhash_STRBYTES */
#define TOTP_SECRET_BYTES 20
#define RECOVERY_CODES 10
#define PASSKEY_ID_BYTES 255    /* most that is accepted of a credential id */
#define PASSKEY_KEY_BYTES 64    /* x and y of a P-256 key */
#define ISSUER_BYTES 256
#define SUBJECT_BYTES 256
#define LANGUAGE_BYTES 16

struct account {
  struct uid id;
  enum account_role role;
  char email[EMAIL_BYTES]; /* as email_normalise (auth/email.h) writes it: unique */
  char name[NAME_BYTES];
  char phone[PHONE_BYTES];
  char language[LANGUAGE_BYTES]; /* of what the server writes to the person: a tag (BCP 47); empty: not known yet */
  bool email_verified;
  bool disabled;             /* no sign-in, no session */
  bool two_factors_wanted;   /* by the person's own choice */
  bool two_factors_demanded; /* by an administrator: the person cannot change it */
  bool must_set_password;    /* an administrator has demanded a new one */
  char password[PASSWORD_HASH_BYTES]; /* Argon2id string */
  bool has_totp;
  uint8_t totp[TOTP_SECRET_BYTES];    /* in clear here, sealed in the database; wipe the struct after use */
  uint64_t totp_step;        /* the last time step that was used: no code counts twice */
  uint64_t created_s, signed_in_s;
  uint64_t calls_consent;    /* reserved */
};

/* Gives the account its id. ERR_STATE: the e-mail address has an account. ERR_LIMIT. */
int store_account_add(struct store *st, struct account *a);
int store_account_get(struct store *st, const struct uid *id, struct account *a);
int store_account_by_email(struct store *st, const char *email, struct account *a);
/* Writes all fields but id, created_s and totp_step. */
int store_account_set(struct store *st, const struct account *a);
/* With all that belongs to it: passkeys, codes, links, sessions, tickets. Rooms of the account are closed, its keys of the
 * REST API revoked. */
int store_account_remove(struct store *st, const struct uid *id, uint64_t now_s);
/* In the order of e-mail addresses; `search` ("" for all) is a part of the address or name, where large and small letters of
 * ASCII are the same. */
int store_account_list(struct store *st, const char *search, struct page page, struct account *out, size_t *n);
/* Administrators are counted who are not disabled. */
int store_account_count(struct store *st, size_t *accounts, size_t *administrators);
/* Everybody who has a password must set a new one at the next sign-in. */
int store_account_demand_passwords(struct store *st);
/* Takes the time step for good: ERR_REPLAY if it is not later than the last one. Atomic. */
int store_totp_use(struct store *st, const struct uid *account, uint64_t step);

/* Recovery codes replace all earlier ones; each works once (ERR_NOT_FOUND after that). */
int store_recovery_set(struct store *st, const struct uid *account, const uint8_t hash[][32], size_t n);
int store_recovery_use(struct store *st, const struct uid *account, const uint8_t hash[32]);
int store_recovery_left(struct store *st, const struct uid *account, size_t *n);

struct passkey {
  struct uid id;             /* ours, for lists */
  struct uid account;
  size_t credential_n;
  uint8_t credential[PASSKEY_ID_BYTES];
  uint8_t key[PASSKEY_KEY_BYTES]; /* ES256 */
  uint32_t sign_count;
  char label[TITLE_BYTES];
  uint64_t created_s, used_s;
};

int store_passkey_add(struct store *st, struct passkey *p); /* ERR_STATE: known already; ERR_LIMIT: LIMIT_ACCOUNT_PASSKEYS */
int store_passkey_find(struct store *st, const uint8_t *credential, size_t n, struct passkey *p);
int store_passkey_used(struct store *st, const struct uid *id, uint32_t sign_count, uint64_t now_s);
int store_passkey_remove(struct store *st, const struct uid *account, const struct uid *id);
int store_passkey_list(struct store *st, const struct uid *account, struct page page, struct passkey *out, size_t *n);

/* OpenID Connect: who is known under which subject of which issuer. */
/* ERR_STATE: the subject is linked already, to this account or another; ERR_LIMIT: LIMIT_ACCOUNT_ISSUERS an account. */
int store_oidc_link(struct store *st, const struct uid *account, const char *issuer, const char *subject);
int store_oidc_find(struct store *st, const char *issuer, const char *subject, struct uid *account);
struct oidc_link {
  char issuer[ISSUER_BYTES], subject[SUBJECT_BYTES];
};
int store_oidc_list(struct store *st, const struct uid *account, struct page page, struct oidc_link *out, size_t *n);
int store_oidc_unlink(struct store *st, const struct uid *account, const char *issuer, const char *subject);

#endif
