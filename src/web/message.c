/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/message.h"

#include <jansson.h>
#include <stddef.h>

#include "base/json.h"
#include "base/limits.h"
#include "web/token.h"

#define N_MAX ((1ull << 53) - 1) /* the largest integer that a page holds exactly */

enum field_kind {
  FIELD_U64,
  FIELD_U32,
  FIELD_U8,
  FIELD_BOOL,
  FIELD_TEXT,
  FIELD_ROLE, /* enum stay_role, but not "host" */
  FIELD_REACTION,
  FIELD_ACT,  /* enum question_act */
  FIELD_SHOWN, /* [{"mid", "height", "pinned"}]: each mid once; the last may be absent */
  FIELD_MIDS, /* {"mic", "camera", "screen", "screen_sound"}: each a mid or null; the last may be absent */
};

struct field {
  const char *name;
  enum field_kind kind;
  bool optional;
  size_t offset; /* in struct message */
  uint64_t min, max; /* of the number, or of the text's bytes */
};

#define MAX_FIELDS 7

struct rule {
  const char *name;
  unsigned states; /* enum stay_state */
  bool moderators_only;
  struct field fields[MAX_FIELDS]; /* ended by a field without a name */
};

#define AT(member) offsetof(struct message, member)
#define FIELD_N {"n", FIELD_U64, false, AT(n), 1, N_MAX}
#define FIELD_FLAG(source_name, source) {source_name, FIELD_BOOL, false, AT(state.on[source]), 0, 1}
#define FIELD_MORE(flag_name, member) {flag_name, FIELD_BOOL, true, AT(state.member), 0, 1}
#define FIELD_ID(id_name, is_optional, n) {id_name, FIELD_TEXT, is_optional, AT(target.who), n, n}
#define FIELD_SWITCH(switch_name, member) {switch_name, FIELD_BOOL, false, AT(member), 0, 1}
#define FIELDS_WHO {FIELD_N, FIELD_ID("who", false, PERSON_ID_TEXT)}
#define FIELDS_WHO_ON {FIELD_N, FIELD_ID("who", false, PERSON_ID_TEXT), FIELD_SWITCH("on", target.on)}
#define FIELDS_WHO_OR_ALL {FIELD_N, FIELD_ID("who", true, PERSON_ID_TEXT), {"all", FIELD_BOOL, true, AT(target.all), 1, 1}}

