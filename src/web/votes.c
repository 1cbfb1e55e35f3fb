/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/votes.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static uint64_t voter_of(const struct browser *browser)
{
  uint64_t voter;
  memcpy(&voter, browser->hash, sizeof voter);
  return voter;
}

static bool make_place(struct votes *votes)
{
  if (votes->n < votes->capacity)
    return true;
  uint32_t capacity = votes->capacity == 0 ? 16 : 2 * votes->capacity;
  if (votes->n >= LIMIT_QUESTION_VOTES)
    return false;
  uint64_t *voter = reallocarray(votes->voter, capacity, sizeof *voter);
  if (voter == NULL)
    return false;
  votes->voter = voter;
  votes->capacity = capacity;
  return true;
}

bool votes_put(struct votes *votes, const struct browser *browser, bool on)
{
  uint64_t voter = voter_of(browser);
  uint32_t i = 0;
  while (i < votes->n && votes->voter[i] != voter)
    i++;
  bool known = i < votes->n;
  if (known == on || (on && !make_place(votes)))
    return false;
  if (on)
    votes->voter[votes->n++] = voter;
  else
    votes->voter[i] = votes->voter[--votes->n];
  return true;
}

void votes_fini(struct votes *votes)
{
  free(votes->voter);
  *votes = (struct votes){0};
}
