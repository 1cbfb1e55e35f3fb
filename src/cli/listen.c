/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/listen.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

#define BACKLOG 1024
#define UDP_BUFFER_BYTES (8 * 1024 * 1024)
#define TCP_UNSENT_BYTES 65536      /* what the kernel may hold beside what is on its way: all of it is delay */
#define TCP_UNACKNOWLEDGED_MS 20000

static int set_int(int fd, int level, int option, int value)
{
  return setsockopt(fd, level, option, &value, sizeof value) == 0 ? 0 : ERR_IO;
}

static int close_after_error(int fd)
{
  int error = errno;
  close(fd);
  errno = error;
  return ERR_IO;
}

static int make(const struct net_addr *address, int type)
{
  return socket(address->family == 4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* An IPv6 socket serves IPv6 alone: IPv4 has its own. */
static int bind_to(int fd, const struct net_addr *address)
{
  struct sockaddr_storage ss;
  socklen_t n = (socklen_t)net_addr_to_sockaddr(address, &ss);
  if (address->family == 6 && set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
    return ERR_IO;
  return bind(fd, (struct sockaddr *)&ss, n) == 0 ? 0 : ERR_IO;
}

int listen_tcp(const struct net_addr *address, int *out)
{
  int fd = make(address, SOCK_STREAM);
  if (fd < 0)
    return ERR_IO;
  if (set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0 || bind_to(fd, address) != 0 || listen(fd, BACKLOG) != 0)
    return close_after_error(fd);
  *out = fd;
  return 0;
}

/* Binding to the device "lo" would not do: the kernel delivers a packet to one of the machine's own addresses over lo,
 * but looks for its socket as if it had come in through the interface that has the address, and finds none. A filter
 * sees the true interface. Locked, it cannot be taken off again, not even by the process that holds the socket. */
static int accept_from_loopback_only(int fd)
{
  unsigned lo = if_nametoindex("lo");
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, lo, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    BPF_STMT(BPF_RET | BPF_K, 0),
  };
  const struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
  if (lo == 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    return ERR_IO;
  return set_int(fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
}

/* Beyond the machine's limit where we may, up to it elsewhere. */
static void enlarge_buffers(int fd)
{
  if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, UDP_BUFFER_BYTES) != 0)
    (void)set_int(fd, SOL_SOCKET, SO_RCVBUF, UDP_BUFFER_BYTES);
  if (set_int(fd, SOL_SOCKET, SO_SNDBUFFORCE, UDP_BUFFER_BYTES) != 0)
    (void)set_int(fd, SOL_SOCKET, SO_SNDBUF, UDP_BUFFER_BYTES);
}

/* No path MTU from ICMP, which anyone can forge to make our packets fail: they are small enough for any path. Over IPv4
 * they are not to be cut on the way either (PROBE: "don't fragment", whatever ICMP says): fragments get lost in many
 * networks (RFC 8900), and without them the kernel has no identification to make up for each datagram, which was a
 * sixteenth of a send. Over IPv6 no router cuts anything. */
static int ignore_path_mtu(int fd, uint8_t family)
{
  if (family == 4)
    return set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  return set_int(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
}

/* The filter comes before the address: no packet can slip in between. */
int listen_udp(const struct net_addr *address, bool this_machine_only, int *out)
{
  int fd = make(address, SOCK_DGRAM);
  if (fd < 0)
    return ERR_IO;
  enlarge_buffers(fd);
  if ((this_machine_only && accept_from_loopback_only(fd) != 0) || ignore_path_mtu(fd, address->family) != 0 ||
      bind_to(fd, address) != 0)
    return close_after_error(fd);
  *out = fd;
  return 0;
}

static int set_media_tcp(int fd)
{
  int err = set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (err == 0)
    err = set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (err == 0)
    err = set_int(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, TCP_UNSENT_BYTES);
  if (err == 0)
    err = set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, TCP_UNACKNOWLEDGED_MS);
  return err;
}

int listen_media_tcp(const struct net_addr *address, bool this_machine_only, int *out)
{
  int fd = make(address, SOCK_STREAM);
  if (fd < 0)
    return ERR_IO;
  if ((this_machine_only && accept_from_loopback_only(fd) != 0) || set_media_tcp(fd) != 0 ||
      bind_to(fd, address) != 0 || listen(fd, BACKLOG) != 0)
    return close_after_error(fd);
  *out = fd;
  return 0;
}

static bool is_link_local(const struct net_addr *a)
{
  if (a->family == 4)
    return a->ip[0] == 169 && a->ip[1] == 254;
  return a->ip[0] == 0xfe && (a->ip[1] & 0xc0) == 0x80;
}

static void add(struct config_addresses *list, const struct net_addr *a)
{
  for (size_t i = 0; i < list->n; i++)
    if (net_addr_equal(&list->at[i], a))
      return;
  if (list->n < LIMIT_LISTEN_ADDRESSES)
    list->at[list->n++] = *a;
}

static void add_interface(struct config_addresses *list, const struct ifaddrs *i)
{
  struct net_addr a;
  if (i->ifa_addr == NULL || (i->ifa_flags & IFF_UP) == 0 || net_addr_from_sockaddr(&a, i->ifa_addr) != 0)
    return;
  a.port = 0;
  if (!net_addr_is_loopback(&a) && !is_link_local(&a))
    add(list, &a);
}

int listen_media_addresses(const struct config *config, struct config_addresses *out)
{
  struct ifaddrs *all;
  *out = config->media_listen;
  if (out->n > 0)
    return 0;
  if (config_is_local(config)) {
    struct net_addr a;
    (void)net_addr_parse("127.0.0.1", 0, &a);
    add(out, &a);
    (void)net_addr_parse("::1", 0, &a);
    add(out, &a);
  }
  if (getifaddrs(&all) != 0)
    return ERR_IO;
  for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
    add_interface(out, i);
  freeifaddrs(all);
  return 0;
}
