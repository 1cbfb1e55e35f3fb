/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people can say with one sign (docs/SIGNALLING.md). */
#ifndef TESTUDO_WEB_REACTION_H
#define TESTUDO_WEB_REACTION_H

enum reaction {
  REACTION_THUMBS_UP,
  REACTION_CLAP,
  REACTION_HEART,
  REACTION_LAUGH,
  REACTION_SURPRISE,
  REACTION_CELEBRATE,
  REACTIONS
};

const char *reaction_name(enum reaction reaction);

#endif
