/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/device.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define MAC_BYTES 32
#define SIGNED_BYTES (DEVICE_TOKEN_BYTES - MAC_BYTES) /* the device and the end of its life */

_Static_assert(DEVICE_TOKEN_TEXT + 1 == sodium_base64_ENCODED_LEN(DEVICE_TOKEN_BYTES, VARIANT), "no padding");

static void mac_of(const uint8_t key[DEVICE_KEY_BYTES], const struct uid *account, const uint8_t token[SIGNED_BYTES],
                   uint8_t mac[MAC_BYTES])
{
  static const char purpose[] = "testudo device v1";
  crypto_generichash_state state;
  (void)crypto_generichash_init(&state, key, DEVICE_KEY_BYTES, MAC_BYTES);
  (void)crypto_generichash_update(&state, (const uint8_t *)purpose, sizeof purpose);
  (void)crypto_generichash_update(&state, account->b, sizeof account->b);
  (void)crypto_generichash_update(&state, token, SIGNED_BYTES);
  (void)crypto_generichash_final(&state, mac, MAC_BYTES);
  sodium_memzero(&state, sizeof state);
}

void device_token_make(const uint8_t key[DEVICE_KEY_BYTES], const struct uid *account, uint64_t now_s,
                       const struct random *random, uint8_t device[DEVICE_ID_BYTES], char text[DEVICE_TOKEN_TEXT + 1])
{
  uint8_t token[DEVICE_TOKEN_BYTES];
  struct writer w = writer_of(token, sizeof token);
  if (sodium_is_zero(device, DEVICE_ID_BYTES))
    random_fill(random, device, DEVICE_ID_BYTES);
  put_bytes(&w, device, DEVICE_ID_BYTES);
  put_u64(&w, now_s + DEVICE_LIFETIME_S);
  mac_of(key, account, token, token + SIGNED_BYTES);
  (void)sodium_bin2base64(text, DEVICE_TOKEN_TEXT + 1, token, sizeof token, VARIANT);
}

int device_token_check(const uint8_t key[DEVICE_KEY_BYTES], const struct uid *account, uint64_t now_s, struct span text,
                       uint8_t device[DEVICE_ID_BYTES])
{
  uint8_t token[DEVICE_TOKEN_BYTES], mac[MAC_BYTES];
  uint64_t until_s = 0;
  size_t n;
  memset(device, 0, DEVICE_ID_BYTES);
  if (text.n != DEVICE_TOKEN_TEXT ||
      sodium_base642bin(token, sizeof token, (const char *)text.p, text.n, NULL, &n, NULL, VARIANT) != 0 ||
      n != sizeof token)
    return ERR_MALFORMED;
  struct span life = span_of(token + DEVICE_ID_BYTES, 8);
  (void)span_u64(&life, &until_s);
  mac_of(key, account, token, mac);
  if (sodium_memcmp(mac, token + SIGNED_BYTES, MAC_BYTES) != 0 || now_s >= until_s || uid_is_none(account))
    return ERR_AUTH;
  memcpy(device, token, DEVICE_ID_BYTES);
  return 0;
}
