/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

#define MESSAGES_PER_TURN 64
#define SOCKET_BYTES (1024 * 1024) /* asked of the kernel, which may give less */

struct rule {
  uint8_t type;
  const char *name;
  uint8_t from, to;  /* enum ipc_role, bits */
  size_t least, most; /* bytes with the type byte */
  bool descriptor;
  uint8_t states;    /* enum ipc_state, bits */
};

#define ANY_STATE (IPC_OPENING | IPC_SERVING | IPC_STOPPING)
#define BEFORE_STOP (IPC_OPENING | IPC_SERVING)
#define SLOT_LEAST 12
#define SHOWN_LEAST 6
#define SLOTS (LIMIT_AUDIO_SLOTS + LIMIT_VIDEO_SLOTS)

/* The web process says nothing of itself to a media or outbound process, so what it sends is allowed from the start. */
static const struct rule rules[] = {
  {IPC_MEDIA_CHANNEL, "media-channel", IPC_SUPERVISOR, IPC_WEB, 2, 2, true, BEFORE_STOP},
  {IPC_OUTBOUND_CHANNEL, "outbound-channel", IPC_SUPERVISOR, IPC_WEB, 1, 1, true, BEFORE_STOP},
  {IPC_SHARE, "share", IPC_MEDIA | IPC_SUPERVISOR, IPC_SUPERVISOR | IPC_MEDIA, 2, 2, true, BEFORE_STOP},
  {IPC_BELL, "bell", IPC_MEDIA | IPC_SUPERVISOR, IPC_SUPERVISOR | IPC_MEDIA, 2, 2, true, BEFORE_STOP},
  {IPC_SHARE_GONE, "share-gone", IPC_SUPERVISOR, IPC_MEDIA, 2, 2, false, BEFORE_STOP},
  {IPC_READY, "ready", IPC_WEB | IPC_MEDIA | IPC_OUTBOUND, IPC_SUPERVISOR | IPC_WEB, 1, 1, false, IPC_OPENING},
  {IPC_STOP, "stop", IPC_SUPERVISOR, IPC_WEB | IPC_MEDIA | IPC_OUTBOUND, 1, 1, false, BEFORE_STOP},
  {IPC_OFFER, "offer", IPC_WEB, IPC_MEDIA, 52, 52 + SOURCE_COUNT * IPC_MID_BYTES + LIMIT_SDP_BYTES, false, ANY_STATE},
  {IPC_PUBLISH, "publish", IPC_WEB, IPC_MEDIA, 11, 11, false, ANY_STATE},
  {IPC_LEVEL, "level", IPC_WEB, IPC_MEDIA, 10, 10, false, ANY_STATE},
  {IPC_CLOSE, "close", IPC_WEB, IPC_MEDIA, 9, 9, false, ANY_STATE},
  {IPC_VIEW, "view", IPC_WEB, IPC_MEDIA, 10, 10 + LIMIT_VIDEO_SLOTS * (SHOWN_LEAST + IPC_MID_BYTES), false, ANY_STATE},
  {IPC_SPREAD, "spread", IPC_WEB, IPC_MEDIA, 18, 18, false, ANY_STATE},
  {IPC_ANSWER, "answer", IPC_MEDIA, IPC_WEB, 16, 16 + LIMIT_SDP_BYTES, false, IPC_SERVING},
  {IPC_OFFER_REFUSED, "offer-refused", IPC_MEDIA, IPC_WEB, 19, 19 + IPC_CODE_BYTES + IPC_TEXT_BYTES, false,
   IPC_SERVING},
  {IPC_SECURITY, "security", IPC_MEDIA, IPC_WEB, 95, 95 + IPC_TEXT_BYTES + 4 * IPC_FACT_BYTES, false, IPC_SERVING},
  {IPC_SLOTS, "slots", IPC_MEDIA, IPC_WEB, 14, 14 + SLOTS * (SLOT_LEAST + IPC_MID_BYTES), false, IPC_SERVING},
  {IPC_SPEAKER, "speaker", IPC_MEDIA, IPC_WEB, 18, 18, false, IPC_SERVING},
  {IPC_GONE, "gone", IPC_MEDIA, IPC_WEB, 14, 14, false, IPC_SERVING},
  {IPC_LAYERS, "layers", IPC_MEDIA, IPC_WEB, 19, 19, false, IPC_SERVING},
  {IPC_WEAKNESS, "weakness", IPC_MEDIA, IPC_WEB, 14, 14, false, IPC_SERVING},
  {IPC_LOAD, "load", IPC_MEDIA, IPC_WEB, 15 + 8 * LOAD_SUMS, 15 + 8 * LOAD_SUMS, false, IPC_SERVING},
  {IPC_MAIL, "mail", IPC_WEB, IPC_OUTBOUND, 17,
   17 + LIMIT_MAIL_ADDRESS + LIMIT_NAME_BYTES + LIMIT_MAIL_SUBJECT + LIMIT_MAIL_TEXT, false, ANY_STATE},
  {IPC_SMS, "sms", IPC_WEB, IPC_OUTBOUND, 11, 11 + LIMIT_SMS_NUMBER + LIMIT_SMS_TEXT, false, ANY_STATE},
  {IPC_FETCH, "fetch", IPC_WEB, IPC_OUTBOUND, 15, 15 + LIMIT_URL + 2 * LIMIT_FETCH_REQUEST, false, ANY_STATE},
  {IPC_MAIL_DONE, "mail-done", IPC_OUTBOUND, IPC_WEB, 6, 6, false, IPC_SERVING},
  {IPC_SMS_DONE, "sms-done", IPC_OUTBOUND, IPC_WEB, 6, 6, false, IPC_SERVING},
  {IPC_FETCHED, "fetched", IPC_OUTBOUND, IPC_WEB, 11, 11 + LIMIT_FETCH_ANSWER, false, IPC_SERVING},
};

