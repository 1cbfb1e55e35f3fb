/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls of each profile. A call that is missing here shows at once: the process dies with SIGSYS, and the
 * supervisor says so; the kernel's audit log names the number. */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "sandbox/parts.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Memory, time, chance, the end: what the C library needs by itself, in every profile. */
static const int basic_calls[] = {
  SCMP_SYS(brk),           SCMP_SYS(munmap),         SCMP_SYS(mremap),       SCMP_SYS(madvise),
  SCMP_SYS(futex),         SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday), SCMP_SYS(time),
  SCMP_SYS(getrandom),     SCMP_SYS(rt_sigreturn),   SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
  SCMP_SYS(getpid),        SCMP_SYS(gettid),         SCMP_SYS(exit),         SCMP_SYS(exit_group),
  SCMP_SYS(read),          SCMP_SYS(write),          SCMP_SYS(close),        SCMP_SYS(recvmsg),
  SCMP_SYS(sendmsg),       SCMP_SYS(epoll_wait),     SCMP_SYS(epoll_pwait),  SCMP_SYS(epoll_ctl),
};

/* Batches of datagrams, and connections that come in, on sockets that it was given: it can make none, and none listen. */
static const int media_calls[] = {
  SCMP_SYS(recvmmsg),
  SCMP_SYS(sendmmsg),
  SCMP_SYS(accept4),
  SCMP_SYS(getrusage), /* for worker/meter.c */
};

/* Connections that come in, and files; Landlock decides which files. Threads: allow_profile. */
static const int web_calls[] = {
  SCMP_SYS(accept),        SCMP_SYS(accept4),        SCMP_SYS(getsockname),  SCMP_SYS(getpeername),
  SCMP_SYS(getsockopt),    SCMP_SYS(setsockopt),     SCMP_SYS(shutdown),     SCMP_SYS(recvfrom),
  SCMP_SYS(sendto),        SCMP_SYS(readv),          SCMP_SYS(writev),       SCMP_SYS(poll),
  SCMP_SYS(ppoll),         SCMP_SYS(epoll_create1),  SCMP_SYS(eventfd2),     SCMP_SYS(pipe2),
  SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(fcntl),      SCMP_SYS(dup),
  SCMP_SYS(openat),        SCMP_SYS(open),           SCMP_SYS(lseek),        SCMP_SYS(fstat),
  SCMP_SYS(stat),          SCMP_SYS(lstat),          SCMP_SYS(newfstatat),   SCMP_SYS(statx),
  SCMP_SYS(access),        SCMP_SYS(faccessat),      SCMP_SYS(faccessat2),   SCMP_SYS(readlink),
  SCMP_SYS(getdents64),    SCMP_SYS(pread64),        SCMP_SYS(pwrite64),     SCMP_SYS(ftruncate),
  SCMP_SYS(fsync),         SCMP_SYS(fdatasync),      SCMP_SYS(flock),        SCMP_SYS(rename),
  SCMP_SYS(renameat),      SCMP_SYS(renameat2),      SCMP_SYS(unlink),       SCMP_SYS(unlinkat),
  SCMP_SYS(mkdir),         SCMP_SYS(mkdirat),        SCMP_SYS(fchmod),       SCMP_SYS(umask),
  SCMP_SYS(getuid),        SCMP_SYS(geteuid),        SCMP_SYS(getgid),       SCMP_SYS(getegid),
  SCMP_SYS(uname),         SCMP_SYS(sysinfo),        SCMP_SYS(sched_yield),  SCMP_SYS(sched_getaffinity),
  SCMP_SYS(rt_sigaction),  SCMP_SYS(prlimit64),      SCMP_SYS(getrlimit),    SCMP_SYS(nanosleep),
  SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_getres),  SCMP_SYS(getcwd),     SCMP_SYS(link),
  SCMP_SYS(linkat),         SCMP_SYS(fchown),
  SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
};

/* Connections that go out, the C library's resolver and libcurl's threads for it. Sockets and threads themselves:
 * allow_outward. */
