/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page may say (docs/SIGNALLING.md, section 3): strict JSON against one table of types, fields and ranges.
 * What the table does not name is refused: unknown types, unknown or missing or repeated fields, other types, excess
 * depth or size. */
#ifndef TESTUDO_WEB_MESSAGE_H
#define TESTUDO_WEB_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "ipc/messages.h"
#include "web/identity.h"
#include "web/reaction.h"

struct json_t;

#define PERSON_ID_TEXT 8

enum message_type {
  MESSAGE_HELLO,
  MESSAGE_OFFER,
  MESSAGE_STATE,
  MESSAGE_LEVEL,
  MESSAGE_BEAT,
  MESSAGE_VIEW,
  MESSAGE_ADMIT,
  MESSAGE_REFUSE,
  MESSAGE_LEAVE,
  MESSAGE_CHAT,
  MESSAGE_HAND,
  MESSAGE_REACTION,
  MESSAGE_DECLINE_SHARE,
  MESSAGE_RELAY,
  MESSAGE_INVITATION,
  MESSAGE_STEP_DOWN,
  MESSAGE_ASK,
  MESSAGE_VOTE,
  /* of moderators */
  MESSAGE_MUTE,
  MESSAGE_STOP_VIDEO,
  MESSAGE_STOP_SHARE,
  MESSAGE_ASK_SHARE,
  MESSAGE_REMOVE,
  MESSAGE_SEND_BACK,
  MESSAGE_BAN,
  MESSAGE_UNBAN,
  MESSAGE_LOCK,
  MESSAGE_STOP_EVERYTHING,
  MESSAGE_ROLE,
  MESSAGE_POLICY,
  MESSAGE_ATTENDANCE,
  MESSAGE_LOWER_HAND,
  MESSAGE_RECORDING,
  MESSAGE_BROADCAST,
  MESSAGE_STAGE,
  MESSAGE_INVITE,
  MESSAGE_QUESTION,
  MESSAGE_TYPES
};

/* Where a participant is, as bits: the states in which a message is allowed. */
enum stay_state { STAY_NEW = 1, STAY_WAITING = 2, STAY_IN = 4 };

/* What a moderator does with a question. */
enum question_act {
  QUESTION_ANSWERED,
  QUESTION_OPEN,
  QUESTION_DISMISS,
  QUESTION_SHOW,
  QUESTION_HIDE,
  QUESTION_LIST,
  QUESTION_UNLIST,
  QUESTION_ACTS
};

struct message_offer {
  uint32_t id;
  struct span sdp;
  struct span source_mid[SOURCE_COUNT]; /* empty: null */
  bool anew; /* of another RTCPeerConnection than the offers before */
};

/* Texts point into the parsed JSON and live until message_fini. */
struct message {
  enum message_type type;
  uint64_t n;
  union {
    struct message_offer offer;
    struct {
      bool on[SOURCE_COUNT];
      bool screen_paused;
      bool quiet;
    } state;
    struct {
      uint8_t db;
      bool mic; /* of beat: switched on */
    } level; /* and of beat */
    struct ipc_view view; /* without the peer: that is who says it */
    struct {
      bool all;
      struct span who; /* PERSON_ID_TEXT bytes, empty with `all`; of unban: the ban's id */
      uint8_t role;    /* of role: enum stay_role, never AS_HOST */
      bool on;         /* of stage and invite */
    } target; /* of admit, refuse and what moderators do to others */
    struct {
      bool on;
    } lock; /* and of hand, recording and broadcast */
    struct {
      uint32_t id;          /* the page's own number of it */
      struct span text, to; /* `to` empty: all */
    } chat;
    struct {
      uint8_t what; /* enum reaction */
    } reaction;
    struct {
      bool accept;
    } invitation;
    struct {
      struct span text;
    } ask;
    struct {
      uint32_t id;
      uint8_t act; /* enum question_act */
      bool on;     /* of vote */
    } question; /* and of vote */
    struct {
      bool unmute_self, waiting;
    } policy;
    struct {
      uint32_t from;
    } attendance;
  };
  struct json_t *json;
};

/* On failure `why` is a constant text that may be told to the page, and there is nothing to finish. ERR_MALFORMED:
 * no such JSON. ERR_UNSUPPORTED: unknown type or field. ERR_RANGE: a field's type, size or range. ERR_LIMIT: depth
 * or size. */
int message_parse(struct span text, struct message *m, const char **why);
void message_fini(struct message *m);

/* Who may send the type, and when. */
bool message_allowed(enum message_type type, enum stay_state state, bool moderator);

#endif
