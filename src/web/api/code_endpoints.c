/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes by e-mail and SMS (A8). Whoever asks for one gets the same answer for the same work, whether or not there is an
 * account; a code is good in the browser alone that asked for it. By e-mail guests verify their address, too. */
#include <sodium.h>
#include <stdio.h>

#include "base/log.h"
#include "web/api/endpoints.h"
#include "web/api/letters.h"

#define PLACE_BYTES (16 + PHONE_BYTES + EMAIL_BYTES)
/* An account without a number costs a message as others do; the outbound process sends nothing to this one, which cannot
 * be. */
#define NO_PHONE "+0000000"

/* The same address may wait for a code of either kind. That of a number which was changed meanwhile opens nothing. */
static const char *place_of(bool sms, const char *email, const struct account *account, char place[PLACE_BYTES])
{
  if (sms)
    (void)snprintf(place, PLACE_BYTES, "sms:%s:%s", account->phone, email);
  else
    (void)snprintf(place, PLACE_BYTES, "email:%s", email);
  return place;
}

/* --- sending --- */

static int hand_over(struct context *c, bool sms, const char *email, const struct account *account, const char *code)
{
  if (!sms)
    return letter_code(c->api, asker_words(c), email, code);
  return text_message_code(c->api, asker_words(c), account->phone[0] != '\0' ? account->phone : NO_PHONE, code);
}

static void send_code(struct context *c, bool sms, const char *email, const struct account *account)
{
  uint8_t browser[CODE_BROWSER_BYTES];
  char place[PLACE_BYTES], code[CODE_BYTES];
  signin_browser(c, browser);
  int err = codes_issue(&c->api->codes, c->time.now_us, browser, place_of(sms, email, account, place),
                        sms ? CODE_DIGITS_SMS : CODE_DIGITS_EMAIL, code);
  if (err == 0)
    err = hand_over(c, sms, email, account, code);
  sodium_memzero(code, sizeof code);
  if (err == 0)
    answer_json(c->response, 202, json_object());
  else
    refuse_trouble(c);
}

static void ask_for_code(struct context *c, bool sms)
{
  struct span typed;
  const struct field fields[] = {{"email", FIELD_TEXT, &typed, EMAIL_BYTES, false, NULL}};
  char email[EMAIL_BYTES];
  struct account account;
  struct guard_try attempt;
  if (!FIELDS_TAKE(c, fields) || !take_email(c, typed, email))
    return;
  (void)signin_find(c, email, &account);
  signin_attempt(c, sms ? GUARD_SMS : GUARD_EMAIL, email, &account, &attempt);
  if (signin_ask(c, &attempt))
    send_code(c, sms, email, &account);
  sodium_memzero(&account, sizeof account);
}

void endpoint_send_email_code(struct context *c)
{
  if (c->api->site.mail)
    ask_for_code(c, false);
  else
    answer_refusal(c->response, 503, "no_email", "This server sends no e-mail.");
}

void endpoint_send_sms_code(struct context *c)
{
  if (c->api->site.sms)
    ask_for_code(c, true);
  else
    answer_refusal(c->response, 503, "no_sms", "This server sends no SMS.");
}

/* --- checking --- */

struct shown {
  bool sms;
  char email[EMAIL_BYTES];
  char name[NAME_BYTES]; /* "": none was given */
};

/* By the mail that arrived the address is verified. */
static void account_shown(struct context *c, const struct shown *s, struct account *account)
{
  if (!s->sms && !account->email_verified) {
    account->email_verified = true;
    if (store_account_set(c->api->store, account) != 0)
      log_warning("that an address is verified could not be kept");
  }
  session_factor_shown(c, account, s->sms ? FACTOR_SMS : FACTOR_EMAIL);
}

static void newcomer_shown(struct context *c, const struct shown *s)
{
  struct account account;
  if (c->has_account) {
    answer_refusal(c->response, 409, "other_account", "You are signed in to another account. Sign out first.");
    return;
  }
  int err = s->sms ? ERR_REFUSED : newcomer_sign_up(c, s->email, s->name, &account);
  if (err == 0)
    session_factor_shown(c, &account, FACTOR_EMAIL);
  else if (err == ERR_REFUSED)
    session_address_shown(c, s->email, FACTOR_EMAIL);
  else
    refuse_store_error(c, err);
}

static void right_code(struct context *c, const struct shown *s, struct account *account)
{
  if (s->sms && account->phone[0] == '\0') /* nobody got one: it was guessed */
    answer_refusal(c->response, 401, "wrong_code", "This code is not right.");
  else if (!uid_is_none(&account->id))
    account_shown(c, s, account);
  else
    newcomer_shown(c, s);
}

static void refuse_code(struct context *c, int err)
{
  if (err == ERR_AUTH || err == ERR_MALFORMED)
    answer_refusal(c->response, 401, "wrong_code", "This code is not right.");
  else
    answer_refusal(c->response, 401, "code_used_up",
                   "There is no code for this browser and address that could still be used. Please ask for a new one.");
}

static void check_code(struct context *c, const struct shown *s, struct span code, struct account *account)
{
  struct guard_try attempt;
  uint8_t browser[CODE_BROWSER_BYTES];
  char place[PLACE_BYTES];
  signin_attempt(c, GUARD_CODE, s->email, account, &attempt);
  if (!signin_ask(c, &attempt))
    return;
  signin_browser(c, browser);
  int err = codes_check(&c->api->codes, c->time.now_us, browser, place_of(s->sms, s->email, account, place), code);
  if (err != 0) {
    failure_count(&c->api->failures, s->email, FAILED_CODE);
    refuse_code(c, err);
    return;
  }
  guard_succeeded(c->api->guard, &attempt, c->time.now_us);
  right_code(c, s, account);
}

/* A typing error costs no try. */
static bool has_digits(struct context *c, struct span code)
{
  char digits[CODE_BYTES];
  int err = code_digits(code, CODE_DIGITS_LEAST, digits);
  sodium_memzero(digits, sizeof digits);
  if (err != 0)
    refuse_code(c, err);
  return err == 0;
}

static void find_and_check(struct context *c, const struct shown *s, struct span code)
{
  struct account account;
  (void)signin_find(c, s->email, &account);
  check_code(c, s, code, &account);
  sodium_memzero(&account, sizeof account);
}

void endpoint_sign_in_email_code(struct context *c)
{
  struct span typed, code, name;
  bool named;
  struct shown s = {.sms = false};
  const struct field fields[] = {
    {"email", FIELD_TEXT, &typed, EMAIL_BYTES, false, NULL},
    {"code", FIELD_TEXT, &code, 64, false, NULL},
    {"name", FIELD_TEXT, &name, LIMIT_HTTP_BODY, true, &named},
  };
  if (FIELDS_TAKE(c, fields) && take_email(c, typed, s.email) && has_digits(c, code) &&
      (!named || take_person_name(c, name, s.name)))
    find_and_check(c, &s, code);
}

void endpoint_sign_in_sms_code(struct context *c)
{
  struct span typed, code;
  struct shown s = {.sms = true};
  const struct field fields[] = {
    {"email", FIELD_TEXT, &typed, EMAIL_BYTES, false, NULL},
    {"code", FIELD_TEXT, &code, 64, false, NULL},
  };
  if (FIELDS_TAKE(c, fields) && take_email(c, typed, s.email) && has_digits(c, code))
    find_and_check(c, &s, code);
}
