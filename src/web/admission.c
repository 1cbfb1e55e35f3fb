/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/admission.h"

#include <string.h>

#include "web/session_rules.h"

const char *admission_email(const struct session *session, const struct account *account)
{
  if (account == NULL)
    return session->email;
  return account->email_verified ? account->email : "";
}

static struct admission refuse(unsigned status, const char *code, const char *detail)
{
  return (struct admission){.status = status, .code = code, .detail = detail};
}

static struct admission refuse_one_factor(void)
{
  return refuse(403, "second_factor_first", "This meeting wants two proofs of who you are. Show the second one first.");
}

static struct admission refuse_unknown(const struct admission_facts *f)
{
  if (f->can_verify_email && f->account == NULL)
    return refuse(401, "verify_email_first",
                  "This meeting is for people who are known by their e-mail address. Show first that yours is yours.");
  return refuse(401, "sign_in_first", "This meeting is for people who have signed in.");
}

/* --- tickets --- */

enum ticket_state { TICKET_GOOD, TICKET_EARLY, TICKET_OVER, TICKET_REVOKED }; /* the best first */

static enum ticket_state state_of(const struct ticket *t, uint64_t now_s)
{
  if (t->revoked_s != 0)
    return TICKET_REVOKED;
  if (t->from_s != 0 && now_s < t->from_s)
    return TICKET_EARLY;
  return t->until_s != 0 && now_s >= t->until_s ? TICKET_OVER : TICKET_GOOD;
}

/* The best of the person's tickets, the highest role among the good ones; NULL: none. */
static const struct ticket *best_ticket(const struct admission_facts *f, enum ticket_state *state)
{
  const struct ticket *best = NULL;
  for (size_t i = 0; i < f->tickets_n; i++) {
    const struct ticket *t = &f->tickets[i];
    enum ticket_state s = state_of(t, f->now_s);
    if (best == NULL || s < *state || (s == *state && t->role > best->role)) {
      best = t;
      *state = s;
    }
  }
  return best;
}

static struct admission refuse_ticket(const struct admission_facts *f, const struct ticket *t, enum ticket_state state)
{
  struct admission a;
  if (t == NULL && admission_email(f->session, f->account)[0] == '\0')
    return refuse_unknown(f);
  if (t == NULL)
    return refuse(403, "ticket_of_other",
                  "This meeting is for people with a ticket, and a ticket belongs to one person: there is none for your "
                  "address.");
  if (state == TICKET_REVOKED)
    return refuse(403, "ticket_revoked", "Your ticket was taken back. Ask whoever you have it from.");
  a = state == TICKET_EARLY ? refuse(403, "ticket_early", "Your ticket is not valid yet.")
                            : refuse(403, "ticket_over", "The time of your ticket is over.");
  a.from_s = t->from_s;
  a.until_s = t->until_s;
  return a;
}

/* --- who may come --- */

static bool is_owner(const struct admission_facts *f)
{
  return f->account != NULL && !uid_is_none(&f->room->owner) && uid_equal(&f->room->owner, &f->account->id);
}

/* What the room itself asks of everybody but its owner and those who were given a role in it. */
static struct admission check_guest(const struct admission_facts *f)
{
  const struct room_policy *p = &f->room->policy;
  const char *email = admission_email(f->session, f->account);
  if (f->room->kind == ROOM_MEMBERS)
    return email[0] == '\0' ? refuse_unknown(f)
                            : refuse(403, "not_a_member", "This meeting is for its members, and you are not one of them.");
  if (f->account != NULL)
    return (struct admission){0};
  if (!p->guests)
    return refuse(401, "sign_in_first", "This meeting is for people who have an account here.");
  if (p->guests_verified && email[0] == '\0')
    return refuse_unknown(f);
  return (struct admission){0};
}

static struct admission check_room(const struct admission_facts *f, const struct ticket **ticket)
{
  enum ticket_state state = TICKET_GOOD;
  const struct ticket *t = best_ticket(f, &state);
  struct admission a = {0};
  if (f->room->closed_s != 0)
    return refuse(410, "room_closed", "This meeting has ended for good.");
  bool invited = is_owner(f) || f->is_member;
  if (!invited && t != NULL && state == TICKET_GOOD)
    *ticket = t;
  else if (!invited && f->room->kind == ROOM_TICKET)
    return refuse_ticket(f, t, state);
  else if (!invited)
    a = check_guest(f);
  if (a.status == 0 && f->room->policy.two_factors && f->account != NULL &&
      !session_factors_are_two(f->session->factors))
    return refuse_one_factor();
  return a;
}

/* A meeting by the host link has no rules of its own; those of the server hold for whoever does not have that link. */
static struct admission check_meeting(const struct admission_facts *f)
{
  if (!f->high_care || f->hosts_by_link)
    return (struct admission){0};
  if (f->account == NULL)
    return f->session->email[0] == '\0' ? refuse_unknown(f) : (struct admission){0};
  return session_factors_are_two(f->session->factors) ? (struct admission){0} : refuse_one_factor();
}

/* --- as what --- */

static enum stay_role role_of(const struct admission_facts *f, const struct ticket *ticket)
{
  enum stay_role role = f->room->kind == ROOM_EVENT ? AS_VIEWER : AS_PARTICIPANT;
  if (is_owner(f))
    return AS_HOST;
  if (f->is_member)
    role = (enum stay_role)f->member;
  if (ticket != NULL && (!f->is_member || (enum stay_role)ticket->role > role))
    role = (enum stay_role)ticket->role;
  return role;
}

static enum verified_by verified_by(const struct admission_facts *f, const struct ticket *ticket)
{
  if (f->account != NULL)
    return VERIFIED_ACCOUNT;
  if (ticket != NULL)
    return VERIFIED_TICKET;
  if (f->session->email[0] != '\0')
    return VERIFIED_EMAIL;
  return f->hosts_by_link ? VERIFIED_HOST_LINK : VERIFIED_NONE;
}

static void fill_identity(struct admission *a, const struct admission_facts *f)
{
  struct identity *who = &a->who;
  who->session = f->session->id;
  if (f->account != NULL)
    who->account = f->account->id;
  if (a->ticket != NULL)
    who->ticket = a->ticket->id;
  memcpy(who->email, admission_email(f->session, f->account), strlen(admission_email(f->session, f->account)) + 1);
  who->verified = verified_by(f, a->ticket);
  if (f->room == NULL) {
    who->role = f->hosts_by_link ? AS_HOST : AS_PARTICIPANT;
    who->door_open = f->hosts_by_link;
    return;
  }
  who->role = role_of(f, a->ticket);
  who->door_open = who->role >= AS_COHOST || a->ticket != NULL; /* where nobody waits, the rooms know by themselves */
}

struct admission admission_decide(const struct admission_facts *f)
{
  const struct ticket *ticket = NULL;
  struct admission a = f->room != NULL ? check_room(f, &ticket) : check_meeting(f);
  if (a.status != 0)
    return a;
  a.ticket = ticket;
  fill_identity(&a, f);
  return a;
}
