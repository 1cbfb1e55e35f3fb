/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/rooms*.c: stored rooms with identities, hosts, policies, bans, alerts and endings from outside (A4 to A7,
 * T4). */
#include "rooms_testing.h"

static const struct identity a_guest = {.role = AS_PARTICIPANT, .device = {7}};

/* Known by a verified address alone. */
static const struct identity a_pupil = {.role = AS_PARTICIPANT, .email = "pupil@example.org",
                                        .verified = VERIFIED_EMAIL, .device = {9}, .session.b = {0x5e, 9}};

static const struct identity a_ticket_holder = {.role = AS_PARTICIPANT, .ticket.b = {0x71}, .door_open = true,
                                                .email = "paid@example.org", .verified = VERIFIED_TICKET};

static struct tab open_lesson(struct world *w, const struct room_policy *policy)
{
  open_room(w, ROOM_OPEN, policy);
  return walk_in(w, HOST_BROWSER, &a_host);
}

static const json_t *person_of(const json_t *welcome, const struct tab *who)
{
  const json_t *people = json_object_get(welcome, "people");
  for (size_t i = 0; i < json_array_size(people); i++)
    if (strcmp(text_of(json_array_get(people, i), "id"), who->id) == 0)
      return json_array_get(people, i);
  return NULL;
}

/* --- rooms --- */

static void test_live(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  uint64_t again;
  assert_false(rooms_is_live(w->rooms, &ROOM_UID));
  struct tab host = open_lesson(w, &policy);
  assert_true(rooms_is_live(w->rooms, &ROOM_UID));
  assert_int_equal(rooms_people_in(w->rooms, &ROOM_UID), 1);
  const struct room_plan plan = {.id = ROOM_UID, .stored = true, .kind = ROOM_EVENT, .policy = policy};
  assert_int_equal(rooms_open(w->rooms, w->time.now_us, &plan, &again), 0);
  assert_true(again == w->room);
  pass(w, 700 * SECOND);
  assert_true(rooms_is_live(w->rooms, &ROOM_UID));
  say(w, &host, "leave", "");
  assert_int_equal(rooms_people_in(w->rooms, &ROOM_UID), 0);
  pass(w, 599 * SECOND);
  assert_true(rooms_is_live(w->rooms, &ROOM_UID));
  pass(w, 1 * SECOND);
  assert_false(rooms_is_live(w->rooms, &ROOM_UID));
}

/* A call is for its two accounts, and over for one when the other has left. */
static void test_call(void **state)
{
  struct world *w = *state;
  const struct identity ann = {.role = AS_PARTICIPANT, .account.b = {1}, .session.b = {1}, .verified = VERIFIED_ACCOUNT};
  const struct identity bob = {.role = AS_PARTICIPANT, .account.b = {2}, .session.b = {2}, .verified = VERIFIED_ACCOUNT};
  const struct identity eve = {.role = AS_PARTICIPANT, .account.b = {3}, .session.b = {3}, .verified = VERIFIED_ACCOUNT};
  struct entry_grant grant = {.browser = browser_number(9), .who = eve};
  assert_int_equal(rooms_create_call(w->rooms, w->time.now_us, &ann.account, &bob.account, w->address), 0);
  assert_int_equal(rooms_find(w->rooms, w->address, &w->room), 0);
  grant.room = w->room;
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), ERR_NOT_FOUND);
  grant.who = a_guest;
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), ERR_NOT_FOUND);
  assert_true(rooms_is_call_of_others(w->rooms, w->room, &eve.account));
  assert_false(rooms_is_call_of_others(w->rooms, w->room, &bob.account));
  struct tab first = walk_in(w, 1, &ann);
  pass(w, 60 * SECOND);
  struct tab second = walk_in(w, 2, &bob);
  pass(w, 3600 * SECOND);
  assert_int_equal(w->closed[second.socket], 0);
  say(w, &first, "leave", "");
  pass(w, SECOND);
  const json_t *ended = heard(w, &second, "ended");
  assert_non_null(ended);
  assert_string_equal(text_of(ended, "code"), "call_over");
  assert_int_equal(w->closed[second.socket], CLOSE_ENDED);
  assert_int_equal(rooms_find(w->rooms, w->address, &w->room), ERR_NOT_FOUND);
}

