/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the configuration to what answers depend on. */
#ifndef TESTUDO_WEB_SITE_H
#define TESTUDO_WEB_SITE_H

#include "cli/config.h"
#include "web/api/api.h"

/* Texts point into `config`. Reads the certificate: to be called before the sandbox is entered. ERR_MALFORMED, ERR_LIMIT: an origin that is none; the configuration has checked them. */
int site_of(const struct config *config, struct site *site);

#endif
