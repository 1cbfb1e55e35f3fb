/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo room members` and `attendance`. */
#include <stdlib.h>

#include "cli/command_room.h"
#include "people/words.h"

/* --- members --- */

static int set_member(struct console *c, const struct store_room *r, const char *email)
{
  struct room_member m = {.role = ROLE_PARTICIPANT};
  int code = console_email(c, email, m.email);
  if (code == 0)
    code = console_role(c, "role", &m.role);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, store_member_set(c->store, &r->id, &m), "member_set", m.email, "%s in %s",
                        role_word(m.role), r->title);
  return console_store_error(c, err);
}

static int remove_member(struct console *c, const struct store_room *r, const char *text)
{
  char email[EMAIL_BYTES];
  int code = console_email(c, text, email);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, store_member_remove(c->store, &r->id, email), "member_removed", email, "%s", r->title);
  if (err == ERR_NOT_FOUND)
    return console_fail(c, "%s is not on the list. Mend: testudo room members ROOM shows it.", email);
  return console_store_error(c, err);
}

static json_t *member_json(struct console *c, const void *row)
{
  const struct room_member *m = row;
  (void)c;
  return json_pack("{ss ss}", "email", m->email, "role", role_word(m->role));
}

static void member_cells(struct console *c, const void *row, struct table *t)
{
  const struct room_member *m = row;
  (void)c;
  table_add(t, role_word(m->role));
  table_add(t, m->email);
}

static int read_members(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  return store_member_list(c->store, of, page, rows, n);
}

static int list_members(struct console *c, const struct store_room *r)
{
  static const char *const header[] = {"ROLE", "EMAIL"};
  static const struct list_kind kind = {
    .name = "members",
    .nothing = "Nobody has a role beforehand.",
    .header = header,
    .columns = 2,
    .row_size = sizeof(struct room_member),
    .read = read_members,
    .to_json = member_json,
    .to_cells = member_cells,
  };
  return list_print(c, &kind, &r->id, LIST_ALL);
}

int room_members(struct console *c)
{
  struct store_room r;
  const char *set = console_option(c, "set"), *remove = console_option(c, "remove");
  if (set != NULL && remove != NULL)
    return console_usage(c, "--set and --remove exclude each other. Mend: one at a time.");
  if (set == NULL && console_flag(c, "role"))
    return console_usage(c, "--role: whose? Mend: give --set EMAIL.");
  int code = console_room(c, c->argument[0], &r);
  if (code != 0)
    return code;
  return set != NULL ? set_member(c, &r, set) : remove != NULL ? remove_member(c, &r, remove) : list_members(c, &r);
}

/* --- attendance --- */

static json_t *stay_json(struct console *c, const void *row)
{
  const struct attendance *a = row;
  (void)c;
  return json_pack("{so so so ss so so}", "name", json_text(a->name), "email", json_text(a->email), "verified",
                   json_text(a->verified), "role", role_word(a->role), "joined", json_time(a->joined_s), "left",
                   json_time(a->left_s));
}

static void stay_cells(struct console *c, const void *row, struct table *t)
{
  const struct attendance *a = row;
  (void)c;
  table_add_time(t, a->joined_s);
  table_add_time(t, a->left_s);
  table_add(t, role_word(a->role));
  table_add(t, a->verified);
  table_add(t, a->email);
  table_add(t, a->name);
}

static int read_stays(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  return store_attendance_list(c->store, of, page, rows, n);
}

int room_attendance(struct console *c)
{
  static const char *const header[] = {"JOINED", "LEFT", "ROLE", "VERIFIED BY", "EMAIL", "NAME"};
  static const struct list_kind kind = {
    .name = "stays",
    .nothing = "Nobody has come yet.",
    .header = header,
    .columns = 6,
    .row_size = sizeof(struct attendance),
    .read = read_stays,
    .to_json = stay_json,
    .to_cells = stay_cells,
  };
  struct store_room r;
  int code = console_room(c, c->argument[0], &r);
  return code == 0 ? list_print(c, &kind, &r.id, LIST_ALL) : code;
}
