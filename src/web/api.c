/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api.h"

#include <sodium.h>

#include "base/json.h"
#include "web/api_internal.h"
#include "web/message.h"

#define SIGNAL_PROTOCOL "testudo.v1"

/* A lecture hall behind one address joins within seconds; guessing 128 bits takes no notice of it. */
static const struct rate post_rate = {.burst = 120, .per_second = 10};

int api_init(struct api *a, struct rooms *rooms, const struct origins *origins, const struct random *random)
{
  *a = (struct api){.rooms = rooms, .origins = *origins, .random = *random};
  rate_table_init(&a->rates, random);
  int err = likeness_new(&a->likeness);
  return err != 0 ? err : entries_init(&a->entries, random);
}

void api_fini(struct api *a)
{
  entries_fini(&a->entries);
  likeness_free(a->likeness);
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

struct route {
  enum http_method method;
  const char *before, *after; /* around the room's address; `after` is NULL where there is none */
  void (*answer)(struct context *c);
};

static const struct route routes[] = {
  {HTTP_POST, "/api/v1/host", NULL, endpoint_post_host},
  {HTTP_GET, "/api/v1/rooms/", "", endpoint_get_room},
  {HTTP_POST, "/api/v1/rooms/", "/entry", endpoint_post_entry},
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
    answer_refusal(c->response, 429, "too_many", "Too many requests from your network. Please wait a moment.");
    return false;
  }
  if (origins_find(&c->api->origins, q->origin, &c->origin) != 0) {
    answer_refusal(c->response, 403, "bad_origin", "This request did not come from a page of this server.");
    return false;
  }
  if (!is_json(q->content_type)) {
    answer_refusal(c->response, 415, "bad_content_type", "The body must be application/json.");
    return false;
  }
  return true;
}

static void answer_post(struct context *c, const struct route *route)
{
  if (!admit_post(c))
    return;
  if (json_parse_strict(c->request->body, LIMIT_HTTP_BODY, &c->body) != 0) {
    answer_refusal(c->response, 400, "bad_json", "The body is not one JSON object, or a key is there twice.");
    return;
  }
  route->answer(c);
  json_decref(c->body);
}

static void answer_route(struct context *c, const struct route *route)
{
  if (!method_fits(route->method, c->request->method))
    answer_refusal(c->response, 405, "bad_method", "This address does not take requests of this method.");
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
    answer_refusal(s, 421, "bad_host", "This server is not known by this name.");
    return;
  }
  const struct route *route = find_route(q->path, c.room_address);
  const struct asset *asset = asset_find(document_path(q->path));
  if (route != NULL)
    answer_route(&c, route);
  else if (!method_fits(HTTP_GET, q->method))
    answer_refusal(s, 405, "bad_method", "Pages and files can only be read.");
  else if (asset != NULL)
    answer_asset(s, q, asset);
  else
    answer_not_found(s);
}

int api_open_socket(struct api *a, uint64_t now_us, const struct http_request *q, struct span protocols,
                    struct span entry, struct socket_ticket *ticket, struct http_response *s)
{
  struct browser browser;
  uint8_t origin, host, token[TOKEN_BYTES];
  s->set_cookie[0] = '\0';
  if (!span_equal(q->path, span_str("/signal")))
    answer_refusal(s, 404, "no_socket", "There is no socket at this address.");
  else if (origins_find(&a->origins, q->origin, &origin) != 0 || origins_find_host(&a->origins, q->host, &host) != 0)
    answer_refusal(s, 403, "bad_origin", "This request did not come from a page of this server.");
  else if (!span_equal(protocols, span_str(SIGNAL_PROTOCOL)))
    answer_refusal(s, 400, "bad_protocol", "The socket speaks " SIGNAL_PROTOCOL " alone.");
  else if (browser_from_cookies(q->cookie, &browser) != 0 || token_from_text(entry, token, sizeof token) != 0 ||
           entries_take(&a->entries, now_us, token, &browser, origin, &ticket->grant, &ticket->secrets) != 0)
    answer_refusal(s, 403, "bad_entry", "This entry was used, is too old or belongs to another browser.");
  else
    return 0;
  return ERR_REFUSED;
}
