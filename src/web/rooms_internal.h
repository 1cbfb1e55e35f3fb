/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the rooms share: rooms.c (tables and sockets), rooms_live.c (rooms that come and go and are changed
 * from outside), rooms_entry.c (who may come), rooms_refusals.c, rooms_door.c (in and out), rooms_moderate.c (what
 * moderators do to others) and rooms_rules.c (to the room), rooms_roles.c (who may what), rooms_bans.c, rooms_names.c,
 * rooms_alerts.c, rooms_attendance.c (who was in), rooms_media.c (media connections), rooms_say.c and rooms_welcome.c
 * (messages to pages), rooms_spread.c (which media process serves whom), rooms_moves.c (who moves), rooms_stage.c,
 * rooms_invite.c and rooms_questions.c (events), rooms_index.c and rooms_people.c (finding and listing people),
 * rooms_view.c (what pages show, and what of theirs is watched), rooms_weakness.c (whose connection is weak),
 * rooms_chat.c, rooms_gestures.c (hands and reactions) and rooms_recording.c. */
#ifndef TESTUDO_WEB_ROOMS_INTERNAL_H
#define TESTUDO_WEB_ROOMS_INTERNAL_H

#include <jansson.h>

#include "base/map.h"
#include "base/slab.h"
#include "web/balance.h"
#include "web/capacity.h"
#include "web/message.h"
#include "web/rate.h"
#include "web/relay.h"
#include "web/reply.h"
#include "web/rooms.h"

/* By what people of a room are found (rooms_index.c). */
enum index_kind { INDEX_ID, INDEX_BROWSER, INDEX_WRITTEN, INDEX_SMALL, INDEX_ACCOUNT, INDEX_EMAIL, INDEX_TICKET };
#define INDEX_KINDS 7

struct index_link {
  uint64_t before, next; /* persons with the same value; 0: none */
};

/* Whether the present media connection has a post-quantum key exchange. */
enum key_exchange { EXCHANGE_UNKNOWN, EXCHANGE_QUANTUM_SAFE, EXCHANGE_CLASSIC };

struct person {
  uint64_t self, room; /* slab ids; `self` is also the peer of the media messages */
  char id[PERSON_ID_TEXT + 1];
  struct browser browser;
  struct identity who; /* as admission has said; the role is what it was at the door */
  uint8_t name[LIMIT_NAME_BYTES];
  uint8_t likeness[LIKENESS_BYTES];
  uint8_t name_n;
  uint8_t linked; /* bits 1 << enum index_kind */
  struct index_link link[INDEX_KINDS];
  enum stay_role role, highest; /* now, and ever in this stay */
  bool here;      /* as the others see it */
  bool greeted;   /* the page's hello came on the present socket */
  bool had_place; /* when the stay began: a lock is not for this browser */
  bool was_in;    /* in this stay */
  bool newly_in;  /* admitted just now: neither told of to the others nor welcomed yet */
  bool on_stage;  /* of an event, as far as it is broadcast; else in the green room */
  bool was_backstage; /* before the rules changed */
  uint64_t invited_by, invited_us; /* onto the stage, by this person, and when; 0: not */
  enum stay_state state;
  bool on[SOURCE_COUNT];
  bool screen_paused;      /* nothing of the screen goes to others until the person has confirmed it again */
  bool held[SOURCE_COUNT]; /* switched off by a moderator, and the page has not said so itself yet */
  char held_by[PERSON_ID_TEXT + 1];
  uint64_t joined_unix_s;  /* when admitted */
  uint64_t joined_number;  /* of all who ever were: the order */
  uint64_t attendance;     /* names this time in the room in the store */
  uint64_t roster_from, roster_until; /* of a great event a moderator is yet to hear of the viewers between these */
  uint32_t attended;       /* the place in the room's attendance, from 1; 0: not listed */
  uint64_t handled;  /* the highest n */
  uint64_t socket;   /* 0: away */
  uint64_t since_us; /* when the present socket came or the last one went */
  struct rate_bucket written, gestures, received; /* chat, hands and reactions; chat to this person alone */
  uint64_t hand;  /* the order of raised hands; 0: down */
  bool recording; /* in the own browser, as everybody is told */
  struct rate_bucket messages, offers, asks, views, relays;
  uint64_t share_asked_us; /* when a moderator asked for this person's screen last; 0: never */
  char share_asked_by[PERSON_ID_TEXT + 1]; /* a request without an answer; "": none */

