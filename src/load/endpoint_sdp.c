/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The offer as browsers write it (RFC 8829), and as much of the answer as is needed of a server like ours. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/endpoint.h"

#define SOURCES 2
#define LINE_BYTES 200
#define SDES "urn:ietf:params:rtp-hdrext:sdes:"
#define TRANSPORT_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

static size_t sources(const struct endpoint *e)
{
  return e->publishes ? SOURCES : 0;
}

static size_t sections(const struct endpoint *e)
{
  return sources(e) + e->n_inlets;
}

/* --- the offer --- */

void endpoint_put_transport(const struct endpoint *e, struct writer *w, const char *setup)
{
  char fingerprint[CERT_FINGERPRINT_TEXT];
  cert_fingerprint_text(cert_fingerprint(e->cert), fingerprint);
  put_str(w, "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:");
  const struct span ufrag = e->lite == NULL ? span_of(e->ice.ufrag, sizeof e->ice.ufrag) : ice_lite_ufrag(e->lite);
  const struct span pwd = e->lite == NULL ? span_of(e->ice.pwd, sizeof e->ice.pwd) : ice_lite_pwd(e->lite);
  put_bytes(w, ufrag.p, ufrag.n);
  put_str(w, "\r\na=ice-pwd:");
  put_bytes(w, pwd.p, pwd.n);
  put_fmt(w, "\r\na=fingerprint:sha-256 %s\r\na=setup:%s\r\n", fingerprint, setup);
  put_str(w, "a=rtcp-mux\r\na=rtcp-rsize\r\n");
}

