/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/text.h"

#include <sodium.h>

#define URL_SAFE sodium_base64_VARIANT_URLSAFE_NO_PADDING

static void put_base64(struct writer *w, struct span bytes, int variant)
{
  size_t n = sodium_base64_encoded_len(bytes.n, variant); /* with its zero, which is taken back */
  uint8_t *at = put_space(w, n);
  if (at == NULL)
    return;
  (void)sodium_bin2base64((char *)at, n, bytes.p, bytes.n, variant);
  w->n--;
}

void oidc_put_base64url(struct writer *w, struct span bytes)
{
  put_base64(w, bytes, URL_SAFE);
}

void oidc_put_base64(struct writer *w, struct span bytes)
{
  put_base64(w, bytes, sodium_base64_VARIANT_ORIGINAL);
}

int oidc_base64url_decode(struct span text, uint8_t *out, size_t cap, size_t *n)
{
  if (text.n / 4 * 3 > cap)
    return ERR_LIMIT;
  if (text.n == 0) {
    *n = 0;
    return 0;
  }
  if (sodium_base642bin(out, cap, (const char *)text.p, text.n, NULL, n, NULL, URL_SAFE) != 0)
    return ERR_MALFORMED;
  return 0;
}

static bool is_unreserved(uint8_t c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

void oidc_put_encoded(struct writer *w, struct span value)
{
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < value.n; i++) {
    uint8_t c = value.p[i];
    if (is_unreserved(c)) {
      put_u8(w, c);
      continue;
    }
    put_u8(w, '%');
    put_u8(w, (uint8_t)hex[c >> 4]);
    put_u8(w, (uint8_t)hex[c & 15]);
  }
}

void oidc_put_field(struct writer *w, char *separator, const char *name, struct span value)
{
  if (*separator != '\0')
    put_u8(w, (uint8_t)*separator);
  *separator = '&';
  put_str(w, name);
  put_u8(w, '=');
  oidc_put_encoded(w, value);
}

static int hex_value(uint8_t c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int take_escape(struct span *text, uint8_t *c)
{
  struct span digits;
  if (span_take(text, 2, &digits) != 0)
    return ERR_MALFORMED;
  int high = hex_value(digits.p[0]), low = hex_value(digits.p[1]);
  if (high < 0 || low < 0 || high + low == 0)
    return ERR_MALFORMED;
  *c = (uint8_t)(high << 4 | low);
  return 0;
}

static int decode(struct span text, struct writer *buffer, struct span *out)
{
  size_t begin = buffer->n;
  uint8_t c;
  while (span_u8(&text, &c) == 0) {
    if (c <= 0x20 || c >= 0x7F)
      return ERR_MALFORMED;
    if (c == '+')
      c = ' ';
    else if (c == '%' && take_escape(&text, &c) != 0)
      return ERR_MALFORMED;
    put_u8(buffer, c);
  }
  if (buffer->overflow)
    return ERR_LIMIT;
  *out = writer_span(buffer);
  return span_skip(out, begin);
}

static struct span until(struct span *text, char end)
{
  struct span part;
  const uint8_t *at = text->n == 0 ? NULL : memchr(text->p, end, text->n);
  (void)span_take(text, at == NULL ? text->n : (size_t)(at - text->p), &part);
  (void)span_skip(text, 1);
  return part;
}

int oidc_take_field(struct span *query, struct writer *buffer, struct span *name, struct span *value)
{
  if (query->n == 0)
    return ERR_NOT_FOUND;
  struct span field = until(query, '&');
  int err = decode(until(&field, '='), buffer, name);
  if (err == 0)
    err = decode(field, buffer, value);
  if (err == 0 && name->n == 0)
    err = ERR_MALFORMED;
  return err;
}

bool oidc_is_https(const char *url)
{
  static const char scheme[] = "https://";
  if (strncmp(url, scheme, sizeof scheme - 1) != 0)
    return false;
  const char *host = url + sizeof scheme - 1;
  size_t n = strcspn(host, "/?");
  if (n == 0 || host[0] == ':' || memchr(host, '@', n) != NULL)
    return false;
  for (const char *c = host; *c != '\0'; c++)
    if (*c <= 0x20 || *c >= 0x7F || strchr("\"#<>\\^`{|}", *c) != NULL)
      return false;
  return true;
}

bool oidc_is_issuer(const char *url)
{
  return oidc_is_https(url) && strchr(url, '?') == NULL;
}

bool oidc_is_plain(struct span text, size_t most)
{
  if (text.n == 0 || text.n > most)
    return false;
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] <= 0x20 || text.p[i] >= 0x7F)
      return false;
  return true;
}

bool oidc_secret_equal(struct span a, struct span b)
{
  return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}
