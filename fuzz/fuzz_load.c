/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server may send to the load tool: HTTP answers and WebSocket frames. The first byte says which of them and
 * into what pieces the rest is cut: what is understood does not depend on that. */
#include <assert.h>
#include <stdlib.h>

#include "load/http.h"
#include "load/watch.h"
#include "load/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MESSAGES 16

/* Feeds `in` in pieces, as far as the reader takes them. */
static int read_answer(struct span in, size_t piece, struct http_answer *a)
{
  struct span part;
  int err = ERR_AGAIN;
  http_answer_init(a);
  while (err == ERR_AGAIN && span_take(&in, piece < in.n ? piece : in.n, &part) == 0 && part.n > 0)
    err = http_answer_take(a, &part);
  return err;
}

static void check_http(struct span in, size_t piece)
{
  static struct http_answer whole, pieces;
  int err = read_answer(in, in.n, &whole);
  assert(read_answer(in, piece, &pieces) == err);
  if (err != 0)
    return;
  assert(whole.status == pieces.status && whole.whole && whole.rest == 0);
  assert(span_equal(http_answer_body(&whole), http_answer_body(&pieces)));
  struct span nonce = http_answer_field(&whole, "testudo-nonce"), cookie = http_answer_cookie(&whole, "__Host-testudo");
  assert(nonce.n <= whole.head_n && cookie.n <= whole.head_n);
}

struct reading {
  size_t n, bytes;
  enum websocket_opcode opcode[MESSAGES];
  int err;
};

static struct reading read_frames(struct span in, size_t piece)
{
  struct websocket w = {0};
  struct websocket_message m;
  struct reading r = {.err = ERR_AGAIN};
  struct span part;
  while (r.err == ERR_AGAIN && span_take(&in, piece < in.n ? piece : in.n, &part) == 0 && part.n > 0)
    while ((r.err = websocket_take(&w, &part, &m)) == 0) {
      r.opcode[r.n++ % MESSAGES] = m.opcode;
      r.bytes += m.payload.n;
      assert(m.opcode != WEBSOCKET_MORE && m.payload.n <= WEBSOCKET_MESSAGE);
    }
  websocket_fini(&w);
  return r;
}

static void check_websocket(struct span in, size_t piece)
{
  struct reading whole = read_frames(in, in.n), pieces = read_frames(in, piece);
  assert(whole.n == pieces.n && whole.bytes == pieces.bytes && whole.err == pieces.err);
  for (size_t i = 0; i < whole.n && i < MESSAGES; i++)
    assert(whole.opcode[i] == pieces.opcode[i]);
}

static void check_watch(struct span in)
{
  char line[512], name[WATCH_NAME];
  pid_t parent;
  uint64_t ticks, pages;
  size_t n = in.n < sizeof line - 1 ? in.n : sizeof line - 1;
  if (n > 0)
    memcpy(line, in.p, n);
  line[n] = '\0';
  if (watch_parse(line, name, &parent, &ticks, &pages) == 0)
    assert(strlen(name) < WATCH_NAME);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span in = span_of(data, size);
  uint8_t how;
  if (span_u8(&in, &how) != 0)
    return 0;
  size_t piece = 1 + (how >> 2);
  if ((how & 3) == 0)
    check_http(in, piece);
  else if ((how & 3) == 1)
    check_websocket(in, piece);
  else
    check_watch(in);
  return 0;
}
