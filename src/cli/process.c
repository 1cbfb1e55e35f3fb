/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/process.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/err.h"

#define OUT_OF_THE_WAY 200 /* above every number that a child is given */

static int try_path(char *path, size_t size, const char *folder, const char *between, const char *name)
{
  char joined[2 * PATH_MAX], real[PATH_MAX];
  int n = snprintf(joined, sizeof joined, "%s/%s%s", folder, between, name);
  if (n < 0 || (size_t)n >= sizeof joined || realpath(joined, real) == NULL || access(real, X_OK) != 0 ||
      strlen(real) >= size)
    return ERR_NOT_FOUND;
  strcpy(path, real);
  return 0;
}

int process_find(const char *name, const char *folder, char *path, size_t size)
{
  char self[PATH_MAX], between[64];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (n <= 0)
    return ERR_NOT_FOUND;
  self[n] = '\0';
  const char *own_folder = dirname(self);
  if (try_path(path, size, own_folder, "", name) == 0)
    return 0;
  if (try_path(path, size, own_folder, "../libexec/testudo/", name) == 0)
    return 0;
  snprintf(between, sizeof between, "../%s/", folder);
  return try_path(path, size, own_folder, between, name);
}

/* What follows runs in the child, between fork and exec; an error ends it. */

static void give(const int *fds, int first_fd, size_t n)
{
  int moved[OUT_OF_THE_WAY];
  for (size_t i = 0; i < n; i++) {
    moved[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
    if (fds[i] >= 0 && moved[i] < 0)
      _exit(127);
  }
  for (size_t i = 0; i < n; i++) {
    int to = first_fd + (int)i;
    if (moved[i] < 0)
      close(to);
    else if (dup2(moved[i], to) < 0)
      _exit(127);
  }
  if (close_range((unsigned)first_fd + (unsigned)n, UINT_MAX, 0) != 0)
    _exit(127);
}

static void reset_signals(void)
{
  sigset_t none;
  sigemptyset(&none);
  signal(SIGINT, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
    _exit(127);
}

static void die_with(pid_t parent)
{
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
    _exit(127);
}

/* Libraries read settings from the environment that nobody means for a server, such as where to write TLS keys. */
static char **child_environment(void)
{
  static char *empty[] = {NULL};
#ifdef TESTUDO_SANITIZED
  static char options[256], *with_options[] = {options, NULL};
  const char *asan = getenv("ASAN_OPTIONS");
  if (asan != NULL) {
    snprintf(options, sizeof options, "ASAN_OPTIONS=%s", asan);
    return with_options;
  }
#endif
  return empty;
}

int process_start(const char *path, int first_fd, const int *fds, size_t n, pid_t *out)
{
  char *const arguments[] = {(char *)(uintptr_t)path, NULL};
  pid_t parent = getpid();
  if (n > OUT_OF_THE_WAY / 2)
    return ERR_IO;
  pid_t pid = fork();
  if (pid < 0)
    return ERR_IO;
  if (pid == 0) {
    die_with(parent);
    reset_signals();
    give(fds, first_fd, n);
    execve(path, arguments, child_environment());
    _exit(127);
  }
  *out = pid;
  return 0;
}
