/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/load/entrant.c: one person's way in, against a server that the test plays: what is asked, and that whatever is
 * wrong with the answers is noticed. */
#include <stdio.h>

#include "web_testing.h"

#include "load/entrant.h"

#define ROOM "AAAAAAAAAAAAAAAAAAAAAA"
#define ENTRY "BBBBBBBBBBBBBBBBBBBBBA"
#define CODEWORD "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA"
#define COOKIE "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDA"
#define NONCE "EEEEEEEEEEEEEEEEEEEEEA"
#define ORIGIN "https://localhost:8443"

static struct entrant_target target = {.origin = ORIGIN, .host = "localhost:8443", .room = ROOM};

struct fixture {
  uint64_t count, now_us;
  struct entrant e;
  struct frame_channel server;
  char request[ENTRANT_OUT + 1]; /* the last one */
};

static int set_up(void **state)
{
  static struct fixture f;
  f = (struct fixture){.now_us = 1};
  target.random = counting_random(&f.count);
  *state = &f;
  return 0;
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  entrant_fini(&f->e);
  return 0;
}

static void begin(struct fixture *f, enum wrong_kind wrong)
{
  assert_int_equal(entrant_begin(&f->e, &target, NULL, wrong, 17, f->now_us), 0);
}

/* Takes what was sent, as the loop does. */
static const char *request(struct fixture *f, enum entrant_line line)
{
  struct entrant_wire *wire = &f->e.wire[line];
  assert_true(wire->wanted);
  if (!wire->up)
    entrant_connected(&f->e, line, f->now_us);
  memcpy(f->request, wire->out, wire->out_n);
  f->request[wire->out_n] = '\0';
  wire->out_n = 0;
  return f->request;
}

static void says(struct fixture *f, enum entrant_line line, const char *bytes)
{
  f->now_us += 1000;
  entrant_received(&f->e, line, span_str(bytes), f->now_us);
}

static void answers(struct fixture *f, enum entrant_line line, const char *status, const char *fields, const char *body)
{
  char text[1024];
  (void)snprintf(text, sizeof text, "HTTP/1.1 %s\r\n%scontent-length: %zu\r\n\r\n%s", status, fields, strlen(body),
                 body);
  says(f, line, text);
}

static void refuses(struct fixture *f, enum entrant_line line, const char *status, const char *code)
{
  char body[128];
  (void)snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
  answers(f, line, status, "testudo-nonce: " NONCE "\r\n", body);
}

static void gives_session(struct fixture *f)
{
  (void)request(f, LINE_HTTPS);
  answers(f, LINE_HTTPS, "201 Created", "testudo-nonce: " NONCE "\r\nset-cookie: __Host-testudo=" COOKIE "; Path=/\r\n",
          "{\"kind\":\"guest\"}");
}

static void shows_room(struct fixture *f)
{
  (void)request(f, LINE_HTTPS);
  answers(f, LINE_HTTPS, "200 OK", "testudo-nonce: " NONCE "\r\n", "{\"may_enter\":true}");
}

static void gives_entry(struct fixture *f)
{
  (void)request(f, LINE_HTTPS);
  answers(f, LINE_HTTPS, "201 Created", "testudo-nonce: " NONCE "\r\n",
          "{\"entry\":\"" ENTRY "\",\"codeword\":\"" CODEWORD "\"}");
}

static void upgrades(struct fixture *f)
{
  char text[512];
  struct entry_secrets secrets;
  (void)request(f, LINE_SOCKET);
  assert_int_equal(token_from_text(span_str(ENTRY), secrets.entry, sizeof secrets.entry), 0);
  assert_int_equal(token_from_text(span_str(CODEWORD), secrets.codeword, sizeof secrets.codeword), 0);
  frame_channel_init(&f->server, FRAME_SERVER, &secrets, span_str(ORIGIN));
  (void)snprintf(text, sizeof text,
                 "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: %s\r\n"
                 "Sec-WebSocket-Protocol: testudo.v1\r\n\r\n",
                 f->e.accept);
  says(f, LINE_SOCKET, text);
}

static void tells(struct fixture *f, const char *json)
{
  uint8_t frame[256] = {0x82};
  struct writer w = writer_of(frame + 2, sizeof frame - 2);
  frame_seal(&f->server, span_str(json), &w);
  assert_true(w.n < 126);
  frame[1] = (uint8_t)w.n;
  entrant_received(&f->e, LINE_SOCKET, span_of(frame, w.n + 2), f->now_us);
}

