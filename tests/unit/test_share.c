/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring of records in shared memory: order, wraparound, readers that are too slow, writers that lie; and that nobody
 * but its maker can write it, from outside and from inside a media process's sandbox (T8). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "ipc/share.h"
#include "sandbox/sandbox.h"

static struct share_memory *memory;
static struct share_writer writer;
static struct share_reader reader;

static int set_up(void **state)
{
  (void)state;
  memory = calloc(1, sizeof *memory);
  if (memory == NULL || share_writer_init(&writer, memory) != 0)
    return -1;
  share_reader_init(&reader, memory);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  share_writer_fini(&writer);
  free(memory);
  return 0;
}

static void put(uint64_t number, size_t n)
{
  uint8_t record[SHARE_RECORD_BYTES + 8];
  memset(record, (int)(number % 251), sizeof record);
  memcpy(record, &number, n < sizeof number ? n : sizeof number);
  size_t head = number % 5 == 0 ? n : number * 3 % 67 % (n + 1); /* wherever its body begins */
  share_write(&writer, 1 + number % 2, span_of(record, head), span_of(record + head, n - head));
}

/* The number of the next record, whose bytes are checked; 0: there is none. */
static uint64_t take(size_t *n)
{
  uint64_t words[SHARE_RECORD_WORDS], number = 0;
  const uint8_t *record = (const uint8_t *)words;
  if (share_read(&reader, words, n) != 0)
    return 0;
  memcpy(&number, record, sizeof number);
  for (size_t i = sizeof number; i < *n; i++)
    assert_int_equal(record[i], number % 251);
  return number;
}

static void test_in_order(void **state)
{
  size_t n;
  (void)state;
  assert_int_equal(take(&n), 0);
  for (uint64_t i = 1; i <= 3 * SHARE_SLOTS; i++) { /* round and round */
    size_t size = 8 + i * 7 % (SHARE_RECORD_BYTES - 7);
    put(i, size);
    assert_int_equal(take(&n), i);
    assert_int_equal(n, size);
    assert_int_equal(take(&n), 0);
  }
  assert_int_equal(reader.lost + reader.bad, 0);
}

static void test_what_does_not_fit(void **state)
{
  size_t n;
  (void)state;
  put(1, SHARE_RECORD_BYTES + 1);
  put(2, 0);
  assert_int_equal(take(&n), 0);
  put(3, SHARE_RECORD_BYTES);
  assert_int_equal(take(&n), 3);
  assert_int_equal(n, SHARE_RECORD_BYTES);
}

static void test_slow_reader(void **state)
{
  uint64_t last = 0, got = 0;
  size_t n;
  (void)state;
  for (uint64_t i = 1; i <= 2 * SHARE_SLOTS + 100; i++)
    put(i, 100);
  for (uint64_t number; (number = take(&n)) != 0; got++) {
    assert_true(number > last); /* the oldest are lost, the order is not */
    last = number;
  }
  assert_int_equal(last, 2 * SHARE_SLOTS + 100);
  assert_true(got >= SHARE_SLOTS / 2 && got <= SHARE_SLOTS);
  assert_int_equal(reader.lost, last - got);
}

static void test_who_comes_later_reads_from_then_on(void **state)
{
  size_t n;
  (void)state;
  for (uint64_t i = 1; i <= 10; i++)
    put(i, 50);
  share_reader_init(&reader, memory);
  assert_int_equal(take(&n), 0);
  put(11, 50);
  assert_int_equal(take(&n), 11);
}

