/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/sandbox: what a taken-over child process cannot do (T8). Each attempt runs in a process of its own that has
 * entered a profile as the real one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "outbound/confine.h"
#include "sandbox/sandbox.h"

#define NOBODY 65534

/* How an attempt ended, as the status that waitpid gives. */
enum { DONE = 0, DENIED = 1, NO_SANDBOX = 2 };

static char folder[] = "/tmp/testudo-sandbox-XXXXXX";
static char file_inside[64], file_of_other[64], database[64];
static int udp = -1, listener = -1;

static bool without_landlock; /* as on a kernel that has none */

static int hide_landlock(void)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0);
  return rc == 0 ? seccomp_load(filter) : rc;
}

static int run(enum sandbox_profile profile, int (*attempt)(void))
{
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    if (without_landlock && hide_landlock() != 0)
      _exit(NO_SANDBOX);
    if (profile == SANDBOX_OUTBOUND) /* as that process enters it */
      _exit(confine_enter(&(struct config){0}) != 0 ? NO_SANDBOX : attempt());
    const char *folders[] = {folder};
    struct sandbox s = {.profile = profile, .uid = profile == SANDBOX_MEDIA ? NOBODY : 0, .gid = NOBODY};
    if (profile == SANDBOX_WEB) {
      s.folders = folders;
      s.folders_n = 1;
    }
    if (sandbox_enter(&s) != 0)
      _exit(NO_SANDBOX);
    _exit(attempt());
  }
  assert_true(pid > 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return status;
}

static void assert_killed(enum sandbox_profile profile, int (*attempt)(void))
{
  int status = run(profile, attempt);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void assert_exits(enum sandbox_profile profile, int (*attempt)(void), int code)
{
  int status = run(profile, attempt);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), code);
}

static int outcome(int result)
{
  if (result >= 0)
    return DONE;
  return errno == EACCES || errno == EPERM ? DENIED : 99;
}

static int open_passwd(void)
{
  return outcome(open("/etc/passwd", O_RDONLY));
}

static int open_inside(void)
{
  return outcome(open(file_inside, O_RDWR | O_CREAT, 0600));
}

static int open_of_other(void)
{
  return outcome(open(file_of_other, O_RDONLY));
}

/* A file that the user's rights alone would let anybody read. */
static int open_database(void)
{
  return outcome(open(database, O_RDONLY));
}

static int make_socket(void)
{
  return outcome(socket(AF_INET, SOCK_STREAM, 0));
}

static int connect_somewhere(void)
{
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return outcome(connect(udp, (struct sockaddr *)&to, sizeof to));
}

static int bind_somewhere(void)
{
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return outcome(bind(udp, (struct sockaddr *)&to, sizeof to));
}

/* A socket that it holds cannot be made to take connections. */
static int listen_somewhere(void)
{
  return outcome(listen(udp, 1));
}

static int execute(void)
{
  return outcome(execl("/bin/true", "true", (char *)NULL));
}

static int fork_off(void)
{
  return outcome(fork());
}

static int kill_parent(void)
{
  return outcome(kill(getppid(), 0));
}

static int executable_memory(void)
{
  return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? DENIED : DONE;
}

/* All that the media process lives on. */
static int work_as_media_does(void)
{
  struct sockaddr_in self;
  struct iovec iov = {.iov_base = (char[]){'x'}, .iov_len = 1};
  struct mmsghdr m = {.msg_hdr = {.msg_name = &self, .msg_namelen = sizeof self, .msg_iov = &iov, .msg_iovlen = 1}};
  struct epoll_event event;
  memset(&self, 0, sizeof self);
  self.sin_family = AF_INET;
  self.sin_port = htons(9);
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char *memory = malloc(1 << 20);
  if (memory == NULL || sendmmsg(udp, &m, 1, 0) != 1 || recvmmsg(udp, &m, 1, MSG_DONTWAIT, NULL) != -1)
    return 98;
  free(memory);
  if (epoll_wait(-1, &event, 1, 0) != -1)
    return 97;
  if (accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) != -1 || errno != EAGAIN)
    return 96;
  log_notice("written from within the sandbox");
  return DONE;
}

static void test_media_cannot(void **state)
{
  (void)state;
  assert_killed(SANDBOX_MEDIA, make_socket);
  assert_killed(SANDBOX_MEDIA, connect_somewhere);
  assert_killed(SANDBOX_MEDIA, bind_somewhere);
  assert_killed(SANDBOX_MEDIA, listen_somewhere);
  assert_killed(SANDBOX_MEDIA, execute);
  assert_killed(SANDBOX_MEDIA, fork_off);
  assert_killed(SANDBOX_MEDIA, kill_parent);
  assert_killed(SANDBOX_MEDIA, executable_memory);
}

/* With sanitizers open() exists for their reports, and Landlock alone denies it: the same test proves either layer. */
static void test_media_has_no_files(void **state)
{
  (void)state;
#ifdef TESTUDO_SANITIZED
  assert_exits(SANDBOX_MEDIA, open_passwd, DENIED);
  assert_exits(SANDBOX_MEDIA, open_inside, DENIED);
#else
  assert_killed(SANDBOX_MEDIA, open_passwd);
  assert_killed(SANDBOX_MEDIA, open_inside);
#endif
}

