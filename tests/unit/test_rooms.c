/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms*.c: meetings in virtual time, with pages and media processes played by the test (A2, A4, A6). */
#include "rooms_testing.h"

/* --- the door --- */

static void test_host_and_guest(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = knock(w, 2);
  const json_t *news = heard(w, &host, "knock");
  assert_string_equal(text_of(news, "id"), guest.id);
  assert_string_equal(text_of(news, "name"), "Person");
  answer_knock(w, &host, "admit", &guest);
  const json_t *welcome = heard(w, &guest, "welcome");
  const json_t *people = json_object_get(welcome, "people");
  assert_int_equal(json_array_size(people), 2);
  assert_string_equal(text_of(json_array_get(people, 0), "verified"), "host_link");
  assert_string_equal(text_of(json_array_get(people, 1), "verified"), "none");
  assert_string_equal(text_of(json_array_get(people, 1), "role"), "participant");
  assert_string_equal(text_of(heard(w, &host, "knock_gone"), "id"), guest.id);
  assert_string_equal(text_of(json_object_get(heard(w, &host, "joined"), "person"), "id"), guest.id);
  assert_true(said_nothing_to(w, &host) && said_nothing_to(w, &guest));
}

/* The server says nothing but its hello before the page's hello. */
static void test_hello_comes_first(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = open_page(w, 2);
  struct tab other = join_guest(w, &host, 3);
  (void)other;
  assert_true(said_nothing_to(w, &guest));
  say(w, &guest, "leave", "");
  assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
}

static void test_no_hello_in_time(void **state)
{
  struct world *w = *state;
  struct tab guest = open_page(w, 2);
  pass(w, 9 * SECOND);
  assert_int_equal(w->closed[guest.socket], 0);
  pass(w, 1 * SECOND);
  assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
}

/* A4: who waits can reach nobody. */
static void test_waiting_guest_is_powerless(void **state)
{
  struct world *w = *state;
  static const char *const tries[][2] = {
    {"offer", "\"id\":1,\"sdp\":\"v=0\"," SOURCES}, {"level", "\"db\":0"}, {"admit", "\"all\":true"},
    {"state", "\"mic\":true,\"camera\":true,\"screen\":true"}, {"refuse", "\"all\":true"}, {"hello", ""},
  };
  struct tab host = join_host(w);
  for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
    struct tab guest = knock(w, 2);
    forget_said(w);
    say(w, &guest, tries[i][0], tries[i][1]);
    assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
    assert_true(said_nothing_to(w, &host));
  }
  assert_int_equal(w->offers + w->levels + w->publishes, 0);
}

static void test_guest_cannot_admit(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), friend = knock(w, 3);
  answer_knock(w, &guest, "admit", &friend);
  assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
  assert_null(heard(w, &friend, "welcome"));
}

static void test_refused(void **state)
{
  struct world *w = *state;
  struct browser two = browser_number(2);
  struct tab host = join_host(w);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(may_enter(w, &two, false), 0);
    struct tab guest = knock(w, 2);
    answer_knock(w, &host, "refuse", &guest);
    assert_string_equal(text_of(heard(w, &guest, "refused"), "code"), "refused_by_host");
    assert_int_equal(w->closed[guest.socket], CLOSE_REFUSED);
    assert_int_equal(may_enter(w, &two, true), ERR_STATE);
  }
  assert_int_equal(may_enter(w, &two, false), ERR_REFUSED);
  struct browser three = browser_number(3);
  assert_int_equal(may_enter(w, &three, false), 0);
  pass(w, 600 * SECOND);
  assert_int_equal(may_enter(w, &two, false), 0);
}

