/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/outbound_link: each request is answered once, to who asked, or told that nobody will. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "web/outbound_link.h"

static struct outbound_link outbound;

static struct {
  int answer; /* of send */
  size_t n;
  uint8_t bytes[LIMIT_IPC_MESSAGE];
} sent;

struct heard {
  unsigned calls;
  int err;
  enum ipc_outcome outcome;
  uint16_t status;
  size_t body_n;
  bool ask_again;
};

static int take(void *ctx, struct span message)
{
  (void)ctx;
  memcpy(sent.bytes, message.p, message.n);
  sent.n = message.n;
  return sent.answer;
}

static void note(void *ctx, int err, const struct outbound_answer *answer)
{
  struct heard *h = ctx;
  h->calls++;
  h->err = err;
  if (answer != NULL) {
    h->outcome = answer->outcome;
    h->status = answer->status;
    h->body_n = answer->body.n;
  }
  if (h->ask_again)
    assert_int_equal(outbound_link_sms(&outbound, (struct ipc_sms){0}, (struct outbound_caller){note, ctx}, NULL),
                     sent.answer);
}

static int set_up(void **state)
{
  (void)state;
  memset(&sent, 0, sizeof sent);
  outbound_link_init(&outbound, take, NULL);
  return 0;
}

static uint32_t ask_mail(struct heard *h)
{
  uint32_t id = 0;
  const struct ipc_mail m = {.to = span_str("a@b"), .subject = span_str("S"), .text = span_str("T")};
  assert_int_equal(outbound_link_mail(&outbound, m, (struct outbound_caller){note, h}, &id), 0);
  return id;
}

static int answer_mail(uint32_t id, enum ipc_outcome outcome)
{
  uint8_t bytes[16];
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_mail_done(&w, &(struct ipc_outbound_done){.id = id, .outcome = (uint8_t)outcome});
  return outbound_link_answered(&outbound, writer_span(&w));
}

static void test_answers_reach_who_asked(void **state)
{
  (void)state;
  struct heard a = {0}, b = {0};
  uint32_t first = ask_mail(&a), second = ask_mail(&b);
  struct ipc_mail m;
  assert_int_equal(sent.bytes[0], IPC_MAIL);
  assert_int_equal(ipc_decode_mail(span_of(sent.bytes + 1, sent.n - 1), &m), 0);
  assert_int_equal(m.id, second);
  assert_int_equal(answer_mail(second, IPC_INSECURE), 0);
  assert_int_equal(a.calls, 0);
  assert_true(b.calls == 1 && b.err == 0 && b.outcome == IPC_INSECURE);
  assert_int_equal(answer_mail(second, IPC_DONE), ERR_STATE); /* once */
  assert_int_equal(answer_mail(first, IPC_DONE), 0);
  assert_true(a.calls == 1 && a.outcome == IPC_DONE);
}

static void test_a_fetch_brings_its_body(void **state)
{
  (void)state;
  struct heard h = {0};
  uint8_t bytes[64];
  uint32_t id;
  const struct ipc_fetch f = {.url = span_str("https://a")};
  assert_int_equal(outbound_link_fetch(&outbound, f, (struct outbound_caller){note, &h}, &id), 0);
  assert_int_equal(answer_mail(id, IPC_DONE), ERR_STATE); /* not what was asked */
  struct writer w = writer_of(bytes, sizeof bytes);
  ipc_encode_fetched(&w, &(struct ipc_fetched){.id = id, .status = 200, .body = span_str("{}")});
  assert_int_equal(outbound_link_answered(&outbound, writer_span(&w)), 0);
  assert_true(h.calls == 1 && h.status == 200 && h.body_n == 2);
}

static void test_what_was_not_asked_is_refused(void **state)
{
  (void)state;
  static const uint8_t cut[] = {IPC_MAIL_DONE, 0, 0};
  assert_int_equal(answer_mail(1, IPC_DONE), ERR_STATE);
  assert_int_equal(answer_mail(0, IPC_DONE), ERR_STATE);
  assert_int_equal(outbound_link_answered(&outbound, span_of(cut, sizeof cut)), ERR_TRUNCATED);
}

static void test_death_is_told_to_all_once(void **state)
{
  (void)state;
  struct heard a = {.ask_again = true}, b = {0};
  (void)ask_mail(&a);
  uint32_t id = ask_mail(&b);
  sent.answer = ERR_CLOSED;
  outbound_link_lost(&outbound);
  assert_true(a.calls == 1 && a.err == ERR_CLOSED && b.calls == 1 && b.err == ERR_CLOSED);
  outbound_link_lost(&outbound);
  assert_true(a.calls == 1 && b.calls == 1);
  assert_int_equal(answer_mail(id, IPC_DONE), ERR_STATE);
}

static void test_who_is_not_heard_is_not_answered(void **state)
{
  (void)state;
  struct heard h = {0};
  sent.answer = ERR_CLOSED;
  const struct outbound_caller caller = {note, &h};
  assert_int_equal(outbound_link_sms(&outbound, (struct ipc_sms){0}, caller, NULL), ERR_CLOSED);
  sent.answer = 0;
  static uint8_t text[LIMIT_SMS_TEXT + 1];
  const struct ipc_sms longer = {.text = span_of(text, sizeof text)};
  assert_int_equal(outbound_link_sms(&outbound, longer, caller, NULL), ERR_LIMIT);
  outbound_link_lost(&outbound);
  assert_int_equal(h.calls, 0);
}

static void test_who_has_gone_hears_nothing(void **state)
{
  (void)state;
  struct heard h = {0};
  uint32_t id = ask_mail(&h);
  outbound_link_forget(&outbound, id);
  outbound_link_forget(&outbound, 0);
  assert_int_equal(answer_mail(id, IPC_DONE), 0);
  assert_int_equal(h.calls, 0);
}

static void test_waiting_is_bounded(void **state)
{
  (void)state;
  struct heard h = {0};
  uint32_t first = ask_mail(&h);
  for (size_t i = 1; i < OUTBOUND_PENDING; i++)
    (void)ask_mail(&h);
  const struct outbound_caller caller = {note, &h};
  assert_int_equal(outbound_link_sms(&outbound, (struct ipc_sms){0}, caller, NULL), ERR_LIMIT);
  outbound.last_id = first - 1; /* the counter has come round: no id twice */
  assert_int_equal(answer_mail(first + 1, IPC_DONE), 0);
  assert_int_equal(ask_mail(&h), first + 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_answers_reach_who_asked, set_up),
    cmocka_unit_test_setup(test_a_fetch_brings_its_body, set_up),
    cmocka_unit_test_setup(test_what_was_not_asked_is_refused, set_up),
    cmocka_unit_test_setup(test_death_is_told_to_all_once, set_up),
    cmocka_unit_test_setup(test_who_is_not_heard_is_not_answered, set_up),
    cmocka_unit_test_setup(test_who_has_gone_hears_nothing, set_up),
    cmocka_unit_test_setup(test_waiting_is_bounded, set_up),
  };
  return cmocka_run_group_tests_name("outbound_link", tests, NULL, NULL);
}
