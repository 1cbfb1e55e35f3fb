/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testudo-media: started by `testudo serve` (cli/boot.h), never by hand. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/boot.h"
#include "sandbox/sandbox.h"
#include "worker/worker.h"

#define NOBODY 65534

static int enter_sandbox(const struct config *config)
{
  const struct sandbox sandbox = {
    .profile = SANDBOX_MEDIA,
    .uid = config->uid != 0 ? config->uid : NOBODY,
    .gid = config->uid != 0 ? config->gid : NOBODY,
  };
  return sandbox_enter(&sandbox);
}

int main(void)
{
  static struct boot boot;
  struct worker *worker;
  if (boot_receive(&boot) != 0) {
    fputs("testudo-media is started by `testudo serve`.\n", stderr);
    return 2;
  }
  log_open("media", boot.config.log_level);
  if (sodium_init() < 0)
    return EXIT_FAILURE;
  int err = worker_new(&worker, &boot);
  if (err != 0) {
    log_error("cannot start: %s", err_text(err));
    return EXIT_FAILURE;
  }
  /* Everything is open; nothing from the network has been read yet. */
  err = enter_sandbox(&boot.config);
  if (err == 0)
    err = worker_run(worker);
  worker_free(worker);
  return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
