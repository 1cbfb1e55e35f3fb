/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pair.h"

#define LEAST_BPS 50000u    /* of a picture with its headers */
#define WISH_BPS 2500000u   /* what pages send to one other person at most */
#define USED_PERCENT 85u    /* who sends less of what he may wants no more, ... */
#define WISH_LEAST_BPS 800000u /* ... but may want this much in the next moment */
#define KEPT_PERCENT 130u   /* who still sends more than so much of it ... */
#define KEPT_US 4000000u    /* ... for so long does not listen, ... */
#define KEPT_BPS 100000u    /* ... but no encoder can send as little as may be told */
#define PAYLOAD_PERCENT 95u /* the rest is headers */
#define CATCH_UP_PERCENT 75u /* while some of it is held back */
#define BEGIN_BPS 400000u /* with less Chromium begins with a smaller picture, and stays with it for seconds */
#define NEWS_PERCENT 5u

static bool listens(struct source *base, uint32_t rate_bps, uint64_t now_us)
{
  if (base->most_bps == 0 || rate_bps < KEPT_BPS || rate_bps < (uint64_t)base->most_bps * KEPT_PERCENT / 100u)
    base->kept_us = now_us;
  return now_us - base->kept_us < KEPT_US;
}

/* What the picture is good for: of a sender that is held back, more than he sends. */
static uint32_t wish(const struct peer *p, const struct source *base, uint32_t rate_bps)
{
  bool is_free = p->budget_bps == ALLOCATE_UNLIMITED || rate_bps > WISH_BPS;
  bool wants_less = base->most_bps != 0 && rate_bps < (uint64_t)base->most_bps * USED_PERCENT / 100u;
  if (is_free)
    return rate_bps;
  return !wants_less ? WISH_BPS : rate_bps > WISH_LEAST_BPS ? rate_bps : WISH_LEAST_BPS;
}

void pair_stretch(const struct peer *p, struct source *base, uint32_t rate_bps, struct allocate_slot *s)
{
  if (!pair_is(p->room) || !listens(base, rate_bps, p->media->now_us) || s->n_steps == 0)
    return;
  s->elastic = true;
  s->n_steps = 1;
  s->best = 0;
  s->now = s->now < ALLOCATE_NEW ? 0 : s->now;
  s->rate_bps[0] = LEAST_BPS;
  s->wish_bps = wish(p, base, rate_bps);
}

uint32_t pair_most_bps(const struct peer *p, const struct allocate_slot *s)
{
  uint32_t percent = downstream_lags(&p->down, p->media->now_us) ? CATCH_UP_PERCENT : PAYLOAD_PERCENT;
  bool limited = s->elastic && s->step != ALLOCATE_NONE && s->most_bps != ALLOCATE_UNLIMITED;
  uint32_t bps = limited ? s->most_bps / 100u * percent : 0;
  return limited && downstream_is_unknown(&p->down) && bps < BEGIN_BPS ? BEGIN_BPS : bps;
}

bool pair_is_news(const struct source *base, uint32_t most_bps)
{
  uint32_t told = base->most_bps;
  uint64_t apart = told > most_bps ? told - most_bps : most_bps - told;
  return told == 0 || most_bps == 0 ? told != most_bps : apart * 100u > (uint64_t)told * NEWS_PERCENT;
}