/* The message in the one frame that was sent. ERR_AUTH: a wrong tag. */
static int heard(struct fixture *f, struct span *json)
{
  static uint8_t plain[ENTRANT_OUT];
  struct entrant_wire *wire = &f->e.wire[LINE_SOCKET];
  size_t n = wire->out[1] & 0x7f;
  assert_int_equal(wire->out_n, 6 + n);
  for (size_t i = 0; i < n; i++)
    plain[i] = wire->out[6 + i] ^ wire->out[2 + (i & 3)];
  wire->out_n = 0;
  return frame_open(&f->server, span_of(plain, n), json);
}

static void comes_to_socket(struct fixture *f)
{
  gives_session(f);
  shows_room(f);
  gives_entry(f);
}

static void comes_in(struct fixture *f)
{
  comes_to_socket(f);
  upgrades(f);
  tells(f, "{\"type\":\"hello\",\"handled\":4}");
  f->e.wire[LINE_SOCKET].out_n = 0;
  tells(f, "{\"type\":\"welcome\"}");
}

static void assert_ends(const struct fixture *f, enum entrant_outcome outcome, const char *code)
{
  assert_int_equal(f->e.outcome, outcome);
  assert_string_equal(f->e.code, code);
}

/* --- honest people --- */

static void test_the_way_in(void **state)
{
  struct fixture *f = *state;
  struct span json;
  begin(f, WRONG_NOTHING);
  assert_non_null(strstr(request(f, LINE_HTTPS), "POST /api/v1/session HTTP/1.1\r\nHost: localhost:8443\r\n"));
  assert_non_null(strstr(f->request, "Origin: " ORIGIN "\r\n"));
  assert_null(strstr(f->request, "Testudo-Proof"));
  comes_to_socket(f);
  assert_non_null(strstr(f->request, "POST /api/v1/rooms/" ROOM "/entry HTTP/1.1\r\n"));
  assert_non_null(strstr(f->request, "Cookie: __Host-testudo=" COOKIE "\r\n"));
  assert_non_null(strstr(f->request, "\r\n\r\n{\"name\":\"Visitor 000017\"}"));
  assert_non_null(strstr(request(f, LINE_SOCKET), "GET /signal?entry=" ENTRY " HTTP/1.1\r\n"));
  upgrades(f);
  tells(f, "{\"type\":\"hello\",\"handled\":4}");
  assert_int_equal(heard(f, &json), 0);
  assert_true(span_equal(json, span_str("{\"type\":\"hello\",\"n\":5}")));
  assert_int_equal(f->e.outcome, OUTCOME_OPEN);
  tells(f, "{\"type\":\"welcome\"}");
  assert_ends(f, OUTCOME_IN, "");
  assert_true(entrant_went_right(&f->e));
  assert_int_equal(f->e.in_us, f->now_us);
  entrant_leave(&f->e);
  assert_int_equal(heard(f, &json), 0);
  assert_true(span_equal(json, span_str("{\"type\":\"leave\",\"n\":6}")));
}

/* The proof is by the session's key, over this request, with the nonce that was given last. */
static void test_proofs(void **state)
{
  struct fixture *f = *state;
  struct proof proof;
  uint8_t nonce[TOKEN_BYTES];
  begin(f, WRONG_NOTHING);
  gives_session(f);
  const char *header = strstr(request(f, LINE_HTTPS), "Testudo-Proof: ");
  assert_non_null(header);
  assert_int_equal(proof_parse(span_of(header + 15, PROOF_HEADER_TEXT), &proof), 0);
  assert_int_equal(token_from_text(span_str(NONCE), nonce, sizeof nonce), 0);
  assert_memory_equal(proof.nonce, nonce, sizeof nonce);
  const struct proof_request q = {span_str("GET"), span_str("/api/v1/rooms/" ROOM), {0}, span_str(ORIGIN)};
  assert_int_equal(proof_verify(&proof, f->e.key.point, &q), 0);
}

static void test_waits_and_asks_again(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  (void)request(f, LINE_HTTPS);
  answers(f, LINE_HTTPS, "429 Too Many Requests", "retry-after: 3\r\n", "{\"code\":\"too_many\"}");
  assert_int_equal(f->e.wake_us, f->now_us + 3 * SECOND);
  entrant_time(&f->e, f->now_us + 2 * SECOND);
  assert_int_equal(f->e.wire[LINE_HTTPS].out_n, 0);
  entrant_time(&f->e, f->now_us + 3 * SECOND);
  gives_session(f);
  assert_int_equal(f->e.step, STEP_ROOM);
  assert_int_equal(f->e.waits, 1);
}

