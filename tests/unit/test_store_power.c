/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's power fails at any instant: what was acknowledged is there, although the disk has lost what it was
 * not told to keep. The child's writes are noted as they go by, for this program's own files and SQLite's alike;
 * after its death its files are made anew from what was synced, and from a part of the rest: none of it, or some of
 * its sectors. */
#include "store_testing.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "store/store_log.h"

#define CUTS 40
#define CHANGES 400       /* a child's; SQLite brings its journal in after about a hundred of them */
#define NOTES_BYTES (512u * 1024 * 1024)
#define FILES 8
#define FILE_MOST (16u * 1024 * 1024)
#define SECTOR 512

enum note_kind { NOTE_WRITE, NOTE_SIZE, NOTE_SYNC };

struct note {
  uint32_t kind, file;
  uint64_t at; /* of a write; the size */
  uint64_t n;  /* bytes that follow */
};

/* Shared with the child. */
struct notes {
  char path[FILES][256];
  ino_t inode[FILES];
  uint32_t files, syncs;
  uint32_t acknowledged; /* changes */
  int64_t writes_left;   /* then the power fails */
  size_t used;
  uint8_t bytes[];
};

static struct notes *notes; /* NULL: nothing is noted */

/* --- what goes by --- */

static uint32_t file_of(int fd)
{
  char link[64];
  struct stat s;
  if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
    return FILES;
  for (uint32_t i = 0; i < notes->files; i++)
    if (notes->inode[i] == s.st_ino)
      return i;
  if (notes->files == FILES)
    _exit(9);
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink(link, notes->path[notes->files], sizeof notes->path[0] - 1) < 0)
    _exit(9);
  notes->inode[notes->files] = s.st_ino;
  return notes->files++;
}

static void note(enum note_kind kind, int fd, uint64_t at, const void *p, size_t n)
{
  struct note head = {.kind = kind, .file = file_of(fd), .at = at, .n = n};
  if (head.file == FILES)
    return;
  if (kind != NOTE_SYNC && notes->writes_left-- == 0)
    (void)raise(SIGKILL);
  if (sizeof head + n > NOTES_BYTES - notes->used)
    _exit(8);
  memcpy(notes->bytes + notes->used, &head, sizeof head);
  if (n > 0)
    memcpy(notes->bytes + notes->used + sizeof head, p, n);
  notes->used += sizeof head + n;
}

/* In place of the C library's, for SQLite too, which finds those of the program first. */
#define IN_PLACE __attribute__((visibility("default")))

/* Under both names, whatever size of offsets the callers were built for. */
IN_PLACE ssize_t noted_pwrite(int fd, const void *p, size_t n, int64_t at) __asm__("pwrite");
IN_PLACE ssize_t noted_pwrite64(int fd, const void *p, size_t n, int64_t at) __asm__("pwrite64");
IN_PLACE int noted_ftruncate(int fd, int64_t size) __asm__("ftruncate");
IN_PLACE int noted_ftruncate64(int fd, int64_t size) __asm__("ftruncate64");
IN_PLACE int fsync(int fd);
IN_PLACE int fdatasync(int fd);

ssize_t noted_pwrite64(int fd, const void *p, size_t n, int64_t at)
{
  if (notes != NULL)
    note(NOTE_WRITE, fd, (uint64_t)at, p, n);
  return syscall(SYS_pwrite64, fd, p, n, at);
}

int noted_ftruncate64(int fd, int64_t size)
{
  if (notes != NULL)
    note(NOTE_SIZE, fd, (uint64_t)size, NULL, 0);
  return (int)syscall(SYS_ftruncate, fd, size);
}

int fdatasync(int fd)
{
  if (notes == NULL)
    return (int)syscall(SYS_fdatasync, fd);
  note(NOTE_SYNC, fd, 0, NULL, 0);
  notes->syncs++;
  return 0;
}

int fsync(int fd)
{
  return fdatasync(fd);
}

