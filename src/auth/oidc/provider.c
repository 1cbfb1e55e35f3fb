/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/provider.h"

#include <sodium.h>

#include "auth/oidc/openssl.h"
#include "auth/oidc/text.h"

#define METADATA_AT_ONCE 32
#define METADATA_EVERY_S 2
#define KEYS_AT_ONCE 4
#define KEYS_EVERY_S 60

int oidc_preset(const char *name, struct oidc_provider_config *provider)
{
  bool apple = strcmp(name, "apple") == 0;
  if (!apple && strcmp(name, "google") != 0)
    return ERR_NOT_FOUND;
  provider->issuer = apple ? "https://appleid.apple.com" : "https://accounts.google.com";
  provider->form_post = apple; /* Apple gives the address only that way */
  return 0;
}

static int copy_text(char *out, size_t cap, const char *text)
{
  if (text == NULL || !oidc_is_plain(span_str(text), cap - 1))
    return ERR_RANGE;
  memcpy(out, text, strlen(text) + 1);
  return 0;
}

static int read_apple_key(struct oidc_provider *p, struct span pem)
{
  BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
  EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
  char group[32] = "";
  BIO_free(bio);
  ERR_clear_error();
  if (key == NULL)
    return ERR_CRYPTO;
  p->apple_key = key;
  if (EVP_PKEY_get_group_name(key, group, sizeof group, NULL) != 1 || strcmp(group, "prime256v1") != 0)
    return ERR_CRYPTO;
  return 0;
}

static int take_secret(struct oidc_provider *p, const struct oidc_provider_config *config)
{
  if (config->apple_key.n == 0)
    return copy_text(p->client_secret, sizeof p->client_secret, config->client_secret);
  if (config->client_secret != NULL || config->apple_key.n > OIDC_BODY_BYTES ||
      copy_text(p->apple_team, sizeof p->apple_team, config->apple_team) != 0 ||
      copy_text(p->apple_key_id, sizeof p->apple_key_id, config->apple_key_id) != 0)
    return ERR_RANGE;
  if (strpbrk(config->apple_team, "\"\\") != NULL || strpbrk(config->apple_key_id, "\"\\") != NULL ||
      strpbrk(config->client_id, "\"\\") != NULL)
    return ERR_RANGE; /* they stand in a token as they are */
  return read_apple_key(p, config->apple_key);
}

int oidc_provider_init(struct oidc_provider *p, const struct oidc_provider_config *config)
{
  *p = (struct oidc_provider){.form_post = config->form_post,
                              .metadata_pace = {.left = METADATA_AT_ONCE}, .keys_pace = {.left = KEYS_AT_ONCE}};
  if (copy_text(p->issuer, sizeof p->issuer, config->issuer) != 0 || !oidc_is_issuer(p->issuer) ||
      copy_text(p->client_id, sizeof p->client_id, config->client_id) != 0 ||
      copy_text(p->redirect_uri, sizeof p->redirect_uri, config->redirect_uri) != 0 || !oidc_is_https(p->redirect_uri))
    return ERR_RANGE;
  int err = take_secret(p, config);
  if (err != 0)
    oidc_provider_fini(p);
  return err;
}

void oidc_provider_fini(struct oidc_provider *p)
{
  EVP_PKEY_free(p->apple_key);
  jwks_fini(&p->keys);
  sodium_memzero(p, sizeof *p);
}

static bool is_fresh(uint64_t fetched_s, uint64_t lasts_s, uint64_t now_s)
{
  return fetched_s != 0 && now_s >= fetched_s && now_s - fetched_s < lasts_s;
}

bool oidc_metadata_is_fresh(const struct oidc_provider *p, uint64_t now_s)
{
  return is_fresh(p->metadata_s, OIDC_METADATA_S, now_s);
}

bool oidc_keys_are_fresh(const struct oidc_provider *p, uint64_t now_s)
{
  return is_fresh(p->keys_s, OIDC_KEYS_S, now_s);
}

static bool take_turn(struct oidc_pace *pace, uint32_t most, uint64_t every_s, uint64_t now_s)
{
  uint64_t more = now_s > pace->filled_s ? (now_s - pace->filled_s) / every_s : 0;
  if (pace->left == most || more >= most - pace->left) {
    pace->left = most;
    pace->filled_s = now_s;
  } else {
    pace->left += (uint32_t)more;
    pace->filled_s += more * every_s;
  }
  if (pace->left == 0)
    return false;
  pace->left--;
  return true;
}

bool oidc_may_fetch_metadata(struct oidc_provider *p, uint64_t now_s)
{
  return take_turn(&p->metadata_pace, METADATA_AT_ONCE, METADATA_EVERY_S, now_s);
}

bool oidc_may_refetch_keys(struct oidc_provider *p, uint64_t now_s)
{
  return take_turn(&p->keys_pace, KEYS_AT_ONCE, KEYS_EVERY_S, now_s);
}

