/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/routes.h"

#include "web/api/endpoints.h"

#define API "/api/v1"

/* Of a session that cannot do more yet: it is locked, or its account must do something first. */
#define ALWAYS (ROUTE_LOCKED | ROUTE_MUST)

/* Changes of the own account: also while it has to do something first, which is one of them. */
#define OWN (ROUTE_CONFIRMED | ROUTE_MUST)

const struct route routes[] = {
  /* coming in */
  {HTTP_GET, API "/server", FOR_ANYBODY, 0, 0, endpoint_get_server},
  {HTTP_POST, API "/session", FOR_ANYBODY, 0, 0, endpoint_post_session},
  {HTTP_GET, API "/session", FOR_SESSION, ALWAYS, 0, endpoint_get_session},
  {HTTP_DELETE, API "/session", FOR_SESSION, ALWAYS, 0, endpoint_delete_session},
  {HTTP_POST, API "/session/password", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_password},
  {HTTP_POST, API "/session/email", FOR_SESSION, ALWAYS, 0, endpoint_send_email_code},
  {HTTP_POST, API "/session/email/code", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_email_code},
  {HTTP_POST, API "/session/sms", FOR_SESSION, ALWAYS, 0, endpoint_send_sms_code},
  {HTTP_POST, API "/session/sms/code", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_sms_code},
  {HTTP_POST, API "/session/totp", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_totp},
  {HTTP_POST, API "/session/recovery", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_recovery},
  {HTTP_POST, API "/session/passkey/challenge", FOR_SESSION, ALWAYS, 0, endpoint_passkey_challenge},
  {HTTP_POST, API "/session/passkey", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_passkey},
  {HTTP_POST, API "/session/oidc", FOR_SESSION, ALWAYS, 0, endpoint_begin_oidc},
  {HTTP_POST, API "/session/oidc/callback", FOR_SESSION, ALWAYS, 0, endpoint_oidc_callback},
  {HTTP_POST, API "/session/link", FOR_SESSION, ALWAYS, 0, endpoint_sign_in_link},
  {HTTP_POST, "/oidc/{}", FOR_ANYBODY, ROUTE_ANY_ORIGIN | ROUTE_RAW, 0, endpoint_oidc_form},
  {HTTP_POST, API "/administrator", FOR_SESSION, 0, 0, endpoint_post_administrator},

  /* the own account */
  {HTTP_GET, API "/me", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_get_me},
  {HTTP_PATCH, API "/me", FOR_ACCOUNT, OWN, 0, endpoint_patch_me},
  {HTTP_PUT, API "/me/password", FOR_ACCOUNT, OWN, 0, endpoint_put_password},
  {HTTP_POST, API "/me/phone", FOR_ACCOUNT, OWN, 0, endpoint_try_phone},
  {HTTP_PUT, API "/me/phone", FOR_ACCOUNT, OWN, 0, endpoint_put_phone},
  {HTTP_DELETE, API "/me/phone", FOR_ACCOUNT, OWN, 0, endpoint_delete_phone},
  {HTTP_POST, API "/me/totp", FOR_ACCOUNT, OWN, 0, endpoint_begin_totp},
  {HTTP_PUT, API "/me/totp", FOR_ACCOUNT, OWN, 0, endpoint_put_totp},
  {HTTP_DELETE, API "/me/totp", FOR_ACCOUNT, OWN, 0, endpoint_delete_totp},
  {HTTP_POST, API "/me/recovery", FOR_ACCOUNT, OWN, 0, endpoint_post_recovery},
  {HTTP_POST, API "/me/passkeys/challenge", FOR_ACCOUNT, OWN, 0, endpoint_begin_passkey},
  {HTTP_POST, API "/me/passkeys", FOR_ACCOUNT, OWN, 0, endpoint_post_passkey},
  {HTTP_DELETE, API "/me/passkeys/{}", FOR_ACCOUNT, OWN, 0, endpoint_delete_passkey},
  {HTTP_DELETE, API "/me/issuers/{}", FOR_ACCOUNT, OWN, 0, endpoint_delete_issuer},
  {HTTP_GET, API "/me/sessions", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_get_my_sessions},
  {HTTP_DELETE, API "/me/sessions", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_delete_my_sessions},
  {HTTP_DELETE, API "/me/sessions/{}", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_delete_my_session},
  {HTTP_PUT, API "/me/language", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_put_my_language},
  {HTTP_GET, API "/me/notices", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_get_my_notices},
  {HTTP_DELETE, API "/me/notices/{}", FOR_ACCOUNT, ROUTE_MUST, 0, endpoint_delete_my_notice},
  {HTTP_GET, API "/me/tickets", FOR_SESSION, 0, 0, endpoint_get_my_tickets},

  /* contacts and calls */
  {HTTP_GET, API "/me/contacts", FOR_ACCOUNT, 0, 0, endpoint_get_contacts},
  {HTTP_PATCH, API "/me/contacts/{}", FOR_ACCOUNT, 0, 0, endpoint_patch_contact},
  {HTTP_DELETE, API "/me/contacts/{}", FOR_ACCOUNT, 0, 0, endpoint_delete_contact},
  {HTTP_GET, API "/me/asks", FOR_ACCOUNT, 0, 0, endpoint_get_asks},
  {HTTP_POST, API "/me/asks", FOR_ACCOUNT, 0, 0, endpoint_post_ask},
  {HTTP_DELETE, API "/me/asks/{}", FOR_ACCOUNT, 0, 0, endpoint_delete_ask},
  {HTTP_GET, API "/me/requests", FOR_ACCOUNT, 0, 0, endpoint_get_requests},
  {HTTP_PUT, API "/me/requests/{}", FOR_ACCOUNT, 0, 0, endpoint_accept_request},
  {HTTP_DELETE, API "/me/requests/{}", FOR_ACCOUNT, 0, 0, endpoint_decline_request},
  {HTTP_POST, API "/me/contact-links", FOR_ACCOUNT, 0, 0, endpoint_post_contact_link},
  {HTTP_POST, API "/me/contact-links/look", FOR_ACCOUNT, 0, 0, endpoint_look_contact_link},
  {HTTP_POST, API "/me/contact-links/use", FOR_ACCOUNT, 0, 0, endpoint_use_contact_link},
  {HTTP_GET, API "/me/blocks", FOR_ACCOUNT, 0, 0, endpoint_get_blocks},
  {HTTP_PUT, API "/me/blocks/{}", FOR_ACCOUNT, 0, 0, endpoint_put_block},
  {HTTP_DELETE, API "/me/blocks/{}", FOR_ACCOUNT, 0, 0, endpoint_delete_block},
  {HTTP_GET, API "/me/calls", FOR_ACCOUNT, 0, 0, endpoint_get_calls},
  {HTTP_PUT, API "/me/calls", FOR_ACCOUNT, 0, 0, endpoint_put_calls},
  {HTTP_GET, API "/me/calls/missed", FOR_ACCOUNT, 0, 0, endpoint_get_missed},
  {HTTP_DELETE, API "/me/calls/missed", FOR_ACCOUNT, 0, 0, endpoint_delete_all_missed},
  {HTTP_DELETE, API "/me/calls/missed/{}", FOR_ACCOUNT, 0, 0, endpoint_delete_missed},
  {HTTP_POST, API "/line", FOR_ACCOUNT, 0, 0, endpoint_post_line},

  /* what people write to the administrators */
  {HTTP_POST, API "/messages", FOR_SESSION, 0, 0, endpoint_post_message},
  {HTTP_GET, API "/messages", FOR_ADMINISTRATOR, 0, 0, endpoint_get_messages},
  {HTTP_PUT, API "/messages/{}", FOR_ADMINISTRATOR, 0, 0, endpoint_put_message},
  {HTTP_DELETE, API "/messages/{}", FOR_ADMINISTRATOR, 0, 0, endpoint_delete_message},

  /* meetings' doors */
  {HTTP_POST, API "/host", FOR_SESSION, 0, 0, endpoint_post_host},
  {HTTP_GET, API "/rooms/{}", FOR_SESSION, 0, 0, endpoint_get_room},
  {HTTP_POST, API "/rooms/{}/entry", FOR_SESSION, 0, 0, endpoint_post_entry},

  /* rooms */
  {HTTP_GET, API "/rooms", FOR_ACCOUNT, 0, SCOPE_ROOMS_READ, endpoint_get_rooms},
  {HTTP_POST, API "/rooms", FOR_ACCOUNT, 0, SCOPE_ROOMS_WRITE, endpoint_post_rooms},
  {HTTP_GET, API "/rooms/{}/settings", FOR_ACCOUNT, 0, SCOPE_ROOMS_READ, endpoint_get_room_settings},
  {HTTP_PATCH, API "/rooms/{}", FOR_ACCOUNT, 0, SCOPE_ROOMS_WRITE, endpoint_patch_room},
  {HTTP_DELETE, API "/rooms/{}", FOR_ACCOUNT, ROUTE_CONFIRMED, SCOPE_ROOMS_WRITE, endpoint_delete_room},
  {HTTP_GET, API "/rooms/{}/members", FOR_ACCOUNT, 0, SCOPE_ROOMS_READ, endpoint_get_members},
  {HTTP_PUT, API "/rooms/{}/members/{}", FOR_ACCOUNT, 0, SCOPE_ROOMS_WRITE, endpoint_put_member},
  {HTTP_DELETE, API "/rooms/{}/members/{}", FOR_ACCOUNT, 0, SCOPE_ROOMS_WRITE, endpoint_delete_member},
  {HTTP_GET, API "/rooms/{}/bans", FOR_ACCOUNT, 0, SCOPE_ROOMS_READ, endpoint_get_bans},
  {HTTP_DELETE, API "/rooms/{}/bans/{}", FOR_ACCOUNT, 0, SCOPE_ROOMS_WRITE, endpoint_delete_ban},
  {HTTP_GET, API "/rooms/{}/attendance", FOR_ACCOUNT, 0, SCOPE_ATTENDANCE, endpoint_get_attendance},
  {HTTP_GET, API "/series", FOR_ACCOUNT, 0, SCOPE_ROOMS_READ, endpoint_get_series},
  {HTTP_POST, API "/series", FOR_ACCOUNT, 0, SCOPE_ROOMS_WRITE, endpoint_post_series},

  /* tickets */
  {HTTP_GET, API "/rooms/{}/tickets", FOR_ACCOUNT, 0, SCOPE_TICKETS_READ, endpoint_get_room_tickets},
  {HTTP_POST, API "/rooms/{}/tickets", FOR_ACCOUNT, 0, SCOPE_TICKETS_WRITE, endpoint_post_room_tickets},
  {HTTP_POST, API "/rooms/{}/tickets/import", FOR_ACCOUNT, ROUTE_CSV, SCOPE_TICKETS_WRITE, endpoint_import_room_tickets},
  {HTTP_GET, API "/series/{}/tickets", FOR_ACCOUNT, 0, SCOPE_TICKETS_READ, endpoint_get_series_tickets},
  {HTTP_POST, API "/series/{}/tickets", FOR_ACCOUNT, 0, SCOPE_TICKETS_WRITE, endpoint_post_series_tickets},
  {HTTP_POST, API "/series/{}/tickets/import", FOR_ACCOUNT, ROUTE_CSV, SCOPE_TICKETS_WRITE,
   endpoint_import_series_tickets},
  {HTTP_DELETE, API "/tickets/{}", FOR_ACCOUNT, 0, SCOPE_TICKETS_WRITE, endpoint_delete_ticket},

  /* administrators: what ends something is not to be hindered by a factor that is not at hand */
  {HTTP_GET, API "/people", FOR_ADMINISTRATOR, 0, SCOPE_PEOPLE_READ, endpoint_get_people},
  {HTTP_POST, API "/people", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, SCOPE_PEOPLE_WRITE, endpoint_post_people},
  {HTTP_GET, API "/people/{}", FOR_ADMINISTRATOR, 0, SCOPE_PEOPLE_READ, endpoint_get_person},
  {HTTP_PATCH, API "/people/{}", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, SCOPE_PEOPLE_WRITE, endpoint_patch_person},
  {HTTP_DELETE, API "/people/{}", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, SCOPE_PEOPLE_WRITE, endpoint_delete_person},
  {HTTP_POST, API "/people/{}/link", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, SCOPE_PEOPLE_WRITE, endpoint_post_person_link},
  {HTTP_DELETE, API "/people/{}/factors", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, 0, endpoint_delete_factors},
  {HTTP_DELETE, API "/people/{}/sessions", FOR_ADMINISTRATOR, 0, SCOPE_SESSIONS, endpoint_delete_sessions_of_person},
  {HTTP_GET, API "/sessions", FOR_ADMINISTRATOR, 0, SCOPE_SESSIONS, endpoint_get_sessions},
  {HTTP_DELETE, API "/sessions/{}", FOR_ADMINISTRATOR, 0, SCOPE_SESSIONS, endpoint_delete_a_session},
  {HTTP_POST, API "/emergency", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, 0, endpoint_post_emergency},
  {HTTP_GET, API "/log", FOR_ADMINISTRATOR, 0, 0, endpoint_get_log},
  {HTTP_POST, API "/log/verify", FOR_ADMINISTRATOR, 0, 0, endpoint_verify_log},
  {HTTP_GET, API "/settings", FOR_ADMINISTRATOR, 0, 0, endpoint_get_settings},
  {HTTP_GET, API "/keys", FOR_ADMINISTRATOR, 0, 0, endpoint_get_keys},
  {HTTP_POST, API "/keys", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, 0, endpoint_post_keys},
  {HTTP_DELETE, API "/keys/{}", FOR_ADMINISTRATOR, 0, 0, endpoint_delete_key},
  {HTTP_GET, API "/webhooks", FOR_ADMINISTRATOR, 0, 0, endpoint_get_webhooks},
  {HTTP_POST, API "/webhooks", FOR_ADMINISTRATOR, ROUTE_CONFIRMED, 0, endpoint_post_webhooks},
  {HTTP_DELETE, API "/webhooks/{}", FOR_ADMINISTRATOR, 0, 0, endpoint_delete_webhook},

  /* shops: the body is signed */
  {HTTP_POST, "/hooks/{}", FOR_ANYBODY, ROUTE_ANY_ORIGIN | ROUTE_RAW, 0, endpoint_post_hook},
};

