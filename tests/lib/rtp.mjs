/* SPDX-License-Identifier: GPL-3.0-or-later */
// What anybody on the way can read of an RTP packet without a key.

/** Profiles of extension headers: RFC 8285 (one and two byte elements), and encrypted (RFC 9335, section 6). */
export const ONE_BYTE = 0xbede;
export const ENCRYPTED = [0xc0de, 0xc2de];
const isTwoByte = (profile) => (profile & 0xfff0) === 0x1000;

/** {type, sequence, timestamp, ssrc, profile, body}; profile is null without an extension header. */
export function readRtp(data) {
  const type = data[1] & 0x7f;
  const fixed = { type, sequence: data.readUInt16BE(2), timestamp: data.readUInt32BE(4), ssrc: data.readUInt32BE(8) };
  if ((data[0] & 0x10) === 0) return { ...fixed, profile: null, body: Buffer.alloc(0) };
  const at = 12 + 4 * (data[0] & 0x0f);
  return {
    ...fixed,
    profile: data.readUInt16BE(at),
    body: data.subarray(at + 4, at + 4 + 4 * data.readUInt16BE(at + 2)),
  };
}

/** The number of a connection's packets: who sees them can count them, so it tells nothing (docs/SECURITY.md, T6). */
export const TRANSPORT_NUMBER = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** The elements of a clear extension header (RFC 8285, sections 4.2 and 4.3): [{id, data}]. */
export function elements({ profile, body }) {
  const found = [];
  const head = isTwoByte(profile) ? 2 : 1;
  for (let at = 0; at < body.length; ) {
    if (body[at] === 0) {
      at++;
      continue;
    } // padding
    const id = head === 2 ? body[at] : body[at] >> 4;
    if (head === 1 && id === 15) break;
    const length = head === 2 ? body[at + 1] : (body[at] & 0x0f) + 1;
    found.push({ id, data: body.subarray(at + head, at + head + length) });
    at += head + length;
  }
  return found;
}

export const elementIds = (header) => elements(header).map(({ id }) => id);
