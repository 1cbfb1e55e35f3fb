/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the processes say to each other. Each pair is joined by one SOCK_SEQPACKET socket; each packet is one message:
 * type (1 byte), then the fields in the order of the struct, big-endian, by the encode/decode functions of messages.c.
 * ipc.h holds the table of types with sizes, direction and the states in which each is allowed.
 *
 * Text fields point into the received packet (decode) or at the caller's bytes (encode): they are not terminated. */
#ifndef TESTUDO_IPC_MESSAGES_H
#define TESTUDO_IPC_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

enum ipc_type {
  /* supervisor -> web, with one descriptor attached: the channel to a media process that has (re)started; it takes the
   * place of the earlier channel of that process */
  IPC_MEDIA_CHANNEL = 1, /* struct ipc_media_channel */
  /* either direction: the child is ready to serve */
  IPC_READY, /* no fields, as is IPC_STOP: the type byte alone */
  /* supervisor -> child: stop in order */
  IPC_STOP,
  /* supervisor -> web, with one descriptor attached: the channel to the outbound process that has (re)started */
  IPC_OUTBOUND_CHANNEL, /* no fields */
  /* media -> supervisor, and from there to every other media process, each with one descriptor attached: the memory
   * in which a media process shows its rooms to the others (share.h), and the bell (an eventfd) that wakes it */
  IPC_SHARE, /* struct ipc_share, as are the next two */
  IPC_BELL,
  /* supervisor -> media: that process has ended */
  IPC_SHARE_GONE,

  /* web -> media */
  IPC_OFFER = 32,   /* struct ipc_offer */
  IPC_PUBLISH,      /* struct ipc_publish */
  IPC_LEVEL,        /* struct ipc_level */
  IPC_CLOSE,        /* struct ipc_peer */
  IPC_VIEW,         /* struct ipc_view */
  IPC_SPREAD,       /* struct ipc_spread */

  /* media -> web */
  IPC_ANSWER = 64,  /* struct ipc_answer */
  IPC_OFFER_REFUSED,/* struct ipc_refused */
  IPC_SECURITY,     /* struct ipc_security */
  IPC_SLOTS,        /* struct ipc_slots */
  IPC_SPEAKER,      /* struct ipc_speaker */
  IPC_GONE,         /* struct ipc_gone: the media connection ended; web asks the page to renew it */
  IPC_LAYERS,       /* struct ipc_layers */
  IPC_WEAKNESS,     /* struct ipc_weakness */
  IPC_LOAD,         /* struct ipc_load: once a second */

  /* web -> outbound; each is answered by the message of the same place below, with its id */
  IPC_MAIL = 96,    /* struct ipc_mail */
  IPC_SMS,          /* struct ipc_sms */
  IPC_FETCH,        /* struct ipc_fetch */

  /* outbound -> web */
  IPC_MAIL_DONE = 128, /* struct ipc_outbound_done, as IPC_SMS_DONE */
  IPC_SMS_DONE,
  IPC_FETCHED,      /* struct ipc_fetched */
};

struct ipc_media_channel {
  uint8_t process; /* which of the media processes: below LIMIT_MEDIA_PROCESSES */
};

struct ipc_share {
  uint8_t process; /* whose it is; the supervisor knows without it */
};

/* Sources of a participant. */
enum media_source { SOURCE_MIC, SOURCE_CAMERA, SOURCE_SCREEN, SOURCE_SCREEN_SOUND, SOURCE_COUNT };

/* The first so many have a switch of their own; the sound of a screen comes and goes with the screen. */
#define SOURCE_SWITCHES SOURCE_SCREEN_SOUND

static inline bool media_source_is_video(enum media_source source)
{
  return source == SOURCE_CAMERA || source == SOURCE_SCREEN;
}

/* In a mask of what may be forwarded, beside the bits of the sources: the microphone is off, and silence is forwarded in
 * place of each of its packets, so that nobody on the wire sees it (T6). */
#define IPC_PUBLISH_SILENCE (1u << SOURCE_COUNT)

/* Longest texts that are accepted, in bytes; an SDP may have LIMIT_SDP_BYTES. */
#define IPC_MID_BYTES 16
#define IPC_FACT_BYTES 64 /* cipher, group and the like */
#define IPC_CODE_BYTES 64
#define IPC_TEXT_BYTES 512