const size_t routes_n = sizeof routes / sizeof routes[0];

/* The part of a path up to the next slash. */
static struct span take_segment(struct span *path)
{
  struct span segment;
  const uint8_t *slash = path->n == 0 ? NULL : memchr(path->p, '/', path->n);
  (void)span_take(path, slash == NULL ? path->n : (size_t)(slash - path->p), &segment);
  return segment;
}

bool path_fits(const char *pattern, struct span path, struct span parameter[ROUTE_PARAMETERS])
{
  struct span wanted = span_str(pattern), left, right;
  size_t found = 0;
  while (wanted.n > 0) {
    left = take_segment(&wanted);
    right = take_segment(&path);
    if (span_equal(left, span_str("{}")) && right.n > 0 && found < ROUTE_PARAMETERS)
      parameter[found++] = right;
    else if (!span_equal(left, right))
      return false;
    if (wanted.n == 0 || path.n == 0)
      break;
    (void)span_skip(&wanted, 1);
    (void)span_skip(&path, 1);
    if (wanted.n == 0 || path.n == 0) /* a slash at the end */
      return false;
  }
  return wanted.n == 0 && path.n == 0;
}

const struct route *route_find(enum http_method method, struct span path, struct span parameter[ROUTE_PARAMETERS],
                               bool *known)
{
  enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
  *known = false;
  for (size_t i = 0; i < routes_n; i++) {
    if (!path_fits(routes[i].pattern, path, parameter))
      continue;
    *known = true;
    if (routes[i].method == wanted)
      return &routes[i];
  }
  return NULL;
}
