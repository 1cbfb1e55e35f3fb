/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the endpoints that change an account's factors share. */
#ifndef TESTUDO_WEB_API_MY_FACTORS_H
#define TESTUDO_WEB_API_MY_FACTORS_H

#include "web/api/context.h"
#include "web/words/words.h"

size_t count_passkeys(struct context *c, const struct uid *account);

/* Whether a second factor may go, when so many passkeys and perhaps TOTP are left; else the refusal `still_demanded`. */
bool take_away_second(struct context *c, size_t passkeys, bool totp);

/* Whether a way in may go, when so many passkeys and providers are left; else the refusal `last_way_in`. */
bool take_away_first(struct context *c, size_t passkeys, size_t issuers);

/* In the log, where it is called `what`, and to the owner. */
void tell_factor(struct context *c, enum notice_kind kind, const char *what);

#endif
