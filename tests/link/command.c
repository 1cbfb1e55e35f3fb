/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define NUMBER_MAX 1e9
#define QUEUE_NS_DEFAULT 300000000u

static int read_number(const char *text, double *out)
{
  char *end = NULL;
  if (text == NULL)
    return ERR_MALFORMED;
  *out = strtod(text, &end);
  return end != text && *end == '\0' && *out >= 0 && *out <= NUMBER_MAX ? 0 : ERR_MALFORMED;
}

static uint64_t from_ms(double ms)
{
  return (uint64_t)(ms * 1e6);
}

static int set_one(struct pipe_settings *s, const char *name, double value)
{
  const struct {
    const char *name;
    double *to;
  } chances[] = {{"loss", &s->loss},
                 {"burst_enter", &s->burst_enter},
                 {"burst_leave", &s->burst_leave},
                 {"burst_loss", &s->burst_loss}};
  for (size_t i = 0; i < sizeof chances / sizeof chances[0]; i++)
    if (strcmp(name, chances[i].name) == 0) {
      *chances[i].to = value;
      return value <= 1 ? 0 : ERR_MALFORMED;
    }
  if (strcmp(name, "delay_ms") == 0)
    s->delay_ns = from_ms(value);
  else if (strcmp(name, "jitter_ms") == 0)
    s->jitter_ns = from_ms(value);
  else if (strcmp(name, "reorder") == 0)
    s->reorder = value != 0;
  else if (strcmp(name, "rate_kbps") == 0)
    s->rate_bps = (uint64_t)(value * 1000);
  else if (strcmp(name, "queue_ms") == 0)
    s->queue_ns = from_ms(value);
  else if (strcmp(name, "queue_bytes") == 0)
    s->queue_bytes = (uint64_t)value;
  else if (strcmp(name, "longest") == 0)
    s->longest = (uint64_t)value;
  else
    return ERR_MALFORMED;
  return 0;
}

static int read_settings(struct pipe_settings *s, char **rest)
{
  *s = (struct pipe_settings){.queue_ns = QUEUE_NS_DEFAULT};
  for (char *word = strtok_r(NULL, " ", rest); word != NULL; word = strtok_r(NULL, " ", rest)) {
    double value;
    char *text = strchr(word, '=');
    if (text == NULL)
      return ERR_MALFORMED;
    *text++ = '\0';
    if (read_number(text, &value) != 0 || set_one(s, word, value) != 0)
      return ERR_MALFORMED;
  }
  return 0;
}

static int read_place(struct command *c, char **rest, unsigned legs)
{
  double leg;
  if (read_number(strtok_r(NULL, " ", rest), &leg) != 0 || leg >= legs)
    return ERR_MALFORMED;
  const char *way = strtok_r(NULL, " ", rest);
  if (way == NULL)
    return ERR_MALFORMED;
  c->leg = (unsigned)leg;
  bool both = strcmp(way, "both") == 0;
  c->up = both || strcmp(way, "up") == 0;
  c->down = both || strcmp(way, "down") == 0;
  return c->up || c->down ? 0 : ERR_MALFORMED;
}

int command_parse(struct command *c, char *line, unsigned legs)
{
  char *rest = NULL;
  const char *verb = strtok_r(line, " ", &rest);
  *c = (struct command){.verb = COMMAND_STATS};
  if (verb == NULL)
    return ERR_MALFORMED;
  if (strcmp(verb, "stats") == 0)
    return strtok_r(NULL, " ", &rest) == NULL ? 0 : ERR_MALFORMED;
  if (strcmp(verb, "set") == 0) {
    c->verb = COMMAND_SET;
    return read_place(c, &rest, legs) != 0 ? ERR_MALFORMED : read_settings(&c->settings, &rest);
  }
  double ms;
  if (strcmp(verb, "cut") != 0 || read_place(c, &rest, legs) != 0 || read_number(strtok_r(NULL, " ", &rest), &ms) != 0)
    return ERR_MALFORMED;
  c->verb = COMMAND_CUT;
  c->cut_ns = from_ms(ms);
  return strtok_r(NULL, " ", &rest) == NULL ? 0 : ERR_MALFORMED;
}
