/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts testudo-outbound as the supervisor does, and speaks to it as the web process does.
 *
 *   outbound_driver EXECUTABLE [--OPTION VALUE]...
 *
 * Each line of standard input is a command, with fields between tabs; "\n" stands for a line end in the last one:
 *   mail ID ADDRESS NAME SUBJECT TEXT / sms ID NUMBER TEXT / fetch ID URL / post ID URL AUTHORIZATION BODY / stop
 * Each event is a line on standard output: "pid N", "ready", "mail ID OUTCOME", "sms ID OUTCOME",
 * "fetch ID OUTCOME STATUS BODY", "ended CODE". */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/boot.h"
#include "cli/process.h"
#include "ipc/ipc.h"

#define FIELDS 6

static struct ipc_channel supervisor, web;
static pid_t child;

static void give_up(const char *why)
{
  fprintf(stderr, "outbound_driver: %s\n", why);
  if (child > 0)
    kill(child, SIGKILL);
  exit(1);
}

static void read_options(struct config *c, int argc, char **argv)
{
  char error[CONFIG_ERROR];
  config_init(c);
  for (int i = 2; i + 1 < argc; i += 2)
    if (config_set_argument(c, argv[i] + 2, argv[i + 1], error) != 0)
      give_up(error);
  if (config_finish(c, 1, error) != 0)
    give_up(error);
}

static void start(const char *executable, int argc, char **argv)
{
  static struct boot boot;
  int to_supervisor[2], to_web[2], given[3];
  read_options(&boot.config, argc, argv);
  if (boot_send(&boot, &given[0]) != 0 || ipc_pair(to_supervisor) != 0 || ipc_pair(to_web) != 0)
    give_up(strerror(errno));
  given[1] = to_supervisor[1];
  given[2] = to_web[1];
  if (ipc_open(&supervisor, to_supervisor[0], IPC_SUPERVISOR, IPC_OUTBOUND) != 0 ||
      ipc_open(&web, to_web[0], IPC_WEB, IPC_OUTBOUND) != 0 ||
      process_start(executable, BOOT_FD_STRUCT, given, 3, &child) != 0)
    give_up(strerror(errno));
  for (size_t i = 0; i < 3; i++)
    close(given[i]);
  printf("pid %d\n", (int)child);
}

static const char *outcome_name(unsigned outcome)
{
  static const char *const names[] = {"done", "failed", "refused", "insecure", "busy", "not-configured"};
  return outcome < sizeof names / sizeof names[0] ? names[outcome] : "unknown";
}

static int on_ready(void *ctx, struct span message, int fd)
{
  (void)ctx, (void)message, (void)fd;
  puts("ready");
  return 0;
}

static int on_done(void *ctx, struct span message, int fd)
{
  struct ipc_outbound_done m;
  (void)ctx, (void)fd;
  int err = ipc_decode_mail_done(span_of(message.p + 1, message.n - 1), &m); /* an SMS is answered in the same form */
  if (err == 0)
    printf("%s %u %s\n", message.p[0] == IPC_MAIL_DONE ? "mail" : "sms", m.id, outcome_name(m.outcome));
  return err;
}

static int on_fetched(void *ctx, struct span message, int fd)
{
  struct ipc_fetched m;
  (void)ctx, (void)fd;
  int err = ipc_decode_fetched(span_of(message.p + 1, message.n - 1), &m);
  if (err == 0)
    printf("fetch %u %s %u %.*s\n", m.id, outcome_name(m.outcome), m.status, (int)m.body.n, (const char *)m.body.p);
  return err;
}

static const struct ipc_handler from_supervisor[] = {{IPC_READY, on_ready}};
static const struct ipc_handler from_web[] = {
  {IPC_READY, on_ready}, {IPC_MAIL_DONE, on_done}, {IPC_SMS_DONE, on_done}, {IPC_FETCHED, on_fetched}};

static void send_message(const struct writer *w)
{
  if (w->overflow || ipc_send(&web, writer_span(w), -1) != 0)
    give_up("a message cannot be sent");
}

static void unescape(char *text)
{
  char *to = text;
  for (const char *from = text; *from != '\0'; from++)
    if (from[0] == '\\' && (from[1] == 'n' || from[1] == 'r'))
      *to++ = *++from == 'n' ? '\n' : '\r';
    else
      *to++ = *from;
  *to = '\0';
}

static void obey(char *line)
{
  static uint8_t buffer[LIMIT_IPC_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct span f[FIELDS] = {{0}};
  char *rest = line, *word;
  size_t n = 0;
  while (n < FIELDS && (word = strsep(&rest, "\t")) != NULL) {
    unescape(word);
    f[n++] = span_str(word);
  }
  uint32_t id = n > 1 ? (uint32_t)strtoul((const char *)f[1].p, NULL, 10) : 0;
  if (strcmp(line, "mail") == 0)
    ipc_encode_mail(&w, &(struct ipc_mail){.id = id, .to = f[2], .to_name = f[3], .subject = f[4], .text = f[5]});
  else if (strcmp(line, "sms") == 0)
    ipc_encode_sms(&w, &(struct ipc_sms){.id = id, .to = f[2], .text = f[3]});
  else if (strcmp(line, "fetch") == 0)
    ipc_encode_fetch(&w, &(struct ipc_fetch){.id = id, .method = IPC_FETCH_GET, .url = f[2]});
  else if (strcmp(line, "post") == 0)
    ipc_encode_fetch(&w, &(struct ipc_fetch){
                           .id = id, .method = IPC_FETCH_POST, .url = f[2], .authorization = f[3], .body = f[4]});
  else if (strcmp(line, "stop") != 0)
    give_up("unknown command");
  if (w.n > 0)
    send_message(&w);
  else if (ipc_send_type(&supervisor, IPC_STOP) != 0)
    give_up("cannot say stop");
}

/* Whole lines of standard input; false at its end. */
static bool read_commands(void)
{
  static char text[LIMIT_IPC_MESSAGE];
  static size_t n;
  ssize_t got = read(STDIN_FILENO, text + n, sizeof text - 1 - n);
  if (got <= 0)
    return false;
  n += (size_t)got;
  text[n] = '\0';
  char *line = text, *end;
  while ((end = strchr(line, '\n')) != NULL) {
    *end = '\0';
    obey(line);
    line = end + 1;
  }
  n -= (size_t)(line - text);
  memmove(text, line, n);
  return true;
}

/* Until the process ends. */
static void serve(void)
{
  bool reading = true;
  while (ipc_is_open(&web) && ipc_is_open(&supervisor)) {
    struct pollfd p[] = {{.fd = web.fd, .events = POLLIN},
                         {.fd = supervisor.fd, .events = POLLIN},
                         {.fd = reading ? STDIN_FILENO : -1, .events = POLLIN}};
    (void)poll(p, 3, -1);
    if (p[2].revents != 0)
      reading = read_commands();
    if (!reading)
      return;
    (void)ipc_dispatch(&supervisor, from_supervisor, 1, NULL);
    (void)ipc_dispatch(&web, from_web, sizeof from_web / sizeof from_web[0], NULL);
  }
}

int main(int argc, char **argv)
{
  int status;
  if (argc < 2)
    return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  log_open("driver", LOG_ERROR);
  start(argv[1], argc, argv);
  serve();
  ipc_close(&web);
  ipc_close(&supervisor);
  if (waitpid(child, &status, 0) != child)
    return 1;
  printf("ended %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  return 0;
}
