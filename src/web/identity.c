/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/identity.h"

const char *verified_name(enum verified_by verified)
{
  static const char *const names[] = {[VERIFIED_NONE] = "none",
                                      [VERIFIED_HOST_LINK] = "host_link",
                                      [VERIFIED_EMAIL] = "email",
                                      [VERIFIED_TICKET] = "ticket",
                                      [VERIFIED_ACCOUNT] = "account"};
  return names[verified];
}

const char *role_name(enum stay_role role)
{
  static const char *const names[] = {[AS_VIEWER] = "viewer",
                                      [AS_PARTICIPANT] = "participant",
                                      [AS_SPEAKER] = "speaker",
                                      [AS_COHOST] = "cohost",
                                      [AS_HOST] = "host"};
  return names[role];
}
