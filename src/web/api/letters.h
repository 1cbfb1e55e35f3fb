/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The e-mails that the server writes: short, plain, without links but its own, and never with more about somebody than
 * the address's owner may know. Each is in the language of whom it is for, whose words are web/words. */
#ifndef TESTUDO_WEB_API_LETTERS_H
#define TESTUDO_WEB_API_LETTERS_H

#include "store/store_tickets.h"
#include "store/store_people.h"
#include "web/api/api.h"
#include "web/words/words.h"

/* Each hands one mail to the outbound process and does not wait for it. ERR_CLOSED: mail is not configured, or that
 * process is away; ERR_LIMIT: too many wait. */
int letter_code(struct api *a, const struct words *words, const char *email, const char *code);
/* `notice`: whole sentences of the same language. */
int letter_notice(struct api *a, const struct words *words, const char *email, const char *notice);
/* `link` is a whole address with its one-time token. */
int letter_invitation(struct api *a, const struct words *words, const struct account *account, const char *link);
int letter_recovery(struct api *a, const struct words *words, const struct account *account, const char *link);

/* Tells its owner of a new ticket for what has this title: where, and that it is for nobody else. */
int letter_ticket(struct api *a, const struct words *words, const struct ticket *ticket, const char *title);

/* By SMS: ERR_CLOSED, ERR_LIMIT. */
int text_message_code(struct api *a, const struct words *words, const char *phone, const char *code);

/* The language that the account's owner has chosen; while they have chosen none, `other` (NULL: English). */
const struct words *words_of_account(const struct account *account, const struct words *other);
/* The same for whoever has this address. */
const struct words *words_of_email(struct api *a, const char *email, const struct words *other);

#endif
