/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of the store, group by group. */
#include "store_testing.h"

#include <signal.h>
#include <sys/prctl.h>

/* Field by field: there are bytes between them that mean nothing. */
#define FIELD(f) assert_memory_equal(&a->f, &b->f, sizeof a->f)

static void same_account(const struct account *a, const struct account *b)
{
  FIELD(id);
  FIELD(role);
  FIELD(email);
  FIELD(name);
  FIELD(phone);
  FIELD(email_verified);
  FIELD(disabled);
  FIELD(two_factors_wanted);
  FIELD(two_factors_demanded);
  FIELD(must_set_password);
  FIELD(password);
  FIELD(has_totp);
  FIELD(totp);
  FIELD(totp_step);
  FIELD(created_s);
  FIELD(signed_in_s);
  FIELD(calls_consent);
}

static void same_passkey(const struct passkey *a, const struct passkey *b)
{
  FIELD(id);
  FIELD(account);
  FIELD(credential_n);
  FIELD(credential);
  FIELD(key);
  FIELD(sign_count);
  FIELD(label);
  FIELD(created_s);
  FIELD(used_s);
}

static void same_session(const struct session *a, const struct session *b)
{
  FIELD(id);
  FIELD(cookie_hash);
  FIELD(key);
  FIELD(account);
  FIELD(email);
  FIELD(factors);
  FIELD(created_s);
  FIELD(used_s);
  FIELD(signed_in_s);
  FIELD(confirmed_s);
  FIELD(device);
  FIELD(network);
}

static void same_notice(const struct notice *a, const struct notice *b)
{
  FIELD(id);
  FIELD(account);
  FIELD(time_s);
  FIELD(kind);
  FIELD(text);
}

static void same_store_room(const struct store_room *a, const struct store_room *b)
{
  FIELD(id);
  FIELD(owner);
  FIELD(series);
  FIELD(kind);
  FIELD(title);
  FIELD(policy.present);
  FIELD(policy.share);
  FIELD(policy.chat);
  FIELD(policy.unmute_self);
  FIELD(policy.guests);
  FIELD(policy.guests_verified);
  FIELD(policy.waiting_room);
  FIELD(policy.two_factors);
  FIELD(policy.post_quantum);
  FIELD(policy.locked);
  FIELD(policy.most);
  FIELD(policy.invited);
  FIELD(created_s);
  FIELD(closed_s);
}

static void same_series(const struct series *a, const struct series *b)
{
  FIELD(id);
  FIELD(owner);
  FIELD(title);
  FIELD(created_s);
}

static void same_ban(const struct ban *a, const struct ban *b)
{
  FIELD(id);
  FIELD(room);
  FIELD(account);
  FIELD(email);
  FIELD(key_hash);
  FIELD(device);
  FIELD(name);
  FIELD(time_s);
}

static void same_attendance(const struct attendance *a, const struct attendance *b)
{
  FIELD(room);
  FIELD(stay);
  FIELD(name);
  FIELD(email);
  FIELD(verified);
  FIELD(role);
  FIELD(joined_s);
  FIELD(left_s);
}

static void same_ticket(const struct ticket *a, const struct ticket *b)
{
  FIELD(id);
  FIELD(room);
  FIELD(series);
  FIELD(email);
  FIELD(role);
  FIELD(from_s);
  FIELD(until_s);
  FIELD(revoked_s);
  FIELD(created_s);
  FIELD(session);
  FIELD(reference);
  FIELD(issuer);
}

static void same_api_key(const struct api_key *a, const struct api_key *b)
{
  FIELD(id);
  FIELD(hash);
  FIELD(name);
  FIELD(scopes);
  FIELD(owner);
  FIELD(created_s);
  FIELD(used_s);
  FIELD(revoked_s);
}

static void same_idempotent(const struct idempotent *a, const struct idempotent *b)
{
  FIELD(key);
  FIELD(token);
  FIELD(request);
  FIELD(status);
  FIELD(body);
}

static void same_webhook(const struct webhook *a, const struct webhook *b)
{
  FIELD(id);
  FIELD(name);
  FIELD(secret);
  FIELD(room);
  FIELD(series);
  FIELD(created_s);
  FIELD(revoked_s);
}

/* --- people --- */

static void test_account(void **state)
{
  struct place *p = *state;
  struct account a = an_account("ann@example.org"), found;
  a.role = ACCOUNT_ADMIN;
  a.two_factors_wanted = a.two_factors_demanded = a.email_verified = true;
  (void)snprintf(a.phone, sizeof a.phone, "+123456789012345");
  (void)snprintf(a.password, sizeof a.password, "$argon2id$x");
  a.calls_consent = 7;
  assert_int_equal(store_account_add(p->st, &a), 0);
  reopen(p);
  assert_int_equal(store_account_by_email(p->st, "ann@example.org", &found), 0);
  same_account(&found, &a);
  a.disabled = true;
  a.has_totp = true;
  memset(a.totp, 0x5a, sizeof a.totp);
  memset(a.name, 0, sizeof a.name);
  (void)snprintf(a.name, sizeof a.name, "Änne");
  assert_int_equal(store_account_set(p->st, &a), 0);
  assert_int_equal(store_account_get(p->st, &a.id, &found), 0);
  same_account(&found, &a);
  assert_int_equal(store_account_get(p->st, &none, &found), ERR_NOT_FOUND);
  assert_int_equal(store_account_by_email(p->st, "' OR 1=1 --", &found), ERR_NOT_FOUND);
}

