/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the own account is signed in, what it should know, and its tickets. */
#include "web/admission.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/views.h"

/* --- sessions --- */

static json_t *unexpired_session_json(struct context *c, const void *row)
{
  return session_is_expired(&c->api->times, row, c->time.now_s) ? NULL : session_row_json(c, row);
}

void endpoint_get_my_sessions(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct session)))
    return;
  int err = store_session_list(c->api->store, &c->account.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "sessions", unexpired_session_json);
}

/* Like signing out, when it is the one that asks. */
static void end_mine(struct context *c, const struct session *session)
{
  if (!store_did(c, session_end(c->api, c->time, &session->id, "session_ended")))
    return;
  note_event(c, "session_ended", c->account.email, session->device);
  if (uid_equal(&session->id, &c->session.id))
    session_forget_own(c);
  answer_nothing(c->response);
}

void endpoint_delete_my_session(struct context *c)
{
  struct uid id;
  struct session session;
  if (!take_uid_parameter(c, 0, &id))
    return;
  int err = store_session_get(c->api->store, &id, &session);
  if (err == 0 && !uid_equal(&session.account, &c->account.id))
    err = ERR_NOT_FOUND;
  if (store_did(c, err))
    end_mine(c, &session);
}

void endpoint_delete_my_sessions(struct context *c)
{
  size_t ended = session_end_all(c->api, c->time, &c->account.id, &c->session.id, "session_ended");
  if (ended > 0)
    note_event(c, "session_ended", c->account.email, "All but one, by their owner.");
  answer_nothing(c->response);
}

/* --- notices --- */

static json_t *notice_json(struct context *c, const void *row)
{
  const struct notice *n = row;
  (void)c;
  return json_pack("{so sI ss ss}", "id", uid_json(&n->id), "time", (json_int_t)n->time_s, "kind", n->kind, "text",
                   n->text);
}

void endpoint_get_my_notices(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct notice)))
    return;
  int err = store_notice_list(c->api->store, &c->account.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "notices", notice_json);
}

void endpoint_delete_my_notice(struct context *c)
{
  struct uid id;
  if (take_uid_parameter(c, 0, &id) && store_did(c, store_notice_remove(c->api->store, &c->account.id, &id)))
    answer_nothing(c->response);
}

/* --- tickets --- */

void endpoint_get_my_tickets(struct context *c)
{
  const char *email = admission_email(&c->session, c->has_account ? &c->account : NULL);
  struct list list;
  if (email[0] == '\0') {
    answer_refusal(c->response, 401, "sign_in_first", "Please sign in, or show that your e-mail address is yours.");
    return;
  }
  if (!list_begin(c, &list, sizeof(struct ticket)))
    return;
  int err = store_ticket_list_email(c->api->store, email, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "tickets", ticket_row_json);
}
