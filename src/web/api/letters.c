/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/letters.h"

#include <sodium.h>

#include "people/times.h"

#define TEXT_BYTES 4096

static int send_mail(struct api *a, const struct words *words, const char *email, const char *name, enum letter letter,
                     const struct words_value *values)
{
  uint8_t text[TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  int err = ERR_CLOSED;
  words_write(words, words->letter[letter].text, values, &w);
  const struct ipc_mail mail = {.to = span_str(email), .to_name = span_str(name),
                                .subject = span_str(words->letter[letter].subject), .text = writer_span(&w)};
  if (a->site.mail)
    err = w.overflow ? ERR_LIMIT : outbound_link_mail(a->outbound, mail, (struct outbound_caller){0}, NULL);
  sodium_memzero(text, sizeof text);
  return err;
}

int letter_code(struct api *a, const struct words *words, const char *email, const char *code)
{
  char spaced[16];
  (void)snprintf(spaced, sizeof spaced, "%.4s %.8s", code, code + 4);
  const struct words_value values[] = {{"code", spaced, false}, {"site", a->origins.text[0], true}, {NULL, NULL, false}};
  int err = send_mail(a, words, email, "", LETTER_CODE, values);
  sodium_memzero(spaced, sizeof spaced);
  return err;
}

int letter_notice(struct api *a, const struct words *words, const char *email, const char *notice)
{
  /* The notice is a paragraph of the language itself, and so not kept apart. */
  const struct words_value values[] = {{"notice", notice, true}, {"site", a->origins.text[0], true}, {NULL, NULL, false}};
  return send_mail(a, words, email, "", LETTER_NOTICE, values);
}

static int send_link(struct api *a, const struct words *words, const struct account *account, const char *link,
                     enum letter letter)
{
  const struct words_value values[] = {
    {"name", account->name, false}, {"link", link, true}, {"site", a->origins.text[0], true}, {NULL, NULL, false}};
  return send_mail(a, words, account->email, account->name, letter, values);
}

int letter_invitation(struct api *a, const struct words *words, const struct account *account, const char *link)
{
  return send_link(a, words, account, link, LETTER_INVITATION);
}

int letter_recovery(struct api *a, const struct words *words, const struct account *account, const char *link)
{
  return send_link(a, words, account, link, LETTER_RECOVERY);
}

static enum letter letter_of_window(const struct ticket *t)
{
  if (t->from_s != 0)
    return t->until_s != 0 ? LETTER_TICKET_WINDOW : LETTER_TICKET_FROM;
  return t->until_s != 0 ? LETTER_TICKET_UNTIL : LETTER_TICKET;
}

int letter_ticket(struct api *a, const struct words *words, const struct ticket *t, const char *title)
{
  char link[ORIGIN_TEXT + TOKEN_TEXT + 16], room[TOKEN_TEXT + 1] = "", from[TIME_TEXT], until[TIME_TEXT];
  const char *folder = uid_is_none(&t->room) ? "/account" : "/m/";
  if (!uid_is_none(&t->room))
    token_to_text(t->room.b, sizeof t->room.b, room);
  (void)snprintf(link, sizeof link, "%s%s%s", a->origins.text[0], folder, room);
  time_write(t->from_s, from);
  time_write(t->until_s, until);
  const struct words_value values[] = {{"title", title, false}, {"link", link, true}, {"site", a->origins.text[0], true},
                                       {"from", from, false}, {"until", until, false}, {NULL, NULL, false}};
  return send_mail(a, words, t->email, "", letter_of_window(t), values);
}

int text_message_code(struct api *a, const struct words *words, const char *phone, const char *code)
{
  char text[256];
  struct writer w = writer_of(text, sizeof text);
  const struct words_value values[] = {
    {"code", code, false}, {"host", origin_host(a->origins.text[0]), false}, {NULL, NULL, false}};
  words_write(words, words->message_code, values, &w);
  const struct ipc_sms sms = {.to = span_str(phone), .text = writer_span(&w)};
  int err = ERR_CLOSED;
  if (a->site.sms)
    err = w.overflow ? ERR_LIMIT : outbound_link_sms(a->outbound, sms, (struct outbound_caller){0}, NULL);
  sodium_memzero(text, sizeof text);
  return err;
}

const struct words *words_of_account(const struct account *account, const struct words *other)
{
  const struct words *own = words_of(span_str(account->language));
  if (own == NULL)
    own = other;
  return own != NULL ? own : words_at(0);
}

const struct words *words_of_email(struct api *a, const char *email, const struct words *other)
{
  struct account account;
  if (store_account_by_email(a->store, email, &account) != 0)
    account.language[0] = '\0';
  const struct words *words = words_of_account(&account, other);
  sodium_memzero(&account, sizeof account);
  return words;
}
