/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/transfer.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/mailbox.h"
#include "outbound/sms.h"

#define MAIL_MS 60000L
#define HTTP_MS 10000L
#define CONNECT_MS 10000L
#define USE_NO_TLS ((long)CURLUSESSL_NONE)
#define USE_TLS_OR_END ((long)CURLUSESSL_ALL)
#define HOOK_ANSWER_BYTES 4096 /* of the SMS hook: not looked at */
#define URL_BYTES (LIMIT_URL + 1)
#define HEADER_BYTES (LIMIT_FETCH_REQUEST + 32)

/* Which addresses may be connected to: a name may lead anywhere, and elsewhere at the next question. */
enum reach { REACH_ANY, REACH_PUBLIC, REACH_LOOPBACK };

struct transfer {
  const struct transfer_context *context;
  struct job *job;
  CURL *easy;
  struct curl_slist *recipients, *headers;
  enum reach reach;
  uint8_t *out; /* what is sent */
  size_t out_n, out_read, out_cap;
  uint8_t *in;  /* what is received */
  size_t in_n, in_cap;
  struct span url; /* of a fetch, in the job's message */
};

/* --- what curl calls --- */

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
  struct transfer *t = ctx;
  size_t bytes = size * n;
  if (bytes > t->in_cap - t->in_n)
    return 0; /* ends the transfer */
  if (bytes > 0)
    memcpy(t->in + t->in_n, p, bytes);
  t->in_n += bytes;
  return bytes;
}

static size_t on_read(char *p, size_t size, size_t n, void *ctx)
{
  struct transfer *t = ctx;
  size_t room = size * n, left = t->out_n - t->out_read;
  size_t bytes = left < room ? left : room;
  if (bytes > 0)
    memcpy(p, t->out + t->out_read, bytes);
  t->out_read += bytes;
  return bytes;
}

static bool may_reach(enum reach reach, const struct curl_sockaddr *to)
{
  struct net_addr a;
  if (net_addr_from_sockaddr(&a, &to->addr) != 0)
    return false;
  switch (reach) {
  case REACH_ANY: return true;
  case REACH_PUBLIC: return fetch_address_is_public(&a);
  case REACH_LOOPBACK: return net_addr_is_loopback(&a);
  }
  return false;
}

static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
  const struct transfer *t = ctx;
  (void)purpose;
  if (!may_reach(t->reach, to)) {
    log_warning("a connection to an address that is not public was refused");
    return CURL_SOCKET_BAD;
  }
  return socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
}

/* --- setting up --- */

static bool set_common(struct transfer *t)
{
  const struct secrets *secrets = t->context->secrets;
  struct curl_blob authorities = {
    .data = secrets->authorities, .len = secrets->authorities_n, .flags = CURL_BLOB_NOCOPY};
  CURL *e = t->easy;
  unsigned rc = 0;
  rc |= curl_easy_setopt(e, CURLOPT_PRIVATE, t);
  rc |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
  rc |= curl_easy_setopt(e, CURLOPT_PROXY, "");
  rc |= curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L); /* one made for another reach is not taken over */
  rc |= curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
  rc |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
  rc |= curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  rc |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
  rc |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
  rc |= curl_easy_setopt(e, CURLOPT_CAINFO, NULL);
  rc |= curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
  rc |= curl_easy_setopt(e, CURLOPT_CAINFO_BLOB, &authorities);
  rc |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
  rc |= curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
  rc |= curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_socket);
  rc |= curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
  return rc == 0;
}

static bool make_buffers(struct transfer *t, size_t out, size_t in)
{
  t->out_cap = out;
  t->in_cap = in;
  t->out = calloc(1, out);
  t->in = calloc(1, in);
  return t->out != NULL && t->in != NULL;
}

static bool add_line(struct curl_slist **list, const char *line)
{
  struct curl_slist *longer = curl_slist_append(*list, line);
  if (longer != NULL)
    *list = longer;
  return longer != NULL;
}

/* --- mail --- */

static struct span address_of_sender(const struct config *c, struct span *name)
{
  struct span address = {0};
  (void)mailbox_parse(span_str(c->mail_from), name, &address); /* config_options.c has parsed it before */
  return address;
}

static int compose(struct transfer *t, const struct ipc_mail *m)
{
  struct mail mail = {.to = m->to, .to_name = m->to_name, .subject = m->subject, .text = m->text,
                      .date = t->job->created};
  struct writer w = writer_of(t->out, t->out_cap);
  mail.from = address_of_sender(t->context->config, &mail.from_name);
  memcpy(mail.token, t->job->token, sizeof mail.token);
  int err = mail_compose(&mail, &w);
  t->out_n = w.n;
  return err == 0 ? 0 : ERR_REFUSED;
}

