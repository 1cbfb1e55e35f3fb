/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What protecting and unprotecting an RTP packet costs: our SRTP over each AES library, and libsrtp2.
 *
 * One sender's payload goes to many receivers, each with keys of its own; the other way, one packet comes from each of
 * many senders. CPU time, not wall time. All subjects take turns within each round, so that what else the machine does
 * meets them alike; the ratios are of one round, and their median is told.
 *
 * usage: bench_srtp [ROUNDS]   (default 15; --smoke: one round, to see that it runs) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "proto/srtp.h"
#include "srtp_oracle.h"

#define BATCH 5000      /* packets of one measurement, spread over the sessions */
#define HEADER_BYTES 20 /* with one header extension of 4 bytes, as browsers send */
#define SEND_BUFFERS 64 /* a sendmmsg's worth */
#define BUFFER_BYTES 2048
#define MAX_ROUNDS 101

/* ---- subjects: one way to do it, with all its sessions ---- */

struct subject {
  const char *name;
  bool cryptex;
  struct aead_backend *backend; /* NULL: libsrtp2 */
  struct srtp_keys *keys;
  struct srtp_rx_stream *rx;
  struct srtp_oracle **theirs;
};

enum { OURS_IPSEC_MB, OURS_WOLFSSL, OURS_CRYPTEX, LIBSRTP2, SUBJECTS };

struct bench {
  bool receiving; /* unprotect, not protect */
  size_t sessions, packet_n, rounds;
  uint64_t sent;   /* packets of each session so far, which is their index */
  uint8_t *sealed; /* BATCH received packets, one each `stride` bytes */
  size_t stride;
  struct subject subjects[SUBJECTS], sealer;
};

static void die(const char *what)
{
  fprintf(stderr, "bench_srtp: %s\n", what);
  exit(1);
}

static void *zeroed(size_t n, size_t size)
{
  size_t bytes = (n * size + 63) / 64 * 64;
  void *p = aligned_alloc(64, bytes);
  if (p == NULL)
    die("out of memory");
  return memset(p, 0, bytes);
}

/* Session i's master key and salt: all that matters is that they differ. */
static void master_of(size_t i, uint8_t master[SRTP_ORACLE_MASTER_BYTES])
{
  struct writer w = writer_of(master, SRTP_ORACLE_MASTER_BYTES);
  for (int j = 0; j < 5; j++)
    put_u64(&w, (i + 1) * 0x9e3779b97f4a7c15u * (unsigned)(j + 1));
  put_u32(&w, (uint32_t)i);
}

static void subject_init_ours(struct subject *s, size_t sessions, const char *name, enum aead_choice choice,
                              bool cryptex)
{
  *s = (struct subject){.name = name, .cryptex = cryptex};
  if (aead_backend_new(&s->backend, choice) != 0)
    die("an AES library is missing");
  s->keys = zeroed(sessions, sizeof *s->keys);
  s->rx = zeroed(sessions, sizeof *s->rx);
  for (size_t i = 0; i < sessions; i++) {
    uint8_t master[SRTP_ORACLE_MASTER_BYTES];
    master_of(i, master);
    if (srtp_keys_init(&s->keys[i], s->backend, master, master + SRTP_MASTER_KEY_BYTES) != 0)
      die("no keys");
  }
}

/* One direction only: libsrtp2's cost grows with the number of its sessions, which must be the one that is told. */
static void subject_init_libsrtp2(struct subject *s, size_t sessions, bool receiving)
{
  *s = (struct subject){.name = "libsrtp2"};
  s->theirs = zeroed(sessions, sizeof(struct srtp_oracle *));
  for (size_t i = 0; i < sessions; i++) {
    uint8_t master[SRTP_ORACLE_MASTER_BYTES];
    master_of(i, master);
    s->theirs[i] = srtp_oracle_new(!receiving, (uint32_t)i + 1, master);
    if (s->theirs[i] == NULL)
      die("no session of libsrtp2");
  }
}

