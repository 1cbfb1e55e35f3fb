/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/passkey/client_data.h"

#include <jansson.h>
#include <sodium.h>

#include "base/json.h"

static bool is_text(const json_t *value, struct span wanted)
{
  return json_is_string(value) && span_equal(span_of(json_string_value(value), json_string_length(value)), wanted);
}

static bool is_challenge(const json_t *value, const uint8_t challenge[CHALLENGE_BYTES])
{
  char text[sodium_base64_ENCODED_LEN(CHALLENGE_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  sodium_bin2base64(text, sizeof text, challenge, CHALLENGE_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return json_is_string(value) && json_string_length(value) == sizeof text - 1 &&
         sodium_memcmp(json_string_value(value), text, sizeof text - 1) == 0;
}

/* Older browsers leave crossOrigin out. */
static bool is_own_page(const json_t *object)
{
  const json_t *cross = json_object_get(object, "crossOrigin");
  return (cross == NULL || json_is_false(cross)) && json_object_get(object, "topOrigin") == NULL;
}

int client_data_check(struct span json, const char *type, const uint8_t challenge[CHALLENGE_BYTES], const char *origin)
{
  json_t *object;
  int err = json_parse_strict(json, CLIENT_DATA_BYTES, &object);
  if (err != 0)
    return err;
  bool fits = is_text(json_object_get(object, "type"), span_str(type)) &&
              is_challenge(json_object_get(object, "challenge"), challenge) &&
              is_text(json_object_get(object, "origin"), span_str(origin)) && is_own_page(object);
  json_decref(object);
  return fits ? 0 : ERR_AUTH;
}
