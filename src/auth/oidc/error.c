/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/error.h"

const char *oidc_error_code(enum oidc_error error)
{
  static const char *const codes[OIDC_ERRORS] = {
    [OIDC_OK] = "ok",
    [OIDC_BUSY] = "oidc_busy",
    [OIDC_UNREACHABLE] = "oidc_unreachable",
    [OIDC_BAD_METADATA] = "oidc_bad_metadata",
    [OIDC_BAD_KEYS] = "oidc_bad_keys",
    [OIDC_BAD_CALLBACK] = "oidc_bad_callback",
    [OIDC_UNKNOWN_STATE] = "oidc_unknown_state",
    [OIDC_OTHER_BROWSER] = "oidc_other_browser",
    [OIDC_MIX_UP] = "oidc_mix_up",
    [OIDC_DENIED] = "oidc_denied",
    [OIDC_PROVIDER_ERROR] = "oidc_provider_error",
    [OIDC_TOKEN_REFUSED] = "oidc_token_refused",
    [OIDC_BAD_ANSWER] = "oidc_bad_answer",
    [OIDC_BAD_TOKEN] = "oidc_bad_token",
    [OIDC_BAD_ALGORITHM] = "oidc_bad_algorithm",
    [OIDC_UNKNOWN_KEY] = "oidc_unknown_key",
    [OIDC_BAD_SIGNATURE] = "oidc_bad_signature",
    [OIDC_WRONG_ISSUER] = "oidc_wrong_issuer",
    [OIDC_WRONG_AUDIENCE] = "oidc_wrong_audience",
    [OIDC_WRONG_TIME] = "oidc_wrong_time",
    [OIDC_WRONG_NONCE] = "oidc_wrong_nonce",
    [OIDC_BAD_CLAIMS] = "oidc_bad_claims",
    [OIDC_INTERNAL] = "oidc_internal",
  };
  return error >= 0 && error < OIDC_ERRORS ? codes[error] : "oidc_internal";
}
