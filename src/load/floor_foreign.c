/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/floor_internal.h"

#include <stdlib.h>

static int socket_address(int fd, struct net_addr *own)
{
  struct sockaddr_storage ss;
  socklen_t n = sizeof ss;
  return getsockname(fd, (struct sockaddr *)&ss, &n) == 0 ? net_addr_from_sockaddr(own, (struct sockaddr *)&ss)
                                                          : ERR_IO;
}

static int open_socket(struct floor_seat *s, struct net_addr *own)
{
  int err = floor_open_socket(s);
  return err == 0 ? socket_address(s->fd, own) : err;
}

static void wish(struct floor_seat *s)
{
  s->wished = true;
  s->wish_us = floor_unix_us();
}

/* --- who watches --- */

int floor_offered(struct floor *f, unsigned i, struct span offered, struct writer *answer)
{
  struct floor_seat *s = &f->seats[i];
  struct net_addr own;
  if (s->e != NULL)
    return ERR_STATE;
  wish(s);
  int err = endpoint_new_offered(&s->e, &f->world, (uint16_t)i, offered, 0, floor_send, s, s->wish_us);
  if (err == 0)
    err = open_socket(s, &own);
  if (err == 0)
    endpoint_put_answer(s->e, offered, &own, answer);
  return err == 0 && answer->overflow ? ERR_LIMIT : err;
}

/* --- who publishes --- */

int floor_publish(struct floor *f, unsigned i, struct writer *offer)
{
  struct floor_seat *s = &f->seats[i];
  if (s->e != NULL)
    return ERR_STATE;
  wish(s);
  int err = endpoint_new_source(&s->e, &f->world, (uint16_t)i, floor_send, s, s->wish_us);
  if (err == 0)
    endpoint_offer(s->e, offer);
  return err == 0 && offer->overflow ? ERR_LIMIT : err;
}

int floor_answered(struct floor *f, unsigned i, struct span answer, struct net_addr *own)
{
  struct floor_seat *s = &f->seats[i];
  if (s->e == NULL || s->e->state != ENDPOINT_NEW)
    return ERR_STATE;
  int err = endpoint_answer(s->e, answer, 0, floor_unix_us());
  return err == 0 ? open_socket(s, own) : err;
}

/* --- a source beside the server --- */

static void send_plain(void *ctx, const uint8_t *data, size_t n)
{
  (void)send(*(const int *)ctx, data, n, MSG_DONTWAIT);
}

int floor_plain(struct floor *f, const struct net_addr *to, uint16_t audio_port, uint16_t video_port)
{
  const uint16_t port[2] = {audio_port, video_port};
  const struct net_addr any = {0};
  if (f->plain != NULL)
    return ERR_STATE;
  f->plain = calloc(1, sizeof *f->plain);
  if (f->plain == NULL)
    return ERR_NOMEM;
  f->plain->fd[0] = f->plain->fd[1] = -1;
  int err = 0;
  for (int i = 0; i < 2 && err == 0; i++) {
    struct net_addr there = *to;
    there.port = port[i];
    outlet_init(&f->plain->outlets[i], i == 0 ? SOURCE_MIC : SOURCE_CAMERA, i == 0 ? &f->world.audio : &f->world.video,
                f->world.rules.run, 0, &random_system);
    err = floor_connect_socket(&any, &there, &f->plain->fd[i]);
  }
  return err;
}

/* Nobody can ask this one for a key frame: it sends one each second, as such sources do. */
void floor_play_plain(struct floor *f, uint64_t now_us)
{
  struct floor_plain *p = f->plain;
  struct outlet *video = &p->outlets[1];
  video->key_due = video->key_due || video->frame % f->options->frames == 0;
  for (int i = 0; i < 2; i++)
    if (p->fd[i] >= 0)
      outlet_play(&p->outlets[i], NULL, now_us, send_plain, &p->fd[i]);
}
