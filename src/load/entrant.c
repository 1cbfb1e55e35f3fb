/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdlib.h>

#include "load/entrant_internal.h"

#define RETRY_AFTER_US SECOND_US /* a lost connection; doubled each time */
#define RETRY_DOUBLED 3

bool entrant_must_fail_at(const struct entrant *e, enum step step)
{
  const struct wrong *wrong = wrong_of(e->wrong);
  bool second = e->wrong == WRONG_USED_PROOF || e->wrong == WRONG_OTHERS_ENTRY || e->wrong == WRONG_USED_ENTRY ||
                e->wrong == WRONG_BANNED;
  return wrong != NULL && wrong->step == step && (!second || e->again);
}

void entrant_dial(struct entrant *e, enum entrant_line line)
{
  struct entrant_wire *wire = &e->wire[line];
  wire->dial++;
  wire->wanted = true;
  wire->up = false;
  wire->out_n = 0;
}

void entrant_reach(struct entrant *e, enum step step, uint64_t now_us)
{
  e->took_us[e->step] = now_us - e->step_us;
  e->step = step;
  e->step_us = now_us;
  e->tries = 0;
}

/* Asks now, or when there is a connection to ask on. */
static void ask(struct entrant *e)
{
  enum entrant_line line = e->step == STEP_SOCKET ? LINE_SOCKET : LINE_HTTPS;
  if (line == LINE_SOCKET || !e->wire[line].wanted)
    entrant_dial(e, line);
  else if (e->wire[line].up)
    entrant_ask(e);
}

void entrant_go(struct entrant *e, enum step step, uint64_t now_us)
{
  entrant_reach(e, step, now_us);
  ask(e);
}

void entrant_wait(struct entrant *e, uint64_t delay_us, uint64_t now_us)
{
  e->wake_us = now_us + delay_us;
}

void entrant_decide(struct entrant *e, enum entrant_outcome outcome, unsigned status, struct span code)
{
  size_t n = code.n < sizeof e->code - 1 ? code.n : sizeof e->code - 1;
  if (e->outcome != OUTCOME_OPEN && e->outcome != OUTCOME_IN)
    return; /* the first thing that went wrong counts */
  e->outcome = outcome;
  e->status = status;
  memset(e->code, 0, sizeof e->code);
  if (n > 0)
    memcpy(e->code, code.p, n);
  e->wake_us = 0;
  if (outcome == OUTCOME_IN)
    return;
  for (int i = 0; i < ENTRANT_LINES; i++)
    e->wire[i].wanted = false;
}

int entrant_begin(struct entrant *e, const struct entrant_target *target, const struct entrant_account *account,
                  enum wrong_kind wrong, unsigned number, uint64_t now_us)
{
  e->target = target;
  e->account = account;
  e->wrong = wrong;
  e->number = number;
  e->begun_us = e->step_us = now_us;
  int err = load_key_new(&e->key);
  if (err == 0)
    entrant_go(e, STEP_SESSION, now_us);
  return err;
}

void entrant_fini(struct entrant *e)
{
  load_key_free(&e->key);
  for (int i = 0; i < ENTRANT_LINES; i++) {
    if (e->wire[i].out != NULL)
      sodium_memzero(e->wire[i].out, e->wire[i].out_size); /* a password, perhaps */
    free(e->wire[i].out);
  }
  websocket_fini(&e->socket);
  frame_channel_fini(&e->frames_channel);
  sodium_memzero(&e->secrets, sizeof e->secrets);
}

void entrant_connected(struct entrant *e, enum entrant_line line, uint64_t now_us)
{
  (void)now_us;
  bool for_this_step = line == LINE_SOCKET ? e->step == STEP_SOCKET : e->step < STEP_SOCKET;
  e->wire[line].up = true;
  if (for_this_step && e->wake_us == 0)
    entrant_ask(e);
}