ssize_t noted_pwrite(int fd, const void *p, size_t n, int64_t at)
{
  return noted_pwrite64(fd, p, n, at);
}

int noted_ftruncate(int fd, int64_t size)
{
  return noted_ftruncate64(fd, size);
}

/* --- what the disk has --- */

struct disk_file {
  uint8_t *bytes;
  size_t n;
  bool there;
};

static struct disk_file disk[FILES];

static uint32_t next_random(uint64_t *seed)
{
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*seed >> 33);
}

static void resize(struct disk_file *f, size_t n)
{
  assert_true(n <= FILE_MOST);
  if (n > f->n)
    memset(f->bytes + f->n, 0, n - f->n);
  f->n = n;
  f->there = true;
}

static void apply_bytes(struct disk_file *f, uint64_t at, const uint8_t *p, size_t n)
{
  if (at + n > f->n)
    resize(f, at + n);
  memcpy(f->bytes + at, p, n);
}

/* Some of the sectors only. */
static void apply_torn(struct disk_file *f, uint64_t at, const uint8_t *p, size_t n, uint64_t *seed)
{
  for (size_t i = 0; i < n; i += SECTOR)
    if ((next_random(seed) & 1) != 0)
      apply_bytes(f, at + i, p + i, n - i < SECTOR ? n - i : SECTOR);
}

static const uint8_t *read_note(size_t at, struct note *head)
{
  memcpy(head, notes->bytes + at, sizeof *head);
  return notes->bytes + at + sizeof *head;
}

/* Where the last sync of each file stands in the notes. */
static void find_syncs(size_t last[FILES])
{
  struct note head;
  memset(last, 0, FILES * sizeof last[0]);
  for (size_t at = 0; at < notes->used; at += sizeof head + head.n) {
    (void)read_note(at, &head);
    if (head.kind == NOTE_SYNC)
      last[head.file] = at;
  }
}

static void replay(uint64_t *seed)
{
  size_t last[FILES];
  struct note head;
  bool keeps_some = (next_random(seed) & 1) != 0;
  find_syncs(last);
  for (size_t at = 0; at < notes->used; at += sizeof head + head.n) {
    const uint8_t *p = read_note(at, &head);
    struct disk_file *f = &disk[head.file];
    bool synced = at < last[head.file];
    if (head.kind == NOTE_WRITE && synced)
      apply_bytes(f, head.at, p, head.n);
    else if (head.kind == NOTE_WRITE && keeps_some)
      apply_torn(f, head.at, p, head.n, seed);
    else if (head.kind == NOTE_SIZE && (synced || (keeps_some && (next_random(seed) & 1) != 0)))
      resize(f, head.at);
  }
}

/* --- the child --- */

static int change(struct store *st, uint32_t n)
{
  char email[32];
  struct session guest = {.created_s = NOW, .used_s = NOW};
  (void)snprintf(email, sizeof email, "p%u@example.org", n);
  struct account a = an_account(email);
  struct log_event e = {.time_s = NOW, .kind = "account_added", .actor = "cli"};
  memcpy(guest.cookie_hash, &n, sizeof n);
  int err = store_session_add(st, &guest); /* without waiting: what comes after it must wait all the same */
  if (err == ERR_STATE) /* kept from before the power failed, though nothing had promised it */
    err = 0;
  if (err == 0)
    err = store_begin(st);
  if (err == 0)
    err = store_account_add(st, &a);
  if (err == 0)
    err = store_log_add(st, &e);
  return err == 0 ? store_commit(st) : err;
}

static _Noreturn void work(const struct place *p, struct notes *shared, uint32_t from)
{
  struct store *st;
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  notes = shared;
  if (store_open(&st, p->data, p->key) != 0)
    _exit(1);
  for (uint32_t n = from; n < from + CHANGES; n++) {
    if (change(st, n) != 0)
      _exit(2);
    notes->acknowledged = n + 1;
  }
  (void)raise(SIGKILL);
  _exit(3);
}

/* --- the power --- */

