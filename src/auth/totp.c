/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/totp.h"

#include <assert.h>
#define ERR_STATE openssl_err_state /* a type of theirs, an error of ours */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE
#include <sodium.h>

#include "auth/code.h"

#define SHA1_BYTES 20
#define BASE32_BITS 5

_Static_assert(TOTP_BASE32_BYTES == TOTP_SECRET_BYTES * 8 / BASE32_BITS + 1, "no padding is needed");

void totp_secret_make(const struct random *random, uint8_t secret[TOTP_SECRET_BYTES])
{
  random_fill(random, secret, TOTP_SECRET_BYTES);
}

static void write_digits(uint32_t number, unsigned digits, char code[9])
{
  code[digits] = '\0';
  for (unsigned i = digits; i > 0; i--, number /= 10)
    code[i - 1] = (char)('0' + number % 10);
}

/* The four bytes at the place that the last half byte names, without the sign (RFC 4226, section 5.3). */
static uint32_t truncated(const uint8_t mac[SHA1_BYTES])
{
  struct span s = span_of(mac, SHA1_BYTES);
  uint32_t number = 0;
  (void)span_skip(&s, mac[SHA1_BYTES - 1] & 0x0f);
  (void)span_u32(&s, &number);
  return number & 0x7fffffff;
}

int totp_code(const uint8_t secret[TOTP_SECRET_BYTES], uint64_t step, unsigned digits, char code[9])
{
  uint8_t message[8], mac[SHA1_BYTES];
  struct writer w = writer_of(message, sizeof message);
  unsigned n = sizeof mac;
  assert(digits >= 6 && digits <= 8);
  put_u64(&w, step);
  if (HMAC(EVP_sha1(), secret, TOTP_SECRET_BYTES, message, sizeof message, mac, &n) == NULL || n != sizeof mac)
    return ERR_CRYPTO;
  write_digits(truncated(mac), digits, code);
  sodium_memzero(mac, sizeof mac);
  return 0;
}

int totp_check(const uint8_t secret[TOTP_SECRET_BYTES], uint64_t now_s, struct span typed, uint64_t *step)
{
  char digits[CODE_BYTES], code[CODE_BYTES];
  uint64_t present = now_s / TOTP_STEP_S, first = present > 0 ? present - 1 : 0;
  int err = 0, found = ERR_AUTH;
  if (code_digits(typed, TOTP_DIGITS, digits) != 0 || digits[TOTP_DIGITS] != '\0')
    err = ERR_MALFORMED;
  for (uint64_t at = first; at <= present + 1 && err == 0; at++) {
    err = totp_code(secret, at, TOTP_DIGITS, code);
    if (err == 0 && sodium_memcmp(code, digits, TOTP_DIGITS) == 0) {
      *step = at;
      found = 0;
    }
  }
  sodium_memzero(digits, sizeof digits);
  sodium_memzero(code, sizeof code);
  return err != 0 ? err : found;
}

void totp_secret_text(const uint8_t secret[TOTP_SECRET_BYTES], char text[TOTP_BASE32_BYTES])
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  size_t n = 0;
  for (size_t bit = 0; bit < TOTP_SECRET_BYTES * 8; bit += BASE32_BITS) {
    unsigned pair = (unsigned)secret[bit / 8] << 8 | (bit / 8 + 1 < TOTP_SECRET_BYTES ? secret[bit / 8 + 1] : 0);
    text[n++] = alphabet[pair >> (16 - BASE32_BITS - bit % 8) & 31];
  }
  text[n] = '\0';
}

/* RFC 3986, section 2.3: what needs no encoding anywhere. */
static bool is_unreserved(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr("-._~", c) != NULL);
}

static void put_encoded(struct writer *w, const char *text)
{
  for (; *text != '\0'; text++)
    if (is_unreserved(*text))
      put_u8(w, (uint8_t)*text);
    else
      put_fmt(w, "%%%02X", (unsigned)(uint8_t)*text);
}

int totp_uri(const char *issuer, const char *account, const uint8_t secret[TOTP_SECRET_BYTES], char uri[TOTP_URI_BYTES])
{
  struct writer w = writer_of(uri, TOTP_URI_BYTES);
  char text[TOTP_BASE32_BYTES];
  totp_secret_text(secret, text);
  put_str(&w, "otpauth://totp/");
  put_encoded(&w, issuer);
  put_str(&w, ":");
  put_encoded(&w, account);
  put_str(&w, "?secret=");
  put_str(&w, text);
  put_str(&w, "&issuer=");
  put_encoded(&w, issuer);
  put_fmt(&w, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_S);
  put_u8(&w, '\0');
  sodium_memzero(text, sizeof text);
  if (!w.overflow)
    return 0;
  sodium_memzero(uri, TOTP_URI_BYTES);
  return ERR_LIMIT;
}
