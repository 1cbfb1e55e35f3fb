/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/load, media: what the load tool sends it knows again, and it must notice what is wrong with what it gets: a wrong
 * key, lost packets, a source that stands still, one that is late, and bytes that nobody had sent. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "web_testing.h"

#include "load/endpoint.h"
#include "load/speakers.h"
#include "load/verdict.h"
#include "media/media.h"

#define START_US 1000000000u
#define PACKETS 512

static const struct outlet_shape video_shape = {.frame_us = 33333, .parts = 2, .bytes = 1100};
static const uint8_t key_bytes[SRTP_MASTER_KEY_BYTES] = {1}, other_key[SRTP_MASTER_KEY_BYTES] = {2};
static const uint8_t salt[SRTP_MASTER_SALT_BYTES] = {3};

/* --- one stream, from an outlet to an inlet --- */

struct packet {
  size_t n;
  uint64_t made_us;
  uint8_t data[LIMIT_DATAGRAM];
};

static struct {
  struct aead_backend *aead;
  struct srtp_keys keys, wrong;
  struct outlet out;
  struct inlet in;
  struct inlet_rules rules;
  struct inlet_sum sum;
  uint64_t now_us;
  struct packet packet[PACKETS];
  size_t n;
} s;

static void collect(void *ctx, const uint8_t *data, size_t n)
{
  (void)ctx;
  assert_true(s.n < PACKETS);
  s.packet[s.n].n = n;
  s.packet[s.n].made_us = s.now_us;
  memcpy(s.packet[s.n++].data, data, n);
}

/* Half a second of pictures: a key frame of eight packets and 14 or 15 others of two. */
static int make_stream(void **state)
{
  (void)state;
  memset(&s, 0, sizeof s);
  assert_int_equal(aead_backend_new(&s.aead, AEAD_FASTEST), 0);
  assert_int_equal(srtp_keys_init(&s.keys, s.aead, key_bytes, salt), 0);
  assert_int_equal(srtp_keys_init(&s.wrong, s.aead, other_key, salt), 0);
  s.rules = (struct inlet_rules){.run = 7, .verify_every = 1};
  outlet_init(&s.out, SOURCE_CAMERA, &video_shape, 7, 3, &random_system);
  s.in = (struct inlet){.is_video = true, .ssrc = s.out.ssrc, .rtx_ssrc = s.out.rtx_ssrc};
  for (s.now_us = START_US; s.now_us < START_US + 500000; s.now_us += 1000)
    outlet_play(&s.out, &s.keys, s.now_us, collect, NULL);
  assert_true(s.n >= 8 + 2 * 13);
  inlet_fill(&s.in, true, START_US, &s.sum);
  return 0;
}

static int free_stream(void **state)
{
  (void)state;
  inlet_fini(&s.in);
  aead_backend_free(s.aead);
  return 0;
}

static void arrive(const struct packet *p, const struct srtp_keys *keys, uint64_t at_us)
{
  uint8_t copy[LIMIT_DATAGRAM];
  memcpy(copy, p->data, p->n);
  struct rtp_packet header;
  assert_int_equal(rtp_parse_header(span_of(copy, p->n), &header), 0);
  inlet_take(&s.in, &s.rules, keys, &header, copy, p->n, at_us, at_us, &s.sum);
}

/* What the tool would say of it. */
static struct verdict verdict_now(void)
{
  static struct tally t;
  static struct floor_report r;
  t = (struct tally){.honest = 1, .in = 1};
  r = (struct floor_report){.wanted = 1, .flowing = 1};
  inlet_close(&s.in, s.now_us, &s.sum);
  r.sum = s.sum;
  return verdict_of(&t, &r);
}

static void test_all_is_well(void **state)
{
  (void)state;
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us + 2000);
  assert_int_equal(s.sum.packets, s.n);
  assert_int_equal(s.sum.verified, s.n);
  assert_true(s.in.picture_us >= START_US + 2000);
  assert_int_equal(delay_percentile(&s.sum.video, 1), 2047); /* the end of its bucket */
  assert_true(verdict_now().holds);
  assert_int_equal(s.sum.lost + s.sum.foreign + s.sum.wrong_key + s.sum.stills, 0);
}

