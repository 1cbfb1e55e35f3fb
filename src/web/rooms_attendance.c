/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was in a meeting, stay by stay (A7): the list of the meeting, and the rows of a stored room. The list grows in
 * blocks, so that what is in it never moves. */
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

/* What is to last of it. `left_unix_s` 0: still in. */
static void keep(struct rooms *r, const struct room *room, const struct person *p, uint64_t left_unix_s)
{
  if (!room->stored || r->io.stay == NULL)
    return;
  struct attendance stay = {.room = room->address, .stay = p->attendance, .role = (enum room_role)p->role,
                            .joined_s = p->joined_unix_s, .left_s = left_unix_s};
  memcpy(stay.name, p->name, p->name_n);
  memcpy(stay.email, p->who.email, sizeof stay.email);
  strncat(stay.verified, verified_name(p->who.verified), sizeof stay.verified - 1);
  r->io.stay(r->io.ctx, &room->address, &stay);
}

/* The store counts in signed numbers. */
static uint64_t new_number(struct rooms *r)
{
  uint64_t number;
  random_fill(&r->random, &number, sizeof number);
  return number >> 1;
}

void attendance_begin(struct rooms *r, struct room *room, struct person *p)
{
  struct attended *stay = take_place(r, &room->attendance);
  p->attendance = new_number(r);
  p->attended = 0;
  keep(r, room, p, 0);
  if (stay == NULL) {
    room->attendance.unlisted++;
    return;
  }
  *stay = (struct attended){.joined_unix_s = p->joined_unix_s, .role = (uint8_t)p->role,
                            .verified = (uint8_t)p->who.verified, .name_n = p->name_n};
  memcpy(stay->name, p->name, sizeof stay->name);
  stay->email = p->who.email[0] == '\0' ? NULL : strdup(p->who.email);
  p->attended = ++room->attendance.n;
  r->attended++;
}

void attendance_note_role(struct rooms *r, struct room *room, const struct person *p)
{
  if (p->attended != 0)
    attended_at(room, p->attended - 1)->role = (uint8_t)p->role;
  keep(r, room, p, 0);
}

void attendance_end(struct rooms *r, struct room *room, struct person *p, uint64_t unix_s)
{
  if (p->attended != 0)
    attended_at(room, p->attended - 1)->left_unix_s = unix_s;
  p->attended = 0;
  keep(r, room, p, unix_s);
}

void attendance_free(struct rooms *r, struct room *room)
{
  for (uint32_t i = 0; i < room->attendance.n; i++)
    free(attended_at(room, i)->email);
  for (uint32_t i = 0; i < LIMIT_ATTENDANCE / ATTENDANCE_BLOCK; i++)
    free(room->attendance.block[i]);
  r->attended -= room->attendance.n;
}

static json_t *stay_json(const struct attended *stay)
{
  return reply_stay(&(struct attended_view){.name = span_of(stay->name, stay->name_n),
                                            .verified = (enum verified_by)stay->verified, .email = stay->email,
                                            .role = (enum stay_role)stay->role, .joined_unix_s = stay->joined_unix_s,
                                            .left_unix_s = stay->left_unix_s});
}

void attendance_tell(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, by);
  json_t *people = json_array();
  uint32_t from = m->attendance.from, n = room->attendance.n;
  for (uint32_t i = from; i < n && i - from < TOLD_AT_ONCE; i++)
    json_array_append_new(people, stay_json(attended_at(room, i)));
  say(r, by, reply_attendance(from, n, room->attendance.unlisted, people));
}
