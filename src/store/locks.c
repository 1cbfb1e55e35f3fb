/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/locks.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "store/files.h"

#define PATH_BYTES 4096

static int lock_opened(int *fd, int how)
{
  if (*fd >= 0 && flock(*fd, how) == 0)
    return 0;
  int err = errno == EWOULDBLOCK && *fd >= 0 ? ERR_STATE : ERR_IO;
  if (err == ERR_IO)
    log_error("store: the data folder cannot be locked");
  lock_release(*fd);
  *fd = -1;
  return err;
}

int lock_opening(const char *folder, int *fd)
{
  *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return lock_opened(fd, LOCK_EX);
}

static int open_lock(const char *folder, int *fd)
{
  char path[PATH_BYTES];
  *fd = -1;
  if (path_with(path, sizeof path, folder, "/testudo.lock") != 0)
    return ERR_IO;
  *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  return 0;
}

int lock_shared(const char *folder, int *fd)
{
  int err = open_lock(folder, fd);
  return err != 0 ? err : lock_opened(fd, LOCK_SH | LOCK_NB);
}

int lock_alone(const char *folder, int *fd)
{
  int err = open_lock(folder, fd);
  return err != 0 ? err : lock_opened(fd, LOCK_EX | LOCK_NB);
}

void lock_release(int fd)
{
  if (fd >= 0)
    (void)close(fd);
}