static void test_all_at_once(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guests[5];
  for (uint8_t i = 0; i < 5; i++)
    guests[i] = knock(w, (uint8_t)(10 + i));
  say(w, &host, "admit", "\"all\":true");
  for (int i = 0; i < 5; i++)
    assert_non_null(heard(w, &guests[i], "welcome"));
  struct tab late[3] = {knock(w, 20), knock(w, 21), knock(w, 22)};
  say(w, &host, "refuse", "\"all\":true");
  for (int i = 0; i < 3; i++)
    assert_int_equal(w->closed[late[i].socket], CLOSE_REFUSED);
  say(w, &host, "admit", "\"all\":true");
  assert_null(heard(w, &host, "error"));
  answer_knock(w, &host, "admit", &late[0]);
  assert_string_equal(text_of(heard(w, &host, "error"), "code"), "not_waiting");
}

#define GUESTS (LIMIT_ROOM_PEOPLE - 1 + LIMIT_ROOM_VIEWERS) /* beside the host */

/* As many as the room holds, in several goes: not all of them find room before the door. */
static void fill_room(struct world *w, struct tab *host, unsigned guests)
{
  for (unsigned i = 0; i < guests; i++) {
    (void)knock(w, (uint16_t)(1000 + i));
    w->deaf = i % 400 == 399 || i == guests - 1;
    if (w->deaf)
      say(w, host, "admit", "\"all\":true");
    w->deaf = false;
  }
  forget_said(w);
}

static void test_room_is_full(void **state)
{
  struct world *w = *state;
  struct browser late = browser_of(200);
  struct tab host = join_host(w);
  fill_room(w, &host, GUESTS);
  struct tab resumed = {.browser = 1000};
  assert_int_equal(open_socket(w, &resumed, true), 0);
  assert_int_equal(w->welcomes, GUESTS + 1);
  assert_int_equal(may_enter(w, &late, false), ERR_LIMIT);
}

static void test_too_many_knock(void **state)
{
  struct world *w = *state;
  struct browser late = browser_of(200);
  struct tab late_page = {.browser = 200};
  for (uint16_t i = 0; i < LIMIT_ROOM_KNOCKING; i++) /* silent ones count, too */
    (void)(i % 2 == 0 ? knock(w, (uint16_t)(1000 + i)) : open_page(w, (uint16_t)(1000 + i)));
  assert_int_equal(may_enter(w, &late, false), ERR_LIMIT);
  assert_int_equal(open_socket(w, &late_page, false), ERR_LIMIT); /* with an entry from before */
  (void)join_host(w);
}

/* The last place is taken between a socket's opening and its hello. */
static void test_filled_up_meanwhile(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), late = open_page(w, 200), last = knock(w, 201);
  fill_room(w, &host, GUESTS - 2); /* and the one that waits */
  struct tab over = knock(w, 202), further = knock(w, 203);
  say(w, &host, "admit", "\"all\":true");
  (void)last;
  assert_string_equal(text_of(heard(w, &host, "error"), "code"), "room_full");
  assert_null(heard(w, &host, "error")); /* told once */
  assert_non_null(heard(w, &over, "welcome"));
  assert_null(heard(w, &further, "welcome"));
  say(w, &late, "hello", "");
  assert_string_equal(text_of(heard(w, &late, "ended"), "code"), "room_full");
  assert_int_equal(w->closed[late.socket], CLOSE_ENDED);
}

static void test_leave(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), other = knock(w, 3);
  offer(w, &guest, 1);
  say(w, &guest, "leave", "");
  assert_int_equal(w->closed[guest.socket], CLOSE_LEFT);
  assert_string_equal(text_of(heard(w, &host, "left"), "reason"), "left");
  assert_int_equal(w->hang_ups, 1);
  forget_said(w);
  say(w, &other, "leave", "");
  assert_string_equal(text_of(heard(w, &host, "knock_gone"), "id"), other.id);
  assert_null(heard(w, &host, "left"));
}

/* --- n, drops and resumes --- */

static void test_n_must_be_the_next(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  for (uint8_t i = 0; i < 2; i++) {
    struct tab guest = join_guest(w, &host, (uint8_t)(2 + i));
    guest.n = i == 0 ? guest.n - 1 : guest.n + 1; /* the last one again; one left out */
    say(w, &guest, "state", "\"mic\":true,\"camera\":false,\"screen\":false");
    assert_int_equal(w->closed[guest.socket], CLOSE_PROTOCOL);
  }
  assert_int_equal(w->publishes, 0);
}

