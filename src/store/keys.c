/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/files.h"

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PLACE_BYTES 48
#define KDF_CONTEXT "tdostore" /* crypto_kdf_CONTEXTBYTES */

enum { KEY_SEAL = 1, KEY_LOG, KEY_HEAD, KEY_CHECK };

_Static_assert(NONCE_BYTES + TAG_BYTES == SEAL_EXTRA, "size of what is sealed");
_Static_assert(crypto_kdf_KEYBYTES == KEY_FILE_BYTES, "size of the key file");

/* --- the key file --- */

int key_file_make(const char *path, bool *made)
{
  uint8_t key[KEY_FILE_BYTES];
  *made = false;
  if (access(path, F_OK) == 0)
    return 0;
  randombytes_buf(key, sizeof key);
  int err = file_make(path, key, sizeof key);
  sodium_memzero(key, sizeof key);
  *made = err == 0;
  return err == ERR_STATE ? 0 : err; /* another process was first */
}

static int read_key(int fd, uint8_t key[KEY_FILE_BYTES])
{
  struct stat s;
  if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size != KEY_FILE_BYTES ||
      pread(fd, key, KEY_FILE_BYTES, 0) != KEY_FILE_BYTES) {
    log_error("store: the key file is not one: it must have %d bytes", KEY_FILE_BYTES);
    return ERR_AUTH;
  }
  if ((s.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    log_error("store: the key file can be read by others: chmod 600");
    return ERR_AUTH;
  }
  return 0;
}

int keys_load(struct store_keys *keys, const char *path)
{
  uint8_t key[KEY_FILE_BYTES];
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    log_error("store: the key file of the database cannot be opened");
    return ERR_AUTH;
  }
  int err = read_key(fd, key);
  (void)close(fd);
  if (err == 0) {
    (void)crypto_kdf_derive_from_key(keys->seal, sizeof keys->seal, KEY_SEAL, KDF_CONTEXT, key);
    (void)crypto_kdf_derive_from_key(keys->log, sizeof keys->log, KEY_LOG, KDF_CONTEXT, key);
    (void)crypto_kdf_derive_from_key(keys->head, sizeof keys->head, KEY_HEAD, KDF_CONTEXT, key);
    (void)crypto_kdf_derive_from_key(keys->check, sizeof keys->check, KEY_CHECK, KDF_CONTEXT, key);
  }
  sodium_memzero(key, sizeof key);
  return err;
}

void keys_wipe(struct store_keys *keys)
{
  sodium_memzero(keys, sizeof *keys);
}

/* --- sealing --- */

static size_t place_bytes(const struct seal_place *place, uint8_t bytes[PLACE_BYTES])
{
  struct writer w = writer_of(bytes, PLACE_BYTES);
  put_bytes(&w, place->row, 16);
  put_str(&w, place->table);
  return w.n;
}

void seal(const struct store_keys *keys, const struct seal_place *place, const void *p, size_t n, uint8_t *sealed)
{
  uint8_t where[PLACE_BYTES];
  size_t where_n = place_bytes(place, where);
  randombytes_buf(sealed, NONCE_BYTES);
  (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_BYTES, NULL, p, n, where, where_n, NULL, sealed,
                                                   keys->seal);
}

int unseal(const struct store_keys *keys, const struct seal_place *place, struct span sealed, void *p, size_t size,
           size_t *n)
{
  uint8_t where[PLACE_BYTES];
  size_t where_n = place_bytes(place, where);
  struct span nonce;
  if (sealed.n < SEAL_EXTRA || span_take(&sealed, NONCE_BYTES, &nonce) != 0)
    return ERR_AUTH;
  if (sealed.n - TAG_BYTES > size)
    return ERR_RANGE;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(p, NULL, NULL, sealed.p, sealed.n, where, where_n, nonce.p,
                                                 keys->seal) != 0)
    return ERR_AUTH;
  *n = sealed.n - TAG_BYTES;
  return 0;
}
