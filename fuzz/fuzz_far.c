/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another media process writes, in an attacker's hands: raw memory of its ring as the reader finds it, and records.
 * The media core has one room whose home that process is, with a viewer, and one that is at home here and spans it.
 * Both know VP9 and AV1 with several sizes in one stream.
 *
 * An input is a row of: operation (1 byte), length (2 bytes, big-endian), as many bytes. */
#include <sodium.h>
#include <string.h>

#include "ipc/share.h"
#include "media/far.h"
#include "media_sink.h"

enum operation {
  RECORD,  /* one record */
  SLOT,    /* slot (1 byte), then what stands in it from its beginning */
  WRITTEN, /* 8 bytes */
  READ,    /* as many records as the first byte says, by the reader */
  FLUSH,
  TIME, /* milliseconds, 2 bytes */
  LOST,
  GONE,
  OPERATIONS
};

#define OTHER 0
#define SELF 1
#define SLOTS 8 /* that an input can reach; the reader comes by no others */
#define START_US 1000000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct media *m;
static uint64_t now_us;
static struct share_memory *memory;
static struct share_reader reader;

static void share(void *ctx, uint64_t room, uint64_t to, struct span head, struct span body)
{
  (void)ctx;
  assert((room == 1 || room == 2) && to == 1u << OTHER && head.n > 0 && head.n + body.n <= SHARE_RECORD_BYTES);
}

#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" IDENTITY "a=rtpmap:111 opus/48000/2\r\n"
#define CODEC(pt, name, parameters, rtx)                                                                               \
  "a=rtpmap:" pt " " name "/90000\r\na=fmtp:" pt " " parameters "\r\na=rtcp-fb:" pt " nack\r\na=rtcp-fb:" pt           \
  " nack pli\r\na=rtpmap:" rtx " rtx/90000\r\na=fmtp:" rtx " apt=" pt "\r\n"
#define VIDEO                                                                                                          \
  "m=video 9 UDP/TLS/RTP/SAVPF 98 99 45 46 96 97\r\n" IDENTITY CODEC("98", "VP9", "profile-id=0", "99")               \
  CODEC("45", "AV1", "profile=0", "46") CODEC("96", "VP8", "x=1", "97") "a=extmap-allow-mixed\r\na=extmap:13 "        \
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n"

static const char offer_text[] =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3\r\n" VIDEO
    "a=mid:0\r\na=sendonly\r\na=ssrc-group:FID 572662306 858993459\r\na=ssrc:572662306 cname:f\r\n"
    "a=ssrc:858993459 cname:f\r\n" AUDIO "a=mid:1\r\na=recvonly\r\n" VIDEO "a=mid:2\r\na=recvonly\r\n" VIDEO
    "a=mid:3\r\na=recvonly\r\n";

static struct net_addr address(uint64_t peer)
{
  return (struct net_addr){.family = 4, .port = 1000, .ip = {192, 0, 2, (uint8_t)peer}};
}

static void join(uint64_t room, uint64_t peer, uint8_t home)
{
  static uint8_t buffer[LIMIT_IPC_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct ipc_offer o = {.room = room, .peer = peer, .connection = 1, .id = 1, .publish = 7, .home = home,
                        .members = home == SELF ? 1u << OTHER : 0, .sdp = span_str(offer_text)};
  if (home == SELF)
    o.source_mid[SOURCE_CAMERA] = span_str("0");
  ipc_encode_offer(&w, &o);
  assert(!w.overflow && media_command(m, now_us, writer_span(&w)) == 0);
  struct net_addr from = address(peer);
  sink_connect(m, peer, &from, now_us);
}

static void write_slot(struct span s)
{
  uint8_t slot;
  if (span_u8(&s, &slot) == 0)
    memcpy(&memory->slot[slot % SLOTS], s.p, s.n < sizeof(struct share_slot) ? s.n : sizeof(struct share_slot));
}

static void read_records(uint8_t count)
{
  uint64_t record[SHARE_RECORD_WORDS];
  size_t n;
  while (count-- > 0 && reader.next % SHARE_SLOTS < SLOTS && share_read(&reader, record, &n) == 0) {
    assert(n > 0 && n <= sizeof record);
    media_share(m, now_us, OTHER, span_of(record, n));
  }
}

static void operate(uint8_t operation, struct span s)
{
  uint8_t count;
  uint16_t ms;
  switch ((enum operation)operation) {
  case RECORD: {
    uint8_t *copy = malloc(s.n > 0 ? s.n : 1); /* so that the sanitizer sees every byte too many */
    memcpy(copy, s.p, s.n);
    media_share(m, now_us, OTHER, span_of(copy, s.n));
    free(copy);
    break;
  }
  case SLOT: write_slot(s); break;
  case WRITTEN: memcpy(&memory->written, s.p, s.n < 8 ? s.n : 8); break;
  case READ:
    if (span_u8(&s, &count) == 0)
      read_records(count);
    break;
  case FLUSH: media_flush(m, now_us); break;
  case TIME:
    if (span_u16(&s, &ms) == 0) {
      now_us += ms * 1000u;
      media_tick(m, now_us);
    }
    break;
  case LOST: media_share_lost(m, now_us, OTHER); break;
  case GONE: media_share_gone(m, now_us, OTHER); break;
  case OPERATIONS: break;
  }
}

/* One core for all inputs, because making one takes longer than an input: afterwards its tables are empty again. */
static void open_media(void)
{
  const struct media_sink sink = {
    .reserve = sink_reserve, .commit = sink_commit, .message = sink_message, .share = share};
  struct media_config config = {.process = SELF, .candidates = 1, .max_peers = 8, .crowd = 1, .crowd_step = 1};
  config.candidate[0] = address(1);
  now_us = START_US;
  memory = calloc(1, sizeof *memory);
  if (memory == NULL || sodium_init() < 0 || media_new(&m, &config, &sink, &sink_random, now_us) != 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
  struct span input = span_of(data, n), piece;
  uint8_t operation;
  uint16_t size;
  if (m == NULL)
    open_media();
  sink_seed = 1;
  memset(memory->slot, 0, SLOTS * sizeof memory->slot[0]);
  memory->written = 0;
  share_reader_init(&reader, memory);
  join(1, 1, OTHER);
  join(2, 2, SELF);
  assert(source_is_scalable(peer_find(m, 2)->sources[SOURCE_CAMERA]));
  while (span_u8(&input, &operation) == 0 && span_u16(&input, &size) == 0) {
    if (size > input.n)
      size = (uint16_t)input.n;
    (void)span_take(&input, size, &piece);
    operate(operation % OPERATIONS, piece);
  }
  now_us += 100000;
  media_tick(m, now_us);
  for (uint64_t peer = 1; peer <= 2; peer++)
    if (peer_find(m, peer) != NULL)
      peer_close(peer_find(m, peer));
  media_flush(m, now_us);
  assert(m->peers.used == 0 && m->sources.used == 0 && m->rooms.used == 0 && m->wheel.pending == 0 &&
         m->far_sources.used == 0);
  return 0;
}
