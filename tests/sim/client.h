/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant's end of a media connection, as a browser would be: offers, checks, shakes hands, sends recognisable
 * media, repairs losses, and keeps a record of every packet that it gets. Sans-I/O like the server's core, and made of
 * the same protocol modules; what it must not share with the server (the choice of what to send when) is written anew.
 */
#ifndef TESTUDO_SIM_CLIENT_H
#define TESTUDO_SIM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/net.h"
#include "base/random.h"
#include "ipc/messages.h"
#include "media/nack.h"
#include "proto/aead.h"
#include "proto/dependency.h"
#include "proto/dtls.h"
#include "proto/ice_client.h"
#include "proto/rtcp.h"
#include "proto/rtp.h"
#include "proto/srtp.h"

#define CLIENT_SLOTS (LIMIT_AUDIO_SLOTS + LIMIT_VIDEO_SLOTS)
#define CLIENT_SENT 1024 /* packets of a source that it can send again */
#define CLIENT_RTCP_STREAMS 4
#define CLIENT_STREAMS (SOURCE_COUNT + LIMIT_LAYERS - 1) /* behind the sources the higher layers of the camera */

#define CLIENT_PT_OPUS 111
#define CLIENT_PT_RED 63
#define CLIENT_PT_VP8 96
#define CLIENT_PT_VP8_RTX 97
#define CLIENT_PT_H264 102
#define CLIENT_PT_H264_RTX 103
#define CLIENT_PT_VP9 98
#define CLIENT_PT_VP9_RTX 99
#define CLIENT_EXT_LEVEL 1
#define CLIENT_EXT_TRANSPORT 3
#define CLIENT_EXT_MID 4
#define CLIENT_EXT_RID 10
#define CLIENT_EXT_REPAIRED_RID 11
#define CLIENT_EXT_DEPENDENCY 13
#define CLIENT_DESCRIPTOR 96 /* bytes at most */

/* ---- media that can be recognised ---- */

/* Stands in every payload. */
struct media_mark {
  uint32_t who;   /* client_config.tag */
  uint32_t frame; /* counted from 1 by each source */
  uint16_t part, parts;
  uint8_t source; /* enum media_source */
  uint8_t layer;
  uint8_t tid; /* temporal layer */
  bool sync;   /* it depends on the lowest one alone */
  bool key;
  uint32_t depends; /* the frame without which it cannot be decoded; 0: none */
  uint32_t sent_us; /* when it was made, by the sender's clock: the low bits */
};

#define MEDIA_MARK_BYTES 28

/* ---- sending ---- */

struct sent_packet {
  bool used;
  uint16_t sequence;
  uint32_t timestamp;
  bool marker;
  uint16_t n, descriptor_n;
  uint8_t descriptor[CLIENT_DESCRIPTOR]; /* of scalable video */
  uint8_t payload[1400];
};

struct client_source {
  bool offered; /* stands in the offer */
  bool on;      /* is sending */
  bool h264;
  uint32_t ssrc, rtx_ssrc;
  uint16_t sequence, rtx_sequence;
  struct srtp_tx_stream tx, rtx_tx;
  uint32_t timestamp_base;
  uint64_t next_us; /* the next frame */
  uint32_t frame;
  uint16_t picture_id;
  uint8_t tl0picidx;
  uint8_t level; /* microphone: -dBov */
  const char *rid; /* NULL: no layer */
  uint8_t parts; /* packets of a frame; a key frame has twice as many */
  uint16_t part_bytes; /* 0: as usual */
  bool key_due;
  uint32_t key_frames, keys_asked, nacks_got;
  uint32_t last_of_tid[3]; /* frames */
  bool scalable;           /* three sizes at three frame rates in one stream */
  uint16_t since_key;      /* pictures */
  uint32_t packets, octets;
  struct sent_packet *sent; /* CLIENT_SENT */
};

/* ---- receiving ---- */

struct client_packet {
  uint64_t index;
  uint64_t at_us;
  uint32_t timestamp;
  uint16_t picture_id;
  uint8_t picture_id_bits, tl0picidx, tid, payload_type;
  uint8_t level; /* 0xff: none came */
  uint8_t padding;
  bool marker, rtx, key_start;
  bool scalable; /* `dependency` is set */
  struct dependency dependency;
  bool red;    /* came as redundancy of a later one */
  struct media_mark mark;
};

struct client_slot {
  bool is_video;
  uint32_t ssrc, rtx_ssrc;
  struct srtp_rx_stream rx, rtx_rx;
  uint64_t highest;
  struct nack_list missing;
  struct client_packet *packets; /* in order of arrival */
  size_t count, capacity;
  struct dependency_structure structure; /* of what comes */
  bool forgotten; /* the record begins in the middle of a stream */
  uint32_t duplicates, reports;
  uint32_t received, received_before; /* as themselves, for reports */
  uint64_t highest_before;
  uint32_t redundant; /* packets that carried another one */
  uint32_t last_sr_ntp, last_sr_at_ms;
};

