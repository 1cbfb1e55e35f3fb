/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line driven by a script: each line is a person, an action and what follows. Pages come and go, say things, time
 * passes, sessions end. Whatever happens, nobody who is no contact is rung, nobody who has blocked hears anything, and
 * there is a meeting only of two people of whom one was rung by the other (T10, T11). */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/random.h"
#include "web/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define PEOPLE 5 /* 0 and 1 and 2 are contacts; 2 has blocked 0; 3 is nobody's contact, and 4 is in a meeting */

struct world {
  uint64_t count, sockets;
  struct line *line;
  struct rooms_time time;
  uint64_t page[PEOPLE], socket[PEOPLE];
};

static struct uid person(unsigned i)
{
  return (struct uid){.b = {(uint8_t)(i + 1)}};
}

static unsigned number_of(const struct uid *id)
{
  return id->b[0] - 1u;
}

static bool are_contacts(unsigned a, unsigned b)
{
  return a != b && (a < 3 || a == 4) && (b < 3 || b == 4);
}

static void fill(void *ctx, void *out, size_t n)
{
  uint64_t *count = ctx;
  memset(out, 0, n);
  ++*count;
  memcpy(out, count, n < sizeof *count ? n : sizeof *count);
}

static void on_send(void *ctx, uint64_t socket, struct span json)
{
  static const char ring[] = "{\"type\":\"ring\",";
  const struct world *w = ctx;
  assert(socket != 0 && json.n > 2 && json.p[0] == '{' && json.p[json.n - 1] == '}');
  if (json.n > sizeof ring && memcmp(json.p, ring, sizeof ring - 1) == 0)
    assert(socket != w->socket[3] && socket != w->socket[4]);
}

static void on_close(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  (void)ctx;
  assert(socket != 0 && code >= 1000 && why[0] != '\0');
}

static enum line_relation relation(void *ctx, const struct uid *caller, const struct uid *called)
{
  unsigned a = number_of(caller), b = number_of(called);
  (void)ctx;
  if (!are_contacts(a, b))
    return LINE_STRANGER;
  return a == 0 && b == 2 ? LINE_QUIET : LINE_CONTACT;
}

static int card(void *ctx, const struct uid *account, struct line_card *out)
{
  (void)ctx;
  (void)account;
  memcpy(out->name, "n", 2);
  return 0;
}

static size_t contacts(void *ctx, const struct uid *account, struct uid *out, size_t most)
{
  size_t n = 0;
  (void)ctx;
  for (unsigned i = 0; i < PEOPLE && n < most; i++)
    if (are_contacts(number_of(account), i))
      out[n++] = person(i);
  return n;
}

static void missed(void *ctx, uint64_t unix_s, const struct uid *called, const struct uid *caller)
{
  (void)ctx;
  assert(unix_s > 0 && are_contacts(number_of(called), number_of(caller)));
  assert(number_of(caller) != 0 || number_of(called) != 2);
}

static int meet(void *ctx, struct rooms_time time, const struct uid *a, const struct uid *b, uint8_t address[TOKEN_BYTES])
{
  (void)ctx;
  (void)time;
  assert(are_contacts(number_of(a), number_of(b)) && number_of(b) != 4);
  assert(number_of(a) != 0 || number_of(b) != 2);
  memset(address, 1, TOKEN_BYTES);
  return 0;
}

static void in_meetings(void *ctx, void (*visit)(void *line, const struct uid *account), void *line)
{
  const struct uid busy = person(4);
  (void)ctx;
  visit(line, &busy);
}

static bool holds(void *ctx, const struct uid *session)
{
  (void)ctx;
  (void)session;
  return true;
}

static void open_page(struct world *w, unsigned who)
{
  struct uid account = person(who);
  w->socket[who] = ++w->sockets;
  if (line_opened(w->line, w->time, w->socket[who], &account, &account, &w->page[who]) != 0)
    w->page[who] = 0;
}

static void act(struct world *w, struct span line)
{
  uint8_t first = 0, action = 0;
  if (span_u8(&line, &first) != 0 || span_u8(&line, &action) != 0)
    return;
  unsigned who = first % PEOPLE;
  struct uid id = person(who);
  switch (action) {
  case 'o': open_page(w, who); break;
  case 's': line_said(w->line, w->time, w->page[who], line); break;
  case 'd': line_lost(w->line, w->time, w->page[who]); break;
  case 'e': line_end_session(w->line, w->time, &id); break;
  case 'a': line_end_account(w->line, w->time, &id); break;
  case 'r': line_refresh_contacts(w->line, &id); break;
  case 'n': line_tell(w->line, &id, "missed"); break;
  case 't':
    w->time.now_us += (uint64_t)(line.n == 0 ? 1 : line.p[0]) * 250000u;
    line_tick(w->line, w->time);
    break;
  default: break;
  }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  return sodium_init() < 0 ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct world w = {.time = {.now_us = 1000000000u, .unix_s = 1795420800u}};
  const struct line_io io = {.send = on_send, .close = on_close, .relation = relation, .card = card, .contacts = contacts,
                             .told = contacts, .heard = contacts, .missed = missed, .meet = meet,
                             .in_meetings = in_meetings, .holds = holds, .ctx = &w};
  const struct random random = {.fill = fill, .ctx = &w.count};
  struct span script = span_of(data, size);
  if (line_new(&w.line, (struct line_size){.lines = 8, .people = PEOPLE, .calls = 3}, &io, &random) != 0)
    return 0;
  line_tick(w.line, w.time);
  while (script.n > 0) {
    struct span line;
    const uint8_t *end = memchr(script.p, '\n', script.n);
    (void)span_take(&script, end == NULL ? script.n : (size_t)(end - script.p), &line);
    (void)span_skip(&script, 1);
    act(&w, line);
  }
  line_stop(w.line);
  line_free(w.line);
  return 0;
}
