/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "load/entrant_internal.h"

static void broken(struct entrant *e, const char *why)
{
  entrant_decide(e, OUTCOME_BROKEN, 0, span_str(why));
}

void entrant_upgraded(struct entrant *e, uint64_t now_us)
{
  if (e->answer.status != 101) {
    entrant_refused(e, now_us);
    return;
  }
  if (entrant_must_fail_at(e, STEP_SOCKET)) {
    entrant_decide(e, OUTCOME_ADMITTED, 101, span_str("socket"));
    return;
  }
  if (!span_equal(http_answer_field(&e->answer, "sec-websocket-accept"), span_str(e->accept)) ||
      !span_equal(http_answer_field(&e->answer, "sec-websocket-protocol"), span_str("testudo.v1"))) {
    broken(e, "not the upgrade that was asked for");
    return;
  }
  websocket_fini(&e->socket);
  frame_channel_init(&e->frames_channel, FRAME_CLIENT, &e->secrets, span_str(e->target->origin));
  entrant_reach(e, STEP_HELLO, now_us);
}

static void on_hello(struct entrant *e, const json_t *message, uint64_t now_us)
{
  if (e->step != STEP_HELLO) {
    broken(e, "hello twice");
    return;
  }
  if (e->wrong == WRONG_USED_ENTRY) {
    e->again = true;
    entrant_go(e, STEP_SOCKET, now_us);
    return;
  }
  e->n = (uint64_t)json_integer_value(json_object_get(message, "handled"));
  entrant_reach(e, STEP_WELCOME, now_us);
  entrant_send(e, "hello");
}

/* Told again after a role or a rule has changed: once is enough. */
static void on_welcome(struct entrant *e, uint64_t now_us)
{
  if (e->step != STEP_WELCOME)
    return;
  entrant_reach(e, STEP_IN, now_us);
  e->in_us = now_us;
  if (entrant_must_fail_at(e, STEP_WELCOME))
    entrant_decide(e, OUTCOME_ADMITTED, 0, span_str("welcome"));
  else if (e->wrong != WRONG_BANNED)
    entrant_decide(e, OUTCOME_IN, 0, span_str(""));
}

/* In, or before the door because it resembles somebody who was banned: its time has yet to come. */
static bool is_to_be_banned(const struct entrant *e)
{
  return e->wrong == WRONG_BANNED && !e->again && e->step >= STEP_WELCOME;
}

static void on_message(struct entrant *e, const json_t *message, uint64_t now_us)
{
  const char *type = json_string_value(json_object_get(message, "type"));
  const char *code = json_string_value(json_object_get(message, "code"));
  if (type == NULL)
    broken(e, "a message without a type");
  else if (strcmp(type, "hello") == 0)
    on_hello(e, message, now_us);
  else if (e->step == STEP_HELLO)
    broken(e, "the server has spoken before its hello");
  else if (strcmp(type, "welcome") == 0)
    on_welcome(e, now_us);
  else if (e->step == STEP_WELCOME && !is_to_be_banned(e) &&
           (strcmp(type, "refused") == 0 || strcmp(type, "ended") == 0))
    entrant_decide(e, OUTCOME_REFUSED, 0, span_str(code == NULL ? "" : code));
  if (e->target->heard != NULL && e->step == STEP_IN && e->outcome == OUTCOME_IN && type != NULL)
    e->target->heard(e->target->ctx, e, type, message, now_us);
}

static void on_frame(struct entrant *e, struct span frame, uint64_t now_us)
{
  struct span text;
  json_t *message;
  if (frame_open(&e->frames_channel, frame, &text) != 0) {
    broken(e, "a frame with a wrong tag or counter");
    return;
  }
  e->frames++;
  if (json_parse_strict(text, WEBSOCKET_MESSAGE, &message) != 0) {
    broken(e, "a frame that is not JSON");
    return;
  }
  on_message(e, message, now_us);
  json_decref(message);
}

/* The server says good-bye: what that means depends on how far it was. */
static void on_close(struct entrant *e, const struct websocket_message *m, uint64_t now_us)
{
  char code[8];
  (void)snprintf(code, sizeof code, "%u", websocket_close_code(m));
  entrant_put_frame(e, WEBSOCKET_CLOSE, m->payload);
  e->wire[LINE_SOCKET].wanted = false;
  if (is_to_be_banned(e)) {
    e->again = true;
    e->cookie[0] = '\0';
    entrant_go(e, STEP_SESSION, now_us);
  } else if (e->step == STEP_IN) {
    e->ended = true;
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("put out"));
  } else if (e->outcome == OUTCOME_OPEN) {
    entrant_decide(e, OUTCOME_REFUSED, 0, span_str(code));
  }
}

static void on_websocket(struct entrant *e, const struct websocket_message *m, uint64_t now_us)
{
  if (m->opcode == WEBSOCKET_BINARY)
    on_frame(e, m->payload, now_us);
  else if (m->opcode == WEBSOCKET_PING)
    entrant_put_frame(e, WEBSOCKET_PONG, m->payload);
  else if (m->opcode == WEBSOCKET_CLOSE)
    on_close(e, m, now_us);
  else if (m->opcode == WEBSOCKET_TEXT)
    broken(e, "a text frame");
}

void entrant_socket_bytes(struct entrant *e, struct span bytes, uint64_t now_us)
{
  const unsigned dial = e->wire[LINE_SOCKET].dial;
  struct websocket_message m;
  int err = 0;
  while (err == 0 && e->wire[LINE_SOCKET].wanted && e->wire[LINE_SOCKET].dial == dial) {
    err = websocket_take(&e->socket, &bytes, &m);
    if (err == 0)
      on_websocket(e, &m, now_us);
  }
  if (err != 0 && err != ERR_AGAIN)
    broken(e, "frames that break the protocol");
}
