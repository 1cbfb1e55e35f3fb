/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/meter.h"

#include <sys/resource.h>

#define ALL 1000u /* thousandths */

static uint64_t us_of(struct timeval t)
{
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_usec;
}

/* The process has one thread. */
static void read_process(uint64_t *cpu_us, uint64_t *memory)
{
  struct rusage u = {0};
  (void)getrusage(RUSAGE_SELF, &u);
  *cpu_us = us_of(u.ru_utime) + us_of(u.ru_stime);
  *memory = (uint64_t)u.ru_maxrss * 1024u;
}

void meter_begin(struct meter *m, uint64_t now_us)
{
  *m = (struct meter){.read_us = now_us};
  read_process(&m->cpu_us, &m->memory_first);
}

static uint32_t at_most_u32(uint64_t v)
{
  return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

static void add_sums(uint64_t sum[LOAD_SUMS], const struct media_counters *c)
{
  sum[LOAD_DATAGRAMS_IN] = c->datagrams_in;
  sum[LOAD_BYTES_IN] = c->bytes_in;
  sum[LOAD_DATAGRAMS_OUT] = c->datagrams_out;
  sum[LOAD_BYTES_OUT] = c->bytes_out;
  sum[LOAD_FORWARDED] = c->rtp_forwarded;
  sum[LOAD_SENT_AGAIN] = c->rtp_retransmitted;
  sum[LOAD_STRANGERS] = c->stun_bad + c->stun_unknown_user + c->dtls_unknown_tuple + c->rtp_unknown_tuple +
                        c->other_dropped;
  sum[LOAD_BAD] = c->srtp_auth_failed + c->srtp_replayed + c->srtp_malformed + c->srtp_unknown_ssrc +
                  c->srtcp_auth_failed + c->srtcp_malformed + c->feedback_bad;
  sum[LOAD_FLOOD] = c->flood_dropped + c->nack_too_many + c->feedback_too_much;
  sum[LOAD_HANDSHAKES] = c->handshakes;
  sum[LOAD_HANDSHAKES_FAILED] = c->handshakes_failed;
  sum[LOAD_LIMITS] = c->limit_reached;
}

void meter_read(struct meter *m, uint64_t now_us, const struct media *media, const struct udp_counters *udp,
                const struct tcp_counters *tcp, struct ipc_load *load)
{
  uint64_t cpu_us, unsent = udp->dropped_full, past_us = now_us - m->read_us;
  *load = (struct ipc_load){.peers = media_peers(media), .late_us = at_most_u32(m->late_us)};
  read_process(&cpu_us, &load->sum[LOAD_MEMORY]);
  uint64_t busy = past_us == 0 ? 0 : (cpu_us - m->cpu_us) * ALL / past_us;
  load->busy = (uint16_t)(busy < ALL ? busy : ALL);
  load->unsent = at_most_u32(unsent - m->unsent);
  if (load->peers > m->peers_most)
    m->peers_most = load->peers;
  load->sum[LOAD_CPU_US] = cpu_us;
  load->sum[LOAD_MEMORY_FIRST] = m->memory_first;
  load->sum[LOAD_PEERS_MOST] = m->peers_most;
  load->sum[LOAD_UNSENT] = unsent + tcp->dropped_full;
  add_sums(load->sum, media_counters(media));
  m->read_us = now_us;
  m->cpu_us = cpu_us;
  m->unsent = unsent;
  m->late_us = 0;
}
