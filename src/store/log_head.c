/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/log_head.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/files.h"

#define PLACE_STEP 4096 /* each place in a block of its own */
#define BODY_BYTES (8 + LOG_MAC_BYTES)
#define HEAD_BYTES (BODY_BYTES + crypto_auth_hmacsha256_BYTES)

static void put_head(const struct store_keys *keys, const struct log_head *head, uint8_t bytes[HEAD_BYTES])
{
  struct writer w = writer_of(bytes, BODY_BYTES);
  put_u64(&w, head->number);
  put_bytes(&w, head->mac, sizeof head->mac);
  (void)crypto_auth_hmacsha256(bytes + BODY_BYTES, bytes, BODY_BYTES, keys->head);
}

static bool read_place(int fd, const struct store_keys *keys, off_t at, struct log_head *head)
{
  uint8_t bytes[HEAD_BYTES];
  if (pread(fd, bytes, sizeof bytes, at) != (ssize_t)sizeof bytes ||
      crypto_auth_hmacsha256_verify(bytes + BODY_BYTES, bytes, BODY_BYTES, keys->head) != 0)
    return false;
  struct span s = span_of(bytes, BODY_BYTES);
  (void)span_u64(&s, &head->number);
  memcpy(head->mac, s.p, sizeof head->mac);
  return true;
}

int log_head_open(const char *path, int *fd)
{
  *fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (*fd < 0)
    return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
  if (flock(*fd, LOCK_EX) == 0)
    return 0;
  (void)close(*fd);
  return ERR_IO;
}

void log_head_close(int fd)
{
  (void)close(fd);
}

/* The newest of the two, and where it stands. */
static int read_newest(int fd, const struct store_keys *keys, struct log_head *head, off_t *at)
{
  struct log_head first, second;
  bool has_first = read_place(fd, keys, 0, &first), has_second = read_place(fd, keys, PLACE_STEP, &second);
  if (!has_first && !has_second)
    return ERR_AUTH;
  bool take_first = has_first && (!has_second || first.number > second.number);
  *at = take_first ? 0 : PLACE_STEP;
  *head = take_first ? first : second;
  return 0;
}

int log_head_read(int fd, const struct store_keys *keys, struct log_head *head)
{
  off_t at;
  return read_newest(fd, keys, head, &at);
}

int log_head_write(int fd, const struct store_keys *keys, const struct log_head *head)
{
  uint8_t bytes[HEAD_BYTES];
  struct log_head before;
  off_t at;
  int err = read_newest(fd, keys, &before, &at);
  if (err != 0)
    return err;
  put_head(keys, head, bytes);
  return pwrite(fd, bytes, sizeof bytes, PLACE_STEP - at) == (ssize_t)sizeof bytes && fdatasync(fd) == 0 ? 0 : ERR_IO;
}

int log_head_reset(const char *path, const struct store_keys *keys, const struct log_head *head)
{
  uint8_t bytes[PLACE_STEP + HEAD_BYTES] = {0}; /* the second place is empty */
  int fd;
  put_head(keys, head, bytes);
  int err = file_make(path, bytes, sizeof bytes);
  if (err != ERR_STATE)
    return err;
  err = log_head_open(path, &fd);
  if (err != 0)
    return err;
  bool written = pwrite(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes && fsync(fd) == 0;
  log_head_close(fd);
  return written ? 0 : ERR_IO;
}
