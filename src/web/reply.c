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

static const char *source_name(enum media_source source)
{
  static const char *const names[SOURCE_COUNT] = {"mic", "camera", "screen", "screen_sound"};
  return names[source];
}

json_t *reply_hello(const char *you, enum stay_role role, uint64_t handled, enum stay_state state, uint64_t unix_s)
{
  return json_pack("{ss ss ss sI ss sI}", "type", "hello", "you", you, "role", role_name(role), "handled",
                   (json_int_t)handled, "state", state_name(state), "time", (json_int_t)unix_s);
}

json_t *reply_waiting(void)
{
  return json_pack("{ss}", "type", "waiting");
}

json_t *reply_person(const struct person_view *person)
{
  return json_pack("{ss ss% ss ss sb ss? sb sb sb sb sb s{sb sb sb} sI so sb ss? sb}", "id", person->id, "name",
                   (const char *)person->name.p, person->name.n, "role", role_name(person->role), "verified",
                   verified_name(person->verified), "account_name", person->account_name, "email", person->email,
                   "mic", person->on[SOURCE_MIC], "camera", person->on[SOURCE_CAMERA], "screen",
                   person->on[SOURCE_SCREEN], "screen_paused", person->screen_paused, "here", person->here, "may",
                   "present", person->may_present, "share", person->may_share, "chat", person->may_chat, "since",
                   (json_int_t)person->since_unix_s, "hand",
                   person->hand == 0 ? json_null() : json_integer((json_int_t)person->hand), "recording",
                   person->recording, "stage", person->stage, "invited", person->invited);
}

json_t *reply_knock_entry(const struct knock_view *knock)
{
  return json_pack("{ss ss% ss sb ss? sb}", "id", knock->id, "name", (const char *)knock->name.p, knock->name.n,
                   "verified", verified_name(knock->verified), "account_name", knock->account_name, "email",
                   knock->email, "looks_banned", knock->looks_banned);
}

json_t *reply_ban_entry(const char *id, struct span name)
{
  return json_pack("{ss ss%}", "id", id, "name", (const char *)name.p, name.n);
}

static json_t *rules_json(const struct rules_view *rules)
{
  return json_pack("{sb sb sb sb ss ss ss}", "locked", rules->locked, "unmute_self", rules->unmute_self, "waiting",
                   rules->waiting, "post_quantum", rules->post_quantum, "present", role_name(rules->present), "share",
                   role_name(rules->share), "chat", role_name(rules->chat));
}

static json_t *broadcast_json(const struct broadcast_view *broadcast)
{
  if (broadcast == NULL)
    return NULL;
  json_t *since = broadcast->since_unix_s == 0 ? json_null() : json_integer((json_int_t)broadcast->since_unix_s);
  return json_pack("{ss so}", "state", broadcast->state, "since", since);
}

json_t *reply_broadcast(const struct broadcast_view *broadcast, json_t *people)
{
  return json_pack("{ss so so}", "type", "broadcast", "broadcast", broadcast_json(broadcast), "people", people);
}

json_t *reply_invited(const struct span *by)
{
  if (by == NULL)
    return json_pack("{ss sn}", "type", "invited", "by");
  return json_pack("{ss ss%}", "type", "invited", "by", (const char *)by->p, by->n);
}

json_t *reply_invitation(const char *who, const char *answer)
{
  return json_pack("{ss ss ss}", "type", "invitation", "who", who, "answer", answer);
}

json_t *reply_question_entry(const struct question_view *question)
{
  return json_pack("{sI ss? ss% ss% ss sI so}", "id", (json_int_t)question->id, "who", question->who, "name",
                   (const char *)question->name.p, question->name.n, "text", (const char *)question->text.p,
                   question->text.n, "state", question->state, "asked", (json_int_t)question->asked_unix_s, "votes",
                   question->listed ? json_integer((json_int_t)question->votes) : json_null());
}

json_t *reply_about_question(const char *type, json_t *question)
{
  return json_pack("{ss so}", "type", type, "question", question);
}

