/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts: asked for by address or by link, and only when both have said so (T11). No answer here says whether an
 * address has an account, whether an ask was declined, or that somebody has blocked who asks. */
#include <sodium.h>

#include "people/tokens.h"
#include "store/store_contacts.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/views.h"

static json_t *contact_json(struct context *c, const void *row)
{
  const struct contact *k = row;
  (void)c;
  return json_pack("{so ss ss sb sb sI}", "id", uid_json(&k->id), "name", k->name, "email", k->email, "email_verified",
                   k->email_verified, "hidden", k->hidden, "since", (json_int_t)k->time_s);
}

/* Who it is, when it was. */
static json_t *person_json(struct context *c, const void *row)
{
  const struct contact *k = row;
  (void)c;
  return json_pack("{so so ss ss sb sI}", "id", uid_json(&k->id), "who", uid_json(&k->account), "name", k->name,
                   "email", k->email, "email_verified", k->email_verified, "time", (json_int_t)k->time_s);
}

/* Both see each other's presence anew, and their lists. */
static void tell_both(struct context *c, const struct uid *other)
{
  line_refresh(c->api->line, &c->account.id);
  line_refresh(c->api->line, other);
  line_tell(c->api->line, &c->account.id, "contacts");
  line_tell(c->api->line, other, "contacts");
}

static void answer_contact(struct context *c, unsigned status, const struct uid *other)
{
  struct contact contact;
  int err = store_contact_get(c->api->store, &c->account.id, other, &contact);
  if (store_did(c, err))
    answer_json(c->response, status, contact_json(c, &contact));
}

/* --- contacts --- */

void endpoint_get_contacts(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct contact)))
    return;
  int err = store_contact_list(c->api->store, &c->account.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "contacts", contact_json);
}

void endpoint_patch_contact(struct context *c)
{
  bool hidden = false;
  struct uid other;
  const struct field fields[] = {{"hidden", FIELD_BOOL, &hidden, 0, false, NULL}};
  if (!take_uid_parameter(c, 0, &other) || !FIELDS_TAKE(c, fields) ||
      !store_did(c, store_contact_hide(c->api->store, &c->account.id, &other, hidden)))
    return;
  line_refresh(c->api->line, &other);
  answer_contact(c, 200, &other);
}

void endpoint_delete_contact(struct context *c)
{
  struct uid other;
  if (!take_uid_parameter(c, 0, &other) ||
      !store_did(c, store_contact_remove(c->api->store, &c->account.id, &other)))
    return;
  tell_both(c, &other);
  answer_nothing(c->response);
}

/* --- asking by address --- */

static const struct rate ask_rate = {.burst = 20, .per_second = 1};

static bool take_ask_rate(struct context *c)
{
  if (rate_take(&c->api->ask_rates[rate_place(&c->account.id)], ask_rate, c->time.now_us))
    return true;
  answer_refusal(c->response, 429, "too_many", "Too many requests. Please wait a moment.");
  return false;
}

/* Who has this address hears of it at once, if there is such a person; whoever asks learns nothing of that. */
static void tell_asked(struct context *c, const char *email)
{
  struct account account;
  if (store_account_by_email(c->api->store, email, &account) == 0 &&
      store_block_find(c->api->store, &account.id, &c->account.id) == ERR_NOT_FOUND)
    line_tell(c->api->line, &account.id, "contacts");
  sodium_memzero(&account, sizeof account);
}

void endpoint_post_ask(struct context *c)
{
  struct span typed;
  char email[EMAIL_BYTES];
  const struct field fields[] = {{"email", FIELD_TEXT, &typed, LIMIT_HTTP_BODY, false, NULL}};
  if (!FIELDS_TAKE(c, fields) || !take_email(c, typed, email) || !take_ask_rate(c))
    return;
  if (strcmp(email, c->account.email) == 0) {
    refuse_bad_request(c, "This is your own address.");
    return;
  }
  int err = store_ask_add(c->api->store, &c->account.id, email, c->time.now_s);
  if (err == ERR_LIMIT) {
    answer_refusal(c->response, 409, "too_many_asks", "You have asked many people already. Some must answer first.");
    return;
  }
  if (!store_did(c, err))
    return;
  answer_json(c->response, 202, json_object());
  tell_asked(c, email);
}

static json_t *ask_json(struct context *c, const void *row)
{
  const struct contact *k = row;
  (void)c;
  return json_pack("{so ss sI}", "id", uid_json(&k->id), "email", k->email, "time", (json_int_t)k->time_s);
}

void endpoint_get_asks(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct contact)))
    return;
  int err = store_ask_list_sent(c->api->store, &c->account.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "asks", ask_json);
}

void endpoint_delete_ask(struct context *c)
{
  struct uid id;
  if (take_uid_parameter(c, 0, &id) && store_did(c, store_ask_withdraw(c->api->store, &c->account.id, &id)))
    answer_nothing(c->response);
}

/* --- being asked --- */

void endpoint_get_requests(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct contact)))
    return;
  int err = store_ask_list(c->api->store, &c->account.id, c->account.email, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "requests", person_json);
}

