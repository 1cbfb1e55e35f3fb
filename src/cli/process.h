/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting the executables that stand beside ours, with nothing inherited but what they are to have. */
#ifndef TESTUDO_CLI_PROCESS_H
#define TESTUDO_CLI_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/* Where an executable is: in the folder of this one, in the libexec/testudo beside that (installed), or where the
 * build tree has it (`folder` beside ours). ERR_NOT_FOUND. */
int process_find(const char *name, const char *folder, char *path, size_t size);

/* Starts it with standard input, output and error, and `fds[i]` as descriptor first_fd + i (-1: none), no other
 * descriptor, no environment, default signals but SIGINT and SIGPIPE ignored (a key press is for the supervisor; it
 * tells the rest), and to be killed when this process ends. ERR_IO; errno says why. */
int process_start(const char *path, int first_fd, const int *fds, size_t n, pid_t *pid);

#endif
