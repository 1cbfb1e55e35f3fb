/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/boot.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

int boot_send(const struct boot *b, int *fd)
{
  int made = memfd_create("testudo-boot", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (made < 0)
    return ERR_IO;
  if (write(made, b, sizeof *b) != (ssize_t)sizeof *b || fcntl(made, F_ADD_SEALS, SEALS) != 0) {
    close(made);
    return ERR_IO;
  }
  *fd = made;
  return 0;
}

/* What was not sealed by boot_send may have come from anyone. */
static int read_struct(struct boot *b)
{
  struct stat st;
  if (fcntl(BOOT_FD_STRUCT, F_GET_SEALS) != SEALS || fstat(BOOT_FD_STRUCT, &st) != 0)
    return ERR_IO;
  if (st.st_size != (off_t)sizeof *b)
    return ERR_MALFORMED;
  return pread(BOOT_FD_STRUCT, b, sizeof *b, 0) == (ssize_t)sizeof *b ? 0 : ERR_IO;
}

int boot_receive(struct boot *b)
{
  int err = read_struct(b);
  if (err == 0 && b->sockets > LIMIT_PROCESS_SOCKETS)
    err = ERR_MALFORMED;
  for (int fd = BOOT_FD_SUPERVISOR; err == 0 && fd < BOOT_FD_SOCKETS + b->sockets; fd++)
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* BOOT_FD_WEB is not there in the web process */
  close(BOOT_FD_STRUCT);
  return err;
}
