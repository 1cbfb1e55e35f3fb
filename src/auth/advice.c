/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/advice.h"

#include <sodium.h>

#include "auth/email.h"

#define UNIT_MOST 4        /* bytes of a unit whose repetition is no password */
#define RUN_LEAST 3        /* characters that make a run along a row */
#define LOCAL_PART_LEAST 4 /* shorter ones are in too many words */
#define WORD_LEAST 3
#define WORD_MOST 32       /* at least the longest of common_words */
#define WORDS_MOST 2       /* different common words that still make a common password */
#define OTHER_SIGNS_MOST 6
#define JUDGED_MOST 128    /* bytes up to which a password is held against list and rows; longer ones are fine */

/* Rows of keyboards, the alphabet and a walk through columns; their ends are taken as joined, for "901" and "yzab". */
static const char *const rows[] = {
  "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
  "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "!@#$%^&*()", "qazwsxedcrfvtgbyhnujm",
};

static char lower(uint8_t c)
{
  return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

/* The letter that a sign stands for in "p@ssw0rd". */
static char letter_of(char c)
{
  static const char signs[] = "@4310$57!", letters[] = "aaeiossti";
  const char *at = c != '\0' ? strchr(signs, c) : NULL;
  return at != NULL ? letters[at - signs] : c;
}

/* The length of the UTF-8 sequence at the start (RFC 3629: no overlong forms, no surrogates), 0 if there is none. */
static size_t sequence(const uint8_t *p, size_t n)
{
  size_t length = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                  : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
  if (length == 0 || length > n)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((p[i] & 0xc0) != 0x80)
      return 0;
  bool wrong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) || (p[0] == 0xf0 && p[1] < 0x90) ||
               (p[0] == 0xf4 && p[1] >= 0x90);
  return wrong ? 0 : length;
}

static int count_code_points(struct span s, size_t *count)
{
  *count = 0;
  for (size_t i = 0, length; i < s.n; i += length, (*count)++) {
    length = sequence(s.p + i, s.n - i);
    if (length == 0 || s.p[i] < 0x20 || s.p[i] == 0x7f)
      return ERR_MALFORMED;
  }
  return 0;
}

static bool repeats(const char *text, size_t n, size_t unit)
{
  for (size_t i = unit; i < n; i++)
    if (text[i] != text[i - unit])
      return false;
  return true;
}

static bool is_repetition(const char *text, size_t n)
{
  for (size_t unit = 1; unit <= UNIT_MOST; unit++)
    if (repeats(text, n, unit))
      return true;
  return false;
}

/* How many characters from here on follow the row, in the direction of `step` (1, or its length - 1 for backwards). */
static size_t run_along(const char *row, size_t step, const char *text, size_t n)
{
  size_t length = strlen(row), run = 1;
  const char *at = text[0] != '\0' ? strchr(row, text[0]) : NULL;
  if (at == NULL)
    return 0;
  size_t place = (size_t)(at - row);
  while (run < n && text[run] == row[(place + step) % length]) {
    place = (place + step) % length;
    run++;
  }
  return run;
}

static size_t longest_run(const char *text, size_t n)
{
  size_t longest = 0;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    size_t there = run_along(rows[i], 1, text, n), back = run_along(rows[i], strlen(rows[i]) - 1, text, n);
    if (there > longest)
      longest = there;
    if (back > longest)
      longest = back;
  }
  return longest;
}

static bool is_keyboard(const char *text, size_t n)
{
  for (size_t i = 0, run; i < n; i += run) {
    run = longest_run(text + i, n - i);
    if (run < RUN_LEAST)
      return false;
  }
  return true;
}

static bool holds(const char *text, size_t n, struct span part)
{
  return part.n > 0 && memmem(text, n, part.p, part.n) != NULL;
}

