/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo room`: rooms that outlive a meeting. Changes reach who is in within a second. */
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command_room.h"
#include "people/care.h"
#include "people/rules.h"
#include "people/words.h"

static const struct uid none;

/* --- options --- */

static const struct {
  const char *option;
  size_t place; /* of a bool in struct room_policy */
} switches[] = {
  {"unmute-self", offsetof(struct room_policy, unmute_self)},
  {"guests", offsetof(struct room_policy, guests)},
  {"guests-verified", offsetof(struct room_policy, guests_verified)},
  {"waiting-room", offsetof(struct room_policy, waiting_room)},
  {"two-factors", offsetof(struct room_policy, two_factors)},
  {"post-quantum", offsetof(struct room_policy, post_quantum)},
  {"locked", offsetof(struct room_policy, locked)},
};

static int read_switches(struct console *c, struct room_policy *p)
{
  int code = 0;
  for (size_t i = 0; code == 0 && i < sizeof switches / sizeof switches[0]; i++)
    code = console_yes_or_no(c, switches[i].option, (bool *)((char *)p + switches[i].place));
  return code;
}

static int read_policy(struct console *c, enum room_kind kind, struct room_policy *p)
{
  bool high_care = c->config.care == CARE_HIGH;
  if (high_care)
    care_raise(p);
  int code = console_role(c, "present", &p->present);
  if (code == 0)
    code = console_role(c, "share", &p->share);
  if (code == 0)
    code = console_role(c, "chat", &p->chat);
  if (code == 0)
    code = read_switches(c, p);
  if (code == 0)
    code = console_number(c, "most", 2, LIMIT_EVENT_PEOPLE, &p->most);
  if (code == 0)
    code = console_number(c, "invited", 0, LIMIT_EVENT_PEOPLE, &p->invited);
  if (code == 0 && high_care)
    code = console_rule(c, care_problem(p));
  return code == 0 ? console_rule(c, policy_problem(kind, p)) : code;
}

static int read_kind(struct console *c, enum room_kind *kind)
{
  const char *text = console_option(c, "kind");
  if (text == NULL || kind_of_word(span_str(text), kind) == 0)
    return 0;
  return console_usage(c, "--kind: \"%.40s\" cannot be used. Mend: give open, members, ticket or event.", text);
}

static int read_title(struct console *c, const char *text, char title[TITLE_BYTES])
{
  int code = console_rule(c, title_problem(span_str(text)));
  if (code == 0)
    (void)snprintf(title, TITLE_BYTES, "%s", text);
  return code;
}

static int read_series(struct console *c, struct uid *id)
{
  struct series series;
  const char *text = console_option(c, "series");
  if (text == NULL)
    return 0;
  if (strcmp(text, "none") == 0) {
    *id = none;
    return 0;
  }
  int code = console_series(c, text, &series);
  if (code == 0)
    *id = series.id;
  return code;
}

int room_read_owner(struct console *c, struct uid *owner)
{
  struct account a;
  const char *text = console_option(c, "owner");
  if (text == NULL)
    return console_usage(c, "it must belong to somebody. Mend: give --owner EMAIL, of who has an account.");
  int code = console_account(c, text, &a);
  if (code == 0)
    *owner = a.id;
  sodium_memzero(&a, sizeof a);
  return code;
}

/* --- add --- */

static const char *address_of(const struct console *c, const struct store_room *r, char text[CONFIG_ORIGIN + 32])
{
  char id[TOKEN_TEXT + 1];
  (void)snprintf(text, CONFIG_ORIGIN + 32, "%s/m/%s", c->config.origin, id_text(&r->id, id));
  return text;
}

static int add(struct console *c)
{
  struct store_room r = {.created_s = c->now_s};
  char address[CONFIG_ORIGIN + 32];
  int code = read_title(c, c->argument[0], r.title);
  if (code == 0)
    code = read_kind(c, &r.kind);
  r.policy = room_policy_default(r.kind);
  if (code == 0)
    code = read_policy(c, r.kind, &r.policy);
  if (code == 0)
    code = room_read_owner(c, &r.owner);
  if (code == 0)
    code = read_series(c, &r.series);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, store_room_add(c->store, &r), "room_made", r.title, "%s", kind_word(r.kind));
  if (err != 0)
    return console_store_error(c, err);
  if (console_flag(c, "json"))
    json_print(room_json(c, &r));
  else
    puts(address_of(c, &r, address));
  return 0;
}

/* --- showing --- */

static json_t *policy_json(const struct room_policy *p)
{
  return json_pack("{ss ss ss sb sb sb sb sb sb sb si si}", "present", role_word(p->present), "share",
                   role_word(p->share), "chat", role_word(p->chat), "unmute_self", p->unmute_self, "guests", p->guests,
                   "guests_verified", p->guests_verified, "waiting_room", p->waiting_room, "two_factors",
                   p->two_factors, "post_quantum", p->post_quantum, "locked", p->locked, "most", (int)p->most,
                   "invited", (int)p->invited);
}

/* The e-mail address of the owner, "" if there is none any more. */
static const char *owner_email(struct console *c, const struct uid *owner, char email[EMAIL_BYTES])
{
  struct account a;
  email[0] = '\0';
  if (!uid_is_none(owner) && store_account_get(c->store, owner, &a) == 0) {
    (void)snprintf(email, EMAIL_BYTES, "%s", a.email);
    sodium_memzero(&a, sizeof a);
  }
  return email;
}

static json_t *owner_json(struct console *c, const struct uid *owner)
{
  char email[EMAIL_BYTES];
  return owner_email(c, owner, email)[0] == '\0' ? json_null()
                                                 : json_pack("{so ss}", "id", json_id(owner), "email", email);
}

json_t *room_json(struct console *c, const struct store_room *r)
{
  char address[CONFIG_ORIGIN + 32];
  return json_pack("{so ss so so so so so so ss}", "id", json_id(&r->id), "kind", kind_word(r->kind), "title",
                   json_text(r->title), "series", json_id(&r->series), "policy", policy_json(&r->policy), "owner",
                   owner_json(c, &r->owner), "created", json_time(r->created_s), "closed", json_time(r->closed_s),
                   "address", address_of(c, r, address));
}

static void print_policy(const struct room_policy *p)
{
  char number[16];
  print_field("may present", role_word(p->present));
  print_field("may share", role_word(p->share));
  print_field("may chat", role_word(p->chat));
  for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
    print_field(switches[i].option, *((const bool *)((const char *)p + switches[i].place)) ? "yes" : "no");
  (void)snprintf(number, sizeof number, "%u", p->most);
  print_field("most", number);
  (void)snprintf(number, sizeof number, "%u", p->invited);
  print_field("invited", p->invited == 0 ? "not said" : number);
}

static int show(struct console *c)
{
  struct store_room r;
  char text[CONFIG_ORIGIN + 32], email[EMAIL_BYTES];
  int code = console_room(c, c->argument[0], &r);
  if (code != 0)
    return code;
  if (console_flag(c, "json")) {
    json_print(room_json(c, &r));
    return 0;
  }
  print_field("title", r.title);
  print_field("address", address_of(c, &r, text));
  print_field("kind", kind_word(r.kind));
  print_field("owner", owner_email(c, &r.owner, email));
  print_field("series", id_text(&r.series, text));
  print_time("created", r.created_s);
  print_time("closed", r.closed_s);
  print_policy(&r.policy);
  return 0;
}

static json_t *row_json(struct console *c, const void *row)
{
  return room_json(c, row);
}

static void row_cells(struct console *c, const void *row, struct table *t)
{
  const struct store_room *r = row;
  char email[EMAIL_BYTES];
  table_add_id(t, &r->id);
  table_add(t, kind_word(r->kind));
  table_add(t, r->closed_s != 0 ? "closed" : r->policy.locked ? "locked" : "open");
  table_add(t, owner_email(c, &r->owner, email));
  table_add(t, r->title);
}

static int read_rooms(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  const struct rooms_wanted *w = of;
  return w->series != NULL ? store_room_list_series(c->store, w->series, page, rows, n)
                           : store_room_list(c->store, w->owner, page, rows, n);
}

int room_print_list(struct console *c, const struct rooms_wanted *wanted)
{
  static const char *const header[] = {"ROOM", "KIND", "STATE", "OWNER", "TITLE"};
  static const struct list_kind kind = {
    .name = "rooms",
    .nothing = "There are no rooms.",
    .header = header,
    .columns = 5,
    .row_size = sizeof(struct store_room),
    .read = read_rooms,
    .to_json = row_json,
    .to_cells = row_cells,
  };
  return list_print(c, &kind, wanted, LIST_ALL);
}

static int list(struct console *c)
{
  struct uid owner = none;
  int code = console_flag(c, "owner") ? room_read_owner(c, &owner) : 0;
  return code == 0 ? room_print_list(c, &(struct rooms_wanted){.owner = &owner}) : code;
}

/* --- changing --- */

static int read_changes(struct console *c, struct store_room *r)
{
  enum room_kind before = r->kind;
  const char *title = console_option(c, "title");
  bool closed = r->closed_s != 0;
  int code = title != NULL ? read_title(c, title, r->title) : 0;
  if (code == 0)
    code = read_kind(c, &r->kind);
  if (r->kind != before)
    r->policy = room_policy_default(r->kind); /* another kind is another room: nothing of the old rules may slip in */
  if (code == 0)
    code = read_policy(c, r->kind, &r->policy);
  if (code == 0)
    code = read_series(c, &r->series);
  if (code == 0)
    code = console_yes_or_no(c, "closed", &closed);
  r->closed_s = !closed ? 0 : r->closed_s != 0 ? r->closed_s : c->now_s;
  return code;
}

static int set(struct console *c)
{
  struct store_room r;
  int code = console_begin(c);
  if (code == 0)
    code = console_room(c, c->argument[0], &r);
  if (code == 0)
    code = read_changes(c, &r);
  if (code != 0) {
    store_rollback(c->store);
    return code;
  }
  return console_store_error(
      c, console_end(c, store_room_set(c->store, &r), "room_changed", r.title, "%s", kind_word(r.kind)));
}

static int close_room(struct console *c)
{
  struct store_room r;
  int code = console_begin(c);
  if (code == 0)
    code = console_room(c, c->argument[0], &r);
  if (code != 0) {
    store_rollback(c->store);
    return code;
  }
  if (r.closed_s == 0)
    r.closed_s = c->now_s;
  return console_store_error(c,
                             console_end(c, store_room_set(c->store, &r), "room_closed", r.title, "nobody comes in"));
}

static int remove_room(struct console *c)
{
  struct store_room r;
  int code = console_confirm(c, "removes the room for good, with its tickets, members, bans and attendance");
  if (code == 0)
    code = console_room(c, c->argument[0], &r);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  return console_store_error(c,
                             console_end(c, store_room_remove(c->store, &r.id), "room_removed", r.title, "for good"));
}

/* --- the group --- */

#define POLICY_OPTIONS                                                                                                 \
  {"kind", "KIND", "open (with a waiting room; the default), members, ticket or event."},                              \
  {"series", "SERIES", "The series that it belongs to, by its id; none: it stands alone."},                            \
  {"present", "ROLE", "Who may use microphone and camera: everybody from this role on, such as participant."},         \
  {"share", "ROLE", "Who may share a screen."},                                                                        \
  {"chat", "ROLE", "Who may write."},                                                                                  \
  {"unmute-self", "yes|no", "Whether people may speak again after the host has muted them."},                          \
  {"guests", "yes|no", "Whether people without an account may come."},                                                 \
  {"guests-verified", "yes|no", "... only those with a verified e-mail address."},                                     \
  {"waiting-room", "yes|no", "Whether the host admits people one by one."},                                            \
  {"two-factors", "yes|no", "Whether people with an account must have shown two factors."},                            \
  {"post-quantum", "yes|no", "Whether a connection without post-quantum key exchange is refused."},                    \
  {"locked", "yes|no", "Whether nobody new comes in."},                                                                \
  {"most", "NUMBER", "How many people at once: 2 to 8192."},                                                           \
  {"invited", "NUMBER", "How many are expected: more raise an alert. 0: not said."}

static const struct console_option add_options[] = {
  {"owner", "EMAIL", "Whose room it is: its host. Needed."},
  POLICY_OPTIONS,
  CONSOLE_JSON,
};
static const struct console_option list_options[] = {{"owner", "EMAIL", "Those of one person."}, CONSOLE_JSON};
static const struct console_option show_options[] = {CONSOLE_JSON};
static const struct console_option set_options[] = {
  {"title", "TITLE", "Another title."},
  POLICY_OPTIONS,
  {"closed", "yes|no", "no opens it again."},
};
static const struct console_option remove_options[] = {CONSOLE_YES};
static const struct console_option member_options[] = {
  {"set", "EMAIL", "Makes somebody a member, or gives another role."},
  {"role", "ROLE", "With --set: viewer, participant (the default), speaker, cohost or host."},
  {"remove", "EMAIL", "Takes somebody off the list."},
  CONSOLE_JSON,
};

static const struct console_action actions[] = {
  {"add", "TITLE", 1, 1, CONSOLE_OPTIONS_OF(add_options), add, STORE_KNOWN, "Makes a room and prints its address."},
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), list, STORE_KNOWN, "Lists rooms, the newest first."},
  {"show", "ROOM", 1, 1, CONSOLE_OPTIONS_OF(show_options), show, STORE_KNOWN,
   "Shows a room, by its id or its address, and its rules."},
  {"set", "ROOM", 1, 1, CONSOLE_OPTIONS_OF(set_options), set, STORE_KNOWN,
   "Changes a room. Another kind begins with the rules of that kind."},
  {"close", "ROOM", 1, 1, NULL, 0, close_room, STORE_KNOWN, "Ends the meeting and lets nobody in any more."},
  {"remove", "ROOM", 1, 1, CONSOLE_OPTIONS_OF(remove_options), remove_room, STORE_KNOWN, "Removes a room for good."},
  {"members", "ROOM", 1, 1, CONSOLE_OPTIONS_OF(member_options), room_members, STORE_KNOWN,
   "Lists or changes who has a role in a room beforehand; in a room for members these are all who may come."},
  {"attendance", "ROOM", 1, 1, CONSOLE_OPTIONS_OF(show_options), room_attendance, STORE_KNOWN,
   "Lists who came, and how each was verified."},
};

const struct console_group room_group = {"room", "Rooms for meetings.", actions, sizeof actions / sizeof actions[0]};
