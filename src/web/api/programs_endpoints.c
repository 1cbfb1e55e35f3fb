/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs come in by: keys of the API, and the webhooks of shops. Each secret is shown once. Answers with one are
 * written by hand: a JSON library would leave copies of it in freed memory. */
#include <sodium.h>

#include "people/rules.h"
#include "people/tokens.h"
#include "people/words.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/rights.h"
#include "web/api/views.h"

static bool take_label(struct context *c, struct span text, char *name, size_t size)
{
  const char *problem = label_problem(text);
  if (problem != NULL || text.n >= size) {
    refuse_bad_request(c, "%s", problem != NULL ? problem : "This name is too long.");
    return false;
  }
  memset(name, 0, size);
  memcpy(name, text.p, text.n);
  return true;
}

/* --- keys --- */

static json_t *key_json(struct context *c, const void *row)
{
  const struct api_key *k = row;
  (void)c;
  return json_pack("{so ss so sI sI sI}", "id", uid_json(&k->id), "name", k->name, "scopes", scopes_json(k->scopes),
                   "created", (json_int_t)k->created_s, "used", (json_int_t)k->used_s, "revoked",
                   (json_int_t)k->revoked_s);
}

void endpoint_get_keys(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct api_key)))
    return;
  int err = store_key_list(c->api->store, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "keys", key_json);
}

static bool take_scopes(struct context *c, const json_t *list, uint32_t *scopes)
{
  size_t i;
  const json_t *word;
  uint32_t scope;
  *scopes = 0;
  json_array_foreach(list, i, word) {
    if (!json_is_string(word) || scope_of_word(span_str(json_string_value(word)), &scope) != 0) {
      refuse_bad_request(c, "The field \"scopes\" has a word that names no scope.");
      return false;
    }
    *scopes |= scope;
  }
  if (*scopes == 0)
    refuse_bad_request(c, "The field \"scopes\" is empty: such a key could do nothing.");
  return *scopes != 0;
}

/* A name stands in the log and is the issuer of tickets: two keys that work must not share one. */
static int name_is_free(struct context *c, const char *name)
{
  struct api_key list[64];
  struct page page = {.most = 64};
  size_t n = 64;
  for (; n == 64; page.offset += n) {
    int err = store_key_list(c->api->store, page, list, &n);
    if (err != 0)
      return err;
    for (size_t i = 0; i < n; i++)
      if (list[i].revoked_s == 0 && strcmp(list[i].name, name) == 0)
        return ERR_STATE;
  }
  return 0;
}

static void answer_key(struct context *c, const struct api_key *k, const char *text)
{
  struct http_response *s = c->response;
  struct writer w = writer_of(s->buffer, sizeof s->buffer);
  char id[UID_TEXT + 1];
  put_fmt(&w, "{\"id\":\"%s\",\"key\":\"%s\"}", uid_text(&k->id, id), text);
  answer_begin(s, 201, "application/json", "no-store");
  s->body = writer_span(&w);
}

void endpoint_post_keys(struct context *c)
{
  struct span name;
  json_t *scopes;
  const struct field fields[] = {
    {"name", FIELD_TEXT, &name, LIMIT_HTTP_BODY, false, NULL},
    {"scopes", FIELD_LIST, &scopes, 16, false, NULL},
  };
  struct api_key key = {.owner = c->account.id, .created_s = c->time.now_s};
  char text[API_KEY_TEXT + 1];
  if (!FIELDS_TAKE(c, fields) || !take_label(c, name, key.name, sizeof key.name) || !take_scopes(c, scopes, &key.scopes))
    return;
  api_key_make(text, key.hash);
  int err = name_is_free(c, key.name);
  if (err == 0)
    err = store_key_add(c->api->store, &key);
  if (store_did(c, err)) {
    note_event(c, "key_made", key.name, "");
    answer_key(c, &key, text);
  }
  sodium_memzero(text, sizeof text);
}

void endpoint_delete_key(struct context *c)
{
  struct api_key key;
  struct uid id;
  if (!take_uid_parameter(c, 0, &id) || !store_did(c, store_key_get(c->api->store, &id, &key)) ||
      !store_did(c, store_key_revoke(c->api->store, &id, c->time.now_s)))
    return;
  note_event(c, "key_revoked", key.name, "");
  answer_nothing(c->response);
}

/* --- webhooks --- */

static json_t *webhook_json(struct context *c, const void *row)
{
  const struct webhook *w = row;
  (void)c;
  return json_pack("{so ss so so sI sI}", "id", uid_json(&w->id), "name", w->name, "room", uid_json(&w->room), "series",
                   uid_json(&w->series), "created", (json_int_t)w->created_s, "revoked", (json_int_t)w->revoked_s);
}

void endpoint_get_webhooks(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct webhook)))
    return;
  int err = store_webhook_list(c->api->store, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "webhooks", webhook_json);
}

static bool take_webhook(struct context *c, struct webhook *w)
{
  struct span name, room = {0}, series = {0};
  bool has_room = false, has_series = false;
  const struct field fields[] = {
    {"name", FIELD_TEXT, &name, LIMIT_HTTP_BODY, false, NULL},
    {"room", FIELD_TEXT, &room, UID_TEXT, true, &has_room},
    {"series", FIELD_TEXT, &series, UID_TEXT, true, &has_series},
  };
  struct store_room of_room;
  struct series of_series;
  if (!FIELDS_TAKE(c, fields) || !take_label(c, name, w->name, sizeof w->name) ||
      (has_room && !take_named_room(c, room, &of_room)) || (has_series && !take_named_series(c, series, &of_series)))
    return false;
  if (has_room && has_series) {
    refuse_bad_request(c, "A webhook is for one room or one series, or for none.");
    return false;
  }
  w->room = has_room ? of_room.id : w->room;
  w->series = has_series ? of_series.id : w->series;
  return true;
}

static void answer_webhook(struct context *c, const struct webhook *w)
{
  struct http_response *s = c->response;
  struct writer out = writer_of(s->buffer, sizeof s->buffer);
  char id[UID_TEXT + 1], secret[WEBHOOK_SECRET_TEXT + 1];
  webhook_secret_write(w->secret, secret);
  put_fmt(&out, "{\"id\":\"%s\",\"url\":\"%s/hooks/%s\",\"secret\":\"%s\"}", uid_text(&w->id, id),
          c->api->origins.text[c->origin], id, secret);
  answer_begin(s, 201, "application/json", "no-store");
  s->body = writer_span(&out);
  sodium_memzero(secret, sizeof secret);
}

void endpoint_post_webhooks(struct context *c)
{
  struct webhook w = {.created_s = c->time.now_s};
  if (!take_webhook(c, &w))
    return;
  random_fill(&c->api->random, w.secret, sizeof w.secret);
  if (store_did(c, store_webhook_add(c->api->store, &w))) {
    note_event(c, "webhook_made", w.name, "");
    answer_webhook(c, &w);
  }
  sodium_memzero(&w, sizeof w);
}

void endpoint_delete_webhook(struct context *c)
{
  struct webhook w;
  struct uid id;
  if (!take_uid_parameter(c, 0, &id))
    return;
  if (store_did(c, store_webhook_get(c->api->store, &id, &w)) &&
      store_did(c, store_webhook_revoke(c->api->store, &id, c->time.now_s))) {
    note_event(c, "webhook_revoked", w.name, "");
    answer_nothing(c->response);
  }
  sodium_memzero(&w, sizeof w);
}
