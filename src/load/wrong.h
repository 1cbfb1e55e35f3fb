/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people try who must not come in: at which step each is to be refused, and by which answer. A refusal for another
 * reason would prove nothing. */
#ifndef TESTUDO_LOAD_WRONG_H
#define TESTUDO_LOAD_WRONG_H

#include "base/bytes.h"

/* The way in, in this order. */
enum step {
  STEP_ABSENT,  /* not begun, or over */
  STEP_SESSION, /* POST /api/v1/session */
  STEP_SIGN_IN, /* POST /api/v1/session/password, of who has an account */
  STEP_ROOM,    /* GET /api/v1/rooms/R */
  STEP_ENTRY,   /* POST /api/v1/rooms/R/entry */
  STEP_SOCKET,  /* the upgrade */
  STEP_HELLO,   /* the server's first frame */
  STEP_WELCOME, /* from our hello on */
  STEP_IN,
  STEPS
};

enum wrong_kind {
  WRONG_NOTHING, /* an honest person */
  WRONG_NO_COOKIE,
  WRONG_NO_PROOF,
  WRONG_OTHER_KEY,
  WRONG_USED_PROOF,
  WRONG_ORIGIN,
  WRONG_NAME,
  WRONG_MADE_UP_ENTRY,
  WRONG_SOCKET_COOKIE,
  WRONG_SOCKET_ORIGIN,
  WRONG_OTHERS_ENTRY,
  WRONG_USED_ENTRY,
  WRONG_LATE_ENTRY,
  WRONG_FRAME,
  WRONG_KINDS_ALWAYS,              /* those above need nothing but a room that is open to guests */
  WRONG_ROOM = WRONG_KINDS_ALWAYS, /* a room that is not for them: its code comes from the options */
  WRONG_BANNED,                    /* comes in, waits until a host bans it, and comes again with the same key */
  WRONG_KINDS
};

struct wrong {
  const char *name; /* for options and reports */
  const char *what; /* the same in plain words */
  enum step step;
  unsigned status;  /* 0: the socket is closed, and `code` is the close code */
  const char *code; /* of the problem details; NULL: as the options say */
};

/* NULL for WRONG_NOTHING. */
const struct wrong *wrong_of(enum wrong_kind kind);

/* ERR_NOT_FOUND. */
int wrong_find(struct span name, enum wrong_kind *kind);

const char *step_name(enum step step);

#endif
