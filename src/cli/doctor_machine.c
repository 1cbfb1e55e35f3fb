/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor's checks of the machine: disk, ports, kernel. */
#include <errno.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/listen.h"

#define MEGABYTE (1024 * 1024)
#define DISK_LEAST 100 /* MB: the database's log of changes needs room */
#define DISK_SCARCE 1024
#define RULESET_VERSION 1u

/* --- disk --- */

void doctor_disk(struct doctor *d)
{
  struct statvfs s;
  const char *folder = access(d->folder, F_OK) == 0         ? d->folder
                       : access(d->config->data, F_OK) == 0 ? d->config->data
                                                            : ".";
  if (statvfs(folder, &s) != 0) {
    doctor_problem(d, "disk", "%s cannot be looked at (%s) - start this as the server's user", folder, strerror(errno));
    return;
  }
  uint64_t free_mb = (uint64_t)s.f_bavail * s.f_frsize / MEGABYTE;
  if (free_mb < DISK_LEAST)
    doctor_problem(d, "disk", "only %llu MB are free - make room, or the server remembers nothing new",
                   (unsigned long long)free_mb);
  else if (free_mb < DISK_SCARCE)
    doctor_warn(d, "disk", "%llu MB are free - make room", (unsigned long long)free_mb);
  else
    doctor_ok(d, "disk", "%llu MB are free", (unsigned long long)free_mb);
}

/* --- ports --- */

/* A running server must be there; any other time the port must be free. */
static bool answers(const struct net_addr *address)
{
  struct net_addr to = *address;
  struct sockaddr_storage ss;
  struct timeval patience = {.tv_sec = 2};
  if (net_addr_is_wildcard(&to))
    (void)net_addr_parse(to.family == 4 ? "127.0.0.1" : "::1", to.port, &to);
  socklen_t n = (socklen_t)net_addr_to_sockaddr(&to, &ss);
  int fd = socket(to.family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool connected = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0 &&
                   connect(fd, (struct sockaddr *)&ss, n) == 0;
  if (fd >= 0)
    (void)close(fd);
  return connected;
}

static void tell_bind(struct doctor *d, const char *what, const char *text, int error)
{
  if (error == 0)
    doctor_ok(d, what, "%s is free", text);
  else if (error == EADDRINUSE)
    doctor_problem(d, what, "another program has %s - stop it, or choose another port", text);
  else if (error == EACCES)
    doctor_problem(d, what, "%s needs root - start the server by root (with user set), or choose a port from 1024 on",
                   text);
  else if (error == EADDRNOTAVAIL)
    doctor_problem(d, what, "this machine does not have the address of %s - name one that it has", text);
  else if (error == EAFNOSUPPORT)
    doctor_problem(d, what, "this machine does not speak the protocol of %s - leave that address out", text);
  else
    doctor_problem(d, what, "%s cannot be used: %s - look at the machine's network", text, strerror(error));
}

static void check_https(struct doctor *d, const struct net_addr *address)
{
  char text[NET_ADDR_TEXT];
  int fd;
  (void)net_addr_text(address, text);
  if (d->running && answers(address))
    doctor_ok(d, "https port", "the server answers at %s", text);
  else if (d->running)
    doctor_problem(d, "https port", "the server does not answer at %s - look at its output", text);
  else {
    int error = listen_tcp(address, &fd) == 0 ? 0 : errno;
    if (error == 0)
      (void)close(fd);
    tell_bind(d, "https port", text, error);
  }
}

/* All ports of an address in one line, unless one of them is taken. */
static void check_media(struct doctor *d, const struct net_addr *address)
{
  char text[NET_ADDR_TEXT];
  for (unsigned i = 0; i < d->config->media_processes; i++) {
    struct net_addr a = *address;
    int fd;
    a.port = (uint16_t)(d->config->media_port + i);
    for (int tcp = 0; tcp < 2; tcp++) {
      if ((tcp != 0 ? listen_media_tcp(&a, true, &fd) : listen_udp(&a, true, &fd)) != 0) {
        tell_bind(d, tcp != 0 ? "media port over TCP" : "media port", net_addr_text(&a, text), errno);
        return;
      }
      (void)close(fd);
    }
  }
  struct net_addr first = *address;
  first.port = d->config->media_port;
  doctor_ok(d, "media port", "%s to %u are free, for UDP and TCP", net_addr_text(&first, text),
            first.port + d->config->media_processes - 1u);
}

void doctor_ports(struct doctor *d)
{
  struct config_addresses media;
  for (size_t i = 0; i < d->config->https_listen.n; i++)
    check_https(d, &d->config->https_listen.at[i]);
  if (d->running)
    return; /* its own */
  if (listen_media_addresses(d->config, &media) != 0) {
    doctor_problem(d, "media port", "this machine's addresses cannot be listed (%s) - set media_listen",
                   strerror(errno));
    return;
  }
  for (size_t i = 0; i < media.n; i++)
    check_media(d, &media.at[i]);
}

/* --- kernel --- */

static void check_sandbox(struct doctor *d)
{
  const uint32_t action = SECCOMP_RET_KILL_PROCESS;
  long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);
  if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0)
    doctor_ok(d, "seccomp", "the kernel has it");
  else
    doctor_problem(d, "seccomp",
                   "the kernel does not have it, and without it the server does not start - use a kernel "
                   "with CONFIG_SECCOMP_FILTER");
  if (abi >= 1)
    doctor_ok(d, "landlock", "the kernel has version %ld", abi);
  else
    doctor_warn(d, "landlock",
                "the kernel does not have it: one wall less around the processes - use Linux 5.13 or newer "
                "with landlock in its list of security modules (lsm=)");
}

static void check_gso(struct doctor *d)
{
  int none = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool has = fd >= 0 && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof none) == 0;
  if (fd >= 0)
    (void)close(fd);
  if (has)
    doctor_ok(d, "udp", "the kernel sends several packets at once (GSO)");
  else
    doctor_warn(d, "udp",
                "the kernel sends each packet alone: fewer viewers on this machine - use Linux 4.18 or newer");
}

static void check_descriptors(struct doctor *d)
{
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max < LIMIT_CONNECTIONS)
    doctor_warn(d, "connections",
                "at most %llu files may be open: no more people can come than that - raise the hard limit "
                "(ulimit -Hn, or LimitNOFILE= of systemd) to %d",
                (unsigned long long)limit.rlim_max, LIMIT_CONNECTIONS + 256);
}

void doctor_kernel(struct doctor *d)
{
  check_sandbox(d);
  check_gso(d);
  check_descriptors(d);
}
