/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SRTP and SRTCP (RFC 3711) with the protection profile AEAD_AES_256_GCM (RFC 7714, 0x0008), and only this one: 256-bit
 * keys, 12-byte salts, 16-byte tags, no MKI, SRTCP always encrypted. RTP header extensions and CSRCs are encrypted too
 * where Cryptex (RFC 9335) is agreed.
 *
 * One `struct srtp_keys` per direction of a DTLS connection serves all its SSRCs. What changes per packet is kept apart
 * from it: the receiver's windows below, the sender's counters with the caller. A nonce is made of salt, SSRC and
 * packet index, so a sender must never protect two different packets with the same SSRC and the same ROC and sequence
 * number (SRTCP: the same index): sending the very same packet again is harmless, anything else gives the key away. */
#ifndef TESTUDO_PROTO_SRTP_H
#define TESTUDO_PROTO_SRTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "proto/aead.h"
#include "proto/srtp_window.h"

#define SRTP_MASTER_KEY_BYTES 32
#define SRTP_MASTER_SALT_BYTES 12
#define SRTP_OVERHEAD_MAX (AEAD_TAG_BYTES + 4) /* the tag, and the empty extension that Cryptex may have to add */
#define SRTCP_OVERHEAD (AEAD_TAG_BYTES + 4)    /* the tag, and the word with E bit and index */
#define SRTCP_INDEX_MAX 0x7fffffffu

/* One direction's session keys. Aligned to 64 bytes (see aead.h); about 1.2 KiB. The key of RTCP is expanded anew for each
 * packet: there are few, it takes an eighth of a microsecond, and what it would be expanded to is a KiB more. */
struct srtp_keys {
  struct aead_key rtp;
  uint8_t rtcp[AEAD_KEY_BYTES];
  uint8_t rtp_salt[AEAD_IV_BYTES], rtcp_salt[AEAD_IV_BYTES];
};

/* Derives the session keys (RFC 3711 section 4.3, AES-256-CM of RFC 6188, key derivation rate 0) from the master key
 * and salt that DTLS-SRTP exports. `b` must outlive them. The caller wipes its copy of the master key. ERR_CRYPTO
 * leaves `k` wiped. */
int srtp_keys_init(struct srtp_keys *k, const struct aead_backend *b, const uint8_t master_key[SRTP_MASTER_KEY_BYTES],
                   const uint8_t master_salt[SRTP_MASTER_SALT_BYTES]);

/* Every byte becomes zero; protecting and unprotecting with it is ERR_STATE from then on. */
void srtp_keys_wipe(struct srtp_keys *k);

/* Which rollover counter goes with a sequence number that we send. All zero at the start: the first packet of an SSRC
 * has ROC 0, whatever its sequence number; to be safe from a receiver who misses the first packets, let the first
 * sequence number be below 2^15. One per SSRC sent. */
struct srtp_tx_stream {
  uint32_t roc;
  uint16_t seq; /* the highest sent, in sequence-number arithmetic */
  bool started;
};

/* The ROC for `seq`, the next packet or one of the last 32768 sent again. ERR_LIMIT: the 2^48 packets of this key are
 * used up (RFC 3711 section 9.2). ERR_RANGE: a sequence number from before the first packet. Errors change nothing. */
int srtp_tx_roc(struct srtp_tx_stream *s, uint16_t seq, uint32_t *roc);

