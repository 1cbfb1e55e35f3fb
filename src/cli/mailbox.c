/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mailbox.h"

#include "base/limits.h"

#define LOCAL_MOST 64  /* RFC 5321, section 4.5.3.1.1 */
#define LABEL_MOST 63

static bool is_alphanumeric(uint8_t b)
{
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
}

/* RFC 5322, section 3.2.3: atext */
static bool is_atext(uint8_t b)
{
  return is_alphanumeric(b) || (b != 0 && strchr("!#$%&'*+-/=?^_`{|}~", b) != NULL);
}

static bool is_label_byte(uint8_t b)
{
  return is_alphanumeric(b) || b == '-';
}

/* Parts of allowed bytes, each with one dot between: never empty, never longer than `most`. */
static bool is_dotted(struct span s, bool (*allowed)(uint8_t), size_t most)
{
  size_t part = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '.' ? part == 0 : !allowed(s.p[i]) || part == most)
      return false;
    part = s.p[i] == '.' ? 0 : part + 1;
  }
  return part > 0;
}

/* No label begins or ends with a hyphen. */
static bool is_domain(struct span s)
{
  if (!is_dotted(s, is_label_byte, LABEL_MOST) || s.p[0] == '-' || s.p[s.n - 1] == '-')
    return false;
  for (size_t i = 1; i < s.n; i++)
    if ((s.p[i] == '-' && s.p[i - 1] == '.') || (s.p[i] == '.' && s.p[i - 1] == '-'))
      return false;
  return true;
}

bool mailbox_is_address(struct span address)
{
  struct span local, domain = address;
  const uint8_t *at = address.n > 0 ? memchr(address.p, '@', address.n) : NULL;
  if (at == NULL || address.n > LIMIT_MAIL_ADDRESS)
    return false;
  (void)span_take(&domain, (size_t)(at - address.p), &local);
  (void)span_skip(&domain, 1);
  return local.n <= LOCAL_MOST && is_dotted(local, is_atext, LOCAL_MOST) && is_domain(domain);
}

static struct span trim(struct span s)
{
  while (s.n > 0 && s.p[0] == ' ')
    (void)span_skip(&s, 1);
  while (s.n > 0 && s.p[s.n - 1] == ' ')
    s.n--;
  return s;
}

int mailbox_parse(struct span text, struct span *name, struct span *address)
{
  struct span rest = trim(text);
  const uint8_t *open = rest.n > 0 ? memchr(rest.p, '<', rest.n) : NULL;
  *name = (struct span){0};
  *address = rest;
  if (open != NULL) {
    if (rest.p[rest.n - 1] != '>')
      return ERR_MALFORMED;
    (void)span_take(&rest, (size_t)(open - rest.p), name);
    *name = trim(*name);
    *address = span_of(rest.p + 1, rest.n - 2);
  }
  return mailbox_is_address(*address) && name->n <= LIMIT_NAME_BYTES ? 0 : ERR_MALFORMED;
}
