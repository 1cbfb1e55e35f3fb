/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nobody is called like somebody else who is there or knocks (A6). */
#include "web/rooms_internal.h"

static bool another_has(const struct rooms *r, const struct room *room, const struct browser *browser,
                        enum index_kind kind, const uint8_t likeness[LIKENESS_BYTES / 2])
{
  const struct person *p = index_first(r, room, kind, span_of(likeness, LIKENESS_BYTES / 2));
  for (; p != NULL; p = index_next(r, p, kind))
    if (!browser_equal(&p->browser, browser))
      return true;
  return false;
}

/* As likeness_alike says: either half is enough. */
bool name_is_taken(const struct rooms *r, const struct room *room, const struct browser *browser,
                   const uint8_t likeness[LIKENESS_BYTES])
{
  if (room_is_call(room)) /* both have agreed to whom they talk with */
    return false;
  return another_has(r, room, browser, INDEX_WRITTEN, likeness) ||
         another_has(r, room, browser, INDEX_SMALL, likeness + LIKENESS_BYTES / 2);
}

bool rooms_name_is_taken(const struct rooms *r, const struct entry_grant *grant)
{
  const struct room *room = room_get(r, grant->room);
  return room != NULL && name_is_taken(r, room, &grant->browser, grant->likeness);
}
