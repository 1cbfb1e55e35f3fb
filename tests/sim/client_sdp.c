/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The offer as browsers write it, and as much of the answer as a client needs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define DEPENDENCY_URI "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
#define TRANSPORT_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

static bool has_section(const struct client *c, enum media_source source)
{
  return c->source[source].offered;
}

static size_t source_sections(const struct client *c)
{
  size_t n = 0;
  for (int i = 0; i < SOURCE_COUNT; i++)
    n += has_section(c, (enum media_source)i);
  return n;
}

/* Slots that were there before stay in their places: audio slots first, then video slots, new ones at the end. */
static size_t all_slots(const struct client *c)
{
  return (size_t)c->config.audio_slots + c->config.video_slots;
}

const char *client_source_mid(const struct client *c, enum media_source source)
{
  static char mid[8];
  unsigned n = 0;
  for (unsigned i = 0; i < source; i++)
    n += has_section(c, (enum media_source)i);
  (void)snprintf(mid, sizeof mid, "%u", n & 0xff);
  return has_section(c, source) ? mid : "";
}

const char *client_slot_mid(const struct client *c, size_t slot)
{
  static char mid[8];
  (void)snprintf(mid, sizeof mid, "%u", (unsigned)(source_sections(c) + slot) & 0xff);
  return mid;
}

static void put_identity(const struct client *c, struct writer *w, size_t mid, const char *direction)
{
  char fingerprint[CERT_FINGERPRINT_TEXT];
  cert_fingerprint_text(c->offered_fingerprint, fingerprint);
  put_str(w, "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:");
  put_bytes(w, c->ice.ufrag, sizeof c->ice.ufrag);
  put_str(w, "\r\na=ice-pwd:");
  put_bytes(w, c->ice.pwd, sizeof c->ice.pwd);
  put_fmt(w, "\r\na=ice-options:trickle\r\na=fingerprint:sha-256 %s\r\na=setup:actpass\r\na=mid:%zu\r\n", fingerprint,
          mid);
  put_fmt(w, "a=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", direction);
  put_fmt(w, "a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:mid\r\n", CLIENT_EXT_MID);
  if (c->config.cryptex)
    put_str(w, "a=cryptex\r\n");
}

static void put_transport_feedback(struct writer *w, int type)
{
  put_fmt(w, "a=rtcp-fb:%d transport-cc\r\n", type); /* where the extension isn't offered it means nothing */
}

static void put_video_codec(struct writer *w, int type, int rtx, const char *name, const char *fmtp)
{
  put_fmt(w, "a=rtpmap:%d %s/90000\r\na=rtcp-fb:%d ccm fir\r\na=rtcp-fb:%d nack\r\na=rtcp-fb:%d nack pli\r\n", type,
          name, type, type, type);
  put_transport_feedback(w, type);
  if (fmtp[0] != '\0')
    put_fmt(w, "a=fmtp:%d %s\r\n", type, fmtp);
  put_fmt(w, "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n", rtx, rtx, type);
}

static void put_scalable(const struct client *c, struct writer *w)
{
  put_video_codec(w, CLIENT_PT_VP9, CLIENT_PT_VP9_RTX, c->config.av1 ? "AV1" : "VP9",
                  c->config.av1 ? "profile=0" : "profile-id=0");
  put_fmt(w, "a=extmap-allow-mixed\r\na=extmap:%d %s\r\n", CLIENT_EXT_DEPENDENCY, DEPENDENCY_URI);
}

