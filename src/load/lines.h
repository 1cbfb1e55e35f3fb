/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media for servers whose signalling a script does: `testudo load media`. Commands come on the standard input, a line of
 * JSON each (testudo load media --help); answers go to the standard output in the same way. */
#ifndef TESTUDO_LOAD_LINES_H
#define TESTUDO_LOAD_LINES_H

#include "load/options.h"

/* Until the input ends. A line that is not understood is answered by {"error": ...}. ERR_NOMEM, ERR_CRYPTO, ERR_IO;
 * ERR_LIMIT: a line without end. */
int lines_run(const struct load_options *o);

#endif
