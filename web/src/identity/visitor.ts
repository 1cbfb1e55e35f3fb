/* SPDX-License-Identifier: GPL-3.0-or-later */
// This browser as the server knows it. Its requests go on by themselves where something is missing that can be had: a
// session is begun, a person is asked for a factor, and then the same request is sent once more. All of that is safe:
// for these reasons the server refuses before it does anything.
import { ApiError } from '../api/error';
import type { Requests } from '../api/lists';
import { beginSession, readSession, type Session } from '../api/session';
import type { Reader } from '../signal/json';
import type { ApiRequest, SessionClient } from './client';

/** Why a session had to be begun. */
export type BeginReason = 'no_session' | 'session_expired' | 'cookie_copied';

/** Why a factor is asked for: before something sensitive, or because the session has locked itself. */
export type FactorReason = 'confirm' | 'locked';

export interface VisitorEvents {
  /** The server's word on the session; `why` when it had to be begun. */
  readonly onSession: (session: Session, why: BeginReason | null) => void;
  /** Resolves to whether the person has shown a factor. */
  readonly onFactorNeeded: (why: FactorReason) => Promise<boolean>;
  /** The account has to do something before anything else. */
  readonly onMust: () => void;
}

/** The person was asked for a factor and did not want to. */
export class NotConfirmed extends Error {}

const FACTOR_CODES: ReadonlyMap<string, FactorReason> = new Map([
  ['confirm_first', 'confirm'],
  ['session_locked', 'locked'],
]);

/** What a visitor needs of SessionClient. */
type Client = Pick<SessionClient, 'request' | 'publicKey' | 'hasKey'>;

export class Visitor implements Requests {
  readonly #client: Client;
  readonly #events: VisitorEvents;
  /** Whether there is a session, as far as is known. */
  #standing: 'unknown' | 'none' | 'there' = 'unknown';
  /** When the session was used last, as performance.now. */
  #used = 0;
  #beginning: Promise<void> | null = null;
  #over: BeginReason | null = null;
  #asking: Promise<boolean> | null = null;

  constructor(client: Client, events: VisitorEvents) {
    this.#client = client;
    this.#events = events;
  }

  /** For how long this page has not used the session. */
  idleMs(): number {
    return performance.now() - this.#used;
  }

  /** For what a locked session may ask, too: begins a session where there is none, and never asks for a factor. */
  readonly open: Requests = {
    request: async (request, reader) => {
      if (this.#standing === 'unknown') await this.look();
      if (this.#standing === 'none') await this.#begin('no_session');
      this.#used = performance.now();
      try {
        return await this.#client.request(request, reader);
      } catch (error) {
        const why = codeIn(error);
        if (!isBeginReason(why)) throw error;
        await this.#begin(why);
        return this.#client.request(request, reader);
      }
    },
  };

  /** Everything else. NotConfirmed when a factor was needed and the person did not show one. */
  async request<T>(request: ApiRequest, reader: Reader<T>): Promise<T> {
    const asked = new Set<FactorReason>();
    for (;;) {
      try {
        return await this.open.request(request, reader);
      } catch (error) {
        const code = codeIn(error);
        if (code === 'must_first') this.#events.onMust();
        const why = FACTOR_CODES.get(code);
        if (why === undefined || asked.has(why)) throw error;
        asked.add(why);
        if (!(await this.askForFactor(why))) throw new NotConfirmed();
      }
    }
  }

  /** However many requests need one, a person is asked once. */
  askForFactor(why: FactorReason): Promise<boolean> {
    this.#asking ??= this.#events.onFactorNeeded(why).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** For what anybody may ask. */
  get plain(): Requests {
    return this.#client;
  }

  /** The session that there is; null without one. None is begun. */
  look(): Promise<Session | null> {
    if (this.#beginning === null) this.#over = null;
    return this.#look();
  }

  async #look(): Promise<Session | null> {
    this.#used = performance.now();
    const session = (await this.#client.hasKey()) ? await this.#readSession() : null;
    this.#standing = session === null ? 'none' : 'there';
    return session;
  }

  /** Why the session that `look` did not find, or that is being begun anew, is over; null: there was none. Of several
   * requests under way one finds the reason, and the others find that there is no session: which answer is read first is
   * chance. */
  get over(): BeginReason | null {
    return this.#over;
  }

  async #readSession(): Promise<Session | null> {
    try {
      return await readSession(this.#client);
    } catch (error) {
      const why = codeIn(error);
      if (!isBeginReason(why)) throw error;
      if (why !== 'no_session') this.#over = why;
      return null;
    }
  }

  #begin(why: BeginReason): Promise<void> {
    if (why !== 'no_session') this.#over = why;
    this.#beginning ??= this.#beginOnce(why).finally(() => {
      this.#beginning = null;
    });
    return this.#beginning;
  }

  /** Another answer, or another window of this browser, may have brought a new cookie while the request was on its way:
   * a sign-in must not be lost to a guest's session. */
  async #beginOnce(why: BeginReason): Promise<void> {
    const there = this.#standing === 'none' ? null : await this.#look();
    if (there !== null) return this.#events.onSession(there, null);
    const begun = await beginSession(this.#client, await this.#client.publicKey());
    this.#standing = 'there';
    const over = this.#over;
    this.#over = null;
    this.#events.onSession(begun, over ?? why);
  }
}

function isBeginReason(code: string): code is BeginReason {
  return code === 'no_session' || code === 'session_expired' || code === 'cookie_copied';
}

function codeIn(error: unknown): string {
  return error instanceof ApiError ? error.code : '';
}