void endpoint_accept_request(struct context *c)
{
  struct uid id, asker;
  if (!take_uid_parameter(c, 0, &id) || !store_did(c, store_ask_accept(c->api->store, &c->account.id, c->account.email,
                                                                       &id, c->time.now_s, &asker)))
    return;
  tell_both(c, &asker);
  answer_contact(c, 200, &asker);
}

void endpoint_decline_request(struct context *c)
{
  struct uid id;
  if (take_uid_parameter(c, 0, &id) && store_did(c, store_ask_decline(c->api->store, c->account.email, &id)))
    answer_nothing(c->response);
}

/* --- links --- */

/* Written by hand: a JSON library would leave copies of the token in freed memory. */
static void answer_link(struct context *c, const uint8_t token[SECRET_BYTES], uint64_t until_s)
{
  char text[SECRET_TEXT + 1];
  struct writer w = writer_of(c->response->buffer, sizeof c->response->buffer);
  token_to_text(token, SECRET_BYTES, text);
  put_fmt(&w, "{\"link\":\"%s/contacts#%s\",\"until\":%llu}", c->api->origins.text[c->origin], text,
          (unsigned long long)until_s);
  answer_begin(c->response, 201, "application/json", "no-store");
  c->response->body = writer_span(&w);
  sodium_memzero(text, sizeof text);
}

void endpoint_post_contact_link(struct context *c)
{
  uint8_t token[SECRET_BYTES], hash[32];
  uint64_t until_s = c->time.now_s + CONTACT_LINK_KEPT_S;
  random_fill(&c->api->random, token, sizeof token);
  crypto_hash_sha256(hash, token, sizeof token);
  int err = store_contact_link_add(c->api->store, &c->account.id, hash, until_s);
  if (err == ERR_LIMIT)
    answer_refusal(c->response, 409, "too_many_links", "You have several links open already. Each works for a week.");
  else if (store_did(c, err))
    answer_link(c, token, until_s);
  sodium_memzero(token, sizeof token);
}

static bool take_token_hash(struct context *c, uint8_t hash[32])
{
  struct span text;
  uint8_t token[SECRET_BYTES];
  const struct field fields[] = {{"token", FIELD_TEXT, &text, 64, false, NULL}};
  if (!FIELDS_TAKE(c, fields))
    return false;
  if (token_from_text(text, token, sizeof token) != 0)
    memset(token, 0, sizeof token); /* of no link */
  crypto_hash_sha256(hash, token, sizeof token);
  sodium_memzero(token, sizeof token);
  return true;
}

static bool link_found(struct context *c, int err)
{
  if (err == ERR_NOT_FOUND)
    answer_refusal(c->response, 410, "link_used", "This link was used already, or is too old.");
  else if (err == ERR_STATE)
    answer_refusal(c->response, 409, "own_link", "This is your own link. Send it to the person that it is for.");
  else
    return store_did(c, err);
  return false;
}

void endpoint_look_contact_link(struct context *c)
{
  uint8_t hash[32];
  struct contact owner;
  if (!take_token_hash(c, hash))
    return;
  int err = store_contact_link_find(c->api->store, hash, c->time.now_s, &owner);
  if (err == 0 && uid_equal(&owner.id, &c->account.id))
    err = ERR_STATE;
  if (link_found(c, err))
    answer_json(c->response, 200, json_pack("{ss ss sb}", "name", owner.name, "email", owner.email, "email_verified",
                                            owner.email_verified));
}

void endpoint_use_contact_link(struct context *c)
{
  uint8_t hash[32];
  struct uid owner;
  if (!take_token_hash(c, hash) ||
      !link_found(c, store_contact_link_use(c->api->store, hash, &c->account.id, c->time.now_s, &owner)))
    return;
  tell_both(c, &owner);
  answer_contact(c, 200, &owner);
}

/* --- blocking --- */

static json_t *block_json(struct context *c, const void *row)
{
  const struct contact *k = row;
  (void)c;
  return json_pack("{so ss ss sb sI}", "id", uid_json(&k->id), "name", k->name, "email", k->email, "email_verified",
                   k->email_verified, "time", (json_int_t)k->time_s);
}

void endpoint_get_blocks(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct contact)))
    return;
  int err = store_block_list(c->api->store, &c->account.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "blocks", block_json);
}

/* The other is told nothing: a contact stays one in that list, who is never there and never answers. */
static void answer_block(struct context *c, const struct uid *other, int err)
{
  if (!store_did(c, err))
    return;
  line_refresh(c->api->line, &c->account.id);
  line_refresh(c->api->line, other);
  line_tell(c->api->line, &c->account.id, "contacts");
  answer_nothing(c->response);
}

void endpoint_put_block(struct context *c)
{
  struct uid other;
  if (take_uid_parameter(c, 0, &other))
    answer_block(c, &other, store_block_add(c->api->store, &c->account.id, &other, c->time.now_s));
}

void endpoint_delete_block(struct context *c)
{
  struct uid other;
  if (take_uid_parameter(c, 0, &other))
    answer_block(c, &other, store_block_remove(c->api->store, &c->account.id, &other));
}
