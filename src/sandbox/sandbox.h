/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a child process gives up before it reads its first byte from the network (T8): other users' rights and all
 * capabilities, the file system (Landlock), system calls (seccomp, an allow-list that kills the process), core dumps
 * and being traced. There is no way back, and no setting that leaves a part out.
 *
 * A build with sanitizers (TESTUDO_SANITIZED) gets a few system calls more, which their reports need: a property of
 * the build, not of its configuration. */
#ifndef TESTUDO_SANDBOX_SANDBOX_H
#define TESTUDO_SANDBOX_SANDBOX_H

#include <stddef.h>
#include <sys/types.h>

enum sandbox_profile {
  SANDBOX_MEDIA, /* works on the descriptors it holds: no new sockets, no files, no processes, no executable memory */
  SANDBOX_WEB,   /* accepts connections and opens files below its folders, with threads for password hashes: no new
                  * sockets outward, no processes */
  SANDBOX_OUTBOUND, /* opens connections and resolves names, with threads for that: no files but those it may read, no
                     * listening, no processes */
};

/* Sandbox of a process. Folders must exist; they may be read and written, with all below them. What is in `readable`
 * (files, or folders with all below them) may be read; what does not exist is left out. */
struct sandbox {
  enum sandbox_profile profile;
  uid_t uid; /* whom a process started by root becomes; ignored otherwise. 0: stays root, but without any capability */
  gid_t gid;
  const char *const *folders;
  size_t folders_n;
  const char *const *readable;
  size_t readable_n;
};

/* Enters the sandbox. To be called once, in a process with one thread, when everything else is open and allocated that
 * needs more than the profile allows. Logs what cannot be had: a kernel without Landlock (before 5.13, or switched
 * off) is a warning, since seccomp alone still denies the media process its files; all else is ERR_IO, and the process
 * must end. */
int sandbox_enter(const struct sandbox *s);

#endif
