/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/reaction.h"

const char *reaction_name(enum reaction reaction)
{
  static const char *const names[REACTIONS] = {
    [REACTION_THUMBS_UP] = "thumbs_up", [REACTION_CLAP] = "clap",         [REACTION_HEART] = "heart",
    [REACTION_LAUGH] = "laugh",         [REACTION_SURPRISE] = "surprise", [REACTION_CELEBRATE] = "celebrate",
  };
  return names[reaction];
}
