/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How providers of OpenID Connect are called: in addresses and to people. */
#ifndef TESTUDO_WEB_API_PROVIDERS_H
#define TESTUDO_WEB_API_PROVIDERS_H

#include <jansson.h>

#include "web/api/api.h"

#define PROVIDER_ID_BYTES 24 /* with the zero: a part of the page's addresses has no more (api.c) */
#define PROVIDER_NAME_BYTES 64

struct provider_names {
  char id[PROVIDER_ID_BYTES];     /* small letters, digits and hyphens */
  char name[PROVIDER_NAME_BYTES];
};

/* From its issuer: "google" and "Google", "apple" and "Apple", else from its host: "login-example-org" and
 * "login.example.org". */
void provider_names_make(const char *issuer, struct provider_names *names);

/* As the server's configuration has it, or made anew for an issuer that is not in it any more. */
void provider_names_of(const struct site *site, const char *issuer, struct provider_names *names);

/* The place of the one that is called so in the list. ERR_NOT_FOUND. */
int provider_find(const struct site *site, struct span id, size_t *place);

/* Adds one to the site, with an id that no other has. ERR_LIMIT. */
int provider_add(struct site *site, const char *issuer, bool form_post);

/* All of them by id and name: a new list. */
json_t *providers_json(const struct site *site);

#endif
