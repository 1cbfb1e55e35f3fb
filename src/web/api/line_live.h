/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line with the store and the meetings behind it: what struct line_io asks for. */
#ifndef TESTUDO_WEB_API_LINE_LIVE_H
#define TESTUDO_WEB_API_LINE_LIVE_H

#include "web/api/api.h"

/* Makes a->line. ERR_NOMEM. */
int line_live_new(struct api *a);

#endif
