/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meetings in virtual time: a world around src/web/rooms*.c in which the test plays pages and media processes. */
#ifndef TESTUDO_TESTS_ROOMS_TESTING_H
#define TESTUDO_TESTS_ROOMS_TESTING_H

#include "web_testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "web/message.h"
#include "web/rooms.h"

#define MESSAGES 16384
#define SOCKETS 16384

/* All that the rooms did, in order. */
struct world {
  uint64_t count;
  struct rooms *rooms;
  struct rooms_time time;
  uint64_t room;
  uint8_t address[TOKEN_BYTES];
  struct {
    uint64_t socket;
    json_t *json; /* NULL: taken */
  } said[MESSAGES];
  size_t said_n;
  bool deaf; /* messages are only counted: too many to look at each */
  unsigned welcomes, told;
  size_t shortest, longest; /* message so far */
  int closed[SOCKETS]; /* close code by socket, 0: open */
  const char *closed_why;
  struct ipc_offer offer; /* the last one; its texts are gone */
  unsigned offers, publishes, levels, views, hang_ups;
  struct ipc_view view;
  struct ipc_publish publish;
  unsigned process; /* of the last command */
  struct ipc_spread spread; /* the last one, and to which process */
  unsigned spreads, spread_to, hung_up_in; /* and of the last hang-up */
  /* of stored rooms */
  struct attendance stay; /* the last one */
  struct ban banned;
  struct uid unbanned;
  struct room_policy policy;
  unsigned stays, bans, unbans, policies;
};

/* A page in a tab: one browser with one socket. */
struct tab {
  uint16_t browser;
  const struct identity *who; /* NULL: a guest of whom nothing is known */
  uint16_t name;              /* 0: the browser's own, that no other looks like */
  uint64_t socket, person, n;
  char id[PERSON_ID_TEXT + 1];
};

#define HOST_BROWSER 1

static inline void on_send(void *ctx, uint64_t socket, struct span json)
{
  static const char welcome[] = "{\"type\":\"welcome\"";
  struct world *w = ctx;
  assert_true(w->said_n < MESSAGES);
  assert_int_equal(w->closed[socket], 0);
  w->welcomes += json.n > sizeof welcome && memcmp(json.p, welcome, sizeof welcome - 1) == 0 ? 1 : 0;
  w->told++;
  w->shortest = json.n < w->shortest ? json.n : w->shortest;
  w->longest = json.n > w->longest ? json.n : w->longest;
  if (w->deaf)
    return;
  w->said[w->said_n].socket = socket;
  w->said[w->said_n].json = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(w->said[w->said_n++].json);
}

static inline void on_close(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  struct world *w = ctx;
  assert_int_equal(w->closed[socket], 0);
  w->closed[socket] = (int)code;
  w->closed_why = why;
}

static inline void on_offer(void *ctx, unsigned process, const struct ipc_offer *offer)
{
  struct world *w = ctx;
  w->offer = *offer;
  w->offers++;
  w->process = process;
}

static inline void on_publish(void *ctx, unsigned process, const struct ipc_publish *publish)
{
  struct world *w = ctx;
  w->publish = *publish;
  w->publishes++;
  w->process = process;
}

static inline void on_level(void *ctx, unsigned process, const struct ipc_level *level)
{
  (void)process;
  (void)level;
  ((struct world *)ctx)->levels++;
}

static inline void on_view(void *ctx, unsigned process, const struct ipc_view *view)
{
  struct world *w = ctx;
  w->view = *view;
  w->views++;
  w->process = process;
}

static inline void on_hang_up(void *ctx, unsigned process, const struct ipc_peer *peer)
{
  (void)peer;
  ((struct world *)ctx)->hang_ups++;
  ((struct world *)ctx)->hung_up_in = process;
}

static inline void on_spread(void *ctx, unsigned process, const struct ipc_spread *spread)
{
  struct world *w = ctx;
  w->spread = *spread;
  w->spread_to = process;
  w->spreads++;
}

static inline void on_stay(void *ctx, const struct uid *room, const struct attendance *stay)
{
  struct world *w = ctx;
  assert_memory_equal(room, &stay->room, sizeof *room);
  w->stay = *stay;
  w->stays++;
}

static inline void on_banned(void *ctx, const struct uid *room, struct ban *ban)
{
  struct world *w = ctx;
  assert_memory_equal(room, &ban->room, sizeof *room);
  memset(&ban->id, 0xb0 + (int)++w->bans, sizeof ban->id); /* as a store would, which has its own ids */
  w->banned = *ban;
}

static inline void on_unbanned(void *ctx, const struct uid *room, const struct uid *ban)
{
  struct world *w = ctx;
  (void)room;
  w->unbanned = *ban;
  w->unbans++;
}

