/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/failures.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "web/api/sessions.h"

/* So many wrong second factors in a minute are no typing errors any more. */
#define SECOND_ALARM 3

void failure_count(struct failures *f, const char *email, enum failure failure)
{
  size_t i = 0;
  while (i < f->n && strcmp(f->at[i].email, email) != 0)
    i++;
  if (i == FAILURE_ADDRESSES) {
    f->others++;
    return;
  }
  if (i == f->n) {
    (void)snprintf(f->at[i].email, sizeof f->at[i].email, "%s", email);
    f->n++;
  }
  f->at[i].count[failure]++;
}

void failure_count_copied(struct failures *f)
{
  f->copied++;
}

static void write_one(struct api *a, const struct api_time *time, const char *email, const uint32_t count[FAILURES])
{
  char detail[128];
  (void)snprintf(detail, sizeof detail,
                 "within a minute: %" PRIu32 " wrong passwords, %" PRIu32 " wrong codes, %" PRIu32
                 " wrong second factors", count[FAILED_PASSWORD], count[FAILED_CODE], count[FAILED_SECOND]);
  note_server_event(a, time->now_s, "guest", "sign_in_failed", email, detail);
}

static void warn_owner(struct api *a, const struct api_time *time, const struct account *account)
{
  tell_owner(a, *time, account, NOTICE_SECOND_FACTOR_FAILED, "");
}

static uint32_t sum(const uint32_t count[FAILURES])
{
  return count[FAILED_PASSWORD] + count[FAILED_CODE] + count[FAILED_SECOND];
}

static void write_others(struct api *a, const struct api_time *time, uint32_t n)
{
  char detail[96];
  (void)snprintf(detail, sizeof detail, "within a minute: %" PRIu32 " tries at addresses without an account, or at many", n);
  if (n > 0)
    note_server_event(a, time->now_s, "guest", "sign_in_failed", "", detail);
}

static void write_copied(struct api *a, const struct api_time *time, uint32_t n)
{
  char detail[128];
  (void)snprintf(detail, sizeof detail,
                 "within a minute: %" PRIu32 " copied cookies were used with another key; the sessions were ended.", n);
  if (n > 0)
    note_server_event(a, time->now_s, "server", "cookie_copied", "guest", detail);
}

void failures_write(struct api *a, const struct api_time *time)
{
  struct failures *f = &a->failures;
  uint32_t unknown = f->others;
  struct account account;
  for (size_t i = 0; i < f->n; i++) {
    if (store_account_by_email(a->store, f->at[i].email, &account) != 0) {
      unknown += sum(f->at[i].count);
      continue;
    }
    write_one(a, time, account.email, f->at[i].count);
    if (f->at[i].count[FAILED_SECOND] >= SECOND_ALARM)
      warn_owner(a, time, &account);
    sodium_memzero(&account, sizeof account);
  }
  write_others(a, time, unknown);
  write_copied(a, time, f->copied);
  *f = (struct failures){0};
}
