/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts, asks, links, blocks, presence, missed calls (T11). */
#include "store_testing.h"

#include "store/store_contacts.h"

static const struct page all = {.most = 1000};

static size_t contacts_of(struct store *st, const struct uid *account)
{
  static struct contact list[1000];
  size_t n = 0;
  assert_int_equal(store_contact_list(st, account, all, list, &n), 0);
  return n;
}

static size_t requests_to(struct store *st, const struct account *a, struct contact *first)
{
  static struct contact list[1000];
  size_t n = 0;
  assert_int_equal(store_ask_list(st, &a->id, a->email, all, list, &n), 0);
  if (n > 0)
    *first = list[0];
  return n;
}

static size_t sent_by(struct store *st, const struct account *a, struct contact *first)
{
  static struct contact list[1000];
  size_t n = 0;
  assert_int_equal(store_ask_list_sent(st, &a->id, all, list, &n), 0);
  if (n > 0)
    *first = list[0];
  return n;
}

static void test_both_must_say_so(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  struct contact k, sent;
  struct uid asker;
  assert_int_equal(store_ask_add(p->st, &ann.id, bob.email, NOW), 0);
  assert_int_equal(store_ask_add(p->st, &ann.id, bob.email, NOW + 1), 0);
  assert_int_equal(store_ask_add(p->st, &ann.id, "nobody@example.org", NOW), 0);
  reopen(p);
  assert_int_equal(sent_by(p->st, &ann, &sent), 2);
  assert_int_equal(contacts_of(p->st, &ann.id), 0);
  assert_int_equal(store_contact_get(p->st, &ann.id, &bob.id, &k), ERR_NOT_FOUND);
  assert_int_equal(requests_to(p->st, &bob, &k), 1);
  assert_true(uid_equal(&k.account, &ann.id));
  assert_string_equal(k.email, ann.email);
  assert_int_equal(store_ask_accept(p->st, &ann.id, ann.email, &k.id, NOW, &asker), ERR_NOT_FOUND); /* not for her */
  assert_int_equal(store_ask_accept(p->st, &bob.id, bob.email, &k.id, NOW, &asker), 0);
  assert_true(uid_equal(&asker, &ann.id));
  assert_int_equal(store_ask_accept(p->st, &bob.id, bob.email, &k.id, NOW, &asker), ERR_NOT_FOUND);
  assert_int_equal(contacts_of(p->st, &ann.id), 1);
  assert_int_equal(contacts_of(p->st, &bob.id), 1);
  assert_int_equal(sent_by(p->st, &ann, &sent), 1);
  assert_int_equal(store_contact_remove(p->st, &bob.id, &ann.id), 0);
  assert_int_equal(contacts_of(p->st, &ann.id), 0);
}

/* Whoever is declined sees what whoever is not answered sees, also after taking it back and asking again. */
static void test_declining_tells_nothing(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  struct contact k, sent;
  assert_int_equal(store_ask_add(p->st, &ann.id, bob.email, NOW), 0);
  assert_int_equal(requests_to(p->st, &bob, &k), 1);
  assert_int_equal(store_ask_decline(p->st, bob.email, &k.id), 0);
  assert_int_equal(requests_to(p->st, &bob, &k), 0);
  assert_int_equal(sent_by(p->st, &ann, &sent), 1);
  assert_int_equal(store_ask_withdraw(p->st, &ann.id, &sent.id), 0);
  assert_int_equal(sent_by(p->st, &ann, &sent), 0);
  assert_int_equal(store_ask_add(p->st, &ann.id, bob.email, NOW + 10), 0);
  assert_int_equal(sent_by(p->st, &ann, &sent), 1);
  assert_int_equal(requests_to(p->st, &bob, &k), 0);
  assert_int_equal(store_tidy(p->st, NOW + CONTACT_ASK_KEPT_S + 1), 0);
  assert_int_equal(sent_by(p->st, &ann, &sent), 0);
}

static void test_asks_have_a_limit(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org");
  char email[EMAIL_BYTES];
  for (unsigned i = 0; i < LIMIT_ACCOUNT_ASKS; i++) {
    (void)snprintf(email, sizeof email, "p%u@example.org", i);
    assert_int_equal(store_ask_add(p->st, &ann.id, email, NOW), 0);
  }
  assert_int_equal(store_ask_add(p->st, &ann.id, "more@example.org", NOW), ERR_LIMIT);
}