static inline void on_policy(void *ctx, const struct uid *room, const struct room_policy *policy)
{
  struct world *w = ctx;
  (void)room;
  w->policy = *policy;
  w->policies++;
}

static inline struct browser browser_of(unsigned number)
{
  struct browser browser = browser_number((uint8_t)number);
  browser.hash[1] = (uint8_t)(number + (number >> 8)); /* the same as browser_number up to 255 */
  return browser;
}

static inline int set_up_for(void **state, uint32_t people)
{
  struct world *w = calloc(1, sizeof *w);
  struct browser host = browser_of(HOST_BROWSER);
  struct random random = counting_random(&w->count);
  const struct rooms_io io = {.send = on_send, .close = on_close, .offer = on_offer, .publish = on_publish,
                              .level = on_level, .view = on_view, .hang_up = on_hang_up, .spread = on_spread,
                              .stay = on_stay, .banned = on_banned, .unbanned = on_unbanned, .policy = on_policy, .ctx = w};
  w->time = (struct rooms_time){.now_us = 1000 * SECOND, .unix_s = 1795420800};
  *state = w;
  if (rooms_new(&w->rooms, (struct rooms_size){.rooms = 4, .people = people}, &io, &random) != 0)
    return -1;
  rooms_media_up(w->rooms, 0);
  if (rooms_create(w->rooms, w->time.now_us, &host, w->address) != 0)
    return -1;
  return rooms_find(w->rooms, w->address, &w->room);
}

static inline int set_up(void **state)
{
  return set_up_for(state, 1200);
}

static inline int tear_down(void **state)
{
  struct world *w = *state;
  for (size_t i = 0; i < w->said_n; i++)
    json_decref(w->said[i].json);
  rooms_free(w->rooms);
  free(w);
  return 0;
}

/* --- what a page does and hears --- */

/* The first message of the type to the page that was not taken yet; NULL if none. Valid until the end of the test. */
static inline const json_t *heard(struct world *w, const struct tab *page, const char *type)
{
  for (size_t i = 0; i < w->said_n; i++) {
    json_t *json = w->said[i].json;
    if (w->said[i].socket != page->socket || json_object_get(json, "taken") != NULL ||
        strcmp(json_string_value(json_object_get(json, "type")), type) != 0)
      continue;
    json_object_set_new(json, "taken", json_true());
    return json;
  }
  return NULL;
}

/* Of the first "room" that was not taken yet; NULL if there is none. */
static inline const json_t *rules_told(struct world *w, const struct tab *page)
{
  return json_object_get(heard(w, page, "room"), "rules");
}

static inline const char *text_of(const json_t *json, const char *name)
{
  const char *text = json_string_value(json_object_get(json, name));
  assert_non_null(text);
  return text;
}

/* What admission gives this page. */
static inline struct entry_grant grant_of(const struct world *w, const struct tab *page, bool resume)
{
  static const struct identity guest = {.role = AS_PARTICIPANT};
  struct entry_grant grant = {.browser = browser_of(page->browser), .room = w->room, .resume = resume,
                              .who = page->who == NULL ? guest : *page->who, .name_n = 6, .name = "Person"};
  const struct browser name = page->name == 0 ? grant.browser : browser_of(page->name);
  memcpy(grant.likeness, name.hash, LIKENESS_BYTES / 2); /* otherwise all would be called alike */
  memcpy(grant.likeness + LIKENESS_BYTES / 2, name.hash, LIKENESS_BYTES / 2);
  return grant;
}

static inline int open_socket(struct world *w, struct tab *page, bool resume)
{
  static uint64_t next_socket;
  const struct entry_grant grant = grant_of(w, page, resume);
  page->socket = 1 + ++next_socket % (SOCKETS - 1);
  w->closed[page->socket] = 0;
  return rooms_socket_opened(w->rooms, w->time, page->socket, &grant, &page->person);
}

/* As a guest without anything. */
static inline int may_enter(const struct world *w, const struct browser *browser, bool resume)
{
  const struct entry_grant grant = {
    .browser = *browser, .room = w->room, .resume = resume, .who.role = AS_PARTICIPANT};
  return rooms_may_enter(w->rooms, w->time.now_us, &grant);
}

static inline bool is_banned(const struct world *w, const struct browser *browser)
{
  return rooms_is_banned(w->rooms, &(struct entry_grant){.browser = *browser, .room = w->room});
}

static inline void say_text(struct world *w, const struct tab *page, const char *text)
{
  rooms_socket_said(w->rooms, w->time, page->person, page->socket, span_str(text));
}

