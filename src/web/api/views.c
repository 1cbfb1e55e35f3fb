/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/views.h"

#include <sodium.h>
#include <stdio.h>

#include "people/care.h"
#include "people/words.h"
#include "web/api/my_factors.h"
#include "web/api/sessions.h"

static json_t *time_json(uint64_t unix_s)
{
  return json_integer((json_int_t)unix_s);
}

/* --- rooms --- */

static json_t *policy_json(const struct room_policy *p)
{
  return json_pack("{ss ss ss sb sb sb sb sb sb sb si si}", "present", role_word(p->present), "share",
                   role_word(p->share), "chat", role_word(p->chat), "unmute_self", p->unmute_self, "guests", p->guests,
                   "guests_verified", p->guests_verified, "waiting_room", p->waiting_room, "two_factors",
                   p->two_factors, "post_quantum", p->post_quantum, "locked", p->locked, "most", (int)p->most,
                   "invited", (int)p->invited);
}

static bool take_role(struct context *c, const char *name, struct span word, enum room_role *role)
{
  if (word.n == 0 || role_of_word(word, role) == 0)
    return true;
  refuse_bad_request(c, "The field \"%s\" is a role: viewer, participant, speaker, cohost or host.", name);
  return false;
}

bool take_policy(struct context *c, const json_t *object, struct room_policy *p)
{
  struct span present = {0}, share = {0}, chat = {0};
  uint64_t most = p->most, invited = p->invited;
  char problem[FIELD_PROBLEM];
  const struct field fields[] = {
    {"present", FIELD_TEXT, &present, 16, true, NULL},
    {"share", FIELD_TEXT, &share, 16, true, NULL},
    {"chat", FIELD_TEXT, &chat, 16, true, NULL},
    {"unmute_self", FIELD_BOOL, &p->unmute_self, 0, true, NULL},
    {"guests", FIELD_BOOL, &p->guests, 0, true, NULL},
    {"guests_verified", FIELD_BOOL, &p->guests_verified, 0, true, NULL},
    {"waiting_room", FIELD_BOOL, &p->waiting_room, 0, true, NULL},
    {"two_factors", FIELD_BOOL, &p->two_factors, 0, true, NULL},
    {"post_quantum", FIELD_BOOL, &p->post_quantum, 0, true, NULL},
    {"locked", FIELD_BOOL, &p->locked, 0, true, NULL},
    {"most", FIELD_NUMBER, &most, UINT32_MAX, true, NULL},
    {"invited", FIELD_NUMBER, &invited, UINT32_MAX, true, NULL},
  };
  if (fields_read(object, fields, sizeof fields / sizeof fields[0], problem) != 0) {
    refuse_bad_request(c, "%s", problem);
    return false;
  }
  p->most = (uint32_t)most;
  p->invited = (uint32_t)invited;
  return take_role(c, "present", present, &p->present) && take_role(c, "share", share, &p->share) &&
         take_role(c, "chat", chat, &p->chat);
}

static json_t *owner_json(struct context *c, const struct uid *id)
{
  struct account owner;
  char text[UID_TEXT + 1];
  if (uid_is_none(id) || store_account_get(c->api->store, id, &owner) != 0)
    return json_null();
  json_t *json = json_pack("{ss ss}", "id", uid_text(id, text), "name", owner.name);
  sodium_memzero(&owner, sizeof owner);
  return json;
}

json_t *room_json(struct context *c, const struct store_room *r)
{
  struct room_policy policy = r->policy;
  if (c->api->site.high_care) /* as it holds, not as it was wished before */
    care_raise(&policy);
  char id[UID_TEXT + 1], address[ORIGIN_TEXT + UID_TEXT + 8];
  (void)snprintf(address, sizeof address, "%s/m/%s", c->api->origins.text[c->origin], uid_text(&r->id, id));
  return json_pack("{ss ss ss so so so so so si ss}", "id", id, "kind", kind_word(r->kind), "title", r->title, "series",
                   uid_json(&r->series), "policy", policy_json(&policy), "owner", owner_json(c, &r->owner),
                   "created", time_json(r->created_s), "closed", time_json(r->closed_s), "live",
                   (int)rooms_people_in(c->api->rooms, &r->id), "address", address);
}

json_t *series_json(const struct series *s)
{
  return json_pack("{so ss so}", "id", uid_json(&s->id), "title", s->title, "created", time_json(s->created_s));
}

/* --- tickets --- */

void title_of_ticket(struct api *a, const struct ticket *t, char title[TITLE_BYTES])
{
  struct store_room room;
  struct series series;
  title[0] = '\0';
  if (!uid_is_none(&t->room) && store_room_get(a->store, &t->room, &room) == 0)
    memcpy(title, room.title, TITLE_BYTES);
  else if (!uid_is_none(&t->series) && store_series_get(a->store, &t->series, &series) == 0)
    memcpy(title, series.title, TITLE_BYTES);
}

static const char *issuer_shown(const struct ticket *t)
{
  return strncmp(t->issuer, TICKET_BY_PAGE, strlen(TICKET_BY_PAGE)) == 0 ? TICKET_BY_PAGE : t->issuer;
}

json_t *ticket_json(struct context *c, const struct ticket *t)
{
  char title[TITLE_BYTES];
  title_of_ticket(c->api, t, title);
  return json_pack("{so so so ss ss ss so so so so sb ss ss}", "id", uid_json(&t->id), "room", uid_json(&t->room),
                   "series", uid_json(&t->series), "title", title, "email", t->email, "role", role_word(t->role),
                   "from", time_json(t->from_s), "until", time_json(t->until_s), "revoked", time_json(t->revoked_s),
                   "created", time_json(t->created_s), "in_use", rooms_ticket_is_in(c->api->rooms, &t->id), "reference",
                   t->reference, "issuer", issuer_shown(t));
}

json_t *ticket_row_json(struct context *c, const void *ticket)
{
  return ticket_json(c, ticket);
}

/* --- people --- */

json_t *account_row_json(struct context *c, const struct account *a)
{
  return json_pack("{so ss sb ss ss sb sb sb sb sb si so so}", "id", uid_json(&a->id), "email", a->email,
                   "email_verified", a->email_verified, "name", a->name, "role", account_role_word(a->role), "disabled",
                   a->disabled, "two_factors", a->two_factors_demanded, "must_set_password", a->must_set_password,
                   "has_password", a->password[0] != '\0', "has_totp", a->has_totp, "passkeys",
                   (int)count_passkeys(c, &a->id), "signed_in", time_json(a->signed_in_s), "created",
                   time_json(a->created_s));
}

json_t *session_row_json(const struct context *c, const struct session *s)
{
  uint8_t network[NETWORK_BYTES];
  _Static_assert(sizeof network == sizeof s->network, "what the store keeps of a network");
  device_network(c->api->keys.network, &c->request->from, network);
  return json_pack("{so sb ss sb so so so}", "id", uid_json(&s->id), "this",
                   c->by == ASKED_BY_SESSION && uid_equal(&s->id, &c->session.id), "device", s->device, "same_network",
                   memcmp(network, s->network, sizeof network) == 0, "created",
                   time_json(s->signed_in_s != 0 ? s->signed_in_s : s->created_s), "used", time_json(s->used_s), "factors", factors_json(s->factors));
}

/* --- keys --- */

json_t *scopes_json(uint32_t scopes)
{
  json_t *list = json_array();
  for (size_t i = 0; scope_word(i) != NULL; i++)
    if ((scopes & 1u << i) != 0)
      (void)json_array_append_new(list, json_string(scope_word(i)));
  return list;
}
