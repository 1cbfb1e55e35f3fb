/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/people: words, times, rules, and tickets from tables. */
#include "store_testing.h"

#include "people/rules.h"
#include "people/tickets.h"
#include "people/times.h"
#include "people/words.h"

/* --- words --- */

static void test_words(void **state)
{
  (void)state;
  enum room_role role;
  enum room_kind kind;
  uint32_t scope, all = 0;
  for (int i = 0; i < ROOM_ROLES; i++) {
    assert_int_equal(role_of_word(span_str(role_word((enum room_role)i)), &role), 0);
    assert_int_equal(role, i);
  }
  enum account_role account;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(account_role_of_word(span_str(account_role_word((enum account_role)i)), &account), 0);
    assert_int_equal(account, i);
  }
  assert_int_equal(account_role_of_word(span_str("admin"), &account), ERR_MALFORMED);
  for (int i = 0; i < ROOM_KINDS; i++) {
    assert_int_equal(kind_of_word(span_str(kind_word((enum room_kind)i)), &kind), 0);
    assert_int_equal(kind, i);
  }
  for (size_t i = 0; scope_word(i) != NULL; i++) {
    assert_int_equal(scope_of_word(span_str(scope_word(i)), &scope), 0);
    all |= scope;
  }
  assert_int_equal(all, 2 * SCOPE_ATTENDANCE - 1);
  assert_int_equal(scope_of_word(span_str("rooms.write"), &scope), 0);
  assert_int_equal(scope, SCOPE_ROOMS_WRITE);
  assert_int_equal(scope_of_word(span_str("people.write"), &scope), 0);
  assert_int_equal(scope, SCOPE_PEOPLE_WRITE);
  assert_string_equal(factor_word(5), "totp");
  assert_null(factor_word(8));
  assert_int_equal(role_of_word(span_str("Host"), &role), ERR_MALFORMED);
  assert_int_equal(kind_of_word(span_str(""), &kind), ERR_MALFORMED);
  assert_int_equal(scope_of_word(span_str("rooms"), &scope), ERR_MALFORMED);
}

/* --- times --- */

static void test_times(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t unix_s;
  } good[] = {
    {"0", 0}, {"1796144400", 1796144400}, {"2026-12-01T17:00:00Z", 1796144400}, {"2026-12-01 17:00Z", 1796144400},
    {"2026-12-01T18:00+01:00", 1796144400}, {"2026-12-01T12:30:00.999-04:30", 1796144400},
    {"1970-01-01T00:00:00Z", 0}, {"2000-02-29T23:59:59Z", 951868799}, {"2024-03-01T00:00:00+00:00", 1709251200},
    {"9999-12-31T23:59:59Z", TIME_MOST}, {"253402300799", TIME_MOST},
  };
  uint64_t t;
  char text[TIME_TEXT];
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    assert_int_equal(time_read(span_str(good[i].text), &t), 0);
    assert_int_equal(t, good[i].unix_s);
    time_write(t, text);
    assert_int_equal(time_read(span_str(text), &t), 0);
    assert_int_equal(t, good[i].unix_s);
  }
  static const char *const malformed[] = {
    "", "now", "2026-12-01", "2026-12-01T17:00", "2026-12-01T17:00:00", "2026-12-01T17:00:00z", "01.12.2026 17:00Z",
    "2026-12-01T17:00:00Z ", "2026-12-01T17:00:00+1", "2026-12-01T17:00:00.Z", "-1", "12e5", "20261201T170000Z",
    "2026-12-01T17:00:00+01:00Z", "2026/12/01T17:00Z",
  };
  for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
    assert_int_equal(time_read(span_str(malformed[i]), &t), ERR_MALFORMED);
  static const char *const none_such[] = {
    "2026-02-29T00:00Z", "1900-02-29T00:00Z", "2026-13-01T00:00Z", "2026-00-01T00:00Z", "2026-04-31T00:00Z",
    "2026-12-00T00:00Z", "2026-12-01T24:00Z", "2026-12-01T23:60Z", "2026-12-01T23:59:60Z", "2026-12-01T00:00+24:00",
    "1969-12-31T23:59:59Z", "253402300800", "9999-12-31T23:59:59-01:00",
  };
  for (size_t i = 0; i < sizeof none_such / sizeof none_such[0]; i++)
    assert_int_equal(time_read(span_str(none_such[i]), &t), ERR_RANGE);
}

