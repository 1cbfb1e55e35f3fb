/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for roles, kinds, scopes and factors, as the API, the command line and imported tables have them. */
#ifndef TESTUDO_PEOPLE_WORDS_H
#define TESTUDO_PEOPLE_WORDS_H

#include "base/bytes.h"
#include "store/store_people.h"
#include "store/store_rooms.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"

/* "member", "administrator". ERR_MALFORMED: no such role. */
const char *account_role_word(enum account_role role);
int account_role_of_word(struct span word, enum account_role *role);

/* "viewer", "participant", "speaker", "cohost", "host". ERR_MALFORMED: no such role. */
const char *role_word(enum room_role role);
int role_of_word(struct span word, enum room_role *role);

/* "open", "members", "ticket", "event". ERR_MALFORMED. */
const char *kind_word(enum room_kind kind);
int kind_of_word(struct span word, enum room_kind *kind);

/* "rooms.read", ... "attendance": the word of one bit of enum key_scope, by its place from 0 on; NULL after the
 * last. */
const char *scope_word(size_t place);
/* ERR_MALFORMED: no such scope. */
int scope_of_word(struct span word, uint32_t *scope);

/* "password", "email", ...: the same for enum session_factor. */
const char *factor_word(size_t place);

#endif
