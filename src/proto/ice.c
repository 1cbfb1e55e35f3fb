/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ice.h"

#include <sodium.h>
#include <string.h>

#define NOT_SELECTED LIMIT_PEER_TUPLES

static struct span ufrag_of(const struct ice_credentials *c)
{
  return span_of(c->ufrag, sizeof c->ufrag);
}

static struct span pwd_of(const struct ice_credentials *c)
{
  return span_of(c->pwd, sizeof c->pwd);
}

static void digest(uint8_t out[ICE_DIGEST_BYTES], struct span remote_ufrag)
{
  (void)crypto_generichash(out, ICE_DIGEST_BYTES, remote_ufrag.p, remote_ufrag.n, NULL, 0);
}

static bool is_remote_ufrag(const struct ice_credentials *c, struct span remote_ufrag)
{
  uint8_t d[ICE_DIGEST_BYTES];
  digest(d, remote_ufrag);
  return memcmp(d, c->remote_ufrag, sizeof d) == 0;
}

void ice_random_text(const struct random *random, uint8_t *text, size_t n)
{
  /* 64 characters (ice-char, RFC 8839, section 5.4): six bits of each random byte, without bias. */
  static const char ice_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  random_fill(random, text, n);
  for (size_t i = 0; i < n; i++)
    text[i] = (uint8_t)ice_chars[text[i] & 63];
}

static int credentials_init(struct ice_credentials *c, struct span remote_ufrag, const struct random *random)
{
  if (remote_ufrag.n < ICE_REMOTE_UFRAG_MIN || remote_ufrag.n > ICE_REMOTE_UFRAG_MAX)
    return ERR_RANGE;
  ice_random_text(random, c->ufrag, sizeof c->ufrag);
  ice_random_text(random, c->pwd, sizeof c->pwd);
  digest(c->remote_ufrag, remote_ufrag);
  return 0;
}

int ice_lite_init(struct ice_lite *ice, uint64_t now_us, struct span remote_ufrag, const struct random *random)
{
  *ice = (struct ice_lite){.started_us = now_us, .selected = NOT_SELECTED, .challenger = NOT_SELECTED};
  return credentials_init(&ice->now, remote_ufrag, random);
}

void ice_lite_fini(struct ice_lite *ice)
{
  sodium_memzero(ice, sizeof *ice);
}

bool ice_lite_is_restart(const struct ice_lite *ice, struct span remote_ufrag)
{
  return !is_remote_ufrag(&ice->now, remote_ufrag);
}

int ice_lite_restart(struct ice_lite *ice, struct span remote_ufrag, const struct random *random)
{
  struct ice_credentials fresh;
  int err = credentials_init(&fresh, remote_ufrag, random);
  if (err != 0)
    return err;
  if (!ice->restarting)
    ice->before = ice->now;
  ice->now = fresh;
  ice->restarting = true;
  sodium_memzero(&fresh, sizeof fresh);
  return 0;
}

struct span ice_lite_ufrag(const struct ice_lite *ice)
{
  return ufrag_of(&ice->now);
}

struct span ice_lite_pwd(const struct ice_lite *ice)
{
  return pwd_of(&ice->now);
}

int ice_local_ufrag(const struct stun_message *m, struct span *ufrag)
{
  struct span s = m->username;
  uint8_t colon;
  if (m->class != STUN_REQUEST || span_take(&s, ICE_UFRAG_BYTES, ufrag) != 0 || span_u8(&s, &colon) != 0 ||
      colon != ':')
    return ERR_NOT_FOUND;
  return 0;
}

/* --- checks --- */

/* USERNAME is "our ufrag:their ufrag" (RFC 8445, section 7.2.2). */
static bool names(const struct stun_message *check, const struct ice_credentials *c)
{
  struct span local, remote = check->username;
  if (ice_local_ufrag(check, &local) != 0 || span_skip(&remote, ICE_UFRAG_BYTES + 1) != 0)
    return false;
  return span_equal(local, ufrag_of(c)) && is_remote_ufrag(c, remote);
}

/* The generation that the check belongs to, if it is authentic. */
static int authenticate(const struct ice_lite *ice, const struct stun_message *check, const struct ice_credentials **c)
{
  if (check->class != STUN_REQUEST)
    return ERR_UNSUPPORTED;
  if (names(check, &ice->now))
    *c = &ice->now;
  else if (ice->restarting && names(check, &ice->before))
    *c = &ice->before;
  else
    return ERR_AUTH;
  return stun_check_integrity(check, pwd_of(*c));
}

static bool is_repeated(const struct ice_lite *ice, const struct stun_message *check)
{
  for (size_t i = 0; i < ICE_TRANSACTIONS_KEPT; i++)
    if (memcmp(ice->transaction[i], check->transaction, STUN_TRANSACTION_BYTES) == 0)
      return true;
  return false;
}

static void remember(struct ice_lite *ice, const struct stun_message *check)
{
  memcpy(ice->transaction[ice->transaction_next], check->transaction, STUN_TRANSACTION_BYTES);
  ice->transaction_next = (uint8_t)((ice->transaction_next + 1) % ICE_TRANSACTIONS_KEPT);
}

static uint8_t find_tuple(const struct ice_lite *ice, const struct net_addr *addr)
{
  uint8_t i = 0;
  while (i < ice->tuples && !net_addr_equal(&ice->tuple[i].addr, addr))
    i++;
  return i;
}

