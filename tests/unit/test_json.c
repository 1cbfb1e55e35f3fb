/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/message.c and json.c: what a page may say, and nothing else. */
#include "web_testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/limits.h"
#include "web/message.h"

static int parse(const char *text, struct message *m)
{
  const char *why = NULL;
  int err = message_parse(span_str(text), m, &why);
  assert_true((err != 0) == (why != NULL));
  return err;
}

static void assert_refused(const char *text, int expected)
{
  struct message m;
  int err = parse(text, &m);
  if (err != expected)
    fail_msg("%s: %d instead of %d", text, err, expected);
}

static void test_every_type(void **state)
{
  (void)state;
  struct message m;
  assert_int_equal(parse("{\"type\":\"hello\",\"n\":1}", &m), 0);
  assert_int_equal(m.type, MESSAGE_HELLO);
  assert_int_equal(m.n, 1);
  message_fini(&m);

  assert_int_equal(parse("{\"type\":\"offer\",\"n\":9007199254740991,\"id\":4294967295,\"sdp\":\"v=0\\r\\n\","
                         "\"sources\":{\"mic\":\"0\",\"camera\":null,\"screen\":\"abcdefghijklmnop\"}}",
                         &m),
                   0);
  assert_int_equal(m.type, MESSAGE_OFFER);
  assert_true(m.n == 9007199254740991u && m.offer.id == UINT32_MAX);
  assert_true(span_equal(m.offer.sdp, span_str("v=0\r\n")));
  assert_true(span_equal(m.offer.source_mid[SOURCE_MIC], span_str("0")));
  assert_int_equal(m.offer.source_mid[SOURCE_CAMERA].n, 0);
  assert_int_equal(m.offer.source_mid[SOURCE_SCREEN].n, IPC_MID_BYTES);
  assert_false(m.offer.anew);
  message_fini(&m);

  assert_int_equal(parse("{\"n\":2,\"screen\":true,\"mic\":false,\"camera\":true,\"type\":\"state\"}", &m), 0);
  assert_true(!m.state.on[SOURCE_MIC] && m.state.on[SOURCE_CAMERA] && m.state.on[SOURCE_SCREEN]);
  message_fini(&m);

  assert_int_equal(parse("{\"type\":\"level\",\"n\":2,\"db\":127}", &m), 0);
  assert_int_equal(m.level.db, 127);
  message_fini(&m);

  assert_int_equal(parse("{\"type\":\"admit\",\"n\":2,\"all\":true}", &m), 0);
  assert_true(m.target.all && m.target.who.n == 0);
  message_fini(&m);
  assert_int_equal(parse("{\"type\":\"refuse\",\"n\":2,\"who\":\"abcdefgh\"}", &m), 0);
  assert_true(!m.target.all && span_equal(m.target.who, span_str("abcdefgh")));
  message_fini(&m);
  assert_int_equal(parse("{\"type\":\"leave\",\"n\":2}", &m), 0);
  message_fini(&m);
}