static void test_drop_and_resume(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2);
  char id[PERSON_ID_TEXT + 1];
  memcpy(id, guest.id, sizeof id);
  say(w, &guest, "state", "\"mic\":true,\"camera\":false,\"screen\":false");
  forget_said(w);
  rooms_socket_lost(w->rooms, w->time, guest.person, guest.socket);
  const json_t *person = json_object_get(heard(w, &host, "changed"), "person");
  assert_true(json_is_false(json_object_get(person, "here")));
  pass(w, 44 * SECOND);
  forget_said(w);
  assert_int_equal(open_socket(w, &guest, true), 0);
  hear_hello(w, &guest, "in");
  assert_string_equal(guest.id, id);
  assert_int_equal(guest.n, 2);
  assert_true(said_nothing_to(w, &guest) && said_nothing_to(w, &host));
  say(w, &guest, "hello", "");
  assert_non_null(heard(w, &guest, "welcome"));
  person = json_object_get(heard(w, &host, "changed"), "person");
  assert_true(json_is_true(json_object_get(person, "here")) && json_is_true(json_object_get(person, "mic")));
}

static void test_lost_for_good(void **state)
{
  struct world *w = *state;
  struct browser two = browser_number(2);
  struct tab host = join_host(w), guest = join_guest(w, &host, 2);
  rooms_socket_lost(w->rooms, w->time, guest.person, guest.socket);
  pass(w, 45 * SECOND);
  assert_string_equal(text_of(heard(w, &host, "left"), "reason"), "lost");
  assert_int_equal(may_enter(w, &two, true), ERR_STATE);
}

static void test_waiting_survives_a_drop(void **state)
{
  struct world *w = *state;
  struct tab guest = knock(w, 2);
  rooms_socket_lost(w->rooms, w->time, guest.person, guest.socket);
  struct tab host = join_host(w); /* admits while the guest is away */
  answer_knock(w, &host, "admit", &guest);
  assert_int_equal(open_socket(w, &guest, true), 0);
  hear_hello(w, &guest, "in");
  say(w, &guest, "hello", "");
  assert_non_null(heard(w, &guest, "welcome"));
}

static void test_newer_socket_replaces(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), old = guest;
  assert_int_equal(open_socket(w, &guest, true), 0);
  assert_int_equal(w->closed[old.socket], CLOSE_REPLACED);
  forget_said(w);
  say(w, &old, "state", "\"mic\":true,\"camera\":false,\"screen\":false"); /* ignored: no longer its stay */
  rooms_socket_lost(w->rooms, w->time, old.person, old.socket);
  assert_true(said_nothing_to(w, &host));
}

/* Without "resume" a browser begins anew: admission is not inherited. */
static void test_new_stay_ends_the_old(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), again = open_page(w, 2);
  assert_int_equal(w->closed[guest.socket], CLOSE_REPLACED);
  assert_string_equal(text_of(heard(w, &host, "left"), "id"), guest.id);
  assert_string_not_equal(again.id, guest.id);
  say(w, &again, "hello", "");
  assert_non_null(heard(w, &again, "waiting"));
}

static void test_flood_of_messages(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  for (int i = 0; i < 1000 && w->closed[host.socket] == 0; i++)
    say(w, &host, "level", "\"db\":10");
  assert_int_equal(w->closed[host.socket], CLOSE_PROTOCOL);
}

/* --- media --- */

static struct tab join_with_media(struct world *w)
{
  struct tab host = join_host(w);
  offer(w, &host, 1);
  return host;
}

static void answer(struct world *w, const struct tab *page, uint32_t id)
{
  const struct ipc_answer m = {.peer = page->person, .id = id, .sdp = span_str("v=0 answer")};
  assert_int_equal(rooms_media_answered(w->rooms, 0, &m), 0);
}

