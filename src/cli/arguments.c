/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/arguments.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

#define DEFAULT_FILE "testudo.conf"

int argument_split(const char *given, struct argument *a)
{
  if (strncmp(given, "--", 2) != 0 || given[2] == '\0' || given[2] == '=')
    return ERR_MALFORMED;
  size_t n = strcspn(given + 2, "=");
  if (n >= sizeof a->name)
    return ERR_RANGE;
  memcpy(a->name, given + 2, n);
  a->name[n] = '\0';
  a->value = given[2 + n] == '=' ? given + 2 + n + 1 : NULL;
  return 0;
}

bool arguments_ask_help(int argc, char **argv)
{
  for (int i = 0; i < argc; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
      return true;
  return false;
}

/* The processors that this process may use: fewer than the machine's in a container. */
static unsigned cores(void)
{
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

static bool is_config(const struct argument *a)
{
  return strcmp(a->name, "config") == 0;
}

static int set_options(struct config *c, const struct argument *list, size_t n, char error[CONFIG_ERROR])
{
  int err = 0;
  for (size_t i = 0; err == 0 && i < n; i++)
    if (!is_config(&list[i]))
      err = config_set_argument(c, list[i].name, list[i].value, error);
  return err;
}

int arguments_load(struct config *c, const struct argument *list, size_t n, char error[CONFIG_ERROR])
{
  const char *file = access(DEFAULT_FILE, F_OK) == 0 ? DEFAULT_FILE : NULL;
  for (size_t i = 0; i < n; i++)
    if (is_config(&list[i]))
      file = list[i].value;
  config_init(c);
  int err = file != NULL ? config_read_file(c, file, error) : 0;
  if (err == 0)
    err = set_options(c, list, n, error);
  if (err == 0)
    err = config_finish(c, cores(), error);
  return err;
}

void arguments_print_config_help(void)
{
  puts("  --config FILE   (default: " DEFAULT_FILE ")\n"
       "      The configuration file. testudo.conf.example explains all options.");
}
