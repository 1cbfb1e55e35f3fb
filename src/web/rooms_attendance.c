/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was in a meeting, stay by stay (A7). The list grows in blocks, so that what is in it never moves. */
#include <stdlib.h>

#include "web/rooms_internal.h"

#define TOLD_AT_ONCE 1000u

static struct attended *attended_at(const struct room *room, uint32_t i)
{
  return &room->attendance.block[i / ATTENDANCE_BLOCK][i % ATTENDANCE_BLOCK];
}

/* A place at the end of the list; NULL: there is none. */
static struct attended *take_place(struct rooms *r, struct attendance_list *a)
{
  if (a->n == LIMIT_ATTENDANCE || r->attended == LIMIT_ATTENDANCE_ALL)
    return NULL;
  struct attended **block = &a->block[a->n / ATTENDANCE_BLOCK];
  if (*block == NULL)
    *block = calloc(ATTENDANCE_BLOCK, sizeof **block);
  return *block == NULL ? NULL : &(*block)[a->n % ATTENDANCE_BLOCK];
}

void attendance_begin(struct rooms *r, struct room *room, struct person *p)
{
  struct attended *stay = take_place(r, &room->attendance);
  p->attended = 0;
  if (stay == NULL) {
    room->attendance.unlisted++;
    return;
  }
  *stay = (struct attended){.joined_unix_s = p->joined_unix_s, .role = (uint8_t)p->role,
                            .verified = (uint8_t)p->who.verified, .name_n = p->name_n};
  memcpy(stay->name, p->name, sizeof stay->name);
  p->attended = ++room->attendance.n;
  r->attended++;
}

void attendance_note_role(struct rooms *r, struct room *room, const struct person *p)
{
  (void)r;
  if (p->attended != 0)
    attended_at(room, p->attended - 1)->role = (uint8_t)p->role;
}

void attendance_end(struct rooms *r, struct room *room, struct person *p, uint64_t unix_s)
{
  (void)r;
  if (p->attended != 0)
    attended_at(room, p->attended - 1)->left_unix_s = unix_s;
  p->attended = 0;
}

void attendance_free(struct rooms *r, struct room *room)
{
  for (uint32_t i = 0; i < LIMIT_ATTENDANCE / ATTENDANCE_BLOCK; i++)
    free(room->attendance.block[i]);
  r->attended -= room->attendance.n;
}

void attendance_tell(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, by);
  json_t *people = json_array();
  uint32_t from = m->attendance.from, n = room->attendance.n;
  for (uint32_t i = from; i < n && i - from < TOLD_AT_ONCE; i++) {
    const struct attended *stay = attended_at(room, i);
    json_array_append_new(people, reply_stay(span_of(stay->name, stay->name_n), (enum verified_by)stay->verified,
                                             (enum stay_role)stay->role, stay->joined_unix_s, stay->left_unix_s));
  }
  say(r, by, reply_attendance(from, n, room->attendance.unlisted, people));
}