static void test_account_unique(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), b = an_account("ann@example.org");
  assert_int_equal(store_account_add(p->st, &b), ERR_STATE);
  b = added_account(p->st, "bob@example.org");
  (void)snprintf(b.email, sizeof b.email, "%s", a.email);
  assert_int_equal(store_account_set(p->st, &b), ERR_STATE);
  memset(b.email, 'x', sizeof b.email);
  assert_int_equal(store_account_set(p->st, &b), ERR_RANGE);
  b = an_account("eve@example.org");
  b.created_s = UINT64_MAX;
  assert_int_equal(store_account_add(p->st, &b), ERR_RANGE);
  b.created_s = NOW;
  b.role = (enum account_role)2;
  assert_int_equal(store_account_add(p->st, &b), ERR_RANGE);
}

static void test_account_list(void **state)
{
  struct place *p = *state;
  static const char *const emails[] = {"cat@example.org", "ann@example.org", "bob@example.net"};
  struct account list[8], a;
  size_t n, accounts, administrators;
  for (size_t i = 0; i < 3; i++)
    a = added_account(p->st, emails[i]);
  a.role = ACCOUNT_ADMIN;
  assert_int_equal(store_account_set(p->st, &a), 0);
  assert_int_equal(store_account_list(p->st, "", first_page, list, &n), 0);
  assert_int_equal(n, 3);
  assert_string_equal(list[0].email, "ann@example.org");
  assert_int_equal(store_account_list(p->st, "EXAMPLE.ORG", first_page, list, &n), 0);
  assert_int_equal(n, 2);
  assert_int_equal(store_account_list(p->st, "%", first_page, list, &n), 0);
  assert_int_equal(n, 0);
  assert_int_equal(store_account_list(p->st, "", (struct page){.offset = 2, .most = 1}, list, &n), 0);
  assert_int_equal(n, 1);
  assert_string_equal(list[0].email, "cat@example.org");
  assert_int_equal(store_account_count(p->st, &accounts, &administrators), 0);
  assert_int_equal(accounts, 3);
  assert_int_equal(administrators, 1);
  a.disabled = true;
  assert_int_equal(store_account_set(p->st, &a), 0);
  assert_int_equal(store_account_count(p->st, &accounts, &administrators), 0);
  assert_int_equal(accounts, 3);
  assert_int_equal(administrators, 0);
}

static void test_passwords_demanded(void **state)
{
  struct place *p = *state;
  struct account with = an_account("ann@example.org"), without = added_account(p->st, "bob@example.org");
  (void)snprintf(with.password, sizeof with.password, "$argon2id$x");
  assert_int_equal(store_account_add(p->st, &with), 0);
  assert_int_equal(store_account_demand_passwords(p->st), 0);
  assert_int_equal(store_changed(p->st), 1);
  assert_int_equal(store_account_get(p->st, &with.id, &with), 0);
  assert_int_equal(store_account_get(p->st, &without.id, &without), 0);
  assert_true(with.must_set_password);
  assert_false(without.must_set_password); /* signs in by other means */
}

static void test_account_removed(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), host = added_account(p->st, "host@example.org");
  struct session s = added_session(p->st, &a.id, 1);
  struct store_room own = added_room(p->st, &a.id, ROOM_OPEN), other = added_room(p->st, &host.id, ROOM_TICKET);
  struct ticket t = {.room = other.id, .email = "ann@example.org", .role = ROLE_VIEWER, .created_s = NOW};
  struct passkey k = {.account = a.id, .credential_n = 3, .credential = {1, 2, 3}};
  struct api_key api = {.hash = {1}, .owner = a.id, .scopes = SCOPE_ROOMS_READ, .created_s = NOW};
  struct uid found;
  assert_int_equal(store_ticket_add(p->st, &t), 0);
  assert_int_equal(store_passkey_add(p->st, &k), 0);
  assert_int_equal(store_key_add(p->st, &api), 0);
  assert_int_equal(store_oidc_link(p->st, &a.id, "https://id.example", "123"), 0);
  assert_int_equal(store_account_remove(p->st, &a.id, NOW + 5), 0);
  assert_int_equal(store_account_remove(p->st, &a.id, NOW + 5), ERR_NOT_FOUND);
  assert_int_equal(store_session_get(p->st, &s.id, &s), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_get(p->st, &t.id, &t), ERR_NOT_FOUND);
  assert_int_equal(store_passkey_find(p->st, k.credential, 3, &k), ERR_NOT_FOUND);
  assert_int_equal(store_key_find(p->st, api.hash, &api), ERR_NOT_FOUND);
  assert_int_equal(store_oidc_find(p->st, "https://id.example", "123", &found), ERR_NOT_FOUND);
  assert_int_equal(store_room_get(p->st, &own.id, &own), 0);
  assert_int_equal(own.closed_s, NOW + 5);
  assert_true(uid_is_none(&own.owner));
  assert_int_equal(store_room_get(p->st, &other.id, &other), 0);
  assert_int_equal(other.closed_s, 0);
}

