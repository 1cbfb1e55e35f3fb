/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/fingerprint.h"

#include <stddef.h>

const char *fingerprint_to_text(const uint8_t hash[FINGERPRINT_BYTES], char text[FINGERPRINT_TEXT])
{
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < FINGERPRINT_BYTES; i++) {
    text[3 * i] = digits[hash[i] >> 4];
    text[3 * i + 1] = digits[hash[i] & 15];
    text[3 * i + 2] = ':';
  }
  text[FINGERPRINT_TEXT - 1] = '\0';
  return text;
}