static const int outbound_calls[] = {
  SCMP_SYS(connect),       SCMP_SYS(socketpair),     SCMP_SYS(getsockname),  SCMP_SYS(getpeername),
  SCMP_SYS(getsockopt),    SCMP_SYS(setsockopt),     SCMP_SYS(shutdown),     SCMP_SYS(recvfrom),
  SCMP_SYS(sendto),        SCMP_SYS(sendmmsg),       SCMP_SYS(readv),        SCMP_SYS(writev),
  SCMP_SYS(poll),          SCMP_SYS(ppoll),          SCMP_SYS(fcntl),        SCMP_SYS(uname),
  SCMP_SYS(openat),        SCMP_SYS(open),           SCMP_SYS(lseek),        SCMP_SYS(fstat),
  SCMP_SYS(stat),          SCMP_SYS(newfstatat),     SCMP_SYS(pread64),      SCMP_SYS(access),
  SCMP_SYS(set_robust_list), SCMP_SYS(rseq),         SCMP_SYS(sched_yield),  SCMP_SYS(sched_getaffinity),
  SCMP_SYS(getuid),        SCMP_SYS(geteuid),        SCMP_SYS(getgid),       SCMP_SYS(getegid),
  SCMP_SYS(rt_sigaction),  SCMP_SYS(prlimit64),      SCMP_SYS(nanosleep),    SCMP_SYS(clock_nanosleep),
  SCMP_SYS(clock_getres),  SCMP_SYS(sysinfo),
};

#ifdef TESTUDO_SANITIZED
/* A report of ASan or UBSan looks at its own stack, mappings and terminal. */
static const int report_calls[] = {
  SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(openat),    SCMP_SYS(readlink),  SCMP_SYS(prctl),
  SCMP_SYS(getuid),      SCMP_SYS(fstat),       SCMP_SYS(newfstatat), SCMP_SYS(lseek),    SCMP_SYS(rt_sigaction),
  SCMP_SYS(getrlimit),   SCMP_SYS(prlimit64),   SCMP_SYS(sched_getaffinity), SCMP_SYS(ioctl), SCMP_SYS(writev),
};
#endif

static int allow_list(scmp_filter_ctx filter, const int *calls, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    if (rc != 0 && rc != -EDOM) /* EDOM: this architecture does not have the call */
      return ERR_IO;
  }
  return 0;
}

/* What a media process shares with others it has shared before; of what others give it, it only reads. Each kind of
 * shared mapping has the lowest bit of its flags set. */
static int allow_media_mappings(scmp_filter_ctx filter)
{
  int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, 0));
  return rc;
}

/* Memory never becomes executable, and abort() reaches this process alone. */
static int allow_with_conditions(scmp_filter_ctx filter, enum sandbox_profile profile)
{
  int rc = 0;
  if (profile == SANDBOX_MEDIA)
    rc |= allow_media_mappings(filter);
  else
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (uint64_t)getpid()));
  return rc == 0 ? 0 : ERR_IO;
}

#define NO_SUCH_FAMILY SCMP_ACT_ERRNO(EAFNOSUPPORT)
#define THREAD (CLONE_VM | CLONE_THREAD | CLONE_SIGHAND)

/* Threads, but no processes: the flags of clone3 cannot be looked at, so that the C library is told to use clone. */
static int allow_threads(scmp_filter_ctx filter)
{
  int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, THREAD, THREAD));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  return rc == 0 ? 0 : ERR_IO;
}

/* Sockets of the internet alone; the C library asks for others (its cache of names, the list of interfaces) and can do
 * without. */
static int allow_outward(scmp_filter_ctx filter)
{
  int rc = allow_threads(filter);
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET6));
  rc |= seccomp_rule_add(filter, NO_SUCH_FAMILY, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
  rc |= seccomp_rule_add(filter, NO_SUCH_FAMILY, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_NETLINK));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, FIONBIO));
  rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, FIONREAD));
  return rc == 0 ? allow_list(filter, outbound_calls, COUNT(outbound_calls)) : ERR_IO;
}

static int allow_profile(scmp_filter_ctx filter, enum sandbox_profile profile)
{
  int err = allow_list(filter, basic_calls, COUNT(basic_calls));
  if (err == 0)
    err = allow_with_conditions(filter, profile);
  if (err == 0 && profile == SANDBOX_MEDIA)
    err = allow_list(filter, media_calls, COUNT(media_calls));
  if (err == 0 && profile == SANDBOX_WEB)
    err = allow_list(filter, web_calls, COUNT(web_calls));
  if (err == 0 && profile == SANDBOX_WEB)
    err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, FIONBIO)) == 0 ? 0 : ERR_IO;
  if (err == 0 && profile == SANDBOX_WEB) /* password hashes */
    err = allow_threads(filter);
  if (err == 0 && profile == SANDBOX_OUTBOUND)
    err = allow_outward(filter);
#ifdef TESTUDO_SANITIZED
  if (err == 0)
    err = allow_list(filter, report_calls, COUNT(report_calls));
#endif
  return err;
}

int filter_enter(enum sandbox_profile profile)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == NULL)
    return ERR_IO;
  int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 ? 0 : ERR_IO;
  if (err == 0)
    err = allow_profile(filter, profile);
  if (err == 0 && seccomp_load(filter) != 0)
    err = ERR_IO;
  seccomp_release(filter);
  return err;
}
