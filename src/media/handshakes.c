/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/handshakes.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "media/peer.h"

#define PLACES_OF_ONE 8 /* more than a flight of any browser */

int handshakes_init(struct handshakes *h)
{
  *h = (struct handshakes){.line = calloc(LIMIT_HANDSHAKE_LINE, sizeof *h->line)};
  return h->line != NULL ? 0 : ERR_NOMEM;
}

void handshakes_fini(struct handshakes *h)
{
  free(h->line);
  *h = (struct handshakes){0};
}

int handshakes_put(struct handshakes *h, struct peer *p, const uint8_t *data, size_t n)
{
  if (h->count == LIMIT_HANDSHAKE_LINE || p->waiting == PLACES_OF_ONE || n > LIMIT_DATAGRAM)
    return ERR_LIMIT;
  struct handshake_datagram *d = &h->line[(h->first + h->count) % LIMIT_HANDSHAKE_LINE];
  d->peer = p->id;
  d->n = (uint16_t)n;
  memcpy(d->data, data, n);
  h->count++;
  p->waiting++;
  return 0;
}

const struct handshake_datagram *handshakes_take(struct handshakes *h)
{
  if (h->count == 0)
    return NULL;
  const struct handshake_datagram *d = &h->line[h->first];
  h->first = (h->first + 1) % LIMIT_HANDSHAKE_LINE;
  h->count--;
  return d;
}
