/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker's forwarding loop (media core and sockets) to N receivers over loopback, next to a bare loop that seals
 * and sends packets of the same sizes in the same groups and does nothing else. One source: 30 frames of two packets
 * and 50 audio packets a second. Both take turns in one process; CPU time of this thread, in the kernel too.
 *
 *   bench_forward [--controls] [--crowd] [--pictures N] [rounds] [N ...]
 *   bench_forward --smoke    one round with few receivers, to see that it runs
 *
 * With --controls each receiver gets what its path carries (downstream.h), which is all: what arrives is told to the core
 * ten times a second, past the clock, as nothing of what comes in is measured. With --crowd receivers are one (crowd.h):
 * sound leaves with pictures where it can. --pictures: video slots of each. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "media/media.h"
#include "media/peer.h"
#include "proto/demux.h"
#include "worker/udp.h"

#define MOST_RECEIVERS 5000u
#define START_US 1000000u
#define QUEUE 256
#define MOST_ROUNDS 200
#define ROUND_PACKETS 2000000u /* about as many a round ... */
#define ROUND_US 20000000u     /* ... but no longer than consent lasts */
#define JOIN_US 30000000u      /* all come within this time, and ... */
#define SETTLE_US (PEER_DTLS_QUIET_US + 1500000u) /* ... after this nobody needs what only handshakes do */
#define HEADER 12
#define TELL_US 100000u /* between two reports of a receiver */
#define PATH_US 10000u
#define VIDEO_PAYLOAD 1100
#define AUDIO_PAYLOAD 90

struct datagram {
  bool to_server;
  struct net_addr addr;
  size_t n;
  uint8_t data[LIMIT_DATAGRAM];
};

static struct {
  uint64_t now_us;
  struct media *media;
  struct aead_backend *aead;
  struct dtls_context *dtls;
  struct udp *udp;
  bool to_wire; /* media goes to the socket, not to a client */
  struct client sender, joining;
  struct client *talking; /* who gets what is not for the wire */
  struct net_addr talking_addr, sender_addr;
  struct datagram queue[QUEUE];
  size_t head, tail;
  uint8_t space[LIMIT_GSO_BYTES];
  bool answered;
  uint64_t cpu_ns;       /* of what is measured */
  size_t receiver_bytes; /* memory that each receiver took, of the last round */
  uint16_t port;
  bool controls, crowd;
  uint8_t pictures;
  uint64_t tell_us;
} b = {.pictures = 4};

static struct {
  struct aead_key keys[MOST_RECEIVERS];
  uint64_t sequence[MOST_RECEIVERS];
} * bare;

static void must(bool right, const char *what)
{
  if (right)
    return;
  perror(what);
  exit(1);
}

