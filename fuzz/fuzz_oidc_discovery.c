/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a provider's description, as what the browser brings back, and as a token response: what is accepted keeps
 * its promises. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "auth/oidc/metadata.h"
#include "auth/oidc/response.h"
#include "auth/oidc/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_metadata(const struct oidc_metadata *m)
{
  assert(oidc_is_https(m->authorization_endpoint) && oidc_is_https(m->token_endpoint) && oidc_is_https(m->jwks_uri));
  assert(strpbrk(m->authorization_endpoint, " \r\n\"<>#") == NULL);
  assert(m->algorithms != 0 && m->algorithms < 1u << JWS_ALGORITHMS && (m->basic || m->post));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct oidc_metadata metadata;
  static struct oidc_parameters parameters;
  static uint8_t token[LIMIT_OIDC_TOKEN];
  struct span text = span_of(data, size);
  size_t n;
  if (oidc_metadata_parse(text, "https://i.example", &metadata) == 0)
    check_metadata(&metadata);
  if (oidc_parameters_parse(text, &parameters) == 0) {
    assert(parameters.state.n > 0 && (parameters.code.n == 0) != (parameters.error.n == 0));
    assert(parameters.code.n == 0 || oidc_is_plain(parameters.code, LIMIT_OIDC_CODE));
  }
  if (oidc_token_response_parse(text, token, &n) == 0)
    assert(n >= 1 && n <= sizeof token);
  return 0;
}
