/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/ipc/ipc: the channel keeps to its table, whatever the other side sends, and a slow peer blocks nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "ipc/ipc.h"

struct seen {
  struct ipc_channel *channel;
  unsigned calls;
  size_t bytes;
  uint8_t last_type;
  int fd;
  int answer; /* what the handler returns */
  bool close;
};

static int note(void *ctx, struct span message, int fd)
{
  struct seen *seen = ctx;
  seen->calls++;
  seen->bytes += message.n;
  seen->last_type = message.p[0];
  seen->fd = fd;
  if (seen->close)
    ipc_close(seen->channel);
  return seen->answer;
}

static const struct ipc_handler handlers[] = {
  {IPC_MEDIA_CHANNEL, note}, {IPC_READY, note}, {IPC_STOP, note},   {IPC_OFFER, note},
  {IPC_PUBLISH, note},       {IPC_CLOSE, note}, {IPC_ANSWER, note}, {IPC_SPEAKER, note},
};

static int dispatch(struct ipc_channel *c, struct seen *seen)
{
  seen->channel = c;
  return ipc_dispatch(c, handlers, sizeof handlers / sizeof handlers[0], seen);
}

/* A channel and the bare socket at its other end. */
static int open_one(struct ipc_channel *c, enum ipc_role self, enum ipc_role peer)
{
  int fds[2];
  assert_int_equal(ipc_pair(fds), 0);
  assert_int_equal(ipc_open(c, fds[0], self, peer), 0);
  return fds[1];
}

static void open_two(struct ipc_channel *a, enum ipc_role a_is, struct ipc_channel *b, enum ipc_role b_is)
{
  int far = open_one(a, a_is, b_is);
  assert_int_equal(ipc_open(b, far, b_is, a_is), 0);
}

static struct span speaker_message(uint8_t bytes[64])
{
  struct writer w = writer_of(bytes, 64);
  ipc_encode_speaker(&w, &(struct ipc_speaker){.room = 1, .peer = 2});
  return writer_span(&w);
}

static void test_messages_pass_in_order_of_states(void **state)
{
  (void)state;
  uint8_t bytes[64];
  struct ipc_channel web, media;
  struct seen seen = {0};
  open_two(&web, IPC_WEB, &media, IPC_MEDIA);
  assert_int_equal(dispatch(&web, &seen), 0);
  assert_int_equal(seen.calls, 0);
  assert_int_equal(ipc_send_type(&media, IPC_READY), 0);
  assert_int_equal(ipc_send(&media, speaker_message(bytes), -1), 0);
  assert_int_equal(dispatch(&web, &seen), 0);
  assert_int_equal(seen.calls, 2);
  assert_int_equal(seen.last_type, IPC_SPEAKER);
  ipc_close(&media);
  assert_int_equal(dispatch(&web, &seen), ERR_CLOSED);
  assert_false(ipc_is_open(&web));
  assert_int_equal(ipc_send_type(&web, IPC_READY), ERR_CLOSED);
  ipc_close(&web);
}

/* A clock that only handlers move: each message takes 400 us. */
static uint64_t slow_us;

static uint64_t slow_clock(void)
{
  return slow_us;
}

static int on_slow(void *ctx, struct span message, int fd)
{
  slow_us += 400;
  return note(ctx, message, fd);
}

static const struct ipc_handler slow_handlers[] = {{IPC_READY, on_slow}, {IPC_SPEAKER, on_slow}};

static int dispatch_for(struct ipc_channel *c, struct seen *seen, uint64_t us)
{
  return ipc_dispatch_until(c, slow_handlers, sizeof slow_handlers / sizeof slow_handlers[0], seen, slow_clock, slow_us + us);
}

static void test_what_does_not_fit_into_its_time_comes_next(void **state)
{
  (void)state;
  uint8_t bytes[64];
  struct ipc_channel web, media;
  struct seen seen = {.channel = &web};
  open_two(&web, IPC_WEB, &media, IPC_MEDIA);
  assert_int_equal(dispatch_for(&web, &seen, 1000), 0); /* nothing is there */
  assert_int_equal(ipc_send_type(&media, IPC_READY), 0);
  for (unsigned i = 0; i < 6; i++)
    assert_int_equal(ipc_send(&media, speaker_message(bytes), -1), 0);
  assert_int_equal(dispatch_for(&web, &seen, 1000), 0);
  assert_int_equal(seen.calls, 3);
  assert_int_equal(dispatch_for(&web, &seen, 0), 0); /* never stands still */
  assert_int_equal(seen.calls, 4);
  ipc_close(&media); /* and what was said before the end is heard */
  assert_int_equal(dispatch_for(&web, &seen, 1000), 0);
  assert_int_equal(seen.calls, 7);
  assert_int_equal(dispatch_for(&web, &seen, 1000), ERR_CLOSED);
  assert_int_equal(dispatch_for(&web, &seen, 1000), ERR_CLOSED); /* and so it stays */
}

