/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/worker/tcp: media connections over real sockets on loopback: datagrams both ways, what is no datagram of ours,
 * slow readers, and every limit. The time is the tests' own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/listen.h"
#include "worker/tcp.h"

#define CLIENTS 100
#define SMALL 100
#define LARGE 1200

static const uint8_t check[] = {0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

struct world {
  struct tcp *tcp;
  int listener;
  struct net_addr addr; /* of the listener */
  uint64_t now_us;
  size_t datagrams, closed;
  struct net_addr last, gone; /* who sent the last datagram; who went last */
  uint8_t first_byte;
  size_t length;
  bool answers; /* says the first byte of each datagram back to who sent it */
  int client[CLIENTS];
};

static void on_datagram(void *ctx, const struct net_addr *from, uint8_t *data, size_t n)
{
  struct world *w = ctx;
  w->datagrams++;
  w->last = *from;
  w->first_byte = data[0];
  w->length = n;
  if (w->answers)
    tcp_send(w->tcp, from, data, 1, 1);
}

static void on_closed(void *ctx, const struct net_addr *who)
{
  struct world *w = ctx;
  w->closed++;
  w->gone = *who;
}

static struct tcp_events events_of(struct world *w)
{
  return (struct tcp_events){.datagram = on_datagram, .closed = on_closed, .ctx = w};
}

static int set_up(void **state)
{
  struct world *w = calloc(1, sizeof *w);
  struct sockaddr_storage ss;
  socklen_t n = sizeof ss;
  assert_non_null(w);
  for (size_t i = 0; i < CLIENTS; i++)
    w->client[i] = -1;
  assert_int_equal(net_addr_parse("127.0.0.1", 0, &w->addr), 0);
  assert_int_equal(listen_media_tcp(&w->addr, true, &w->listener), 0);
  assert_int_equal(getsockname(w->listener, (struct sockaddr *)&ss, &n), 0);
  assert_int_equal(net_addr_from_sockaddr(&w->addr, (struct sockaddr *)&ss), 0);
  assert_int_equal(tcp_new(&w->tcp, &w->listener, 1, &random_system, 0), 0);
  *state = w;
  return 0;
}

static int tear_down(void **state)
{
  struct world *w = *state;
  for (size_t i = 0; i < CLIENTS; i++)
    if (w->client[i] >= 0)
      close(w->client[i]);
  tcp_free(w->tcp);
  close(w->listener);
  free(w);
  return 0;
}

static int connect_from(const struct world *w, const char *ip)
{
  struct sockaddr_storage ss;
  struct net_addr own;
  int fd = socket(AF_INET, SOCK_STREAM, 0), at_once = 1;
  assert_true(fd >= 0);
  assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once), 0);
  assert_int_equal(net_addr_parse(ip, 0, &own), 0);
  size_t n = net_addr_to_sockaddr(&own, &ss);
  assert_int_equal(bind(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
  n = net_addr_to_sockaddr(&w->addr, &ss);
  assert_int_equal(connect(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
  return fd;
}

static void serve(struct world *w)
{
  const struct tcp_events events = events_of(w);
  tcp_serve(w->tcp, w->now_us, &events);
  tcp_flush(w->tcp);
}

/* Serves while there is something to do; what a test has done on loopback is there at once. */
static void serve_all(struct world *w)
{
  struct pollfd p = {.fd = tcp_fd(w->tcp), .events = POLLIN};
  for (int i = 0; i < 1000 && poll(&p, 1, 20) == 1; i++)
    serve(w);
}

static void sweep_at(struct world *w, uint64_t now_us)
{
  const struct tcp_events events = events_of(w);
  w->now_us = now_us;
  tcp_sweep(w->tcp, now_us, &events);
}

static void say(int fd, const void *bytes, size_t n)
{
  assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), n);
}

/* Whether the other side has ended the connection (and has nothing more to say). */
static bool is_closed(int fd)
{
  struct pollfd p = {.fd = fd, .events = POLLIN};
  char byte;
  if (poll(&p, 1, 2000) != 1)
    return false;
  ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno == ECONNRESET);
}

/* A connection that has been answered. */
static int proven(struct world *w, const char *ip)
{
  int fd = connect_from(w, ip);
  char answer[3];
  say(fd, check, sizeof check);
  w->answers = true;
  serve_all(w);
  w->answers = false;
  assert_int_equal(recv(fd, answer, sizeof answer, MSG_WAITALL), sizeof answer);
  assert_memory_equal(answer, "\0\1\0", sizeof answer);
  return fd;
}

