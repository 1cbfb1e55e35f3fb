/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom moderators have refused or put out a while ago (A4, A6): who was refused too often does not get to the door, and
 * who was put out does not walk in again. */
#include "web/rooms_internal.h"

#define REFUSALS_ALLOWED 3u             /* then the door stays closed for a while */
#define REFUSED_FOR_US (600 * 1000000ull)

static bool is_of(const struct refusal *refusal, const struct browser *browser)
{
  return (refusal->count > 0 || refusal->put_out) && browser_equal(&refusal->browser, browser);
}

/* NULL: nothing that still counts. */
static const struct refusal *refusal_of(const struct room *room, uint64_t now_us, const struct browser *browser)
{
  for (uint32_t i = 0; i < LIMIT_ROOM_REFUSED; i++)
    if (is_of(&room->refused[i], browser) && now_us - room->refused[i].last_us < REFUSED_FOR_US)
      return &room->refused[i];
  return NULL;
}

bool refusal_shuts_out(const struct room *room, uint64_t now_us, const struct browser *browser)
{
  const struct refusal *refusal = refusal_of(room, now_us, browser);
  return refusal != NULL && refusal->count >= REFUSALS_ALLOWED;
}

bool refusal_was_put_out(const struct room *room, uint64_t now_us, const struct browser *browser)
{
  const struct refusal *refusal = refusal_of(room, now_us, browser);
  return refusal != NULL && refusal->put_out;
}

/* The browser's place in the memory of refusals, or else the free or oldest one. */
static struct refusal *refusal_place(struct room *room, uint64_t now_us, const struct browser *browser)
{
  struct refusal *place = &room->refused[0];
  for (uint32_t i = 0; i < LIMIT_ROOM_REFUSED; i++) {
    struct refusal *at = &room->refused[i];
    if (is_of(at, browser) && now_us - at->last_us < REFUSED_FOR_US)
      return at;
    if (at->last_us < place->last_us)
      place = at;
  }
  *place = (struct refusal){.browser = *browser};
  return place;
}

void refusal_remember(struct room *room, uint64_t now_us, const struct browser *browser)
{
  struct refusal *refusal = refusal_place(room, now_us, browser);
  refusal->count++;
  refusal->last_us = now_us;
}

void refusal_remember_put_out(struct room *room, uint64_t now_us, const struct browser *browser)
{
  struct refusal *refusal = refusal_place(room, now_us, browser);
  refusal->put_out = true;
  refusal->last_us = now_us;
}

void refusal_forget_put_out(struct room *room, const struct browser *browser)
{
  for (uint32_t i = 0; i < LIMIT_ROOM_REFUSED; i++)
    if (is_of(&room->refused[i], browser))
      room->refused[i].put_out = false;
}
