/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The offer as browsers write it (RFC 8829), and as much of the answer as is needed of a server like ours. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/endpoint.h"

#define SOURCES 2
#define LINE_BYTES 200
#define TRANSPORT_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

static size_t sources(const struct endpoint *e)
{
  return e->publishes ? SOURCES : 0;
}

static size_t sections(const struct endpoint *e)
{
  return sources(e) + endpoint_inlets(e);
}

/* --- the offer --- */

static void put_transport(const struct endpoint *e, struct writer *w, size_t mid, const char *direction)
{
  char fingerprint[CERT_FINGERPRINT_TEXT];
  cert_fingerprint_text(cert_fingerprint(e->cert), fingerprint);
  put_str(w, "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:");
  put_bytes(w, e->ice.ufrag, sizeof e->ice.ufrag);
  put_str(w, "\r\na=ice-pwd:");
  put_bytes(w, e->ice.pwd, sizeof e->ice.pwd);
  put_fmt(w, "\r\na=ice-options:trickle\r\na=fingerprint:sha-256 %s\r\na=setup:actpass\r\na=mid:%zu\r\na=%s\r\n",
          fingerprint, mid, direction);
  put_str(w, "a=rtcp-mux\r\na=rtcp-rsize\r\n");
}

static void put_section(const struct endpoint *e, struct writer *w, size_t mid, bool is_video, const char *direction)
{
  if (is_video)
    put_fmt(w, "m=video 9 UDP/TLS/RTP/SAVPF %d %d\r\n", OUTLET_PT_VP8, OUTLET_PT_VP8_RTX);
  else
    put_fmt(w, "m=audio 9 UDP/TLS/RTP/SAVPF %d\r\n", OUTLET_PT_OPUS);
  put_transport(e, w, mid, direction);
  put_fmt(w, "a=extmap:%d " TRANSPORT_URI "\r\na=rtcp-fb:%d transport-cc\r\n", OUTLET_EXT_TRANSPORT,
          is_video ? OUTLET_PT_VP8 : OUTLET_PT_OPUS);
  if (is_video)
    put_fmt(w,
            "a=rtpmap:%d VP8/90000\r\na=rtcp-fb:%d ccm fir\r\na=rtcp-fb:%d nack\r\na=rtcp-fb:%d nack pli\r\n"
            "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n",
            OUTLET_PT_VP8, OUTLET_PT_VP8, OUTLET_PT_VP8, OUTLET_PT_VP8, OUTLET_PT_VP8_RTX, OUTLET_PT_VP8_RTX,
            OUTLET_PT_VP8);
  else
    put_fmt(w, "a=rtpmap:%d opus/48000/2\r\na=fmtp:%d minptime=10;useinbandfec=1\r\n", OUTLET_PT_OPUS, OUTLET_PT_OPUS);
}

static void put_source(const struct endpoint *e, struct writer *w, size_t i)
{
  const struct outlet *o = &e->outlets[i];
  bool is_video = media_source_is_video(o->source);
  put_section(e, w, i, is_video, "sendonly");
  put_fmt(w, "a=msid:- source%zu\r\n", i);
  if (is_video)
    put_fmt(w, "a=ssrc-group:FID %" PRIu32 " %" PRIu32 "\r\n", o->ssrc, o->rtx_ssrc);
  put_fmt(w, "a=ssrc:%" PRIu32 " cname:load\r\n", o->ssrc);
  if (is_video)
    put_fmt(w, "a=ssrc:%" PRIu32 " cname:load\r\n", o->rtx_ssrc);
}

void endpoint_offer(const struct endpoint *e, struct writer *w)
{
  put_fmt(w, "v=0\r\no=- %" PRIu32 " 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE", e->ssrc);
  for (size_t i = 0; i < sections(e); i++)
    put_fmt(w, " %zu", i);
  put_str(w, "\r\na=msid-semantic: WMS\r\n");
  for (size_t i = 0; i < sources(e); i++)
    put_source(e, w, i);
  for (size_t i = 0; i < endpoint_inlets(e); i++)
    put_section(e, w, sources(e) + i, e->inlets[i].is_video, "recvonly");
}

struct inlet *endpoint_inlet(struct endpoint *e, unsigned mid)
{
  return mid >= sources(e) && mid < sections(e) ? &e->inlets[mid - sources(e)] : NULL;
}

