/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moderators do to others (A4): the server does it at once, whatever the other's page says. */
#include "web/rooms_internal.h"

/* Nobody moderates the host or himself; a co-host cannot put out or change another one. */
static bool reaches(const struct person *by, const struct person *target, enum message_type type)
{
  if (target == by || is_host(target))
    return false;
  if (is_host(by) || !is_moderator(target))
    return true;
  return type == MESSAGE_MUTE || type == MESSAGE_STOP_VIDEO || type == MESSAGE_STOP_SHARE;
}

struct person *moderate_find(struct rooms *r, const struct room *room, const struct person *by,
                             const struct message *m, unsigned states)
{
  struct person *target = member_named(r, room, m->target.who);
  if (target == NULL || ((unsigned)target->state & states) == 0) {
    say_error(r, by, "not_there", "This person is no longer here.");
    return NULL;
  }
  if (!reaches(by, target, m->type)) {
    say_error(r, by, "not_allowed", "You cannot do this to this person.");
    return NULL;
  }
  return target;
}

static void say_moderated(struct rooms *r, const struct room *room, const char *what, const struct person *who,
                          const struct person *by)
{
  say_about(r, room, who, reply_moderated(what, who->id, by->id));
}

static void mute_all(struct rooms *r, const struct room *room, const struct person *by)
{
  say_to_people(r, room, reply_moderated("mute", NULL, by->id));
  for (uint32_t i = 0; i < room->active.n; i++) {
    struct person *p = active_at(r, room, i);
    if (p != by && !is_host(p))
      (void)switch_off(r, room, p, 1u << SOURCE_MIC, by);
  }
}

/* mute, stop_video, stop_share */
void moderate_sources(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  static const struct {
    const char *name;
    enum media_source source;
  } stops[MESSAGE_TYPES] = {[MESSAGE_MUTE] = {"mute", SOURCE_MIC},
                            [MESSAGE_STOP_VIDEO] = {"stop_video", SOURCE_CAMERA},
                            [MESSAGE_STOP_SHARE] = {"stop_share", SOURCE_SCREEN}};
  (void)time;
  const struct room *room = room_of(r, by);
  if (m->target.all) {
    mute_all(r, room, by);
    return;
  }
  struct person *target = moderate_find(r, room, by, m, STAY_IN);
  if (target == NULL)
    return;
  say_moderated(r, room, stops[m->type].name, target, by);
  (void)switch_off(r, room, target, 1u << stops[m->type].source, by);
}

void moderate_remove(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  struct person *target = moderate_find(r, room, by, m, STAY_IN);
  if (target == NULL)
    return;
  say_moderated(r, room, "remove", target, by);
  refusal_remember_put_out(room, time.now_us, &target->browser);
  door_put_out(r, time, target, "removed_by_host",
               "You were removed from the meeting. You can ask to be let in again.");
}

void moderate_send_back(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  struct person *target = moderate_find(r, room, by, m, STAY_IN);
  if (target == NULL)
    return;
  if (!room->policy.waiting_room) {
    say_error(r, by, "waiting_off", "The waiting room is off: this person would come in again at once.");
    return;
  }
  say_moderated(r, room, "send_back", target, by);
  door_send_back(r, time, room, target);
}

/* Also of who is waiting. If the list is full, this one is put out all the same. */
void moderate_ban(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  struct person *target = moderate_find(r, room, by, m, STAY_IN | STAY_WAITING);
  if (target == NULL)
    return;
  bool kept = ban_add(r, time, room, target) == 0;
  if (target->state == STAY_IN)
    say_moderated(r, room, kept ? "ban" : "remove", target, by);
  door_put_out(r, time, target, kept ? "banned_by_host" : "removed_by_host",
               "You were removed from the meeting by its host.");
  if (kept)
    bans_say(r, room, NULL);
  else
    say_error(r, by, "bans_full", "The list of bans is full. This person was removed and could ask to come back.");
}

/* In an event participants who may show nothing are viewers. */
static enum stay_role role_meant(const struct room *room, const struct message *m)
{
  enum stay_role role = (enum stay_role)m->target.role;
  bool viewer = room->kind == ROOM_EVENT && role == AS_PARTICIPANT && !role_publishes(&room->policy, role);
  return viewer ? AS_VIEWER : role;
}

const char *moderate_objection(const struct rooms *r, const struct room *room, const struct person *target,
                               enum stay_role role, const char **code)
{
  *code = "room_full";
  if (role_publishes(&room->policy, role) && !role_publishes(&room->policy, target->role) &&
      !room_has_stage_place(room))
    return "No more people can speak or show something in this meeting.";
  *code = "name_taken";
  if (is_hidden(room, target) && name_is_taken(r, room, &target->browser, target->likeness))
    return "Somebody whom all can see has a name that looks like this one.";
  return NULL;
}

void moderate_role(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  enum stay_role role = role_meant(room, m);
  struct person *target = moderate_find(r, room, by, m, STAY_IN);
  const char *code;
  if (target == NULL || target->role == role)
    return;
  const char *why = moderate_objection(r, room, target, role, &code);
  if (role == AS_COHOST && !is_host(by)) {
    code = "not_allowed";
    why = "Only the host makes co-hosts.";
  }
  if (why != NULL) {
    say_error(r, by, code, why);
    return;
  }
  say_moderated(r, room, "role", target, by);
  role_change(r, room, target, role, by);
}
