/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/likeness.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "base/limits.h"

/* UTF-16 units of the longest text here: no character becomes more than 18 by NFKC or by its skeleton. */
#define TEXT_UNITS 2048
#define HALF (LIKENESS_BYTES / 2) /* one hash a maker */

struct text {
  UChar at[TEXT_UNITS];
  int32_t n;
};

static const char *const role_names[] = {
  "host",  "hosts",  "cohost",        "cohosts",       "moderator", "moderators", "admin",     "admins",
  "administrator",   "administrators", "organizer",    "organiser", "operator",   "support",   "testudo",
  "server", "system",
};

#define ROLES (sizeof role_names / sizeof role_names[0])
#define ROLE_UNITS 24 /* of a role's skeleton */
#define MAKERS 3
#define LIKENESS_MAKERS 2 /* of them, the first: all three would take "Lila" for "Ilia" */

struct role {
  UChar at[ROLE_UNITS];
  int32_t n;
};

struct likeness {
  USpoofChecker *spoof;
  const UNormalizer2 *nfkc, *folding;   /* ICU's own */
  struct role roles[MAKERS][2 * ROLES]; /* skeletons of the small letters and of the capitals, which may differ ("I") */
};

static int read_text(struct span name, struct text *text)
{
  UErrorCode status = U_ZERO_ERROR;
  if (name.n > LIMIT_NAME_BYTES)
    return ERR_LIMIT;
  u_strFromUTF8(text->at, TEXT_UNITS, &text->n, (const char *)name.p, (int32_t)name.n, &status);
  return U_SUCCESS(status) ? 0 : ERR_MALFORMED;
}

/* The pipeline's steps write into another text than they read. A failure (too long) is an empty result with ERR_LIMIT. */
static int normalize(const UNormalizer2 *how, const struct text *from, struct text *to)
{
  UErrorCode status = U_ZERO_ERROR;
  to->n = unorm2_normalize(how, from->at, from->n, to->at, TEXT_UNITS, &status);
  return U_SUCCESS(status) ? 0 : ERR_LIMIT;
}

static int make_skeleton(const struct likeness *l, const struct text *from, struct text *to)
{
  UErrorCode status = U_ZERO_ERROR;
  to->n = uspoof_getSkeleton(l->spoof, 0, from->at, from->n, to->at, TEXT_UNITS, &status);
  return U_SUCCESS(status) ? 0 : ERR_LIMIT;
}

/* The skeleton of what is drawn, then without regard to case. What is folded may be confusable once more. */
static int skeleton_as_seen(const struct likeness *l, const struct text *name, struct text *skeleton)
{
  struct text a, b;
  int err = normalize(l->nfkc, name, &a);
  if (err == 0)
    err = make_skeleton(l, &a, &b);
  if (err == 0)
    err = normalize(l->folding, &b, &a);
  return err != 0 ? err : make_skeleton(l, &a, skeleton);
}

static int skeleton_of_small(const struct likeness *l, const struct text *name, struct text *skeleton)
{
  struct text a;
  int err = normalize(l->folding, name, &a);
  return err != 0 ? err : make_skeleton(l, &a, skeleton);
}

/* Small letters that look like small capitals of another writing system: a whole word in them reads well enough. */
static int skeleton_of_capitals(const struct likeness *l, const struct text *name, struct text *skeleton)
{
  UErrorCode status = U_ZERO_ERROR;
  struct text capitals;
  capitals.n = u_strToUpper(capitals.at, TEXT_UNITS, name->at, name->n, "", &status);
  return U_SUCCESS(status) ? skeleton_as_seen(l, &capitals, skeleton) : ERR_LIMIT;
}

typedef int skeleton_maker(const struct likeness *l, const struct text *name, struct text *skeleton);

static skeleton_maker *const makers[MAKERS] = {skeleton_as_seen, skeleton_of_small, skeleton_of_capitals};

