/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/negotiate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "media/downstream.h"
#include "media/far.h"
#include "media/layers.h"
#include "media/peer.h"
#include "media/room.h"
#include "media/upstream.h"

#define TRACK_NAME 24  /* "s39", and whatever else an index could be */
#define RTCP_SENDERS 4 /* SSRCs that report to us, beyond one for each section */

/* ---- refusing ---- */

static void refuse(struct media *m, const struct ipc_offer *o, const char *code, const char *text)
{
  const struct ipc_refused message = {.peer = o->peer, .id = o->id, .code = span_str(code), .text = span_str(text)};
  struct writer w = media_message_begin(m);
  ipc_encode_refused(&w, &message);
  media_message_end(m, &w);
  m->counters.offers_refused++;
}

static void refuse_sdp(struct media *m, const struct ipc_offer *o, const struct sdp_error *error)
{
  struct sdp_error_text text = sdp_error_text(error->code);
  refuse(m, o, text.name, text.sentence);
}

static void refuse_error(struct media *m, const struct ipc_offer *o, int err)
{
  if (err == ERR_CRYPTO)
    refuse(m, o, "internal", "The server could not make the keys for this connection. Please try again.");
  else
    refuse(m, o, "too_many", "The server has no room for another connection at the moment. Please try again later.");
}

/* ---- the offer that was accepted last ---- */

static size_t kept_bytes(const struct sdp_offer *offer)
{
  return offsetof(struct sdp_offer, sections) + offer->n_sections * sizeof offer->sections[0];
}

/* Without the sections that it doesn't have, and without ICE's credentials: thousands of these are kept. */
static int keep_offer(struct peer *p, const struct sdp_offer *offer)
{
  struct sdp_offer *kept = realloc(p->offer, kept_bytes(offer));
  if (kept == NULL)
    return ERR_NOMEM;
  memcpy(kept, offer, kept_bytes(offer));
  p->offer = kept;
  return 0;
}

static int check_successor(const struct peer *p, const struct sdp_offer *next, struct sdp_error *error)
{
  struct sdp_offer previous = {0};
  memcpy(&previous, p->offer, kept_bytes(p->offer));
  return sdp_offer_check_successor(&previous, next, error);
}

/* ---- sources ---- */

/* What the offer sends as this source. False: nothing. */
static bool source_setup(const struct ipc_offer *o, const struct sdp_offer *offer, enum media_source kind,
                         struct source_setup *setup)
{
  const struct sdp_section *s = o->source_mid[kind].n > 0 ? sdp_offer_find(offer, o->source_mid[kind]) : NULL;
  bool is_audio = !media_source_is_video(kind);
  if (s == NULL || (s->direction & SDP_SENDONLY) == 0 || s->n_codecs == 0 || (s->kind == SDP_AUDIO) != is_audio)
    return false;
  *setup = (struct source_setup){.kind = kind, .section = (uint8_t)(s - offer->sections), .codec = s->codecs[0]};
  if (sdp_offer_layers(offer, s) != NULL)
    setup->layers = *sdp_offer_layers(offer, s);
  else if (s->n_streams > 0)
    setup->stream = s->streams[0];
  if (sdp_is_scalable(setup->codec.id))
    setup->dependency_id = s->extension_id[SDP_EXT_DEPENDENCY];
  if (kind == SOURCE_MIC) /* nobody speaks who shares a sound */
    setup->level_id = s->extension_id[SDP_EXT_AUDIO_LEVEL];
  return true;
}

static bool same_source(const struct source_setup *a, const struct source_setup *b)
{
  return a->section == b->section && a->codec.payload_type == b->codec.payload_type &&
         a->codec.red_payload_type == b->codec.red_payload_type && a->codec.id == b->codec.id &&
         a->dependency_id == b->dependency_id && a->stream.ssrc == b->stream.ssrc &&
         a->stream.rtx_ssrc == b->stream.rtx_ssrc &&
         memcmp(&a->layers, &b->layers, sizeof a->layers) == 0;
}

/* Whether all the others who take video take this codec, in other processes as far as these have told. */
static bool all_take(const struct peer *p, enum sdp_codec_id codec)
{
  const struct room *r = p->room;
  if (far_is_guest(r) || (far_lacking(r) >> codec & 1) != 0) /* who sends is at home, where that is known of all */
    return false;
  for (uint32_t i = 0; i < r->peer_count; i++)
    if (r->peers[i] != p && (r->peers[i]->scalable >> codec & 1) == 0)
      return false;
  return true;
}

