/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/outbound_link.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void outbound_link_init(struct outbound_link *l, int (*send)(void *ctx, struct span message), void *ctx)
{
  memset(l, 0, sizeof *l);
  l->life = 1;
  l->send = send;
  l->ctx = ctx;
}

static struct outbound_pending *find(struct outbound_link *l, uint32_t id)
{
  for (size_t i = 0; i < OUTBOUND_PENDING; i++)
    if (l->pending[i].id == id)
      return &l->pending[i];
  return NULL;
}

/* None that is still to be answered, and never 0. */
static uint32_t fresh_id(struct outbound_link *l)
{
  do
    l->last_id++;
  while (l->last_id == 0 || find(l, l->last_id) != NULL);
  return l->last_id;
}

/* What a request is written to: it may hold a code or a password, and is wiped. */
struct draft {
  struct outbound_pending *place;
  uint32_t id;
  uint8_t *bytes;
  struct writer w;
};

static int draft_open(struct outbound_link *l, struct draft *d)
{
  *d = (struct draft){.place = find(l, 0)};
  if (d->place == NULL)
    return ERR_LIMIT;
  d->bytes = malloc(LIMIT_IPC_MESSAGE);
  if (d->bytes == NULL)
    return ERR_NOMEM;
  d->id = fresh_id(l);
  d->w = writer_of(d->bytes, LIMIT_IPC_MESSAGE);
  return 0;
}

static int draft_send(struct outbound_link *l, struct draft *d, enum ipc_type answer, struct outbound_caller caller,
                      uint32_t *id)
{
  int err = d->w.overflow ? ERR_LIMIT : l->send(l->ctx, writer_span(&d->w));
  if (err == 0)
    *d->place = (struct outbound_pending){.id = d->id, .answer = (uint8_t)answer, .caller = caller};
  if (err == 0 && id != NULL)
    *id = d->id;
  sodium_memzero(d->bytes, d->w.n);
  free(d->bytes);
  return err;
}

int outbound_link_mail(struct outbound_link *l, struct ipc_mail m, struct outbound_caller caller, uint32_t *id)
{
  struct draft d;
  int err = draft_open(l, &d);
  if (err != 0)
    return err;
  m.id = d.id;
  ipc_encode_mail(&d.w, &m);
  return draft_send(l, &d, IPC_MAIL_DONE, caller, id);
}

int outbound_link_sms(struct outbound_link *l, struct ipc_sms m, struct outbound_caller caller, uint32_t *id)
{
  struct draft d;
  int err = draft_open(l, &d);
  if (err != 0)
    return err;
  m.id = d.id;
  ipc_encode_sms(&d.w, &m);
  return draft_send(l, &d, IPC_SMS_DONE, caller, id);
}

int outbound_link_fetch(struct outbound_link *l, struct ipc_fetch m, struct outbound_caller caller, uint32_t *id)
{
  struct draft d;
  int err = draft_open(l, &d);
  if (err != 0)
    return err;
  m.id = d.id;
  ipc_encode_fetch(&d.w, &m);
  return draft_send(l, &d, IPC_FETCHED, caller, id);
}

void outbound_link_forget(struct outbound_link *l, uint32_t id)
{
  struct outbound_pending *p = id != 0 ? find(l, id) : NULL;
  if (p != NULL)
    p->caller = (struct outbound_caller){0};
}

/* The place is free before the caller is called, who may ask again. */
static void settle(struct outbound_pending *p, int err, const struct outbound_answer *answer)
{
  struct outbound_caller caller = p->caller;
  *p = (struct outbound_pending){0};
  if (caller.done != NULL)
    caller.done(caller.ctx, err, answer);
}

static int decode(struct span message, uint32_t *id, struct outbound_answer *answer)
{
  struct ipc_outbound_done done = {0};
  struct ipc_fetched fetched = {0};
  uint8_t type = message.p[0];
  (void)span_skip(&message, 1);
  if (type == IPC_FETCHED) {
    int err = ipc_decode_fetched(message, &fetched);
    *id = fetched.id;
    *answer = (struct outbound_answer){(enum ipc_outcome)fetched.outcome, fetched.status, fetched.body};
    return err;
  }
  int err = type == IPC_MAIL_DONE ? ipc_decode_mail_done(message, &done) : ipc_decode_sms_done(message, &done);
  *id = done.id;
  *answer = (struct outbound_answer){.outcome = (enum ipc_outcome)done.outcome};
  return err;
}

int outbound_link_answered(struct outbound_link *l, struct span message)
{
  struct outbound_answer answer;
  uint32_t id;
  int err = decode(message, &id, &answer);
  if (err != 0)
    return err;
  struct outbound_pending *p = id != 0 ? find(l, id) : NULL;
  if (p == NULL || p->answer != message.p[0])
    return ERR_STATE;
  settle(p, 0, &answer);
  return 0;
}

void outbound_link_lost(struct outbound_link *l)
{
  l->life++;
  for (size_t i = 0; i < OUTBOUND_PENDING; i++)
    if (l->pending[i].id != 0)
      settle(&l->pending[i], ERR_CLOSED, NULL);
}