static void test_call_that_nobody_comes_to(void **state)
{
  struct world *w = *state;
  const struct uid ann = {{1}}, bob = {{2}};
  assert_int_equal(rooms_create_call(w->rooms, w->time.now_us, &ann, &bob, w->address), 0);
  pass(w, 119 * SECOND);
  assert_int_equal(rooms_find(w->rooms, w->address, &w->room), 0);
  pass(w, 2 * SECOND);
  assert_int_equal(rooms_find(w->rooms, w->address, &w->room), ERR_NOT_FOUND);
}

static void test_no_room_for_rooms(void **state)
{
  struct world *w = *state;
  struct room_plan plan = {.stored = true, .policy = a_policy()};
  uint64_t room;
  for (uint8_t i = 1; i <= 4; i++) {
    plan.id.b[0] = i;
    assert_int_equal(rooms_open(w->rooms, w->time.now_us, &plan, &room), i < 4 ? 0 : ERR_LIMIT);
  }
  assert_false(rooms_is_live(w->rooms, &plan.id));
}

/* The host link's browser is nobody in a stored room; hosts are who admission says, and there can be several. */
static void test_hosts(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct browser one = browser_of(HOST_BROWSER), none = {0};
  open_room(w, ROOM_OPEN, &policy);
  assert_false(rooms_is_host(w->rooms, w->room, &one));
  assert_false(rooms_is_host(w->rooms, w->room, &none));
  struct tab guest = knock(w, HOST_BROWSER), first = walk_in(w, 2, &a_host), second = walk_in(w, 3, &a_host);
  const json_t *joined = json_object_get(heard(w, &first, "joined"), "person");
  assert_string_equal(text_of(joined, "role"), "host");
  moderate(w, &second, "remove", &first);
  assert_error(w, &second, "not_allowed");
  moderate(w, &second, "admit", &guest);
  assert_non_null(heard(w, &guest, "welcome"));
}

static void test_who_sees_what(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), guest = join_guest(w, &host, 2);
  forget_said(w);
  struct tab pupil = knock_as(w, 3, &a_pupil);
  const json_t *news = heard(w, &host, "knock");
  assert_string_equal(text_of(news, "verified"), "email");
  assert_string_equal(text_of(news, "email"), "pupil@example.org");
  assert_false(is_true(news, "looks_banned"));
  moderate(w, &host, "admit", &pupil);
  const json_t *to_host = json_object_get(heard(w, &host, "joined"), "person");
  const json_t *to_guest = json_object_get(heard(w, &guest, "joined"), "person");
  assert_string_equal(text_of(to_host, "email"), "pupil@example.org");
  assert_string_equal(text_of(to_guest, "verified"), "email");
  assert_true(json_is_null(json_object_get(to_guest, "email")));
  const json_t *welcome = heard(w, &pupil, "welcome");
  assert_true(json_is_null(json_object_get(person_of(welcome, &host), "email")));
  assert_true(is_true(person_of(welcome, &host), "account_name"));
  assert_false(is_true(person_of(welcome, &pupil), "account_name"));
  assert_string_equal(text_of(welcome, "title"), "Lesson");
  assert_string_equal(text_of(welcome, "kind"), "open");
  switch_on(w, &pupil, MIC);
  assert_string_equal(text_of(assert_changed(w, &host, &pupil), "email"), "pupil@example.org");
  const json_t *to_others = json_object_get(assert_changed(w, &guest, &pupil), "email");
  assert_true(json_is_null(to_others));
}

/* --- the door --- */

static void test_open_door(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), paid = walk_in(w, 2, &a_ticket_holder);
  (void)walk_in(w, 3, &a_cohost);
  (void)knock_as(w, 4, &a_guest);
  moderate(w, &host, "send_back", &paid); /* the right to walk in is gone for a while */
  assert_non_null(heard(w, &paid, "waiting"));
  paid = knock_as(w, 2, &a_ticket_holder);
  moderate(w, &host, "admit", &paid);
  assert_non_null(heard(w, &paid, "welcome"));
  say(w, &paid, "leave", "");
  paid = walk_in(w, 2, &a_ticket_holder);
  moderate(w, &host, "remove", &paid);
  paid = knock_as(w, 2, &a_ticket_holder);
  say(w, &paid, "leave", "");
  pass(w, 600 * SECOND);
  (void)walk_in(w, 2, &a_ticket_holder);
}

