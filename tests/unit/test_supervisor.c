/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testudo serve: who is started, joined, started again and stopped. The real executable runs with fake_child beside it
 * as each of its children; all tell what happens on one pipe, where each test waits for what must be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000

#ifdef TESTUDO_SANITIZED
#define VARIABLES 1 /* ASAN_OPTIONS */
#else
#define VARIABLES 0
#endif

static char folder[] = "/tmp/testudo-supervisor-XXXXXX";
static const char *const names[] = {"testudo", "testudo-web", "testudo-media", "testudo-outbound"};

/* One run of `testudo serve`. */
static struct {
  pid_t pid;
  int out;
  char text[65536]; /* all that was said */
  size_t n, read;   /* read: up to where expect() has looked */
  unsigned https_port, media_port;
  bool sends; /* there is something for an outbound process to do */
} run;

static unsigned free_port(int type, unsigned beside)
{
  for (;;) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int first = socket(AF_INET, type, 0), second = socket(AF_INET, type, 0);
    assert_int_equal(bind(first, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(first, (struct sockaddr *)&a, &n), 0);
    unsigned port = ntohs(a.sin_port);
    a.sin_port = htons((uint16_t)(port + beside));
    int rc = beside == 0 ? 0 : bind(second, (struct sockaddr *)&a, sizeof a);
    close(first);
    close(second);
    if (rc == 0)
      return port;
  }
}

static void exec_testudo(int out, const char *behaviour)
{
  char path[128], https[16], media[16];
  snprintf(path, sizeof path, "%s/testudo", folder);
  snprintf(https, sizeof https, "%u", run.https_port);
  snprintf(media, sizeof media, "%u", run.media_port);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  dup2(out, 77); /* left open by a careless shell */
  (void)!chdir(folder); /* no testudo.conf there */
  setenv("SSLKEYLOGFILE", "/nonexistent/keys", 1);
  setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  execl(path, "testudo", "serve", "--https-port", https, "--media-port", media, "--https-listen", "127.0.0.1",
        "--media-listen", "127.0.0.1", "--media-processes", "2", "--data", behaviour,
        run.sends ? "--oidc-issuers" : (char *)NULL, "https://issuer.example", "--oidc-clients", "meet", "--oidc-secret-files",
        "secret", (char *)NULL);
  _exit(127);
}

static void start_on(unsigned https_port, const char *behaviour)
{
  int fds[2];
  bool sends = run.sends;
  memset(&run, 0, sizeof run);
  run.sends = sends;
  run.https_port = https_port;
  run.media_port = free_port(SOCK_DGRAM, 1);
  assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
  run.pid = fork();
  if (run.pid == 0)
    exec_testudo(fds[1], behaviour);
  close(fds[1]);
  run.out = fds[0];
}

static void start(const char *behaviour)
{
  run.sends = false;
  start_on(free_port(SOCK_STREAM, 0), behaviour);
}

/* More text; false at the end of it. */
static bool read_more(void)
{
  struct pollfd p = {.fd = run.out, .events = POLLIN};
  if (poll(&p, 1, PATIENCE_MS) != 1)
    fail_msg("nothing more was said:\n%s", run.text);
  ssize_t n = read(run.out, run.text + run.n, sizeof run.text - 1 - run.n);
  if (n > 0)
    run.n += (size_t)n;
  return n > 0;
}

/* Waits for the text, after what earlier calls have found. Returns where it continues. */
static const char *expect(const char *text)
{
  for (;;) {
    char *found = strstr(run.text + run.read, text);
    if (found != NULL && strchr(found, '\n') != NULL) {
      run.read = (size_t)(found - run.text) + strlen(text);
      return found + strlen(text);
    }
    if (!read_more())
      fail_msg("\"%s\" was not said:\n%s", text, run.text);
  }
}

/* Waits for texts that come in any order. */
static void expect_all(const char *const *texts, size_t n)
{
  size_t from = run.read, furthest = from;
  for (size_t i = 0; i < n; i++) {
    run.read = from;
    expect(texts[i]);
    furthest = run.read > furthest ? run.read : furthest;
  }
  run.read = furthest;
}

static pid_t pid_after(const char *text)
{
  return (pid_t)strtol(expect(text), NULL, 10);
}