struct ipc_queued {
  struct ipc_queued *next;
  int fd;
  size_t n;
  uint8_t bytes[];
};

static const struct rule *find_rule(uint8_t type)
{
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    if (rules[i].type == type)
      return &rules[i];
  return NULL;
}

static const char *role_name(enum ipc_role role)
{
  switch (role) {
  case IPC_SUPERVISOR: return "supervisor";
  case IPC_WEB: return "web";
  case IPC_MEDIA: return "media";
  case IPC_OUTBOUND: return "outbound";
  }
  return "unknown";
}

int ipc_pair(int fds[2])
{
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0 ? 0 : ERR_IO;
}

int ipc_open(struct ipc_channel *c, int fd, enum ipc_role self, enum ipc_role peer)
{
  int size = SOCKET_BYTES;
  *c = (struct ipc_channel){.fd = fd, .self = self, .peer = peer, .state = IPC_OPENING};
  (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size); /* less is slower, not wrong */
  c->buffer = malloc(LIMIT_IPC_MESSAGE);
  if (c->buffer == NULL || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    int err = c->buffer == NULL ? ERR_NOMEM : ERR_IO;
    ipc_close(c);
    return err;
  }
  return 0;
}

static void drop_first(struct ipc_channel *c)
{
  struct ipc_queued *q = c->first;
  c->first = q->next;
  if (c->first == NULL)
    c->last = NULL;
  c->queued_bytes -= q->n;
  if (q->fd >= 0)
    close(q->fd);
  free(q);
}

void ipc_close(struct ipc_channel *c)
{
  while (c->first != NULL)
    drop_first(c);
  if (c->fd >= 0)
    close(c->fd);
  c->fd = -1;
  free(c->buffer);
  c->buffer = NULL;
}

static void attach_descriptor(struct msghdr *m, void *control, size_t size, int fd)
{
  m->msg_control = control;
  m->msg_controllen = size;
  struct cmsghdr *cm = CMSG_FIRSTHDR(m);
  cm->cmsg_level = SOL_SOCKET;
  cm->cmsg_type = SCM_RIGHTS;
  cm->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(cm), &fd, sizeof fd);
}

/* 0, ERR_AGAIN if the socket is full, ERR_CLOSED (then the channel is). */
static int send_now(struct ipc_channel *c, const uint8_t *p, size_t n, int fd)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct iovec iov = {.iov_base = (void *)(uintptr_t)p, .iov_len = n};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
  if (fd >= 0)
    attach_descriptor(&m, control.bytes, sizeof control.bytes, fd);
  ssize_t sent;
  do
    sent = sendmsg(c->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent == (ssize_t)n)
    return 0;
  if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM))
    return ERR_AGAIN;
  ipc_close(c);
  return ERR_CLOSED;
}

