/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server itself writes to people, mails and messages by SMS, in their languages. A language is one file with one
 * catalogue and its line in words.c; the page's own catalogues are web/src/strings. Sentences are whole, with names of what is
 * put into them in braces, so that each language has its own order. */
#ifndef TESTUDO_WEB_WORDS_WORDS_H
#define TESTUDO_WEB_WORDS_WORDS_H

#include "base/bytes.h"

enum letter {
  LETTER_CODE,          /* {code} {site} */
  LETTER_INVITATION,    /* {name} {link} {site} */
  LETTER_RECOVERY,      /* the same */
  LETTER_TICKET,        /* {title} {link} {site} */
  LETTER_TICKET_FROM,   /* and {from} */
  LETTER_TICKET_UNTIL,  /* and {until} */
  LETTER_TICKET_WINDOW, /* and both */
  LETTER_NOTICE,        /* {notice} {site} */
  LETTERS
};

/* What owners of accounts are told. */
enum notice_kind {
  NOTICE_NEW_DEVICE, /* {device} */
  NOTICE_COOKIE_COPIED,
  NOTICE_SECOND_FACTOR_FAILED,
  NOTICE_LINK_USED,
  NOTICE_TWO_FACTORS_ON,
  NOTICE_TWO_FACTORS_OFF,
  NOTICE_PASSKEY_COPIED,
  NOTICE_PASSWORD_SET,
  NOTICE_FACTORS_REMOVED,
  NOTICE_RECOVERY_USED,
  NOTICE_RECOVERY_MADE,
  NOTICE_PASSKEY_ADDED,
  NOTICE_PHONE_ADDED,
  NOTICE_APP_ADDED,
  NOTICE_PROVIDER_ADDED, /* {provider} */
  NOTICE_PASSKEY_REMOVED,
  NOTICE_PHONE_REMOVED,
  NOTICE_APP_REMOVED,
  NOTICE_PROVIDER_REMOVED,
  NOTICES
};

struct words {
  const char *tag; /* BCP 47, in small letters, as the page's document has it */
  bool right_to_left;
  struct {
    const char *subject, *text;
  } letter[LETTERS];
  const char *notice[NOTICES];
  const char *message_code; /* by SMS: {code} {host} */
};

struct words_value {
  const char *name; /* NULL ends a list */
  const char *text;
  /* A link stands on a line of its own, and must have nothing beside it that a mail program would take for a part of it.
   * Everything else keeps its own direction within a sentence (Unicode UAX #9: isolates). */
  bool is_link;
};

/* The catalogue of this tag in any case; NULL: there is none. */
const struct words *words_of(struct span tag);
/* What a visitor reads: chosen in the page, else asked for by the browser, else English. Both headers may be anything. */
const struct words *words_for(struct span cookies, struct span accept_language);
/* All of them: for tests. NULL: no more. */
const struct words *words_at(size_t i);

/* Writes the text with its values. */
void words_write(const struct words *words, const char *text, const struct words_value *values, struct writer *w);

/* "new_device", ...: what the page finds its own words by. */
const char *notice_name(enum notice_kind kind);

#endif
