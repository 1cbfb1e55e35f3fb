/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link emulator for whole programs, browsers above all:  link LEGS [SEED]
 * Makes LEGS network namespaces that reach each other through here and nowhere else. Leg 0 is the namespace in which it
 * was started; the addresses are 10.77.0.1, .2, ... A packet from leg a to leg b passes the pipe up from a, then the
 * pipe down to b, whatever it carries. Prints one line of JSON with the legs, then answers commands on standard input
 * (command.h), a line each. Ends with its input; the namespaces go with the last program in them. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "command.h"
#include "net.h"
#include "pipe.h"

#define LEGS_MAX 8
#define BATCH 64 /* packets that are read from one leg before the others' turn */
#define LINE_BYTES 1024
#define PACKET_BYTES 65536
#define PRIORITY 1 /* of the real-time ones the lowest: before all ordinary programs */

struct leg {
  struct leg_net net;
  struct pipe up, down;
};

struct link {
  unsigned legs;
  struct leg leg[LEGS_MAX];
  uint64_t unrouted;    /* packets to nobody here, such as multicast */
  uint64_t undelivered; /* the namespace's own queue was full */
  uint64_t late_max_ns; /* how late this program itself was, since the last stats */
  char line[LINE_BYTES];
  size_t line_n;
};

static uint64_t now_ns(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The leg that an IPv4 packet is for, or NULL. */
static struct leg *destination(struct link *l, const uint8_t *packet, size_t n)
{
  static const uint8_t network[] = {10, 77, 0};
  if (n < 20 || packet[0] >> 4 != 4 || memcmp(packet + 16, network, sizeof network) != 0)
    return NULL;
  unsigned host = packet[19];
  return host >= 1 && host <= l->legs ? &l->leg[host - 1] : NULL;
}

static void read_leg(struct link *l, struct leg *from)
{
  static uint8_t packet[PACKET_BYTES];
  for (int i = 0; i < BATCH; i++) {
    ssize_t n = read(from->net.tun_fd, packet, sizeof packet);
    if (n <= 0)
      return;
    if (destination(l, packet, (size_t)n) == NULL)
      l->unrouted++;
    else
      pipe_push(&from->up, now_ns(), packet, (size_t)n);
  }
}

static struct pipe_packet *arrived(struct link *l, struct pipe *p, uint64_t now)
{
  struct pipe_packet *k = pipe_pop(p, now);
  if (k != NULL && now - k->due_ns > l->late_max_ns)
    l->late_max_ns = now - k->due_ns;
  return k;
}

static void move_packets(struct link *l, uint64_t now)
{
  struct pipe_packet *k;
  for (unsigned i = 0; i < l->legs; i++)
    while ((k = arrived(l, &l->leg[i].up, now)) != NULL) {
      pipe_push(&destination(l, k->data, k->n)->down, now, k->data, k->n);
      free(k);
    }
  for (unsigned i = 0; i < l->legs; i++)
    while ((k = arrived(l, &l->leg[i].down, now)) != NULL) {
      if (write(l->leg[i].net.tun_fd, k->data, k->n) < 0)
        l->undelivered++;
      free(k);
    }
}

static uint64_t next_ns(const struct link *l)
{
  uint64_t next = PIPE_NEVER;
  for (unsigned i = 0; i < l->legs; i++) {
    uint64_t up = pipe_next_ns(&l->leg[i].up), down = pipe_next_ns(&l->leg[i].down);
    next = up < next ? up : next;
    next = down < next ? down : next;
  }
  return next;
}

static void print_counters(const char *name, const struct pipe_counters *c)
{
  printf("\"%s\":{\"in\":%" PRIu64 ",\"in_bytes\":%" PRIu64 ",\"out\":%" PRIu64 ",\"out_bytes\":%" PRIu64
         ",\"lost\":%" PRIu64 ",\"too_long\":%" PRIu64 ",\"queue_full\":%" PRIu64 ",\"outage\":%" PRIu64
         ",\"overtaken\":%" PRIu64 "}",
         name, c->in, c->in_bytes, c->out, c->out_bytes, c->lost, c->too_long, c->queue_full, c->outage, c->overtaken);
}

static void print_stats(struct link *l)
{
  printf("{\"legs\":[");
  for (unsigned i = 0; i < l->legs; i++) {
    printf(i == 0 ? "{" : ",{");
    print_counters("up", &l->leg[i].up.count);
    printf(",");
    print_counters("down", &l->leg[i].down.count);
    printf("}");
  }
  printf("],\"unrouted\":%" PRIu64 ",\"undelivered\":%" PRIu64 ",\"late_max_us\":%" PRIu64 "}\n", l->unrouted,
         l->undelivered, l->late_max_ns / 1000);
  l->late_max_ns = 0;
}

static void apply(struct pipe *p, const struct command *c)
{
  if (c->verb == COMMAND_SET)
    pipe_set(p, &c->settings);
  else
    pipe_cut(p, now_ns() + c->cut_ns);
}

static void obey(struct link *l, char *line)
{
  struct command c;
  if (command_parse(&c, line, l->legs) != 0) {
    printf("{\"error\":\"not a command\"}\n");
  } else if (c.verb == COMMAND_STATS) {
    print_stats(l);
  } else {
    if (c.up)
      apply(&l->leg[c.leg].up, &c);
    if (c.down)
      apply(&l->leg[c.leg].down, &c);
    printf("{}\n");
  }
  (void)fflush(stdout);
}

/* False at the end of the input. */
static bool read_commands(struct link *l)
{
  ssize_t n = read(STDIN_FILENO, l->line + l->line_n, sizeof l->line - l->line_n);
  if (n <= 0)
    return false;
  l->line_n += (size_t)n;
  for (char *end; (end = memchr(l->line, '\n', l->line_n)) != NULL;) {
    *end = '\0';
    obey(l, l->line);
    size_t used = (size_t)(end + 1 - l->line);
    l->line_n -= used;
    memmove(l->line, end + 1, l->line_n);
  }
  return l->line_n < sizeof l->line;
}

static int open_legs(struct link *l, uint64_t seed)
{
  for (unsigned i = 0; i < l->legs; i++)
    if (pipe_init(&l->leg[i].up, seed + 2 * i) != 0 || pipe_init(&l->leg[i].down, seed + 2 * i + 1) != 0 ||
        leg_net_open(&l->leg[i].net, i == 0, i + 1) != 0)
      return ERR_IO;
  return 0;
}

static void print_legs(const struct link *l)
{
  printf("{\"legs\":[");
  for (unsigned i = 0; i < l->legs; i++)
    printf("%s{\"address\":\"10.77.0.%u\",\"network\":\"/proc/%d/fd/%d\"}", i == 0 ? "" : ",", i + 1, (int)getpid(),
           l->leg[i].net.namespace_fd);
  printf("]}\n");
  (void)fflush(stdout);
}

/* On a busy machine ordinary programs wait for tens of milliseconds; where it is allowed, this one does not. */
static void be_punctual(void)
{
  const struct sched_param priority = {.sched_priority = PRIORITY};
  (void)sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority);
  (void)prctl(PR_SET_TIMERSLACK, 1L);
}

