/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms_moves.c: viewers who move between media processes, and what becomes of the connections that they had. */
#include "rooms_testing.h"

/* What the tests call text_of and say is of pages. */
#define text_of rooms_text_of
#define say rooms_say
#include "web/rooms_internal.h"
#undef text_of
#undef say

#include "web/metrics.h"

#define VIEWERS 30
#define LOOK ((BALANCE_NEW_US + BALANCE_CLEAR_US) / SECOND + 1) /* seconds until a new process may take somebody */

static const struct identity a_viewer = {.role = AS_VIEWER, .door_open = true};

struct event {
  struct room_policy policy;
  struct tab host, viewers[VIEWERS];
  bool answers[VIEWERS];
  unsigned offers[VIEWERS], asked[VIEWERS];
};

static void report(struct world *w, unsigned process)
{
  const struct ipc_load load = {.busy = 10, .peers = 20};
  assert_int_equal(rooms_media_load(w->rooms, w->time.now_us, process, &load), 0);
}

static void say_connected(struct world *w, const struct tab *page, unsigned process, uint32_t connection,
                          const char *group)
{
  const struct ipc_security security = {.peer = page->person, .connection = connection, .state = IPC_MEDIA_CONNECTED,
                                        .group = span_str(group)};
  assert_int_equal(rooms_media_security(w->rooms, w->time, process, &security), 0);
}

/* What the process says when the last offer of this page has become a connection. */
static void connect(struct world *w, const struct tab *page, unsigned process, uint32_t connection)
{
  const struct ipc_answer answer = {.peer = page->person, .id = 1, .sdp = span_str("v=0")};
  assert_int_equal(rooms_media_answered(w->rooms, process, &answer), 0);
  say_connected(w, page, process, connection, "X25519MLKEM768");
}

static void offer_anew(struct world *w, struct tab *page, unsigned id)
{
  char fields[128];
  (void)snprintf(fields, sizeof fields, "\"id\":%u,\"anew\":true,\"sdp\":\"v=0\",%s", id, SOURCES);
  say(w, page, "offer", fields);
}

/* Everybody is in process 0, because 1 was not there. */
static struct event hold_event(struct world *w, enum room_kind kind)
{
  struct event e = {.policy = a_policy()};
  e.policy.present = e.policy.share = ROLE_SPEAKER;
  e.policy.waiting_room = false;
  open_room(w, kind, &e.policy);
  e.host = walk_in(w, HOST_BROWSER, &a_host);
  if (kind == ROOM_EVENT)
    broadcast(w, &e.host, true);
  offer(w, &e.host, 1);
  connect(w, &e.host, 0, 1);
  for (unsigned i = 0; i < VIEWERS; i++) {
    e.viewers[i] = walk_in(w, (uint16_t)(10 + i), &a_viewer);
    offer(w, &e.viewers[i], 1);
    assert_int_equal(w->process, 0);
    connect(w, &e.viewers[i], 0, 1);
    e.answers[i] = true;
    e.offers[i] = 1;
  }
  forget_said(w);
  rooms_media_up(w->rooms, 1);
  return e;
}

static void second(struct world *w)
{
  pass(w, SECOND);
  report(w, 0);
  report(w, 1);
}

static bool is_asked(struct world *w, const struct tab *page)
{
  const json_t *renew = heard(w, page, "renew");
  if (renew != NULL)
    assert_string_equal(text_of(renew, "why"), "moved");
  return renew != NULL;
}

/* Goes on for so long; pages that are asked do it. How many were asked. */
static unsigned go_on(struct world *w, struct event *e, unsigned seconds)
{
  unsigned asked = 0;
  for (unsigned s = 0; s < seconds; s++) {
    second(w);
    for (unsigned i = 0; i < VIEWERS; i++) {
      if (!is_asked(w, &e->viewers[i]))
        continue;
      asked++;
      e->asked[i]++;
      if (!e->answers[i])
        continue;
      offer_anew(w, &e->viewers[i], ++e->offers[i]);
      connect(w, &e->viewers[i], w->process, e->offers[i]);
    }
  }
  return asked;
}

