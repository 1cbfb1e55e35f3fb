/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are at their place only when all of them is on the disk. */
#ifndef TESTUDO_STORE_FILES_H
#define TESTUDO_STORE_FILES_H

#include <stddef.h>
#include <sys/types.h>

/* A new file of mode 0600. ERR_STATE: there is one already; ERR_IO. */
int file_make(const char *path, const void *p, size_t n);

/* What was renamed, linked or made beside `path` is on the disk after this. ERR_IO. */
int folder_sync(const char *path);

/* Makes the folder and those above it that are missing, each with mode 0700 and on the disk. What is made is given to
 * this user, if uid is not 0. ERR_IO. */
int folder_make(const char *path, uid_t uid, gid_t gid);

/* The same for the folder in which a file is to be. */
int folder_make_above(const char *file, uid_t uid, gid_t gid);

/* The content of the file is on the disk after this. ERR_IO. */
int file_sync(const char *path);

/* `path` and `ending` in `out`. ERR_RANGE: too long. */
int path_with(char *out, size_t size, const char *path, const char *ending);

#endif
