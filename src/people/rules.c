/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/rules.h"

#include "web/names.h"

#define LABEL_MOST 48

_Static_assert(TITLE_BYTES == 121 && LIMIT_NAME_BYTES == 96, "as the sentences say");

const char *title_problem(struct span title)
{
  if (title.n == 0)
    return "A title is missing. Give one of 1 to 120 bytes.";
  if (title.n >= TITLE_BYTES)
    return "This title is too long. Give one of at most 120 bytes.";
  return text_check(title, TITLE_BYTES - 1) == 0 ? NULL
                                                 : "This title has characters that cannot be seen, or blanks at its "
                                                   "ends or several in a row. Write it with "
                                                   "letters, digits, signs and single blanks.";
}

const char *name_problem(struct span name)
{
  if (name.n == 0)
    return "A name is missing. Give one of 1 to 96 bytes.";
  if (name.n > LIMIT_NAME_BYTES)
    return "This name is too long. Give one of at most 96 bytes.";
  return name_check(name) == 0 ? NULL
                               : "This name has characters that cannot be seen, or blanks at its ends or several in a "
                                 "row. Write it with letters, digits, signs and single blanks.";
}

const char *label_problem(struct span label)
{
  return text_check(label, LABEL_MOST) == 0 ? NULL
                                            : "This name cannot be used. Give one of 1 to 48 bytes, without characters "
                                              "that cannot be seen and without "
                                              "blanks at its ends.";
}

const char *reference_problem(struct span reference)
{
  if (reference.n == 0)
    return NULL;
  return text_check(reference, TITLE_BYTES - 1) == 0 ? NULL
                                                     : "This reference cannot be used. Give one of at most 120 bytes, "
                                                       "without characters that cannot be seen and "
                                                       "without blanks at its ends.";
}

static bool is_role(enum room_role role)
{
  return role >= ROLE_VIEWER && role <= ROLE_HOST;
}

const char *policy_problem(enum room_kind kind, const struct room_policy *p)
{
  if (!is_role(p->present) || !is_role(p->share) || !is_role(p->chat))
    return "There is no such role. Give viewer, participant, speaker, cohost or host.";
  if (p->present == ROLE_VIEWER || p->share == ROLE_VIEWER)
    return "Viewers watch: they cannot present or share. Give participant, speaker, cohost or host for who may.";
  if (kind == ROOM_EVENT && (p->present < ROLE_SPEAKER || p->share < ROLE_SPEAKER))
    return "In an event few speak to many: give speaker, cohost or host for who may present and share.";
  if (kind == ROOM_MEMBERS && p->guests)
    return "A room for members has no guests. Leave guests off, or choose another kind of room.";
  if (p->most < 2 || p->most > LIMIT_EVENT_PEOPLE)
    return "So many people cannot be in one room. Give a number from 2 to 8192.";
  if (p->invited > LIMIT_EVENT_PEOPLE)
    return "So many people cannot be expected in one room. Give a number up to 8192, or 0 for: not said.";
  return NULL;
}
_Static_assert(LIMIT_EVENT_PEOPLE == 8192, "as the sentences say");

const char *ticket_problem(const struct ticket *t, uint64_t now_s)
{
  if (t->role < ROLE_VIEWER || t->role > ROLE_SPEAKER)
    return "A ticket is for a viewer, participant or speaker. Make hosts and co-hosts members of the room instead.";
  if (t->until_s != 0 && t->until_s <= t->from_s)
    return "The ticket would end before it begins. Give a later end, or an earlier beginning.";
  if (t->until_s != 0 && t->until_s <= now_s)
    return "The ticket's time is over already. Give an end that is still to come.";
  return NULL;
}
