/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the own account is signed in, what it should know, and its tickets. */
#include <sodium.h>
#include <stdlib.h>

#include "web/admission.h"
#include "web/api/endpoints.h"
#include "web/api/views.h"

/* --- sessions --- */

void endpoint_get_my_sessions(struct context *c)
{
  struct page page;
  size_t n = 0;
  bool more;
  if (!take_page(c, &page))
    return;
  struct session *list = calloc(page.most, sizeof *list);
  int err = list == NULL ? ERR_NOMEM : store_session_list(c->api->store, &c->account.id, page, list, &n);
  if (err != 0) {
    refuse_store_error(c, err);
  } else {
    json_t *rows = json_array();
    n = page_rows(&page, n, &more);
    for (size_t i = 0; i < n; i++)
      if (!session_is_expired(&c->api->times, &list[i], c->time.now_s))
        (void)json_array_append_new(rows, session_row_json(c, &list[i]));
    answer_list(c, "sessions", rows, more);
  }
  free(list);
}

/* Like signing out, when it is the one that asks. */
static void end_mine(struct context *c, const struct session *session)
{
  int err = session_end(c->api, c->time, &session->id, "session_ended");
  if (err != 0) {
    refuse_store_error(c, err);
    return;
  }
  note_event(c, "session_ended", c->account.email, session->device);
  if (uid_equal(&session->id, &c->session.id)) {
    c->response->clear_cookie = true;
    c->response->nonce[0] = '\0';
  }
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
  if (err == 0)
    end_mine(c, &session);
  else
    refuse_store_error(c, err);
}

void endpoint_delete_my_sessions(struct context *c)
{
  size_t ended = session_end_all(c->api, c->time, &c->account.id, &c->session.id, "session_ended");
  if (ended > 0)
    note_event(c, "session_ended", c->account.email, "All but one, by their owner.");
  answer_nothing(c->response);
}

/* --- notices --- */

void endpoint_get_my_notices(struct context *c)
{
  struct notice list[LIMIT_ACCOUNT_NOTICES];
  size_t n = 0;
  const struct page all = {.most = LIMIT_ACCOUNT_NOTICES};
  int err = store_notice_list(c->api->store, &c->account.id, all, list, &n);
  if (err != 0) {
    refuse_store_error(c, err);
    return;
  }
  json_t *rows = json_array();
  for (size_t i = 0; i < n; i++)
    (void)json_array_append_new(rows, json_pack("{so sI ss ss}", "id", uid_json(&list[i].id), "time",
                                                (json_int_t)list[i].time_s, "kind", list[i].kind, "text",
                                                list[i].text));
  answer_list(c, "notices", rows, false);
}

void endpoint_delete_my_notice(struct context *c)
{
  struct uid id;
  if (!take_uid_parameter(c, 0, &id))
    return;
  int err = store_notice_remove(c->api->store, &c->account.id, &id);
  if (err == 0)
    answer_nothing(c->response);
  else
    refuse_store_error(c, err);
}

/* --- tickets --- */

void endpoint_get_my_tickets(struct context *c)
{
  const char *email = admission_email(&c->session, c->has_account ? &c->account : NULL);
  struct page page;
  size_t n = 0;
  bool more = false;
  if (!take_page(c, &page))
    return;
  if (email[0] == '\0') {
    answer_refusal(c->response, 401, "sign_in_first", "Please sign in, or show that your e-mail address is yours.");
    return;
  }
  struct ticket *list = calloc(page.most, sizeof *list);
  int err = list == NULL ? ERR_NOMEM : store_ticket_list_email(c->api->store, email, page, list, &n);
  if (err != 0) {
    refuse_store_error(c, err);
  } else {
    json_t *rows = json_array();
    n = page_rows(&page, n, &more);
    for (size_t i = 0; i < n; i++)
      (void)json_array_append_new(rows, ticket_json(c, &list[i]));
    answer_list(c, "tickets", rows, more);
  }
  free(list);
}
