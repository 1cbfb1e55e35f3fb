/* SPDX-License-Identifier: GPL-3.0-or-later */
// The line of a signed-in page outside of a meeting (docs/SIGNALLING.md, section 4): presence and calls. It knows
// nothing of media: what a person has agreed to open is kept until the server says "go" (T10).
import { fetchLineEntry, readCallSettings } from '../api/contacts';
import { ApiError } from '../api/error';
import type { Requests } from '../api/lists';
import { takeGesture, type Gesture } from '../media/gesture';
import { backoffMs } from '../signal/backoff';
import { readLineMessage, type LineCommand, type LineMessage } from '../signal/line_messages';
import { deriveSocketKeys, NOT_TRUSTED, SignalSocket } from '../signal/socket';
import {
  initialCalls,
  isOwnCall,
  reduceCalls,
  type Callee,
  type CallsAction,
  type CallsState,
  type Wanted,
} from '../state/calls';
import { createStore, type Store } from '../state/store';

/** What the person has clicked on: what may open once the call is accepted. */
export interface Agreed extends Wanted {
  readonly gesture: Gesture;
}

/** Close codes after which the page does not come back by itself. */
const STAY_AWAY: readonly number[] = [4000, 4001, 4004, NOT_TRUSTED];
const PASSING_CODES: readonly string[] = ['unreachable', 'too_many', 'server_full', 'try_again'];

export interface LineEvents {
  /** Both have agreed: to the meeting. */
  readonly onGo: (room: string, agreed: Agreed) => void;
  /** The session is over or locked. */
  readonly onEnded: () => void;
}

export class Line {
  readonly store: Store<CallsState, CallsAction> = createStore(initialCalls, reduceCalls);
  readonly #api: Requests;
  readonly #events: LineEvents;
  /** Of whom it is; null: it is not to be open. */
  #account: string | null = null;
  #running: AbortController | null = null;
  #socket: SignalSocket<LineMessage> | null = null;
  #agreed: Agreed | null = null;

  constructor(api: Requests, events: LineEvents) {
    this.#api = api;
    this.#events = events;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#comeBack();
    });
    window.addEventListener('offline', () => this.#socket?.drop());
    window.addEventListener('online', () => this.#comeBack());
  }

  /** For this account, or for nobody. */
  keep(account: string | null): void {
    if (account !== this.#account) this.#stop();
    this.#account = account;
    this.#comeBack();
  }

  askToCall(who: Callee): void {
    if (this.store.get().outgoing === null || !this.#isRinging()) this.store.dispatch({ type: 'ask', who });
  }

  /** The person has clicked on the sentence that names the other. */
  call(wanted: Wanted): void {
    const { outgoing, open } = this.store.get();
    if (outgoing === null || this.#isRinging()) return;
    this.#agreed = { ...wanted, gesture: takeGesture() };
    this.store.dispatch({ type: 'dial' });
    if (open) this.#say({ type: 'ring', who: outgoing.who.id });
    else this.store.dispatch({ type: 'no_line' });
  }

  hangUp(): void {
    const { outgoing } = this.store.get();
    if (outgoing?.phase === 'ringing' && outgoing.call !== null) this.#say({ type: 'cancel', call: outgoing.call });
    // Dialled, and not confirmed yet: a line that goes takes its call along.
    if (outgoing?.phase === 'dialling') this.#socket?.drop();
    this.#agreed = null;
    this.store.dispatch({ type: 'hang_up' });
  }

  accept(wanted: Wanted): void {
    const { incoming } = this.store.get();
    if (incoming === null || incoming.accepted) return;
    this.#agreed = { ...wanted, gesture: takeGesture() };
    this.store.dispatch({ type: 'accept' });
    this.#say({ type: 'accept', call: incoming.call });
  }

  reject(): void {
    const { incoming } = this.store.get();
    if (incoming === null || incoming.accepted) return;
    this.#say({ type: 'reject', call: incoming.call });
    this.store.dispatch({ type: 'reject' });
  }

  seenOver(): void {
    this.store.dispatch({ type: 'seen_over' });
  }

  /** How many calls were missed, for the mark in the head. */
  async countMissed(): Promise<void> {
    try {
      this.store.dispatch({ type: 'missed', count: (await readCallSettings(this.#api)).missed });
    } catch {
      // It is told with the next one.
    }
  }

  #isRinging(): boolean {
    const phase = this.store.get().outgoing?.phase;
    return phase === 'dialling' || phase === 'ringing';
  }

  #say(command: LineCommand): void {
    this.#socket?.send(JSON.stringify(command));
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#socket?.close();
    this.#socket = null;
    this.store.dispatch({ type: 'line_closed' });
    this.store.dispatch({ type: 'hang_up' });
    this.store.dispatch({ type: 'seen_over' });
  }

  #comeBack(): void {
    if (this.#account === null || this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    void this.#run(running.signal).finally(() => {
      if (this.#running === running) this.#running = null;
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const { entry, codeword } = await fetchLineEntry(this.#api, signal);
        const keys = await deriveSocketKeys(codeword, entry, location.origin);
        if (signal.aborted) return;
        const opened = performance.now();
        const code = await this.#converse(entry, keys, signal);
        if (STAY_AWAY.includes(code)) return;
        if (performance.now() - opened > 10_000) attempt = 0;
      } catch (error) {
        if (!(error instanceof ApiError) || !PASSING_CODES.includes(error.code)) return;
      }
      await new Promise((resolve) => window.setTimeout(resolve, backoffMs(attempt, Math.random())));
    }
  }

  #converse(entry: string, keys: Awaited<ReturnType<typeof deriveSocketKeys>>, signal: AbortSignal): Promise<number> {
    return new Promise((resolve) => {
      const socket = new SignalSocket<LineMessage>(
        `wss://${location.host}/signal?entry=${entry}`,
        keys,
        {
          onHello: (hello) => {
            if (signal.aborted) return;
            socket.send(JSON.stringify({ type: 'hello' } satisfies LineCommand));
            this.store.dispatch({ type: 'heard', message: hello });
            void this.countMissed();
          },
          onMessage: (message) => {
            if (!signal.aborted) this.#heard(message);
          },
          onEnd: (code) => {
            if (this.#socket === socket) {
              this.#socket = null;
              this.store.dispatch({ type: 'line_closed' });
            }
            resolve(code);
          },
        },
        readLineMessage,
      );
      this.#socket = socket;
    });
  }

  #heard(message: LineMessage): void {
    const own = message.type === 'go' && isOwnCall(this.store.get(), message.call);
    const agreed = this.#agreed;
    this.store.dispatch({ type: 'heard', message });
    if (message.type === 'news' && message.of === 'missed') void this.countMissed();
    if (message.type === 'ended') this.#events.onEnded();
    if (message.type === 'not_answered' || message.type === 'error') this.#agreed = null;
    if (message.type !== 'go') return;
    this.#agreed = null;
    if (own && agreed !== null) this.#events.onGo(message.room, agreed);
  }
}