/* A participant in one stay is `peer` (chosen by web, never 0, never reused); its media connection is (peer,
 * connection): a new connection number replaces the earlier connection of the same peer. */
struct ipc_offer {
  uint64_t room;
  uint64_t peer;
  uint32_t connection; /* grows by one when the page makes a new RTCPeerConnection; the same number: a re-offer */
  uint32_t id;         /* the page's offer id, given back in the answer */
  uint8_t publish;     /* bits 1 << enum media_source: what may be forwarded now; IPC_PUBLISH_SILENCE */
  bool post_quantum;   /* demanded: a new connection without X25519MLKEM768 ends by IPC_GONE_POST_QUANTUM */
  bool backstage;      /* as in ipc_publish */
  uint8_t home;        /* of the room, as in ipc_spread */
  uint64_t members;
  struct span source_mid[SOURCE_COUNT]; /* empty: no such source */
  struct span sdp;
};

struct ipc_publish {
  uint64_t peer;
  uint8_t publish; /* as in ipc_offer */
  bool backstage;  /* in the green room of its room: what it sends goes to others there alone, and it gets what they
                      send beside what everybody gets */
};

struct ipc_level {
  uint64_t peer;
  uint8_t level; /* -dBov, 0..127 (RFC 6464) */
};

/* To the home of a room: in which other processes it has viewers. */
struct ipc_spread {
  uint64_t room;
  uint8_t home;     /* the process in which all are who may send, below LIMIT_MEDIA_PROCESSES */
  uint64_t members; /* bits 1 << process of the others; 0: none */
};

struct ipc_peer {
  uint64_t peer;
};

/* How large the page shows what comes in one of its video sections. */
#define IPC_SHOWN_PINNED 1u  /* the person has chosen to see this one large */
#define IPC_SHOWN_SPEAKER 2u /* the layout gives the active speaker more than its height says */
#define IPC_SHOWN_FLAGS (IPC_SHOWN_PINNED | IPC_SHOWN_SPEAKER)

struct ipc_shown {
  uint16_t height; /* pixels of the screen; 0: hidden */
  uint8_t flags;
  uint8_t mid_n;
  uint8_t mid[IPC_MID_BYTES];
};

/* All that the page shows now: a video section that is not listed is hidden. Before the first one everything is shown
 * in full. */
struct ipc_view {
  uint64_t peer; /* the receiver */
  uint8_t count;
  struct ipc_shown shown[LIMIT_VIDEO_SLOTS];
};

struct ipc_answer {
  uint64_t peer;
  uint32_t id;
  struct span sdp;
};

struct ipc_refused {
  uint64_t peer;
  uint32_t id;
  struct span code; /* stable, such as "no_fingerprint" */
  struct span text; /* plain language */
};

enum ipc_media_state { IPC_MEDIA_CONNECTING, IPC_MEDIA_CONNECTED, IPC_MEDIA_FAILED };

struct ipc_security {
  uint64_t peer;
  uint32_t connection;
  uint8_t state;       /* enum ipc_media_state */
  bool cryptex_in;
  bool cryptex_out;
  uint8_t fingerprint_server[32]; /* SHA-256 of the DER certificates */
  uint8_t fingerprint_client[32];
  struct span reason;  /* empty unless failed */
  struct span dtls;    /* "DTLS 1.3" */
  struct span cipher;  /* IANA name */
  struct span group;   /* "X25519MLKEM768" */
  struct span srtp;    /* "AEAD_AES_256_GCM" */
};

struct ipc_slot {
  uint64_t who;        /* peer whose source fills the slot; 0: empty */
  uint8_t source;      /* enum media_source */
  uint8_t mid_n;
  uint8_t mid[IPC_MID_BYTES];
};

struct ipc_slots {
  uint64_t peer;       /* the receiver */
  uint32_t connection;
  uint8_t count;
  struct ipc_slot slot[LIMIT_AUDIO_SLOTS + LIMIT_VIDEO_SLOTS];
};

struct ipc_speaker {
  uint64_t room;
  uint64_t peer;       /* 0: silence */
  bool backstage;      /* of those in the green room */
};