static const struct rule rules[MESSAGE_TYPES] = {
  [MESSAGE_HELLO] = {"hello", STAY_NEW | STAY_WAITING | STAY_IN, false, {FIELD_N}},
  [MESSAGE_OFFER] = {"offer", STAY_IN, false,
                     {FIELD_N,
                      {"id", FIELD_U32, false, AT(offer.id), 1, UINT32_MAX},
                      {"sdp", FIELD_TEXT, false, AT(offer.sdp), 1, LIMIT_SDP_BYTES},
                      {"sources", FIELD_MIDS, false, AT(offer.source_mid), 1, IPC_MID_BYTES},
                      {"anew", FIELD_BOOL, true, AT(offer.anew), 0, 1}}},
  [MESSAGE_STATE] = {"state", STAY_IN, false,
                     {FIELD_N, FIELD_FLAG("mic", SOURCE_MIC), FIELD_FLAG("camera", SOURCE_CAMERA),
                      FIELD_FLAG("screen", SOURCE_SCREEN), FIELD_MORE("screen_sound", on[SOURCE_SCREEN_SOUND]),
                      FIELD_MORE("screen_paused", screen_paused), FIELD_MORE("quiet", quiet)}},
  [MESSAGE_LEVEL] = {"level", STAY_IN, false, {FIELD_N, {"db", FIELD_U8, false, AT(level.db), 0, 127}}},
  [MESSAGE_BEAT] = {"beat", STAY_IN, false,
                    {FIELD_N, {"db", FIELD_U8, false, AT(level.db), 0, 127}, FIELD_SWITCH("mic", level.mic)}},
  [MESSAGE_VIEW] = {"view", STAY_IN, false, {FIELD_N, {"shown", FIELD_SHOWN, false, AT(view), 1, UINT16_MAX}}},
  [MESSAGE_ADMIT] = {"admit", STAY_IN, true, FIELDS_WHO_OR_ALL},
  [MESSAGE_REFUSE] = {"refuse", STAY_IN, true, FIELDS_WHO_OR_ALL},
  [MESSAGE_LEAVE] = {"leave", STAY_WAITING | STAY_IN, false, {FIELD_N}},
  [MESSAGE_CHAT] = {"chat", STAY_IN, false,
                    {FIELD_N,
                     {"id", FIELD_U32, false, AT(chat.id), 1, UINT32_MAX},
                     {"text", FIELD_TEXT, false, AT(chat.text), 0, LIMIT_SIGNAL_MESSAGE},
                     {"to", FIELD_TEXT, true, AT(chat.to), PERSON_ID_TEXT, PERSON_ID_TEXT}}},
  [MESSAGE_HAND] = {"hand", STAY_IN, false, {FIELD_N, FIELD_SWITCH("up", lock.on)}},
  [MESSAGE_REACTION] = {"reaction", STAY_IN, false,
                        {FIELD_N, {"reaction", FIELD_REACTION, false, AT(reaction.what), 1, 16}}},
  [MESSAGE_DECLINE_SHARE] = {"decline_share", STAY_IN, false, {FIELD_N}},
  [MESSAGE_RELAY] = {"relay", STAY_IN, false, {FIELD_N}},
  [MESSAGE_MUTE] = {"mute", STAY_IN, true, FIELDS_WHO_OR_ALL},
  [MESSAGE_STOP_VIDEO] = {"stop_video", STAY_IN, true, FIELDS_WHO},
  [MESSAGE_STOP_SHARE] = {"stop_share", STAY_IN, true, FIELDS_WHO},
  [MESSAGE_ASK_SHARE] = {"ask_share", STAY_IN, true, FIELDS_WHO},
  [MESSAGE_REMOVE] = {"remove", STAY_IN, true, FIELDS_WHO},
  [MESSAGE_SEND_BACK] = {"send_back", STAY_IN, true, FIELDS_WHO},
  [MESSAGE_BAN] = {"ban", STAY_IN, true, FIELDS_WHO},
  [MESSAGE_UNBAN] = {"unban", STAY_IN, true, {FIELD_N, FIELD_ID("id", false, TOKEN_TEXT)}},
  [MESSAGE_LOCK] = {"lock", STAY_IN, true, {FIELD_N, FIELD_SWITCH("on", lock.on)}},
  [MESSAGE_STOP_EVERYTHING] = {"stop_everything", STAY_IN, true, {FIELD_N}},
  [MESSAGE_ROLE] = {"role", STAY_IN, true,
                    {FIELD_N, FIELD_ID("who", false, PERSON_ID_TEXT), {"role", FIELD_ROLE, false, AT(target.role), 1, 16}}},
  [MESSAGE_POLICY] = {"policy", STAY_IN, true,
                      {FIELD_N, FIELD_SWITCH("unmute_self", policy.unmute_self),
                       FIELD_SWITCH("waiting", policy.waiting)}},
  [MESSAGE_INVITATION] = {"invitation", STAY_IN, false, {FIELD_N, FIELD_SWITCH("accept", invitation.accept)}},
  [MESSAGE_STEP_DOWN] = {"step_down", STAY_IN, false, {FIELD_N}},
  [MESSAGE_ASK] = {"ask", STAY_IN, false,
                   {FIELD_N, {"text", FIELD_TEXT, false, AT(ask.text), 1, 4 * LIMIT_QUESTION_BYTES}}},
  [MESSAGE_VOTE] = {"vote", STAY_IN, false,
                    {FIELD_N, {"id", FIELD_U32, false, AT(question.id), 1, UINT32_MAX},
                     FIELD_SWITCH("on", question.on)}},
  [MESSAGE_BROADCAST] = {"broadcast", STAY_IN, true, {FIELD_N, FIELD_SWITCH("on", lock.on)}},
  [MESSAGE_STAGE] = {"stage", STAY_IN, true, FIELDS_WHO_ON},
  [MESSAGE_INVITE] = {"invite", STAY_IN, true, FIELDS_WHO_ON},
  [MESSAGE_QUESTION] = {"question", STAY_IN, true,
                        {FIELD_N, {"id", FIELD_U32, false, AT(question.id), 1, UINT32_MAX},
                         {"act", FIELD_ACT, false, AT(question.act), 0, 0}}},
  [MESSAGE_ATTENDANCE] = {"attendance", STAY_IN, true,
                          {FIELD_N, {"from", FIELD_U32, true, AT(attendance.from), 0, LIMIT_ATTENDANCE}}},
  [MESSAGE_LOWER_HAND] = {"lower_hand", STAY_IN, true, FIELDS_WHO_OR_ALL},
  [MESSAGE_RECORDING] = {"recording", STAY_IN, true, {FIELD_N, FIELD_SWITCH("on", lock.on)}},
};

