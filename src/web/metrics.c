/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/capacity.h"

struct name {
  const char *name, *kind, *help;
};

static const struct name sums[LOAD_SUMS] = {
  [LOAD_CPU_US] = {"cpu_microseconds_total", "counter", "Processor time used"},
  [LOAD_MEMORY] = {"memory_peak_bytes", "gauge", "The most memory it ever had"},
  [LOAD_MEMORY_FIRST] = {"memory_start_bytes", "gauge", "Its memory before anybody came"},
  [LOAD_PEERS_MOST] = {"connections_peak", "gauge", "The most connections at once"},
  [LOAD_DATAGRAMS_IN] = {"datagrams_in_total", "counter", "Datagrams received"},
  [LOAD_BYTES_IN] = {"bytes_in_total", "counter", "Bytes of them"},
  [LOAD_DATAGRAMS_OUT] = {"datagrams_out_total", "counter", "Datagrams sent"},
  [LOAD_BYTES_OUT] = {"bytes_out_total", "counter", "Bytes of them"},
  [LOAD_FORWARDED] = {"forwarded_total", "counter", "Packets of sound and pictures passed on"},
  [LOAD_SENT_AGAIN] = {"sent_again_total", "counter", "Packets sent once more to who had lost them"},
  [LOAD_UNSENT] = {"unsent_total", "counter", "Sends given up because a socket or a slow reader stayed full"},
  [LOAD_STRANGERS] = {"strangers_total", "counter", "Datagrams of who has proved nothing, dropped"},
  [LOAD_BAD] = {"bad_total", "counter", "Datagrams that are forged, repeated or malformed, dropped"},
  [LOAD_FLOOD] = {"flood_total", "counter", "What somebody sent or asked for beyond the budget, dropped"},
  [LOAD_HANDSHAKES] = {"handshakes_total", "counter", "Connections that were secured"},
  [LOAD_HANDSHAKES_FAILED] = {"handshakes_failed_total", "counter", "Connections that were not"},
  [LOAD_LIMITS] = {"limits_total", "counter", "Times that a table was full"},
};

static void head(struct writer *w, const char *part, const struct name *n)
{
  put_fmt(w, "# HELP testudo_%s%s %s.\n# TYPE testudo_%s%s %s\n", part, n->name, n->help, part, n->name, n->kind);
}

static void put_one(struct writer *w, const struct name *n, uint64_t value)
{
  head(w, "", n);
  put_fmt(w, "testudo_%s %" PRIu64 "\n", n->name, value);
}

static void put_rooms(struct writer *w, const struct rooms *r)
{
  const struct rooms_count now = rooms_count(r);
  const struct rooms_counters *c = rooms_counters(r);
  put_one(w, &(struct name){"rooms", "gauge", "Meetings that are on"}, now.rooms);
  put_one(w, &(struct name){"people", "gauge", "People in them"}, now.people);
  put_one(w, &(struct name){"joins_total", "counter", "Stays that began, before the door or inside"}, c->stays);
  put_one(w, &(struct name){"knocks_total", "counter", "People who waited before a door"}, c->knocks);
  put_one(w, &(struct name){"resumes_total", "counter", "Returns to a place after a drop"}, c->resumes);
  put_one(w, &(struct name){"lost_total", "counter", "Places given up because nobody returned"}, c->lost);
  put_one(w, &(struct name){"renewals_total", "counter", "Media connections that had to be made anew"}, c->renewals);
  put_one(w, &(struct name){"moves_asked_total", "counter", "Viewers asked to move to another media process"},
          c->moves_asked);
  put_one(w, &(struct name){"moves_total", "counter", "Viewers who have moved to another media process"}, c->moves);
  put_one(w, &(struct name){"shed_total", "counter", "Entries put off because the server was full"},
          rooms_capacity(r)->shed);
  put_one(w, &(struct name){"web_late_microseconds", "gauge", "How late the web process's latest timer was"},
          rooms_capacity(r)->web_late_us);
  put_one(w, &(struct name){"web_full", "gauge", "Whether newcomers are told to come later because of the web process"},
          rooms_capacity(r)->web_full);
}

/* What one process says, for the next functions. */
typedef uint64_t value_of(const struct capacity *c, unsigned process, uint64_t now_us);

static uint64_t busy_of(const struct capacity *c, unsigned process, uint64_t now_us)
{
  (void)now_us;
  return c->process[process].last.busy;
}

