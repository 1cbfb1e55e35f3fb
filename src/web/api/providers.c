/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/providers.h"

#include <stdio.h>

#define SCHEME "https://"

static const struct {
  const char *issuer, *id, *name;
} known[] = {
  {"https://accounts.google.com", "google", "Google"},
  {"https://appleid.apple.com", "apple", "Apple"},
};

static bool is_plain(char b)
{
  return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
}

/* "login.example.org:8443" becomes "login-example-org-8443", as far as there is room. */
static void make_from_host(const char *issuer, struct provider_names *names)
{
  const char *host = strncmp(issuer, SCHEME, strlen(SCHEME)) == 0 ? issuer + strlen(SCHEME) : issuer;
  size_t n = strcspn(host, "/"), written = 0;
  (void)snprintf(names->name, sizeof names->name, "%.*s", (int)n, host);
  for (size_t i = 0; i < n && written < sizeof names->id - 1; i++)
    names->id[written++] = is_plain(host[i]) ? host[i] : '-';
  names->id[written] = '\0';
}

void provider_names_make(const char *issuer, struct provider_names *names)
{
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strcmp(issuer, known[i].issuer) == 0) {
      (void)snprintf(names->id, sizeof names->id, "%s", known[i].id);
      (void)snprintf(names->name, sizeof names->name, "%s", known[i].name);
      return;
    }
  make_from_host(issuer, names);
}

void provider_names_of(const struct site *site, const char *issuer, struct provider_names *names)
{
  for (size_t i = 0; i < site->providers; i++)
    if (strcmp(site->provider[i].issuer, issuer) == 0) {
      (void)snprintf(names->id, sizeof names->id, "%s", site->provider[i].id);
      (void)snprintf(names->name, sizeof names->name, "%s", site->provider[i].name);
      return;
    }
  provider_names_make(issuer, names);
}

int provider_find(const struct site *site, struct span id, size_t *place)
{
  for (size_t i = 0; i < site->providers; i++)
    if (span_equal(id, span_str(site->provider[i].id))) {
      *place = i;
      return 0;
    }
  return ERR_NOT_FOUND;
}

/* Two issuers at one host: the second one's id ends in "-2". */
static void make_unique(const struct site *site, char id[PROVIDER_ID_BYTES])
{
  char first[PROVIDER_ID_BYTES - 2];
  size_t place;
  (void)snprintf(first, sizeof first, "%.*s", (int)sizeof first - 1, id);
  for (unsigned i = 2; provider_find(site, span_str(id), &place) == 0; i++)
    (void)snprintf(id, PROVIDER_ID_BYTES, "%s-%u", first, i % 10);
}

int provider_add(struct site *site, const char *issuer, bool form_post)
{
  struct provider_names names;
  if (site->providers == LIMIT_OIDC_PROVIDERS)
    return ERR_LIMIT;
  provider_names_make(issuer, &names);
  make_unique(site, names.id);
  size_t i = site->providers++;
  (void)snprintf(site->provider[i].id, sizeof site->provider[i].id, "%s", names.id);
  (void)snprintf(site->provider[i].name, sizeof site->provider[i].name, "%s", names.name);
  (void)snprintf(site->provider[i].issuer, sizeof site->provider[i].issuer, "%s", issuer);
  site->provider[i].form_post = form_post;
  return 0;
}

json_t *providers_json(const struct site *site)
{
  json_t *list = json_array();
  for (size_t i = 0; i < site->providers; i++)
    (void)json_array_append_new(list, json_pack("{ss ss}", "id", site->provider[i].id, "name", site->provider[i].name));
  return list;
}
