/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "srtp_oracle.h"

#include <dlfcn.h>
#include <srtp2/srtp.h>
#include <string.h>

#include "base/err.h"

#define WINDOW_PACKETS 1024

/* Filled once by srtp_oracle_load. */
static struct {
  __typeof__(srtp_init) *init;
  __typeof__(srtp_crypto_policy_set_aes_gcm_256_16_auth) *set_policy;
  __typeof__(srtp_create) *create;
  __typeof__(srtp_dealloc) *dealloc;
  __typeof__(srtp_protect) *protect;
  __typeof__(srtp_unprotect) *unprotect;
  __typeof__(srtp_protect_rtcp) *protect_rtcp;
  __typeof__(srtp_unprotect_rtcp) *unprotect_rtcp;
} library;

static bool find(void *handle, const char *name, void *function)
{
  void *at = dlsym(handle, name);
  memcpy(function, &at, sizeof at); /* the way POSIX says: data and function pointers don't convert in C */
  return at != NULL;
}

bool srtp_oracle_load(void)
{
  if (library.init != NULL)
    return true;
  void *handle = dlopen("libsrtp2.so.1", RTLD_NOW | RTLD_LOCAL);
  return handle != NULL && find(handle, "srtp_init", &library.init) &&
         find(handle, "srtp_crypto_policy_set_aes_gcm_256_16_auth", &library.set_policy) &&
         find(handle, "srtp_create", &library.create) && find(handle, "srtp_dealloc", &library.dealloc) &&
         find(handle, "srtp_protect", &library.protect) && find(handle, "srtp_unprotect", &library.unprotect) &&
         find(handle, "srtp_protect_rtcp", &library.protect_rtcp) &&
         find(handle, "srtp_unprotect_rtcp", &library.unprotect_rtcp) && library.init() == srtp_err_status_ok;
}

/* struct srtp_oracle is libsrtp2's session under a name of its own. */
static srtp_t session_of(struct srtp_oracle *o)
{
  return (srtp_t)(void *)o;
}

struct srtp_oracle *srtp_oracle_new(bool outbound, uint32_t ssrc, const uint8_t master[SRTP_ORACLE_MASTER_BYTES])
{
  uint8_t key[SRTP_ORACLE_MASTER_BYTES];
  srtp_t session;
  memcpy(key, master, sizeof key);
  srtp_ssrc_type_t any = outbound ? ssrc_any_outbound : ssrc_any_inbound;
  srtp_policy_t policy = {
    .ssrc = {.type = ssrc != 0 ? ssrc_specific : any, .value = ssrc}, .key = key, .window_size = WINDOW_PACKETS};
  library.set_policy(&policy.rtp);
  library.set_policy(&policy.rtcp);
  if (library.create(&session, &policy) != srtp_err_status_ok)
    return NULL;
  return (struct srtp_oracle *)(void *)session;
}

void srtp_oracle_free(struct srtp_oracle *o)
{
  (void)library.dealloc(session_of(o));
}

static int run(srtp_err_status_t (*function)(srtp_t, void *, int *), struct srtp_oracle *o, uint8_t *packet, size_t *n)
{
  int length = (int)*n;
  srtp_err_status_t status = function(session_of(o), packet, &length);
  *n = (size_t)length;
  switch (status) {
  case srtp_err_status_ok: return 0;
  case srtp_err_status_auth_fail: return ERR_AUTH;
  case srtp_err_status_replay_fail:
  case srtp_err_status_replay_old: return ERR_REPLAY;
  default: return ERR_CRYPTO;
  }
}

int srtp_oracle_protect(struct srtp_oracle *o, uint8_t *packet, size_t *n)
{
  return run(library.protect, o, packet, n);
}

int srtp_oracle_unprotect(struct srtp_oracle *o, uint8_t *packet, size_t *n)
{
  return run(library.unprotect, o, packet, n);
}

int srtp_oracle_protect_rtcp(struct srtp_oracle *o, uint8_t *packet, size_t *n)
{
  return run(library.protect_rtcp, o, packet, n);
}

int srtp_oracle_unprotect_rtcp(struct srtp_oracle *o, uint8_t *packet, size_t *n)
{
  return run(library.unprotect_rtcp, o, packet, n);
}
