/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a datagram. If it is a STUN message, its fields are written again as each kind of message that we
 * send, and must be read back as they were. A lite agent, whose password the input cannot know, must meet it with
 * silence. */
#include <assert.h>

#include "proto/ice.h"

static const struct span password = {.p = (const uint8_t *)"password", .n = 8};

static struct stun_message parsed(const struct writer *w)
{
  struct stun_message m;
  assert(stun_parse(writer_span(w), &m) == 0);
  assert(m.fingerprint);
  assert(stun_check_integrity(&m, password) == 0);
  return m;
}

static void check_check(const struct stun_message *m)
{
  uint8_t bytes[STUN_REQUEST_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct stun_check check = {.username = m->username, .tie_breaker = m->tie_breaker, .priority = m->priority,
                             .use_candidate = m->use_candidate};
  memcpy(check.transaction, m->transaction, sizeof check.transaction);
  assert(stun_write_check(&w, &check, password) == 0);
  struct stun_message again = parsed(&w);
  assert(again.class == STUN_REQUEST && again.controlling && again.unknown_count == 0);
  assert(span_equal(again.username, m->username) && again.tie_breaker == m->tie_breaker);
  assert(again.priority == m->priority && again.use_candidate == m->use_candidate);
  assert(memcmp(again.transaction, m->transaction, sizeof m->transaction) == 0);
}

static void check_success(const struct stun_message *m)
{
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  assert(stun_write_success(&w, m->transaction, &m->mapped, password) == 0);
  struct stun_message again = parsed(&w);
  assert(again.class == STUN_SUCCESS && net_addr_equal(&again.mapped, &m->mapped));
}

static void check_error(const struct stun_message *m)
{
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  assert(stun_write_error(&w, m, STUN_UNKNOWN_ATTRIBUTE, password) == 0);
  struct stun_message again = parsed(&w);
  assert(again.class == STUN_ERROR && again.error_code == STUN_UNKNOWN_ATTRIBUTE);
}

static void fill_with_a(void *ctx, void *out, size_t n)
{
  (void)ctx;
  memset(out, 'a', n);
}

static void check_agent(const struct stun_message *m)
{
  static const struct random random = {.fill = fill_with_a};
  const struct net_addr from = {.family = 4, .port = 1};
  uint8_t bytes[STUN_RESPONSE_MAX];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct ice_lite ice;
  struct ice_event event;
  assert(ice_lite_init(&ice, 0, span_str("remote"), &random) == 0);
  assert(ice_lite_input(&ice, 1, &from, m, &w, &event) != 0);
  assert(w.n == 0 && !event.respond && ice_lite_remote(&ice) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct stun_message m;
  if (stun_parse(span_of(data, size), &m) != 0)
    return 0;
  assert(m.integrity_at == 0 || (size_t)m.integrity_at + 24 <= size);
  check_check(&m);
  if (m.mapped.family != 0)
    check_success(&m);
  check_error(&m);
  check_agent(&m);
  return 0;
}
