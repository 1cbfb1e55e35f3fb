/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries: the right to open one signalling socket, given out over HTTPS after admission was decided, with the
 * codeword by which both sides prove themselves on the socket (B4). Usable once, for 10 s, by the browser and the
 * origin that fetched it (A2). Entries and codewords are never logged. */
#ifndef TESTUDO_WEB_ENTRY_H
#define TESTUDO_WEB_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/random.h"
#include "base/slab.h"
#include "web/browser.h"
#include "web/identity.h"
#include "web/likeness.h"
#include "web/token.h"

#define ENTRY_LIFETIME_US 10000000u

/* What an entry entitles to. */
struct entry_grant {
  struct browser browser;
  bool line;     /* to no room, but to the line of a signed-in page (line.h) */
  uint64_t room;
  struct identity who;
  uint8_t origin; /* index in the list of our origins */
  bool resume;
  uint8_t name_n;
  uint8_t name[LIMIT_NAME_BYTES];
  uint8_t likeness[LIKENESS_BYTES]; /* of the name: its skeleton */
};

struct entry_secrets {
  uint8_t entry[TOKEN_BYTES];
  uint8_t codeword[SECRET_BYTES];
};

struct entries {
  struct slab slab;
  struct map by_entry;
  struct random random;
};

/* ERR_NOMEM. */
int entries_init(struct entries *e, const struct random *random);
void entries_fini(struct entries *e);

/* ERR_LIMIT when LIMIT_ENTRIES are open. The caller wipes `secrets` after use. */
int entries_issue(struct entries *e, uint64_t now_us, const struct entry_grant *grant, struct entry_secrets *secrets);

/* Takes the entry out for good, also when it is refused: who presents it in the wrong way has seen what was not his.
 * ERR_NOT_FOUND: unknown, used or too old. ERR_AUTH: of another browser or origin. */
int entries_take(struct entries *e, uint64_t now_us, const uint8_t entry[TOKEN_BYTES], const struct browser *browser,
                 uint8_t origin, struct entry_grant *grant, struct entry_secrets *secrets);

/* Takes out what was given to this session or account or for this ticket, so that it is worth nothing from now on. */
void entries_withdraw(struct entries *e, const struct uid *id);

/* Wipes what is too old; call it about once a second. */
void entries_tick(struct entries *e, uint64_t now_us);

#endif
