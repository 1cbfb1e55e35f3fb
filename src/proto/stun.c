/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/stun.h"

#include <assert.h>
#include <sodium.h>
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hmac.h>

#define MAGIC_COOKIE 0x2112A442u
#define METHOD_BINDING 0x0001u
#define FINGERPRINT_XOR 0x5354554Eu
#define ATTRIBUTE_HEADER_BYTES 4u
#define INTEGRITY_BYTES 20u
#define INTEGRITY_ATTRIBUTE_BYTES (ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES)
#define FINGERPRINT_ATTRIBUTE_BYTES (ATTRIBUTE_HEADER_BYTES + 4u)

enum attribute {
  ATTR_USERNAME = 0x0006,
  ATTR_MESSAGE_INTEGRITY = 0x0008,
  ATTR_ERROR_CODE = 0x0009,
  ATTR_UNKNOWN_ATTRIBUTES = 0x000A,
  ATTR_XOR_MAPPED_ADDRESS = 0x0020,
  ATTR_PRIORITY = 0x0024,
  ATTR_USE_CANDIDATE = 0x0025,
  ATTR_OPTIONAL = 0x8000, /* from here on, what is not understood may be ignored */
  ATTR_FINGERPRINT = 0x8028,
  ATTR_ICE_CONTROLLED = 0x8029,
  ATTR_ICE_CONTROLLING = 0x802A,
};

/* --- parsing --- */

static int parse_header(struct span *s, struct stun_message *m)
{
  uint16_t type, length;
  uint32_t cookie;
  struct span transaction;
  if (span_u16(s, &type) != 0 || span_u16(s, &length) != 0 || span_u32(s, &cookie) != 0 ||
      span_take(s, STUN_TRANSACTION_BYTES, &transaction) != 0)
    return ERR_TRUNCATED;
  if ((type & 0xC000) != 0 || cookie != MAGIC_COOKIE || length % 4 != 0)
    return ERR_MALFORMED;
  if (length != s->n)
    return length > s->n ? ERR_TRUNCATED : ERR_MALFORMED;
  memcpy(m->transaction, transaction.p, transaction.n);
  /* The two class bits stand between the bits of the method: RFC 8489, figure 3. */
  m->class = (enum stun_class)((type >> 7 & 2) | (type >> 4 & 1));
  return (type & 0xFEEF) == METHOD_BINDING ? 0 : ERR_UNSUPPORTED;
}

/* XOR-MAPPED-ADDRESS (section 14.2): the same in both directions, with the magic cookie and then the transaction. */
static void xor_address(uint8_t *ip, size_t n, const uint8_t transaction[STUN_TRANSACTION_BYTES])
{
  static const uint8_t cookie[4] = {0x21, 0x12, 0xA4, 0x42}; /* MAGIC_COOKIE */
  for (size_t i = 0; i < n; i++)
    ip[i] ^= i < 4 ? cookie[i] : transaction[i - 4];
}

static int parse_mapped(struct span v, struct stun_message *m)
{
  uint8_t zero, family;
  uint16_t port;
  struct net_addr a = {0};
  if (span_u8(&v, &zero) != 0 || span_u8(&v, &family) != 0 || span_u16(&v, &port) != 0)
    return ERR_MALFORMED;
  size_t n = family == 1 ? 4 : 16;
  if ((family != 1 && family != 2) || v.n != n)
    return ERR_MALFORMED;
  a.family = family == 1 ? 4 : 6;
  a.port = port ^ (uint16_t)(MAGIC_COOKIE >> 16);
  memcpy(a.ip, v.p, n);
  xor_address(a.ip, n, m->transaction);
  if (m->mapped.family == 0)
    m->mapped = a;
  return 0;
}

static int parse_error_code(struct span v, struct stun_message *m)
{
  uint16_t zero;
  uint8_t hundreds, rest;
  if (span_u16(&v, &zero) != 0 || span_u8(&v, &hundreds) != 0 || span_u8(&v, &rest) != 0)
    return ERR_MALFORMED;
  hundreds &= 7;
  if (hundreds < 3 || hundreds > 6 || rest > 99)
    return ERR_MALFORMED;
  if (m->error_code == 0)
    m->error_code = (uint16_t)(hundreds * 100 + rest);
  return 0;
}

