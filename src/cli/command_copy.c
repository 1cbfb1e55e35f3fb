/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo backup` and `testudo restore`. */
#include <stdlib.h>

#include "cli/commands.h"
#include "store/store_log.h"

static int note(struct console *c, const char *kind, const char *detail)
{
  struct log_event e = {.time_s = c->now_s, .actor = "cli"};
  (void)snprintf(e.kind, sizeof e.kind, "%s", kind);
  (void)snprintf(e.detail, sizeof e.detail, "%s", detail);
  return store_log_add(c->store, &e);
}

static int backup(struct console *c)
{
  const char *file = c->argument[0];
  int err = store_backup(c->store, file);
  if (err == ERR_STATE)
    return console_fail(c, "%s is there already. Mend: name a file that is not there.", file);
  if (err == ERR_IO)
    return console_fail(
        c,
        "%s cannot be written. Mend: name a folder that is there, that %s may write, and that has room.", file,
        console_user(c));
  if (err == 0)
    err = note(c, "backup", "of the whole database");
  if (err != 0)
    return console_store_error(c, err);
  char *path = realpath(file, NULL);
  printf("Written: %s\nThe key is not in it. Keep a copy of %s as well, and in another place.\n",
         path != NULL ? path : file, c->config.key_file);
  free(path);
  return 0;
}

static int restore_failed(struct console *c, int err)
{
  const char *file = c->argument[0];
  switch (err) {
  case ERR_STATE:
    return console_fail(c, "the server is running, or another command has the database open. Mend: stop it first.");
  case ERR_AUTH:
    return console_fail(c,
                        "the key file %s does not open this backup. Mend: put the key there that belongs to it (chmod "
                        "600).",
                        c->config.key_file);
  case ERR_UNSUPPORTED:
    return console_fail(
        c, "%s is not a backup, or one of a newer version. Mend: name another, or use the newer program.", file);
  default:
    return console_fail(c,
                        "%s cannot be read by %s, or is damaged. Nothing was changed. Mend: name another backup, or give "
                        "the right to read it.",
                        file, console_user(c));
  }
}

static int restore(struct console *c)
{
  char folder[CONFIG_PATH];
  int code = console_confirm(c, "puts the backup in place of the database, which is kept beside it");
  if (code != 0)
    return code;
  (void)config_store_folder(&c->config, folder);
  int err = store_restore(folder, c->config.key_file, c->argument[0]);
  if (err != 0)
    return restore_failed(c, err);
  err = store_open(&c->store, folder, c->config.key_file);
  if (err == 0)
    err = note(c, "restored", "a backup took the database's place");
  if (err != 0)
    return console_store_error(c, err);
  printf("Restored. The earlier database is kept: %s/testudo.db.before-restore\n", folder);
  return 0;
}

static const struct console_option restore_options[] = {CONSOLE_YES};

static const struct console_action backup_action = {
  "",     "FILE",      1,
  1,      NULL,        0,
  backup, STORE_KNOWN, "Copies the database into a new file, whole and of one instant, while the server runs.",
};
static const struct console_action restore_action = {
  "",
  "FILE",
  1,
  1,
  CONSOLE_OPTIONS_OF(restore_options),
  restore,
  STORE_REPLACE,
  "Puts a backup in place of the database; the server must be stopped. The backup is checked first.",
};

const struct console_group backup_group = {"backup", "A copy of what the server remembers.", &backup_action, 1};
const struct console_group restore_group = {"restore", "Back to a backup.", &restore_action, 1};