static unsigned first_asked(struct world *w, struct event *e)
{
  for (unsigned s = 0; s < 2 * LOOK; s++) {
    second(w);
    for (unsigned i = 0; i < VIEWERS; i++)
      if (is_asked(w, &e->viewers[i])) {
        e->asked[i]++;
        return i;
      }
  }
  fail_msg("nobody was asked");
  return 0;
}

/* It does not connect, as behind a wall that lets one port through: the page tries once more. */
static void fail_to_move(struct world *w, struct event *e, unsigned i)
{
  offer_anew(w, &e->viewers[i], ++e->offers[i]);
  assert_int_equal(w->process, 1);
  second(w);
  second(w);
  offer_anew(w, &e->viewers[i], ++e->offers[i]);
  assert_int_equal(w->process, 0);
  connect(w, &e->viewers[i], 0, e->offers[i]);
}

static const struct rooms_counters *counters(const struct world *w)
{
  return rooms_counters(w->rooms);
}

static void test_viewers_are_evened_out(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  assert_int_equal(go_on(w, &e, LOOK - 2), 0);
  unsigned asked = go_on(w, &e, 60);
  assert_in_range(asked, 15, 15); /* 31 people: 16 and 15 */
  assert_int_equal(counters(w)->moves, asked);
  assert_int_equal(counters(w)->moves_asked, asked);
  assert_int_equal(counters(w)->renewals, 0); /* nothing has broken */
  assert_int_equal(w->spread.members, 1u << 1);
  assert_int_equal(w->hang_ups, asked); /* each old connection, once the new one had its pictures */
  assert_int_equal(w->hung_up_in, 0);
  assert_null(heard(w, &e.host, "renew"));
  assert_int_equal(go_on(w, &e, 1000), 0);
  uint8_t text[32768];
  struct writer out = writer_of(text, sizeof text - 1);
  metrics_write(w->rooms, w->time.now_us, &out);
  text[out.n] = '\0';
  assert_non_null(strstr((char *)text, "\ntestudo_moves_total 15\n"));
}

/* The clock comes round more often than once a second. */
static void test_a_few_in_a_second(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned asked = 0;
  for (unsigned s = 0; s < LOOK + 1; s++) {
    second(w);
    const uint64_t before = counters(w)->moves_asked;
    for (unsigned i = 0; i < 3; i++) {
      w->time.now_us += SECOND / 4 - 1;
      rooms_tick(w->rooms, w->time);
    }
    assert_int_equal(counters(w)->moves_asked, before);
    asked += counters(w)->moves_asked > 0;
  }
  assert_in_range(counters(w)->moves_asked, BALANCE_AT_ONCE, BALANCE_AT_ONCE * asked);
  (void)e;
}

static void test_a_meeting_is_not(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_OPEN);
  assert_int_equal(go_on(w, &e, 200), 0);
}

/* The old connection goes on until the new one has its pictures, and then it ends. */
static void test_the_old_connection_goes_on(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  assert_int_equal(w->process, 1);
  second(w);
  assert_int_equal(w->hang_ups, 0);
  const struct ipc_slots slots = {.peer = e.viewers[i].person, .connection = 1};
  assert_int_equal(rooms_media_slots(w->rooms, 0, &slots), ERR_NOT_FOUND); /* it is no more heard */
  assert_int_equal(counters(w)->moves, 0);
  connect(w, &e.viewers[i], 1, 2);
  assert_int_equal(counters(w)->moves, 1);
  say_connected(w, &e.viewers[i], 1, 2, "X25519MLKEM768"); /* from another address */
  assert_int_equal(counters(w)->moves, 1);
  second(w);
  assert_int_equal(w->hang_ups, 0);
  pass(w, 7 * SECOND);
  assert_int_equal(w->hang_ups, 1);
  assert_int_equal(w->hung_up_in, 0);
}