static void test_locked(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.locked = true;
  struct tab host = open_lesson(w, &policy);
  struct tab paid = {.browser = 2, .who = &a_ticket_holder}, cohost = {.browser = 3, .who = &a_cohost};
  struct entry_grant grant = grant_of(w, &paid, false);
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), ERR_AGAIN);
  grant = grant_of(w, &cohost, false);
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), 0);
  say(w, &host, "lock", "\"on\":false");
  assert_int_equal(w->policies, 1);
  assert_false(w->policy.locked);
  (void)walk_in(w, 2, &a_ticket_holder);
}

/* Early or late: the room is never fuller than its maximum, and a place is kept for the first host. */
static void test_most(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.most = 3;
  policy.waiting_room = false;
  open_room(w, ROOM_OPEN, &policy);
  (void)walk_in(w, 2, &a_guest);
  struct tab second = walk_in(w, 3, &a_guest), late = {.browser = 4, .who = &a_guest};
  const struct entry_grant grant = grant_of(w, &late, false);
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), ERR_LIMIT);
  assert_int_equal(open_socket(w, &late, false), ERR_LIMIT);
  struct entry_grant again = grant_of(w, &second, false);
  assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &again), 0);
  second = walk_in(w, 3, &a_guest); /* a page that was reloaded has its place */
  (void)walk_in(w, HOST_BROWSER, &a_host);
  say(w, &second, "leave", "");
  (void)walk_in(w, 4, &a_guest);
  (void)walk_in(w, 5, &a_host); /* the second host finds a place in any case, and takes one from guests */
  assert_int_equal(rooms_people_in(w->rooms, &ROOM_UID), 4);
}

/* --- rights --- */

static void test_present_and_share(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.present = ROLE_SPEAKER;
  policy.share = ROLE_COHOST;
  policy.chat = ROLE_HOST;
  struct tab host = open_lesson(w, &policy), guest = join_guest(w, &host, 2), speaker = walk_in(w, 3, &a_speaker);
  const json_t *may;
  offer(w, &guest, 1);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 0);
  switch_on(w, &guest, MIC | CAMERA | SCREEN);
  assert_muted(w, &guest, "mic", NULL);
  assert_int_equal(w->publishes, 0);
  offer(w, &speaker, 1);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 1);
  switch_on(w, &speaker, MIC | CAMERA | SCREEN);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
  assert_muted(w, &speaker, "screen", NULL);
  may = json_object_get(json_object_get(heard(w, &host, "joined"), "person"), "may");
  assert_true(!is_true(may, "present") && !is_true(may, "share") && !is_true(may, "chat"));
  may = json_object_get(json_object_get(heard(w, &host, "joined"), "person"), "may");
  assert_true(is_true(may, "present") && !is_true(may, "share"));
  set_role(w, &host, &guest, "speaker"); /* within the call: the page is asked for a connection with sources */
  assert_string_equal(text_of(heard(w, &guest, "renew"), "why"), "role_changed");
  offer(w, &guest, 2);
  assert_int_equal(w->offer.source_mid[SOURCE_MIC].n, 1);
}

/* What was on goes off when the rules change, and comes back only by the person's own hand. */
static void test_policy_changes(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), guest = join_with_all_on(w, &host, 2), cohost = walk_in(w, 3, &a_cohost);
  offer(w, &cohost, 1);
  switch_on(w, &cohost, MIC);
  forget_said(w);
  policy.share = ROLE_SPEAKER;
  change_room(w, ROOM_OPEN, &policy);
  assert_int_equal(w->publish.peer, guest.person);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
  assert_muted(w, &guest, "screen", NULL);
  assert_null(heard(w, &guest, "renew"));
  const json_t *room = heard(w, &guest, "room");
  assert_string_equal(text_of(room, "title"), "Another");
  assert_string_equal(text_of(json_object_get(room, "rules"), "share"), "speaker");
  assert_non_null(heard(w, &guest, "welcome"));
  policy.present = ROLE_COHOST;
  change_room(w, ROOM_OPEN, &policy);
  assert_int_equal(w->publish.peer, guest.person);
  assert_int_equal(w->publish.publish, 0);
  assert_string_equal(text_of(heard(w, &guest, "renew"), "why"), "role_changed");
  assert_null(heard(w, &cohost, "muted"));
  switch_on(w, &guest, MIC);
  assert_int_equal(w->publish.publish, 0);
  assert_int_equal(w->policies, 0); /* who changed it from outside knows */
  struct uid other = {.b = {1}};
  assert_int_equal(rooms_set_policy(w->rooms, w->time, &other, ROOM_OPEN, "", &policy), ERR_NOT_FOUND);
}

