/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server says on a socket (docs/SIGNALLING.md, section 3), as JSON. Each function gives a new object that
 * the caller owns, or NULL when memory ran out. None of them holds anybody's address (T9). */
#ifndef TESTUDO_WEB_REPLY_H
#define TESTUDO_WEB_REPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "ipc/messages.h"
#include "web/message.h"

struct person_view {
  const char *id;
  struct span name;
  bool host;
  bool on[SOURCE_COUNT];
  bool here;
};

json_t *reply_hello(const struct person_view *you, uint64_t handled, enum stay_state state, uint64_t unix_s);
json_t *reply_waiting(void);
json_t *reply_person(const struct person_view *person);
json_t *reply_knock_entry(const char *id, struct span name);

/* Takes over `people` and `knocking` (arrays of reply_person and reply_knock_entry). `speaker` may be NULL. */
json_t *reply_welcome(const char *room, json_t *people, json_t *knocking, const char *speaker);

json_t *reply_joined(const struct person_view *person);
json_t *reply_changed(const struct person_view *person);
json_t *reply_left(const char *id, const char *reason);
json_t *reply_knock(const char *id, struct span name);
json_t *reply_knock_gone(const char *id);
json_t *reply_answer(uint32_t id, struct span sdp);
json_t *reply_offer_refused(uint32_t id, struct span code, struct span text);
json_t *reply_speaker(const char *who);
json_t *reply_security(const struct ipc_security *facts, uint64_t since_unix_s);
json_t *reply_renew(const char *why);

/* "refused", "ended" and "error" all have a stable code and a plain text. */
json_t *reply_coded(const char *type, const char *code, const char *text);

/* `who` may be NULL: an empty slot. */
json_t *reply_slot(struct span mid, const char *who, enum media_source source);
json_t *reply_slots(json_t *slots);

#endif
