/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The passkeys of the own account. */
#include "base/log.h"
#include "web/api/endpoints.h"
#include "web/api/my_factors.h"
#include "web/names.h"

#define ATTESTATION_BYTES 4096

/* So that a device does not make a second one for the same account. */
static json_t *known_json(struct context *c)
{
  struct passkey list[LIMIT_ACCOUNT_PASSKEYS];
  size_t n = 0;
  json_t *known = json_array();
  (void)store_passkey_list(c->api->store, &c->account.id, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS}, list, &n);
  for (size_t i = 0; i < n; i++)
    (void)json_array_append_new(known, bytes_json(list[i].credential, list[i].credential_n));
  return known;
}

void endpoint_begin_passkey(struct context *c)
{
  char rp_id[ORIGIN_TEXT];
  json_t *challenge = take_challenge(c, CHALLENGE_REGISTER, rp_id);
  if (challenge != NULL)
    answer_json(c->response, 200,
                json_pack("{so ss s{so ss ss} so}", "challenge", challenge, "rp_id", rp_id, "user", "id",
                          uid_json(&c->account.id), "name", c->account.email, "display_name", c->account.name, "known",
                          known_json(c)));
}

static void keep_passkey(struct context *c, const struct passkey_credential *credential, struct span label)
{
  struct passkey passkey = {.account = c->account.id, .credential_n = credential->id_n, .sign_count = credential->count,
                            .created_s = c->time.now_s};
  memcpy(passkey.credential, credential->id, credential->id_n);
  memcpy(passkey.key, credential->x, sizeof credential->x);
  memcpy(passkey.key + sizeof credential->x, credential->y, sizeof credential->y);
  memcpy(passkey.label, label.p, label.n);
  int err = store_passkey_add(c->api->store, &passkey);
  if (err == ERR_STATE)
    answer_refusal(c->response, 409, "known_already", "This passkey is there already.");
  else if (err == ERR_LIMIT)
    answer_refusal(c->response, 409, "conflict", "An account has 20 passkeys at most. Remove one first.");
  else if (store_did(c, err)) {
    tell_factor(c, NOTICE_PASSKEY_ADDED, "A passkey");
    answer_json(c->response, 201, json_pack("{so}", "id", uid_json(&passkey.id)));
  }
}

static void register_passkey(struct context *c, const struct passkey_site *site, struct span client_data,
                             struct span attestation, struct span label)
{
  struct passkey_credential credential;
  uint8_t browser[CHALLENGE_SESSION];
  signin_browser(c, browser);
  int err = passkey_register_finish(&c->api->challenges, c->time.now_us, browser, site, client_data, attestation,
                                    &credential);
  if (err == 0)
    keep_passkey(c, &credential, label);
  else
    answer_refusal(c->response, 400, "bad_passkey",
                   err == ERR_UNSUPPORTED ? "This device's kind of passkey is not taken here. Please try another device."
                                          : "This passkey was not made for this page just now. Please try again.");
}

void endpoint_post_passkey(struct context *c)
{
  struct span client_text, attestation_text, label, client_data, attestation;
  uint8_t client[CLIENT_DATA_BYTES], bytes[ATTESTATION_BYTES];
  const struct field fields[] = {
    {"client_data", FIELD_TEXT, &client_text, 2 * CLIENT_DATA_BYTES, false, NULL},
    {"attestation", FIELD_TEXT, &attestation_text, 2 * ATTESTATION_BYTES, false, NULL},
    {"label", FIELD_TEXT, &label, TITLE_BYTES - 1, false, NULL},
  };
  struct passkey_site site;
  char rp_id[ORIGIN_TEXT];
  if (!FIELDS_TAKE(c, fields) || !take_passkey_site(c, rp_id, &site) ||
      !take_base64(c, "client_data", client_text, client, sizeof client, &client_data) ||
      !take_base64(c, "attestation", attestation_text, bytes, sizeof bytes, &attestation))
    return;
  if (name_check(label) != 0)
    refuse_bad_request(c, "The label must be 1 to %d bytes of visible text.", LIMIT_NAME_BYTES);
  else
    register_passkey(c, &site, client_data, attestation, label);
}

/* Recovery codes stand in for a second factor: without one there is nothing to stand in for. */
static void forget_recovery(struct context *c)
{
  if (store_recovery_set(c->api->store, &c->account.id, NULL, 0) != 0)
    log_warning("recovery codes of an account without a second factor could not be removed");
}

/* How many issuers an account has that let it in. */
static size_t count_issuers(struct context *c)
{
  struct oidc_link links[LIMIT_ACCOUNT_ISSUERS];
  size_t n = 0;
  (void)store_oidc_list(c->api->store, &c->account.id, (struct page){.most = LIMIT_ACCOUNT_ISSUERS}, links, &n);
  return n;
}

void endpoint_delete_passkey(struct context *c)
{
  struct uid id;
  size_t left = count_passkeys(c, &c->account.id);
  left -= left > 0 ? 1 : 0;
  if (!take_uid_parameter(c, 0, &id) || !take_away_second(c, left, c->account.has_totp) ||
      !take_away_first(c, left, count_issuers(c)))
    return;
  if (!store_did(c, store_passkey_remove(c->api->store, &c->account.id, &id)))
    return;
  if (left == 0 && !c->account.has_totp)
    forget_recovery(c);
  tell_factor(c, NOTICE_PASSKEY_REMOVED, "A passkey");
  answer_nothing(c->response);
}