/* As the page does: not before the server wants it, and not all in the same moment. */
static void test_a_full_server_is_asked_again(void **state)
{
  struct fixture *f = *state;
  uint64_t first_us = 0, spread = 0;
  begin(f, WRONG_NOTHING);
  gives_session(f);
  shows_room(f);
  for (unsigned i = 0; i < 5; i++) {
    assert_non_null(strstr(request(f, LINE_HTTPS), "/entry"));
    answers(f, LINE_HTTPS, "503 Service Unavailable", "retry-after: 8\r\ntestudo-nonce: " NONCE "\r\n",
            "{\"code\":\"server_busy\",\"retry_after\":8}");
    const uint64_t wait_us = f->e.wake_us - f->now_us;
    assert_in_range(wait_us, 8 * SECOND, 16 * SECOND - 1);
    first_us = i == 0 ? wait_us : first_us;
    spread += wait_us != first_us;
    f->now_us = f->e.wake_us;
    entrant_time(&f->e, f->now_us);
  }
  assert_true(spread > 0);
  gives_entry(f);
  assert_int_equal(f->e.step, STEP_SOCKET);
  assert_int_equal(f->e.sheds, 5);
  assert_int_equal(f->e.waits, 5);
}

/* Two runs that play one event have no name in common. */
static void test_names_of_a_crowd(void **state)
{
  struct fixture *f = *state;
  target.crowd = 4821;
  begin(f, WRONG_NOTHING);
  gives_session(f);
  shows_room(f);
  assert_non_null(strstr(request(f, LINE_HTTPS), "{\"name\":\"Visitor 17 of crowd 4821\"}"));
  target.crowd = 0;
}

static void test_asks_for_a_nonce_but_not_for_ever(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  gives_session(f);
  for (int i = 0; i < 3; i++) {
    assert_non_null(strstr(request(f, LINE_HTTPS), "GET /api/v1/rooms/"));
    refuses(f, LINE_HTTPS, "401 Unauthorized", "use_nonce");
  }
  assert_ends(f, OUTCOME_REFUSED, "use_nonce");
  assert_false(entrant_went_right(&f->e));
}

static void test_a_lost_connection_is_made_again(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  gives_session(f);
  (void)request(f, LINE_HTTPS);
  unsigned dial = f->e.wire[LINE_HTTPS].dial;
  entrant_disconnected(&f->e, LINE_HTTPS, f->now_us);
  assert_false(f->e.wire[LINE_HTTPS].wanted);
  entrant_time(&f->e, f->now_us + SECOND);
  assert_int_equal(f->e.wire[LINE_HTTPS].dial, dial + 1);
  shows_room(f);
  gives_entry(f);
  (void)request(f, LINE_SOCKET);
  entrant_disconnected(&f->e, LINE_SOCKET, f->now_us); /* the entry may be used up */
  entrant_time(&f->e, f->now_us + 2 * SECOND);
  assert_int_equal(f->e.step, STEP_ENTRY);
  assert_int_equal(f->e.lost, 2);
}

/* The connection for requests ends by itself when nothing is asked any more. */
static void test_an_idle_connection_may_end(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  comes_in(f);
  entrant_disconnected(&f->e, LINE_HTTPS, f->now_us);
  assert_int_equal(f->e.outcome, OUTCOME_IN);
  entrant_disconnected(&f->e, LINE_SOCKET, f->now_us);
  assert_ends(f, OUTCOME_BROKEN, "the connection was lost");
}

static void test_put_out_is_noticed(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  comes_in(f);
  entrant_received(&f->e, LINE_SOCKET, span_of("\x88\x02\x0f\xa4", 4), f->now_us);
  assert_ends(f, OUTCOME_BROKEN, "put out");
  assert_false(entrant_went_right(&f->e));
}

static void test_pings_are_answered(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  comes_in(f);
  entrant_received(&f->e, LINE_SOCKET, span_of("\x89\x01x", 3), f->now_us);
  const struct entrant_wire *wire = &f->e.wire[LINE_SOCKET];
  assert_int_equal(wire->out_n, 7);
  assert_int_equal(wire->out[0], 0x8a);
  assert_int_equal(wire->out[6] ^ wire->out[2], 'x');
}