static void test_offer_and_answer(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  assert_int_equal(w->offers, 1);
  assert_true(w->offer.room == w->room && w->offer.peer == host.person);
  assert_int_equal(w->offer.connection, 1);
  answer(w, &host, 1);
  assert_string_equal(text_of(heard(w, &host, "answer"), "sdp"), "v=0 answer");
  say(w, &host, "state", "\"mic\":true,\"camera\":false,\"screen\":true");
  assert_int_equal(w->publish.publish, 1u << SOURCE_MIC | 1u << SOURCE_SCREEN);
  offer(w, &host, 2);
  assert_int_equal(w->offer.connection, 1);
  assert_int_equal(w->offer.publish, 1u << SOURCE_MIC | 1u << SOURCE_SCREEN);
  say(w, &host, "level", "\"db\":20");
  assert_int_equal(w->levels, 1);
  offer(w, &host, 2);
  assert_int_equal(w->closed[host.socket], CLOSE_PROTOCOL);
}

static void test_level_of_a_muted_microphone(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  say(w, &host, "level", "\"db\":20");
  assert_int_equal(w->levels, 0);
}

/* A reloaded page starts again at 1: the answer to its earlier offer must not reach the new connection. */
static void test_answer_to_a_replaced_connection(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  offer(w, &host, 1);
  assert_int_equal(w->offer.connection, 2);
  answer(w, &host, 1);
  assert_null(heard(w, &host, "answer"));
  answer(w, &host, 1);
  assert_non_null(heard(w, &host, "answer"));
  answer(w, &host, 1); /* one too many */
  assert_null(heard(w, &host, "answer"));
}

/* A page that gave its connection up says so; its ids go on, and the answer to what it gave up is not told. */
static void test_anew(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  say(w, &host, "offer", "\"id\":2,\"sdp\":\"v=0\",\"anew\":true," SOURCES);
  assert_int_equal(w->offer.connection, 2);
  answer(w, &host, 1);
  assert_null(heard(w, &host, "answer"));
  offer(w, &host, 3);
  assert_int_equal(w->offer.connection, 2);
  answer(w, &host, 2);
  assert_int_equal(json_integer_value(json_object_get(heard(w, &host, "answer"), "id")), 2);
  answer(w, &host, 3);
  assert_int_equal(json_integer_value(json_object_get(heard(w, &host, "answer"), "id")), 3);
}

static void test_refused_offer(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  const struct ipc_refused m = {.peer = host.person, .id = 1, .code = span_str("no_fingerprint"),
                                .text = span_str("Why.")};
  assert_int_equal(rooms_media_refused(w->rooms, 0, &m), 0);
  assert_string_equal(text_of(heard(w, &host, "offer_refused"), "code"), "no_fingerprint");
  offer(w, &host, 2);
  assert_int_equal(w->offer.connection, 2); /* the first never came to be */
}

static void test_too_many_offers(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  for (unsigned id = 1; id <= 30; id++)
    offer(w, &host, id);
  assert_int_equal(w->offers, 20);
  assert_string_equal(text_of(heard(w, &host, "offer_refused"), "code"), "too_many_offers");
  assert_int_equal(w->closed[host.socket], 0);
}

static void test_connection_lost(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  answer(w, &host, 1);
  struct ipc_gone gone = {.peer = host.person, .connection = 7};
  assert_int_equal(rooms_media_gone(w->rooms, w->time, 0, &gone), ERR_NOT_FOUND);
  gone.connection = 1;
  assert_int_equal(rooms_media_gone(w->rooms, w->time, 0, &gone), 0);
  assert_string_equal(text_of(heard(w, &host, "renew"), "why"), "connection_lost");
  offer(w, &host, 2);
  assert_int_equal(w->offer.connection, 2);
}

