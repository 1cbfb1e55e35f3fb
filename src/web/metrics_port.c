/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/metrics_port.h"

#include <stdlib.h>

#include "web/server.h"

#define BACKLOG 8
#define PATIENCE_MS 5000

static void on_connection(uv_stream_t *listener, int status);

static void on_handle_closed(uv_handle_t *h)
{
  struct metrics_connection *c = h->data;
  if (--c->open == 0 && c->port->waiting && c->port->is_open)
    on_connection((uv_stream_t *)&c->port->listener, 0);
}

static void close_connection(struct metrics_connection *c)
{
  if (!uv_is_closing((uv_handle_t *)&c->tcp))
    uv_close((uv_handle_t *)&c->tcp, on_handle_closed);
  if (!uv_is_closing((uv_handle_t *)&c->timer))
    uv_close((uv_handle_t *)&c->timer, on_handle_closed);
}

static void on_time(uv_timer_t *timer)
{
  close_connection(timer->data);
}

static void on_written(uv_write_t *write, int status)
{
  (void)status;
  close_connection(write->data);
}

static void on_space(uv_handle_t *h, size_t suggested, uv_buf_t *space)
{
  struct metrics_connection *c = h->data;
  (void)suggested;
  *space = uv_buf_init((char *)c->asked + c->asked_n, (unsigned)(sizeof c->asked - c->asked_n));
}

static void answer(struct metrics_connection *c)
{
  struct writer w = writer_of((uint8_t *)c->answer, METRICS_TEXT);
  size_t n;
  int err = metrics_answer(span_of(c->asked, c->asked_n), c->port->rooms, server_now_us(), &w);
  if (err == ERR_AGAIN)
    return;
  (void)uv_read_stop((uv_stream_t *)&c->tcp);
  if (err != 0 || writer_finish(&w, &n) != 0) {
    close_connection(c);
    return;
  }
  uv_buf_t text = uv_buf_init(c->answer, (unsigned)n);
  c->write.data = c;
  if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &text, 1, on_written) != 0)
    close_connection(c);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *space)
{
  struct metrics_connection *c = stream->data;
  (void)space;
  if (n < 0) {
    close_connection(c);
    return;
  }
  c->asked_n += (size_t)n;
  if (n > 0)
    answer(c);
}

static struct metrics_connection *free_one(struct metrics_port *m)
{
  for (size_t i = 0; i < METRICS_CONNECTIONS; i++)
    if (m->connection[i].open == 0)
      return &m->connection[i];
  return NULL;
}

static void on_connection(uv_stream_t *listener, int status)
{
  struct metrics_port *m = listener->data;
  struct metrics_connection *c = free_one(m);
  m->waiting = status == 0 && c == NULL;
  if (status != 0 || c == NULL || uv_tcp_init(listener->loop, &c->tcp) != 0)
    return;
  (void)uv_timer_init(listener->loop, &c->timer);
  c->open = 2;
  c->asked_n = 0;
  c->tcp.data = c->timer.data = c;
  if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0 ||
      uv_timer_start(&c->timer, on_time, PATIENCE_MS, 0) != 0 ||
      uv_read_start((uv_stream_t *)&c->tcp, on_space, on_read) != 0)
    close_connection(c);
}

int metrics_port_open(struct metrics_port *m, uv_loop_t *loop, int fd, const struct rooms *rooms)
{
  m->rooms = rooms;
  for (size_t i = 0; i < METRICS_CONNECTIONS; i++) {
    m->connection[i].port = m;
    m->connection[i].answer = malloc(METRICS_TEXT);
    if (m->connection[i].answer == NULL)
      return ERR_NOMEM;
  }
  if (uv_tcp_init(loop, &m->listener) != 0)
    return ERR_IO;
  m->is_open = true;
  m->listener.data = m;
  if (uv_tcp_open(&m->listener, fd) != 0 || uv_listen((uv_stream_t *)&m->listener, BACKLOG, on_connection) != 0)
    return ERR_IO;
  return 0;
}

void metrics_port_close(struct metrics_port *m)
{
  if (m->is_open)
    uv_close((uv_handle_t *)&m->listener, NULL);
  m->is_open = false;
  for (size_t i = 0; i < METRICS_CONNECTIONS; i++) {
    if (m->connection[i].open > 0)
      close_connection(&m->connection[i]);
    free(m->connection[i].answer);
    m->connection[i].answer = NULL;
  }
}
