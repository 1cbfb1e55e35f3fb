/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/cli/listen: who can reach the sockets. In profile local a program of this machine reaches the media socket on
 * the machine's own network address (Firefox needs that), and a packet from the network does not. The network is a tun
 * device in a network namespace of our own: what is written to it comes in as if from a cable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/listen.h"

#define OWN_IP "192.0.2.1"
#define FOREIGN_IP "192.0.2.9"

static int tun = -1; /* -1: this machine does not let us have a network of our own */

static struct net_addr address(const char *ip)
{
  struct net_addr a;
  assert_int_equal(net_addr_parse(ip, 0, &a), 0);
  return a;
}

static struct net_addr bound_address(int fd)
{
  struct sockaddr_storage ss;
  struct net_addr a;
  socklen_t n = sizeof ss;
  assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &n), 0);
  assert_int_equal(net_addr_from_sockaddr(&a, (struct sockaddr *)&ss), 0);
  return a;
}

static void send_byte(int fd, const struct net_addr *to, char byte)
{
  struct sockaddr_storage ss;
  size_t n = net_addr_to_sockaddr(to, &ss);
  assert_int_equal(sendto(fd, &byte, 1, 0, (struct sockaddr *)&ss, (socklen_t)n), 1);
}

/* Whether a program of this machine can connect. */
static bool takes_connection(const char *ip)
{
  struct net_addr a = address(ip), to;
  struct sockaddr_storage ss;
  int media, program = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(listen_media_tcp(&a, true, &media), 0);
  to = bound_address(media);
  size_t n = net_addr_to_sockaddr(&to, &ss);
  bool taken = connect(program, (struct sockaddr *)&ss, (socklen_t)n) == 0;
  int connection = taken ? accept4(media, NULL, NULL, SOCK_NONBLOCK) : -1;
  taken = taken && connection >= 0 && send(program, "a", 1, 0) == 1;
  close(connection);
  close(program);
  close(media);
  return taken;
}

/* The next byte that arrives, and from whom; 0 if none does. What is sent from this machine or written to the device is
 * there at once, so a second is only waited for what has been refused. */
static char next_byte(int fd, struct net_addr *from)
{
  struct pollfd p = {.fd = fd, .events = POLLIN};
  struct sockaddr_storage ss;
  socklen_t n = sizeof ss;
  char byte;
  if (poll(&p, 1, 1000) != 1)
    return 0;
  assert_int_equal(recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&ss, &n), 1);
  assert_int_equal(net_addr_from_sockaddr(from, (struct sockaddr *)&ss), 0);
  return byte;
}

/* Sends there and back between a media socket and a program's own, both on the same address. */
static void assert_reachable_from_here(const char *ip)
{
  struct net_addr a = address(ip), to, from;
  int media, program;
  assert_int_equal(listen_udp(&a, true, &media), 0);
  assert_int_equal(listen_udp(&a, false, &program), 0);
  to = bound_address(media);
  send_byte(program, &to, 'a');
  assert_int_equal(next_byte(media, &from), 'a');
  send_byte(media, &from, 'b');
  assert_int_equal(next_byte(program, &from), 'b');
  close(media);
  close(program);
}

static uint16_t checksum(const void *header, size_t n)
{
  const uint8_t *p = header;
  uint32_t sum = 0;
  for (size_t i = 0; i < n; i += 2)
    sum += (uint32_t)p[i] << 8 | p[i + 1];
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

/* A datagram of one byte from the network. */
static void arrive(const char *from_ip, const struct net_addr *to, char byte)
{
  struct {
    struct iphdr ip;
    struct udphdr udp;
    char byte;
  } __attribute__((packed)) packet = {0};
  struct net_addr from = address(from_ip);
  packet.ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP};
  packet.ip.tot_len = htons(sizeof packet);
  memcpy(&packet.ip.saddr, from.ip, 4);
  memcpy(&packet.ip.daddr, to->ip, 4);
  packet.ip.check = htons(checksum(&packet.ip, sizeof packet.ip));
  packet.udp.source = htons(4000);
  packet.udp.dest = htons(to->port);
  packet.udp.len = htons(sizeof packet.udp + 1); /* its checksum is optional */
  packet.byte = byte;
  assert_int_equal(write(tun, &packet, sizeof packet), (ssize_t)sizeof packet);
}

