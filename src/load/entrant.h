/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person who comes into a meeting, as the page does it (docs/API.md, docs/SIGNALLING.md): a session with a fresh
 * key, the room, an entry, the socket with its keys, the server's hello, the own one, the welcome. Every frame's tag
 * and counter is checked. A state machine without sockets and clocks: what two connections bring and the time go in,
 * bytes and the wish for connections come out. Some of these people try what they must not (wrong.h). */
#ifndef TESTUDO_LOAD_ENTRANT_H
#define TESTUDO_LOAD_ENTRANT_H

#include "load/http.h"
#include "load/key.h"
#include "load/websocket.h"
#include "load/wrong.h"
#include "web/frame.h"

#define ENTRANT_OUT 3072              /* bytes of a request, and of all messages but offers */
#define ENTRANT_OUT_MOST (128 * 1024) /* of all that waits to be sent */
#define ENTRANT_CODE 40
#define ENTRANT_FULL "server_busy" /* the code of a server that keeps the newest out for a while */

struct entrant;
struct json_t;

/* The same for all. */
struct entrant_target {
  char origin[300]; /* "https://localhost:8443" */
  char host[300];   /* as the Host field names it */
  char room[TOKEN_TEXT + 1];
  char wrong_room[TOKEN_TEXT + 1], wrong_room_code[ENTRANT_CODE]; /* for WRONG_ROOM */
  unsigned crowd; /* in everybody's name, so that those of several runs differ; 0: no other run is there */
  struct random random;
  /* NULL, or called with every message that comes after the welcome, and with the welcome itself. */
  void (*heard)(void *ctx, struct entrant *e, const char *type, const struct json_t *message, uint64_t now_us);
  void *ctx;
};

/* Who signs in before it comes; both texts outlive the entrant. */
struct entrant_account {
  const char *email, *password;
};

enum entrant_line { LINE_HTTPS, LINE_SOCKET, ENTRANT_LINES };

enum entrant_outcome {
  OUTCOME_OPEN,     /* still on the way, or in and what it must not do is yet to come */
  OUTCOME_IN,       /* welcomed; right for honest people */
  OUTCOME_REFUSED,  /* `status`, `code` and `step` say how */
  OUTCOME_ADMITTED, /* got through where it had to be refused */
  OUTCOME_BROKEN,   /* the server or the connection failed: `code` says how */
};

struct entrant_wire {
  unsigned dial; /* 0: never wanted; each change asks for a new connection in place of an earlier one */
  bool wanted, up;
  size_t out_n, out_size;
  uint8_t *out; /* grows with what is to be sent */
};

struct entrant {
  const struct entrant_target *target;
  const struct entrant_account *account; /* NULL: a guest */
  enum wrong_kind wrong;
  unsigned number;
  enum step step;
  enum entrant_outcome outcome;
  unsigned status;
  char code[ENTRANT_CODE];
  struct entrant_wire wire[ENTRANT_LINES];
  uint64_t begun_us, step_us;          /* the first connection; the present step */
  uint64_t took_us[STEPS];             /* each step, the last time */
  uint64_t in_us;                      /* when it was welcomed; 0: not yet */
  uint64_t wake_us;                    /* 0: nothing is waited for */
  unsigned waits, lost, frames, tries; /* told to wait; connections lost; frames opened; of this step */
  unsigned sheds;                      /* of the waits those before a full server */
  size_t request_n;                    /* bytes of the last request of the API */
  bool again;                          /* what it must not do comes second: the first time is over */
  bool full;                           /* the last thing it heard is that the server is full */
  bool ended;                          /* was in, and the server has closed the socket */
  struct load_key key;
  uint8_t nonce[TOKEN_BYTES];
  char cookie[SECRET_TEXT + 1];
  struct entry_secrets secrets;
  struct http_answer answer;
  char accept[WEBSOCKET_ACCEPT_TEXT + 1];
  struct websocket socket;
  struct frame_channel frames_channel;
  uint64_t n; /* of the last message */
};

/* `e` is zeroed before, `target` and `account` (NULL: a guest) outlive it. ERR_CRYPTO. */
int entrant_begin(struct entrant *e, const struct entrant_target *target, const struct entrant_account *account,
                  enum wrong_kind wrong, unsigned number, uint64_t now_us);
void entrant_fini(struct entrant *e);

/* What a connection tells: TLS stands; bytes came (only those of a connection that is still wanted); it is gone, by its
 * own or the server's end. */
void entrant_connected(struct entrant *e, enum entrant_line line, uint64_t now_us);
void entrant_received(struct entrant *e, enum entrant_line line, struct span bytes, uint64_t now_us);
void entrant_disconnected(struct entrant *e, enum entrant_line line, uint64_t now_us);

/* Call it when `wake_us` has come. */
void entrant_time(struct entrant *e, uint64_t now_us);

/* The deadline has passed: who is still on the way is OUTCOME_BROKEN. */
void entrant_give_up(struct entrant *e);

/* Sends a message of this type with these further fields (JSON without the braces), once it is in. What does not fit
 * ends it as OUTCOME_BROKEN. */
void entrant_say(struct entrant *e, const char *type, const char *fields);

/* Whether it went as it had to: who is honest is in, who is not was refused at the very step and for the very reason.
 */
bool entrant_went_right(const struct entrant *e);

/* Says good-bye and ends; who is not in just goes. */
void entrant_leave(struct entrant *e);

#endif
