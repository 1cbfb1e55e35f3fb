/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message as it goes to the mail server: RFC 5322 with MIME (RFC 2045 to 2047). Names and subject outside ASCII are
 * encoded-words, the text is UTF-8 in base64, so that every line is short and of ASCII, whatever the text is. */
#ifndef TESTUDO_OUTBOUND_MAIL_H
#define TESTUDO_OUTBOUND_MAIL_H

#include "base/bytes.h"

#define MAIL_TOKEN 16
#define MAIL_BYTES 49152 /* room for every message within the limits */

struct mail {
  struct span from, from_name; /* a name may be empty */
  struct span to, to_name;
  struct span subject;
  struct span text;          /* lines end with LF or CR LF */
  int64_t date;              /* seconds since 1970 */
  uint8_t token[MAIL_TOKEN]; /* random: makes the Message-ID */
};

/* ERR_MALFORMED: an address is none, or a text is not UTF-8 or has control characters: nothing of it could become a
 * header of its own. ERR_LIMIT. */
int mail_compose(const struct mail *m, struct writer *w);

#endif