static void test_moderation(void **state)
{
  (void)state;
  struct message m;
  static const char *const one[] = {"stop_video", "stop_share", "remove", "send_back", "ban", "mute"};
  for (size_t i = 0; i < sizeof one / sizeof one[0]; i++) {
    char text[128];
    (void)snprintf(text, sizeof text, "{\"type\":\"%s\",\"n\":2,\"who\":\"abcdefgh\"}", one[i]);
    assert_int_equal(parse(text, &m), 0);
    assert_true(span_equal(m.target.who, span_str("abcdefgh")));
    message_fini(&m);
    (void)snprintf(text, sizeof text, "{\"type\":\"%s\",\"n\":2,\"who\":\"abcdefg\"}", one[i]);
    assert_refused(text, ERR_RANGE);
    (void)snprintf(text, sizeof text, "{\"type\":\"%s\",\"n\":2}", one[i]);
    assert_refused(text, ERR_RANGE);
  }
  assert_refused("{\"type\":\"ban\",\"n\":2,\"all\":true}", ERR_RANGE);
  assert_refused("{\"type\":\"mute\",\"n\":2,\"who\":\"abcdefgh\",\"all\":true}", ERR_RANGE);
  assert_int_equal(parse("{\"type\":\"mute\",\"n\":2,\"all\":true}", &m), 0);
  assert_true(m.target.all);
  message_fini(&m);
  assert_int_equal(parse("{\"type\":\"role\",\"n\":2,\"who\":\"abcdefgh\",\"role\":\"cohost\"}", &m), 0);
  assert_int_equal(m.target.role, AS_COHOST);
  message_fini(&m);
  static const char *const roles[] = {"\"host\"", "\"guest\"", "\"\"", "3", "null"};
  for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
    char text[128];
    (void)snprintf(text, sizeof text, "{\"type\":\"role\",\"n\":2,\"who\":\"abcdefgh\",\"role\":%s}", roles[i]);
    assert_refused(text, ERR_RANGE);
  }
  assert_int_equal(parse("{\"type\":\"policy\",\"n\":2,\"unmute_self\":true,\"waiting\":false}", &m), 0);
  assert_true(m.policy.unmute_self && !m.policy.waiting);
  message_fini(&m);
  assert_refused("{\"type\":\"policy\",\"n\":2,\"unmute_self\":true}", ERR_RANGE);
  assert_refused("{\"type\":\"lock\",\"n\":2,\"on\":1}", ERR_RANGE);
  assert_int_equal(parse("{\"type\":\"attendance\",\"n\":2}", &m), 0);
  assert_int_equal(m.attendance.from, 0);
  message_fini(&m);
  assert_refused("{\"type\":\"attendance\",\"n\":2,\"from\":10001}", ERR_RANGE);
  assert_int_equal(parse("{\"type\":\"unban\",\"n\":2,\"id\":\"abcdefghijklmnopqrstuv\"}", &m), 0);
  assert_int_equal(m.target.who.n, 22); /* an id of the store */
  message_fini(&m);
}

static void test_not_one_object(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "", " ", "null", "1", "\"hello\"", "[]",
    "[{\"type\":\"hello\",\"n\":1}]", "{", "{}{}", "{\"type\":\"hello\",\"n\":1}x",
    "{\"type\":\"hello\",\"n\":1,}",
    "{'type':'hello','n':1}",
    "{\"type\":\"hello\",\"n\":01}",
    "{\"type\":\"hello\",\"n\":NaN}",
    "{\"type\":\"hello\",\"n\":1,\"n\":1}", "{\"type\":\"hello\",\"type\":\"leave\",\"n\":1}", "{\"ty\\u0000pe\":1}",
    "{\"type\":\"hel\\u0000lo\",\"n\":1}", "{\"type\":\"\xff\",\"n\":1}", "{\"type\":\"\xc0\xaf\",\"n\":1}",
    "{\"type\":\"\\ud800\",\"n\":1}",
    "{\"type\":\"hello\",\"n\":99999999999999999999}",
    "/**/{\"type\":\"hello\",\"n\":1}",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    assert_refused(texts[i], ERR_MALFORMED);
}

static void test_unknown(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "{}", "{\"n\":1}", "{\"type\":1,\"n\":1}", "{\"type\":\"Hello\",\"n\":1}", "{\"type\":\"\",\"n\":1}",
    "{\"type\":\"welcome\",\"n\":1}", "{\"type\":\"hello\",\"n\":1,\"role\":\"host\"}",
    "{\"type\":\"leave\",\"n\":1,\"who\":\"abcdefgh\"}", "{\"type\":\"level\",\"n\":1,\"db\":3,\"who\":\"abcdefgh\"}",
    "{\"type\":\"hello\",\"n\":1,\"__proto__\":{}}",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    assert_refused(texts[i], ERR_UNSUPPORTED);
}

