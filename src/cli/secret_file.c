/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

static int refuse(const struct config *c, enum config_option option, const char *what)
{
  char where[CONFIG_PATH + 16];
  log_error("%s: %s", config_where(c, option, where), what);
  return ERR_REFUSED;
}

/* Up to `most` bytes of an open file; a longer one gives `most`. */
static int read_open(const struct config *c, enum config_option option, int fd, char *out, size_t most, size_t *n)
{
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    return refuse(c, option, "this is not a file. Mend: name a file with the secret in it.");
  if ((st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
    return refuse(c, option, "others can read or change this file. Mend: chmod 600.");
  ssize_t got = read(fd, out, most);
  *n = got < 0 ? 0 : (size_t)got;
  return 0;
}

static int read_file(const struct config *c, enum config_option option, const char *path, char *out, size_t most,
                     size_t *n)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return refuse(c, option,
                  errno == ENOENT ? "there is no such file. Mend: make it, with the secret in its first line."
                                  : "this file cannot be read. Mend: give this server's user the right.");
  int err = read_open(c, option, fd, out, most, n);
  close(fd);
  return err;
}

int secret_file_line(const struct config *c, enum config_option option, const char *path, char out[SECRET_LINE_BYTES])
{
  size_t n = 0;
  memset(out, 0, SECRET_LINE_BYTES);
  if (path[0] == '\0')
    return 0;
  int err = read_file(c, option, path, out, SECRET_LINE_BYTES - 1, &n);
  if (err != 0)
    return err;
  size_t line = strcspn(out, "\r\n");
  if (line == SECRET_LINE_BYTES - 1)
    return refuse(c, option, "the secret in this file is too long. Mend: up to 254 bytes in the first line.");
  sodium_memzero(out + line, SECRET_LINE_BYTES - line);
  return line > 0 ? 0 : refuse(c, option, "the first line of this file is empty. Mend: put the secret there.");
}

int secret_file_all(const struct config *c, enum config_option option, const char *path, char *out, size_t most,
                    size_t *n)
{
  int err = read_file(c, option, path, out, most, n);
  if (err != 0)
    return err;
  if (*n == most)
    return refuse(c, option, "this file is too long for what it should hold. Mend: name the right one.");
  return *n > 0 ? 0 : refuse(c, option, "this file is empty. Mend: put the secret there.");
}
