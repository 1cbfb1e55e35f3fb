/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/hook_message.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "base/json.h"
#include "people/rules.h"
#include "people/times.h"
#include "people/words.h"
#include "web/api/fields.h"
#include "web/token.h"

/* --- the signature --- */

#define HEX_BYTES ((size_t)2 * HOOK_MAC_BYTES)

static struct span take_part(struct span *header)
{
  struct span part;
  const uint8_t *comma = header->n == 0 ? NULL : memchr(header->p, ',', header->n);
  (void)span_take(header, comma == NULL ? header->n : (size_t)(comma - header->p), &part);
  if (comma != NULL)
    (void)span_skip(header, 1);
  while (part.n > 0 && part.p[0] == ' ')
    (void)span_skip(&part, 1);
  return part;
}

static bool begins(struct span *part, const char *with)
{
  struct span head, rest = *part;
  if (span_take(&rest, strlen(with), &head) != 0 || !span_equal(head, span_str(with)))
    return false;
  *part = rest;
  return true;
}

static int take_time(struct span text, struct hook_signature *s)
{
  if (s->time_text.n != 0 || text.n == 0 || text.n > 12)
    return ERR_MALFORMED;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] < '0' || text.p[i] > '9')
      return ERR_MALFORMED;
    s->time_s = s->time_s * 10 + (uint64_t)(text.p[i] - '0');
  }
  s->time_text = text;
  return 0;
}

static int take_mac(struct span text, struct hook_signature *s)
{
  size_t n = 0;
  if (s->n == HOOK_MACS || text.n != HEX_BYTES)
    return ERR_MALFORMED;
  if (sodium_hex2bin(s->mac[s->n], HOOK_MAC_BYTES, (const char *)text.p, text.n, NULL, &n, NULL) != 0 ||
      n != HOOK_MAC_BYTES)
    return ERR_MALFORMED;
  s->n++;
  return 0;
}

int hook_signature_parse(struct span header, struct hook_signature *s)
{
  int err = 0;
  *s = (struct hook_signature){0};
  while (err == 0 && header.n > 0) {
    struct span part = take_part(&header);
    if (begins(&part, "t="))
      err = take_time(part, s);
    else if (begins(&part, "v1="))
      err = take_mac(part, s);
  }
  return err != 0 || s->time_text.n == 0 || s->n == 0 ? ERR_MALFORMED : 0;
}

bool hook_signature_fits(const struct hook_signature *s, struct span secret, struct span body)
{
  crypto_auth_hmacsha256_state state;
  uint8_t mac[HOOK_MAC_BYTES];
  bool fits = false;
  _Static_assert(HOOK_MAC_BYTES == crypto_auth_hmacsha256_BYTES, "the size of an HMAC-SHA-256");
  crypto_auth_hmacsha256_init(&state, secret.p, secret.n);
  crypto_auth_hmacsha256_update(&state, s->time_text.p, s->time_text.n);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)".", 1);
  crypto_auth_hmacsha256_update(&state, body.p, body.n);
  crypto_auth_hmacsha256_final(&state, mac);
  for (size_t i = 0; i < s->n; i++)
    fits |= sodium_memcmp(mac, s->mac[i], HOOK_MAC_BYTES) == 0;
  sodium_memzero(&state, sizeof state);
  sodium_memzero(mac, sizeof mac);
  return fits;
}

/* --- the event --- */

static int complain(char problem[HOOK_PROBLEM], const char *sentence)
{
  (void)snprintf(problem, HOOK_PROBLEM, "%s", sentence);
  return ERR_MALFORMED;
}

struct event_text {
  struct span id, type, email, room, series, role, reference;
  bool has_room, has_series;
};

