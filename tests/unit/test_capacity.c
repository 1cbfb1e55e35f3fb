/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/capacity and metrics: when the newest are kept out, for how long, and who never is (A12); what is told of it. */
#include "rooms_testing.h"

#include "web/capacity.h"
#include "web/metrics.h"

/* A process with `peers` connections reports `times` times, once a second, and it is `*now` after that. */
static void report(struct capacity *c, uint64_t *now, unsigned times, struct ipc_load load)
{
  for (unsigned i = 0; i < times; i++) {
    *now += SECOND;
    capacity_report(c, 0, &load, *now);
  }
}

static void test_full_while_it_is_busy(void **state)
{
  struct capacity c = {0};
  uint64_t now = SECOND;
  (void)state;
  assert_true(capacity_has_room(&c, 0, now)); /* nothing is known */
  report(&c, &now, 5, (struct ipc_load){.busy = 700, .peers = 1000});
  assert_true(capacity_has_room(&c, 0, now));
  report(&c, &now, 1, (struct ipc_load){.busy = 880, .peers = 1000});
  assert_true(capacity_has_room(&c, 0, now)); /* one second is no state */
  report(&c, &now, 5, (struct ipc_load){.busy = 880, .peers = 1000});
  assert_false(capacity_has_room(&c, 0, now));
  assert_true(capacity_has_room(&c, 1, now)); /* of another process */
  report(&c, &now, 9, (struct ipc_load){.busy = 750, .peers = 1000});
  assert_false(capacity_has_room(&c, 0, now)); /* does not flutter at the mark */
  report(&c, &now, 9, (struct ipc_load){.busy = 690, .peers = 1000});
  assert_true(capacity_has_room(&c, 0, now));
}

static void test_full_while_it_is_late(void **state)
{
  const struct ipc_load well = {.busy = 100, .peers = 100}, late = {.busy = 100, .peers = 100, .late_us = 300000};
  const struct ipc_load unsent = {.busy = 100, .peers = 100, .unsent = 1};
  (void)state;
  for (unsigned k = 0; k < 2; k++) {
    struct capacity c = {0};
    uint64_t now = SECOND;
    report(&c, &now, 2, k == 0 ? late : unsent);
    assert_true(capacity_has_room(&c, 0, now));
    report(&c, &now, 1, k == 0 ? late : unsent);
    assert_false(capacity_has_room(&c, 0, now));
    report(&c, &now, 2, well);
    assert_false(capacity_has_room(&c, 0, now));
    report(&c, &now, 1, well);
    assert_true(capacity_has_room(&c, 0, now));
  }
}

static void test_full_while_it_is_silent(void **state)
{
  struct capacity c = {0};
  uint64_t now = SECOND;
  (void)state;
  report(&c, &now, 1, (struct ipc_load){.busy = 100, .peers = 100});
  assert_true(capacity_has_room(&c, 0, now + 4 * SECOND));
  assert_false(capacity_has_room(&c, 0, now + 5 * SECOND));
  capacity_forget(&c, 0); /* it has ended, and another one takes its place */
  assert_true(capacity_has_room(&c, 0, now + 5 * SECOND));
}

static void test_few_are_never_too_many(void **state)
{
  struct capacity c = {0};
  uint64_t now = SECOND;
  (void)state;
  report(&c, &now, 9, (struct ipc_load){.busy = 1000, .late_us = 900000, .peers = CAPACITY_FEW - 1});
  assert_true(capacity_has_room(&c, 0, now));
  report(&c, &now, 1, (struct ipc_load){.busy = 1000, .late_us = 900000, .peers = CAPACITY_FEW});
  assert_false(capacity_has_room(&c, 0, now));
}

/* The web process's own loop. */
static void test_full_while_the_web_is_late(void **state)
{
  struct capacity c = {0};
  (void)state;
  for (unsigned i = 0; i < CAPACITY_IN_A_ROW; i++) {
    assert_true(capacity_web_has_room(&c, 1000)); /* once or twice is no state */
    capacity_web_late(&c, CAPACITY_WEB_LATE_US);
  }
  assert_false(capacity_web_has_room(&c, 1000));
  assert_true(capacity_web_has_room(&c, CAPACITY_FEW - 1)); /* they are not what makes it slow */
  for (unsigned i = 0; i < CAPACITY_IN_A_ROW; i++) {
    assert_false(capacity_web_has_room(&c, 1000)); /* nor is it over at once */
    capacity_web_late(&c, CAPACITY_WEB_LATE_US - 1);
  }
  assert_true(capacity_web_has_room(&c, 1000));
}

/* A storm within one second is not let in whole because the last report was good. */
static void test_who_is_on_the_way_counts(void **state)
{
  struct capacity c = {0};
  uint64_t now = SECOND;
  unsigned given = 0;
  (void)state;
  report(&c, &now, 9, (struct ipc_load){.busy = 400, .peers = 100});
  while (capacity_has_room(&c, 0, now)) {
    capacity_give(&c, 0);
    given++;
  }
  assert_int_equal(given, 100); /* as many again are twice 400 */
  report(&c, &now, 1, (struct ipc_load){.busy = 400, .peers = 200}); /* they are there, and cost less */
  assert_true(capacity_has_room(&c, 0, now));
}

static void test_many_come_again_later(void **state)
{
  struct capacity c = {0};
  unsigned first = capacity_shed(&c, 20 * SECOND), last = 0;
  (void)state;
  for (unsigned i = 0; i < 3000; i++)
    last = capacity_shed(&c, 20 * SECOND);
  assert_int_equal(first, 5);
  assert_int_equal(last, 20);
  for (unsigned i = 0; i < 30000; i++)
    last = capacity_shed(&c, 20 * SECOND);
  assert_int_equal(last, 60);
  assert_int_equal(capacity_shed(&c, 31 * SECOND), 5);
  assert_int_equal(c.shed, 33002);
}