bool message_allowed(enum message_type type, enum stay_state state, bool moderator)
{
  return (rules[type].states & (unsigned)state) != 0 && (moderator || !rules[type].moderators_only);
}

static int take_text(const json_t *value, uint64_t min, uint64_t max, struct span *text)
{
  if (!json_is_string(value))
    return ERR_RANGE;
  *text = span_of(json_string_value(value), json_string_length(value));
  return text->n < min || text->n > max ? ERR_RANGE : 0;
}

static int take_integer(const json_t *value, const struct field *field, uint64_t *number)
{
  if (!json_is_integer(value) || json_integer_value(value) < 0)
    return ERR_RANGE;
  *number = (uint64_t)json_integer_value(value);
  return *number < field->min || *number > field->max ? ERR_RANGE : 0;
}

static int take_role(const json_t *value, uint8_t *role)
{
  for (unsigned i = AS_VIEWER; json_is_string(value) && i < AS_HOST; i++)
    if (strcmp(json_string_value(value), role_name((enum stay_role)i)) == 0) {
      *role = (uint8_t)i;
      return 0;
    }
  return ERR_RANGE;
}

static int take_reaction(const json_t *value, uint8_t *reaction)
{
  for (unsigned i = 0; json_is_string(value) && i < REACTIONS; i++)
    if (strcmp(json_string_value(value), reaction_name((enum reaction)i)) == 0) {
      *reaction = (uint8_t)i;
      return 0;
    }
  return ERR_RANGE;
}

static int take_act(const json_t *value, uint8_t *act)
{
  static const char *const names[QUESTION_ACTS] = {"answered", "open", "dismiss", "show", "hide", "list", "unlist"};
  for (unsigned i = 0; json_is_string(value) && i < QUESTION_ACTS; i++)
    if (strcmp(json_string_value(value), names[i]) == 0) {
      *act = (uint8_t)i;
      return 0;
    }
  return ERR_RANGE;
}

static int take_mids(const json_t *object, const struct field *field, struct span mids[SOURCE_COUNT])
{
  static const char *const names[SOURCE_COUNT] = {"mic", "camera", "screen", "screen_sound"};
  size_t named = 0;
  for (int i = 0; i < SOURCE_COUNT; i++) {
    const json_t *value = json_object_get(object, names[i]); /* NULL, too, if it is no object */
    mids[i] = (struct span){0};
    if (value == NULL && i >= SOURCE_SWITCHES)
      continue;
    if (!json_is_null(value) && take_text(value, field->min, field->max, &mids[i]) != 0)
      return ERR_RANGE;
    named++;
  }
  return named == json_object_size(object) ? 0 : ERR_RANGE;
}

static bool is_shown(const struct ipc_view *view, struct span mid)
{
  for (unsigned i = 0; i < view->count; i++)
    if (span_equal(span_of(view->shown[i].mid, view->shown[i].mid_n), mid))
      return true;
  return false;
}

static int take_shown_one(const json_t *object, const struct field *field, struct ipc_view *view)
{
  const json_t *pinned = json_object_get(object, "pinned"); /* NULL, too, if it is no object */
  struct ipc_shown *shown = &view->shown[view->count];
  struct span mid;
  uint64_t height;
  if (json_object_size(object) != (pinned == NULL ? 2 : 3) || (pinned != NULL && !json_is_boolean(pinned)) ||
      take_text(json_object_get(object, "mid"), 1, IPC_MID_BYTES, &mid) != 0 ||
      take_integer(json_object_get(object, "height"), field, &height) != 0 || is_shown(view, mid))
    return ERR_RANGE;
  *shown = (struct ipc_shown){.height = (uint16_t)height, .flags = json_is_true(pinned) ? IPC_SHOWN_PINNED : 0,
                              .mid_n = (uint8_t)mid.n};
  memcpy(shown->mid, mid.p, mid.n);
  view->count++;
  return 0;
}