json_t *reply_questions(json_t *questions)
{
  return json_pack("{ss so}", "type", "questions", "questions", questions);
}

json_t *reply_question_gone(uint32_t id)
{
  return json_pack("{ss sI}", "type", "question_gone", "id", (json_int_t)id);
}

json_t *reply_listed(json_t *questions)
{
  return json_pack("{ss so}", "type", "listed", "questions", questions);
}

json_t *reply_votes(json_t *votes)
{
  return json_pack("{ss so}", "type", "votes", "votes", votes);
}

json_t *reply_shown(json_t *question)
{
  return json_pack("{ss so}", "type", "shown", "question", question == NULL ? json_null() : question);
}

json_t *reply_welcome(const struct welcome_view *welcome, json_t *people, json_t *knocking)
{
  return json_pack("{ss ss ss ss so so ss? si sI so so? so? so? sb}", "type", "welcome", "room", welcome->room, "kind", welcome->kind,
                   "title", welcome->title, "people", people, "knocking", knocking, "speaker", welcome->speaker,
                   "max_video", LIMIT_VIDEO_SLOTS, "count", (json_int_t)welcome->count, "rules",
                   rules_json(welcome->rules), "broadcast", broadcast_json(welcome->broadcast), "shown",
                   welcome->shown, "listed", welcome->listed, "recorded", welcome->recorded);
}

json_t *reply_about_person(const char *type, json_t *person)
{
  return json_pack("{ss so}", "type", type, "person", person);
}

json_t *reply_people(json_t *people)
{
  return json_pack("{ss so}", "type", "people", "people", people);
}

json_t *reply_left(const char *id, const char *reason)
{
  return json_pack("{ss ss ss}", "type", "left", "id", id, "reason", reason);
}

json_t *reply_count(uint32_t people)
{
  return json_pack("{ss sI}", "type", "count", "people", (json_int_t)people);
}

json_t *reply_knock(const struct knock_view *knock)
{
  json_t *json = json_pack("{ss}", "type", "knock");
  if (json != NULL && json_object_update_new(json, reply_knock_entry(knock)) == 0)
    return json;
  json_decref(json);
  return NULL;
}

json_t *reply_knock_gone(const char *id)
{
  return json_pack("{ss ss}", "type", "knock_gone", "id", id);
}

