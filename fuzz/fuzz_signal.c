/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A meeting driven by a script: each line is an actor, an action and what follows. Sockets open, frames come (well
 * sealed, or as raw bytes), sockets drop, time passes, a media process talks, dies and returns; a stored room takes the
 * meeting's place, changes its kind and its rules, and ends, and so do sessions. Whatever happens, nobody who was not
 * admitted reaches a media process, and of the host link's meeting nothing is kept. */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "web/frame.h"
#include "web/message.h"
#include "web/rooms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define PAGES 6 /* page 0 is the host's */

struct tab {
  uint64_t socket, person, n;
  struct frame_channel server, client;
  bool in; /* was welcomed in this stay */
};

struct world {
  uint64_t count, sockets;
  struct rooms *rooms;
  struct rooms_time time;
  uint64_t meeting, room; /* by the host link, and where pages go now */
  struct room_policy policy; /* of the stored room, once there is one */
  bool stored;
  struct tab page[PAGES];
};

static const struct uid room_uid = {.b = {0x72}};

static void fill(void *ctx, void *out, size_t n)
{
  uint64_t *count = ctx;
  memset(out, 0, n);
  ++*count;
  memcpy(out, count, n < sizeof *count ? n : sizeof *count);
}

static void on_send(void *ctx, uint64_t socket, struct span json)
{
  static const char welcome[] = "{\"type\":\"welcome\"", waiting[] = "{\"type\":\"waiting\"}";
  struct world *w = ctx;
  assert(socket != 0 && json.n > 2 && json.p[0] == '{' && json.p[json.n - 1] == '}');
  for (int i = 0; i < PAGES; i++) {
    if (w->page[i].socket != socket)
      continue;
    if (json.n > sizeof welcome && memcmp(json.p, welcome, sizeof welcome - 1) == 0)
      w->page[i].in = true;
    else if (span_equal(json, span_str(waiting)))
      w->page[i].in = false; /* sent back, perhaps */
  }
}

static bool is_in(const struct world *w, uint64_t person)
{
  for (int i = 0; i < PAGES; i++)
    if (w->page[i].person == person)
      return w->page[i].in;
  return false;
}

static void on_close(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  (void)ctx;
  assert(socket != 0 && code >= 1000 && why[0] != '\0');
}

static void on_offer(void *ctx, unsigned process, const struct ipc_offer *offer)
{
  const struct world *w = ctx;
  assert(offer->room == w->room || offer->room == w->meeting);
  assert(process == 0 && offer->connection != 0 && is_in(w, offer->peer));
}

static void on_publish(void *ctx, unsigned process, const struct ipc_publish *publish)
{
  assert(process == 0 && is_in(ctx, publish->peer) && publish->publish < 1u << SOURCE_COUNT);
}

static void on_stay(void *ctx, const struct uid *room, const struct attendance *stay)
{
  const struct world *w = ctx;
  assert(w->stored && uid_equal(room, &room_uid) && stay->stay >> 63 == 0);
}

static void on_banned(void *ctx, const struct uid *room, struct ban *ban)
{
  const struct world *w = ctx;
  assert(w->stored && uid_equal(room, &room_uid) && uid_equal(&ban->room, room));
}

static void on_level(void *ctx, unsigned process, const struct ipc_level *level)
{
  assert(process == 0 && is_in(ctx, level->peer) && level->level <= 127);
}

static void on_view(void *ctx, unsigned process, const struct ipc_view *view)
{
  assert(process == 0 && is_in(ctx, view->peer) && view->count <= LIMIT_VIDEO_SLOTS);
}

static void on_hang_up(void *ctx, unsigned process, const struct ipc_peer *peer)
{
  (void)ctx;
  assert(process == 0 && peer->peer != 0);
}

/* "2e": the role 2, with an address; "1d": a door that is open, for a participant. Nothing: a guest. */
static struct identity identity_of(uint8_t number, struct span words)
{
  struct identity who = {.role = AS_PARTICIPANT, .device = {1}};
  memset(who.session.b, number + 1, sizeof who.session.b);
  for (uint8_t word; span_u8(&words, &word) == 0;)
    if (word >= '0' && word <= '4')
      who.role = (enum stay_role)(word - '0');
    else if (word == 'e')
      memcpy(who.email, "a@b", 4);
    else if (word == 'd')
      who.door_open = true;
    else if (word == 'a')
      who.account.b[0] = 1;
  return who;
}

