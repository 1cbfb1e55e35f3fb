/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nobody is called like somebody else who is there or knocks (A6). */
#include "web/rooms_internal.h"

bool name_is_taken(const struct rooms *r, const struct room *room, const struct browser *browser,
                   const uint8_t likeness[LIKENESS_BYTES])
{
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (!browser_equal(&p->browser, browser) && likeness_alike(p->likeness, likeness))
      return true;
  }
  return false;
}

bool rooms_name_is_taken(const struct rooms *r, const struct entry_grant *grant)
{
  const struct room *room = room_get(r, grant->room);
  return room != NULL && name_is_taken(r, room, &grant->browser, grant->likeness);
}