static void test_media_process_restarts(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w), guest = join_guest(w, &host, 2);
  rooms_media_down(w->rooms, 0);
  assert_null(heard(w, &host, "renew"));
  offer(w, &host, 2); /* while it is away: kept back */
  assert_int_equal(w->offers, 1);
  rooms_socket_lost(w->rooms, w->time, host.person, host.socket);
  rooms_media_up(w->rooms, 0);
  assert_null(heard(w, &guest, "renew")); /* had no media */
  assert_int_equal(open_socket(w, &host, true), 0);
  hear_hello(w, &host, "in");
  say(w, &host, "hello", "");
  assert_string_equal(text_of(heard(w, &host, "renew"), "why"), "media_restarted");
  offer(w, &host, 3);
  assert_int_equal(w->offers, 2);
  answer(w, &host, 3);
  assert_non_null(heard(w, &host, "answer"));
}

static void test_least_loaded_process(void **state)
{
  struct world *w = *state;
  struct browser other = browser_number(50);
  struct tab host = join_with_media(w), second = {.browser = 50};
  uint8_t address[TOKEN_BYTES];
  rooms_media_up(w->rooms, 1);
  assert_int_equal(w->process, 0);
  assert_int_equal(rooms_create(w->rooms, w->time.now_us, &other, address), 0);
  assert_int_equal(rooms_find(w->rooms, address, &w->room), 0);
  assert_int_equal(open_socket(w, &second, false), 0);
  hear_hello(w, &second, "new");
  say(w, &second, "hello", "");
  offer(w, &second, 1);
  assert_int_equal(w->process, 1);
  (void)host;
  const struct ipc_speaker foreign = {.room = w->room, .peer = second.person};
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &foreign), ERR_NOT_FOUND);
}

static void test_facts_are_told_again(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w), guest = join_guest(w, &host, 2);
  struct ipc_security facts = {.peer = host.person, .connection = 1, .state = IPC_MEDIA_CONNECTED,
                               .dtls = span_str("DTLS 1.3"), .fingerprint_server = {0xab}};
  struct ipc_slots slots = {.peer = host.person, .connection = 1, .count = 2,
                            .slot = {{.who = guest.person, .source = SOURCE_CAMERA, .mid_n = 1, .mid = "3"},
                                     {.who = 0, .source = SOURCE_MIC, .mid_n = 1, .mid = "4"}}};
  const struct ipc_speaker speaker = {.room = w->room, .peer = guest.person};
  assert_int_equal(rooms_media_security(w->rooms, w->time, 0, &facts), 0);
  assert_int_equal(rooms_media_slots(w->rooms, 0, &slots), 0);
  assert_int_equal(rooms_media_speaker(w->rooms, 0, &speaker), 0);
  assert_string_equal(text_of(heard(w, &host, "speaker"), "who"), guest.id);
  rooms_socket_lost(w->rooms, w->time, host.person, host.socket);
  pass(w, 5 * SECOND);
  assert_int_equal(open_socket(w, &host, true), 0);
  hear_hello(w, &host, "in");
  assert_int_equal(rooms_media_security(w->rooms, w->time, 0, &facts), 0);
  assert_true(said_nothing_to(w, &host)); /* the page has not proved itself yet */
  say(w, &host, "hello", "");
  assert_string_equal(text_of(heard(w, &host, "welcome"), "speaker"), guest.id);
  const json_t *told = heard(w, &host, "security");
  assert_memory_equal(text_of(told, "fingerprint_server"), "AB:00:", 6);
  assert_int_equal(json_integer_value(json_object_get(told, "since")), 1795420800);
  const json_t *list = json_object_get(heard(w, &host, "slots"), "slots");
  assert_string_equal(text_of(json_array_get(list, 0), "who"), guest.id);
  assert_true(json_is_null(json_object_get(json_array_get(list, 1), "who")));
}

