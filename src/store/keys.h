/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key file, the keys that are derived from it, and sealing: what must be read again is stored under
 * XChaCha20-Poly1305 with a random nonce, bound to the place where it belongs, so that a sealed secret that is moved to
 * another row does not open. */
#ifndef TESTUDO_STORE_KEYS_H
#define TESTUDO_STORE_KEYS_H

#include <stdint.h>

#include "base/bytes.h"

#define KEY_FILE_BYTES 32
#define SEAL_EXTRA 40    /* nonce and tag */
#define SEALED_MOST 4096 /* bytes of what is sealed */

struct store_keys {
  uint8_t seal[32];
  uint8_t log[32];   /* the chain of the security log */
  uint8_t head[32];  /* its last number and MAC beside the key file */
  uint8_t check[32]; /* stands in the database: tells whether the key file is the right one */
};

/* Makes the file with mode 0600 when it is not there; `made` says so. Whoever makes it first, wins. ERR_IO. */
int key_file_make(const char *path, bool *made);

/* ERR_AUTH: missing, of a wrong size, or others may read it: logged. */
int keys_load(struct store_keys *keys, const char *path);
void keys_wipe(struct store_keys *keys);

/* Where a sealed value belongs: a table and a row. */
struct seal_place {
  const char *table;
  const uint8_t *row; /* 16 bytes */
};

/* Writes n + SEAL_EXTRA bytes. */
void seal(const struct store_keys *keys, const struct seal_place *place, const void *p, size_t n, uint8_t *sealed);
/* ERR_AUTH; ERR_RANGE if there are more than `size` bytes. */
int unseal(const struct store_keys *keys, const struct seal_place *place, struct span sealed, void *p, size_t size,
           size_t *n);

#endif