static uint64_t late_of(const struct capacity *c, unsigned process, uint64_t now_us)
{
  (void)now_us;
  return c->process[process].last.late_us;
}

static uint64_t peers_of(const struct capacity *c, unsigned process, uint64_t now_us)
{
  (void)now_us;
  return c->process[process].last.peers;
}

static uint64_t full_of(const struct capacity *c, unsigned process, uint64_t now_us)
{
  return capacity_has_room(c, process, now_us) ? 0 : 1;
}

static uint64_t each_of(const struct capacity *c, unsigned process, uint64_t now_us)
{
  const uint64_t *sum = c->process[process].last.sum;
  (void)now_us;
  if (sum[LOAD_PEERS_MOST] == 0 || sum[LOAD_MEMORY] < sum[LOAD_MEMORY_FIRST])
    return 0;
  return (sum[LOAD_MEMORY] - sum[LOAD_MEMORY_FIRST]) / sum[LOAD_PEERS_MOST];
}

static const struct {
  struct name name;
  value_of *value;
} gauges[] = {
  {{"busy_permille", "gauge", "Processor time of the last second, in thousandths of it"}, busy_of},
  {{"late_microseconds", "gauge", "How late the latest timer of the last second was"}, late_of},
  {{"connections", "gauge", "Media connections"}, peers_of},
  {{"full", "gauge", "Whether newcomers are told to come later"}, full_of},
  {{"memory_per_connection_bytes", "gauge", "What a connection has taken, at the peak"}, each_of},
};

#define PROCESS "testudo_media_%s{process=\"%u\"} %" PRIu64 "\n"

static void put_media(struct writer *w, const struct capacity *c, uint64_t now_us)
{
  for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++) {
    head(w, "media_", &gauges[i].name);
    for (unsigned p = 0; p < LIMIT_MEDIA_PROCESSES; p++)
      if (c->process[p].reported_us != 0)
        put_fmt(w, PROCESS, gauges[i].name.name, p, gauges[i].value(c, p, now_us));
  }
  for (size_t i = 0; i < LOAD_SUMS; i++) {
    head(w, "media_", &sums[i]);
    for (unsigned p = 0; p < LIMIT_MEDIA_PROCESSES; p++)
      if (c->process[p].reported_us != 0)
        put_fmt(w, PROCESS, sums[i].name, p, c->process[p].last.sum[i]);
  }
}

void metrics_write(const struct rooms *r, uint64_t now_us, struct writer *w)
{
  put_rooms(w, r);
  put_media(w, rooms_capacity(r), now_us);
}

/* --- HTTP, as far as a monitoring program on this machine needs it --- */

static bool begins(struct span s, const char *text)
{
  size_t n = strlen(text);
  return s.n >= n && memcmp(s.p, text, n) == 0;
}

static const uint8_t *find(struct span s, const char *text)
{
  return s.p == NULL ? NULL : memmem(s.p, s.n, text, strlen(text));
}

/* Asked for by this name, as no page of another site can have a browser ask: its own name may lead here, too. */
static bool is_for_us(struct span head)
{
  static const char *const names[] = {"127.0.0.1", "localhost"};
  const uint8_t *at = find(head, "\r\nHost: ");
  if (at == NULL)
    at = find(head, "\r\nhost: ");
  if (at == NULL)
    return false;
  struct span host = span_of(at + 8, head.n - (size_t)(at + 8 - head.p));
  for (size_t i = 0; i < 2; i++) {
    size_t n = strlen(names[i]);
    if (begins(host, names[i]) && host.n > n && (host.p[n] == ':' || host.p[n] == '\r'))
      return true;
  }
  return false;
}

static void refuse(struct writer *w, const char *status)
{
  put_fmt(w, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
}

int metrics_answer(struct span request, const struct rooms *r, uint64_t now_us, struct writer *w)
{
  const uint8_t *end = find(request, "\r\n\r\n");
  if (end == NULL)
    return request.n < METRICS_REQUEST ? ERR_AGAIN : ERR_LIMIT;
  struct span head = span_of(request.p, (size_t)(end - request.p) + 2);
  if (!is_for_us(head)) {
    refuse(w, "421 Misdirected Request");
  } else if (!begins(head, "GET /metrics HTTP/1.")) {
    refuse(w, "404 Not Found");
  } else {
    put_str(w, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
               "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
    metrics_write(r, now_us, w);
  }
  return 0;
}
