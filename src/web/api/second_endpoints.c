/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor of a sign-in, or one that is shown again to confirm or unlock: codes of an authenticator app and recovery
 * codes. Each counts once (A8). */
#include <sodium.h>

#include "auth/recovery.h"
#include "auth/totp.h"
#include "web/api/endpoints.h"

/* Whose second factor is asked for: of the account that is signed in, or of the one whose first factor was right. */
static bool take_owner(struct context *c, struct account *account)
{
  const struct signin *signin = signins_get(c->api->signins, c->time.now_us, &c->session.id);
  if (c->has_account) {
    *account = c->account;
    return true;
  }
  if (signin != NULL && !uid_is_none(&signin->account) &&
      store_account_get(c->api->store, &signin->account, account) == 0)
    return true;
  answer_refusal(c->response, 409, "no_first_factor", "Too much time has passed. Begin again with your first factor.");
  return false;
}

static int check_totp(struct context *c, const struct account *account, struct span code)
{
  uint64_t step;
  int err = account->has_totp ? totp_check(account->totp, c->time.now_s, code, &step) : ERR_AUTH;
  return err != 0 ? err : store_totp_use(c->api->store, &account->id, step);
}

static int check_recovery(struct context *c, const struct account *account, struct span code)
{
  uint8_t hash[32];
  int err = recovery_hash(code, &account->id, hash);
  if (err == 0)
    err = store_recovery_use(c->api->store, &account->id, hash);
  sodium_memzero(hash, sizeof hash);
  return err;
}

static bool is_wrong(int err)
{
  return err == ERR_AUTH || err == ERR_REPLAY || err == ERR_NOT_FOUND || err == ERR_MALFORMED;
}

/* Whoever did not use it, knows by this that somebody has the list. */
static void tell_recovery_used(struct context *c, const struct account *account)
{
  note_server_event(c->api, c->time.now_s, account->email, "recovery_used", account->email, c->session.device);
  tell_owner(c->api, c->time, account, NOTICE_RECOVERY_USED, "");
}

typedef int (*check)(struct context *c, const struct account *account, struct span code);

static void show_second(struct context *c, enum session_factor factor, check is_right, struct span code,
                        const struct account *account)
{
  struct guard_try attempt;
  signin_attempt(c, GUARD_SECOND, account->email, account, &attempt);
  if (!signin_ask(c, &attempt))
    return;
  int err = is_right(c, account, code);
  if (is_wrong(err)) {
    failure_count(&c->api->failures, account->email, FAILED_SECOND);
    answer_refusal(c->response, 401, "wrong_code", "This code is not right, or was used already.");
    return;
  }
  if (err != 0) {
    refuse_trouble(c);
    return;
  }
  guard_succeeded(c->api->guard, &attempt, c->time.now_us);
  if (factor == FACTOR_RECOVERY)
    tell_recovery_used(c, account);
  session_factor_shown(c, account, factor);
}

static void take_second(struct context *c, enum session_factor factor, check is_right)
{
  struct span code;
  const struct field fields[] = {{"code", FIELD_TEXT, &code, 64, false, NULL}};
  struct account account = {0};
  if (FIELDS_TAKE(c, fields) && take_owner(c, &account))
    show_second(c, factor, is_right, code, &account);
  sodium_memzero(&account, sizeof account);
}

void endpoint_sign_in_totp(struct context *c)
{
  take_second(c, FACTOR_TOTP, check_totp);
}

void endpoint_sign_in_recovery(struct context *c)
{
  take_second(c, FACTOR_RECOVERY, check_recovery);
}