static void test_second_factors(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  const uint8_t hash[3][32] = {{1}, {2}, {3}}, fresh[1][32] = {{4}};
  size_t n;
  assert_int_equal(store_totp_use(p->st, &a.id, 100), 0);
  assert_int_equal(store_totp_use(p->st, &a.id, 100), ERR_REPLAY);
  assert_int_equal(store_account_set(p->st, &a), 0); /* a stale copy does not bring the step back */
  assert_int_equal(store_totp_use(p->st, &a.id, 99), ERR_REPLAY);
  assert_int_equal(store_totp_use(p->st, &a.id, 101), 0);
  assert_int_equal(store_totp_use(p->st, &none, 101), ERR_NOT_FOUND);
  assert_int_equal(store_recovery_set(p->st, &a.id, hash, 3), 0);
  assert_int_equal(store_recovery_use(p->st, &a.id, hash[1]), 0);
  assert_int_equal(store_recovery_use(p->st, &a.id, hash[1]), ERR_NOT_FOUND);
  assert_int_equal(store_recovery_left(p->st, &a.id, &n), 0);
  assert_int_equal(n, 2);
  assert_int_equal(store_recovery_set(p->st, &a.id, fresh, 1), 0);
  assert_int_equal(store_recovery_use(p->st, &a.id, hash[0]), ERR_NOT_FOUND);
  assert_int_equal(store_recovery_use(p->st, &a.id, fresh[0]), 0);
  assert_int_equal(store_recovery_set(p->st, &none, fresh, 1), ERR_RANGE);
}

static void test_passkeys(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), b = added_account(p->st, "bob@example.org");
  struct passkey k = {.account = a.id, .credential_n = 2, .credential = {1, 0}, .sign_count = 4, .label = "Key",
                      .created_s = NOW}, list[LIMIT_ACCOUNT_PASSKEYS + 1], found;
  size_t n;
  assert_int_equal(store_passkey_add(p->st, &k), 0);
  struct passkey again = k;
  again.account = b.id;
  assert_int_equal(store_passkey_add(p->st, &again), ERR_STATE);
  assert_int_equal(store_passkey_find(p->st, k.credential, 2, &found), 0);
  same_passkey(&found, &k);
  assert_int_equal(store_passkey_find(p->st, k.credential, 1, &found), ERR_NOT_FOUND);
  assert_int_equal(store_passkey_used(p->st, &k.id, UINT32_MAX, NOW + 1), 0);
  assert_int_equal(store_passkey_find(p->st, k.credential, 2, &found), 0);
  assert_int_equal(found.sign_count, UINT32_MAX);
  assert_int_equal(found.used_s, NOW + 1);
  for (uint8_t i = 1; i < LIMIT_ACCOUNT_PASSKEYS; i++) {
    again = (struct passkey){.account = a.id, .credential_n = 1, .credential = {i}};
    assert_int_equal(store_passkey_add(p->st, &again), 0);
  }
  again.credential[0] = 0xff;
  assert_int_equal(store_passkey_add(p->st, &again), ERR_LIMIT);
  assert_int_equal(store_passkey_list(p->st, &a.id, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS + 1}, list, &n), 0);
  assert_int_equal(n, LIMIT_ACCOUNT_PASSKEYS);
  assert_int_equal(store_passkey_remove(p->st, &b.id, &k.id), ERR_NOT_FOUND);
  assert_int_equal(store_passkey_remove(p->st, &a.id, &k.id), 0);
}

static void test_oidc(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), b = added_account(p->st, "bob@example.org");
  struct uid found;
  assert_int_equal(store_oidc_link(p->st, &a.id, "https://one.example", "123"), 0);
  assert_int_equal(store_oidc_link(p->st, &b.id, "https://one.example", "123"), ERR_STATE);
  assert_int_equal(store_oidc_link(p->st, &b.id, "https://two.example", "123"), 0);
  assert_int_equal(store_oidc_find(p->st, "https://one.example", "123", &found), 0);
  assert_true(uid_equal(&found, &a.id));
  assert_int_equal(store_oidc_find(p->st, "https://one.example", "124", &found), ERR_NOT_FOUND);
  struct oidc_link list[8];
  size_t n;
  assert_int_equal(store_oidc_link(p->st, &a.id, "https://a.example", "5"), 0);
  assert_int_equal(store_oidc_list(p->st, &a.id, first_page, list, &n), 0);
  assert_int_equal(n, 2);
  assert_string_equal(list[0].issuer, "https://a.example");
  assert_string_equal(list[1].subject, "123");
  assert_int_equal(store_oidc_unlink(p->st, &b.id, "https://one.example", "123"), ERR_NOT_FOUND); /* not his */
  assert_int_equal(store_oidc_unlink(p->st, &a.id, "https://one.example", "123"), 0);
  assert_int_equal(store_oidc_find(p->st, "https://one.example", "123", &found), ERR_NOT_FOUND);
  assert_int_equal(store_oidc_link(p->st, &b.id, "https://one.example", "123"), 0);
  struct uid nobody = {.b = {1}};
  assert_int_equal(store_oidc_link(p->st, &nobody, "https://one.example", "9"), ERR_NOT_FOUND);
}

/* --- sessions --- */

