/* SPDX-License-Identifier: GPL-3.0-or-later */
// Signalling frames (docs/SIGNALLING.md, section 2): counter (8 bytes) | tag (16 bytes) | JSON.
//
// Each direction has its own key and its own counter. A frame that was altered, dropped, repeated or reordered on its
// way does not open (A2, B4), and nothing opens that was made by somebody who does not know the codeword.

export type Direction = 'server' | 'client';

export const FRAME_HEAD_BYTES = 24;
const COUNTER_BYTES = 8;
const TAG_BYTES = 16;
const CODEWORD_BYTES = 32;
const ENTRY_BYTES = 16;

export class FrameError extends Error {}

/** base64url without padding, exactly `length` bytes; anything else is a FrameError. */
export function decodeBase64Url(text: string, length: number): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new FrameError('not base64url');
  let binary: string;
  try {
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw new FrameError('not base64url');
  }
  if (binary.length !== length) throw new FrameError(`${binary.length} bytes instead of ${length}`);
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** The key of one direction. It can sign, cannot be read out, and the codeword cannot be found from it. */
export async function deriveKey(
  codeword: string,
  entry: string,
  origin: string,
  direction: Direction,
): Promise<CryptoKey> {
  const secret = decodeBase64Url(codeword, CODEWORD_BYTES);
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  secret.fill(0);
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: decodeBase64Url(entry, ENTRY_BYTES),
    info: new TextEncoder().encode(`testudo signal v1 ${direction} ${origin}`),
  };
  return crypto.subtle.deriveKey(derivation, material, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
}

async function tagOf(key: CryptoKey, counter: Uint8Array, body: Uint8Array): Promise<Uint8Array> {
  const signed = new Uint8Array(counter.length + body.length);
  signed.set(counter);
  signed.set(body, counter.length);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)).subarray(0, TAG_BYTES);
}

/** Compares every byte whatever they are, so that the time tells nothing. */
function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Seals what one side sends. Frames must leave in the order of the calls. */
export class FrameSealer {
  readonly #key: CryptoKey;
  #counter = 0n;

  constructor(key: CryptoKey) {
    this.#key = key;
  }

  async seal(text: string): Promise<Uint8Array<ArrayBuffer>> {
    const counter = new Uint8Array(COUNTER_BYTES);
    new DataView(counter.buffer).setBigUint64(0, ++this.#counter);
    const body = new TextEncoder().encode(text);
    const frame = new Uint8Array(FRAME_HEAD_BYTES + body.length);
    frame.set(counter);
    frame.set(await tagOf(this.#key, counter, body), COUNTER_BYTES);
    frame.set(body, FRAME_HEAD_BYTES);
    return frame;
  }
}

/** Opens what the other side sent, in order. After the first FrameError the connection is worth nothing: close it. */
export class FrameOpener {
  readonly #key: CryptoKey;
  #counter = 0n;

  constructor(key: CryptoKey) {
    this.#key = key;
  }

  async open(frame: Uint8Array): Promise<string> {
    if (frame.length < FRAME_HEAD_BYTES) throw new FrameError('frame too short');
    const counter = frame.subarray(0, COUNTER_BYTES);
    const expected = ++this.#counter;
    const tag = await tagOf(this.#key, counter, frame.subarray(FRAME_HEAD_BYTES));
    if (!equalBytes(tag, frame.subarray(COUNTER_BYTES, FRAME_HEAD_BYTES))) throw new FrameError('wrong tag');
    if (new DataView(counter.buffer, counter.byteOffset).getBigUint64(0) !== expected)
      throw new FrameError('wrong counter');
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(frame.subarray(FRAME_HEAD_BYTES));
    } catch {
      throw new FrameError('not UTF-8');
    }
  }
}
