/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo turn`: what a relay for closed networks needs (docs/TURN.md): a configuration for coturn that reaches our
 * media addresses and nothing else, and a firewall that holds it to our media ports, whatever coturn does. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/listen.h"
#include "cli/secret_file.h"

#define DEFAULT_PORT 5349 /* RFC 8656, section 3.1 */
#define USER "turnserver" /* who coturn is on Debian */

/* What a relay must reach. Loopback addresses it must never. */
static int media_addresses(const struct console *c, struct config_addresses *out)
{
  struct config_addresses all = c->config.media_announce;
  *out = (struct config_addresses){0};
  if (all.n == 0 && listen_media_addresses(&c->config, &all) != 0)
    return console_fail(c, "this machine's addresses cannot be listed: %s. Mend: set media_listen.", strerror(errno));
  for (size_t i = 0; i < all.n; i++)
    if (!net_addr_is_loopback(&all.at[i]))
      out->at[out->n++] = all.at[i];
  return out->n > 0 ? 0 : console_fail(c, "media has no address that a relay could reach. Mend: set media_listen.");
}

static int check_relay(const struct console *c)
{
  return c->config.turn_url[0] != '\0'
           ? 0
           : console_fail(c, "there is no relay in the configuration. Mend: set turn_url and turn_secret_file "
                             "(docs/TURN.md).");
}

/* Name and port of "turns:NAME:PORT?transport=tcp". */
static unsigned port_and_host(const struct console *c, char host[CONFIG_ORIGIN])
{
  snprintf(host, CONFIG_ORIGIN, "%s", c->config.turn_url + strlen("turns:"));
  host[strcspn(host, "?")] = '\0';
  char *colon = strchr(host, ':');
  if (colon == NULL)
    return DEFAULT_PORT;
  *colon = '\0';
  return (unsigned)strtoul(colon + 1, NULL, 10);
}

static void print_peers(const struct config_addresses *media)
{
  char text[NET_ADDR_TEXT];
  fputs("\n# Where it relays to: our media addresses, and nowhere else, whatever the form of the address.\n"
        "denied-peer-ip=0.0.0.0-255.255.255.255\n"
        "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n"
        "no-multicast-peers\n"
        "no-tcp-relay\n",
        stdout);
  for (size_t i = 0; i < media->n; i++) {
    net_addr_text(&media->at[i], text);
    text[strcspn(text, media->at[i].family == 6 ? "]" : ":")] = '\0';
    printf("allowed-peer-ip=%s\n", media->at[i].family == 6 ? text + 1 : text);
  }
}

static int config(struct console *c)
{
  struct config_addresses media;
  char host[CONFIG_ORIGIN], secret[SECRET_LINE_BYTES];
  const char *certificate = console_option(c, "turn-certificate"), *key = console_option(c, "turn-key");
  const char *address = console_option(c, "turn-listen");
  int code = check_relay(c);
  if (code == 0)
    code = media_addresses(c, &media);
  if (code != 0)
    return code;
  if (secret_file_line(&c->config, OPTION_TURN_SECRET_FILE, c->config.turn_secret_file, secret) != 0)
    return EXIT_FAILURE;
  unsigned port = port_and_host(c, host);
  printf("# For coturn (Debian package coturn), written by `testudo turn config`. It holds the secret: only coturn may\n"
         "# read it. What it cannot restrict is the port that it relays to: `testudo turn firewall` writes what does.\n\n"
         "# TLS 1.3 over TCP, and no other way in.\n"
         "tls-listening-port=%u\n%s%s%s"
         "cert=%s\npkey=%s\n"
         "no-udp\nno-tcp\nno-dtls\nno-tlsv1\nno-tlsv1_1\nno-tlsv1_2\n\n"
         "# Who: whom this server has given a pass, for minutes.\n"
         "realm=%s\nuse-auth-secret\nstatic-auth-secret=%s\nstale-nonce=600\n\n"
         "# How much: connections of one pass (Firefox makes two for each address of its computer, and as many more\n"
         "# while it changes networks), connections in all, and bytes a second of one connection, each way: as much\n"
         "# media as the server takes of one participant. What is beyond is dropped.\n"
         "user-quota=8\ntotal-quota=2000\nmax-bps=%u\n",
         port, address != NULL ? "listening-ip=" : "", address != NULL ? address : "", address != NULL ? "\n" : "",
         certificate != NULL ? certificate : "/etc/coturn/certificate.pem",
         key != NULL ? key : "/etc/coturn/certificate-key.pem", host, secret, (unsigned)LIMIT_INGRESS_BYTES);
  sodium_memzero(secret, sizeof secret);
  print_peers(&media);
  fputs("\n# Nothing else: no answers about itself, no console, no plain STUN, nothing written down of who comes.\n"
        "fingerprint\nno-software-attribute\nno-cli\nno-rfc5780\nno-stun-backward-compatibility\n"
        "no-stdout-log\nsimple-log\nlog-file=/dev/null\n",
        stdout);
  return 0;
}

/* Of one address, which a hotel shares, or one network of IPv6 (/64) in a second. */
#define ADDRESS_BYTES (10u * LIMIT_INGRESS_BYTES)

/* A second's worth may come at once. */
static void print_limit(const char *version, const char *set, const char *key, unsigned bytes)
{
  printf("    update @%s_%s { %s %s limit rate over %u bytes/second burst %u bytes } counter drop\n", version, set,
         version, key, bytes, bytes);
}

/* TCP slows down to what is let in: so nobody has the relay decrypt what it would only drop. Only connections that stand
 * are counted: who claims many addresses cannot fill the sets, beyond which there is no limit. `own`: what else a packet to
 * the relay must match. */
static void print_incoming(unsigned port, const char *own)
{
  static const struct {
    const char *version, *type, *who;
  } families[] = {{"ip", "ipv4_addr", "saddr"}, {"ip6", "ipv6_addr", "saddr and ffff:ffff:ffff:ffff::"}};
  const size_t n = sizeof families / sizeof families[0];
  for (size_t i = 0; i < n; i++)
    printf("  set %s_connections { type %s . inet_service; size 65535; flags dynamic; timeout 1m; }\n"
           "  set %s_addresses { type %s; size 65535; flags dynamic; timeout 1m; }\n",
           families[i].version, families[i].type, families[i].version, families[i].type);
  printf("  chain relay {\n");
  for (size_t i = 0; i < n; i++) {
    const char *version = families[i].version;
    print_limit(version, "connections", "saddr . tcp sport", LIMIT_INGRESS_BYTES);
    print_limit(version, "addresses", families[i].who, ADDRESS_BYTES);
  }
  printf("  }\n"
         "  chain input {\n"
         "    type filter hook input priority filter; policy accept;\n"
         "    %stcp dport %u ct state established jump relay\n"
         "  }\n",
         own, port);
}

static int firewall(struct console *c)
{
  struct config_addresses media;
  char host[CONFIG_ORIGIN], text[NET_ADDR_TEXT];
  int code = check_relay(c);
  if (code == 0)
    code = media_addresses(c, &media);
  if (code != 0)
    return code;
  unsigned first = c->config.media_port, last = first + c->config.media_processes - 1u;
  printf("#!/usr/sbin/nft -f\n"
         "# What coturn (user %s) may send: to the media ports of our addresses, and answers to who came over TLS.\n"
         "# And how much may come in to it: of one connection as much media as the server takes of one participant, of\n"
         "# one address, which many may share, ten times that.\n"
         "# Written by `testudo turn firewall`, for the machine on which coturn runs. It leaves all else as it is.\n"
         "table inet testudo_turn\ndelete table inet testudo_turn\n"
         "table inet testudo_turn {\n",
         USER);
  const char *address = console_option(c, "turn-listen");
  char own[CONFIG_ORIGIN] = "";
  if (address != NULL)
    snprintf(own, sizeof own, "%s daddr %s ", strchr(address, ':') != NULL ? "ip6" : "ip", address);
  print_incoming(port_and_host(c, host), own);
  printf("  chain output {\n"
         "    type filter hook output priority filter; policy accept;\n"
         "    meta skuid != \"%s\" accept\n"
         "    tcp sport %u ct state established,related accept\n",
         USER, port_and_host(c, host));
  for (size_t i = 0; i < media.n; i++) {
    bool v6 = media.at[i].family == 6;
    net_addr_text(&media.at[i], text);
    text[strcspn(text, v6 ? "]" : ":")] = '\0';
    printf("    %s daddr %s udp dport %u-%u accept\n", v6 ? "ip6" : "ip", v6 ? text + 1 : text, first, last);
  }
  fputs("    counter drop\n  }\n}\n", stdout);
  return 0;
}

#define LISTEN_OPTION {"turn-listen", "ADDRESS", "The one address of its machine on which it listens. Left out: all."}

static const struct console_option config_options[] = {
  {"turn-certificate", "FILE", "The relay's certificate, with those that lead to its authority (PEM)."},
  {"turn-key", "FILE", "Its private key (PEM)."},
  LISTEN_OPTION,
};
static const struct console_option firewall_options[] = {LISTEN_OPTION};

static const struct console_action actions[] = {
  {"config", "", 0, 0, CONSOLE_OPTIONS_OF(config_options), config, STORE_NONE,
   "Writes a configuration for coturn, with the secret in it, to standard output."},
  {"firewall", "", 0, 0, CONSOLE_OPTIONS_OF(firewall_options), firewall, STORE_NONE,
   "Writes rules for nft that hold coturn to our media ports, to standard output."},
};

const struct console_group turn_group = {"turn", "A relay for networks that let nothing else through.", actions,
                                         sizeof actions / sizeof actions[0]};
