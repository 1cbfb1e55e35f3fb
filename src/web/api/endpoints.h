/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each route does (routes.c): docs/API.md has the contract of each. */
#ifndef TESTUDO_WEB_API_ENDPOINTS_H
#define TESTUDO_WEB_API_ENDPOINTS_H

#include "auth/passkey/passkey.h"
#include "web/api/context.h"
#include "web/api/later.h"
#include "web/api/live.h"
#include "web/api/sessions.h"
#include "web/api/signins.h"

/* session_endpoints.c */
void endpoint_get_server(struct context *c);
void endpoint_post_session(struct context *c);
void endpoint_get_session(struct context *c);
void endpoint_delete_session(struct context *c);

/* password_endpoints.c */
void endpoint_sign_in_password(struct context *c);
void endpoint_post_administrator(struct context *c);
void endpoint_put_password(struct context *c);

/* entry_endpoints.c */
void endpoint_post_host(struct context *c);
void endpoint_get_room(struct context *c);
void endpoint_post_entry(struct context *c);

void endpoint_post_line(struct context *c);

/* contacts_endpoints.c */
void endpoint_get_contacts(struct context *c);
void endpoint_patch_contact(struct context *c);
void endpoint_delete_contact(struct context *c);
void endpoint_get_asks(struct context *c);
void endpoint_post_ask(struct context *c);
void endpoint_delete_ask(struct context *c);
void endpoint_get_requests(struct context *c);
void endpoint_accept_request(struct context *c);
void endpoint_decline_request(struct context *c);
void endpoint_post_contact_link(struct context *c);
void endpoint_look_contact_link(struct context *c);
void endpoint_use_contact_link(struct context *c);
void endpoint_get_blocks(struct context *c);
void endpoint_put_block(struct context *c);
void endpoint_delete_block(struct context *c);

/* calls_endpoints.c */
void endpoint_get_calls(struct context *c);
void endpoint_put_calls(struct context *c);
void endpoint_get_missed(struct context *c);
void endpoint_delete_all_missed(struct context *c);
void endpoint_delete_missed(struct context *c);

/* rooms_endpoints.c */
void endpoint_get_rooms(struct context *c);
void endpoint_post_rooms(struct context *c);
void endpoint_get_room_settings(struct context *c);
void endpoint_patch_room(struct context *c);
void endpoint_delete_room(struct context *c);

/* room_people_endpoints.c */
void endpoint_get_members(struct context *c);
void endpoint_put_member(struct context *c);
void endpoint_delete_member(struct context *c);
void endpoint_get_bans(struct context *c);
void endpoint_delete_ban(struct context *c);
void endpoint_get_attendance(struct context *c);

/* series_endpoints.c */
void endpoint_get_series(struct context *c);
void endpoint_post_series(struct context *c);

/* tickets_endpoints.c */
void endpoint_get_room_tickets(struct context *c);
void endpoint_get_series_tickets(struct context *c);
void endpoint_post_room_tickets(struct context *c);
void endpoint_post_series_tickets(struct context *c);
void endpoint_import_room_tickets(struct context *c);
void endpoint_import_series_tickets(struct context *c);
void endpoint_delete_ticket(struct context *c);

/* people_endpoints.c */
void endpoint_get_people(struct context *c);
void endpoint_post_people(struct context *c);
void endpoint_get_person(struct context *c);
void endpoint_patch_person(struct context *c);
void endpoint_delete_person(struct context *c);
void endpoint_post_person_link(struct context *c);
void endpoint_delete_factors(struct context *c);

/* everybodys_sessions_endpoints.c */
void endpoint_get_sessions(struct context *c);
void endpoint_delete_a_session(struct context *c);
void endpoint_delete_sessions_of_person(struct context *c);
void endpoint_post_emergency(struct context *c);

/* server_endpoints.c */
void endpoint_get_log(struct context *c);
void endpoint_verify_log(struct context *c);
void endpoint_get_settings(struct context *c);

/* messages_endpoints.c */
void endpoint_post_message(struct context *c);
void endpoint_get_messages(struct context *c);
void endpoint_put_message(struct context *c);
void endpoint_delete_message(struct context *c);

/* programs_endpoints.c */
void endpoint_get_keys(struct context *c);
void endpoint_post_keys(struct context *c);
void endpoint_delete_key(struct context *c);
void endpoint_get_webhooks(struct context *c);
void endpoint_post_webhooks(struct context *c);
void endpoint_delete_webhook(struct context *c);

/* hook_endpoint.c */
void endpoint_post_hook(struct context *c);

