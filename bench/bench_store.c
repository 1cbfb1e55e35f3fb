/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions that are added each second to a database in the given folder, of guests and of accounts, by turns: what waiting
 * for the disk costs.
 *   bench_store FOLDER [ROUNDS]
 *   bench_store --smoke    one round in a folder of its own, to see that it runs */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "store/store_people.h"
#include "store/store_sessions.h"

#define BATCH 500

static double seconds(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int add_batch(struct store *st, const struct uid *account, uint64_t *next)
{
  struct session s = {.account = *account, .created_s = 1, .used_s = 1, .device = "Firefox on Linux"};
  int err = 0;
  for (int i = 0; i < BATCH && err == 0; i++) {
    memcpy(s.cookie_hash, next, sizeof *next);
    (*next)++;
    err = store_session_add(st, &s);
  }
  return err;
}

static int by_number(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int measure(struct store *st, const struct uid *account, size_t rounds)
{
  double rate[2][100];
  const struct uid of[2] = {{{0}}, *account};
  uint64_t next = 1;
  int err = 0;
  for (size_t i = 0; i < rounds && err == 0; i++)
    for (size_t k = 0; k < 2 && err == 0; k++) {
      double begun = seconds();
      err = add_batch(st, &of[k], &next);
      rate[k][i] = BATCH / (seconds() - begun);
    }
  qsort(rate[0], rounds, sizeof rate[0][0], by_number);
  qsort(rate[1], rounds, sizeof rate[1][0], by_number);
  if (err == 0)
    printf("guests %.0f a second, accounts %.0f a second: %.1f times\n", rate[0][rounds / 2], rate[1][rounds / 2],
           rate[0][rounds / 2] / rate[1][rounds / 2]);
  return err;
}

static int measure_in(const char *where, size_t rounds)
{
  char key[4096], folder[4096];
  struct store *st;
  struct account a = {.email = "ann@example.org", .created_s = 1};
  (void)snprintf(key, sizeof key, "%.4000s/key", where);
  (void)snprintf(folder, sizeof folder, "%.4000s/store", where);
  int err = store_open(&st, folder, key);
  if (err != 0)
    return err;
  err = store_account_add(st, &a);
  if (err == 0)
    err = measure(st, &a.id, rounds);
  store_close(st);
  return err;
}

static int forget(const char *path, const struct stat *st, int type, struct FTW *walk)
{
  (void)st;
  (void)type;
  (void)walk;
  return remove(path);
}

static int smoke(void)
{
  char where[] = "/tmp/bench_store.XXXXXX";
  if (mkdtemp(where) == NULL)
    return ERR_IO;
  int err = measure_in(where, 1);
  (void)nftw(where, forget, 8, FTW_DEPTH | FTW_PHYS);
  return err;
}

int main(int argc, char **argv)
{
  if (argc == 2 && strcmp(argv[1], "--smoke") == 0)
    return smoke() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 9;
  if (argc < 2 || rounds == 0 || rounds > 100) {
    (void)fputs("bench_store FOLDER [ROUNDS]: FOLDER must be new\n", stderr);
    return 2;
  }
  return measure_in(argv[1], rounds) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
