/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/descriptors.h"

#include <sys/resource.h>

#include "base/err.h"

#define SPARE_DESCRIPTORS 64

int descriptors_allow(size_t needed)
{
  struct rlimit limit;
  rlim_t all = (rlim_t)needed + SPARE_DESCRIPTORS;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return ERR_IO;
  if (limit.rlim_cur >= all)
    return 0;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= all ? all : limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= all ? 0 : ERR_IO;
}