/* NULL when memory or descriptors have run out. */
static struct ipc_queued *copy_of(struct span message, int fd)
{
  struct ipc_queued *q = malloc(sizeof *q + message.n);
  if (q == NULL)
    return NULL;
  *q = (struct ipc_queued){.fd = -1, .n = message.n};
  memcpy(q->bytes, message.p, message.n);
  if (fd >= 0 && (q->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0) {
    free(q);
    return NULL;
  }
  return q;
}

static int enqueue(struct ipc_channel *c, struct span message, int fd)
{
  struct ipc_queued *q = NULL;
  if (message.n <= LIMIT_IPC_QUEUE - c->queued_bytes)
    q = copy_of(message, fd);
  if (q == NULL) {
    log_error("channel to %s: it does not read, %zu bytes wait: closed", role_name(c->peer), c->queued_bytes);
    ipc_close(c);
    return ERR_LIMIT;
  }
  if (c->last != NULL)
    c->last->next = q;
  else
    c->first = q;
  c->last = q;
  c->queued_bytes += q->n;
  return 0;
}

static bool may_send(const struct ipc_channel *c, struct span message, int fd)
{
  const struct rule *r = message.n > 0 ? find_rule(message.p[0]) : NULL;
  return r != NULL && (r->from & c->self) != 0 && (r->to & c->peer) != 0 && message.n >= r->least &&
         message.n <= r->most && (fd >= 0) == r->descriptor;
}

int ipc_send(struct ipc_channel *c, struct span message, int fd)
{
  if (!ipc_is_open(c))
    return ERR_CLOSED;
  if (!may_send(c, message, fd))
    return ERR_STATE;
  if (c->first == NULL) {
    int err = send_now(c, message.p, message.n, fd);
    if (err != ERR_AGAIN)
      return err;
  }
  return enqueue(c, message, fd);
}

int ipc_send_type(struct ipc_channel *c, enum ipc_type type)
{
  uint8_t byte = (uint8_t)type;
  return ipc_send(c, span_of(&byte, 1), -1);
}

int ipc_flush(struct ipc_channel *c)
{
  while (c->first != NULL) {
    int err = send_now(c, c->first->bytes, c->first->n, c->first->fd);
    if (err == ERR_AGAIN)
      return 0;
    if (err != 0)
      return err;
    drop_first(c);
  }
  return ipc_is_open(c) ? 0 : ERR_CLOSED;
}

/* The descriptor that came along, or -1. A message brings one at most: receive leaves the kernel no room for more. */
static int descriptor_of(struct msghdr *m)
{
  int fd = -1;
  for (struct cmsghdr *cm = CMSG_FIRSTHDR(m); cm != NULL; cm = CMSG_NXTHDR(m, cm))
    if (cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS && cm->cmsg_len == CMSG_LEN(sizeof fd))
      memcpy(&fd, CMSG_DATA(cm), sizeof fd);
  return fd;
}

/* One packet into the buffer. ERR_AGAIN when there is none, ERR_CLOSED at the end, ERR_MALFORMED when cut. */
static int receive(struct ipc_channel *c, struct span *message, int *fd)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec iov = {.iov_base = c->buffer, .iov_len = LIMIT_IPC_MESSAGE};
  struct msghdr m = {
    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_LEN(sizeof(int))};
  ssize_t n;
  do
    n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return ERR_AGAIN;
  if (n <= 0)
    return ERR_CLOSED;
  *message = span_of(c->buffer, (size_t)n);
  *fd = descriptor_of(&m);
  return (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ? ERR_MALFORMED : 0;
}

/* Whether the peer may say this now. */
static int check(const struct ipc_channel *c, const struct rule *r, size_t n, int fd)
{
  if (r == NULL || (r->from & c->peer) == 0 || (r->to & c->self) == 0)
    return ERR_UNSUPPORTED;
  if (n < r->least || n > r->most)
    return ERR_RANGE;
  if ((fd >= 0) != r->descriptor)
    return ERR_MALFORMED;
  return (r->states & c->state) != 0 ? 0 : ERR_STATE;
}

static void follow_state(struct ipc_channel *c, uint8_t type)
{
  if (type == IPC_READY)
    c->state = IPC_SERVING;
  if (type == IPC_STOP)
    c->state = IPC_STOPPING;
}

static int handle(const struct ipc_handler *handlers, size_t n, void *ctx, struct span message, int fd)
{
  for (size_t i = 0; i < n; i++)
    if (handlers[i].type == message.p[0])
      return handlers[i].handle(ctx, message, fd);
  if (fd >= 0)
    close(fd);
  return ERR_UNSUPPORTED;
}

static int refuse(struct ipc_channel *c, uint8_t type, int err)
{
  const struct rule *r = find_rule(type);
  log_error("channel to %s: message %u (%s): %s: closed", role_name(c->peer), type, r != NULL ? r->name : "unknown",
            err_text(err));
  ipc_close(c);
  return err;
}

static int dispatch_one(struct ipc_channel *c, const struct ipc_handler *handlers, size_t n, void *ctx)
{
  struct span message = {0};
  int fd = -1;
  int err = receive(c, &message, &fd);
  if (err == ERR_AGAIN)
    return err;
  if (err == ERR_CLOSED) {
    ipc_close(c);
    return err;
  }
  uint8_t type = message.p[0];
  if (err == 0)
    err = check(c, find_rule(type), message.n, fd);
  if (err != 0) {
    if (fd >= 0)
      close(fd);
    return refuse(c, type, err);
  }
  follow_state(c, type);
  err = handle(handlers, n, ctx, message, fd);
  if (!ipc_is_open(c))
    return ERR_CLOSED;
  return err != 0 ? refuse(c, type, err) : 0;
}

int ipc_dispatch(struct ipc_channel *c, const struct ipc_handler *handlers, size_t n, void *ctx)
{
  int err = ipc_is_open(c) ? 0 : ERR_CLOSED;
  for (int i = 0; err == 0 && i < MESSAGES_PER_TURN; i++)
    err = dispatch_one(c, handlers, n, ctx);
  return err == ERR_AGAIN ? 0 : err;
}

int ipc_dispatch_until(struct ipc_channel *c, const struct ipc_handler *handlers, size_t n, void *ctx,
                       uint64_t (*clock_us)(void), uint64_t end_us)
{
  int err = ipc_is_open(c) ? 0 : ERR_CLOSED;
  do {
    if (err == 0)
      err = dispatch_one(c, handlers, n, ctx);
  } while (err == 0 && clock_us() < end_us);
  return err == ERR_AGAIN ? 0 : err;
}