/* Accounts' sessions are never given up for guests'. */
static void test_guests_give_way(void **state)
{
  struct place *p = *state;
  struct account account = added_account(p->st, "anna@school.example");
  struct session kept = added_session(p->st, &account.id, 1), guest[3], found;
  size_t dropped = 0;
  for (uint8_t i = 0; i < 3; i++) {
    guest[i] = added_session(p->st, &none, (uint8_t)(10 + i));
    assert_int_equal(store_session_touch(p->st, &guest[i].id, NOW + 100 - i), 0);
  }
  assert_int_equal(store_session_drop_guests(p->st, 2, &dropped), 0);
  assert_int_equal(dropped, 2);
  assert_int_equal(store_session_get(p->st, &guest[0].id, &found), 0); /* used last */
  assert_int_equal(store_session_get(p->st, &guest[1].id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_session_drop_guests(p->st, 9, &dropped), 0);
  assert_int_equal(dropped, 1);
  assert_int_equal(store_session_get(p->st, &kept.id, &found), 0);
}

static void test_sessions(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct session s = added_session(p->st, &a.id, 1), other = added_session(p->st, &a.id, 2),
                 guest = added_session(p->st, &none, 3), found, list[8];
  uint8_t old[32];
  size_t n;
  memcpy(old, s.cookie_hash, sizeof old);
  assert_int_equal(store_session_by_cookie(p->st, old, &found), 0);
  same_session(&found, &s);
  memset(s.cookie_hash, 9, sizeof s.cookie_hash);
  s.factors = FACTOR_PASSWORD | FACTOR_LINK;
  assert_int_equal(store_session_set(p->st, &s), 0);
  assert_int_equal(store_session_by_cookie(p->st, old, &found), ERR_NOT_FOUND);
  assert_int_equal(store_session_touch(p->st, &s.id, NOW + 9), 0);
  assert_int_equal(store_session_get(p->st, &s.id, &found), 0);
  assert_int_equal(found.used_s, NOW + 9);
  assert_int_equal(found.factors, FACTOR_PASSWORD | FACTOR_LINK);
  memset(other.cookie_hash, 9, sizeof other.cookie_hash);
  assert_int_equal(store_session_set(p->st, &other), ERR_STATE);
  assert_int_equal(store_session_list(p->st, &a.id, first_page, list, &n), 0);
  assert_int_equal(n, 2);
  assert_true(uid_equal(&list[0].id, &s.id)); /* used last */
  assert_int_equal(store_session_list_all(p->st, first_page, list, &n), 0);
  assert_int_equal(n, 2);
  assert_int_equal(store_session_remove_all(p->st, &a.id, &s.id), 0);
  assert_int_equal(store_session_get(p->st, &other.id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_session_get(p->st, &s.id, &found), 0);
  assert_int_equal(store_session_remove_all(p->st, &a.id, &none), 0);
  assert_int_equal(store_session_get(p->st, &s.id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_session_get(p->st, &guest.id, &found), 0);
  assert_int_equal(store_session_remove(p->st, &guest.id), 0);
  assert_int_equal(store_session_remove(p->st, &guest.id), ERR_NOT_FOUND);
}

static void test_everybody_is_signed_out(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), b = added_account(p->st, "bob@example.org");
  struct session keep = added_session(p->st, &a.id, 1), list[8], found;
  struct session others[] = {added_session(p->st, &a.id, 2), added_session(p->st, &b.id, 3),
                             added_session(p->st, &none, 4)};
  size_t n;
  assert_int_equal(store_session_remove_everybody(p->st, &keep.id), 0);
  assert_int_equal(store_changed(p->st), 3);
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(store_session_get(p->st, &others[i].id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_session_get(p->st, &keep.id, &found), 0);
  assert_int_equal(store_session_remove_everybody(p->st, &none), 0);
  assert_int_equal(store_session_list_all(p->st, first_page, list, &n), 0);
  assert_int_equal(n, 0);
}

static void test_tidy(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct session s = added_session(p->st, &a.id, 1), guest = added_session(p->st, &none, 2), found;
  assert_int_equal(store_tidy(p->st, NOW + SESSION_GUEST_KEPT_S), 0);
  assert_int_equal(store_session_get(p->st, &guest.id, &found), 0);
  assert_int_equal(store_tidy(p->st, NOW + SESSION_GUEST_KEPT_S + 1), 0);
  assert_int_equal(store_session_get(p->st, &guest.id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_session_get(p->st, &s.id, &found), 0);
  assert_int_equal(store_tidy(p->st, NOW + SESSION_KEPT_S + 1), 0);
  assert_int_equal(store_session_get(p->st, &s.id, &found), ERR_NOT_FOUND);
}

static void test_notices(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), b = added_account(p->st, "bob@example.org");
  struct notice n = {.account = a.id, .kind = "new_device"}, list[LIMIT_ACCOUNT_NOTICES + 1];
  size_t found;
  for (uint64_t i = 0; i < LIMIT_ACCOUNT_NOTICES + 5; i++) {
    n.time_s = NOW + i;
    assert_int_equal(store_notice_add(p->st, &n), 0);
  }
  struct page page = {.most = LIMIT_ACCOUNT_NOTICES + 1};
  assert_int_equal(store_notice_list(p->st, &a.id, page, list, &found), 0);
  assert_int_equal(found, LIMIT_ACCOUNT_NOTICES);
  same_notice(&list[0], &n);
  assert_int_equal(store_notice_remove(p->st, &b.id, &n.id), ERR_NOT_FOUND);
  assert_int_equal(store_notice_remove(p->st, &a.id, &n.id), 0);
}

/* --- rooms --- */

static void test_rooms(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct series s = {.owner = a.id, .title = "A course", .created_s = NOW}, series[8];
  struct store_room list[8], found;
  size_t n;
  assert_int_equal(store_series_add(p->st, &s), 0);
  assert_int_equal(store_series_get(p->st, &s.id, &series[0]), 0);
  same_series(&series[0], &s);
  assert_int_equal(store_series_list(p->st, &a.id, first_page, series, &n), 0);
  assert_int_equal(n, 1);
  for (int kind = 0; kind < ROOM_KINDS; kind++)
    assert_int_equal(added_room(p->st, &a.id, (enum room_kind)kind).policy.waiting_room, kind != ROOM_EVENT);
  assert_int_equal(store_room_list(p->st, &a.id, first_page, list, &n), 0);
  assert_int_equal(n, ROOM_KINDS);
  assert_int_equal(list[0].kind, ROOM_EVENT); /* the newest first */
  assert_false(list[2].policy.guests); /* ROOM_MEMBERS */
  struct store_room r = list[1];
  r.series = s.id;
  r.closed_s = NOW + 1;
  r.policy.locked = r.policy.post_quantum = true;
  r.policy.invited = 12;
  assert_int_equal(store_room_set(p->st, &r), 0);
  assert_int_equal(store_room_get(p->st, &r.id, &found), 0);
  same_store_room(&found, &r);
  r.policy.most = 1;
  assert_int_equal(store_room_set(p->st, &r), ERR_RANGE);
  r.policy.most = LIMIT_EVENT_PEOPLE + 1;
  assert_int_equal(store_room_set(p->st, &r), ERR_RANGE);
  assert_int_equal(store_room_remove(p->st, &r.id), 0);
  assert_int_equal(store_room_get(p->st, &r.id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_room_list(p->st, &none, first_page, list, &n), 0);
  assert_int_equal(n, ROOM_KINDS - 1);
}

static void test_series(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct series s = {.owner = a.id, .title = "A course", .created_s = NOW}, found;
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET), list[8];
  size_t n;
  assert_int_equal(store_series_add(p->st, &s), 0);
  struct ticket t = {.series = s.id, .email = "bob@example.org"};
  assert_int_equal(store_ticket_add(p->st, &t), 0);
  (void)added_room(p->st, &a.id, ROOM_OPEN);
  r.series = s.id;
  assert_int_equal(store_room_set(p->st, &r), 0);
  assert_int_equal(store_room_list_series(p->st, &s.id, first_page, list, &n), 0);
  assert_int_equal(n, 1);
  same_store_room(&list[0], &r);
  (void)snprintf(s.title, sizeof s.title, "Another");
  assert_int_equal(store_series_set(p->st, &s), 0);
  assert_int_equal(store_series_get(p->st, &s.id, &found), 0);
  assert_string_equal(found.title, "Another");
  assert_int_equal(store_series_remove(p->st, &s.id), 0);
  assert_int_equal(store_series_remove(p->st, &s.id), ERR_NOT_FOUND);
  assert_int_equal(store_series_set(p->st, &s), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_get(p->st, &t.id, &t), ERR_NOT_FOUND);
  assert_int_equal(store_room_get(p->st, &r.id, &r), 0);
  assert_true(uid_is_none(&r.series));
}

static void test_members(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_MEMBERS);
  struct room_member m = {.email = "bob@example.org", .role = ROLE_SPEAKER}, list[8];
  enum room_role role;
  size_t n;
  assert_int_equal(store_member_set(p->st, &r.id, &m), 0);
  m.role = ROLE_COHOST;
  assert_int_equal(store_member_set(p->st, &r.id, &m), 0);
  assert_int_equal(store_member_list(p->st, &r.id, first_page, list, &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(store_member_find(p->st, &r.id, m.email, &role), 0);
  assert_int_equal(role, ROLE_COHOST);
  assert_int_equal(store_member_remove(p->st, &r.id, m.email), 0);
  assert_int_equal(store_member_find(p->st, &r.id, m.email, &role), ERR_NOT_FOUND);
  m.role = (enum room_role)ROOM_ROLES;
  assert_int_equal(store_member_set(p->st, &r.id, &m), ERR_RANGE);
  struct uid nowhere = {.b = {1}};
  m.role = ROLE_VIEWER;
  assert_int_equal(store_member_set(p->st, &nowhere, &m), ERR_NOT_FOUND);
}

/* The server died while somebody was in: nobody is in for ever. */
static void test_stays_that_nobody_has_ended(void **state)
{
  struct place *p = *state;
  struct store_room room = added_room(p->st, &none, ROOM_OPEN);
  struct attendance a = {.room = room.id, .stay = 1, .name = "Ann", .verified = "none", .joined_s = NOW}, found[8];
  size_t n = 0;
  assert_int_equal(store_attendance_put(p->st, &a), 0);
  a.stay = 2;
  a.left_s = NOW + 5;
  assert_int_equal(store_attendance_put(p->st, &a), 0);
  assert_int_equal(store_attendance_end_all(p->st, NOW + 60), 0);
  assert_int_equal(store_attendance_list(p->st, &room.id, first_page, found, &n), 0);
  assert_int_equal(n, 2);
  assert_int_equal(found[0].left_s, NOW + 60);
  assert_int_equal(found[1].left_s, NOW + 5);
}

static void test_bans_and_attendance(void **state)
{
  struct place *p = *state;
  struct account host = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &host.id, ROOM_OPEN);
  struct ban b = {.room = r.id, .email = "eve@example.org", .key_hash = {1}, .device = {2}, .name = "Eve",
                  .time_s = NOW}, bans[8];
  struct attendance a = {.room = r.id, .stay = UINT64_MAX, .name = "Bob", .verified = "none", .joined_s = NOW}, stays[8];
  size_t n;
  assert_int_equal(store_ban_add(p->st, &b), 0);
  assert_int_equal(store_ban_list(p->st, &r.id, first_page, bans, &n), 0);
  assert_int_equal(n, 1);
  same_ban(&bans[0], &b);
  assert_int_equal(store_ban_remove(p->st, &r.id, &b.id), 0);
  assert_int_equal(store_ban_remove(p->st, &r.id, &b.id), ERR_NOT_FOUND);
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(store_attendance_put(p->st, &a), 0);
  a.left_s = NOW + 60;
  assert_int_equal(store_attendance_put(p->st, &a), 0);
  assert_int_equal(store_commit(p->st), 0);
  assert_int_equal(store_attendance_list(p->st, &r.id, first_page, stays, &n), 0);
  assert_int_equal(n, 1);
  same_attendance(&stays[0], &a);
}

static void test_ban_limit(void **state)
{
  struct place *p = *state;
  struct account host = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &host.id, ROOM_OPEN);
  struct ban b = {.room = r.id, .time_s = NOW};
  assert_int_equal(store_begin(p->st), 0);
  for (int i = 0; i < LIMIT_ROOM_BANS; i++)
    assert_int_equal(store_ban_add(p->st, &b), 0);
  assert_int_equal(store_ban_add(p->st, &b), ERR_LIMIT);
  assert_int_equal(store_commit(p->st), 0);
}

/* --- tickets --- */

static void test_ticket(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct series s = {.owner = a.id, .created_s = NOW};
  assert_int_equal(store_series_add(p->st, &s), 0);
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET);
  struct ticket t = {.room = r.id, .email = "bob@example.org", .role = ROLE_PARTICIPANT, .from_s = NOW,
                     .until_s = NOW + 100, .created_s = NOW, .reference = "order 1", .issuer = "webhook:shop"};
  struct ticket again = t, of_series = t, both = t, found, list[8];
  size_t n;
  assert_int_equal(store_ticket_add(p->st, &t), 0);
  again.email[0] = 'c';
  assert_int_equal(store_ticket_add(p->st, &again), ERR_STATE);
  same_ticket(&again, &t);
  assert_int_equal(store_ticket_by_reference(p->st, "webhook:shop", "order 1", &found), 0);
  same_ticket(&found, &t);
  assert_int_equal(store_ticket_by_reference(p->st, "webhook:other", "order 1", &found), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_find(p->st, &r, "bob@example.org", NOW - 1, &found), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_find(p->st, &r, "bob@example.org", NOW + 100, &found), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_find(p->st, &r, "eve@example.org", NOW, &found), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_find(p->st, &r, "bob@example.org", NOW, &found), 0);
  same_ticket(&found, &t);
  assert_int_equal(store_ticket_revoke(p->st, &t.id, NOW + 1), 0);
  assert_int_equal(store_ticket_revoke(p->st, &t.id, NOW + 2), 0);
  assert_int_equal(store_ticket_get(p->st, &t.id, &found), 0);
  assert_int_equal(found.revoked_s, NOW + 1);
  assert_int_equal(store_ticket_find(p->st, &r, "bob@example.org", NOW, &found), ERR_NOT_FOUND);
  of_series.room = none;
  of_series.series = s.id;
  of_series.reference[0] = '\0';
  of_series.from_s = of_series.until_s = 0;
  assert_int_equal(store_ticket_add(p->st, &of_series), 0);
  assert_int_equal(store_ticket_find(p->st, &r, "bob@example.org", NOW, &found), ERR_NOT_FOUND);
  r.series = s.id;
  assert_int_equal(store_ticket_find(p->st, &r, "bob@example.org", NOW, &found), 0);
  assert_int_equal(store_ticket_list(p->st, &none, &s.id, first_page, list, &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(store_ticket_list(p->st, &r.id, &none, first_page, list, &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(store_ticket_list(p->st, &none, &none, first_page, list, &n), 0);
  assert_int_equal(n, 2);
  both.series = s.id;
  both.reference[0] = '\0';
  assert_int_equal(store_ticket_add(p->st, &both), ERR_RANGE);
  both.series = none;
  both.role = ROLE_HOST;
  assert_int_equal(store_ticket_add(p->st, &both), ERR_RANGE);
}

static void test_ticket_edited(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET), other = added_room(p->st, &a.id, ROOM_TICKET);
  struct ticket t = {.room = r.id, .email = "bob@example.org", .created_s = NOW}, found, list[8];
  struct ticket second = {.room = other.id, .email = "bob@example.org", .created_s = NOW + 1};
  size_t n;
  assert_int_equal(store_ticket_add(p->st, &t) | store_ticket_add(p->st, &second), 0);
  t.role = ROLE_SPEAKER;
  t.from_s = NOW + 5;
  t.until_s = NOW + 9;
  assert_int_equal(store_ticket_set(p->st, &t), 0);
  assert_int_equal(store_ticket_get(p->st, &t.id, &found), 0);
  same_ticket(&found, &t);
  t.role = ROLE_COHOST;
  assert_int_equal(store_ticket_set(p->st, &t), ERR_RANGE);
  assert_int_equal(store_ticket_list_email(p->st, "bob@example.org", first_page, list, &n), 0);
  assert_int_equal(n, 2);
  same_ticket(&list[0], &second);
  assert_int_equal(store_ticket_list_email(p->st, "ann@example.org", first_page, list, &n), 0);
  assert_int_equal(n, 0);
  assert_int_equal(store_ticket_revoke(p->st, &t.id, NOW), 0);
  t.role = ROLE_VIEWER;
  assert_int_equal(store_ticket_set(p->st, &t), ERR_NOT_FOUND);
}

static void test_ticket_use(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET);
  struct session one = added_session(p->st, &none, 1), two = added_session(p->st, &none, 2);
  struct ticket t = {.room = r.id, .email = "bob@example.org", .from_s = NOW, .until_s = NOW + 100};
  struct uid unknown = {.b = {1}};
  assert_int_equal(store_ticket_add(p->st, &t), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &one.id, false, NOW - 1), ERR_REFUSED);
  assert_int_equal(store_ticket_use(p->st, &t.id, &unknown, false, NOW), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_use(p->st, &t.id, &none, false, NOW), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_use(p->st, &t.id, &one.id, false, NOW), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &one.id, false, NOW), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &two.id, false, NOW), ERR_STATE);
  assert_int_equal(store_ticket_use(p->st, &t.id, &two.id, true, NOW), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &one.id, false, NOW), ERR_STATE);
  assert_int_equal(store_ticket_release(p->st, &t.id, &one.id), ERR_NOT_FOUND);
  assert_int_equal(store_ticket_release(p->st, &t.id, &two.id), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &one.id, false, NOW), 0);
  assert_int_equal(store_session_remove(p->st, &one.id), 0); /* frees it */
  assert_int_equal(store_ticket_use(p->st, &t.id, &two.id, false, NOW), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &two.id, true, NOW + 100), ERR_REFUSED);
  assert_int_equal(store_ticket_revoke(p->st, &t.id, NOW), 0);
  assert_int_equal(store_ticket_use(p->st, &t.id, &two.id, true, NOW), ERR_REFUSED);
}

