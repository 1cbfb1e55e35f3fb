/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/words/words.h"

#include "web/language.h"
#include "web/words/catalogues.h"

/* English first: it is for whoever reads none of the others. */
static const struct words *const catalogues[] = {&words_en, &words_ar};
#define CATALOGUES (sizeof catalogues / sizeof catalogues[0])

#define ISOLATE "\xe2\x81\xa8" /* U+2068 */
#define END "\xe2\x81\xa9"     /* U+2069 */

static uint8_t lower(uint8_t c)
{
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_tag(const char *tag, struct span s)
{
  if (strlen(tag) != s.n)
    return false;
  for (size_t i = 0; i < s.n; i++)
    if (lower(s.p[i]) != (uint8_t)tag[i])
      return false;
  return true;
}

const struct words *words_at(size_t i)
{
  return i < CATALOGUES ? catalogues[i] : NULL;
}

const struct words *words_of(struct span tag)
{
  for (size_t i = 0; i < CATALOGUES; i++)
    if (is_tag(catalogues[i]->tag, tag))
      return catalogues[i];
  return NULL;
}

static const void *find(struct span tag)
{
  return words_of(tag);
}

const struct words *words_for(struct span cookies, struct span accept_language)
{
  const struct words *best = language_best(cookies, accept_language, find);
  return best != NULL ? best : catalogues[0];
}

/* Of `text`, which begins with a brace: the value that is named; NULL: it is none. */
static const struct words_value *value_at(const char *text, const struct words_value *values, const char **end)
{
  *end = strchr(text, '}');
  for (; *end != NULL && values->name != NULL; values++)
    if (strlen(values->name) == (size_t)(*end - text) - 1 && memcmp(values->name, text + 1, strlen(values->name)) == 0)
      return values;
  return NULL;
}

void words_write(const struct words *words, const char *text, const struct words_value *values, struct writer *w)
{
  const char *end;
  for (; *text != '\0'; text++) {
    const struct words_value *value = *text == '{' ? value_at(text, values, &end) : NULL;
    if (value == NULL) {
      put_u8(w, (uint8_t)*text);
      continue;
    }
    const bool isolated = words->right_to_left && !value->is_link;
    put_str(w, isolated ? ISOLATE : "");
    put_str(w, value->text);
    put_str(w, isolated ? END : "");
    text = end;
  }
}

const char *notice_name(enum notice_kind kind)
{
  static const char *const names[NOTICES] = {
    [NOTICE_NEW_DEVICE] = "new_device",
    [NOTICE_COOKIE_COPIED] = "cookie_copied",
    [NOTICE_SECOND_FACTOR_FAILED] = "second_factor_failed",
    [NOTICE_LINK_USED] = "link_used",
    [NOTICE_TWO_FACTORS_ON] = "two_factors_on",
    [NOTICE_TWO_FACTORS_OFF] = "two_factors_off",
    [NOTICE_PASSKEY_COPIED] = "passkey_copied",
    [NOTICE_PASSWORD_SET] = "password_set",
    [NOTICE_FACTORS_REMOVED] = "factors_removed",
    [NOTICE_RECOVERY_USED] = "recovery_used",
    [NOTICE_RECOVERY_MADE] = "factor_added",
    [NOTICE_PASSKEY_ADDED] = "factor_added",
    [NOTICE_PHONE_ADDED] = "factor_added",
    [NOTICE_APP_ADDED] = "factor_added",
    [NOTICE_PROVIDER_ADDED] = "factor_added",
    [NOTICE_PASSKEY_REMOVED] = "factor_removed",
    [NOTICE_PHONE_REMOVED] = "factor_removed",
    [NOTICE_APP_REMOVED] = "factor_removed",
    [NOTICE_PROVIDER_REMOVED] = "factor_removed",
  };
  return names[kind];
}
