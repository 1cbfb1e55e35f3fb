/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testudo-outbound: started by `testudo serve` (cli/boot.h), never by hand. */
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/boot.h"
#include "outbound/confine.h"
#include "outbound/outbound.h"

static int serve(const struct config *config, const struct secrets *secrets)
{
  struct outbound *outbound;
  int err = outbound_new(&outbound, config, secrets);
  if (err != 0) {
    log_error("cannot start: %s", err_text(err));
    return err;
  }
  /* Everything is open; nothing has been heard from outside yet. */
  err = confine_enter(config);
  if (err == 0)
    err = outbound_run(outbound);
  outbound_free(outbound);
  return err;
}

int main(void)
{
  static struct boot boot;
  static struct secrets secrets;
  if (boot_receive(&boot) != 0) {
    (void)fputs("testudo-outbound is started by `testudo serve`.\n", stderr);
    return 2;
  }
  log_open("outbound", (enum log_level)boot.config.log_level);
  if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
    return EXIT_FAILURE;
  int err = secrets_read(&secrets, &boot.config);
  if (err == ERR_REFUSED)
    return BOOT_EXIT_CONFIG;
  if (err == 0)
    err = serve(&boot.config, &secrets);
  secrets_fini(&secrets);
  return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