/* Every day of four hundred years, which repeat for ever. */
static void test_calendar(void **state)
{
  (void)state;
  char text[TIME_TEXT];
  uint64_t t;
  for (uint64_t s = 0; s < UINT64_C(86400) * 146097; s += 86400) {
    time_write(s, text);
    assert_int_equal(time_read(span_str(text), &t), 0);
    assert_int_equal(t, s);
  }
}

/* --- rules --- */

static void test_titles_and_names(void **state)
{
  (void)state;
  char large[TITLE_BYTES + 1];
  memset(large, 'x', sizeof large);
  assert_null(title_problem(span_str("Lesson 1: “Größen”")));
  assert_null(title_problem(span_of(large, TITLE_BYTES - 1)));
  assert_non_null(title_problem(span_of(large, TITLE_BYTES)));
  assert_null(name_problem(span_of(large, LIMIT_NAME_BYTES)));
  assert_non_null(name_problem(span_of(large, LIMIT_NAME_BYTES + 1)));
  assert_null(label_problem(span_of(large, 48)));
  assert_non_null(label_problem(span_of(large, 49)));
  assert_null(reference_problem(span_str("")));
  static const char *const bad[] = {" a", "a ", "a  b", "a\nb", "a\xe2\x80\xae" "b", "\xff", "a\xe2\x80\x8b" "b", "\x1b[31m"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_non_null(title_problem(span_str(bad[i])));
    assert_non_null(name_problem(span_str(bad[i])));
    assert_non_null(label_problem(span_str(bad[i])));
    assert_non_null(reference_problem(span_str(bad[i])));
  }
  assert_non_null(title_problem(span_str("")));
  assert_non_null(name_problem(span_str("")));
  assert_non_null(label_problem(span_str("")));
}

static void test_policies(void **state)
{
  (void)state;
  for (int k = 0; k < ROOM_KINDS; k++) {
    enum room_kind kind = (enum room_kind)k;
    struct room_policy p = room_policy_default(kind);
    assert_null(policy_problem(kind, &p));
    p.present = ROLE_VIEWER;
    assert_non_null(policy_problem(kind, &p));
    p = room_policy_default(kind);
    p.share = ROLE_VIEWER;
    assert_non_null(policy_problem(kind, &p));
    p = room_policy_default(kind);
    p.chat = (enum room_role)ROOM_ROLES;
    assert_non_null(policy_problem(kind, &p));
    p = room_policy_default(kind);
    p.present = ROLE_PARTICIPANT;
    assert_int_equal(policy_problem(kind, &p) != NULL, kind == ROOM_EVENT);
    p = room_policy_default(kind);
    p.guests = true;
    assert_int_equal(policy_problem(kind, &p) != NULL, kind == ROOM_MEMBERS);
    p = room_policy_default(kind);
    p.most = 1;
    assert_non_null(policy_problem(kind, &p));
    p.most = LIMIT_EVENT_PEOPLE + 1;
    assert_non_null(policy_problem(kind, &p));
    p = room_policy_default(kind);
    p.invited = LIMIT_EVENT_PEOPLE + 1;
    assert_non_null(policy_problem(kind, &p));
  }
}

