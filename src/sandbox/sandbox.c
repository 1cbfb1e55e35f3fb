/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "sandbox/parts.h"

#ifdef TESTUDO_SANITIZED
const char *__asan_default_options(void);

/* The search for leaks at the end starts a thread that traces us: just what the sandbox denies. */
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
  return "detect_leaks=0";
}
#endif

/* Nobody may look into this process, and its memory goes to no file. */
static int hide_memory(void)
{
  const struct rlimit none = {0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
    return ERR_IO;
  return 0;
}

/* Ends with the supervisor, however that ends. */
static int die_with_parent(void)
{
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : ERR_IO;
}

static int become(uid_t uid, gid_t gid)
{
  if (geteuid() != 0 || uid == 0)
    return 0;
  if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
    return ERR_IO;
  return 0;
}

/* A change of user drops capabilities by itself; a process that stays root, or was given some, has to do it. */
static int drop_capabilities(void)
{
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    return ERR_IO;
  return syscall(SYS_capset, &header, none) == 0 ? 0 : ERR_IO;
}

static int close_file_system(const struct sandbox *s)
{
  int err = landlock_enter(s);
  if (err != ERR_UNSUPPORTED)
    return err;
  log_warning("this kernel has no Landlock: the process is confined by seccomp and its user alone");
  return 0;
}

static int failed(const char *what)
{
  log_error("sandbox: cannot %s: %s", what, strerror(errno));
  return ERR_IO;
}

int sandbox_enter(const struct sandbox *s)
{
  tzset(); /* reads the time zone's file, which gmtime_r would otherwise do at the first line of log */
  if (become(s->uid, s->gid) != 0)
    return failed("change the user");
  if (drop_capabilities() != 0)
    return failed("drop capabilities");
  if (hide_memory() != 0 || die_with_parent() != 0) /* a change of user undoes both */
    return failed("protect the process");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return failed("give up new privileges");
  if (close_file_system(s) != 0)
    return failed("close the file system");
  if (filter_enter(s->profile) != 0)
    return failed("filter system calls");
  return 0;
}