/* Says {"type": type, "n": the next, fields...}. */
static inline void say(struct world *w, struct tab *page, const char *type, const char *fields)
{
  char text[2048];
  (void)snprintf(text, sizeof text, "{\"type\":\"%s\",\"n\":%llu%s%s}", type, (unsigned long long)++page->n,
                 fields[0] == '\0' ? "" : ",", fields);
  say_text(w, page, text);
}

static inline void hear_hello(struct world *w, struct tab *page, const char *state)
{
  const json_t *hello = heard(w, page, "hello");
  assert_non_null(hello);
  assert_string_equal(text_of(hello, "state"), state);
  memcpy(page->id, text_of(hello, "you"), sizeof page->id);
  page->n = (uint64_t)json_integer_value(json_object_get(hello, "handled"));
}

static inline struct tab open_page_as(struct world *w, uint16_t browser, const struct identity *who)
{
  struct tab page = {.browser = browser, .who = who};
  assert_int_equal(open_socket(w, &page, false), 0);
  hear_hello(w, &page, "new");
  return page;
}

static inline struct tab open_page(struct world *w, uint16_t browser)
{
  return open_page_as(w, browser, NULL);
}

/* Somebody whom admission and the room let in at once. */
static inline struct tab walk_in(struct world *w, uint16_t browser, const struct identity *who)
{
  struct tab page = open_page_as(w, browser, who);
  say(w, &page, "hello", "");
  assert_non_null(heard(w, &page, "welcome"));
  (void)heard(w, &page, "bans");
  return page;
}

static inline struct tab join_host(struct world *w)
{
  struct tab page = open_page(w, HOST_BROWSER);
  say(w, &page, "hello", "");
  assert_non_null(heard(w, &page, "welcome"));
  assert_non_null(heard(w, &page, "bans"));
  return page;
}

static inline struct tab knock_as(struct world *w, uint16_t browser, const struct identity *who)
{
  struct tab page = open_page_as(w, browser, who);
  say(w, &page, "hello", "");
  assert_non_null(heard(w, &page, "waiting"));
  return page;
}

static inline struct tab knock(struct world *w, uint16_t browser)
{
  return knock_as(w, browser, NULL);
}

static inline void answer_knock(struct world *w, struct tab *host, const char *type, const struct tab *guest)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"who\":\"%s\"", guest->id);
  say(w, host, type, fields);
}

static inline struct tab join_guest(struct world *w, struct tab *host, uint16_t browser)
{
  struct tab page = knock(w, browser);
  answer_knock(w, host, "admit", &page);
  assert_non_null(heard(w, &page, "welcome"));
  return page;
}

#define SOURCES "\"sources\":{\"mic\":\"0\",\"camera\":\"1\",\"screen\":null}"

static inline void offer(struct world *w, struct tab *page, unsigned id)
{
  char fields[128];
  (void)snprintf(fields, sizeof fields, "\"id\":%u,\"sdp\":\"v=0\",%s", id, SOURCES);
  say(w, page, "offer", fields);
}

static inline bool said_nothing_to(const struct world *w, const struct tab *page)
{
  for (size_t i = 0; i < w->said_n; i++)
    if (w->said[i].socket == page->socket && json_object_get(w->said[i].json, "taken") == NULL)
      return false;
  return true;
}

static inline void forget_said(struct world *w)
{
  for (size_t i = 0; i < w->said_n; i++)
    json_decref(w->said[i].json);
  w->said_n = 0;
}

static inline void pass(struct world *w, uint64_t us)
{
  for (uint64_t end = w->time.now_us + us; w->time.now_us < end;) {
    w->time.now_us += SECOND;
    w->time.unix_s++;
    rooms_tick(w->rooms, w->time);
  }
}

/* --- moderators --- */

static inline bool is_null(const json_t *json, const char *name)
{
  assert_non_null(json);
  return json_is_null(json_object_get(json, name));
}

static inline bool is_true(const json_t *json, const char *name)
{
  const json_t *value = json_object_get(json, name);
  assert_true(json_is_boolean(value));
  return json_is_true(value);
}

#define MIC (1u << SOURCE_MIC)
#define CAMERA (1u << SOURCE_CAMERA)
#define SCREEN (1u << SOURCE_SCREEN)

static inline void moderate(struct world *w, struct tab *by, const char *type, const struct tab *who)
{
  answer_knock(w, by, type, who);
}

/* stage, invite */
static inline void order_on(struct world *w, struct tab *by, const char *type, const struct tab *who, bool on)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"who\":\"%s\",\"on\":%s", who->id, on ? "true" : "false");
  say(w, by, type, fields);
}

static inline void broadcast(struct world *w, struct tab *by, bool on)
{
  say(w, by, "broadcast", on ? "\"on\":true" : "\"on\":false");
}