static uint64_t cpu_ns(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Each receiver has an address of its own in 127/8; one socket takes them all, and nobody reads it. */
static struct net_addr address_of(size_t i)
{
  struct net_addr a = {.family = 4, .port = b.port, .ip = {127}};
  a.ip[1] = (uint8_t)(1 + (i >> 16));
  a.ip[2] = (uint8_t)(i >> 8);
  a.ip[3] = (uint8_t)i;
  return a;
}

/* ---- between the core and the clients, during handshakes ---- */

static void enqueue(bool to_server, const struct net_addr *addr, const uint8_t *data, size_t n)
{
  struct datagram *d = &b.queue[b.tail++ % QUEUE];
  must(b.tail - b.head <= QUEUE, "queue");
  d->to_server = to_server;
  d->addr = *addr;
  d->n = n;
  memcpy(d->data, data, n);
}

static void client_sends(void *ctx, const uint8_t *data, size_t n)
{
  enqueue(true, ctx, data, n);
}

static uint8_t *reserve(void *ctx, size_t n)
{
  (void)ctx;
  return b.to_wire ? udp_reserve(b.udp, n) : b.space;
}

static void commit(void *ctx, const struct net_addr *to, size_t n, size_t segment)
{
  (void)ctx;
  if (b.to_wire)
    udp_commit(b.udp, to, n, segment);
  else if (n > 0 && net_addr_equal(to, &b.talking_addr))
    enqueue(false, to, b.space, n);
}

static void message(void *ctx, struct span s)
{
  uint8_t type;
  struct ipc_answer a;
  (void)ctx;
  if (span_u8(&s, &type) == 0 && type == IPC_ANSWER && ipc_decode_answer(s, &a) == 0)
    b.answered = client_answer(b.talking, a.sdp);
}

static void pump(void)
{
  while (b.head != b.tail) {
    struct datagram *d = &b.queue[b.head++ % QUEUE];
    if (d->to_server) {
      media_receive(b.media, b.now_us, &d->addr, d->data, d->n);
      media_flush(b.media, b.now_us);
      (void)media_work(b.media, b.now_us);
    } else {
      client_input(b.talking, b.now_us, d->data, d->n);
    }
  }
}

static void connect_client(struct client *c, struct net_addr *addr, uint64_t peer, const struct client_config *config)
{
  static uint8_t sdp[LIMIT_SDP_BYTES], buffer[LIMIT_IPC_MESSAGE];
  char mids[SOURCE_COUNT][8];
  struct writer text = writer_of(sdp, sizeof sdp), w = writer_of(buffer, sizeof buffer);
  b.talking = c;
  b.talking_addr = *addr;
  client_init(c, config, &random_system, b.aead, b.dtls, client_sends, addr, b.now_us);
  client_offer(c, &text);
  struct ipc_offer o = {.room = 1, .peer = peer, .connection = 1, .id = 1, .publish = 7, .sdp = writer_span(&text)};
  for (int k = 0; k < SOURCE_COUNT; k++) {
    strcpy(mids[k], client_source_mid(c, (enum media_source)k));
    o.source_mid[k] = span_str(mids[k]);
  }
  ipc_encode_offer(&w, &o);
  must(media_command(b.media, b.now_us, writer_span(&w)) == 0 && b.answered, "offer");
  b.answered = false;
  for (int i = 0; i < 100 && c->state != CLIENT_CONNECTED; i++) {
    client_tick(c, b.now_us);
    pump();
    b.now_us += 10;
  }
  must(c->state == CLIENT_CONNECTED, "handshake");
}

/* ---- the measured loop ---- */

/* What the sender has made goes through the core and out, as the worker does it with one batch. */
static void forward_batch(void)
{
  uint64_t begin = cpu_ns();
  while (b.head != b.tail) {
    struct datagram *d = &b.queue[b.head++ % QUEUE];
    media_receive(b.media, b.now_us, &d->addr, d->data, d->n);
  }
  media_flush(b.media, b.now_us);
  do
    media_tick(b.media, b.now_us);
  while (media_is_busy(b.media));
  udp_flush(b.udp);
  b.cpu_ns += cpu_ns() - begin;
}

static void open_media(void)
{
  const struct media_sink sink = {reserve, commit, message, NULL};
  struct media_config config = {
    .candidates = 1, .max_peers = LIMIT_PEERS, .controls_receivers = b.controls, .crowd = b.crowd ? 1 : 0,
    .crowd_step = 128};
  must(net_addr_parse("127.0.0.1", 1, &config.candidate[0]) == 0, "address");
  b.to_wire = false;
  b.now_us = START_US;
  must(media_new(&b.media, &config, &sink, &random_system, b.now_us) == 0, "media_new");
}

static size_t resident_bytes(void)
{
  size_t total = 0, resident = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  must(f != NULL && fscanf(f, "%zu %zu", &total, &resident) == 2, "statm");
  (void)fclose(f);
  return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* Time without packets, in which those who are there go on to agree. */
static void pass(uint64_t us)
{
  slab_id id;
  for (uint64_t end = b.now_us + us; b.now_us < end;) {
    uint64_t step = end - b.now_us < 100000u ? end - b.now_us : 100000u;
    b.now_us += step;
    for (uint32_t i = 0; i < b.media->peers.capacity; i++) {
      struct peer *p = slab_at(&b.media->peers, i, &id);
      if (p != NULL)
        p->ice.tuple[0].checked_us = b.now_us;
    }
    media_tick(b.media, b.now_us);
  }
}

static void open_call(size_t receivers)
{
  const struct client_config speaker = {.tag = 1, .mic = true, .camera = true};
  const struct client_config viewer = {.tag = 2, .audio_slots = 3, .video_slots = b.pictures};
  open_media();
  b.sender_addr = address_of(MOST_RECEIVERS);
  connect_client(&b.sender, &b.sender_addr, 1, &speaker);
  size_t before = resident_bytes();
  for (size_t i = 0; i < receivers; i++) {
    struct net_addr addr = address_of(i);
    connect_client(&b.joining, &addr, 2 + i, &viewer);
    client_fini(&b.joining);
    pass(JOIN_US / receivers);
  }
  pass(SETTLE_US);
  b.receiver_bytes = (resident_bytes() - before) / receivers;
  b.head = b.tail;
  b.talking = &b.sender;
  b.to_wire = true;
}

/* All of what left has come. */
static void tell(struct bandwidth *path)
{
  struct bandwidth_arrival a[LIMIT_BANDWIDTH_SENT_LEAST];
  size_t n = path->sent < path->mask ? path->sent : path->mask;
  if (n > LIMIT_BANDWIDTH_SENT_LEAST)
    n = LIMIT_BANDWIDTH_SENT_LEAST;
  for (size_t i = 0; i < n; i++) {
    uint32_t number = path->sent - (uint32_t)(n - i);
    a[i] = (struct bandwidth_arrival){.sequence = (uint16_t)number, .received = true};
    a[i].arrival_us = (int64_t)(b.now_us - ((uint32_t)b.now_us - path->history[number & path->mask].sent_us) + PATH_US);
  }
  bandwidth_feedback(path, a, n, b.now_us + 2 * PATH_US);
}

static void tell_all(void)
{
  slab_id id;
  if (!b.controls || b.now_us < b.tell_us)
    return;
  b.tell_us = b.now_us + TELL_US;
  for (uint32_t i = 0; i < b.media->peers.capacity; i++) {
    struct peer *p = slab_at(&b.media->peers, i, &id);
    if (p != NULL && p->down.bandwidth.sent > 0)
      tell(&p->down.bandwidth);
  }
}

static double real_round(size_t receivers, uint64_t duration_us)
{
  open_call(receivers);
  for (int i = 0; i < SOURCE_COUNT; i++)
    b.sender.source[i].next_us = b.now_us;
  b.sender.next_check_us = UINT64_MAX; /* consent is fresh enough for a round */
  client_tick(&b.sender, b.now_us);    /* the first frame is a key frame, which all receivers wait for */
  forward_batch();
  uint64_t end = b.now_us + duration_us, before = media_counters(b.media)->rtp_forwarded;
  b.cpu_ns = 0;
  while (b.now_us < end) {
    uint64_t next = client_media_next_us(&b.sender), timer = media_next_us(b.media);
    b.now_us = b.crowd && timer > b.now_us && timer < next ? timer : next;
    b.sender.now_us = b.now_us;
    client_make_media(&b.sender);
    forward_batch();
    tell_all();
  }
  double packets = (double)(media_counters(b.media)->rtp_forwarded - before);
  must(media_counters(b.media)->srtp_auth_failed == 0 && packets > 0, "forwarding");
  client_fini(&b.sender);
  media_free(b.media);
  return packets * 1e9 / (double)b.cpu_ns;
}

/* ---- the bare loop ---- */

static void bare_packet(size_t i, uint8_t *at, const uint8_t *payload, size_t n)
{
  uint8_t iv[AEAD_IV_BYTES] = {0};
  uint64_t sequence = bare->sequence[i]++;
  memset(at, 0x80, HEADER);
  memcpy(iv + 4, &sequence, sizeof sequence);
  must(aead_seal(&bare->keys[i], iv, at, HEADER, payload, n, at + HEADER, at + HEADER + n) == 0, "seal");
}

static void bare_send(size_t receivers, size_t packets, size_t payload_n)
{
  static const uint8_t payload[2][VIDEO_PAYLOAD];
  size_t size = HEADER + payload_n + AEAD_TAG_BYTES;
  for (size_t i = 0; i < receivers; i++) {
    struct net_addr to = address_of(i);
    uint8_t *at = udp_reserve(b.udp, packets * size);
    for (size_t k = 0; k < packets; k++)
      bare_packet(i, at + k * size, payload[k], payload_n);
    udp_commit(b.udp, &to, packets * size, size);
  }
  udp_flush(b.udp);
}

static double bare_round(size_t receivers, uint64_t duration_us)
{
  uint64_t packets = 0, begin = cpu_ns();
  uint64_t audio = 0, video = 0;
  while (audio < duration_us || video < duration_us) {
    if (audio <= video) {
      bare_send(receivers, 1, AUDIO_PAYLOAD);
      audio += 20000;
      packets += receivers;
    } else {
      bare_send(receivers, 2, VIDEO_PAYLOAD);
      video += 33333;
      packets += 2 * receivers;
    }
  }
  return (double)packets * 1e9 / (double)(cpu_ns() - begin);
}

/* ---- all ---- */

static int open_socket(struct in_addr ip)
{
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = ip};
  must(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0, "socket");
  return fd;
}

static void open_sockets(void)
{
  int out = open_socket((struct in_addr){htonl(INADDR_LOOPBACK)}),
      in = open_socket((struct in_addr){htonl(INADDR_ANY)});
  int small = 1, on = 1, large = 4 << 20;
  struct sockaddr_in a;
  socklen_t n = sizeof a;
  /* What arrives is dropped early, in groups, as it would be gone with a network card. */
  (void)setsockopt(in, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  (void)setsockopt(in, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  (void)setsockopt(out, SOL_SOCKET, SO_SNDBUF, &large, sizeof large);
  must(getsockname(in, (struct sockaddr *)&a, &n) == 0, "getsockname");
  b.port = ntohs(a.sin_port);
  must(udp_new(&b.udp, &out, 1) == 0, "udp_new");
}

static int by_value(const void *x, const void *y)
{
  double a = *(const double *)x, c = *(const double *)y;
  return a < c ? -1 : a > c;
}

static void compare(size_t receivers, size_t rounds)
{
  double real[MOST_ROUNDS], only[MOST_ROUNDS], ratio[MOST_ROUNDS];
  size_t memory = 0;
  uint64_t duration_us = ROUND_PACKETS / receivers * 1000000 / 110;
  if (duration_us > ROUND_US)
    duration_us = ROUND_US;
  if (duration_us < 300000)
    duration_us = 300000;
  for (size_t i = 0; i < rounds; i++) {
    real[i] = real_round(receivers, duration_us);
    memory = i == 0 ? b.receiver_bytes : memory; /* later rounds use what earlier ones gave back */
    only[i] = bare_round(receivers, duration_us);
    ratio[i] = real[i] / only[i];
  }
  qsort(real, rounds, sizeof real[0], by_value);
  qsort(only, rounds, sizeof only[0], by_value);
  qsort(ratio, rounds, sizeof ratio[0], by_value);
  (void)printf("| %zu | %.0f | %.0f | %.0f %% | %.1f |\n", receivers, real[rounds / 2], only[rounds / 2],
               100 * ratio[rounds / 2], (double)memory / 1024);
  (void)fflush(stdout);
}

/* Takes the options out of what is left of the arguments. */
static void take_options(int *argc, char ***argv)
{
  while (*argc > 1 && strncmp((*argv)[1], "--", 2) == 0 && strcmp((*argv)[1], "--smoke") != 0) {
    int taken = 1;
    if (strcmp((*argv)[1], "--controls") == 0)
      b.controls = true;
    else if (strcmp((*argv)[1], "--crowd") == 0)
      b.crowd = true;
    else if (strcmp((*argv)[1], "--pictures") == 0 && *argc > 2)
      b.pictures = (uint8_t)atoi((*argv)[++taken]);
    else
      must(false, "no such option");
    must(b.pictures >= 1 && b.pictures <= LIMIT_VIDEO_SLOTS, "pictures");
    *argc -= taken;
    *argv += taken;
  }
}

int main(int argc, char **argv)
{
  static const size_t usual[] = {1, 100, 1000, MOST_RECEIVERS};
  take_options(&argc, &argv);
  bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0;
  size_t rounds = smoke ? 1 : argc > 1 ? (size_t)atoi(argv[1]) : 7;
  must(sodium_init() >= 0 && rounds >= 1 && rounds <= MOST_ROUNDS, "usage: bench_forward [rounds] [receivers ...]");
  must(aead_backend_new(&b.aead, AEAD_FASTEST) == 0 && dtls_context_new(&b.dtls, DTLS_CLIENT) == 0, "crypto");
  bare = aligned_alloc(64, (sizeof *bare + 63) / 64 * 64);
  must(bare != NULL, "memory");
  memset(bare, 0, sizeof *bare);
  for (size_t i = 0; i < MOST_RECEIVERS; i++)
    must(aead_key_init(&bare->keys[i], b.aead, (const uint8_t[AEAD_KEY_BYTES]){(uint8_t)i, (uint8_t)(i >> 8)}) == 0,
         "key");
  open_sockets();
  (void)printf("| receivers | forwarding, packets per CPU-second | bare loop | ratio | KiB a receiver "
               "|\n|---|---|---|---|---|\n");
  for (size_t i = 0; argc <= 2 && i < (smoke ? 2 : sizeof usual / sizeof usual[0]); i++)
    compare(usual[i], rounds);
  for (int i = 2; i < argc; i++)
    compare((size_t)atoi(argv[i]), rounds);
  udp_free(b.udp);
  return 0;
}
