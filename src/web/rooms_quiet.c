/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Don't show when I speak" (T6). Who sees the wire sees when messages come and how large they are. So while somebody in a
 * room is quiet, who speaks and whose microphone is on is told by the clock, in messages of one size, not when it
 * happens; and the page of who is quiet says both by the clock, too. */
#include "web/rooms_internal.h"

#include <stdlib.h>
#include <string.h>

#define TELL_EVERY_US UINT64_C(1000000)
#define TELL_AUDIENCE_EVERY_US UINT64_C(2000000) /* thousands */

/* Of who is in the green room the audience must not hear at all. */
static bool is_quiet(const struct room *room, const struct person *p)
{
  return p->quiet && p->state == STAY_IN && role_publishes(&room->policy, p->role) && !is_backstage(room, p);
}

bool quiet_holds_back(const struct rooms *r, const struct room *room)
{
  for (uint32_t i = 0; i < room->active.n; i++)
    if (is_quiet(room, active_at(r, room, i)))
      return true;
  return false;
}

void quiet_beat(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, p);
  bool on = media_takes_switch(r, room, p, SOURCE_MIC, m->level.mic);
  bool changed = on != p->on[SOURCE_MIC];
  p->on[SOURCE_MIC] = on;
  if (changed) {
    media_publish(r, room, p);
    if (!is_quiet(room, p))
      say_changed(r, room, p);
  }
  if (p->connection != 0 && r->up[p->process])
    r->io.level(r->io.ctx, p->process, &(struct ipc_level){.peer = p->self, .level = on ? m->level.db : 127});
}

/* The text with as many spaces after it as values are shorter than they might be. */
static char *with_spaces(char *text, size_t spaces)
{
  size_t n = text == NULL ? 0 : strlen(text);
  char *padded = text == NULL ? NULL : realloc(text, n + spaces + 1);
  if (padded == NULL) {
    free(text);
    return NULL;
  }
  memset(padded + n, ' ', spaces);
  padded[n + spaces] = '\0';
  return padded;
}

static char *beat_text(const struct rooms *r, const struct room *room)
{
  const struct person *speaker = room->speaker == 0 ? NULL : person_get(r, room->speaker);
  json_t *mics = json_array();
  size_t spaces = speaker == NULL ? PERSON_ID_TEXT + strlen("\"\"") - strlen("null") : 0;
  for (uint32_t i = 0; i < room->active.n; i++) {
    const struct person *p = active_at(r, room, i);
    if (!is_quiet(room, p))
      continue;
    json_array_append_new(mics, reply_beat_mic(p->id, p->on[SOURCE_MIC]));
    spaces += p->on[SOURCE_MIC] ? strlen("false") - strlen("true") : 0;
  }
  return with_spaces(text_of(reply_beat(speaker == NULL ? NULL : speaker->id, mics)), spaces);
}

void quiet_tell(struct rooms *r, struct rooms_time time, struct room *room)
{
  uint64_t every_us = room->kind == ROOM_EVENT ? TELL_AUDIENCE_EVERY_US : TELL_EVERY_US;
  if (time.now_us - room->beat_us < every_us || !quiet_holds_back(r, room))
    return;
  room->beat_us = time.now_us;
  char *text = beat_text(r, room);
  send_to_people(r, room, NULL, text);
  free(text);
}
