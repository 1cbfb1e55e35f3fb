/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media of all people of a run: each has a media connection and a UDP socket of its own. What they say to the
 * server about it goes by their signalling (entrant_say). Sockets and clock are here; the rest is in endpoint.h. */
#ifndef TESTUDO_LOAD_FLOOR_H
#define TESTUDO_LOAD_FLOOR_H

#include "load/endpoint.h"
#include "load/entrant.h"
#include "load/options.h"

#define FLOOR_SECONDS 3600 /* of a run that are told one by one */
#define FLOOR_REASONS 16

/* One second of a run. */
struct floor_second {
  unsigned flowing; /* people whose media flows */
  uint64_t packets, bytes, asked, stills;
  uint64_t p50_us, p99_us; /* how late pictures were */
};

/* A time in which nobody came or left. Of the server: 0 if it is not watched. */
struct floor_steady {
  double seconds;
  uint64_t packets, groups;                     /* that arrived at people; groups of them that were sent as one */
  double cpu_s, media_cpu_s, web_cpu_s;         /* of the server, and of its processes */
  double people_cpu_s;                          /* of the people who are played: this process */
  int64_t media_grown, web_grown, people_grown; /* bytes of memory, since before the first viewer came */
};

/* Connections that the server asked to make anew, as when a process of its died; or to move to another process. */
struct floor_renewals {
  unsigned asked, publishers; /* so many, of which those of publishers; without those that were moved */
  unsigned moved;
  struct delay back;          /* from there to flowing media */
  uint64_t stills, still_us;  /* pictures that stood still on the old ones: not in the sum of all */
};

struct floor_report {
  unsigned wanted, flowing; /* people who were to have media; who had it at the end */
  struct {
    const char *why;
    unsigned n;
  } failed[FLOOR_REASONS];
  struct delay connect;       /* from the welcome to flowing media */
  struct delay join, picture; /* from the wish to come to flowing media, and to the first whole picture: viewers */
  unsigned without_picture;   /* viewers who never saw one although there was one */
  uint64_t sent, keys, again; /* packets, key frames and repetitions by publishers */
  struct inlet_sum sum;
  uint64_t unknown_ssrc, malformed;
  struct floor_steady steady;
  struct floor_renewals renewals;
  struct delay turns; /* of the people's own loop: long ones are late in sending and answering */
  size_t seconds;
  struct floor_second second[FLOOR_SECONDS];
};

struct floor;

/* `people` seats, of which the first `publishers` publish. ERR_NOMEM, ERR_CRYPTO. */
int floor_new(struct floor **f, const struct load_options *o, unsigned people, unsigned publishers);
void floor_free(struct floor *f);

/* Person i has wanted to come for so long, from this address. */
void floor_wish(struct floor *f, unsigned i, const struct net_addr *from, uint64_t late_us);

/* What person i has heard by signalling; it may answer. */
void floor_heard(struct floor *f, unsigned i, struct entrant *e, const char *type, const struct json_t *message);

/* A server that offers itself what it has to send to person i: its answer. ERR_MALFORMED, ERR_NOT_FOUND, ERR_LIMIT: the
 * offer; ERR_IO: no socket; ERR_STATE: the person is there already; ERR_NOMEM. */
int floor_offered(struct floor *f, unsigned i, struct span offer, struct writer *answer);

/* Person i, a publisher, offers a voice and a picture to such a server, and begins when it has answered; `own`: where
 * it can be reached then, which that server may have to be told. ERR_MALFORMED, ERR_NOT_FOUND: the answer; ERR_IO: no
 * socket; ERR_STATE: not in this order; ERR_NOMEM, ERR_CRYPTO, ERR_LIMIT. */
int floor_publish(struct floor *f, unsigned i, struct writer *offer);
int floor_answered(struct floor *f, unsigned i, struct span answer, struct net_addr *own);

/* Sends plain RTP, a voice and a picture, to these ports of `to`, from now on. ERR_IO, ERR_NOMEM; ERR_STATE: it does
 * already. */
int floor_plain(struct floor *f, const struct net_addr *to, uint16_t audio_port, uint16_t video_port);

/* Person i, a viewer, changes between all pictures small and one of them large, and says so. */
void floor_change(struct floor *f, unsigned i, struct entrant *e);

/* Reads what has come and sends what is due; to be called about every millisecond. */
void floor_serve(struct floor *f);

unsigned floor_flowing(const struct floor *f, unsigned first, unsigned end);

/* That have arrived at all people until now. */
uint64_t floor_packets(const struct floor *f);

/* What arrived as one datagram: packets of one send, on the server's own machine. */
uint64_t floor_groups(const struct floor *f);

/* For the line of progress: since the last call. */
void floor_tell(struct floor *f, char *text, size_t size);

/* Closes all media, and counts. */
void floor_close(struct floor *f, struct floor_report *r);

#endif
