/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transport-wide numbers and feedback, as browsers do it: what it sends is numbered, and what it is told of that is
 * kept; what it gets is told of ten times a second. */
#include <stdlib.h>

#include "client.h"
#include "proto/twcc.h"

#define TELL_US 100000u
#define NUMBERS 65536u
#define MOST 2048u /* packets of one message */
#define MESSAGE_BYTES 1100

static void *make(size_t size)
{
  void *p = calloc(NUMBERS, size);
  if (p == NULL)
    abort();
  return p;
}

/* ---- what it sends ---- */

size_t client_put_number(struct client *c, struct rtp_ext *ext, uint8_t number[2])
{
  if (!c->transport_cc)
    return 0;
  number[0] = (uint8_t)(c->transport.next >> 8);
  number[1] = (uint8_t)c->transport.next;
  ext[0] = (struct rtp_ext){.id = CLIENT_EXT_TRANSPORT, .data = span_of(number, 2)};
  return 1;
}

void client_sent_number(struct client *c, size_t bytes)
{
  struct client_transport *t = &c->transport;
  if (!c->transport_cc)
    return;
  if (t->sent_bytes == NULL)
    t->sent_bytes = make(sizeof *t->sent_bytes);
  t->sent_bytes[t->next++] = (uint16_t)bytes;
}

static void told_of(struct client_transport *t, uint16_t number, int64_t arrival_us)
{
  if (t->sent_bytes == NULL || t->sent_bytes[number] == 0) {
    t->unsent++;
  } else if (arrival_us == TWCC_NOT_RECEIVED) {
    t->told_lost++;
  } else {
    t->told++;
    t->told_bytes += t->sent_bytes[number];
    t->told_first_us = t->told_first_us == 0 ? arrival_us : t->told_first_us;
    t->told_last_us = arrival_us > t->told_last_us ? arrival_us : t->told_last_us;
  }
}

void client_take_transport(struct client *c, struct span fci)
{
  struct client_transport *t = &c->transport;
  struct twcc_feedback f;
  struct twcc_walk walk;
  uint16_t number;
  int64_t arrival_us;
  if (twcc_parse(fci, &f) != 0) {
    c->broken++;
    return;
  }
  t->reference = t->messages++ == 0 ? f.reference : twcc_reference(t->reference, f.reference);
  twcc_begin(&f, t->reference, &walk);
  while (twcc_next(&walk, &number, &arrival_us))
    told_of(t, number, arrival_us);
}

/* ---- what it gets ---- */

void client_take_number(struct client *c, const struct rtp_packet *r)
{
  struct client_transport *t = &c->transport;
  struct span data;
  uint16_t number;
  if (!c->transport_cc || rtp_ext_find(r, CLIENT_EXT_TRANSPORT, &data) != 0 || span_u16(&data, &number) != 0)
    return;
  if (t->arrived_us == NULL) {
    t->arrived_us = make(sizeof *t->arrived_us);
    t->highest = t->untold = rtp_seq_first(number);
    t->next_us = c->now_us + TELL_US;
  }
  uint64_t extended = rtp_seq_extend(t->highest, number);
  for (; t->highest < extended; t->highest++)
    t->arrived_us[(uint16_t)(t->highest + 1)] = 0;
  t->arrived_us[number] = (int64_t)c->now_us;
  t->received++;
  if (extended < t->untold)
    t->untold = extended;
}

void client_tell_transport(struct client *c)
{
  struct client_transport *t = &c->transport;
  static int64_t arrived_us[MOST];
  if (t->arrived_us == NULL || t->next_us > c->now_us)
    return;
  t->next_us = c->now_us + TELL_US;
  while (t->untold <= t->highest && !c->config.no_feedback) {
    uint8_t buffer[MESSAGE_BYTES];
    struct writer w = writer_of(buffer, sizeof buffer);
    size_t n = 0;
    if (t->highest - t->untold >= MOST)
      t->untold = t->highest - MOST + 1;
    for (uint64_t i = t->untold; i <= t->highest; i++) {
      int64_t at = t->arrived_us[(uint16_t)i];
      arrived_us[n++] = at == 0 ? TWCC_NOT_RECEIVED : at;
    }
    t->untold += twcc_write(&w, c->rtcp_ssrc, c->slot[0].ssrc, t->number++, (uint16_t)t->untold, arrived_us, n,
                            sizeof buffer);
    client_send_rtcp(c, &w);
  }
}

uint64_t client_transport_next_us(const struct client *c)
{
  const struct client_transport *t = &c->transport;
  return t->arrived_us != NULL && !c->config.no_feedback ? t->next_us : UINT64_MAX;
}
