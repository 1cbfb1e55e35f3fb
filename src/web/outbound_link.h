/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What web asks of the outbound process, and whom its answers are for. Sans-I/O: messages leave through `send`. Every
 * accepted request is answered once, at the latest with ERR_CLOSED when that process dies. */
#ifndef TESTUDO_WEB_OUTBOUND_LINK_H
#define TESTUDO_WEB_OUTBOUND_LINK_H

#include "base/bytes.h"
#include "base/limits.h"
#include "ipc/messages.h"

#define OUTBOUND_PENDING (LIMIT_OUTBOUND_MAIL + LIMIT_OUTBOUND_SMS + LIMIT_OUTBOUND_FETCH)

/* Of an SMS or a mail `outcome` says all. `body` is valid during the call. */
struct outbound_answer {
  enum ipc_outcome outcome;
  uint16_t status; /* of HTTP */
  struct span body;
};

/* `err` is 0 with an answer, or ERR_CLOSED with NULL: whether it was sent is unknown. May ask for more. */
struct outbound_caller {
  void (*done)(void *ctx, int err, const struct outbound_answer *answer);
  void *ctx;
};

struct outbound_pending {
  uint32_t id;    /* 0: free */
  uint8_t answer; /* enum ipc_type that answers it */
  struct outbound_caller caller;
};

struct outbound_link {
  int (*send)(void *ctx, struct span message); /* 0, or ERR_CLOSED: there is no outbound process now */
  void *ctx;
  uint32_t last_id;
  uint64_t life; /* of the outbound process: 1, and one more each time that it has died */
  struct outbound_pending pending[OUTBOUND_PENDING];
};

void outbound_link_init(struct outbound_link *l, int (*send)(void *ctx, struct span message), void *ctx);

/* Each sends a request, whose `id` it sets; `id` (or NULL) is for outbound_link_forget. After an error the caller is
 * not called: ERR_CLOSED, ERR_LIMIT (too many wait, or a text is too long), ERR_NOMEM. */
int outbound_link_mail(struct outbound_link *l, struct ipc_mail m, struct outbound_caller caller, uint32_t *id);
int outbound_link_sms(struct outbound_link *l, struct ipc_sms m, struct outbound_caller caller, uint32_t *id);
int outbound_link_fetch(struct outbound_link *l, struct ipc_fetch m, struct outbound_caller caller, uint32_t *id);

/* The caller has gone: it hears nothing more. An unknown id does nothing. */
void outbound_link_forget(struct outbound_link *l, uint32_t id);

/* A message of the outbound process: IPC_MAIL_DONE, IPC_SMS_DONE, IPC_FETCHED. ERR_STATE: it answers what was not
 * asked; ERR_MALFORMED and others of the decoders. */
int outbound_link_answered(struct outbound_link *l, struct span message);

/* The process has died; call it when `send` would say ERR_CLOSED. */
void outbound_link_lost(struct outbound_link *l);

#endif
