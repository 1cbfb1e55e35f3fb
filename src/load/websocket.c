/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/websocket.h"

#include <stdlib.h>

#include "web/openssl.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, section 1.3 */
#define FIN 0x80
#define MASKED 0x80
#define NO_CODE 1005

void websocket_fini(struct websocket *w)
{
  free(w->gathered);
  *w = (struct websocket){0};
}

/* --- in --- */

static bool is_control(enum websocket_opcode opcode)
{
  return opcode >= WEBSOCKET_CLOSE;
}

static bool is_known(enum websocket_opcode opcode)
{
  return opcode <= WEBSOCKET_BINARY || (opcode >= WEBSOCKET_CLOSE && opcode <= WEBSOCKET_PONG);
}

/* Length of the header whose first two bytes are there; a server's frame has no mask. */
static size_t header_length(const struct websocket *w)
{
  unsigned length = w->header[1] & 0x7f;
  return length == 126 ? 4 : length == 127 ? 10 : 2;
}

static uint64_t payload_length(const struct websocket *w)
{
  struct span s = span_of(w->header + 2, sizeof w->header - 2);
  uint64_t long_length = 0;
  uint16_t length = 0;
  if ((w->header[1] & 0x7f) < 126)
    return w->header[1] & 0x7f;
  if (w->header_n == 4) {
    (void)span_u16(&s, &length);
    return length;
  }
  (void)span_u64(&s, &long_length);
  return long_length;
}

static int begin_payload(struct websocket *w)
{
  w->final = (w->header[0] & FIN) != 0;
  w->opcode = (enum websocket_opcode)(w->header[0] & 0x0f);
  w->rest = payload_length(w);
  if ((w->header[0] & 0x70) != 0 || (w->header[1] & MASKED) != 0 || !is_known(w->opcode))
    return ERR_MALFORMED;
  if (is_control(w->opcode)) {
    w->control_n = 0;
    return w->final && w->rest <= WEBSOCKET_CONTROL ? 0 : ERR_MALFORMED;
  }
  if ((w->opcode == WEBSOCKET_MORE) != (w->message != WEBSOCKET_MORE))
    return ERR_MALFORMED; /* goes on with nothing, or begins while one is under way */
  if (w->opcode != WEBSOCKET_MORE) {
    w->message = w->opcode;
    w->gathered_n = 0;
  }
  return w->rest > WEBSOCKET_MESSAGE - w->gathered_n ? ERR_LIMIT : 0;
}

static int take_header(struct websocket *w, struct span *in)
{
  uint8_t byte;
  while (span_u8(in, &byte) == 0) {
    w->header[w->header_n++] = byte;
    if (w->header_n < 2 || w->header_n < header_length(w))
      continue;
    w->in_payload = true;
    return begin_payload(w);
  }
  return ERR_AGAIN;
}

static int make_space(struct websocket *w, size_t n)
{
  size_t needed = w->gathered_n + n;
  if (needed <= w->gathered_most)
    return 0;
  uint8_t *grown = realloc(w->gathered, needed);
  if (grown == NULL)
    return ERR_NOMEM;
  w->gathered = grown;
  w->gathered_most = needed;
  return 0;
}

static int take_payload(struct websocket *w, struct span *in)
{
  struct span piece;
  (void)span_take(in, w->rest < in->n ? (size_t)w->rest : in->n, &piece);
  w->rest -= piece.n;
  if (piece.n == 0)
    return 0;
  if (is_control(w->opcode)) {
    memcpy(w->control + w->control_n, piece.p, piece.n);
    w->control_n += piece.n;
    return 0;
  }
  if (make_space(w, piece.n) != 0)
    return ERR_NOMEM;
  memcpy(w->gathered + w->gathered_n, piece.p, piece.n);
  w->gathered_n += piece.n;
  return 0;
}

/* The frame has ended: a message, or ERR_AGAIN. */
static int end_frame(struct websocket *w, struct websocket_message *m)
{
  w->in_payload = false;
  w->header_n = 0;
  if (is_control(w->opcode)) {
    *m = (struct websocket_message){w->opcode, span_of(w->control, w->control_n)};
    return 0;
  }
  if (!w->final)
    return ERR_AGAIN;
  *m = (struct websocket_message){w->message, span_of(w->gathered, w->gathered_n)};
  w->message = WEBSOCKET_MORE;
  w->given = true;
  return 0;
}

/* A large message does not keep its memory: thousands of clients have one each. */
static void take_back(struct websocket *w)
{
  if (!w->given)
    return;
  w->given = false;
  free(w->gathered);
  w->gathered = NULL;
  w->gathered_n = w->gathered_most = 0;
}

int websocket_take(struct websocket *w, struct span *in, struct websocket_message *m)
{
  int err;
  take_back(w);
  do {
    err = w->in_payload ? 0 : take_header(w, in);
    if (err == 0)
      err = take_payload(w, in);
    if (err != 0)
      return err;
    err = w->rest > 0 ? ERR_AGAIN : end_frame(w, m);
  } while (err == ERR_AGAIN && in->n > 0);
  return err;
}

unsigned websocket_close_code(const struct websocket_message *m)
{
  struct span s = m->payload;
  uint16_t code;
  return span_u16(&s, &code) == 0 ? code : NO_CODE;
}

/* --- out --- */

static void put_length(struct writer *w, size_t n)
{
  if (n < 126) {
    put_u8(w, (uint8_t)(MASKED | n));
  } else if (n <= UINT16_MAX) {
    put_u8(w, MASKED | 126);
    put_u16(w, (uint16_t)n);
  } else {
    put_u8(w, MASKED | 127);
    put_u64(w, n);
  }
}

void websocket_put(struct writer *w, enum websocket_opcode opcode, struct span payload, const struct random *random)
{
  uint8_t mask[4];
  random_fill(random, mask, sizeof mask);
  put_u8(w, (uint8_t)(FIN | opcode));
  put_length(w, payload.n);
  put_bytes(w, mask, sizeof mask);
  uint8_t *at = put_space(w, payload.n);
  for (size_t i = 0; at != NULL && i < payload.n; i++)
    at[i] = payload.p[i] ^ mask[i & 3];
}

/* --- the handshake --- */

void websocket_key(const struct random *random, char key[WEBSOCKET_KEY_TEXT + 1])
{
  uint8_t bytes[16];
  random_fill(random, bytes, sizeof bytes);
  (void)EVP_EncodeBlock((unsigned char *)key, bytes, sizeof bytes);
}

void websocket_accept(const char *key, char accept[WEBSOCKET_ACCEPT_TEXT + 1])
{
  uint8_t text[WEBSOCKET_KEY_TEXT + sizeof GUID], hash[20];
  struct writer w = writer_of(text, sizeof text);
  put_str(&w, key);
  put_str(&w, GUID);
  memset(hash, 0, sizeof hash);
  (void)EVP_Digest(w.base, w.n, hash, NULL, EVP_sha1(), NULL);
  (void)EVP_EncodeBlock((unsigned char *)accept, hash, sizeof hash);
}
