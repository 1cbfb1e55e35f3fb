/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the store share: a database in a folder of its own, its key file in another. */
#ifndef TESTUDO_STORE_TESTING_H
#define TESTUDO_STORE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "store/store_people.h"
#include "store/store_rooms.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"

#define NOW UINT64_C(1795420800)
#define PATH_SIZE 128

struct place {
  char top[64], data[PATH_SIZE], key[PATH_SIZE], database[PATH_SIZE], backup[PATH_SIZE];
  struct store *st;
};

static inline struct store *opened(const struct place *p)
{
  struct store *st;
  assert_int_equal(store_open(&st, p->data, p->key), 0);
  return st;
}

static inline int set_up(void **state)
{
  static struct place p;
  (void)snprintf(p.top, sizeof p.top, "/tmp/testudo-store-XXXXXX");
  if (mkdtemp(p.top) == NULL)
    return -1;
  (void)snprintf(p.data, sizeof p.data, "%s/data", p.top);
  (void)snprintf(p.key, sizeof p.key, "%s/key", p.top);
  (void)snprintf(p.database, sizeof p.database, "%s/data/testudo.db", p.top);
  (void)snprintf(p.backup, sizeof p.backup, "%s/backup", p.top);
  p.st = opened(&p);
  *state = &p;
  return 0;
}

static inline void empty_folder(const char *folder)
{
  char path[PATH_SIZE + 300];
  DIR *d = opendir(folder);
  for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
    (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    (void)unlink(path);
  }
  if (d != NULL)
    (void)closedir(d);
}

static inline int tear_down(void **state)
{
  struct place *p = *state;
  store_close(p->st);
  p->st = NULL;
  empty_folder(p->data);
  empty_folder(p->top);
  return rmdir(p->data) | rmdir(p->top);
}

static inline void reopen(struct place *p)
{
  store_close(p->st);
  p->st = NULL;
  p->st = opened(p);
}

static inline struct account an_account(const char *email)
{
  struct account a = {.created_s = NOW};
  (void)snprintf(a.email, sizeof a.email, "%s", email);
  (void)snprintf(a.name, sizeof a.name, "Person of %.40s", email);
  return a;
}

static inline struct account added_account(struct store *st, const char *email)
{
  struct account a = an_account(email);
  assert_int_equal(store_account_add(st, &a), 0);
  assert_false(uid_is_none(&a.id));
  return a;
}

static inline struct session added_session(struct store *st, const struct uid *account, uint8_t cookie)
{
  struct session s = {.account = *account, .created_s = NOW, .used_s = NOW, .signed_in_s = NOW};
  memset(s.cookie_hash, cookie, sizeof s.cookie_hash);
  memset(s.key, cookie, sizeof s.key);
  assert_int_equal(store_session_add(st, &s), 0);
  return s;
}

static inline struct store_room added_room(struct store *st, const struct uid *owner, enum room_kind kind)
{
  struct store_room r = {.owner = *owner, .kind = kind, .title = "A room", .policy = room_policy_default(kind),
                         .created_s = NOW};
  assert_int_equal(store_room_add(st, &r), 0);
  return r;
}

static const struct page first_page = {.offset = 0, .most = 8};
static const struct uid none;

#endif
