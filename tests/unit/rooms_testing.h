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
  unsigned welcomes;
  int closed[SOCKETS]; /* close code by socket, 0: open */
  const char *closed_why;
  struct ipc_offer offer; /* the last one; its texts are gone */
  unsigned offers, publishes, levels, hang_ups;
  struct ipc_publish publish;
  unsigned process; /* of the last command */
};

/* A page in a tab: one browser with one socket. */
struct tab {
  uint16_t browser;
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

static inline void on_hang_up(void *ctx, unsigned process, const struct ipc_peer *peer)
{
  (void)process;
  (void)peer;
  ((struct world *)ctx)->hang_ups++;
}

static inline struct browser browser_of(unsigned number)
{
  struct browser browser = browser_number((uint8_t)number);
  browser.hash[1] = (uint8_t)(number + (number >> 8)); /* the same as browser_number up to 255 */
  return browser;
}

static inline int set_up(void **state)
{
  struct world *w = calloc(1, sizeof *w);
  struct browser host = browser_of(HOST_BROWSER);
  struct random random = counting_random(&w->count);
  const struct rooms_io io = {.send = on_send, .close = on_close, .offer = on_offer, .publish = on_publish,
                              .level = on_level, .hang_up = on_hang_up, .ctx = w};
  w->time = (struct rooms_time){.now_us = 1000 * SECOND, .unix_s = 1795420800};
  *state = w;
  if (rooms_new(&w->rooms, (struct rooms_size){.rooms = 4, .people = 1200}, &io, &random) != 0)
    return -1;
  rooms_media_up(w->rooms, 0);
  if (rooms_create(w->rooms, w->time.now_us, &host, w->address) != 0)
    return -1;
  return rooms_find(w->rooms, w->address, &w->room);
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

static inline const char *text_of(const json_t *json, const char *name)
{
  const char *text = json_string_value(json_object_get(json, name));
  assert_non_null(text);
  return text;
}

static inline int open_socket(struct world *w, struct tab *page, bool resume)
{
  static uint64_t next_socket;
  struct entry_grant grant = {.browser = browser_of(page->browser), .room = w->room, .resume = resume,
                              .name_n = 6, .name = "Person", .who.role = AS_PARTICIPANT};
  memcpy(grant.likeness, grant.browser.hash, LIKENESS_BYTES / 2); /* otherwise all would be called alike */
  memcpy(grant.likeness + LIKENESS_BYTES / 2, grant.browser.hash, LIKENESS_BYTES / 2);
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

static inline struct tab open_page(struct world *w, uint16_t browser)
{
  struct tab page = {.browser = browser};
  assert_int_equal(open_socket(w, &page, false), 0);
  hear_hello(w, &page, "new");
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

static inline struct tab knock(struct world *w, uint16_t browser)
{
  struct tab page = open_page(w, browser);
  say(w, &page, "hello", "");
  assert_non_null(heard(w, &page, "waiting"));
  return page;
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

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
