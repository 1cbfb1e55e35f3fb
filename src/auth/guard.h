/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often somebody may try to sign in: slow for attackers, without an attacker being able to lock the owner out.
 *
 * Who tries is one of two:
 * - a *known device* shows a device token of this account (device.h): its owner has signed in there before;
 * - a *stranger* is everybody else, seen by the network prefix: /24 of IPv4, /56 of IPv6, which is about one customer.
 *
 * A stranger's try passes four gates, each for each way of signing in (enum guard_kind) by itself:
 * 1. the pair (account, prefix): a few tries are free, then the wait doubles from seconds to a quarter of an hour. Stops
 *    guessing from one place;
 * 2. the prefix: stops trying one password with many accounts (spraying) from one place. Generous, as a school is one prefix;
 * 3. the account: a budget over all prefixes. Stops guessing at one account from many places (a botnet);
 * 4. the server: a budget over everything. Bounds the work (password hashes, e-mails, SMS), and spraying from many places.
 * A known device passes gates of its own: 1 is that of account and device, 3 a budget of the account's known devices, 4 a budget
 * of the server for known devices; gate 2 does not concern it.
 *
 * Why this does not lock the owner out. An attacker can use up the strangers' budgets of the account (3) and of the server (4),
 * and, from the owner's own network, those of the pair (1) and of the prefix (2). None of them is asked for a device that
 * the owner has used before; that one's gates open to tokens of this account only. Who has an account here has tokens for
 * that account, as many as sign-ins: its own budget of known devices (3) is used up before the server's is felt. Who has
 * stolen one device's token waits at the gate of account and device, and cannot use up what the other devices need. On a new
 * device the owner still has the other ways: when the budget for passwords is used up, the codes by e-mail and SMS have their
 * own; OpenID Connect and passkeys, which cannot be guessed, have no gate here at all. What remains: an attacker with many
 * networks who uses up *all* these budgets of an account at once can keep its owner from signing in with password or code on a
 * *new* device while the attack lasts. To allow that as well would be to allow guessing, or to fill the owner's mailbox.
 *
 * Why this stops guessing. At one account strangers have the account's burst and then its rate: see the table in guard.c; for
 * passwords 50 and then 50 an hour from all networks of the world together, 1,250 in a day, against passwords that are not on
 * the list of common ones (advice.h). The whole server gives strangers 3 wrong password tries a second.
 *
 * A try is charged when it is asked for, as if it would fail, so that a thousand at the same time get no more than one after
 * another; guard_succeeded gives back. A refused try costs nothing: who waits as told gets in. Nothing here depends on
 * whether the account exists: the key is the address as it was typed, normalised.
 *
 * Memory is fixed (about 3 MiB) and nothing is swept: a cell is found by a keyed hash within a set of eight; if all of them are
 * in use, the one that would be free first is given away. So a flood of new keys forgets the least important first,
 * and a cell that is in its longest wait last. Addresses and accounts are kept as keyed hashes only. */
#ifndef TESTUDO_AUTH_GUARD_H
#define TESTUDO_AUTH_GUARD_H

#include "auth/device.h"
#include "base/limits.h"
#include "base/net.h"
#include "base/random.h"

enum guard_kind {
  GUARD_PASSWORD, /* to check a password */
  GUARD_CODE,     /* to check a code of an e-mail or SMS (which has five tries itself) */
  GUARD_SECOND,   /* to check a second factor, TOTP or recovery code, after the first was right */
  GUARD_EMAIL,    /* to send an e-mail with a code: charged for good, also when the code is used */
  GUARD_SMS,      /* to send an SMS: the same */
};
#define GUARD_KINDS 5

/* The gate that refused. The page says what to do: wait, or take another way (GATE_ACCOUNT). */
enum guard_gate { GATE_NONE, GATE_PAIR, GATE_PREFIX, GATE_ACCOUNT, GATE_SERVER };

struct guard_try {
  enum guard_kind kind;
  const char *account;              /* the normalised e-mail address (or number), whether or not it has an account */
  struct net_addr from;
  bool known;                       /* device_token_check said 0 for this account */
  uint8_t device[DEVICE_ID_BYTES];  /* then its id */
};

struct guard;

/* ERR_NOMEM. */
int guard_new(struct guard **guard, const struct random *random);
void guard_free(struct guard *guard); /* NULL is fine */

/* 0: go on, and it is charged. ERR_REFUSED: `wait_us` says when the next try may pass the gate that refused; nothing is
 * charged. Both outputs may be NULL. `now_us` is monotonic. */
int guard_ask(struct guard *guard, const struct guard_try *t, uint64_t now_us, enum guard_gate *gate, uint64_t *wait_us);

/* The try that guard_ask let pass was right: its charges are given back, and the pair (or device) starts anew. */
void guard_succeeded(struct guard *guard, const struct guard_try *t, uint64_t now_us);

/* How often each gate has refused, for the metrics. */
uint64_t guard_refused(const struct guard *guard, enum guard_gate gate);

#endif