/* More than the stage holds when everybody may speak suddenly: who was there first keeps the place. */
static void test_stage_is_too_small(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.present = policy.share = ROLE_SPEAKER;
  policy.waiting_room = false;
  struct tab host = open_lesson(w, &policy), first = walk_in(w, 100, &a_guest), last = first;
  for (uint16_t i = 1; i < 30; i++)
    last = walk_in(w, (uint16_t)(100 + i), &a_guest);
  forget_said(w);
  policy.present = ROLE_PARTICIPANT;
  change_room(w, ROOM_OPEN, &policy);
  const json_t *welcome = heard(w, &host, "welcome");
  assert_string_equal(text_of(person_of(welcome, &first), "role"), "participant");
  assert_string_equal(text_of(person_of(welcome, &last), "role"), "viewer");
  const json_t *people = json_object_get(welcome, "people");
  unsigned participants = 0;
  for (size_t i = 0; i < json_array_size(people); i++)
    participants += strcmp(text_of(json_array_get(people, i), "role"), "viewer") == 0 ? 0 : 1;
  assert_int_equal(participants, LIMIT_ROOM_PEOPLE);
}

/* Another title changes nothing of who stands where, also when hosts have come in over the number. */
static void test_title_alone(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.waiting_room = false;
  struct tab host = open_lesson(w, &policy), guest = host;
  for (uint16_t i = 0; i < LIMIT_ROOM_PEOPLE - 1; i++)
    guest = walk_in(w, (uint16_t)(100 + i), &a_guest);
  (void)walk_in(w, 3, &a_host);
  forget_said(w);
  change_room(w, ROOM_OPEN, &policy);
  assert_string_equal(text_of(heard(w, &guest, "room"), "title"), "Another");
  assert_true(said_nothing_to(w, &guest) && heard(w, &host, "changed") == NULL);
}

/* --- post-quantum --- */

static void report(struct world *w, const struct tab *page, const char *group)
{
  const struct ipc_security facts = {.peer = page->person, .connection = 1, .state = IPC_MEDIA_CONNECTED,
                                     .group = span_str(group)};
  assert_int_equal(rooms_media_security(w->rooms, w->time, 0, &facts), 0);
}

static void assert_put_out_as_unsafe(struct world *w, const struct tab *page)
{
  assert_string_equal(text_of(heard(w, page, "refused"), "code"), "post_quantum_needed");
  assert_int_equal(w->closed[page->socket], CLOSE_REFUSED);
}

static void test_post_quantum(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.post_quantum = true;
  struct tab host = open_lesson(w, &policy), safe = join_guest(w, &host, 2), unsafe = join_guest(w, &host, 3);
  offer(w, &safe, 1);
  assert_true(w->offer.post_quantum);
  switch_on(w, &safe, MIC | CAMERA);
  assert_int_equal(w->publish.publish, 0); /* nothing before the media process has said what was agreed */
  report(w, &safe, "X25519MLKEM768");
  assert_int_equal(w->publish.peer, safe.person);
  assert_int_equal(w->publish.publish, MIC | CAMERA);
  offer(w, &unsafe, 1);
  switch_on(w, &unsafe, MIC);
  forget_said(w);
  unsigned hang_ups = w->hang_ups;
  report(w, &unsafe, "X25519");
  assert_put_out_as_unsafe(w, &unsafe);
  assert_int_equal(w->hang_ups, hang_ups + 1);
  assert_int_equal(w->publish.peer, unsafe.person);
  assert_int_equal(w->publish.publish, 0);
  assert_non_null(heard(w, &safe, "left"));
  assert_true(said_nothing_to(w, &safe)); /* nobody else is asked for anything */
}

/* The media process refuses by itself where the browser does not even offer it. */
static void test_post_quantum_not_offered(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), guest = join_guest(w, &host, 2), other = join_guest(w, &host, 3);
  struct ipc_gone gone = {.peer = guest.person, .connection = 1, .reason = IPC_GONE_DTLS_FAILED};
  policy.post_quantum = true;
  change_room(w, ROOM_OPEN, &policy);
  offer(w, &guest, 1);
  offer(w, &other, 1);
  assert_int_equal(rooms_media_gone(w->rooms, w->time, 0, &gone), 0);
  assert_non_null(heard(w, &guest, "renew"));
  gone.reason = IPC_GONE_POST_QUANTUM;
  assert_int_equal(rooms_media_gone(w->rooms, w->time, 0, &gone), 0);
  assert_put_out_as_unsafe(w, &guest);
  assert_int_equal(w->closed[other.socket], 0);
}

