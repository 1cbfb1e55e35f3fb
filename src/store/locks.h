/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what with the database's files: locks that end with the process. */
#ifndef TESTUDO_STORE_LOCKS_H
#define TESTUDO_STORE_LOCKS_H

/* Opening and restoring are done by one process at a time: waits. ERR_IO. */
int lock_opening(const char *folder, int *fd);
/* All who have the database open. ERR_IO. Taken while lock_opening is held, so that it never waits. */
int lock_shared(const char *folder, int *fd);
/* A restore, alone. ERR_STATE: somebody has the database open. */
int lock_alone(const char *folder, int *fd);
void lock_release(int fd); /* -1 is fine */

#endif