static inline void set_role(struct world *w, struct tab *by, const struct tab *who, const char *role)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"who\":\"%s\",\"role\":\"%s\"", who->id, role);
  say(w, by, "role", fields);
}

static inline void set_policy(struct world *w, struct tab *by, bool unmute_self, bool waiting)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"unmute_self\":%s,\"waiting\":%s", unmute_self ? "true" : "false",
                 waiting ? "true" : "false");
  say(w, by, "policy", fields);
}

static inline void switch_on(struct world *w, struct tab *page, unsigned sources)
{
  char fields[64];
  (void)snprintf(fields, sizeof fields, "\"mic\":%s,\"camera\":%s,\"screen\":%s", sources & MIC ? "true" : "false",
                 sources & CAMERA ? "true" : "false", sources & SCREEN ? "true" : "false");
  say(w, page, "state", fields);
}

static inline struct tab join_cohost(struct world *w, struct tab *host, uint16_t browser)
{
  struct tab page = join_guest(w, host, browser);
  set_role(w, host, &page, "cohost");
  forget_said(w);
  return page;
}

/* In the meeting, with a media connection and everything on. */
static inline struct tab join_with_all_on(struct world *w, struct tab *host, uint16_t browser)
{
  struct tab page = join_guest(w, host, browser);
  offer(w, &page, 1);
  switch_on(w, &page, MIC | CAMERA | SCREEN);
  assert_int_equal(w->publish.publish, MIC | CAMERA | SCREEN);
  forget_said(w);
  return page;
}

static inline void assert_error(struct world *w, const struct tab *page, const char *code)
{
  const json_t *error = heard(w, page, "error");
  assert_non_null(error);
  assert_string_equal(text_of(error, "code"), code);
  assert_int_equal(w->closed[page->socket], 0);
}

static inline void assert_muted(struct world *w, const struct tab *page, const char *source, const struct tab *by)
{
  const json_t *muted = heard(w, page, "muted");
  assert_non_null(muted);
  assert_string_equal(text_of(muted, "source"), source);
  if (by == NULL)
    assert_true(json_is_null(json_object_get(muted, "by")));
  else
    assert_string_equal(text_of(muted, "by"), by->id);
}

static inline const json_t *assert_changed(struct world *w, const struct tab *at, const struct tab *who)
{
  const json_t *changed = heard(w, at, "changed");
  assert_non_null(changed);
  assert_string_equal(text_of(json_object_get(changed, "person"), "id"), who->id);
  return json_object_get(changed, "person");
}

static inline void assert_told(struct world *w, const struct tab *at, const char *what, const struct tab *who,
                        const struct tab *by)
{
  const json_t *told = heard(w, at, "moderated");
  assert_non_null(told);
  assert_string_equal(text_of(told, "what"), what);
  assert_string_equal(text_of(told, "by"), by->id);
  if (who == NULL)
    assert_true(json_is_null(json_object_get(told, "who")));
  else
    assert_string_equal(text_of(told, "who"), who->id);
}

/* --- stored rooms --- */

#define HOST_EMAIL "host@example.org"

static const struct identity a_host = {.account.b = {0xac, 1}, .session.b = {0x5e, 1}, .email = HOST_EMAIL,
                                       .verified = VERIFIED_ACCOUNT, .role = AS_HOST, .has_account_name = true};
static const struct identity a_cohost = {.account.b = {0xac, 2}, .verified = VERIFIED_ACCOUNT, .role = AS_COHOST};
static const struct identity a_speaker = {.account.b = {0xac, 3}, .verified = VERIFIED_ACCOUNT, .role = AS_SPEAKER,
                                          .door_open = true};

static inline struct room_policy a_policy(void)
{
  return (struct room_policy){.present = ROLE_PARTICIPANT, .share = ROLE_PARTICIPANT, .chat = ROLE_PARTICIPANT,
                              .unmute_self = true, .guests = true, .waiting_room = true, .most = 100};
}

#define ROOM_UID ((struct uid){.b = {0x12, 0x34}})

/* From now on the world's pages go there. */
static inline void open_room(struct world *w, enum room_kind kind, const struct room_policy *policy)
{
  const struct room_plan plan = {.id = ROOM_UID, .stored = true, .kind = kind, .title = "Lesson", .policy = *policy};
  assert_int_equal(rooms_open(w->rooms, w->time.now_us, &plan, &w->room), 0);
}

static inline void change_room(struct world *w, enum room_kind kind, const struct room_policy *policy)
{
  assert_int_equal(rooms_set_policy(w->rooms, w->time, &ROOM_UID, kind, "Another", policy), 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
