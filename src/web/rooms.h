/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meetings: who is in, who waits at the door, who may do what, and whose media connection lives where. A state
 * machine without sockets: what pages and media processes say and the time go in; messages, closings and commands
 * come out by struct rooms_io.
 *
 * A *stay* is one participant's presence in one room from the first socket to the end, across drops. A browser has
 * at most one stay in a room. Nobody in a stay that is not admitted (STAY_IN) reaches another participant or a media
 * process (A4). */
#ifndef TESTUDO_WEB_ROOMS_H
#define TESTUDO_WEB_ROOMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/random.h"
#include "ipc/messages.h"
#include "store/store_rooms.h"
#include "web/browser.h"
#include "web/entry.h"
#include "web/token.h"

/* WebSocket close codes of docs/SIGNALLING.md. */
enum close_code {
  CLOSE_LEFT = 1000,
  CLOSE_STOPPING = 1001,
  CLOSE_PROTOCOL = 4000,
  CLOSE_REPLACED = 4001,
  CLOSE_REFUSED = 4003,
  CLOSE_ENDED = 4004,
  CLOSE_TOO_SLOW = 4005,
};

/* How the rooms act on the world. None of these may call back into the rooms. */
struct rooms_io {
  /* One message to the page behind a socket; the JSON lives until return. */
  void (*send)(void *ctx, uint64_t socket, struct span json);
  /* Ends a socket after what was sent before; `why` is a constant text. rooms_socket_lost is not expected for it. */
  void (*close)(void *ctx, uint64_t socket, enum close_code code, const char *why);
  /* Commands to a media process (0 based). A process that cannot take one is about to be reported by
   * rooms_media_down. */
  void (*offer)(void *ctx, unsigned process, const struct ipc_offer *offer);
  void (*publish)(void *ctx, unsigned process, const struct ipc_publish *publish);
  void (*level)(void *ctx, unsigned process, const struct ipc_level *level);
  void (*view)(void *ctx, unsigned process, const struct ipc_view *view);
  void (*hang_up)(void *ctx, unsigned process, const struct ipc_peer *peer);
  void (*spread)(void *ctx, unsigned process, const struct ipc_spread *spread); /* may be NULL */
  /* What is to last of stored rooms; never called for others. Each may be NULL. `stay`: a stay has begun, has another
   * role or has ended. `banned` may give the ban another id, by which it is lifted. `policy`: a moderator in the
   * meeting has changed the room's rules. */
  void (*stay)(void *ctx, const struct uid *room, const struct attendance *stay);
  void (*banned)(void *ctx, const struct uid *room, struct ban *ban);
  void (*unbanned)(void *ctx, const struct uid *room, const struct uid *ban);
  void (*policy)(void *ctx, const struct uid *room, const struct room_policy *policy);
  void *ctx;
};

/* A room that is to be live. */
struct room_plan {
  struct uid id; /* its address */
  bool stored;
  enum room_kind kind;
  char title[TITLE_BYTES];
  struct room_policy policy;
  const struct ban *bans; /* NULL: none */
  size_t bans_n;
};

/* The time as the rooms need it: a monotonic clock for deadlines, the calendar for what people read. */
struct rooms_time {
  uint64_t now_us;
  uint64_t unix_s;
};

struct rooms;
struct relay;

/* How many there may be: all memory is taken at the start. */
struct rooms_size {
  uint32_t rooms, people;
};

/* ERR_NOMEM. `io` and `random` are copied. */
int rooms_new(struct rooms **r, struct rooms_size size, const struct rooms_io *io, const struct random *random);
void rooms_free(struct rooms *r);

/* From now on the rules of every room are raised to those of people/care.h, whatever is wished (option care = high). To be
 * called before there is any. */
void rooms_take_care(struct rooms *r);

/* From now on who is in can have a pass to this relay; it stays the caller's and must outlive the rooms. */
void rooms_use_relay(struct rooms *r, const struct relay *relay);

/* A new meeting with an unguessable address, hosted by the browser `host`; it is not stored, and everybody with its
 * address may knock. ERR_LIMIT when there is no room for another. */
int rooms_create(struct rooms *r, uint64_t now_us, const struct browser *host, uint8_t address[TOKEN_BYTES]);

/* A new meeting for two accounts alone: a call that was accepted. To everybody else there is no room at its address. When
 * one has left for good, it is over for the other. ERR_LIMIT. */