  /* the media connection */
  uint32_t offer_id;
  uint32_t connection;          /* 0: none yet */
  uint32_t answered_connection; /* the last one for which an answer came */
  uint32_t unanswered;          /* offers of all connections that the media process has yet to answer */
  uint32_t outdated;            /* the first so many of them belong to a replaced connection */
  unsigned process;             /* that serves this person, since coming in */
  bool placed;                  /* and counts there */
  uint8_t move_to;              /* plus 1: the process to which the page is asked to move, and counts in; 0: none */
  uint8_t moved_from;           /* plus 1: where the connection before this one goes on, until let_go_us; 0: none */
  uint64_t asked_to_move_us, let_go_us; /* 0: never asked */
  bool moving;                  /* and the connection in the other process is yet to be connected */
  bool move_failed;             /* in this stay: not asked again */
  bool renew;                   /* the next offer makes a new connection */
  const char *renew_why;        /* told to the page, or to be told when it is back; NULL: nothing to tell */
  uint8_t media_state;          /* enum ipc_media_state */
  enum key_exchange exchange;
  struct watched watched[SOURCE_COUNT];
  bool quiet;                   /* nobody on the wire is to see when this person speaks (T6) */
  bool had_sources;             /* the last offer was passed on with them: the person may send something */
  uint64_t media_since_unix_s;
  bool weak;                    /* the connection, as others are told */
  json_t *last_slots, *last_security; /* to be told again after a resume; NULL: none */
};

struct refusal {
  struct browser browser;
  uint64_t last_us;
  uint32_t count;
  bool put_out; /* by a moderator after having been in: does not walk in again */
};

/* One stay that was or is in the meeting. */
struct attended {
  uint64_t joined_unix_s, left_unix_s; /* left 0: still in */
  uint8_t role;     /* enum stay_role: the last one */
  uint8_t verified; /* enum verified_by */
  uint8_t name_n;
  uint8_t name[LIMIT_NAME_BYTES];
  char *email; /* verified; NULL: none */
};

#define ATTENDANCE_BLOCK 100

struct attendance_list {
  uint32_t n;
  uint64_t unlisted; /* beyond the limits */
  struct attended *block[LIMIT_ATTENDANCE / ATTENDANCE_BLOCK];
};

/* Persons by their ids. */
struct people_list {
  uint64_t *id;
  uint32_t n, capacity;
};

/* The broadcast of an event. */
enum broadcast { BROADCAST_BEFORE, BROADCAST_LIVE, BROADCAST_OVER };

/* Who hears of somebody in the room. */
enum sight { SIGHT_SELF, SIGHT_BACKSTAGE, SIGHT_ALL };

struct question_box; /* rooms_questions.c */

struct room {
  uint64_t self;
  struct uid address;
  bool stored;
  enum room_kind kind;
  char title[TITLE_BYTES];
  struct room_policy policy;
  struct browser host; /* by the host link; none in a stored room */
  struct uid call[2];  /* of a call: the two who may be in it */
  bool call_is_over;   /* one of them has left */
  uint64_t empty_since_us;
  uint64_t speaker; /* a person, or 0 */
  enum broadcast broadcast;
  uint64_t broadcast_unix_s; /* since when it is in this state; 0: it never began */
  struct question_box *questions; /* NULL: nobody has asked anything */
  unsigned process; /* its home, while somebody is in: where all are who may send */
  uint32_t away[LIMIT_MEDIA_PROCESSES]; /* people in the others */
  uint64_t spans; /* where there are any, bits */
  uint32_t in, hosts;   /* people, and hosts among them */
  uint32_t publishers;  /* of those who are in, without hosts: who may publish */
  uint64_t joins;
  bool stopped; /* everything was: nobody but moderators may switch on anything */
  bool closing; /* nobody is told who leaves */
  struct ban *bans;
  uint32_t banned, bans_capacity;
  struct attendance_list attendance;
  uint32_t told_people; /* of an event: the last count that was told, and when */
  uint64_t told_us;
  uint64_t hands; /* that were ever raised: the order */
  uint32_t recorders;
  uint64_t beat_us; /* when all were told last how quiet people's microphones are */
  uint32_t reactions[REACTIONS]; /* of people who are not seen, to be told as a number */
  struct rate_bucket to_all, from_audience, to_stage, gestures; /* what many are told, whoever says it */
  bool too_many; /* moderators were told that more are in than were invited */
  struct people_list members; /* in all states, in the order in which they came */
  struct people_list active;  /* of those who are in: all who are more than viewers */
  struct refusal refused[LIMIT_ROOM_REFUSED];
};