/* Demanded in the middle of a meeting: who has it stays, who has it not goes. */
static void test_post_quantum_from_now_on(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), safe = join_with_all_on(w, &host, 2);
  struct tab unsafe = join_with_all_on(w, &host, 3);
  struct tab coming = join_with_all_on(w, &host, 4);
  assert_false(w->offer.post_quantum);
  report(w, &safe, "X25519MLKEM768");
  report(w, &unsafe, "X25519");
  assert_int_equal(w->closed[unsafe.socket], 0);
  policy.post_quantum = true;
  change_room(w, ROOM_OPEN, &policy);
  assert_put_out_as_unsafe(w, &unsafe);
  assert_int_equal(w->closed[safe.socket] + w->closed[coming.socket], 0);
  report(w, &coming, "secp256r1");
  assert_put_out_as_unsafe(w, &coming);
  assert_int_equal(w->closed[safe.socket], 0);
}

/* --- bans --- */

static void test_ban_by_any_sign(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  const struct identity troll = {.role = AS_PARTICIPANT, .account.b = {0xac, 66}, .email = "troll@example.org",
                                 .verified = VERIFIED_ACCOUNT, .device = {66}};
  struct tab host = open_lesson(w, &policy), bad = knock_as(w, 66, &troll);
  moderate(w, &host, "admit", &bad);
  moderate(w, &host, "ban", &bad);
  assert_int_equal(w->bans, 1);
  assert_string_equal(w->banned.email, "troll@example.org");
  assert_string_equal(w->banned.name, "Person");
  const struct identity anonymous = {.role = AS_PARTICIPANT};
  const struct identity host_by_email = {.role = AS_HOST, .email = "troll@example.org"};
  const struct identity account = {.role = AS_PARTICIPANT, .account.b = {0xac, 66}};
  const struct identity address = {.role = AS_PARTICIPANT, .email = "troll@example.org", .door_open = true};
  const struct {
    uint16_t browser;
    const struct identity *who;
    int err;
  } tries[] = {{66, &anonymous, ERR_REFUSED}, {67, &account, ERR_REFUSED}, {68, &address, ERR_REFUSED},
               {69, &host_by_email, ERR_REFUSED}, {70, &anonymous, 0}, {71, &a_guest, 0}};
  for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
    struct tab page = {.browser = tries[i].browser, .who = tries[i].who};
    const struct entry_grant grant = grant_of(w, &page, false);
    assert_int_equal(rooms_may_enter(w->rooms, w->time.now_us, &grant), tries[i].err);
    assert_int_equal(rooms_is_banned(w->rooms, &grant), tries[i].err != 0);
    assert_int_equal(open_socket(w, &page, false), tries[i].err); /* with an entry from before, too */
  }
}

/* A school is one network: who only looks like somebody banned has to wait, and moderators are told. */
static void test_looks_banned(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.waiting_room = false;
  struct tab host = open_lesson(w, &policy), bad = walk_in(w, 2, &a_guest);
  moderate(w, &host, "ban", &bad);
  const json_t *bans = json_object_get(heard(w, &host, "bans"), "bans");
  char id[64];
  (void)snprintf(id, sizeof id, "\"id\":\"%s\"", text_of(json_array_get(bans, 0), "id"));
  forget_said(w);
  struct tab same = knock_as(w, 3, &a_guest);
  assert_true(is_true(heard(w, &host, "knock"), "looks_banned"));
  (void)walk_in(w, 4, &a_pupil); /* of another device */
  const struct identity paid = {.role = AS_PARTICIPANT, .device = {7}, .door_open = true, .ticket.b = {1}};
  (void)walk_in(w, 5, &paid); /* the same device, and a right of his own */
  struct tab cohost = walk_in(w, 6, &a_cohost);
  moderate(w, &cohost, "admit", &same);
  assert_non_null(heard(w, &same, "welcome"));
  say(w, &host, "unban", id);
  assert_int_equal(w->unbans, 1);
  assert_memory_equal(&w->unbanned, &w->banned.id, sizeof w->unbanned);
  (void)walk_in(w, 7, &a_guest);
}

