/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/answer.h"

#include <sodium.h>
#include <stdlib.h>

void answer_begin(struct http_response *s, unsigned status, const char *content_type, const char *cache_control)
{
  s->status = status;
  s->content_type = content_type;
  s->cache_control = cache_control;
  s->etag = s->encoding = NULL;
  s->vary = NULL;
  s->body = span_of(s->buffer, 0);
}

static void wipe_heap(struct http_response *s)
{
  if (s->heap == NULL)
    return;
  sodium_memzero(s->heap, s->heap_n);
  free(s->heap);
  s->heap = NULL;
  s->heap_n = 0;
}

void answer_fini(struct http_response *s)
{
  wipe_heap(s);
  sodium_memzero(s, sizeof *s);
}

/* A JSON that finds no memory is an empty body: the status tells all the same. */
void answer_json(struct http_response *s, unsigned status, json_t *json)
{
  wipe_heap(s);
  answer_begin(s, status, "application/json", "no-store");
  size_t n = json_dumpb(json, (char *)s->buffer, sizeof s->buffer, JSON_COMPACT);
  if (n > sizeof s->buffer && (s->heap = malloc(n)) != NULL) {
    s->heap_n = n;
    n = json_dumpb(json, (char *)s->heap, n, JSON_COMPACT);
  }
  if (s->heap != NULL)
    s->body = span_of(s->heap, n);
  else
    s->body = span_of(s->buffer, n <= sizeof s->buffer ? n : 0);
  json_decref(json);
}

void answer_nothing(struct http_response *s)
{
  answer_begin(s, 204, "application/json", "no-store");
}

static const char *status_title(unsigned status)
{
  switch (status) {
  case 400: return "Bad request";
  case 401: return "Unauthorized";
  case 403: return "Forbidden";
  case 404: return "Not found";
  case 405: return "Method not allowed";
  case 409: return "Conflict";
  case 410: return "Gone";
  case 411: return "Length required";
  case 413: return "Content too large";
  case 415: return "Unsupported media type";
  case 421: return "Misdirected request";
  case 423: return "Locked";
  case 502: return "Bad gateway";
  case 429: return "Too many requests";
  default: return "Service unavailable";
  }
}

void answer_refusal_with(struct http_response *s, unsigned status, const char *code, const char *detail, json_t *more)
{
  json_t *problem = json_pack("{ss ss si ss ss}", "type", "about:blank", "title", status_title(status), "status",
                              (int)status, "detail", detail, "code", code);
  if (more != NULL)
    (void)json_object_update(problem, more);
  json_decref(more);
  answer_json(s, status, problem);
  s->content_type = "application/problem+json";
}

void answer_refusal(struct http_response *s, unsigned status, const char *code, const char *detail)
{
  answer_refusal_with(s, status, code, detail, NULL);
}

struct span answer_take_member(struct span *list)
{
  struct span member;
  while (list->n > 0 && (list->p[0] == ' ' || list->p[0] == ','))
    (void)span_skip(list, 1);
  const uint8_t *end = list->n == 0 ? NULL : memchr(list->p, ',', list->n);
  (void)span_take(list, end == NULL ? list->n : (size_t)(end - list->p), &member);
  return member;
}

/* Accept-Encoding (RFC 9110, section 12.5.3) names it without a weight, as browsers do: all else gets plain bytes. */
static bool takes(struct span accept_encoding, const char *encoding)
{
  while (accept_encoding.n > 0)
    if (span_equal(answer_take_member(&accept_encoding), span_str(encoding)))
      return true;
  return false;
}

/* Only files that are the same for everybody are compressed: what is secret must not show in a length. */
void answer_asset(struct http_response *s, const struct http_request *q, const struct asset *asset)
{
  bool brotli = asset->brotli_etag != NULL && takes(q->accept_encoding, "br");
  bool gzip = !brotli && asset->gzip_etag != NULL && takes(q->accept_encoding, "gzip");
  answer_begin(s, 200, asset->content_type, asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  s->vary = asset->gzip_etag != NULL ? "accept-encoding" : NULL;
  s->encoding = brotli ? "br" : gzip ? "gzip" : NULL;
  s->etag = brotli ? asset->brotli_etag : gzip ? asset->gzip_etag : asset->etag;
  if (span_equal(q->if_none_match, span_str(s->etag)))
    s->status = 304;
  else
    s->body = brotli ? span_of(asset->brotli, asset->brotli_n)
              : gzip ? span_of(asset->gzip, asset->gzip_n)
                     : span_of(asset->data, asset->n);
}

void answer_not_found(struct http_response *s)
{
  static const char page[] = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                             "<meta name=\"viewport\" content=\"width=device-width\"><title>Not found</title></head>\n"
                             "<body><main><h1>There is nothing here</h1>\n<p>This address leads to no page of this server. "
                             "A meeting's link may have been cut short: ask for it again.</p>\n"
                             "<p><a href=\"/\">To the start page</a></p></main></body></html>\n";
  answer_begin(s, 404, "text/html; charset=utf-8", "no-store");
  s->body = span_str(page);
}
