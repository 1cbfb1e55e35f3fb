/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts and what calls leave behind (T10, T11). Two people are contacts when both have said so; each has a row of
 * their own. Nothing here says to who asks whether an address has an account: an ask is kept by its address alone, and
 * who has that address finds it. */
#ifndef TESTUDO_STORE_STORE_CONTACTS_H
#define TESTUDO_STORE_STORE_CONTACTS_H

#include "store/store.h"

#define CONTACT_ASK_KEPT_S (30u * 86400)  /* whatever became of it */
#define CONTACT_LINK_KEPT_S (7u * 86400)
#define MISSED_CALL_KEPT_S (30u * 86400)

/* Somebody else as an account sees them: a contact, who asks to be one, who is blocked, who has called. */
struct contact {
  struct uid id;      /* the account; of asks: the ask's own */
  struct uid account; /* of asks and missed calls: who it is */
  char email[EMAIL_BYTES], name[NAME_BYTES];
  bool email_verified;
  bool hidden;        /* this contact is not told the presence of the account that asks */
  uint64_t time_s;
};

/* --- contacts --- */

/* In the order of names, without those whom the account has blocked. */
int store_contact_list(struct store *st, const struct uid *account, struct page page, struct contact *out, size_t *n);
/* The ids alone, with those. */
int store_contact_ids(struct store *st, const struct uid *account, struct page page, struct uid *out, size_t *n);
/* ERR_NOT_FOUND: no contact, or blocked by `account`. */
int store_contact_get(struct store *st, const struct uid *account, const struct uid *other, struct contact *c);
/* For both; hidden for neither. One that is there already is fine. ERR_LIMIT: of either. */
int store_contact_add(struct store *st, const struct uid *a, const struct uid *b, uint64_t now_s);
/* For both. */
int store_contact_remove(struct store *st, const struct uid *account, const struct uid *other);
int store_contact_hide(struct store *st, const struct uid *account, const struct uid *other, bool hidden);

/* --- asking by address --- */

/* The same whether anybody has this address. Asked again, it is one ask, and one that was declined stays so. */
int store_ask_add(struct store *st, const struct uid *asker, const char *email, uint64_t now_s);
/* Those that the account has sent, declined ones among them: `email`, `id`, `time_s`. */
int store_ask_list_sent(struct store *st, const struct uid *asker, struct page page, struct contact *out, size_t *n);
int store_ask_withdraw(struct store *st, const struct uid *asker, const struct uid *id);
/* Those that wait for the owner of this address, without who is blocked. */
int store_ask_list(struct store *st, const struct uid *account, const char *email, struct page page,
                   struct contact *out, size_t *n);
/* Both are contacts from now on; `asker` is the other. ERR_NOT_FOUND: not for this address, declined, withdrawn. */
int store_ask_accept(struct store *st, const struct uid *account, const char *email, const struct uid *id,
                     uint64_t now_s, struct uid *asker);
/* Nobody but the account that declines can tell. */
int store_ask_decline(struct store *st, const char *email, const struct uid *id);

/* --- links by which one person becomes a contact --- */

/* ERR_LIMIT: LIMIT_ACCOUNT_CONTACT_LINKS are open. */
int store_contact_link_add(struct store *st, const struct uid *account, const uint8_t hash[32], uint64_t until_s);
/* Whose it is, without using it: `id`, `email`, `name`. ERR_NOT_FOUND: unknown, used, expired. */
int store_contact_link_find(struct store *st, const uint8_t hash[32], uint64_t now_s, struct contact *owner);
/* Takes the link for good; the owner and `account` are contacts. ERR_STATE: the account's own. */
int store_contact_link_use(struct store *st, const uint8_t hash[32], const struct uid *account, uint64_t now_s,
                           struct uid *owner);

/* --- blocking: nobody but the account that blocks can tell --- */

int store_block_add(struct store *st, const struct uid *account, const struct uid *other, uint64_t now_s);
int store_block_remove(struct store *st, const struct uid *account, const struct uid *other);
int store_block_list(struct store *st, const struct uid *account, struct page page, struct contact *out, size_t *n);
/* 0: `account` has blocked `other`. ERR_NOT_FOUND. */
int store_block_find(struct store *st, const struct uid *account, const struct uid *other);

/* --- presence: told to nobody but contacts, and off until the person switches it on --- */

int store_presence_get(struct store *st, const struct uid *account, bool *on);
int store_presence_set(struct store *st, const struct uid *account, bool on);
/* Contacts who are told the account's presence; and contacts whose presence it is told. */
int store_presence_told(struct store *st, const struct uid *account, struct page page, struct uid *out, size_t *n);
int store_presence_heard(struct store *st, const struct uid *account, struct page page, struct uid *out, size_t *n);

/* --- missed calls --- */

int store_missed_add(struct store *st, const struct uid *account, const struct uid *caller, uint64_t now_s);
/* The newest first; `account` is the caller. */
int store_missed_list(struct store *st, const struct uid *account, struct page page, struct contact *out, size_t *n);
int store_missed_count(struct store *st, const struct uid *account, size_t *n);
int store_missed_remove(struct store *st, const struct uid *account, const struct uid *id);
int store_missed_remove_all(struct store *st, const struct uid *account);

#endif
