/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place where it is decided who may enter a room, as what, and whether through the waiting room (A4, A5, A6). Facts
 * go in, a decision comes out: no store, no clock, no meeting. It holds at every entry, whoever is in the room already. What
 * depends on the meeting at this moment (bans, locks, names, places) is rooms_may_enter's. */
#ifndef TESTUDO_WEB_ADMISSION_H
#define TESTUDO_WEB_ADMISSION_H

#include "store/store_people.h"
#include "store/store_rooms.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"
#include "web/identity.h"

struct admission_facts {
  const struct store_room *room;  /* NULL: a meeting by the host link, which everybody may ask to enter */
  bool hosts_by_link;             /* this browser used that link */
  const struct session *session;
  const struct account *account;  /* signed in as; NULL: a guest */
  bool can_verify_email;          /* the server can send codes */
  bool high_care;                 /* of the whole server (people/care.h): for meetings by the host link; rooms are raised
                                     by the caller */
  bool is_member;                 /* `member` was given to the person's verified address */
  enum room_role member;
  const struct ticket *tickets;   /* all of this person's for the room or its series */
  size_t tickets_n;
  uint64_t now_s;
};

struct admission {
  unsigned status;   /* of the refusal; 0: may enter */
  const char *code, *detail;
  uint64_t from_s, until_s; /* with ticket_early and ticket_over: the ticket's window */
  struct identity who;      /* all but `device` and `has_account_name` */
  const struct ticket *ticket; /* that is to be used; NULL: none is needed */
};

struct admission admission_decide(const struct admission_facts *f);

/* The address by which tickets and members are found: of the account if it was verified, else the guest's; "" none. */
const char *admission_email(const struct session *session, const struct account *account);

#endif
