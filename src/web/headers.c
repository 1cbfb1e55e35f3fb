/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/headers.h"

#include <assert.h>

/* Nothing is inline, nothing comes from elsewhere, no string becomes code but the addresses of our own workers (policy
 * "testudo", web/src/app/trusted.ts), and the page opens no window (A10: the sandbox allows no popups). */
#define CSP                                                                                                            \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "                 \
  "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "                    \
  "frame-ancestors 'none'; sandbox allow-scripts allow-same-origin allow-forms allow-downloads allow-modals; "        \
  "require-trusted-types-for 'script'; trusted-types testudo; connect-src 'self'"

/* What a meeting needs, for this origin alone; everything else that browsers know is off. */
#define PERMISSIONS                                                                                                    \
  "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), autoplay=(self), "             \
  "fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self), clipboard-write=(self), "                   \
  "publickey-credentials-create=(self), publickey-credentials-get=(self), "                                           \
  "accelerometer=(), clipboard-read=(), encrypted-media=(), geolocation=(), "                           \
  "gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), payment=(), "                   \
  "serial=(), storage-access=(), usb=(), "                                                                            \
  "window-management=(), xr-spatial-tracking=()"

static void write_csp(struct security_headers *h, const struct origins *origins)
{
  struct writer w = writer_of(h->csp, sizeof h->csp);
  put_str(&w, CSP);
  for (size_t i = 0; i < origins->n; i++) {
    const char *host = origin_host(origins->text[i]);
    if (host[0] == '[') /* the grammar of CSP has no IPv6 addresses; 'self' covers wss: in current browsers */
      continue;
    put_str(&w, " wss://");
    put_str(&w, host);
  }
  put_u8(&w, '\0');
  assert(!w.overflow);
}

void security_headers_init(struct security_headers *h, const struct origins *origins)
{
  static const struct header fixed[SECURITY_HEADERS - 1] = {
    {"strict-transport-security:", "max-age=63072000; includeSubDomains"},
    {"cross-origin-opener-policy:", "same-origin"},
    {"cross-origin-embedder-policy:", "require-corp"},
    {"cross-origin-resource-policy:", "same-origin"},
    {"permissions-policy:", PERMISSIONS},
    {"referrer-policy:", "no-referrer"},
    {"x-content-type-options:", "nosniff"},
    {"x-frame-options:", "DENY"},
  };
  write_csp(h, origins);
  memcpy(h->header, fixed, sizeof fixed);
  h->header[SECURITY_HEADERS - 1] = (struct header){"content-security-policy:", h->csp};
}