static int read_fields(const json_t *object, struct event_text *t, struct ticket *ticket, char problem[HOOK_PROBLEM])
{
  _Static_assert(FIELD_PROBLEM == HOOK_PROBLEM, "one sentence");
  const struct field fields[] = {
    {"id", FIELD_TEXT, &t->id, WEBHOOK_EVENT_BYTES - 1, false, NULL},
    {"type", FIELD_TEXT, &t->type, 32, false, NULL},
    {"email", FIELD_TEXT, &t->email, EMAIL_BYTES, false, NULL},
    {"room", FIELD_TEXT, &t->room, TOKEN_TEXT, true, &t->has_room},
    {"series", FIELD_TEXT, &t->series, TOKEN_TEXT, true, &t->has_series},
    {"role", FIELD_TEXT, &t->role, 16, true, NULL},
    {"from", FIELD_NUMBER, &ticket->from_s, TIME_MOST, true, NULL},
    {"until", FIELD_NUMBER, &ticket->until_s, TIME_MOST, true, NULL},
    {"reference", FIELD_TEXT, &t->reference, TITLE_BYTES - 1, false, NULL},
  };
  return fields_read(object, fields, sizeof fields / sizeof fields[0], problem);
}

static int read_type(struct span text, enum hook_type *type, char problem[HOOK_PROBLEM])
{
  *type = span_equal(text, span_str("ticket.revoke")) ? HOOK_REVOKE : HOOK_ISSUE;
  if (*type == HOOK_REVOKE || span_equal(text, span_str("ticket.issue")))
    return 0;
  return complain(problem, "The field \"type\" is ticket.issue or ticket.revoke.");
}

/* All zeros would mean: not said. */
static bool is_id(struct span text, struct uid *id)
{
  return token_from_text(text, id->b, UID_BYTES) == 0 && !uid_is_none(id);
}

static int read_place(const struct event_text *t, struct hook_event *e, char problem[HOOK_PROBLEM])
{
  if (t->has_room && t->has_series)
    return complain(problem, "A ticket is for one room or one series.");
  if (t->has_room && !is_id(t->room, &e->room))
    return complain(problem, "The field \"room\" is no id.");
  if (t->has_series && !is_id(t->series, &e->series))
    return complain(problem, "The field \"series\" is no id.");
  return 0;
}

/* Visible ASCII: the id stands in the log, and is compared byte by byte. */
static int read_id(struct span text, char id[WEBHOOK_EVENT_BYTES], char problem[HOOK_PROBLEM])
{
  bool good = text.n > 0;
  for (size_t i = 0; i < text.n; i++)
    good &= text.p[i] > ' ' && text.p[i] < 0x7f;
  if (!good)
    return complain(problem, "The field \"id\" is 1 to 255 visible characters of ASCII.");
  memcpy(id, text.p, text.n);
  return 0;
}

static int read_ticket(const struct event_text *t, uint64_t now_s, struct hook_event *e, char problem[HOOK_PROBLEM])
{
  const struct ticket_text text = {.email = t->email, .role = t->role, .reference = t->reference};
  struct ticket *ticket = &e->ticket;
  e->has_role = t->role.n > 0;
  ticket->role = ROLE_PARTICIPANT;
  if (e->type == HOOK_REVOKE) /* its window may be over */
    ticket->from_s = ticket->until_s = 0;
  const char *sentence = ticket_read(&text, now_s, ticket);
  if (sentence == NULL && ticket->reference[0] == '\0')
    sentence = "The field \"reference\" is empty: it is how the ticket is found again.";
  return sentence == NULL ? 0 : complain(problem, sentence);
}

static int read_event(const json_t *object, uint64_t now_s, struct hook_event *e, char problem[HOOK_PROBLEM])
{
  struct event_text t = {0};
  int err = read_fields(object, &t, &e->ticket, problem);
  if (err == 0)
    err = read_id(t.id, e->id, problem);
  if (err == 0)
    err = read_type(t.type, &e->type, problem);
  if (err == 0)
    err = read_place(&t, e, problem);
  return err != 0 ? err : read_ticket(&t, now_s, e, problem);
}

int hook_event_parse(struct span body, uint64_t now_s, struct hook_event *e, char problem[HOOK_PROBLEM])
{
  json_t *object;
  *e = (struct hook_event){0};
  if (json_parse_strict(body, LIMIT_HTTP_BODY, &object) != 0)
    return complain(problem, "The body is not one JSON object, or a key is there twice.");
  int err = read_event(object, now_s, e, problem);
  json_decref(object);
  return err;
}
