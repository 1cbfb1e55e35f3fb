/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of an entrant share: entrant.c (connections and time), entrant_steps.c (answers of the API),
 * entrant_socket.c (signalling), entrant_say.c (what is sent). */
#ifndef TESTUDO_LOAD_ENTRANT_INTERNAL_H
#define TESTUDO_LOAD_ENTRANT_INTERNAL_H

#include "load/entrant.h"

#define SECOND_US UINT64_C(1000000)

/* entrant.c */
void entrant_dial(struct entrant *e, enum entrant_line line);
void entrant_go(struct entrant *e, enum step step, uint64_t now_us);      /* to a step, and ask what it asks */
void entrant_reach(struct entrant *e, enum step step, uint64_t now_us);   /* the same, and ask nothing */
void entrant_wait(struct entrant *e, uint64_t delay_us, uint64_t now_us); /* then the step once more */
void entrant_decide(struct entrant *e, enum entrant_outcome outcome, unsigned status, struct span code);
bool entrant_must_fail_at(const struct entrant *e, enum step step); /* by what it does wrong */

/* entrant_steps.c: `answer` is whole */
void entrant_answered(struct entrant *e, uint64_t now_us);
void entrant_refused(struct entrant *e, uint64_t now_us); /* an answer that is no success */

/* entrant_socket.c */
void entrant_upgraded(struct entrant *e, uint64_t now_us);
void entrant_socket_bytes(struct entrant *e, struct span bytes, uint64_t now_us);

/* entrant_say.c: what does not fit or cannot be signed ends it as OUTCOME_BROKEN */
void entrant_ask(struct entrant *e);                    /* the request of the present step */
void entrant_repeat(struct entrant *e);                 /* the very bytes of the last request */
void entrant_send(struct entrant *e, const char *type); /* a signalling message with the next number */
void entrant_put_frame(struct entrant *e, enum websocket_opcode opcode, struct span payload);

#endif