/* The verifier is its random bytes as text; the challenge is that text's SHA-256 as text (RFC 7636, section 4). */
static void random_text(const uint8_t bytes[OIDC_RANDOM_BYTES], char text[OIDC_RANDOM_TEXT + 1])
{
  (void)sodium_bin2base64(text, OIDC_RANDOM_TEXT + 1, bytes, OIDC_RANDOM_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void put_challenge(struct writer *w, char *separator, const struct oidc_login *login)
{
  char text[OIDC_RANDOM_TEXT + 1];
  uint8_t hash[OIDC_RANDOM_BYTES];
  random_text(login->verifier, text);
  (void)crypto_hash_sha256(hash, (const unsigned char *)text, OIDC_RANDOM_TEXT);
  random_text(hash, text);
  oidc_put_field(w, separator, "code_challenge", span_str(text));
  oidc_put_field(w, separator, "code_challenge_method", span_str("S256"));
}

int oidc_authorization_url(const struct oidc_provider *p, const struct oidc_login *login,
                           const uint8_t state[OIDC_RANDOM_BYTES], char url[OIDC_REDIRECT_BYTES])
{
  struct writer w = writer_of(url, OIDC_REDIRECT_BYTES);
  char text[OIDC_RANDOM_TEXT + 1], separator = strchr(p->metadata.authorization_endpoint, '?') == NULL ? '?' : '&';
  put_str(&w, p->metadata.authorization_endpoint);
  oidc_put_field(&w, &separator, "response_type", span_str("code"));
  oidc_put_field(&w, &separator, "client_id", span_str(p->client_id));
  oidc_put_field(&w, &separator, "redirect_uri", span_str(p->redirect_uri));
  /* Apple knows no scope "profile". */
  oidc_put_field(&w, &separator, "scope", span_str(p->apple_key != NULL ? "openid email name" : "openid email profile"));
  if (p->form_post)
    oidc_put_field(&w, &separator, "response_mode", span_str("form_post"));
  random_text(state, text);
  oidc_put_field(&w, &separator, "state", span_str(text));
  random_text(login->nonce, text);
  oidc_put_field(&w, &separator, "nonce", span_str(text));
  put_challenge(&w, &separator, login);
  put_u8(&w, '\0');
  return w.overflow ? ERR_LIMIT : 0;
}

#define APPLE_SECRET_S 300

/* Apple's client secret: a token that says for five minutes that the team's key speaks for the client. */
static int put_apple_secret(struct writer *out, const struct oidc_provider *p, uint64_t now_s)
{
  uint8_t header_bytes[1024], payload_bytes[2048];
  struct writer header = writer_of(header_bytes, sizeof header_bytes);
  struct writer payload = writer_of(payload_bytes, sizeof payload_bytes);
  put_fmt(&header, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", p->apple_key_id);
  put_fmt(&payload, "{\"iss\":\"%s\",\"iat\":%llu,\"exp\":%llu,\"aud\":\"%s\",\"sub\":\"%s\"}", p->apple_team,
          (unsigned long long)now_s, (unsigned long long)(now_s + APPLE_SECRET_S), p->issuer, p->client_id);
  if (header.overflow || payload.overflow)
    return ERR_LIMIT;
  return jws_sign_es256(out, writer_span(&header), writer_span(&payload), p->apple_key);
}

/* Both are form-encoded before they are joined (RFC 6749, section 2.3.1). */
static int put_basic(const struct oidc_provider *p, struct oidc_request *request)
{
  uint8_t bytes[OIDC_AUTHORIZATION_BYTES / 4 * 3];
  struct writer pair = writer_of(bytes, sizeof bytes);
  struct writer w = writer_of(request->authorization, sizeof request->authorization);
  oidc_put_encoded(&pair, span_str(p->client_id));
  put_u8(&pair, ':');
  oidc_put_encoded(&pair, span_str(p->client_secret));
  put_str(&w, "Basic ");
  oidc_put_base64(&w, writer_span(&pair));
  put_u8(&w, '\0');
  sodium_memzero(bytes, sizeof bytes);
  return pair.overflow || w.overflow ? ERR_LIMIT : 0;
}

static int put_client_in_body(struct writer *w, char *separator, const struct oidc_provider *p, uint64_t now_s)
{
  uint8_t bytes[OIDC_BODY_BYTES / 2];
  struct writer secret = writer_of(bytes, sizeof bytes);
  int err = 0;
  if (p->apple_key != NULL)
    err = put_apple_secret(&secret, p, now_s);
  else
    put_str(&secret, p->client_secret);
  oidc_put_field(w, separator, "client_id", span_str(p->client_id));
  oidc_put_field(w, separator, "client_secret", writer_span(&secret));
  sodium_memzero(bytes, sizeof bytes);
  return err;
}

int oidc_token_request(const struct oidc_provider *p, const struct oidc_login *login, struct span code, uint64_t now_s,
                       struct oidc_request *request)
{
  struct writer w = writer_of(request->body, sizeof request->body);
  char verifier[OIDC_RANDOM_TEXT + 1], separator = '\0';
  *request = (struct oidc_request){.post = true};
  memcpy(request->url, p->metadata.token_endpoint, sizeof request->url);
  random_text(login->verifier, verifier);
  oidc_put_field(&w, &separator, "grant_type", span_str("authorization_code"));
  oidc_put_field(&w, &separator, "code", code);
  oidc_put_field(&w, &separator, "redirect_uri", span_str(p->redirect_uri));
  oidc_put_field(&w, &separator, "code_verifier", span_str(verifier));
  sodium_memzero(verifier, sizeof verifier);
  bool basic = p->metadata.basic && p->apple_key == NULL;
  int err = basic ? put_basic(p, request) : put_client_in_body(&w, &separator, p, now_s);
  put_u8(&w, '\0');
  return err == 0 && w.overflow ? ERR_LIMIT : err;
}
