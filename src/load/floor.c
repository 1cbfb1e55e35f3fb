/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/floor.h"

#include <jansson.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SWEEP_US 10000        /* how often each socket with media is looked at ... */
#define CONNECT_SWEEP_US 2000 /* ... and each that is not so far yet, or publishes */
#define BATCH 16
#define PACKET_BYTES 65536 /* what GRO may join */
#define SECOND_US 1000000u

struct floor_seat {
  struct endpoint *e;
  int fd; /* of one with an endpoint that has an answer; else -1 */
  bool wished;
  uint64_t wish_us, next_us; /* when its socket is looked at next */
  unsigned changes;          /* of what it shows: odd, one picture is large */
  struct net_addr from;
};

/* Who sends plain RTP. */
struct floor_plain {
  struct outlet outlets[2];
  int fd[2];
};

union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct timespec))];
};

struct floor {
  const struct load_options *options;
  struct endpoint_world world;
  struct aead_backend *aead;
  struct dtls_context *dtls;
  struct floor_seat *seats;
  unsigned people, publishers;
  struct floor_plain *plain; /* NULL: nobody */
  char *fields;              /* of an offer */
  uint8_t *offer;            /* ENDPOINT_OFFER_BYTES */
  struct inlet_sum told;     /* at the last full second */
  uint64_t second_us;
  size_t seconds;
  struct floor_second *second;
  uint8_t *inbox;
  struct mmsghdr in[BATCH];
  struct iovec iov[BATCH];
  union control control[BATCH];
};

/* Kernel timestamps of arrival are of this clock. */
static uint64_t unix_us(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * SECOND_US + (uint64_t)t.tv_nsec / 1000u;
}

/* --- sockets --- */

static void send_datagram(void *ctx, const uint8_t *data, size_t n)
{
  const struct floor_seat *s = ctx;
  if (s->fd >= 0)
    (void)send(s->fd, data, n, MSG_DONTWAIT); /* one that is lost here is lost as on any network */
}

/* Bound to an address (none: the system's choice), and connected: nothing comes in but the other end's. */
static int connect_socket(const struct net_addr *from, const struct net_addr *to, int *out)
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

static int open_socket(struct floor_seat *s)
{
  const int on = 1;
  int fd;
  if (connect_socket(&s->from, &s->e->server, &fd) != 0)
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
    for (size_t i = 0; i < BATCH; i++)
      f->in[i].msg_hdr.msg_controllen = sizeof f->control[i];
    n = recvmmsg(s->fd, f->in, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < n; i++)
      take(s, &f->in[i], now_us);
  } while (n == BATCH);
}

/* --- signalling --- */

static void put_escaped(struct writer *w, struct span text)
{
  uint8_t c;
  while (span_u8(&text, &c) == 0) {
    if (c == '\r')
      put_str(w, "\\r");
    else if (c == '\n')
      put_str(w, "\\n");
    else
      put_u8(w, c); /* an offer of ours has nothing else that JSON would want to be told */
  }
}

static void offer(struct floor *f, unsigned i, struct entrant *e)
{
  struct floor_seat *s = &f->seats[i];
  struct writer sdp = writer_of(f->offer, ENDPOINT_OFFER_BYTES);
  struct writer w = writer_of(f->fields, 2 * ENDPOINT_OFFER_BYTES);
  bool publishes = i < f->publishers;
  if (endpoint_new(&s->e, &f->world, (uint16_t)i, publishes, (uint8_t)f->options->pictures, send_datagram, s,
                   unix_us()) != 0)
    return;
  endpoint_offer(s->e, &sdp);
  put_str(&w, "\"id\":1,\"sources\":{");
  put_str(&w, publishes ? "\"mic\":\"0\",\"camera\":\"1\"" : "\"mic\":null,\"camera\":null");
  put_str(&w, ",\"screen\":null},\"sdp\":\"");
  put_escaped(&w, writer_span(&sdp));
  put_str(&w, "\"");
  put_u8(&w, 0);
  if (sdp.overflow || w.overflow)
    return;
  if (publishes)
    entrant_say(e, "state", "\"mic\":true,\"camera\":true,\"screen\":false");
  entrant_say(e, "offer", f->fields);
}

/* --- sizes --- */

#define SMALL_LINES 180
#define LARGE_LINES 720

/* The picture that is large when a viewer has changed so often: they take turns. NULL: all are small. */
static const struct inlet *large_of(const struct floor_seat *s)
{
  unsigned filled = 0, at = s->changes / 2;
  for (size_t i = ENDPOINT_VOICES; i < s->e->n_inlets; i++)
    filled += s->e->inlets[i].filled;
  if (s->changes % 2 == 0 || filled == 0)
    return NULL;
  at %= filled;
  for (size_t i = ENDPOINT_VOICES; i < s->e->n_inlets; i++)
    if (s->e->inlets[i].filled && at-- == 0)
      return &s->e->inlets[i];
  return NULL;
}

