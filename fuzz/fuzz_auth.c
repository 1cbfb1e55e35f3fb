/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people type when they sign in: any bytes as address, number, recovery code, one-time code, device token, new
 * password, and as the names in an otpauth address. What was accepted keeps the promises of the headers: one form,
 * harmless in a mail header or a URI. The first byte says which. */
#include <assert.h>

#include "auth/advice.h"
#include "auth/code.h"
#include "auth/device.h"
#include "auth/email.h"
#include "auth/recovery.h"
#include "auth/totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static void only(const char *text, const char *allowed)
{
  assert(strspn(text, allowed) == strlen(text));
}

static void check_email(struct span typed)
{
  char email[EMAIL_BYTES], again[EMAIL_BYTES];
  if (email_normalise(typed, email) != 0) {
    assert(email[0] == '\0');
    return;
  }
  only(email, LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~.@");
  assert(strlen(email) < EMAIL_BYTES && strchr(email, '@') == strrchr(email, '@') && strstr(email, "..") == NULL);
  assert(email_normalise(span_str(email), again) == 0 && strcmp(email, again) == 0);
  assert(email_check(span_str(email)) == 0 && email_local_part(email).n >= 1 && email_local_part(email).n <= 64);
}

static void check_phone(struct span typed)
{
  char phone[PHONE_BYTES];
  if (phone_normalise(typed, phone) != 0)
    return;
  only(phone + 1, DIGITS);
  assert(phone[0] == '+' && phone[1] != '0' && strlen(phone) >= 8 && phone_check(span_str(phone)) == 0);
}

static void check_codes(struct span typed)
{
  char digits[CODE_BYTES], text[RECOVERY_TEXT], again[RECOVERY_TEXT];
  if (code_digits(typed, CODE_DIGITS_LEAST, digits) == 0) {
    only(digits, DIGITS);
    assert(strlen(digits) >= CODE_DIGITS_LEAST && strlen(digits) <= CODE_DIGITS_MOST);
  }
  if (recovery_normalise(typed, text) == 0) {
    only(text, LETTERS DIGITS "-");
    assert(strlen(text) == RECOVERY_TEXT - 1 && strpbrk(text, "ilou") == NULL);
    assert(recovery_normalise(span_str(text), again) == 0 && strcmp(text, again) == 0);
  }
}

static void check_device(struct span typed)
{
  static const uint8_t key[DEVICE_KEY_BYTES] = {1};
  static const struct uid account = {{1}};
  uint8_t device[DEVICE_ID_BYTES];
  assert(device_token_check(key, &account, 0, typed, device) != 0); /* nobody forges one here */
}

static void check_password(struct span typed)
{
  enum password_fault fault = password_advise(typed, "anna.berg@example.org", "testudo");
  assert(fault < PASSWORD_FAULTS);
  assert(fault != PASSWORD_FINE || (typed.n >= PASSWORD_LEAST_CODE_POINTS && typed.n <= LIMIT_PASSWORD_BYTES));
}

static void check_otpauth(struct span typed)
{
  static const uint8_t secret[TOTP_SECRET_BYTES] = {1};
  char issuer[512] = "", account[1024] = "", uri[TOTP_URI_BYTES];
  struct span first;
  if (span_take(&typed, typed.n / 3, &first) != 0 || first.n >= sizeof issuer || typed.n >= sizeof account)
    return;
  if (first.n > 0)
    memcpy(issuer, first.p, first.n);
  if (typed.n > 0)
    memcpy(account, typed.p, typed.n);
  if (totp_uri(issuer, account, secret, uri) != 0)
    return;
  only(uri, LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "-._~%:/?&=");
  assert(strchr(uri, '?') == strrchr(uri, '?') && strstr(strchr(uri, '?'), "?secret=AEAA") != NULL);
  size_t ands = 0;
  for (const char *c = uri; *c != '\0'; c++)
    ands += *c == '&';
  assert(ands == 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static void (*const checks[])(struct span) = {check_email, check_phone, check_codes, check_device, check_password,
                                                check_otpauth};
  if (size > 0)
    checks[data[0] % (sizeof checks / sizeof checks[0])](span_of(data + 1, size - 1));
  return 0;
}
