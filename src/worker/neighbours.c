/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/neighbours.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "ipc/share.h"

#define RECORDS_PER_TURN 512 /* of one neighbour, before the others and the sockets get their turn */

struct neighbour {
  const struct share_memory *memory; /* NULL: none */
  struct share_reader reader;
  int bell; /* -1: none */
};

struct neighbours {
  struct share_memory *memory;
  struct share_writer writer;
  int memory_fd, bell;
  uint64_t to_ring; /* bits */
  uint64_t lost, bad; /* of those that have ended */
  struct neighbour other[LIMIT_MEDIA_PROCESSES];
  uint64_t record[SHARE_RECORD_WORDS];
};

static void close_fd(int *fd)
{
  if (*fd >= 0)
    close(*fd);
  *fd = -1;
}

int neighbours_new(struct neighbours **out)
{
  struct neighbours *n = calloc(1, sizeof *n);
  if (n == NULL)
    return ERR_NOMEM;
  n->memory_fd = n->bell = -1;
  for (size_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    n->other[i].bell = -1;
  int err = share_make(&n->memory, &n->memory_fd);
  if (err == 0)
    err = share_writer_init(&n->writer, n->memory);
  n->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (err == 0 && n->bell < 0)
    err = ERR_IO;
  if (err != 0) {
    neighbours_free(n);
    return err;
  }
  *out = n;
  return 0;
}

void neighbours_free(struct neighbours *n)
{
  if (n == NULL)
    return;
  for (uint8_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    neighbours_forget(n, i);
  share_writer_fini(&n->writer);
  share_unmap(n->memory);
  close_fd(&n->memory_fd);
  close_fd(&n->bell);
  sodium_memzero(n->record, sizeof n->record);
  free(n);
}

int neighbours_hand_over(struct neighbours *n, struct ipc_channel *supervisor, uint8_t self)
{
  uint8_t buffer[8];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_share(&w, IPC_SHARE, &(struct ipc_share){.process = self});
  int err = ipc_send(supervisor, writer_span(&w), n->memory_fd);
  close_fd(&n->memory_fd); /* the mapping is enough, and no other can be made that writes */
  if (err != 0)
    return err;
  w = writer_of(buffer, sizeof buffer);
  ipc_encode_share(&w, IPC_BELL, &(struct ipc_share){.process = self});
  return ipc_send(supervisor, writer_span(&w), n->bell);
}

int neighbours_take_memory(struct neighbours *n, uint8_t process, int fd)
{
  struct neighbour *o = &n->other[process];
  neighbours_forget(n, process);
  int err = share_map(fd, &o->memory);
  if (err == 0)
    share_reader_init(&o->reader, o->memory);
  close(fd);
  return err;
}

void neighbours_take_bell(struct neighbours *n, uint8_t process, int fd)
{
  close_fd(&n->other[process].bell);
  n->other[process].bell = fd;
}

void neighbours_forget(struct neighbours *n, uint8_t process)
{
  struct neighbour *o = &n->other[process];
  n->lost += o->reader.lost;
  n->bad += o->reader.bad;
  share_unmap(o->memory);
  close_fd(&o->bell);
  *o = (struct neighbour){.bell = -1};
}

void neighbours_write(struct neighbours *n, uint64_t room, uint64_t to, struct span head, struct span body)
{
  share_write(&n->writer, room, head, body);
  n->to_ring |= to;
}

void neighbours_wipe(struct neighbours *n, uint64_t room)
{
  share_wipe(&n->writer, room);
}

static void ring(int bell)
{
  const uint64_t one = 1;
  if (bell >= 0 && write(bell, &one, sizeof one) != (ssize_t)sizeof one)
    return; /* it has been ringing for long: that is enough */
}

void neighbours_ring(struct neighbours *n)
{
  for (uint8_t i = 0; n->to_ring != 0 && i < LIMIT_MEDIA_PROCESSES; i++)
    if ((n->to_ring >> i & 1) != 0)
      ring(n->other[i].bell);
  n->to_ring = 0;
}

int neighbours_bell(const struct neighbours *n)
{
  return n->bell;
}

/* False: there is more. */
static bool read_one(struct neighbours *n, uint8_t from, const struct neighbours_events *events)
{
  struct share_reader *r = &n->other[from].reader;
  uint64_t lost = r->lost;
  size_t bytes;
  unsigned left = RECORDS_PER_TURN;
  while (left > 0 && share_read(r, n->record, &bytes) == 0) {
    events->record(events->ctx, from, span_of(n->record, bytes));
    left--;
  }
  if (r->lost != lost)
    events->lost(events->ctx, from);
  return left > 0;
}

void neighbours_read(struct neighbours *n, const struct neighbours_events *events)
{
  uint64_t rung;
  bool all = true;
  if (read(n->bell, &rung, sizeof rung) < 0)
    rung = 0; /* looked at all the same: whoever holds the bell, too, can silence it */
  for (uint8_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    if (n->other[i].memory != NULL)
      all &= read_one(n, i, events);
  if (!all)
    ring(n->bell);
}

void neighbours_count(const struct neighbours *n, uint64_t *lost, uint64_t *bad)
{
  *lost = n->lost;
  *bad = n->bad;
  for (size_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++) {
    *lost += n->other[i].reader.lost;
    *bad += n->other[i].reader.bad;
  }
}
