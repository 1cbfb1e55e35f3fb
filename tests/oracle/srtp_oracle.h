/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libsrtp2, to compare our SRTP with: one direction, AEAD_AES_256_GCM, a replay window of 1024. Its functions have the
 * names of ours, so it is loaded at run time and called through this. */
#ifndef TESTUDO_TESTS_SRTP_ORACLE_H
#define TESTUDO_TESTS_SRTP_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SRTP_ORACLE_MASTER_BYTES 44 /* key, then salt */
#define SRTP_ORACLE_ROOM 64         /* bytes that must be free behind a packet that is protected */

struct srtp_oracle;

/* False if the library is missing or cannot start; then nothing else here may be called. */
bool srtp_oracle_load(void);

/* For one SSRC, or for any if it is 0 (libsrtp2 then keeps a template beside each stream). NULL if it cannot be made.
 */
struct srtp_oracle *srtp_oracle_new(bool outbound, uint32_t ssrc, const uint8_t master[SRTP_ORACLE_MASTER_BYTES]);
void srtp_oracle_free(struct srtp_oracle *o);

/* In place; packets must be aligned to 4 bytes. 0, ERR_AUTH, ERR_REPLAY, or ERR_CRYPTO for all else. */
int srtp_oracle_protect(struct srtp_oracle *o, uint8_t *packet, size_t *n);
int srtp_oracle_unprotect(struct srtp_oracle *o, uint8_t *packet, size_t *n);
int srtp_oracle_protect_rtcp(struct srtp_oracle *o, uint8_t *packet, size_t *n);
int srtp_oracle_unprotect_rtcp(struct srtp_oracle *o, uint8_t *packet, size_t *n);

#endif