static void subject_fini(struct subject *s, size_t sessions)
{
  for (size_t i = 0; i < sessions && s->backend != NULL; i++)
    srtp_keys_wipe(&s->keys[i]);
  for (size_t i = 0; i < sessions && s->backend == NULL; i++)
    srtp_oracle_free(s->theirs[i]);
  aead_backend_free(s->backend);
  free(s->keys);
  free(s->rx);
  free(s->theirs);
}

/* ---- the work ---- */

static void write_header(uint8_t *out, size_t session, uint64_t index)
{
  struct writer w = writer_of(out, HEADER_BYTES);
  put_u8(&w, 0x90);
  put_u8(&w, 96);
  put_u16(&w, (uint16_t)index);
  put_u32(&w, (uint32_t)index * 3000);
  put_u32(&w, (uint32_t)session + 1);
  put_u32(&w, 0xbede0001);
  put_u32(&w, 0x10ff0000);
}

static void protect_ours(const struct subject *s, size_t session, uint64_t index, uint8_t *out, struct span payload)
{
  size_t n = 0;
  write_header(out, session, index);
  if (srtp_protect(&s->keys[session], (uint32_t)(index >> 16), s->cryptex, out, BUFFER_BYTES, HEADER_BYTES, payload,
                   &n) != 0)
    die("protecting failed");
}

/* libsrtp2 works in place, so the payload must be copied first: that is part of its cost. */
static void protect_libsrtp2(const struct subject *s, size_t session, uint64_t index, uint8_t *out, struct span payload)
{
  size_t n = HEADER_BYTES + payload.n;
  write_header(out, session, index);
  memcpy(out + HEADER_BYTES, payload.p, payload.n);
  if (srtp_oracle_protect(s->theirs[session], out, &n) != 0)
    die("libsrtp2: protecting failed");
}

static void protect_batch(const struct bench *b, const struct subject *s, struct span payload)
{
  static _Alignas(64) uint8_t out[SEND_BUFFERS][BUFFER_BYTES];
  for (size_t i = 0; i < BATCH; i++) {
    size_t session = i % b->sessions;
    uint64_t index = b->sent + i / b->sessions;
    if (s->backend != NULL)
      protect_ours(s, session, index, out[i % SEND_BUFFERS], payload);
    else
      protect_libsrtp2(s, session, index, out[i % SEND_BUFFERS], payload);
  }
}

static void unprotect_batch(const struct bench *b, struct subject *s)
{
  size_t sealed_n = b->packet_n + AEAD_TAG_BYTES;
  for (size_t i = 0; i < BATCH; i++) {
    size_t session = i % b->sessions, n = sealed_n;
    uint8_t *packet = b->sealed + i * b->stride;
    bool cryptex;
    int err = s->backend != NULL ? srtp_unprotect(&s->keys[session], &s->rx[session], packet, n, &n, &cryptex)
                                 : srtp_oracle_unprotect(s->theirs[session], packet, &n);
    if (err != 0 || n != b->packet_n)
      die("unprotecting failed");
  }
}

/* What `s` will receive; not measured. The keys are none of the subjects', so that it warms up no one's caches. */
static void seal_batch(struct bench *b, const struct subject *s, struct span payload)
{
  b->sealer.cryptex = s->cryptex;
  for (size_t i = 0; i < BATCH; i++)
    protect_ours(&b->sealer, i % b->sessions, b->sent + i / b->sessions, b->sealed + i * b->stride, payload);
}

/* ---- measuring ---- */

