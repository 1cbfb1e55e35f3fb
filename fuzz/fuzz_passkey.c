/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an authenticator and a browser send: the first byte says as what the rest is read. What was taken keeps the
 * promises of passkey_data.h and lies within the input. */
#include <assert.h>
#include <sodium.h>

#include "auth/passkey/cbor.h"
#include "auth/passkey/client_data.h"
#include "auth/passkey/passkey_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  return sodium_init() < 0 ? -1 : 0;
}

static bool within(struct span part, struct span whole)
{
  return part.p >= whole.p && part.n <= whole.n && (size_t)(part.p - whole.p) <= whole.n - part.n;
}

static void read_data(struct span s)
{
  struct passkey_data d;
  if (passkey_data_parse(s, &d) != 0)
    return;
  assert(d.rp_id_hash.n == 32 && within(d.rp_id_hash, s));
  if (!d.has_credential)
    return;
  assert(d.credential.n >= 1 && d.credential.n <= PASSKEY_CREDENTIAL && within(d.credential, s));
  assert(d.x.n == PASSKEY_COORDINATE && d.y.n == PASSKEY_COORDINATE && within(d.x, s) && within(d.y, s));
}

static void read_attestation(struct span s)
{
  struct span data;
  if (passkey_attestation_parse(s, &data) != 0)
    return;
  assert(within(data, s));
  read_data(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const uint8_t challenge[CHALLENGE_BYTES];
  struct span s = span_of(data, size);
  uint8_t what;
  if (span_u8(&s, &what) != 0)
    return 0;
  size_t before = s.n;
  switch (what) {
  case 'a': read_attestation(s); break;
  case 'd': read_data(s); break;
  case 'j': (void)client_data_check(s, "webauthn.get", challenge, "https://a"); break;
  default: assert(cbor_skip(&s) != 0 || s.n < before); break;
  }
  return 0;
}