static void test_one_packet_of_many_is_opened(void **state)
{
  (void)state;
  s.rules.verify_every = 8;
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], i < 8 ? &s.keys : &s.wrong, s.packet[i].made_us);
  assert_int_equal(s.sum.packets + s.sum.wrong_key, s.n); /* those that were opened were not right */
  assert_in_range(s.sum.wrong_key, 2, s.n / 8 + 1);
}

static void test_a_wrong_key_is_noticed(void **state)
{
  (void)state;
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], i == 20 ? &s.wrong : &s.keys, s.packet[i].made_us);
  assert_int_equal(s.sum.wrong_key, 1);
  assert_string_equal(verdict_now().first, "media arrived that could not be decrypted");
}

static void test_media_of_others_is_noticed(void **state)
{
  (void)state;
  s.rules.run = 8;
  arrive(&s.packet[0], &s.keys, START_US);
  assert_int_equal(s.sum.foreign, 1);
  assert_false(verdict_now().holds);
}

static void test_a_changed_byte_is_noticed(void **state)
{
  (void)state;
  const struct mark m = {.run = 1, .who = 2, .source = SOURCE_CAMERA, .frame = 9, .part = 1, .parts = 2, .made_us = 5};
  uint8_t bytes[300];
  struct writer w = writer_of(bytes, sizeof bytes);
  struct mark read;
  mark_put(&w, &m, sizeof bytes);
  assert_int_equal(mark_read(writer_span(&w), &read), 0);
  assert_memory_equal(&read.made_us, &m.made_us, sizeof m.made_us);
  assert_true(read.run == 1 && read.who == 2 && read.source == SOURCE_CAMERA && !read.key && read.frame == 9);
  assert_true(mark_is_whole(writer_span(&w), &read));
  bytes[100] ^= 4;
  assert_false(mark_is_whole(writer_span(&w), &read));
  bytes[sizeof bytes - MARK_BYTES] ^= 1;
  assert_int_equal(mark_read(writer_span(&w), &read), ERR_MALFORMED);
  assert_int_equal(mark_read(span_of(bytes, MARK_BYTES - 1), &read), ERR_MALFORMED);
  w = writer_of(bytes, sizeof bytes);
  mark_put(&w, &m, sizeof bytes + 1);
  assert_true(w.overflow);
}

static void test_lost_packets_are_noticed(void **state)
{
  (void)state;
  uint16_t sequences[LIMIT_NACK_PENDING];
  for (size_t i = 0; i < s.n; i++)
    if (i != 15 && i != 16)
      arrive(&s.packet[i], &s.keys, s.packet[i].made_us);
  assert_int_equal(inlet_missing(&s.in, s.now_us, 50000, sequences, &s.sum), 2);
  assert_string_equal(verdict_now().first, "more than one packet of a thousand never arrived");
  assert_int_equal(s.sum.lost, 2);
}

static void test_what_comes_again_is_not_lost(void **state)
{
  (void)state;
  uint16_t sequences[LIMIT_NACK_PENDING];
  for (size_t i = 0; i < s.n; i++)
    if (i != 15)
      arrive(&s.packet[i], &s.keys, s.packet[i].made_us);
  assert_int_equal(inlet_missing(&s.in, s.now_us, 50000, sequences, &s.sum), 1);
  size_t before = s.n;
  outlet_again(&s.out, &s.keys, sequences[0], collect, NULL);
  outlet_again(&s.out, &s.keys, (uint16_t)(sequences[0] + 1000), collect, NULL); /* was never sent */
  assert_int_equal(s.n, before + 1);
  arrive(&s.packet[before], &s.keys, s.now_us);
  arrive(&s.packet[before], &s.keys, s.now_us); /* repeated by somebody */
  assert_int_equal(s.sum.again, 1);
  assert_int_equal(s.sum.replayed, 1);
  assert_int_equal(s.sum.verified, before);
  assert_true(verdict_now().holds);
  assert_int_equal(s.sum.lost, 0);
}