/* What asks for a connection over TCP, from the network. Nothing answers on the device but this machine. */
static void arrive_syn(const char *from_ip, const struct net_addr *to)
{
  struct {
    struct iphdr ip;
    struct tcphdr tcp;
  } __attribute__((packed)) packet = {0};
  struct {
    uint8_t from[4], to[4], zero, protocol;
    uint16_t n;
    struct tcphdr tcp;
  } __attribute__((packed)) summed = {.protocol = IPPROTO_TCP, .n = htons(sizeof summed.tcp)};
  struct net_addr from = address(from_ip);
  packet.ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP};
  packet.ip.tot_len = htons(sizeof packet);
  memcpy(&packet.ip.saddr, from.ip, 4);
  memcpy(&packet.ip.daddr, to->ip, 4);
  packet.ip.check = htons(checksum(&packet.ip, sizeof packet.ip));
  packet.tcp = (struct tcphdr){.source = htons(4000), .dest = htons(to->port), .seq = htonl(1), .doff = 5, .syn = 1,
                               .window = htons(1000)};
  memcpy(summed.from, from.ip, 4);
  memcpy(summed.to, to->ip, 4);
  summed.tcp = packet.tcp;
  packet.tcp.check = htons(checksum(&summed, sizeof summed));
  assert_int_equal(write(tun, &packet, sizeof packet), (ssize_t)sizeof packet);
}

/* Whether the machine says something over TCP to the network within half a second. */
static bool answers_over_tcp(void)
{
  struct pollfd p = {.fd = tun, .events = POLLIN};
  uint8_t packet[2048];
  while (poll(&p, 1, 500) == 1) {
    ssize_t n = read(tun, packet, sizeof packet);
    if (n >= (ssize_t)sizeof(struct iphdr) && packet[0] >> 4 == 4 && packet[9] == IPPROTO_TCP)
      return true;
  }
  return false;
}

static void test_the_network_does_not_connect(void **state)
{
  (void)state;
  struct net_addr a = address(OWN_IP), to_open, to_local;
  int open_socket, local_socket;
  if (tun < 0)
    skip();
  assert_int_equal(listen_media_tcp(&a, false, &open_socket), 0);
  assert_int_equal(listen_media_tcp(&a, true, &local_socket), 0);
  to_open = bound_address(open_socket);
  to_local = bound_address(local_socket);
  arrive_syn(FOREIGN_IP, &to_open); /* a production socket: the network of this test works */
  assert_true(answers_over_tcp());
  close(open_socket); /* and with it what it would say again */
  arrive_syn(FOREIGN_IP, &to_local);
  assert_false(answers_over_tcp());
  close(local_socket);
}

static void test_own_programs_reach_it(void **state)
{
  (void)state;
  assert_reachable_from_here("127.0.0.1");
  assert_true(takes_connection("127.0.0.1"));
  assert_true(tun < 0 || takes_connection(OWN_IP));
  if (tun < 0)
    skip();
  assert_reachable_from_here(OWN_IP);
}

static void test_the_network_does_not(void **state)
{
  (void)state;
  struct net_addr a = address(OWN_IP), to_open, to_local, from;
  int open_socket, local_socket;
  if (tun < 0)
    skip();
  assert_int_equal(listen_udp(&a, false, &open_socket), 0);
  assert_int_equal(listen_udp(&a, true, &local_socket), 0);
  to_open = bound_address(open_socket);
  to_local = bound_address(local_socket);
  arrive(FOREIGN_IP, &to_open, 'n'); /* a production socket: the network of this test works */
  assert_int_equal(next_byte(open_socket, &from), 'n');
  arrive(FOREIGN_IP, &to_local, 'n');
  arrive(OWN_IP, &to_local, 'f'); /* with a forged sender */
  assert_int_equal(next_byte(local_socket, &from), 0);
  close(open_socket);
  close(local_socket);
}

/* Routers are not to cut our datagrams into fragments. */
static void test_what_leaves_is_not_to_be_cut(void **state)
{
  (void)state;
  struct net_addr a = address(OWN_IP), to = address(FOREIGN_IP);
  struct pollfd p = {.fd = tun, .events = POLLIN};
  struct iphdr ip = {0};
  uint8_t packet[2048];
  int fd;
  if (tun < 0)
    skip();
  assert_int_equal(listen_udp(&a, false, &fd), 0);
  to.port = 4000;
  send_byte(fd, &to, 'm');
  while (ip.version != 4 || ip.protocol != IPPROTO_UDP) {
    assert_int_equal(poll(&p, 1, 5000), 1);
    assert_true(read(tun, packet, sizeof packet) >= (ssize_t)sizeof ip);
    memcpy(&ip, packet, sizeof ip);
  }
  assert_int_equal(ntohs(ip.frag_off), IP_DF);
  close(fd);
}

