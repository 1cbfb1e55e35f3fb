/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/load: what the load tool reads (HTTP answers, WebSocket frames, /proc), its key, its counts and its options. */
#include <stdio.h>
#include <unistd.h>

#include "web_testing.h"

#include "load/http.h"
#include "load/key.h"
#include "load/options.h"
#include "load/tally.h"
#include "load/watch.h"
#include "load/websocket.h"

/* --- HTTP --- */

#define ANSWER                                                                                                         \
  "HTTP/1.1 201 Created\r\nset-cookie: other=1\r\nSet-Cookie: __Host-testudo=abc; Path=/\r\n"                          \
  "testudo-NONCE:  nnn \r\ncontent-length: 5\r\n\r\nhello"

static void check_answer(const struct http_answer *a)
{
  assert_true(a->whole);
  assert_int_equal(a->status, 201);
  assert_true(span_equal(http_answer_body(a), span_str("hello")));
  assert_true(span_equal(http_answer_field(a, "Testudo-Nonce"), span_str("nnn")));
  assert_true(span_equal(http_answer_cookie(a, "__Host-testudo"), span_str("abc")));
  assert_int_equal(http_answer_cookie(a, "__Host-test").n, 0);
  assert_int_equal(http_answer_field(a, "etag").n, 0);
}

static void test_http_whole_and_in_pieces(void **state)
{
  (void)state;
  struct http_answer a = {0};
  struct span in = span_str(ANSWER "next");
  assert_int_equal(http_answer_take(&a, &in), 0);
  check_answer(&a);
  assert_true(span_equal(in, span_str("next")));
  http_answer_init(&a);
  for (size_t i = 0; i < strlen(ANSWER); i++) {
    in = span_of(&ANSWER[i], 1);
    assert_int_equal(http_answer_take(&a, &in), i + 1 < strlen(ANSWER) ? ERR_AGAIN : 0);
  }
  check_answer(&a);
}

static int take_answer(const char *text)
{
  struct http_answer a = {0};
  struct span in = span_str(text);
  return http_answer_take(&a, &in);
}

static void test_http_without_body(void **state)
{
  (void)state;
  assert_int_equal(take_answer("HTTP/1.1 204 No Content\r\n\r\n"), 0);
  assert_int_equal(take_answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), 0);
  assert_int_equal(take_answer("HTTP/1.0 403 Forbidden\r\ncontent-length: 0\r\n\r\n"), 0);
}

static void test_http_refuses(void **state)
{
  (void)state;
  static char long_head[HTTP_HEAD_BYTES + 64];
  assert_int_equal(take_answer("HTTP/1.1 200 OK\r\n\r\n"), ERR_UNSUPPORTED);
  assert_int_equal(take_answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), ERR_UNSUPPORTED);
  assert_int_equal(take_answer("HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\n"), ERR_MALFORMED);
  assert_int_equal(take_answer("HTTP/1.1 200 OK\r\ncontent-length: 9999999999999\r\n\r\n"), ERR_UNSUPPORTED);
  assert_int_equal(take_answer("HTTP/1.1 2x0 OK\r\n\r\n"), ERR_MALFORMED);
  assert_int_equal(take_answer("HTTP/2 200\r\n\r\n"), ERR_MALFORMED);
  assert_int_equal(take_answer("HTTP/1.1 204 No\r\nno colon\r\n\r\n"), ERR_MALFORMED);
  memset(long_head, 'a', sizeof long_head - 1);
  assert_int_equal(take_answer(long_head), ERR_LIMIT);
}

static void test_http_keeps_the_beginning(void **state)
{
  (void)state;
  static char text[3 * HTTP_BODY_KEPT];
  struct http_answer a = {0};
  memset(text, 'x', sizeof text);
  int head = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n", 2 * HTTP_BODY_KEPT);
  text[head] = 'x';
  struct span in = span_of(text, (size_t)head + 2 * HTTP_BODY_KEPT);
  assert_int_equal(http_answer_take(&a, &in), 0);
  assert_int_equal(in.n, 0);
  assert_int_equal(a.body_n, HTTP_BODY_KEPT);
}

/* --- WebSocket --- */

