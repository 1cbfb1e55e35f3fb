/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The authenticator app and the recovery codes of the own account. */
#include <qrencode.h>
#include <sodium.h>

#include "auth/recovery.h"
#include "auth/totp.h"
#include "base/log.h"
#include "web/api/endpoints.h"
#include "web/api/my_factors.h"

#define QR_MOST 177 /* modules of the largest code (version 40) */

/* --- setting up --- */

static json_t *row_json(const unsigned char *modules, size_t width)
{
  char row[QR_MOST];
  for (size_t x = 0; x < width; x++)
    row[x] = (modules[x] & 1) != 0 ? '1' : '0';
  json_t *text = json_stringn(row, width);
  sodium_memzero(row, sizeof row);
  return text;
}

/* Rows of modules, from the top; NULL without memory. */
static json_t *qr_json(const char *text)
{
  QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
  if (code == NULL || code->width > QR_MOST)
    return NULL;
  json_t *rows = json_array();
  size_t width = (size_t)code->width;
  for (size_t y = 0; y < width; y++)
    (void)json_array_append_new(rows, row_json(code->data + y * width, width));
  sodium_memzero(code->data, width * width);
  QRcode_free(code);
  return rows;
}

/* The authenticator app lists the account by the product's name and this server's. */
static void answer_secret(struct context *c, const uint8_t secret[TOTP_SECRET_BYTES])
{
  char text[TOTP_BASE32_BYTES], uri[TOTP_URI_BYTES], issuer[ORIGIN_TEXT + 64];
  struct writer w = writer_of(issuer, sizeof issuer);
  put_fmt(&w, "%s %s", c->api->site.name, origin_host(c->api->origins.text[0]));
  put_u8(&w, '\0');
  totp_secret_text(secret, text);
  json_t *rows = w.overflow || totp_uri(issuer, c->account.email, secret, uri) != 0 ? NULL : qr_json(uri);
  if (rows == NULL)
    refuse_trouble(c);
  else
    answer_json(c->response, 200, json_pack("{ss ss so}", "secret", text, "uri", uri, "qr", rows));
  sodium_memzero(text, sizeof text);
  sodium_memzero(uri, sizeof uri);
}

void endpoint_begin_totp(struct context *c)
{
  if (!fields_take(c, NULL, 0))
    return;
  struct signin *signin = signins_take(c->api->signins, c->time.now_us, &c->session.id);
  totp_secret_make(&c->api->random, signin->totp);
  signin->has_totp = true;
  answer_secret(c, signin->totp);
}

/* --- recovery codes --- */

struct codes_made {
  char text[RECOVERY_CODES][RECOVERY_TEXT];
  uint8_t hash[RECOVERY_CODES][32];
};

static void answer_codes(struct context *c, const struct codes_made *made)
{
  json_t *list = json_array();
  for (size_t i = 0; i < RECOVERY_CODES; i++)
    (void)json_array_append_new(list, json_string(made->text[i]));
  answer_json(c->response, 200, json_pack("{so}", "recovery", list));
}

void endpoint_post_recovery(struct context *c)
{
  struct codes_made made;
  if (!fields_take(c, NULL, 0))
    return;
  if (!account_has_second(c->api, &c->account)) {
    answer_refusal(c->response, 409, "no_second_factor", "Set up an authenticator app or a passkey first.");
    return;
  }
  recovery_make(&c->api->random, &c->account.id, made.text, made.hash);
  int err = store_recovery_set(c->api->store, &c->account.id, (const uint8_t(*)[32])made.hash, RECOVERY_CODES);
  if (store_did(c, err)) {
    tell_factor(c, NOTICE_RECOVERY_MADE, "A new list of recovery codes, in place of any earlier one");
    answer_codes(c, &made);
  }
  sodium_memzero(&made, sizeof made);
}

/* --- switching on and off --- */

/* The code that was typed counts as used, so that it does not also sign in. */
static int write_totp(struct context *c, uint64_t step, const struct codes_made *made)
{
  int err = store_begin(c->api->store);
  if (err != 0)
    return err;
  err = store_account_set(c->api->store, &c->account);
  if (err == 0)
    err = store_recovery_set(c->api->store, &c->account.id, (const uint8_t(*)[32])made->hash, RECOVERY_CODES);
  if (err == 0)
    err = store_totp_use(c->api->store, &c->account.id, step);
  if (err == 0 || err == ERR_REPLAY) /* the app that this one replaces has used the step */
    return store_commit(c->api->store);
  store_rollback(c->api->store);
  return err;
}

/* Whoever sets up an authenticator app wants to be asked for it. */
static void switch_totp_on(struct context *c, const uint8_t secret[TOTP_SECRET_BYTES], uint64_t step)
{
  struct codes_made made;
  recovery_make(&c->api->random, &c->account.id, made.text, made.hash);
  c->account.has_totp = true;
  c->account.two_factors_wanted = true;
  memcpy(c->account.totp, secret, TOTP_SECRET_BYTES);
  int err = write_totp(c, step, &made);
  if (store_did(c, err)) {
    signins_forget(c->api->signins, &c->session.id);
    tell_factor(c, NOTICE_APP_ADDED, "An authenticator app");
    answer_codes(c, &made);
  }
  sodium_memzero(&made, sizeof made);
}

void endpoint_put_totp(struct context *c)
{
  struct span code;
  const struct field fields[] = {{"code", FIELD_TEXT, &code, 64, false, NULL}};
  uint8_t secret[TOTP_SECRET_BYTES];
  uint64_t step;
  if (!FIELDS_TAKE(c, fields))
    return;
  const struct signin *signin = signins_get(c->api->signins, c->time.now_us, &c->session.id);
  if (signin == NULL || !signin->has_totp) {
    answer_refusal(c->response, 409, "conflict", "Too much time has passed. Please begin again with a new code to scan.");
    return;
  }
  memcpy(secret, signin->totp, sizeof secret);
  if (totp_check(secret, c->time.now_s, code, &step) == 0)
    switch_totp_on(c, secret, step);
  else
    answer_refusal(c->response, 401, "wrong_code", "This code is not right. Is the clock of your device right?");
  sodium_memzero(secret, sizeof secret);
}

void endpoint_delete_totp(struct context *c)
{
  size_t passkeys = count_passkeys(c, &c->account.id);
  if (!c->account.has_totp) {
    refuse_not_found(c);
    return;
  }
  if (!take_away_second(c, passkeys, false))
    return;
  c->account.has_totp = false;
  sodium_memzero(c->account.totp, sizeof c->account.totp);
  int err = store_account_set(c->api->store, &c->account);
  if (err == 0 && passkeys == 0) /* they stand in for a second factor: there is none any more */
    err = store_recovery_set(c->api->store, &c->account.id, NULL, 0);
  if (!store_did(c, err))
    return;
  tell_factor(c, NOTICE_APP_REMOVED, "The authenticator app");
  answer_nothing(c->response);
}
