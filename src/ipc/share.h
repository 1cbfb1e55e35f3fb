/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of records in memory that one process writes and others read: how decrypted media of a room that spans several
 * media processes gets from one to the others, once, whatever the number of viewers.
 *
 * The memory is the writer's, in a sealed memfd: nobody else can map it for writing, nor change its size (share_make).
 * Readers have no way to hold the writer up, or to tell it anything: who is too slow loses the oldest records, and counts
 * them. To a reader all that stands there is hostile, and may change at any moment: each word is read once, copied, and
 * looked at in the copy.
 *
 * A slot's sequence is 2 k when record k is whole in it and 2 k - 1 while that is being written. Records are counted
 * from 1; record k is in slot k % SHARE_SLOTS. */
#ifndef TESTUDO_IPC_SHARE_H
#define TESTUDO_IPC_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

#define SHARE_SLOTS LIMIT_SHARE_RECORDS /* a power of two */
#define SHARE_RECORD_BYTES 1584u        /* a packet and what is said of it */
#define SHARE_RECORD_WORDS (SHARE_RECORD_BYTES / sizeof(uint64_t))

struct share_slot {
  uint64_t sequence;
  uint64_t bytes; /* 0: wiped */
  uint64_t words[SHARE_RECORD_WORDS];
};

struct share_memory {
  uint64_t written; /* the last whole record; 0: none */
  uint64_t unused[7];
  struct share_slot slot[SHARE_SLOTS];
};

/* ---- over any memory ---- */

struct share_writer {
  struct share_memory *memory;
  uint64_t next;  /* the next record. This and the rest is never read from memory that others see */
  uint64_t *tag;  /* by slot: whose record it is; 0: nobody's */
};

struct share_reader {
  const struct share_memory *memory;
  uint64_t next;
  uint64_t lost, bad; /* records that were overwritten before they were read, and that no writer of ours makes */
};

/* `memory` is all zero. ERR_NOMEM. */
int share_writer_init(struct share_writer *w, struct share_memory *memory);

/* Wipes all records. */
void share_writer_fini(struct share_writer *w);

/* A record is its head and, behind it, its body, each copied once, into its place; one of them may be empty. At most
 * SHARE_RECORD_BYTES: longer ones, and empty ones, are not written. `tag` is not 0. */
void share_write(struct share_writer *w, uint64_t tag, struct span head, struct span body);

/* Wipes what was written with this tag: a room has ended. */
void share_wipe(struct share_writer *w, uint64_t tag);

/* Reads what is written from now on. */
void share_reader_init(struct share_reader *r, const struct share_memory *memory);

/* The next record, `n` bytes of it, copied once. ERR_AGAIN: there is none yet. Looks at a bounded number of slots whatever stands in them; the caller
 * bounds how many records it takes in a turn. */
int share_read(struct share_reader *r, uint64_t record[static SHARE_RECORD_WORDS], size_t *n);

/* ---- memory of the system ---- */

/* New memory, mapped for writing here and, from then on, for nobody else: `fd` can be given away. ERR_IO. */
int share_make(struct share_memory **memory, int *fd);

/* Whether it is memory that share_make has made: sealed, and of the right size, for good. ERR_MALFORMED. */
int share_check(int fd);

/* Another's memory, checked before, for reading. ERR_IO. */
int share_map(int fd, const struct share_memory **memory);
void share_unmap(const struct share_memory *memory);

#endif
