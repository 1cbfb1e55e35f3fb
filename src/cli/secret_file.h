/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that hold one secret each, read by the one process that needs it before it closes the file system to itself. */
#ifndef TESTUDO_CLI_SECRET_FILE_H
#define TESTUDO_CLI_SECRET_FILE_H

#include "cli/config.h"

#define SECRET_LINE_BYTES 256

/* The first line. A path that is "" gives "". ERR_REFUSED: the file is missing, empty, too long, open to others or none;
 * logged with its option and the mend. */
int secret_file_line(const struct config *c, enum config_option option, const char *path, char out[SECRET_LINE_BYTES]);

/* All of it, up to `most` bytes: a PEM file. The same errors. */
int secret_file_all(const struct config *c, enum config_option option, const char *path, char *out, size_t most,
                    size_t *n);

#endif
