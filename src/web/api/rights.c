/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/rights.h"

bool is_owner_or_above(const struct context *c, const struct uid *owner)
{
  return is_administrator(c) || (c->has_account && !uid_is_none(owner) && uid_equal(owner, &c->account.id));
}

const struct uid *asker_account(const struct context *c)
{
  return c->by == ASKED_BY_KEY ? &c->key.owner : &c->account.id;
}

const struct uid *owner_of_list(const struct context *c)
{
  static const struct uid everybody;
  bool all = is_administrator(c) && (c->by == ASKED_BY_KEY || query_flag(c, "all"));
  return all ? &everybody : asker_account(c);
}

struct rooms_time rooms_time_of(const struct context *c)
{
  return rooms_time_at(c->time);
}

static int find_room(struct context *c, const struct uid *id, struct store_room *room)
{
  int err = store_room_get(c->api->store, id, room);
  return err == 0 && !is_owner_or_above(c, &room->owner) ? ERR_NOT_FOUND : err;
}

static int find_series(struct context *c, const struct uid *id, struct series *series)
{
  int err = store_series_get(c->api->store, id, series);
  return err == 0 && !is_owner_or_above(c, &series->owner) ? ERR_NOT_FOUND : err;
}

bool take_room(struct context *c, struct store_room *room)
{
  struct uid id;
  return take_uid_parameter(c, 0, &id) && store_did(c, find_room(c, &id, room));
}

bool take_series(struct context *c, struct series *series)
{
  struct uid id;
  return take_uid_parameter(c, 0, &id) && store_did(c, find_series(c, &id, series));
}

bool take_named_room(struct context *c, struct span text, struct store_room *room)
{
  struct uid id;
  if (uid_parse(text, &id) == 0 && find_room(c, &id, room) == 0)
    return true;
  refuse_bad_request(c, "The field \"room\" names no room, or one that is not yours.");
  return false;
}

bool take_named_series(struct context *c, struct span text, struct series *series)
{
  struct uid id;
  if (uid_parse(text, &id) == 0 && find_series(c, &id, series) == 0)
    return true;
  refuse_bad_request(c, "The field \"series\" names no series, or one that is not yours.");
  return false;
}
