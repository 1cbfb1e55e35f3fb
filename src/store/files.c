/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

#define PATH_BYTES 4096

int path_with(char *out, size_t size, const char *path, const char *ending)
{
  int n = snprintf(out, size, "%s%s", path, ending);
  return n < 0 || (size_t)n >= size ? ERR_RANGE : 0;
}

static int sync_opened(const char *path, int flags)
{
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0)
    return ERR_IO;
  int rc = fsync(fd);
  (void)close(fd);
  return rc == 0 ? 0 : ERR_IO;
}

int file_sync(const char *path)
{
  return sync_opened(path, O_RDONLY);
}

int folder_sync(const char *path)
{
  char folder[PATH_BYTES];
  const char *slash = strrchr(path, '/');
  size_t n = slash == NULL ? 0 : (size_t)(slash - path);
  if (n >= sizeof folder)
    return ERR_IO;
  memcpy(folder, path, n);
  folder[n] = '\0';
  return sync_opened(slash == NULL ? "." : n == 0 ? "/" : folder, O_RDONLY | O_DIRECTORY);
}

/* By the descriptor: what was made is what is given away. */
static int give_away(const char *path, uid_t uid, gid_t gid)
{
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return ERR_IO;
  int rc = fchown(fd, uid, gid);
  (void)close(fd);
  return rc == 0 ? 0 : ERR_IO;
}

static int make_one(const char *path, uid_t uid, gid_t gid)
{
  struct stat s;
  if (stat(path, &s) == 0 && S_ISDIR(s.st_mode))
    return 0;
  if (mkdir(path, 0700) != 0)
    return ERR_IO;
  int err = uid != 0 ? give_away(path, uid, gid) : 0;
  return err == 0 ? folder_sync(path) : err;
}

int folder_make(const char *path, uid_t uid, gid_t gid)
{
  char part[PATH_BYTES];
  size_t n = strlen(path);
  int err = n > 0 && n < sizeof part ? 0 : ERR_IO;
  for (size_t i = 1; err == 0 && i <= n; i++) {
    if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/')
      continue;
    memcpy(part, path, i);
    part[i] = '\0';
    err = make_one(part, uid, gid);
  }
  return err;
}

int folder_make_above(const char *file, uid_t uid, gid_t gid)
{
  char folder[PATH_BYTES];
  const char *slash = strrchr(file, '/');
  if (slash == NULL || slash == file)
    return 0;
  if (path_with(folder, sizeof folder, file, "") != 0)
    return ERR_IO;
  folder[slash - file] = '\0';
  return folder_make(folder, uid, gid);
}

static bool write_all(int fd, const void *p, size_t n)
{
  return write(fd, p, n) == (ssize_t)n && fsync(fd) == 0;
}

int file_make(const char *path, const void *p, size_t n)
{
  char fresh[PATH_BYTES], ending[32];
  (void)snprintf(ending, sizeof ending, ".new.%ld", (long)getpid());
  if (path_with(fresh, sizeof fresh, path, ending) != 0)
    return ERR_RANGE;
  (void)unlink(fresh); /* of a start that was interrupted */
  int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return ERR_IO;
  int err = write_all(fd, p, n) ? 0 : ERR_IO;
  (void)close(fd);
  /* A link, not a rename: it never replaces the file of another process. */
  if (err == 0 && link(fresh, path) != 0)
    err = errno == EEXIST ? ERR_STATE : ERR_IO;
  (void)unlink(fresh);
  return err == 0 ? folder_sync(path) : err;
}
