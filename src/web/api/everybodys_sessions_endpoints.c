/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everybody's sessions, to be seen and ended: one, all of a person, all (B10). Cookie, socket and media end within the
 * request. */
#include <sodium.h>
#include <stdio.h>

#include "store/store_settings.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/views.h"

/* --- seeing --- */

static json_t *owned_session_json(struct context *c, const void *row_of)
{
  const struct session *s = row_of;
  struct account account;
  json_t *row = session_row_json(c, s);
  if (store_account_get(c->api->store, &s->account, &account) == 0)
    (void)json_object_set_new(row, "person", json_pack("{so ss ss}", "id", uid_json(&account.id), "name", account.name,
                                                       "email", account.email));
  sodium_memzero(&account, sizeof account);
  return row;
}

void endpoint_get_sessions(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct session)))
    return;
  int err = store_session_list_all(c->api->store, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "sessions", owned_session_json);
}

/* --- ending --- */

static void name_of(struct context *c, const struct uid *id, char name[EMAIL_BYTES])
{
  struct account account;
  (void)snprintf(name, EMAIL_BYTES, "guest");
  if (!uid_is_none(id) && store_account_get(c->api->store, id, &account) == 0)
    memcpy(name, account.email, EMAIL_BYTES);
  sodium_memzero(&account, sizeof account);
}

void endpoint_delete_a_session(struct context *c)
{
  struct session session;
  struct uid id;
  char name[EMAIL_BYTES];
  if (!take_uid_parameter(c, 0, &id) || !store_did(c, store_session_get(c->api->store, &id, &session)) ||
      !store_did(c, session_end(c->api, c->time, &id, "session_ended")))
    return;
  if (c->by == ASKED_BY_SESSION && uid_equal(&id, &c->session.id))
    session_forget_own(c);
  name_of(c, &session.account, name);
  note_event(c, "session_ended", name, session.device);
  answer_nothing(c->response);
}

void endpoint_delete_sessions_of_person(struct context *c)
{
  struct account account;
  char detail[64];
  if (!take_person(c, &account))
    return;
  size_t ended = session_end_all(c->api, c->time, &account.id, NULL, "session_ended");
  if (c->by == ASKED_BY_SESSION && uid_equal(&account.id, &c->account.id))
    session_forget_own(c);
  (void)snprintf(detail, sizeof detail, "%zu sessions", ended);
  note_event(c, "sessions_ended", account.email, detail);
  sodium_memzero(&account, sizeof account);
  answer_nothing(c->response);
}

/* --- after an intruder --- */

struct emergency {
  bool end_sessions, demand_passwords, revoke_keys, revoke_webhooks, renew_secrets;
  size_t ended, people, keys, webhooks;
};

static bool counted(const struct store *st, int err, size_t *n)
{
  *n = err == 0 ? store_changed(st) : 0;
  return err == 0;
}

static int change_store(struct context *c, struct emergency *e)
{
  struct store *st = c->api->store;
  if (e->end_sessions && !counted(st, store_session_remove_everybody(st, &c->session.id), &e->ended))
    return ERR_IO;
  if (e->demand_passwords && !counted(st, store_account_demand_passwords(st), &e->people))
    return ERR_IO;
  if (e->revoke_keys && !counted(st, store_key_revoke_all(st, c->time.now_s), &e->keys))
    return ERR_IO;
  if (e->revoke_webhooks && !counted(st, store_webhook_revoke_all(st, c->time.now_s), &e->webhooks))
    return ERR_IO;
  return 0;
}

/* Device tokens are not known any more: everybody's next sign-in is announced as one from a new device. */
static int renew_secrets(struct context *c)
{
  struct api_keys keys;
  int err = store_secret_renew(c->api->store, "device", keys.device);
  if (err == 0)
    err = store_secret_renew(c->api->store, "network", keys.network);
  if (err == 0)
    c->api->keys = keys;
  sodium_memzero(&keys, sizeof keys);
  return err;
}

static void note_emergency(struct context *c, const struct emergency *e)
{
  char detail[160];
  (void)snprintf(detail, sizeof detail, "%zu sessions ended, %zu passwords demanded, %zu keys and %zu webhooks revoked%s",
                 e->ended, e->people, e->keys, e->webhooks, e->renew_secrets ? ", secrets renewed" : "");
  note_event(c, "emergency", "everybody", detail);
}

/* All of it or nothing; what is live ends when the store has it. */
static int act(struct context *c, struct emergency *e)
{
  bool whole;
  int err = store_part_begin(c->api->store, &whole);
  if (err != 0)
    return err;
  err = store_part_end(c->api->store, whole, change_store(c, e));
  if (err == 0 && e->end_sessions)
    sessions_end_live(c->api, c->time, &c->session.id);
  if (err == 0 && e->renew_secrets)
    err = renew_secrets(c);
  return err;
}

void endpoint_post_emergency(struct context *c)
{
  struct emergency e = {0};
  const struct field fields[] = {
    {"end_sessions", FIELD_BOOL, &e.end_sessions, 0, true, NULL},
    {"demand_passwords", FIELD_BOOL, &e.demand_passwords, 0, true, NULL},
    {"revoke_keys", FIELD_BOOL, &e.revoke_keys, 0, true, NULL},
    {"revoke_webhooks", FIELD_BOOL, &e.revoke_webhooks, 0, true, NULL},
    {"renew_secrets", FIELD_BOOL, &e.renew_secrets, 0, true, NULL},
  };
  if (!FIELDS_TAKE(c, fields))
    return;
  e.end_sessions |= e.demand_passwords; /* whoever holds one could set the new password */
  if (!store_did(c, act(c, &e)))
    return;
  note_emergency(c, &e);
  answer_json(c->response, 200, json_pack("{sI sI sI sI}", "ended", (json_int_t)e.ended, "people", (json_int_t)e.people,
                                          "keys", (json_int_t)e.keys, "webhooks", (json_int_t)e.webhooks));
}
