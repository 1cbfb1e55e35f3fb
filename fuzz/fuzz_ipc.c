/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first byte says who we are; then messages, each with its length in two bytes, go through a real channel. What
 * the channel lets through and a decoder accepts must be encoded to the same bytes again: there is one way to say a
 * thing. */
#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/ipc.h"

static uint8_t again[LIMIT_IPC_MESSAGE];

#define CHECK(type, name)                                                                                              \
  static int check_##name(void *ctx, struct span message, int fd)                                                      \
  {                                                                                                                    \
    struct type m;                                                                                                     \
    struct writer w = writer_of(again, sizeof again);                                                                  \
    (void)ctx;                                                                                                         \
    assert(fd == -1);                                                                                                  \
    int err = ipc_decode_##name(span_of(message.p + 1, message.n - 1), &m);                                            \
    if (err != 0)                                                                                                      \
      return err;                                                                                                      \
    ipc_encode_##name(&w, &m);                                                                                         \
    assert(!w.overflow && span_equal(writer_span(&w), message));                                                       \
    return 0;                                                                                                          \
  }

CHECK(ipc_offer, offer)
CHECK(ipc_publish, publish)
CHECK(ipc_level, level)
CHECK(ipc_peer, close)
CHECK(ipc_view, view)
CHECK(ipc_spread, spread)
CHECK(ipc_answer, answer)
CHECK(ipc_refused, refused)
CHECK(ipc_security, security)
CHECK(ipc_slots, slots)
CHECK(ipc_speaker, speaker)
CHECK(ipc_gone, gone)
CHECK(ipc_layers, layers)
CHECK(ipc_weakness, weakness)
CHECK(ipc_load, load)
CHECK(ipc_mail, mail)
CHECK(ipc_sms, sms)
CHECK(ipc_fetch, fetch)
CHECK(ipc_outbound_done, mail_done)
CHECK(ipc_outbound_done, sms_done)
CHECK(ipc_fetched, fetched)

static int check_bare(void *ctx, struct span message, int fd)
{
  (void)ctx;
  assert(fd == -1 && message.n == 1);
  return 0;
}

static const struct ipc_handler handlers[] = {
  {IPC_READY, check_bare},     {IPC_STOP, check_bare},          {IPC_OFFER, check_offer},
  {IPC_PUBLISH, check_publish}, {IPC_LEVEL, check_level},       {IPC_CLOSE, check_close},
  {IPC_ANSWER, check_answer},  {IPC_OFFER_REFUSED, check_refused}, {IPC_SECURITY, check_security},
  {IPC_SLOTS, check_slots},    {IPC_SPEAKER, check_speaker},    {IPC_GONE, check_gone},
  {IPC_VIEW, check_view},      {IPC_LAYERS, check_layers},          {IPC_WEAKNESS, check_weakness},
  {IPC_LOAD, check_load},      {IPC_SPREAD, check_spread},
  {IPC_MAIL, check_mail},      {IPC_SMS, check_sms},            {IPC_FETCH, check_fetch},
  {IPC_MAIL_DONE, check_mail_done}, {IPC_SMS_DONE, check_sms_done}, {IPC_FETCHED, check_fetched},
};

static const struct {
  enum ipc_role self, peer;
} ends[] = {
  {IPC_MEDIA, IPC_WEB}, {IPC_WEB, IPC_MEDIA}, {IPC_SUPERVISOR, IPC_MEDIA}, {IPC_WEB, IPC_SUPERVISOR},
  {IPC_OUTBOUND, IPC_WEB}, {IPC_WEB, IPC_OUTBOUND},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span input = span_of(data, size), message;
  struct ipc_channel c;
  uint8_t end;
  uint16_t n;
  int fds[2];
  log_open("fuzz", LOG_ERROR + 1);
  if (span_u8(&input, &end) != 0 || ipc_pair(fds) != 0)
    return 0;
  end %= sizeof ends / sizeof ends[0];
  assert(ipc_open(&c, fds[0], ends[end].self, ends[end].peer) == 0);
  while (ipc_is_open(&c) && span_u16(&input, &n) == 0 && span_take(&input, n, &message) == 0 && n > 0)
    if (send(fds[1], message.p, message.n, MSG_NOSIGNAL) == (ssize_t)message.n)
      (void)ipc_dispatch(&c, handlers, sizeof handlers / sizeof handlers[0], NULL);
  ipc_close(&c);
  close(fds[1]);
  return 0;
}
