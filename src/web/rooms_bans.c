/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who does not come back into a room, whatever the name (A4): the browser, the account and the verified e-mail address
 * of who was banned, each alone. A device that only looks the same may be anybody's of the same network: it has to wait
 * at the door, and moderators are told. */
#include <stdlib.h>

#include "web/rooms_internal.h"

#define FIRST_BANS 8 /* places in room.bans at first; doubled when full */

static bool is_set(const uint8_t *bytes, size_t n)
{
  uint8_t any = 0;
  for (size_t i = 0; i < n; i++)
    any |= bytes[i];
  return any != 0;
}

static bool ban_fits(const struct ban *ban, const struct browser *browser, const struct identity *who)
{
  struct browser banned;
  memcpy(banned.hash, ban->key_hash, sizeof banned.hash);
  return (is_set(ban->key_hash, sizeof ban->key_hash) && browser_equal(&banned, browser)) ||
         (!uid_is_none(&ban->account) && uid_equal(&ban->account, &who->account)) ||
         (ban->email[0] != '\0' && strcmp(ban->email, who->email) == 0);
}

bool ban_holds(const struct room *room, const struct browser *browser, const struct identity *who)
{
  for (uint32_t i = 0; i < room->banned; i++)
    if (ban_fits(&room->bans[i], browser, who))
      return true;
  return false;
}

bool ban_resembles(const struct room *room, const struct identity *who)
{
  if (!is_set(who->device, sizeof who->device))
    return false;
  for (uint32_t i = 0; i < room->banned; i++)
    if (memcmp(room->bans[i].device, who->device, sizeof who->device) == 0)
      return true;
  return false;
}

/* ERR_LIMIT, ERR_NOMEM. */
static int make_place(struct room *room, size_t more)
{
  uint32_t capacity = room->bans_capacity == 0 ? FIRST_BANS : room->bans_capacity;
  if (room->banned + more > LIMIT_ROOM_BANS)
    return ERR_LIMIT;
  while (capacity < room->banned + more)
    capacity *= 2;
  if (capacity == room->bans_capacity)
    return 0;
  struct ban *grown = realloc(room->bans, capacity * sizeof *grown);
  if (grown == NULL)
    return ERR_NOMEM;
  room->bans = grown;
  room->bans_capacity = capacity;
  return 0;
}

int bans_take(struct room *room, const struct ban *bans, size_t n)
{
  int err = n == 0 ? 0 : make_place(room, n);
  if (err != 0 || n == 0)
    return err;
  memcpy(room->bans, bans, n * sizeof *bans);
  room->banned = (uint32_t)n;
  return 0;
}

int ban_add(struct rooms *r, struct rooms_time time, struct room *room, const struct person *p)
{
  int err = make_place(room, 1);
  if (err != 0)
    return err;
  struct ban *ban = &room->bans[room->banned++];
  *ban = (struct ban){.room = room->address, .account = p->who.account, .time_s = time.unix_s};
  random_fill(&r->random, ban->id.b, sizeof ban->id.b);
  memcpy(ban->email, p->who.email, sizeof ban->email);
  memcpy(ban->key_hash, p->browser.hash, sizeof ban->key_hash);
  memcpy(ban->device, p->who.device, sizeof ban->device);
  memcpy(ban->name, p->name, p->name_n);
  if (room->stored && r->io.banned != NULL)
    r->io.banned(r->io.ctx, &room->address, ban);
  return 0;
}

static void id_to_text(const struct ban *ban, char text[TOKEN_TEXT + 1])
{
  token_to_text(ban->id.b, sizeof ban->id.b, text);
}

void bans_say(struct rooms *r, const struct room *room, const struct person *to)
{
  json_t *bans = json_array();
  char id[TOKEN_TEXT + 1];
  for (uint32_t i = 0; i < room->banned; i++) {
    id_to_text(&room->bans[i], id);
    json_array_append_new(bans, reply_ban_entry(id, span_str(room->bans[i].name)));
  }
  if (to != NULL)
    say(r, to, reply_bans(bans));
  else
    say_to_moderators(r, room, reply_bans(bans));
}

static void drop(struct room *room, uint32_t i)
{
  room->banned--;
  memmove(&room->bans[i], &room->bans[i + 1], (room->banned - i) * sizeof room->bans[0]);
}

void rooms_forget_ban(struct rooms *r, const struct uid *address, const struct uid *ban)
{
  struct room *room = room_at(r, address);
  for (uint32_t i = 0; room != NULL && i < room->banned; i++) {
    if (!uid_equal(&room->bans[i].id, ban))
      continue;
    drop(room, i);
    bans_say(r, room, NULL);
    return;
  }
}

static void lift(struct rooms *r, struct room *room, uint32_t i)
{
  struct uid id = room->bans[i].id;
  drop(room, i);
  if (room->stored && r->io.unbanned != NULL)
    r->io.unbanned(r->io.ctx, &room->address, &id);
}

void ban_lift(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  char id[TOKEN_TEXT + 1];
  for (uint32_t i = 0; i < room->banned; i++) {
    id_to_text(&room->bans[i], id);
    if (!span_equal(span_str(id), m->target.who))
      continue;
    lift(r, room, i);
    bans_say(r, room, NULL);
    return;
  }
  say_error(r, by, "no_ban", "This ban was lifted already.");
}
