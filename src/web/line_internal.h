/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the line share: line.c (sockets), line_calls.c (ringing and its end), line_presence.c (who is
 * there, and who is told), line_message.c (what pages may say). */
#ifndef TESTUDO_WEB_LINE_INTERNAL_H
#define TESTUDO_WEB_LINE_INTERNAL_H

#include <jansson.h>

#include "base/map.h"
#include "base/slab.h"
#include "web/line.h"
#include "web/rate.h"

enum line_type { LINE_HELLO, LINE_RING, LINE_CANCEL, LINE_ACCEPT, LINE_REJECT, LINE_TYPES };

struct line_message {
  enum line_type type;
  struct uid id; /* of `ring`: who; of the others: the call */
};

/* ERR_MALFORMED, ERR_UNSUPPORTED, ERR_LIMIT; then `why` is a constant text for the page. */
int line_message_parse(struct span text, struct line_message *m, const char **why);

enum presence { PRESENCE_AWAY, PRESENCE_HERE, PRESENCE_BUSY };

/* One socket. */
struct line_socket {
  uint64_t self, socket, owner; /* owner: a line_person */
  struct uid session;
  uint64_t since_us;
  bool greeted;
  struct rate_bucket messages;
};

/* An account with a socket here, in a meeting, or in a call. */
struct line_person {
  uint64_t self;
  struct uid account;
  uint64_t sockets[LIMIT_ACCOUNT_LINES]; /* line_socket, the oldest first */
  uint32_t sockets_n;
  uint64_t seen_in_meeting; /* the last round of line_presence_tick in which it was */
  bool in_meeting;
  uint64_t alone_us;        /* when the last socket went */
  enum presence told;       /* what contacts know */
  uint64_t calling, called; /* calls, or 0: its own, and the one that it hears */
};

struct line_call {
  uint64_t self;
  struct uid id;             /* for the pages: random, so that it tells nothing of other calls */
  struct uid caller, called;
  uint64_t from;             /* the caller's line_socket */
  uint64_t until_us;
  bool quiet;                /* blocked: nobody hears it and nothing is kept of it */
  bool fresh;                /* nobody was rung yet: the next tick does it */
  bool declined;
};

#define SLOW_PLACES 8192u /* a power of two: who shares a place shares its rate */

struct line {
  struct line_io io;
  struct random random;
  struct slab sockets, people, calls;
  struct map by_account;
  struct rate_bucket rings_by[SLOW_PLACES], rings_to[SLOW_PLACES];
  uint64_t round;
  uint32_t next_checked;
  struct uid list[LIMIT_ACCOUNT_CONTACTS];
  struct line_counters counters;
};

/* line.c */
struct line_person *line_person_of(const struct line *l, const struct uid *account); /* NULL: none */
struct line_person *line_owner(const struct line *l, const struct line_socket *s);
/* Sends and frees; NULL (no memory) is fine. */
void line_say(struct line *l, const struct line_socket *s, json_t *message);
void line_say_to_all(struct line *l, const struct line_person *p, const struct line_socket *but, json_t *message);
json_t *line_id_json(const struct uid *id);
/* Gives the place back if nothing holds it any more. */
void line_person_release(struct line *l, struct line_person *p);
/* The same account's entry, made if need be. NULL: no room. */
struct line_person *line_person_take(struct line *l, const struct uid *account);

/* line_calls.c */
void line_on_ring(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *who);
void line_on_cancel(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *call);
void line_on_accept(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *call);
void line_on_reject(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *call);
/* A page has come: it hears what rings for its account. */
void line_calls_arrived(struct line *l, struct rooms_time time, struct line_socket *s);
/* A page has gone, and with it the call that it made. */
void line_calls_gone(struct line *l, struct rooms_time time, const struct line_socket *s);
void line_calls_tick(struct line *l, struct rooms_time time);

/* line_presence.c */
void line_presence_arrived(struct line *l, struct line_socket *s);
void line_presence_tick(struct line *l, struct rooms_time time);

#endif
