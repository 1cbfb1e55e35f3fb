/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/entrant_internal.h"
#include "web/browser.h"

#define FOREIGN_ORIGIN "https://elsewhere.example"
#define PATH_BYTES 96
#define BODY_BYTES 1024
#define MESSAGE_EXTRA 64 /* of a message, beside its fields */

/* Room for `n` bytes behind what waits to be sent; none if there is too much already. */
static struct writer out_of(struct entrant *e, enum entrant_line line, size_t n)
{
  struct entrant_wire *wire = &e->wire[line];
  size_t size = wire->out_n + n;
  uint8_t *out = size <= wire->out_size ? wire->out : size <= ENTRANT_OUT_MOST ? realloc(wire->out, size) : NULL;
  if (out == NULL)
    return writer_of(NULL, 0);
  wire->out = out;
  wire->out_size = size > wire->out_size ? size : wire->out_size;
  return writer_of(out + wire->out_n, n);
}

static void put_out(struct entrant *e, enum entrant_line line, const struct writer *w)
{
  if (w->overflow)
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("too much to send"));
  else
    e->wire[line].out_n += w->n;
}

static const char *room_of(const struct entrant *e)
{
  return e->wrong == WRONG_ROOM ? e->target->wrong_room : e->target->room;
}

/* --- requests --- */

struct request {
  const char *method;
  char path[PATH_BYTES], body[BODY_BYTES];
};

static void compose(const struct entrant *e, struct request *q)
{
  char key[PROOF_KEY_TEXT + 1];
  const char *name = e->wrong == WRONG_NAME ? "Host" : e->wrong == WRONG_BANNED ? "Unwelcome" : "Visitor";
  *q = (struct request){.method = e->step == STEP_ROOM ? "GET" : "POST"};
  if (e->step == STEP_SESSION) {
    load_key_text(&e->key, key);
    (void)snprintf(q->path, sizeof q->path, "/api/v1/session");
    (void)snprintf(q->body, sizeof q->body, "{\"key\":\"%s\"}", key);
  } else if (e->step == STEP_SIGN_IN) {
    json_t *body = json_pack("{ss ss}", "email", e->account->email, "password", e->account->password);
    size_t n = body == NULL ? 0 : json_dumpb(body, q->body, sizeof q->body - 1, JSON_COMPACT);
    q->body[n < sizeof q->body ? n : 0] = '\0';
    json_decref(body);
    (void)snprintf(q->path, sizeof q->path, "/api/v1/session/password");
  } else if (e->step == STEP_ROOM) {
    (void)snprintf(q->path, sizeof q->path, "/api/v1/rooms/%s", room_of(e));
  } else {
    (void)snprintf(q->path, sizeof q->path, "/api/v1/rooms/%s/entry", room_of(e));
    if (e->target->crowd == 0)
      (void)snprintf(q->body, sizeof q->body, "{\"name\":\"%s %06u\"}", name, e->number);
    else
      (void)snprintf(q->body, sizeof q->body, "{\"name\":\"%s %u of crowd %u\"}", name, e->number, e->target->crowd);
  }
}

/* The header with the proof; whoever has copied a cookie has a key, but another one. */
static int put_proof(const struct entrant *e, const struct request *q, struct writer *w)
{
  const struct proof_request request = {.method = span_str(q->method),
                                        .target = span_str(q->path),
                                        .body = span_str(q->body),
                                        .origin = span_str(e->target->origin)};
  struct load_key other = {0};
  int err = 0;
  bool copied = e->step == STEP_ENTRY && e->wrong == WRONG_OTHER_KEY;
  if (e->step == STEP_SESSION || (e->step == STEP_ENTRY && e->wrong == WRONG_NO_PROOF))
    return 0;
  if (copied)
    err = load_key_new(&other);
  put_str(w, "Testudo-Proof: ");
  if (err == 0)
    err = load_key_prove(copied ? &other : &e->key, &request, e->nonce, w);
  put_str(w, "\r\n");
  load_key_free(&other);
  return err;
}

static void put_cookie(const struct entrant *e, struct writer *w)
{
  if (e->cookie[0] != '\0')
    put_fmt(w, "Cookie: " BROWSER_COOKIE "=%s\r\n", e->cookie);
}