/* --- the answer --- */

struct answer {
  struct span ufrag, pwd;
  bool has_fingerprint, has_candidate;
  size_t sections;
};

static bool next_line(struct span *text, struct span *line)
{
  const uint8_t *end = text->n > 0 ? memchr(text->p, '\n', text->n) : NULL;
  if (end == NULL)
    return false;
  (void)span_take(text, (size_t)(end - text->p), line);
  (void)span_skip(text, 1);
  if (line->n > 0 && line->p[line->n - 1] == '\r')
    line->n--;
  return true;
}

/* What follows `prefix`, as text that ends with a zero; false if the line is another or too long. */
static bool follows(struct span line, const char *prefix, char text[LINE_BYTES])
{
  size_t n = strlen(prefix);
  if (line.n < n || line.n - n >= LINE_BYTES || memcmp(line.p, prefix, n) != 0)
    return false;
  memcpy(text, line.p + n, line.n - n);
  text[line.n - n] = '\0';
  return true;
}

static bool take_fingerprint(const char *text, uint8_t out[CERT_FINGERPRINT])
{
  if (strlen(text) != CERT_FINGERPRINT_TEXT - 1)
    return false;
  for (size_t i = 0; i < CERT_FINGERPRINT; i++) {
    char *end;
    out[i] = (uint8_t)strtoul(text + 3 * i, &end, 16);
    if (end != text + 3 * i + 2)
      return false;
  }
  return true;
}

/* "1 1 udp 2130706431 192.0.2.1 5000 typ host" */
static bool take_candidate(const char *text, uint8_t family, struct net_addr *server)
{
  char ip[48], transport[8];
  unsigned port;
  return sscanf(text, "%*s %*s %7s %*s %47s %u", transport, ip, &port) == 3 && strcmp(transport, "udp") == 0 &&
         port > 0 && port < 65536 && net_addr_parse(ip, (uint16_t)port, server) == 0 &&
         (family == 0 || server->family == family);
}

static void take_slot(struct inlet *in, struct span line)
{
  char text[LINE_BYTES];
  uint32_t first = 0, second = 0;
  if (follows(line, "a=ssrc-group:FID ", text) && sscanf(text, "%" SCNu32 " %" SCNu32, &first, &second) == 2) {
    in->ssrc = first;
    in->rtx_ssrc = second;
  } else if (in->ssrc == 0 && follows(line, "a=ssrc:", text) && sscanf(text, "%" SCNu32, &first) == 1) {
    in->ssrc = first;
  }
}

static void take_line(struct endpoint *e, struct answer *a, struct span line, uint8_t family)
{
  char text[LINE_BYTES];
  struct span ufrag = span_str("a=ice-ufrag:"), pwd = span_str("a=ice-pwd:");
  if (follows(line, "m=", text))
    a->sections++;
  else if (follows(line, "a=ice-ufrag:", text))
    a->ufrag = span_of(line.p + ufrag.n, line.n - ufrag.n);
  else if (follows(line, "a=ice-pwd:", text))
    a->pwd = span_of(line.p + pwd.n, line.n - pwd.n);
  else if (follows(line, "a=fingerprint:sha-256 ", text))
    a->has_fingerprint = take_fingerprint(text, e->fingerprint);
  else if (!a->has_candidate && follows(line, "a=candidate:", text))
    a->has_candidate = take_candidate(text, family, &e->server);
  else if (a->sections > 0 && a->sections <= sources(e) && follows(line, "a=extmap:3 ", text))
    e->outlets[a->sections - 1].number = &e->number;
  struct inlet *in = a->sections == 0 ? NULL : endpoint_inlet(e, (unsigned)a->sections - 1);
  if (in != NULL)
    take_slot(in, line);
}

int endpoint_answer(struct endpoint *e, struct span sdp, uint8_t family, uint64_t now_us)
{
  struct answer a = {0};
  struct span line = {0};
  while (next_line(&sdp, &line))
    take_line(e, &a, line, family);
  if (a.sections != sections(e) || !a.has_fingerprint || ice_client_set_remote(&e->ice, a.ufrag, a.pwd) != 0)
    return ERR_MALFORMED;
  if (!a.has_candidate)
    return ERR_NOT_FOUND;
  e->state = ENDPOINT_CHECKS;
  e->check_us = now_us;
  return 0;
}