static void test_links(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  uint8_t hash[32] = {1};
  struct contact owner;
  struct uid id;
  assert_int_equal(store_contact_link_add(p->st, &ann.id, hash, NOW + 100), 0);
  assert_int_equal(store_contact_link_find(p->st, hash, NOW + 100, &owner), ERR_NOT_FOUND);
  assert_int_equal(store_contact_link_find(p->st, hash, NOW + 99, &owner), 0);
  assert_true(uid_equal(&owner.id, &ann.id));
  assert_int_equal(store_contact_link_use(p->st, hash, &ann.id, NOW, &id), ERR_STATE);
  assert_int_equal(store_contact_link_use(p->st, hash, &bob.id, NOW + 100, &id), ERR_NOT_FOUND);
  assert_int_equal(store_contact_link_use(p->st, hash, &bob.id, NOW, &id), 0);
  assert_int_equal(store_contact_link_use(p->st, hash, &bob.id, NOW, &id), ERR_NOT_FOUND);
  assert_int_equal(contacts_of(p->st, &ann.id), 1);
  for (uint8_t i = 0; i < LIMIT_ACCOUNT_CONTACT_LINKS; i++) {
    hash[1] = (uint8_t)(i + 1);
    assert_int_equal(store_contact_link_add(p->st, &ann.id, hash, NOW + 100), 0);
  }
  hash[1] = 0xff;
  assert_int_equal(store_contact_link_add(p->st, &ann.id, hash, NOW + 100), ERR_LIMIT);
  assert_int_equal(store_tidy(p->st, NOW + 100), 0);
  assert_int_equal(store_contact_link_add(p->st, &ann.id, hash, NOW + 200), 0);
}