/* News of a replaced connection, and of people whose media is none of that process's business. */
static void test_untimely_and_foreign_news(void **state)
{
  struct world *w = *state;
  struct tab host = join_with_media(w);
  struct ipc_security facts = {.peer = host.person, .connection = 1};
  const struct ipc_slots slots = {.peer = host.person, .connection = 1};
  const struct ipc_gone gone = {.peer = host.person, .connection = 1};
  const struct ipc_answer late = {.peer = host.person, .id = 1, .sdp = span_str("v=0")};
  assert_int_equal(rooms_media_security(w->rooms, w->time, 1, &facts), ERR_NOT_FOUND);
  assert_int_equal(rooms_media_slots(w->rooms, 1, &slots), ERR_NOT_FOUND);
  assert_int_equal(rooms_media_answered(w->rooms, 1, &late), ERR_NOT_FOUND);
  offer(w, &host, 1); /* connection 2 */
  assert_int_equal(rooms_media_security(w->rooms, w->time, 0, &facts), ERR_NOT_FOUND);
  assert_int_equal(rooms_media_slots(w->rooms, 0, &slots), ERR_NOT_FOUND);
  assert_int_equal(rooms_media_gone(w->rooms, w->time, 0, &gone), ERR_NOT_FOUND);
  assert_true(said_nothing_to(w, &host));
  facts.connection = 2;
  assert_int_equal(rooms_media_security(w->rooms, w->time, 0, &facts), 0);
  assert_non_null(heard(w, &host, "security"));
}

/* --- rooms --- */

static void test_empty_room_ends(void **state)
{
  struct world *w = *state;
  uint64_t room;
  pass(w, 12 * 3600 * SECOND - 60 * SECOND);
  assert_int_equal(rooms_find(w->rooms, w->address, &room), 0);
  struct tab host = join_host(w);
  pass(w, 120 * SECOND);
  say(w, &host, "leave", "");
  pass(w, 12 * 3600 * SECOND);
  assert_int_equal(rooms_find(w->rooms, w->address, &room), ERR_NOT_FOUND);
  struct browser two = browser_number(2);
  assert_int_equal(may_enter(w, &two, false), ERR_NOT_FOUND);
  assert_int_equal(open_socket(w, &host, false), ERR_NOT_FOUND);
}

static void test_only_the_link_makes_a_host(void **state)
{
  struct world *w = *state;
  struct browser one = browser_number(HOST_BROWSER), two = browser_number(2);
  assert_true(rooms_is_host(w->rooms, w->room, &one));
  assert_false(rooms_is_host(w->rooms, w->room, &two));
}

static void test_stop(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w);
  rooms_stop(w->rooms, w->time);
  assert_string_equal(text_of(heard(w, &host, "ended"), "code"), "server_stopping");
  assert_int_equal(w->closed[host.socket], CLOSE_STOPPING);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_host_and_guest), IN_WORLD(test_hello_comes_first), IN_WORLD(test_no_hello_in_time),
    IN_WORLD(test_waiting_guest_is_powerless), IN_WORLD(test_guest_cannot_admit), IN_WORLD(test_refused),
    IN_WORLD(test_all_at_once), IN_WORLD(test_room_is_full), IN_WORLD(test_too_many_knock),
    IN_WORLD(test_filled_up_meanwhile), IN_WORLD(test_leave),
    IN_WORLD(test_n_must_be_the_next), IN_WORLD(test_drop_and_resume), IN_WORLD(test_lost_for_good),
    IN_WORLD(test_waiting_survives_a_drop), IN_WORLD(test_newer_socket_replaces),
    IN_WORLD(test_new_stay_ends_the_old), IN_WORLD(test_flood_of_messages), IN_WORLD(test_offer_and_answer),
    IN_WORLD(test_level_of_a_muted_microphone), IN_WORLD(test_answer_to_a_replaced_connection),
    IN_WORLD(test_anew),
    IN_WORLD(test_refused_offer), IN_WORLD(test_too_many_offers), IN_WORLD(test_connection_lost),
    IN_WORLD(test_media_process_restarts), IN_WORLD(test_least_loaded_process), IN_WORLD(test_facts_are_told_again),
    IN_WORLD(test_untimely_and_foreign_news),
    IN_WORLD(test_empty_room_ends), IN_WORLD(test_only_the_link_makes_a_host), IN_WORLD(test_stop),
  };
  return RUN_TESTS("rooms", tests);
}
