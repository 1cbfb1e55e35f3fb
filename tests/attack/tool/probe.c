/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client that passes ICE honestly and then shakes hands as weakly as it is told, or not at all.
 *
 *   probe LOCAL SERVER LIBRARY [suites=..] [groups=..] [srtp=..] [version=1.0|1.2] [no-certificate]
 *
 * LIBRARY: openssl, wolfssl, or none. It says its ICE credentials and fingerprint, which go into an offer. Commands:
 * remote UFRAG PASSWORD (from the answer: begins); raw HEX (a datagram from the same socket); write TEXT
 * (application data); keys (SRTP's, then the master secret if the library tells); received; close. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "foreign.h"
#include "loop.h"
#include "proto/demux.h"
#include "proto/ice_client.h"

#define CHECK_US 200000u

struct probe {
  struct loop loop;
  struct sockaddr_in server;
  struct ice_client ice;
  struct cert *cert;
  struct foreign_spec spec;
  const struct foreign_library *library; /* NULL: none */
  struct foreign *dtls;
  enum foreign_state told;
  bool checking, reachable;
  uint64_t next_check_us;
  unsigned received[DEMUX_RTCP + 1];
};

static void send_datagram(void *ctx, const uint8_t *data, size_t n)
{
  const struct probe *p = ctx;
  loop_send(&p->loop, 0, &p->server, data, n);
}

static void tell_dtls(struct probe *p)
{
  static const char *const names[] = {"handshaking", "established", "failed"};
  struct foreign_facts f;
  p->library->facts(p->dtls, &f);
  if (f.state == p->told)
    return;
  p->told = f.state;
  loop_say("{\"event\":\"dtls\",\"state\":\"%s\",\"version\":\"%s\",\"cipher\":\"%s\",\"srtp\":\"%s\","
           "\"error\":\"%s\"}",
           names[f.state], f.version, f.cipher, f.srtp, f.error);
}

static void start_dtls(struct probe *p)
{
  loop_say("{\"event\":\"reachable\"}");
  p->reachable = true;
  if (p->library == NULL)
    return;
  p->dtls = p->library->make(&p->spec, send_datagram, p);
  p->library->input(p->dtls, (struct span){0});
  tell_dtls(p);
}

static void take_stun(struct probe *p, struct span datagram)
{
  struct stun_message m;
  struct net_addr mapped;
  if (stun_parse(datagram, &m) == 0 && ice_client_response(&p->ice, loop_now_us(), &m, &mapped) == 0 && !p->reachable)
    start_dtls(p);
}

static void on_datagram(void *ctx, size_t socket, const struct sockaddr_in *from, uint8_t *data, size_t n)
{
  struct probe *p = ctx;
  enum demux_kind kind = demux_datagram(span_of(data, n));
  (void)socket;
  (void)from;
  p->received[kind]++;
  if (kind == DEMUX_STUN)
    take_stun(p, span_of(data, n));
  if (kind == DEMUX_DTLS && p->dtls != NULL) {
    p->library->input(p->dtls, span_of(data, n));
    tell_dtls(p);
  }
}

static void check(struct probe *p)
{
  uint8_t buffer[STUN_REQUEST_MAX];
  struct writer w = writer_of(buffer, sizeof buffer);
  if (ice_client_check(&p->ice, true, &random_system, &w) == 0)
    send_datagram(p, buffer, w.n);
  p->next_check_us = loop_now_us() + CHECK_US;
}

static void on_tick(void *ctx)
{
  struct probe *p = ctx;
  if (p->checking && p->next_check_us <= loop_now_us())
    check(p);
}

static uint64_t next_us(void *ctx)
{
  const struct probe *p = ctx;
  return p->checking ? p->next_check_us : LOOP_NEVER;
}

static void do_remote(struct probe *p, char *argument)
{
  char *pwd = strchr(argument, ' ');
  if (pwd == NULL)
    return;
  *pwd++ = '\0';
  p->checking = ice_client_set_remote(&p->ice, span_str(argument), span_str(pwd)) == 0;
}

static void do_raw(struct probe *p, char *argument)
{
  uint8_t data[LIMIT_DATAGRAM];
  send_datagram(p, data, loop_from_hex(argument, data, sizeof data));
}

static void do_write(struct probe *p, char *argument)
{
  if (p->dtls != NULL)
    p->library->write(p->dtls, span_str(argument));
}

static void do_keys(struct probe *p, char *argument)
{
  uint8_t keys[FOREIGN_KEYS + FOREIGN_SECRET];
  (void)argument;
  p->library->keys(p->dtls, keys);
  size_t n = FOREIGN_KEYS + p->library->secret(p->dtls, keys + FOREIGN_KEYS);
  loop_say("{\"event\":\"keys\",\"hex\":\"%s\"}", loop_hex(span_of(keys, n)));
}

static void do_received(struct probe *p, char *argument)
{
  (void)argument;
  loop_say("{\"event\":\"received\",\"stun\":%u,\"dtls\":%u,\"rtp\":%u,\"rtcp\":%u,\"other\":%u}",
           p->received[DEMUX_STUN], p->received[DEMUX_DTLS], p->received[DEMUX_RTP], p->received[DEMUX_RTCP],
           p->received[DEMUX_OTHER]);
}

static void do_close(struct probe *p, char *argument)
{
  (void)argument;
  if (p->dtls != NULL)
    p->library->close(p->dtls);
  p->checking = false;
}

static const struct {
  const char *name;
  void (*run)(struct probe *p, char *argument);
} commands[] = {{"remote", do_remote}, {"raw", do_raw},           {"write", do_write},
                {"keys", do_keys},     {"received", do_received}, {"close", do_close}};

static void on_command(void *ctx, const char *command, char *argument)
{
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(commands[i].name, command) == 0)
      commands[i].run(ctx, argument);
}