/* RFC 6455, section 1.3. */
static void test_websocket_accept(void **state)
{
  (void)state;
  char accept[WEBSOCKET_ACCEPT_TEXT + 1];
  websocket_accept("dGhlIHNhbXBsZSBub25jZQ==", accept);
  assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static int take_one(struct websocket *w, const void *bytes, size_t n, struct websocket_message *m)
{
  struct span in = span_of(bytes, n);
  return websocket_take(w, &in, m);
}

/* RFC 6455, section 5.7: "Hello" in one frame; in two, with a ping between them. */
static void test_websocket_messages(void **state)
{
  (void)state;
  static const uint8_t frames[] = {0x82, 5, 'H', 'e', 'l',  'l', 'o', 0x02, 3,    'H', 'e',  'l',
                                   0x89, 2, 'p', 'i', 0x80, 2,   'l', 'o',  0x88, 2,   0x0f, 0xa3};
  for (size_t piece = 1; piece <= sizeof frames; piece++) {
    struct websocket w = {0};
    struct websocket_message m;
    char seen[64] = "";
    for (size_t at = 0; at < sizeof frames; at += piece) {
      struct span in = span_of(frames + at, piece < sizeof frames - at ? piece : sizeof frames - at);
      while (websocket_take(&w, &in, &m) == 0) {
        size_t n = strlen(seen);
        (void)snprintf(seen + n, sizeof seen - n, "%u:%.*s ", m.opcode,
                       m.opcode == WEBSOCKET_CLOSE ? 0 : (int)m.payload.n, (const char *)m.payload.p);
        if (m.opcode == WEBSOCKET_CLOSE)
          assert_int_equal(websocket_close_code(&m), 4003);
      }
    }
    assert_string_equal(seen, "2:Hello 9:pi 2:Hello 8: ");
    websocket_fini(&w);
  }
}

static void test_websocket_lengths(void **state)
{
  (void)state;
  static uint8_t frame[70000 + 10];
  struct websocket w = {0};
  struct websocket_message m;
  memcpy(frame, "\x82\x7e\x01\x00", 4);
  assert_int_equal(take_one(&w, frame, 4 + 256, &m), 0);
  assert_int_equal(m.payload.n, 256);
  memcpy(frame, "\x82\x7f\0\0\0\0\0\x01\x11\x70", 10);
  assert_int_equal(take_one(&w, frame, 10 + 70000, &m), 0);
  assert_int_equal(m.payload.n, 70000);
  websocket_fini(&w);
}

static int take_fresh(const void *bytes, size_t n)
{
  struct websocket w = {0};
  struct websocket_message m;
  int err = take_one(&w, bytes, n, &m);
  websocket_fini(&w);
  return err;
}

static void test_websocket_refuses(void **state)
{
  (void)state;
  assert_int_equal(take_fresh("\x82\x81\0\0\0\0a", 7), ERR_MALFORMED); /* masked */
  assert_int_equal(take_fresh("\xc2\x01"
                              "a",
                              3),
                   ERR_MALFORMED); /* a reserved bit */
  assert_int_equal(take_fresh("\x83\x01"
                              "a",
                              3),
                   ERR_MALFORMED); /* no such opcode */
  assert_int_equal(take_fresh("\x80\x01"
                              "a",
                              3),
                   ERR_MALFORMED); /* goes on with nothing */
  assert_int_equal(take_fresh("\x02\x01"
                              "a\x82\x01"
                              "b",
                              6),
                   ERR_MALFORMED); /* begins twice */
  assert_int_equal(take_fresh("\x09\x01"
                              "a",
                              3),
                   ERR_MALFORMED);                                    /* a control frame in pieces */
  assert_int_equal(take_fresh("\x89\x7e\x00\x80", 4), ERR_MALFORMED); /* a long one */
  assert_int_equal(take_fresh("\x82\x7f\0\0\0\x01\0\0\0\0", 10), ERR_LIMIT);
}

/* What is written with a mask is, unmasked, what was to be said. */
static void test_websocket_put(void **state)
{
  (void)state;
  static const size_t lengths[] = {0, 125, 126, 65535, 65536};
  static uint8_t payload[65536], frame[65536 + WEBSOCKET_HEADER];
  uint64_t count;
  struct random random = counting_random(&count);
  for (size_t i = 0; i < sizeof payload; i++)
    payload[i] = (uint8_t)i;
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    struct writer w = writer_of(frame, sizeof frame);
    websocket_put(&w, WEBSOCKET_BINARY, span_of(payload, lengths[i]), &random);
    assert_false(w.overflow);
    assert_int_equal(frame[0], 0x82);
    assert_int_equal(frame[1] & 0x80, 0x80);
    size_t head = w.n - lengths[i];
    assert_int_equal(head, lengths[i] < 126 ? 6 : lengths[i] < 65536 ? 8 : 14);
    for (size_t k = 0; k < lengths[i]; k++)
      assert_int_equal(frame[head + k] ^ frame[head - 4 + (k & 3)], payload[k]);
  }
}

