/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Written against the kernel's interface, not the C library's header: Debian 12 builds with the header of Linux 6.1,
 * while newer kernels, which it also runs on, know more rights to deny. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "sandbox/parts.h"

#define RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1

/* linux/landlock.h: struct landlock_ruleset_attr; older kernels take it if what they do not know is zero. */
struct ruleset {
  uint64_t fs;
  uint64_t net;
  uint64_t scoped;
};

struct path_beneath {
  uint64_t allowed;
  int32_t fd;
} __attribute__((packed));

#define FS_EXECUTE (1ull << 0)
#define FS_READ_FILE (1ull << 2)
#define FS_READ_FOLDER (1ull << 3)
#define FS_ABI_1 ((1ull << 13) - 1)
#define FS_REFER (1ull << 13)
#define FS_TRUNCATE (1ull << 14)
#define FS_IOCTL_DEV (1ull << 15)
#define NET_BIND_TCP 1ull
#define NET_CONNECT_TCP 2ull
#define SCOPED_ABSTRACT_UNIX_AND_SIGNAL 3ull

/* Everything that this version of the interface can deny. */
static struct ruleset all_rights(long abi, enum sandbox_profile profile)
{
  struct ruleset r = {.fs = FS_ABI_1};
  if (abi >= 2)
    r.fs |= FS_REFER;
  if (abi >= 3)
    r.fs |= FS_TRUNCATE;
  if (abi >= 4)
    r.net = profile == SANDBOX_OUTBOUND ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
  if (abi >= 5)
    r.fs |= FS_IOCTL_DEV;
  if (abi >= 6)
    r.scoped = SCOPED_ABSTRACT_UNIX_AND_SIGNAL;
  return r;
}

static int add_rule(int ruleset, int fd, uint64_t rights)
{
  struct path_beneath rule = {.allowed = rights, .fd = fd};
  return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : ERR_IO;
}

static int allow_folder(int ruleset, const char *folder, uint64_t rights)
{
  int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return ERR_IO;
  int err = add_rule(ruleset, fd, rights);
  close(fd);
  return err;
}

/* A file has no right to list it. */
static int allow_reading(int ruleset, const char *path)
{
  struct stat st;
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? 0 : ERR_IO;
  int err = fstat(fd, &st) == 0 ? 0 : ERR_IO;
  if (err == 0)
    err = add_rule(ruleset, fd, S_ISDIR(st.st_mode) ? FS_READ_FILE | FS_READ_FOLDER : FS_READ_FILE);
  close(fd);
  return err;
}

static int restrict_to(int ruleset, uint64_t rights, const struct sandbox *s)
{
  for (size_t i = 0; i < s->folders_n; i++)
    if (allow_folder(ruleset, s->folders[i], rights & ~FS_EXECUTE) != 0)
      return ERR_IO;
  for (size_t i = 0; i < s->readable_n; i++)
    if (allow_reading(ruleset, s->readable[i]) != 0)
      return ERR_IO;
  return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : ERR_IO;
}

int landlock_enter(const struct sandbox *s)
{
  long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, RULESET_VERSION);
  if (abi < 0)
    return errno == ENOSYS || errno == EOPNOTSUPP ? ERR_UNSUPPORTED : ERR_IO;
  struct ruleset rights = all_rights(abi, s->profile);
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0u);
  if (ruleset < 0)
    return ERR_IO;
  int err = restrict_to(ruleset, rights.fs, s);
  close(ruleset);
  return err;
}
