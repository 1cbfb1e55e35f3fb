/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Browsers that do not come back into a room, whatever they call themselves. */
#include <stdlib.h>

#include "web/rooms_internal.h"

static struct ban *ban_of(const struct room *room, const struct browser *browser)
{
  for (uint32_t i = 0; i < room->banned; i++)
    if (browser_equal(&room->bans[i].browser, browser))
      return &room->bans[i];
  return NULL;
}

bool ban_holds(const struct room *room, const struct browser *browser)
{
  return ban_of(room, browser) != NULL;
}

int ban_add(struct rooms *r, struct room *room, const struct person *p)
{
  uint8_t id[PERSON_ID_TEXT * 3 / 4];
  if (room->banned == LIMIT_ROOM_BANNED)
    return ERR_LIMIT;
  if (room->bans == NULL)
    room->bans = calloc(LIMIT_ROOM_BANNED, sizeof *room->bans);
  if (room->bans == NULL)
    return ERR_LIMIT;
  struct ban *ban = &room->bans[room->banned++];
  *ban = (struct ban){.browser = p->browser, .name_n = p->name_n};
  random_fill(&r->random, id, sizeof id);
  token_to_text(id, sizeof id, ban->id);
  memcpy(ban->name, p->name, sizeof ban->name);
  return 0;
}

void bans_say(struct rooms *r, const struct room *room, const struct person *to)
{
  json_t *bans = json_array();
  for (uint32_t i = 0; i < room->banned; i++)
    json_array_append_new(bans, reply_knock_entry(room->bans[i].id, span_of(room->bans[i].name, room->bans[i].name_n)));
  if (to != NULL)
    say(r, to, reply_bans(bans));
  else
    say_to_moderators(r, room, reply_bans(bans));
}

void ban_lift(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  for (uint32_t i = 0; i < room->banned; i++) {
    if (!span_equal(span_str(room->bans[i].id), m->target.who))
      continue;
    room->banned--;
    memmove(&room->bans[i], &room->bans[i + 1], (room->banned - i) * sizeof room->bans[0]);
    bans_say(r, room, NULL);
    return;
  }
  say_error(r, by, "no_ban", "This ban was lifted already.");
}
