/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/share.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* Plain copies of memory that another process may be changing would be undefined; relaxed words are not. */
static void load_words(uint64_t *to, const uint64_t *from, size_t n)
{
  for (size_t i = 0; i < n; i++)
    to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

/* The bytes from `at` on of what both are one behind the other, as many as there are; zeros behind them. */
static uint64_t word_at(struct span head, struct span body, size_t at)
{
  uint8_t bytes[sizeof(uint64_t)] = {0};
  uint64_t word;
  if (at >= head.n && at - head.n + sizeof word <= body.n) {
    memcpy(&word, body.p + (at - head.n), sizeof word);
    return word;
  }
  for (size_t i = 0; i < sizeof bytes && at + i < head.n + body.n; i++)
    bytes[i] = at + i < head.n ? head.p[at + i] : body.p[at + i - head.n];
  memcpy(&word, bytes, sizeof word);
  return word;
}

static void store_words(uint64_t *to, struct span head, struct span body)
{
  for (size_t at = 0; at < head.n + body.n; at += sizeof *to)
    __atomic_store_n(to++, word_at(head, body, at), __ATOMIC_RELAXED);
}

static size_t words_of(size_t bytes)
{
  return (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

/* ---- writing ---- */

int share_writer_init(struct share_writer *w, struct share_memory *memory)
{
  *w = (struct share_writer){.memory = memory, .next = 1, .tag = calloc(SHARE_SLOTS, sizeof *w->tag)};
  return w->tag != NULL ? 0 : ERR_NOMEM;
}

void share_writer_fini(struct share_writer *w)
{
  if (w->memory != NULL)
    sodium_memzero(w->memory, sizeof *w->memory);
  free(w->tag);
  *w = (struct share_writer){0};
}

static void begin_slot(struct share_slot *slot, uint64_t number)
{
  __atomic_store_n(&slot->sequence, 2 * number - 1, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static void end_slot(struct share_slot *slot, uint64_t number)
{
  __atomic_store_n(&slot->sequence, 2 * number, __ATOMIC_RELEASE);
}

void share_write(struct share_writer *w, uint64_t tag, struct span head, struct span body)
{
  const uint64_t number = w->next;
  struct share_slot *slot = &w->memory->slot[number % SHARE_SLOTS];
  if (head.n > SHARE_RECORD_BYTES || body.n > SHARE_RECORD_BYTES - head.n || head.n + body.n == 0)
    return;
  begin_slot(slot, number);
  __atomic_store_n(&slot->bytes, head.n + body.n, __ATOMIC_RELAXED);
  store_words(slot->words, head, body);
  end_slot(slot, number);
  w->tag[number % SHARE_SLOTS] = tag;
  w->next = number + 1;
  __atomic_store_n(&w->memory->written, number, __ATOMIC_RELEASE);
}

/* The last record that was written to the slot. */
static uint64_t number_in(const struct share_writer *w, uint64_t slot)
{
  uint64_t last = w->next - 1;
  return last - (last - slot) % SHARE_SLOTS;
}

void share_wipe(struct share_writer *w, uint64_t tag)
{
  for (uint64_t i = 0; i < SHARE_SLOTS; i++) {
    struct share_slot *slot = &w->memory->slot[i];
    if (w->tag[i] != tag)
      continue;
    begin_slot(slot, number_in(w, i));
    __atomic_store_n(&slot->bytes, 0, __ATOMIC_RELAXED);
    sodium_memzero(slot->words, sizeof slot->words);
    end_slot(slot, number_in(w, i)); /* readers pass over it */
    w->tag[i] = 0;
  }
}

/* ---- reading ---- */

static uint64_t written(const struct share_reader *r)
{
  return __atomic_load_n(&r->memory->written, __ATOMIC_ACQUIRE);
}

void share_reader_init(struct share_reader *r, const struct share_memory *memory)
{
  *r = (struct share_reader){.memory = memory};
  r->next = written(r) + 1;
}

/* The writer has come round. What it will overwrite next is not worth the race: half of the ring is left out. */
static void fall_back(struct share_reader *r)
{
  uint64_t last = written(r), next = last > SHARE_SLOTS / 2 ? last - SHARE_SLOTS / 2 : 1;
  r->lost += next > r->next && next - r->next <= last ? next - r->next : 1;
  r->next = next > r->next ? next : r->next + 1; /* forwards, whatever stands there */
}

/* ERR_AGAIN: it is not whole yet. ERR_LIMIT: another one is there. */
static int copy_slot(const struct share_reader *r, uint64_t *record, size_t *n)
{
  const struct share_slot *slot = &r->memory->slot[r->next % SHARE_SLOTS];
  uint64_t sequence = __atomic_load_n(&slot->sequence, __ATOMIC_ACQUIRE);
  if (sequence != 2 * r->next)
    return sequence < 2 * r->next ? ERR_AGAIN : ERR_LIMIT;
  uint64_t bytes = __atomic_load_n(&slot->bytes, __ATOMIC_RELAXED); /* once: what is checked is what is used */
  if (bytes > SHARE_RECORD_BYTES)
    return ERR_RANGE;
  load_words(record, slot->words, words_of(bytes));
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  if (__atomic_load_n(&slot->sequence, __ATOMIC_RELAXED) != sequence)
    return ERR_LIMIT;
  *n = bytes;
  return 0;
}

int share_read(struct share_reader *r, uint64_t record[static SHARE_RECORD_WORDS], size_t *n)
{
  for (uint64_t tries = 0; tries < SHARE_SLOTS; tries++) {
    int err = copy_slot(r, record, n);
    if (err == ERR_AGAIN)
      return err;
    if (err == ERR_LIMIT) {
      fall_back(r);
      continue;
    }
    r->next++;
    r->bad += err != 0;
    if (err == 0 && *n > 0)
      return 0;
  }
  return ERR_AGAIN;
}
