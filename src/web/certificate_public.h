/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the operator's certificate will do for the public (A1): said at the start, not by the first visitor's browser. */
#ifndef TESTUDO_WEB_CERTIFICATE_PUBLIC_H
#define TESTUDO_WEB_CERTIFICATE_PUBLIC_H

#include <stdint.h>

/* Looks at the first certificate of a PEM file, at its key and at the name that browsers will ask for, which is the host of
 * `origin`. Returns NULL if nothing is wrong, else one sentence that says what is, and the mend: a constant text. Whether
 * browsers trust who has issued it is not looked at: that depends on them. `now_s` is Unix time. */
const char *certificate_public_problem(const char *certificate_path, const char *key_path, const char *origin,
                                       int64_t now_s);

/* When the first certificate of a PEM file ends, in Unix seconds. ERR_IO, ERR_MALFORMED. */
int certificate_until(const char *certificate_path, int64_t *unix_s);

#endif
