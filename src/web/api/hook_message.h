/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a payment provider sends to a webhook: the header that signs the body, and the event in it (docs/API.md, section 8).
 * Plain parsing, without store or clock. */
#ifndef TESTUDO_WEB_API_HOOK_MESSAGE_H
#define TESTUDO_WEB_API_HOOK_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "people/tickets.h"
#include "store/store_tickets.h"

#define HOOK_MAC_BYTES 32
#define HOOK_MACS 4          /* a provider that changes its secret signs with both for a while */
#define HOOK_TOLERANCE_S 300 /* that the signed time may be off */

struct hook_signature {
  uint64_t time_s;
  size_t n;
  uint8_t mac[HOOK_MACS][HOOK_MAC_BYTES];
  struct span time_text; /* as it was signed */
};

/* "t=UNIX,v1=HEX"; other versions beside v1 are passed over. ERR_MALFORMED: no time, two of them, no v1, one that is not 64
 * digits of hex, or more than HOOK_MACS. */
int hook_signature_parse(struct span header, struct hook_signature *s);

/* Whether one of the MACs is that of time, full stop and body under the secret, in constant time. */
bool hook_signature_fits(const struct hook_signature *s, struct span secret, struct span body);

enum hook_type { HOOK_ISSUE, HOOK_REVOKE };

struct hook_event {
  enum hook_type type;
  char id[WEBHOOK_EVENT_BYTES];
  struct uid room, series; /* none: not said */
  struct ticket ticket;    /* email, role (has_role), window, reference */
  bool has_role;
};

#define HOOK_PROBLEM 160

/* 0, or ERR_MALFORMED with one sentence. */
int hook_event_parse(struct span body, uint64_t now_s, struct hook_event *e, char problem[HOOK_PROBLEM]);

#endif
