/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two kernel mechanisms of the sandbox. Both need PR_SET_NO_NEW_PRIVS. */
#ifndef TESTUDO_SANDBOX_PARTS_H
#define TESTUDO_SANDBOX_PARTS_H

#include <stddef.h>

#include "sandbox/sandbox.h"

/* Denies every access to the file system but what the sandbox names, TCP bind and (but to SANDBOX_OUTBOUND) connect,
 * and signals to processes outside: as much of it as this kernel knows. ERR_UNSUPPORTED without Landlock; ERR_IO. */
int landlock_enter(const struct sandbox *s);

/* From here on a system call that the profile does not list kills the process with SIGSYS. ERR_IO. */
int filter_enter(enum sandbox_profile profile);

#endif
