/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server writes to people: every language has every text, with the same values in it as the English one. */
#include "web/words/words.h"

#include <stdlib.h>

#include "base/limits.h"
#include "web_testing.h"
#include "web/assets.h"

const struct asset assets[] = {{.path = NULL}};
const size_t assets_n = 0;

/* Each name in braces, in the order of the alphabet of their first letters, counted. */
struct names {
  unsigned count[128];
};

static struct names names_in(const char *text)
{
  static const char *const known[] = {"code", "site", "name", "link", "title", "from", "until", "notice", "device",
                                      "provider", "host"};
  struct names names = {.count = {0}};
  for (; (text = strchr(text, '{')) != NULL; text++) {
    size_t i = 0, n = strcspn(text + 1, "}");
    while (i < sizeof known / sizeof known[0] && (strlen(known[i]) != n || memcmp(known[i], text + 1, n) != 0))
      i++;
    assert_true(i < sizeof known / sizeof known[0]);
    names.count[i]++;
  }
  return names;
}

static void assert_alike(const char *text, const char *english)
{
  assert_non_null(text);
  assert_true(text[0] != '\0');
  const struct names a = names_in(text), b = names_in(english);
  for (size_t i = 0; i < sizeof a.count / sizeof a.count[0]; i++)
    assert_true((a.count[i] == 0) == (b.count[i] == 0));
}

static void test_every_language_has_every_text(void **state)
{
  const struct words *en = words_at(0), *words;
  (void)state;
  assert_string_equal(en->tag, "en");
  for (size_t i = 0; (words = words_at(i)) != NULL; i++) {
    for (size_t k = 0; k < LETTERS; k++) {
      assert_alike(words->letter[k].subject, en->letter[k].subject);
      assert_true(strlen(words->letter[k].subject) <= LIMIT_MAIL_SUBJECT);
      assert_alike(words->letter[k].text, en->letter[k].text);
    }
    for (size_t k = 0; k < NOTICES; k++) {
      assert_alike(words->notice[k], en->notice[k]);
      assert_true(strlen(words->notice[k]) < 800); /* what tell_owner has room for */
    }
    assert_alike(words->message_code, en->message_code);
  }
  for (size_t k = 0; k < NOTICES; k++) {
    assert_non_null(notice_name((enum notice_kind)k));
    assert_true(strlen(en->notice[k]) < 256); /* what a notice in the store has room for */
  }
}

static void assert_words(const char *cookies, const char *accept, const char *tag)
{
  assert_string_equal(words_for(span_str(cookies), span_str(accept))->tag, tag);
}

static void test_which_language(void **state)
{
  (void)state;
  assert_words("", "", "en");
  assert_words("", "de,fr;q=0.9", "en");
  assert_words("", "ar-EG", "ar");
  assert_words("", "en;q=0.1, ar", "ar");
  assert_words("__Host-testudo-language=ar", "en", "ar");
  assert_words("__Host-testudo-language=xx", "ar", "ar");
  assert_words("__Host-testudo-language=", "ar", "ar");
  assert_words("", ";;;,,,q=1", "en");
  assert_null(words_of(span_str("")));
  assert_null(words_of(span_str("e")));
  assert_string_equal(words_of(span_str("AR"))->tag, "ar");
}

static void assert_written(const struct words *words, const char *text, const char *expected)
{
  static const struct words_value values[] = {
    {"name", "Otto {link}", false}, {"link", "https://h/", true}, {NULL, NULL, false}};
  char out[256];
  struct writer w = writer_of((uint8_t *)out, sizeof out - 1);
  words_write(words, text, values, &w);
  assert_false(w.overflow);
  out[w.n] = '\0';
  assert_string_equal(out, expected);
}

static void test_values(void **state)
{
  const struct words *en = words_at(0), *ar = words_of(span_str("ar"));
  (void)state;
  assert_written(en, "a {name}, {link}.", "a Otto {link}, https://h/."); /* a value is not looked into */
  assert_written(en, "{other} {", "{other} {");
  assert_written(en, "{} {name", "{} {name");
  assert_written(ar, "{name}\n{link}", "\xe2\x81\xa8Otto {link}\xe2\x81\xa9\nhttps://h/");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_language_has_every_text),
    cmocka_unit_test(test_which_language),
    cmocka_unit_test(test_values),
  };
  return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
