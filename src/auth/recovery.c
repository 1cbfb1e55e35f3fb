/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/recovery.h"

#include <sodium.h>

#define GROUP 4
#define TYPED_MOST 64 /* bytes, with all spaces */

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void hash_text(const struct uid *account, const char text[RECOVERY_TEXT], uint8_t hash[32])
{
  static const char purpose[] = "testudo recovery v1";
  crypto_hash_sha256_state state;
  (void)crypto_hash_sha256_init(&state);
  (void)crypto_hash_sha256_update(&state, (const uint8_t *)purpose, sizeof purpose);
  (void)crypto_hash_sha256_update(&state, account->b, sizeof account->b);
  (void)crypto_hash_sha256_update(&state, (const uint8_t *)text, RECOVERY_TEXT - 1);
  (void)crypto_hash_sha256_final(&state, hash);
  sodium_memzero(&state, sizeof state);
}

/* The text of so many values of five bits, in groups. */
static void write_text(const uint8_t value[RECOVERY_CHARACTERS], char text[RECOVERY_TEXT])
{
  struct writer w = writer_of(text, RECOVERY_TEXT);
  for (size_t i = 0; i < RECOVERY_CHARACTERS; i++) {
    if (i > 0 && i % GROUP == 0)
      put_u8(&w, '-');
    put_u8(&w, (uint8_t)alphabet[value[i] & 31]);
  }
  put_u8(&w, '\0');
}

void recovery_make(const struct random *random, const struct uid *account, char text[RECOVERY_CODES][RECOVERY_TEXT],
                   uint8_t hash[RECOVERY_CODES][32])
{
  uint8_t value[RECOVERY_CHARACTERS]; /* five bits of each byte are used: 32 divides 256 */
  for (size_t i = 0; i < RECOVERY_CODES; i++) {
    random_fill(random, value, sizeof value);
    write_text(value, text[i]);
    hash_text(account, text[i], hash[i]);
  }
  sodium_memzero(value, sizeof value);
}

/* The value of a character as people type it, or a number above 31. */
static size_t value_of(uint8_t c)
{
  char folded = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
  if (folded == 'o')
    folded = '0';
  if (folded == 'i' || folded == 'l')
    folded = '1';
  const char *at = folded != '\0' ? strchr(alphabet, folded) : NULL;
  return at != NULL ? (size_t)(at - alphabet) : sizeof alphabet;
}

int recovery_normalise(struct span typed, char text[RECOVERY_TEXT])
{
  uint8_t value[RECOVERY_CHARACTERS];
  size_t n = 0;
  bool wrong = typed.n > TYPED_MOST;
  text[0] = '\0';
  for (size_t i = 0; i < typed.n && !wrong; i++) {
    size_t v = value_of(typed.p[i]);
    if (v < sizeof alphabet && n < RECOVERY_CHARACTERS)
      value[n++] = (uint8_t)v;
    else
      wrong = typed.p[i] != ' ' && typed.p[i] != '-';
  }
  wrong = wrong || n < RECOVERY_CHARACTERS;
  if (!wrong)
    write_text(value, text);
  sodium_memzero(value, sizeof value);
  return wrong ? ERR_MALFORMED : 0;
}

int recovery_hash(struct span typed, const struct uid *account, uint8_t hash[32])
{
  char text[RECOVERY_TEXT];
  int err = recovery_normalise(typed, text);
  if (err == 0)
    hash_text(account, text, hash);
  sodium_memzero(text, sizeof text);
  return err;
}
