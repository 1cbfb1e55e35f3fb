/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's side of WebSocket (RFC 6455): messages out of the bytes of a server, frames to it. Without sockets. */
#ifndef TESTUDO_LOAD_WEBSOCKET_H
#define TESTUDO_LOAD_WEBSOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/random.h"

#define WEBSOCKET_KEY_TEXT 24               /* of 16 bytes, base64 */
#define WEBSOCKET_ACCEPT_TEXT 28            /* of 20 bytes, base64 */
#define WEBSOCKET_MESSAGE (4 * 1024 * 1024) /* bytes of a message that are taken at most */
#define WEBSOCKET_CONTROL 125               /* payload of a control frame */
#define WEBSOCKET_HEADER 14                 /* of a frame, with the mask */

enum websocket_opcode {
  WEBSOCKET_MORE = 0,
  WEBSOCKET_TEXT = 1,
  WEBSOCKET_BINARY = 2,
  WEBSOCKET_CLOSE = 8,
  WEBSOCKET_PING = 9,
  WEBSOCKET_PONG = 10,
};

struct websocket_message {
  enum websocket_opcode opcode; /* never WEBSOCKET_MORE: pieces are put together */
  struct span payload;          /* until the next take */
};

/* Zeroed: ready to read. */
struct websocket {
  uint8_t header[WEBSOCKET_HEADER];
  size_t header_n;
  bool in_payload, final;
  enum websocket_opcode opcode, message; /* of this frame; of the message of several frames, WEBSOCKET_MORE: none */
  uint64_t rest;                         /* of this frame's payload */
  uint8_t *gathered;                     /* of a data message */
  size_t gathered_n, gathered_most;
  bool given; /* `gathered` was handed out and is free for the next message */
  uint8_t control[WEBSOCKET_CONTROL];
  size_t control_n;
};

void websocket_fini(struct websocket *w);

/* The next message in `in`, which is moved past what was taken. ERR_AGAIN: more is needed. ERR_MALFORMED: the server
 * breaks the protocol, a masked frame included. ERR_LIMIT: larger than WEBSOCKET_MESSAGE. ERR_NOMEM. */
int websocket_take(struct websocket *w, struct span *in, struct websocket_message *m);

/* Writes one whole, masked frame: WEBSOCKET_HEADER and the payload's bytes at most; check the writer. */
void websocket_put(struct writer *w, enum websocket_opcode opcode, struct span payload, const struct random *random);

/* The code of a close frame; 1005 if it has none. */
unsigned websocket_close_code(const struct websocket_message *m);

/* Sec-WebSocket-Key for 16 random bytes, and the Sec-WebSocket-Accept that answers it; both end with a zero. */
void websocket_key(const struct random *random, char key[WEBSOCKET_KEY_TEXT + 1]);
void websocket_accept(const char *key, char accept[WEBSOCKET_ACCEPT_TEXT + 1]);

#endif