struct rooms {
  struct rooms_io io;
  struct random random;
  bool high_care;
  const struct relay *relay; /* NULL: none */
  struct slab rooms, people;
  struct map by_address;
  struct map index; /* rooms_index.c */
  unsigned processes; /* that were ever up */
  bool up[LIMIT_MEDIA_PROCESSES];
  uint32_t load[LIMIT_MEDIA_PROCESSES]; /* people who are served there, or were asked to move there */
  struct capacity capacity;
  struct balance balance;
  uint64_t moves_stepped_us; /* when it was looked at last who is to move */
  uint32_t attended; /* stays in the lists of all rooms */
  struct rooms_counters counters;
};

static inline bool room_is_call(const struct room *room)
{
  return !uid_is_none(&room->call[0]);
}

/* rooms_live.c */
bool room_is_call_of_others(const struct room *room, const struct uid *account);

/* rooms.c */
struct person *person_get(const struct rooms *r, uint64_t id);
struct room *room_get(const struct rooms *r, uint64_t id);
struct room *room_of(const struct rooms *r, const struct person *p); /* never NULL: a stay ends before its room */
/* The live room at an address, or NULL. */
struct room *room_at(const struct rooms *r, const struct uid *address);
struct person *member_at(const struct rooms *r, const struct room *room, uint32_t i);
struct person *active_at(const struct rooms *r, const struct room *room, uint32_t i);
struct person *member_named(const struct rooms *r, const struct room *room, struct span id); /* NULL: none */
struct person *member_of_browser(const struct rooms *r, const struct room *room, const struct browser *browser);

/* Ends the socket: the page broke the rules. The stay goes on as after any drop. */
void protocol_error(struct rooms *r, struct rooms_time time, struct person *p, const char *why);

/* rooms_live.c */
void room_set_policy(const struct rooms *r, struct room *room, const struct room_policy *policy); /* raised, with high care */
void room_release(struct rooms *r, struct room *room); /* without members */
void room_tick(struct rooms *r, struct rooms_time time, struct room *room);

/* rooms_index.c */
int index_init(struct rooms *r, uint32_t people); /* ERR_NOMEM */
void index_add(struct rooms *r, struct room *room, struct person *p);
void index_remove(struct rooms *r, struct room *room, struct person *p);
void index_name(struct rooms *r, struct room *room, struct person *p); /* again, after a change of role or kind */
struct person *index_first(const struct rooms *r, const struct room *room, enum index_kind kind, struct span value);
struct person *index_next(const struct rooms *r, const struct person *p, enum index_kind kind);
struct person *index_same(const struct rooms *r, const struct room *room, const struct person *p,
                          enum index_kind kind); /* the first with what `p` has; NULL if that has nothing */

/* rooms_people.c: lists of persons */
int people_reserve(struct people_list *l, uint32_t n); /* ERR_NOMEM */
void people_add(struct people_list *l, uint64_t person); /* has a place reserved */
void people_remove(struct people_list *l, uint64_t person);
void people_fini(struct people_list *l);

