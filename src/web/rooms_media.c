/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media connections: what pages want of the processes that they live in (rooms_spread.c). */
#include "web/rooms_internal.h"

static const struct rate offer_rate = {.burst = 20, .per_second = 2};

/* The media of who comes back later is a new connection. */
void media_leave(struct rooms *r, struct room *room, struct person *p)
{
  if (room->speaker == p->self)
    room->speaker = 0;
  spread_leave(r, room, p);
  p->renew = true;
}

/* A new connection comes in place of the old one: what was known of that is of the past. */
static void begin_connection(struct rooms *r, uint64_t now_us, struct room *room, struct person *p)
{
  spread_renew(r, now_us, room, p);
  p->connection++;
  view_begin(p);
  p->outdated = p->unanswered;
  p->renew = false;
  p->renew_why = NULL;
  p->media_state = IPC_MEDIA_CONNECTING;
  p->exchange = EXCHANGE_UNKNOWN;
  media_keep(&p->last_slots, NULL);
  media_keep(&p->last_security, NULL);
}

/* What the page says and the room allows; nothing before the keys are known to be as safe as the room demands. */
static uint8_t publish_bits(const struct room *room, const struct person *p)
{
  unsigned bits = 0;
  if (room->policy.post_quantum && p->exchange != EXCHANGE_QUANTUM_SAFE)
    return 0;
  for (unsigned i = 0; i < SOURCE_COUNT; i++)
    bits |= p->on[i] && may_publish(room, p, (enum media_source)i) ? 1u << i : 0;
  if (p->screen_paused)
    bits &= ~(1u << SOURCE_SCREEN | 1u << SOURCE_SCREEN_SOUND);
  if (p->quiet && role_publishes(&room->policy, p->role) && (bits & 1u << SOURCE_MIC) == 0)
    bits |= IPC_PUBLISH_SILENCE;
  return (uint8_t)bits;
}

/* Who may send nothing has no sources, whatever the page offers: they take no places in the media process. */
static void send_offer(struct rooms *r, const struct room *room, struct person *p, const struct message_offer *offer)
{
  struct ipc_offer out = {.room = room->self, .peer = p->self, .connection = p->connection, .id = offer->id,
                          .publish = publish_bits(room, p), .post_quantum = room->policy.post_quantum,
                          .backstage = is_backstage(room, p), .home = (uint8_t)room->process, .members = room->spans,
                          .sdp = offer->sdp};
  p->had_sources = role_publishes(&room->policy, p->role);
  if (p->had_sources)
    memcpy(out.source_mid, offer->source_mid, sizeof out.source_mid);
  p->unanswered++;
  r->io.offer(r->io.ctx, p->process, &out);
}

void media_offer(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct room *room = room_of(r, p);
  const struct message_offer *offer = &m->offer;
  if (offer->id != 1 && offer->id <= p->offer_id) {
    protocol_error(r, time, p, "the id of an offer must grow");
    return;
  }
  p->offer_id = offer->id;
  if (!rate_take(&p->offers, offer_rate, time.now_us)) {
    say(r, p, reply_offer_refused(offer->id, span_str("too_many_offers"),
                                  span_str("Too many changes of the connection in a short time.")));
    return;
  }
  if (offer->id == 1 || offer->anew || p->renew || p->connection == 0)
    begin_connection(r, time.now_us, room, p);
  if (r->up[p->process])
    send_offer(r, room, p, offer);
  else
    p->renew = true; /* the page is asked as soon as the process is back */
}

void media_publish(struct rooms *r, const struct room *room, const struct person *p)
{
  if (p->connection != 0 && r->up[p->process])
    r->io.publish(r->io.ctx, p->process,
                  &(struct ipc_publish){.peer = p->self, .publish = publish_bits(room, p),
                                        .backstage = is_backstage(room, p)});
}

/* How the page's wish for a source ends. What a moderator has switched off stays so until the page has said "off"
 * itself: an "on" before that was on its way already. */
bool media_takes_switch(struct rooms *r, const struct room *room, struct person *p, enum media_source source, bool on)
{
  if (!on)
    p->held[source] = false;
  if (!on || p->held[source])
    return false;
  if (may_switch_on(room, p, source))
    return true;
  say(r, p, reply_muted(source, NULL));
  return false;
}

/* True if it was another one. */
static bool set_flag(bool *flag, bool on)
{
  bool changed = *flag != on;
  *flag = on;
  return changed;
}

void media_state(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, p);
  bool changed = false;
  for (int i = 0; i < SOURCE_SWITCHES; i++)
    changed |= set_flag(&p->on[i], media_takes_switch(r, room, p, (enum media_source)i, m->state.on[i]));
  changed |= set_flag(&p->on[SOURCE_SCREEN_SOUND], p->on[SOURCE_SCREEN] && m->state.on[SOURCE_SCREEN_SOUND]);
  changed |= set_flag(&p->screen_paused, p->on[SOURCE_SCREEN] && m->state.screen_paused);
  changed |= set_flag(&p->quiet, m->state.quiet);
  if (p->on[SOURCE_SCREEN])
    p->share_asked_by[0] = '\0'; /* that is the answer */
  if (!changed)
    return;
  media_publish(r, room, p);
  say_changed(r, room, p);
}

void media_level(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  if (p->on[SOURCE_MIC] && p->connection != 0 && r->up[p->process])
    r->io.level(r->io.ctx, p->process, &(struct ipc_level){.peer = p->self, .level = m->level.db});
}

void media_tell_again(struct rooms *r, struct person *p)
{
  if (p->last_slots != NULL)
    say(r, p, json_incref(p->last_slots));
  if (p->last_security != NULL)
    say(r, p, json_incref(p->last_security));
  view_tell_again(r, p);
  if (p->renew_why != NULL)
    say(r, p, reply_renew(p->renew_why));
}