static int parse_role(struct span v, struct stun_message *m, bool *role)
{
  uint64_t tie_breaker;
  if (v.n != 8 || span_u64(&v, &tie_breaker) != 0)
    return ERR_MALFORMED;
  if (m->controlling || m->controlled)
    return 0;
  *role = true;
  m->tie_breaker = tie_breaker;
  return 0;
}

static int parse_username(struct span v, struct stun_message *m)
{
  if (v.n > STUN_USERNAME_MAX)
    return ERR_MALFORMED;
  if (m->username.p == NULL)
    m->username = v;
  return 0;
}

static int parse_priority(struct span v, struct stun_message *m)
{
  uint32_t priority;
  if (v.n != 4 || span_u32(&v, &priority) != 0)
    return ERR_MALFORMED;
  if (m->priority == 0)
    m->priority = priority;
  return 0;
}

static int parse_use_candidate(struct span v, struct stun_message *m)
{
  m->use_candidate = true;
  return v.n == 0 ? 0 : ERR_MALFORMED;
}

static void note_unknown(uint16_t type, struct stun_message *m)
{
  if (type < ATTR_OPTIONAL && m->unknown_count < STUN_UNKNOWN_MAX)
    m->unknown[m->unknown_count++] = type;
}

static int parse_attribute(uint16_t type, struct span v, struct stun_message *m)
{
  switch (type) {
  case ATTR_USERNAME: return parse_username(v, m);
  case ATTR_ERROR_CODE: return parse_error_code(v, m);
  case ATTR_UNKNOWN_ATTRIBUTES: return v.n % 2 == 0 ? 0 : ERR_MALFORMED;
  case ATTR_XOR_MAPPED_ADDRESS: return parse_mapped(v, m);
  case ATTR_PRIORITY: return parse_priority(v, m);
  case ATTR_USE_CANDIDATE: return parse_use_candidate(v, m);
  case ATTR_ICE_CONTROLLED: return parse_role(v, m, &m->controlled);
  case ATTR_ICE_CONTROLLING: return parse_role(v, m, &m->controlling);
  default: note_unknown(type, m); return 0;
  }
}

/* CRC-32 of ITU-T V.42 (the one of Ethernet), four bits at a time: a check is about 100 bytes. */
static uint32_t crc32_of(struct span s)
{
  static const uint32_t table[16] = {
    0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
    0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
  };
  uint32_t crc = 0xFFFFFFFF;
  for (size_t i = 0; i < s.n; i++) {
    crc ^= s.p[i];
    crc = crc >> 4 ^ table[crc & 15];
    crc = crc >> 4 ^ table[crc & 15];
  }
  return ~crc;
}

/* FINGERPRINT must be the last attribute (section 14.7); it covers all before itself. */
static int parse_fingerprint(struct span v, struct span rest, struct stun_message *m)
{
  uint32_t crc;
  if (v.n != 4 || rest.n != 0 || span_u32(&v, &crc) != 0)
    return ERR_MALFORMED;
  if (crc != (crc32_of(span_of(m->raw.p, m->raw.n - FINGERPRINT_ATTRIBUTE_BYTES)) ^ FINGERPRINT_XOR))
    return ERR_MALFORMED;
  m->fingerprint = true;
  return 0;
}

/* One attribute with its padding, which may hold anything (section 14). */
static int take_attribute(struct span *s, uint16_t *type, struct span *value)
{
  uint16_t length;
  if (span_u16(s, type) != 0 || span_u16(s, &length) != 0 || span_take(s, length, value) != 0 ||
      span_skip(s, (4u - length % 4u) % 4u) != 0)
    return ERR_TRUNCATED;
  return 0;
}

