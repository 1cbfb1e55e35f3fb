/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phone number of the own account: it counts when a code that was sent to it has come back. */
#include <sodium.h>
#include <stdio.h>

#include "auth/email.h"
#include "web/api/endpoints.h"
#include "web/api/letters.h"
#include "web/api/my_factors.h"

#define PLACE_BYTES (8 + UID_TEXT + PHONE_BYTES)

/* Another account in the same browser has its own. */
static const char *place_of(const struct context *c, const char *phone, char place[PLACE_BYTES])
{
  char id[UID_TEXT + 1];
  (void)snprintf(place, PLACE_BYTES, "phone:%s:%s", uid_text(&c->account.id, id), phone);
  return place;
}

static bool take_phone(struct context *c, struct span typed, char phone[PHONE_BYTES])
{
  if (phone_normalise(typed, phone) == 0)
    return true;
  answer_refusal(c->response, 400, "bad_phone",
                 "Please type the whole number with the country: +385 91 234 5678, for instance.");
  return false;
}

/* SMS cost money, and some numbers pay those who have them: both the account and the number are counted, the number as if a
 * stranger asked. */
static bool may_send(struct context *c, const char *phone)
{
  struct guard_try attempt;
  signin_attempt(c, GUARD_SMS, c->account.email, &c->account, &attempt);
  if (!signin_ask(c, &attempt))
    return false;
  const struct guard_try number = {.kind = GUARD_SMS, .account = phone, .from = c->request->from};
  return signin_ask(c, &number);
}

void endpoint_try_phone(struct context *c)
{
  struct span typed;
  const struct field fields[] = {{"phone", FIELD_TEXT, &typed, 64, false, NULL}};
  char phone[PHONE_BYTES], place[PLACE_BYTES], code[CODE_BYTES];
  uint8_t browser[CODE_BROWSER_BYTES];
  if (!FIELDS_TAKE(c, fields) || !take_phone(c, typed, phone))
    return;
  if (!c->api->site.sms) {
    answer_refusal(c->response, 503, "no_sms", "This server sends no SMS.");
    return;
  }
  if (!may_send(c, phone))
    return;
  signin_browser(c, browser);
  int err = codes_issue(&c->api->codes, c->time.now_us, browser, place_of(c, phone, place), CODE_DIGITS_SMS, code);
  if (err == 0)
    err = text_message_code(c->api, asker_words(c), phone, code);
  sodium_memzero(code, sizeof code);
  if (err == 0)
    answer_json(c->response, 202, json_object());
  else
    refuse_trouble(c);
}

static void keep_phone(struct context *c, const char *phone)
{
  memcpy(c->account.phone, phone, PHONE_BYTES);
  if (!store_did(c, store_account_set(c->api->store, &c->account)))
    return;
  tell_factor(c, NOTICE_PHONE_ADDED, "A phone number");
  answer_nothing(c->response);
}

void endpoint_put_phone(struct context *c)
{
  struct span typed, code;
  const struct field fields[] = {
    {"phone", FIELD_TEXT, &typed, 64, false, NULL},
    {"code", FIELD_TEXT, &code, 64, false, NULL},
  };
  char phone[PHONE_BYTES] = {0}, place[PLACE_BYTES];
  uint8_t browser[CODE_BROWSER_BYTES];
  struct guard_try attempt;
  if (!FIELDS_TAKE(c, fields) || !take_phone(c, typed, phone))
    return;
  signin_attempt(c, GUARD_CODE, c->account.email, &c->account, &attempt);
  if (!signin_ask(c, &attempt))
    return;
  signin_browser(c, browser);
  int err = codes_check(&c->api->codes, c->time.now_us, browser, place_of(c, phone, place), code);
  if (err == 0) {
    guard_succeeded(c->api->guard, &attempt, c->time.now_us);
    keep_phone(c, phone);
  } else if (err == ERR_AUTH || err == ERR_MALFORMED) {
    answer_refusal(c->response, 401, "wrong_code", "This code is not right.");
  } else {
    answer_refusal(c->response, 401, "code_used_up", "This code cannot be used any more. Please ask for a new one.");
  }
}

void endpoint_delete_phone(struct context *c)
{
  if (c->account.phone[0] == '\0') {
    refuse_not_found(c);
    return;
  }
  memset(c->account.phone, 0, sizeof c->account.phone);
  if (!store_did(c, store_account_set(c->api->store, &c->account)))
    return;
  tell_factor(c, NOTICE_PHONE_REMOVED, "The phone number");
  answer_nothing(c->response);
}
