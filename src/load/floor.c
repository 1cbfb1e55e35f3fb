/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/floor_internal.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SWEEP_US 10000        /* how often each socket with media is looked at ... */
#define SWEEP_EACH_US 10      /* ... less often when there are very many: looking must not cost more than reading ... */
#define CONNECT_SWEEP_US 2000 /* ... and each that is not so far yet, or publishes */
#define PACKET_BYTES 65536 /* what GRO may join */
#define SECOND_US 1000000u

uint64_t floor_unix_us(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * SECOND_US + (uint64_t)t.tv_nsec / 1000u;
}

/* --- sockets --- */

void floor_send(void *ctx, const uint8_t *data, size_t n)
{
  const struct floor_seat *s = ctx;
  if (s->fd >= 0)
    (void)send(s->fd, data, n, MSG_DONTWAIT); /* one that is lost here is lost as on any network */
}

int floor_connect_socket(const struct net_addr *from, const struct net_addr *to, int *out)
{
  struct sockaddr_storage here, there;
  size_t here_n = net_addr_to_sockaddr(from, &here), there_n = net_addr_to_sockaddr(to, &there);
  int fd = socket(there.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return ERR_IO;
  if ((here_n > 0 && bind(fd, (struct sockaddr *)&here, (socklen_t)here_n) != 0) ||
      connect(fd, (struct sockaddr *)&there, (socklen_t)there_n) != 0) {
    (void)close(fd);
    return ERR_IO;
  }
  *out = fd;
  return 0;
}

int floor_open_socket(struct floor_seat *s)
{
  const int on = 1;
  int fd;
  if (floor_connect_socket(&s->from, &s->e->server, &fd) != 0)
    return ERR_IO;
  (void)setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  s->fd = fd;
  return 0;
}

static void read_control(struct msghdr *m, size_t n, size_t *segment, uint64_t *arrived_us)
{
  *segment = n;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
    int size;
    struct timespec t;
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      memcpy(&size, CMSG_DATA(c), sizeof size);
      *segment = size > 0 ? (size_t)size : n;
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
      memcpy(&t, CMSG_DATA(c), sizeof t);
      *arrived_us = (uint64_t)t.tv_sec * SECOND_US + (uint64_t)t.tv_nsec / 1000u;
    }
  }
}

static void take(struct floor_seat *s, struct mmsghdr *m, uint64_t now_us)
{
  uint8_t *at = m->msg_hdr.msg_iov->iov_base;
  uint64_t arrived_us = now_us;
  size_t left = m->msg_len, segment;
  read_control(&m->msg_hdr, left, &segment, &arrived_us);
  while (left > 0) {
    size_t n = left < segment ? left : segment;
    if (n <= LIMIT_DATAGRAM)
      endpoint_input(s->e, at, n, arrived_us, now_us);
    at += n;
    left -= n;
  }
}

static void read_socket(struct floor *f, struct floor_seat *s, uint64_t now_us)
{
  int n;
  do {
    for (size_t i = 0; i < FLOOR_BATCH; i++)
      f->in[i].msg_hdr.msg_controllen = sizeof f->control[i];
    n = recvmmsg(s->fd, f->in, FLOOR_BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++)
      take(s, &f->in[i], now_us);
    f->groups += n > 0 ? (uint64_t)n : 0;
  } while (n == FLOOR_BATCH);
}

/* --- the loop --- */

void floor_wish(struct floor *f, unsigned i, const struct net_addr *from, uint64_t late_us)
{
  f->seats[i].wished = true;
  f->seats[i].wish_us = floor_unix_us() - late_us;
  f->seats[i].from = *from;
  f->seats[i].from.port = 0;
}

static void note_second(struct floor *f, uint64_t now_us)
{
  struct inlet_sum *sum = &f->world.sum, *told = &f->told;
  struct delay *d = &sum->video;
  static struct delay since;
  if (f->second_us == 0)
    f->second_us = now_us;
  if (now_us < f->second_us + SECOND_US)
    return;
  f->second_us += SECOND_US;
  since.n = d->n - told->video.n;
  for (size_t i = 0; i < DELAY_BUCKETS; i++)
    since.bucket[i] = d->bucket[i] - told->video.bucket[i];
  if (f->seconds < FLOOR_SECONDS)
    f->second[f->seconds++] = (struct floor_second){.flowing = floor_flowing(f, 0, f->people),
                                                    .packets = sum->packets - told->packets,
                                                    .bytes = sum->bytes - told->bytes,
                                                    .asked = sum->asked - told->asked,
                                                    .stills = sum->stills - told->stills,
                                                    .p50_us = delay_percentile(&since, 0.5),
                                                    .p99_us = delay_percentile(&since, 0.99)};
  *told = *sum;
}

