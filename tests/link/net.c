/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"

#define DEVICE "link"
#define MTU 1500
#define QUEUE_PACKETS 4096 /* so that nothing is lost before the emulator reads it */

static struct sockaddr in4(const char *text)
{
  struct sockaddr_in a = {.sin_family = AF_INET};
  struct sockaddr out;
  (void)inet_pton(AF_INET, text, &a.sin_addr);
  memcpy(&out, &a, sizeof out);
  return out;
}

static int bring_up(int s, const char *name)
{
  struct ifreq r = {0};
  snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
  if (ioctl(s, SIOCGIFFLAGS, &r) != 0)
    return ERR_IO;
  r.ifr_flags = (short)(r.ifr_flags | IFF_UP | IFF_RUNNING);
  return ioctl(s, SIOCSIFFLAGS, &r) == 0 ? 0 : ERR_IO;
}

static int configure(int s, unsigned host)
{
  char address[16];
  snprintf(address, sizeof address, "10.77.0.%u", host);
  struct ifreq r = {.ifr_name = DEVICE};
  r.ifr_addr = in4(address);
  if (ioctl(s, SIOCSIFADDR, &r) != 0)
    return ERR_IO;
  r.ifr_netmask = in4("255.255.255.0");
  if (ioctl(s, SIOCSIFNETMASK, &r) != 0)
    return ERR_IO;
  r.ifr_mtu = MTU;
  if (ioctl(s, SIOCSIFMTU, &r) != 0)
    return ERR_IO;
  r.ifr_qlen = QUEUE_PACKETS;
  (void)ioctl(s, SIOCSIFTXQLEN, &r); /* in a user namespace it is not allowed; its default is 500 */
  if (bring_up(s, DEVICE) != 0)
    return ERR_IO;
  char device[] = DEVICE;
  struct rtentry route = {.rt_dst = in4("0.0.0.0"), .rt_genmask = in4("0.0.0.0"), .rt_flags = RTF_UP, .rt_dev = device};
  return ioctl(s, SIOCADDRT, &route) == 0 ? 0 : ERR_IO;
}

static int open_tun(void)
{
  struct ifreq r = {.ifr_name = DEVICE, .ifr_flags = IFF_TUN | IFF_NO_PI};
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && ioctl(fd, TUNSETIFF, &r) == 0)
    return fd;
  if (fd >= 0)
    (void)close(fd);
  return -1;
}

/* The sockets and the device belong to the namespace in which they are made. */
static int fill(struct leg_net *net, unsigned host)
{
  net->namespace_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  net->tun_fd = open_tun();
  int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (net->namespace_fd < 0 || net->tun_fd < 0 || s < 0 || bring_up(s, "lo") != 0 || configure(s, host) != 0)
    return ERR_IO;
  return close(s) == 0 ? 0 : ERR_IO;
}

int leg_net_open(struct leg_net *net, bool own, unsigned host)
{
  if (own)
    return fill(net, host);
  int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (home < 0 || unshare(CLONE_NEWNET) != 0)
    return ERR_IO;
  int err = fill(net, host);
  int reason = errno;
  if (setns(home, CLONE_NEWNET) != 0 || close(home) != 0)
    return ERR_IO;
  errno = reason;
  return err;
}