struct client_config {
  uint32_t tag; /* stands in its media */
  bool mic, camera, screen, screen_sound;
  uint8_t temporal_layers; /* 2 or 3: of VP8; else one */
  uint8_t camera_layers; /* 2 or more: simulcast; SSRCs are not told then */
  uint8_t audio_slots, video_slots;
  bool cryptex;
  bool h264;                /* sends H.264; receives both either way unless only_h264 */
  bool only_vp8;            /* cannot receive H.264 */
  bool scalable;            /* sends its camera as VP9 in several sizes if the server agrees, and receives such */
  bool av1;                 /* ... or as AV1 */
  bool key_only;            /* its larger sizes build upon smaller ones in key frames alone */
  uint8_t first_template;   /* of its structures */
  bool no_nack;             /* never asks for lost packets */
  bool hide_ssrcs;          /* offers no a=ssrc: the mid extension must do */
  bool red;                 /* offers redundant audio, and sends it */
  bool no_dtls;             /* checks, but never shakes hands */
  uint32_t rtt_us;          /* after how long it asks again for what is lost; 0: 100 ms */
  bool no_transport_cc;     /* knows no transport-wide numbers and feedback */
  bool no_feedback;         /* offers them, but tells nothing */
  bool counts_video_only;   /* offers them for pictures, not for sound, as Firefox does */
  uint16_t first_number;    /* transport-wide, of what it sends */
  uint16_t first_sequence;  /* of its sources; 0: random */
  uint32_t first_timestamp; /* 0: random */
};

/* Transport-wide numbers both ways. */
struct client_transport {
  uint16_t next; /* of what it sends */
  uint16_t *sent_bytes; /* by number */
  /* what the server told: packets, and bytes between the first and the last arrival */
  uint32_t told, told_lost, messages, unsent;
  uint64_t told_bytes;
  int64_t reference, told_first_us, told_last_us;
  /* what came: by number, when it did; 0: not (yet) */
  int64_t *arrived_us;
  uint64_t highest, untold; /* extended */
  uint32_t received;
  uint8_t number;
  uint64_t next_us;
};

enum client_state { CLIENT_NEW, CLIENT_CHECKING, CLIENT_HANDSHAKING, CLIENT_CONNECTED, CLIENT_ENDED };

struct client {
  struct client_config config;
  const struct random *random;
  const struct aead_backend *aead;
  const struct dtls_context *dtls_context;
  void (*send)(void *ctx, const uint8_t *data, size_t n);
  void *ctx;

  enum client_state state;
  uint64_t now_us;
  struct ice_client ice;
  uint64_t next_check_us;
  struct cert *cert;
  struct dtls *dtls;
  uint8_t server_fingerprint[CERT_FINGERPRINT];
  uint8_t offered_fingerprint[CERT_FINGERPRINT]; /* usually the certificate's */
  bool cryptex, transport_cc;                    /* agreed */
  struct client_transport transport;
  struct srtp_keys tx, rx;
  uint32_t srtcp_index;
  uint32_t rtcp_ssrc;
  struct srtcp_rx rtcp_rx[CLIENT_RTCP_STREAMS];
  size_t rtcp_rx_count;
  struct client_source source[CLIENT_STREAMS];
  struct client_slot slot[CLIENT_SLOTS];
  size_t n_slots;
  uint64_t next_report_us;
  uint32_t auth_failed, replayed, unknown_ssrc, broken, cryptex_packets;
};

/* `random`, `aead` and `dtls_context` (DTLS_CLIENT) are borrowed. Aborts when memory or keys fail: it is a test. */
void client_init(struct client *c, const struct client_config *config, const struct random *random,
                 const struct aead_backend *aead, const struct dtls_context *dtls_context,
                 void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx, uint64_t now_us);
void client_fini(struct client *c);

/* Writes its offer. The sections: microphone, camera, screen (those that it has), then audio and video slots. Mids are
 * their numbers from 0. More slots: raise config.video_slots and offer again. */
void client_offer(struct client *c, struct writer *w);

/* The mid of a source in the offer, "" if it has none; of a slot. Valid until the next call. */
const char *client_source_mid(const struct client *c, enum media_source source);
const char *client_slot_mid(const struct client *c, size_t slot);

/* Takes the server's answer. False if it doesn't fit the offer. */
bool client_answer(struct client *c, struct span sdp);

/* New ICE credentials for the next offer. */
void client_restart_ice(struct client *c);

void client_input(struct client *c, uint64_t now_us, const uint8_t *data, size_t n);
void client_tick(struct client *c, uint64_t now_us);
uint64_t client_next_us(const struct client *c);

/* Switches a source on (video begins with a key frame) or off. */
void client_set_source(struct client *c, enum media_source source, bool on);

/* Sends these layers of the camera only, bits. */
void client_set_layers(struct client *c, uint8_t mask);

/* Makes frames of the camera smaller, so that they take no more than this; 0: no limit. */
void client_set_most(struct client *c, uint32_t bps);

/* Ends the connection with a close_notify. */
void client_close(struct client *c);

/* Seals and sends a compound RTCP packet, and asks for a key frame in a slot. */
void client_send_rtcp(struct client *c, const struct writer *w);
void client_request_key(struct client *c, size_t slot);

/* Private to client*.c. */
void client_make_media(struct client *c);
uint64_t client_media_next_us(const struct client *c);
void client_take_rtp(struct client *c, uint8_t *data, size_t n);
void client_take_rtcp(struct client *c, uint8_t *data, size_t n);
void client_repair(struct client *c);
uint64_t client_repair_next_us(const struct client *c);
void client_report(struct client *c);
void client_send_again(struct client *c, struct client_source *s, uint16_t sequence);
size_t client_put_number(struct client *c, struct rtp_ext *ext, uint8_t number[2]);
void client_sent_number(struct client *c, size_t bytes);
void client_take_number(struct client *c, const struct rtp_packet *r);
void client_take_transport(struct client *c, struct span fci);
void client_tell_transport(struct client *c);
uint64_t client_transport_next_us(const struct client *c);
enum media_source client_kind(const struct client *c, const struct client_source *s);
uint8_t client_layer(const struct client *c, const struct client_source *s);
size_t client_put_descriptor(const struct client *c, const struct client_source *s, const struct media_mark *m,
                             uint8_t out[CLIENT_DESCRIPTOR]);
bool client_read_mark(struct span payload, struct media_mark *mark);

#endif