static void test_a_forged_hello_is_noticed(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  comes_to_socket(f);
  upgrades(f);
  f->server.key_out[0] ^= 1;
  tells(f, "{\"type\":\"hello\",\"handled\":0}");
  assert_ends(f, OUTCOME_BROKEN, "a frame with a wrong tag or counter");
}

static void test_whom_the_server_must_prove_itself_first(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  comes_to_socket(f);
  upgrades(f);
  tells(f, "{\"type\":\"welcome\"}");
  assert_int_equal(f->e.outcome, OUTCOME_BROKEN);
}

static void test_a_wrong_accept_is_noticed(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  comes_to_socket(f);
  (void)request(f, LINE_SOCKET);
  says(f, LINE_SOCKET, "HTTP/1.1 101 S\r\nSec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: testudo.v1\r\n\r\n");
  assert_ends(f, OUTCOME_BROKEN, "not the upgrade that was asked for");
}

static void test_giving_up(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NOTHING);
  gives_session(f);
  entrant_give_up(&f->e);
  assert_int_equal(f->e.outcome, OUTCOME_BROKEN);
  assert_false(f->e.wire[LINE_HTTPS].wanted);
}

/* --- what must not succeed --- */

static void test_entries_that_must_be_refused(void **state)
{
  static const enum wrong_kind kinds[] = {WRONG_NO_COOKIE, WRONG_NO_PROOF, WRONG_OTHER_KEY, WRONG_ORIGIN, WRONG_NAME};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    struct fixture *f = *state;
    const struct wrong *wrong = wrong_of(kinds[i]);
    char status[32];
    for (int admitted = 0; admitted < 2; admitted++) {
      begin(f, kinds[i]);
      gives_session(f);
      shows_room(f);
      (void)request(f, LINE_HTTPS);
      assert_true((strstr(f->request, "Cookie: ") == NULL) == (kinds[i] == WRONG_NO_COOKIE));
      assert_true((strstr(f->request, "Testudo-Proof: ") == NULL) == (kinds[i] == WRONG_NO_PROOF));
      assert_true((strstr(f->request, "Origin: " ORIGIN "\r\n") == NULL) == (kinds[i] == WRONG_ORIGIN));
      assert_true((strstr(f->request, "\"Host 000017\"") != NULL) == (kinds[i] == WRONG_NAME));
      (void)snprintf(status, sizeof status, "%u No", wrong->status);
      if (admitted)
        gives_entry(f);
      else
        refuses(f, LINE_HTTPS, status, wrong->code);
      assert_int_equal(f->e.outcome, admitted ? OUTCOME_ADMITTED : OUTCOME_REFUSED);
      assert_int_equal(entrant_went_right(&f->e), !admitted);
      (void)tear_down(state);
      (void)set_up(state);
    }
  }
}

static void test_a_refusal_for_another_reason_is_not_right(void **state)
{
  struct fixture *f = *state;
  begin(f, WRONG_NO_COOKIE);
  gives_session(f);
  shows_room(f);
  (void)request(f, LINE_HTTPS);
  refuses(f, LINE_HTTPS, "403 Forbidden", "bad_origin");
  assert_int_equal(f->e.outcome, OUTCOME_REFUSED);
  assert_false(entrant_went_right(&f->e));
}

static void test_a_request_is_repeated_to_the_byte(void **state)
{
  struct fixture *f = *state;
  char first[ENTRANT_OUT + 1];
  begin(f, WRONG_USED_PROOF);
  gives_session(f);
  shows_room(f);
  (void)snprintf(first, sizeof first, "%s", request(f, LINE_HTTPS));
  gives_entry(f);
  assert_int_equal(f->e.outcome, OUTCOME_OPEN);
  assert_string_equal(request(f, LINE_HTTPS), first);
  refuses(f, LINE_HTTPS, "401 Unauthorized", "use_nonce");
  assert_true(entrant_went_right(&f->e));
}

