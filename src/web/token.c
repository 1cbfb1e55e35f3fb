/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/token.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

void token_to_text(const uint8_t *bytes, size_t n, char *text)
{
  (void)sodium_bin2base64(text, sodium_base64_encoded_len(n, VARIANT), bytes, n, VARIANT);
}

/* libsodium's decoder works on signed arithmetic and takes some bytes of 0x80 and above for letters. */
static bool is_ascii(struct span text)
{
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] >= 0x80)
      return false;
  return true;
}

int token_from_text(struct span text, uint8_t *bytes, size_t n)
{
  size_t got;
  if (!is_ascii(text) || text.n + 1 != sodium_base64_encoded_len(n, VARIANT))
    return ERR_MALFORMED;
  if (sodium_base642bin(bytes, n, (const char *)text.p, text.n, NULL, &got, NULL, VARIANT) != 0 || got != n)
    return ERR_MALFORMED;
  return 0;
}