/* The exit code; all that is still said is read first. */
static int finish(void)
{
  int status;
  while (read_more())
    continue;
  assert_int_equal(waitpid(run.pid, &status, 0), run.pid);
  close(run.out);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/* No process that introduced itself is left: the pipe has ended, so all who held it have, too; this looks by number. */
static void assert_no_child_left(void)
{
  int pid;
  for (const char *p = run.text; (p = strstr(p, " is ")) != NULL; p += 4)
    if (sscanf(p, " is %d at ", &pid) == 1)
      assert_int_not_equal(kill(pid, 0), 0);
}

static const char *const joined[] = {"has media 0", "has media 1"};

static void stop_in_order(void)
{
  kill(run.pid, SIGTERM);
  expect("web 0 stops");
  assert_int_equal(finish(), 0);
  assert_non_null(strstr(run.text, "supervisor notice: stopped"));
  assert_no_child_left();
}

static void test_start_and_stop(void **state)
{
  (void)state;
  start("data");
  expect_all(joined, 2);
  stop_in_order();
}

/* The right sockets and the channels, but no other descriptor, and no environment (testudo itself has both). */
static void test_children_get_what_they_need_and_no_more(void **state)
{
  (void)state;
  char web[64], media_0[64], media_1[64];
  start("data");
  expect_all(joined, 2);
  snprintf(web, sizeof web, "at %u holds 2 variables %d", run.https_port, VARIABLES);
  snprintf(media_0, sizeof media_0, "at %u holds 4 variables %d", run.media_port, VARIABLES);
  snprintf(media_1, sizeof media_1, "at %u holds 4 variables %d", run.media_port + 1, VARIABLES);
  const char *const texts[] = {web, media_0, media_1};
  run.read = 0;
  expect_all(texts, 3);
  stop_in_order();
}

static void test_a_dead_media_process_is_replaced(void **state)
{
  (void)state;
  char again[64];
  start("data");
  expect_all(joined, 2);
  run.read = 0;
  pid_t old = pid_after("media 1 is ");
  const char *const both[] = {"has media 0", "has media 1"};
  run.read = 0;
  expect_all(both, 2);
  kill(old, SIGKILL);
  expect("media 1 was killed by signal 9");
  snprintf(again, sizeof again, "at %u holds", run.media_port + 1);
  pid_t fresh = pid_after("media 1 is ");
  expect(again);
  assert_int_not_equal(fresh, old);
  expect("has media 1");
  stop_in_order();
}

/* Media processes go with the web process that knew their calls; the new ones are joined to the new one. */
static void test_a_dead_web_process_is_replaced(void **state)
{
  (void)state;
  char fresh[2][64];
  start("data");
  expect_all(joined, 2);
  run.read = 0;
  pid_t old = pid_after("web 0 is ");
  run.read = run.n;
  kill(old, SIGKILL);
  pid_t now = pid_after("web 0 is ");
  snprintf(fresh[0], sizeof fresh[0], "web %d has media 0", (int)now);
  snprintf(fresh[1], sizeof fresh[1], "web %d has media 1", (int)now);
  const char *const texts[] = {fresh[0], fresh[1]};
  expect_all(texts, 2);
  stop_in_order();
}

static void start_with_outbound(void)
{
  static const char *const all[] = {"has media 0", "has media 1", "has outbound"};
  run.sends = true;
  start_on(free_port(SOCK_STREAM, 0), "data");
  expect_all(all, 3);
}

static void test_outbound_is_started_when_it_has_something_to_do(void **state)
{
  (void)state;
  char introduction[64];
  start_with_outbound();
  snprintf(introduction, sizeof introduction, "holds 2 variables %d", VARIABLES);
  run.read = 0;
  expect("outbound 0 is ");
  expect(introduction); /* the two channels, and no socket */
  run.read = run.n;
  stop_in_order();
  start("data");
  expect_all(joined, 2);
  stop_in_order();
  assert_null(strstr(run.text, "outbound"));
}

static void test_a_dead_outbound_process_is_replaced(void **state)
{
  (void)state;
  start_with_outbound();
  run.read = 0;
  pid_t old = pid_after("outbound 0 is ");
  run.read = run.n;
  kill(old, SIGKILL);
  expect("outbound 0 was killed by signal 9");
  assert_int_not_equal(pid_after("outbound 0 is "), old);
  expect("has outbound");
  stop_in_order();
}

static void test_outbound_follows_the_web_process(void **state)
{
  (void)state;
  char fresh[64];
  start_with_outbound();
  run.read = 0;
  pid_t old = pid_after("web 0 is ");
  run.read = run.n;
  kill(old, SIGKILL);
  snprintf(fresh, sizeof fresh, "web %d has outbound", (int)pid_after("web 0 is "));
  expect(fresh);
  stop_in_order();
}

static void test_who_breaks_the_table_is_killed(void **state)
{
  (void)state;
  start("rude");
  expect("channel to media: message 99 (unknown)");
  expect("was killed by signal 9");
  kill(run.pid, SIGTERM);
  assert_int_equal(finish(), 0);
  assert_no_child_left();
}

/* Media processes get each other's memory and bells, once, and again from one that has come back. */
static void test_media_processes_get_to_know_each_other(void **state)
{
  static const char *const both[] = {"media 0 sees 1: 71", "media 1 sees 0: 70", "media 0 rings 1", "media 1 rings 0"};
  static const char *const later[] = {"media 0 sees 1: 71", "media 0 rings 1", "media 1 sees 0: 70"};
  (void)state;
  start("share");
  expect_all(both, 4);
  run.read = 0;
  pid_t old = pid_after("media 1 is ");
  run.read = run.n;
  kill(old, SIGKILL);
  expect("media 0 misses 1");
  expect_all(later, 3);
  stop_in_order();
}

/* Memory that others could write, or a second one, is passed on to nobody. */
static void test_memory_that_is_not_sealed_is_refused(void **state)
{
  static const char *const wrong[] = {"open", "again"};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    start(wrong[i]);
    expect("channel to media: message 5 (share)");
    expect("was killed by signal 9");
    kill(run.pid, SIGTERM);
    assert_int_equal(finish(), 0);
    assert_true(i == 1 || strstr(run.text, " sees ") == NULL);
    assert_no_child_left();
  }
}

