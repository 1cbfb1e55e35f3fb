/* SPDX-License-Identifier: GPL-3.0-or-later */
// Opus packets of one size (T6). Any packet can be written in the form of RFC 6716, section 3.2.5 (code 3), which has
// room for padding that decoders skip. So one packet is like the next on the wire, whatever is said in it.

/** Of the payload, in bytes, every 20 ms: the largest that browsers make of a voice at 40 kb/s, and some room. */
export const QUIET_BYTES = 250;

/** Frames of full-band silence, as encoders write them: TOC (CELT, 20 ms, mono) and two bytes. */
const SILENCE = Uint8Array.of(0xf8, 0xff, 0xfe);

const VBR = 0x80;
const PADDED = 0x40;

interface Frames {
  /** The TOC without its code. */
  readonly toc: number;
  /** VBR and how many frames. */
  readonly count: number;
  /** Their lengths, where needed, and the frames. */
  readonly body: Uint8Array;
}

/** What the packet holds, without its padding; null when it is no packet of Opus. */
function framesOf(packet: Uint8Array): Frames | null {
  const [first = 0] = packet;
  if (packet.length === 0) return null;
  const toc = first & 0xfc;
  switch (first & 3) {
    case 0:
      return { toc, count: 1, body: packet.subarray(1) };
    case 1:
      return { toc, count: 2, body: packet.subarray(1) };
    case 2:
      return { toc, count: VBR | 2, body: packet.subarray(1) };
    default:
      return unpadded(toc, packet);
  }
}

function unpadded(toc: number, packet: Uint8Array): Frames | null {
  const count = packet[1];
  if (count === undefined || (count & 0x3f) === 0) return null;
  let start = 2;
  let padding = 0;
  if (count & PADDED)
    for (let more = 255; more === 255; ) {
      more = packet[start++] ?? NaN;
      padding += more === 255 ? 254 : more;
    }
  return start + padding <= packet.length
    ? { toc, count: count & ~PADDED, body: packet.subarray(start, packet.length - padding) }
    : null;
}

/** The same frames in a packet of exactly `size` bytes; null when they don't fit into it. */
export function paddedTo(size: number, packet: Uint8Array): Uint8Array | null {
  const frames = framesOf(packet);
  if (frames === null || 2 + frames.body.length > size) return null;
  const padded = new Uint8Array(size);
  let room = size - 2 - frames.body.length;
  padded[0] = frames.toc | 3;
  padded[1] = frames.count | (room > 0 ? PADDED : 0);
  let at = 2;
  // Each 255 stands for itself and 254 bytes at the end; the last length for itself and as many as it says.
  for (; room > 255; room -= 255) padded[at++] = 255;
  if (room > 0) padded[at++] = room - 1;
  padded.set(frames.body, at);
  return padded;
}

/** 20 ms of silence in a packet of exactly `size` bytes. */
export function silenceOf(size: number): Uint8Array {
  const packet = paddedTo(size, SILENCE);
  if (packet === null) throw new RangeError('no room for silence');
  return packet;
}