/* code_endpoints.c */
void endpoint_send_email_code(struct context *c);
void endpoint_sign_in_email_code(struct context *c);
void endpoint_send_sms_code(struct context *c);
void endpoint_sign_in_sms_code(struct context *c);

/* second_endpoints.c */
void endpoint_sign_in_totp(struct context *c);
void endpoint_sign_in_recovery(struct context *c);

/* passkey_endpoints.c */
void endpoint_passkey_challenge(struct context *c);
void endpoint_sign_in_passkey(struct context *c);

/* oidc_endpoints.c */
void endpoint_begin_oidc(struct context *c);
void endpoint_oidc_callback(struct context *c);
void endpoint_oidc_form(struct context *c);

/* link_endpoints.c */
void endpoint_sign_in_link(struct context *c);

/* me_endpoints.c */
void endpoint_get_me(struct context *c);
void endpoint_patch_me(struct context *c);
void endpoint_put_my_language(struct context *c);
void endpoint_delete_issuer(struct context *c);

/* phone_endpoints.c */
void endpoint_try_phone(struct context *c);
void endpoint_put_phone(struct context *c);
void endpoint_delete_phone(struct context *c);

/* totp_endpoints.c */
void endpoint_begin_totp(struct context *c);
void endpoint_put_totp(struct context *c);
void endpoint_delete_totp(struct context *c);
void endpoint_post_recovery(struct context *c);

/* my_passkey_endpoints.c */
void endpoint_begin_passkey(struct context *c);
void endpoint_post_passkey(struct context *c);
void endpoint_delete_passkey(struct context *c);

/* my_list_endpoints.c */
void endpoint_get_my_sessions(struct context *c);
void endpoint_delete_my_session(struct context *c);
void endpoint_delete_my_sessions(struct context *c);
void endpoint_get_my_notices(struct context *c);
void endpoint_delete_my_notice(struct context *c);
void endpoint_get_my_tickets(struct context *c);

/* What sign-in endpoints share (signin_guard.c). */

/* A try of who asks at this address, which may have no account. */
void signin_attempt(struct context *c, enum guard_kind kind, const char *email, const struct account *account,
                    struct guard_try *attempt);
/* True if it may go on, and is charged; else the refusal `wait` is given. */
bool signin_ask(struct context *c, const struct guard_try *attempt);
/* The account at an address: 0; ERR_NOT_FOUND, with `account` zeroed. */
int signin_find(struct context *c, const char *email, struct account *account);
/* The browser that a code, a challenge or a way to a provider belongs to: the hash of its key, which outlives cookies. */
void signin_browser(const struct context *c, uint8_t browser[32]);
/* Ceremonies wait in tables in which the oldest gives way: nobody fills one from one place. Gives the refusal itself. */
bool take_ceremony_rate(struct context *c);
/* What passkeys are made for: the origin that was asked, and its host, written into `rp_id`. The refusal where there can be none:
 * browsers make none for bare addresses. */
bool take_passkey_site(struct context *c, char rp_id[ORIGIN_TEXT], struct passkey_site *site);
/* The begin of a ceremony: a challenge as a new JSON string, and the name that it is for in `rp_id`. NULL: refused. */
json_t *take_challenge(struct context *c, enum challenge_purpose purpose, char rp_id[ORIGIN_TEXT]);
/* Bytes that came as base64url without padding, or the refusal. */
bool take_base64(struct context *c, const char *field, struct span text, uint8_t *bytes, size_t most, struct span *out);
/* Bytes as such a text: a new JSON string. */
json_t *bytes_json(const uint8_t *bytes, size_t n);

/* A provider has said who this is (oidc_identity.c): signs in, connects, verifies an address, or refuses. */
void oidc_arrived(struct context *c, const struct oidc_identity *identity);

/* The name of a person that was typed, or the refusal: visible, of one writing system, and no role's. */
bool take_person_name(struct context *c, struct span typed, char name[NAME_BYTES]);
/* Somebody has shown that an address without an account is theirs, and gave a name (or "": none was given). Where people may
 * sign up that makes an account, `account`, with the address verified: 0. ERR_REFUSED: not here, or there is no name.
 * Errors of store_account_add. */
int newcomer_sign_up(struct context *c, const char *email, const char *name, struct account *account);
/* The account that the path names first, for routes that are not its owner's, or the refusal. To be wiped. */
bool take_person(struct context *c, struct account *account);
/* The e-mail address that was typed, in its one form, or the refusal. */
bool take_email(struct context *c, struct span typed, char email[EMAIL_BYTES]);

#endif
