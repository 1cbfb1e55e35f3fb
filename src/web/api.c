/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api.h"

#include <jansson.h>
#include <sodium.h>

#include "web/message.h"
#include "web/names.h"

#define SIGNAL_PROTOCOL "testudo.v1"

/* A lecture hall behind one address joins within seconds; guessing 128 bits takes no notice of it. */
static const struct rate post_rate = {.burst = 120, .per_second = 10};

int api_init(struct api *a, struct rooms *rooms, const struct origins *origins, const struct random *random)
{
  *a = (struct api){.rooms = rooms, .origins = *origins, .random = *random};
  rate_table_init(&a->rates, random);
  return entries_init(&a->entries, random);
}

void api_fini(struct api *a)
{
  entries_fini(&a->entries);
  sodium_memzero(&a->host_link, sizeof a->host_link);
}

void api_open_host_link(struct api *a)
{
  char token[TOKEN_TEXT + 1];
  host_link_renew(&a->host_link, &a->random, token);
  a->show_link(a->ctx, token);
  sodium_memzero(token, sizeof token);
}

void api_tick(struct api *a, uint64_t now_us)
{
  entries_tick(&a->entries, now_us);
}

/* --- answers --- */

static void begin(struct http_response *s, unsigned status, const char *content_type, const char *cache_control)
{
  s->status = status;
  s->content_type = content_type;
  s->cache_control = cache_control;
  s->etag = NULL;
  s->body = span_of(s->buffer, 0);
}

static void answer_json(struct http_response *s, unsigned status, json_t *json)
{
  begin(s, status, "application/json", "no-store");
  size_t n = json_dumpb(json, (char *)s->buffer, sizeof s->buffer, JSON_COMPACT);
  s->body = span_of(s->buffer, n <= sizeof s->buffer ? n : 0);
  json_decref(json);
}

static const char *status_title(unsigned status)
{
  switch (status) {
  case 400: return "Bad request";
  case 403: return "Forbidden";
  case 404: return "Not found";
  case 405: return "Method not allowed";
  case 409: return "Conflict";
  case 410: return "Gone";
  case 411: return "Length required";
  case 413: return "Content too large";
  case 415: return "Unsupported media type";
  case 421: return "Misdirected request";
  case 429: return "Too many requests";
  default: return "Service unavailable";
  }
}

void api_refuse(struct http_response *s, unsigned status, const char *code, const char *detail)
{
  answer_json(s, status, json_pack("{ss ss si ss ss}", "type", "about:blank", "title", status_title(status), "status",
                                   (int)status, "detail", detail, "code", code));
  s->content_type = "application/problem+json";
}

