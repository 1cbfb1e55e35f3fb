/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ClientHellos by hand, for clients that no library would let us build. */
#ifndef TESTUDO_TESTS_DTLS_HELLO_TESTING_H
#define TESTUDO_TESTS_DTLS_HELLO_TESTING_H

#include "base/bytes.h"
#include "proto/dtls_hello.h"

#define HELLO_LIST 6

/* Lists end at the first 0. An empty list leaves its extension out (suites: sends none). */
struct hello_spec {
  uint16_t version; /* of the field; 0: DTLS 1.2 */
  uint16_t versions[HELLO_LIST];
  uint16_t suites[HELLO_LIST];
  uint16_t groups[HELLO_LIST];
  uint16_t shares[HELLO_LIST];
  uint16_t srtp[HELLO_LIST];
  bool no_extended_master_secret;
  bool srtp_twice;
  uint16_t padding; /* bytes of a padding extension (RFC 7685); 0: none */
};

static inline size_t hello_list_n(const uint16_t list[HELLO_LIST])
{
  size_t n = 0;
  while (n < HELLO_LIST && list[n] != 0)
    n++;
  return n;
}

static inline void put_hello_list(struct writer *w, const uint16_t list[HELLO_LIST])
{
  for (size_t i = 0; i < hello_list_n(list); i++)
    put_u16(w, list[i]);
}

static inline size_t put_length(struct writer *w)
{
  put_u16(w, 0);
  return w->n;
}

static inline void patch_length(struct writer *w, size_t start)
{
  writer_patch_u16(w, start - 2, (uint16_t)(w->n - start));
}

static inline void put_extension_list(struct writer *w, uint16_t type, const uint16_t list[HELLO_LIST],
                                      size_t length_size)
{
  uint16_t n = (uint16_t)(2 * hello_list_n(list));
  if (n == 0)
    return;
  put_u16(w, type);
  put_u16(w, (uint16_t)(n + length_size));
  if (length_size == 1)
    put_u8(w, (uint8_t)n);
  else
    put_u16(w, n);
  put_hello_list(w, list);
}

static inline void put_srtp_extension(struct writer *w, const struct hello_spec *s)
{
  uint16_t n = (uint16_t)(2 * hello_list_n(s->srtp));
  if (n == 0)
    return;
  put_u16(w, 14);
  put_u16(w, (uint16_t)(n + 3));
  put_u16(w, n);
  put_hello_list(w, s->srtp);
  put_u8(w, 0); /* no MKI */
}

static inline void put_shares_extension(struct writer *w, const struct hello_spec *s)
{
  put_u16(w, 51);
  size_t extension = put_length(w), list = put_length(w);
  for (size_t i = 0; i < hello_list_n(s->shares); i++) {
    put_u16(w, s->shares[i]);
    put_u16(w, 32);
    put_u8(w, 9); /* the base point is a public key like any other */
    put_zero(w, 31);
  }
  patch_length(w, list);
  patch_length(w, extension);
}

/* ecdsa_secp256r1_sha256, without which no certificate of ours would do */
static inline void put_signatures_extension(struct writer *w)
{
  put_u16(w, 13);
  put_u16(w, 4);
  put_u16(w, 2);
  put_u16(w, 0x0403);
}

static inline void put_padding_extension(struct writer *w, uint16_t n)
{
  if (n == 0)
    return;
  put_u16(w, 21);
  put_u16(w, n);
  put_zero(w, n);
}

/* The message without its handshake header. */
static inline void put_hello(struct writer *w, const struct hello_spec *s)
{
  put_u16(w, s->version == 0 ? DTLS_VERSION_12 : s->version);
  for (uint8_t i = 0; i < DTLS_HELLO_RANDOM; i++)
    put_u8(w, i);
  put_u8(w, 0); /* session id */
  put_u8(w, 0); /* cookie */
  put_u16(w, (uint16_t)(2 * hello_list_n(s->suites)));
  put_hello_list(w, s->suites);
  put_u8(w, 1); /* compression: none */
  put_u8(w, 0);
  size_t extensions = put_length(w);
  put_extension_list(w, 43, s->versions, 1);
  put_extension_list(w, 10, s->groups, 2);
  if (s->versions[0] != 0)
    put_shares_extension(w, s);
  put_srtp_extension(w, s);
  if (s->srtp_twice)
    put_srtp_extension(w, s);
  if (!s->no_extended_master_secret)
    put_u32(w, 23 << 16);
  put_signatures_extension(w);
  put_padding_extension(w, s->padding);
  patch_length(w, extensions);
}

/* A datagram with bytes `from` to `to` of the message. */
static inline void put_hello_datagram(struct writer *w, struct span message, uint16_t seq, size_t from, size_t to)
{
  put_u8(w, DTLS_CONTENT_HANDSHAKE);
  put_u16(w, DTLS_VERSION_12);
  put_u16(w, 0); /* epoch */
  put_u16(w, 0); /* record number */
  put_u32(w, (uint32_t)from);
  put_u16(w, (uint16_t)(DTLS_HANDSHAKE_HEADER + to - from));
  put_u8(w, DTLS_CLIENT_HELLO);
  put_u24(w, (uint32_t)message.n);
  put_u16(w, seq);
  put_u24(w, (uint32_t)from);
  put_u24(w, (uint32_t)(to - from));
  put_bytes(w, message.p + from, to - from);
}

#endif