static int take_shown(const json_t *array, const struct field *field, struct ipc_view *view)
{
  *view = (struct ipc_view){0};
  if (!json_is_array(array) || json_array_size(array) > LIMIT_VIDEO_SLOTS)
    return ERR_RANGE;
  for (size_t i = 0; i < json_array_size(array); i++)
    if (take_shown_one(json_array_get(array, i), field, view) != 0)
      return ERR_RANGE;
  return 0;
}

static int take_field(const json_t *value, const struct field *field, struct message *m)
{
  void *to = (uint8_t *)m + field->offset;
  uint64_t number = 0;
  int err = 0;
  switch (field->kind) {
  case FIELD_TEXT:
    return take_text(value, field->min, field->max, to);
  case FIELD_ROLE:
    return take_role(value, to);
  case FIELD_REACTION:
    return take_reaction(value, to);
  case FIELD_ACT:
    return take_act(value, to);
  case FIELD_SHOWN:
    return take_shown(value, field, to);
  case FIELD_MIDS:
    return take_mids(value, field, to);
  case FIELD_BOOL:
    *(bool *)to = json_is_true(value);
    return json_is_boolean(value) && *(bool *)to >= field->min ? 0 : ERR_RANGE;
  case FIELD_U64:
    return take_integer(value, field, to);
  case FIELD_U32:
    err = take_integer(value, field, &number);
    *(uint32_t *)to = (uint32_t)number;
    return err;
  case FIELD_U8:
    err = take_integer(value, field, &number);
    *(uint8_t *)to = (uint8_t)number;
    return err;
  }
  return ERR_UNSUPPORTED;
}

static const struct rule *find_rule(const json_t *json)
{
  const char *name = json_string_value(json_object_get(json, "type"));
  for (int i = 0; name != NULL && i < MESSAGE_TYPES; i++)
    if (strcmp(name, rules[i].name) == 0)
      return &rules[i];
  return NULL;
}

static int take_fields(const struct rule *rule, struct message *m, const char **why)
{
  size_t taken = 1; /* "type" */
  for (const struct field *f = rule->fields; f < rule->fields + MAX_FIELDS && f->name != NULL; f++) {
    const json_t *value = json_object_get(m->json, f->name);
    if (value == NULL && f->optional)
      continue;
    taken++;
    if (value == NULL || take_field(value, f, m) != 0) {
      *why = "a field is missing or outside its range";
      return ERR_RANGE;
    }
  }
  if (taken == json_object_size(m->json))
    return 0;
  *why = "unknown field";
  return ERR_UNSUPPORTED;
}

/* One person or all of them: the one thing that the table does not say. */
static bool names_whom(const struct message *m)
{
  return (m->type != MESSAGE_ADMIT && m->type != MESSAGE_REFUSE && m->type != MESSAGE_MUTE &&
          m->type != MESSAGE_LOWER_HAND) ||
         m->target.all != (m->target.who.n > 0);
}

static int fill(struct message *m, const char **why)
{
  const struct rule *rule = find_rule(m->json);
  if (rule == NULL) {
    *why = "unknown type";
    return ERR_UNSUPPORTED;
  }
  m->type = (enum message_type)(rule - rules);
  int err = take_fields(rule, m, why);
  if (err == 0 && !names_whom(m)) {
    *why = "either who or all";
    err = ERR_RANGE;
  }
  return err;
}

int message_parse(struct span text, struct message *m, const char **why)
{
  *m = (struct message){0};
  int err = json_parse_strict(text, LIMIT_SIGNAL_MESSAGE, &m->json);
  if (err != 0) {
    *why = err == ERR_LIMIT ? "too deep or too large" : "not a JSON object, or a key twice";
    return err;
  }
  err = fill(m, why);
  if (err != 0)
    message_fini(m);
  return err;
}

void message_fini(struct message *m)
{
  json_decref(m->json);
  *m = (struct message){0};
}
