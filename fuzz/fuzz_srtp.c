/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input's first byte chooses Cryptex and how far a stream has come; the rest is a packet, which is
 * - received as SRTP and as SRTCP, once with the real cipher, which refuses nearly everything, and once with a cipher
 * that accepts everything, so that what comes after authentication is reached too;
 * - sent, if it is RTP or RTCP: what was protected must come back as it was.
 * Buffers have exactly the size that the contract asks for, so that the sanitizer sees a byte too many. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/aead_backend.h"
#include "proto/srtp.h"
#include "proto/srtp_cryptex.h"
#include "proto/srtp_header.h"

static struct aead_backend trusting;
static struct srtp_keys real_keys, trusting_keys;

static int accept_key(struct aead_key *key, const uint8_t bytes[AEAD_KEY_BYTES])
{
  (void)key;
  (void)bytes;
  return 0;
}

static void release_key(struct aead_key *key)
{
  (void)key;
}

static int accept_message(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                          const uint8_t *in, size_t n, uint8_t *out, const uint8_t *tag)
{
  (void)key;
  (void)iv;
  (void)aad;
  (void)aad_n;
  (void)tag;
  memmove(out, in, n);
  return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  static const uint8_t master[SRTP_MASTER_KEY_BYTES] = {1}, salt[SRTP_MASTER_SALT_BYTES] = {2};
  struct aead_backend *real;
  trusting = (struct aead_backend){.key_init = accept_key, .key_release = release_key, .open = accept_message};
  int err = aead_backend_new(&real, AEAD_FASTEST);
  if (err == 0)
    err = srtp_keys_init(&real_keys, real, master, salt);
  if (err == 0)
    err = srtp_keys_init(&trusting_keys, &trusting, master, salt);
  return err;
}

static uint8_t *copy_of(struct span s, size_t room)
{
  uint8_t *p = malloc(s.n + room + (s.n + room == 0));
  assert(p != NULL);
  if (s.n > 0)
    memcpy(p, s.p, s.n);
  return p;
}

/* Into a stream of the packet's SSRC that has come as far as `end`. The second time it must be refused. */
static void receive_rtp(const struct srtp_keys *k, struct span packet, uint64_t end)
{
  struct srtp_header h;
  (void)srtp_header_read(packet.p, packet.n, &h);
  struct srtp_rx_stream s = {.window.end = end, .ssrc = h.ssrc};
  for (int i = 0; i < 2; i++) {
    uint8_t *p = copy_of(packet, 0);
    size_t plain_n;
    bool cryptex;
    if (srtp_unprotect(k, &s, p, packet.n, &plain_n, &cryptex) == 0) {
      assert(i == 0);
      assert(plain_n + AEAD_TAG_BYTES == packet.n);
      assert(srtp_header_read(p, plain_n, &h) == 0 && !srtp_is_cryptex(&h));
      assert(s.ssrc == h.ssrc && s.window.end > h.seq);
    }
    free(p);
  }
}

static void receive_rtcp(const struct srtp_keys *k, struct span packet)
{
  struct srtcp_rx s = {0};
  for (int i = 0; i < 2; i++) {
    uint8_t *p = copy_of(packet, 0);
    size_t plain_n;
    if (srtcp_unprotect(k, &s, p, packet.n, &plain_n) == 0) {
      assert(i == 0);
      assert(plain_n + SRTCP_OVERHEAD == packet.n && plain_n >= 8);
    }
    free(p);
  }
}

static void send_rtp(struct span clear, bool cryptex)
{
  struct srtp_header h;
  struct srtp_rx_stream s = {0};
  if (srtp_header_read(clear.p, clear.n, &h) != 0)
    return;
  bool grows = cryptex && h.csrc_n > 0 && !h.extension;
  size_t cap = clear.n + AEAD_TAG_BYTES + (grows ? RTP_EXTENSION_BYTES : 0), n;
  uint8_t *p = malloc(cap);
  assert(p != NULL);
  memcpy(p, clear.p, h.header_n);
  struct span payload = span_of(clear.p + h.header_n, clear.n - h.header_n);
  int err = srtp_protect(&real_keys, 0, cryptex, p, cap, h.header_n, payload, &n);
  if (err == 0) {
    bool was_cryptex;
    assert(n == cap);
    assert(srtp_unprotect(&real_keys, &s, p, n, &n, &was_cryptex) == 0);
    assert(was_cryptex == (cryptex && (h.extension || h.csrc_n > 0)));
    assert(grows || memcmp(p, clear.p, clear.n) == 0);
    assert(payload.n == 0 || memcmp(p + n - payload.n, payload.p, payload.n) == 0);
  } else {
    assert(err == ERR_UNSUPPORTED && h.extension && (cryptex || srtp_is_cryptex(&h)));
  }
  free(p);
}

static void send_rtcp(struct span clear, uint32_t index)
{
  struct srtcp_rx s = {0};
  uint8_t *p = copy_of(clear, SRTCP_OVERHEAD);
  size_t n;
  if (srtcp_protect(&real_keys, index, p, clear.n, clear.n + SRTCP_OVERHEAD, &n) == 0) {
    assert(srtcp_unprotect(&real_keys, &s, p, n, &n) == 0);
    assert(span_equal(clear, span_of(p, n)));
  }
  free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
  struct span rest = span_of(data, n);
  uint8_t choice;
  if (n > 4096 || span_u8(&rest, &choice) != 0)
    return 0;
  uint64_t end = (uint64_t)(choice >> 1) << 41 | (uint64_t)(choice >> 1) << 9;
  receive_rtp(&real_keys, rest, end);
  receive_rtp(&trusting_keys, rest, end);
  receive_rtcp(&real_keys, rest);
  receive_rtcp(&trusting_keys, rest);
  send_rtp(rest, (choice & 1) != 0);
  send_rtcp(rest, choice);
  return 0;
}
