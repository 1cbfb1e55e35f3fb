/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has shown that an address is theirs and has no account yet. */
#include "web/api/endpoints.h"
#include "web/names.h"

bool take_person_name(struct context *c, struct span typed, char name[NAME_BYTES])
{
  if (name_check(typed) != 0 || likeness_check_scripts(c->api->likeness, typed) != 0) {
    answer_refusal(c->response, 400, "bad_name", "A name has 1 to 96 bytes of visible text, in one writing system.");
    return false;
  }
  if (likeness_is_role(c->api->likeness, typed)) {
    answer_refusal(c->response, 400, "name_imitates", "A name must not look like a role in a meeting or the server.");
    return false;
  }
  memcpy(name, typed.p, typed.n);
  name[typed.n] = '\0';
  return true;
}

int newcomer_sign_up(struct context *c, const char *email, const char *name, struct account *account)
{
  *account = (struct account){.role = ACCOUNT_MEMBER, .email_verified = true, .created_s = c->time.now_s};
  if (!c->api->site.sign_up_open || name[0] == '\0')
    return ERR_REFUSED;
  memcpy(account->email, email, strnlen(email, EMAIL_BYTES - 1));
  memcpy(account->name, name, strnlen(name, NAME_BYTES - 1));
  int err = store_account_add(c->api->store, account);
  if (err == 0)
    note_server_event(c->api, c->time.now_s, account->email, "account_made", account->email,
                      "By the person, with a verified address.");
  return err;
}