static void put_section(const struct endpoint *e, struct writer *w, size_t mid, bool is_video, const char *direction)
{
  if (is_video)
    put_fmt(w, "m=video 9 UDP/TLS/RTP/SAVPF %d %d\r\n", OUTLET_PT_VP8, OUTLET_PT_VP8_RTX);
  else
    put_fmt(w, "m=audio 9 UDP/TLS/RTP/SAVPF %d\r\n", OUTLET_PT_OPUS);
  endpoint_put_transport(e, w, e->begins ? "active" : "actpass");
  put_str(w, "a=ice-options:trickle\r\n");
  put_fmt(w, "a=mid:%zu\r\na=%s\r\n", mid, direction);
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

/* A picture in several sizes, which have no SSRCs in the offer (RFC 8853). */
static void put_sizes(const struct endpoint *e, struct writer *w)
{
  put_fmt(w, "a=extmap:%d " SDES "mid\r\na=extmap:%d " SDES "rtp-stream-id\r\n", OUTLET_EXT_MID, OUTLET_EXT_RID);
  put_fmt(w, "a=extmap:%d " SDES "repaired-rtp-stream-id\r\n", OUTLET_EXT_REPAIRED_RID);
  for (size_t i = 1; i < e->n_outlets; i++)
    put_fmt(w, "a=rid:%s send\r\n", e->outlets[i].rid);
  put_str(w, "a=simulcast:send ");
  for (size_t i = 1; i < e->n_outlets; i++)
    put_fmt(w, "%s%s", i > 1 ? ";" : "", e->outlets[i].rid);
  put_str(w, "\r\n");
}

static void put_source(const struct endpoint *e, struct writer *w, size_t i)
{
  const struct outlet *o = &e->outlets[i];
  bool is_video = media_source_is_video(o->source);
  put_section(e, w, i, is_video, "sendonly");
  put_fmt(w, "a=msid:- source%zu\r\n", i);
  if (o->rid != NULL) {
    put_sizes(e, w);
    return;
  }
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
  for (size_t i = 0; i < e->n_inlets; i++)
    put_section(e, w, sources(e) + i, e->inlets[i].is_video, "recvonly");
}

struct inlet *endpoint_inlet(struct endpoint *e, unsigned mid)
{
  return mid >= sources(e) && mid < sections(e) ? &e->inlets[mid - sources(e)] : NULL;
}

/* --- the answer --- */

bool endpoint_next_line(struct span *text, struct span *line)
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

static bool is_section(struct span line)
{
  return line.n > 2 && memcmp(line.p, "m=", 2) == 0;
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

void endpoint_take_slot(struct inlet *in, struct span line)
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

void endpoint_take_line(struct endpoint *e, struct span line, uint8_t family)
{
  char text[LINE_BYTES];
  const size_t ufrag = strlen("a=ice-ufrag:"), pwd = strlen("a=ice-pwd:");
  if (follows(line, "a=ice-ufrag:", text))
    e->ufrag = span_of(line.p + ufrag, line.n - ufrag);
  else if (follows(line, "a=ice-pwd:", text))
    e->pwd = span_of(line.p + pwd, line.n - pwd);
  else if (follows(line, "a=fingerprint:sha-256 ", text))
    e->has_fingerprint = take_fingerprint(text, e->fingerprint);
  else if (!e->has_candidate && follows(line, "a=candidate:", text))
    e->has_candidate = take_candidate(text, family, &e->server);
}

static void take_section_line(struct endpoint *e, size_t section, struct span line)
{
  char text[LINE_BYTES];
  struct inlet *in = endpoint_inlet(e, (unsigned)section);
  if (section < sources(e) && follows(line, "a=extmap:3 ", text))
    for (size_t i = section; i < (section == 0 ? 1u : e->n_outlets); i++)
      e->outlets[i].number = &e->number;
  if (in != NULL)
    endpoint_take_slot(in, line);
}

/* All of the server's that is needed has been read: checks begin. */
static int begin_checks(struct endpoint *e, uint64_t now_us)
{
  int err = e->has_fingerprint ? ice_client_set_remote(&e->ice, e->ufrag, e->pwd) : ERR_MALFORMED;
  e->ufrag = e->pwd = (struct span){0};
  if (err != 0)
    return ERR_MALFORMED;
  if (!e->has_candidate)
    return ERR_NOT_FOUND;
  e->state = ENDPOINT_CHECKS;
  e->check_us = now_us;
  return 0;
}

int endpoint_answer(struct endpoint *e, struct span sdp, uint8_t family, uint64_t now_us)
{
  struct span line = {0};
  size_t n = 0;
  while (endpoint_next_line(&sdp, &line)) {
    n += is_section(line);
    endpoint_take_line(e, line, family);
    if (n > 0)
      take_section_line(e, n - 1, line);
  }
  return n == sections(e) ? begin_checks(e, now_us) : ERR_MALFORMED;
}

/* --- a server that offers --- */

static const char *ip_text(const struct net_addr *a, char text[NET_ADDR_TEXT])
{
  struct sockaddr_storage ss;
  const void *ip = a->family == 4 ? (const void *)&((struct sockaddr_in *)&ss)->sin_addr
                                  : (const void *)&((struct sockaddr_in6 *)&ss)->sin6_addr;
  if (net_addr_to_sockaddr(a, &ss) == 0 || inet_ntop(ss.ss_family, ip, text, NET_ADDR_TEXT) == NULL)
    text[0] = '\0';
  return text;
}

void endpoint_put_candidate(const struct net_addr *own, struct writer *w)
{
  char address[NET_ADDR_TEXT];
  put_fmt(w, "candidate:1 1 udp 2130706431 %s %u typ host", ip_text(own, address), own->port);
}

/* The section's own line and attributes, answered: codecs as they were offered. */
static void answer_line(const struct endpoint *e, struct span line, bool refused, const struct net_addr *own,
                        struct writer *w)
{
  static const char *const kept[] = {"a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"};
  if (is_section(line)) {
    const uint8_t *port = memchr(line.p, ' ', line.n);
    size_t before = port == NULL ? line.n : (size_t)(port - line.p) + 1, after = before;
    while (after < line.n && line.p[after] != ' ')
      after++;
    put_bytes(w, line.p, before);
    put_str(w, refused ? "0" : "9");
    put_bytes(w, line.p + after, line.n - after);
    put_str(w, "\r\n");
    if (refused)
      return;
    endpoint_put_transport(e, w, "active");
    put_str(w, "a=recvonly\r\na=");
    endpoint_put_candidate(own, w);
    put_str(w, "\r\n");
  }
  for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
    if (line.n > strlen(kept[i]) && memcmp(line.p, kept[i], strlen(kept[i])) == 0) {
      put_bytes(w, line.p, line.n);
      put_str(w, "\r\n");
    }
}

void endpoint_put_answer(const struct endpoint *e, struct span offer, const struct net_addr *own, struct writer *w)
{
  char text[LINE_BYTES];
  struct span rest = offer, line = {0};
  size_t section = 0;
  put_fmt(w, "v=0\r\no=- %" PRIu32 " 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n", e->ssrc);
  while (endpoint_next_line(&rest, &line)) {
    section += is_section(line);
    if (section > 0)
      answer_line(e, line, !e->inlets[section - 1].filled, own, w);
    else if (follows(line, "a=group:BUNDLE ", text))
      put_fmt(w, "a=group:BUNDLE %s\r\n", text);
  }
}

static size_t count_sections(struct span sdp)
{
  struct span line = {0};
  size_t n = 0;
  while (endpoint_next_line(&sdp, &line))
    n += is_section(line);
  return n;
}

static void take_offered(struct endpoint *e, struct span offer, uint8_t family)
{
  char text[LINE_BYTES];
  struct span line = {0};
  size_t section = 0;
  while (endpoint_next_line(&offer, &line)) {
    section += is_section(line);
    endpoint_take_line(e, line, family);
    if (section == 0)
      continue;
    struct inlet *in = &e->inlets[section - 1];
    if (is_section(line)) {
      in->is_video = follows(line, "m=video ", text);
      in->filled = in->is_video || follows(line, "m=audio ", text);
    }
    endpoint_take_slot(in, line);
  }
}

int endpoint_new_offered(struct endpoint **out, struct endpoint_world *world, uint16_t who, struct span offer,
                         uint8_t family, void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx,
                         uint64_t now_us)
{
  struct endpoint *e;
  size_t n = count_sections(offer);
  if (n == 0 || n > ENDPOINT_SECTIONS)
    return n == 0 ? ERR_MALFORMED : ERR_LIMIT;
  int err = endpoint_new(&e, world, who, false, ENDPOINT_SECTIONS - ENDPOINT_VOICES, send, ctx, now_us);
  if (err != 0)
    return err;
  e->n_inlets = (uint8_t)n;
  take_offered(e, offer, family);
  e->lite = calloc(1, sizeof *e->lite);
  err = e->lite == NULL ? ERR_NOMEM : ice_lite_init(e->lite, now_us, e->ufrag, world->random);
  if (err == 0)
    err = begin_checks(e, now_us);
  if (err == 0)
    *out = e;
  else
    endpoint_free(e);
  return err;
}
