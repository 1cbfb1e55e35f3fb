/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form by which a provider answers from its own site (OAuth 2.0 Form Post Response Mode), on its way to the page. */
#ifndef TESTUDO_WEB_API_OIDC_FORM_H
#define TESTUDO_WEB_API_OIDC_FORM_H

#include "base/bytes.h"

/* Of all fields those that the page brings back (code, state, iss, error), encoded as they came. What is written stands in a
 * header: letters, digits and "-._~*+%=&" alone. ERR_MALFORMED: any other byte in one of them, or none of them is there. */
int oidc_form_put(struct writer *w, struct span form);

#endif