static void test_both_ways(void **state)
{
  struct world *w = *state;
  uint8_t sent[2 * LARGE + SMALL], got[sizeof sent + 6];
  w->client[0] = proven(w, "127.0.0.1");
  assert_int_equal(w->datagrams, 1);
  assert_true(net_addr_is_tcp(&w->last) && w->last.family == 4 && w->last.port != 0 && w->length == 20);
  for (size_t i = 0; i < sizeof sent; i++)
    sent[i] = (uint8_t)(i / LARGE);
  tcp_send(w->tcp, &w->last, sent, sizeof sent, LARGE);
  tcp_flush(w->tcp);
  assert_int_equal(recv(w->client[0], got, sizeof got, MSG_WAITALL), sizeof got);
  assert_true(got[0] == LARGE >> 8 && got[1] == (LARGE & 0xff) && got[2] == 0);
  assert_true(got[LARGE + 2] == LARGE >> 8 && got[LARGE + 4] == 1);
  assert_true(got[2 * LARGE + 4] == 0 && got[2 * LARGE + 5] == SMALL && got[2 * LARGE + 6] == 2);
  say(w->client[0], "\0\2\200", 3); /* the rest comes later */
  serve_all(w);
  assert_int_equal(w->datagrams, 1);
  say(w->client[0], "x\0\1y", 4);
  serve_all(w);
  assert_int_equal(w->datagrams, 3);
  assert_int_equal(w->first_byte, 'y');
  assert_int_equal(tcp_counters(w->tcp)->received, 3);
}

static void test_its_end_is_told(void **state)
{
  struct world *w = *state;
  w->client[0] = proven(w, "127.0.0.1");
  const struct net_addr who = w->last;
  int silent = connect_from(w, "127.0.0.1");
  serve_all(w);
  close(silent); /* of whom nobody knows, nothing is told */
  serve_all(w);
  assert_int_equal(w->closed, 0);
  close(w->client[0]);
  w->client[0] = -1;
  serve_all(w);
  assert_int_equal(w->closed, 1);
  assert_true(net_addr_equal(&w->gone, &who));
  tcp_send(w->tcp, &who, (const uint8_t *)"x", 1, 1);
  assert_int_equal(tcp_counters(w->tcp)->dropped_gone, 1);
}

static void test_strangers_are_cut_off(void **state)
{
  struct world *w = *state;
  static const uint8_t dtls[] = {0, 3, 22, 0xfe, 0xfd};
  w->client[0] = connect_from(w, "127.0.0.1");
  w->client[1] = connect_from(w, "127.0.0.1");
  w->client[2] = connect_from(w, "127.0.0.1");
  say(w->client[0], "GET / HTTP/1.1\r\n\r\n", 18);
  say(w->client[1], dtls, sizeof dtls); /* something else than a check first */
  say(w->client[2], check, 7);          /* says no more */
  serve_all(w);
  assert_true(is_closed(w->client[0]) && is_closed(w->client[1]));
  assert_int_equal(w->datagrams, 0);
  assert_int_equal(tcp_counters(w->tcp)->closed_bad, 2);
  sweep_at(w, LIMIT_TCP_UNPROVEN_US - 1);
  assert_int_equal(tcp_counters(w->tcp)->closed_unproven, 0);
  sweep_at(w, LIMIT_TCP_UNPROVEN_US + 1000000);
  assert_int_equal(tcp_counters(w->tcp)->closed_unproven, 1);
  assert_true(is_closed(w->client[2]));
}

/* Byte after byte, for ever: the time until the proof does not begin anew. */
static void test_slow_loris(void **state)
{
  struct world *w = *state;
  w->client[0] = connect_from(w, "127.0.0.1");
  for (uint64_t at = 0; at <= LIMIT_TCP_UNPROVEN_US; at += 500000) {
    say(w->client[0], check + at / 500000, 1);
    w->now_us = at;
    serve_all(w);
    sweep_at(w, at);
  }
  sweep_at(w, LIMIT_TCP_UNPROVEN_US + 1000000);
  assert_true(is_closed(w->client[0]));
}

static void test_the_proven_end_when_nobody_talks_to_them(void **state)
{
  struct world *w = *state;
  w->client[0] = proven(w, "127.0.0.1");
  sweep_at(w, LIMIT_TCP_UNPROVEN_US * 4);
  assert_int_equal(w->closed, 0);
  tcp_send(w->tcp, &w->last, check + 2, 20, 20);
  tcp_flush(w->tcp);
  sweep_at(w, LIMIT_TCP_UNPROVEN_US * 4 + LIMIT_TCP_IDLE_US - 1);
  assert_int_equal(w->closed, 0);
  sweep_at(w, LIMIT_TCP_UNPROVEN_US * 4 + LIMIT_TCP_IDLE_US + 1000000);
  assert_int_equal(w->closed, 1);
  assert_int_equal(tcp_counters(w->tcp)->closed_idle, 1);
}