/* It came late, and has come. */
static void test_a_connection_that_is_late_counts(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  pass(w, 40 * SECOND);
  assert_int_equal(w->hang_ups, 1);
  assert_int_equal(counters(w)->moves, 0);
  connect(w, &e.viewers[i], 1, 2);
  assert_int_equal(counters(w)->moves, 1);
}

/* The new connection is yet to show its keys, and the old one, with others than demanded, ends before that. (T4) */
static void test_demanded_keys_end_the_old_connection(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  say_connected(w, &e.viewers[i], 0, 1, "X25519");
  offer_anew(w, &e.viewers[i], 2);
  assert_int_equal(w->process, 1);
  e.policy.post_quantum = true;
  change_room(w, ROOM_EVENT, &e.policy);
  assert_int_equal(w->hang_ups, 1);
  assert_int_equal(w->hung_up_in, 0);
  assert_int_equal(w->closed[e.viewers[i].socket], 0);
  connect(w, &e.viewers[i], 1, 2);
  assert_int_equal(counters(w)->moves, 1);
  pass(w, 60 * SECOND);
  assert_int_equal(w->hang_ups, 1);
}

/* Nor does a rule that is lifted end anything. */
static void test_keys_no_longer_demanded_end_nothing(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  e.policy.post_quantum = true;
  change_room(w, ROOM_EVENT, &e.policy);
  unsigned i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  e.policy.post_quantum = false;
  change_room(w, ROOM_EVENT, &e.policy);
  assert_int_equal(w->hang_ups, 0);
}

/* Who is removed is hung up in both. (A4) */
static void test_who_is_removed_on_the_way_is_out(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  moderate(w, &e.host, "remove", &e.viewers[i]);
  assert_int_equal(w->hang_ups, 2);
}

static void test_a_page_that_does_not_react_keeps_its_place(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  memset(e.answers, 0, sizeof e.answers);
  (void)go_on(w, &e, 250);
  assert_int_equal(counters(w)->moves, 0);
  assert_true(counters(w)->moves_asked <= VIEWERS); /* nobody twice */
  assert_int_equal(w->hang_ups, 0);
  for (unsigned i = 0; i < VIEWERS; i++) { /* a change of the connection that it has is no new one */
    offer(w, &e.viewers[i], 2);
    assert_int_equal(w->process, 0);
    assert_int_equal(w->offer.connection, 1);
  }
}

/* Late is too late: the place was given up, and is kept. */
static void test_a_page_that_is_late_stays(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  memset(e.answers, 0, sizeof e.answers);
  (void)go_on(w, &e, 12);
  offer_anew(w, &e.viewers[i], 2);
  assert_int_equal(w->process, 0);
}

static void test_back_where_it_worked(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  fail_to_move(w, &e, first_asked(w, &e));
  assert_int_equal(w->hang_ups, 2); /* both, and the next one begins */
  assert_int_equal(w->rooms->balance.failures[1], 1);
  forget_said(w);
  unsigned asked = go_on(w, &e, 50);
  assert_in_range(asked, 12, 15); /* others go there */
  assert_int_equal(counters(w)->moves, asked);
  assert_int_equal(w->rooms->balance.failures[1], 0);
}

/* Not those who do not answer, who may do it later. */
static void test_who_could_not_is_not_asked_again(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  memset(e.answers, 0, sizeof e.answers);
  unsigned fails = first_asked(w, &e);
  fail_to_move(w, &e, fails);
  (void)go_on(w, &e, 1500);
  for (unsigned i = 0; i < VIEWERS; i++)
    assert_in_range(e.asked[i], i == fails ? 1 : 2, i == fails ? 1 : 6);
}

/* One after the other: it is the process, which rests. */
static void test_where_nobody_gets_nobody_is_sent(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  for (unsigned i = 0; i < BALANCE_FAILURES; i++)
    fail_to_move(w, &e, first_asked(w, &e));
  forget_said(w);
  assert_int_equal(go_on(w, &e, 50), 0);
  assert_true(go_on(w, &e, 30) > 0);
}