static void test_a_picture_that_stands_still_is_noticed(void **state)
{
  (void)state;
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us + (i > 20 ? 3000000 : 0));
  assert_int_equal(s.sum.stills, 1);
  assert_in_range(s.sum.still_us, 2900000, 3200000);
  s.now_us += 3000000;
  assert_string_equal(verdict_now().first, "pictures stood still for a second or longer");
}

static void test_a_picture_that_ends_is_noticed(void **state)
{
  (void)state;
  for (size_t i = 0; i < 20; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us);
  s.now_us += 5000000;
  assert_false(verdict_now().holds);
  assert_int_equal(s.sum.stills, 1);
}

/* Where not every packet is opened, a repeated one is not seen by its key, and still moves nothing. */
static void test_a_picture_of_repeated_packets_stands_still(void **state)
{
  (void)state;
  s.rules.verify_every = 1 << 20;
  for (size_t i = 0; i < 20; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us);
  for (s.now_us = s.packet[19].made_us; s.now_us < START_US + 3000000; s.now_us += 33333)
    arrive(&s.packet[19], &s.keys, s.now_us);
  assert_string_equal(verdict_now().first, "pictures stood still for a second or longer");
  assert_in_range(s.sum.still_us, 2500000, 3000000);
}

static void test_an_empty_slot_may_be_still(void **state)
{
  (void)state;
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us);
  inlet_fill(&s.in, false, s.now_us, &s.sum);
  s.now_us += 60000000;
  inlet_fill(&s.in, true, s.now_us, &s.sum);
  assert_true(verdict_now().holds);
}

static void test_a_late_source_is_noticed(void **state)
{
  (void)state;
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us + 200000);
  assert_string_equal(verdict_now().first, "one packet of a hundred was later than 150 ms");
}

/* Which second was the first in which people noticed anything. */
static void test_when_it_began(void **state)
{
  (void)state;
  static struct floor_report r;
  const char *what;
  r = (struct floor_report){.seconds = 4};
  assert_int_equal(verdict_began(&r, &what), 0);
  assert_null(what);
  r.second[3].stills = 1;
  assert_int_equal(verdict_began(&r, &what), 4);
  assert_string_equal(what, "a picture stood still");
  r.second[1].p99_us = VERDICT_P99_US + 1;
  assert_int_equal(verdict_began(&r, &what), 2);
  assert_string_equal(what, "one picture packet of a hundred was later than 150 ms");
}

/* The report for programs says what broke, and the one for people, too. */
static void test_the_report_says_why(void **state)
{
  (void)state;
  static struct tally t;
  static struct floor_report r;
  char *text = NULL;
  size_t n = 0;
  t = (struct tally){.honest = 1, .in = 1};
  r = (struct floor_report){.wanted = 1, .flowing = 1, .sum = {.packets = 9, .wrong_key = 1}, .seconds = 2};
  r.second[1] = (struct floor_second){.flowing = 7, .stills = 1};
  json_t *report = verdict_report(&t, &r);
  assert_true(json_is_false(json_object_get(report, "good")));
  assert_string_equal(json_string_value(json_object_get(report, "why")), "media arrived that could not be decrypted");
  assert_int_equal(json_integer_value(json_object_get(json_object_get(report, "began"), "second")), 2);
  json_decref(report);
  FILE *out = open_memstream(&text, &n);
  verdict_print(&t, &r, out);
  (void)fclose(out);
  assert_non_null(strstr(text, "does NOT hold this event: media arrived that could not be decrypted."));
  assert_non_null(strstr(text, "in second 2 of the media, with 7 people: a picture stood still."));
  free(text);
  r.sum.wrong_key = 0;
  r.second[1].stills = 0;
  report = verdict_report(&t, &r);
  assert_true(json_is_true(json_object_get(report, "good")) && json_is_null(json_object_get(report, "why")));
  assert_true(json_is_null(json_object_get(report, "began")));
  json_decref(report);
}

