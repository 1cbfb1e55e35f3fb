/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/care.h"

void care_raise(struct room_policy *p)
{
  p->waiting_room = true;
  p->guests_verified = true;
  p->two_factors = true;
  p->post_quantum = true;
}

const char *care_problem(const struct room_policy *p)
{
  if (!p->waiting_room)
    return "On this server everybody waits until let in: it runs with care = high. Leave waiting_room on.";
  if (!p->guests_verified)
    return "On this server guests show an e-mail address: it runs with care = high. Leave guests_verified on.";
  if (!p->two_factors)
    return "On this server accounts show two factors: it runs with care = high. Leave two_factors on.";
  if (!p->post_quantum)
    return "On this server the post-quantum key exchange is demanded: it runs with care = high. Leave post_quantum on.";
  return NULL;
}