static void test_fields_out_of_range(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "{\"type\":\"hello\"}",
    "{\"type\":\"hello\",\"n\":0}",
    "{\"type\":\"hello\",\"n\":-1}",
    "{\"type\":\"hello\",\"n\":1.0}",
    "{\"type\":\"hello\",\"n\":\"1\"}", "{\"type\":\"hello\",\"n\":null}", "{\"type\":\"hello\",\"n\":true}",
    "{\"type\":\"hello\",\"n\":9007199254740992}", "{\"type\":\"level\",\"n\":1,\"db\":128}",
    "{\"type\":\"level\",\"n\":1,\"db\":-1}",
    "{\"type\":\"level\",\"n\":1}",
    "{\"type\":\"level\",\"n\":1,\"db\":4294967296}",
    "{\"type\":\"state\",\"n\":1,\"mic\":1,\"camera\":true,\"screen\":true}",
    "{\"type\":\"state\",\"n\":1,\"mic\":true,\"camera\":true}",
    "{\"type\":\"offer\",\"n\":1,\"id\":0,\"sdp\":\"v\","
    "\"sources\":{\"mic\":null,\"camera\":null,\"screen\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":4294967296,\"sdp\":\"v\","
    "\"sources\":{\"mic\":null,\"camera\":null,\"screen\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"\",\"sources\":{\"mic\":null,\"camera\":null,\"screen\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"v\","
    "\"sources\":{\"mic\":\"\",\"camera\":null,\"screen\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"v\","
    "\"sources\":{\"mic\":\"abcdefghijklmnopq\",\"camera\":null,\"screen\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"v\","
    "\"sources\":{\"mic\":0,\"camera\":null,\"screen\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"v\","
    "\"sources\":{\"mic\":null,\"camera\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"v\","
    "\"sources\":{\"mic\":null,\"camera\":null,\"screen\":null,\"x\":null}}",
    "{\"type\":\"offer\",\"n\":1,\"id\":1,\"sdp\":\"v\",\"sources\":[null,null,null]}",
    "{\"type\":\"admit\",\"n\":1}",
    "{\"type\":\"admit\",\"n\":1,\"all\":false}",
    "{\"type\":\"admit\",\"n\":1,\"who\":\"short\"}",
    "{\"type\":\"admit\",\"n\":1,\"who\":\"abcdefghi\"}",
    "{\"type\":\"admit\",\"n\":1,\"who\":\"abcdefgh\",\"all\":true}",
    "{\"type\":\"refuse\",\"n\":1,\"all\":\"true\"}",
    "{\"type\":\"view\",\"n\":1}",
    "{\"type\":\"view\",\"n\":1,\"shown\":{}}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[null]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[[]]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\"}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"\",\"height\":1}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"abcdefghijklmnopq\",\"height\":1}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\",\"height\":0}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\",\"height\":65536}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\",\"height\":1.5}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\",\"height\":1,\"pinned\":1}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\",\"height\":1,\"who\":\"abcdefgh\"}]}",
    "{\"type\":\"view\",\"n\":1,\"shown\":[{\"mid\":\"1\",\"height\":1},{\"mid\":\"1\",\"height\":2}]}",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    assert_refused(texts[i], ERR_RANGE);
}

/* As many as there are slots, and not one more. */
static void test_view(void **state)
{
  (void)state;
  char text[2048] = "{\"type\":\"view\",\"n\":1,\"shown\":[";
  for (unsigned i = 0; i < LIMIT_VIDEO_SLOTS; i++) {
    size_t n = strlen(text);
    (void)snprintf(text + n, sizeof text - n, "%s{\"mid\":\"%u\",\"height\":%u,\"pinned\":%s}", i == 0 ? "" : ",", i, i + 1,
                   i == 3 ? "true" : "false");
  }
  size_t n = strlen(text);
  struct message m;
  (void)snprintf(text + n, sizeof text - n, "]}");
  assert_int_equal(parse(text, &m), 0);
  assert_int_equal(m.view.count, LIMIT_VIDEO_SLOTS);
  assert_true(m.view.shown[24].height == 25 && m.view.shown[24].mid_n == 2 && memcmp(m.view.shown[24].mid, "24", 2) == 0);
  assert_true(m.view.shown[3].flags == IPC_SHOWN_PINNED && m.view.shown[4].flags == 0);
  message_fini(&m);
  (void)snprintf(text + n, sizeof text - n, ",{\"mid\":\"25\",\"height\":1}]}");
  assert_refused(text, ERR_RANGE);
}