static void test_delays(void **state)
{
  (void)state;
  static struct delay d;
  memset(&d, 0, sizeof d);
  assert_int_equal(delay_percentile(&d, 0.5), 0);
  for (uint64_t us = 1; us <= 100000; us++)
    delay_add(&d, us);
  for (int percent = 1; percent <= 100; percent++) {
    double wanted = 1000.0 * percent, found = (double)delay_percentile(&d, percent / 100.0);
    assert_true(found >= wanted && found <= wanted * 17 / 16);
  }
  delay_add(&d, UINT64_MAX);
  assert_true(delay_percentile(&d, 1) > 60000000);
}

/* --- who speaks --- */

static int parse_speakers(struct load_speakers *sp, const char *text, unsigned *line)
{
  (void)snprintf(sp->text, sizeof sp->text, "%s", text);
  return load_speakers_parse(sp, line);
}

static void test_speakers(void **state)
{
  (void)state;
  static struct load_speakers sp;
  unsigned line;
  assert_int_equal(parse_speakers(&sp, "# who speaks\n\nhost@a.example  four words of it \r\n b@a.example\tx\n", &line),
                   0);
  assert_int_equal(sp.n, 2);
  assert_string_equal(sp.account[0].email, "host@a.example");
  assert_string_equal(sp.account[0].password, "four words of it");
  assert_string_equal(sp.account[1].email, "b@a.example");
  assert_string_equal(sp.account[1].password, "x");
  assert_int_equal(parse_speakers(&sp, "a@a.example x\nb@a.example\n", &line), ERR_MALFORMED);
  assert_int_equal(line, 2);
  assert_int_equal(parse_speakers(&sp, "nobody x\n", &line), ERR_MALFORMED);
  char many[2048] = "";
  for (int i = 0; i <= LIMIT_ROOM_PEOPLE; i++)
    strcat(many, "a@a.example x\n");
  assert_int_equal(parse_speakers(&sp, many, &line), ERR_LIMIT);
  assert_int_equal(load_speakers_read(&sp, "/nowhere", &line), ERR_IO);
}

/* --- a person and the media core --- */

#define QUEUE 4096

static struct {
  uint64_t now_us;
  struct media *media;
  struct endpoint_world world;
  struct endpoint *person[2]; /* who speaks, who watches */
  struct net_addr addr[2];
  unsigned offering;
  int answered;
  size_t sent;
  uint8_t space[LIMIT_GSO_BYTES];
  struct {
    unsigned from;
    size_t n;
    uint8_t data[LIMIT_DATAGRAM];
  } queue[QUEUE];
  size_t head, tail;
} w;

static uint8_t *reserve(void *ctx, size_t n)
{
  (void)ctx;
  assert_true(n <= sizeof w.space);
  return w.space;
}

static void commit(void *ctx, const struct net_addr *to, size_t n, size_t segment)
{
  (void)ctx;
  for (size_t at = 0; at < n; at += segment)
    for (unsigned i = 0; i < 2; i++)
      if (net_addr_equal(to, &w.addr[i]))
        endpoint_input(w.person[i], w.space + at, n - at < segment ? n - at : segment, w.now_us, w.now_us);
}

static void message(void *ctx, struct span m)
{
  struct ipc_answer a;
  uint8_t type;
  (void)ctx;
  if (span_u8(&m, &type) == 0 && type == IPC_ANSWER && ipc_decode_answer(m, &a) == 0)
    w.answered = endpoint_answer(w.person[w.offering], a.sdp, 4, w.now_us);
}

static void person_sends(void *ctx, const uint8_t *data, size_t n)
{
  assert_true(w.tail - w.head < QUEUE);
  w.queue[w.tail % QUEUE].from = *(unsigned *)ctx;
  w.queue[w.tail % QUEUE].n = n;
  memcpy(w.queue[w.tail++ % QUEUE].data, data, n);
}

