/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an id_token: read, and checked against a key that nobody signs with here: nothing is ever accepted. What was
 * read keeps the promises of jws.h. */
#include <assert.h>
#include <sodium.h>

#include "auth/oidc/id_token.h"

#define KEY "{\"keys\":[{\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"P-256\"," \
  "\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\",\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}]}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct jwks keys;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  return sodium_init() < 0 || jwks_parse(span_str(KEY), &keys) != 0 ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct oidc_expected expected = {.issuer = "https://i", .client_id = "c", .nonce = span_str("n"),
                                         .algorithms = (1u << JWS_ALGORITHMS) - 1, .begun_s = 1000, .now_s = 1000};
  struct oidc_identity identity;
  struct span token = span_of(data, size);
  struct jws jws;
  if (jws_parse(token, &jws) == 0) {
    assert(jws.algorithm < JWS_ALGORITHMS && jws.signed_part.p == data);
    assert(jws.signed_part.n + 1 + jws.signature.n == size);
  }
  enum oidc_error error = id_token_check(token, &keys, &expected, &identity);
  assert(error != OIDC_OK && error < OIDC_ERRORS);
  return 0;
}