static void open_socket(struct world *w, struct tab *page, uint8_t number, bool resume, struct span words)
{
  static const struct entry_secrets secrets;
  struct entry_grant grant = {
    .room = w->room, .resume = resume, .name_n = 1, .name = "n", .who = identity_of(number, words)};
  memset(grant.browser.hash, number, sizeof grant.browser.hash);
  memset(grant.likeness, number, sizeof grant.likeness);
  struct tab before = *page;
  page->socket = ++w->sockets;
  page->in = resume && page->in;
  if (rooms_socket_opened(w->rooms, w->time, page->socket, &grant, &page->person) != 0) {
    *page = before;
    return;
  }
  frame_channel_init(&page->server, FRAME_SERVER, &secrets, span_str("https://a"));
  frame_channel_init(&page->client, FRAME_CLIENT, &secrets, span_str("https://a"));
}

static void receive(struct world *w, struct tab *page, struct span frame)
{
  struct span json;
  if (frame_open(&page->server, frame, &json) == 0)
    rooms_socket_said(w->rooms, w->time, page->person, page->socket, json);
}

/* The text as a frame that is sealed as it should be. */
static void say(struct world *w, struct tab *page, struct span text)
{
  uint8_t frame[4096];
  struct writer out = writer_of(frame, sizeof frame);
  frame_seal(&page->client, text, &out);
  if (!out.overflow)
    receive(w, page, writer_span(&out));
}

/* {"type":"TYPE","n":N,REST with the right n: so that the fuzzer need not count. */
static void say_next(struct world *w, struct tab *page, struct span rest)
{
  uint8_t text[4096];
  struct writer out = writer_of(text, sizeof text);
  put_fmt(&out, "{\"n\":%llu,", (unsigned long long)++page->n);
  put_span(&out, rest);
  if (!out.overflow)
    say(w, page, writer_span(&out));
}

static void media_says(struct world *w, const struct tab *page, struct span rest)
{
  uint8_t what = 0, connection = 0;
  (void)span_u8(&rest, &what);
  (void)span_u8(&rest, &connection);
  uint64_t peer = page->person == 0 ? 1 : page->person;
  uint32_t number = connection & 7u;
  const struct ipc_answer answer = {.peer = peer, .id = number, .sdp = span_str("v")};
  const struct ipc_refused refused = {.peer = peer, .id = number, .code = span_str("c"), .text = span_str("t")};
  const struct ipc_security security = {.peer = peer, .connection = number, .state = what % (IPC_MEDIA_FAILED + 1),
                                        .group = span_str((what & 8u) != 0 ? "X25519MLKEM768" : "X25519")};
  const struct ipc_slots slots = {.peer = peer, .connection = number, .count = 1,
                                  .slot = {{.who = w->page[number % PAGES].person, .mid_n = 1, .mid = "1"}}};
  const struct ipc_layers layers = {.peer = peer, .connection = number, .source = (what & 8u) != 0 ? SOURCE_CAMERA : SOURCE_SCREEN,
                                    .mask = (what >> 4) & IPC_LAYERS_ALL};
  const struct ipc_weakness weakness = {.peer = peer, .connection = number, .weak = (what & 8u) != 0};
  const struct ipc_speaker speaker = {.room = w->room, .peer = peer};
  const struct ipc_gone gone = {
    .peer = peer, .connection = number, .reason = (uint8_t)((what >> 3) % (IPC_GONE_POST_QUANTUM + 1))};
  switch (what & 7u) {
  case 0: (void)rooms_media_answered(w->rooms, 0, &answer); break;
  case 1: (void)rooms_media_refused(w->rooms, 0, &refused); break;
  case 2: (void)rooms_media_security(w->rooms, w->time, 0, &security); break;
  case 3: (void)rooms_media_slots(w->rooms, 0, &slots); break;
  case 4:
    (void)((what & 128u) != 0 ? rooms_media_layers(w->rooms, 0, &layers) : rooms_media_speaker(w->rooms, 0, &speaker));
    (void)((what & 64u) != 0 ? rooms_media_weakness(w->rooms, 0, &weakness) : 0);
    break;
  case 5: (void)rooms_media_gone(w->rooms, w->time, 0, &gone); break;
  case 6: rooms_media_down(w->rooms, 0); break;
  default: rooms_media_up(w->rooms, 0); break;
  }
}