static void answer_asset(const struct http_request *q, const struct asset *asset, struct http_response *s)
{
  begin(s, 200, asset->content_type, asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  s->etag = asset->etag;
  if (span_equal(q->if_none_match, span_str(asset->etag)))
    s->status = 304;
  else
    s->body = span_of(asset->data, asset->n);
}

static void answer_not_found(struct http_response *s)
{
  static const char page[] = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                             "<meta name=\"viewport\" content=\"width=device-width\"><title>Not found</title></head>\n"
                             "<body><h1>There is nothing here</h1>\n<p>This address leads to no page of this server. "
                             "A meeting's link may have been cut short: ask for it again.</p>\n"
                             "<p><a href=\"/\">To the start page</a></p></body></html>\n";
  begin(s, 404, "text/html; charset=utf-8", "no-store");
  s->body = span_str(page);
}

/* --- requests --- */

struct context {
  struct api *api;
  uint64_t now_us;
  const struct http_request *request;
  struct http_response *response;
  uint8_t origin;   /* index; of POSTs */
  uint8_t room_address[TOKEN_BYTES];
  json_t *body;     /* of POSTs */
};

/* The browser that asks, known by its cookie or, from this answer on, by a new one. */
static void know_browser(struct context *c, struct browser *browser)
{
  if (browser_from_cookies(c->request->cookie, browser) != 0)
    browser_new(&c->api->random, c->response->set_cookie, browser);
}

static void post_host(struct context *c)
{
  const json_t *token = json_object_get(c->body, "token");
  uint8_t address[TOKEN_BYTES];
  char text[TOKEN_TEXT + 1];
  struct browser browser;
  if (!json_is_string(token) || json_object_size(c->body) != 1) {
    api_refuse(c->response, 400, "bad_request", "The body must be {\"token\": text}.");
    return;
  }
  if (host_link_use(&c->api->host_link, span_of(json_string_value(token), json_string_length(token))) != 0) {
    api_refuse(c->response, 410, "link_used", "This host link was used already, or a newer one has replaced it.");
    return;
  }
  know_browser(c, &browser);
  if (rooms_create(c->api->rooms, c->now_us, &browser, address) == 0) {
    token_to_text(address, sizeof address, text);
    answer_json(c->response, 201, json_pack("{ss}", "room", text));
  } else {
    api_refuse(c->response, 503, "server_full", "The server holds as many meetings as it can.");
  }
  api_open_host_link(c->api);
}

static void refuse_no_room(struct http_response *s)
{
  api_refuse(s, 404, "no_room", "There is no such meeting, or it has ended.");
}

static void get_room(struct context *c)
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

/* {"name": N} or {"name": N, "resume": bool} */
static int take_entry_wish(const json_t *body, struct entry_grant *grant)
{
  const json_t *name = json_object_get(body, "name"), *resume = json_object_get(body, "resume");
  size_t expected = resume == NULL ? 1 : 2;
  if (!json_is_string(name) || json_object_size(body) != expected || (resume != NULL && !json_is_boolean(resume)))
    return ERR_MALFORMED;
  struct span text = span_of(json_string_value(name), json_string_length(name));
  if (name_check(text) != 0)
    return ERR_REFUSED;
  grant->name_n = (uint8_t)text.n;
  memcpy(grant->name, text.p, text.n);
  grant->resume = json_is_true(resume);
  return 0;
}

static void refuse_entry(struct http_response *s, int err)
{
  if (err == ERR_NOT_FOUND)
    refuse_no_room(s);
  else if (err == ERR_STATE)
    api_refuse(s, 409, "nothing_to_resume", "Your place in this meeting is no longer kept. Please join again.");
  else if (err == ERR_REFUSED)
    api_refuse(s, 403, "refused", "The host has refused you several times. You can ask again in ten minutes.");
  else
    api_refuse(s, 503, "room_full", "The meeting is full. Please try again later.");
}

/* Written by hand: a JSON library would leave copies of the codeword in freed memory. */
static void answer_entry(struct http_response *s, struct entry_secrets *secrets)
{
  char entry[TOKEN_TEXT + 1], codeword[SECRET_TEXT + 1];
  struct writer w = writer_of(s->buffer, sizeof s->buffer);
  token_to_text(secrets->entry, sizeof secrets->entry, entry);
  token_to_text(secrets->codeword, sizeof secrets->codeword, codeword);
  put_fmt(&w, "{\"entry\":\"%s\",\"codeword\":\"%s\"}", entry, codeword);
  begin(s, 201, "application/json", "no-store");
  s->body = writer_span(&w);
  sodium_memzero(codeword, sizeof codeword);
  sodium_memzero(secrets, sizeof *secrets);
}

static void post_entry(struct context *c)
{
  struct entry_grant grant = {.origin = c->origin};
  struct entry_secrets secrets;
  int err = take_entry_wish(c->body, &grant);
  if (err == ERR_MALFORMED) {
    api_refuse(c->response, 400, "bad_request", "The body must be {\"name\": text} or {\"name\": text, \"resume\": true}.");
    return;
  }
  if (err != 0) {
    api_refuse(c->response, 400, "bad_name",
               "A name has 1 to 96 bytes of visible text, without characters that cannot be seen.");
    return;
  }
  err = rooms_find(c->api->rooms, c->room_address, &grant.room);
  if (err == 0) {
    know_browser(c, &grant.browser);
    err = rooms_may_enter(c->api->rooms, c->now_us, grant.room, &grant.browser, grant.resume);
  }
  if (err == 0)
    err = entries_issue(&c->api->entries, c->now_us, &grant, &secrets);
  if (err == 0)
    answer_entry(c->response, &secrets);
  else
    refuse_entry(c->response, err);
}

/* --- routes --- */

struct route {
  enum http_method method;
  const char *before, *after; /* around the room's address; `after` is NULL where there is none */
  void (*answer)(struct context *c);
};

static const struct route routes[] = {
  {HTTP_POST, "/api/v1/host", NULL, post_host},
  {HTTP_GET, "/api/v1/rooms/", "", get_room},
  {HTTP_POST, "/api/v1/rooms/", "/entry", post_entry},
};

#define ROUTES (sizeof routes / sizeof routes[0])

/* True if `path` is before + a room's address + after. */
static bool match_room(struct span path, const char *before, const char *after, uint8_t room[TOKEN_BYTES])
{
  struct span part;
  return span_take(&path, strlen(before), &part) == 0 && span_equal(part, span_str(before)) &&
         span_take(&path, TOKEN_TEXT, &part) == 0 && token_from_text(part, room, TOKEN_BYTES) == 0 &&
         span_equal(path, span_str(after));
}

static const struct route *find_route(struct span path, uint8_t room[TOKEN_BYTES])
{
  for (size_t i = 0; i < ROUTES; i++) {
    const struct route *route = &routes[i];
    if (route->after == NULL ? span_equal(path, span_str(route->before))
                             : match_room(path, route->before, route->after, room))
      return route;
  }
  return NULL;
}

static bool method_fits(enum http_method route, enum http_method method)
{
  return method == route || (route == HTTP_GET && method == HTTP_HEAD);
}

bool api_takes_body(const struct http_request *q)
{
  uint8_t room[TOKEN_BYTES];
  const struct route *route = find_route(q->path, room);
  return q->method == HTTP_POST && route != NULL && route->method == HTTP_POST;
}

static bool is_json(struct span content_type)
{
  const struct span json = span_str("application/json");
  struct span type;
  return span_take(&content_type, json.n, &type) == 0 && span_equal(type, json) &&
         (content_type.n == 0 || content_type.p[0] == ';' || content_type.p[0] == ' ');
}

/* What every POST must fulfil before its body is looked at. */
static bool admit_post(struct context *c)
{
  const struct http_request *q = c->request;
  if (!rate_table_take(&c->api->rates, &q->from, post_rate, c->now_us)) {
    api_refuse(c->response, 429, "too_many", "Too many requests from your network. Please wait a moment.");
    return false;
  }
  if (origins_find(&c->api->origins, q->origin, &c->origin) != 0) {
    api_refuse(c->response, 403, "bad_origin", "This request did not come from a page of this server.");
    return false;
  }
  if (!is_json(q->content_type)) {
    api_refuse(c->response, 415, "bad_content_type", "The body must be application/json.");
    return false;
  }
  return true;
}

static void answer_post(struct context *c, const struct route *route)
{
  if (!admit_post(c))
    return;
  if (json_parse_strict(c->request->body, LIMIT_HTTP_BODY, &c->body) != 0) {
    api_refuse(c->response, 400, "bad_json", "The body is not one JSON object, or a key is there twice.");
    return;
  }
  route->answer(c);
  json_decref(c->body);
}

static void answer_route(struct context *c, const struct route *route)
{
  if (!method_fits(route->method, c->request->method))
    api_refuse(c->response, 405, "bad_method", "This address does not take requests of this method.");
  else if (route->method == HTTP_POST)
    answer_post(c, route);
  else
    route->answer(c);
}

/* The page itself: one document for all its addresses. */
static struct span document_path(struct span path)
{
  uint8_t room[TOKEN_BYTES];
  bool document = span_equal(path, span_str("/")) || span_equal(path, span_str("/host")) ||
                  match_room(path, "/m/", "", room);
  return document ? span_str("/index.html") : path;
}

void api_answer(struct api *a, uint64_t now_us, const struct http_request *q, struct http_response *s)
{
  struct context c = {.api = a, .now_us = now_us, .request = q, .response = s};
  uint8_t host;
  s->set_cookie[0] = '\0';
  if (origins_find_host(&a->origins, q->host, &host) != 0) {
    api_refuse(s, 421, "bad_host", "This server is not known by this name.");
    return;
  }
  const struct route *route = find_route(q->path, c.room_address);
  const struct asset *asset = asset_find(document_path(q->path));
  if (route != NULL)
    answer_route(&c, route);
  else if (!method_fits(HTTP_GET, q->method))
    api_refuse(s, 405, "bad_method", "Pages and files can only be read.");
  else if (asset != NULL)
    answer_asset(q, asset, s);
  else
    answer_not_found(s);
}

/* --- the socket --- */

int api_open_socket(struct api *a, uint64_t now_us, const struct http_request *q, struct span protocols,
                    struct span entry, struct socket_ticket *ticket, struct http_response *s)
{
  struct browser browser;
  uint8_t origin, host, token[TOKEN_BYTES];
  s->set_cookie[0] = '\0';
  if (!span_equal(q->path, span_str("/signal")))
    api_refuse(s, 404, "no_socket", "There is no socket at this address.");
  else if (origins_find(&a->origins, q->origin, &origin) != 0 || origins_find_host(&a->origins, q->host, &host) != 0)
    api_refuse(s, 403, "bad_origin", "This request did not come from a page of this server.");
  else if (!span_equal(protocols, span_str(SIGNAL_PROTOCOL)))
    api_refuse(s, 400, "bad_protocol", "The socket speaks " SIGNAL_PROTOCOL " alone.");
  else if (browser_from_cookies(q->cookie, &browser) != 0 || token_from_text(entry, token, sizeof token) != 0 ||
           entries_take(&a->entries, now_us, token, &browser, origin, &ticket->grant, &ticket->secrets) != 0)
    api_refuse(s, 403, "bad_entry", "This entry was used, is too old or belongs to another browser.");
  else
    return 0;
  return ERR_REFUSED;
}
