/* SPDX-License-Identifier: GPL-3.0-or-later */
// One signalling socket, from its opening to its end. It never throws: it tells how it ended, once.
import { FrameOpener, FrameSealer, deriveKey } from './frames';
import type { ServerMessage } from './messages';

const PROTOCOL = 'testudo.v1';
const HELLO_TIMEOUT_MS = 8000;
const WATCH_MS = 2000;
/** A socket that can't get rid of what was written for so long leads nowhere, whatever the system still hopes. */
const STUCK_MS = 6000;
/** Close code for an end that no close frame told: the network, or this page. */
export const GONE = 1006;
/** The server's frames could not be trusted: this page closed. */
export const NOT_TRUSTED = 4900;

interface Spoken {
  readonly type: string;
}

export interface SocketEvents<M extends Spoken = ServerMessage> {
  /** The server has proved that it knows the codeword. Nothing was sent before. */
  readonly onHello: (hello: Extract<M, { type: 'hello' }>) => void;
  readonly onMessage: (message: M) => void;
  readonly onEnd: (code: number) => void;
}

export interface SocketKeys {
  readonly own: CryptoKey;
  readonly servers: CryptoKey;
}

export async function deriveSocketKeys(codeword: string, entry: string, origin: string): Promise<SocketKeys> {
  const [own, servers] = await Promise.all([
    deriveKey(codeword, entry, origin, 'client'),
    deriveKey(codeword, entry, origin, 'server'),
  ]);
  return { own, servers };
}

/** `M`: what the server says on it, as `read` finds it in the text of a frame. */
export class SignalSocket<M extends Spoken = ServerMessage> {
  readonly #socket: WebSocket;
  readonly #events: SocketEvents<M>;
  readonly #read: (text: string) => M;
  readonly #sealer: FrameSealer;
  readonly #opener: FrameOpener;
  // Sealing and opening take their time; these chains keep frames in order.
  #sending: Promise<void> = Promise.resolve();
  #receiving: Promise<void> = Promise.resolve();
  #greeted = false;
  #over = false;
  #stuckSince: number | null = null;
  readonly #helloTimer: number;
  readonly #watchTimer: number;

  constructor(url: string, keys: SocketKeys, events: SocketEvents<M>, read: (text: string) => M) {
    this.#events = events;
    this.#read = read;
    this.#sealer = new FrameSealer(keys.own);
    this.#opener = new FrameOpener(keys.servers);
    this.#socket = new WebSocket(url, PROTOCOL);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = (event: MessageEvent<unknown>) => this.#receive(event.data);
    this.#socket.onclose = (event) => this.#finish(event.code);
    this.#helloTimer = window.setTimeout(() => this.drop(), HELLO_TIMEOUT_MS);
    this.#watchTimer = window.setInterval(() => this.#watch(), WATCH_MS);
  }

  send(text: string): void {
    this.#sending = this.#sending.then(async () => {
      if (this.#over) return;
      const frame = await this.#sealer.seal(text);
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
    });
  }

  /** Ends the socket in order, after everything that was sent. */
  close(): void {
    this.#sending = this.#sending.then(() => this.#socket.close(1000));
  }

  /** Gives the socket up at once, without waiting for anything of it. */
  drop(code: number = GONE): void {
    this.#socket.close(code === NOT_TRUSTED ? 4000 : 1000);
    this.#finish(code);
  }

  #receive(data: unknown): void {
    this.#receiving = this.#receiving.then(async () => {
      if (this.#over) return;
      try {
        if (!(data instanceof ArrayBuffer)) throw new TypeError('a text frame');
        this.#handle(this.#read(await this.#opener.open(new Uint8Array(data))));
      } catch (error) {
        console.error('signalling:', error);
        this.drop(NOT_TRUSTED);
      }
    });
  }

  #handle(message: M): void {
    if ((message.type === 'hello') === this.#greeted) throw new TypeError('hello is the first message, and no other');
    if (!isHello(message)) return this.#events.onMessage(message);
    this.#greeted = true;
    window.clearTimeout(this.#helloTimer);
    this.#events.onHello(message);
  }

  #watch(): void {
    if (this.#socket.bufferedAmount === 0) this.#stuckSince = null;
    else this.#stuckSince ??= performance.now();
    if (this.#stuckSince !== null && performance.now() - this.#stuckSince > STUCK_MS) this.drop();
  }

  #finish(code: number): void {
    if (this.#over) return;
    // What has arrived before the end is still worth hearing: it may say why.
    void this.#receiving.then(() => {
      if (this.#over) return;
      this.#over = true;
      window.clearTimeout(this.#helloTimer);
      window.clearInterval(this.#watchTimer);
      this.#socket.onmessage = this.#socket.onclose = null;
      this.#events.onEnd(code);
    });
  }
}

function isHello<M extends Spoken>(message: M): message is Extract<M, { type: 'hello' }> {
  return message.type === 'hello';
}