/* Protects one RTP packet. Its clear header (12 bytes, CSRCs, extension with its 4-byte header), complete and of
 * exactly header_n bytes, stands at out[0..header_n). The payload (with RTP padding, if the P bit is set) is encrypted
 * from where it is, unchanged, to behind the header; it may also stand there already (payload.p == out + header_n), but
 * may not overlap `out` otherwise. *n becomes the packet's length: header_n + payload.n + 16, or 4 more (see below).
 *
 * cryptex: header extension and CSRCs are encrypted (RFC 9335); the "defined by profile" word 0xBEDE becomes 0xC0DE,
 * and 0x1000 becomes 0xC2DE. CSRCs without an extension get an empty one (4 bytes, X bit set) as section 5.1 demands. A
 * header with neither is protected as without Cryptex: there is nothing to hide. ERR_UNSUPPORTED: an extension of any
 * other kind, which Cryptex cannot carry (0x1001 to 0x100F too: the application bits have no place in 0xC2DE); and,
 * with or without Cryptex, a clear header that says 0xC0DE or 0xC2DE already, which a receiver would take for
 * encrypted.
 *
 * ERR_LIMIT: more than cap bytes. ERR_MALFORMED: header_n is not this header's length, or not version 2. ERR_CRYPTO,
 * ERR_STATE, ERR_RANGE: see aead_seal. After an error nothing in `out` may be sent. */
int srtp_protect(const struct srtp_keys *k, uint32_t roc, bool cryptex, uint8_t *out, size_t cap, size_t header_n,
                 struct span payload, size_t *n);

/* What we know of one SSRC that we receive. All zero at the start; bound to the SSRC of its first authentic packet. */
struct srtp_rx_stream {
  struct srtp_window window; /* over 48-bit indices: ROC and sequence number */
  uint32_t ssrc;
};

/* Authenticates and decrypts one SRTP packet in place. *plain_n: the length of the RTP packet that then stands at
 * packet[0..). *cryptex: it came with Cryptex; its extension word is 0xBEDE or 0x1000 again (an empty extension that
 * came along stays).
 *
 * The ROC is estimated from the highest index so far (RFC 3711 appendix A). The first packet is taken to have ROC 0: a
 * stream whose first packets are lost just over a wrap of the sequence number cannot be opened, which is why senders
 * start below 2^15.
 *
 * Before any cryptography: ERR_TRUNCATED (shorter than its header and tag), ERR_MALFORMED (not version 2), ERR_STATE
 * (another SSRC than the stream's), ERR_REPLAY (seen, older than 1024 packets, or before index 0), ERR_LIMIT (index
 * beyond 2^48). After it: ERR_AUTH, and ERR_CRYPTO, ERR_STATE, ERR_RANGE as for aead_open. After any error the stream
 * is unchanged; after ERR_AUTH and ERR_CRYPTO the packet's bytes are worthless, after the others they are as they were.
 */
int srtp_unprotect(const struct srtp_keys *k, struct srtp_rx_stream *s, uint8_t *packet, size_t n, size_t *plain_n,
                   bool *cryptex);

/* Protects a compound RTCP packet of n bytes in buf (capacity cap) in place: all but its first 8 bytes is encrypted,
 * tag and index follow (RFC 7714 section 9). *out_n = n + SRTCP_OVERHEAD.
 *
 * The index must be a new one for each packet and grow; one counter for all SSRCs of a `struct srtp_keys` does,
 * beginning anywhere. ERR_LIMIT: index above SRTCP_INDEX_MAX (new keys are needed) or cap too small. ERR_TRUNCATED: n
 * < 8. ERR_MALFORMED: not version 2. */
int srtcp_protect(const struct srtp_keys *k, uint32_t index, uint8_t *buf, size_t n, size_t cap, size_t *out_n);

/* The same for the SRTCP that we receive. Indices count per sender SSRC (the first in the compound), so one of these
 * for each: a sender with two SSRCs may use the same index twice. All zero at the start; bound to the SSRC of its first
 * packet. */
struct srtcp_rx {
  struct srtcp_window window; /* over 31-bit indices */
  uint32_t ssrc;
};

/* Authenticates and decrypts one SRTCP packet in place; *plain_n is the length of the compound RTCP packet.
 * Before any cryptography: ERR_TRUNCATED, ERR_MALFORMED (not version 2), ERR_REFUSED (the E bit is 0: sent in clear),
 * ERR_STATE, ERR_REPLAY. Otherwise as srtp_unprotect. */
int srtcp_unprotect(const struct srtp_keys *k, struct srtcp_rx *s, uint8_t *buf, size_t n, size_t *plain_n);

#endif
