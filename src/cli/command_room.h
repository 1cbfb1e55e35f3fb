/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands for rooms and series share. */
#ifndef TESTUDO_CLI_COMMAND_ROOM_H
#define TESTUDO_CLI_COMMAND_ROOM_H

#include "cli/commands.h"
#include "cli/console_print.h"

/* The option --owner, which is needed. 0, or the exit code: told. */
int room_read_owner(struct console *c, struct uid *owner);

json_t *room_json(struct console *c, const struct store_room *r);

/* Those of a series, or of an owner (none: all). */
struct rooms_wanted {
  const struct uid *series, *owner;
};
int room_print_list(struct console *c, const struct rooms_wanted *wanted);

int room_members(struct console *c);
int room_attendance(struct console *c);

#endif
