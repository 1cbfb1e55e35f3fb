/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DTLS client that is told how weak to be: OpenSSL (DTLS 1.2 and 1.0) or wolfSSL (DTLS 1.3), used directly and not
 * through the product's policy. Datagrams in by foreign_input, out by the callback. */
#ifndef TESTUDO_ATTACK_FOREIGN_H
#define TESTUDO_ATTACK_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/cert.h"

#define FOREIGN_KEYS 88 /* RFC 5764 section 4.2: client key, server key, client salt, server salt */
#define FOREIGN_SECRET 48

struct foreign_spec {
  const char *suites;     /* in the library's own words; NULL: its defaults. Likewise: */
  const char *groups;     /* OpenSSL: a list; wolfSSL: X25519 alone whatever it says */
  const char *srtp;       /* NULL: no use_srtp */
  const char *version;    /* OpenSSL: "1.0" or "1.2" */
  const struct cert *cert; /* shown; NULL: none */
};

enum foreign_state { FOREIGN_HANDSHAKING, FOREIGN_ESTABLISHED, FOREIGN_FAILED };

struct foreign_facts {
  enum foreign_state state;
  const char *version, *cipher, *srtp; /* valid when established */
  const char *error;                   /* when failed; in the library's words */
};

typedef void foreign_send(void *ctx, const uint8_t *data, size_t n);

struct foreign;

/* What a library implements. `input` with n == 0 begins or goes on. `write` sends application data. */
struct foreign_library {
  struct foreign *(*make)(const struct foreign_spec *spec, foreign_send *send, void *ctx);
  void (*input)(struct foreign *f, struct span datagram);
  void (*facts)(struct foreign *f, struct foreign_facts *facts);
  void (*keys)(struct foreign *f, uint8_t keys[FOREIGN_KEYS]);
  /* The session's master secret (DTLS 1.2); 0 bytes if the library doesn't tell. */
  size_t (*secret)(struct foreign *f, uint8_t secret[FOREIGN_SECRET]);
  void (*write)(struct foreign *f, struct span data);
  void (*close)(struct foreign *f); /* sends close_notify */
};

extern const struct foreign_library foreign_openssl, foreign_wolfssl;

#endif
