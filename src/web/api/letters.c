/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/letters.h"

#include <sodium.h>

#include "people/times.h"

#define TEXT_BYTES 2048

static int send_mail(struct api *a, const char *email, const char *name, const char *subject, const struct writer *text)
{
  const struct ipc_mail mail = {.to = span_str(email), .to_name = span_str(name), .subject = span_str(subject),
                                .text = writer_span(text)};
  if (!a->site.mail)
    return ERR_CLOSED;
  return text->overflow ? ERR_LIMIT : outbound_link_mail(a->outbound, mail, (struct outbound_caller){0}, NULL);
}

/* Whoever gets one that was not meant for them knows what it is and that nothing needs to be done. */
static void put_end(struct writer *w, const struct api *a, const char *why)
{
  put_fmt(w, "\n\n%s\n%s\n", why, a->origins.text[0]);
}

int letter_code(struct api *a, const char *email, const char *code)
{
  uint8_t text[TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  put_fmt(&w, "Your code is\n\n    %.4s %s\n\nType it into the page that asked for it. It works once, for ten minutes, in that "
              "browser alone.\nNobody who works for us will ever ask you for it.", code, code + 4);
  put_end(&w, a, "You did not ask for a code? Then somebody has typed your address. You need not do anything.");
  int err = send_mail(a, email, "", "Your sign-in code", &w);
  sodium_memzero(text, sizeof text);
  return err;
}

int letter_notice(struct api *a, const char *email, const char *text)
{
  uint8_t bytes[TEXT_BYTES];
  struct writer w = writer_of(bytes, sizeof bytes);
  put_str(&w, text);
  put_end(&w, a, "Your account's page lists all browsers that are signed in, and ends them with one click.");
  return send_mail(a, email, "", "Something happened in your account", &w);
}

int letter_invitation(struct api *a, const char *email, const char *name, const char *link)
{
  uint8_t text[TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  put_fmt(&w, "Hello %s,\n\nthere is an account for you at %s. Open this link to set it up:\n\n    %s\n\nIt works once, for seven "
              "days. Do not pass it on: whoever opens it first has the account.", name, a->origins.text[0], link);
  put_end(&w, a, "You do not expect this? Then leave it: without you nothing happens.");
  int err = send_mail(a, email, name, "Your invitation", &w);
  sodium_memzero(text, sizeof text);
  return err;
}

int letter_recovery(struct api *a, const char *email, const char *name, const char *link)
{
  uint8_t text[TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  put_fmt(&w, "Hello %s,\n\nan administrator has made a link with which you can get into your account again:\n\n    %s\n\nIt works "
              "once, for seven days. Do not pass it on.", name, link);
  put_end(&w, a, "You did not ask for it? Then tell your administrator, and do not open it.");
  int err = send_mail(a, email, name, "A link to your account", &w);
  sodium_memzero(text, sizeof text);
  return err;
}

static void put_window(struct writer *w, const struct ticket *t)
{
  char from[TIME_TEXT], until[TIME_TEXT];
  time_write(t->from_s, from);
  time_write(t->until_s, until);
  if (t->from_s != 0 && t->until_s != 0)
    put_fmt(w, "\nIt is valid from %s until %s.", from, until);
  else if (t->from_s != 0)
    put_fmt(w, "\nIt is valid from %s on.", from);
  else if (t->until_s != 0)
    put_fmt(w, "\nIt is valid until %s.", until);
}

int letter_ticket(struct api *a, const struct ticket *t, const char *title)
{
  uint8_t text[TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  char room[TOKEN_TEXT + 1] = "";
  const char *folder = uid_is_none(&t->room) ? "/account" : "/m/";
  if (!uid_is_none(&t->room))
    token_to_text(t->room.b, sizeof t->room.b, room);
  put_fmt(&w, "There is a ticket for you:\n\n    %s\n    %s%s%s\n\nIt belongs to you alone. You come in with this e-mail address: "
              "sign in, or show by a code that it is yours. To others the link is of no use.", title, a->origins.text[0],
          folder, room);
  put_window(&w, t);
  put_end(&w, a, "You do not expect this? Then leave it: without you nothing happens.");
  return send_mail(a, t->email, "", "Your ticket", &w);
}

int text_message_code(struct api *a, const char *phone, const char *code)
{
  char text[160];
  struct writer w = writer_of(text, sizeof text);
  put_fmt(&w, "%s is your code for %s. It works once, for ten minutes. Give it to nobody.", code,
          origin_host(a->origins.text[0]));
  const struct ipc_sms sms = {.to = span_str(phone), .text = writer_span(&w)};
  int err = ERR_CLOSED;
  if (a->site.sms)
    err = w.overflow ? ERR_LIMIT : outbound_link_sms(a->outbound, sms, (struct outbound_caller){0}, NULL);
  sodium_memzero(text, sizeof text);
  return err;
}
