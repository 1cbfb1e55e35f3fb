/* SPDX-License-Identifier: GPL-3.0-or-later */
// Proofs of docs/API.md, section 2: what each request of a session carries, so that it runs once and only for the
// browser that has the key (A2, A3). src/web/proof.c checks them; tests/data/proof-vectors.json binds the two.
import { toBase64Url } from './base64url';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Names and values of a query, in their order. */
export type Query = readonly (readonly [string, string])[];

export interface ProvenRequest {
  readonly method: Method;
  /** As targetOf writes it. */
  readonly target: string;
  /** '' without one. */
  readonly body: string;
  readonly origin: string;
}

const PATH = /^(?:\/(?!\.)(?:[A-Za-z0-9._~-]|%[2-7][0-9A-F])+)+$/;

const ALSO_ENCODED = /[!'()*]/g;

/** Everything but A-Z a-z 0-9 - . _ ~ as %XX: one form for each text, which the server can find again. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    ALSO_ENCODED,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A text, such as an e-mail address, as one part of a path. The server can't tell a "/" in it from one that parts. */
export function encodePart(text: string): string {
  return encode(text);
}

function isPath(path: string): boolean {
  if (!PATH.test(path)) return false;
  return path.split('/').every((part) => !part.includes('%2F') && encode(decodeURIComponent(part)) === part);
}

/** Path and query as they are both signed and sent. What in a path is not of the API's own words went through
 * encodePart. */
export function targetOf(path: string, query: Query = []): string {
  if (!isPath(path)) throw new TypeError(`not a path of the API: ${path}`);
  const args = query.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return args.length === 0 ? path : `${path}?${args.join('&')}`;
}

/** The text that is signed. */
export async function proofText({ method, target, body, origin }: ProvenRequest, nonce: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)));
  return ['testudo proof v1', method, target, toBase64Url(hash), nonce, origin].join('\n');
}

/** The value of the header Testudo-Proof. */
export async function proofHeader(key: CryptoKey, request: ProvenRequest, nonce: string): Promise<string> {
  const text = new TextEncoder().encode(await proofText(request, nonce));
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, text);
  return `v1 ${nonce} ${toBase64Url(new Uint8Array(signature))}`;
}