/* A source is sent in one codec for all. So a scalable one is taken where all who are there decode it; on a connection
 * that goes on it stays, even if the sender was told that it should not (layers_see_codecs): that takes a new one, as
 * numbers and keys of the stream would be another's. */
static void settle_codecs(const struct peer *p, struct sdp_offer *offer)
{
  for (size_t i = 0; i < offer->n_sections; i++) {
    struct sdp_section *s = &offer->sections[i];
    const struct source *before = NULL;
    if (s->n_codecs == 0 || s->direction != SDP_SENDONLY || !sdp_is_scalable(s->codecs[0].id))
      continue;
    for (int kind = 0; kind < SOURCE_COUNT; kind++)
      if (p->sources[kind] != NULL && p->sources[kind]->setup.section == i)
        before = p->sources[kind];
    bool scalable = before != NULL ? source_is_scalable(before) : all_take(p, s->codecs[0].id);
    sdp_section_settle(s, scalable);
  }
}

static int set_sources(struct peer *p, const struct ipc_offer *o, const struct sdp_offer *offer)
{
  for (int kind = 0; kind < SOURCE_COUNT; kind++) {
    struct source **s = &p->sources[kind];
    struct source_setup setup;
    bool wanted = source_setup(o, offer, (enum media_source)kind, &setup);
    if (*s != NULL && (!wanted || !same_source(&(*s)->setup, &setup))) {
      source_free(*s);
      *s = NULL;
    }
    if (wanted && *s == NULL) {
      int err = source_new(p, &setup, s);
      if (err != 0)
        return err;
    }
    if (*s != NULL)
      source_publish(*s, p->publish);
  }
  return 0;
}

/* ---- slots ---- */

static struct slot *slot_of_section(struct peer *p, size_t section)
{
  for (uint8_t i = 0; i < p->n_slots; i++)
    if (p->more[i].section == section)
      return &p->slots[i];
  return NULL;
}

/* True while the section may be one more slot of its kind. */
static bool has_room_for_slot(const struct peer *p, bool is_video)
{
  uint8_t n = 0;
  for (uint8_t i = 0; i < p->n_slots; i++)
    n = (uint8_t)(n + (p->slots[i].is_video == is_video));
  return n < (is_video ? LIMIT_VIDEO_SLOTS : LIMIT_AUDIO_SLOTS);
}

static bool wants_slot(const struct sdp_section *s)
{
  return !s->rejected && (s->direction & SDP_RECVONLY) != 0;
}

/* Room for a slot in every section of this offer that may need one, in one block. What was sent before under an SSRC is
 * never forgotten (see forward.h), so slots are moved, not made anew. */
static int grow_slots(struct peer *p, const struct sdp_offer *offer)
{
  size_t capacity = p->n_slots;
  for (size_t i = 0; i < offer->n_sections; i++)
    capacity += wants_slot(&offer->sections[i]) && slot_of_section(p, i) == NULL;
  if (capacity > DOWNSTREAM_SLOTS)
    capacity = DOWNSTREAM_SLOTS; /* has_room_for_slot gives no more */
  if (capacity == p->n_slots)
    return 0;
  size_t bytes = capacity * (sizeof(struct slot) + sizeof(struct slot_more));
  struct slot *slots = aligned_alloc(alignof(struct slot_more), bytes);
  if (slots == NULL)
    return ERR_NOMEM;
  memset(slots, 0, bytes);
  struct slot_more *more = (struct slot_more *)(slots + capacity);
  if (p->slots != NULL) {
    memcpy(slots, p->slots, p->n_slots * sizeof *slots);
    memcpy(more, p->more, p->n_slots * sizeof *more);
  }
  free(p->slots);
  p->slots = slots;
  p->more = more;
  return 0;
}

/* Each section may have an SSRC of its own that reports to us. */
static int grow_rtcp(struct peer *p, size_t n_sections)
{
  size_t capacity = n_sections + RTCP_SENDERS;
  struct srtcp_rx *rx = realloc(p->rtcp_rx, capacity * sizeof *rx);
  if (rx == NULL)
    return ERR_NOMEM;
  p->rtcp_rx = rx;
  p->rtcp_rx_capacity = (uint8_t)capacity;
  return 0;
}