static void work(struct link *l)
{
  struct pollfd fds[LEGS_MAX + 1] = {{.fd = STDIN_FILENO, .events = POLLIN}};
  for (unsigned i = 0; i < l->legs; i++)
    fds[i + 1] = (struct pollfd){.fd = l->leg[i].net.tun_fd, .events = POLLIN};
  for (;;) {
    uint64_t now = now_ns(), next = next_ns(l), wait = next > now ? next - now : 0;
    struct timespec t = {.tv_sec = (time_t)(wait / 1000000000u), .tv_nsec = (long)(wait % 1000000000u)};
    if (ppoll(fds, l->legs + 1, next == PIPE_NEVER ? NULL : &t, NULL) < 0 && errno != EINTR)
      return;
    if (fds[0].revents != 0 && !read_commands(l))
      return;
    for (unsigned i = 0; i < l->legs; i++)
      if ((fds[i + 1].revents & POLLIN) != 0)
        read_leg(l, &l->leg[i]);
    move_packets(l, now_ns());
  }
}

int main(int argc, char **argv)
{
  static struct link l;
  l.legs = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
  if (l.legs < 2 || l.legs > LEGS_MAX) {
    (void)fprintf(stderr, "usage: link LEGS [SEED], with 2 to %d legs\n", LEGS_MAX);
    return 2;
  }
  if (open_legs(&l, argc > 2 ? strtoull(argv[2], NULL, 10) : 1) != 0) {
    perror("link: no network namespace with a TUN device can be made");
    return 1;
  }
  be_punctual();
  print_legs(&l);
  work(&l);
  for (unsigned i = 0; i < l.legs; i++) {
    pipe_fini(&l.leg[i].up);
    pipe_fini(&l.leg[i].down);
  }
  return 0;
}
