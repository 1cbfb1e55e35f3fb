/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that names who speaks at an event: lines of "EMAIL PASSWORD", the host first; empty lines and those that
 * begin with # count for nothing. */
#ifndef TESTUDO_LOAD_SPEAKERS_H
#define TESTUDO_LOAD_SPEAKERS_H

#include <stddef.h>

#include "base/limits.h"
#include "load/entrant.h"

#define SPEAKERS_BYTES 16384

struct load_speakers {
  size_t n;
  struct entrant_account account[LIMIT_ROOM_PEOPLE]; /* point into `text` */
  char text[SPEAKERS_BYTES];
};

/* ERR_IO: it cannot be read. ERR_MALFORMED: the line `*line` is not of this form. ERR_LIMIT: more than
 * LIMIT_ROOM_PEOPLE, or than SPEAKERS_BYTES. */
int load_speakers_read(struct load_speakers *s, const char *path, unsigned *line);

/* The same of what stands in `s->text`, a terminated string. */
int load_speakers_parse(struct load_speakers *s, unsigned *line);

#endif
