/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/room_host.h"

#include <sodium.h>

#include "web/rooms.h"

#define MARK_BYTES UID_BYTES

/* By which a page knows the same account again, in whatever room and under whatever name. It opens nothing, and is not the id
 * by which accounts are named elsewhere. */
static struct uid mark_of(const struct uid *account)
{
  static const char label[] = "testudo mark of a host";
  uint8_t hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  struct uid mark;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, (const uint8_t *)label, sizeof label);
  crypto_hash_sha256_update(&state, account->b, sizeof account->b);
  crypto_hash_sha256_final(&state, hash);
  memcpy(mark.b, hash, MARK_BYTES);
  return mark;
}

static json_t *host_json(const struct uid *account, struct span name, enum verified_by verified, bool here)
{
  char text[UID_TEXT + 1];
  struct uid mark = mark_of(account);
  const char *id = uid_is_none(account) ? NULL : uid_text(&mark, text);
  return json_pack("{ss? ss% ss sb}", "id", id, "name", (const char *)name.p, name.n, "verified",
                   verified_name(verified), "here", here);
}

json_t *room_host_json(struct context *c, const struct store_room *stored, uint64_t live)
{
  const struct rooms *rooms = c->api->rooms;
  struct rooms_host host;
  struct account owner;
  if (stored != NULL) {
    if (store_account_get(c->api->store, &stored->owner, &owner) != 0)
      return json_null();
    bool here = rooms_account_hosts(rooms, live, &stored->owner);
    json_t *json = host_json(&owner.id, span_str(owner.name), VERIFIED_ACCOUNT, here);
    sodium_memzero(&owner, sizeof owner);
    return json;
  }
  if (!rooms_host(rooms, live, &host))
    return json_null();
  return host_json(&host.account, span_of(host.name, host.name_n), host.verified, true);
}
