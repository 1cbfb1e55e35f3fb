/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/session_rules.c: what a request of a session leads to, with proofs made here by a browser's key (A2, A3). */
#include "web_testing.h"

#include <stdio.h>

#include "web/openssl.h"
#include "web/session_rules.h"

#include <openssl/core_names.h>

#define NOW_S UINT64_C(1800000000)
#define MINUTE_S UINT64_C(60)
#define HOUR_S UINT64_C(3600)
#define DAY_S UINT64_C(86400)
#define COORDINATE_BYTES 32

struct fixture {
  uint64_t count;
  struct random random;
  struct nonces nonces;
  struct session_times times;
  struct session session; /* of a guest, begun at NOW_S */
  EVP_PKEY *key, *thief;
};

static void read_key(EVP_PKEY *key, uint8_t xy[SESSION_KEY_BYTES])
{
  uint8_t point[1 + SESSION_KEY_BYTES];
  size_t n;
  int got = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point, sizeof point, &n);
  assert_int_equal(got, 1);
  assert_int_equal(n, sizeof point);
  memcpy(xy, point + 1, SESSION_KEY_BYTES);
}

static int set_up(void **state)
{
  static struct fixture f;
  char secret[SECRET_TEXT + 1];
  uint8_t xy[SESSION_KEY_BYTES];
  f = (struct fixture){.times = session_times_default(), .key = EVP_EC_gen("P-256"), .thief = EVP_EC_gen("P-256")};
  f.random = counting_random(&f.count);
  read_key(f.key, xy);
  session_begin(&f.session, &f.random, xy, NOW_S, secret);
  f.session.id = (struct uid){.b = {1}};
  *state = &f;
  return nonces_init(&f.nonces, 4, &f.random);
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  nonces_fini(&f->nonces);
  EVP_PKEY_free(f->key);
  EVP_PKEY_free(f->thief);
  return 0;
}

static void make_member(struct fixture *f)
{
  char secret[SECRET_TEXT + 1];
  const struct uid account = {.b = {9}};
  session_sign_in(&f->session, &f->random, &account, FACTOR_PASSWORD, NOW_S, secret);
}

/* --- what a browser does --- */

static const struct proof_request request = {.method = {(const uint8_t *)"POST", 4},
                                             .target = {(const uint8_t *)"/a", 2},
                                             .body = {(const uint8_t *)"{}", 2},
                                             .origin = {(const uint8_t *)"https://a", 9}};

static void sign(EVP_PKEY *key, struct span text, uint8_t signature[PROOF_SIGNATURE_BYTES])
{
  uint8_t der[80];
  const uint8_t *p = der;
  size_t n = sizeof der;
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
  assert_int_equal(EVP_DigestSign(ctx, der, &n, text.p, text.n), 1);
  EVP_MD_CTX_free(ctx);
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &p, (long)n);
  assert_non_null(pair);
  (void)BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, COORDINATE_BYTES);
  (void)BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + COORDINATE_BYTES, COORDINATE_BYTES);
  ECDSA_SIG_free(pair);
}

struct header {
  char text[PROOF_HEADER_TEXT + 1];
};

static struct header make_header(EVP_PKEY *key, const uint8_t nonce[TOKEN_BYTES])
{
  struct header h = {.text = "v1 "};
  uint8_t text[PROOF_TEXT_BYTES], signature[PROOF_SIGNATURE_BYTES];
  struct writer w = writer_of(text, sizeof text);
  assert_int_equal(proof_put_text(&w, &request, nonce), 0);
  sign(key, writer_span(&w), signature);
  token_to_text(nonce, TOKEN_BYTES, h.text + 3);
  h.text[3 + TOKEN_TEXT] = ' ';
  token_to_text(signature, sizeof signature, h.text + 4 + TOKEN_TEXT);
  return h;
}

/* A header with a nonce that was just given out. */
static struct header prove(struct fixture *f, EVP_PKEY *key)
{
  uint8_t nonce[TOKEN_BYTES];
  nonces_issue(&f->nonces, 0, &f->session.id, NONCE_PROVEN, nonce);
  return make_header(key, nonce);
}

