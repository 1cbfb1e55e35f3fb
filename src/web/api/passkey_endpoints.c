/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in with a passkey: no address is typed, and nothing is sent that could be used elsewhere (A8). */
#include <sodium.h>

#include "base/log.h"
#include "web/api/endpoints.h"

#define AUTH_DATA_BYTES 1024
#define ID_TEXT 344 /* of PASSKEY_ID_BYTES */

/* --- shared with the registration --- */

/* Domains in which browsers make passkeys: names, not addresses. */
static bool is_name(const char *host)
{
  struct net_addr address;
  return host[0] != '[' && net_addr_parse(host, 0, &address) != 0;
}

bool take_passkey_site(struct context *c, char rp_id[ORIGIN_TEXT], struct passkey_site *site)
{
  const char *origin = c->api->origins.text[c->origin], *host = origin_host(origin);
  size_t n = host[0] == '[' ? strlen(host) : strcspn(host, ":");
  memcpy(rp_id, host, n);
  rp_id[n] = '\0';
  *site = (struct passkey_site){.origin = origin, .rp_id = rp_id};
  if (is_name(rp_id))
    return true;
  answer_refusal_with(c->response, 400, "no_passkeys_here",
                      "Browsers keep passkeys for names alone, and this address has none. Please open the server by its name.",
                      json_pack("{ss}", "origin", c->api->origins.text[0]));
  return false;
}

bool take_base64(struct context *c, const char *field, struct span text, uint8_t *bytes, size_t most, struct span *out)
{
  const char *end = NULL;
  size_t n = 0;
  if (sodium_base642bin(bytes, most, (const char *)text.p, text.n, NULL, &n, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != (const char *)text.p + text.n) {
    refuse_bad_request(c, "The field \"%s\" must be base64url, of at most %zu bytes.", field, most);
    return false;
  }
  *out = span_of(bytes, n);
  return true;
}

json_t *bytes_json(const uint8_t *bytes, size_t n)
{
  char text[sodium_base64_ENCODED_LEN(PASSKEY_ID_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  return json_string(sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
}

json_t *take_challenge(struct context *c, enum challenge_purpose purpose, char rp_id[ORIGIN_TEXT])
{
  uint8_t browser[CHALLENGE_SESSION], challenge[CHALLENGE_BYTES];
  struct passkey_site site;
  json_t *text = NULL;
  if (!fields_take(c, NULL, 0) || !take_passkey_site(c, rp_id, &site) || !take_ceremony_rate(c))
    return NULL;
  signin_browser(c, browser);
  if (passkey_begin(&c->api->challenges, c->time.now_us, browser, purpose, challenge) == 0)
    text = bytes_json(challenge, sizeof challenge);
  if (text == NULL)
    refuse_trouble(c);
  sodium_memzero(challenge, sizeof challenge);
  return text;
}

/* --- signing in --- */

void endpoint_passkey_challenge(struct context *c)
{
  char rp_id[ORIGIN_TEXT];
  json_t *challenge = take_challenge(c, CHALLENGE_SIGN_IN, rp_id);
  if (challenge != NULL)
    answer_json(c->response, 200, json_pack("{so ss}", "challenge", challenge, "rp_id", rp_id));
}

/* The stored passkey as the check wants it. */
static struct passkey_credential credential_of(const struct passkey *p)
{
  struct passkey_credential credential = {.id_n = p->credential_n, .count = p->sign_count};
  memcpy(credential.id, p->credential, p->credential_n);
  memcpy(credential.x, p->key, sizeof credential.x);
  memcpy(credential.y, p->key + sizeof credential.x, sizeof credential.y);
  return credential;
}

static void tell_copied(struct context *c, const struct passkey *p)
{
  struct account account;
  if (store_account_get(c->api->store, &p->account, &account) != 0)
    return;
  note_server_event(c->api, c->time.now_s, "server", "passkey_copied", account.email, p->label);
  tell_owner(c->api, c->time, &account, NOTICE_PASSKEY_COPIED, "");
  sodium_memzero(&account, sizeof account);
}

static void refuse_passkey(struct context *c)
{
  answer_refusal(c->response, 401, "wrong_passkey", "This passkey does not open an account here.");
}

static void right_passkey(struct context *c, const struct passkey *p, uint32_t count)
{
  struct account account;
  int err = store_account_get(c->api->store, &p->account, &account);
  if (err == 0)
    err = store_passkey_used(c->api->store, &p->id, count, c->time.now_s);
  if (store_did(c, err))
    session_factor_shown(c, &account, FACTOR_PASSKEY);
  sodium_memzero(&account, sizeof account);
}

/* An unknown passkey uses up the challenge like any other. */
static void check_passkey(struct context *c, const struct passkey_site *site, struct span id,
                          const struct passkey_answer *answer)
{
  uint8_t browser[CHALLENGE_SESSION];
  struct passkey passkey;
  uint32_t count = 0;
  int found = store_passkey_find(c->api->store, id.p, id.n, &passkey);
  if (found != 0)
    passkey = (struct passkey){0};
  const struct passkey_credential credential = credential_of(&passkey);
  signin_browser(c, browser);
  int err = passkey_sign_in_finish(&c->api->challenges, c->time.now_us, browser, site, &credential, answer, &count);
  if (found == 0 && err == ERR_REPLAY)
    tell_copied(c, &passkey);
  if (found != 0 && found != ERR_NOT_FOUND)
    refuse_trouble(c);
  else if (found != 0 || err != 0)
    refuse_passkey(c);
  else
    right_passkey(c, &passkey, count);
}

void endpoint_sign_in_passkey(struct context *c)
{
  struct span id_text, client_text, data_text, signature_text, id;
  uint8_t id_bytes[PASSKEY_ID_BYTES], client[CLIENT_DATA_BYTES], data[AUTH_DATA_BYTES], signature[PASSKEY_SIGNATURE];
  const struct field fields[] = {
    {"id", FIELD_TEXT, &id_text, ID_TEXT, false, NULL},
    {"client_data", FIELD_TEXT, &client_text, 2 * CLIENT_DATA_BYTES, false, NULL},
    {"auth_data", FIELD_TEXT, &data_text, 2 * AUTH_DATA_BYTES, false, NULL},
    {"signature", FIELD_TEXT, &signature_text, 2 * PASSKEY_SIGNATURE, false, NULL},
  };
  struct passkey_answer answer;
  struct passkey_site site;
  char rp_id[ORIGIN_TEXT];
  if (FIELDS_TAKE(c, fields) && take_passkey_site(c, rp_id, &site) &&
      take_base64(c, "id", id_text, id_bytes, sizeof id_bytes, &id) &&
      take_base64(c, "client_data", client_text, client, sizeof client, &answer.client_data) &&
      take_base64(c, "auth_data", data_text, data, sizeof data, &answer.auth_data) &&
      take_base64(c, "signature", signature_text, signature, sizeof signature, &answer.signature))
    check_passkey(c, &site, id, &answer);
}
