/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/dtls_hello.h"

#define EXTENSION_SUPPORTED_GROUPS 10
#define EXTENSION_USE_SRTP 14
#define EXTENSION_EXTENDED_MASTER_SECRET 23
#define EXTENSION_SUPPORTED_VERSIONS 43
#define EXTENSION_KEY_SHARE 51

#define SUITE_EMPTY_RENEGOTIATION_INFO 0x00ff
#define SUITE_FALLBACK 0x5600

int dtls_record_take(struct span *datagram, struct dtls_record *r)
{
  struct span s = *datagram;
  uint16_t high, length;
  uint32_t low;
  int err = span_u8(&s, &r->type);
  if (err != 0)
    return err;
  if ((r->type & 0xe0) == 0x20) /* RFC 9147 section 4.1: the unified header */
    return ERR_UNSUPPORTED;
  if ((err = span_u16(&s, &r->version)) != 0 || (err = span_u16(&s, &r->epoch)) != 0 ||
      (err = span_u16(&s, &high)) != 0 || (err = span_u32(&s, &low)) != 0 || (err = span_u16(&s, &length)) != 0 ||
      (err = span_take(&s, length, &r->body)) != 0)
    return err;
  r->number = (uint64_t)high << 32 | low;
  *datagram = s;
  return 0;
}

int dtls_fragment_take(struct span *record, struct dtls_fragment *f)
{
  struct span s = *record;
  uint32_t length;
  int err;
  if ((err = span_u8(&s, &f->type)) != 0 || (err = span_u24(&s, &f->total)) != 0 ||
      (err = span_u16(&s, &f->seq)) != 0 || (err = span_u24(&s, &f->offset)) != 0 ||
      (err = span_u24(&s, &length)) != 0 || (err = span_take(&s, length, &f->body)) != 0)
    return err;
  if (f->offset > f->total || length > f->total - f->offset)
    return ERR_MALFORMED;
  *record = s;
  return 0;
}

int dtls_hello_add(struct dtls_hello_assembly *a, const struct dtls_fragment *f)
{
  if (f->total > LIMIT_DTLS_HELLO)
    return ERR_LIMIT;
  if (f->total == 0)
    return ERR_MALFORMED;
  if (a->total == 0 || a->seq != f->seq) {
    memset(a, 0, sizeof *a);
    a->seq = f->seq;
    a->total = f->total;
  } else if (a->total != f->total) {
    return ERR_MALFORMED;
  }
  for (uint32_t i = 0; i < f->body.n; i++) {
    uint32_t at = f->offset + i;
    uint8_t bit = (uint8_t)(1u << (at % 8));
    if ((a->present[at / 8] & bit) != 0)
      continue;
    a->present[at / 8] |= bit;
    a->data[at] = f->body.p[i];
    a->have++;
  }
  return a->have == a->total ? 0 : ERR_AGAIN;
}

bool dtls_suite_allowed(uint16_t suite)
{
  return suite == DTLS_SUITE_AES_256_GCM_SHA384 || suite == DTLS_SUITE_CHACHA20_POLY1305_SHA256 ||
         suite == DTLS_SUITE_ECDHE_ECDSA_AES_256_GCM_SHA384 || suite == DTLS_SUITE_ECDHE_ECDSA_CHACHA20_POLY1305_SHA256;
}

bool dtls_group_allowed(uint16_t group)
{
  return group == DTLS_GROUP_X25519MLKEM768 || group == DTLS_GROUP_X25519 || group == DTLS_GROUP_SECP256R1;
}

