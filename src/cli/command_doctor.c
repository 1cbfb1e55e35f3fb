/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo doctor`: whether everything is as it must be, and what to do where it is not. */
#include <stdarg.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/console_print.h"
#include "cli/doctor.h"

#define LINE_BYTES 1536

static void say(struct doctor *d, const char *verdict, const char *what, const char *fmt, va_list ap)
{
  char text[LINE_BYTES];
  (void)vsnprintf(text, sizeof text, fmt, ap);
  if (d->checks != NULL)
    (void)json_array_append_new(d->checks,
                                json_pack("{ss ss so}", "verdict", verdict, "what", what, "text", json_text(text)));
  else
    printf("%-8s %s: %s\n", verdict, what, text);
}

void doctor_ok(struct doctor *d, const char *what, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  say(d, "ok", what, fmt, ap);
  va_end(ap);
}

void doctor_warn(struct doctor *d, const char *what, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  say(d, "warning", what, fmt, ap);
  va_end(ap);
  d->warnings++;
}

void doctor_problem(struct doctor *d, const char *what, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  say(d, "problem", what, fmt, ap);
  va_end(ap);
  d->problems++;
}

/* One that is wrong is refused before this. */
static void check_configuration(struct doctor *d)
{
  const struct config *c = d->config;
  doctor_ok(d, "configuration", "%s, profile %s%s, %s", c->file[0] != '\0' ? c->file : "no file, all defaults",
            config_profile_name(c), config_is_local(c) ? " (this machine alone)" : "", c->origin);
}

static int doctor(struct console *c)
{
  struct doctor d = {.config = &c->config, .now_s = c->now_s};
  d.checks = console_flag(c, "json") ? json_array() : NULL;
  (void)config_store_folder(&c->config, d.folder);
  d.running = store_is_open(d.folder);
  check_configuration(&d);
  doctor_certificate(&d);
  doctor_key_file(&d);
  doctor_store(&d);
  doctor_disk(&d);
  doctor_secret_files(&d);
  doctor_ports(&d);
  doctor_kernel(&d);
  if (d.checks != NULL)
    json_print(json_pack("{so sI sI}", "checks", d.checks, "warnings", (json_int_t)d.warnings, "problems",
                         (json_int_t)d.problems));
  else
    printf("\n%u problem%s, %u warning%s.\n", d.problems, d.problems == 1 ? "" : "s", d.warnings,
           d.warnings == 1 ? "" : "s");
  return d.problems == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const struct console_option doctor_options[] = {CONSOLE_JSON};

static const struct console_action doctor_action = {
  "",
  "",
  0,
  0,
  doctor_options,
  sizeof doctor_options / sizeof doctor_options[0],
  doctor,
  STORE_NONE,
  "Looks at configuration, certificate, key, database, log, disk, ports and kernel, and says what to do. Ends with 1 "
  "if there "
  "is a problem.",
};

const struct console_group doctor_group = {"doctor", "Whether everything is as it must be.", &doctor_action, 1};