json_t *reply_alert(const char *code, const char *who, const char *other, const char *text)
{
  return json_pack("{ss ss ss? ss? ss}", "type", "alert", "code", code, "who", who, "other", other, "text", text);
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

json_t *reply_layers(const struct watched watched[SOURCE_COUNT])
{
  const struct watched *camera = &watched[SOURCE_CAMERA], *screen = &watched[SOURCE_SCREEN];
  return json_pack("{ss si si sI sI}", "type", "layers", "camera", camera->mask, "screen", screen->mask, "camera_bps",
                   (json_int_t)camera->most_bps, "screen_bps", (json_int_t)screen->most_bps);
}

json_t *reply_weakness(const char *who, bool weak)
{
  return json_pack("{ss ss sb}", "type", "weakness", "who", who, "weak", weak);
}

json_t *reply_beat_mic(const char *who, bool on)
{
  return json_pack("{ss sb}", "id", who, "on", on);
}

json_t *reply_beat(const char *speaker, json_t *mics)
{
  return json_pack("{ss ss? so}", "type", "beat", "speaker", speaker, "mics", mics);
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

json_t *reply_relay(const char *url, const struct relay_pass *pass)
{
  if (url == NULL)
    return json_pack("{ss sn}", "type", "relay", "server");
  return json_pack("{ss s{ss ss ss sI}}", "type", "relay", "server", "url", url, "username", pass->username,
                   "credential", pass->credential, "until", (json_int_t)pass->until_unix_s);
}

json_t *reply_coded(const char *type, const char *code, const char *text)
{
  return json_pack("{ss ss ss}", "type", type, "code", code, "text", text);
}

json_t *reply_slot(struct span mid, const char *who, enum media_source source)
{
  return json_pack("{ss% ss? ss}", "mid", (const char *)mid.p, mid.n, "who", who, "source", source_name(source));
}

json_t *reply_slots(json_t *slots)
{
  return json_pack("{ss so}", "type", "slots", "slots", slots);
}

json_t *reply_room(const char *kind, const char *title, const struct rules_view *rules)
{
  return json_pack("{ss ss ss so}", "type", "room", "kind", kind, "title", title, "rules", rules_json(rules));
}

json_t *reply_muted(enum media_source source, const char *by)
{
  return json_pack("{ss ss ss?}", "type", "muted", "source", source_name(source), "by", by);
}

json_t *reply_share_asked(const char *by)
{
  return json_pack("{ss ss}", "type", "share_asked", "by", by);
}

json_t *reply_share_declined(const char *who)
{
  return json_pack("{ss ss}", "type", "share_declined", "who", who);
}

json_t *reply_moderated(const char *what, const char *who, const char *by)
{
  return json_pack("{ss ss ss? ss}", "type", "moderated", "what", what, "who", who, "by", by);
}

json_t *reply_bans(json_t *bans)
{
  return json_pack("{ss so}", "type", "bans", "bans", bans);
}

json_t *reply_last_joined(json_t *people)
{
  return json_pack("{ss so}", "type", "last_joined", "people", people);
}

json_t *reply_attendance(uint32_t from, uint32_t total, uint64_t unlisted, json_t *people)
{
  return json_pack("{ss sI sI sI so}", "type", "attendance", "from", (json_int_t)from, "total", (json_int_t)total,
                   "unlisted", (json_int_t)unlisted, "people", people);
}

json_t *reply_stay(const struct attended_view *stay)
{
  json_t *left = stay->left_unix_s == 0 ? json_null() : json_integer((json_int_t)stay->left_unix_s);
  return json_pack("{ss% ss ss? ss sI so}", "name", (const char *)stay->name.p, stay->name.n, "verified",
                   verified_name(stay->verified), "email", stay->email, "role", role_name(stay->role), "joined",
                   (json_int_t)stay->joined_unix_s, "left", left);
}

json_t *reply_chat(const struct chat_view *chat)
{
  static const char *const reach[] = {[REACH_ALL] = "all", [REACH_STAGE] = "stage", [REACH_ONE] = "one"};
  const struct person_view *from = chat->from;
  json_t *to_name = chat->to == NULL ? json_null() : json_stringn((const char *)chat->to_name.p, chat->to_name.n);
  return json_pack("{ss ss ss% ss ss? so ss ss% sI so}", "type", "chat", "from", from->id, "name",
                   (const char *)from->name.p, from->name.n, "role", role_name(from->role), "to", chat->to, "to_name",
                   to_name, "reach", reach[chat->reach], "text", (const char *)chat->text.p, chat->text.n, "time",
                   (json_int_t)chat->unix_s, "id", chat->id == 0 ? json_null() : json_integer(chat->id));
}

json_t *reply_chat_refused(uint32_t id, const char *code, const char *text)
{
  return json_pack("{ss sI ss ss}", "type", "chat_refused", "id", (json_int_t)id, "code", code, "text", text);
}

json_t *reply_reaction(const char *who, enum reaction reaction)
{
  return json_pack("{ss ss ss}", "type", "reaction", "who", who, "reaction", reaction_name(reaction));
}

json_t *reply_reactions(const uint32_t counts[REACTIONS])
{
  json_t *told = json_object();
  for (unsigned i = 0; i < REACTIONS; i++)
    if (counts[i] > 0)
      json_object_set_new(told, reaction_name((enum reaction)i), json_integer(counts[i]));
  return json_pack("{ss so}", "type", "reactions", "counts", told);
}

json_t *reply_recorded(bool on)
{
  return json_pack("{ss sb}", "type", "recorded", "on", on);
}