static void say_view(struct floor *f, struct floor_seat *s, struct entrant *e)
{
  struct writer w = writer_of(f->fields, 2 * ENDPOINT_OFFER_BYTES);
  const struct inlet *large = large_of(s);
  const uint64_t now = unix_us();
  put_str(&w, "\"shown\":[");
  for (size_t i = ENDPOINT_VOICES; i < s->e->n_inlets; i++) {
    struct inlet *in = &s->e->inlets[i];
    const uint8_t layer = (uint8_t)(in == large ? f->options->sizes - 1 : 0);
    put_fmt(&w, "%s{\"mid\":\"%zu\",\"height\":%d}", i > ENDPOINT_VOICES ? "," : "", i,
            in == large ? LARGE_LINES : SMALL_LINES);
    if (in->filled && layer != in->wanted)
      inlet_want(in, layer, now, &f->world.sum);
  }
  put_str(&w, "]");
  put_u8(&w, 0);
  if (!w.overflow)
    entrant_say(e, "view", f->fields);
}

void floor_change(struct floor *f, unsigned i, struct entrant *e)
{
  struct floor_seat *s = &f->seats[i];
  if (s->e == NULL || s->e->state != ENDPOINT_FLOWS || i < f->publishers)
    return;
  s->changes++;
  say_view(f, s, e);
}

/* What nobody watches is not sent. */
static void follow_layers(struct floor_seat *s, const json_t *message)
{
  const json_int_t mask = json_integer_value(json_object_get(message, "camera"));
  for (uint8_t i = 1; i < s->e->n_outlets && s->e->n_outlets > 2; i++)
    outlet_pause(&s->e->outlets[i], (mask >> (i - 1) & 1) == 0);
}

static void fail(struct floor_seat *s, const char *why)
{
  if (s->e == NULL)
    return;
  s->e->state = ENDPOINT_FAILED;
  s->e->why = why;
}

static void answer(struct floor_seat *s, const json_t *message)
{
  const char *sdp = json_string_value(json_object_get(message, "sdp"));
  int err = sdp == NULL ? ERR_MALFORMED : endpoint_answer(s->e, span_str(sdp), s->from.family, unix_us());
  if (err == 0)
    err = open_socket(s);
  if (err != 0)
    fail(s, err == ERR_IO ? "no UDP socket could be opened" : "an answer that does not fit the offer");
}

static void fill_slots(struct floor *f, struct floor_seat *s, const json_t *message)
{
  const json_t *slot;
  size_t i;
  uint64_t now = unix_us();
  json_array_foreach(json_object_get(message, "slots"), i, slot)
  {
    const char *mid = json_string_value(json_object_get(slot, "mid"));
    struct inlet *in = mid == NULL ? NULL : endpoint_inlet(s->e, (unsigned)atoi(mid));
    if (in != NULL)
      inlet_fill(in, json_is_string(json_object_get(slot, "who")), now, &f->world.sum);
  }
}

void floor_heard(struct floor *f, unsigned i, struct entrant *e, const char *type, const struct json_t *message)
{
  struct floor_seat *s = &f->seats[i];
  if (strcmp(type, "welcome") == 0 && s->e == NULL)
    offer(f, i, e);
  if (s->e == NULL || s->e->state == ENDPOINT_FAILED)
    return;
  if (strcmp(type, "answer") == 0 && s->fd < 0) {
    answer(s, message);
    if (f->options->sizes > 1 && i >= f->publishers && s->e->state != ENDPOINT_FAILED)
      say_view(f, s, e);
  } else if (strcmp(type, "layers") == 0)
    follow_layers(s, message);
  else if (strcmp(type, "slots") == 0)
    fill_slots(f, s, message);
  else if (strcmp(type, "offer_refused") == 0)
    fail(s, "the server has refused the offer");
  else if (strcmp(type, "renew") == 0)
    fail(s, "the server has asked for a new media connection");
}

/* --- servers of another kind --- */

static int socket_address(int fd, struct net_addr *own)
{
  struct sockaddr_storage ss;
  socklen_t n = sizeof ss;
  return getsockname(fd, (struct sockaddr *)&ss, &n) == 0 ? net_addr_from_sockaddr(own, (struct sockaddr *)&ss)
                                                          : ERR_IO;
}

