/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/reply.h"

#include "base/limits.h"
#include "web/fingerprint.h"

static const char *state_name(enum stay_state state)
{
  switch (state) {
  case STAY_NEW: return "new";
  case STAY_WAITING: return "waiting";
  case STAY_IN: return "in";
  }
  return "new";
}

static const char *role_name(bool host)
{
  return host ? "host" : "guest";
}

json_t *reply_hello(const struct person_view *you, uint64_t handled, enum stay_state state, uint64_t unix_s)
{
  return json_pack("{ss ss ss sI ss sI}", "type", "hello", "you", you->id, "role", role_name(you->host), "handled",
                   (json_int_t)handled, "state", state_name(state), "time", (json_int_t)unix_s);
}

json_t *reply_waiting(void)
{
  return json_pack("{ss}", "type", "waiting");
}

json_t *reply_person(const struct person_view *person)
{
  return json_pack("{ss ss% ss ss sb sb sb sb}", "id", person->id, "name", (const char *)person->name.p,
                   person->name.n, "role", role_name(person->host), "verified", person->host ? "host_link" : "none",
                   "mic", person->on[SOURCE_MIC], "camera", person->on[SOURCE_CAMERA], "screen",
                   person->on[SOURCE_SCREEN], "here", person->here);
}

json_t *reply_knock_entry(const char *id, struct span name)
{
  return json_pack("{ss ss%}", "id", id, "name", (const char *)name.p, name.n);
}

json_t *reply_welcome(const char *room, json_t *people, json_t *knocking, const char *speaker)
{
  return json_pack("{ss ss so so ss? si}", "type", "welcome", "room", room, "people", people, "knocking", knocking,
                   "speaker", speaker, "max_video", LIMIT_VIDEO_SLOTS);
}

json_t *reply_joined(const struct person_view *person)
{
  return json_pack("{ss so}", "type", "joined", "person", reply_person(person));
}

json_t *reply_changed(const struct person_view *person)
{
  return json_pack("{ss so}", "type", "changed", "person", reply_person(person));
}

json_t *reply_left(const char *id, const char *reason)
{
  return json_pack("{ss ss ss}", "type", "left", "id", id, "reason", reason);
}

json_t *reply_knock(const char *id, struct span name)
{
  return json_pack("{ss ss ss%}", "type", "knock", "id", id, "name", (const char *)name.p, name.n);
}

json_t *reply_knock_gone(const char *id)
{
  return json_pack("{ss ss}", "type", "knock_gone", "id", id);
}

json_t *reply_answer(uint32_t id, struct span sdp)
{
  return json_pack("{ss sI ss%}", "type", "answer", "id", (json_int_t)id, "sdp", (const char *)sdp.p, sdp.n);
}

json_t *reply_offer_refused(uint32_t id, struct span code, struct span text)
{
  return json_pack("{ss sI ss% ss%}", "type", "offer_refused", "id", (json_int_t)id, "code", (const char *)code.p,
                   code.n, "text", (const char *)text.p, text.n);
}

json_t *reply_speaker(const char *who)
{
  return json_pack("{ss ss?}", "type", "speaker", "who", who);
}

static json_t *text_or_null(struct span text)
{
  return text.n == 0 ? json_null() : json_stringn((const char *)text.p, text.n);
}

json_t *reply_security(const struct ipc_security *facts, uint64_t since_unix_s)
{
  static const char *const states[] = {
    [IPC_MEDIA_CONNECTING] = "connecting", [IPC_MEDIA_CONNECTED] = "connected", [IPC_MEDIA_FAILED] = "failed"};
  char server[FINGERPRINT_TEXT], client[FINGERPRINT_TEXT];
  return json_pack("{ss ss so so so so so sb sb ss ss sI}", "type", "security", "state", states[facts->state], "reason",
                   text_or_null(facts->reason), "dtls", text_or_null(facts->dtls), "cipher",
                   text_or_null(facts->cipher), "group", text_or_null(facts->group), "srtp",
                   text_or_null(facts->srtp), "cryptex_in", facts->cryptex_in, "cryptex_out", facts->cryptex_out,
                   "fingerprint_server", fingerprint_to_text(facts->fingerprint_server, server), "fingerprint_client",
                   fingerprint_to_text(facts->fingerprint_client, client), "since", (json_int_t)since_unix_s);
}

json_t *reply_renew(const char *why)
{
  return json_pack("{ss ss}", "type", "renew", "why", why);
}

json_t *reply_coded(const char *type, const char *code, const char *text)
{
  return json_pack("{ss ss ss}", "type", type, "code", code, "text", text);
}

json_t *reply_slot(struct span mid, const char *who, enum media_source source)
{
  static const char *const sources[SOURCE_COUNT] = {"mic", "camera", "screen"};
  return json_pack("{ss% ss? ss}", "mid", (const char *)mid.p, mid.n, "who", who, "source", sources[source]);
}

json_t *reply_slots(json_t *slots)
{
  return json_pack("{ss so}", "type", "slots", "slots", slots);
}