/* What follows the server's upgrade in the same bytes are its frames. */
static void receive_upgrade(struct entrant *e, struct span bytes, uint64_t now_us)
{
  int err = http_answer_take(&e->answer, &bytes);
  if (err == 0)
    entrant_upgraded(e, now_us);
  else if (err != ERR_AGAIN)
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("an upgrade that is no HTTP"));
  if (err == 0 && e->step == STEP_HELLO)
    entrant_socket_bytes(e, bytes, now_us);
}

void entrant_received(struct entrant *e, enum entrant_line line, struct span bytes, uint64_t now_us)
{
  if (line == LINE_SOCKET && e->step == STEP_SOCKET) {
    receive_upgrade(e, bytes, now_us);
  } else if (line == LINE_SOCKET) {
    entrant_socket_bytes(e, bytes, now_us);
  } else if (e->step < STEP_SOCKET && !e->answer.whole) {
    int err = http_answer_take(&e->answer, &bytes);
    if (err == 0)
      entrant_answered(e, now_us);
    else if (err != ERR_AGAIN)
      entrant_decide(e, OUTCOME_BROKEN, 0, span_str("an answer that is no HTTP"));
  }
}

/* As the page: it tries again. An entry that was presented may be used up, so a lost socket asks for another. */
static void try_again(struct entrant *e, uint64_t now_us)
{
  unsigned doubled = e->lost < RETRY_DOUBLED ? e->lost : RETRY_DOUBLED;
  e->lost++;
  if (e->step > STEP_SOCKET && e->wrong != WRONG_NOTHING) {
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("the connection was lost"));
    return;
  }
  if (e->step >= STEP_SOCKET && e->wrong == WRONG_NOTHING)
    entrant_reach(e, STEP_ENTRY, now_us);
  entrant_wait(e, RETRY_AFTER_US << doubled, now_us);
}

void entrant_disconnected(struct entrant *e, enum entrant_line line, uint64_t now_us)
{
  struct entrant_wire *wire = &e->wire[line];
  wire->up = wire->wanted = false;
  wire->out_n = 0;
  if (e->outcome == OUTCOME_IN && line == LINE_SOCKET && e->step == STEP_IN) {
    e->ended = true;
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("the connection was lost"));
    return;
  }
  bool needed = line == LINE_SOCKET ? e->step >= STEP_SOCKET : e->step < STEP_SOCKET;
  if (e->outcome == OUTCOME_OPEN && needed && e->step != STEP_ABSENT && e->wake_us == 0)
    try_again(e, now_us);
}

void entrant_time(struct entrant *e, uint64_t now_us)
{
  if (e->wake_us == 0 || now_us < e->wake_us)
    return;
  e->wake_us = 0;
  ask(e);
}

void entrant_give_up(struct entrant *e)
{
  if (e->outcome == OUTCOME_OPEN && e->full)
    entrant_decide(e, OUTCOME_REFUSED, 503, span_str(ENTRANT_FULL));
  else if (e->outcome == OUTCOME_OPEN)
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("not in when the time was over"));
}

bool entrant_went_right(const struct entrant *e)
{
  const struct wrong *wrong = wrong_of(e->wrong);
  if (wrong == NULL)
    return e->outcome == OUTCOME_IN;
  if (e->outcome != OUTCOME_REFUSED)
    return false;
  if (e->wrong == WRONG_ROOM) /* one that there is not is said earlier */
    return e->step <= wrong->step && strcmp(e->code, e->target->wrong_room_code) == 0;
  return entrant_must_fail_at(e, e->step) && e->status == wrong->status && strcmp(e->code, wrong->code) == 0;
}

void entrant_leave(struct entrant *e)
{
  bool in = e->step == STEP_IN && e->outcome == OUTCOME_IN && e->wire[LINE_SOCKET].up;
  e->step = STEP_ABSENT;
  e->wake_us = 0;
  e->wire[LINE_HTTPS].wanted = false;
  if (in)
    entrant_send(e, "leave");
  else
    e->wire[LINE_SOCKET].wanted = false;
}
