/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server says on a socket (docs/SIGNALLING.md, section 3), as JSON. Each function gives a new object that
 * the caller owns, or NULL when memory ran out. None of them holds anybody's address (T9). */
#ifndef TESTUDO_WEB_REPLY_H
#define TESTUDO_WEB_REPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "ipc/messages.h"
#include "web/message.h"
#include "web/relay.h"

struct person_view {
  const char *id;
  struct span name;
  enum stay_role role;
  enum verified_by verified;
  bool account_name; /* the name is the account's */
  const char *email; /* NULL: none, or not for who is told */
  bool on[SOURCE_COUNT];
  bool screen_paused;
  bool here;
  bool may_present, may_share, may_chat;
  uint64_t hand; /* the order of raised hands; 0: down */
  bool recording;
  uint64_t since_unix_s;
  const char *stage; /* "live", "ready" or "green"; NULL: there is no stage, or the person is in the audience */
  bool invited;      /* onto the stage, and has not answered yet */
};

struct knock_view {
  const char *id;
  struct span name;
  enum verified_by verified;
  bool account_name;
  const char *email; /* NULL: none */
  bool looks_banned;
};

/* Of the broadcast of an event. */
struct broadcast_view {
  const char *state;
  uint64_t since_unix_s; /* 0: it never began */
};

/* A question that was asked; `who` NULL: whose it is is not told. */
struct question_view {
  uint32_t id;
  const char *who;
  struct span name, text;
  const char *state;
  uint64_t asked_unix_s;
  bool listed;    /* all see it and vote on it */
  uint32_t votes; /* meant only of one that is listed */
};

/* The rules of a room. */
struct rules_view {
  bool locked, unmute_self, waiting, post_quantum;
  enum stay_role present, share, chat; /* who may: from this role on */
};

struct welcome_view {
  const char *room, *kind, *title;
  const char *speaker; /* NULL: nobody */
  uint32_t count;      /* of who is in */
  const struct rules_view *rules;
  const struct broadcast_view *broadcast; /* NULL: the room is no event */
  json_t *shown;  /* taken over: the question that all see; NULL: none */
  json_t *listed; /* taken over: those that all vote on; NULL: no event */
  bool recorded;
};

json_t *reply_hello(const char *you, enum stay_role role, uint64_t handled, enum stay_state state, uint64_t unix_s);
json_t *reply_waiting(void);
json_t *reply_person(const struct person_view *person);
json_t *reply_knock_entry(const struct knock_view *knock);
json_t *reply_ban_entry(const char *id, struct span name);

/* Takes over `people` and `knocking` (arrays of reply_person and reply_knock_entry). */
json_t *reply_welcome(const struct welcome_view *welcome, json_t *people, json_t *knocking);

/* "joined" or "changed"; takes over `person`. */
json_t *reply_about_person(const char *type, json_t *person);

/* Takes over `people`. */
json_t *reply_people(json_t *people);

json_t *reply_left(const char *id, const char *reason);
json_t *reply_count(uint32_t people);

/* Takes over `people`: those on the stage. */
json_t *reply_broadcast(const struct broadcast_view *broadcast, json_t *people);

/* `by` NULL: the invitation holds no longer. */
json_t *reply_invited(const struct span *by);
json_t *reply_invitation(const char *who, const char *answer);
json_t *reply_question_entry(const struct question_view *question);

/* "question" or "asked"; takes over `question`. */
json_t *reply_about_question(const char *type, json_t *question);
json_t *reply_questions(json_t *questions);
json_t *reply_question_gone(uint32_t id);
json_t *reply_listed(json_t *questions);
json_t *reply_votes(json_t *votes);
json_t *reply_shown(json_t *question); /* takes it over; NULL: none any more */
json_t *reply_knock(const struct knock_view *knock);
json_t *reply_knock_gone(const char *id);

/* `who` and `other` may be NULL. */
json_t *reply_alert(const char *code, const char *who, const char *other, const char *text);
json_t *reply_answer(uint32_t id, struct span sdp);
json_t *reply_offer_refused(uint32_t id, struct span code, struct span text);
json_t *reply_speaker(const char *who);
json_t *reply_weakness(const char *who, bool weak);
struct watched { /* of what somebody sends: as in struct ipc_layers */
  uint8_t mask;
  uint32_t most_bps;
};
json_t *reply_layers(const struct watched watched[SOURCE_COUNT]);
/* How the microphones of quiet people are, and who speaks (rooms_quiet.c); takes `mics`. */
json_t *reply_beat_mic(const char *who, bool on);
json_t *reply_beat(const char *speaker, json_t *mics);
json_t *reply_security(const struct ipc_security *facts, uint64_t since_unix_s);
/* NULL: there is no relay. */
json_t *reply_relay(const char *url, const struct relay_pass *pass);
json_t *reply_renew(const char *why);

/* "refused", "ended" and "error" all have a stable code and a plain text. */
json_t *reply_coded(const char *type, const char *code, const char *text);

/* Whom a message of the chat reaches: all who are in, of an event all who are more than viewers, or one person. */
enum chat_reach { REACH_ALL, REACH_STAGE, REACH_ONE };

struct chat_view {
  const struct person_view *from;
  const char *to; /* with its name, or NULL: not to one person */
  struct span to_name;
  enum chat_reach reach;
  struct span text;
  uint64_t unix_s;
  uint32_t id; /* for who wrote it: the page's own number; else 0 */
};

json_t *reply_chat(const struct chat_view *chat);
json_t *reply_chat_refused(uint32_t id, const char *code, const char *text);
json_t *reply_reaction(const char *who, enum reaction reaction);

/* Of people who are not seen: how often each was. */
json_t *reply_reactions(const uint32_t counts[REACTIONS]);

/* To who waits before the door. */
json_t *reply_recorded(bool on);

/* `who` may be NULL: an empty slot. */
json_t *reply_slot(struct span mid, const char *who, enum media_source source);
json_t *reply_slots(json_t *slots);

json_t *reply_room(const char *kind, const char *title, const struct rules_view *rules);

/* `by` may be NULL: by the rules of the room. */
json_t *reply_muted(enum media_source source, const char *by);

json_t *reply_share_asked(const char *by);
json_t *reply_share_declined(const char *who);

/* `who` may be NULL: everybody. */
json_t *reply_moderated(const char *what, const char *who, const char *by);

/* Each takes over its list; one of bans has entries of reply_ban_entry. */
json_t *reply_bans(json_t *bans);
json_t *reply_last_joined(json_t *people);
json_t *reply_attendance(uint32_t from, uint32_t total, uint64_t unlisted, json_t *people);

/* One stay; `email` NULL: none; `left_unix_s` 0: still in. */
struct attended_view {
  struct span name;
  enum verified_by verified;
  const char *email;
  enum stay_role role;
  uint64_t joined_unix_s, left_unix_s;
};

json_t *reply_stay(const struct attended_view *stay);

#endif