static void add_slot(struct peer *p, size_t section, bool is_video)
{
  struct slot *slot = &p->slots[p->n_slots];
  struct slot_more *more = &p->more[p->n_slots];
  forward_init(&slot->forward, &p->media->random);
  slot->ssrc = p->ssrc_base + 1 + 2u * p->n_slots;
  slot->is_video = is_video;
  more->section = (uint8_t)section;
  more->rtx_ssrc = slot->ssrc + 1;
  more->wanted = more->target = LAYER_NONE;
  more->wanted_top = THIN_ALL;
  slot->top = THIN_OFF;
  more->shown_height = UINT16_MAX; /* until the page says more */
  more->rtx_next = 1 + random_u32(&p->media->random) % 0x7fff;
  p->n_slots++;
}

static void set_slot(struct peer *p, const struct sdp_section *s, struct slot *slot)
{
  struct slot_more *more = &p->more[slot - p->slots];
  more->enabled = wants_slot(s);
  more->codecs = 0;
  slot->level_id = s->extension_id[SDP_EXT_AUDIO_LEVEL];
  more->red_payload_type = 0;
  slot->numbered = p->media->config.controls_receivers && s->extension_id[SDP_EXT_TRANSPORT] != 0;
  for (uint8_t i = 0; i < s->n_codecs && !s->rejected; i++) {
    const struct sdp_codec *c = &s->codecs[i];
    more->codecs |= (uint8_t)(1u << c->id);
    more->payload_type[c->id] = c->payload_type;
    more->rtx_payload_type[c->id] = c->rtx_payload_type;
    if (c->id == SDP_OPUS)
      more->red_payload_type = c->red_payload_type;
  }
  slot->red_payload_type = p->calm_reports > 0 ? more->red_payload_type : 0;
}

static int set_slots(struct peer *p, const struct sdp_offer *offer)
{
  int err = grow_slots(p, offer);
  if (err == 0 && (p->offer == NULL || offer->n_sections > p->offer->n_sections))
    err = grow_rtcp(p, offer->n_sections);
  if (err != 0)
    return err;
  p->transport_id = offer->extension_id[SDP_EXT_TRANSPORT];
  p->dependency_id = offer->extension_id[SDP_EXT_DEPENDENCY];
  p->scalable = UINT8_MAX;
  for (size_t i = 0; i < offer->n_sections; i++) {
    const struct sdp_section *s = &offer->sections[i];
    bool wanted = wants_slot(s);
    bool is_video = s->kind == SDP_VIDEO;
    if (wanted && slot_of_section(p, i) == NULL && has_room_for_slot(p, is_video))
      add_slot(p, i, is_video);
    struct slot *slot = slot_of_section(p, i);
    if (slot == NULL)
      continue;
    set_slot(p, s, slot);
    if (slot->is_video && wanted)
      p->scalable &= p->more[slot - p->slots].codecs;
  }
  return 0;
}

/* Our SSRCs are one block that has none of the peer's. */
static void choose_ssrcs(struct peer *p, const struct sdp_offer *offer)
{
  bool clash;
  do {
    p->ssrc_base = (random_u32(&p->media->random) & ~0xffu) | 1u;
    clash = false;
    for (size_t i = 0; i < offer->n_sections; i++)
      for (uint8_t k = 0; k < offer->sections[i].n_streams; k++)
        clash |= (offer->sections[i].streams[k].ssrc ^ p->ssrc_base) <= 0xff ||
                 (offer->sections[i].streams[k].rtx_ssrc ^ p->ssrc_base) <= 0xff;
  } while (clash);
}

/* ---- the answer ---- */

struct names {
  char stream[LIMIT_SDP_MEDIA][TRACK_NAME];
  char track[LIMIT_SDP_MEDIA][TRACK_NAME];
};

static bool is_source_section(const struct peer *p, size_t section)
{
  for (int i = 0; i < SOURCE_COUNT; i++)
    if (p->sources[i] != NULL && p->sources[i]->setup.section == section)
      return true;
  return false;
}

static void answer_section(struct peer *p, size_t i, struct sdp_answer_section *a, struct names *names)
{
  struct slot *slot = slot_of_section(p, i);
  unsigned direction = is_source_section(p, i) ? SDP_RECVONLY : SDP_INACTIVE;
  if (slot != NULL && p->more[slot - p->slots].enabled) {
    direction |= SDP_SENDONLY;
    (void)snprintf(names->stream[i], TRACK_NAME, "s%zu", i);
    (void)snprintf(names->track[i], TRACK_NAME, "t%zu", i);
    a->ssrc = slot->ssrc;
    a->rtx_ssrc = slot->is_video ? p->more[slot - p->slots].rtx_ssrc : 0;
    a->stream_id = names->stream[i];
    a->track_id = names->track[i];
  }
  a->direction = (enum sdp_direction)direction;
}