/* Arrivals are known by the kernel's timestamps, so that nothing that is measured becomes later by it. */
static uint64_t viewer_sweep_us(const struct floor *f)
{
  const uint64_t each_us = (uint64_t)f->people * SWEEP_EACH_US;
  return each_us > SWEEP_US ? each_us : SWEEP_US;
}

static void serve_seat(struct floor *f, unsigned i, uint64_t now_us)
{
  struct floor_seat *s = &f->seats[i];
  bool viewer = i >= f->publishers && s->e->state == ENDPOINT_FLOWS;
  s->next_us = now_us + (viewer ? viewer_sweep_us(f) : CONNECT_SWEEP_US);
  read_socket(f, s, now_us);
  if (endpoint_next_us(s->e) <= now_us || s->e->state == ENDPOINT_FLOWS)
    endpoint_tick(s->e, now_us);
  if (s->renewed_us != 0 && s->e->state == ENDPOINT_FLOWS) {
    delay_add(&f->renewals.back, now_us - s->renewed_us);
    s->renewed_us = 0;
  }
}

/* Each speaker is a device of its own: what he sends is on time, however long it takes to read what viewers get. */
static void publish(struct floor *f, uint64_t now_us)
{
  if (now_us < f->publish_us)
    return;
  f->publish_us = now_us + CONNECT_SWEEP_US;
  for (unsigned i = 0; i < f->publishers; i++) {
    struct floor_seat *s = &f->seats[i];
    if (s->fd < 0 || s->e->state == ENDPOINT_FAILED)
      continue;
    if (endpoint_next_us(s->e) <= now_us)
      endpoint_tick(s->e, now_us = floor_unix_us());
    uint64_t next_us = endpoint_next_us(s->e);
    f->publish_us = next_us < f->publish_us ? next_us : f->publish_us;
  }
}

void floor_serve(struct floor *f)
{
  uint64_t now = floor_unix_us();
  if (f->served_us != 0)
    delay_add(&f->turns, now - f->served_us);
  f->served_us = now;
  for (unsigned i = 0; i < f->people; i++) {
    struct floor_seat *s = &f->seats[i];
    if (s->fd < 0 || s->e->state == ENDPOINT_FAILED)
      continue;
    if (s->next_us <= now) {
      now = floor_unix_us(); /* reading takes time, and what is published is on time */
      serve_seat(f, i, now);
    }
    publish(f, now);
  }
  if (f->plain != NULL)
    floor_play_plain(f, now);
  note_second(f, now);
}

unsigned floor_flowing(const struct floor *f, unsigned first, unsigned end)
{
  unsigned n = 0;
  for (unsigned i = first; i < end; i++)
    n += f->seats[i].e != NULL && f->seats[i].e->state == ENDPOINT_FLOWS;
  return n;
}

uint64_t floor_packets(const struct floor *f)
{
  return f->world.sum.packets + f->world.sum.again;
}

uint64_t floor_groups(const struct floor *f)
{
  return f->groups;
}

void floor_tell(struct floor *f, char *text, size_t size)
{
  const struct floor_second *s = f->seconds == 0 ? NULL : &f->second[f->seconds - 1];
  if (s == NULL)
    (void)snprintf(text, size, "no media yet");
  else
    (void)snprintf(text, size,
                   "media of %u; %.1f Mbit/s, %llu packets/s, half within %.1f ms, 99 %% within %.1f ms, asked again "
                   "%llu",
                   s->flowing, (double)s->bytes * 8 / 1e6, (unsigned long long)s->packets, (double)s->p50_us / 1000,
                   (double)s->p99_us / 1000, (unsigned long long)s->asked);
}

/* --- the end --- */

static void count_failed(struct floor_report *r, const char *why)
{
  for (size_t i = 0; i < FLOOR_REASONS; i++) {
    if (r->failed[i].why == NULL)
      r->failed[i].why = why;
    if (strcmp(r->failed[i].why, why) == 0) {
      r->failed[i].n++;
      return;
    }
  }
}

/* When the first of its pictures was whole; 0: none ever was. */
static uint64_t picture_of(const struct endpoint *e, bool *expected)
{
  uint64_t first = 0;
  *expected = false;
  for (size_t i = ENDPOINT_VOICES; i < e->n_inlets; i++) {
    uint64_t at = e->inlets[i].picture_us;
    *expected = *expected || e->inlets[i].filled;
    first = at != 0 && (first == 0 || at < first) ? at : first;
  }
  return first;
}

static void count_sent(const struct endpoint *e, struct floor_report *r)
{
  for (size_t k = 0; k < e->n_outlets; k++) {
    r->sent += e->outlets[k].packets;
    r->keys += e->outlets[k].keys;
    r->again += e->outlets[k].again;
  }
}