/* --- the key --- */

/* What it signs, the server's own module finds right, and wrong for any other request. */
static void test_key_proves(void **state)
{
  (void)state;
  struct load_key k;
  struct proof proof;
  struct proof_request q = {span_str("POST"), span_str("/api/v1/host"), span_str("{}"), span_str("https://a")};
  uint8_t header[PROOF_HEADER_TEXT + 1], nonce[TOKEN_BYTES] = {7}, point[SESSION_KEY_BYTES];
  char text[PROOF_KEY_TEXT + 1];
  struct writer w = writer_of(header, sizeof header);
  assert_int_equal(load_key_new(&k), 0);
  load_key_text(&k, text);
  assert_int_equal(proof_key_from_text(span_str(text), point), 0);
  assert_int_equal(load_key_prove(&k, &q, nonce, &w), 0);
  assert_int_equal(proof_parse(writer_span(&w), &proof), 0);
  assert_int_equal(proof_verify(&proof, point, &q), 0);
  q.body = span_str("{ }");
  assert_int_equal(proof_verify(&proof, point, &q), ERR_AUTH);
  load_key_free(&k);
  load_key_free(&k); /* and once more is nothing */
}

/* --- /proc --- */

static void test_watch_parse(void **state)
{
  (void)state;
  char name[WATCH_NAME];
  pid_t parent;
  uint64_t ticks, pages;
  const char *line = "12 (a) b (c)) S 7 1 1 0 -1 4194560 1 2 3 4 150 50 8 9 20 0 3 0 99 1000 4321 184467440 1 1";
  assert_int_equal(watch_parse(line, name, &parent, &ticks, &pages), 0);
  assert_string_equal(name, "a) b (c)");
  assert_int_equal(parent, 7);
  assert_int_equal(ticks, 200);
  assert_int_equal(pages, 4321);
  assert_int_equal(watch_parse("12 (a) S 7", name, &parent, &ticks, &pages), ERR_MALFORMED);
  assert_int_equal(watch_parse("", name, &parent, &ticks, &pages), ERR_MALFORMED);
}

static void test_watch_of_this_process(void **state)
{
  (void)state;
  struct watch w;
  assert_int_equal(watch_take(&w, getpid()), 0);
  assert_int_equal(w.process[0].pid, getpid());
  assert_true(watch_resident(&w) > 100000);
  assert_int_equal(watch_take(&w, 4194305), ERR_NOT_FOUND);
  assert_int_equal(w.n, 0);
}

/* --- counts --- */

static const struct entrant_target wrong_room = {.wrong_room_code = "not_a_member"};

static struct entrant people[] = {
    {.outcome = OUTCOME_IN, .step = STEP_IN, .in_us = 100000, .waits = 2, .lost = 1},
    {.outcome = OUTCOME_IN, .step = STEP_IN, .in_us = 300000},
    {.wrong = WRONG_NO_COOKIE, .outcome = OUTCOME_REFUSED, .step = STEP_ENTRY, .status = 401, .code = "no_session"},
    {.wrong = WRONG_ROOM,
     .target = &wrong_room,
     .outcome = OUTCOME_REFUSED,
     .step = STEP_ENTRY,
     .status = 403,
     .code = "not_a_member"},
    {0},
};

#define PEOPLE (sizeof people / sizeof people[0])

static const struct entrant *person(const void *ctx, size_t i)
{
  (void)ctx;
  return &people[i];
}

static uint64_t wanted(const void *ctx, size_t i)
{
  (void)ctx;
  return 10000 * i;
}

static struct tally tally_with(struct entrant last, bool *good)
{
  static struct tally t;
  const struct tally_people all = {.person = person, .wanted_us = wanted, .n = PEOPLE};
  people[PEOPLE - 1] = last;
  assert_int_equal(tally_make(&t, &all), 0);
  *good = tally_is_good(&t);
  return t;
}