/* The object and `depth` - 1 arrays within. */
static int parse_nested(unsigned depth)
{
  char text[256];
  struct writer w = writer_of(text, sizeof text);
  json_t *json;
  put_str(&w, "{\"a]}\\\"[\":");
  for (unsigned i = 1; i < depth; i++)
    put_str(&w, "[");
  put_str(&w, "1");
  for (unsigned i = 1; i < depth; i++)
    put_str(&w, "]");
  put_str(&w, "}");
  int err = json_parse_strict(writer_span(&w), sizeof text, &json);
  if (err == 0)
    json_decref(json);
  return err;
}

static void test_depth(void **state)
{
  (void)state;
  assert_int_equal(parse_nested(LIMIT_JSON_DEPTH), 0);
  assert_int_equal(parse_nested(LIMIT_JSON_DEPTH + 1), ERR_LIMIT);
}

static void test_size(void **state)
{
  (void)state;
  json_t *json;
  assert_int_equal(json_parse_strict(span_str("{\"a\":1}"), 7, &json), 0);
  json_decref(json);
  assert_int_equal(json_parse_strict(span_str("{\"a\":1}"), 6, &json), ERR_LIMIT);
}

/* An SDP of the largest size fits even if every second byte must be escaped; one byte more does not. */
static void test_largest_sdp(void **state)
{
  (void)state;
  static const char head[] = "{\"type\":\"offer\",\"n\":1,\"id\":1,"
                             "\"sources\":{\"mic\":null,\"camera\":null,\"screen\":null},\"sdp\":\"";
  struct message m;
  for (size_t extra = 0; extra < 2; extra++) {
    size_t n = sizeof head - 1 + LIMIT_SDP_BYTES + extra + 2;
    char *text = malloc(n + 1);
    assert_non_null(text);
    memcpy(text, head, sizeof head - 1);
    memset(text + sizeof head - 1, 'a', LIMIT_SDP_BYTES + extra);
    memcpy(text + n - 2, "\"}", 3);
    assert_int_equal(parse(text, &m), extra == 0 ? 0 : ERR_RANGE);
    if (extra == 0)
      message_fini(&m);
    free(text);
  }
}

static void test_who_may_when(void **state)
{
  (void)state;
  assert_true(message_allowed(MESSAGE_HELLO, STAY_NEW, false));
  assert_true(message_allowed(MESSAGE_LEAVE, STAY_WAITING, false));
  for (int type = 0; type < MESSAGE_TYPES; type++) {
    bool for_hosts = type == MESSAGE_ADMIT || type == MESSAGE_REFUSE || type >= MESSAGE_MUTE;
    assert_int_equal(message_allowed((enum message_type)type, STAY_IN, false), !for_hosts);
    assert_true(message_allowed((enum message_type)type, STAY_IN, true));
    bool before = type == MESSAGE_HELLO || type == MESSAGE_LEAVE;
    assert_int_equal(message_allowed((enum message_type)type, STAY_WAITING, true), before);
    assert_int_equal(message_allowed((enum message_type)type, STAY_NEW, true), type == MESSAGE_HELLO);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_type), cmocka_unit_test(test_moderation), cmocka_unit_test(test_not_one_object), cmocka_unit_test(test_unknown),
    cmocka_unit_test(test_fields_out_of_range), cmocka_unit_test(test_view), cmocka_unit_test(test_depth), cmocka_unit_test(test_size),
    cmocka_unit_test(test_largest_sdp), cmocka_unit_test(test_who_may_when),
  };
  return RUN_TESTS("json", tests);
}
