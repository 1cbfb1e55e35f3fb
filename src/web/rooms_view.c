/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page shows of what it gets, and what of its own anybody watches: neither side sends what nobody sees. */
#include "web/rooms_internal.h"

#include <string.h>

/* Each makes the media process divide the receiver's room anew. A page says it at most four times a second. */
static const struct rate view_rate = {.burst = 40, .per_second = 8};

/* It goes to the receiver whose page has said it, whatever it says (A4). */
void view_take(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct ipc_view view = m->view;
  if (!rate_take(&p->views, view_rate, time.now_us)) {
    say_error(r, p, "view_too_fast", "What is shown has changed too often in a short time.");
    return;
  }
  view.peer = p->self;
  if (p->connection != 0 && r->up[p->process])
    r->io.view(r->io.ctx, p->process, &view);
}

void view_begin(struct person *p)
{
  for (size_t i = 0; i < SOURCE_COUNT; i++)
    p->watched[i] = (struct watched){.mask = IPC_LAYERS_ALL};
}

void view_tell_again(struct rooms *r, struct person *p)
{
  if (p->connection != 0)
    say(r, p, reply_layers(p->watched));
}

int rooms_media_layers(struct rooms *r, unsigned process, const struct ipc_layers *m)
{
  struct person *p = person_get(r, m->peer);
  if (p == NULL || p->state != STAY_IN || p->process != process || m->connection != p->connection)
    return ERR_NOT_FOUND;
  p->watched[m->source] = (struct watched){.mask = m->mask, .most_bps = m->most_bps};
  say(r, p, reply_layers(p->watched));
  return 0;
}
