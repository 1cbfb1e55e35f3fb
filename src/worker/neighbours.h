/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other media processes: memory in which this one writes for them and they for this one (ipc/share.h), and bells
 * (eventfds) that wake who is meant. All of it is made before the process enters its sandbox, and goes by way of the
 * supervisor; in the sandbox nothing can be made, and what others have made can only be read. */
#ifndef TESTUDO_WORKER_NEIGHBOURS_H
#define TESTUDO_WORKER_NEIGHBOURS_H

#include <stdint.h>

#include "base/bytes.h"
#include "ipc/ipc.h"

struct neighbours;

/* ERR_NOMEM, ERR_IO. */
int neighbours_new(struct neighbours **n);

/* Wipes what was written. */
void neighbours_free(struct neighbours *n);

/* Gives memory and bell to the supervisor, for the others. Errors as ipc_send. */
int neighbours_hand_over(struct neighbours *n, struct ipc_channel *supervisor, uint8_t self);

/* Another's, by way of the supervisor, which has checked them; a new one takes the place of an older one. The
 * descriptor is taken over. ERR_IO. */
int neighbours_take_memory(struct neighbours *n, uint8_t process, int fd);
void neighbours_take_bell(struct neighbours *n, uint8_t process, int fd);

/* It has ended. */
void neighbours_forget(struct neighbours *n, uint8_t process);

/* One record about a room for the processes of these bits. Their bells ring at neighbours_ring, once. */
void neighbours_write(struct neighbours *n, uint64_t room, uint64_t to, struct span head, struct span body);
void neighbours_wipe(struct neighbours *n, uint64_t room);
void neighbours_ring(struct neighbours *n);

/* For epoll: readable when a bell has rung. */
int neighbours_bell(const struct neighbours *n);

struct neighbours_events {
  void (*record)(void *ctx, uint8_t from, struct span record);
  void (*lost)(void *ctx, uint8_t from); /* some of its records were overwritten before they were read */
  void *ctx;
};

/* What the others have written, a bounded number of records at a time; rings the own bell if there are more. */
void neighbours_read(struct neighbours *n, const struct neighbours_events *events);

/* For logs: records that were lost, and that no writer of ours makes. */
void neighbours_count(const struct neighbours *n, uint64_t *lost, uint64_t *bad);

#endif
