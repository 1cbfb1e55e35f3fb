/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is there, and who is told (T11): contacts alone, of whom the person allows it, and nothing but one of three
 * words. */
#include "web/line_internal.h"

#define GRACE_US 5000000u /* for a page that is loaded anew, or goes into a meeting */

static const char *word(enum presence state)
{
  static const char *const words[] = {"away", "here", "busy"};
  return words[state];
}

static enum presence state_of(const struct line_person *p, uint64_t now_us)
{
  if (p->in_meeting)
    return PRESENCE_BUSY;
  bool lately = p->told == PRESENCE_HERE && now_us - p->alone_us < GRACE_US;
  return p->sockets_n > 0 || lately ? PRESENCE_HERE : PRESENCE_AWAY;
}

static json_t *list_json(struct line *l, const struct uid *account)
{
  json_t *list = json_array();
  size_t n = l->io.heard(l->io.ctx, account, l->list, LIMIT_ACCOUNT_CONTACTS);
  for (size_t i = 0; i < n; i++) {
    const struct line_person *p = line_person_of(l, &l->list[i]);
    (void)json_array_append_new(list, json_pack("{so ss}", "who", line_id_json(&l->list[i]), "state",
                                                word(p == NULL ? PRESENCE_AWAY : p->told)));
  }
  return json_pack("{ss so}", "type", "presence", "people", list);
}

void line_presence_arrived(struct line *l, struct line_socket *s)
{
  line_say(l, s, list_json(l, &line_owner(l, s)->account));
}

void line_refresh(struct line *l, const struct uid *account)
{
  const struct line_person *p = line_person_of(l, account);
  if (p != NULL && p->sockets_n > 0)
    line_say_to_all(l, p, NULL, list_json(l, account));
}

void line_refresh_contacts(struct line *l, const struct uid *account)
{
  static const size_t most = LIMIT_ACCOUNT_CONTACTS;
  struct uid contacts[LIMIT_ACCOUNT_CONTACTS]; /* `list` is used on the way */
  size_t n = l->io.contacts(l->io.ctx, account, contacts, most);
  for (size_t i = 0; i < n; i++)
    line_refresh(l, &contacts[i]);
}

void line_tell(struct line *l, const struct uid *account, const char *what)
{
  const struct line_person *p = line_person_of(l, account);
  if (p != NULL)
    line_say_to_all(l, p, NULL, json_pack("{ss ss}", "type", "news", "of", what));
}

static void announce(struct line *l, const struct line_person *p)
{
  size_t n = l->io.told(l->io.ctx, &p->account, l->list, LIMIT_ACCOUNT_CONTACTS);
  for (size_t i = 0; i < n; i++) {
    const struct line_person *contact = line_person_of(l, &l->list[i]);
    if (contact != NULL)
      line_say_to_all(l, contact, NULL, json_pack("{ss so ss}", "type", "state", "who", line_id_json(&p->account),
                                                  "state", word(p->told)));
  }
}

static void is_in_meeting(void *ctx, const struct uid *account)
{
  struct line *l = ctx;
  struct line_person *p = line_person_take(l, account);
  if (p == NULL)
    return;
  p->in_meeting = true;
  p->seen_in_meeting = l->round;
}

void line_presence_tick(struct line *l, struct rooms_time time)
{
  slab_id id;
  l->round++;
  l->io.in_meetings(l->io.ctx, is_in_meeting, l);
  for (uint32_t i = 0; i < l->people.capacity && l->people.used > 0; i++) {
    struct line_person *p = slab_at(&l->people, i, &id);
    if (p == NULL)
      continue;
    p->in_meeting = p->seen_in_meeting == l->round;
    enum presence state = state_of(p, time.now_us);
    if (state != p->told) {
      p->told = state;
      announce(l, p);
    }
    line_person_release(l, p);
  }
}