/* rooms_say.c: all take over `json` */
void say(struct rooms *r, const struct person *p, json_t *json);         /* to a page that has said hello */
void say_unasked(struct rooms *r, const struct person *p, json_t *json); /* the server's own hello */
void say_to_people(struct rooms *r, const struct room *room, json_t *json);
void say_to_moderators(struct rooms *r, const struct room *room, json_t *json);
void say_to_audience(struct rooms *r, const struct room *room, json_t *json); /* to all but moderators */
void say_about(struct rooms *r, const struct room *room, const struct person *who, json_t *json); /* who sees `who` */
void say_hello(struct rooms *r, struct rooms_time time, const struct person *p);
void say_error(struct rooms *r, const struct person *p, const char *code, const char *text);
void say_joined(struct rooms *r, const struct room *room, const struct person *p);  /* to the others */
void say_changed(struct rooms *r, const struct room *room, const struct person *p); /* to the others */
void say_role(struct rooms *r, const struct room *room, const struct person *p, enum sight before); /* or place */
void say_to_moderators_about(struct rooms *r, const struct room *room, const struct person *p); /* `changed` */
void say_to_active(struct rooms *r, const struct room *room, json_t *json); /* to who is more than a viewer */
void say_broadcast(struct rooms *r, const struct room *room); /* its state and who is on the stage, to viewers */
void say_left(struct rooms *r, const struct room *room, const struct person *p, const char *reason);
void say_knock(struct rooms *r, const struct room *room, const struct person *guest);
void say_knock_to(struct rooms *r, const struct room *room, const struct person *guest, const struct person *to);
void say_rules(struct rooms *r, const struct room *room);
bool is_hidden(const struct room *room, const struct person *p); /* of an event's viewers only moderators know */
enum sight sight_of(const struct room *room, const struct person *p);
bool sees(const struct room *room, const struct person *p, const struct person *other);
json_t *person_json(const struct room *room, const struct person *p, bool to_moderator);
json_t *knock_json(const struct room *room, const struct person *guest);
char *text_of(json_t *json); /* takes over `json`; NULL: no memory, which is logged */
void send_text(struct rooms *r, const struct person *p, const char *text); /* to a socket, if there is one */
struct span name_of(const struct person *p);

void say_changed_to_all(struct rooms *r, const struct room *room, const struct person *p); /* to the person, too */
struct person_view person_view_of(const struct room *room, const struct person *p, bool to_moderator);

/* The same text to all who are in, or to all who are more than viewers; not to `but`. */
void send_to_people(struct rooms *r, const struct room *room, const struct person *but, const char *text);
void send_to_active(struct rooms *r, const struct room *room, const struct person *but, const char *text);