static void test_blocking_is_not_seen(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  struct contact k, list[4];
  size_t n;
  const struct uid unknown = {{9}};
  assert_int_equal(store_contact_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(store_block_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(store_block_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(store_block_add(p->st, &ann.id, &unknown, NOW), ERR_NOT_FOUND);
  assert_int_equal(store_block_find(p->st, &ann.id, &bob.id), 0);
  assert_int_equal(store_block_find(p->st, &bob.id, &ann.id), ERR_NOT_FOUND);
  assert_int_equal(contacts_of(p->st, &ann.id), 0);
  assert_int_equal(contacts_of(p->st, &bob.id), 1);
  assert_int_equal(store_block_list(p->st, &ann.id, all, list, &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(store_ask_add(p->st, &bob.id, ann.email, NOW), 0);
  assert_int_equal(requests_to(p->st, &ann, &k), 0);
  assert_int_equal(store_block_remove(p->st, &ann.id, &bob.id), 0);
  assert_int_equal(requests_to(p->st, &ann, &k), 1);
  assert_int_equal(contacts_of(p->st, &ann.id), 1);
}

static size_t told(struct store *st, const struct account *a)
{
  struct uid list[8];
  size_t n = 0;
  assert_int_equal(store_presence_told(st, &a->id, (struct page){.most = 8}, list, &n), 0);
  return n;
}

static size_t heard(struct store *st, const struct account *a)
{
  struct uid list[8];
  size_t n = 0;
  assert_int_equal(store_presence_heard(st, &a->id, (struct page){.most = 8}, list, &n), 0);
  return n;
}

static void test_presence_is_off_until_switched_on(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  (void)added_account(p->st, "stranger@example.org");
  bool on = true;
  assert_int_equal(store_contact_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(store_presence_get(p->st, &ann.id, &on), 0);
  assert_false(on);
  assert_int_equal(told(p->st, &ann), 0);
  assert_int_equal(store_presence_set(p->st, &ann.id, true), 0);
  assert_int_equal(store_presence_get(p->st, &ann.id, &on), 0);
  assert_true(on);
  assert_int_equal(told(p->st, &ann), 1);
  assert_int_equal(heard(p->st, &bob), 1);
  assert_int_equal(heard(p->st, &ann), 0);
  assert_int_equal(store_contact_hide(p->st, &ann.id, &bob.id, true), 0);
  assert_int_equal(told(p->st, &ann), 0);
  assert_int_equal(heard(p->st, &bob), 0);
  assert_int_equal(store_contact_hide(p->st, &ann.id, &bob.id, false), 0);
  assert_int_equal(store_block_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(told(p->st, &ann), 0);
  assert_int_equal(heard(p->st, &bob), 0);
  assert_int_equal(store_block_remove(p->st, &ann.id, &bob.id), 0);
  assert_int_equal(store_block_add(p->st, &bob.id, &ann.id, NOW), 0);
  assert_int_equal(told(p->st, &ann), 0);
  assert_int_equal(store_presence_set(p->st, &ann.id, false), 0);
  assert_int_equal(told(p->st, &ann), 0);
}

static void test_missed_calls(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  static struct contact list[LIMIT_ACCOUNT_MISSED + 1];
  size_t n;
  for (unsigned i = 0; i < LIMIT_ACCOUNT_MISSED + 5; i++)
    assert_int_equal(store_missed_add(p->st, &ann.id, &bob.id, NOW + i), 0);
  assert_int_equal(store_missed_list(p->st, &ann.id, all, list, &n), 0);
  assert_int_equal(n, LIMIT_ACCOUNT_MISSED);
  assert_int_equal(list[0].time_s, NOW + LIMIT_ACCOUNT_MISSED + 4);
  assert_true(uid_equal(&list[0].account, &bob.id));
  assert_int_equal(store_missed_remove(p->st, &bob.id, &list[0].id), ERR_NOT_FOUND);
  assert_int_equal(store_missed_remove(p->st, &ann.id, &list[0].id), 0);
  assert_int_equal(store_tidy(p->st, NOW + MISSED_CALL_KEPT_S + 10), 0);
  assert_int_equal(store_missed_count(p->st, &ann.id, &n), 0);
  assert_true(n > 0 && n < LIMIT_ACCOUNT_MISSED - 1);
  assert_int_equal(store_missed_remove_all(p->st, &ann.id), 0);
  assert_int_equal(store_missed_count(p->st, &ann.id, &n), 0);
  assert_int_equal(n, 0);
}

static void test_nothing_stays_of_who_is_removed(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), bob = added_account(p->st, "bob@example.org");
  const uint8_t hash[32] = {1};
  struct contact k;
  size_t n;
  assert_int_equal(store_contact_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(store_missed_add(p->st, &ann.id, &bob.id, NOW), 0);
  assert_int_equal(store_ask_add(p->st, &bob.id, ann.email, NOW), 0);
  assert_int_equal(store_contact_link_add(p->st, &bob.id, hash, NOW + 100), 0);
  assert_int_equal(store_presence_set(p->st, &bob.id, true), 0);
  assert_int_equal(store_block_add(p->st, &bob.id, &ann.id, NOW), 0);
  assert_int_equal(store_account_remove(p->st, &bob.id, NOW), 0);
  assert_int_equal(contacts_of(p->st, &ann.id), 0);
  assert_int_equal(store_missed_count(p->st, &ann.id, &n), 0);
  assert_int_equal(n, 0);
  assert_int_equal(requests_to(p->st, &ann, &k), 0);
  assert_int_equal(store_contact_link_find(p->st, hash, NOW, &k), ERR_NOT_FOUND);
}

static void test_contacts_have_a_limit(void **state)
{
  struct place *p = *state;
  struct account ann = added_account(p->st, "ann@example.org"), other;
  char email[EMAIL_BYTES];
  assert_int_equal(store_begin(p->st), 0);
  for (unsigned i = 0; i <= LIMIT_ACCOUNT_CONTACTS; i++) {
    (void)snprintf(email, sizeof email, "p%u@example.org", i);
    other = added_account(p->st, email);
    assert_int_equal(store_contact_add(p->st, &other.id, &ann.id, NOW), i < LIMIT_ACCOUNT_CONTACTS ? 0 : ERR_LIMIT);
  }
  assert_int_equal(contacts_of(p->st, &other.id), 0); /* both or neither */
  store_rollback(p->st);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_both_must_say_so), TEST(test_declining_tells_nothing), TEST(test_asks_have_a_limit), TEST(test_links),
    TEST(test_blocking_is_not_seen), TEST(test_presence_is_off_until_switched_on), TEST(test_missed_calls),
    TEST(test_nothing_stays_of_who_is_removed), TEST(test_contacts_have_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
