/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line: a signed-in page outside of a meeting keeps a socket on which it hears who of its contacts is there and who
 * calls (docs/SIGNALLING.md, section 4; T10, T11). A state machine without sockets and without the store.
 *
 * Nothing of media is here: a call that rings is an entry in a table. Only when it is accepted is there a meeting, for
 * these two accounts alone, and both pages go to it.
 *
 * What a caller hears of a call is the same, and comes at the same time, whether the other is away, in another call,
 * declines, has blocked the caller, or does not answer: `ringing` at once and `not_answered` LINE_RING_US later. Who is
 * called is looked for by the next tick only, so that the time of the first tells nothing either. */
#ifndef TESTUDO_WEB_LINE_H
#define TESTUDO_WEB_LINE_H

#include "web/rooms.h"

#define LINE_RING_US 30000000u

/* Who calls, as the called person reads it. */
struct line_card {
  char name[NAME_BYTES], email[EMAIL_BYTES];
  bool email_verified;
};

enum line_relation {
  LINE_STRANGER, /* no contact of the caller's: nobody rings there */
  LINE_QUIET,    /* a contact who has blocked the caller */
  LINE_CONTACT,
};

/* How the line acts on the world. None of these may call back into the line. Lists give at most `most` ids. */
struct line_io {
  void (*send)(void *ctx, uint64_t socket, struct span json);
  void (*close)(void *ctx, uint64_t socket, enum close_code code, const char *why);
  enum line_relation (*relation)(void *ctx, const struct uid *caller, const struct uid *called);
  int (*card)(void *ctx, const struct uid *account, struct line_card *card);
  size_t (*contacts)(void *ctx, const struct uid *account, struct uid *out, size_t most);
  size_t (*told)(void *ctx, const struct uid *account, struct uid *out, size_t most);  /* who are told its presence */
  size_t (*heard)(void *ctx, const struct uid *account, struct uid *out, size_t most); /* whose presence it is told */
  void (*missed)(void *ctx, uint64_t unix_s, const struct uid *called, const struct uid *caller);
  /* A new meeting for these two. ERR_LIMIT. */
  int (*meet)(void *ctx, struct rooms_time time, const struct uid *a, const struct uid *b, uint8_t address[TOKEN_BYTES]);
  /* All accounts that are in meetings; one can come more than once. */
  void (*in_meetings)(void *ctx, void (*visit)(void *line, const struct uid *account), void *line);
  /* Whether a session is still good: not ended, expired or locked. */
  bool (*holds)(void *ctx, const struct uid *session);
  void *ctx;
};

struct line;

struct line_size {
  uint32_t lines, people, calls;
};

/* ERR_NOMEM. `io` and `random` are copied. */
int line_new(struct line **l, struct line_size size, const struct line_io *io, const struct random *random);
void line_free(struct line *l); /* NULL is fine */

/* A socket with an entry for the line has opened: says the server's hello. ERR_LIMIT. `id` is for the calls below; it
 * finds nothing once the line has given the socket up. */
int line_opened(struct line *l, struct rooms_time time, uint64_t socket, const struct uid *session,
                const struct uid *account, uint64_t *id);
/* One message, its frame already verified. What breaks the protocol closes the socket. */
void line_said(struct line *l, struct rooms_time time, uint64_t id, struct span json);
void line_lost(struct line *l, struct rooms_time time, uint64_t id);

/* Sessions that have ended, or all of an account: their sockets are closed within the call. */
void line_end_session(struct line *l, struct rooms_time time, const struct uid *session);
void line_end_account(struct line *l, struct rooms_time time, const struct uid *account);

/* Asks of every socket's session whether it holds: another process may have changed the store. */
void line_look_again(struct line *l, struct rooms_time time);

/* What the account may see of others' presence has changed: it is told anew. */
void line_refresh(struct line *l, const struct uid *account);
/* Its presence was switched on or off: all its contacts are told anew. */
void line_refresh_contacts(struct line *l, const struct uid *account);
/* Something is new in a list of this account's: "contacts" or "missed". */
void line_tell(struct line *l, const struct uid *account, const char *what);

/* Calls that have rung long enough, presence that has changed, sockets that are too old: call it four times a second. */
void line_tick(struct line *l, struct rooms_time time);
/* Closes all sockets: the server stops. */
void line_stop(struct line *l);

/* For metrics and tests; all but `open` only grow. */
struct line_counters {
  uint32_t open;
  uint64_t rings, accepted, declined, not_answered, cancelled, protocol_errors;
};
const struct line_counters *line_counters(const struct line *l);

#endif
