/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/speakers.h"

#include <stdio.h>
#include <string.h>

#define BLANKS " \t\r"

static int take_line(struct load_speakers *s, char *line)
{
  line += strspn(line, BLANKS);
  if (*line == '\0' || *line == '#')
    return 0;
  char *end = line + strlen(line), *gap = strpbrk(line, BLANKS);
  while (end > line && strchr(BLANKS, end[-1]) != NULL)
    *--end = '\0';
  if (gap == NULL || gap >= end)
    return ERR_MALFORMED;
  *gap = '\0';
  char *password = gap + 1 + strspn(gap + 1, BLANKS);
  if (strchr(line, '@') == NULL)
    return ERR_MALFORMED;
  if (s->n == LIMIT_ROOM_PEOPLE)
    return ERR_LIMIT;
  s->account[s->n++] = (struct entrant_account){.email = line, .password = password};
  return 0;
}

int load_speakers_parse(struct load_speakers *s, unsigned *line)
{
  int err = 0;
  char *rest = s->text;
  s->n = 0;
  for (*line = 1; err == 0 && rest != NULL; ++*line) {
    char *this_line = strsep(&rest, "\n");
    err = take_line(s, this_line);
  }
  --*line;
  return err;
}

int load_speakers_read(struct load_speakers *s, const char *path, unsigned *line)
{
  *line = 0;
  FILE *f = fopen(path, "re");
  if (f == NULL)
    return ERR_IO;
  size_t n = fread(s->text, 1, sizeof s->text - 1, f);
  int err = ferror(f) != 0 ? ERR_IO : n == sizeof s->text - 1 ? ERR_LIMIT : 0;
  (void)fclose(f);
  s->text[n] = '\0';
  return err == 0 ? load_speakers_parse(s, line) : err;
}