static void test_tally_of_what_went_right(void **state)
{
  (void)state;
  bool good;
  struct tally t = tally_with((struct entrant){.outcome = OUTCOME_IN, .step = STEP_IN, .in_us = 240000}, &good);
  assert_true(good);
  assert_int_equal(t.honest, 3);
  assert_int_equal(t.in, 3);
  assert_int_equal(t.rightly_refused, 2);
  assert_int_equal(t.waits, 2);
  assert_int_equal(t.lost, 1);
  assert_true(t.join.median_ms > 199.9 && t.join.median_ms < 200.1); /* 100, 290, 200 */
  assert_true(t.join.most_ms > 289.9 && t.join.most_ms < 290.1);
}

/* Whatever is not as it must be is seen. */
static void test_tally_of_what_went_wrong(void **state)
{
  (void)state;
  bool good;
  struct tally t = tally_with((struct entrant){.outcome = OUTCOME_REFUSED, .step = STEP_ENTRY, .status = 503}, &good);
  assert_int_equal(t.wrongly_refused, 1);
  assert_false(good);
  t = tally_with((struct entrant){.outcome = OUTCOME_BROKEN}, &good);
  assert_int_equal(t.broken, 1);
  assert_false(good);
  t = tally_with((struct entrant){.wrong = WRONG_NO_PROOF, .outcome = OUTCOME_ADMITTED, .step = STEP_ENTRY}, &good);
  assert_int_equal(t.wrongly_admitted, 1);
  assert_false(good);
  t = tally_with(
      (struct entrant){
          .wrong = WRONG_NO_PROOF, .outcome = OUTCOME_REFUSED, .step = STEP_ENTRY, .status = 401, .code = "no_session"},
      &good);
  assert_int_equal(t.refused_otherwise, 1);
  assert_false(good);
  /* before what was to be tried could be tried */
  t = tally_with((struct entrant){.wrong = WRONG_USED_ENTRY,
                                  .outcome = OUTCOME_REFUSED,
                                  .step = STEP_SOCKET,
                                  .status = 403,
                                  .code = "bad_entry"},
                 &good);
  assert_int_equal(t.refused_otherwise, 1);
  assert_false(good);
}

static void test_percentiles(void **state)
{
  (void)state;
  double values[100];
  for (int i = 0; i < 100; i++)
    values[i] = i + 1;
  assert_true(tally_percentile(values, 100, 0.5) == 50 && tally_percentile(values, 100, 0.99) == 99 &&
              tally_percentile(values, 100, 1) == 100 && tally_percentile(values, 1, 0.5) == 1 &&
              tally_percentile(values, 0, 0.5) == 0);
}

/* --- options --- */

#define ROOM "AAAAAAAAAAAAAAAAAAAAAA"

static int parse(struct load_options *o, const char *address, const char *name, const char *value)
{
  char a[128], n[64], v[64], error[OPTIONS_ERROR];
  char *argv[] = {a, n, v};
  (void)snprintf(a, sizeof a, "%s", address);
  (void)snprintf(n, sizeof n, "%s", name);
  (void)snprintf(v, sizeof v, "%s", value);
  return load_options_parse(o, LOAD_ENTRY, name[0] == '\0' ? 1 : 3, argv, error);
}

static void test_options_address(void **state)
{
  (void)state;
  struct load_options o;
  assert_int_equal(parse(&o, "https://localhost:8443/m/" ROOM, "", ""), 0);
  assert_string_equal(o.target.origin, "https://localhost:8443");
  assert_string_equal(o.target.host, "localhost:8443");
  assert_string_equal(o.target.room, ROOM);
  assert_string_equal(o.name, "localhost");
  assert_int_equal(o.port, 8443);
  assert_int_equal(parse(&o, "https://meet.example/m/" ROOM, "", ""), 0);
  assert_int_equal(o.port, 443);
  static const char *const wrong[] = {"http://a/m/" ROOM,
                                      "https://a/" ROOM,
                                      "https://a/m/A",
                                      "https://:1/m/" ROOM,
                                      "https://a:0/m/" ROOM,
                                      "https://a:x/m/" ROOM,
                                      ""};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(parse(&o, wrong[i], "", ""), ERR_MALFORMED);
}

