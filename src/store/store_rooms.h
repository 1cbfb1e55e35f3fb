/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms that outlive a meeting, series of rooms, who is what in them, who is banned, and who came. */
#ifndef TESTUDO_STORE_STORE_ROOMS_H
#define TESTUDO_STORE_STORE_ROOMS_H

#include "store/store.h"

enum room_kind { ROOM_OPEN, ROOM_MEMBERS, ROOM_TICKET, ROOM_EVENT };
#define ROOM_KINDS 4
/* In the order of their rights. */
enum room_role { ROLE_VIEWER, ROLE_PARTICIPANT, ROLE_SPEAKER, ROLE_COHOST, ROLE_HOST };
#define ROOM_ROLES 5

/* Who may do a thing: everybody from this role on. */
struct room_policy {
  enum room_role present;   /* microphone and camera */
  enum room_role share;     /* screen */
  enum room_role chat;
  bool unmute_self;         /* a participant may switch the own microphone on again after the host has muted it */
  bool guests;              /* people without an account may come (ROOM_OPEN, ROOM_TICKET, ROOM_EVENT) */
  bool guests_verified;     /* ... only with a verified e-mail address */
  bool waiting_room;        /* whoever is not host or co-host, or has no ticket, is admitted one by one */
  bool two_factors;         /* people with an account must have shown two factors */
  bool post_quantum;        /* a media connection without a post-quantum key exchange is refused */
  bool locked;              /* nobody new comes in */
  uint32_t most;            /* people at once, 2 .. LIMIT_EVENT_PEOPLE */
  uint32_t invited;         /* how many are expected: more raise an alert; 0: not said */
};

/* The defaults of a kind: waiting room on but in events, guests as the kind allows. */
struct room_policy room_policy_default(enum room_kind kind);

struct store_room {
  struct uid id;            /* the room's address /m/ID */
  struct uid owner;         /* account; its host */
  struct uid series;        /* none: stands alone */
  enum room_kind kind;
  char title[TITLE_BYTES];
  struct room_policy policy;
  uint64_t created_s, closed_s;
};

int store_room_add(struct store *st, struct store_room *r); /* gives the id; ERR_LIMIT */
int store_room_get(struct store *st, const struct uid *id, struct store_room *r);
int store_room_set(struct store *st, const struct store_room *r); /* all but id, owner, created_s */
int store_room_remove(struct store *st, const struct uid *id);
/* Of an owner, or of all (none), the newest first. */
int store_room_list(struct store *st, const struct uid *owner, struct page page, struct store_room *out, size_t *n);

/* Of a series, the newest first. */
int store_room_list_series(struct store *st, const struct uid *series, struct page page, struct store_room *out,
                           size_t *n);

struct series {
  struct uid id, owner;
  char title[TITLE_BYTES];
  uint64_t created_s;
};
int store_series_add(struct store *st, struct series *s);
int store_series_get(struct store *st, const struct uid *id, struct series *s);
int store_series_list(struct store *st, const struct uid *owner, struct page page, struct series *out, size_t *n);

int store_series_set(struct store *st, const struct series *s); /* its title */
/* Its tickets go with it; its rooms stay. */
int store_series_remove(struct store *st, const struct uid *id);

/* Roles given beforehand: to an account, or to whoever shows this verified e-mail address. In ROOM_MEMBERS these are all
 * who may come. */
struct room_member {
  char email[EMAIL_BYTES];
  enum room_role role;
};
int store_member_set(struct store *st, const struct uid *room, const struct room_member *m);
int store_member_remove(struct store *st, const struct uid *room, const char *email);
int store_member_find(struct store *st, const struct uid *room, const char *email, enum room_role *role);
/* How many there are in the rooms of this account. */
int store_member_count_of_owner(struct store *st, const struct uid *owner, size_t *n);
int store_member_list(struct store *st, const struct uid *room, struct page page, struct room_member *out, size_t *n);

/* Who is banned from a room. Any one that fits is enough; empty fields fit nobody. */
struct ban {
  struct uid id, room;
  struct uid account;
  char email[EMAIL_BYTES];
  uint8_t key_hash[32];     /* SHA-256 of the session's key: the browser itself */
  uint8_t device[16];       /* keyed hash of network and kind of browser: a new guest who looks the same */
  char name[NAME_BYTES];    /* as it was, for the host's list */
  uint64_t time_s;
};
int store_ban_add(struct store *st, struct ban *b); /* ERR_LIMIT: LIMIT_ROOM_BANS a room */
int store_ban_list(struct store *st, const struct uid *room, struct page page, struct ban *out, size_t *n);
int store_ban_remove(struct store *st, const struct uid *room, const struct uid *id);

/* One stay in a room. Attendance is written in batches: begin, many adds, commit. */
struct attendance {
  struct uid room;
  uint64_t stay;            /* unique in the room */
  char name[NAME_BYTES];
  char email[EMAIL_BYTES];  /* verified, or "" */
  char verified[16];        /* "account", "email", "ticket", "host_link", "none" */
  enum room_role role;
  uint64_t joined_s, left_s; /* left_s 0: still in */
};
int store_attendance_put(struct store *st, const struct attendance *a); /* adds, or replaces the same stay */
/* Stays whose end nobody has noted, because the server died during them: they have ended at the latest now. For the server's
 * start, when nobody is in. */
int store_attendance_end_all(struct store *st, uint64_t now_s);
int store_attendance_list(struct store *st, const struct uid *room, struct page page, struct attendance *out, size_t *n);

#endif
