/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/context.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

void context_fini(struct context *c)
{
  json_decref(c->body);
  sodium_memzero(c, sizeof *c);
}

void refuse_not_found(struct context *c)
{
  answer_refusal(c->response, 404, "not_found", "There is no such thing, or it is not yours.");
}

void refuse_not_allowed(struct context *c)
{
  answer_refusal(c->response, 403, "not_allowed", "This is not allowed to you.");
}

void refuse_trouble(struct context *c)
{
  answer_refusal(c->response, 503, "try_again", "The server could not do this now. Please try again later.");
}

void refuse_bad_request(struct context *c, const char *fmt, ...)
{
  char detail[256];
  va_list ap;
  va_start(ap, fmt);
  (void)vsnprintf(detail, sizeof detail, fmt, ap);
  va_end(ap);
  answer_refusal(c->response, 400, "bad_request", detail);
}

void refuse_store_error(struct context *c, int err)
{
  switch (err) {
  case ERR_NOT_FOUND: refuse_not_found(c); return;
  case ERR_STATE: answer_refusal(c->response, 409, "conflict", "There is one already."); return;
  case ERR_LIMIT:
    answer_refusal(c->response, 503, "server_full", "The server holds as many of these as it can.");
    return;
  case ERR_RANGE: refuse_bad_request(c, "A text is too long, or a number is out of its range."); return;
  default: refuse_trouble(c);
  }
}

bool store_did(struct context *c, int err)
{
  if (err != 0)
    refuse_store_error(c, err);
  return err == 0;
}

bool fields_take(struct context *c, const struct field *fields, size_t n)
{
  char problem[FIELD_PROBLEM];
  if (fields_read(c->body, fields, n, problem) == 0)
    return true;
  refuse_bad_request(c, "%s", problem);
  return false;
}

void give_nonce(struct context *c, enum nonce_kind kind)
{
  uint8_t nonce[TOKEN_BYTES];
  nonces_issue(&c->api->nonces, c->time.now_us, &c->session.id, kind, nonce);
  token_to_text(nonce, sizeof nonce, c->response->nonce);
}

size_t rate_place(const struct uid *id)
{
  return ((size_t)id->b[0] << 8 | id->b[1]) & (API_KEY_PLACES - 1);
}

/* --- ids and the query --- */

const char *uid_text(const struct uid *id, char text[UID_TEXT + 1])
{
  token_to_text(id->b, sizeof id->b, text);
  return text;
}

json_t *uid_json(const struct uid *id)
{
  char text[UID_TEXT + 1];
  return uid_is_none(id) ? json_null() : json_string(uid_text(id, text));
}

int uid_parse(struct span text, struct uid *id)
{
  return token_from_text(text, id->b, sizeof id->b);
}

bool take_uid_parameter(struct context *c, size_t i, struct uid *id)
{
  if (uid_parse(c->parameter[i], id) == 0)
    return true;
  refuse_not_found(c);
  return false;
}

struct span query_argument(const struct context *c, const char *name)
{
  struct span wanted = span_str(name), argument, found;
  for (size_t i = 0; i < c->request->arguments; i++) {
    argument = c->request->argument[i];
    if (span_take(&argument, wanted.n, &found) == 0 && span_equal(found, wanted) && argument.n > 0 &&
        argument.p[0] == '=') {
      (void)span_skip(&argument, 1);
      return argument;
    }
  }
  return (struct span){0};
}

bool query_flag(const struct context *c, const char *name)
{
  return span_equal(query_argument(c, name), span_str("true"));
}

/* --- events --- */

const char *asker_name(const struct context *c, char text[EMAIL_BYTES])
{
  if (c->by == ASKED_BY_KEY)
    (void)snprintf(text, EMAIL_BYTES, "key:%s", c->key.name);
  else
    (void)snprintf(text, EMAIL_BYTES, "%s", c->has_account ? c->account.email : "guest");
  return text;
}

void note_server_event(struct api *a, uint64_t now_s, const char *actor, const char *kind, const char *subject,
                       const char *detail)
{
  struct log_event e = {.time_s = now_s};
  (void)snprintf(e.kind, sizeof e.kind, "%s", kind);
  (void)snprintf(e.actor, sizeof e.actor, "%s", actor);
  (void)snprintf(e.subject, sizeof e.subject, "%s", subject);
  (void)snprintf(e.detail, sizeof e.detail, "%s", detail);
  if (store_log_add(a->store, &e) != 0)
    log_error("an event could not be written to the log of security events: kind=%s", kind);
}

void note_event(struct context *c, const char *kind, const char *subject, const char *detail)
{
  char actor[EMAIL_BYTES];
  note_server_event(c->api, c->time.now_s, asker_name(c, actor), kind, subject, detail);
}

bool is_administrator(const struct context *c)
{
  return c->by == ASKED_BY_KEY || (c->has_account && c->account.role == ACCOUNT_ADMIN);
}
/* --- in which language --- */

const struct words *asker_words(const struct context *c)
{
  return words_for(c->request->cookie, c->request->accept_language);
}