static void come(unsigned i, unsigned *number)
{
  static uint8_t sdp[ENDPOINT_OFFER_BYTES], buffer[LIMIT_IPC_MESSAGE];
  struct writer text = writer_of(sdp, sizeof sdp), command = writer_of(buffer, sizeof buffer);
  *number = i;
  assert_int_equal(endpoint_new(&w.person[i], &w.world, (uint16_t)i, i == 0, 25, person_sends, number, w.now_us), 0);
  assert_int_equal(net_addr_parse("127.0.0.9", (uint16_t)(5000 + i), &w.addr[i]), 0);
  endpoint_offer(w.person[i], &text);
  assert_false(text.overflow);
  const struct ipc_offer o = {.room = 1,
                              .peer = i + 1,
                              .connection = 1,
                              .id = 1,
                              .publish = 7,
                              .source_mid = {span_str(i == 0 ? "0" : ""), span_str(i == 0 ? "1" : "")},
                              .sdp = writer_span(&text)};
  ipc_encode_offer(&command, &o);
  w.offering = i;
  w.answered = ERR_STATE;
  assert_int_equal(media_command(w.media, w.now_us, writer_span(&command)), 0);
  assert_int_equal(w.answered, 0);
}

static void run(uint64_t us)
{
  for (uint64_t end = w.now_us + us; w.now_us < end; w.now_us += 1000) {
    for (unsigned i = 0; i < 2; i++)
      if (w.person[i] != NULL)
        endpoint_tick(w.person[i], w.now_us);
    while (w.head != w.tail) {
      size_t at = w.head++ % QUEUE;
      media_receive(w.media, w.now_us, &w.addr[w.queue[at].from], w.queue[at].data, w.queue[at].n);
    }
    media_flush(w.media, w.now_us);
    while (media_work(w.media, w.now_us))
      ;
    if (media_next_us(w.media) <= w.now_us)
      media_tick(w.media, w.now_us);
  }
}

static struct {
  struct aead_backend *aead;
  struct dtls_context *dtls;
  unsigned number[2];
} both;

/* Who speaks and, a second later, who watches that one alone. */
static void two_come(uint8_t layers)
{
  const struct media_sink sink = {reserve, commit, message, NULL};
  struct media_config config = {.candidates = 1, .max_peers = 4};
  assert_int_equal(aead_backend_new(&both.aead, AEAD_FASTEST), 0);
  assert_int_equal(dtls_context_new(&both.dtls, DTLS_CLIENT), 0);
  memset(&w, 0, sizeof w);
  w.now_us = START_US;
  w.world = (struct endpoint_world){.random = &random_system,
                                    .aead = both.aead,
                                    .dtls = both.dtls,
                                    .layers = layers,
                                    .rules = {.run = 5, .verify_every = 1},
                                    .audio = {.frame_us = 20000, .parts = 1, .bytes = 90},
                                    .video = video_shape};
  assert_int_equal(net_addr_parse("127.0.0.1", 4000, &config.candidate[0]), 0);
  assert_int_equal(media_new(&w.media, &config, &sink, &random_system, w.now_us), 0);
  come(0, &both.number[0]);
  run(1000000);
  come(1, &both.number[1]);
  for (size_t i = ENDPOINT_VOICES; i < w.person[1]->n_inlets; i++)
    inlet_fill(&w.person[1]->inlets[i], i == ENDPOINT_VOICES, w.now_us, &w.world.sum);
}

static void both_go(void)
{
  endpoint_close(w.person[1], w.now_us);
  assert_int_equal(w.world.sum.wrong_key + w.world.sum.foreign + w.world.sum.lost + w.world.sum.stills, 0);
  assert_int_equal(w.world.unknown_ssrc + w.world.malformed, 0);
  for (unsigned i = 0; i < 2; i++)
    endpoint_free(w.person[i]);
  media_free(w.media);
  dtls_context_free(both.dtls);
  aead_backend_free(both.aead);
}