static void test_bans_last(void **state)
{
  struct world *w = *state;
  const struct browser two = browser_of(2);
  struct ban bans[20] = {[19] = {.id.b = {5}, .email = "pupil@example.org", .name = "Pupil"}};
  memcpy(bans[0].key_hash, two.hash, sizeof bans[0].key_hash);
  const struct room_plan plan = {.id = ROOM_UID, .stored = true, .policy = a_policy(), .bans = bans, .bans_n = 20};
  assert_int_equal(rooms_open(w->rooms, w->time.now_us, &plan, &w->room), 0);
  struct tab host = open_page_as(w, HOST_BROWSER, &a_host);
  struct tab page = {.browser = 2}, pupil = {.browser = 3, .who = &a_pupil};
  say(w, &host, "hello", "");
  assert_int_equal(json_array_size(json_object_get(heard(w, &host, "bans"), "bans")), 20);
  assert_int_equal(open_socket(w, &page, false), ERR_REFUSED);
  assert_int_equal(open_socket(w, &pupil, false), ERR_REFUSED);
  (void)knock(w, 4); /* empty fields fit nobody */
}

static void test_too_many_bans(void **state)
{
  struct world *w = *state;
  static struct ban bans[LIMIT_ROOM_BANS + 1];
  const struct room_plan plan = {
    .id = ROOM_UID, .stored = true, .policy = a_policy(), .bans = bans, .bans_n = LIMIT_ROOM_BANS + 1};
  assert_int_equal(rooms_open(w->rooms, w->time.now_us, &plan, &w->room), ERR_LIMIT);
  assert_false(rooms_is_live(w->rooms, &ROOM_UID));
}

/* --- endings from outside --- */

static void assert_ended(struct world *w, const struct tab *page, const char *code)
{
  const json_t *ended = heard(w, page, "ended");
  assert_string_equal(text_of(ended, "code"), code);
  assert_string_equal(text_of(ended, "text"), "Why.");
  assert_int_equal(w->closed[page->socket], CLOSE_ENDED);
}

static void test_end_session_and_account(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), pupil = knock_as(w, 3, &a_pupil), guest = join_guest(w, &host, 4);
  moderate(w, &host, "admit", &pupil);
  offer(w, &pupil, 1);
  forget_said(w);
  unsigned hang_ups = w->hang_ups;
  assert_int_equal(rooms_end_session(w->rooms, w->time, &a_pupil.session, "session_ended", "Why."), 1);
  assert_ended(w, &pupil, "session_ended");
  assert_int_equal(w->hang_ups, hang_ups + 1);
  assert_string_equal(text_of(heard(w, &guest, "left"), "reason"), "left");
  assert_int_equal(rooms_end_session(w->rooms, w->time, &a_pupil.session, "session_ended", "Why."), 0);
  const struct uid none = {0};
  assert_int_equal(rooms_end_session(w->rooms, w->time, &none, "session_ended", "Why."), 0); /* not all guests */
  assert_int_equal(w->closed[guest.socket], 0);
  struct tab second = walk_in(w, 5, &a_host);
  assert_int_equal(rooms_end_account(w->rooms, w->time, &a_host.account, "banned", "Why."), 2);
  assert_int_equal(w->closed[host.socket], CLOSE_REFUSED);
  assert_string_equal(text_of(heard(w, &second, "refused"), "code"), "banned");
}

struct visits {
  struct world *world;
  unsigned n;
  bool end;
};

static void count_visit(void *ctx, const struct uid *room, const struct identity *who)
{
  struct visits *v = ctx;
  (void)room;
  v->n++;
  if (v->end)
    (void)rooms_end_session(v->world->rooms, v->world->time, &who->session, "session_ended", "Ended.");
}

/* Everybody is visited in turn, a part at a time, also when visits end stays. */
static void test_visits_in_parts(void **state)
{
  struct world *w = *state;
  struct visits v = {.world = w};
  uint32_t next = 0;
  for (uint8_t i = 1; i <= 4; i++)
    (void)walk_in(w, i, &(struct identity){.session = {.b = {i}}, .role = AS_PARTICIPANT, .door_open = true});
  rooms_visit_part(w->rooms, 1, 2, &next, count_visit, &v);
  assert_int_equal(v.n, 4);
  rooms_visit_part(w->rooms, 1, 4, &next, count_visit, &v);
  assert_int_equal(v.n, 4);
  rooms_visit_part(w->rooms, 1, 2, &next, count_visit, &v); /* begins again */
  assert_int_equal(v.n, 8);
  v.n = 0;
  v.end = true;
  rooms_visit_part(w->rooms, 2, 1, &next, count_visit, &v);
  assert_int_equal(v.n, 4);
  assert_int_equal(rooms_count(w->rooms).people, 0);
}