int floor_offered(struct floor *f, unsigned i, struct span offered, struct writer *answer)
{
  struct floor_seat *s = &f->seats[i];
  struct net_addr own;
  if (s->e != NULL)
    return ERR_STATE;
  s->wished = true;
  s->wish_us = unix_us();
  int err = endpoint_new_offered(&s->e, &f->world, (uint16_t)i, offered, 0, send_datagram, s, s->wish_us);
  if (err == 0)
    err = open_socket(s);
  if (err == 0)
    err = socket_address(s->fd, &own);
  if (err == 0)
    endpoint_put_answer(s->e, offered, &own, answer);
  return err == 0 && answer->overflow ? ERR_LIMIT : err;
}

static void send_plain(void *ctx, const uint8_t *data, size_t n)
{
  (void)send(*(const int *)ctx, data, n, MSG_DONTWAIT);
}

int floor_plain(struct floor *f, const struct net_addr *to, uint16_t audio_port, uint16_t video_port)
{
  const uint16_t port[2] = {audio_port, video_port};
  const struct net_addr any = {0};
  if (f->plain != NULL)
    return ERR_STATE;
  f->plain = calloc(1, sizeof *f->plain);
  if (f->plain == NULL)
    return ERR_NOMEM;
  f->plain->fd[0] = f->plain->fd[1] = -1;
  int err = 0;
  for (int i = 0; i < 2 && err == 0; i++) {
    struct net_addr there = *to;
    there.port = port[i];
    outlet_init(&f->plain->outlets[i], i == 0 ? SOURCE_MIC : SOURCE_CAMERA, i == 0 ? &f->world.audio : &f->world.video,
                f->world.rules.run, 0, &random_system);
    err = connect_socket(&any, &there, &f->plain->fd[i]);
  }
  return err;
}

/* Nobody can ask this one for a key frame: it sends one each second, as such sources do. */
static void play_plain(struct floor *f, uint64_t now_us)
{
  struct floor_plain *p = f->plain;
  struct outlet *video = &p->outlets[1];
  video->key_due = video->key_due || video->frame % f->options->frames == 0;
  for (int i = 0; i < 2; i++)
    if (p->fd[i] >= 0)
      outlet_play(&p->outlets[i], NULL, now_us, send_plain, &p->fd[i]);
}

/* --- the loop --- */

void floor_wish(struct floor *f, unsigned i, const struct net_addr *from)
{
  f->seats[i].wished = true;
  f->seats[i].wish_us = unix_us();
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

static void serve_seat(struct floor *f, unsigned i, uint64_t now_us)
{
  struct floor_seat *s = &f->seats[i];
  bool viewer = i >= f->publishers && s->e->state == ENDPOINT_FLOWS;
  s->next_us = now_us + (viewer ? SWEEP_US : CONNECT_SWEEP_US);
  read_socket(f, s, now_us);
  if (endpoint_next_us(s->e) <= now_us || s->e->state == ENDPOINT_FLOWS)
    endpoint_tick(s->e, now_us);
}

void floor_serve(struct floor *f)
{
  uint64_t now = unix_us();
  for (unsigned i = 0; i < f->people; i++) {
    struct floor_seat *s = &f->seats[i];
    if (s->fd < 0 || s->e->state == ENDPOINT_FAILED)
      continue;
    if (s->next_us <= now) {
      now = unix_us(); /* reading takes time, and what is published is on time */
      serve_seat(f, i, now);
    } else if (i < f->publishers && endpoint_next_us(s->e) <= now) {
      endpoint_tick(s->e, now);
    }
  }
  if (f->plain != NULL)
    play_plain(f, now);
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
  uint64_t picture_us = picture_of(s->e, &expected);
  if (i >= f->publishers && picture_us > s->wish_us)
    delay_add(&r->picture, picture_us - s->wish_us);
  r->without_picture += i >= f->publishers && expected && picture_us == 0;
  for (size_t k = 0; k < s->e->n_outlets; k++) {
    r->sent += s->e->outlets[k].packets;
    r->keys += s->e->outlets[k].keys;
    r->again += s->e->outlets[k].again;
  }
}

void floor_close(struct floor *f, struct floor_report *r)
{
  uint64_t now = unix_us();
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
  f->inbox = malloc((size_t)BATCH * PACKET_BYTES);
  if (f->seats == NULL || f->fields == NULL || f->offer == NULL || f->second == NULL || f->inbox == NULL)
    return ERR_NOMEM;
  for (unsigned i = 0; i < f->people; i++)
    f->seats[i].fd = -1;
  for (size_t i = 0; i < BATCH; i++) {
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
      .rules = {.run = random_u32(&random_system), .verify_every = o->verify_every},
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