static void test_a_person_and_the_server(void **state)
{
  (void)state;
  two_come(1);
  run(3000000);
  assert_int_equal(w.person[0]->state, ENDPOINT_FLOWS);
  assert_int_equal(w.person[1]->state, ENDPOINT_FLOWS);
  assert_true(w.world.sum.packets > 3 * 60);
  assert_true(media_counters(w.media)->arrivals_told > 10); /* who speaks has numbered its packets */
  assert_int_equal(w.world.sum.verified, w.world.sum.packets + w.world.sum.again);
  assert_true(w.person[1]->inlets[ENDPOINT_VOICES].picture_us != 0);
  both_go();
}

/* The viewer shows the picture so large from now on. */
static void show(uint16_t height, uint8_t layer)
{
  uint8_t buffer[256];
  struct writer command = writer_of(buffer, sizeof buffer);
  ipc_encode_view(&command, &(struct ipc_view){.peer = 2, .count = 1,
                                               .shown = {{.height = height, .mid_n = 1, .mid = "3"}}});
  assert_int_equal(media_command(w.media, w.now_us, writer_span(&command)), 0);
  inlet_want(&w.person[1]->inlets[ENDPOINT_VOICES], layer, w.now_us, &w.world.sum);
}

static void test_sizes_come_as_they_are_wanted(void **state)
{
  const struct outlet *sizes;
  (void)state;
  two_come(3);
  run(2000000);
  sizes = &w.person[0]->outlets[1];
  assert_true(sizes[0].packets > 30 && sizes[1].packets > 30 && sizes[2].packets > sizes[1].packets);
  for (unsigned i = 0; i < 3; i++) {
    show(180, 0);
    run(3000000);
    show(720, 2);
    run(2000000);
  }
  assert_int_equal(w.world.sum.smaller.n, 3);
  assert_int_equal(w.world.sum.larger.n, 3);
  assert_true(delay_percentile(&w.world.sum.larger, 1) < 200000);
  assert_int_equal(w.world.sum.unchanged, 0);
  assert_int_equal(w.world.sum.verified, w.world.sum.packets + w.world.sum.again);
  both_go();
}

static void test_a_size_that_does_not_come_is_noticed(void **state)
{
  (void)state;
  inlet_want(&s.in, 2, s.now_us, &s.sum); /* this stream has one size */
  for (size_t i = 0; i < s.n; i++)
    arrive(&s.packet[i], &s.keys, s.packet[i].made_us);
  s.in.wanted_us = s.now_us - INLET_CHANGE_US;
  assert_string_equal(verdict_now().first,
                      "viewers who wanted a picture in another size did not get it within five seconds");
}

static void test_what_nobody_watches_is_not_sent(void **state)
{
  (void)state;
  const uint32_t before = s.out.packets, keys = s.out.keys;
  outlet_pause(&s.out, true);
  for (unsigned i = 0; i < 30; i++)
    outlet_play(&s.out, &s.keys, s.now_us += 33333, collect, NULL);
  assert_int_equal(s.out.packets, before);
  outlet_pause(&s.out, false);
  outlet_play(&s.out, &s.keys, s.now_us += 33333, collect, NULL);
  assert_true(s.out.packets > before);
  assert_int_equal(s.out.keys, keys + 1);
}

/* --- a server that offers --- */

#define OFFER_SECTION(kind, mid, type, codec, ssrc)                                                                    \
  "m=" kind " 9 UDP/TLS/RTP/SAVPF " type "\r\nc=IN IP4 192.0.2.2\r\na=sendonly\r\na=mid:" mid "\r\na=rtcp-mux\r\n"     \
  "a=ice-ufrag:K1yK\r\na=ice-pwd:BBXkj7cssrJNZZ9e+AeDsO\r\na=setup:actpass\r\na=rtpmap:" type " " codec "\r\n"         \
  "a=ssrc:" ssrc " cname:x\r\na=candidate:1 1 udp 2015363327 192.0.2.2 51959 typ host\r\n"
#define FINGERPRINT_LINE                                                                                               \
  "a=fingerprint:sha-256 A1:61:46:CD:4A:59:C9:4E:01:D7:9F:8F:1E:61:EC:DA:8C:57:24:A8:88:AF:25:AF:64:34:72:53:59:9C:"   \
  "B0:27\r\n"
