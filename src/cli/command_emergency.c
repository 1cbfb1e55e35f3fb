/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo emergency`: after an intruder, all that may be his ends at once (B10), also when nobody can sign in any
 * more. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/console_print.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"

struct emergency {
  bool end_sessions, demand_passwords, revoke_keys, revoke_webhooks;
  size_t ended, people, keys, webhooks;
};

/* Those that were named, or all. */
static struct emergency read_wishes(struct console *c)
{
  struct emergency e = {
    .end_sessions = console_flag(c, "end-sessions"),
    .demand_passwords = console_flag(c, "demand-passwords"),
    .revoke_keys = console_flag(c, "revoke-keys"),
    .revoke_webhooks = console_flag(c, "revoke-webhooks"),
  };
  if (!e.end_sessions && !e.demand_passwords && !e.revoke_keys && !e.revoke_webhooks)
    e.end_sessions = e.demand_passwords = e.revoke_keys = e.revoke_webhooks = true;
  e.end_sessions |= e.demand_passwords; /* whoever holds one could set the new password */
  return e;
}

static int counted(struct console *c, int err, size_t *n)
{
  *n = err == 0 ? store_changed(c->store) : 0;
  return err;
}

static int act(struct console *c, struct emergency *e)
{
  static const struct uid none;
  int err = 0;
  if (e->end_sessions)
    err = counted(c, store_session_remove_everybody(c->store, &none), &e->ended);
  if (err == 0 && e->demand_passwords)
    err = counted(c, store_account_demand_passwords(c->store), &e->people);
  if (err == 0 && e->revoke_keys)
    err = counted(c, store_key_revoke_all(c->store, c->now_s), &e->keys);
  if (err == 0 && e->revoke_webhooks)
    err = counted(c, store_webhook_revoke_all(c->store, c->now_s), &e->webhooks);
  return err;
}

static int emergency(struct console *c)
{
  struct emergency e = read_wishes(c);
  int code = console_confirm(c, "ends for everybody what you name, or all of it: sessions, passwords, keys, webhooks");
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = act(c, &e);
  err = console_end(c, err, "emergency", "everybody",
                    "%zu sessions ended, %zu passwords demanded, %zu keys and %zu webhooks revoked", e.ended, e.people,
                    e.keys, e.webhooks);
  if (err != 0)
    return console_store_error(c, err);
  if (console_flag(c, "json"))
    json_print(json_pack("{sI sI sI sI}", "ended", (json_int_t)e.ended, "people", (json_int_t)e.people, "keys",
                         (json_int_t)e.keys, "webhooks", (json_int_t)e.webhooks));
  else
    printf("Sessions ended: %zu. New passwords demanded: %zu. Keys revoked: %zu. Webhooks revoked: %zu.\n"
           "%sLook at who is an administrator (testudo user list) and at what was done (testudo log show, log verify).\n",
           e.ended, e.people, e.keys, e.webhooks,
           e.demand_passwords ? "The old passwords open nothing: people come in by a code or a passkey, or by a link that you make "
                                "(testudo user link).\n"
                              : "");
  return 0;
}

static const struct console_option emergency_options[] = {
  {"end-sessions", NULL, "Everybody is signed out, and guests leave their meetings."},
  {"demand-passwords", NULL, "Everybody who has a password must set a new one at the next sign-in."},
  {"revoke-keys", NULL, "All keys of the REST API."},
  {"revoke-webhooks", NULL, "All shops; tickets that came by them stay."},
  CONSOLE_YES,
  CONSOLE_JSON,
};

static const struct console_action emergency_action = {
  "", "", 0, 0, CONSOLE_OPTIONS_OF(emergency_options), emergency, STORE_KNOWN,
  "After an intruder: ends what is named, or all of it, in one step.",
};

const struct console_group emergency_group = {"emergency", "After an intruder: everybody out, and all keys void.",
                                              &emergency_action, 1};