/* Nobody has failed who is wanted at home meanwhile, nor who got there. */
static void test_a_way_back_is_no_failure(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  set_role(w, &e.host, &e.viewers[i], "speaker");
  offer_anew(w, &e.viewers[i], 3);
  assert_int_equal(w->process, 0);
  connect(w, &e.viewers[i], 0, 3);
  assert_false(person_get(w->rooms, e.viewers[i].person)->move_failed);
  assert_int_equal(w->rooms->balance.failures[1], 0);
  assert_int_equal(counters(w)->moves, 0);
  i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  connect(w, &e.viewers[i], 1, 2);
  rooms_media_down(w->rooms, 1);
  offer_anew(w, &e.viewers[i], 3);
  assert_int_equal(w->process, 0);
  assert_false(person_get(w->rooms, e.viewers[i].person)->move_failed);
  assert_int_equal(w->rooms->balance.failures[1], 0);
}

/* Neither end of a move takes the call with it when it dies. */
static void test_processes_die_on_the_way(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  rooms_media_down(w->rooms, 1); /* before the page has made anything */
  offer_anew(w, &e.viewers[i], 2);
  assert_int_equal(w->process, 0);
  connect(w, &e.viewers[i], 0, 2);
  rooms_media_up(w->rooms, 1);
  (void)go_on(w, &e, 5); /* whoever was asked before */
  forget_said(w);
  i = first_asked(w, &e);
  e.offers[i]++;
  offer_anew(w, &e.viewers[i], e.offers[i]);
  assert_int_equal(w->process, 1);
  rooms_media_down(w->rooms, 1); /* before it has connected */
  offer_anew(w, &e.viewers[i], ++e.offers[i]);
  assert_int_equal(w->process, 0);
  connect(w, &e.viewers[i], 0, e.offers[i]);
}

static void test_the_old_one_dies_on_the_way(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  unsigned i = first_asked(w, &e);
  offer_anew(w, &e.viewers[i], 2);
  rooms_media_down(w->rooms, 0);
  rooms_media_up(w->rooms, 0);
  assert_null(heard(w, &e.viewers[i], "renew")); /* its new one lives */
  connect(w, &e.viewers[i], 1, 2);
  pass(w, 50 * SECOND);
  assert_int_equal(w->hang_ups, 0);
  assert_int_equal(w->spread.members, 1u << 1);
}

/* Not who is about to be heard, nor who records. */
static void test_some_are_never_asked(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  const unsigned raises = VIEWERS - 1, invited = VIEWERS - 2, records = VIEWERS - 3, speaks = VIEWERS - 4,
                 away = VIEWERS - 5;
  say(w, &e.viewers[raises], "hand", "\"up\":true");
  order_on(w, &e.host, "invite", &e.viewers[invited], true);
  say(w, &e.viewers[records], "recording", "\"on\":true");
  set_role(w, &e.host, &e.viewers[speaks], "speaker");
  assert_non_null(heard(w, &e.viewers[speaks], "renew"));
  offer(w, &e.viewers[speaks], 2);
  connect(w, &e.viewers[speaks], 0, 2);
  rooms_socket_lost(w->rooms, w->time, e.viewers[away].person, e.viewers[away].socket);
  forget_said(w);
  assert_in_range(go_on(w, &e, 40), 13, 16);
  for (unsigned i = away; i <= raises; i++)
    assert_int_equal(e.offers[i], 1);
}

/* --- whatever happens, everybody counts once --- */

static unsigned random_below(unsigned n)
{
  static unsigned state = 7;
  state = state * 1103515245 + 12345;
  return (state >> 16) % n;
}

static void check_counts(const struct world *w)
{
  const struct rooms *r = w->rooms;
  const struct room *room = room_get(r, w->room);
  uint32_t load[2] = {0}, away[2] = {0};
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *p = member_at(r, room, i);
    if (!p->placed)
      continue;
    load[p->move_to != 0 ? p->move_to - 1 : (int)p->process]++;
    away[p->process]++;
    if (p->moved_from != 0)
      away[p->moved_from - 1]++;
  }
  for (unsigned i = 0; i < 2; i++) {
    assert_int_equal(r->load[i], load[i]);
    assert_int_equal(room->away[i], i == room->process ? 0 : away[i]);
    assert_int_equal(room->spans >> i & 1, room->away[i] > 0);
  }
}

