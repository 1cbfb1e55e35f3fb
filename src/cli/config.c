/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading: the file's lines and the command line's options end in the same place, set_option.
 *
 * The file has its own reader of thirty lines, instead of a library for INI files, because a wrong line must be named:
 * the usual ones join indented lines, cut long ones and let the later of two equal keys win, silently. */
#include "cli/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/config_options.h"

#define FILE_BYTES (64 * 1024)
#define LINE_BYTES 2048
#define SHOWN_BYTES 80 /* of a wrong value in a message */

/* The place of what is being read, for messages. */
struct source {
  uint8_t kind;
  const char *name; /* file */
  unsigned line;
};

static const char *source_text(const struct source *from, const char *option, char text[CONFIG_PATH + 16])
{
  if (from->kind == FROM_FILE)
    snprintf(text, CONFIG_PATH + 16, "%.*s:%u", CONFIG_PATH, from->name, from->line);
  else
    snprintf(text, CONFIG_PATH + 16, "--%.64s", option);
  for (char *p = text; from->kind == FROM_COMMAND_LINE && *p != '\0'; p++)
    if (*p == '_')
      *p = '-';
  return text;
}

/* Text from outside in a message: bounded, and nothing that a terminal obeys. */
static const char *harmless(const char *value, char out[SHOWN_BYTES + 4])
{
  size_t n = strnlen(value, SHOWN_BYTES);
  for (size_t i = 0; i < n; i++)
    out[i] = isprint((unsigned char)value[i]) ? value[i] : '?';
  memcpy(out + n, value[n] == '\0' ? "" : "...", value[n] == '\0' ? 1 : 4);
  return out;
}

/* Levenshtein's distance, for words of less than 32 bytes; 99 otherwise. */
static unsigned distance(const char *a, const char *b)
{
  unsigned row[32];
  size_t an = strlen(a), bn = strlen(b);
  if (an >= 32 || bn >= 32)
    return 99;
  for (unsigned j = 0; j <= bn; j++)
    row[j] = j;
  for (size_t i = 1; i <= an; i++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= bn; j++) {
      unsigned least = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < least)
        least = row[j] + 1;
      if (row[j - 1] + 1 < least)
        least = row[j - 1] + 1;
      row[j] = least;
    }
  }
  return row[bn];
}

static const char *nearest_name(const char *name)
{
  const char *best = NULL;
  unsigned least = 4;
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    unsigned d = distance(name, config_rows[i].name);
    if (d < least) {
      least = d;
      best = config_rows[i].name;
    }
  }
  return best;
}

static int unknown_option(const struct source *from, const char *name, char error[CONFIG_ERROR])
{
  char where[CONFIG_PATH + 16], shown[SHOWN_BYTES + 4];
  const char *near = nearest_name(name);
  int n = snprintf(error, CONFIG_ERROR, "%.300s: there is no option \"%s\". Mend: ", source_text(from, name, where),
                   harmless(name, shown));
  if (near != NULL)
    snprintf(error + n, CONFIG_ERROR - (size_t)n, "perhaps %s is meant?", near);
  else
    snprintf(error + n, CONFIG_ERROR - (size_t)n, "testudo serve --help lists all options.");
  return ERR_NOT_FOUND;
}

static int set_twice(const struct source *from, const char *name, unsigned earlier, char error[CONFIG_ERROR])
{
  char where[CONFIG_PATH + 16];
  source_text(from, name, where);
  if (from->kind == FROM_FILE)
    snprintf(error, CONFIG_ERROR, "%.300s: %s is set a second time (first in line %u). Mend: keep one.", where, name,
             earlier);
  else
    snprintf(error, CONFIG_ERROR, "%.300s: given twice. Mend: give it once.", where);
  return ERR_MALFORMED;
}

static int set_option(struct config *c, const struct source *from, const char *name, const char *value,
                      char error[CONFIG_ERROR])
{
  char where[CONFIG_PATH + 16], shown[SHOWN_BYTES + 4];
  size_t i = 0;
  while (i < OPTION_COUNT && strcmp(config_rows[i].name, name) != 0)
    i++;
  if (i == OPTION_COUNT)
    return unknown_option(from, name, error);
  if (c->place[i].kind == from->kind)
    return set_twice(from, name, c->place[i].line, error);
  int err = config_rows[i].read(c, value);
  if (err != 0) {
    snprintf(error, CONFIG_ERROR, "%.300s: %s: \"%s\" cannot be used. Mend: give %s.", source_text(from, name, where),
             name, harmless(value, shown), config_rows[i].wants);
    return err;
  }
  c->place[i] = (struct config_place){.kind = from->kind, .line = (uint16_t)from->line};
  return 0;
}

void config_init(struct config *c)
{
  memset(c, 0, sizeof *c); /* not by assignment: padding is sent to the children, too */
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (config_rows[i].initial != NULL)
      (void)config_rows[i].read(c, config_rows[i].initial); /* test_config reads them all */
}

