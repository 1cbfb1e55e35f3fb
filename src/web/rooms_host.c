/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who hosts a meeting, for those before its door: they are asked for their consent with this name (B9). */
#include "web/rooms_internal.h"

bool rooms_host(const struct rooms *r, uint64_t id, struct rooms_host *host)
{
  const struct room *room = room_get(r, id);
  for (uint32_t i = 0; room != NULL && i < room->active.n; i++) {
    const struct person *p = active_at(r, room, i);
    if (p->state != STAY_IN || !is_host(p))
      continue;
    *host = (struct rooms_host){.account = p->who.account, .verified = p->who.verified, .name_n = p->name_n};
    memcpy(host->name, p->name, p->name_n);
    return true;
  }
  return false;
}

bool rooms_account_hosts(const struct rooms *r, uint64_t id, const struct uid *account)
{
  const struct room *room = room_get(r, id);
  for (uint32_t i = 0; room != NULL && i < room->active.n; i++) {
    const struct person *p = active_at(r, room, i);
    if (p->state == STAY_IN && is_host(p) && uid_equal(&p->who.account, account))
      return true;
  }
  return false;
}
