/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A configuration file of any content is read or refused with a text; what is accepted keeps the promises of the
 * profile. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config.h"

static void check_promises(const struct config *c)
{
  assert(c->media_processes >= 1 && c->https_port >= 1 && c->https_listen.n >= 1);
  assert(strncmp(c->origin, "https://", 8) == 0 && strpbrk(c->origin, "*,/ \t") == c->origin + 6);
  for (size_t i = 0; c->profile == PROFILE_LOCAL && i < c->https_listen.n; i++)
    assert(net_addr_is_loopback(&c->https_listen.at[i]));
  assert(c->profile == PROFILE_LOCAL || !c->certificate_is_own);
  size_t n = strlen(c->data); /* B7 */
  assert(c->key_file[0] != '\0' && (strncmp(c->key_file, c->data, n) != 0 || c->key_file[n] != '/'));
  for (size_t i = 0; i < LIMIT_ISSUERS; i++)
    assert((c->oidc_issuer[i][0] != '\0') == (c->oidc_client[i][0] != '\0') &&
           (c->oidc_issuer[i][0] != '\0') == (c->oidc_secret_file[i][0] != '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct config config;
  char error[CONFIG_ERROR] = "";
  char *text = malloc(size + 1);
  memcpy(text, data, size);
  text[size] = '\0';
  config_init(&config);
  int err = config_read_text(&config, "fuzz.conf", text, error);
  if (err == 0)
    err = config_finish(&config, 2, error);
  if (err == 0)
    check_promises(&config);
  else
    assert(error[0] != '\0' && strnlen(error, sizeof error) < sizeof error);
  free(text);
  return 0;
}
