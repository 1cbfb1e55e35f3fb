/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page may say: any bytes as a message. What was parsed keeps the promises of message.h. */
#include <assert.h>

#include "base/limits.h"
#include "web/chat_text.h"
#include "web/message.h"
#include "web/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool names_one(enum message_type type)
{
  return (type >= MESSAGE_STOP_VIDEO && type <= MESSAGE_BAN) || type == MESSAGE_ROLE || type == MESSAGE_STAGE ||
         type == MESSAGE_INVITE;
}

static void check_chat(const struct message *m)
{
  struct chat_text text;
  assert(m->chat.id >= 1 && (m->chat.to.n == 0 || m->chat.to.n == PERSON_ID_TEXT));
  if (chat_text_take(m->chat.text, &text) == 0)
    assert(prose_check(span_of(text.at, text.n), LIMIT_CHAT_BYTES) == 0);
}

static void check(const struct message *m)
{
  assert(m->type < MESSAGE_TYPES && m->n >= 1 && m->n < 1ull << 53);
  if (m->type == MESSAGE_OFFER)
    assert(m->offer.id >= 1 && m->offer.sdp.n >= 1 && m->offer.sdp.n <= LIMIT_SDP_BYTES);
  for (int i = 0; m->type == MESSAGE_OFFER && i < SOURCE_COUNT; i++)
    assert(m->offer.source_mid[i].n <= IPC_MID_BYTES);
  if (m->type == MESSAGE_LEVEL)
    assert(m->level.db <= 127);
  if (m->type == MESSAGE_ADMIT || m->type == MESSAGE_REFUSE || m->type == MESSAGE_MUTE ||
      m->type == MESSAGE_LOWER_HAND)
    assert(m->target.who.n == (m->target.all ? 0 : PERSON_ID_TEXT));
  if (names_one(m->type))
    assert(m->target.who.n == PERSON_ID_TEXT && !m->target.all);
  if (m->type == MESSAGE_ROLE)
    assert(m->target.role < AS_HOST);
  if (m->type == MESSAGE_CHAT)
    check_chat(m);
  if (m->type == MESSAGE_REACTION)
    assert(m->reaction.what < REACTIONS);
  if (m->type == MESSAGE_QUESTION)
    assert(m->question.id >= 1 && m->question.act < QUESTION_ACTS);
  if (m->type == MESSAGE_ATTENDANCE)
    assert(m->attendance.from <= LIMIT_ATTENDANCE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct message m;
  const char *why = NULL;
  if (message_parse(span_of(data, size), &m, &why) == 0) {
    check(&m);
    message_fini(&m);
  } else {
    assert(why != NULL);
  }
  return 0;
}
