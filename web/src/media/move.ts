/* SPDX-License-Identifier: GPL-3.0-or-later */
// A media connection that is to take the place of another one, which goes on until this one works and shows its first
// pictures: the server would rather serve this viewer in another of its processes.
import type { ServerMessage } from '../signal/messages';
import type { MediaConnection, Offer } from './connection';

const CONNECT_WITHIN_MS = 8000;
/** From then on the present one may go, with pictures or without. The server keeps it longer. */
const MOST_LOOKS = 100;
const LOOK_MS = 50;

/** What the server says of a media connection. */
const OF_CONNECTION: ReadonlySet<ServerMessage['type']> = new Set(['slots', 'security', 'layers']);

export interface MoveEvents {
  /** Sends an offer, and says its id. */
  readonly send: (offer: Offer) => number;
  /** `told`: what the server has said of this connection meanwhile. */
  readonly onReady: (connection: MediaConnection, told: readonly ServerMessage[]) => void;
  readonly onFailed: () => void;
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
  #looks = 0;
  #over = false;
  #timer: number | undefined;

  constructor(events: MoveEvents) {
    this.#events = events;
  }

  /** With so many slots for video as the present one has. */
  start(opened: Promise<MediaConnection>, videoSlots: number): void {
    this.#after(CONNECT_WITHIN_MS, () => this.#fail());
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
    this.#over = true;
    window.clearTimeout(this.#timer);
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
    if (connectionState === 'connected' && this.#looks === 0) this.#lookAgain(connection);
  }

  #lookAgain(connection: MediaConnection): void {
    this.#looks++;
    this.#after(LOOK_MS, () => {
      this.#look(connection).catch((error: unknown) => this.#fail(error));
    });
  }

  async #look(connection: MediaConnection): Promise<void> {
    const isReady = (await hasPictures(connection.peer)) || this.#looks >= MOST_LOOKS;
    if (this.#over) return;
    if (!isReady) return this.#lookAgain(connection);
    this.#over = true;
    this.#events.onReady(connection, this.#told);
  }

  #fail(error?: unknown): void {
    if (this.#over) return;
    if (error !== undefined) console.error('move:', error);
    this.stop();
    this.#events.onFailed();
  }

  #after(milliseconds: number, act: () => void): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(act, milliseconds);
  }
}
