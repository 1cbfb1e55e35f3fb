/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libipsec-mb's direct API: one call a message, no job queue. */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <intel-ipsec-mb.h>
#include <sodium.h>

#include "proto/aead_backend.h"

static_assert(sizeof(struct gcm_key_data) <= AEAD_SCHEDULE_BYTES, "gcm_key_data must fit: raise AEAD_SCHEDULE_BYTES");
static_assert(alignof(struct aead_key) >= alignof(struct gcm_key_data), "the library loads whole cache lines");

struct ipsec_mb {
  IMB_MGR *manager;                /* the functions for this CPU */
  struct gcm_context_data message; /* of the message under way: here, so that no key stream stays on stacks */
};

static struct gcm_key_data *schedule_of(struct aead_key *key)
{
  return (struct gcm_key_data *)(void *)key->schedule;
}

static const struct gcm_key_data *const_schedule_of(const struct aead_key *key)
{
  return (const struct gcm_key_data *)(const void *)key->schedule;
}

static struct ipsec_mb *library_of(const struct aead_key *key)
{
  return key->backend->state;
}

static int key_init(struct aead_key *key, const uint8_t bytes[AEAD_KEY_BYTES])
{
  IMB_AES256_GCM_PRE(library_of(key)->manager, bytes, schedule_of(key));
  return 0;
}

static void key_release(struct aead_key *key)
{
  (void)key; /* it owns nothing */
}

static int seal_message(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                        const uint8_t *in, size_t n, uint8_t *out, uint8_t *tag)
{
  struct ipsec_mb *m = library_of(key);
  IMB_AES256_GCM_ENC(m->manager, const_schedule_of(key), &m->message, out, in, n, iv, aad, aad_n, tag, AEAD_TAG_BYTES);
  return 0;
}

/* Without a branch on the bytes, so that its time tells nothing about them. */
static bool tags_equal(const uint8_t a[AEAD_TAG_BYTES], const uint8_t b[AEAD_TAG_BYTES])
{
  uint64_t x[2], y[2];
  static_assert(sizeof x == AEAD_TAG_BYTES, "two words are one tag");
  memcpy(x, a, sizeof x);
  memcpy(y, b, sizeof y);
  return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

static int open_message(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                        const uint8_t *in, size_t n, uint8_t *out, const uint8_t *tag)
{
  struct ipsec_mb *m = library_of(key);
  uint8_t expected[AEAD_TAG_BYTES];
  IMB_AES256_GCM_DEC(m->manager, const_schedule_of(key), &m->message, out, in, n, iv, aad, aad_n, expected,
                     AEAD_TAG_BYTES);
  return tags_equal(expected, tag) ? 0 : ERR_AUTH;
}

static void stop(struct aead_backend *b)
{
  struct ipsec_mb *m = b->state;
  free_mb_mgr(m->manager);
  sodium_memzero(m, sizeof *m);
  free(m);
}

/* The manager for the best instruction set of this CPU, or NULL. */
static IMB_MGR *manager_new(void)
{
  IMB_MGR *manager = alloc_mb_mgr(0);
  if (manager == NULL)
    return NULL;
  IMB_ARCH arch;
  init_mb_mgr_auto(manager, &arch);
  if (imb_get_errno(manager) != 0 || arch == IMB_ARCH_NONE || arch == IMB_ARCH_NOAESNI) {
    free_mb_mgr(manager); /* AES in plain C is neither fast nor free of table look-ups: wolfSSL is the better choice */
    return NULL;
  }
  return manager;
}

int aead_ipsec_mb_start(struct aead_backend *b)
{
  struct ipsec_mb *m = calloc(1, sizeof *m);
  if (m == NULL)
    return ERR_NOMEM;
  m->manager = manager_new();
  if (m->manager == NULL) {
    free(m);
    return ERR_UNSUPPORTED;
  }
  *b = (struct aead_backend){.name = "ipsec-mb",
                             .state = m,
                             .stop = stop,
                             .key_init = key_init,
                             .key_release = key_release,
                             .seal = seal_message,
                             .open = open_message};
  return 0;
}
