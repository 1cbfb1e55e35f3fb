/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/admission.c: who may enter, as what, and whether through the waiting room (A4, A5, A6). */
#include "web_testing.h"

#include "web/admission.h"

#define NOW UINT64_C(1795420800)

struct scene {
  struct store_room room;
  struct session session;
  struct account account;
  struct ticket tickets[4];
  struct admission_facts facts;
};

static struct uid uid_number(uint8_t number)
{
  struct uid id;
  memset(id.b, number, sizeof id.b);
  return id;
}

static void text(char *out, size_t size, const char *value)
{
  (void)snprintf(out, size, "%s", value);
}

/* A guest without anything before a room of this kind. */
static struct scene *scene_of(enum room_kind kind)
{
  static struct scene s;
  s = (struct scene){.room = {.id = uid_number(1), .owner = uid_number(9), .kind = kind,
                              .policy = room_policy_default(kind)},
                     .session = {.id = uid_number(2)}};
  s.facts = (struct admission_facts){.room = &s.room, .session = &s.session, .can_verify_email = true,
                                     .tickets = s.tickets, .now_s = NOW};
  return &s;
}

static void sign_in(struct scene *s, uint8_t account)
{
  s->account = (struct account){.id = uid_number(account), .email_verified = true};
  text(s->account.email, sizeof s->account.email, "anna@school.example");
  s->session.account = s->account.id;
  s->session.factors = FACTOR_PASSWORD;
  s->facts.account = &s->account;
}

static void give_ticket(struct scene *s, uint64_t from_s, uint64_t until_s, uint64_t revoked_s)
{
  s->tickets[s->facts.tickets_n] = (struct ticket){.id = uid_number((uint8_t)(40 + s->facts.tickets_n)),
                                                   .role = ROLE_PARTICIPANT, .from_s = from_s, .until_s = until_s,
                                                   .revoked_s = revoked_s};
  s->facts.tickets_n++;
  text(s->session.email, sizeof s->session.email, "paul@home.example");
}

static void assert_refused(const struct scene *s, unsigned status, const char *code)
{
  struct admission a = admission_decide(&s->facts);
  assert_string_equal(a.code == NULL ? "" : a.code, code);
  assert_int_equal(a.status, status);
}

static struct identity assert_admitted(const struct scene *s, enum stay_role role, bool door_open)
{
  struct admission a = admission_decide(&s->facts);
  assert_int_equal(a.status, 0);
  assert_int_equal(a.who.role, role);
  assert_int_equal(a.who.door_open, door_open);
  return a.who;
}

static void test_meeting_by_the_host_link(void **state)
{
  struct scene *s = scene_of(ROOM_OPEN);
  (void)state;
  s->facts.room = NULL;
  assert_int_equal(assert_admitted(s, AS_PARTICIPANT, false).verified, VERIFIED_NONE);
  s->facts.hosts_by_link = true;
  assert_int_equal(assert_admitted(s, AS_HOST, true).verified, VERIFIED_HOST_LINK);
}

static void test_open_room(void **state)
{
  struct scene *s = scene_of(ROOM_OPEN);
  (void)state;
  assert_int_equal(assert_admitted(s, AS_PARTICIPANT, false).verified, VERIFIED_NONE);
  s->room.policy.waiting_room = false; /* no right of the guest's own */
  (void)assert_admitted(s, AS_PARTICIPANT, false);
  s->room.policy.guests_verified = true;
  assert_refused(s, 401, "verify_email_first");
  s->facts.can_verify_email = false;
  assert_refused(s, 401, "sign_in_first");
  text(s->session.email, sizeof s->session.email, "paul@home.example");
  assert_int_equal(assert_admitted(s, AS_PARTICIPANT, false).verified, VERIFIED_EMAIL);
  s->room.policy.guests = false;
  assert_refused(s, 401, "sign_in_first");
  sign_in(s, 5);
  assert_int_equal(assert_admitted(s, AS_PARTICIPANT, false).verified, VERIFIED_ACCOUNT);
}

static void test_owner_and_members(void **state)
{
  struct scene *s = scene_of(ROOM_MEMBERS);
  (void)state;
  assert_refused(s, 401, "verify_email_first");
  text(s->session.email, sizeof s->session.email, "paul@home.example");
  assert_refused(s, 403, "not_a_member");
  s->facts.is_member = true;
  s->facts.member = ROLE_SPEAKER;
  (void)assert_admitted(s, AS_SPEAKER, false);
  s->facts.member = ROLE_COHOST;
  (void)assert_admitted(s, AS_COHOST, true);
  s->facts.is_member = false;
  sign_in(s, 5);
  assert_refused(s, 403, "not_a_member");
  sign_in(s, 9); /* the owner */
  (void)assert_admitted(s, AS_HOST, true);
}

