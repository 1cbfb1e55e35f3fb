/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a stranger's request brings to a session: the lines of the input are the header Testudo-Proof, the User-Agent,
 * a key, the path, an argument and the method; the rest is the body. Nobody without the session's key gets in. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "web/device.h"
#include "web/session_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct nonces nonces;
static struct session_times times;
/* The base point of P-256 as a key: a point of the curve whose private key, 1, no input uses by chance. */
static struct session session = {
  .id = {{1}},
  .created_s = 1,
  .key = {0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
          0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
          0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
          0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  times = session_times_default();
  return sodium_init() < 0 || nonces_init(&nonces, 4, &random_system) != 0 ? -1 : 0;
}

static struct span take_line(struct span *input)
{
  struct span line;
  const uint8_t *end = input->n == 0 ? NULL : memchr(input->p, '\n', input->n);
  (void)span_take(input, end == NULL ? input->n : (size_t)(end - input->p), &line);
  (void)span_skip(input, 1);
  return line;
}

static void check_header(struct span header)
{
  struct proof proof;
  char nonce[TOKEN_TEXT + 1];
  if (proof_parse(header, &proof) != 0)
    return;
  token_to_text(proof.nonce, sizeof proof.nonce, nonce); /* one text only for each nonce */
  assert(memcmp(header.p + 3, nonce, TOKEN_TEXT) == 0);
}

static void check_words(struct span user_agent)
{
  char words[DEVICE_WORDS];
  device_words(user_agent, words);
  size_t n = strnlen(words, sizeof words);
  assert(n > 0 && n < sizeof words);
  assert(strspn(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ") == n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static uint8_t target[3 * 4096];
  uint8_t key[SESSION_KEY_BYTES];
  struct span input = span_of(data, size);
  struct session_question q = {.now_us = 1, .now_s = 1, .request.origin = span_str("https://a")};
  q.proof = take_line(&input);
  check_header(q.proof);
  check_words(take_line(&input));
  (void)proof_key_from_text(take_line(&input), key);
  struct span path = take_line(&input), argument = take_line(&input);
  struct writer w = writer_of(target, sizeof target);
  proof_put_target(&w, path, &argument, 1);
  q.request.target = writer_span(&w);
  q.request.method = take_line(&input);
  q.request.body = input;
  enum session_decision decision = session_check(&times, &nonces, &session, &q);
  assert(decision == SESSION_NO_NONCE || decision == SESSION_BAD_PROOF || decision == SESSION_COPIED);
  return 0;
}
