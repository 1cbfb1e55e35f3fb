/* SPDX-License-Identifier: GPL-3.0-or-later */

/** The server keeps more of a session, for all windows of the browser together, and each for five minutes
 * (src/web/nonce.h). */
const MOST = 8;
const LIFETIME_MS = 4 * 60_000;
const NONCE = /^[A-Za-z0-9_-]{22}$/;

/** The header Testudo-Nonce of an answer; null for none, and for what is no nonce. */
export function readNonce(header: string | null): string | null {
  return header !== null && NONCE.test(header) ? header : null;
}

interface Nonce {
  readonly text: string;
  readonly until: number;
}

/** Nonces that answers brought and no request has used. The newest goes first: the server forgets the oldest first. */
export class NonceStock {
  readonly #now: () => number;
  #nonces: Nonce[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  add(nonce: string | null): void {
    if (nonce === null) return;
    this.#nonces = [...this.#nonces, { text: nonce, until: this.#now() + LIFETIME_MS }].slice(-MOST);
  }

  /** One to use, once; null when there is none. */
  take(): string | null {
    const now = this.#now();
    this.#nonces = this.#nonces.filter(({ until }) => now < until);
    return this.#nonces.pop()?.text ?? null;
  }
}