static void test_ticket_text(void **state)
{
  (void)state;
  struct ticket t = {.role = ROLE_PARTICIPANT};
  const struct ticket_text good = {.email = span_str(" Anna@School.example "), .role = span_str("speaker"),
                                   .from = span_str("2026-12-01T17:00:00Z"), .until = span_str("2026-12-01T18:00:00Z"),
                                   .reference = span_str("order 12")};
  assert_null(ticket_read(&good, NOW, &t));
  assert_string_equal(t.email, "anna@school.example");
  assert_int_equal(t.role, ROLE_SPEAKER);
  assert_int_equal(t.from_s, 1796144400);
  assert_int_equal(t.until_s, 1796148000);
  assert_string_equal(t.reference, "order 12");
  struct ticket kept = t; /* what is empty stays */
  assert_null(ticket_read(&(struct ticket_text){0}, NOW, &t));
  assert_memory_equal(&t, &kept, sizeof t);
  static const struct {
    struct ticket_text text;
    const char *part;
  } bad[] = {
    {{.email = {(const uint8_t *)"anna", 4}}, "e-mail"},
    {{.role = {(const uint8_t *)"host", 4}}, "co-hosts"},
    {{.role = {(const uint8_t *)"boss", 4}}, "viewer, participant or speaker"},
    {{.from = {(const uint8_t *)"soon", 4}}, "beginning"},
    {{.until = {(const uint8_t *)"late", 4}}, "end"},
    {{.until = {(const uint8_t *)"1", 1}}, "before it begins"},
    {{.reference = {(const uint8_t *)"a\nb", 3}}, "reference"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    t = kept;
    const char *problem = ticket_read(&bad[i].text, NOW, &t);
    assert_non_null(problem);
    assert_non_null(strstr(problem, bad[i].part));
  }
  t = (struct ticket){.until_s = NOW};
  assert_non_null(strstr(ticket_read(&(struct ticket_text){0}, NOW, &t), "missing"));
  (void)snprintf(t.email, sizeof t.email, "a@b.example");
  assert_non_null(strstr(ticket_read(&(struct ticket_text){0}, NOW, &t), "over already"));
}

/* --- tables --- */

static size_t tickets_of(struct store *st, const char *email)
{
  struct ticket list[8];
  size_t n;
  assert_int_equal(store_ticket_list_email(st, email, first_page, list, &n), 0);
  return n;
}

static void test_import(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "host@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET);
  struct ticket defaults = {.room = r.id, .role = ROLE_PARTICIPANT, .created_s = NOW, .issuer = "cli"}, list[8];
  struct ticket_import import;
  static const char table[] = "Reference; EMAIL ;until;role\r\n"
                              "1;Ann@example.org;2026-12-01T17:00:00Z;\r\n"
                              "\"2\";bob@example.org;;viewer\r\n"
                              ";eve@example.org;;\r\n";
  size_t n;
  assert_int_equal(ticket_import(p->st, span_str(table), &defaults, NOW, &import), 0);
  assert_true(import.issued == 3 && import.known == 0);
  assert_int_equal(store_ticket_list_email(p->st, "ann@example.org", first_page, list, &n), 0);
  assert_int_equal(n, 1);
  assert_true(uid_equal(&list[0].room, &r.id));
  assert_int_equal(list[0].role, ROLE_PARTICIPANT);
  assert_int_equal(list[0].until_s, 1796144400);
  assert_string_equal(list[0].reference, "1");
  assert_string_equal(list[0].issuer, "cli");
  assert_int_equal(store_ticket_list_email(p->st, "bob@example.org", first_page, list, &n), 0);
  assert_int_equal(list[0].role, ROLE_VIEWER);
  /* Again: nobody has two. */
  assert_int_equal(ticket_import(p->st, span_str(table), &defaults, NOW, &import), 0);
  assert_true(import.issued == 0 && import.known == 3);
  assert_int_equal(tickets_of(p->st, "eve@example.org"), 1);
  /* After a revocation a new one without a number is given; the number's own stays revoked. */
  assert_int_equal(store_ticket_list_email(p->st, "eve@example.org", first_page, list, &n), 0);
  assert_int_equal(store_ticket_revoke(p->st, &list[0].id, NOW), 0);
  assert_int_equal(ticket_import(p->st, span_str(table), &defaults, NOW, &import), 0);
  assert_true(import.issued == 1 && import.known == 2);
}

static void test_import_is_all_or_nothing(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "host@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET), other = added_room(p->st, &a.id, ROOM_TICKET);
  struct ticket defaults = {.room = r.id, .role = ROLE_PARTICIPANT, .created_s = NOW, .issuer = "cli"};
  struct ticket taken = {.room = other.id, .email = "eve@example.org", .reference = "7", .issuer = "cli"};
  struct ticket_import import;
  assert_int_equal(store_ticket_add(p->st, &taken), 0);
  static const struct {
    const char *table;
    unsigned line;
    const char *part;
  } cases[] = {
    {"email\nann@example.org\n\nbob\n", 4, "e-mail address"},
    {"email,role\nann@example.org,viewer\nbob@example.org,boss\n", 3, "no such role"},
    {"email,until\nann@example.org,\nbob@example.org,1\n", 3, "over already"},
    {"email,from\nann@example.org,\nbob@example.org,tomorrow\n", 3, "zone"},
    {"email,reference\nann@example.org,1\nbob@example.org\n", 3, "as many fields"},
    {"email,reference\nann@example.org,1\nbob@example.org,\"2\n", 3, "quote"},
    {"email,reference\nann@example.org,1\nbob@example.org,7\n", 3, "another person or room"},
    {"email,reference\nann@example.org,1\nbob@example.org,1\n", 3, "another person or room"},
    {"email,reference\nann@example.org,1\n,2\n", 3, "missing"},
    {"email,name\nann@example.org,Ann\n", 1, "not known"},
    {"email,Email\nann@example.org,x\n", 1, "twice"},
    {"role\nviewer\n", 1, "email is missing"},
    {"", 1, "empty"},
    {"\"email\nann@example.org", 1, "quote"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(ticket_import(p->st, span_str(cases[i].table), &defaults, NOW, &import), ERR_MALFORMED);
    if (strstr(import.problem, cases[i].part) == NULL)
      fail_msg("%s", import.problem);
    assert_int_equal(import.line, cases[i].line);
    assert_int_equal(tickets_of(p->st, "ann@example.org"), 0);
  }
  defaults.room = (struct uid){.b = {1}};
  assert_int_equal(ticket_import(p->st, span_str("email\nann@example.org\n"), &defaults, NOW, &import), ERR_NOT_FOUND);
}

/* Within a change of the caller: undone alone when it fails, and with the change when that is taken back. */
static void test_import_within_a_change(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "host@example.org"), found;
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET);
  struct ticket defaults = {.room = r.id, .created_s = NOW, .issuer = "cli"};
  struct ticket_import import;
  assert_int_equal(store_begin(p->st), 0);
  struct account b = added_account(p->st, "bob@example.org");
  assert_int_equal(ticket_import(p->st, span_str("email\nann@example.org\nx\n"), &defaults, NOW, &import), ERR_MALFORMED);
  assert_int_equal(tickets_of(p->st, "ann@example.org"), 0);
  assert_int_equal(ticket_import(p->st, span_str("email\neve@example.org\n"), &defaults, NOW, &import), 0);
  assert_int_equal(tickets_of(p->st, "eve@example.org"), 1);
  store_rollback(p->st);
  assert_int_equal(tickets_of(p->st, "eve@example.org"), 0);
  assert_int_equal(store_account_get(p->st, &b.id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(ticket_import(p->st, span_str("email\neve@example.org\n"), &defaults, NOW, &import), 0);
  assert_int_equal(ticket_import(p->st, span_str("email\nann@example.org\nx\n"), &defaults, NOW, &import), ERR_MALFORMED);
  assert_int_equal(store_commit(p->st), 0);
  reopen(p);
  assert_int_equal(tickets_of(p->st, "eve@example.org"), 1);
  assert_int_equal(tickets_of(p->st, "ann@example.org"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_words),       cmocka_unit_test(test_times),
    cmocka_unit_test(test_calendar),    cmocka_unit_test(test_titles_and_names),
    cmocka_unit_test(test_policies),    cmocka_unit_test(test_ticket_text),
    TEST(test_import),                  TEST(test_import_is_all_or_nothing),
    TEST(test_import_within_a_change),
  };
  return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
