/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ice_client.h"

/* Of a host candidate with component 1 (RFC 8445, section 5.1.2.1); a lite server does not look at it. */
#define CHECK_PRIORITY 2130706431u

void ice_client_init(struct ice_client *c, const struct random *random)
{
  *c = (struct ice_client){0};
  ice_random_text(random, c->ufrag, sizeof c->ufrag);
  ice_random_text(random, c->pwd, sizeof c->pwd);
  random_fill(random, &c->tie_breaker, sizeof c->tie_breaker);
}

int ice_client_set_remote(struct ice_client *c, struct span ufrag, struct span pwd)
{
  size_t n;
  if (ufrag.n == 0 || ufrag.n > ICE_REMOTE_UFRAG_MAX || pwd.n == 0 || pwd.n > sizeof c->remote_pwd)
    return ERR_RANGE;
  struct writer w = writer_of(c->username, sizeof c->username);
  put_span(&w, ufrag);
  put_u8(&w, ':');
  put_bytes(&w, c->ufrag, sizeof c->ufrag);
  if (writer_finish(&w, &n) != 0)
    return ERR_RANGE;
  c->username_n = (uint16_t)n;
  memcpy(c->remote_pwd, pwd.p, pwd.n);
  c->remote_pwd_n = (uint16_t)pwd.n;
  c->waiting = false;
  return 0;
}

int ice_client_check(struct ice_client *c, bool nominate, const struct random *random, struct writer *w)
{
  if (c->username_n == 0)
    return ERR_STATE;
  struct stun_check check = {
    .username = span_of(c->username, c->username_n),
    .tie_breaker = c->tie_breaker,
    .priority = CHECK_PRIORITY,
    .use_candidate = nominate,
  };
  random_fill(random, c->transaction, sizeof c->transaction);
  memcpy(check.transaction, c->transaction, sizeof check.transaction);
  c->waiting = true;
  return stun_write_check(w, &check, span_of(c->remote_pwd, c->remote_pwd_n));
}

int ice_client_response(struct ice_client *c, uint64_t now_us, const struct stun_message *m, struct net_addr *mapped)
{
  if (!c->waiting || (m->class != STUN_SUCCESS && m->class != STUN_ERROR) ||
      memcmp(m->transaction, c->transaction, sizeof c->transaction) != 0)
    return ERR_NOT_FOUND;
  int err = stun_check_integrity(m, span_of(c->remote_pwd, c->remote_pwd_n));
  if (err != 0)
    return err;
  c->waiting = false;
  if (m->class == STUN_ERROR)
    return ERR_REFUSED;
  if (m->mapped.family == 0)
    return ERR_MALFORMED;
  c->answered_us = now_us;
  *mapped = m->mapped;
  return 0;
}

/* USERNAME is "ours:theirs" (RFC 8445, section 7.2.2), and ours is "theirs:ours". */
static bool names_us(const struct ice_client *c, struct span username)
{
  const struct span theirs = span_of(c->username, c->username_n - 1 - sizeof c->ufrag);
  struct span local = {0};
  uint8_t colon = 0;
  return span_take(&username, sizeof c->ufrag, &local) == 0 && span_u8(&username, &colon) == 0 && colon == ':' &&
         span_equal(local, span_of(c->ufrag, sizeof c->ufrag)) && span_equal(username, theirs);
}

int ice_client_request(const struct ice_client *c, const struct net_addr *from, const struct stun_message *m,
                       struct writer *response)
{
  const struct span pwd = span_of(c->pwd, sizeof c->pwd);
  if (c->username_n == 0)
    return ERR_STATE;
  if (m->class != STUN_REQUEST)
    return ERR_UNSUPPORTED;
  int err = names_us(c, m->username) ? stun_check_integrity(m, pwd) : ERR_AUTH;
  return err == 0 ? stun_write_success(response, m->transaction, from, pwd) : err;
}
