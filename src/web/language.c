/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/language.h"

#include "web/answer.h"
#include "web/browser.h"

#define ENGLISH "en"
#define MOST_MILLI 1000u /* of a weight */

static uint8_t lower(uint8_t c)
{
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* The document of exactly this tag, in any case; NULL: there is none. */
static const void *document_of(struct span tag)
{
  uint8_t path[64], *name;
  struct writer w = writer_of(path, sizeof path);
  put_str(&w, "/index.");
  name = put_space(&w, tag.n);
  put_str(&w, ".html");
  if (name == NULL || w.overflow || tag.n == 0)
    return NULL;
  for (size_t i = 0; i < tag.n; i++)
    name[i] = lower(tag.p[i]);
  if (span_equal(span_of(name, tag.n), span_str(ENGLISH)))
    return asset_find(span_str("/index.html"));
  return asset_find(span_of(path, w.n));
}

/* Of "pt-BR" that one, else "pt". */
static const void *look_up(struct span range, language_find find)
{
  for (;;) {
    const void *found = range.n == 0 ? NULL : find(range);
    if (found != NULL)
      return found;
    while (range.n > 0 && range.p[range.n - 1] != '-')
      range.n--;
    if (range.n == 0)
      return NULL;
    range.n--;
  }
}

static void trim(struct span *s)
{
  while (s->n > 0 && s->p[0] == ' ')
    (void)span_skip(s, 1);
  while (s->n > 0 && s->p[s->n - 1] == ' ')
    s->n--;
}

/* "q=0.8" in thousandths (RFC 9110, section 12.4.2); nothing: the most; what is no weight: 0. */
static unsigned weight_of(struct span text)
{
  unsigned milli, scale = 100;
  trim(&text);
  if (text.n == 0)
    return MOST_MILLI;
  if (text.n < 3 || text.n > 7 || lower(text.p[0]) != 'q' || text.p[1] != '=' || (text.p[2] != '0' && text.p[2] != '1') ||
      (text.n > 3 && text.p[3] != '.'))
    return 0;
  milli = text.p[2] == '1' ? MOST_MILLI : 0;
  for (size_t i = 4; i < text.n; i++, scale /= 10) {
    if (text.p[i] < '0' || text.p[i] > '9')
      return 0;
    milli += scale * (unsigned)(text.p[i] - '0');
  }
  return milli > MOST_MILLI ? 0 : milli;
}

static const void *best_of(struct span accept_language, language_find find)
{
  const void *best = NULL;
  unsigned best_weight = 0;
  for (unsigned i = 0; i < LANGUAGE_RANGES && accept_language.n > 0; i++) {
    struct span weight = {0}, range = answer_take_member(&accept_language);
    const uint8_t *semicolon = range.n == 0 ? NULL : memchr(range.p, ';', range.n);
    if (semicolon != NULL) {
      struct span whole = range;
      (void)span_take(&whole, (size_t)(semicolon - range.p), &range);
      (void)span_skip(&whole, 1);
      weight = whole;
    }
    trim(&range);
    unsigned wanted = weight_of(weight);
    const void *found = wanted > best_weight ? look_up(range, find) : NULL;
    if (found != NULL) {
      best = found;
      best_weight = wanted;
    }
  }
  return best;
}

const void *language_best(struct span cookies, struct span accept_language, language_find find)
{
  const struct span chosen = cookie_value(cookies, LANGUAGE_COOKIE);
  const void *found = chosen.n == 0 ? NULL : find(chosen);
  return found != NULL ? found : best_of(accept_language, find);
}

const struct asset *language_document(struct span cookies, struct span accept_language)
{
  const struct asset *document = language_best(cookies, accept_language, document_of);
  return document != NULL ? document : asset_find(span_str("/index.html"));
}
