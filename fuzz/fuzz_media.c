/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole media core with two connected peers: datagrams from them and from strangers, SRTP and SRTCP that is
 * authentic (what a hostile participant can send, so that all behind decryption is reached), commands of the web
 * process, steps of time.
 *
 * An input is a row of records: operation (1 byte), length (2 bytes, big-endian), as many bytes. */
#include <sodium.h>
#include <string.h>

#include "media/peer.h"
#include "media/room.h"
#include "media_sink.h"

enum operation {
  FROM_PEER, /* a datagram as it is: first byte of the data chooses the peer, here and below */
  FROM_STRANGER,
  RTP, /* a packet that is protected before it is sent */
  RTCP,
  COMMAND,
  TIME, /* milliseconds, 2 bytes */
  FLUSH,
  PUBLISH,
  OPERATIONS
};

#define PEERS 2
#define MAX_PEERS 8
#define START_US 1000000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct media *m;
static uint64_t now_us;
static struct srtp_tx_stream tx[PEERS][8];
static uint32_t rtcp_index;

#define AUDIO                                                                                                          \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" IDENTITY                                                                       \
  "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:111 opus/48000/2\r\n"
#define VP8                                                                                                            \
  "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 "         \
  "apt=96\r\n"
#define H264                                                                                                           \
  "a=rtpmap:102 H264/90000\r\na=rtcp-fb:102 nack\r\na=rtcp-fb:102 nack pli\r\n"                                        \
  "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"                              \
  "a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"

#define VP9                                                                                                            \
  "a=extmap-allow-mixed\r\n"                                                                                           \
  "a=extmap:13 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n"            \
  "a=rtpmap:98 VP9/90000\r\na=rtcp-fb:98 nack\r\na=rtcp-fb:98 nack pli\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 "         \
  "apt=98\r\n"
#define SLOT "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 102 103\r\n" IDENTITY VP8 VP9 H264

/* Microphone 0x11111111, camera 0x22222222 (RTX 0x33333333), a screen in H.264 that tells no SSRC, and slots. */
#define OFFER(camera)                                                                                                  \
  "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4 5\r\n" AUDIO                           \
  "a=mid:0\r\na=sendonly\r\na=ssrc:286331153 cname:f\r\n" camera                                                     \
  "a=mid:1\r\na=sendonly\r\na=ssrc-group:FID 572662306 858993459\r\na=ssrc:572662306 cname:f\r\na=ssrc:858993459 "   \
  "cname:f\r\n"                                                                                                        \
  "m=video 9 UDP/TLS/RTP/SAVPF 102 103\r\n" IDENTITY H264 "a=mid:2\r\na=sendonly\r\n" AUDIO                            \
  "a=mid:3\r\na=recvonly\r\n" SLOT "a=mid:4\r\na=recvonly\r\n" SLOT "a=mid:5\r\na=recvonly\r\n"

/* The second one's camera has its sizes in one stream. */
static const char *const offers[PEERS] = {
    OFFER("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" IDENTITY VP8),
    OFFER("m=video 9 UDP/TLS/RTP/SAVPF 98 99 96 97\r\n" IDENTITY VP9 VP8),
};

static struct net_addr address(size_t i)
{
  return (struct net_addr){.family = 4, .port = (uint16_t)(1000 + i), .ip = {192, 0, 2, (uint8_t)i}};
}

