/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/mail.h"

#include <time.h>

#include "cli/mailbox.h"
#include "outbound/text.h"

#define WORD_BYTES 39  /* of text in an encoded-word: with "Subject: " the line has at most 76 characters (RFC 2047) */
#define PLAIN_BYTES 60 /* an unencoded text beyond this would make a long line */
#define LINE_CHARACTERS 76 /* of base64, RFC 2045, section 6.8 */

/* Base64, three bytes at a time. */
struct base64 {
  struct writer *w;
  uint8_t byte[3];
  size_t n;
  size_t column, line; /* line: characters after which a line ends; 0: never */
};

static void put_group(struct base64 *b)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t bits = (uint32_t)b->byte[0] << 16 | (uint32_t)b->byte[1] << 8 | b->byte[2];
  for (size_t i = 0; i < 4; i++)
    put_u8(b->w, (uint8_t)(i <= b->n ? digits[bits >> (18 - 6 * i) & 63] : '='));
  memset(b->byte, 0, sizeof b->byte);
  b->n = 0;
  b->column += 4;
  if (b->column == b->line) {
    put_str(b->w, "\r\n");
    b->column = 0;
  }
}

static void put_byte(struct base64 *b, uint8_t byte)
{
  b->byte[b->n++] = byte;
  if (b->n == sizeof b->byte)
    put_group(b);
}

static void put_end(struct base64 *b)
{
  if (b->n > 0)
    put_group(b);
}

/* As many whole characters as an encoded-word takes. */
static struct span take_word(struct span *text)
{
  struct span word = *text, rest = *text;
  uint32_t code;
  size_t n, taken = 0;
  while ((n = text_character(rest, &code)) > 0 && taken + n <= WORD_BYTES) {
    taken += n;
    (void)span_skip(&rest, n);
  }
  (void)span_take(text, taken, &word);
  return word;
}

static void put_words(struct writer *w, struct span text)
{
  for (bool first = true; text.n > 0; first = false) {
    struct base64 b = {.w = w};
    struct span word = take_word(&text);
    put_str(w, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
    for (size_t i = 0; i < word.n; i++)
      put_byte(&b, word.p[i]);
    put_end(&b);
    put_str(w, "?=");
  }
}

/* Short, of ASCII, and nothing that a reader would take for an encoded-word. */
static bool is_plain(struct span text)
{
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] > 0x7e || (text.p[i] == '=' && i + 1 < text.n && text.p[i + 1] == '?'))
      return false;
  return text.n <= PLAIN_BYTES;
}

static void put_quoted(struct writer *w, struct span text)
{
  put_u8(w, '"');
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '"' || text.p[i] == '\\')
      put_u8(w, '\\');
    put_u8(w, text.p[i]);
  }
  put_u8(w, '"');
}

static void put_mailbox(struct writer *w, const char *header, struct span name, struct span address)
{
  put_str(w, header);
  if (name.n > 0 && is_plain(name))
    put_quoted(w, name);
  else
    put_words(w, name);
  put_str(w, name.n > 0 ? "\r\n <" : "<");
  put_span(w, address);
  put_str(w, ">\r\n");
}

static void put_subject(struct writer *w, struct span subject)
{
  put_str(w, "Subject: ");
  if (is_plain(subject))
    put_span(w, subject);
  else
    put_words(w, subject);
  put_str(w, "\r\n");
}

/* RFC 5322, section 3.3; the process has the C locale. */
static void put_date(struct writer *w, int64_t date)
{
  char text[64];
  struct tm tm;
  time_t t = (time_t)date;
  if (gmtime_r(&t, &tm) == NULL || strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm) == 0) {
    w->overflow = true;
    return;
  }
  put_fmt(w, "Date: %s\r\n", text);
}

static void put_message_id(struct writer *w, const struct mail *m)
{
  struct span domain = m->from;
  put_str(w, "Message-ID: <");
  for (size_t i = 0; i < MAIL_TOKEN; i++)
    put_fmt(w, "%02x", m->token[i]);
  while (domain.n > 0 && domain.p[0] != '@')
    (void)span_skip(&domain, 1);
  put_span(w, domain);
  put_str(w, ">\r\n");
}

/* Line ends become CR LF first, as text/plain has them (RFC 2046, section 4.1.1). */
static void put_text(struct writer *w, struct span text)
{
  struct base64 b = {.w = w, .line = LINE_CHARACTERS};
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '\r' && (i + 1 == text.n || text.p[i + 1] != '\n'))
      continue;
    if (text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r'))
      put_byte(&b, '\r');
    put_byte(&b, text.p[i]);
  }
  put_end(&b);
  if (b.column > 0)
    put_str(w, "\r\n");
}

int mail_compose(const struct mail *m, struct writer *w)
{
  size_t n;
  if (!mailbox_is_address(m->from) || !mailbox_is_address(m->to) || !text_is_line(m->from_name) ||
      !text_is_line(m->to_name) || !text_is_line(m->subject) || !text_is_lines(m->text))
    return ERR_MALFORMED;
  put_date(w, m->date);
  put_mailbox(w, "From: ", m->from_name, m->from);
  put_mailbox(w, "To: ", m->to_name, m->to);
  put_subject(w, m->subject);
  put_message_id(w, m);
  put_str(w, "MIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n"
             "Content-Transfer-Encoding: base64\r\n"
             "Auto-Submitted: auto-generated\r\n" /* RFC 3834: no holiday notes in answer */
             "\r\n");
  put_text(w, m->text);
  return writer_finish(w, &n);
}