int rooms_create_call(struct rooms *r, uint64_t now_us, const struct uid *a, const struct uid *b,
                      uint8_t address[TOKEN_BYTES]);

/* Whether a room is a call of others. No such room: no. */
bool rooms_is_call_of_others(const struct rooms *r, uint64_t room, const struct uid *account);

/* A stored room becomes live, until it was empty for a while; one that is live already stays as it is. Its hosts are
 * those whose identity says so. ERR_LIMIT, ERR_NOMEM. */
int rooms_open(struct rooms *r, uint64_t now_us, const struct room_plan *plan, uint64_t *room);

/* The room was changed from outside (REST, command line). Takes effect at once on all who are in: what is no longer
 * allowed is switched off, in the media process too, and the pages are told. io.policy is not called. ERR_NOT_FOUND:
 * not live. */
int rooms_set_policy(struct rooms *r, struct rooms_time time, const struct uid *room, enum room_kind kind,
                     const char *title, const struct room_policy *policy);

/* All stays in the room end, and it is no longer live. One that is not live already is fine. */
void rooms_close_room(struct rooms *r, struct rooms_time time, const struct uid *room, const char *code,
                      const char *text);

/* All stays of a session, of an account or with a ticket end within the call, socket and media; how many there were.
 * The page hears `code` and `text`: "refused" for the code "banned", else "ended". */
unsigned rooms_end_session(struct rooms *r, struct rooms_time time, const struct uid *session, const char *code,
                           const char *text);
unsigned rooms_end_account(struct rooms *r, struct rooms_time time, const struct uid *account, const char *code,
                           const char *text);
unsigned rooms_end_ticket(struct rooms *r, struct rooms_time time, const struct uid *ticket, const char *code,
                          const char *text);

/* The same for those in this room whom `is_over` names; it may not call back into the rooms. */
unsigned rooms_end_some(struct rooms *r, struct rooms_time time, const struct uid *room,
                        bool (*is_over)(void *ctx, const struct identity *who), void *ctx, const char *code,
                        const char *text);

/* Whether somebody who came by this ticket has a place somewhere. */
bool rooms_ticket_is_in(const struct rooms *r, const struct uid *ticket);

/* All stays, and below all live rooms that are stored, one after the other: to be compared with the store when another
 * process has changed it. A visit may end stays and close rooms. */
void rooms_visit(struct rooms *r, void (*visit)(void *ctx, const struct uid *room, const struct identity *who),
                 void *ctx);

/* The next ones of all stays: `part` of `whole` of the places from `*next` on, so that all are visited in turn without
 * being visited at once. */
void rooms_visit_part(struct rooms *r, uint64_t part, uint64_t whole, uint32_t *next,
                      void (*visit)(void *ctx, const struct uid *room, const struct identity *who), void *ctx);

void rooms_visit_stored(struct rooms *r, void (*visit)(void *ctx, const struct uid *room), void *ctx);

bool rooms_is_live(const struct rooms *r, const struct uid *room);

/* How many are in; 0 if the room is not live. */
uint32_t rooms_people_in(const struct rooms *r, const struct uid *room);

/* Whether somebody who is in records in the own browser. */
bool rooms_is_recorded(const struct rooms *r, const struct uid *room);

/* How many rooms are live, and how many people are in them. */
struct rooms_count {
  uint32_t rooms, people;
};
struct rooms_count rooms_count(const struct rooms *r);

/* The room at an address. ERR_NOT_FOUND. */
int rooms_find(const struct rooms *r, const uint8_t address[TOKEN_BYTES], uint64_t *room);

/* The address of a room, for as long as it is live. ERR_NOT_FOUND. */
int rooms_address(const struct rooms *r, uint64_t room, struct uid *address);

/* Whether a moderator has banned this person from the room, by browser, account or verified e-mail address. */
bool rooms_is_banned(const struct rooms *r, const struct entry_grant *grant);

/* A ban was lifted from outside; io.unbanned is not called. Nothing happens if there is none. */
void rooms_forget_ban(struct rooms *r, const struct uid *room, const struct uid *ban);

/* Whether this browser hosts by the host link. In a stored room nobody does. */
bool rooms_is_host(const struct rooms *r, uint64_t room, const struct browser *browser);

/* Who hosts a live meeting: of the hosts who are in, the one who came first. False: nobody, or no such room. */
struct rooms_host {
  struct uid account; /* none: a guest, or by the host link */
  uint8_t name[LIMIT_NAME_BYTES];
  uint8_t name_n;
  enum verified_by verified;
};
bool rooms_host(const struct rooms *r, uint64_t room, struct rooms_host *host);