int stun_parse(struct span datagram, struct stun_message *m)
{
  struct span s = datagram;
  *m = (struct stun_message){.raw = datagram};
  int err = parse_header(&s, m);
  while (err == 0 && s.n > 0) {
    uint16_t type;
    struct span value;
    size_t at = datagram.n - s.n;
    err = take_attribute(&s, &type, &value);
    if (err != 0)
      break;
    if (type == ATTR_FINGERPRINT) {
      err = parse_fingerprint(value, s, m);
    } else if (m->integrity_at != 0) {
      continue; /* not covered by the integrity */
    } else if (type == ATTR_MESSAGE_INTEGRITY) {
      err = value.n == INTEGRITY_BYTES ? 0 : ERR_MALFORMED;
      m->integrity_at = (uint16_t)at;
    } else {
      err = parse_attribute(type, value, m);
    }
  }
  return err;
}

/* --- integrity --- */

/* HMAC-SHA1 over the message up to `at`, with the header's length as if the message ended with MESSAGE-INTEGRITY there
 * (section 14.5). */
static int integrity_of(struct span message, size_t at, struct span password, uint8_t mac[INTEGRITY_BYTES])
{
  uint8_t length[2];
  size_t counted = at - STUN_HEADER_BYTES + INTEGRITY_ATTRIBUTE_BYTES;
  struct writer w = writer_of(length, sizeof length);
  put_u16(&w, (uint16_t)counted);
  Hmac hmac;
  if (wc_HmacInit(&hmac, NULL, INVALID_DEVID) != 0)
    return ERR_CRYPTO;
  bool ok = wc_HmacSetKey(&hmac, WC_SHA, password.p, (word32)password.n) == 0 &&
            wc_HmacUpdate(&hmac, message.p, 2) == 0 &&
            wc_HmacUpdate(&hmac, length, sizeof length) == 0 &&
            wc_HmacUpdate(&hmac, message.p + 4, (word32)(at - 4)) == 0 &&
            wc_HmacFinal(&hmac, mac) == 0;
  wc_HmacFree(&hmac);
  sodium_memzero(&hmac, sizeof hmac);
  return ok ? 0 : ERR_CRYPTO;
}

int stun_check_integrity(const struct stun_message *m, struct span password)
{
  uint8_t mac[INTEGRITY_BYTES];
  if (m->integrity_at == 0)
    return ERR_AUTH;
  int err = integrity_of(m->raw, m->integrity_at, password, mac);
  if (err != 0)
    return err;
  const uint8_t *theirs = m->raw.p + m->integrity_at + ATTRIBUTE_HEADER_BYTES;
  return sodium_memcmp(mac, theirs, sizeof mac) == 0 ? 0 : ERR_AUTH;
}

/* --- writing --- */

/* Begins a message of its own in the writer: its bytes are [start, w->n). */
static size_t begin(struct writer *w, enum stun_class class, const uint8_t transaction[STUN_TRANSACTION_BYTES])
{
  size_t start = w->n;
  put_u16(w, (uint16_t)((class & 2) << 7 | (class & 1) << 4 | METHOD_BINDING));
  put_u16(w, 0);
  put_u32(w, MAGIC_COOKIE);
  put_bytes(w, transaction, STUN_TRANSACTION_BYTES);
  return start;
}

static void put_attribute(struct writer *w, enum attribute type, struct span value)
{
  put_u16(w, (uint16_t)type);
  put_u16(w, (uint16_t)value.n);
  put_span(w, value);
  put_zero(w, (4u - value.n % 4u) % 4u);
}

static struct span message_since(const struct writer *w, size_t start)
{
  struct span s = writer_span(w);
  return span_skip(&s, start) == 0 ? s : span_of(NULL, 0);
}

static int put_integrity(struct writer *w, size_t start, struct span password)
{
  uint8_t mac[INTEGRITY_BYTES];
  struct span message = message_since(w, start);
  int err = integrity_of(message, message.n, password, mac);
  if (err == 0)
    put_attribute(w, ATTR_MESSAGE_INTEGRITY, span_of(mac, sizeof mac));
  return err;
}