static void test_what_never_works_is_given_up(void **state)
{
  (void)state;
  start("crash");
  expect("giving up");
  assert_int_equal(finish(), 1);
  assert_no_child_left();
}

static void test_a_child_that_refuses_the_configuration_ends_all(void **state)
{
  (void)state;
  start("config");
  assert_int_equal(finish(), 1);
  assert_null(strstr(run.text, "giving up"));
  assert_no_child_left();
}

/* Who does not stop is killed: at once by a second signal, else when patience ends. */
static void test_a_second_signal_kills(void **state)
{
  (void)state;
  start("deaf");
  expect_all(joined, 2);
  kill(run.pid, SIGINT);
  expect("web 0 stops");
  kill(run.pid, SIGINT);
  assert_int_equal(finish(), 0);
  assert_no_child_left();
}

static void test_nobody_outlives_the_supervisor(void **state)
{
  (void)state;
  int status;
  start("deaf");
  expect_all(joined, 2);
  kill(run.pid, SIGKILL);
  assert_int_equal(waitpid(run.pid, &status, 0), run.pid);
  while (read_more()) /* ends when no process holds the pipe any more */
    continue;
  close(run.out);
}

static void test_a_taken_port_is_named(void **state)
{
  (void)state;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof a;
  int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(taken, (struct sockaddr *)&a, sizeof a), 0);
  assert_int_equal(listen(taken, 1), 0);
  assert_int_equal(getsockname(taken, (struct sockaddr *)&a, &n), 0);
  start_on(ntohs(a.sin_port), "data");
  expect("--https-port: cannot listen on 127.0.0.1:");
  expect("Mend: stop the program that uses it");
  assert_int_equal(finish(), 1);
  close(taken);
}

static int copy(const char *from, const char *name)
{
  char command[512];
  snprintf(command, sizeof command, "cp '%s' '%s/%s'", from, folder, name);
  return system(command);
}

static int set_up(void **state)
{
  (void)state;
  if (mkdtemp(folder) == NULL)
    return -1;
  return copy(TESTUDO, names[0]) | copy(FAKE_CHILD, names[1]) | copy(FAKE_CHILD, names[2]) |
         copy(FAKE_CHILD, names[3]);
}

static int tear_down(void **state)
{
  (void)state;
  for (size_t i = 0; i < 4; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  return rmdir(folder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_start_and_stop),
    cmocka_unit_test(test_children_get_what_they_need_and_no_more),
    cmocka_unit_test(test_a_dead_media_process_is_replaced),
    cmocka_unit_test(test_a_dead_web_process_is_replaced),
    cmocka_unit_test(test_outbound_is_started_when_it_has_something_to_do),
    cmocka_unit_test(test_a_dead_outbound_process_is_replaced),
    cmocka_unit_test(test_outbound_follows_the_web_process),
    cmocka_unit_test(test_who_breaks_the_table_is_killed),
    cmocka_unit_test(test_media_processes_get_to_know_each_other),
    cmocka_unit_test(test_memory_that_is_not_sealed_is_refused),
    cmocka_unit_test(test_what_never_works_is_given_up),
    cmocka_unit_test(test_a_child_that_refuses_the_configuration_ends_all),
    cmocka_unit_test(test_a_second_signal_kills),
    cmocka_unit_test(test_nobody_outlives_the_supervisor),
    cmocka_unit_test(test_a_taken_port_is_named),
  };
  return cmocka_run_group_tests_name("supervisor", tests, set_up, tear_down);
}
