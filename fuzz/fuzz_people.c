/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written for a ticket is read or refused with a sentence; a time that is read is the same when it is
 * written and read again; a table changes nothing that its rows do not say. The first byte tells which field the
 * rest is. */
#include <assert.h>

#include "people/rules.h"
#include "people/tickets.h"
#include "people/times.h"
#include "people/tokens.h"

#define NOW UINT64_C(1795420800)

static void check_time(struct span text)
{
  uint64_t t, again;
  char written[TIME_TEXT];
  if (time_read(text, &t) != 0)
    return;
  assert(t <= TIME_MOST);
  time_write(t, written);
  assert(time_read(span_str(written), &again) == 0 && again == t);
}

static void check_ticket(uint8_t field, struct span rest)
{
  struct ticket t = {.email = "ann@example.org", .role = ROLE_VIEWER};
  struct ticket_text text = {0};
  struct span *const fields[] = {&text.email, &text.role, &text.from, &text.until, &text.reference};
  *fields[field % 5] = rest;
  if (ticket_read(&text, NOW, &t) != NULL)
    return;
  assert(ticket_problem(&t, NOW) == NULL && t.email[0] != '\0');
  assert(strnlen(t.email, sizeof t.email) < sizeof t.email);
  assert(strnlen(t.reference, sizeof t.reference) < sizeof t.reference);
  assert(reference_problem(span_str(t.reference)) == NULL);
}

static void check_tokens(struct span text)
{
  uint8_t hash[32];
  assert((link_token_hash(text, hash) == 0) <= (text.n == TOKEN_TEXT));
  assert((api_key_hash(text, hash) == 0) <= (text.n == API_KEY_TEXT));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span rest = span_of(data, size);
  uint8_t field;
  if (span_u8(&rest, &field) != 0)
    return 0;
  check_time(rest);
  check_ticket(field, rest);
  check_tokens(rest);
  (void)title_problem(rest);
  (void)name_problem(rest);
  (void)label_problem(rest);
  return 0;
}
