/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tickets: one person's right to enter one room or the rooms of one series, within one time window (A5); shops that
 * issue them by signed webhook; keys of the REST API. */
#ifndef TESTUDO_STORE_STORE_TICKETS_H
#define TESTUDO_STORE_STORE_TICKETS_H

#include "store/store.h"
#include "store/store_rooms.h"

struct ticket {
  struct uid id;            /* no secret: the ticket is bound to the person, not to who holds its id */
  struct uid room, series;  /* one of them */
  char email[EMAIL_BYTES];  /* the person: an account or guest with this verified address */
  enum room_role role;      /* ROLE_VIEWER .. ROLE_SPEAKER */
  uint64_t from_s, until_s; /* the window in which one may enter; 0: open on that side */
  uint64_t revoked_s;
  uint64_t created_s;
  struct uid session;       /* the device that uses it now; none: free */
  char reference[TITLE_BYTES]; /* the shop's own number of the order; unique with its issuer unless "" */
  char issuer[64];          /* "console:ACCOUNT", "cli", "key:NAME", "webhook:NAME" */
};

/* ERR_STATE: this issuer has issued this reference already: `t` then is the earlier ticket. */
int store_ticket_add(struct store *st, struct ticket *t);
int store_ticket_get(struct store *st, const struct uid *id, struct ticket *t);
/* By the reference, not "", under which this issuer has issued it. */
int store_ticket_by_reference(struct store *st, const char *issuer, const char *reference, struct ticket *t);
/* A ticket of this person for this room that is valid at `now_s` (directly or by the room's series). ERR_NOT_FOUND. */
int store_ticket_find(struct store *st, const struct store_room *room, const char *email, uint64_t now_s,
                      struct ticket *t);
/* Binds the ticket to the device. Atomic: ERR_STATE when another session holds it and `take_over` is false; revoked or
 * out of its window: ERR_REFUSED. A session that is removed frees its tickets. */
int store_ticket_use(struct store *st, const struct uid *id, const struct uid *session, bool take_over, uint64_t now_s);
int store_ticket_release(struct store *st, const struct uid *id, const struct uid *session);
/* Frees it as well. */
int store_ticket_revoke(struct store *st, const struct uid *id, uint64_t now_s);
/* Role and window, of a ticket that is not revoked (ERR_NOT_FOUND); whoever is in stays until the next entry. */
int store_ticket_set(struct store *st, const struct ticket *t);
/* Of one person, for whatever room; the newest first. */
int store_ticket_list_email(struct store *st, const char *email, struct page page, struct ticket *out, size_t *n);
/* Of one person, for this room or this series (none: for no series). What others have issued to the same address for rooms of
 * their own is not among them, however much it is. */
int store_ticket_list_for(struct store *st, const char *email, const struct uid *room, const struct uid *series,
                          struct page page, struct ticket *out, size_t *n);
/* How many there are for the rooms and series of this account. */
int store_ticket_count_of_owner(struct store *st, const struct uid *owner, size_t *n);
/* Of a room or of a series (the other none), or all. */
int store_ticket_list(struct store *st, const struct uid *room, const struct uid *series, struct page page,
                      struct ticket *out, size_t *n);

enum key_scope { /* bits */
  SCOPE_ROOMS_READ = 1, SCOPE_ROOMS_WRITE = 2, SCOPE_TICKETS_READ = 4, SCOPE_TICKETS_WRITE = 8, SCOPE_PEOPLE_READ = 16,
  SCOPE_PEOPLE_WRITE = 32, SCOPE_SESSIONS = 64, SCOPE_ATTENDANCE = 128,
};

struct api_key {
  struct uid id;
  uint8_t hash[32];         /* SHA-256 of the key */
  char name[64];
  uint32_t scopes;
  struct uid owner;         /* the administrator who made it */
  uint64_t created_s, used_s, revoked_s;
};
int store_key_add(struct store *st, struct api_key *k);
int store_key_find(struct store *st, const uint8_t hash[32], struct api_key *k); /* ERR_NOT_FOUND also when revoked */
int store_key_get(struct store *st, const struct uid *id, struct api_key *k); /* also a revoked one */
int store_key_revoke(struct store *st, const struct uid *id, uint64_t now_s);
int store_key_revoke_all(struct store *st, uint64_t now_s);
int store_key_touch(struct store *st, const struct uid *id, uint64_t now_s); /* without waiting for the disk */
int store_key_list(struct store *st, struct page page, struct api_key *out, size_t *n);

/* Idempotency keys of the REST API: the first answer to a request is given again, for IDEMPOTENT_KEPT_S. Answers are sealed
 * in the database: one may show a new key. */
#define IDEMPOTENT_KEPT_S 86400
struct idempotent {
  struct uid key;           /* whose: the API key */
  char token[65];           /* the Idempotency-Key header */
  uint8_t request[32];      /* SHA-256 of method, path and body: another request with the token is ERR_STATE */
  unsigned status;
  char body[4096];          /* the answer; "" if it was larger and is to be made again by reading */
};
/* In one transaction with the change itself. ERR_NOT_FOUND: new. */
int store_idempotent_find(struct store *st, struct idempotent *i);
int store_idempotent_add(struct store *st, const struct idempotent *i, uint64_t now_s);
/* Status and body of one that was added before the answer was known. ERR_NOT_FOUND. */
int store_idempotent_answer(struct store *st, const struct idempotent *i);

/* A payment provider that may issue tickets by webhook. */
struct webhook {
  struct uid id;
  char name[64];
  uint8_t secret[32];       /* in clear here, sealed in the database */
  struct uid room, series;  /* what its tickets are for, unless the event says */
  uint64_t created_s, revoked_s;
};
/* ERR_STATE: there is one of this name that is not revoked. */
int store_webhook_add(struct store *st, struct webhook *w);
int store_webhook_get(struct store *st, const struct uid *id, struct webhook *w);
int store_webhook_list(struct store *st, struct page page, struct webhook *out, size_t *n);
int store_webhook_revoke(struct store *st, const struct uid *id, uint64_t now_s);
int store_webhook_revoke_all(struct store *st, uint64_t now_s);
#define WEBHOOK_EVENT_BYTES 256
/* Takes the event for good: ERR_REPLAY if it was seen within WEBHOOK_EVENT_KEPT_S, which is far longer than the tolerance of
 * its signed time. ERR_RANGE: longer than WEBHOOK_EVENT_BYTES - 1. In one transaction with what it does. */
#define WEBHOOK_EVENT_KEPT_S (30 * 86400)
int store_webhook_event(struct store *st, const struct uid *webhook, const char *event, uint64_t now_s);

#endif
