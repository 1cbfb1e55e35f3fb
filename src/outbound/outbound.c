/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/outbound.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/random.h"
#include "ipc/ipc.h"
#include "outbound/transfer.h"

#define EVENTS 32
#define LONGEST_WAIT_MS 60000

struct outbound {
  struct transfer_context context;
  struct fetch_hosts hosts;
  struct jobs jobs;
  struct ipc_channel web, supervisor;
  bool web_writing; /* epoll is asked for room in the web channel */
  CURLM *multi;
  uint64_t curl_due_us; /* UINT64_MAX: never */
  int epoll;
  bool stop;
  uint8_t answer[LIMIT_FETCH_ANSWER + 64];
};

static uint64_t now_us(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* --- answers --- */

static void send_answer(struct outbound *o, const struct writer *w)
{
  if (w->overflow || ipc_send(&o->web, writer_span(w), -1) != 0)
    o->stop = true; /* the channel has ended, and been logged where it matters */
}

static void answer(struct outbound *o, enum job_kind kind, uint32_t id, const struct ipc_fetched *result)
{
  struct writer w = writer_of(o->answer, sizeof o->answer);
  struct ipc_outbound_done done = {.id = id, .outcome = result->outcome};
  switch (kind) {
  case JOB_MAIL: ipc_encode_mail_done(&w, &done); break;
  case JOB_SMS: ipc_encode_sms_done(&w, &done); break;
  default: ipc_encode_fetched(&w, result); break;
  }
  send_answer(o, &w);
}

static void end_job(struct outbound *o, struct job *job, struct ipc_fetched *result)
{
  result->id = job->id;
  answer(o, job->kind, job->id, result);
  jobs_end(&o->jobs, job);
}

/* --- transfers --- */

static enum ipc_outcome outcome_of_error(int err)
{
  return err == ERR_REFUSED ? IPC_REFUSED : err == ERR_UNSUPPORTED ? IPC_NOT_CONFIGURED : IPC_FAILED;
}

static void start_job(struct outbound *o, struct job *job)
{
  struct transfer *t = NULL;
  int err = transfer_new(&t, &o->context, job, (int64_t)time(NULL));
  if (err == 0 && curl_multi_add_handle(o->multi, transfer_easy(t)) != CURLM_OK) {
    transfer_free(t);
    err = ERR_NOMEM;
  }
  if (err != 0)
    end_job(o, job, &(struct ipc_fetched){.outcome = (uint8_t)outcome_of_error(err)});
}

static void start_what_is_due(struct outbound *o)
{
  struct job *job;
  while (!o->stop && (job = jobs_start_next(&o->jobs, now_us())) != NULL)
    start_job(o, job);
}

static const char *name_of(enum job_kind kind)
{
  return kind == JOB_MAIL ? "mail" : kind == JOB_SMS ? "SMS" : "fetch";
}

/* No address and no text: the operator needs the kind and the reason. */
static void log_failure(const struct job *job, CURLcode result, enum ipc_outcome outcome)
{
  const char *meaning = outcome == IPC_INSECURE ? "the other side cannot be trusted" :
                        outcome == IPC_REFUSED  ? "refused by the other side" : "failed";
  log_warning("%s: %s (%s), try %u", name_of(job->kind), meaning, curl_easy_strerror(result), job->tries);
}

static void finish(struct outbound *o, struct transfer *t, CURLcode result)
{
  struct job *job = transfer_job(t);
  struct ipc_fetched answered = {.outcome = (uint8_t)transfer_outcome(t, result)};
  if (answered.outcome != IPC_DONE)
    log_failure(job, result, (enum ipc_outcome)answered.outcome);
  else if (job->kind == JOB_FETCH)
    transfer_answer(t, &answered);
  if (answered.outcome != IPC_FAILED || !jobs_try_again(&o->jobs, job, now_us()))
    end_job(o, job, &answered);
  (void)curl_multi_remove_handle(o->multi, transfer_easy(t));
  transfer_free(t);
}

static void finish_what_is_done(struct outbound *o)
{
  const CURLMsg *m;
  int left;
  while ((m = curl_multi_info_read(o->multi, &left)) != NULL) {
    char *t = NULL;
    CURLcode result = m->data.result;
    if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t) == CURLE_OK && t != NULL)
      finish(o, (struct transfer *)(void *)t, result);
  }
}