static void offer(size_t i)
{
  static uint8_t buffer[LIMIT_IPC_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  const struct ipc_offer o = {.room = 1,
                              .peer = i + 1,
                              .connection = 1,
                              .id = 1,
                              .publish = 7,
                              .source_mid = {span_str("0"), span_str("1"), span_str("2")},
                              .sdp = span_str(offers[i])};
  ipc_encode_offer(&w, &o);
  assert(!w.overflow && media_command(m, now_us, writer_span(&w)) == 0);
}

static void connect_peer(size_t i)
{
  struct net_addr from = address(i);
  sink_connect(m, i + 1, &from, now_us);
  assert(map_put(&m->peer_by_tuple, &from, peer_find(m, i + 1)->id) == 0);
  assert(i == 0 || source_is_scalable(peer_find(m, i + 1)->sources[SOURCE_CAMERA]));
}

static void receive(const struct net_addr *from, const uint8_t *bytes, size_t n)
{
  uint8_t *copy = malloc(n > 0 ? n : 1);
  memcpy(copy, bytes, n);
  media_receive(m, now_us, from, copy, n);
  free(copy);
}

/* The sender's rollover counters, by the lowest bits of its SSRCs. */
static void send_rtp(size_t i, struct span s)
{
  uint8_t out[2048];
  struct rtp_packet h;
  uint32_t roc;
  size_t n;
  const struct peer *p = peer_find(m, i + 1);
  struct net_addr from = address(i);
  if (p == NULL || s.n > LIMIT_DATAGRAM - SRTP_OVERHEAD_MAX || rtp_parse_header(s, &h) != 0)
    return;
  size_t header_n = s.n - h.payload.n;
  memcpy(out, s.p, header_n);
  if (srtp_tx_roc(&tx[i][h.ssrc & 7], h.sequence, &roc) == 0 &&
      srtp_protect(&p->rx, roc, true, out, sizeof out, header_n, h.payload, &n) == 0)
    receive(&from, out, n);
}

static void send_rtcp(size_t i, struct span s)
{
  uint8_t out[2048];
  size_t n;
  const struct peer *p = peer_find(m, i + 1);
  struct net_addr from = address(i);
  if (p == NULL || s.n > LIMIT_DATAGRAM - SRTCP_OVERHEAD)
    return;
  memcpy(out, s.p, s.n);
  if (srtcp_protect(&p->rx, rtcp_index++, out, s.n, sizeof out, &n) == 0)
    receive(&from, out, n);
}

static void publish(size_t i, uint8_t mask)
{
  uint8_t buffer[32];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_publish(&w, &(struct ipc_publish){.peer = i + 1, .publish = mask & 7});
  (void)media_command(m, now_us, writer_span(&w));
}

static void work(void)
{
  unsigned steps = 0;
  while (media_work(m, now_us))
    assert(++steps <= LIMIT_HANDSHAKE_LINE);
}

static void operate(uint8_t operation, struct span s)
{
  uint8_t first = 0;
  uint16_t ms = 0;
  if (operation == TIME && span_u16(&s, &ms) == 0) {
    now_us += ms * 1000u;
    media_tick(m, now_us);
  } else if (operation == FLUSH) {
    media_flush(m, now_us);
    work();
  } else if (operation == COMMAND) {
    (void)media_command(m, now_us, s);
  }
  if (operation == TIME || operation == FLUSH || operation == COMMAND || span_u8(&s, &first) != 0)
    return;
  size_t i = first % PEERS;
  struct net_addr from = address(operation == FROM_STRANGER ? 10 + first : i);
  if (operation == RTP)
    send_rtp(i, s);
  else if (operation == RTCP)
    send_rtcp(i, s);
  else if (operation == PUBLISH)
    publish(i, (uint8_t)(first >> 1));
  else
    receive(&from, s.p, s.n);
}

/* One core for all inputs, because making one takes longer than an input: afterwards its tables are empty again. */
static void open_media(void)
{
  const struct media_sink sink = {.reserve = sink_reserve, .commit = sink_commit, .message = sink_message};
  struct media_config config = {.candidates = 1, .max_peers = MAX_PEERS, .controls_receivers = true, .crowd = 1, .crowd_step = 1};
  config.candidate[0] = address(0);
  now_us = START_US;
  if (sodium_init() < 0 || media_new(&m, &config, &sink, &sink_random, now_us) != 0)
    abort();
}

static void close_all(void)
{
  slab_id id;
  for (uint32_t i = 0; i < MAX_PEERS; i++) {
    struct peer *p = slab_at(&m->peers, i, &id);
    if (p != NULL)
      peer_close(p);
  }
  media_flush(m, now_us);
  work(); /* of those who have gone */
  assert(m->peers.used == 0 && m->sources.used == 0 && m->rooms.used == 0 && m->wheel.pending == 0 &&
         m->handshakes == 0);
  assert(m->peer_by_key.used == 0 && m->peer_by_ufrag.used == 0 && m->room_by_key.used == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
  struct span input = span_of(data, n), record;
  uint8_t operation;
  uint16_t size;
  if (m == NULL)
    open_media();
  sink_seed = 1;
  rtcp_index = 0;
  memset(tx, 0, sizeof tx);
  for (size_t i = 0; i < PEERS; i++)
    offer(i);
  for (size_t i = 0; i < PEERS; i++)
    connect_peer(i);
  while (span_u8(&input, &operation) == 0 && span_u16(&input, &size) == 0) {
    if (size > input.n)
      size = (uint16_t)input.n;
    (void)span_take(&input, size, &record);
    operate(operation % OPERATIONS, record);
  }
  now_us += 100000;
  media_tick(m, now_us);
  close_all();
  return 0;
}
