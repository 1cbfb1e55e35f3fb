/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is an offer. What is accepted must hold the promises of proto/sdp.h, follow itself on a connection, and be
 * answered line by line as it was offered, with nothing of the client's text but checked mids and numbers. */
#include <assert.h>

#include "proto/sdp.h"

static char text[LIMIT_SDP_BYTES];

static bool has_stream(const struct sdp_section *s, uint32_t ssrc)
{
  for (size_t i = 0; i < s->n_streams; i++)
    if (s->streams[i].ssrc == ssrc || s->streams[i].rtx_ssrc == ssrc)
      return true;
  return false;
}

static void check_streams(const struct sdp_offer *offer, size_t index)
{
  const struct sdp_section *s = &offer->sections[index];
  assert(s->n_streams <= LIMIT_SDP_SOURCES);
  assert(s->n_streams == 0 || (s->direction & SDP_SENDONLY) != 0);
  for (size_t i = 0; i < s->n_streams; i++) {
    assert(s->streams[i].ssrc != 0 && s->streams[i].ssrc != s->streams[i].rtx_ssrc);
    for (size_t other = 0; other < index; other++)
      assert(!has_stream(&offer->sections[other], s->streams[i].ssrc));
  }
}

static void check_layers(const struct sdp_offer *offer, const struct sdp_section *s)
{
  const struct sdp_layers *layers = sdp_offer_layers(offer, s);
  if (layers == NULL)
    return;
  assert(s->simulcast <= offer->n_simulcast && offer->n_simulcast <= LIMIT_SDP_SIMULCAST);
  assert(layers->n >= 2 && layers->n <= LIMIT_LAYERS && (s->direction & SDP_SENDONLY) != 0);
  assert(s->extension_id[SDP_EXT_MID] != 0 && s->extension_id[SDP_EXT_RID] != 0);
  for (size_t i = 0; i < layers->n; i++) {
    assert(layers->rid[i][0] != 0);
    for (size_t other = 0; other < i; other++)
      assert(strcmp(layers->rid[i], layers->rid[other]) != 0);
  }
}

static void check_codecs(const struct sdp_section *s)
{
  size_t most = (s->direction & SDP_SENDONLY) == 0 ? SDP_SECTION_CODECS : sdp_is_scalable(s->codecs[0].id) ? 2 : 1;
  struct sdp_section settled = *s;
  assert(s->n_codecs >= 1 && s->n_codecs <= most);
  sdp_section_settle(&settled, s->n_streams % 2 == 0);
  assert(settled.n_codecs == ((s->direction & SDP_SENDONLY) != 0 ? 1 : s->n_codecs));
  for (size_t i = 0; i < s->n_codecs; i++) {
    const struct sdp_codec *c = &s->codecs[i];
    assert((c->id == SDP_OPUS) == (s->kind == SDP_AUDIO));
    assert(c->payload_type < 128 && c->rtx_payload_type < 128 && c->payload_type != c->rtx_payload_type);
    assert(i == 0 || c->payload_type != s->codecs[0].payload_type);
  }
}

static void check_offer(const struct sdp_offer *offer)
{
  size_t live = 0;
  assert(offer->n_sections <= LIMIT_SDP_MEDIA);
  assert(strlen(offer->ice_ufrag) >= 4 && strlen(offer->ice_pwd) >= 22);
  for (size_t i = 0; i < offer->n_sections; i++) {
    const struct sdp_section *s = &offer->sections[i];
    for (size_t other = 0; other < i; other++)
      assert(strcmp(s->mid, offer->sections[other].mid) != 0);
    if (s->rejected)
      continue;
    live++;
    check_codecs(s);
    check_streams(offer, i);
    check_layers(offer, s);
    assert(offer->cryptex || s->extension_id[SDP_EXT_AUDIO_LEVEL] == 0);
    assert(sdp_offer_find(offer, span_str(s->mid)) == s);
  }
  assert(live > 0);
}

/* Takes one line of the answer: printable ASCII and CRLF. */
static struct span take_line(struct span *rest)
{
  struct span line;
  size_t n = 0;
  while (n < rest->n && rest->p[n] != '\r') {
    assert(rest->p[n] >= 0x20 && rest->p[n] < 0x7F);
    n++;
  }
  assert(span_take(rest, n, &line) == 0 && rest->n >= 2 && rest->p[1] == '\n');
  (void)span_skip(rest, 2);
  return line;
}

static bool begins(struct span line, const char *start)
{
  return line.n >= strlen(start) && memcmp(line.p, start, strlen(start)) == 0;
}

/* The m= lines, then the mids, in the order of the offer. */
static void check_answer(const struct sdp_offer *offer, struct span answer)
{
  size_t sections = 0, mids = 0;
  while (answer.n > 0) {
    struct span line = take_line(&answer);
    if (begins(line, "m=")) {
      assert(sections < offer->n_sections && mids == sections);
      assert(begins(line, offer->sections[sections].kind == SDP_AUDIO ? "m=audio " : "m=video "));
      sections++;
    }
    if (begins(line, "a=mid:")) {
      (void)span_skip(&line, 6);
      assert(span_equal(line, span_str(offer->sections[mids].mid)));
      mids++;
    }
    assert(!begins(line, "a=crypto") && !begins(line, "k="));
  }
  assert(sections == offer->n_sections && mids == sections);
}

static void answer_offer(const struct sdp_offer *offer)
{
  struct sdp_answer_section sections[LIMIT_SDP_MEDIA] = {0};
  for (size_t i = 0; i < offer->n_sections; i++)
    sections[i] = (struct sdp_answer_section){.direction = (enum sdp_direction)(offer->fingerprint[i % 32] % 4),
                                              .reject = offer->fingerprint[i % 32] % 16 == 15,
                                              .ssrc = (uint32_t)(i + 1),
                                              .rtx_ssrc = i % 2 == 0 ? 0 : (uint32_t)(i + 1001),
                                              .stream_id = "stream",
                                              .track_id = "track"};
  struct net_addr candidate = {.family = 4, .port = 7000, .ip = {127, 0, 0, 1}};
  struct sdp_answer answer = {.ice_ufrag = "ufrag",
                              .ice_pwd = "passwordpasswordpassword",
                              .cname = "cname",
                              .candidates = &candidate,
                              .n_candidates = 1,
                              .sections = sections};
  struct writer w = writer_of(text, sizeof text);
  assert(sdp_answer_write(offer, &answer, &w) == 0);
  check_answer(offer, writer_span(&w));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct sdp_offer offer;
  struct sdp_error error;
  if (sdp_offer_parse(span_of(data, size), &offer, &error) != 0) {
    assert(error.code > SDP_ACCEPTED && error.code < SDP_REFUSALS);
    return 0;
  }
  check_offer(&offer);
  assert(sdp_offer_check_successor(&offer, &offer, &error) == 0 && !sdp_offer_restarts_ice(&offer, &offer));
  answer_offer(&offer);
  return 0;
}
