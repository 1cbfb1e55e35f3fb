/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "ipc/share.h"

/* The mapping that is there stays writable; there can be no other one, the size stays, and so do the seals. */
#define SEALS (F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

int share_make(struct share_memory **memory, int *fd)
{
  int made = memfd_create("testudo-share", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  void *mapped = MAP_FAILED;
  if (made < 0)
    return ERR_IO;
  if (ftruncate(made, sizeof **memory) == 0)
    mapped = mmap(NULL, sizeof **memory, PROT_READ | PROT_WRITE, MAP_SHARED, made, 0);
  if (mapped != MAP_FAILED && fcntl(made, F_ADD_SEALS, SEALS) == 0) {
    *memory = mapped;
    *fd = made;
    return 0;
  }
  if (mapped != MAP_FAILED)
    (void)munmap(mapped, sizeof **memory);
  close(made);
  return ERR_IO;
}

int share_check(int fd)
{
  struct stat st;
  if (fcntl(fd, F_GET_SEALS) != SEALS || fstat(fd, &st) != 0 || st.st_size != (off_t)sizeof(struct share_memory))
    return ERR_MALFORMED;
  return 0;
}

int share_map(int fd, const struct share_memory **memory)
{
  void *mapped = mmap(NULL, sizeof **memory, PROT_READ, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED)
    return ERR_IO;
  *memory = mapped;
  return 0;
}

void share_unmap(const struct share_memory *memory)
{
  if (memory != NULL)
    (void)munmap((void *)(uintptr_t)memory, sizeof *memory);
}