static void test_a_descriptor_comes_along(void **state)
{
  (void)state;
  struct ipc_channel supervisor, web;
  struct seen seen = {.fd = -1};
  int fds[2];
  char byte = 0;
  open_two(&supervisor, IPC_SUPERVISOR, &web, IPC_WEB);
  assert_int_equal(pipe(fds), 0);
  const uint8_t message[] = {IPC_MEDIA_CHANNEL, 0};
  assert_int_equal(ipc_send(&supervisor, span_of(message, 2), -1), ERR_STATE);
  assert_int_equal(ipc_send(&supervisor, span_of(message, 2), fds[1]), 0);
  close(fds[1]);
  assert_int_equal(dispatch(&web, &seen), 0);
  assert_int_equal(seen.calls, 1);
  assert_true(seen.fd >= 0);
  assert_true((fcntl(seen.fd, F_GETFD) & FD_CLOEXEC) != 0);
  assert_int_equal(write(seen.fd, "x", 1), 1);
  assert_int_equal(read(fds[0], &byte, 1), 1);
  assert_int_equal(byte, 'x');
  close(seen.fd);
  close(fds[0]);
  ipc_close(&supervisor);
  ipc_close(&web);
}

/* Sends raw bytes, as a peer in an attacker's hands would. */
static void assert_refused(enum ipc_role self, enum ipc_role peer, const void *p, size_t n, int expected)
{
  struct ipc_channel c;
  struct seen seen = {0};
  int far = open_one(&c, self, peer);
  assert_int_equal(send(far, p, n, 0), (ssize_t)n);
  assert_int_equal(dispatch(&c, &seen), expected);
  assert_int_equal(seen.calls, 0);
  assert_false(ipc_is_open(&c));
  char byte;
  assert_int_equal(recv(far, &byte, 1, 0), 0); /* the peer sees the end at once */
  close(far);
}

static void test_what_breaks_the_table_ends_the_channel(void **state)
{
  (void)state;
  static const uint8_t unknown[] = {99}, ready[] = {IPC_READY}, ready_long[] = {IPC_READY, 0}, stop[] = {IPC_STOP};
  static const uint8_t channel[] = {IPC_MEDIA_CHANNEL, 0};
  static uint8_t huge[LIMIT_IPC_MESSAGE + 1] = {IPC_OFFER};
  uint8_t bytes[64];
  struct span speaker = speaker_message(bytes);
  assert_refused(IPC_SUPERVISOR, IPC_MEDIA, unknown, 1, ERR_UNSUPPORTED);
  assert_refused(IPC_SUPERVISOR, IPC_MEDIA, ready_long, 2, ERR_RANGE);
  assert_refused(IPC_SUPERVISOR, IPC_MEDIA, stop, 1, ERR_UNSUPPORTED);     /* a child stops nobody */
  assert_refused(IPC_MEDIA, IPC_WEB, ready, 1, ERR_UNSUPPORTED);
  assert_refused(IPC_SUPERVISOR, IPC_MEDIA, speaker.p, speaker.n, ERR_UNSUPPORTED); /* media speaks of that to web */
  assert_refused(IPC_WEB, IPC_MEDIA, speaker.p, speaker.n, ERR_STATE);     /* before it was ready */
  assert_refused(IPC_WEB, IPC_SUPERVISOR, channel, 2, ERR_MALFORMED);      /* without the descriptor */
  assert_refused(IPC_MEDIA, IPC_WEB, huge, sizeof huge, ERR_MALFORMED);    /* cut by the kernel */
}

static void send_with_descriptors(int socket, const void *p, size_t n, unsigned count)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(2 * sizeof(int))];
  } control = {0};
  struct iovec iov = {.iov_base = (void *)(uintptr_t)p, .iov_len = n};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes};
  const int fds[2] = {STDERR_FILENO, STDERR_FILENO};
  m.msg_controllen = CMSG_SPACE(count * sizeof(int));
  struct cmsghdr *cm = CMSG_FIRSTHDR(&m);
  cm->cmsg_level = SOL_SOCKET;
  cm->cmsg_type = SCM_RIGHTS;
  cm->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(cm), fds, count * sizeof(int));
  assert_int_equal(sendmsg(socket, &m, 0), (ssize_t)n);
}

