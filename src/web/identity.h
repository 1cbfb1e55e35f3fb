/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a person is and what admission has decided: all that a meeting knows of somebody beside the name (A5, A6, A7).
 * Admission fills it in when it gives out an entry; the meetings decide nothing by themselves about who somebody is. */
#ifndef TESTUDO_WEB_IDENTITY_H
#define TESTUDO_WEB_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* What a participant may do, the least first: the same order and numbers as enum room_role (store_rooms.h). Moderators
 * are those from AS_COHOST on. */
enum stay_role { AS_VIEWER, AS_PARTICIPANT, AS_SPEAKER, AS_COHOST, AS_HOST };

/* By what it is known who somebody is; more can be known than this, the strongest is named. */
enum verified_by { VERIFIED_NONE, VERIFIED_HOST_LINK, VERIFIED_EMAIL, VERIFIED_TICKET, VERIFIED_ACCOUNT };

#define DEVICE_BYTES 16

struct identity {
  struct uid session, account, ticket; /* none: all zero */
  char email[EMAIL_BYTES];             /* verified; "": none */
  enum verified_by verified;
  enum stay_role role;          /* in an event AS_VIEWER for who was given none */
  bool door_open;               /* comes in without waiting, by a right of his own (a role, a ticket): not because the
                                   room lets everybody in */
  bool has_account_name;        /* the name is the account's and not typed at the door */
  uint8_t device[DEVICE_BYTES]; /* keyed hash of network and kind of browser: many people may share it; zero: none */
};

/* "none", "host_link", "email", "ticket", "account" */
const char *verified_name(enum verified_by verified);

/* "viewer", "participant", "speaker", "cohost", "host" */
const char *role_name(enum stay_role role);

#endif