/* What each file had when the child began: all of it is on the disk. */
static void take_snapshot(const char *path, struct disk_file *f)
{
  f->n = 0;
  f->there = false;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  ssize_t n = pread(fd, f->bytes, FILE_MOST, 0);
  assert_true(n >= 0);
  f->n = (size_t)n;
  f->there = true;
  (void)close(fd);
}

static void write_file(const char *path, const struct disk_file *f)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, f->bytes, f->n), f->n);
  (void)close(fd);
}

/* The names that the child may write; the shared memory file dies with the machine. */
static void names_of(const struct place *p, char name[4][PATH_SIZE + 16])
{
  (void)snprintf(name[0], sizeof name[0], "%s", p->database);
  (void)snprintf(name[1], sizeof name[1], "%s-wal", p->database);
  (void)snprintf(name[2], sizeof name[2], "%s.log-head", p->key);
  (void)snprintf(name[3], sizeof name[3], "%s-shm", p->database);
}

static void cut_power(const struct place *p, struct notes *shared, uint32_t from, uint64_t *seed)
{
  char name[4][PATH_SIZE + 16];
  int status;
  names_of(p, name);
  shared->files = 3; /* in this order, whatever is written first */
  for (uint32_t i = 0; i < 3; i++) {
    struct stat s = {0};
    take_snapshot(name[i], &disk[i]);
    shared->inode[i] = stat(name[i], &s) == 0 ? s.st_ino : 0;
  }
  shared->used = 0;
  shared->writes_left = next_random(seed) % 4000;
  shared->acknowledged = from;
  pid_t pid = fork();
  if (pid == 0)
    work(p, shared, from);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  for (uint32_t i = 3; i < shared->files; i++) { /* a journal that was made meanwhile */
    disk[i].n = 0;
    disk[i].there = false;
  }
  notes = shared;
  replay(seed);
  notes = NULL;
  for (uint32_t i = 0; i < shared->files; i++)
    if (disk[i].there && strstr(shared->path[i], "-shm") == NULL)
      write_file(i < 3 ? name[i] : shared->path[i], &disk[i]);
  (void)unlink(name[3]);
}

/* All that was acknowledged, and at most one change more. Returns where the next child begins. */
static uint32_t look(const struct place *p, uint32_t acknowledged)
{
  struct store *st = opened(p);
  char problem[256], email[32];
  size_t accounts, administrators;
  uint64_t entries, broken_at;
  struct account a;
  if (store_check(st, problem) != 0)
    fail_msg("%s", problem);
  assert_int_equal(store_account_count(st, &accounts, &administrators), 0);
  assert_in_range(accounts, acknowledged, acknowledged + 1);
  for (uint32_t n = 0; n < accounts; n++) {
    (void)snprintf(email, sizeof email, "p%u@example.org", n);
    assert_int_equal(store_account_by_email(st, email, &a), 0);
  }
  assert_int_equal(store_log_verify(st, &entries, &broken_at, problem), 0);
  assert_int_equal(entries, accounts);
  store_close(st);
  return (uint32_t)accounts;
}

static void test_power_fails_at_any_instant(void **state)
{
  struct place *p = *state;
  uint64_t seed = 20261129;
  uint32_t done = 0;
  struct notes *shared = mmap(NULL, sizeof *shared + NOTES_BYTES, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  assert_true(shared != MAP_FAILED);
  for (int i = 0; i < FILES; i++)
    assert_non_null(disk[i].bytes = malloc(FILE_MOST));
  store_close(p->st);
  p->st = NULL;
  for (int i = 0; i < CUTS; i++) {
    cut_power(p, shared, done, &seed);
    done = look(p, shared->acknowledged);
  }
  assert_true(done > CUTS && shared->syncs > done); /* something was done, and the disk was asked to keep it */
  for (int i = 0; i < FILES; i++)
    free(disk[i].bytes);
  (void)munmap(shared, sizeof *shared + NOTES_BYTES);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_power_fails_at_any_instant, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("store_power", tests, NULL, NULL);
}
