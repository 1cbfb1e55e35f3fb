/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tickets as text, from a form, a request or a table, into the store. */
#ifndef TESTUDO_PEOPLE_TICKETS_H
#define TESTUDO_PEOPLE_TICKETS_H

#include "base/bytes.h"
#include "store/store_tickets.h"

/* What was written for one ticket; what is empty is left at the ticket's default. */
struct ticket_text {
  struct span email, role, from, until, reference;
};

/* Puts the text into `t`, which holds room or series, issuer, created_s and the defaults. NULL, or the sentence that
 * says what is wrong. An e-mail address is needed unless `t` has one. */
const char *ticket_read(const struct ticket_text *text, uint64_t now_s, struct ticket *t);

struct ticket_import {
  size_t issued; /* new tickets */
  size_t known;  /* rows whose reference, or whose person, role and window, has its ticket already */
  unsigned line; /* of the first mistake */
  const char *problem;
};

/* All rows of a table, or none. Its first row names the columns, in any order and in letters of any size: email, and as
 * wished role, from, until, reference; there are no others. `defaults` is what each ticket begins with. ERR_MALFORMED:
 * `import` has the line and the sentence; ERR_LIMIT, ERR_NOT_FOUND (the room or series), ERR_IO of the store. Between
 * store_begin and store_commit it is a part of that change. */
int ticket_import(struct store *st, struct span table, const struct ticket *defaults, uint64_t now_s,
                  struct ticket_import *import);

#endif