/* The path is the name that curl says in EHLO: the sender's domain instead of the machine's name. */
static bool set_mail_server(struct transfer *t, struct span sender)
{
  const struct config *c = t->context->config;
  char url[URL_BYTES];
  const char *domain = memchr(sender.p, '@', sender.n);
  size_t domain_n = sender.n - (size_t)(domain - (const char *)sender.p) - 1;
  snprintf(url, sizeof url, "%s://%s/%.*s", c->smtp_security == SMTP_TLS ? "smtps" : "smtp", c->smtp_server,
           (int)domain_n, domain + 1);
  unsigned rc = 0;
  rc |= curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, c->smtp_security == SMTP_TLS ? "smtps" : "smtp");
  rc |= curl_easy_setopt(t->easy, CURLOPT_URL, url);
  rc |= curl_easy_setopt(t->easy, CURLOPT_USE_SSL, c->smtp_security == SMTP_NONE ? USE_NO_TLS : USE_TLS_OR_END);
  if (c->smtp_user[0] != '\0') {
    rc |= curl_easy_setopt(t->easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    rc |= curl_easy_setopt(t->easy, CURLOPT_USERNAME, c->smtp_user);
    rc |= curl_easy_setopt(t->easy, CURLOPT_PASSWORD, t->context->secrets->smtp_password);
  }
  return rc == 0;
}

static bool set_envelope(struct transfer *t, struct span sender, struct span recipient)
{
  char from[LIMIT_MAIL_ADDRESS + 3], to[LIMIT_MAIL_ADDRESS + 3];
  snprintf(from, sizeof from, "<%.*s>", (int)sender.n, (const char *)sender.p);
  snprintf(to, sizeof to, "<%.*s>", (int)recipient.n, (const char *)recipient.p);
  unsigned rc = 0;
  if (!add_line(&t->recipients, to))
    return false;
  rc |= curl_easy_setopt(t->easy, CURLOPT_MAIL_FROM, from);
  rc |= curl_easy_setopt(t->easy, CURLOPT_MAIL_RCPT, t->recipients);
  rc |= curl_easy_setopt(t->easy, CURLOPT_UPLOAD, 1L);
  rc |= curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, on_read);
  rc |= curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
  rc |= curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, MAIL_MS);
  return rc == 0;
}

static int set_mail(struct transfer *t, struct span message)
{
  struct ipc_mail m;
  struct span name;
  const struct config *c = t->context->config;
  if (ipc_decode_mail(message, &m) != 0)
    return ERR_REFUSED;
  if (c->smtp_server[0] == '\0')
    return ERR_UNSUPPORTED;
  t->reach = c->smtp_security == SMTP_NONE ? REACH_LOOPBACK : REACH_ANY;
  if (!make_buffers(t, MAIL_BYTES, 1))
    return ERR_NOMEM;
  int err = compose(t, &m);
  if (err != 0)
    return err;
  struct span sender = address_of_sender(c, &name);
  return set_mail_server(t, sender) && set_envelope(t, sender, m.to) ? 0 : ERR_NOMEM;
}

/* --- HTTPS --- */

static bool set_https(struct transfer *t, const char *url)
{
  unsigned rc = 0;
  rc |= curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "https");
  rc |= curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
  rc |= curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  rc |= curl_easy_setopt(t->easy, CURLOPT_URL, url);
  rc |= curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, HTTP_MS);
  rc |= curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
  return rc == 0;
}

static bool set_post(struct transfer *t)
{
  unsigned rc = 0;
  rc |= curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE, (long)t->out_n);
  rc |= curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->out); /* not copied */
  return rc == 0;
}

static int set_sms(struct transfer *t, struct span message, int64_t now)
{
  struct ipc_sms m;
  const struct transfer_context *x = t->context;
  char signature[SMS_SIGNATURE], header[SMS_SIGNATURE + 32];
  if (ipc_decode_sms(message, &m) != 0)
    return ERR_REFUSED;
  if (x->config->sms_hook[0] == '\0')
    return ERR_UNSUPPORTED;
  if (!make_buffers(t, SMS_BODY, HOOK_ANSWER_BYTES))
    return ERR_NOMEM;
  struct writer w = writer_of(t->out, t->out_cap);
  if (sms_compose(m.to, m.text, &w) != 0)
    return ERR_REFUSED;
  t->out_n = w.n;
  sms_sign(span_str(x->secrets->sms_secret), now, writer_span(&w), signature);
  snprintf(header, sizeof header, "Testudo-Signature: %s", signature);
  if (!add_line(&t->headers, header) || !add_line(&t->headers, "Content-Type: application/json"))
    return ERR_NOMEM;
  return set_https(t, x->config->sms_hook) && set_post(t) ? 0 : ERR_NOMEM;
}

/* A header's value: no line end, nothing outside ASCII. */
static bool is_header_value(struct span s)
{
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < ' ' || s.p[i] > '~')
      return false;
  return true;
}

