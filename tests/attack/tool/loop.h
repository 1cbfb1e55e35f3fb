/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the attackers' tools share: UDP sockets on loopback, commands as lines on standard input, events as lines of
 * JSON on standard output, and the clock. A tool ends with its standard input. Everything here aborts on failure: it
 * is a test. */
#ifndef TESTUDO_ATTACK_LOOP_H
#define TESTUDO_ATTACK_LOOP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define LOOP_SOCKETS 2
#define LOOP_NEVER UINT64_MAX

struct loop {
  int socket[LOOP_SOCKETS];
  size_t sockets;
  void *ctx;
  void (*on_datagram)(void *ctx, size_t socket, const struct sockaddr_in *from, uint8_t *data, size_t n);
  /* One command without its line end; `argument` is what follows the first space, "" if nothing does. */
  void (*on_command)(void *ctx, const char *command, char *argument);
  void (*on_tick)(void *ctx); /* after every other event, and when due */
  uint64_t (*next_us)(void *ctx);
};

uint64_t loop_now_us(void);

/* "127.0.0.1:4000". Aborts on anything else. */
struct sockaddr_in loop_address(const char *text);

/* A UDP socket bound to `local`. Gives its index. */
size_t loop_open(struct loop *l, const char *local);

void loop_send(const struct loop *l, size_t socket, const struct sockaddr_in *to, const uint8_t *data, size_t n);

/* Until standard input ends. */
void loop_run(struct loop *l);

/* A line of output, sent at once. */
__attribute__((format(printf, 1, 2))) void loop_say(const char *format, ...);

/* Bytes as base64 and back (`out` has room for `cap` bytes), for SDP in lines; as hexadecimal digits. Text is valid
 * until the next call. */
const char *loop_base64(struct span bytes);
size_t loop_from_base64(const char *text, uint8_t *out, size_t cap);
const char *loop_hex(struct span bytes);
size_t loop_from_hex(const char *text, uint8_t *out, size_t cap);

#endif