/* Before the hello, before the door and away: whatever the stay is, it is over. */
static void test_end_ticket_anywhere(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  const struct identity slow = {.role = AS_PARTICIPANT, .ticket.b = {0x71}};
  struct tab host = open_lesson(w, &policy), in = walk_in(w, 2, &a_ticket_holder), waiting = knock_as(w, 3, &slow);
  struct tab silent = open_page_as(w, 4, &slow), away = walk_in(w, 5, &a_ticket_holder);
  rooms_socket_lost(w->rooms, w->time, away.person, away.socket);
  assert_int_equal(rooms_end_ticket(w->rooms, w->time, &slow.ticket, "ticket_revoked", "Why."), 4);
  assert_ended(w, &in, "ticket_revoked");
  assert_ended(w, &waiting, "ticket_revoked");
  assert_int_equal(w->closed[silent.socket], CLOSE_ENDED);
  assert_int_equal(open_socket(w, &away, true), ERR_STATE);
  assert_int_equal(w->closed[host.socket], 0);
  assert_int_equal(rooms_people_in(w->rooms, &ROOM_UID), 1);
}

static void test_close_room(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), guest = join_guest(w, &host, 2), waiting = knock(w, 3);
  struct tab late = {.browser = 4};
  forget_said(w);
  rooms_close_room(w->rooms, w->time, &ROOM_UID, "room_closed", "Why.");
  assert_ended(w, &host, "room_closed");
  assert_ended(w, &guest, "room_closed");
  assert_ended(w, &waiting, "room_closed");
  assert_true(said_nothing_to(w, &host));
  assert_false(rooms_is_live(w->rooms, &ROOM_UID));
  assert_int_equal(open_socket(w, &late, false), ERR_NOT_FOUND);
  rooms_close_room(w->rooms, w->time, &ROOM_UID, "room_closed", "Why.");
}

/* --- alerts --- */

static void test_appears_twice(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), first = walk_in(w, 2, &a_ticket_holder);
  assert_null(heard(w, &host, "alert"));
  struct tab second = walk_in(w, 3, &a_ticket_holder);
  const json_t *alert = heard(w, &host, "alert");
  assert_string_equal(text_of(alert, "code"), "same_ticket");
  assert_string_equal(text_of(alert, "who"), second.id);
  assert_string_equal(text_of(alert, "other"), first.id);
  assert_null(heard(w, &first, "alert"));
  struct tab late = walk_in(w, 4, &a_cohost); /* who comes later hears of what still holds */
  assert_non_null(heard(w, &late, "alert"));
  assert_null(heard(w, &late, "alert"));
  say(w, &first, "leave", "");
  late = walk_in(w, 4, &a_cohost);
  assert_null(heard(w, &late, "alert"));
}

/* Many with the same ticket come and go in any order: nobody is lost of those who are linked to each other. */
static void test_many_of_one_ticket(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct tab pages[16], host = open_lesson(w, &policy);
  (void)host;
  for (uint16_t i = 0; i < 16; i++)
    pages[i] = walk_in(w, (uint16_t)(20 + i), &a_ticket_holder);
  for (unsigned left = 0; left < 16; left++) {
    unsigned alerts = 0;
    struct tab cohost = walk_in(w, 3, &a_cohost);
    while (heard(w, &cohost, "alert") != NULL)
      alerts++;
    assert_int_equal(alerts, 15 - left);
    say(w, &cohost, "leave", "");
    say(w, &pages[left * 7 % 16], "leave", "");
    forget_said(w);
  }
}

static void test_same_address_twice(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.waiting_room = false;
  struct tab host = open_lesson(w, &policy);
  (void)walk_in(w, 2, &a_pupil);
  struct tab second = {.browser = 3, .who = &a_pupil};
  assert_int_equal(open_socket(w, &second, false), 0);
  assert_null(heard(w, &host, "alert")); /* not in yet */
  hear_hello(w, &second, "new");
  say(w, &second, "hello", "");
  const json_t *alert = heard(w, &host, "alert");
  assert_string_equal(text_of(alert, "who"), second.id);
  assert_string_equal(text_of(alert, "code"), "same_email");
}

