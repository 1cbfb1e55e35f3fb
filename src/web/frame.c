/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/frame.h"

#include <sodium.h>

#define LABEL "testudo signal v1 "
#define ORIGIN_BYTES 320 /* a host name's 255 and what stands around it */

void hkdf_sha256(struct span salt, struct span ikm, struct span info, uint8_t okm[32])
{
  crypto_auth_hmacsha256_state s;
  uint8_t prk[32];
  const uint8_t block = 1;
  crypto_auth_hmacsha256_init(&s, salt.p, salt.n);
  crypto_auth_hmacsha256_update(&s, ikm.p, ikm.n);
  crypto_auth_hmacsha256_final(&s, prk);
  crypto_auth_hmacsha256_init(&s, prk, sizeof prk);
  crypto_auth_hmacsha256_update(&s, info.p, info.n);
  crypto_auth_hmacsha256_update(&s, &block, 1);
  crypto_auth_hmacsha256_final(&s, okm);
  sodium_memzero(prk, sizeof prk);
  sodium_memzero(&s, sizeof s);
}

static void direction_key(const struct entry_secrets *secrets, const char *direction, struct span origin,
                          uint8_t key[32])
{
  uint8_t text[sizeof LABEL + sizeof "server " + ORIGIN_BYTES];
  struct writer info = writer_of(text, sizeof text);
  put_str(&info, LABEL);
  put_str(&info, direction);
  put_str(&info, " ");
  put_span(&info, origin);
  hkdf_sha256(span_of(secrets->entry, sizeof secrets->entry), span_of(secrets->codeword, sizeof secrets->codeword),
              writer_span(&info), key);
}

void frame_channel_init(struct frame_channel *c, enum frame_side side, const struct entry_secrets *secrets,
                        struct span origin)
{
  *c = (struct frame_channel){0};
  direction_key(secrets, "server", origin, side == FRAME_SERVER ? c->key_out : c->key_in);
  direction_key(secrets, "client", origin, side == FRAME_SERVER ? c->key_in : c->key_out);
}

void frame_channel_fini(struct frame_channel *c)
{
  sodium_memzero(c, sizeof *c);
}

static void make_tag(const uint8_t key[32], struct span counter, struct span json, uint8_t tag[FRAME_TAG_BYTES])
{
  crypto_auth_hmacsha256_state s;
  uint8_t whole[32];
  crypto_auth_hmacsha256_init(&s, key, 32);
  crypto_auth_hmacsha256_update(&s, counter.p, counter.n);
  crypto_auth_hmacsha256_update(&s, json.p, json.n);
  crypto_auth_hmacsha256_final(&s, whole);
  memcpy(tag, whole, FRAME_TAG_BYTES);
  sodium_memzero(&s, sizeof s);
}

void frame_seal(struct frame_channel *c, struct span json, struct writer *w)
{
  uint8_t tag[FRAME_TAG_BYTES], bytes[8];
  struct writer counter = writer_of(bytes, sizeof bytes);
  put_u64(&counter, ++c->sent);
  make_tag(c->key_out, writer_span(&counter), json, tag);
  put_span(w, writer_span(&counter));
  put_bytes(w, tag, sizeof tag);
  put_span(w, json);
}

int frame_open(struct frame_channel *c, struct span frame, struct span *json)
{
  struct span counter, tag, number;
  uint8_t expected[FRAME_TAG_BYTES];
  uint64_t n;
  if (span_take(&frame, 8, &counter) != 0 || span_take(&frame, FRAME_TAG_BYTES, &tag) != 0 || frame.n == 0)
    return ERR_TRUNCATED;
  make_tag(c->key_in, counter, frame, expected);
  if (sodium_memcmp(expected, tag.p, sizeof expected) != 0)
    return ERR_AUTH;
  number = counter;
  (void)span_u64(&number, &n);
  if (n != c->received + 1)
    return ERR_REPLAY;
  c->received = n;
  *json = frame;
  return 0;
}
