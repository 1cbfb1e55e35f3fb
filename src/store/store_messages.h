/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people write to the administrators by the contact form (B3). Who wrote and what is sealed, so that a copy of the
 * database alone tells neither (B7). */
#ifndef TESTUDO_STORE_STORE_MESSAGES_H
#define TESTUDO_STORE_STORE_MESSAGES_H

#include "store/store.h"

#define MESSAGE_KEPT_S (90u * 86400)
#define MESSAGE_TEXT_BYTES (LIMIT_CHAT_BYTES + 1)

struct message {
  struct uid id;
  struct uid account;      /* none: a guest, or the account is gone */
  uint64_t time_s;
  char name[NAME_BYTES];   /* the account's, or as the guest typed it */
  char email[EMAIL_BYTES]; /* for the answer; "": none wanted */
  char text[MESSAGE_TEXT_BYTES];
  bool email_verified;     /* who wrote has shown that the address is theirs */
  bool is_read;
};

/* Gives the id. ERR_LIMIT: LIMIT_MESSAGES are there; none gives way, or one could be washed away by others. */
int store_message_add(struct store *st, struct message *m);
/* The newest first. */
int store_message_list(struct store *st, struct page page, struct message *out, size_t *n);
int store_message_read(struct store *st, const struct uid *id, bool is_read);
int store_message_remove(struct store *st, const struct uid *id);
/* How many have not been read. */
int store_message_unread(struct store *st, size_t *n);

#endif