static enum session_decision ask(struct fixture *f, const char *proof, uint64_t now_s)
{
  struct session_question q = {.proof = span_str(proof), .request = request, .now_us = 0, .now_s = now_s};
  return session_check(&f->times, &f->nonces, &f->session, &q);
}

/* --- one request --- */

static void test_right_proof_counts_once(void **state)
{
  struct fixture *f = *state;
  struct header h = prove(f, f->key);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_GOOD);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_NO_NONCE);
  h = prove(f, f->key);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_GOOD);
}

static void test_without_proof(void **state)
{
  struct fixture *f = *state;
  assert_int_equal(ask(f, "", NOW_S), SESSION_NO_NONCE);
  assert_int_equal(ask(f, "v1", NOW_S), SESSION_BAD_PROOF);
}

static void test_unknown_cookie(void **state)
{
  struct fixture *f = *state;
  struct header h = prove(f, f->key);
  struct session_question q = {.proof = span_str(h.text), .request = request, .now_s = NOW_S};
  assert_int_equal(session_check(&f->times, &f->nonces, NULL, &q), SESSION_UNKNOWN);
  assert_false(session_outcome(SESSION_UNKNOWN)->clear_cookie);
}

static void test_nonce_of_nobody(void **state)
{
  struct fixture *f = *state;
  static const uint8_t invented[TOKEN_BYTES] = {1, 2, 3};
  struct header h = make_header(f->key, invented);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_NO_NONCE);
  h = make_header(f->thief, invented);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_COPIED);
}

/* The right cookie with another key: the session ends and its owner is told; the nonce is still the owner's. */
static void test_copied_cookie(void **state)
{
  struct fixture *f = *state;
  uint8_t nonce[TOKEN_BYTES];
  nonces_issue(&f->nonces, 0, &f->session.id, NONCE_PROVEN, nonce);
  struct header h = make_header(f->thief, nonce);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_COPIED);
  const struct session_outcome *o = session_outcome(SESSION_COPIED);
  assert_true(o->remove);
  assert_string_equal(o->notice, "cookie_copied");
  h = make_header(f->key, nonce);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_GOOD);
}

/* A damaged key in the store accuses nobody. */
static void test_trouble_is_no_theft(void **state)
{
  struct fixture *f = *state;
  struct header h = prove(f, f->key);
  memset(f->session.key, 0, sizeof f->session.key);
  assert_int_equal(ask(f, h.text, NOW_S), SESSION_TROUBLE);
  assert_false(session_outcome(SESSION_TROUBLE)->remove);
}

/* --- time --- */

static enum session_decision ask_proven(struct fixture *f, uint64_t now_s)
{
  struct header h = prove(f, f->key);
  return ask(f, h.text, now_s);
}

static void test_guest_lasts_a_day(void **state)
{
  struct fixture *f = *state;
  assert_int_equal(ask_proven(f, NOW_S + 24 * HOUR_S - 1), SESSION_GOOD);
  f->session.used_s = NOW_S + 24 * HOUR_S - 1;
  assert_int_equal(ask_proven(f, NOW_S + 24 * HOUR_S), SESSION_EXPIRED);
}

static void test_idle_account(void **state)
{
  struct fixture *f = *state;
  make_member(f);
  assert_int_equal(ask_proven(f, NOW_S + 30 * MINUTE_S - 1), SESSION_GOOD);
  assert_int_equal(ask_proven(f, NOW_S + 30 * MINUTE_S), SESSION_LOCKED);
  assert_int_equal(ask_proven(f, NOW_S + 12 * HOUR_S - 1), SESSION_LOCKED);
  assert_int_equal(ask_proven(f, NOW_S + 12 * HOUR_S), SESSION_EXPIRED);
  f->times.lock_s = 0;
  assert_int_equal(ask_proven(f, NOW_S + 12 * HOUR_S - 1), SESSION_GOOD);
}

/* What is not proven does not learn that the session is locked, and being locked is no way around the key. */
static void test_locked_needs_proof_too(void **state)
{
  struct fixture *f = *state;
  make_member(f);
  assert_int_equal(ask(f, "", NOW_S + HOUR_S), SESSION_NO_NONCE);
  struct header h = prove(f, f->thief);
  assert_int_equal(ask(f, h.text, NOW_S + HOUR_S), SESSION_COPIED);
  assert_false(session_outcome(SESSION_LOCKED)->touch);
  session_confirm(&f->session, FACTOR_TOTP, NOW_S + HOUR_S);
  assert_int_equal(f->session.factors, FACTOR_PASSWORD | FACTOR_TOTP);
  assert_int_equal(ask_proven(f, NOW_S + HOUR_S), SESSION_GOOD);
}