/* The place of the tuple that was checked longest ago, the selected one apart. */
static uint8_t stalest_tuple(const struct ice_lite *ice)
{
  uint8_t stalest = ice->selected == 0 ? 1 : 0;
  for (uint8_t i = stalest; i < ice->tuples; i++)
    if (i != ice->selected && ice->tuple[i].checked_us < ice->tuple[stalest].checked_us)
      stalest = i;
  return stalest;
}

static uint8_t add_tuple(struct ice_lite *ice, const struct net_addr *addr, struct ice_event *event)
{
  uint8_t i = ice->tuples;
  if (i < LIMIT_PEER_TUPLES) {
    ice->tuples++;
  } else {
    i = stalest_tuple(ice);
    ice->challenger = NOT_SELECTED;
    event->tuple_dropped = true;
    event->dropped = ice->tuple[i].addr;
  }
  ice->tuple[i].addr = *addr;
  event->tuple_added = true;
  return i;
}

static void complete_restart(struct ice_lite *ice, struct ice_event *event)
{
  event->ufrag_retired = true;
  memcpy(event->retired, ice->before.ufrag, sizeof event->retired);
  sodium_memzero(&ice->before, sizeof ice->before);
  ice->restarting = false;
}

/* The first nomination of TCP beside a selected UDP tuple of the same generation may be one of many. */
static bool waits_for_another(struct ice_lite *ice, uint8_t tuple, const struct ice_credentials *c)
{
  bool beside_udp = ice->selected != NOT_SELECTED && !net_addr_is_tcp(&ice->tuple[ice->selected].addr);
  bool waits = beside_udp && net_addr_is_tcp(&ice->tuple[tuple].addr) && ice->challenger != tuple &&
               !(ice->restarting && c == &ice->now);
  ice->challenger = waits ? tuple : NOT_SELECTED;
  return waits;
}

static void nominate(struct ice_lite *ice, uint8_t tuple, const struct ice_credentials *c, struct ice_event *event)
{
  if (waits_for_another(ice, tuple, c))
    return;
  if (ice->selected != tuple) {
    ice->selected = tuple;
    event->selected_changed = true;
  }
  if (ice->restarting && c == &ice->now)
    complete_restart(ice, event);
}

/* Why an authentic check gets an error response, or 0. */
static int fault_of(const struct stun_message *check)
{
  if (check->unknown_count > 0)
    return STUN_UNKNOWN_ATTRIBUTE;
  /* A lite agent can't change its role, so the peer must (RFC 8445, sections 6.1.1 and 7.3.1.1). */
  if (check->controlled)
    return STUN_ROLE_CONFLICT;
  return 0;
}

int ice_lite_input(struct ice_lite *ice, uint64_t now_us, const struct net_addr *from, const struct stun_message *check,
                   struct writer *response, struct ice_event *event)
{
  const struct ice_credentials *c;
  *event = (struct ice_event){0};
  int err = authenticate(ice, check, &c);
  if (err != 0)
    return err;
  uint8_t tuple = find_tuple(ice, from);
  bool repeated = is_repeated(ice, check);
  if (repeated && tuple == ice->tuples)
    return ERR_REPLAY;
  int fault = fault_of(check);
  err = fault != 0 ? stun_write_error(response, check, (enum stun_code)fault, pwd_of(c))
                   : stun_write_success(response, check->transaction, from, pwd_of(c));
  if (err != 0)
    return err;
  event->respond = true;
  if (fault != 0 || repeated)
    return 0;
  remember(ice, check);
  if (tuple == ice->tuples)
    tuple = add_tuple(ice, from, event);
  ice->tuple[tuple].checked_us = now_us;
  if (check->use_candidate)
    nominate(ice, tuple, c, event);
  return 0;
}

/* --- what came of them --- */

static const struct ice_tuple *best_tuple(const struct ice_lite *ice)
{
  const struct ice_tuple *best = NULL;
  if (ice->selected != NOT_SELECTED)
    return &ice->tuple[ice->selected];
  for (uint8_t i = 0; i < ice->tuples; i++)
    if (best == NULL || ice->tuple[i].checked_us > best->checked_us)
      best = &ice->tuple[i];
  return best;
}

const struct net_addr *ice_lite_remote(const struct ice_lite *ice)
{
  const struct ice_tuple *best = best_tuple(ice);
  return best != NULL ? &best->addr : NULL;
}

bool ice_lite_holds(const struct ice_lite *ice, const struct net_addr *addr, uint64_t now_us)
{
  uint8_t i = find_tuple(ice, addr);
  return i < ice->tuples && now_us < ice->tuple[i].checked_us + ICE_CONSENT_US;
}

void ice_lite_forget(struct ice_lite *ice, const struct net_addr *addr)
{
  uint8_t i = find_tuple(ice, addr);
  if (i == ice->tuples)
    return;
  if (ice->started_us < ice->tuple[i].checked_us)
    ice->started_us = ice->tuple[i].checked_us;
  ice->challenger = NOT_SELECTED;
  uint8_t last = --ice->tuples;
  ice->tuple[i] = ice->tuple[last];
  if (ice->selected == i)
    ice->selected = NOT_SELECTED;
  else if (ice->selected == last)
    ice->selected = i;
}

uint64_t ice_lite_expires_us(const struct ice_lite *ice)
{
  const struct ice_tuple *best = best_tuple(ice);
  return (best != NULL ? best->checked_us : ice->started_us) + ICE_CONSENT_US;
}
