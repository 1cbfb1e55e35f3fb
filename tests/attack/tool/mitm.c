/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A man in the middle of DTLS (T5): it ends the client's handshake itself and begins another one with the server,
 * each with a certificate of its own, to hold the keys of both sides. STUN passes, so that both take it for the
 * other. It is even told both fingerprints, which it would have to steal.
 *
 *   mitm FRONT BACK SERVER        addresses like 127.0.0.2:4000; clients are led to FRONT
 *
 * Command: expect CLIENT-FINGERPRINT SERVER-FINGERPRINT. Events: the states of its two sides, and what passed. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "proto/demux.h"
#include "proto/dtls.h"

enum { TO_CLIENT, TO_SERVER, SIDES };

struct side {
  struct sockaddr_in peer;     /* TO_CLIENT: as soon as it has sent something */
  struct dtls_context *context;
  struct cert *cert;
  struct dtls *dtls;
  uint8_t fingerprint[CERT_FINGERPRINT]; /* the peer's */
  enum dtls_state told;
};

struct mitm {
  struct loop loop;
  struct side side[SIDES];
};

static struct mitm mitm;

static const char *const side_name[SIDES] = {"client", "server"};
static const char *const state_name[] = {"new", "handshaking", "established", "failed", "closed"};

static void send_dtls(void *ctx, const uint8_t *data, size_t n)
{
  const struct side *side = ctx;
  loop_send(&mitm.loop, (size_t)(side - mitm.side), &side->peer, data, n);
}

static void make_side(struct side *side, enum dtls_role role)
{
  if (dtls_context_new(&side->context, role) != 0 || cert_new(&side->cert) != 0)
    abort();
}

static void begin_dtls(struct side *side)
{
  const struct dtls_config config = {
    .cert = side->cert, .fingerprint = side->fingerprint, .send = send_dtls, .ctx = side};
  if (dtls_new(&side->dtls, side->context, &config) != 0)
    abort();
}

static void pass(size_t to, const uint8_t *data, size_t n)
{
  const struct side *side = &mitm.side[to];
  if (side->peer.sin_port != 0)
    loop_send(&mitm.loop, to, &side->peer, data, n);
}

static void take_dtls(struct side *side, const uint8_t *data, size_t n)
{
  if (mitm.side[TO_CLIENT].dtls == NULL) {
    begin_dtls(&mitm.side[TO_CLIENT]);
    begin_dtls(&mitm.side[TO_SERVER]);
    (void)dtls_start(mitm.side[TO_SERVER].dtls, loop_now_us());
  }
  dtls_input(side->dtls, loop_now_us(), data, n);
}

static void on_datagram(void *ctx, size_t socket, const struct sockaddr_in *from, uint8_t *data, size_t n)
{
  struct side *side = &mitm.side[socket];
  (void)ctx;
  if (socket == TO_CLIENT)
    side->peer = *from;
  switch (demux_datagram(span_of(data, n))) {
  case DEMUX_STUN:
    pass(1 - socket, data, n);
    break;
  case DEMUX_DTLS:
    take_dtls(side, data, n);
    break;
  case DEMUX_RTP:
  case DEMUX_RTCP:
    loop_say("{\"event\":\"media\",\"from\":\"%s\"}", side_name[socket]);
    break;
  case DEMUX_OTHER:
    break;
  }
}

static void tell(struct side *side)
{
  struct dtls_facts facts;
  enum dtls_state state = dtls_state(side->dtls);
  if (state == side->told)
    return;
  side->told = state;
  dtls_facts(side->dtls, &facts);
  loop_say("{\"event\":\"side\",\"side\":\"%s\",\"state\":\"%s\",\"failure\":\"%s\"}", side_name[side - mitm.side],
           state_name[state], dtls_failure_code(facts.failure));
}

static void on_tick(void *ctx)
{
  (void)ctx;
  for (int i = 0; i < SIDES && mitm.side[i].dtls != NULL; i++) {
    dtls_tick(mitm.side[i].dtls, loop_now_us());
    tell(&mitm.side[i]);
  }
}

static uint64_t next_us(void *ctx)
{
  uint64_t next = LOOP_NEVER;
  (void)ctx;
  for (int i = 0; i < SIDES && mitm.side[i].dtls != NULL; i++) {
    uint64_t due = dtls_next_us(mitm.side[i].dtls);
    next = due < next ? due : next;
  }
  return next;
}

static void on_command(void *ctx, const char *command, char *argument)
{
  char *second = strchr(argument, ' ');
  (void)ctx;
  if (strcmp(command, "expect") != 0 || second == NULL)
    return;
  *second++ = '\0';
  (void)loop_from_hex(argument, mitm.side[TO_CLIENT].fingerprint, CERT_FINGERPRINT);
  (void)loop_from_hex(second, mitm.side[TO_SERVER].fingerprint, CERT_FINGERPRINT);
  loop_say("{\"event\":\"expecting\"}");
}

int main(int argc, char **argv)
{
  if (argc != 4 || sodium_init() < 0)
    return 2;
  mitm.loop =
    (struct loop){.on_datagram = on_datagram, .on_command = on_command, .on_tick = on_tick, .next_us = next_us};
  (void)loop_open(&mitm.loop, argv[1]);
  (void)loop_open(&mitm.loop, argv[2]);
  mitm.side[TO_SERVER].peer = loop_address(argv[3]);
  make_side(&mitm.side[TO_CLIENT], DTLS_SERVER);
  make_side(&mitm.side[TO_SERVER], DTLS_CLIENT);
  loop_run(&mitm.loop);
  for (int i = 0; i < SIDES; i++) {
    dtls_free(mitm.side[i].dtls);
    cert_free(mitm.side[i].cert);
    dtls_context_free(mitm.side[i].context);
  }
  return 0;
}
