/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes and goes of an account's factors: what must stay, and who hears of it. */
#include <stdio.h>

#include "web/api/my_factors.h"
#include "web/api/sessions.h"

bool take_away_second(struct context *c, size_t passkeys, bool totp)
{
  if (totp || passkeys > 0 || !account_wants_two(c->api, &c->account))
    return true;
  answer_refusal(c->response, 409, "still_demanded",
                 c->api->site.two_factors_everybody
                   ? "It is your last second factor, and accounts on this server have to have one. Set up another one first."
                   : "It is your last second factor. Set up another one, or switch two factors off first.");
  return false;
}

size_t count_passkeys(struct context *c, const struct uid *account)
{
  struct passkey list[LIMIT_ACCOUNT_PASSKEYS];
  size_t n = 0;
  (void)store_passkey_list(c->api->store, account, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS}, list, &n);
  return n;
}

/* With mail everybody has a way in: a code. */
bool take_away_first(struct context *c, size_t passkeys, size_t issuers)
{
  if (c->api->site.mail || c->account.password[0] != '\0' || passkeys > 0 || issuers > 0 ||
      (c->api->site.sms && c->account.phone[0] != '\0'))
    return true;
  answer_refusal(c->response, 409, "last_way_in",
                 "This is the last way into your account. Set a password or make a passkey first.");
  return false;
}

void tell_factor(struct context *c, enum notice_kind kind, const char *what)
{
  note_event(c, notice_name(kind), c->account.email, what);
  tell_owner(c->api, c->time, &c->account, kind, what);
}
