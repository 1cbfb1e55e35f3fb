/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/words/catalogues.h"

/* Whoever gets one that was not meant for them knows what it is and that nothing needs to be done. */
#define TICKET "There is a ticket for you:\n\n    {title}\n    {link}\n\n" \
  "It belongs to you alone. You come in with this e-mail address: sign in, or show by a code that it is yours. To others " \
  "the link is of no use."
#define TICKET_END "\n\nYou do not expect this? Then leave it: without you nothing happens.\n{site}\n"
#define NOT_YOU " If this was not you, set a new password at once, and see where you are signed in."

const struct words words_en = {
  .tag = "en",
  .letter = {
    [LETTER_CODE] = {
      "Your sign-in code",
      "Your code is\n\n    {code}\n\nType it into the page that asked for it. It works once, for ten minutes, in that "
      "browser alone.\nNobody who works for us will ever ask you for it.\n\n"
      "You did not ask for a code? Then somebody has typed your address. You need not do anything.\n{site}\n",
    },
    [LETTER_INVITATION] = {
      "Your invitation",
      "Hello {name},\n\nthere is an account for you at\n{site}\nOpen this link to set it up:\n\n    {link}\n\nIt works once, "
      "for seven days. Do not pass it on: whoever opens it first has the account.\n\n"
      "You do not expect this? Then leave it: without you nothing happens.\n{site}\n",
    },
    [LETTER_RECOVERY] = {
      "A link to your account",
      "Hello {name},\n\nan administrator has made a link with which you can get into your account again:\n\n    {link}\n\n"
      "It works once, for seven days. Do not pass it on.\n\n"
      "You did not ask for it? Then tell your administrator, and do not open it.\n{site}\n",
    },
    [LETTER_TICKET] = {"Your ticket", TICKET TICKET_END},
    [LETTER_TICKET_FROM] = {"Your ticket", TICKET "\nIt is valid from {from} on." TICKET_END},
    [LETTER_TICKET_UNTIL] = {"Your ticket", TICKET "\nIt is valid until {until}." TICKET_END},
    [LETTER_TICKET_WINDOW] = {"Your ticket", TICKET "\nIt is valid from {from} until {until}." TICKET_END},
    [LETTER_NOTICE] = {
      "Something happened in your account",
      "{notice}\n\nYour account's page lists all browsers that are signed in, and ends them with one click.\n{site}\n",
    },
  },
  .notice = {
    [NOTICE_NEW_DEVICE] = "Your account was used on a device that it was not used on before: {device}. If this was not you, "
                          "end that session in your account, and set a new password.",
    [NOTICE_COOKIE_COPIED] = "Somebody used a copy of your session's cookie from another browser. The session was ended, "
                             "and nothing was done with it. If this was not you: look for programs you don't know on your "
                             "computer, and set a new password.",
    [NOTICE_SECOND_FACTOR_FAILED] = "Somebody has tried wrong second factors several times, after a right password or code "
                                    "of yours. If this was not you, somebody knows it: set a new password.",
    [NOTICE_LINK_USED] = "A link that leads into your account without its password was used. If this was not you, tell "
                         "your administrator at once.",
    [NOTICE_TWO_FACTORS_ON] = "From now on signing in to your account takes two factors.",
    [NOTICE_TWO_FACTORS_OFF] = "From now on one factor is enough to sign in to your account. If you did not want this, set "
                               "a new password at once, and switch two factors on again.",
    [NOTICE_PASSKEY_COPIED] = "A passkey of yours was refused: its counter went back, as if there was a copy of it. Remove "
                              "it from your account and make a new one.",
    [NOTICE_PASSWORD_SET] = "Your password was changed, and you were signed out everywhere else. If this was not you, ask "
                            "your administrator for help at once.",
    [NOTICE_FACTORS_REMOVED] = "An administrator has removed your authenticator app, recovery codes and passkeys. Set up "
                               "new ones in your account. If you did not ask for it, tell your administrator.",
    [NOTICE_RECOVERY_USED] = "One of your recovery codes was used. If this was not you, make new ones in your account, and "
                             "set a new password.",
    [NOTICE_RECOVERY_MADE] = "A new list of recovery codes, in place of any earlier one, was added to your account." NOT_YOU,
    [NOTICE_PASSKEY_ADDED] = "A passkey was added to your account." NOT_YOU,
    [NOTICE_PHONE_ADDED] = "A phone number was added to your account." NOT_YOU,
    [NOTICE_APP_ADDED] = "An authenticator app was added to your account." NOT_YOU,
    [NOTICE_PROVIDER_ADDED] = "Sign-in by {provider} was added to your account." NOT_YOU,
    [NOTICE_PASSKEY_REMOVED] = "A passkey was removed from your account." NOT_YOU,
    [NOTICE_PHONE_REMOVED] = "The phone number was removed from your account." NOT_YOU,
    [NOTICE_APP_REMOVED] = "The authenticator app was removed from your account." NOT_YOU,
    [NOTICE_PROVIDER_REMOVED] = "The connection with a provider was removed from your account." NOT_YOU,
  },
  .message_code = "{code} is your code for {host}. It works once, for ten minutes. Give it to nobody.",
};