static void test_wiping(void **state)
{
  size_t n;
  (void)state;
  for (uint64_t i = 1; i <= SHARE_SLOTS + 10; i++)
    put(i, 200);
  share_wipe(&writer, 2); /* odd numbers */
  share_reader_init(&reader, memory);
  reader.next = SHARE_SLOTS; /* not yet overwritten */
  for (uint64_t i = SHARE_SLOTS; i <= SHARE_SLOTS + 10; i += 2)
    assert_int_equal(take(&n), i);
  for (size_t i = 0; i < SHARE_SLOTS; i++)
    for (size_t k = 0; memory->slot[i].bytes == 0 && k < SHARE_RECORD_WORDS; k++)
      assert_int_equal(memory->slot[i].words[k], 0);
  put(SHARE_SLOTS + 11, 20); /* and it goes on */
  assert_int_equal(take(&n), SHARE_SLOTS + 11);
}

/* Whatever stands there, a reader comes to an end, writes nothing outside and does not stand still for ever. */
static void test_hostile_writer(void **state)
{
  static const uint64_t odd[] = {0, 1, 2, 3, UINT64_MAX, UINT64_MAX - 1, 1ull << 63, SHARE_SLOTS, 2 * SHARE_SLOTS};
  struct {
    uint64_t record[SHARE_RECORD_WORDS];
    uint8_t behind[64];
  } out;
  size_t n, odds = sizeof odd / sizeof odd[0];
  (void)state;
  memset(out.behind, 0x5a, sizeof out.behind);
  for (size_t a = 0; a < odds; a++)
    for (size_t b = 0; b < odds; b++) {
      share_reader_init(&reader, memory);
      for (size_t i = 0; i < SHARE_SLOTS; i++) {
        memory->slot[i].sequence = odd[a] + (a % 2 == 0 ? 0 : 2 * i);
        memory->slot[i].bytes = odd[b];
      }
      memory->written = odd[(a + b) % odds];
      for (int i = 0; i < 10; i++)
        if (share_read(&reader, out.record, &n) == 0)
          assert_true(n > 0 && n <= SHARE_RECORD_BYTES);
      for (size_t i = 0; i < sizeof out.behind; i++)
        assert_int_equal(out.behind[i], 0x5a);
    }
  memset(memory, 0, sizeof *memory); /* a length that is too large is counted, and passed over */
  memory->slot[1] = (struct share_slot){.sequence = 2, .bytes = SHARE_RECORD_BYTES + 1};
  memory->slot[2] = (struct share_slot){.sequence = 4, .bytes = 8};
  reader = (struct share_reader){.memory = memory, .next = 1};
  assert_int_equal(share_read(&reader, out.record, &n), 0);
  assert_int_equal(n, 8);
  assert_int_equal(reader.bad, 1);
}

/* A record that is being written is not there yet. */
static void test_half_a_record(void **state)
{
  size_t n;
  (void)state;
  put(1, 30);
  memory->slot[1].sequence = 1;
  assert_int_equal(take(&n), 0);
  memory->slot[1].sequence = 2;
  assert_int_equal(take(&n), 1);
}

/* A writer in another process, at full speed: whatever is read is whole. */
static void test_beside_a_writer(void **state)
{
  struct share_memory *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  uint64_t last = 0;
  size_t n;
  (void)state;
  assert_ptr_not_equal(shared, MAP_FAILED);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    free(writer.tag);
    if (share_writer_init(&writer, shared) != 0)
      _exit(1);
    for (uint64_t i = 1; i <= 60000; i++)
      put(i, 8 + i * 13 % 1200);
    _exit(0);
  }
  reader = (struct share_reader){.memory = shared, .next = 1};
  while (last < 60000) {
    uint64_t number = take(&n);
    assert_true(number == 0 || number > last);
    last = number != 0 ? number : last;
  }
  assert_int_equal(waitpid(pid, NULL, 0), pid);
  munmap(shared, sizeof *shared);
}

/* ---- who may write (attack on T8: a media process that was taken over writes into another's memory) ---- */

static int given = -1; /* what a reader is given */

/* In how many ways a reader can change what it was given. */
static int ways_to_write(void)
{
  int ways = 0;
  void *at = mmap(NULL, sizeof *memory, PROT_READ | PROT_WRITE, MAP_SHARED, given, 0);
  ways += at != MAP_FAILED;
  at = mmap(NULL, sizeof *memory, PROT_READ, MAP_SHARED, given, 0);
  ways += at != MAP_FAILED && mprotect(at, sizeof *memory, PROT_READ | PROT_WRITE) == 0;
  ways += write(given, "x", 1) == 1;
  return ways;
}

