/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in and cannot be reached asks for a pass to the relay. */
#include "web/rooms_internal.h"

static const struct rate relay_rate = {.burst = 6, .per_second = 1};

void rooms_use_relay(struct rooms *r, const struct relay *relay)
{
  r->relay = relay;
}

void relay_ask(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct relay_pass pass;
  (void)m;
  if (!rate_take(&p->relays, relay_rate, time.now_us)) {
    say_error(r, p, "too_fast", "Too fast. Try again in a few seconds.");
    return;
  }
  if (r->relay == NULL || r->relay->url[0] == '\0' || relay_make_pass(r->relay, p->id, time.unix_s, &pass) != 0) {
    say(r, p, reply_relay(NULL, NULL));
    return;
  }
  say(r, p, reply_relay(r->relay->url, &pass));
}
