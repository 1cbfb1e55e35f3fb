/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/sms.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/limits.h"
#include "outbound/text.h"

#define LEAST_DIGITS 7
#define MOST_DIGITS 15

static bool is_number(struct span s)
{
  if (s.n < 1 + LEAST_DIGITS || s.n > 1 + MOST_DIGITS || s.p[0] != '+' || s.p[1] == '0')
    return false;
  for (size_t i = 1; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9')
      return false;
  return true;
}

/* RFC 8259, section 7 */
static void put_json_text(struct writer *w, struct span text)
{
  put_u8(w, '"');
  for (size_t i = 0; i < text.n; i++) {
    uint8_t b = text.p[i];
    if (b < 0x20)
      put_fmt(w, "\\u%04x", b);
    else if (b == '"' || b == '\\')
      put_fmt(w, "\\%c", b);
    else
      put_u8(w, b);
  }
  put_u8(w, '"');
}

int sms_compose(struct span to, struct span text, struct writer *w)
{
  size_t n;
  if (!is_number(to) || !text_is_lines(text) || text.n == 0)
    return ERR_MALFORMED;
  put_str(w, "{\"to\":");
  put_json_text(w, to);
  put_str(w, ",\"text\":");
  put_json_text(w, text);
  put_str(w, "}");
  return writer_finish(w, &n);
}

void sms_sign(struct span secret, int64_t time, struct span body, char text[SMS_SIGNATURE])
{
  crypto_auth_hmacsha256_state state;
  uint8_t mac[crypto_auth_hmacsha256_BYTES];
  char hex[2 * sizeof mac + 1], seconds[32];
  snprintf(seconds, sizeof seconds, "%" PRId64 ".", time);
  crypto_auth_hmacsha256_init(&state, secret.p, secret.n);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)seconds, strlen(seconds));
  crypto_auth_hmacsha256_update(&state, body.p, body.n);
  crypto_auth_hmacsha256_final(&state, mac);
  sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
  snprintf(text, SMS_SIGNATURE, "t=%" PRId64 ",v1=%s", time, hex);
  sodium_memzero(&state, sizeof state);
}
