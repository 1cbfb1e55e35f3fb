/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/floor_internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static void put_escaped(struct writer *w, struct span text)
{
  uint8_t c;
  while (span_u8(&text, &c) == 0) {
    if (c == '\r')
      put_str(w, "\\r");
    else if (c == '\n')
      put_str(w, "\\n");
    else
      put_u8(w, c); /* an offer of ours has nothing else that JSON would want to be told */
  }
}

static void offer(struct floor *f, unsigned i, struct entrant *e)
{
  struct floor_seat *s = &f->seats[i];
  struct writer sdp = writer_of(f->offer, ENDPOINT_OFFER_BYTES);
  struct writer w = writer_of(f->fields, 2 * ENDPOINT_OFFER_BYTES);
  const bool publishes = i < f->publishers, speaks = i < f->options->voices;
  if (endpoint_new(&s->e, &f->world, (uint16_t)i, publishes, (uint8_t)f->options->pictures, floor_send, s,
                   floor_unix_us()) != 0)
    return;
  endpoint_offer(s->e, &sdp);
  put_fmt(&w, "\"id\":%u,\"anew\":true,\"sources\":{", ++s->offers);
  put_str(&w, publishes ? "\"mic\":\"0\",\"camera\":\"1\"" : "\"mic\":null,\"camera\":null");
  put_str(&w, ",\"screen\":null},\"sdp\":\"");
  put_escaped(&w, writer_span(&sdp));
  put_str(&w, "\"");
  put_u8(&w, 0);
  if (sdp.overflow || w.overflow)
    return;
  if (publishes)
    s->e->outlets[0].paused = !speaks;
  if (publishes && s->offers == 1)
    entrant_say(e, "state",
                speaks ? "\"mic\":true,\"camera\":true,\"screen\":false"
                       : "\"mic\":false,\"camera\":true,\"screen\":false");
  entrant_say(e, "offer", f->fields);
}

/* --- sizes --- */

#define SMALL_LINES 180
#define LARGE_LINES 720

/* The picture that is large when a viewer has changed so often: they take turns. NULL: all are small. */
static const struct inlet *large_of(const struct floor *f, const struct floor_seat *s)
{
  const unsigned changes = s->changes + f->options->large;
  unsigned filled = 0, at = changes / 2;
  for (size_t i = ENDPOINT_VOICES; i < s->e->n_inlets; i++)
    filled += s->e->inlets[i].filled;
  if (changes % 2 == 0 || filled == 0)
    return NULL;
  at %= filled;
  for (size_t i = ENDPOINT_VOICES; i < s->e->n_inlets; i++)
    if (s->e->inlets[i].filled && at-- == 0)
      return &s->e->inlets[i];
  return NULL;
}

static void say_view(struct floor *f, struct floor_seat *s, struct entrant *e)
{
  struct writer w = writer_of(f->fields, 2 * ENDPOINT_OFFER_BYTES);
  const struct inlet *large = large_of(f, s);
  const uint64_t now = floor_unix_us();
  put_str(&w, "\"shown\":[");
  for (size_t i = ENDPOINT_VOICES; i < s->e->n_inlets; i++) {
    struct inlet *in = &s->e->inlets[i];
    const uint8_t layer = (uint8_t)(in == large ? f->options->sizes - 1 : 0);
    put_fmt(&w, "%s{\"mid\":\"%zu\",\"height\":%d}", i > ENDPOINT_VOICES ? "," : "", i,
            in == large ? LARGE_LINES : SMALL_LINES);
    if (in->filled && layer != in->wanted)
      inlet_want(in, layer, now, &f->world.sum);
  }
  put_str(&w, "]");
  put_u8(&w, 0);
  if (!w.overflow)
    entrant_say(e, "view", f->fields);
}

void floor_change(struct floor *f, unsigned i, struct entrant *e)
{
  struct floor_seat *s = &f->seats[i];
  if (s->e == NULL || s->e->state != ENDPOINT_FLOWS || i < f->publishers)
    return;
  s->changes++;
  say_view(f, s, e);
}

/* What nobody watches is not sent. */
static void follow_layers(struct floor_seat *s, const json_t *message)
{
  const json_int_t mask = json_integer_value(json_object_get(message, "camera"));
  for (uint8_t i = 1; i < s->e->n_outlets && s->e->n_outlets > 2; i++)
    outlet_pause(&s->e->outlets[i], (mask >> (i - 1) & 1) == 0);
}

