/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/chat_text.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "web/names.h"

#define TYPED_UNITS LIMIT_CHAT_BYTES        /* UTF-8 never has fewer bytes than UTF-16 has units */
#define NORMAL_UNITS (3 * LIMIT_CHAT_BYTES) /* annex 15: NFC makes at most three units of one */

static int to_nfc(struct span typed, UChar *units, int32_t *n)
{
  UChar read[TYPED_UNITS];
  int32_t read_n = 0;
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
  u_strFromUTF8(read, TYPED_UNITS, &read_n, (const char *)typed.p, (int32_t)typed.n, &status);
  *n = unorm2_normalize(nfc, read, read_n, units, NORMAL_UNITS, &status);
  return U_SUCCESS(status) ? 0 : ERR_MALFORMED;
}

int chat_text_take(struct span typed, struct chat_text *text)
{
  UChar units[NORMAL_UNITS];
  int32_t units_n = 0, n = 0;
  UErrorCode status = U_ZERO_ERROR;
  if (typed.n == 0 || typed.n > LIMIT_CHAT_BYTES)
    return ERR_RANGE;
  int err = to_nfc(typed, units, &units_n);
  if (err != 0)
    return err;
  u_strToUTF8((char *)text->at, LIMIT_CHAT_BYTES, &n, units, units_n, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR)
    return ERR_RANGE;
  if (U_FAILURE(status))
    return ERR_MALFORMED;
  text->n = (size_t)n;
  return prose_check(span_of(text->at, text->n), LIMIT_CHAT_BYTES);
}