static void test_absolute_end(void **state)
{
  struct fixture *f = *state;
  make_member(f);
  f->session.used_s = NOW_S + 14 * DAY_S - 1;
  assert_int_equal(ask_proven(f, NOW_S + 14 * DAY_S - 1), SESSION_GOOD);
  assert_int_equal(ask_proven(f, NOW_S + 14 * DAY_S), SESSION_EXPIRED);
}

static void test_clock_set_back(void **state)
{
  struct fixture *f = *state;
  make_member(f);
  assert_int_equal(ask_proven(f, NOW_S - HOUR_S), SESSION_GOOD);
  assert_false(session_is_confirmed(&f->times, &f->session, NOW_S - 1));
}

static void test_step_up(void **state)
{
  struct fixture *f = *state;
  assert_false(session_is_confirmed(&f->times, &f->session, NOW_S));
  make_member(f);
  assert_true(session_is_confirmed(&f->times, &f->session, NOW_S + 5 * MINUTE_S - 1));
  assert_false(session_is_confirmed(&f->times, &f->session, NOW_S + 5 * MINUTE_S));
  session_confirm(&f->session, 0, NOW_S + HOUR_S);
  assert_true(session_is_confirmed(&f->times, &f->session, NOW_S + HOUR_S));
}

/* --- beginnings --- */

static void test_sign_in_rotates(void **state)
{
  struct fixture *f = *state;
  const struct session before = f->session;
  const struct uid account = {.b = {9}};
  char secret[SECRET_TEXT + 1], cookie[128];
  struct browser browser;
  strcpy(f->session.email, "guest@example.org");
  f->session.factors = FACTOR_EMAIL;
  session_sign_in(&f->session, &f->random, &account, FACTOR_PASSKEY, NOW_S + 5, secret);
  assert_memory_not_equal(f->session.cookie_hash, before.cookie_hash, sizeof before.cookie_hash);
  assert_memory_equal(f->session.key, before.key, sizeof before.key);
  assert_true(uid_equal(&f->session.account, &account));
  assert_string_equal(f->session.email, "");
  assert_int_equal(f->session.factors, FACTOR_PASSKEY);
  assert_int_equal(f->session.signed_in_s, NOW_S + 5);
  assert_int_equal(f->session.created_s, NOW_S);
  (void)snprintf(cookie, sizeof cookie, BROWSER_COOKIE "=%s", secret);
  assert_int_equal(browser_from_cookies(span_str(cookie), &browser), 0);
  assert_memory_equal(browser.hash, f->session.cookie_hash, sizeof browser.hash);
}

static void test_outcomes_are_whole(void **state)
{
  (void)state;
  for (int d = 0; d < SESSION_DECISIONS; d++) {
    const struct session_outcome *o = session_outcome((enum session_decision)d);
    assert_int_equal(o->status == 0, d == SESSION_GOOD);
    assert_int_equal(o->touch, d == SESSION_GOOD);
    if (d != SESSION_GOOD)
      assert_true(o->code != NULL && o->detail != NULL);
    assert_false(o->remove && o->nonce);
    assert_false(o->proven && !o->nonce);
  }
}

#define WITH_SESSION(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_SESSION(test_right_proof_counts_once), WITH_SESSION(test_without_proof),
    WITH_SESSION(test_unknown_cookie),          WITH_SESSION(test_nonce_of_nobody),
    WITH_SESSION(test_copied_cookie),           WITH_SESSION(test_trouble_is_no_theft),
    WITH_SESSION(test_guest_lasts_a_day),       WITH_SESSION(test_idle_account),
    WITH_SESSION(test_locked_needs_proof_too),  WITH_SESSION(test_absolute_end),
    WITH_SESSION(test_clock_set_back),          WITH_SESSION(test_step_up),
    WITH_SESSION(test_sign_in_rotates),         WITH_SESSION(test_outcomes_are_whole),
  };
  return RUN_TESTS("session_rules", tests);
}