static void overload(struct world *w, unsigned process)
{
  for (unsigned i = 0; i < 9; i++)
    assert_int_equal(rooms_media_load(w->rooms, w->time.now_us, process,
                                      &(struct ipc_load){.busy = 1000, .peers = 100}), 0);
}

static void test_only_newcomers_wait(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), guest = join_guest(w, &host, 2), stranger = {.browser = 3};
  struct entry_grant grant = grant_of(w, &stranger, false);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &grant), 0);
  overload(w, 0);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &grant), 5);
  grant.who.role = AS_COHOST; /* who runs the meeting */
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &grant), 0);
  struct entry_grant again = grant_of(w, &guest, true), reloaded = grant_of(w, &guest, false);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &again), 0);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &reloaded), 0);
  struct entry_grant by_link = grant_of(w, &host, false);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &by_link), 0);
  assert_int_equal(rooms_capacity(w->rooms)->shed, 1);
  assert_int_equal(rooms_media_load(w->rooms, w->time.now_us, LIMIT_MEDIA_PROCESSES, &(struct ipc_load){0}), ERR_RANGE);
}

static void test_only_newcomers_wait_for_the_web(void **state)
{
  struct world *w = *state;
  struct tab host = join_host(w), stranger = {.browser = 200};
  struct tab first = join_guest(w, &host, 2);
  for (uint16_t i = 3; i < CAPACITY_FEW + 1; i++)
    (void)join_guest(w, &host, i);
  struct entry_grant grant = grant_of(w, &stranger, false), again = grant_of(w, &first, true);
  for (unsigned i = 0; i < CAPACITY_IN_A_ROW; i++)
    rooms_web_late(w->rooms, 2 * CAPACITY_WEB_LATE_US);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &grant), 5);
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &again), 0);
  grant.who.role = AS_COHOST;
  assert_int_equal(rooms_must_wait(w->rooms, w->time.now_us, &grant), 0);
}

/* Every figure has a name, and what is told is the text format. */
static void test_metrics(void **state)
{
  static uint8_t text[METRICS_TEXT];
  struct world *w = *state;
  struct writer out = writer_of(text, sizeof text - 1);
  join_host(w);
  for (unsigned p = 0; p < LIMIT_MEDIA_PROCESSES; p++) {
    struct ipc_load load = {.busy = 1000, .late_us = UINT32_MAX, .unsent = UINT32_MAX, .peers = UINT32_MAX};
    memset(load.sum, 0xff, sizeof load.sum);
    (void)rooms_media_load(w->rooms, w->time.now_us, p, &load);
  }
  metrics_write(w->rooms, w->time.now_us, &out);
  assert_false(out.overflow);
  assert_null(strstr((char *)text, "(null)"));
  assert_non_null(strstr((char *)text, "\ntestudo_people 1\n"));
  assert_non_null(strstr((char *)text, "\ntestudo_media_full{process=\"63\"} 1\n"));
  assert_non_null(strstr((char *)text, "# TYPE testudo_media_flood_total counter\n"));
}

static void ask_metrics(struct world *w, const char *request, int err, const char *status)
{
  static uint8_t text[METRICS_TEXT];
  struct writer out = writer_of(text, sizeof text - 1);
  assert_int_equal(metrics_answer(span_str(request), w->rooms, w->time.now_us, &out), err);
  assert_int_equal(out.n > 0, status != NULL);
  if (status != NULL)
    assert_memory_equal(text + strlen("HTTP/1.1 "), status, strlen(status));
}

static void test_who_may_ask_for_metrics(void **state)
{
  static char longest[METRICS_REQUEST + 1];
  struct world *w = *state;
  ask_metrics(w, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9464\r\n\r\n", 0, "200");
  ask_metrics(w, "GET /metrics HTTP/1.1\r\nAccept: */*\r\nhost: localhost\r\n\r\n", 0, "200");
  ask_metrics(w, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9464\r\n", ERR_AGAIN, NULL);
  ask_metrics(w, "", ERR_AGAIN, NULL);
  ask_metrics(w, "GET / HTTP/1.1\r\nHost: localhost:9464\r\n\r\n", 0, "404");
  ask_metrics(w, "POST /metrics HTTP/1.1\r\nHost: localhost:9464\r\n\r\n", 0, "404");
  /* a page of another site whose name leads here */
  ask_metrics(w, "GET /metrics HTTP/1.1\r\nHost: evil.example:9464\r\n\r\n", 0, "421");
  ask_metrics(w, "GET /metrics HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 0, "421");
  ask_metrics(w, "GET /metrics HTTP/1.1\r\n\r\n", 0, "421");
  memset(longest, 'a', METRICS_REQUEST);
  ask_metrics(w, longest, ERR_LIMIT, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_full_while_it_is_busy),
    cmocka_unit_test(test_full_while_it_is_late),
    cmocka_unit_test(test_full_while_it_is_silent),
    cmocka_unit_test(test_full_while_the_web_is_late),
    cmocka_unit_test(test_few_are_never_too_many),
    cmocka_unit_test(test_who_is_on_the_way_counts),
    cmocka_unit_test(test_many_come_again_later),
    cmocka_unit_test_setup_teardown(test_only_newcomers_wait, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_only_newcomers_wait_for_the_web, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_metrics, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_who_may_ask_for_metrics, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