static void test_media_can_work(void **state)
{
  (void)state;
  assert_exits(SANDBOX_MEDIA, work_as_media_does, DONE);
}

static void test_web_cannot(void **state)
{
  (void)state;
  assert_killed(SANDBOX_WEB, make_socket);
  assert_killed(SANDBOX_WEB, connect_somewhere);
  assert_killed(SANDBOX_WEB, execute);
  assert_killed(SANDBOX_WEB, fork_off);
  assert_killed(SANDBOX_WEB, executable_memory);
}

static void test_web_has_its_folder_only(void **state)
{
  (void)state;
  assert_exits(SANDBOX_WEB, open_inside, DONE);
  assert_exits(SANDBOX_WEB, open_passwd, DENIED);
}

static int make_unix_socket(void)
{
  return socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT ? DENIED : DONE;
}

static int open_hosts(void)
{
  return outcome(open("/etc/hosts", O_RDONLY));
}

static int change_hosts(void)
{
  return outcome(open("/etc/hosts", O_WRONLY | O_APPEND));
}

static int serve_somebody(void)
{
  return outcome(listen(udp, 1));
}

static void *nothing(void *ctx)
{
  return ctx;
}

/* All that libcurl lives on: a thread, a name, a connection. */
static int work_as_outbound_does(void)
{
  struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
  pthread_t thread;
  int pair[2];
  if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
    return 98;
  if (getaddrinfo("localhost", "9", &hints, &found) != 0)
    return 97;
  int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0 || (connect(fd, found->ai_addr, found->ai_addrlen) != 0 && errno != ECONNREFUSED && errno != EINPROGRESS))
    return 96;
  return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? DONE : 95;
}

static void test_outbound_cannot(void **state)
{
  (void)state;
  assert_killed(SANDBOX_OUTBOUND, execute);
  assert_killed(SANDBOX_OUTBOUND, fork_off);
  assert_killed(SANDBOX_OUTBOUND, kill_parent);
  assert_killed(SANDBOX_OUTBOUND, executable_memory);
  assert_killed(SANDBOX_OUTBOUND, bind_somewhere);
  assert_killed(SANDBOX_OUTBOUND, serve_somebody);
  assert_exits(SANDBOX_OUTBOUND, make_unix_socket, DENIED);
}

/* The data folder with its database among them. */
static void test_outbound_has_no_files_but_the_resolvers(void **state)
{
  (void)state;
  assert_exits(SANDBOX_OUTBOUND, open_passwd, DENIED);
  assert_exits(SANDBOX_OUTBOUND, open_database, DENIED);
  assert_exits(SANDBOX_OUTBOUND, open_inside, DENIED);
  assert_exits(SANDBOX_OUTBOUND, open_hosts, DONE);
  assert_exits(SANDBOX_OUTBOUND, change_hosts, DENIED);
}

static void test_outbound_can_work(void **state)
{
  (void)state;
  assert_exits(SANDBOX_OUTBOUND, work_as_outbound_does, DONE);
}

/* Such a kernel is told of in the log; what the rest of the sandbox denies stays denied. */
static void test_without_landlock(void **state)
{
  (void)state;
  without_landlock = true;
  assert_killed(SANDBOX_MEDIA, make_socket);
  assert_killed(SANDBOX_MEDIA, execute);
#ifndef TESTUDO_SANITIZED
  assert_killed(SANDBOX_MEDIA, open_passwd);
#endif
  without_landlock = false;
}

/* Root without capabilities is a user like any other. */
static void test_root_keeps_no_capability(void **state)
{
  (void)state;
  if (geteuid() != 0)
    skip();
  assert_exits(SANDBOX_WEB, open_of_other, DENIED);
}

static int set_up(void **state)
{
  (void)state;
  if (mkdtemp(folder) == NULL)
    return -1;
  snprintf(file_inside, sizeof file_inside, "%s/inside", folder);
  snprintf(file_of_other, sizeof file_of_other, "%s/other", folder);
  int fd = open(file_of_other, O_CREAT | O_WRONLY, 0600);
  if (fd < 0 || (geteuid() == 0 && fchown(fd, NOBODY, NOBODY) != 0))
    return -1;
  close(fd);
  snprintf(database, sizeof database, "%s/testudo.db", folder);
  fd = open(database, O_CREAT | O_WRONLY, 0644);
  if (fd < 0 || fchmod(fd, 0644) != 0 || chmod(folder, 0755) != 0)
    return -1;
  close(fd);
  udp = socket(AF_INET, SOCK_DGRAM, 0);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  return udp >= 0 && listener >= 0 && listen(listener, 1) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
  (void)state;
  unlink(file_inside);
  unlink(file_of_other);
  unlink(database);
  close(udp);
  return rmdir(folder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_media_cannot),
    cmocka_unit_test(test_media_has_no_files),
    cmocka_unit_test(test_media_can_work),
    cmocka_unit_test(test_web_cannot),
    cmocka_unit_test(test_web_has_its_folder_only),
    cmocka_unit_test(test_outbound_cannot),
    cmocka_unit_test(test_outbound_has_no_files_but_the_resolvers),
    cmocka_unit_test(test_outbound_can_work),
    cmocka_unit_test(test_without_landlock),
    cmocka_unit_test(test_root_keeps_no_capability),
  };
  return cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
}