static void fail(struct floor_seat *s, const char *why)
{
  if (s->e == NULL)
    return;
  s->e->state = ENDPOINT_FAILED;
  s->e->why = why;
}

static void answer(struct floor_seat *s, const json_t *message)
{
  const char *sdp = json_string_value(json_object_get(message, "sdp"));
  int err = sdp == NULL ? ERR_MALFORMED : endpoint_answer(s->e, span_str(sdp), s->from.family, floor_unix_us());
  if (err == 0)
    err = floor_open_socket(s);
  if (err != 0)
    fail(s, err == ERR_IO ? "no UDP socket could be opened" : "an answer that does not fit the offer");
}

/* Of the connection that there is, not of one that it replaced. */
static bool is_awaited(const struct floor_seat *s, const json_t *message)
{
  return s->fd < 0 && json_integer_value(json_object_get(message, "id")) == s->offers;
}

/* Whether there is a picture in one of them. */
static bool fill_slots(struct floor *f, struct floor_seat *s, const json_t *message)
{
  const json_t *slot;
  size_t i;
  uint64_t now = floor_unix_us();
  bool filled = false;
  json_array_foreach(json_object_get(message, "slots"), i, slot)
  {
    const char *mid = json_string_value(json_object_get(slot, "mid"));
    struct inlet *in = mid == NULL ? NULL : endpoint_inlet(s->e, (unsigned)atoi(mid));
    if (in == NULL)
      continue;
    inlet_fill(in, json_is_string(json_object_get(slot, "who")), now, &f->world.sum);
    filled = filled || (in->is_video && in->filled);
  }
  return filled;
}

static void take_slots(struct floor *f, unsigned i, struct entrant *e, const json_t *message)
{
  struct floor_seat *s = &f->seats[i];
  const bool first = fill_slots(f, s, message) && !s->filled;
  s->filled = s->filled || first;
  if (first && f->options->large && f->options->sizes > 1 && i >= f->publishers)
    say_view(f, s, e); /* what is to be large is known only now */
}

/* The old connection is dead or about to be, through no fault of the path: what stood still in it is not what others
 * notice. A page that is moved keeps the old one until the new one works; here it ends at once. */
static void renew(struct floor *f, unsigned i, struct entrant *e, bool moved)
{
  struct floor_seat *s = &f->seats[i];
  struct inlet_sum *sum = &f->world.sum;
  const uint64_t stills = sum->stills, still_us = sum->still_us;
  f->renewals.asked += !moved;
  f->renewals.moved += moved;
  f->renewals.publishers += !moved && i < f->publishers;
  s->renewed_us = floor_unix_us();
  endpoint_close(s->e, s->renewed_us);
  f->renewals.stills += sum->stills - stills;
  f->renewals.still_us += sum->still_us - still_us;
  sum->stills = stills;
  sum->still_us = still_us;
  endpoint_free(s->e);
  s->e = NULL;
  if (s->fd >= 0)
    (void)close(s->fd);
  s->fd = -1;
  offer(f, i, e);
}

static bool is_move(const json_t *renew)
{
  const char *why = json_string_value(json_object_get(renew, "why"));
  return why != NULL && strcmp(why, "moved") == 0;
}

void floor_heard(struct floor *f, unsigned i, struct entrant *e, const char *type, const struct json_t *message)
{
  struct floor_seat *s = &f->seats[i];
  if (strcmp(type, "welcome") == 0 && s->e == NULL)
    offer(f, i, e);
  if (s->e != NULL && strcmp(type, "renew") == 0)
    renew(f, i, e, is_move(message));
  if (s->e == NULL || s->e->state == ENDPOINT_FAILED)
    return;
  if (strcmp(type, "answer") == 0 && is_awaited(s, message)) {
    answer(s, message);
    if (f->options->sizes > 1 && i >= f->publishers && s->e->state != ENDPOINT_FAILED)
      say_view(f, s, e);
  } else if (strcmp(type, "layers") == 0)
    follow_layers(s, message);
  else if (strcmp(type, "slots") == 0)
    take_slots(f, i, e, message);
  else if (strcmp(type, "offer_refused") == 0)
    fail(s, "the server has refused the offer");
}
