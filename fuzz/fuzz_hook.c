/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What anybody can send to a webhook: a header and a body, parted by the first line feed. What is read keeps its promises,
 * and is read the same again; a signature fits the body that it was made for and no other. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "people/rules.h"
#include "web/api/hook_message.h"
#include "web/assets.h"

const struct asset assets[] = {{.path = NULL}};
const size_t assets_n = 0;

#define NOW_S UINT64_C(1795420800)

static void check_signature(struct span header, struct span body)
{
  static const char secret[] = "of the fuzzer";
  struct hook_signature s;
  crypto_auth_hmacsha256_state state;
  if (hook_signature_parse(header, &s) != 0)
    return;
  assert(s.n >= 1 && s.n <= HOOK_MACS && s.time_text.n >= 1 && s.time_text.n <= 12);
  assert(!hook_signature_fits(&s, span_str(secret), body));
  crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret, strlen(secret));
  crypto_auth_hmacsha256_update(&state, s.time_text.p, s.time_text.n);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)".", 1);
  crypto_auth_hmacsha256_update(&state, body.p, body.n);
  crypto_auth_hmacsha256_final(&state, s.mac[s.n - 1]);
  assert(hook_signature_fits(&s, span_str(secret), body));
  s.mac[s.n - 1][0] ^= 1;
  assert(!hook_signature_fits(&s, span_str(secret), body));
}

static void check_event(struct span body)
{
  struct hook_event e, again;
  char problem[HOOK_PROBLEM] = "";
  if (hook_event_parse(body, NOW_S, &e, problem) != 0) {
    assert(problem[0] != '\0' && memchr(problem, '\0', sizeof problem) != NULL);
    return;
  }
  assert(e.id[0] != '\0' && memchr(e.id, '\0', sizeof e.id) != NULL);
  assert(e.ticket.email[0] != '\0' && e.ticket.reference[0] != '\0');
  assert(uid_is_none(&e.room) || uid_is_none(&e.series));
  assert(ticket_problem(&e.ticket, NOW_S) == NULL);
  assert(hook_event_parse(body, NOW_S, &again, problem) == 0 && strcmp(e.id, again.id) == 0);
  assert(uid_equal(&e.room, &again.room) && strcmp(e.ticket.email, again.ticket.email) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span body = span_of(data, size), header;
  const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
  (void)span_take(&body, end == NULL ? 0 : (size_t)(end - data), &header);
  if (end != NULL)
    (void)span_skip(&body, 1);
  check_signature(header, body);
  check_event(body);
  return 0;
}