/* The first time the meeting becomes a stored room, which everybody enters anew. Three bytes choose the rules. */
static void change_room(struct world *w, struct span line)
{
  uint8_t bytes[3] = {0};
  for (size_t i = 0; i < sizeof bytes; i++)
    (void)span_u8(&line, &bytes[i]);
  w->policy = (struct room_policy){.present = bytes[0] % ROOM_ROLES, .share = bytes[0] / 8 % ROOM_ROLES,
                                   .chat = bytes[1] % ROOM_ROLES, .unmute_self = (bytes[1] & 8) != 0,
                                   .waiting_room = (bytes[1] & 16) != 0, .post_quantum = (bytes[1] & 32) != 0,
                                   .locked = (bytes[1] & 64) != 0, .most = 2u + bytes[2] % 4, .invited = 2};
  const enum room_kind kind = (enum room_kind)(bytes[2] / 4 % ROOM_KINDS);
  const struct room_plan plan = {.id = room_uid, .stored = true, .kind = kind, .title = "t", .policy = w->policy};
  if (w->stored)
    (void)rooms_set_policy(w->rooms, w->time, &room_uid, kind, "u", &w->policy);
  else if (rooms_open(w->rooms, w->time.now_us, &plan, &w->room) == 0)
    w->stored = true;
}

static void end_something(struct world *w, uint8_t number, struct span line)
{
  uint8_t what = 0;
  (void)span_u8(&line, &what);
  const struct identity who = identity_of(number, span_str("a"));
  if (what == 's')
    (void)rooms_end_session(w->rooms, w->time, &who.session, "session_ended", "t");
  else if (what == 'a')
    (void)rooms_end_account(w->rooms, w->time, &who.account, "banned", "t");
  else if (what == 'r')
    rooms_close_room(w->rooms, w->time, &room_uid, "room_closed", "t");
}

static void act(struct world *w, struct span line)
{
  uint8_t who = 0, action = 0;
  if (span_u8(&line, &who) != 0 || span_u8(&line, &action) != 0)
    return;
  uint8_t number = who % PAGES;
  struct tab *page = &w->page[number];
  switch (action) {
  case 'o': page->n = 0; open_socket(w, page, number, false, line); break;
  case 'r': open_socket(w, page, number, true, line); break;
  case 'k': change_room(w, line); break;
  case 'e': end_something(w, number, line); break;
  case 's': say_next(w, page, line); break;
  case 'j': say(w, page, line); break;
  case 'f': receive(w, page, line); break;
  case 'd': rooms_socket_lost(w->rooms, w->time, page->person, page->socket); break;
  case 'm': media_says(w, page, line); break;
  case 't':
    w->time.now_us += (uint64_t)(line.n == 0 ? 1 : line.p[0]) * 1000000u;
    rooms_tick(w->rooms, w->time);
    break;
  default: break;
  }
}

static bool make_world(struct world *w)
{
  const struct rooms_io io = {.send = on_send, .close = on_close, .offer = on_offer, .publish = on_publish,
                              .level = on_level, .view = on_view, .hang_up = on_hang_up, .stay = on_stay,
                              .banned = on_banned, .ctx = w};
  const struct random random = {.fill = fill, .ctx = &w->count};
  struct browser host = {0};
  uint8_t address[TOKEN_BYTES];
  w->time = (struct rooms_time){.now_us = 1000000000u, .unix_s = 1795420800u};
  if (rooms_new(&w->rooms, (struct rooms_size){.rooms = 2, .people = PAGES}, &io, &random) != 0)
    return false;
  rooms_media_up(w->rooms, 0);
  if (rooms_create(w->rooms, w->time.now_us, &host, address) != 0 || rooms_find(w->rooms, address, &w->meeting) != 0)
    return false;
  w->room = w->meeting;
  return true;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  return sodium_init() < 0 ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct world w = {0};
  struct span script = span_of(data, size);
  bool made = make_world(&w);
  while (made && script.n > 0) {
    struct span line;
    const uint8_t *end = memchr(script.p, '\n', script.n);
    (void)span_take(&script, end == NULL ? script.n : (size_t)(end - script.p), &line);
    (void)span_skip(&script, 1);
    act(&w, line);
  }
  rooms_stop(w.rooms, w.time);
  rooms_free(w.rooms);
  return 0;
}