static bool add_authorization(struct transfer *t, struct span value)
{
  char *header = calloc(1, HEADER_BYTES);
  if (header == NULL)
    return false;
  snprintf(header, HEADER_BYTES, "Authorization: %.*s", (int)value.n, (const char *)value.p);
  bool ok = add_line(&t->headers, header);
  sodium_memzero(header, HEADER_BYTES);
  free(header);
  return ok;
}

static int set_fetch(struct transfer *t, struct span message)
{
  struct ipc_fetch m;
  char url[URL_BYTES];
  if (ipc_decode_fetch(message, &m) != 0 || !is_header_value(m.authorization) ||
      !fetch_is_allowed(t->context->hosts, m.url))
    return ERR_REFUSED;
  if (!make_buffers(t, LIMIT_FETCH_REQUEST, LIMIT_FETCH_ANSWER))
    return ERR_NOMEM;
  t->url = m.url;
  t->reach = config_is_local(t->context->config) ? REACH_ANY : REACH_PUBLIC;
  struct writer w = writer_of(t->out, t->out_cap);
  put_span(&w, m.body);
  t->out_n = w.n;
  snprintf(url, sizeof url, "%.*s", (int)m.url.n, (const char *)m.url.p);
  if (!add_line(&t->headers, "Accept: application/json"))
    return ERR_NOMEM;
  if (m.authorization.n > 0 && !add_authorization(t, m.authorization))
    return ERR_NOMEM;
  bool ok = set_https(t, url) && (m.method == IPC_FETCH_GET || set_post(t));
  return ok ? 0 : ERR_NOMEM;
}

/* --- the life of a transfer --- */

static int set_up(struct transfer *t, int64_t now)
{
  struct span message = span_of(t->job->message, t->job->n);
  t->easy = curl_easy_init();
  if (t->easy == NULL || !set_common(t))
    return ERR_NOMEM;
  (void)span_skip(&message, 1);
  switch (t->job->kind) {
  case JOB_MAIL: return set_mail(t, message);
  case JOB_SMS: return set_sms(t, message, now);
  default: return set_fetch(t, message);
  }
}

int transfer_new(struct transfer **out, const struct transfer_context *context, struct job *job, int64_t now)
{
  struct transfer *t = calloc(1, sizeof *t);
  if (t == NULL)
    return ERR_NOMEM;
  t->context = context;
  t->job = job;
  int err = set_up(t, now);
  if (err != 0) {
    transfer_free(t);
    return err;
  }
  *out = t;
  return 0;
}

static void wipe_list(struct curl_slist *list)
{
  for (struct curl_slist *i = list; i != NULL; i = i->next)
    sodium_memzero(i->data, strlen(i->data));
  curl_slist_free_all(list);
}

static void wipe_buffer(uint8_t *p, size_t n)
{
  if (p != NULL)
    sodium_memzero(p, n);
  free(p);
}

void transfer_free(struct transfer *t)
{
  if (t->easy != NULL)
    curl_easy_cleanup(t->easy);
  wipe_list(t->recipients);
  wipe_list(t->headers);
  wipe_buffer(t->out, t->out_cap);
  wipe_buffer(t->in, t->in_cap);
  free(t);
}

CURL *transfer_easy(const struct transfer *t)
{
  return t->easy;
}

struct job *transfer_job(const struct transfer *t)
{
  return t->job;
}

static long status_of(const struct transfer *t)
{
  long status = 0;
  return curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

static bool is_insecure(CURLcode result)
{
  return result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_USE_SSL_FAILED || result == CURLE_SSL_ISSUER_ERROR;
}

/* A mail server says 5xx to what it will never take. */
static enum ipc_outcome outcome_of_mail(const struct transfer *t, CURLcode result)
{
  long status = status_of(t);
  if (result == CURLE_OK)
    return IPC_DONE;
  return status >= 500 && status <= 599 ? IPC_REFUSED : IPC_FAILED;
}

static enum ipc_outcome outcome_of_sms(const struct transfer *t, CURLcode result)
{
  long status = status_of(t);
  if (result != CURLE_OK && result != CURLE_WRITE_ERROR)
    return IPC_FAILED;
  if (status >= 200 && status <= 299)
    return IPC_DONE;
  return status >= 400 && status <= 499 ? IPC_REFUSED : IPC_FAILED;
}

enum ipc_outcome transfer_outcome(const struct transfer *t, CURLcode result)
{
  if (is_insecure(result))
    return IPC_INSECURE;
  switch (t->job->kind) {
  case JOB_MAIL: return outcome_of_mail(t, result);
  case JOB_SMS: return outcome_of_sms(t, result);
  default: return result == CURLE_OK ? IPC_DONE : IPC_FAILED;
  }
}

void transfer_answer(const struct transfer *t, struct ipc_fetched *answer)
{
  long status = status_of(t);
  answer->status = (uint16_t)(status > 0 && status <= 999 ? status : 0);
  answer->body = span_of(t->in, t->in_n);
  if (status == 200)
    fetch_learn(t->context->hosts, t->url, answer->body);
}