#define OFFER                                                                                                          \
  "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=x\r\nt=0 0\r\na=group:BUNDLE a v\r\n" FINGERPRINT_LINE OFFER_SECTION(          \
      "audio", "a", "111", "opus/48000/2", "831984176")                                                                \
      OFFER_SECTION("video", "v", "96", "VP8/90000",                                                                   \
                    "3936964092") "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"

static int take_offer(const char *text, struct endpoint **e, struct endpoint_world *world)
{
  static unsigned number;
  world->random = &random_system;
  return endpoint_new_offered(e, world, 1, span_str(text), 0, person_sends, &number, START_US);
}

static void test_a_server_that_offers(void **state)
{
  (void)state;
  static struct endpoint_world world;
  static char text[8192];
  struct net_addr own;
  struct endpoint *e;
  struct writer answer = writer_of(text, sizeof text - 1);
  assert_int_equal(take_offer(OFFER, &e, &world), 0);
  assert_int_equal(e->n_inlets, 3);
  assert_true(!e->inlets[0].is_video && e->inlets[0].filled && e->inlets[0].ssrc == 831984176);
  assert_true(e->inlets[1].is_video && e->inlets[1].filled && e->inlets[1].ssrc == 3936964092);
  assert_false(e->inlets[2].filled);
  assert_int_equal(e->server.port, 51959);
  assert_int_equal(net_addr_parse("192.0.2.9", 5000, &own), 0);
  endpoint_put_answer(e, span_str(OFFER), &own, &answer);
  assert_false(answer.overflow);
  assert_non_null(strstr(text, "a=group:BUNDLE a v\r\n"));
  assert_non_null(strstr(text, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"));
  assert_non_null(strstr(text, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
  assert_non_null(strstr(text, "a=setup:active\r\n"));
  assert_non_null(strstr(text, "a=candidate:1 1 udp 2130706431 192.0.2.9 5000 typ host\r\n"));
  endpoint_free(e);
}

static void test_offers_that_are_none(void **state)
{
  (void)state;
  static struct endpoint_world world;
  static char many[8192];
  struct endpoint *e;
  strcpy(many, FINGERPRINT_LINE);
  for (int i = 0; i <= ENDPOINT_SECTIONS; i++)
    strcat(many, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
  assert_int_equal(take_offer("", &e, &world), ERR_MALFORMED);
  assert_int_equal(take_offer("hello\r\n", &e, &world), ERR_MALFORMED);
  assert_int_equal(take_offer(OFFER_SECTION("audio", "a", "111", "opus/48000/2", "1"), &e, &world), ERR_MALFORMED);
  assert_int_equal(take_offer(many, &e, &world), ERR_LIMIT);
}

/* --- a server to which a source comes --- */

#define ANSWER_SECTION(kind, mid, type)                                                                                \
  "m=" kind " 9 UDP/TLS/RTP/SAVPF " type "\r\na=recvonly\r\na=mid:" mid "\r\na=ice-ufrag:K1yK\r\n"                     \
  "a=ice-pwd:BBXkj7cssrJNZZ9e+AeDsO\r\na=setup:passive\r\na=extmap:3 urn:x\r\n"                                        \
  "a=candidate:1 1 udp 2015363327 192.0.2.2 51959 typ host\r\n"
#define ANSWER "v=0\r\n" FINGERPRINT_LINE ANSWER_SECTION("audio", "0", "111") ANSWER_SECTION("video", "1", "96")

/* The last datagram that it has sent. */
static struct span last_sent(void)
{
  return span_of(w.queue[(w.tail - 1) % QUEUE].data, w.queue[(w.tail - 1) % QUEUE].n);
}

/* The server checks it, by a password that is right or not. */
static void server_checks(struct endpoint *e, struct span pwd)
{
  uint8_t bytes[STUN_REQUEST_MAX];
  char name[64];
  struct writer request = writer_of(bytes, sizeof bytes);
  (void)snprintf(name, sizeof name, "%.*s:K1yK", ICE_UFRAG_BYTES, (const char *)e->ice.ufrag);
  const struct stun_check check = {.username = span_str(name), .priority = 1};
  assert_int_equal(stun_write_check(&request, &check, pwd), 0);
  endpoint_input(e, bytes, request.n, START_US, START_US);
}

static void test_a_source_for_another_server(void **state)
{
  (void)state;
  static char text[8192];
  static unsigned number;
  struct writer offer = writer_of(text, sizeof text - 1);
  struct stun_message m;
  struct endpoint *e;
  memset(&w, 0, sizeof w);
  w.world = (struct endpoint_world){.random = &random_system, .layers = 1, .video = video_shape};
  assert_int_equal(endpoint_new_source(&e, &w.world, 0, person_sends, &number, START_US), 0);
  endpoint_offer(e, &offer);
  assert_false(offer.overflow);
  assert_non_null(strstr(text, "a=group:BUNDLE 0 1\r\n"));
  assert_non_null(strstr(text, "a=setup:active\r\n"));
  assert_null(strstr(text, "actpass"));
  assert_null(strstr(text, "recvonly"));
  assert_int_equal(endpoint_answer(e, span_str("v=0\r\n" FINGERPRINT_LINE), 0, START_US), ERR_MALFORMED);
  assert_int_equal(endpoint_answer(e, span_str(ANSWER), 0, START_US), 0);
  assert_true(e->outlets[0].number == &e->number && e->outlets[1].number == &e->number);
  endpoint_tick(e, START_US);
  assert_int_equal(w.tail, 1); /* its own check */
  server_checks(e, span_str("a password of somebody else"));
  assert_int_equal(w.tail, 1);
  server_checks(e, span_of(e->ice.pwd, sizeof e->ice.pwd));
  assert_int_equal(w.tail, 2);
  assert_int_equal(stun_parse(last_sent(), &m), 0);
  assert_int_equal(m.class, STUN_SUCCESS);
  assert_int_equal(e->state, ENDPOINT_CHECKS); /* the server's checks nominate nothing */
  endpoint_free(e);
}

static void test_a_candidate(void **state)
{
  (void)state;
  uint8_t text[128];
  struct writer candidate = writer_of(text, sizeof text);
  struct net_addr own;
  assert_int_equal(net_addr_parse("2001:db8::9", 5000, &own), 0);
  endpoint_put_candidate(&own, &candidate);
  assert_true(span_equal(writer_span(&candidate), span_str("candidate:1 1 udp 2130706431 2001:db8::9 5000 typ host")));
}

int main(void)
{
#define STREAM(test) cmocka_unit_test_setup_teardown(test, make_stream, free_stream)
  const struct CMUnitTest tests[] = {
      STREAM(test_all_is_well),
      STREAM(test_one_packet_of_many_is_opened),
      STREAM(test_a_wrong_key_is_noticed),
      STREAM(test_media_of_others_is_noticed),
      cmocka_unit_test(test_a_changed_byte_is_noticed),
      STREAM(test_lost_packets_are_noticed),
      STREAM(test_what_comes_again_is_not_lost),
      STREAM(test_a_picture_that_stands_still_is_noticed),
      STREAM(test_a_picture_that_ends_is_noticed),
      STREAM(test_a_picture_of_repeated_packets_stands_still),
      STREAM(test_an_empty_slot_may_be_still),
      STREAM(test_a_late_source_is_noticed),
      cmocka_unit_test(test_when_it_began),
      cmocka_unit_test(test_the_report_says_why),
      cmocka_unit_test(test_delays),
      cmocka_unit_test(test_speakers),
      cmocka_unit_test(test_a_person_and_the_server),
      cmocka_unit_test(test_sizes_come_as_they_are_wanted),
      STREAM(test_a_size_that_does_not_come_is_noticed),
      STREAM(test_what_nobody_watches_is_not_sent),
      cmocka_unit_test(test_a_server_that_offers),
      cmocka_unit_test(test_offers_that_are_none),
      cmocka_unit_test(test_a_source_for_another_server),
      cmocka_unit_test(test_a_candidate),
  };
  return RUN_TESTS("load_media", tests);
}