#define RACES 40

/* Uses each ticket as soon as the other process does: both wait for one byte. Says for each whether it has won. */
static _Noreturn void race(const struct place *p, const struct uid *tickets, const struct uid *session, int go, int won)
{
  struct store *st;
  char byte;
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (store_open(&st, p->data, p->key) != 0 || write(won, "r", 1) != 1)
    _exit(1);
  for (int i = 0; i < RACES; i++) {
    if (read(go, &byte, 1) != 1)
      _exit(2);
    int err = store_ticket_use(st, &tickets[i], session, false, NOW);
    if (write(won, err == 0 ? "1" : err == ERR_STATE ? "0" : "?", 1) != 1)
      _exit(3);
  }
  store_close(st);
  _exit(0);
}

static void test_ticket_race(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET);
  struct session s[2] = {added_session(p->st, &none, 1), added_session(p->st, &none, 2)};
  struct uid tickets[RACES];
  int go[2][2], won[2][2];
  pid_t pid[2];
  char said[2];
  for (int i = 0; i < RACES; i++) {
    struct ticket t = {.room = r.id, .email = "bob@example.org"};
    assert_int_equal(store_ticket_add(p->st, &t), 0);
    tickets[i] = t.id;
  }
  store_close(p->st);
  p->st = NULL;
  for (int k = 0; k < 2; k++) {
    assert_int_equal(pipe(go[k]) | pipe(won[k]), 0);
    pid[k] = fork();
    if (pid[k] == 0)
      race(p, tickets, &s[k].id, go[k][0], won[k][1]);
    assert_int_equal(read(won[k][0], &said[k], 1), 1);
  }
  for (int i = 0; i < RACES; i++) {
    assert_int_equal(write(go[0][1], "", 1) + write(go[1][1], "", 1), 2);
    assert_int_equal(read(won[0][0], &said[0], 1) + read(won[1][0], &said[1], 1), 2);
    assert_int_equal(said[0] + said[1], '0' + '1');
  }
  for (int k = 0; k < 2; k++) {
    int status;
    assert_int_equal(waitpid(pid[k], &status, 0), pid[k]);
    assert_int_equal(status, 0);
    for (int end = 0; end < 2; end++)
      (void)(close(go[k][end]) | close(won[k][end]));
  }
}