static void put_video(struct writer *w, bool vp8, bool h264)
{
  if (vp8)
    put_video_codec(w, CLIENT_PT_VP8, CLIENT_PT_VP8_RTX, "VP8", "");
  if (h264)
    put_video_codec(w, CLIENT_PT_H264, CLIENT_PT_H264_RTX, "H264",
                    "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
}

static void put_media_line(struct writer *w, bool is_video, bool red, bool vp8, bool h264, bool scalable)
{
  put_fmt(w, "m=%s 9 UDP/TLS/RTP/SAVPF", is_video ? "video" : "audio");
  if (!is_video)
    put_fmt(w, red ? " %d %d" : " %d", CLIENT_PT_OPUS, CLIENT_PT_RED);
  if (is_video && scalable)
    put_fmt(w, " %d %d", CLIENT_PT_VP9, CLIENT_PT_VP9_RTX);
  if (is_video && vp8)
    put_fmt(w, " %d %d", CLIENT_PT_VP8, CLIENT_PT_VP8_RTX);
  if (is_video && h264)
    put_fmt(w, " %d %d", CLIENT_PT_H264, CLIENT_PT_H264_RTX);
  put_str(w, "\r\n");
}

static void put_section(const struct client *c, struct writer *w, size_t mid, bool is_video, const char *direction,
                        bool vp8, bool h264)
{
  bool scalable = c->config.scalable && is_video;
  put_media_line(w, is_video, c->config.red, vp8, h264, scalable);
  put_identity(c, w, mid, direction);
  if (!c->config.no_transport_cc && (is_video || !c->config.counts_video_only))
    put_fmt(w, "a=extmap:%d %s\r\n", CLIENT_EXT_TRANSPORT, TRANSPORT_URI);
  if (is_video) {
    if (scalable)
      put_scalable(c, w);
    put_video(w, vp8, h264);
    return;
  }
  put_fmt(w, "a=extmap:%d urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n", CLIENT_EXT_LEVEL);
  put_fmt(w, "a=rtpmap:%d opus/48000/2\r\na=fmtp:%d minptime=10;useinbandfec=1\r\n", CLIENT_PT_OPUS, CLIENT_PT_OPUS);
  put_transport_feedback(w, CLIENT_PT_OPUS);
  if (c->config.red)
    put_fmt(w, "a=rtpmap:%d red/48000/2\r\na=fmtp:%d %d/%d\r\n", CLIENT_PT_RED, CLIENT_PT_RED, CLIENT_PT_OPUS,
            CLIENT_PT_OPUS);
}

static void put_layers(const struct client *c, struct writer *w)
{
  static const char *const lists[] = {"", "l", "l;m", "l;m;h"};
  put_fmt(w, "a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n", CLIENT_EXT_RID);
  put_fmt(w, "a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n", CLIENT_EXT_REPAIRED_RID);
  put_str(w, c->config.camera_layers > 2 ? "a=rid:h send\r\n" : "");
  put_fmt(w, "a=rid:m send\r\na=rid:l send\r\na=simulcast:send %s\r\n", lists[c->config.camera_layers]);
}

static void put_source(const struct client *c, struct writer *w, size_t mid, enum media_source kind)
{
  const struct client_source *s = &c->source[kind];
  bool is_video = media_source_is_video(kind);
  put_section(c, w, mid, is_video, "sendonly", is_video && !s->h264, is_video && s->h264);
  put_fmt(w, "a=msid:- source%d\r\n", kind);
  if (kind == SOURCE_CAMERA && c->config.camera_layers > 1) {
    put_layers(c, w);
    return;
  }
  if (c->config.hide_ssrcs)
    return;
  if (is_video)
    put_fmt(w, "a=ssrc-group:FID %" PRIu32 " %" PRIu32 "\r\n", s->ssrc, s->rtx_ssrc);
  put_fmt(w, "a=ssrc:%" PRIu32 " cname:sim\r\n", s->ssrc);
  if (is_video)
    put_fmt(w, "a=ssrc:%" PRIu32 " cname:sim\r\n", s->rtx_ssrc);
}

void client_offer(struct client *c, struct writer *w)
{
  size_t mid = 0;
  put_str(w, "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");
  for (size_t i = 0; i < source_sections(c) + all_slots(c); i++)
    put_fmt(w, " %zu", i);
  put_str(w, "\r\na=msid-semantic: WMS\r\n");
  for (int i = 0; i < SOURCE_COUNT; i++)
    if (has_section(c, (enum media_source)i))
      put_source(c, w, mid++, (enum media_source)i);
  for (size_t i = 0; i < all_slots(c); i++)
    put_section(c, w, mid++, i >= c->config.audio_slots, "recvonly", true, !c->config.only_vp8);
}

/* ---- the answer ---- */

static bool begins(struct span line, const char *with, struct span *rest)
{
  size_t n = strlen(with);
  if (line.n < n || memcmp(line.p, with, n) != 0)
    return false;
  *rest = span_of(line.p + n, line.n - n);
  return true;
}

static bool next_line(struct span *text, struct span *line)
{
  const uint8_t *end = text->n > 0 ? memchr(text->p, '\n', text->n) : NULL;
  if (end == NULL)
    return false;
  size_t n = (size_t)(end - text->p) + 1;
  *line = span_of(text->p, n >= 2 && end[-1] == '\r' ? n - 2 : n - 1);
  text->p += n;
  text->n -= n;
  return true;
}

static void read_two(struct span s, uint32_t *a, uint32_t *b)
{
  char text[64] = {0};
  memcpy(text, s.p, s.n < sizeof text - 1 ? s.n : sizeof text - 1);
  char *rest;
  *a = (uint32_t)strtoul(text, &rest, 10);
  *b = (uint32_t)strtoul(rest, NULL, 10);
}

static bool read_fingerprint(struct span s, uint8_t out[CERT_FINGERPRINT])
{
  char text[CERT_FINGERPRINT_TEXT] = {0};
  if (s.n != CERT_FINGERPRINT_TEXT - 1)
    return false;
  memcpy(text, s.p, s.n);
  for (size_t i = 0; i < CERT_FINGERPRINT; i++)
    out[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
  return true;
}

static void read_slot_line(struct client *c, size_t section, struct span line)
{
  struct span value;
  uint32_t ignored;
  if (section < source_sections(c) || section - source_sections(c) >= CLIENT_SLOTS)
    return;
  struct client_slot *slot = &c->slot[section - source_sections(c)];
  if (begins(line, "a=ssrc-group:FID ", &value))
    read_two(value, &slot->ssrc, &slot->rtx_ssrc);
  else if (begins(line, "a=ssrc:", &value) && slot->ssrc == 0)
    read_two(value, &slot->ssrc, &ignored);
  slot->is_video = section - source_sections(c) >= c->config.audio_slots;
}

static bool is_camera(const struct client *c, size_t section)
{
  return has_section(c, SOURCE_CAMERA) && section == (size_t)has_section(c, SOURCE_MIC);
}

bool client_answer(struct client *c, struct span sdp)
{
  struct span line, value, ufrag = {0}, pwd = {0};
  size_t sections = 0;
  bool fingerprint = false;
  c->cryptex = c->transport_cc = false;
  while (next_line(&sdp, &line)) {
    sections += begins(line, "m=", &value);
    if (begins(line, "a=ice-ufrag:", &value))
      ufrag = value;
    if (begins(line, "a=ice-pwd:", &value))
      pwd = value;
    if (begins(line, "a=fingerprint:sha-256 ", &value))
      fingerprint = read_fingerprint(value, c->server_fingerprint);
    if (begins(line, "a=cryptex", &value))
      c->cryptex = true;
    if (begins(line, "a=extmap:", &value) && memmem(value.p, value.n, TRANSPORT_URI, strlen(TRANSPORT_URI)) != NULL)
      c->transport_cc = true;
    if (sections > 0 && begins(line, "m=video", &value) && is_camera(c, sections - 1))
      c->source[SOURCE_CAMERA].scalable = memmem(value.p, value.n, " 98 ", 4) != NULL;
    if (sections > 0)
      read_slot_line(c, sections - 1, line);
  }
  if (sections != source_sections(c) + all_slots(c) || !fingerprint || ice_client_set_remote(&c->ice, ufrag, pwd) != 0)
    return false;
  c->n_slots = all_slots(c);
  if (c->state == CLIENT_NEW)
    c->state = CLIENT_CHECKING;
  c->next_check_us = c->now_us;
  return true;
}
