/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/confine.h"

#include <nss.h>

#include "base/err.h"
#include "base/log.h"
#include "sandbox/sandbox.h"

#define NOBODY 65534

/* The folders are where the managers of a network put what /etc/resolv.conf leads to, each time anew. */
static const char *const readable[] = {
  "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/nsswitch.conf", "/etc/services",
  "/run/systemd/resolve", "/run/NetworkManager", "/run/resolvconf",
};

int confine_enter(const struct config *config)
{
  const struct sandbox sandbox = {
    .profile = SANDBOX_OUTBOUND,
    .uid = config->uid != 0 ? config->uid : NOBODY,
    .gid = config->uid != 0 ? config->gid : NOBODY,
    .readable = readable,
    .readable_n = sizeof readable / sizeof readable[0],
  };
  if (__nss_configure_lookup("hosts", "files dns") != 0 || __nss_configure_lookup("services", "files") != 0) {
    log_error("the resolver cannot be set");
    return ERR_IO;
  }
  return sandbox_enter(&sandbox);
}
