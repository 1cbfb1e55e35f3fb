/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of the security log: the number and the MAC of its last entry, in a file beside the key file, away from the
 * database. Whoever can write the database alone cannot cut the end of the log unseen. Two places in turn, each with its own
 * MAC: a write that the power ends loses no more than the newest number. */
#ifndef TESTUDO_STORE_LOG_HEAD_H
#define TESTUDO_STORE_LOG_HEAD_H

#include "store/keys.h"

#define LOG_MAC_BYTES 32

struct log_head {
  uint64_t number; /* 0: no entry yet, with a MAC of zeros */
  uint8_t mac[LOG_MAC_BYTES];
};

/* Both hold the file's lock from log_head_open to log_head_close. */
int log_head_open(const char *path, int *fd); /* ERR_NOT_FOUND; ERR_IO */
void log_head_close(int fd);
/* The newest of the two. ERR_AUTH: none is right. */
int log_head_read(int fd, const struct store_keys *keys, struct log_head *head);
int log_head_write(int fd, const struct store_keys *keys, const struct log_head *head);

/* Makes the file, or writes it anew, with this head and nothing else: at the first start and after a restore. */
int log_head_reset(const char *path, const struct store_keys *keys, const struct log_head *head);

#endif
