/* SPDX-License-Identifier: GPL-3.0-or-later */
// A media connection that is to take the place of another one, which goes on until this one works and shows its first
// pictures: the server would rather serve this viewer in another of its processes.
import type { ServerMessage } from '../signal/messages';
import type { MediaConnection, Offer } from './connection';

/** The present one goes on for longer at the server: there is no hurry. */
const CONNECT_WITHIN_MS = 20_000;
/** From then on the present one may go, with pictures or without. The server keeps it longer. */
const LOOK_WITHIN_MS = 5000;
const LOOK_MS = 50;

/** What the server says of a media connection. */
const OF_CONNECTION: ReadonlySet<ServerMessage['type']> = new Set(['slots', 'security', 'layers']);

export interface MoveEvents {
  /** Sends an offer, and says its id. */
  readonly send: (offer: Offer) => number;
  /** `told`: what the server has said of this connection meanwhile. */
  readonly onReady: (connection: MediaConnection, told: readonly ServerMessage[]) => void;
  /** `offered`: the server knows of it. */
  readonly onFailed: (offered: boolean) => void;
}

/** Whether whatever comes in as video is shown already. */
async function hasPictures(peer: RTCPeerConnection): Promise<boolean> {
  let coming = 0;
  let decoded = 0;
  (await peer.getStats()).forEach((entry: Partial<RTCInboundRtpStreamStats>) => {
    if (entry.type !== 'inbound-rtp' || entry.kind !== 'video' || (entry.packetsReceived ?? 0) === 0) return;
    coming++;
    if ((entry.framesDecoded ?? 0) > 0) decoded++;
  });
  return coming > 0 && decoded === coming;
}

export class Move {
  readonly #events: MoveEvents;
  readonly #told: ServerMessage[] = [];
  #connection: MediaConnection | null = null;
  #id: number | null = null;
  #answered = false;
  #over = false;
  #timer: number | undefined;
  #lookTimer: number | undefined;

  constructor(events: MoveEvents) {
    this.#events = events;
  }

  /** With so many slots for video as the present one has. */
  start(opened: Promise<MediaConnection>, videoSlots: number): void {
    this.#timer = window.setTimeout(() => this.#fail(), CONNECT_WITHIN_MS);
    this.#offer(opened, videoSlots).catch((error: unknown) => this.#fail(error));
  }

  offers(id: number): boolean {
    return id === this.#id;
  }

  answered(sdp: string): void {
    this.#answered = true;
    this.#connection?.accept(sdp).catch((error: unknown) => this.#fail(error));
  }

  /** True if this was said of the connection that is to come: it is told when that is ready. */
  keeps(message: ServerMessage): boolean {
    const keeps = this.#answered && OF_CONNECTION.has(message.type);
    if (keeps) this.#told.push(message);
    return keeps;
  }

  stop(): void {
    this.#end();
    this.#connection?.close();
  }

  async #offer(opened: Promise<MediaConnection>, videoSlots: number): Promise<void> {
    const connection = await opened;
    if (this.#over) return connection.close();
    this.#connection = connection;
    connection.peer.onconnectionstatechange = () => this.#stateChanged(connection);
    const offer = await connection.offer(videoSlots);
    if (!this.#over) this.#id = this.#events.send(offer);
  }

  #stateChanged(connection: MediaConnection): void {
    const { connectionState } = connection.peer;
    if (connectionState === 'failed') this.#fail();
    // It may connect once more; how long to look is counted from the first time.
    if (connectionState !== 'connected' || this.#lookTimer !== undefined) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ready(connection), LOOK_WITHIN_MS);
    this.#lookAgain(connection);
  }

  #lookAgain(connection: MediaConnection): void {
    this.#lookTimer = window.setTimeout(() => {
      this.#look(connection).catch((error: unknown) => this.#fail(error));
    }, LOOK_MS);
  }

  async #look(connection: MediaConnection): Promise<void> {
    const isReady = await hasPictures(connection.peer);
    if (this.#over) return;
    if (isReady) this.#ready(connection);
    else this.#lookAgain(connection);
  }

  #ready(connection: MediaConnection): void {
    this.#end();
    this.#events.onReady(connection, this.#told);
  }

  #fail(error?: unknown): void {
    if (this.#over) return;
    if (error !== undefined) console.error('move:', error);
    this.stop();
    this.#events.onFailed(this.#id !== null);
  }

  #end(): void {
    this.#over = true;
    window.clearTimeout(this.#timer);
    window.clearTimeout(this.#lookTimer);
  }
}
