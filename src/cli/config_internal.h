/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of config_finish share. */
#ifndef TESTUDO_CLI_CONFIG_INTERNAL_H
#define TESTUDO_CLI_CONFIG_INTERNAL_H

#include "cli/config.h"

/* Writes the option's place and the text. Returns ERR_REFUSED. */
int config_refuse(const struct config *c, enum config_option option, char error[CONFIG_ERROR], const char *fmt, ...)
  __attribute__((format(printf, 4, 5)));

bool config_is_set(const struct config *c, enum config_option option);

/* Whether the n bytes of `s` end with `end`. */
bool config_ends_with(const char *s, size_t n, const char *end);

/* Mail, SMS and OpenID Connect (config_outbound.c). ERR_REFUSED. */
int config_check_outbound(const struct config *c, char error[CONFIG_ERROR]);

#endif
