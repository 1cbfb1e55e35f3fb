/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a sequence of actions of an authentic client, of time, of somebody who repeats its checks from
 * elsewhere, and of restarts. Beside the lite agent runs a model of what its owner knows from the events alone: both
 * must agree on which addresses are valid, and repeated checks must never change where media goes. */
#include <assert.h>

#include "proto/ice.h"
#include "proto/ice_client.h"

#define PORTS 8u

struct world {
  uint64_t now_us;
  uint64_t seed;
  struct random random;
  struct ice_lite ice;
  struct ice_client client;
  bool valid[PORTS];     /* the owner's table of tuples, kept by events */
  unsigned ufrags;       /* and how many ufrags it has in its map */
  uint8_t last[STUN_REQUEST_MAX];
  size_t last_n;
};

static void next_bytes(void *ctx, void *out, size_t n)
{
  uint64_t *seed = ctx;
  uint8_t *p = out;
  for (size_t i = 0; i < n; i++) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    p[i] = (uint8_t)(*seed >> 56);
  }
}

static struct net_addr addr_of(unsigned port)
{
  return (struct net_addr){.family = 4, .port = (uint16_t)port, .ip = {127, 0, 0, 1}};
}

static void learn_answer(struct world *w)
{
  assert(ice_client_set_remote(&w->client, ice_lite_ufrag(&w->ice), ice_lite_pwd(&w->ice)) == 0);
}

static void begin(struct world *w)
{
  *w = (struct world){.seed = 1, .ufrags = 1};
  w->random = (struct random){.fill = next_bytes, .ctx = &w->seed};
  ice_client_init(&w->client, &w->random);
  assert(ice_lite_init(&w->ice, 0, span_of(w->client.ufrag, sizeof w->client.ufrag), &w->random) == 0);
  learn_answer(w);
}

static void keep_tables(struct world *w, unsigned port, const struct ice_event *event)
{
  assert(event->tuple_added == !w->valid[port]);
  w->valid[port] = true;
  if (event->tuple_dropped) {
    assert(event->dropped.port != port && w->valid[event->dropped.port]);
    w->valid[event->dropped.port] = false;
  }
  if (event->ufrag_retired) {
    assert(w->ufrags == 2);
    w->ufrags--;
  }
}

static int deliver(struct world *w, unsigned port, struct ice_event *event)
{
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer response = writer_of(bytes, sizeof bytes);
  struct net_addr from = addr_of(port);
  struct stun_message m;
  assert(stun_parse(span_of(w->last, w->last_n), &m) == 0);
  int err = ice_lite_input(&w->ice, w->now_us, &from, &m, &response, event);
  assert(event->respond == (err == 0) && (response.n > 0) == (err == 0));
  return err;
}

static void check(struct world *w, unsigned port, bool nominate)
{
  struct ice_event event;
  struct writer request = writer_of(w->last, sizeof w->last);
  assert(ice_client_check(&w->client, nominate, &w->random, &request) == 0);
  w->last_n = request.n;
  assert(deliver(w, port, &event) == 0);
  keep_tables(w, port, &event);
  if (nominate)
    assert(ice_lite_remote(&w->ice)->port == port);
  assert(!ice_lite_expired(&w->ice, w->now_us) || !nominate);
}

static void repeat(struct world *w, unsigned port)
{
  struct ice_event event;
  uint64_t expires = ice_lite_expires_us(&w->ice);
  if (w->last_n == 0)
    return;
  int err = deliver(w, port, &event);
  assert(err == 0 || err == ERR_REPLAY || err == ERR_AUTH);
  assert(!event.tuple_added && !event.selected_changed && !event.ufrag_retired);
  assert(ice_lite_expires_us(&w->ice) == expires);
}

static void restart(struct world *w)
{
  if (!w->ice.restarting)
    w->ufrags++;
  ice_client_init(&w->client, &w->random);
  assert(ice_lite_restart(&w->ice, span_of(w->client.ufrag, sizeof w->client.ufrag), &w->random) == 0);
  learn_answer(w);
}

static void forget(struct world *w, unsigned port)
{
  struct net_addr addr = addr_of(port);
  ice_lite_forget(&w->ice, &addr);
  w->valid[port] = false;
}

static void check_tables(const struct world *w)
{
  const struct net_addr *remote = ice_lite_remote(&w->ice);
  unsigned valid = 0;
  for (unsigned i = 0; i < PORTS; i++) {
    struct net_addr addr = addr_of(i);
    assert(w->valid[i] || !ice_lite_holds(&w->ice, &addr, w->now_us));
    valid += w->valid[i];
  }
  assert(valid == w->ice.tuples && valid <= LIMIT_PEER_TUPLES);
  assert((remote != NULL) == (valid > 0));
  assert(remote == NULL || w->valid[remote->port]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct world w;
  struct span actions = span_of(data, size);
  uint8_t action;
  begin(&w);
  while (span_u8(&actions, &action) == 0) {
    unsigned port = action % PORTS;
    switch (action / PORTS % 6) {
    case 0: check(&w, port, false); break;
    case 1: check(&w, port, true); break;
    case 2: repeat(&w, port); break;
    case 3: forget(&w, port); break;
    case 4: w.now_us += 1000000u << port % 6; break;
    default: restart(&w); break;
    }
    check_tables(&w);
  }
  ice_lite_fini(&w.ice);
  return 0;
}
