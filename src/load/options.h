/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command lines of `testudo load entry`, `event`, `media` and `plan`. */
#ifndef TESTUDO_LOAD_OPTIONS_H
#define TESTUDO_LOAD_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/net.h"
#include "load/entrant.h"

#define OPTIONS_ERROR 256
#define OPTIONS_PEOPLE 100000

enum load_kind { LOAD_ENTRY = 1, LOAD_EVENT = 2, LOAD_MEDIA = 4, LOAD_PLAN = 8 }; /* bits */

struct load_options {
  enum load_kind kind;
  struct entrant_target target; /* but for the randomness */
  char name[256];               /* of the server: looked up, and in its certificate */
  uint16_t port;
  unsigned people, waves, at_once;
  double over_s, stay_s, patience_s; /* after the last one has come, for those who are still on the way */
  double wrong_share;                /* 0 to 1 */
  bool wrong[WRONG_KINDS];           /* which of them are tried */
  struct net_addr from;              /* family 0: the system's choice */
  unsigned addresses;                /* from `from` on, one after the other */
  const char *trust, *json;          /* files; NULL: none */
  pid_t server;                      /* 0: not watched */
  const char *speakers;              /* of an event: the file that names them; NULL: another run has them */
  unsigned run;                      /* the number that all runs that play one event have; 0: there is only this one */
  unsigned people_speak;             /* of one that is only calculated: how many */
  unsigned publishers;               /* at a server of another kind, beside the people who watch */
  const char *rehearsal;             /* a report; NULL: none */
  unsigned pictures;                 /* that each viewer sees */
  unsigned frames, parts;            /* pictures a second that a speaker sends; packets of each */
  unsigned sizes;                    /* in which a speaker sends the camera: 1 or 3 */
  unsigned voices;                   /* of the speakers have their microphone on */
  bool large;                        /* one of the pictures is large from the beginning on */
  double change_s;                   /* how often a viewer changes between grid and speaker; 0: never */
  unsigned verify_every;             /* one packet of so many is opened and compared */
};

/* ERR_MALFORMED with a sentence that says what to do. ERR_CLOSED: --help was asked for. */
int load_options_parse(struct load_options *o, enum load_kind kind, int argc, char **argv, char error[OPTIONS_ERROR]);

void load_options_print_help(enum load_kind kind);

/* The i-th address that people come from; family 0 if the system chooses. */
struct net_addr load_options_from(const struct load_options *o, unsigned i);

/* What the i-th of a wave tries: the share of wrongdoers is spread evenly over the wave and over the kinds. */
enum wrong_kind load_options_wrong(const struct load_options *o, unsigned i);

#endif
