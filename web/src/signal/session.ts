/* SPDX-License-Identifier: GPL-3.0-or-later */
// A stay in a meeting: one socket after the other, each with its own entry and codeword, until the stay is over for
// good.
import { ApiError } from '../api/error';
import { backoffMs, fullMs } from './backoff';
import { readServerMessage, type ClientMessage, type ServerHello, type ServerMessage } from './messages';
import { Outbox } from './outbox';
import { deriveSocketKeys, NOT_TRUSTED, SignalSocket } from './socket';

/** Why a stay ended: a close code of the server, NOT_TRUSTED, or a refusal of the API. */
export type SessionEnd =
  { readonly by: 'close'; readonly code: number } | { readonly by: 'api'; readonly error: unknown };

export interface SessionEvents {
  readonly onHello: (hello: ServerHello) => void;
  readonly onMessage: (message: ServerMessage) => void;
  /** The server is full at the moment; the session tries again by itself. */
  readonly onFull: () => void;
  /** The socket is away; the session is trying to return. */
  readonly onAway: () => void;
  readonly onOver: (end: SessionEnd) => void;
}

/** Close codes after which returning makes no sense (docs/SIGNALLING.md). */
const FINAL_CODES: readonly number[] = [4001, 4003, 4004, NOT_TRUSTED];
/** Messages after which there is nothing to return to, however the socket closes: a server that stops says "ended",
 * then 1001. */
const LAST_WORDS: readonly ServerMessage['type'][] = ['ended', 'refused'];
/** A stay whose server keeps finding our frames wrong is broken; one such end may be a torn connection. */
const PROTOCOL_ERROR = 4000;
const PROTOCOL_ERRORS_MAX = 3;
/** Attempts to get in the first time, before the person is told that the server can't be reached. */
const FIRST_ATTEMPTS = 3;
/** Refusals that a later attempt may not meet. */
const PASSING_CODES: readonly string[] = ['unreachable', 'too_many', 'room_full'];
/** The server is at its limit and keeps the newest out for a while; it says how long, if it can. */
const FULL = 'server_busy';
const FULL_S = 5;

/** Asks for an entry; `resume`: back into the place that one had. */
export type Enter = (resume: boolean, signal: AbortSignal) => Promise<{ entry: string; codeword: string }>;

export class SignalSession {
  readonly #enter: Enter;
  readonly #events: SessionEvents;
  readonly #outbox = new Outbox();
  readonly #stop = new AbortController();
  #socket: SignalSocket | null = null;
  #wake: () => void = () => undefined;
  #entered = false;
  #protocolErrors = 0;
  #dismissed = false;
  /** Since the last attempt met a full server: after how many seconds it wants to hear of us again. */
  #fullS: number | null = null;

  constructor(enter: Enter, events: SessionEvents) {
    this.#enter = enter;
    this.#events = events;
    const { signal } = this.#stop;
    window.addEventListener('online', () => this.retryNow(), { signal });
    window.addEventListener('offline', () => this.#socket?.drop(), { signal });
    void this.#run();
  }

  send(message: ClientMessage): void {
    const text = this.#outbox.add(message);
    if (text !== null) this.#socket?.send(text);
  }

  /** Leaves for good. Safe at any time, also more than once. */
  leave(): void {
    if (this.#stopped) return;
    this.send({ type: 'leave' });
    this.#stop.abort();
    this.#socket?.close();
    this.#wake();
  }

  retryNow(): void {
    this.#wake();
  }

  /** The network has been away: what the socket holds waits for TCP's patience, up to a minute. A new one is quicker. */
  refresh(): void {
    this.#socket?.drop();
    this.#wake();
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt++) {
      const wasOpen = await this.#visit();
      if (this.#stopped) return;
      if (wasOpen) attempt = 0;
      if (this.#fullS !== null) {
        attempt = -1;
        if (this.#entered) this.#events.onAway();
        else this.#events.onFull();
        await this.#pause(fullMs(this.#fullS, Math.random()));
        continue;
      }
      if (!this.#entered && attempt + 1 >= FIRST_ATTEMPTS)
        return this.#finish({ by: 'api', error: new ApiError('unreachable') });
      if (this.#entered) this.#events.onAway();
      await this.#pause(backoffMs(attempt, Math.random()));
    }
  }

  /** One entry and its socket. True when it got as far as the server's hello. Ends the session when there is no way
   * back. */
  async #visit(): Promise<boolean> {
    let greeted = false;
    this.#fullS = null;
    try {
      const { entry, codeword } = await this.#fetchEntry();
      const keys = await deriveSocketKeys(codeword, entry, location.origin);
      if (this.#stopped) return false;
      const code = await this.#converse(entry, keys, () => {
        greeted = true;
      });
      if (greeted && code !== PROTOCOL_ERROR) this.#protocolErrors = 0;
      if (this.#isFinal(code)) this.#finish({ by: 'close', code });
    } catch (error) {
      if (error instanceof ApiError && error.code === FULL) {
        this.#fullS = error.particulars.retry_after ?? FULL_S;
        return false;
      }
      const passing = error instanceof ApiError && PASSING_CODES.includes(error.code);
      if (!passing || !this.#entered) this.#finish({ by: 'api', error });
    }
    return greeted;
  }

  async #fetchEntry(): Promise<{ entry: string; codeword: string }> {
    const { signal } = this.#stop;
    try {
      return await this.#enter(this.#entered, signal);
    } catch (error) {
      // The place is gone, perhaps because the way back took too long: knock again.
      if (!(error instanceof ApiError) || error.code !== 'nothing_to_resume') throw error;
      this.#outbox.reset();
      return this.#enter(false, signal);
    }
  }

  #converse(entry: string, keys: Awaited<ReturnType<typeof deriveSocketKeys>>, onGreeted: () => void): Promise<number> {
    return new Promise((resolve) => {
      const socket = new SignalSocket(`wss://${location.host}/signal?entry=${entry}`, keys, {
        onHello: (hello) => {
          onGreeted();
          this.#entered = true;
          for (const text of this.#outbox.start(hello.handled)) socket.send(text);
          this.#events.onHello(hello);
        },
        onMessage: (message) => {
          this.#dismissed ||= LAST_WORDS.includes(message.type);
          this.#events.onMessage(message);
        },
        onEnd: (code) => {
          this.#outbox.stop();
          this.#socket = null;
          resolve(code);
        },
      }, readServerMessage);
      this.#socket = socket;
    });
  }

  #isFinal(code: number): boolean {
    if (this.#dismissed) return true;
    if (code === PROTOCOL_ERROR) return ++this.#protocolErrors >= PROTOCOL_ERRORS_MAX;
    return FINAL_CODES.includes(code);
  }

  #finish(end: SessionEnd): void {
    if (this.#stopped) return;
    this.#stop.abort();
    this.#events.onOver(end);
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, milliseconds);
      this.#wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }
}