static void test_sockets_that_must_be_refused(void **state)
{
  static const enum wrong_kind kinds[] = {WRONG_MADE_UP_ENTRY, WRONG_SOCKET_COOKIE, WRONG_SOCKET_ORIGIN,
                                          WRONG_OTHERS_ENTRY,  WRONG_USED_ENTRY,    WRONG_LATE_ENTRY};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    for (int admitted = 0; admitted < 2; admitted++) {
      struct fixture *f = *state;
      begin(f, kinds[i]);
      comes_to_socket(f);
      if (kinds[i] == WRONG_OTHERS_ENTRY) {
        gives_session(f);
      } else if (kinds[i] == WRONG_USED_ENTRY) {
        upgrades(f);
        tells(f, "{\"type\":\"hello\",\"handled\":0}");
        assert_int_equal(f->e.wire[LINE_SOCKET].dial, 2);
      } else if (kinds[i] == WRONG_LATE_ENTRY) {
        assert_false(f->e.wire[LINE_SOCKET].wanted);
        entrant_time(&f->e, f->now_us + 11 * SECOND);
      }
      (void)request(f, LINE_SOCKET);
      assert_true((strstr(f->request, ENTRY) == NULL) == (kinds[i] == WRONG_MADE_UP_ENTRY));
      if (admitted)
        upgrades(f);
      else
        refuses(f, LINE_SOCKET, "403 Forbidden", wrong_of(kinds[i])->code);
      assert_int_equal(f->e.outcome, admitted ? OUTCOME_ADMITTED : OUTCOME_REFUSED);
      assert_int_equal(entrant_went_right(&f->e), !admitted);
      (void)tear_down(state);
      (void)set_up(state);
    }
  }
}

static void test_a_wrong_frame(void **state)
{
  for (int admitted = 0; admitted < 2; admitted++) {
    struct fixture *f = *state;
    struct span json;
    begin(f, WRONG_FRAME);
    comes_to_socket(f);
    upgrades(f);
    tells(f, "{\"type\":\"hello\",\"handled\":0}");
    assert_int_equal(heard(f, &json), ERR_AUTH);
    if (admitted)
      tells(f, "{\"type\":\"welcome\"}");
    else
      entrant_received(&f->e, LINE_SOCKET, span_of("\x88\x02\x0f\xa0", 4), f->now_us);
    assert_int_equal(entrant_went_right(&f->e), !admitted);
    (void)tear_down(state);
    (void)set_up(state);
  }
}

/* Comes in, is put out, and comes again with the same key in a new session. */
static void test_banned(void **state)
{
  for (int admitted = 0; admitted < 2; admitted++) {
    struct fixture *f = *state;
    begin(f, WRONG_BANNED);
    comes_in(f);
    assert_int_equal(f->e.outcome, OUTCOME_OPEN);
    uint8_t point[SESSION_KEY_BYTES];
    memcpy(point, f->e.key.point, sizeof point);
    entrant_received(&f->e, LINE_SOCKET, span_of("\x88\x02\x0f\xa3", 4), f->now_us);
    assert_null(strstr(request(f, LINE_HTTPS), "Cookie: "));
    assert_memory_equal(f->e.key.point, point, sizeof point);
    gives_session(f);
    shows_room(f);
    if (admitted)
      gives_entry(f);
    else
      (void)request(f, LINE_HTTPS), refuses(f, LINE_HTTPS, "403 Forbidden", "banned");
    assert_int_equal(f->e.outcome, admitted ? OUTCOME_ADMITTED : OUTCOME_REFUSED);
    assert_int_equal(entrant_went_right(&f->e), !admitted);
    (void)tear_down(state);
    (void)set_up(state);
  }
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_SERVER(test_the_way_in),
      WITH_SERVER(test_proofs),
      WITH_SERVER(test_waits_and_asks_again),
      WITH_SERVER(test_a_full_server_is_asked_again),
      WITH_SERVER(test_names_of_a_crowd),
      WITH_SERVER(test_asks_for_a_nonce_but_not_for_ever),
      WITH_SERVER(test_a_lost_connection_is_made_again),
      WITH_SERVER(test_an_idle_connection_may_end),
      WITH_SERVER(test_put_out_is_noticed),
      WITH_SERVER(test_pings_are_answered),
      WITH_SERVER(test_a_forged_hello_is_noticed),
      WITH_SERVER(test_whom_the_server_must_prove_itself_first),
      WITH_SERVER(test_a_wrong_accept_is_noticed),
      WITH_SERVER(test_giving_up),
      WITH_SERVER(test_entries_that_must_be_refused),
      WITH_SERVER(test_a_refusal_for_another_reason_is_not_right),
      WITH_SERVER(test_a_request_is_repeated_to_the_byte),
      WITH_SERVER(test_sockets_that_must_be_refused),
      WITH_SERVER(test_a_wrong_frame),
      WITH_SERVER(test_banned),
  };
  return RUN_TESTS("load_entrant", tests);
}
