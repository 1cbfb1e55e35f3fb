/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether contacts may see that one is there, and calls that were missed (T11). */
#include "store/store_contacts.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/views.h"

static void answer_calls(struct context *c)
{
  bool presence;
  size_t missed = 0;
  int err = store_presence_get(c->api->store, &c->account.id, &presence);
  if (err == 0)
    err = store_missed_count(c->api->store, &c->account.id, &missed);
  if (store_did(c, err))
    answer_json(c->response, 200, json_pack("{sb si}", "presence", presence, "missed", (int)missed));
}

void endpoint_get_calls(struct context *c)
{
  answer_calls(c);
}

void endpoint_put_calls(struct context *c)
{
  bool presence = false;
  const struct field fields[] = {{"presence", FIELD_BOOL, &presence, 0, false, NULL}};
  if (!FIELDS_TAKE(c, fields) || !store_did(c, store_presence_set(c->api->store, &c->account.id, presence)))
    return;
  line_refresh_contacts(c->api->line, &c->account.id);
  answer_calls(c);
}

static json_t *missed_json(struct context *c, const void *row)
{
  const struct contact *m = row;
  (void)c;
  return json_pack("{so so ss ss sb sI}", "id", uid_json(&m->id), "who", uid_json(&m->account), "name", m->name,
                   "email", m->email, "email_verified", m->email_verified, "time", (json_int_t)m->time_s);
}

void endpoint_get_missed(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct contact)))
    return;
  int err = store_missed_list(c->api->store, &c->account.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "missed", missed_json);
}

static void answer_changed(struct context *c, int err)
{
  if (!store_did(c, err))
    return;
  line_tell(c->api->line, &c->account.id, "missed");
  answer_nothing(c->response);
}

void endpoint_delete_all_missed(struct context *c)
{
  answer_changed(c, store_missed_remove_all(c->api->store, &c->account.id));
}

void endpoint_delete_missed(struct context *c)
{
  struct uid id;
  if (take_uid_parameter(c, 0, &id))
    answer_changed(c, store_missed_remove(c->api->store, &c->account.id, &id));
}
