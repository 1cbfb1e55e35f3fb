/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/line_live.h"

#include <sodium.h>

#include "base/log.h"
#include "store/store_contacts.h"
#include "store/store_people.h"
#include "store/store_sessions.h"

static void send_to(void *ctx, uint64_t socket, struct span json)
{
  const struct api *a = ctx;
  a->io.send(a->io.ctx, socket, json);
}

static void close_it(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  const struct api *a = ctx;
  a->io.close(a->io.ctx, socket, code, why);
}

/* A row of the caller's own list is what makes a contact; what the called person has blocked is asked in any case, so
 * that both take the same time. Somebody whom the caller has blocked is not called by mistake. */
static enum line_relation relation(void *ctx, const struct uid *caller, const struct uid *called)
{
  struct api *a = ctx;
  struct contact contact;
  int blocked = store_block_find(a->store, called, caller);
  if (store_contact_get(a->store, caller, called, &contact) != 0)
    return LINE_STRANGER;
  return blocked == ERR_NOT_FOUND ? LINE_CONTACT : LINE_QUIET;
}

static int card(void *ctx, const struct uid *id, struct line_card *out)
{
  struct api *a = ctx;
  struct account account;
  int err = store_account_get(a->store, id, &account);
  if (err == 0) {
    memcpy(out->name, account.name, sizeof out->name);
    memcpy(out->email, account.email, sizeof out->email);
    out->email_verified = account.email_verified;
  }
  sodium_memzero(&account, sizeof account);
  return err;
}

/* What cannot be read is nobody: presence is then not told. */
static size_t contacts(void *ctx, const struct uid *account, struct uid *out, size_t most)
{
  struct api *a = ctx;
  size_t n = 0;
  return store_contact_ids(a->store, account, (struct page){.most = most}, out, &n) == 0 ? n : 0;
}

static size_t told(void *ctx, const struct uid *account, struct uid *out, size_t most)
{
  struct api *a = ctx;
  size_t n = 0;
  return store_presence_told(a->store, account, (struct page){.most = most}, out, &n) == 0 ? n : 0;
}

static size_t heard(void *ctx, const struct uid *account, struct uid *out, size_t most)
{
  struct api *a = ctx;
  size_t n = 0;
  return store_presence_heard(a->store, account, (struct page){.most = most}, out, &n) == 0 ? n : 0;
}

static void missed(void *ctx, uint64_t unix_s, const struct uid *called, const struct uid *caller)
{
  struct api *a = ctx;
  if (store_missed_add(a->store, called, caller, unix_s) != 0)
    log_warning("a missed call could not be kept");
}

static int meet(void *ctx, struct rooms_time time, const struct uid *first, const struct uid *second,
                uint8_t address[TOKEN_BYTES])
{
  struct api *a = ctx;
  return rooms_create_call(a->rooms, time.now_us, first, second, address);
}

struct meetings_visit {
  void (*visit)(void *line, const struct uid *account);
  void *line;
};

static void visit_stay(void *ctx, const struct uid *room, const struct identity *who)
{
  const struct meetings_visit *v = ctx;
  (void)room;
  if (!uid_is_none(&who->account))
    v->visit(v->line, &who->account);
}

static void in_meetings(void *ctx, void (*visit)(void *line, const struct uid *account), void *line)
{
  struct api *a = ctx;
  struct meetings_visit v = {.visit = visit, .line = line};
  rooms_visit(a->rooms, visit_stay, &v);
}

static bool holds(void *ctx, const struct uid *id)
{
  struct api *a = ctx;
  struct session session;
  struct account account;
  uint64_t now_s = a->io.now(a->io.ctx).now_s;
  if (store_session_get(a->store, id, &session) != 0 || session_is_expired(&a->times, &session, now_s) ||
      session_is_locked(&a->times, &session, now_s))
    return false;
  bool good = store_account_get(a->store, &session.account, &account) == 0 && !account.disabled;
  sodium_memzero(&account, sizeof account);
  return good;
}

int line_live_new(struct api *a)
{
  const struct line_io io = {.send = send_to, .close = close_it, .relation = relation, .card = card,
                             .contacts = contacts, .told = told, .heard = heard, .missed = missed, .meet = meet,
                             .in_meetings = in_meetings, .holds = holds, .ctx = a};
  const struct line_size size = {.lines = LIMIT_LINES, .people = LIMIT_LINE_PEOPLE, .calls = LIMIT_CALLS};
  return line_new(&a->line, size, &io, &a->random);
}
