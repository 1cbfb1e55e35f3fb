/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"

#define LINE_BYTES (256 * 1024)
#define TEXT_BYTES (256 * 1024)

static void must(bool right, const char *what)
{
  if (right)
    return;
  perror(what);
  abort();
}

uint64_t loop_now_us(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct sockaddr_in loop_address(const char *text)
{
  struct sockaddr_in a = {.sin_family = AF_INET};
  char ip[32] = {0};
  unsigned port = 0;
  must(sscanf(text, "%31[0-9.]:%u", ip, &port) == 2 && port <= UINT16_MAX && inet_pton(AF_INET, ip, &a.sin_addr) == 1,
       "an address");
  a.sin_port = htons((uint16_t)port);
  return a;
}

size_t loop_open(struct loop *l, const char *local)
{
  struct sockaddr_in a = loop_address(local);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  must(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0, "a socket");
  l->socket[l->sockets] = fd;
  return l->sockets++;
}

void loop_send(const struct loop *l, size_t socket, const struct sockaddr_in *to, const uint8_t *data, size_t n)
{
  (void)sendto(l->socket[socket], data, n, 0, (const struct sockaddr *)to, sizeof *to); /* the network may lose it */
}

void loop_say(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  putchar('\n');
  fflush(stdout);
}

const char *loop_base64(struct span bytes)
{
  static char text[TEXT_BYTES];
  return sodium_bin2base64(text, sizeof text, bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
}

size_t loop_from_base64(const char *text, uint8_t *out, size_t cap)
{
  size_t n = 0;
  must(sodium_base642bin(out, cap, text, strlen(text), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0, "base64");
  return n;
}

const char *loop_hex(struct span bytes)
{
  static char text[TEXT_BYTES];
  return sodium_bin2hex(text, sizeof text, bytes.p, bytes.n);
}

size_t loop_from_hex(const char *text, uint8_t *out, size_t cap)
{
  size_t n = 0;
  must(sodium_hex2bin(out, cap, text, strlen(text), ":", &n, NULL) == 0, "hexadecimal digits");
  return n;
}

static void take_line(struct loop *l, char *line)
{
  char *argument = strchr(line, ' ');
  if (argument != NULL)
    *argument++ = '\0';
  l->on_command(l->ctx, line, argument != NULL ? argument : line + strlen(line));
}

/* False at the end of standard input. */
static bool read_commands(struct loop *l)
{
  static char buffer[LINE_BYTES];
  static size_t used;
  ssize_t n = read(STDIN_FILENO, buffer + used, sizeof buffer - used);
  if (n <= 0)
    return false;
  used += (size_t)n;
  char *line = buffer, *end;
  while ((end = memchr(line, '\n', used - (size_t)(line - buffer))) != NULL) {
    *end = '\0';
    take_line(l, line);
    line = end + 1;
  }
  used -= (size_t)(line - buffer);
  memmove(buffer, line, used);
  must(used < sizeof buffer, "a shorter line");
  return true;
}

static void read_datagrams(struct loop *l, size_t socket)
{
  uint8_t data[LIMIT_DATAGRAM + 1];
  struct sockaddr_in from;
  socklen_t from_n = sizeof from;
  ssize_t n;
  while ((n = recvfrom(l->socket[socket], data, sizeof data, MSG_DONTWAIT, (struct sockaddr *)&from, &from_n)) >= 0)
    l->on_datagram(l->ctx, socket, &from, data, (size_t)n);
}

static int wait_ms(const struct loop *l)
{
  uint64_t now = loop_now_us(), next = l->next_us(l->ctx);
  if (next == LOOP_NEVER)
    return -1;
  return next <= now ? 0 : (int)((next - now + 999) / 1000);
}

void loop_run(struct loop *l)
{
  struct pollfd fd[1 + LOOP_SOCKETS] = {{.fd = STDIN_FILENO, .events = POLLIN}};
  for (size_t i = 0; i < l->sockets; i++)
    fd[1 + i] = (struct pollfd){.fd = l->socket[i], .events = POLLIN};
  for (;;) {
    must(poll(fd, 1 + (nfds_t)l->sockets, wait_ms(l)) >= 0, "poll");
    for (size_t i = 0; i < l->sockets; i++)
      if (fd[1 + i].revents != 0)
        read_datagrams(l, i);
    if (fd[0].revents != 0 && !read_commands(l))
      return;
    l->on_tick(l->ctx);
  }
}
