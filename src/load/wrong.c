/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/wrong.h"

static const struct wrong wrongs[WRONG_KINDS] = {
    [WRONG_NO_COOKIE] = {"no-cookie", "asks for an entry without a cookie", STEP_ENTRY, 401, "no_session"},
    [WRONG_NO_PROOF] = {"no-proof", "asks for an entry without a proof", STEP_ENTRY, 401, "use_nonce"},
    [WRONG_OTHER_KEY] = {"other-key", "has a session's cookie, but not its key", STEP_ENTRY, 401, "cookie_copied"},
    [WRONG_USED_PROOF] = {"used-proof", "repeats a recorded request for an entry", STEP_ENTRY, 401, "use_nonce"},
    [WRONG_ORIGIN] = {"other-origin", "asks for an entry from a page of another origin", STEP_ENTRY, 403, "bad_origin"},
    [WRONG_NAME] = {"name-of-a-role", "calls itself a host", STEP_ENTRY, 400, "name_imitates"},
    [WRONG_MADE_UP_ENTRY] = {"made-up-entry", "opens a socket with an entry that it has made up", STEP_SOCKET, 403,
                             "bad_entry"},
    [WRONG_SOCKET_COOKIE] = {"socket-without-cookie", "opens a socket without its cookie", STEP_SOCKET, 403,
                             "bad_entry"},
    [WRONG_SOCKET_ORIGIN] = {"socket-of-other-origin", "opens a socket from a page of another origin", STEP_SOCKET, 403,
                             "bad_origin"},
    [WRONG_OTHERS_ENTRY] = {"others-entry", "opens a socket with the entry of another browser", STEP_SOCKET, 403,
                            "bad_entry"},
    [WRONG_USED_ENTRY] = {"used-entry", "opens a second socket with its entry", STEP_SOCKET, 403, "bad_entry"},
    [WRONG_LATE_ENTRY] = {"late-entry", "opens a socket when its entry is too old", STEP_SOCKET, 403, "bad_entry"},
    [WRONG_FRAME] = {"wrong-frame", "says hello with a wrong tag", STEP_WELCOME, 0, "4000"},
    [WRONG_ROOM] = {"wrong-room", "wants into a room that is not for it", STEP_ENTRY, 0, NULL},
    [WRONG_BANNED] = {"banned", "comes again after it was banned", STEP_ENTRY, 403, "banned"},
};

const struct wrong *wrong_of(enum wrong_kind kind)
{
  return kind == WRONG_NOTHING ? NULL : &wrongs[kind];
}

int wrong_find(struct span name, enum wrong_kind *kind)
{
  for (int i = WRONG_NOTHING + 1; i < WRONG_KINDS; i++)
    if (span_equal(name, span_str(wrongs[i].name))) {
      *kind = (enum wrong_kind)i;
      return 0;
    }
  return ERR_NOT_FOUND;
}

const char *step_name(enum step step)
{
  static const char *const names[STEPS] = {"nothing", "session", "sign-in", "room", "entry",
                                           "socket",  "hello",   "welcome", "in"};
  return names[step];
}