static int ways_with_all_calls(void)
{
  char path[64];
  int ways = ways_to_write();
  ways += pwrite(given, "x", 1, 100) == 1;
  ways += ftruncate(given, 4096) == 0;
  ways += ftruncate(given, 2 * sizeof *memory) == 0;
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", given);
  int again = open(path, O_RDWR);
  if (again >= 0)
    ways += write(again, "x", 1) == 1;
  return ways;
}

/* As a child that has entered the media process's sandbox. */
static int status_in_sandbox(int (*attempt)(void))
{
  int status = -1;
  pid_t pid = fork();
  if (pid == 0) {
    const struct sandbox s = {.profile = SANDBOX_MEDIA, .uid = 65534, .gid = 65534};
    _exit(sandbox_enter(&s) == 0 ? attempt() : 99);
  }
  assert_true(pid > 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return status;
}

static int map_for_reading(void)
{
  const struct share_memory *mapped;
  uint64_t record[SHARE_RECORD_WORDS];
  struct share_reader r;
  size_t n;
  if (share_map(given, &mapped) != 0)
    return 1;
  share_reader_init(&r, mapped);
  r.next = 1;
  int err = share_read(&r, record, &n);
  share_unmap(mapped);
  return err == 0 && n == 40 ? 0 : 2;
}

static int map_for_writing(void)
{
  return mmap(NULL, sizeof *memory, PROT_READ | PROT_WRITE, MAP_SHARED, given, 0) != MAP_FAILED ? 1 : 0;
}

static int allow_writing(void)
{
  void *at = mmap(NULL, sizeof *memory, PROT_READ, MAP_SHARED, given, 0);
  return at == MAP_FAILED ? 2 : mprotect(at, sizeof *memory, PROT_READ | PROT_WRITE) == 0;
}

static void test_readers_cannot_write(void **state)
{
  struct share_memory *own;
  struct share_writer w;
  uint8_t record[40] = {7};
  int status;
  (void)state;
  assert_int_equal(share_make(&own, &given), 0);
  assert_int_equal(share_check(given), 0);
  assert_int_equal(share_writer_init(&w, own), 0);
  share_write(&w, 1, span_of(record, sizeof record), (struct span){0}); /* its maker can */
  assert_int_equal(ways_with_all_calls(), 0);
  status = status_in_sandbox(map_for_reading);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  status = status_in_sandbox(map_for_writing); /* the sandbox kills it before the seal refuses */
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
  status = status_in_sandbox(allow_writing);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  share_writer_fini(&w);
  share_unmap(own);
  close(given);
}

/* The same attempts where the seals are left out: they succeed, so that the test above can fail. And the supervisor does
 * not pass such memory on. */
static void test_without_seals_they_could(void **state)
{
  (void)state;
  given = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  assert_true(given >= 0 && ftruncate(given, sizeof *memory) == 0);
  assert_int_equal(ways_to_write(), 3);
  assert_int_equal(share_check(given), ERR_MALFORMED);
  int status = status_in_sandbox(allow_writing);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
  close(given);
  given = memfd_create("of another size", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  assert_true(given >= 0 && ftruncate(given, sizeof *memory - 4096) == 0);
  assert_int_equal(fcntl(given, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
  assert_int_equal(share_check(given), ERR_MALFORMED);
  close(given);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_in_order, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_what_does_not_fit, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_slow_reader, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_who_comes_later_reads_from_then_on, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_wiping, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_hostile_writer, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_half_a_record, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_beside_a_writer, set_up, tear_down),
    cmocka_unit_test(test_readers_cannot_write),
    cmocka_unit_test(test_without_seals_they_could),
  };
  return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
