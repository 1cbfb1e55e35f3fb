/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/site.h"

#include <string.h>

#include "web/api/providers.h"
#include "web/certificate.h"

/* Not known is no reason not to start: whoever serves it has read it already. */
static uint64_t end_of_certificate(const char *file)
{
  int64_t end_s = 0;
  return certificate_end(file, &end_s) == 0 && end_s > 0 ? (uint64_t)end_s : 0;
}

int site_of(const struct config *config, struct site *site)
{
  int err = 0;
  *site = (struct site){
    .name = "Testudo",
    .profile = config_profile_name(config),
    .config_file = config->file,
    .certificate = config->certificate,
    .certificate_until_s = end_of_certificate(config->certificate),
    .sign_up_open = config->sign_up == SIGN_UP_OPEN,
    .two_factors_everybody = config->two_factors == TWO_FACTORS_EVERYBODY,
    .high_care = config->care == CARE_HIGH,
    .mail = config->smtp_server[0] != '\0',
    .sms = config->sms_hook[0] != '\0',
  };
  for (size_t i = 0; err == 0 && i < LIMIT_CORS_ORIGINS && config->cors_origin[i][0] != '\0'; i++)
    err = origins_add(&site->cors, config->cors_origin[i]);
  for (size_t i = 0; err == 0 && i < LIMIT_ISSUERS && config->oidc_issuer[i][0] != '\0'; i++)
    err = provider_add(site, config->oidc_issuer[i], strcmp(config->oidc_issuer[i], CONFIG_ISSUER_APPLE) == 0);
  return err;
}