static bool is_unseen(UChar32 c)
{
  return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

/* Blanks and punctuation: what stands between words and changes a name without changing who it seems to be. */
static bool is_between(UChar32 c)
{
  return u_isUWhiteSpace(c) != 0 || u_ispunct(c) != 0 || is_unseen(c);
}

/* The character at *i, which moves behind it. All text here is well-formed UTF-16. */
static UChar32 next_character(const struct text *text, int32_t *i)
{
  UChar first = text->at[(*i)++];
  if (!U16_IS_LEAD(first) || *i == text->n)
    return first;
  return U16_GET_SUPPLEMENTARY(first, text->at[(*i)++]);
}

/* Takes out what is between words, in place. */
static void join_words(struct text *text)
{
  int32_t n = 0;
  for (int32_t i = 0; i < text->n;) {
    int32_t start = i;
    UChar32 c = next_character(text, &i);
    for (; !is_between(c) && start < i; start++)
      text->at[n++] = text->at[start];
  }
  text->n = n;
}

/* A name of punctuation alone stays as it is: not all of those are alike. */
static int make_joined(const struct likeness *l, skeleton_maker *make, const struct text *name, struct text *skeleton)
{
  struct text joined = *name;
  join_words(&joined);
  int err = make(l, joined.n == 0 ? name : &joined, skeleton);
  if (err == 0 && joined.n > 0)
    join_words(skeleton);
  return err;
}

int likeness_skeleton(const struct likeness *l, struct span name, uint8_t skeleton[LIKENESS_BYTES])
{
  uint8_t hash[crypto_hash_sha256_BYTES];
  struct text text, made;
  int err = read_text(name, &text);
  for (size_t i = 0; err == 0 && i < LIKENESS_MAKERS; i++) {
    err = make_joined(l, makers[i], &text, &made);
    if (err != 0)
      return err;
    crypto_hash_sha256(hash, (const uint8_t *)made.at, (size_t)made.n * sizeof made.at[0]);
    memcpy(skeleton + i * HALF, hash, HALF);
  }
  return err;
}

bool likeness_alike(const uint8_t a[LIKENESS_BYTES], const uint8_t b[LIKENESS_BYTES])
{
  return memcmp(a, b, HALF) == 0 || memcmp(a + HALF, b + HALF, HALF) == 0;
}

/* --- roles --- */

static bool is_digit(UChar32 c)
{
  return u_isdigit(c) != 0;
}

/* Symbols are between words here too, though some, such as "|", may stand for letters. */
static bool is_gap(UChar32 c)
{
  int8_t type = u_charType(c);
  return is_between(c) || type == U_OTHER_SYMBOL || type == U_MATH_SYMBOL || type == U_CURRENCY_SYMBOL;
}

/* Numbers before and behind a word do not make it another one: blanks in their place. */
static void blank_numbers(struct text *text, int32_t from, int32_t to)
{
  while (from < to && is_digit(text->at[from]))
    text->at[from++] = ' ';
  while (to > from && is_digit(text->at[to - 1]))
    text->at[--to] = ' ';
}

/* Every gap becomes a blank, and with `bare` the numbers at the ends of words too. */
static void part_words(struct text *text, bool bare)
{
  int32_t word = 0;
  for (int32_t i = 0; i < text->n;) {
    int32_t start = i;
    UChar32 c = next_character(text, &i);
    if (!is_gap(c))
      continue;
    for (int32_t k = start; k < i; k++)
      text->at[k] = ' ';
    if (bare)
      blank_numbers(text, word, start);
    word = i;
  }
  if (bare)
    blank_numbers(text, word, text->n);
}

/* Whether the letters from the start of a word on, blanks left out, spell the role and end with a word. */
static bool spells(const struct text *words, int32_t at, const struct role *role)
{
  int32_t letter = 0;
  for (; at < words->n && letter < role->n; at++) {
    if (words->at[at] == ' ')
      continue;
    if (words->at[at] != role->at[letter++])
      return false;
  }
  return letter == role->n && (at == words->n || words->at[at] == ' ');
}

static bool has_word(const struct text *words, const struct role *role)
{
  for (int32_t at = 0; at < words->n; at++)
    if (words->at[at] != ' ' && (at == 0 || words->at[at - 1] == ' ') && spells(words, at, role))
      return true;
  return false;
}

static bool has_role(const struct likeness *l, size_t maker, const struct text *name, bool bare)
{
  struct text parted, words;
  if (normalize(l->nfkc, name, &parted) != 0)
    return true;
  part_words(&parted, bare);
  if (makers[maker](l, &parted, &words) != 0)
    return true;
  part_words(&words, false);
  for (size_t i = 0; i < 2 * ROLES; i++)
    if (has_word(&words, &l->roles[maker][i]))
      return true;
  return false;
}

bool likeness_is_role(const struct likeness *l, struct span name)
{
  struct text text;
  if (read_text(name, &text) != 0)
    return true;
  for (size_t i = 0; i < MAKERS; i++)
    if (has_role(l, i, &text, false) || has_role(l, i, &text, true))
      return true;
  return false;
}

static int make_role(const struct likeness *l, size_t maker, const struct text *word, struct role *role)
{
  struct text skeleton;
  int err = makers[maker](l, word, &skeleton);
  if (err == 0 && skeleton.n > ROLE_UNITS)
    err = ERR_LIMIT;
  if (err != 0)
    return err;
  memcpy(role->at, skeleton.at, (size_t)skeleton.n * sizeof role->at[0]);
  role->n = skeleton.n;
  return 0;
}

static int make_roles(struct likeness *l)
{
  struct text small, capital;
  int err = 0;
  for (size_t i = 0; err == 0 && i < MAKERS * ROLES; i++) {
    size_t maker = i / ROLES, role = i % ROLES;
    err = read_text(span_str(role_names[role]), &small);
    for (capital.n = 0; err == 0 && capital.n < small.n; capital.n++)
      capital.at[capital.n] = (UChar)u_toupper(small.at[capital.n]);
    if (err == 0)
      err = make_role(l, maker, &small, &l->roles[maker][role]);
    if (err == 0)
      err = make_role(l, maker, &capital, &l->roles[maker][ROLES + role]);
  }
  return err;
}

/* --- the handle --- */

static int load_tables(struct likeness *l)
{
  UErrorCode status = U_ZERO_ERROR;
  l->spoof = uspoof_open(&status);
  uspoof_setChecks(l->spoof, USPOOF_RESTRICTION_LEVEL, &status);
  if (U_SUCCESS(status))
    uspoof_setRestrictionLevel(l->spoof, USPOOF_MODERATELY_RESTRICTIVE);
  l->nfkc = unorm2_getNFKCInstance(&status);
  l->folding = unorm2_getNFKCCasefoldInstance(&status);
  return U_SUCCESS(status) ? 0 : ERR_NOMEM;
}

int likeness_new(struct likeness **likeness)
{
  struct likeness *l = calloc(1, sizeof *l);
  if (l == NULL)
    return ERR_NOMEM;
  int err = load_tables(l);
  if (err == 0)
    err = make_roles(l);
  if (err != 0) {
    likeness_free(l);
    return ERR_NOMEM;
  }
  *likeness = l;
  return 0;
}

void likeness_free(struct likeness *l)
{
  if (l == NULL)
    return;
  if (l->spoof != NULL)
    uspoof_close(l->spoof);
  free(l);
}

int likeness_check_scripts(const struct likeness *l, struct span name)
{
  UErrorCode status = U_ZERO_ERROR;
  struct text text;
  int err = read_text(name, &text);
  if (err != 0)
    return err;
  int32_t failed = uspoof_check(l->spoof, text.at, text.n, NULL, &status);
  return U_SUCCESS(status) && failed == 0 ? 0 : ERR_REFUSED;
}