static void test_one_address_has_so_many(void **state)
{
  struct world *w = *state;
  for (size_t i = 0; i < LIMIT_TCP_UNPROVEN; i++)
    w->client[i] = connect_from(w, "127.0.0.1");
  serve_all(w);
  assert_int_equal(tcp_counters(w->tcp)->accepted, LIMIT_TCP_UNPROVEN);
  w->client[LIMIT_TCP_UNPROVEN] = connect_from(w, "127.0.0.1");
  serve_all(w);
  assert_true(is_closed(w->client[LIMIT_TCP_UNPROVEN]));
  assert_int_equal(tcp_counters(w->tcp)->refused, 1);
  w->client[LIMIT_TCP_UNPROVEN + 1] = proven(w, "127.0.0.2"); /* nobody else is concerned */
  close(w->client[0]);
  w->client[0] = -1;
  serve_all(w);
  w->client[LIMIT_TCP_UNPROVEN + 2] = proven(w, "127.0.0.1");
}

/* Who reads nothing gets what his queue holds, and the small packets longer than the large ones; others get theirs. */
static void test_a_slow_reader(void **state)
{
  struct world *w = *state;
  static const uint8_t packet[LARGE] = {0x80};
  uint8_t got[2 + SMALL];
  w->client[0] = proven(w, "127.0.0.1");
  const struct net_addr slow = w->last;
  w->client[1] = proven(w, "127.0.0.2");
  const struct net_addr other = w->last;
  for (int i = 0; i < 20000 && tcp_counters(w->tcp)->dropped_full == 0; i++) {
    tcp_send(w->tcp, &slow, packet, LARGE, LARGE);
    tcp_flush(w->tcp);
  }
  assert_int_equal(tcp_counters(w->tcp)->dropped_full, 1);
  tcp_send(w->tcp, &slow, packet, SMALL, SMALL);
  assert_int_equal(tcp_counters(w->tcp)->dropped_full, 1);
  for (int i = 0; i < 1000; i++)
    tcp_send(w->tcp, &slow, packet, SMALL, SMALL);
  assert_true(tcp_counters(w->tcp)->dropped_full > 700);
  tcp_send(w->tcp, &other, packet, SMALL, SMALL);
  tcp_flush(w->tcp);
  assert_int_equal(recv(w->client[1], got, sizeof got, MSG_WAITALL), sizeof got);
}

/* What waited comes in order and whole when the reader goes on. */
static void test_a_reader_who_wakes_up(void **state)
{
  struct world *w = *state;
  uint8_t packet[LARGE] = {0x80}, prefix[2];
  w->client[0] = proven(w, "127.0.0.1");
  const struct net_addr slow = w->last;
  for (uint32_t i = 0; i < 20000 && tcp_counters(w->tcp)->dropped_full == 0; i++) {
    memcpy(packet + 4, &i, sizeof i);
    tcp_send(w->tcp, &slow, packet, LARGE, LARGE);
    tcp_flush(w->tcp);
  }
  uint32_t taken = (uint32_t)tcp_counters(w->tcp)->sent - 1; /* but for the answer to the check */
  for (uint32_t i = 0, number; i < taken; i++) {
    serve(w);
    assert_int_equal(recv(w->client[0], prefix, sizeof prefix, MSG_WAITALL), sizeof prefix);
    assert_true(prefix[0] == LARGE >> 8 && prefix[1] == (LARGE & 0xff));
    assert_int_equal(recv(w->client[0], packet, LARGE, MSG_WAITALL), LARGE);
    memcpy(&number, packet + 4, sizeof number);
    assert_int_equal(number, i);
  }
  tcp_send(w->tcp, &slow, packet, LARGE, LARGE);
  tcp_flush(w->tcp);
  assert_int_equal(tcp_counters(w->tcp)->dropped_full, 1);
}

static void test_segments_that_are_no_datagrams(void **state)
{
  struct world *w = *state;
  static const uint8_t much[LIMIT_DATAGRAM + 1];
  w->client[0] = proven(w, "127.0.0.1");
  tcp_send(w->tcp, &w->last, much, sizeof much, sizeof much);
  assert_int_equal(tcp_counters(w->tcp)->dropped_full, 1);
}

#define world_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    world_test(test_both_ways),
    world_test(test_its_end_is_told),
    world_test(test_strangers_are_cut_off),
    world_test(test_slow_loris),
    world_test(test_the_proven_end_when_nobody_talks_to_them),
    world_test(test_one_address_has_so_many),
    world_test(test_a_slow_reader),
    world_test(test_a_reader_who_wakes_up),
    world_test(test_segments_that_are_no_datagrams),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}