/* Whether this account is in a live meeting as a host. */
bool rooms_account_hosts(const struct rooms *r, uint64_t room, const struct uid *account);

/* Whether an entry may be given out now (all but the name and the origin must be filled in): ERR_NOT_FOUND (no room),
 * ERR_STATE (nothing to resume), ERR_REFUSED (banned, or refused by the host too often), ERR_AGAIN (locked), ERR_LIMIT
 * (the room or the server is full). */
int rooms_may_enter(const struct rooms *r, uint64_t now_us, const struct entry_grant *grant);

/* Whether this one has to come later, because there is as much going on as the media processes can carry
 * (web/capacity.h): 0, or the seconds after which to try again. Whom rooms_may_enter lets in is asked, once an entry.
 * Who has a place already and who runs the meeting come in in any case. */
unsigned rooms_must_wait(struct rooms *r, uint64_t now_us, const struct entry_grant *grant);

/* Whether whoever comes in with this entry waits until a moderator lets them in. No such room: they do. */
bool rooms_waits(const struct rooms *r, uint64_t now_us, const struct entry_grant *grant);

/* Whether somebody of another browser, in the room or before its door, has a name that looks like this one (A6). In an
 * event the names of viewers are not looked at: other viewers do not see them. */
bool rooms_name_is_taken(const struct rooms *r, const struct entry_grant *grant);

/* A socket with a valid entry has opened: takes up or begins the stay and says the server's hello. `person` is the
 * stay for the calls below, an id that finds nothing once the stay is over. Errors as rooms_may_enter. */
int rooms_socket_opened(struct rooms *r, struct rooms_time time, uint64_t socket, const struct entry_grant *grant,
                        uint64_t *person);

/* One message from the socket, its frame already verified. What breaks the protocol closes the socket. Input for a
 * stay that has another socket meanwhile, or is over, is ignored. */
void rooms_socket_said(struct rooms *r, struct rooms_time time, uint64_t person, uint64_t socket, struct span json);

/* The socket is gone; the place is kept for 45 s. */
void rooms_socket_lost(struct rooms *r, struct rooms_time time, uint64_t person, uint64_t socket);

/* Ends what has waited for too long; call it about once a second. */
void rooms_tick(struct rooms *r, struct rooms_time time);

/* Tells everybody that the server stops and closes all sockets. */
void rooms_stop(struct rooms *r, struct rooms_time time);

/* A media process can take commands (from now on, or again after it was lost), or cannot. */
void rooms_media_up(struct rooms *r, unsigned process);
void rooms_media_down(struct rooms *r, unsigned process);

/* What a media process says. It may only speak of peers and rooms that live in it: ERR_NOT_FOUND otherwise, which
 * can be news of somebody who has just left and is to be ignored. */
int rooms_media_answered(struct rooms *r, unsigned process, const struct ipc_answer *m);
int rooms_media_refused(struct rooms *r, unsigned process, const struct ipc_refused *m);
int rooms_media_security(struct rooms *r, struct rooms_time time, unsigned process, const struct ipc_security *m);
int rooms_media_slots(struct rooms *r, unsigned process, const struct ipc_slots *m);
int rooms_media_speaker(struct rooms *r, unsigned process, const struct ipc_speaker *m);
int rooms_media_weakness(struct rooms *r, unsigned process, const struct ipc_weakness *m);
int rooms_media_layers(struct rooms *r, unsigned process, const struct ipc_layers *m);
int rooms_media_load(struct rooms *r, uint64_t now_us, unsigned process, const struct ipc_load *m);
int rooms_media_gone(struct rooms *r, struct rooms_time time, unsigned process, const struct ipc_gone *m);

/* A timer of the web process itself was late by so much (web/capacity.h). */
void rooms_web_late(struct rooms *r, uint64_t late_us);

/* For metrics and tests; all only grow. */
struct rooms_counters {
  uint64_t rooms_created, rooms_full, stays, knocks, refusals, resumes, protocol_errors, lost, renewals, moves_asked,
           moves, chat, chat_refused;
};

const struct rooms_counters *rooms_counters(const struct rooms *r);

/* What is known of what the processes carry. */
struct capacity;
const struct capacity *rooms_capacity(const struct rooms *r);

/* The mark from which on the newest are kept out (web/capacity.h), in thousandths. */
void rooms_set_mark(struct rooms *r, uint32_t mark);

#endif
