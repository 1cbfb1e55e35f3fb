/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contact form: whoever has a session writes to the administrators, who read it in the console (B3). What is
 * written leaves the server by no mail. */
#include "store/store_messages.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/chat_text.h"

/* Sessions of guests are free: what holds is the rate of an address, and above it that of the whole server, by which
 * LIMIT_MESSAGES are a week's work. The table of addresses has room for a school behind one. */
#define MESSAGES_SLOWER 60u /* these rates are by the minute */
static const struct rate own_rate = {.burst = 5, .per_second = 1};
static const struct rate address_rate = {.burst = 30, .per_second = 1};
static const struct rate server_rate = {.burst = 300, .per_second = 1};

static bool take_message_rate(struct context *c)
{
  uint64_t now = c->time.now_us / MESSAGES_SLOWER;
  if (rate_take(&c->api->own_message_rates[rate_place(&c->session.id)], own_rate, now) &&
      rate_table_take(&c->api->message_rates, &c->request->from, address_rate, now) &&
      rate_take(&c->api->all_messages_rate, server_rate, now))
    return true;
  c->response->retry_after_s = MESSAGES_SLOWER;
  answer_refusal_with(c->response, 429, "wait", "Too many messages. Please wait a moment.",
                      json_pack("{si}", "retry_after", (int)MESSAGES_SLOWER));
  return false;
}

/* --- writing --- */

/* An account writes by its own name and address, whatever is given. */
static void sign_by_account(const struct context *c, struct message *m)
{
  m->account = c->account.id;
  memcpy(m->name, c->account.name, sizeof m->name);
  memcpy(m->email, c->account.email, sizeof m->email);
  m->email_verified = c->account.email_verified;
}

static bool sign_by_guest(struct context *c, struct span name, struct span email, struct message *m)
{
  if (!take_person_name(c, name, m->name) || (email.n > 0 && !take_email(c, email, m->email)))
    return false;
  m->email_verified = email.n > 0 && strcmp(m->email, c->session.email) == 0;
  return true;
}

static bool take_text_of(struct context *c, struct span typed, struct message *m)
{
  struct chat_text text;
  if (chat_text_take(typed, &text) != 0) {
    answer_refusal(c->response, 400, "bad_text",
                   "A message has 1 to 2000 bytes of text, without characters that nobody sees or that turn its "
                   "direction.");
    return false;
  }
  memcpy(m->text, text.at, text.n);
  return true;
}

void endpoint_post_message(struct context *c)
{
  struct span name = {0}, email = {0}, text = {0};
  struct message m = {.time_s = c->time.now_s};
  const struct field fields[] = {
    {"name", FIELD_TEXT, &name, LIMIT_HTTP_BODY, true, NULL},
    {"email", FIELD_TEXT, &email, EMAIL_BYTES, true, NULL},
    {"text", FIELD_TEXT, &text, LIMIT_HTTP_BODY, false, NULL},
  };
  if (!FIELDS_TAKE(c, fields) || !take_text_of(c, text, &m))
    return;
  if (c->has_account)
    sign_by_account(c, &m);
  else if (!sign_by_guest(c, name, email, &m))
    return;
  if (take_message_rate(c) && store_did(c, store_message_add(c->api->store, &m)))
    answer_json(c->response, 201, json_object());
}

/* --- reading --- */

static json_t *message_json(struct context *c, const void *row)
{
  const struct message *m = row;
  (void)c;
  return json_pack("{so so sI ss ss sb ss sb}", "id", uid_json(&m->id), "account", uid_json(&m->account), "time",
                   (json_int_t)m->time_s, "name", m->name, "email", m->email, "email_verified", m->email_verified,
                   "text", m->text, "read", m->is_read);
}

void endpoint_get_messages(struct context *c)
{
  struct list list;
  size_t unread = 0;
  if (!list_begin(c, &list, sizeof(struct message)))
    return;
  int err = store_message_list(c->api->store, list.page, list.rows, &list.n);
  if (err == 0)
    err = store_message_unread(c->api->store, &unread);
  list_answer_with(c, &list, err, "messages", message_json, json_pack("{sI}", "unread", (json_int_t)unread));
}

void endpoint_put_message(struct context *c)
{
  bool is_read = false;
  struct uid id;
  const struct field fields[] = {{"read", FIELD_BOOL, &is_read, 0, false, NULL}};
  if (take_uid_parameter(c, 0, &id) && FIELDS_TAKE(c, fields) &&
      store_did(c, store_message_read(c->api->store, &id, is_read)))
    answer_nothing(c->response);
}

void endpoint_delete_message(struct context *c)
{
  struct uid id;
  if (take_uid_parameter(c, 0, &id) && store_did(c, store_message_remove(c->api->store, &id)))
    answer_nothing(c->response);
}