/* Somebody who has typed another's address into the own account has nothing of it. */
static void test_unverified_address_of_an_account(void **state)
{
  struct scene *s = scene_of(ROOM_TICKET);
  (void)state;
  sign_in(s, 5);
  assert_string_equal(admission_email(&s->session, &s->account), "anna@school.example");
  s->account.email_verified = false;
  assert_string_equal(admission_email(&s->session, &s->account), "");
  assert_refused(s, 401, "sign_in_first");
}

static void test_tickets(void **state)
{
  struct scene *s = scene_of(ROOM_TICKET);
  (void)state;
  assert_refused(s, 401, "verify_email_first");
  text(s->session.email, sizeof s->session.email, "eve@copy.example");
  assert_refused(s, 403, "ticket_of_other");
  give_ticket(s, 0, 0, NOW - 5);
  assert_refused(s, 403, "ticket_revoked");
  give_ticket(s, NOW - 100, NOW, 0); /* over at this second */
  assert_refused(s, 403, "ticket_over");
  give_ticket(s, NOW + 1, 0, 0);
  assert_refused(s, 403, "ticket_early");
  assert_int_equal(admission_decide(&s->facts).from_s, NOW + 1);
  give_ticket(s, NOW, NOW + 1, 0);
  struct identity who = assert_admitted(s, AS_PARTICIPANT, true);
  assert_int_equal(who.verified, VERIFIED_TICKET);
  assert_true(uid_equal(&who.ticket, &s->tickets[3].id));
}

static void test_the_best_ticket_counts(void **state)
{
  struct scene *s = scene_of(ROOM_EVENT);
  (void)state;
  give_ticket(s, 0, 0, 0);
  give_ticket(s, 0, 0, 0);
  s->tickets[1].role = ROLE_SPEAKER;
  give_ticket(s, 0, 0, 0);
  (void)assert_admitted(s, AS_SPEAKER, true);
  s->tickets[1].revoked_s = NOW - 1;
  (void)assert_admitted(s, AS_PARTICIPANT, true);
}

static void test_event(void **state)
{
  struct scene *s = scene_of(ROOM_EVENT);
  (void)state;
  s->room.policy.guests_verified = false;
  s->room.policy.waiting_room = true;
  (void)assert_admitted(s, AS_VIEWER, false);
  s->room.policy.waiting_room = false;
  (void)assert_admitted(s, AS_VIEWER, false);
}

static void test_two_factors(void **state)
{
  struct scene *s = scene_of(ROOM_OPEN);
  (void)state;
  s->room.policy.two_factors = true;
  (void)assert_admitted(s, AS_PARTICIPANT, false); /* guests have none: the waiting room is for them */
  sign_in(s, 5);
  assert_refused(s, 403, "second_factor_first");
  s->session.factors = FACTOR_TOTP; /* alone it is one */
  assert_refused(s, 403, "second_factor_first");
  s->session.factors = FACTOR_EMAIL | FACTOR_RECOVERY;
  (void)assert_admitted(s, AS_PARTICIPANT, false);
  s->session.factors = FACTOR_PASSKEY;
  (void)assert_admitted(s, AS_PARTICIPANT, false);
  sign_in(s, 9); /* not even for the owner */
  assert_refused(s, 403, "second_factor_first");
}

static void test_high_care_before_a_host_link(void **state)
{
  struct scene *s = scene_of(ROOM_OPEN);
  (void)state;
  s->facts.room = NULL;
  s->facts.high_care = true;
  assert_refused(s, 401, "verify_email_first");
  text(s->session.email, sizeof s->session.email, "guest@example.org");
  (void)assert_admitted(s, AS_PARTICIPANT, false);
  sign_in(s, 5);
  assert_refused(s, 403, "second_factor_first");
  s->session.factors = FACTOR_PASSKEY;
  (void)assert_admitted(s, AS_PARTICIPANT, false);
  s = scene_of(ROOM_OPEN);
  s->facts.room = NULL;
  s->facts.high_care = s->facts.hosts_by_link = true; /* who runs the server has printed that link */
  (void)assert_admitted(s, AS_HOST, true);
}

static void test_closed(void **state)
{
  struct scene *s = scene_of(ROOM_OPEN);
  (void)state;
  sign_in(s, 9);
  s->room.closed_s = NOW - 1;
  assert_refused(s, 410, "room_closed");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_meeting_by_the_host_link), cmocka_unit_test(test_open_room),
    cmocka_unit_test(test_owner_and_members),        cmocka_unit_test(test_unverified_address_of_an_account),
    cmocka_unit_test(test_tickets),                  cmocka_unit_test(test_the_best_ticket_counts),
    cmocka_unit_test(test_event),                    cmocka_unit_test(test_two_factors),
    cmocka_unit_test(test_closed),                   cmocka_unit_test(test_high_care_before_a_host_link),
  };
  return RUN_TESTS("admission", tests);
}