/* Placeholders that clients send to keep servers tolerant (RFC 8701): 0x0a0a, 0x1a1a, ... */
static bool is_grease(uint16_t v)
{
  return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

static bool is_signalling_suite(uint16_t suite)
{
  return suite == SUITE_EMPTY_RENEGOTIATION_INFO || suite == SUITE_FALLBACK;
}

/* Suites of the two versions are told apart: what counts are those of the version that will be spoken. */
struct suites {
  bool ok13, ok12, weak;
};

static int parse_suites(struct span list, struct suites *suites)
{
  uint16_t suite;
  if (list.n == 0 || list.n % 2 != 0)
    return ERR_MALFORMED;
  while (span_u16(&list, &suite) == 0) {
    bool is_13 = suite >> 8 == 0x13;
    if (dtls_suite_allowed(suite))
      *(is_13 ? &suites->ok13 : &suites->ok12) = true;
    else if (!is_grease(suite) && !is_signalling_suite(suite))
      suites->weak = true;
  }
  return 0;
}

static int parse_versions(struct span body, struct dtls_offer *o)
{
  uint8_t n;
  uint16_t version;
  o->dtls12 = false; /* the extension replaces the version field */
  if (span_u8(&body, &n) != 0 || n != body.n || n == 0 || n % 2 != 0)
    return ERR_MALFORMED;
  while (span_u16(&body, &version) == 0) {
    o->dtls13 |= version == DTLS_VERSION_13;
    o->dtls12 |= version == DTLS_VERSION_12;
  }
  return 0;
}

static int parse_groups(struct span body, struct dtls_offer *o)
{
  uint16_t n, group;
  if (span_u16(&body, &n) != 0 || n != body.n || n == 0 || n % 2 != 0)
    return ERR_MALFORMED;
  while (span_u16(&body, &group) == 0) {
    o->hybrid_group |= group == DTLS_GROUP_X25519MLKEM768;
    o->group_ok |= dtls_group_allowed(group);
  }
  return 0;
}

static int parse_shares(struct span body, struct dtls_offer *o)
{
  uint16_t n, group, length;
  if (span_u16(&body, &n) != 0 || n != body.n)
    return ERR_MALFORMED;
  while (body.n > 0) {
    if (span_u16(&body, &group) != 0 || span_u16(&body, &length) != 0 || span_skip(&body, length) != 0)
      return ERR_MALFORMED;
    o->hybrid_share |= group == DTLS_GROUP_X25519MLKEM768;
  }
  return 0;
}

static int parse_srtp(struct span body, struct dtls_offer *o)
{
  struct span profiles;
  uint16_t n, profile;
  uint8_t mki;
  if (span_u16(&body, &n) != 0 || n == 0 || n % 2 != 0 || span_take(&body, n, &profiles) != 0 ||
      span_u8(&body, &mki) != 0 || mki != body.n)
    return ERR_MALFORMED;
  o->srtp = true;
  while (span_u16(&profiles, &profile) == 0) {
    if (profile == DTLS_SRTP_AEAD_AES_256_GCM)
      o->srtp_ok = true;
    else
      o->srtp_weak = true;
  }
  return 0;
}

static int parse_master_secret(struct span body, struct dtls_offer *o)
{
  o->extended_master_secret = true;
  return body.n == 0 ? 0 : ERR_MALFORMED;
}

static int parse_extension(uint16_t type, struct span body, struct dtls_offer *o)
{
  switch (type) {
  case EXTENSION_SUPPORTED_VERSIONS: return parse_versions(body, o);
  case EXTENSION_SUPPORTED_GROUPS: return parse_groups(body, o);
  case EXTENSION_KEY_SHARE: return parse_shares(body, o);
  case EXTENSION_USE_SRTP: return parse_srtp(body, o);
  case EXTENSION_EXTENDED_MASTER_SECRET: return parse_master_secret(body, o);
  default: return 0;
  }
}

static int parse_extensions(struct span s, struct dtls_offer *o)
{
  uint64_t seen = 0; /* of the types that we read, all below 64: one that comes twice could be read in two ways */
  struct span list, body;
  uint16_t n, type;
  if (s.n == 0)
    return 0; /* DTLS 1.2 without extensions */
  if (span_u16(&s, &n) != 0 || span_take(&s, n, &list) != 0 || s.n != 0)
    return ERR_MALFORMED;
  while (list.n > 0) {
    if (span_u16(&list, &type) != 0 || span_u16(&list, &n) != 0 || span_take(&list, n, &body) != 0)
      return ERR_MALFORMED;
    if (type < 64) {
      if ((seen >> type & 1) != 0)
        return ERR_MALFORMED;
      seen |= UINT64_C(1) << type;
    }
    int err = parse_extension(type, body, o);
    if (err != 0)
      return err;
  }
  return 0;
}

/* The fields before the extensions, which `s` holds afterwards. */
static int parse_fixed(struct span *s, struct dtls_hello *h, struct suites *suites)
{
  struct span random, field;
  uint16_t version, n16;
  uint8_t n8;
  int err;
  if ((err = span_u16(s, &version)) != 0 || (err = span_take(s, sizeof h->random, &random)) != 0)
    return err;
  if ((err = span_u8(s, &n8)) != 0 || (err = span_skip(s, n8)) != 0) /* session id */
    return err;
  if (n8 > 32)
    return ERR_MALFORMED;
  if ((err = span_u8(s, &n8)) != 0 || (err = span_skip(s, n8)) != 0) /* cookie */
    return err;
  if ((err = span_u16(s, &n16)) != 0 || (err = span_take(s, n16, &field)) != 0 ||
      (err = parse_suites(field, suites)) != 0)
    return err;
  if ((err = span_u8(s, &n8)) != 0 || (err = span_take(s, n8, &field)) != 0) /* compression methods */
    return err;
  if (memchr(field.p, 0, field.n) == NULL)
    return ERR_MALFORMED;
  memcpy(h->random, random.p, sizeof h->random);
  h->offer.dtls12 = version == DTLS_VERSION_12;
  return 0;
}

int dtls_hello_parse(struct span message, struct dtls_hello *h)
{
  struct suites suites = {0};
  *h = (struct dtls_hello){0};
  int err = parse_fixed(&message, h, &suites);
  if (err == 0)
    err = parse_extensions(message, &h->offer);
  if (err != 0)
    return err;
  h->offer.suite_ok = h->offer.dtls13 ? suites.ok13 : suites.ok12;
  h->offer.suite_weak = suites.weak;
  return 0;
}

enum dtls_failure dtls_hello_judge(const struct dtls_offer *o, bool require_post_quantum)
{
  if (!o->dtls13 && !o->dtls12)
    return DTLS_FAIL_VERSION;
  if (!o->suite_ok)
    return DTLS_FAIL_CIPHER;
  if (!o->srtp)
    return DTLS_FAIL_SRTP_MISSING;
  if (!o->srtp_ok)
    return DTLS_FAIL_SRTP_PROFILE;
  if (!o->group_ok)
    return DTLS_FAIL_GROUP;
  if (require_post_quantum && !(o->dtls13 && o->hybrid_group))
    return DTLS_FAIL_POST_QUANTUM;
  if (!o->dtls13 && !o->extended_master_secret)
    return DTLS_FAIL_MASTER_SECRET;
  return DTLS_OK;
}