static void take_option(struct probe *p, const char *word)
{
  static const struct {
    const char *name;
    size_t offset;
  } options[] = {{"suites=", offsetof(struct foreign_spec, suites)},
                 {"groups=", offsetof(struct foreign_spec, groups)},
                 {"srtp=", offsetof(struct foreign_spec, srtp)},
                 {"version=", offsetof(struct foreign_spec, version)}};
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
    if (strncmp(word, options[i].name, strlen(options[i].name)) == 0)
      *(const char **)(void *)((char *)&p->spec + options[i].offset) = word + strlen(options[i].name);
  if (strcmp(word, "no-certificate") == 0)
    p->spec.cert = NULL;
}

static void begin(struct probe *p, int argc, char **argv)
{
  char fingerprint[CERT_FINGERPRINT_TEXT];
  if (strcmp(argv[3], "none") != 0)
    p->library = strcmp(argv[3], "openssl") == 0 ? &foreign_openssl : &foreign_wolfssl;
  ice_client_init(&p->ice, &random_system);
  if (cert_new(&p->cert) != 0)
    abort();
  p->spec.cert = p->cert;
  for (int i = 4; i < argc; i++)
    take_option(p, argv[i]);
  cert_fingerprint_text(cert_fingerprint(p->cert), fingerprint);
  loop_say("{\"event\":\"self\",\"ufrag\":\"%.*s\",\"pwd\":\"%.*s\",\"fingerprint\":\"%s\"}", ICE_UFRAG_BYTES,
           (const char *)p->ice.ufrag, ICE_PWD_BYTES, (const char *)p->ice.pwd, fingerprint);
}

int main(int argc, char **argv)
{
  static struct probe p;
  if (argc < 4 || sodium_init() < 0)
    return 2;
  p.loop = (struct loop){
    .ctx = &p, .on_datagram = on_datagram, .on_command = on_command, .on_tick = on_tick, .next_us = next_us};
  (void)loop_open(&p.loop, argv[1]);
  p.server = loop_address(argv[2]);
  begin(&p, argc, argv);
  loop_run(&p.loop);
  cert_free(p.cert);
  return 0;
}
