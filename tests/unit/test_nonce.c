/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/nonce.c: nonces are good once, for their session, for five minutes, and nobody pushes out another's (A2). */
#include "web_testing.h"

#include "web/nonce.h"

#define SESSIONS 4

struct fixture {
  uint64_t count;
  struct random random;
  struct nonces nonces;
};

struct value {
  uint8_t b[TOKEN_BYTES];
};

static int set_up(void **state)
{
  static struct fixture f;
  f = (struct fixture){0};
  f.random = counting_random(&f.count);
  *state = &f;
  return nonces_init(&f.nonces, SESSIONS, &f.random);
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  nonces_fini(&f->nonces);
  return 0;
}

static struct uid session_number(uint8_t number)
{
  return (struct uid){.b = {number, 1}};
}

static struct value issue(struct fixture *f, uint64_t now_us, uint8_t session, enum nonce_kind kind)
{
  struct uid id = session_number(session);
  struct value nonce;
  nonces_issue(&f->nonces, now_us, &id, kind, nonce.b);
  return nonce;
}

static int take(struct fixture *f, uint64_t now_us, uint8_t session, const struct value *nonce)
{
  struct uid id = session_number(session);
  return nonces_take(&f->nonces, now_us, &id, nonce->b);
}

static void test_good_once(void **state)
{
  struct fixture *f = *state;
  struct value a = issue(f, 0, 1, NONCE_UNPROVEN), b = issue(f, 0, 1, NONCE_PROVEN);
  assert_int_equal(take(f, SECOND, 1, &b), 0);
  assert_int_equal(take(f, SECOND, 1, &b), ERR_NOT_FOUND);
  assert_int_equal(take(f, SECOND, 1, &a), 0);
  assert_int_equal(take(f, SECOND, 1, &a), ERR_NOT_FOUND);
}

static void test_five_minutes(void **state)
{
  struct fixture *f = *state;
  struct value a = issue(f, 7, 1, NONCE_PROVEN), b = issue(f, 7, 1, NONCE_PROVEN);
  assert_int_equal(take(f, 6 + 300 * SECOND, 1, &a), 0);
  assert_int_equal(take(f, 7 + 300 * SECOND, 1, &b), ERR_NOT_FOUND);
}

static void test_of_its_session(void **state)
{
  struct fixture *f = *state;
  struct value a = issue(f, 0, 1, NONCE_PROVEN);
  (void)issue(f, 0, 2, NONCE_PROVEN);
  assert_int_equal(take(f, 0, 2, &a), ERR_NOT_FOUND);
  assert_int_equal(take(f, 0, 3, &a), ERR_NOT_FOUND);
  assert_int_equal(take(f, 0, 1, &a), 0);
}

/* Nothing that was never given out is taken, above all not the zeros of an empty place. */
static void test_empty_places(void **state)
{
  struct fixture *f = *state;
  const struct value zeros = {0};
  struct value a = issue(f, 0, 1, NONCE_PROVEN);
  assert_int_equal(take(f, 0, 1, &zeros), ERR_NOT_FOUND);
  assert_int_equal(take(f, 0, 1, &a), 0);
  assert_int_equal(take(f, 0, 1, &zeros), ERR_NOT_FOUND);
}

static void test_oldest_of_a_session_goes(void **state)
{
  struct fixture *f = *state;
  struct value nonces[LIMIT_SESSION_NONCES + 1];
  for (size_t i = 0; i <= LIMIT_SESSION_NONCES; i++)
    nonces[i] = issue(f, i, 1, NONCE_PROVEN);
  assert_int_equal(take(f, SECOND, 1, &nonces[0]), ERR_NOT_FOUND);
  for (size_t i = 1; i <= LIMIT_SESSION_NONCES; i++)
    assert_int_equal(take(f, SECOND, 1, &nonces[i]), 0);
}

/* Who has a cookie alone asks as often as he likes: the owner's way stays open, as do all other sessions'. */
static void test_no_one_is_pushed_out(void **state)
{
  struct fixture *f = *state;
  struct value owners = issue(f, 0, 1, NONCE_PROVEN), others = issue(f, 0, 2, NONCE_UNPROVEN);
  for (uint64_t i = 0; i < 1000; i++)
    (void)issue(f, i, 1, NONCE_UNPROVEN);
  assert_int_equal(take(f, SECOND, 1, &owners), 0);
  assert_int_equal(take(f, SECOND, 2, &others), 0);
}

static void test_full_table(void **state)
{
  struct fixture *f = *state;
  struct value nonces[SESSIONS + 1];
  for (uint8_t i = 0; i <= SESSIONS; i++)
    nonces[i] = issue(f, i, i, NONCE_PROVEN);
  assert_int_equal(f->nonces.pushed_out, 1);
  assert_int_equal(f->nonces.shelves.used, SESSIONS);
  assert_int_equal(take(f, SECOND, 0, &nonces[0]), ERR_NOT_FOUND);
  for (uint8_t i = 1; i <= SESSIONS; i++)
    assert_int_equal(take(f, SECOND, i, &nonces[i]), 0);
}

static void test_forget(void **state)
{
  struct fixture *f = *state;
  struct uid id = session_number(1);
  struct value a = issue(f, 0, 1, NONCE_PROVEN), b = issue(f, 0, 2, NONCE_PROVEN);
  nonces_forget(&f->nonces, &id);
  nonces_forget(&f->nonces, &id);
  (void)issue(f, 0, 3, NONCE_PROVEN); /* in the place that has become free */
  assert_int_equal(take(f, 0, 1, &a), ERR_NOT_FOUND);
  assert_int_equal(take(f, 0, 3, &a), ERR_NOT_FOUND);
  assert_int_equal(take(f, 0, 2, &b), 0);
}

static void test_tick(void **state)
{
  struct fixture *f = *state;
  (void)issue(f, 0, 1, NONCE_PROVEN);
  struct value b = issue(f, SECOND, 2, NONCE_PROVEN);
  nonces_tick(&f->nonces, 300 * SECOND - 1);
  assert_int_equal(f->nonces.shelves.used, 2);
  nonces_tick(&f->nonces, 300 * SECOND);
  assert_int_equal(f->nonces.shelves.used, 1);
  assert_int_equal(take(f, 300 * SECOND, 2, &b), 0);
  nonces_tick(&f->nonces, 301 * SECOND);
  assert_int_equal(f->nonces.shelves.used, 0);
}

#define WITH_NONCES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_NONCES(test_good_once),  WITH_NONCES(test_five_minutes),
    WITH_NONCES(test_of_its_session), WITH_NONCES(test_empty_places),
    WITH_NONCES(test_oldest_of_a_session_goes), WITH_NONCES(test_no_one_is_pushed_out),
    WITH_NONCES(test_full_table), WITH_NONCES(test_forget),
    WITH_NONCES(test_tick),
  };
  return RUN_TESTS("nonce", tests);
}
