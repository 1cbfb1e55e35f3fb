/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channel between two processes: a SOCK_SEQPACKET socket, one message a packet (messages.h). What may be said is
 * in one table (ipc.c): type, who says it to whom, sizes, whether a descriptor comes with it, and in which state.
 * Whatever breaks the table ends the channel and is logged: the peer may be in an attacker's hands.
 *
 * Nothing here blocks. What a slow peer does not take is queued, up to LIMIT_IPC_QUEUE bytes; then the channel is
 * closed.
 *
 * A channel opens in IPC_OPENING; the peer's IPC_READY moves it to IPC_SERVING, its IPC_STOP to IPC_STOPPING. */
#ifndef TESTUDO_IPC_IPC_H
#define TESTUDO_IPC_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "ipc/messages.h"

/* Bits, for the table. */
enum ipc_role { IPC_SUPERVISOR = 1, IPC_WEB = 2, IPC_MEDIA = 4, IPC_OUTBOUND = 8 };
enum ipc_state { IPC_OPENING = 1, IPC_SERVING = 2, IPC_STOPPING = 4 };

struct ipc_queued;

struct ipc_channel {
  int fd; /* -1: closed */
  enum ipc_role self, peer;
  enum ipc_state state;
  uint8_t *buffer; /* the message being handled */
  struct ipc_queued *first, *last;
  size_t queued_bytes;
};

/* What to do with a type. `message` is the whole message, the type byte first, valid until the handler returns; `fd`
 * is the descriptor that came with it, now the handler's, or -1. An error ends the channel; it is logged with the
 * type's name. */
struct ipc_handler {
  uint8_t type;
  int (*handle)(void *ctx, struct span message, int fd);
};

/* Makes a pair of connected sockets, to be given to ipc_open or to a child. ERR_IO. */
int ipc_pair(int fds[2]);

/* Takes `fd` over, also on error. ERR_NOMEM, ERR_IO. */
int ipc_open(struct ipc_channel *c, int fd, enum ipc_role self, enum ipc_role peer);

/* Drops what is still queued. Closing a closed channel does nothing. */
void ipc_close(struct ipc_channel *c);

static inline bool ipc_is_open(const struct ipc_channel *c)
{
  return c->fd >= 0;
}

/* Sends or queues one encoded message. `fd` (or -1) goes along as a duplicate; the caller keeps its own.
 * ERR_CLOSED if the channel is or was just found closed, ERR_LIMIT if the queue is full: then it is closed, too.
 * ERR_STATE if the table has no such message in this direction: our own mistake, nothing is sent. */
int ipc_send(struct ipc_channel *c, struct span message, int fd);

/* A message that is its type byte alone (IPC_READY, IPC_STOP). */
int ipc_send_type(struct ipc_channel *c, enum ipc_type type);

/* To be called when the descriptor is writable, as long as ipc_wants_write. ERR_CLOSED. */
int ipc_flush(struct ipc_channel *c);

static inline bool ipc_wants_write(const struct ipc_channel *c)
{
  return c->first != NULL;
}

/* To be called when the descriptor is readable: reads what is there (a bounded number of messages, so that others get
 * their turn) and calls the handlers. 0, or ERR_CLOSED when the peer has ended the channel in order, or what the peer
 * or a handler did wrong; the channel is closed after every error. A handler may close the channel itself:
 * ERR_CLOSED. */
int ipc_dispatch(struct ipc_channel *c, const struct ipc_handler *handlers, size_t n, void *ctx);

/* The same, where what a message costs is bounded by time, not by number: reads until the clock is at `end_us`, and one
 * message in any case. */
int ipc_dispatch_until(struct ipc_channel *c, const struct ipc_handler *handlers, size_t n, void *ctx,
                       uint64_t (*clock_us)(void), uint64_t end_us);

#endif