static double cpu_ns(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
  qsort(values, n, sizeof *values, compare_doubles);
  return n % 2 != 0 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct samples {
  double ns[SUBJECTS][MAX_ROUNDS];    /* a packet */
  double ratio[SUBJECTS][MAX_ROUNDS]; /* libsrtp2's time over the subject's, in the same round */
};

static void add_sample(struct samples *s, size_t round, const double ns[SUBJECTS])
{
  for (int i = 0; i < SUBJECTS; i++) {
    s->ns[i][round] = ns[i];
    s->ratio[i][round] = ns[LIBSRTP2] / ns[i];
  }
}

static void run_round(struct bench *b, size_t round, struct span payload, struct samples *samples)
{
  double ns[SUBJECTS];
  for (size_t turn = 0; turn < SUBJECTS; turn++) {
    size_t i = (round + turn) % SUBJECTS; /* none is always the one after libsrtp2, which leaves the caches cold */
    struct subject *s = &b->subjects[i];
    if (b->receiving)
      seal_batch(b, s, payload);
    double start = cpu_ns();
    if (b->receiving)
      unprotect_batch(b, s);
    else
      protect_batch(b, s, payload);
    ns[i] = (cpu_ns() - start) / BATCH;
  }
  add_sample(samples, round, ns);
  b->sent += (BATCH + b->sessions - 1) / b->sessions;
}

static void print_row(const struct bench *b, struct samples *s)
{
  printf("| %s | %zu | %zu |", b->receiving ? "unprotect" : "protect", b->sessions, b->packet_n);
  for (int i = 0; i < SUBJECTS; i++) {
    printf(" %.0f", median(s->ns[i], b->rounds));
    if (i != LIBSRTP2)
      printf(" (%.1f×)", median(s->ratio[i], b->rounds));
    printf(" |");
  }
  printf("\n");
}

static void bench_init(struct bench *b, bool receiving, size_t sessions, size_t packet_n, size_t rounds)
{
  *b = (struct bench){.receiving = receiving, .sessions = sessions, .packet_n = packet_n, .rounds = rounds};
  b->stride = (packet_n + AEAD_TAG_BYTES + 7) / 8 * 8; /* libsrtp2 wants packets aligned */
  b->sealed = zeroed(1, BATCH * b->stride + BUFFER_BYTES);
  subject_init_ours(&b->subjects[OURS_IPSEC_MB], sessions, "ours, libipsec-mb", AEAD_IPSEC_MB, false);
  subject_init_ours(&b->subjects[OURS_WOLFSSL], sessions, "ours, wolfSSL", AEAD_WOLFSSL, false);
  subject_init_ours(&b->subjects[OURS_CRYPTEX], sessions, "ours, libipsec-mb, Cryptex", AEAD_IPSEC_MB, true);
  subject_init_ours(&b->sealer, sessions, "sealer", AEAD_FASTEST, false);
  subject_init_libsrtp2(&b->subjects[LIBSRTP2], sessions, receiving);
}

static void bench_fini(struct bench *b)
{
  for (int i = 0; i < SUBJECTS; i++)
    subject_fini(&b->subjects[i], b->sessions);
  subject_fini(&b->sealer, b->sessions);
  free(b->sealed);
}

static void run(bool receiving, size_t sessions, size_t packet_n, size_t rounds)
{
  static struct samples samples;
  static const uint8_t payload[BUFFER_BYTES] = {1, 2, 3};
  struct bench b;
  bench_init(&b, receiving, sessions, packet_n, rounds);
  for (size_t round = 0; round < rounds; round++)
    run_round(&b, round, span_of(payload, packet_n - HEADER_BYTES), &samples);
  print_row(&b, &samples);
  bench_fini(&b);
}

int main(int argc, char **argv)
{
  bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0;
  size_t rounds = smoke ? 1 : argc > 1 ? strtoul(argv[1], NULL, 10) : 15;
  if (argc > 2 || rounds < 1 || rounds > MAX_ROUNDS)
    die("usage: bench_srtp [ROUNDS], 1 to 101");
  if (!srtp_oracle_load())
    die("libsrtp2 is missing");
  printf("CPU ns a packet, and in brackets how many times as fast as libsrtp2 (medians of %zu rounds)\n\n", rounds);
  printf("| | sessions | bytes | ours, libipsec-mb | ours, wolfSSL | ours, libipsec-mb, Cryptex | libsrtp2 |\n");
  printf("|---|---|---|---|---|---|---|\n");
  static const size_t session_counts[] = {1, 5000}, sizes[] = {1100, 60};
  for (int receiving = 0; receiving < 2; receiving++)
    for (int i = 0; i < 2; i++)
      for (int j = 0; j < 2; j++)
        run(receiving != 0, session_counts[i], sizes[j], rounds);
  return 0;
}
