/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/providers_open.h"

#include <sodium.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/secret_file.h"

#define KEY_FILE_BYTES 4096
#define REDIRECT_BYTES (CONFIG_ORIGIN + 64)

/* What oidc_new copies. */
struct reading {
  struct oidc_provider_config provider[LIMIT_OIDC_PROVIDERS];
  char secret[LIMIT_OIDC_PROVIDERS][SECRET_LINE_BYTES];
  char redirect[LIMIT_OIDC_PROVIDERS][REDIRECT_BYTES];
  char apple_key[KEY_FILE_BYTES];
};

static int read_apple_key(const struct config *config, const char *file, struct reading *r,
                          struct oidc_provider_config *p)
{
  size_t n = 0;
  int err = secret_file_all(config, OPTION_OIDC_SECRET_FILES, file, r->apple_key, sizeof r->apple_key, &n);
  p->apple_key = span_of(r->apple_key, n);
  p->apple_team = config->apple_team;
  p->apple_key_id = config->apple_key_id;
  return err;
}

static int read_provider(const struct config *config, const struct site *site, size_t i, struct reading *r)
{
  struct oidc_provider_config *p = &r->provider[i];
  const char *file = config->oidc_secret_file[i];
  (void)snprintf(r->redirect[i], sizeof r->redirect[i], "%s/oidc/%s", config->origin, site->provider[i].id);
  *p = (struct oidc_provider_config){.issuer = config->oidc_issuer[i], .client_id = config->oidc_client[i],
                                     .redirect_uri = r->redirect[i], .form_post = site->provider[i].form_post};
  printf("Sign-in by %s comes back to this address, which has to be registered there:\n    %s\n", site->provider[i].name,
         r->redirect[i]);
  if (strcmp(p->issuer, CONFIG_ISSUER_APPLE) == 0)
    return read_apple_key(config, file, r, p);
  p->client_secret = r->secret[i];
  return secret_file_line(config, OPTION_OIDC_SECRET_FILES, file, r->secret[i]);
}

static int refuse(const struct config *config, int err)
{
  char where[CONFIG_PATH + 16];
  if (err == ERR_CRYPTO)
    log_error("%s: Apple's file is no key. Mend: name the .p8 file that was downloaded there.",
              config_where(config, OPTION_OIDC_SECRET_FILES, where));
  else
    log_error("%s: a provider cannot be used as it is set: %s. Mend: look at oidc_issuers, oidc_clients and "
              "oidc_secret_files.", config_where(config, OPTION_OIDC_ISSUERS, where), err_text(err));
  return err == ERR_NOMEM ? err : ERR_REFUSED;
}

int providers_open(const struct config *config, const struct site *site, struct oidc **oidc)
{
  struct reading reading = {0};
  int err = 0;
  *oidc = NULL;
  if (site->providers == 0)
    return 0;
  for (size_t i = 0; err == 0 && i < site->providers; i++)
    err = read_provider(config, site, i, &reading);
  if (err == 0) {
    err = oidc_new(oidc, reading.provider, site->providers, &random_system);
    err = err == 0 ? 0 : refuse(config, err);
  }
  sodium_memzero(&reading, sizeof reading);
  return err;
}