static char *trim(char *s)
{
  while (isspace((unsigned char)*s))
    s++;
  size_t n = strlen(s);
  while (n > 0 && isspace((unsigned char)s[n - 1]))
    s[--n] = '\0';
  return s;
}

static int bad_line(const struct source *from, const char *what, char error[CONFIG_ERROR])
{
  char where[CONFIG_PATH + 16];
  snprintf(error, CONFIG_ERROR, "%.300s: %s Mend: write \"option = value\", or # before a comment.",
           source_text(from, "", where), what);
  return ERR_MALFORMED;
}

static int read_line(struct config *c, const struct source *from, char *line, char error[CONFIG_ERROR])
{
  char *name = trim(line);
  if (*name == '\0' || *name == '#')
    return 0;
  char *equals = strchr(name, '=');
  if (equals == NULL)
    return bad_line(from, "there is no \"=\" in this line.", error);
  *equals = '\0';
  return set_option(c, from, trim(name), trim(equals + 1), error);
}

int config_read_text(struct config *c, const char *name, const char *text, char error[CONFIG_ERROR])
{
  struct source from = {.kind = FROM_FILE, .name = name};
  char line[LINE_BYTES];
  while (*text != '\0') {
    size_t n = strcspn(text, "\n");
    from.line++;
    if (n >= sizeof line)
      return bad_line(&from, "this line is too long.", error);
    memcpy(line, text, n);
    line[n] = '\0';
    int err = read_line(c, &from, line, error);
    if (err != 0)
      return err;
    text += n + (text[n] == '\n');
  }
  return 0;
}

static int file_error(const char *name, const char *what, int err, char error[CONFIG_ERROR])
{
  snprintf(error, CONFIG_ERROR, "%.300s: %s", name, what);
  return err;
}

int config_read_file(struct config *c, const char *name, char error[CONFIG_ERROR])
{
  FILE *f = fopen(name, "re");
  if (f == NULL)
    return file_error(name, strerror(errno), errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, error);
  char *text = calloc(1, FILE_BYTES + 1);
  size_t n = text != NULL ? fread(text, 1, FILE_BYTES, f) : 0;
  int err = text != NULL && ferror(f) == 0 ? 0 : file_error(name, "it cannot be read.", ERR_IO, error);
  if (err == 0 && (n == FILE_BYTES || strlen(text) != n))
    err = file_error(name, "this is not a configuration file (too large, or not text).", ERR_MALFORMED, error);
  if (err == 0)
    err = config_read_text(c, name, text, error);
  if (err == 0)
    snprintf(c->file, sizeof c->file, "%s", name);
  free(text);
  fclose(f);
  return err;
}

bool config_knows(const char *name)
{
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    const char *row = config_rows[i].name, *p = name;
    while (*p != '\0' && (*p == *row || (*p == '-' && *row == '_')))
      p++, row++;
    if (*p == '\0' && *row == '\0')
      return true;
  }
  return false;
}

int config_set_argument(struct config *c, const char *name, const char *value, char error[CONFIG_ERROR])
{
  const struct source from = {.kind = FROM_COMMAND_LINE};
  char copy[64];
  size_t n = strnlen(name, sizeof copy - 1);
  for (size_t i = 0; i < n; i++)
    copy[i] = name[i] == '-' ? '_' : name[i];
  copy[n] = '\0';
  return set_option(c, &from, copy, value, error);
}

const char *config_where(const struct config *c, enum config_option option, char text[CONFIG_PATH + 16])
{
  const struct config_place *place = &c->place[option];
  const struct source from = {.kind = place->kind, .name = c->file, .line = place->line};
  if (place->kind != FROM_DEFAULT)
    return source_text(&from, config_rows[option].name, text);
  snprintf(text, CONFIG_PATH + 16, "%s (default)", config_rows[option].name);
  return text;
}

void config_print_wrapped(FILE *out, const char *text)
{
  size_t column = 0;
  while (*text != '\0') {
    size_t n = strcspn(text, " ");
    if (column == 0 || column + 1 + n > 100) {
      fprintf(out, "%s     ", column == 0 ? "" : "\n");
      column = 5;
    }
    fprintf(out, " %.*s", (int)n, text);
    column += 1 + n;
    text += n + strspn(text + n, " ");
  }
  fputc('\n', out);
}

void config_print_help(FILE *out)
{
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    const struct config_row *row = &config_rows[i];
    fputs("  --", out);
    for (const char *p = row->name; *p != '\0'; p++)
      fputc(*p == '_' ? '-' : *p, out);
    fprintf(out, " %s   (default: %s)\n", row->value, row->shown != NULL ? row->shown : row->initial);
    config_print_wrapped(out, row->help);
  }
}
