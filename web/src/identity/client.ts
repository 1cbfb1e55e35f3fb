/* SPDX-License-Identifier: GPL-3.0-or-later */
// Requests of a session: each with its proof. Changes leave one after the other, so that they happen in the order in
// which they were asked for; readings go side by side.
import { ApiError, noValue, problemFrom } from '../api/error';
import type { Reader } from '../signal/json';
import type { Proofs } from '../state/door_evidence';
import { hasKey, loadKey, type SessionKey } from './key';
import { NonceStock, readNonce } from './nonces';
import { proofHeader, targetOf, type Method, type ProvenRequest, type Query } from './proof';

const TIMEOUT_MS = 8000;

export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  /** A body of another kind: a table. */
  readonly csv?: string;
  /** Gives the request up before its own time is over. */
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly value: unknown;
  readonly nonce: string | null;
}

/** What a client takes from its browser; tests have their own. */
export interface Surroundings {
  readonly origin: string;
  readonly fetch: (target: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
  readonly key: () => Promise<SessionKey>;
  readonly hasKey: () => Promise<boolean>;
}

const browser = (): Surroundings => ({
  origin: location.origin,
  fetch: (target, init) => fetch(target, init),
  now: () => performance.now(),
  key: () => loadKey(),
  hasKey: () => hasKey(),
});

export class SessionClient {
  readonly #around: Surroundings;
  readonly #nonces: NonceStock;
  #key: Promise<SessionKey> | null = null;
  #proofs: Proofs = { accepted: 0, lastAt: null };
  #changes: Promise<unknown> = Promise.resolve();

  constructor(around: Surroundings = browser()) {
    this.#around = around;
    this.#nonces = new NonceStock(around.now);
  }

  /** The text of the public key, to begin a session with. A KeyError where this browser can keep none. */
  async publicKey(): Promise<string> {
    return (await this.#ownKey()).publicText;
  }

  /** What was proven so far: for the security panel. */
  get proofs(): Proofs {
    return this.#proofs;
  }

  /** Whether there is a key that a session could be bound to. A KeyError where this browser can keep none. */
  async hasKey(): Promise<boolean> {
    return this.#key !== null || this.#around.hasKey();
  }

  /** The answer's body as `reader` reads it; null without one. An ApiError with the server's code, 'unreachable' or
   * 'unexpected'; a KeyError. A change that ends in 'unreachable' may have happened: it is not sent again. */
  async request<T>(request: ApiRequest, reader: Reader<T>): Promise<T> {
    const { ok, value, status } = await this.#inTurn(request);
    if (!ok) throw problemFrom(value, status);
    try {
      return reader(value, 'answer');
    } catch {
      throw new ApiError('unexpected');
    }
  }

  #inTurn(request: ApiRequest): Promise<Answer> {
    if (request.method === 'GET') return this.#perform(request);
    const answer = this.#changes.then(() => this.#perform(request));
    this.#changes = answer.catch(() => undefined);
    return answer;
  }

  async #perform(request: ApiRequest): Promise<Answer> {
    const first = await this.#send(request, this.#nonces.take());
    // A fresh nonce is used at once and never lent to another request: each is tried again once, no more.
    const last = wantsNonce(first) ? await this.#send(request, first.nonce) : first;
    this.#nonces.add(last.nonce);
    return last;
  }

  async #send({ method, path, query, body, csv, signal }: ApiRequest, nonce: string | null): Promise<Answer> {
    const { pair } = await this.#ownKey();
    const proven: ProvenRequest = {
      method,
      target: targetOf(path, query),
      body: csv ?? (body === undefined ? '' : JSON.stringify(body)),
      origin: this.#around.origin,
    };
    const type = csv === undefined ? 'application/json' : 'text/csv';
    const headers: Record<string, string> = proven.body === '' ? {} : { 'Content-Type': type };
    if (nonce !== null) headers['Testudo-Proof'] = await proofHeader(pair.privateKey, proven, nonce);
    const response = await this.#fetch(proven, headers, signal);
    const value: unknown = response.status === 204 ? null : await response.json().catch(noValue);
    const { status, ok } = response;
    if (ok && nonce !== null) this.#proofs = { accepted: this.#proofs.accepted + 1, lastAt: Date.now() };
    return { status, ok, value, nonce: readNonce(response.headers.get('Testudo-Nonce')) };
  }

  async #fetch(
    { method, target, body }: ProvenRequest,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Response> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await this.#around.fetch(target, {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(body === '' ? {} : { body }),
      });
    } catch {
      throw new ApiError('unreachable');
    }
  }

  /** Loaded once; a failure is tried again at the next request. */
  #ownKey(): Promise<SessionKey> {
    this.#key ??= this.#around.key().catch((error: unknown) => {
      this.#key = null;
      throw error;
    });
    return this.#key;
  }
}

function wantsNonce({ status, value, nonce }: Answer): boolean {
  return status === 401 && nonce !== null && problemFrom(value, status).code === 'use_nonce';
}