static int open_descriptors(void)
{
  int n = 0;
  for (int fd = 0; fd < 256; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

static void test_uninvited_descriptors_do_not_stay(void **state)
{
  (void)state;
  static const uint8_t ready[] = {IPC_READY}, channel[] = {IPC_MEDIA_CHANNEL, 0};
  const struct {
    enum ipc_role self, peer;
    const uint8_t *p;
    size_t n;
    unsigned count;
  } attempts[] = {{IPC_SUPERVISOR, IPC_MEDIA, ready, 1, 1}, {IPC_WEB, IPC_SUPERVISOR, channel, 2, 2}};
  for (size_t i = 0; i < 2; i++) {
    struct ipc_channel c;
    struct seen seen = {0};
    int before = open_descriptors();
    int far = open_one(&c, attempts[i].self, attempts[i].peer);
    send_with_descriptors(far, attempts[i].p, attempts[i].n, attempts[i].count);
    assert_int_equal(dispatch(&c, &seen), ERR_MALFORMED);
    assert_int_equal(seen.calls, 0);
    close(far);
    assert_int_equal(open_descriptors(), before);
  }
}

static void test_ready_is_said_once(void **state)
{
  (void)state;
  struct ipc_channel supervisor, media;
  struct seen seen = {0};
  open_two(&supervisor, IPC_SUPERVISOR, &media, IPC_MEDIA);
  assert_int_equal(ipc_send_type(&media, IPC_READY), 0);
  assert_int_equal(ipc_send_type(&media, IPC_READY), 0);
  assert_int_equal(dispatch(&supervisor, &seen), ERR_STATE);
  assert_int_equal(seen.calls, 1);
  ipc_close(&media);
  ipc_close(&supervisor);
}

static void test_a_failing_handler_ends_the_channel(void **state)
{
  (void)state;
  struct ipc_channel supervisor, media;
  struct seen failing = {.answer = ERR_AUTH}, closing = {.close = true};
  open_two(&supervisor, IPC_SUPERVISOR, &media, IPC_MEDIA);
  assert_int_equal(ipc_send_type(&media, IPC_READY), 0);
  assert_int_equal(dispatch(&supervisor, &failing), ERR_AUTH);
  assert_false(ipc_is_open(&supervisor));
  ipc_close(&media);
  open_two(&supervisor, IPC_SUPERVISOR, &media, IPC_MEDIA);
  assert_int_equal(ipc_send_type(&media, IPC_READY), 0);
  assert_int_equal(dispatch(&supervisor, &closing), ERR_CLOSED);
  ipc_close(&media);
}

static struct span big_offer(uint8_t *bytes, size_t size)
{
  static uint8_t sdp[LIMIT_SDP_BYTES];
  struct writer w = writer_of(bytes, size);
  ipc_encode_offer(&w, &(struct ipc_offer){.peer = 1, .sdp = span_of(sdp, sizeof sdp)});
  return writer_span(&w);
}

/* The largest message passes, also many more of them than a socket holds, all whole and in order. */
static void test_a_slow_peer_gets_everything(void **state)
{
  (void)state;
  static uint8_t bytes[LIMIT_IPC_MESSAGE];
  struct ipc_channel web, media;
  struct seen seen = {0};
  struct span offer = big_offer(bytes, sizeof bytes);
  open_two(&web, IPC_WEB, &media, IPC_MEDIA);
  for (unsigned i = 0; i < 40; i++)
    assert_int_equal(ipc_send(&web, offer, -1), 0);
  assert_true(ipc_wants_write(&web));
  for (unsigned turn = 0; turn < 100 && seen.calls < 40; turn++) {
    assert_int_equal(dispatch(&media, &seen), 0);
    assert_int_equal(ipc_flush(&web), 0);
  }
  assert_int_equal(seen.calls, 40);
  assert_int_equal(seen.bytes, 40 * offer.n);
  assert_false(ipc_wants_write(&web));
  assert_int_equal(web.queued_bytes, 0);
  ipc_close(&web);
  ipc_close(&media);
}

static void test_a_peer_that_never_reads_is_given_up(void **state)
{
  (void)state;
  static uint8_t bytes[LIMIT_IPC_MESSAGE];
  struct ipc_channel web, media;
  struct span offer = big_offer(bytes, sizeof bytes);
  int err = 0;
  open_two(&web, IPC_WEB, &media, IPC_MEDIA);
  for (unsigned i = 0; i < 1000 && err == 0; i++) {
    err = ipc_send(&web, offer, -1);
    assert_true(web.queued_bytes <= LIMIT_IPC_QUEUE);
  }
  assert_int_equal(err, ERR_LIMIT);
  assert_false(ipc_is_open(&web));
  ipc_close(&media);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_messages_pass_in_order_of_states),
    cmocka_unit_test(test_what_does_not_fit_into_its_time_comes_next),
    cmocka_unit_test(test_a_descriptor_comes_along),
    cmocka_unit_test(test_what_breaks_the_table_ends_the_channel),
    cmocka_unit_test(test_uninvited_descriptors_do_not_stay),
    cmocka_unit_test(test_ready_is_said_once),
    cmocka_unit_test(test_a_failing_handler_ends_the_channel),
    cmocka_unit_test(test_a_slow_peer_gets_everything),
    cmocka_unit_test(test_a_peer_that_never_reads_is_given_up),
  };
  log_open("test", LOG_ERROR + 1); /* what is refused here is logged, as it should be, and of no interest */
  return cmocka_run_group_tests_name("ipc", tests, NULL, NULL);
}