static void put_fingerprint(struct writer *w, size_t start)
{
  /* The length counts the FINGERPRINT too, before the sum is taken (section 14.7). */
  writer_patch_u16(w, start + 2, (uint16_t)(w->n - start - STUN_HEADER_BYTES + FINGERPRINT_ATTRIBUTE_BYTES));
  uint32_t crc = crc32_of(message_since(w, start)) ^ FINGERPRINT_XOR;
  put_u16(w, ATTR_FINGERPRINT);
  put_u16(w, 4);
  put_u32(w, crc);
}

/* Ends the message: MESSAGE-INTEGRITY unless there is no password, and FINGERPRINT. */
static int finish(struct writer *w, size_t start, struct span password)
{
  size_t ignored;
  if (w->overflow)
    return ERR_LIMIT;
  int err = password.n > 0 ? put_integrity(w, start, password) : 0;
  if (err != 0)
    return err;
  if (!w->overflow)
    put_fingerprint(w, start);
  return writer_finish(w, &ignored);
}

static void put_mapped(struct writer *w, const struct net_addr *a, const uint8_t transaction[STUN_TRANSACTION_BYTES])
{
  uint8_t ip[16];
  size_t n = a->family == 4 ? 4 : 16;
  assert(a->family == 4 || a->family == 6);
  memcpy(ip, a->ip, n);
  xor_address(ip, n, transaction);
  put_u16(w, ATTR_XOR_MAPPED_ADDRESS);
  put_u16(w, (uint16_t)(4 + n));
  put_u8(w, 0);
  put_u8(w, a->family == 4 ? 1 : 2);
  put_u16(w, a->port ^ (uint16_t)(MAGIC_COOKIE >> 16));
  put_bytes(w, ip, n);
}

int stun_write_success(struct writer *w, const uint8_t transaction[STUN_TRANSACTION_BYTES],
                       const struct net_addr *mapped, struct span password)
{
  size_t start = begin(w, STUN_SUCCESS, transaction);
  put_mapped(w, mapped, transaction);
  return finish(w, start, password);
}

static const char *reason_of(enum stun_code code)
{
  switch (code) {
  case STUN_BAD_REQUEST: return "Bad Request";
  case STUN_UNAUTHENTICATED: return "Unauthenticated";
  case STUN_UNKNOWN_ATTRIBUTE: return "Unknown Attribute";
  case STUN_ROLE_CONFLICT: return "Role Conflict";
  }
  return "";
}

static void put_error_code(struct writer *w, enum stun_code code)
{
  uint8_t value[4 + 32];
  struct writer v = writer_of(value, sizeof value);
  put_u16(&v, 0);
  put_u8(&v, (uint8_t)(code / 100));
  put_u8(&v, (uint8_t)(code % 100));
  put_str(&v, reason_of(code));
  put_attribute(w, ATTR_ERROR_CODE, writer_span(&v));
}

static void put_unknown_attributes(struct writer *w, const struct stun_message *request)
{
  uint8_t value[2 * STUN_UNKNOWN_MAX];
  struct writer v = writer_of(value, sizeof value);
  for (size_t i = 0; i < request->unknown_count; i++)
    put_u16(&v, request->unknown[i]);
  put_attribute(w, ATTR_UNKNOWN_ATTRIBUTES, writer_span(&v));
}

int stun_write_error(struct writer *w, const struct stun_message *request, enum stun_code code, struct span password)
{
  size_t start = begin(w, STUN_ERROR, request->transaction);
  put_error_code(w, code);
  if (code == STUN_UNKNOWN_ATTRIBUTE)
    put_unknown_attributes(w, request);
  return finish(w, start, password);
}

int stun_write_check(struct writer *w, const struct stun_check *check, struct span password)
{
  if (check->username.n > STUN_USERNAME_MAX)
    return ERR_RANGE;
  size_t start = begin(w, STUN_REQUEST, check->transaction);
  put_attribute(w, ATTR_USERNAME, check->username);
  put_u16(w, ATTR_ICE_CONTROLLING);
  put_u16(w, 8);
  put_u64(w, check->tie_breaker);
  put_u16(w, ATTR_PRIORITY);
  put_u16(w, 4);
  put_u32(w, check->priority);
  if (check->use_candidate)
    put_attribute(w, ATTR_USE_CANDIDATE, span_of(NULL, 0));
  return finish(w, start, password);
}