static int write_answer(struct peer *p, struct writer *w)
{
  struct media *m = p->media;
  struct sdp_answer_section sections[LIMIT_SDP_MEDIA] = {0};
  struct names names;
  char ufrag[ICE_UFRAG_BYTES + 1] = {0}, pwd[ICE_PWD_BYTES + 1] = {0}, cname[PEER_CNAME_BYTES + 1] = {0};
  struct sdp_answer answer = {
      .session_id = p->session_id,
      .session_version = ++p->session_version,
      .ice_ufrag = ufrag,
      .ice_pwd = pwd,
      .cname = cname,
      .candidates = m->config.candidate,
      .n_candidates = m->config.candidates,
      .sections = sections,
  };
  memcpy(ufrag, ice_lite_ufrag(&p->ice).p, ICE_UFRAG_BYTES);
  memcpy(pwd, ice_lite_pwd(&p->ice).p, ICE_PWD_BYTES);
  memcpy(cname, p->cname, PEER_CNAME_BYTES);
  memcpy(answer.fingerprint, p->fingerprint, sizeof answer.fingerprint);
  for (size_t i = 0; i < p->offer->n_sections; i++)
    answer_section(p, i, &sections[i], &names);
  return sdp_answer_write(p->offer, &answer, w);
}

static int send_answer(struct peer *p, const struct ipc_offer *o)
{
  struct media *m = p->media;
  struct writer sdp = writer_of(m->answer, LIMIT_SDP_BYTES);
  int err = write_answer(p, &sdp);
  if (err != 0)
    return err;
  struct writer w = media_message_begin(m);
  ipc_encode_answer(&w, &(struct ipc_answer){.peer = p->key, .id = o->id, .sdp = writer_span(&sdp)});
  media_message_end(m, &w);
  return 0;
}

/* ---- both kinds of offer ---- */

static int apply(struct peer *p, const struct ipc_offer *o, struct sdp_offer *offer)
{
  p->publish = o->publish;
  room_move_peer(p, o->backstage);
  settle_codecs(p, offer);
  int err = set_slots(p, offer);
  if (err == 0)
    err = keep_offer(p, offer);
  if (err == 0)
    err = set_sources(p, o, offer);
  if (err == 0)
    err = upstream_follow_offer(p);
  if (err == 0)
    err = send_answer(p, o);
  if (err == 0)
    layers_see_codecs(p);
  return err;
}

static void open_connection(struct media *m, const struct ipc_offer *o, struct sdp_offer *offer)
{
  struct peer *p;
  int err = peer_new(m, o, offer, &p);
  if (err == 0) {
    choose_ssrcs(p, offer);
    err = apply(p, o, offer);
    if (err != 0)
      peer_free(p);
  }
  if (err != 0) {
    refuse_error(m, o, err);
    return;
  }
  peer_report_security(p, IPC_MEDIA_CONNECTING, NULL);
  downstream_follow_offer(p);
  room_assign_peer(p->room, p, true);
}

static void change_connection(struct peer *p, const struct ipc_offer *o, struct sdp_offer *offer)
{
  struct media *m = p->media;
  struct sdp_error error;
  if (check_successor(p, offer, &error) != 0) {
    refuse_sdp(m, o, &error);
    return;
  }
  int err = 0;
  if (ice_lite_is_restart(&p->ice, span_str(offer->ice_ufrag)))
    err = peer_restart_ice(p, span_str(offer->ice_ufrag));
  if (err == 0)
    err = apply(p, o, offer);
  if (err != 0)
    refuse_error(m, o, err);
  room_assign_peer(p->room, p, true);
}

void negotiate_offer(struct media *m, const struct ipc_offer *o)
{
  struct sdp_offer offer;
  struct sdp_error error;
  m->counters.offers++;
  if (sdp_offer_parse(o->sdp, &offer, &error) != 0) {
    refuse_sdp(m, o, &error);
    return;
  }
  m->counters.candidates_ignored += offer.candidates;
  struct peer *p = peer_find(m, o->peer);
  if (p != NULL && p->connection == o->connection) {
    change_connection(p, o, &offer);
    return;
  }
  if (p != NULL)
    peer_close(p); /* the page has made a new connection: nobody needs the earlier one */
  open_connection(m, o, &offer);
}
