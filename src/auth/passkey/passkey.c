/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/passkey/passkey.h"

#define ERR_STATE openssl_err_state /* OpenSSL names a type so; it is not needed here */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#undef ERR_STATE
#include <sodium.h>

#define POINT (1 + 2 * PASSKEY_COORDINATE)
#define POINT_UNCOMPRESSED 4

int passkey_begin(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                  enum challenge_purpose purpose, uint8_t challenge[CHALLENGE_BYTES])
{
  return challenges_open(c, now_us, session, purpose, challenge);
}

/* The public key, which OpenSSL makes only of a point on the curve. NULL otherwise. */
static EVP_PKEY *key_of(const uint8_t *x, const uint8_t *y)
{
  uint8_t point[POINT] = {POINT_UNCOMPRESSED};
  char curve[] = "P-256";
  EVP_PKEY *key = NULL;
  memcpy(point + 1, x, PASSKEY_COORDINATE);
  memcpy(point + 1 + PASSKEY_COORDINATE, y, PASSKEY_COORDINATE);
  OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
    OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
    OSSL_PARAM_construct_end(),
  };
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    key = NULL;
  EVP_PKEY_CTX_free(context);
  return key;
}

/* What authenticators sign: their data and the hash of the client's. */
static int verify(const struct passkey_credential *credential, const struct passkey_answer *answer)
{
  uint8_t hash[crypto_hash_sha256_BYTES];
  EVP_PKEY *key = key_of(credential->x, credential->y);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int err = ERR_CRYPTO;
  if (key == NULL || context == NULL || EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) != 1)
    goto out;
  crypto_hash_sha256(hash, answer->client_data.p, answer->client_data.n);
  if (EVP_DigestVerifyUpdate(context, answer->auth_data.p, answer->auth_data.n) != 1 ||
      EVP_DigestVerifyUpdate(context, hash, sizeof hash) != 1)
    goto out;
  err = EVP_DigestVerifyFinal(context, answer->signature.p, answer->signature.n) == 1 ? 0 : ERR_AUTH;
out:
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return err;
}

static bool is_of_site(const struct passkey_data *data, const struct passkey_site *site)
{
  uint8_t hash[crypto_hash_sha256_BYTES];
  struct span id = span_str(site->rp_id);
  crypto_hash_sha256(hash, id.p, id.n);
  return span_equal(data->rp_id_hash, span_of(hash, sizeof hash));
}

/* What registrations and sign-ins have in common. */
static int check_data(const struct passkey_data *data, const struct passkey_site *site, bool registers)
{
  if (!is_of_site(data, site) || !data->present || !data->verified)
    return ERR_AUTH;
  return data->has_credential == registers ? 0 : ERR_MALFORMED;
}

static int take_credential(const struct passkey_data *data, struct passkey_credential *credential)
{
  *credential = (struct passkey_credential){.id_n = data->credential.n, .count = data->count};
  memcpy(credential->id, data->credential.p, data->credential.n);
  memcpy(credential->x, data->x.p, PASSKEY_COORDINATE);
  memcpy(credential->y, data->y.p, PASSKEY_COORDINATE);
  EVP_PKEY *key = key_of(credential->x, credential->y);
  if (key == NULL)
    return ERR_CRYPTO;
  EVP_PKEY_free(key);
  return 0;
}

int passkey_register_finish(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                            const struct passkey_site *site, struct span client_data, struct span attestation,
                            struct passkey_credential *credential)
{
  uint8_t challenge[CHALLENGE_BYTES];
  struct passkey_data data;
  struct span auth_data;
  int err = challenges_take(c, now_us, session, CHALLENGE_REGISTER, challenge);
  if (err == 0)
    err = client_data_check(client_data, "webauthn.create", challenge, site->origin);
  if (err == 0)
    err = passkey_attestation_parse(attestation, &auth_data);
  if (err == 0)
    err = passkey_data_parse(auth_data, &data);
  if (err == 0)
    err = check_data(&data, site, true);
  if (err == 0)
    err = take_credential(&data, credential);
  sodium_memzero(challenge, sizeof challenge);
  return err;
}

static int check_count(uint32_t before, uint32_t now)
{
  return now > before || (now == 0 && before == 0) ? 0 : ERR_REPLAY;
}

int passkey_sign_in_finish(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                           const struct passkey_site *site, const struct passkey_credential *credential,
                           const struct passkey_answer *answer, uint32_t *count)
{
  uint8_t challenge[CHALLENGE_BYTES];
  struct passkey_data data;
  int err = challenges_take(c, now_us, session, CHALLENGE_SIGN_IN, challenge);
  if (err == 0)
    err = client_data_check(answer->client_data, "webauthn.get", challenge, site->origin);
  if (err == 0)
    err = passkey_data_parse(answer->auth_data, &data);
  if (err == 0)
    err = check_data(&data, site, false);
  if (err == 0 && (answer->signature.n == 0 || answer->signature.n > PASSKEY_SIGNATURE))
    err = ERR_LIMIT;
  if (err == 0)
    err = verify(credential, answer);
  if (err == 0)
    err = check_count(credential->count, data.count);
  if (err == 0)
    *count = data.count;
  sodium_memzero(challenge, sizeof challenge);
  return err;
}