static void do_anything(struct world *w, struct event *e, unsigned i)
{
  struct tab *page = &e->viewers[i];
  switch (random_below(100)) {
  case 0: say(w, page, "leave", ""); break;
  case 1: set_role(w, &e->host, page, random_below(2) == 0 ? "speaker" : "viewer"); break;
  case 2: rooms_media_down(w->rooms, random_below(2)); break;
  case 3:
  case 4: rooms_media_up(w->rooms, random_below(2)); break;
  case 5: moderate(w, &e->host, "remove", page); break;
  case 6: moderate(w, &e->host, "send_back", page); break;
  case 7: moderate(w, &e->host, "admit", page); break;
  case 8: offer_anew(w, page, ++e->offers[i]); break;
  case 9: offer(w, page, ++e->offers[i]); break;
  case 10: rooms_socket_lost(w->rooms, w->time, page->person, page->socket); break;
  case 11: pass(w, SECOND * (1 + random_below(50))); break;
  default: break;
  }
}

/* Pages do as they are told, most of them, and what they offer becomes a connection, mostly. */
static void react(struct world *w, struct event *e, unsigned i)
{
  struct tab *page = &e->viewers[i];
  const struct person *p = person_get(w->rooms, page->person);
  if (heard(w, page, "renew") != NULL && random_below(8) != 0)
    offer_anew(w, page, ++e->offers[i]);
  if (p->state == STAY_IN && p->unanswered > 0 && w->rooms->up[p->process] && random_below(8) != 0)
    connect(w, page, p->process, p->connection);
}

static bool is_gone(const struct world *w, const struct tab *page)
{
  const struct person *p = person_get(w->rooms, page->person);
  return p == NULL || p->socket != page->socket || w->closed[page->socket] != 0;
}

static void come_again(struct world *w, struct event *e, unsigned i)
{
  e->viewers[i] = open_page_as(w, (uint16_t)(10 + i), &a_viewer);
  say(w, &e->viewers[i], "hello", "");
  e->offers[i] = 1;
  offer(w, &e->viewers[i], 1);
}

static void test_everybody_counts_once(void **state)
{
  struct world *w = *state;
  struct event e = hold_event(w, ROOM_EVENT);
  for (unsigned s = 0; s < 4000; s++) {
    for (unsigned i = 0; i < VIEWERS; i++) {
      if (is_gone(w, &e.viewers[i]))
        come_again(w, &e, i);
      react(w, &e, i);
    }
    check_counts(w);
    do_anything(w, &e, random_below(VIEWERS));
    check_counts(w);
    forget_said(w);
    pass(w, SECOND);
    for (unsigned process = 0; process < 2; process++)
      if (w->rooms->up[process])
        report(w, process);
    check_counts(w);
  }
  assert_true(counters(w)->moves > 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_viewers_are_evened_out),
    IN_WORLD(test_a_few_in_a_second),
    IN_WORLD(test_a_meeting_is_not),
    IN_WORLD(test_the_old_connection_goes_on),
    IN_WORLD(test_a_connection_that_is_late_counts),
    IN_WORLD(test_demanded_keys_end_the_old_connection),
    IN_WORLD(test_keys_no_longer_demanded_end_nothing),
    IN_WORLD(test_who_is_removed_on_the_way_is_out),
    IN_WORLD(test_a_page_that_does_not_react_keeps_its_place),
    IN_WORLD(test_a_page_that_is_late_stays),
    IN_WORLD(test_back_where_it_worked),
    IN_WORLD(test_who_could_not_is_not_asked_again),
    IN_WORLD(test_where_nobody_gets_nobody_is_sent),
    IN_WORLD(test_a_way_back_is_no_failure),
    IN_WORLD(test_processes_die_on_the_way),
    IN_WORLD(test_the_old_one_dies_on_the_way),
    IN_WORLD(test_some_are_never_asked),
    IN_WORLD(test_everybody_counts_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