static bool list_has(const char *word, size_t n, size_t *index)
{
  size_t low = 0, high = common_words_n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strncmp(common_words[middle], word, n);
    if (order == 0 && common_words[middle][n] != '\0')
      order = 1;
    if (order == 0) {
      *index = middle;
      return true;
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

/* The longest word of the list that begins here, as it is written or with signs for letters; 0 if there is none. */
static size_t word_at(const char *text, size_t n, size_t *index)
{
  char letters[WORD_MOST];
  size_t most = n < WORD_MOST ? n : WORD_MOST, found = 0;
  for (size_t i = 0; i < most; i++)
    letters[i] = letter_of(text[i]);
  for (size_t length = most; length >= WORD_LEAST && found == 0; length--)
    if (list_has(text, length, index) || list_has(letters, length, index))
      found = length;
  sodium_memzero(letters, sizeof letters);
  return found;
}

static bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

static bool is_common(const char *text, size_t n)
{
  size_t seen[WORDS_MOST], seen_n = 0, others = 0, index = 0;
  for (size_t i = 0; i < n;) {
    size_t length = word_at(text + i, n - i, &index), k = 0;
    if (length == 0) {
      if (is_letter(text[i]) || ++others > OTHER_SIGNS_MOST)
        return false;
      i++;
      continue;
    }
    while (k < seen_n && seen[k] != index)
      k++;
    if (k == WORDS_MOST)
      return false;
    if (k == seen_n)
      seen[seen_n++] = index;
    i += length;
  }
  return seen_n > 0;
}

static enum password_fault judge(const char *text, size_t n, const char *email, const char *product)
{
  struct span local = email_local_part(email);
  if (is_repetition(text, n))
    return PASSWORD_REPEATED;
  if (n <= JUDGED_MOST && is_keyboard(text, n))
    return PASSWORD_KEYBOARD;
  if (local.n >= LOCAL_PART_LEAST && holds(text, n, local))
    return PASSWORD_HAS_EMAIL;
  if (holds(text, n, span_str(product)))
    return PASSWORD_HAS_PRODUCT;
  return n <= JUDGED_MOST && is_common(text, n) ? PASSWORD_COMMON : PASSWORD_FINE;
}

enum password_fault password_advise(struct span password, const char *email, const char *product)
{
  char text[LIMIT_PASSWORD_BYTES + 1];
  size_t code_points;
  if (password.n > LIMIT_PASSWORD_BYTES)
    return PASSWORD_LONG;
  if (count_code_points(password, &code_points) != 0)
    return PASSWORD_NOT_TEXT;
  if (code_points < PASSWORD_LEAST_CODE_POINTS)
    return PASSWORD_SHORT;
  for (size_t i = 0; i < password.n; i++)
    text[i] = lower(password.p[i]);
  text[password.n] = '\0';
  enum password_fault fault = judge(text, password.n, email, product);
  sodium_memzero(text, sizeof text);
  return fault;
}

static const struct {
  const char *code, *text;
} faults[PASSWORD_FAULTS] = {
  [PASSWORD_FINE] = {"fine", "This password is fine."},
  [PASSWORD_SHORT] = {"password_short", "A password needs at least 12 characters: three or four words do well."},
  [PASSWORD_LONG] = {"password_long", "A password can have at most 1024 bytes."},
  [PASSWORD_NOT_TEXT] = {"password_not_text", "A password can hold letters, digits, signs and spaces only."},
  [PASSWORD_REPEATED] = {"password_repeated", "This only repeats one or a few characters: it would be guessed at once."},
  [PASSWORD_KEYBOARD] = {"password_keyboard", "This follows the keyboard or the alphabet: it would be guessed at once."},
  [PASSWORD_HAS_EMAIL] = {"password_has_email", "A password must not hold your e-mail address."},
  [PASSWORD_HAS_PRODUCT] = {"password_has_product", "A password must not hold this product's name."},
  [PASSWORD_COMMON] = {"password_common", "This is one of the passwords that are tried first: choose other words."},
};

const char *password_fault_code(enum password_fault fault)
{
  return faults[fault].code;
}

const char *password_fault_text(enum password_fault fault)
{
  return faults[fault].text;
}