enum ipc_gone_reason {
  IPC_GONE_CONSENT,
  IPC_GONE_CLOSED_BY_PEER,
  IPC_GONE_DTLS_FAILED,
  IPC_GONE_LIMIT,
  IPC_GONE_POST_QUANTUM, /* it was demanded and the browser does not offer it */
};

struct ipc_gone {
  uint64_t peer;
  uint32_t connection;
  uint8_t reason;      /* enum ipc_gone_reason */
};

/* Which layers of its camera or screen somebody watches: what is not watched need not be sent. Bit 0 is the first (the
 * lowest) of the offer's simulcast list, and all there is without simulcast. */
#define IPC_LAYERS_ALL ((1u << LIMIT_LAYERS) - 1)

/* Somebody who is there cannot decode the codec of this source: it should be sent in one that all can. */
#define IPC_LAYERS_COMMON (1u << LIMIT_LAYERS)

struct ipc_layers {
  uint64_t peer; /* the sender */
  uint32_t connection;
  uint8_t source; /* SOURCE_CAMERA or SOURCE_SCREEN */
  uint8_t mask;   /* up to IPC_LAYERS_ALL, 0: nobody watches; and IPC_LAYERS_COMMON */
  uint32_t most_bps; /* what the path of its one receiver has room for; 0: no limit */
};

/* Whether the connection of somebody who may send is so weak that others notice. Told when it changes, and of each new
 * connection once it is known. */
struct ipc_weakness {
  uint64_t peer;
  uint32_t connection;
  bool weak;
};

/* Sums since the start of a media process; web's metrics name them (web/metrics.c). */
enum ipc_load_sum {
  LOAD_CPU_US,
  LOAD_MEMORY, /* no sums: the most bytes of memory that it ever had, those at its start, and the most connections */
  LOAD_MEMORY_FIRST,
  LOAD_PEERS_MOST,
  LOAD_DATAGRAMS_IN,
  LOAD_BYTES_IN,
  LOAD_DATAGRAMS_OUT,
  LOAD_BYTES_OUT,
  LOAD_FORWARDED,
  LOAD_SENT_AGAIN,
  LOAD_UNSENT, /* sends that were given up because a socket stayed full */
  LOAD_STRANGERS, /* datagrams from addresses that have proved nothing, and checks that prove nothing */
  LOAD_BAD,       /* of proven addresses: what does not authenticate, was replayed or is malformed */
  LOAD_FLOOD,     /* and what was beyond the budget of one */
  LOAD_HANDSHAKES,
  LOAD_HANDSHAKES_FAILED,
  LOAD_LIMITS, /* tables that were full when something was to be added */
  LOAD_SUMS
};

/* What a media process does and can still carry. */
struct ipc_load {
  uint16_t busy;    /* processor time of the last second, in thousandths of it */
  uint32_t late_us; /* how late the latest of its timers was seen in that second */
  uint32_t unsent;  /* sends that were given up in it */
  uint32_t peers;   /* connections */
  uint64_t sum[LOAD_SUMS];
};

/* `id` is chosen by web; answers may come in any order. Texts are UTF-8. */
struct ipc_mail {
  uint32_t id;
  struct span to;      /* an address: up to LIMIT_MAIL_ADDRESS */
  struct span to_name; /* may be empty: up to LIMIT_NAME_BYTES */
  struct span subject; /* one line: up to LIMIT_MAIL_SUBJECT */
  struct span text;    /* up to LIMIT_MAIL_TEXT */
};

struct ipc_sms {
  uint32_t id;
  struct span to;   /* E.164: "+4930123456" */
  struct span text; /* up to LIMIT_SMS_TEXT */
};

enum ipc_fetch_method { IPC_FETCH_GET, IPC_FETCH_POST };

struct ipc_fetch {
  uint32_t id;
  uint8_t method;            /* enum ipc_fetch_method */
  struct span url;           /* up to LIMIT_URL */
  struct span authorization; /* the header's value; empty: none */
  struct span body;          /* of a POST: application/x-www-form-urlencoded */
};

enum ipc_outcome {
  IPC_DONE,     /* sent; of a fetch: there is an answer, whatever its status */
  IPC_FAILED,   /* the other side was not reached or did not take it, after the last try */
  IPC_REFUSED,  /* by the other side for good, or by us: the address, the number or the URL is not allowed */
  IPC_INSECURE, /* the other side has no TLS or a wrong certificate: nothing was sent */
  IPC_BUSY,     /* too much waits already */
  IPC_NOT_CONFIGURED, /* there is no smtp_server or sms_hook */
};