static void test_options_values(void **state)
{
  (void)state;
  struct load_options o;
  const char *address = "https://a/m/" ROOM;
  assert_int_equal(parse(&o, address, "--people", "7"), 0);
  assert_int_equal(o.people, 7);
  assert_int_equal(parse(&o, address, "--people", "0"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--people", "1.5"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--wrong", "101"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--over", "nan"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--from", "elsewhere"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--nothing", "1"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--tries", "no-cookie,nonsense"), ERR_MALFORMED);
  assert_int_equal(parse(&o, address, "--tries", "no-cookie,used-entry"), 0);
  assert_true(o.wrong[WRONG_NO_COOKIE] && o.wrong[WRONG_USED_ENTRY] && !o.wrong[WRONG_FRAME]);
  assert_int_equal(parse(&o, address, "--wrong-room", ROOM "=not_a_member"), 0);
  assert_true(o.wrong[WRONG_ROOM]);
  assert_string_equal(o.target.wrong_room_code, "not_a_member");
  assert_int_equal(parse(&o, address, "--help", "1"), ERR_CLOSED);
}

/* An event has somebody who speaks, if not in this run then in another one. */
static void test_options_of_an_event(void **state)
{
  (void)state;
  struct load_options o;
  char address[] = "https://a/m/" ROOM, run[] = "--run", number[] = "7", zero[] = "0";
  char speakers[] = "--speakers", file[] = "f";
  char *argv[] = {address, run, number, speakers, file}, error[OPTIONS_ERROR];
  assert_int_equal(load_options_parse(&o, LOAD_EVENT, 1, argv, error), ERR_MALFORMED);
  assert_int_equal(load_options_parse(&o, LOAD_EVENT, 3, argv, error), 0);
  assert_int_equal(o.run, 7);
  assert_null(o.speakers);
  assert_int_equal(load_options_parse(&o, LOAD_EVENT, 5, argv, error), 0);
  assert_string_equal(o.speakers, "f");
  argv[2] = zero;
  assert_int_equal(load_options_parse(&o, LOAD_EVENT, 5, argv, error), ERR_MALFORMED);
}

/* The share is right, and each kind gets its turn. */
static void test_options_who(void **state)
{
  (void)state;
  struct load_options o;
  unsigned of[WRONG_KINDS] = {0}, wrongdoers = 0;
  assert_int_equal(parse(&o, "https://a/m/" ROOM, "--wrong", "10"), 0);
  for (unsigned i = 0; i < 1000; i++) {
    enum wrong_kind kind = load_options_wrong(&o, i);
    of[kind]++;
    wrongdoers += kind != WRONG_NOTHING;
  }
  assert_int_equal(wrongdoers, 100);
  for (int k = WRONG_NOTHING + 1; k < WRONG_KINDS_ALWAYS; k++)
    assert_true(of[k] >= 7);
  assert_int_equal(of[WRONG_ROOM] + of[WRONG_BANNED], 0);
}

static void test_options_from(void **state)
{
  (void)state;
  struct load_options o;
  assert_int_equal(parse(&o, "https://a/m/" ROOM, "--from", "127.1.0.250"), 0);
  o.addresses = 300;
  struct net_addr a = load_options_from(&o, 6), b = load_options_from(&o, 306);
  assert_memory_equal(a.ip, "\x7f\x01\x01\x00", 4);
  assert_true(net_addr_equal(&a, &b));
  o.from.family = 0;
  assert_int_equal(load_options_from(&o, 6).family, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_http_whole_and_in_pieces),
      cmocka_unit_test(test_http_without_body),
      cmocka_unit_test(test_http_refuses),
      cmocka_unit_test(test_http_keeps_the_beginning),
      cmocka_unit_test(test_websocket_accept),
      cmocka_unit_test(test_websocket_messages),
      cmocka_unit_test(test_websocket_lengths),
      cmocka_unit_test(test_websocket_refuses),
      cmocka_unit_test(test_websocket_put),
      cmocka_unit_test(test_key_proves),
      cmocka_unit_test(test_watch_parse),
      cmocka_unit_test(test_watch_of_this_process),
      cmocka_unit_test(test_tally_of_what_went_right),
      cmocka_unit_test(test_tally_of_what_went_wrong),
      cmocka_unit_test(test_percentiles),
      cmocka_unit_test(test_options_address),
      cmocka_unit_test(test_options_values),
      cmocka_unit_test(test_options_of_an_event),
      cmocka_unit_test(test_options_who),
      cmocka_unit_test(test_options_from),
  };
  return RUN_TESTS("load_parts", tests);
}
