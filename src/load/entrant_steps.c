/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "load/entrant_internal.h"
#include "web/browser.h"

#define ENTRY_TOO_OLD_US (11 * SECOND_US) /* the server keeps it for 10 s */
#define ASKED_AT_MOST 3                   /* a step, for want of a good nonce */
#define WAIT_MOST_S 60

/* The text under a name in the answer's body, copied; empty if it is not there or too long. */
static void text_in_body(const struct http_answer *a, const char *name, char *text, size_t size)
{
  json_t *object;
  text[0] = '\0';
  if (json_parse_strict(http_answer_body(a), HTTP_BODY_KEPT, &object) != 0)
    return;
  const char *found = json_string_value(json_object_get(object, name));
  if (found != NULL && strlen(found) < size)
    memcpy(text, found, strlen(found) + 1);
  json_decref(object);
}

static unsigned seconds_of(struct span text)
{
  unsigned s = 0;
  uint8_t c;
  while (span_u8(&text, &c) == 0 && c >= '0' && c <= '9' && s < WAIT_MOST_S)
    s = 10 * s + (unsigned)(c - '0');
  return s == 0 ? 1 : s > WAIT_MOST_S ? WAIT_MOST_S : s;
}

/* True if there was one. */
static bool take_nonce(struct entrant *e)
{
  return token_from_text(http_answer_field(&e->answer, "testudo-nonce"), e->nonce, sizeof e->nonce) == 0;
}

/* A full server is asked again after up to twice what it says, so that all who wait do not come at once (the page's
 * signal/backoff.ts). */
static uint64_t wait_us(const struct entrant *e)
{
  const uint64_t said_us = seconds_of(http_answer_field(&e->answer, "retry-after")) * SECOND_US;
  return e->full ? said_us + random_u32(&e->target->random) % said_us : said_us;
}

void entrant_refused(struct entrant *e, uint64_t now_us)
{
  char code[ENTRANT_CODE];
  text_in_body(&e->answer, "code", code, sizeof code);
  e->full = strcmp(code, ENTRANT_FULL) == 0;
  if (e->answer.status == 429 || strcmp(code, "try_again") == 0 || e->full) {
    e->waits++;
    e->sheds += e->full;
    entrant_wait(e, wait_us(e), now_us);
    return;
  }
  entrant_decide(e, OUTCOME_REFUSED, e->answer.status, span_str(code));
}

static void broken(struct entrant *e, const char *why)
{
  entrant_decide(e, OUTCOME_BROKEN, e->answer.status, span_str(why));
}

/* Begun, or rotated at the sign-in. */
static void on_session(struct entrant *e, uint64_t now_us)
{
  struct span cookie = http_answer_cookie(&e->answer, BROWSER_COOKIE);
  if (cookie.n != SECRET_TEXT || !take_nonce(e)) {
    broken(e, "a session without cookie or nonce");
    return;
  }
  memcpy(e->cookie, cookie.p, cookie.n);
  e->cookie[cookie.n] = '\0';
  if (e->wrong == WRONG_OTHERS_ENTRY && e->again)
    entrant_go(e, STEP_SOCKET, now_us);
  else if (e->account != NULL && e->step == STEP_SESSION)
    entrant_go(e, STEP_SIGN_IN, now_us);
  else
    entrant_go(e, STEP_ROOM, now_us);
}

/* Another browser, with nothing but the entry of the first. */
static void become_another(struct entrant *e, uint64_t now_us)
{
  load_key_free(&e->key);
  e->cookie[0] = '\0';
  e->again = true;
  if (load_key_new(&e->key) == 0)
    entrant_go(e, STEP_SESSION, now_us);
  else
    broken(e, "no key could be made");
}

static bool take_secrets(struct entrant *e)
{
  char entry[TOKEN_TEXT + 1], codeword[SECRET_TEXT + 1];
  text_in_body(&e->answer, "entry", entry, sizeof entry);
  text_in_body(&e->answer, "codeword", codeword, sizeof codeword);
  return token_from_text(span_str(entry), e->secrets.entry, sizeof e->secrets.entry) == 0 &&
         token_from_text(span_str(codeword), e->secrets.codeword, sizeof e->secrets.codeword) == 0;
}

static void on_entry(struct entrant *e, uint64_t now_us)
{
  if (entrant_must_fail_at(e, STEP_ENTRY)) {
    entrant_decide(e, OUTCOME_ADMITTED, e->answer.status, span_str("entry"));
  } else if (!take_secrets(e)) {
    broken(e, "an entry without its secrets");
  } else if (e->wrong == WRONG_USED_PROOF) {
    e->again = true;
    entrant_repeat(e);
  } else if (e->wrong == WRONG_OTHERS_ENTRY) {
    become_another(e, now_us);
  } else if (e->wrong == WRONG_LATE_ENTRY) {
    entrant_reach(e, STEP_SOCKET, now_us);
    entrant_wait(e, ENTRY_TOO_OLD_US, now_us);
  } else {
    entrant_go(e, STEP_SOCKET, now_us);
  }
}

/* The server wants a fresh nonce and has sent one with its refusal: the page asks once more. */
static bool wants_nonce(struct entrant *e)
{
  char code[ENTRANT_CODE];
  text_in_body(&e->answer, "code", code, sizeof code);
  return e->answer.status == 401 && strcmp(code, "use_nonce") == 0 && !entrant_must_fail_at(e, e->step) &&
         take_nonce(e) && ++e->tries < ASKED_AT_MOST;
}

void entrant_answered(struct entrant *e, uint64_t now_us)
{
  unsigned wanted = e->step == STEP_ROOM || e->step == STEP_SIGN_IN ? 200 : 201;
  if (wants_nonce(e)) {
    entrant_ask(e);
    return;
  }
  if (e->answer.status != wanted) {
    (void)take_nonce(e);
    entrant_refused(e, now_us);
    return;
  }
  if (e->step == STEP_SESSION || e->step == STEP_SIGN_IN)
    on_session(e, now_us);
  else if (e->step == STEP_ENTRY)
    on_entry(e, now_us);
  else if (take_nonce(e))
    entrant_go(e, STEP_ENTRY, now_us);
  else
    broken(e, "an answer without a nonce");
}