static void ask_api(struct entrant *e)
{
  struct writer w = out_of(e, LINE_HTTPS, ENTRANT_OUT);
  struct request q;
  compose(e, &q);
  put_fmt(&w, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: testudo-load\r\nAccept: application/json\r\n", q.method,
          q.path, e->target->host);
  if (e->step != STEP_ROOM)
    put_fmt(&w, "Origin: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n",
            e->step == STEP_ENTRY && e->wrong == WRONG_ORIGIN ? FOREIGN_ORIGIN : e->target->origin, strlen(q.body));
  if (e->step != STEP_ENTRY || e->wrong != WRONG_NO_COOKIE)
    put_cookie(e, &w);
  int err = put_proof(e, &q, &w);
  put_str(&w, "\r\n");
  put_str(&w, q.body);
  sodium_memzero(&q, sizeof q); /* a password perhaps */
  if (err != 0)
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("no proof could be made"));
  else
    put_out(e, LINE_HTTPS, &w);
  e->request_n = w.n;
}

static void ask_upgrade(struct entrant *e)
{
  struct writer w = out_of(e, LINE_SOCKET, ENTRANT_OUT);
  uint8_t made_up[TOKEN_BYTES];
  char key[WEBSOCKET_KEY_TEXT + 1], entry[TOKEN_TEXT + 1];
  random_fill(&e->target->random, made_up, sizeof made_up);
  token_to_text(e->wrong == WRONG_MADE_UP_ENTRY ? made_up : e->secrets.entry, TOKEN_BYTES, entry);
  websocket_key(&e->target->random, key);
  websocket_accept(key, e->accept);
  put_fmt(&w, "GET /signal?entry=%s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUser-Agent: testudo-load\r\n", entry,
          e->target->host, e->wrong == WRONG_SOCKET_ORIGIN ? FOREIGN_ORIGIN : e->target->origin);
  put_fmt(&w,
          "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n"
          "Sec-WebSocket-Protocol: testudo.v1\r\n",
          key);
  if (e->wrong != WRONG_SOCKET_COOKIE)
    put_cookie(e, &w);
  put_str(&w, "\r\n");
  put_out(e, LINE_SOCKET, &w);
}

void entrant_ask(struct entrant *e)
{
  http_answer_init(&e->answer);
  if (e->step == STEP_SOCKET)
    ask_upgrade(e);
  else
    ask_api(e);
}

void entrant_repeat(struct entrant *e)
{
  http_answer_init(&e->answer);
  e->wire[LINE_HTTPS].out_n = e->request_n; /* what was sent stays in the buffer until something else is written */
}

/* --- frames --- */

void entrant_put_frame(struct entrant *e, enum websocket_opcode opcode, struct span payload)
{
  struct writer w = out_of(e, LINE_SOCKET, payload.n + WEBSOCKET_HEADER);
  websocket_put(&w, opcode, payload, &e->target->random);
  put_out(e, LINE_SOCKET, &w);
}

/* `space` holds the frame and, behind it, the text that is sealed into it. */
static void send_in(struct entrant *e, const char *type, const char *fields, uint8_t *space, size_t size)
{
  struct writer sealed = writer_of(space, size / 2), json = writer_of(space + size / 2, size / 2);
  put_fmt(&json, "{\"type\":\"%s\",\"n\":%llu", type, (unsigned long long)++e->n);
  put_str(&json, fields[0] == '\0' ? "" : ",");
  put_str(&json, fields);
  put_str(&json, "}");
  frame_seal(&e->frames_channel, writer_span(&json), &sealed);
  if (e->wrong == WRONG_FRAME)
    space[8] ^= 1; /* the tag's first byte */
  if (json.overflow || sealed.overflow)
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("a message that is too long"));
  else
    entrant_put_frame(e, WEBSOCKET_BINARY, writer_span(&sealed));
}

void entrant_say(struct entrant *e, const char *type, const char *fields)
{
  size_t size = 2 * (FRAME_HEADER_BYTES + MESSAGE_EXTRA + strlen(type) + strlen(fields));
  uint8_t *space = malloc(size);
  if (space == NULL)
    entrant_decide(e, OUTCOME_BROKEN, 0, span_str("no memory"));
  else
    send_in(e, type, fields, space, size);
  free(space);
}

void entrant_send(struct entrant *e, const char *type)
{
  entrant_say(e, type, "");
}