static void count(struct floor *f, unsigned i, struct floor_report *r)
{
  struct floor_seat *s = &f->seats[i];
  bool expected;
  r->wanted += s->wished;
  if (s->e == NULL)
    return;
  if (s->e->state != ENDPOINT_FLOWS) {
    count_failed(r, s->e->state == ENDPOINT_FAILED   ? s->e->why
                    : s->e->state == ENDPOINT_SHAKES ? "DTLS had not come to its end"
                    : s->e->state == ENDPOINT_CHECKS ? "ICE checks had not been answered"
                                                     : "the offer had not been answered");
    return;
  }
  r->flowing++;
  delay_add(&r->connect, s->e->flows_us - s->e->begun_us);
  if (i >= f->publishers && s->offers <= 1)
    delay_add(&r->join, s->e->flows_us - s->wish_us);
  uint64_t picture_us = picture_of(s->e, &expected);
  if (i >= f->publishers && picture_us > s->wish_us && s->offers <= 1)
    delay_add(&r->picture, picture_us - s->wish_us);
  r->without_picture += i >= f->publishers && expected && picture_us == 0;
  count_sent(s->e, r);
}

void floor_close(struct floor *f, struct floor_report *r)
{
  uint64_t now = floor_unix_us();
  *r = (struct floor_report){0};
  for (unsigned i = 0; i < f->people; i++) {
    struct floor_seat *s = &f->seats[i];
    count(f, i, r);
    if (s->e != NULL)
      endpoint_close(s->e, now);
    if (s->fd >= 0)
      (void)close(s->fd);
    s->fd = -1;
  }
  r->sum = f->world.sum;
  r->renewals = f->renewals;
  r->turns = f->turns;
  r->unknown_ssrc = f->world.unknown_ssrc;
  r->malformed = f->world.malformed;
  r->seconds = f->seconds;
  memcpy(r->second, f->second, f->seconds * sizeof *f->second);
}

/* --- set-up --- */

static int make(struct floor *f)
{
  f->seats = calloc(f->people, sizeof *f->seats);
  f->fields = malloc(2 * ENDPOINT_OFFER_BYTES);
  f->offer = malloc(ENDPOINT_OFFER_BYTES);
  f->second = calloc(FLOOR_SECONDS, sizeof *f->second);
  f->inbox = malloc((size_t)FLOOR_BATCH * PACKET_BYTES);
  if (f->seats == NULL || f->fields == NULL || f->offer == NULL || f->second == NULL || f->inbox == NULL)
    return ERR_NOMEM;
  for (unsigned i = 0; i < f->people; i++)
    f->seats[i].fd = -1;
  for (size_t i = 0; i < FLOOR_BATCH; i++) {
    f->iov[i] = (struct iovec){.iov_base = f->inbox + i * PACKET_BYTES, .iov_len = PACKET_BYTES};
    f->in[i].msg_hdr = (struct msghdr){.msg_iov = &f->iov[i], .msg_iovlen = 1, .msg_control = &f->control[i]};
  }
  int err = aead_backend_new(&f->aead, AEAD_FASTEST);
  return err == 0 ? dtls_context_new(&f->dtls, DTLS_CLIENT) : err;
}

int floor_new(struct floor **out, const struct load_options *o, unsigned people, unsigned publishers)
{
  struct floor *f = calloc(1, sizeof *f);
  if (f == NULL)
    return ERR_NOMEM;
  f->options = o;
  f->people = people;
  f->publishers = publishers;
  int err = make(f);
  if (err != 0) {
    floor_free(f);
    return err;
  }
  f->world = (struct endpoint_world){
      .random = &random_system,
      .aead = f->aead,
      .dtls = f->dtls,
      .rules = {.run = o->run != 0 ? o->run : random_u32(&random_system), .verify_every = o->verify_every},
      .layers = (uint8_t)o->sizes,
      .audio = {.frame_us = 20000, .parts = 1, .bytes = 90},
      .video = {.frame_us = SECOND_US / o->frames, .parts = (uint16_t)o->parts, .bytes = 1100},
  };
  *out = f;
  return 0;
}

void floor_free(struct floor *f)
{
  if (f == NULL)
    return;
  for (unsigned i = 0; f->seats != NULL && i < f->people; i++) {
    endpoint_free(f->seats[i].e);
    if (f->seats[i].fd >= 0)
      (void)close(f->seats[i].fd);
  }
  for (int i = 0; f->plain != NULL && i < 2; i++)
    if (f->plain->fd[i] >= 0)
      (void)close(f->plain->fd[i]);
  free(f->plain);
  free(f->seats);
  free(f->fields);
  free(f->offer);
  free(f->second);
  free(f->inbox);
  dtls_context_free(f->dtls);
  if (f->aead != NULL)
    aead_backend_free(f->aead);
  free(f);
}
