/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"

bool net_addr_equal(const struct net_addr *a, const struct net_addr *b)
{
  return memcmp(a, b, sizeof *a) == 0;
}

static void set_ipv6(struct net_addr *a, const struct in6_addr *ip)
{
  if (IN6_IS_ADDR_V4MAPPED(ip)) {
    a->family = 4;
    memcpy(a->ip, ip->s6_addr + 12, 4);
  } else {
    a->family = 6;
    memcpy(a->ip, ip->s6_addr, 16);
  }
}

int net_addr_from_sockaddr(struct net_addr *a, const struct sockaddr *sa)
{
  *a = (struct net_addr){0};
  if (sa->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, sa, sizeof in);
    a->family = 4;
    a->port = ntohs(in.sin_port);
    memcpy(a->ip, &in.sin_addr, 4);
    return 0;
  }
  if (sa->sa_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, sa, sizeof in6);
    a->port = ntohs(in6.sin6_port);
    set_ipv6(a, &in6.sin6_addr);
    return 0;
  }
  return ERR_UNSUPPORTED;
}

size_t net_addr_to_sockaddr(const struct net_addr *a, struct sockaddr_storage *ss)
{
  memset(ss, 0, sizeof *ss);
  if (a->family == 4) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(a->port)};
    memcpy(&in.sin_addr, a->ip, 4);
    memcpy(ss, &in, sizeof in);
    return sizeof in;
  }
  if (a->family == 6) {
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
    memcpy(&in6.sin6_addr, a->ip, 16);
    memcpy(ss, &in6, sizeof in6);
    return sizeof in6;
  }
  return 0;
}

const char *net_addr_text(const struct net_addr *a, char text[NET_ADDR_TEXT])
{
  char ip[INET6_ADDRSTRLEN] = "none";
  if (a->family != 0)
    inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->ip, ip, sizeof ip);
  snprintf(text, NET_ADDR_TEXT, a->family == 6 ? "[%s]:%u" : "%s:%u", ip, (unsigned)a->port);
  return text;
}

int net_addr_parse(const char *ip, uint16_t port, struct net_addr *a)
{
  struct in6_addr in6;
  *a = (struct net_addr){.port = port};
  if (inet_pton(AF_INET, ip, a->ip) == 1) {
    a->family = 4;
    return 0;
  }
  memset(a->ip, 0, sizeof a->ip);
  if (inet_pton(AF_INET6, ip, &in6) != 1)
    return ERR_MALFORMED;
  set_ipv6(a, &in6);
  return 0;
}

bool net_addr_is_loopback(const struct net_addr *a)
{
  if (a->family == 4)
    return a->ip[0] == 127;
  return a->family == 6 && memcmp(a->ip, &in6addr_loopback, 16) == 0;
}

bool net_addr_is_wildcard(const struct net_addr *a)
{
  static const uint8_t zero[16];
  return a->family != 0 && memcmp(a->ip, zero, 16) == 0;
}
