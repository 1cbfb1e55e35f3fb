/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/email.h"

#define LOCAL_MOST 64
#define LABEL_MOST 63
#define PHONE_LEAST_DIGITS 7
#define PHONE_MOST_DIGITS 15

static bool is_digit(uint8_t c)
{
  return c >= '0' && c <= '9';
}

static bool is_alnum(uint8_t c)
{
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint8_t lower(uint8_t c)
{
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

/* RFC 5322, section 3.2.3. */
static bool is_atext(uint8_t c)
{
  return is_alnum(c) || (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static struct span trimmed(struct span s)
{
  while (s.n > 0 && s.p[0] == ' ')
    s = span_of(s.p + 1, s.n - 1);
  while (s.n > 0 && s.p[s.n - 1] == ' ')
    s.n--;
  return s;
}

/* Everything up to the first `c` (or to the end), which is taken as well; `found` says whether it was there. */
static struct span take_until(struct span *s, uint8_t c, bool *found)
{
  struct span part = {0}, ignored;
  const uint8_t *at = s->n > 0 ? memchr(s->p, c, s->n) : NULL;
  *found = at != NULL;
  (void)span_take(s, at != NULL ? (size_t)(at - s->p) : s->n, &part);
  if (*found)
    (void)span_take(s, 1, &ignored);
  return part;
}

static bool local_part_is_fine(struct span local)
{
  bool more = true;
  if (local.n > LOCAL_MOST)
    return false;
  while (more) {
    struct span atom = take_until(&local, '.', &more);
    if (atom.n == 0)
      return false;
    for (size_t i = 0; i < atom.n; i++)
      if (!is_atext(atom.p[i]))
        return false;
  }
  return true;
}

static bool label_is_fine(struct span label, bool *digits)
{
  if (label.n == 0 || label.n > LABEL_MOST || label.p[0] == '-' || label.p[label.n - 1] == '-')
    return false;
  *digits = true;
  for (size_t i = 0; i < label.n; i++) {
    if (!is_alnum(label.p[i]) && label.p[i] != '-')
      return false;
    *digits = *digits && is_digit(label.p[i]);
  }
  return true;
}

static bool domain_is_fine(struct span domain)
{
  bool more = true, digits = true;
  unsigned labels = 0;
  while (more) {
    struct span label = take_until(&domain, '.', &more);
    if (!label_is_fine(label, &digits))
      return false;
    labels++;
  }
  return labels >= 2 && !digits;
}

int email_normalise(struct span typed, char email[EMAIL_BYTES])
{
  struct span text = trimmed(typed), rest = text;
  bool at;
  email[0] = '\0';
  if (text.n >= EMAIL_BYTES)
    return ERR_MALFORMED;
  struct span local = take_until(&rest, '@', &at);
  if (!at || !local_part_is_fine(local) || !domain_is_fine(rest))
    return ERR_MALFORMED;
  for (size_t i = 0; i < text.n; i++)
    email[i] = (char)lower(text.p[i]);
  email[text.n] = '\0';
  return 0;
}

int email_check(struct span text)
{
  char email[EMAIL_BYTES];
  if (email_normalise(text, email) != 0 || !span_equal(text, span_str(email)))
    return ERR_MALFORMED;
  return 0;
}

struct span email_local_part(const char *email)
{
  bool at;
  struct span rest = span_str(email);
  return take_until(&rest, '@', &at);
}

/* The digits of a number that begins behind its "+", without what people write between them. */
static int collect_digits(struct span s, char digits[PHONE_BYTES - 1], size_t *n)
{
  *n = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (is_digit(s.p[i])) {
      if (*n == PHONE_MOST_DIGITS || (s.p[i] == '0' && i > 0 && s.p[i - 1] == '(' && i + 1 < s.n && s.p[i + 1] == ')'))
        return ERR_MALFORMED;
      digits[(*n)++] = (char)s.p[i];
    } else if (s.p[i] == 0 || strchr(" -./()", s.p[i]) == NULL) {
      return ERR_MALFORMED;
    }
  }
  return 0;
}

int phone_normalise(struct span typed, char phone[PHONE_BYTES])
{
  struct span s = trimmed(typed);
  char digits[PHONE_BYTES - 1];
  uint8_t plus;
  size_t n;
  phone[0] = '\0';
  if (s.n > 4 * PHONE_BYTES || span_u8(&s, &plus) != 0 || plus != '+' || collect_digits(s, digits, &n) != 0)
    return ERR_MALFORMED;
  if (n < PHONE_LEAST_DIGITS || digits[0] == '0')
    return ERR_MALFORMED;
  phone[0] = '+';
  memcpy(phone + 1, digits, n);
  phone[1 + n] = '\0';
  return 0;
}

int phone_check(struct span text)
{
  char phone[PHONE_BYTES];
  if (phone_normalise(text, phone) != 0 || !span_equal(text, span_str(phone)))
    return ERR_MALFORMED;
  return 0;
}
