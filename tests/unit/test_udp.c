/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/worker/udp: batches over real sockets on loopback, and every way in which the kernel may refuse to send
 * (sendmmsg is wrapped by the linker). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "worker/udp.h"

#define DATAGRAMS 600

/* What the wrapped sendmmsg does next: at most `most` messages a call, or fail with `error` the next `failures`
 * times. */
static struct {
  int error;
  unsigned failures;
  unsigned most;
  bool gso_only; /* fail only when the first message has GSO */
} script;

int __real_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags);

int __wrap_sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags)
{
  if (script.failures > 0 && (!script.gso_only || m[0].msg_hdr.msg_controllen > 0)) {
    script.failures--;
    errno = script.error;
    return -1;
  }
  return __real_sendmmsg(fd, m, script.most > 0 && script.most < n ? script.most : n, flags);
}

/* One process's sockets and what arrives there. */
struct side {
  struct udp *udp;
  int fd[2];
  struct net_addr addr[2];
  unsigned datagrams;
  size_t bytes;
  uint64_t waited_us; /* the last one */
  struct {
    struct net_addr from;
    size_t n;
    uint8_t first, last;
  } got[DATAGRAMS];
};

static int open_socket(const char *ip, struct net_addr *addr)
{
  struct sockaddr_storage ss;
  int size = 4 * 1024 * 1024;
  assert_int_equal(net_addr_parse(ip, 0, addr), 0);
  size_t n = net_addr_to_sockaddr(addr, &ss);
  int fd = socket(ss.ss_family, SOCK_DGRAM, 0);
  assert_true(fd >= 0);
  (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  assert_int_equal(bind(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
  socklen_t length = sizeof ss;
  assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &length), 0);
  assert_int_equal(net_addr_from_sockaddr(addr, (struct sockaddr *)&ss), 0);
  return fd;
}

static void side_open(struct side *s)
{
  memset(s, 0, sizeof *s);
  s->fd[0] = open_socket("127.0.0.1", &s->addr[0]);
  s->fd[1] = open_socket("::1", &s->addr[1]);
  s->addr[1].socket = 1;
  assert_int_equal(udp_new(&s->udp, s->fd, 2), 0);
}

static void side_close(struct side *s)
{
  udp_free(s->udp);
  close(s->fd[0]);
  close(s->fd[1]);
}

static void deliver(void *ctx, const struct net_addr *from, uint8_t *data, size_t n, uint64_t waited_us)
{
  struct side *s = ctx;
  s->waited_us = waited_us;
  assert_true(s->datagrams < DATAGRAMS);
  s->got[s->datagrams].from = *from;
  s->got[s->datagrams].n = n;
  s->got[s->datagrams].first = data[0];
  s->got[s->datagrams].last = data[n - 1];
  s->datagrams++;
  s->bytes += n;
}

/* Waits until so many have come in all (they may arrive a little after the send), then takes what else is there. */
static void receive(struct side *s, size_t socket, unsigned datagrams)
{
  struct pollfd p = {.fd = s->fd[socket], .events = POLLIN};
  while (s->datagrams < datagrams && poll(&p, 1, 5000) == 1)
    (void)udp_receive(s->udp, socket, deliver, s);
  while (udp_receive(s->udp, socket, deliver, s) > 0)
    continue;
  assert_int_equal(s->datagrams, datagrams);
}

/* Sends n bytes that hold, in each segment, its number. */
static void send_numbered(struct side *s, const struct net_addr *to, uint8_t socket, size_t n, size_t segment)
{
  struct net_addr addr = *to;
  uint8_t *p = udp_reserve(s->udp, n);
  for (size_t i = 0; i < n; i++)
    p[i] = (uint8_t)(i / segment);
  addr.socket = socket;
  udp_commit(s->udp, &addr, n, segment);
}

static struct side a, b;

static int set_up(void **state)
{
  (void)state;
  memset(&script, 0, sizeof script);
  side_open(&a);
  side_open(&b);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  side_close(&a);
  side_close(&b);
  return 0;
}

static void test_datagrams_of_both_families(void **state)
{
  (void)state;
  send_numbered(&a, &b.addr[0], 0, 100, 100);
  send_numbered(&a, &b.addr[1], 1, 200, 200);
  receive(&b, 0, 0); /* nothing leaves before the flush */
  udp_flush(a.udp);
  receive(&b, 0, 1);
  receive(&b, 1, 2);
  assert_int_equal(b.got[0].n, 100);
  assert_true(net_addr_equal(&b.got[0].from, &a.addr[0]));
  assert_int_equal(b.got[1].n, 200);
  assert_true(net_addr_equal(&b.got[1].from, &a.addr[1])); /* with socket == 1 */
}

static void test_one_send_is_many_datagrams(void **state)
{
  (void)state;
  send_numbered(&a, &b.addr[0], 0, 5 * 1100 + 300, 1100);
  udp_flush(a.udp);
  receive(&b, 0, 6);
  assert_int_equal(udp_counters(a.udp)->sent, 1);
  for (unsigned i = 0; i < 6; i++) {
    assert_int_equal(b.got[i].n, i < 5 ? 1100 : 300);
    assert_int_equal(b.got[i].first, i);
    assert_int_equal(b.got[i].last, i);
  }
  assert_int_equal(udp_counters(b.udp)->received, 6);
}

static uint64_t clock_us(void)
{
  struct timespec t;
  assert_int_equal(clock_gettime(CLOCK_REALTIME, &t), 0);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* Sends one, leaves it until `us` have gone since it can be read, and says how long it may have waited at most. */
static uint64_t leave_one_waiting(uint64_t us)
{
  uint64_t begin = clock_us();
  struct pollfd p = {.fd = b.fd[0], .events = POLLIN};
  b.datagrams = 0;
  send_numbered(&a, &b.addr[0], 0, 100, 100);
  udp_flush(a.udp);
  assert_int_equal(poll(&p, 1, 5000), 1);
  for (uint64_t end = clock_us() + us; clock_us() < end;)
    continue;
  receive(&b, 0, 1);
  return clock_us() - begin;
}

/* Several tries: the kernel may begin to note times a little after it was asked to, and the machine may stand still. */
static void test_how_long_a_datagram_has_waited(void **state)
{
  (void)state;
  uint64_t most_us = 0;
  for (int tries = 0; tries < 50 && b.waited_us < 20000; tries++)
    most_us = leave_one_waiting(20000);
  assert_in_range(b.waited_us, 20000, most_us);
}

static void test_many_sends_are_few_calls(void **state)
{
  (void)state;
  for (unsigned i = 0; i < 500; i++) {
    send_numbered(&a, &b.addr[0], 0, 3600, 1200);
    if (i % 100 == 99) {
      udp_flush(a.udp);
      receive(&b, 0, 300);
      b.datagrams = 0;
    }
  }
  assert_int_equal(b.bytes, 500 * 3600);
  assert_int_equal(udp_counters(a.udp)->sent, 500);
  assert_true(udp_counters(a.udp)->send_calls <= 12);
}

static void test_a_full_arena_is_sent_by_itself(void **state)
{
  (void)state;
  for (unsigned i = 0; i < 20; i++)
    send_numbered(&a, &b.addr[0], 0, 48000, 1000);
  assert_int_equal(udp_counters(a.udp)->sent, 0);
  send_numbered(&a, &b.addr[0], 0, 60000, 1200);
  send_numbered(&a, &b.addr[0], 0, 48000, 1000);
  assert_int_equal(udp_counters(a.udp)->sent, 21);
  udp_flush(a.udp);
  assert_int_equal(udp_counters(a.udp)->sent, 22);
}

static void test_space_given_back_is_used_again(void **state)
{
  (void)state;
  uint8_t *first = udp_reserve(a.udp, 1000);
  udp_commit(a.udp, &b.addr[0], 0, 0);
  assert_ptr_equal(udp_reserve(a.udp, 1000), first);
  udp_flush(a.udp);
  assert_int_equal(udp_counters(a.udp)->send_calls, 0);
}

static void test_long_datagrams_are_dropped(void **state)
{
  (void)state;
  send_numbered(&a, &b.addr[0], 0, LIMIT_DATAGRAM + 1, LIMIT_DATAGRAM + 1);
  send_numbered(&a, &b.addr[0], 0, LIMIT_DATAGRAM, LIMIT_DATAGRAM);
  udp_flush(a.udp);
  receive(&b, 0, 1);
  assert_int_equal(b.got[0].n, LIMIT_DATAGRAM);
  assert_int_equal(udp_counters(b.udp)->dropped_long, 1);
}

static void test_short_returns_are_continued(void **state)
{
  (void)state;
  script.most = 3;
  for (unsigned i = 0; i < 10; i++)
    send_numbered(&a, &b.addr[0], 0, 10 + i, 10 + i);
  udp_flush(a.udp);
  receive(&b, 0, 10);
  for (unsigned i = 0; i < 10; i++)
    assert_int_equal(b.got[i].n, 10 + i);
}

static void test_a_full_socket_is_tried_again(void **state)
{
  (void)state;
  script.error = EAGAIN;
  script.failures = 5;
  send_numbered(&a, &b.addr[0], 0, 10, 10);
  udp_flush(a.udp);
  receive(&b, 0, 1);
  assert_int_equal(udp_counters(a.udp)->dropped_full, 0);
}

static void test_a_socket_that_stays_full_drops(void **state)
{
  (void)state;
  script.error = ENOBUFS;
  script.failures = 1000;
  for (unsigned i = 0; i < 20; i++)
    send_numbered(&a, &b.addr[0], 0, 10, 10);
  udp_flush(a.udp);
  assert_int_equal(udp_counters(a.udp)->dropped_full, 20);
  assert_true(udp_counters(a.udp)->send_calls < 60);
  script.failures = 0;
  send_numbered(&a, &b.addr[0], 0, 10, 10);
  udp_flush(a.udp);
  receive(&b, 0, 1);
}

static void test_one_refused_receiver_harms_no_other(void **state)
{
  (void)state;
  static const int errors[] = {EPERM, ENETUNREACH, EHOSTUNREACH, EINVAL, ECONNREFUSED, EMSGSIZE};
  for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
    script.error = errors[i];
    script.failures = 1;
    b.datagrams = 0;
    send_numbered(&a, &b.addr[0], 0, 10, 10);
    send_numbered(&a, &b.addr[0], 0, 11, 11);
    udp_flush(a.udp);
    receive(&b, 0, 1);
    assert_int_equal(b.got[0].n, 11);
    assert_int_equal(udp_counters(a.udp)->dropped_refused, i + 1);
  }
}

/* A path with a small MTU: its sends are split, the socket keeps GSO for the others. */
static void test_a_refused_gso_send_is_split(void **state)
{
  (void)state;
  script.error = EINVAL;
  script.failures = 1;
  script.gso_only = true;
  send_numbered(&a, &b.addr[0], 0, 2500, 1000);
  send_numbered(&a, &b.addr[0], 0, 2500, 1000);
  udp_flush(a.udp);
  receive(&b, 0, 6);
  for (unsigned i = 0; i < 6; i++) {
    assert_int_equal(b.got[i].n, i % 3 < 2 ? 1000 : 500);
    assert_int_equal(b.got[i].first, i % 3);
  }
  assert_int_equal(udp_counters(a.udp)->split, 1);
  assert_int_equal(udp_counters(a.udp)->sent, 4);
}

/* A device that cannot do it at all is not asked for ever. */
static void test_gso_that_never_works_is_left(void **state)
{
  (void)state;
  script.error = EIO;
  script.failures = 1000;
  script.gso_only = true;
  for (unsigned i = 0; i < 30; i++) {
    send_numbered(&a, &b.addr[0], 0, 2000, 1000);
    udp_flush(a.udp);
  }
  receive(&b, 0, 60);
  assert_int_equal(udp_counters(a.udp)->split, 16);
  assert_int_equal(1000 - script.failures, 16);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_datagrams_of_both_families, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_one_send_is_many_datagrams, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_how_long_a_datagram_has_waited, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_many_sends_are_few_calls, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_full_arena_is_sent_by_itself, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_space_given_back_is_used_again, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_long_datagrams_are_dropped, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_short_returns_are_continued, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_full_socket_is_tried_again, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_socket_that_stays_full_drops, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_one_refused_receiver_harms_no_other, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_refused_gso_send_is_split, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_gso_that_never_works_is_left, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("udp", tests, NULL, NULL);
}
