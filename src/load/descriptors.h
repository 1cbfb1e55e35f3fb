/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many files and sockets this process may have open. */
#ifndef TESTUDO_LOAD_DESCRIPTORS_H
#define TESTUDO_LOAD_DESCRIPTORS_H

#include <stddef.h>

/* So many at least, and some for what the process has anyhow. ERR_IO: the system does not allow that. */
int descriptors_allow(size_t needed);

#endif
