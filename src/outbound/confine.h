/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sandbox of the outbound process: outward connections and the files of the resolver. */
#ifndef TESTUDO_OUTBOUND_CONFINE_H
#define TESTUDO_OUTBOUND_CONFINE_H

#include "cli/config.h"

/* As sandbox_enter. Before it, names are made to be resolved by the C library itself (files and DNS), since other
 * methods would load code. */
int confine_enter(const struct config *config);

#endif
