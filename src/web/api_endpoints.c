/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each address of the API does. */
#include <sodium.h>

#include "web/api_internal.h"
#include "web/names.h"

/* The browser that asks, known by its cookie or, from this answer on, by a new one. */
static void know_browser(struct context *c, struct browser *browser)
{
  if (browser_from_cookies(c->request->cookie, browser) != 0)
    browser_new(&c->api->random, c->response->set_cookie, browser);
}

void endpoint_post_host(struct context *c)
{
  const json_t *token = json_object_get(c->body, "token");
  uint8_t address[TOKEN_BYTES];
  char text[TOKEN_TEXT + 1];
  struct browser browser;
  if (!json_is_string(token) || json_object_size(c->body) != 1) {
    answer_refusal(c->response, 400, "bad_request", "The body must be {\"token\": text}.");
    return;
  }
  if (host_link_use(&c->api->host_link, span_of(json_string_value(token), json_string_length(token))) != 0) {
    answer_refusal(c->response, 410, "link_used", "This host link was used already, or a newer one has replaced it.");
    return;
  }
  know_browser(c, &browser);
  if (rooms_create(c->api->rooms, c->now_us, &browser, address) == 0) {
    token_to_text(address, sizeof address, text);
    answer_json(c->response, 201, json_pack("{ss}", "room", text));
  } else {
    answer_refusal(c->response, 503, "server_full", "The server holds as many meetings as it can.");
  }
  api_open_host_link(c->api);
}

static void refuse_no_room(struct http_response *s)
{
  answer_refusal(s, 404, "no_room", "There is no such meeting, or it has ended.");
}

void endpoint_get_room(struct context *c)
{
  struct browser browser;
  uint64_t room;
  char text[TOKEN_TEXT + 1];
  if (rooms_find(c->api->rooms, c->room_address, &room) != 0) {
    refuse_no_room(c->response);
    return;
  }
  bool host = browser_from_cookies(c->request->cookie, &browser) == 0 && rooms_is_host(c->api->rooms, room, &browser);
  token_to_text(c->room_address, sizeof c->room_address, text);
  answer_json(c->response, 200, json_pack("{ss ss}", "room", text, "role", host ? "host" : "guest"));
}

/* {"name": N} or {"name": N, "resume": bool}. This and the next give the refusal themselves. */
static bool take_entry_wish(struct context *c, struct span *name, bool *is_resume)
{
  const json_t *text = json_object_get(c->body, "name"), *resume = json_object_get(c->body, "resume");
  size_t expected = resume == NULL ? 1 : 2;
  if (!json_is_string(text) || json_object_size(c->body) != expected ||
      (resume != NULL && !json_is_boolean(resume))) {
    answer_refusal(c->response, 400, "bad_request",
                   "The body must be {\"name\": text} or {\"name\": text, \"resume\": true}.");
    return false;
  }
  *name = span_of(json_string_value(text), json_string_length(text));
  *is_resume = json_is_true(resume);
  return true;
}

/* Text that hides nothing, in letters that go together (B3, A6). */
static bool take_name(struct context *c, struct span name, struct entry_grant *grant)
{
  const struct likeness *likeness = c->api->likeness;
  if (name_check(name) != 0 || likeness_skeleton(likeness, name, grant->likeness) != 0) {
    answer_refusal(c->response, 400, "bad_name",
                   "A name has 1 to 96 bytes of visible text, without characters that cannot be seen.");
    return false;
  }
  if (likeness_check_scripts(likeness, name) != 0) {
    answer_refusal(c->response, 400, "bad_name",
                   "The letters of a name belong to one writing system: here some could be taken for others.");
    return false;
  }
  grant->name_n = (uint8_t)name.n;
  memcpy(grant->name, name.p, name.n);
  return true;
}

static void refuse_entry(struct http_response *s, int err, bool banned)
{
  if (err == ERR_NOT_FOUND)
    refuse_no_room(s);
  else if (err == ERR_STATE)
    answer_refusal(s, 409, "nothing_to_resume", "Your place in this meeting is no longer kept. Please join again.");
  else if (err == ERR_REFUSED && banned)
    answer_refusal(s, 403, "banned", "The host has closed this meeting for this browser.");
  else if (err == ERR_AGAIN)
    answer_refusal(s, 423, "locked", "The meeting is locked: nobody new comes in.");
  else if (err == ERR_REFUSED)
    answer_refusal(s, 403, "refused", "The host has refused you several times. You can ask again in ten minutes.");
  else
    answer_refusal(s, 503, "room_full", "The meeting is full. Please try again later.");
}

/* Written by hand: a JSON library would leave copies of the codeword in freed memory. */
static void answer_entry(struct http_response *s, struct entry_secrets *secrets)
{
  char entry[TOKEN_TEXT + 1], codeword[SECRET_TEXT + 1];
  struct writer w = writer_of(s->buffer, sizeof s->buffer);
  token_to_text(secrets->entry, sizeof secrets->entry, entry);
  token_to_text(secrets->codeword, sizeof secrets->codeword, codeword);
  put_fmt(&w, "{\"entry\":\"%s\",\"codeword\":\"%s\"}", entry, codeword);
  answer_begin(s, 201, "application/json", "no-store");
  s->body = writer_span(&w);
  sodium_memzero(codeword, sizeof codeword);
  sodium_memzero(secrets, sizeof *secrets);
}

/* Nobody seems to be the host, another role or somebody who is there (A6); a host may say so. */
static bool refuse_imitation(struct context *c, const struct entry_grant *grant)
{
  const struct rooms *rooms = c->api->rooms;
  bool host = rooms_is_host(rooms, grant->room, &grant->browser);
  if (grant->resume) /* with the name that the stay has */
    return false;
  if (!host && likeness_is_role(c->api->likeness, span_of(grant->name, grant->name_n)))
    answer_refusal(c->response, 400, "name_imitates", "A name must not look like a role in the meeting or the server.");
  else if (rooms_name_is_taken(rooms, grant))
    answer_refusal(c->response, 409, "name_taken",
                   "Somebody with this name, or one that looks like it, is in the meeting already. Add your surname or "
                   "a number.");
  else
    return false;
  return true;
}

void endpoint_post_entry(struct context *c)
{
  struct entry_grant grant = {.origin = c->origin, .who.role = AS_PARTICIPANT};
  struct entry_secrets secrets;
  struct span name;
  if (!take_entry_wish(c, &name, &grant.resume) || !take_name(c, name, &grant))
    return;
  int err = rooms_find(c->api->rooms, c->room_address, &grant.room);
  if (err == 0) {
    know_browser(c, &grant.browser);
    err = rooms_may_enter(c->api->rooms, c->now_us, &grant);
  }
  if (err == 0 && refuse_imitation(c, &grant))
    return;
  if (err == 0)
    err = entries_issue(&c->api->entries, c->now_us, &grant, &secrets);
  if (err == 0)
    answer_entry(c->response, &secrets);
  else
    refuse_entry(c->response, err, rooms_is_banned(c->api->rooms, &grant));
}