/* rooms_chat.c, rooms_gestures.c */
bool rate_take_of_room(const struct room *room, struct rate_bucket *bucket, uint64_t now_us);
void chat_write(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void gestures_hand(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void gestures_lower(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void gestures_react(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void gestures_tell(struct rooms *r, struct room *room); /* the reactions of those who are not seen */

/* rooms_recording.c */
void recording_switch(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void recording_end(struct rooms *r, struct room *room, struct person *p); /* nothing if there is none; tells who waits */
void recording_tell(struct rooms *r, const struct room *room, const struct person *guest); /* who waits, if there is one */

/* rooms_welcome.c: the whole state of the room */
void say_welcome(struct rooms *r, const struct room *room, struct person *p);
void say_more_people(struct rooms *r, const struct room *room, struct person *p); /* of what is left of it */
void say_welcome_to_all(struct rooms *r, const struct room *room, bool newly_in); /* to all, or to who is newly in */

/* rooms_alerts.c: what moderators should look at (A7) */
void alerts_entered(struct rooms *r, struct room *room, const struct person *p);
void alerts_count(struct rooms *r, struct room *room); /* after somebody has left, or another number was invited */
void alerts_tell(struct rooms *r, const struct room *room, const struct person *to); /* what holds now */

/* rooms_refusals.c */
bool refusal_shuts_out(const struct room *room, uint64_t now_us, const struct browser *browser);
bool refusal_was_put_out(const struct room *room, uint64_t now_us, const struct browser *browser);
void refusal_remember(struct room *room, uint64_t now_us, const struct browser *browser);
void refusal_remember_put_out(struct room *room, uint64_t now_us, const struct browser *browser);
void refusal_forget_put_out(struct room *room, const struct browser *browser); /* is let in again */

/* rooms_entry.c: errors as rooms_may_enter */
bool hosts_by_link(const struct room *room, const struct browser *browser);
bool entry_waits(const struct room *room, uint64_t now_us, const struct browser *browser, const struct identity *who);
bool entry_is_locked_out(const struct room *room, const struct identity *who, bool had_place);
int entry_check(const struct rooms *r, uint64_t now_us, const struct room *room, const struct entry_grant *grant);
int entry_begin_stay(struct rooms *r, uint64_t now_us, struct room *room, const struct entry_grant *grant,
                     bool had_place, struct person **person);

/* rooms_door.c: the handlers of messages, and ends of stays. A handler may end the stay: `p` is then of no more use. */
void door_hello(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void door_admit(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void door_refuse(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void door_leave(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void door_end_stay(struct rooms *r, struct rooms_time time, struct person *p, const char *reason);
void door_put_out(struct rooms *r, struct rooms_time time, struct person *p, const char *code, const char *text);
void door_send_back(struct rooms *r, struct rooms_time time, struct room *room, struct person *p);

/* rooms_roles.c */
bool is_host(const struct person *p);
bool is_moderator(const struct person *p);
bool may_publish(const struct room *room, const struct person *p, enum media_source source);
bool may_switch_on(const struct room *room, const struct person *p, enum media_source source);
bool may_chat(const struct room *room, const struct person *p);
unsigned forbidden_sources(const struct room *room, const struct person *p); /* bits */
bool role_publishes(const struct room_policy *policy, enum stay_role role); /* anything at all */
bool room_has_place(const struct room *room, enum stay_role role);
bool room_has_stage_place(const struct room *room); /* for one more who publishes and is no host */

/* As what somebody of this role is in: a viewer if there is no place on the stage. */
enum stay_role role_fitting(const struct room *room, enum stay_role role);
void role_count(struct room *room, const struct person *p);    /* comes in */
void role_discount(struct room *room, const struct person *p); /* goes out */

/* `by` NULL: by the rules of the room, here and in switch_off. */
void role_change(struct rooms *r, struct room *room, struct person *p, enum stay_role role, const struct person *by);

/* Switches off what is on of `sources` (bits), tells everyone, and whether anything was. */
bool switch_off(struct rooms *r, const struct room *room, struct person *p, unsigned sources, const struct person *by);

/* rooms_moderate.c, rooms_rules.c: handlers */
void moderate_sources(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void moderate_remove(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void share_ask(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m); /* rooms_share.c */
void share_decline(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void moderate_send_back(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void moderate_ban(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void moderate_role(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void rules_lock(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void rules_policy(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void rules_stop_everything(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);

/* From outside or by a moderator: what is no longer allowed ends at once. */
void rules_apply(struct rooms *r, struct rooms_time time, struct room *room, enum room_kind kind,
                 const struct room_policy *policy);

/* Whom the message names, if `by` may do this to them, and they are in one of `states`. NULL: `by` was told why not. */
struct person *moderate_find(struct rooms *r, const struct room *room, const struct person *by, const struct message *m,
                             unsigned states);

/* NULL, or why this person cannot have the role: code and text. */
const char *moderate_objection(const struct rooms *r, const struct room *room, const struct person *target,
                               enum stay_role role, const char **code);

/* rooms_stage.c: the broadcast of an event and its green room (A4) */
bool is_backstage(const struct room *room, const struct person *p);
const char *stage_name(const struct room *room, const struct person *p); /* as person_view.stage */
const char *broadcast_name(const struct room *room);
void stage_arrive(const struct room *room, struct person *p); /* among those who are more than viewers */
void stage_broadcast(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void stage_move(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);

/* rooms_invite.c: viewers of an event who are asked onto the stage */
bool is_invited(const struct person *p);
void invite_ask(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void invite_answer(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void relay_ask(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m); /* rooms_relay.c */
void invite_step_down(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void invite_tick(struct rooms *r, struct rooms_time time, struct person *p); /* forgets one that is too old */
void invite_tell_again(struct rooms *r, const struct person *p);
void invite_forget(struct rooms *r, struct person *p);

/* rooms_questions.c: the question box of an event */
void questions_ask(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void questions_vote(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void questions_act(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void questions_tell(struct rooms *r, const struct room *room, const struct person *to); /* all of them */
void questions_tell_own(struct rooms *r, const struct room *room, const struct person *p);
json_t *questions_shown(const struct room *room); /* NULL: none */
json_t *questions_listed(const struct room *room); /* those that all see and vote on; NULL: no event */
void questions_tick(struct rooms *r, struct rooms_time time, struct room *room);
void questions_free(struct room *room);

/* rooms_bans.c */
bool ban_holds(const struct room *room, const struct browser *browser, const struct identity *who);
bool ban_resembles(const struct room *room, const struct identity *who); /* a device like that of a banned one */
int bans_take(struct room *room, const struct ban *bans, size_t n);      /* of a stored room. ERR_LIMIT, ERR_NOMEM */
int ban_add(struct rooms *r, struct rooms_time time, struct room *room, const struct person *p); /* the same */
void ban_lift(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);
void bans_say(struct rooms *r, const struct room *room, const struct person *to); /* NULL: to all moderators */

/* rooms_attendance.c */
void attendance_begin(struct rooms *r, struct room *room, struct person *p);
void attendance_note_role(struct rooms *r, struct room *room, const struct person *p);
void attendance_end(struct rooms *r, struct room *room, struct person *p, uint64_t unix_s);
void attendance_free(struct rooms *r, struct room *room);
void attendance_tell(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m);

/* rooms_names.c: whether somebody of another browser has a name that looks like this one */
bool name_is_taken(const struct rooms *r, const struct room *room, const struct browser *browser,
                   const uint8_t likeness[LIKENESS_BYTES]);

/* rooms_spread.c: which media process serves whom. Somebody is in, the first of whom decides where the home is; is so no
 * longer; is about to make a new connection, perhaps in another process. */
void spread_enter(struct rooms *r, uint64_t now_us, struct room *room, struct person *p);
void spread_leave(struct rooms *r, struct room *room, struct person *p);
void spread_renew(struct rooms *r, uint64_t now_us, struct room *room, struct person *p);

/* Where somebody of this role would be served who came in now. */
unsigned spread_process(const struct rooms *r, uint64_t now_us, const struct room *room, enum stay_role role);

/* Whether to serve some of its viewers elsewhere than at home costs less than it spares. And the connection that a move
 * has left behind in another process ends; nothing if there is none. */
bool spread_is_worth_it(const struct room *room);
void spread_let_go(struct rooms *r, struct room *room, struct person *p);

/* rooms_moves.c: viewers who move to another process. Where this one is to be served now; the new connection begins
 * there, and works, or does not and the page goes back; nothing comes of what was asked; at each tick, for each person,
 * and for all. */
unsigned moves_process(const struct rooms *r, uint64_t now_us, const struct person *p);
void moves_begin(struct rooms *r, uint64_t now_us, struct person *p);
void moves_connected(struct rooms *r, uint64_t now_us, struct person *p);
void moves_failed(struct rooms *r, uint64_t now_us, struct person *p);
void moves_forget(struct rooms *r, struct person *p);
void moves_tick(struct rooms *r, uint64_t now_us, struct person *p);
void moves_step(struct rooms *r, uint64_t now_us);

/* rooms_media.c, rooms_media_news.c */
void media_leave(struct rooms *r, struct room *room, struct person *p);
void media_publish(struct rooms *r, const struct room *room, const struct person *p); /* what may be forwarded now */
/* A new connection for who may send something now and could not before, or the other way round. */
void media_follow_role(struct rooms *r, const struct room *room, struct person *p);
void media_keep(json_t **kept, json_t *json);         /* in place of what was kept; NULL: nothing */
void media_tell_again(struct rooms *r, struct person *p); /* after a resume */

/* Puts out whose connection is not as safe as the room demands; `p` is then of no more use. False: nothing to do. */
bool media_check_exchange(struct rooms *r, struct rooms_time time, struct person *p);
void media_offer(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void media_state(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void media_level(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
/* How the page's wish for a source ends; said to the page when it is another one. */
bool media_takes_switch(struct rooms *r, const struct room *room, struct person *p, enum media_source source, bool on);

/* rooms_view.c */
void view_take(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void view_begin(struct person *p);                       /* a new connection: everything may be watched */
void view_tell_again(struct rooms *r, struct person *p); /* after a resume */

/* rooms_weakness.c */
void weakness_tell(struct rooms *r, const struct room *room, const struct person *p); /* after `welcome` */

/* rooms_quiet.c */
bool quiet_holds_back(const struct rooms *r, const struct room *room); /* who speaks is told by the clock alone */
void quiet_beat(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);
void quiet_tell(struct rooms *r, struct rooms_time time, struct room *room); /* at each tick */

#endif