/* --- what curl wants of the loop --- */

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
  struct outbound *o = ctx;
  struct epoll_event e = {.data.fd = fd};
  (void)easy;
  if (what == CURL_POLL_REMOVE) {
    (void)epoll_ctl(o->epoll, EPOLL_CTL_DEL, fd, NULL); /* perhaps closed already */
    return 0;
  }
  e.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u);
  if (epoll_ctl(o->epoll, known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) != 0 &&
      epoll_ctl(o->epoll, known != NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &e) != 0)
    return -1;
  (void)curl_multi_assign(o->multi, fd, o);
  return 0;
}

static int on_curl_timer(CURLM *multi, long ms, void *ctx)
{
  struct outbound *o = ctx;
  (void)multi;
  o->curl_due_us = ms < 0 ? UINT64_MAX : now_us() + (uint64_t)ms * 1000;
  return 0;
}

static void serve_curl(struct outbound *o, int fd, uint32_t events)
{
  int running, what = 0;
  what |= (events & (EPOLLIN | EPOLLHUP)) != 0 ? CURL_CSELECT_IN : 0;
  what |= (events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0;
  what |= (events & EPOLLERR) != 0 ? CURL_CSELECT_ERR : 0;
  (void)curl_multi_socket_action(o->multi, fd, what, &running);
}

static void serve_curl_timer(struct outbound *o)
{
  int running;
  if (o->curl_due_us > now_us())
    return;
  o->curl_due_us = UINT64_MAX;
  (void)curl_multi_socket_action(o->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

/* --- what the others say --- */

static int take(struct outbound *o, enum job_kind kind, uint32_t id, struct span message)
{
  struct job *job = NULL;
  int err = jobs_add(&o->jobs, kind, id, message, now_us(), &job);
  if (err != 0) {
    answer(o, kind, id, &(struct ipc_fetched){.id = id, .outcome = IPC_BUSY});
    return 0;
  }
  job->created = (int64_t)time(NULL);
  random_fill(&random_system, job->token, sizeof job->token);
  return 0;
}

#define ON(name, type, kind)                                                                                           \
  static int on_##name(void *ctx, struct span message, int fd)                                                         \
  {                                                                                                                    \
    struct type m;                                                                                                     \
    (void)fd;                                                                                                          \
    int err = ipc_decode_##name(span_of(message.p + 1, message.n - 1), &m);                                            \
    return err != 0 ? err : take(ctx, kind, m.id, message);                                                            \
  }

ON(mail, ipc_mail, JOB_MAIL)
ON(sms, ipc_sms, JOB_SMS)
ON(fetch, ipc_fetch, JOB_FETCH)

static int on_stop(void *ctx, struct span message, int fd)
{
  struct outbound *o = ctx;
  (void)message;
  (void)fd;
  o->stop = true;
  return 0;
}

static const struct ipc_handler web_handlers[] = {{IPC_MAIL, on_mail}, {IPC_SMS, on_sms}, {IPC_FETCH, on_fetch}};
static const struct ipc_handler supervisor_handlers[] = {{IPC_STOP, on_stop}};

static void serve_web(struct outbound *o, uint32_t events)
{
  if ((events & EPOLLOUT) != 0)
    (void)ipc_flush(&o->web); /* an ended channel shows below */
  if (ipc_dispatch(&o->web, web_handlers, sizeof web_handlers / sizeof web_handlers[0], o) != 0)
    o->stop = true;
}

/* --- the loop --- */

static int watch(struct outbound *o, int fd)
{
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  return epoll_ctl(o->epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? 0 : ERR_IO;
}

static int make_curl(struct outbound *o)
{
  int rc = 0;
  o->multi = curl_multi_init();
  if (o->multi == NULL)
    return ERR_NOMEM;
  rc |= curl_multi_setopt(o->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
  rc |= curl_multi_setopt(o->multi, CURLMOPT_SOCKETDATA, o);
  rc |= curl_multi_setopt(o->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
  rc |= curl_multi_setopt(o->multi, CURLMOPT_TIMERDATA, o);
  return rc == 0 ? 0 : ERR_NOMEM;
}

int outbound_new(struct outbound **out, const struct config *config, const struct secrets *secrets)
{
  struct outbound *o = calloc(1, sizeof *o);
  if (o == NULL)
    return ERR_NOMEM;
  o->context = (struct transfer_context){.config = config, .secrets = secrets, .hosts = &o->hosts};
  o->curl_due_us = UINT64_MAX;
  o->web.fd = -1;
  o->epoll = epoll_create1(EPOLL_CLOEXEC);
  int err = ipc_open(&o->supervisor, BOOT_FD_SUPERVISOR, IPC_OUTBOUND, IPC_SUPERVISOR);
  if (err == 0)
    err = ipc_open(&o->web, BOOT_FD_WEB, IPC_OUTBOUND, IPC_WEB);
  if (err == 0)
    err = o->epoll < 0 ? ERR_IO : jobs_init(&o->jobs);
  if (err == 0)
    err = fetch_hosts_init(&o->hosts, config);
  if (err == 0)
    err = make_curl(o);
  if (err == 0)
    err = watch(o, o->web.fd);
  if (err == 0)
    err = watch(o, o->supervisor.fd);
  if (err != 0) {
    outbound_free(o);
    return err;
  }
  *out = o;
  return 0;
}

/* Transfers on their way have no list of their own: each runs for a job, and curl knows them. They end with the
 * process. */
void outbound_free(struct outbound *o)
{
  jobs_fini(&o->jobs);
  ipc_close(&o->web);
  ipc_close(&o->supervisor);
  if (o->epoll >= 0)
    close(o->epoll);
  free(o);
}

static void serve(struct outbound *o, const struct epoll_event *e)
{
  if (e->data.fd == o->web.fd)
    serve_web(o, e->events);
  else if (e->data.fd == o->supervisor.fd)
    o->stop = ipc_dispatch(&o->supervisor, supervisor_handlers, 1, o) != 0 || o->stop;
  else
    serve_curl(o, e->data.fd, e->events);
}

/* Asks epoll for room in the web channel exactly while something waits for it. */
static int follow_web_queue(struct outbound *o)
{
  bool writing = ipc_wants_write(&o->web);
  if (writing == o->web_writing || !ipc_is_open(&o->web))
    return 0;
  struct epoll_event e = {.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.fd = o->web.fd};
  o->web_writing = writing;
  return epoll_ctl(o->epoll, EPOLL_CTL_MOD, o->web.fd, &e) == 0 ? 0 : ERR_IO;
}

static int wait_ms(const struct outbound *o)
{
  uint64_t now = now_us(), next = jobs_due_us(&o->jobs);
  next = o->curl_due_us < next ? o->curl_due_us : next;
  if (next <= now)
    return 0;
  uint64_t ms = (next - now + 999) / 1000;
  return ms < LONGEST_WAIT_MS ? (int)ms : LONGEST_WAIT_MS;
}

static int turn(struct outbound *o)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait(o->epoll, events, EVENTS, wait_ms(o));
  if (n < 0 && errno != EINTR)
    return ERR_IO;
  for (int i = 0; i < n && !o->stop; i++)
    serve(o, &events[i]);
  serve_curl_timer(o);
  finish_what_is_done(o);
  start_what_is_due(o);
  return follow_web_queue(o);
}

int outbound_run(struct outbound *o)
{
  int err = ipc_send_type(&o->web, IPC_READY);
  if (err == 0)
    err = ipc_send_type(&o->supervisor, IPC_READY);
  while (err == 0 && !o->stop)
    err = turn(o);
  return err == ERR_CLOSED ? 0 : err; /* a channel that ended before we were ready */
}
