/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/site.h"

int site_of(const struct config *config, struct site *site)
{
  int err = 0;
  *site = (struct site){
    .name = "Testudo",
    .profile = config->profile == PROFILE_LOCAL ? "local" : "production",
    .config_file = config->file,
    .certificate = config->certificate,
    .sign_up_open = config->sign_up == SIGN_UP_OPEN,
    .two_factors_everybody = config->two_factors == TWO_FACTORS_EVERYBODY,
    .mail = config->smtp_server[0] != '\0',
    .sms = config->sms_hook[0] != '\0',
  };
  for (size_t i = 0; err == 0 && i < LIMIT_CORS_ORIGINS && config->cors_origin[i][0] != '\0'; i++)
    err = origins_add(&site->cors, config->cors_origin[i]);
  return err;
}