/* --- the REST API and webhooks --- */

static void test_api_keys(void **state)
{
  struct place *p = *state;
  struct api_key k = {.hash = {1}, .name = "shop", .scopes = SCOPE_TICKETS_WRITE | SCOPE_ATTENDANCE, .created_s = NOW};
  struct api_key again = k, found, list[8];
  size_t n;
  assert_int_equal(store_key_add(p->st, &k), 0);
  assert_int_equal(store_key_add(p->st, &again), ERR_STATE);
  assert_int_equal(store_key_find(p->st, k.hash, &found), 0);
  same_api_key(&found, &k);
  assert_int_equal(store_key_touch(p->st, &k.id, NOW + 3), 0);
  assert_int_equal(store_key_revoke(p->st, &k.id, NOW + 4), 0);
  assert_int_equal(store_key_find(p->st, k.hash, &found), ERR_NOT_FOUND);
  assert_int_equal(store_key_list(p->st, first_page, list, &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(list[0].used_s, NOW + 3);
  assert_int_equal(list[0].revoked_s, NOW + 4);
}

static void test_all_keys_revoked(void **state)
{
  struct place *p = *state;
  struct api_key keys[2] = {{.hash = {1}, .name = "shop"}, {.hash = {2}, .name = "school"}}, found;
  struct webhook w = {.name = "shop", .secret = {1}}, webhook;
  assert_int_equal(store_key_add(p->st, &keys[0]) | store_key_add(p->st, &keys[1]) | store_webhook_add(p->st, &w), 0);
  assert_int_equal(store_key_revoke(p->st, &keys[0].id, NOW), 0);
  assert_int_equal(store_key_revoke_all(p->st, NOW + 5), 0);
  assert_int_equal(store_webhook_revoke_all(p->st, NOW + 5), 0);
  assert_int_equal(store_key_find(p->st, keys[1].hash, &found), ERR_NOT_FOUND);
  assert_int_equal(store_key_get(p->st, &keys[1].id, &found), 0);
  assert_int_equal(found.revoked_s, NOW + 5);
  assert_int_equal(store_key_get(p->st, &keys[0].id, &found), 0);
  assert_int_equal(found.revoked_s, NOW); /* the first time stays */
  assert_int_equal(store_webhook_get(p->st, &w.id, &webhook), 0);
  assert_int_equal(webhook.revoked_s, NOW + 5);
}

static void test_idempotent(void **state)
{
  struct place *p = *state;
  struct idempotent i = {.key = {{1}}, .token = "abc", .request = {7}, .status = 201};
  memset(i.body, 'x', sizeof i.body - 1);
  struct idempotent find = {.key = {{1}}, .token = "abc", .request = {7}};
  assert_int_equal(store_idempotent_find(p->st, &find), ERR_NOT_FOUND);
  assert_int_equal(store_idempotent_add(p->st, &i, NOW), 0);
  assert_int_equal(store_idempotent_add(p->st, &i, NOW), ERR_STATE);
  assert_int_equal(store_idempotent_find(p->st, &find), 0);
  same_idempotent(&find, &i);
  find.request[0] = 8;
  assert_int_equal(store_idempotent_find(p->st, &find), ERR_STATE);
  find.key.b[0] = 2;
  assert_int_equal(store_idempotent_find(p->st, &find), ERR_NOT_FOUND);
  assert_int_equal(store_tidy(p->st, NOW + IDEMPOTENT_KEPT_S + 1), 0);
  assert_int_equal(store_idempotent_find(p->st, &i), ERR_NOT_FOUND);
}

static void test_webhooks(void **state)
{
  struct place *p = *state;
  struct webhook w = {.name = "shop", .secret = {1, 2}, .created_s = NOW}, again = w, list[8];
  char event[WEBHOOK_EVENT_BYTES];
  size_t n;
  assert_int_equal(store_webhook_add(p->st, &w), 0);
  assert_int_equal(store_webhook_add(p->st, &again), ERR_STATE);
  assert_int_equal(store_webhook_list(p->st, first_page, list, &n), 0);
  assert_int_equal(n, 1);
  same_webhook(&list[0], &w);
  assert_int_equal(store_webhook_event(p->st, &w.id, "evt_1", NOW), 0);
  assert_int_equal(store_webhook_event(p->st, &w.id, "evt_1", NOW), ERR_REPLAY);
  assert_int_equal(store_webhook_event(p->st, &w.id, "evt_2", NOW), 0);
  memset(event, 'x', sizeof event);
  assert_int_equal(store_webhook_event(p->st, &w.id, event, NOW), ERR_RANGE);
  assert_int_equal(store_webhook_revoke(p->st, &w.id, NOW), 0);
  assert_int_equal(store_webhook_add(p->st, &again), 0); /* the name is free */
  assert_int_equal(store_tidy(p->st, NOW + WEBHOOK_EVENT_KEPT_S), 0);
  assert_int_equal(store_webhook_event(p->st, &w.id, "evt_1", NOW), ERR_REPLAY);
}

/* --- changes --- */

static void test_changes(void **state)
{
  struct place *p = *state;
  struct account a = an_account("ann@example.org"), b = an_account("ann@example.org"), found;
  assert_int_equal(store_commit(p->st), ERR_STATE);
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(store_begin(p->st), ERR_STATE);
  assert_int_equal(store_account_add(p->st, &a), 0);
  store_rollback(p->st);
  assert_int_equal(store_account_get(p->st, &a.id, &found), ERR_NOT_FOUND);
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(store_account_add(p->st, &a), 0);
  assert_int_equal(store_account_add(p->st, &b), ERR_STATE); /* undoes itself alone */
  assert_int_equal(store_commit(p->st), 0);
  assert_int_equal(store_account_get(p->st, &a.id, &found), 0);
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(store_account_remove(p->st, &a.id, NOW), 0);
  reopen(p); /* closed in the middle */
  assert_int_equal(store_account_get(p->st, &a.id, &found), 0);
}

static void test_foreign_changes(void **state)
{
  struct place *p = *state;
  struct store *other = opened(p);
  uint64_t before = store_foreign_changes(p->st);
  (void)added_account(p->st, "own@example.org");
  assert_int_equal(store_foreign_changes(p->st), before);
  (void)added_account(other, "foreign@example.org");
  assert_true(store_foreign_changes(p->st) > before);
  before = store_foreign_changes(p->st);
  assert_int_equal(store_foreign_changes(p->st), before);
  store_close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_account), TEST(test_account_unique), TEST(test_account_list), TEST(test_account_removed),
    TEST(test_passwords_demanded), TEST(test_everybody_is_signed_out), TEST(test_series), TEST(test_ticket_edited),
    TEST(test_all_keys_revoked),
    TEST(test_second_factors), TEST(test_passkeys), TEST(test_oidc), TEST(test_sessions),
    TEST(test_guests_give_way), TEST(test_tidy),
    TEST(test_notices), TEST(test_rooms), TEST(test_members), TEST(test_bans_and_attendance), TEST(test_stays_that_nobody_has_ended), TEST(test_ban_limit),
    TEST(test_ticket), TEST(test_ticket_use), TEST(test_ticket_race), TEST(test_api_keys), TEST(test_idempotent),
    TEST(test_webhooks), TEST(test_changes), TEST(test_foreign_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