struct ipc_outbound_done {
  uint32_t id;
  uint8_t outcome; /* enum ipc_outcome */
};

struct ipc_fetched {
  uint32_t id;
  uint8_t outcome;   /* enum ipc_outcome */
  uint16_t status;   /* of HTTP; 0 unless IPC_DONE */
  struct span body;  /* up to LIMIT_FETCH_ANSWER */
};

/* Each encode writes the type and the fields; check the writer at the end. Each decode reads what follows the type
 * byte and requires that nothing is left over: ERR_TRUNCATED, ERR_MALFORMED, ERR_RANGE. */
void ipc_encode_media_channel(struct writer *w, const struct ipc_media_channel *m);
void ipc_encode_offer(struct writer *w, const struct ipc_offer *m);
void ipc_encode_publish(struct writer *w, const struct ipc_publish *m);
void ipc_encode_level(struct writer *w, const struct ipc_level *m);
void ipc_encode_close(struct writer *w, const struct ipc_peer *m);
void ipc_encode_view(struct writer *w, const struct ipc_view *m);
void ipc_encode_spread(struct writer *w, const struct ipc_spread *m);
void ipc_encode_share(struct writer *w, enum ipc_type type, const struct ipc_share *m);
void ipc_encode_answer(struct writer *w, const struct ipc_answer *m);
void ipc_encode_refused(struct writer *w, const struct ipc_refused *m);
void ipc_encode_security(struct writer *w, const struct ipc_security *m);
void ipc_encode_slots(struct writer *w, const struct ipc_slots *m);
void ipc_encode_speaker(struct writer *w, const struct ipc_speaker *m);
void ipc_encode_gone(struct writer *w, const struct ipc_gone *m);
void ipc_encode_layers(struct writer *w, const struct ipc_layers *m);
void ipc_encode_weakness(struct writer *w, const struct ipc_weakness *m);
void ipc_encode_load(struct writer *w, const struct ipc_load *m);
void ipc_encode_mail(struct writer *w, const struct ipc_mail *m);
void ipc_encode_mail_done(struct writer *w, const struct ipc_outbound_done *m);
void ipc_encode_sms(struct writer *w, const struct ipc_sms *m);
void ipc_encode_sms_done(struct writer *w, const struct ipc_outbound_done *m);
void ipc_encode_fetch(struct writer *w, const struct ipc_fetch *m);
void ipc_encode_fetched(struct writer *w, const struct ipc_fetched *m);

int ipc_decode_media_channel(struct span s, struct ipc_media_channel *m);
int ipc_decode_offer(struct span s, struct ipc_offer *m);
int ipc_decode_publish(struct span s, struct ipc_publish *m);
int ipc_decode_level(struct span s, struct ipc_level *m);
int ipc_decode_close(struct span s, struct ipc_peer *m);
int ipc_decode_view(struct span s, struct ipc_view *m);
int ipc_decode_spread(struct span s, struct ipc_spread *m);
int ipc_decode_share(struct span s, struct ipc_share *m);
int ipc_decode_answer(struct span s, struct ipc_answer *m);
int ipc_decode_refused(struct span s, struct ipc_refused *m);
int ipc_decode_security(struct span s, struct ipc_security *m);
int ipc_decode_slots(struct span s, struct ipc_slots *m);
int ipc_decode_speaker(struct span s, struct ipc_speaker *m);
int ipc_decode_gone(struct span s, struct ipc_gone *m);
int ipc_decode_layers(struct span s, struct ipc_layers *m);
int ipc_decode_weakness(struct span s, struct ipc_weakness *m);
int ipc_decode_load(struct span s, struct ipc_load *m);
int ipc_decode_mail(struct span s, struct ipc_mail *m);
int ipc_decode_mail_done(struct span s, struct ipc_outbound_done *m);
int ipc_decode_sms(struct span s, struct ipc_sms *m);
int ipc_decode_sms_done(struct span s, struct ipc_outbound_done *m);
int ipc_decode_fetch(struct span s, struct ipc_fetch *m);
int ipc_decode_fetched(struct span s, struct ipc_fetched *m);

#endif
