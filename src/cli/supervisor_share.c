/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media processes that share rooms get to know each other: each is given the others' memory, which it can only read, and
 * their bells. */
#include <unistd.h>

#include "base/err.h"
#include "cli/supervisor_internal.h"
#include "ipc/share.h"

static void close_fd(int *fd)
{
  if (*fd >= 0)
    close(*fd);
  *fd = -1;
}

/* Once in its life, before it has read anything from the network: what comes later is not its own idea. */
static int keep(int *place, int fd, int err)
{
  if (*place >= 0)
    err = ERR_STATE;
  if (err != 0) {
    close(fd);
    return err;
  }
  *place = fd;
  return 0;
}

int share_on_memory(void *ctx, struct span message, int fd)
{
  struct child *c = ctx;
  (void)message;
  return keep(&c->share_fd, fd, share_check(fd));
}

int share_on_bell(void *ctx, struct span message, int fd)
{
  struct child *c = ctx;
  (void)message;
  return keep(&c->bell_fd, fd, 0);
}

static bool is_there(const struct child *c)
{
  return c->pid != 0 && c->share_fd >= 0 && c->bell_fd >= 0 && ipc_is_open(&c->channel);
}

static int say(struct child *to, enum ipc_type type, const struct child *about, int fd)
{
  uint8_t buffer[8];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_share(&w, type, &(struct ipc_share){.process = (uint8_t)about->index});
  return ipc_send(&to->channel, writer_span(&w), fd);
}

static void introduce(struct child *to, const struct child *other)
{
  if (!is_there(to) || !is_there(other) || (to->knows >> other->index & 1) != 0)
    return;
  if (say(to, IPC_SHARE, other, other->share_fd) == 0 && say(to, IPC_BELL, other, other->bell_fd) == 0)
    to->knows |= 1ull << other->index;
}

void share_introduce(struct supervisor *s)
{
  for (uint16_t i = 0; i < s->config->media_processes; i++)
    for (uint16_t k = 0; k < s->config->media_processes; k++)
      if (i != k)
        introduce(&s->media[i], &s->media[k]);
}

void share_ended(struct supervisor *s, struct child *c)
{
  close_fd(&c->share_fd);
  close_fd(&c->bell_fd);
  c->knows = 0;
  for (uint16_t i = 0; c->role == IPC_MEDIA && i < s->config->media_processes; i++) {
    struct child *other = &s->media[i];
    if ((other->knows >> c->index & 1) != 0 && ipc_is_open(&other->channel))
      (void)say(other, IPC_SHARE_GONE, c, -1);
    other->knows &= ~(1ull << c->index);
  }
}
