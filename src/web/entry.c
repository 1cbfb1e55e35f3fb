/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/entry.h"

#include <sodium.h>

struct open_entry {
  struct entry_grant grant;
  struct entry_secrets secrets;
  uint64_t expires_us;
};

int entries_init(struct entries *e, const struct random *random)
{
  *e = (struct entries){.random = *random};
  if (slab_init(&e->slab, sizeof(struct open_entry), LIMIT_ENTRIES) != 0 ||
      map_init(&e->by_entry, TOKEN_BYTES, LIMIT_ENTRIES, random) != 0) {
    entries_fini(e);
    return ERR_NOMEM;
  }
  return 0;
}

void entries_fini(struct entries *e)
{
  slab_id id;
  for (uint32_t i = 0; i < e->slab.capacity; i++)
    if (slab_at(&e->slab, i, &id) != NULL)
      slab_release(&e->slab, id);
  slab_fini(&e->slab);
  map_fini(&e->by_entry);
}

int entries_issue(struct entries *e, uint64_t now_us, const struct entry_grant *grant, struct entry_secrets *secrets)
{
  struct open_entry *open;
  slab_id id;
  int err = slab_take(&e->slab, &id, (void **)&open);
  if (err != 0)
    return err;
  random_fill(&e->random, secrets->entry, sizeof secrets->entry);
  random_fill(&e->random, secrets->codeword, sizeof secrets->codeword);
  *open = (struct open_entry){.grant = *grant, .secrets = *secrets, .expires_us = now_us + ENTRY_LIFETIME_US};
  err = map_put(&e->by_entry, secrets->entry, id);
  if (err != 0)
    slab_release(&e->slab, id);
  return err;
}

static void forget(struct entries *e, slab_id id, const struct open_entry *open)
{
  (void)map_remove(&e->by_entry, open->secrets.entry);
  slab_release(&e->slab, id);
}

int entries_take(struct entries *e, uint64_t now_us, const uint8_t entry[TOKEN_BYTES], const struct browser *browser,
                 uint8_t origin, struct entry_grant *grant, struct entry_secrets *secrets)
{
  uint64_t id;
  if (map_get(&e->by_entry, entry, &id) != 0)
    return ERR_NOT_FOUND;
  const struct open_entry *open = slab_get(&e->slab, id);
  bool too_old = now_us >= open->expires_us;
  bool owner = browser_equal(&open->grant.browser, browser) && open->grant.origin == origin;
  *grant = open->grant;
  *secrets = open->secrets;
  forget(e, id, open);
  if (!too_old && owner)
    return 0;
  sodium_memzero(grant, sizeof *grant);
  sodium_memzero(secrets, sizeof *secrets);
  return too_old ? ERR_NOT_FOUND : ERR_AUTH;
}

static bool is_of(const struct entry_grant *grant, const struct uid *id)
{
  return uid_equal(&grant->who.session, id) || uid_equal(&grant->who.account, id) || uid_equal(&grant->who.ticket, id);
}

void entries_withdraw(struct entries *e, const struct uid *id)
{
  slab_id at;
  for (uint32_t i = 0; i < e->slab.capacity && e->slab.used > 0 && !uid_is_none(id); i++) {
    const struct open_entry *open = slab_at(&e->slab, i, &at);
    if (open != NULL && is_of(&open->grant, id))
      forget(e, at, open);
  }
}

void entries_tick(struct entries *e, uint64_t now_us)
{
  slab_id id;
  for (uint32_t i = 0; i < e->slab.capacity && e->slab.used > 0; i++) {
    const struct open_entry *open = slab_at(&e->slab, i, &id);
    if (open != NULL && now_us >= open->expires_us)
      forget(e, id, open);
  }
}