static void test_the_filter_stays(void **state)
{
  (void)state;
  struct net_addr a = address("127.0.0.1");
  int fd, none = 0;
  assert_int_equal(listen_udp(&a, true, &fd), 0);
  assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none), -1);
  assert_int_equal(errno, EPERM);
  close(fd);
}

static bool has(const struct config_addresses *list, const char *ip)
{
  struct net_addr a = address(ip);
  for (size_t i = 0; i < list->n; i++)
    if (net_addr_equal(&list->at[i], &a))
      return true;
  return false;
}

static void test_which_addresses(void **state)
{
  (void)state;
  static struct config config;
  struct config_addresses list;
  config_init(&config);
  assert_int_equal(listen_media_addresses(&config, &list), 0);
  assert_true(has(&list, "127.0.0.1") && has(&list, "::1"));
  assert_true(tun < 0 || has(&list, OWN_IP));
  config.profile = PROFILE_PRODUCTION;
  assert_int_equal(listen_media_addresses(&config, &list), 0);
  assert_false(has(&list, "127.0.0.1") || has(&list, "::1"));
  assert_true(tun < 0 || has(&list, OWN_IP));
  config.media_listen = (struct config_addresses){.at = {address("192.0.2.77")}, .n = 1};
  assert_int_equal(listen_media_addresses(&config, &list), 0);
  assert_true(list.n == 1 && has(&list, "192.0.2.77"));
}

static void test_errors_are_told(void **state)
{
  (void)state;
  struct net_addr a = address("203.0.113.99"); /* not ours */
  int fd = -1;
  assert_int_equal(listen_udp(&a, true, &fd), ERR_IO);
  assert_int_equal(errno, EADDRNOTAVAIL);
  assert_int_equal(listen_tcp(&a, &fd), ERR_IO);
  assert_int_equal(errno, EADDRNOTAVAIL);
  assert_int_equal(listen_media_tcp(&a, true, &fd), ERR_IO);
  assert_int_equal(errno, EADDRNOTAVAIL);
  assert_int_equal(fd, -1);
}

static int bring_up(int control, const char *interface)
{
  struct ifreq r = {0};
  memcpy(r.ifr_name, interface, strlen(interface));
  r.ifr_flags = IFF_UP;
  return ioctl(control, SIOCSIFFLAGS, &r);
}

static int set_address(int control, const char *interface, unsigned long request, const char *ip)
{
  struct ifreq r = {0};
  struct sockaddr_storage ss;
  struct net_addr a = address(ip);
  memcpy(r.ifr_name, interface, strlen(interface));
  (void)net_addr_to_sockaddr(&a, &ss);
  memcpy(&r.ifr_addr, &ss, sizeof r.ifr_addr);
  return ioctl(control, request, &r);
}

/* A device "tun0" with OWN_IP in a namespace of this process alone, or -1. */
static int open_network(void)
{
  struct ifreq r = {.ifr_name = "tun0", .ifr_flags = IFF_TUN | IFF_NO_PI};
  if (unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) != 0)
    return -1;
  int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC), control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (bring_up(control, "lo") != 0 || device < 0 || ioctl(device, TUNSETIFF, &r) != 0 ||
      set_address(control, "tun0", SIOCSIFADDR, OWN_IP) != 0 ||
      set_address(control, "tun0", SIOCSIFNETMASK, "255.255.255.0") != 0 || bring_up(control, "tun0") != 0) {
    if (device >= 0)
      close(device);
    device = -1;
  }
  close(control);
  return device;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_own_programs_reach_it), cmocka_unit_test(test_the_network_does_not),
    cmocka_unit_test(test_the_network_does_not_connect),
    cmocka_unit_test(test_what_leaves_is_not_to_be_cut),
    cmocka_unit_test(test_the_filter_stays),      cmocka_unit_test(test_which_addresses),
    cmocka_unit_test(test_errors_are_told),
  };
  tun = open_network();
  return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}