static void test_more_than_invited(void **state)
{
  struct world *w = *state;
  struct room_policy policy = a_policy();
  policy.invited = 2;
  policy.waiting_room = false;
  struct tab host = open_lesson(w, &policy);
  (void)walk_in(w, 2, &a_guest);
  assert_null(heard(w, &host, "alert"));
  struct tab third = walk_in(w, 3, &a_guest);
  assert_string_equal(text_of(heard(w, &host, "alert"), "code"), "more_than_invited");
  (void)walk_in(w, 4, &a_guest);
  assert_null(heard(w, &host, "alert")); /* once is enough */
  policy.invited = 3;
  change_room(w, ROOM_OPEN, &policy);
  say(w, &third, "leave", "");
  assert_null(heard(w, &host, "alert"));
  (void)walk_in(w, 5, &a_guest);
  assert_non_null(heard(w, &host, "alert"));
}

/* --- attendance --- */

static void test_attendance(void **state)
{
  struct world *w = *state;
  const struct room_policy policy = a_policy();
  struct tab host = open_lesson(w, &policy), pupil = knock_as(w, 2, &a_pupil);
  assert_int_equal(w->stays, 1);
  moderate(w, &host, "admit", &pupil);
  assert_int_equal(w->stays, 2);
  const uint64_t stay = w->stay.stay;
  assert_true(stay <= INT64_MAX && stay != 0);
  assert_string_equal(w->stay.name, "Person");
  assert_string_equal(w->stay.email, "pupil@example.org");
  assert_string_equal(w->stay.verified, "email");
  assert_true(w->stay.role == ROLE_PARTICIPANT && w->stay.joined_s == w->time.unix_s && w->stay.left_s == 0);
  set_role(w, &host, &pupil, "cohost");
  assert_true(w->stays == 3 && w->stay.stay == stay && w->stay.role == ROLE_COHOST);
  pass(w, 5 * SECOND);
  say(w, &pupil, "leave", "");
  assert_true(w->stays == 4 && w->stay.stay == stay && w->stay.left_s == w->time.unix_s);
  forget_said(w);
  say(w, &host, "attendance", "");
  const json_t *people = json_object_get(heard(w, &host, "attendance"), "people");
  assert_string_equal(text_of(json_array_get(people, 0), "email"), HOST_EMAIL);
  assert_string_equal(text_of(json_array_get(people, 1), "verified"), "email");
  rooms_stop(w->rooms, w->time);
  assert_true(w->stays == 5 && w->stay.left_s == w->time.unix_s && w->stay.role == ROLE_HOST);
}

/* A meeting by the host link leaves nothing behind. */
static void test_nothing_lasts_of_a_meeting(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2);
  say(w, &host, "lock", "\"on\":true");
  moderate(w, &host, "ban", &guest);
  assert_int_equal(w->stays + w->bans + w->policies, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    IN_WORLD(test_live), IN_WORLD(test_call), IN_WORLD(test_call_that_nobody_comes_to),
    IN_WORLD(test_no_room_for_rooms),
    IN_WORLD(test_hosts),
    IN_WORLD(test_who_sees_what),
    IN_WORLD(test_open_door),
    IN_WORLD(test_locked),
    IN_WORLD(test_most),
    IN_WORLD(test_present_and_share),
    IN_WORLD(test_policy_changes),
    IN_WORLD(test_stage_is_too_small),
    IN_WORLD(test_title_alone),
    IN_WORLD(test_post_quantum),
    IN_WORLD(test_post_quantum_not_offered),
    IN_WORLD(test_post_quantum_from_now_on),
    IN_WORLD(test_ban_by_any_sign),
    IN_WORLD(test_looks_banned),
    IN_WORLD(test_bans_last),
    IN_WORLD(test_too_many_bans),
    IN_WORLD(test_end_session_and_account),
    IN_WORLD(test_visits_in_parts),
    IN_WORLD(test_end_ticket_anywhere),
    IN_WORLD(test_close_room),
    IN_WORLD(test_appears_twice),
    IN_WORLD(test_many_of_one_ticket),
    IN_WORLD(test_same_address_twice),
    IN_WORLD(test_more_than_invited),
    IN_WORLD(test_attendance),
    IN_WORLD(test_nothing_lasts_of_a_meeting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
