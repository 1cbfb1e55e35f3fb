/* SPDX-License-Identifier: GPL-3.0-or-later */

/** Bytes as base64url without padding (RFC 4648, section 5), in its one canonical form. */
export function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
