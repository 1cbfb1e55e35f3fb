/* SPDX-License-Identifier: GPL-3.0-or-later */
// Keeps a stay supplied with one working media connection: offers, answers, more slots, and a new connection when one
// is lost.
import type { ClientMessage, Source, Watched } from '../signal/messages';
import { backoffMs } from '../signal/backoff';
import type { Reached } from '../signal/reach';
import type { MediaLink } from '../state/model';
import type { PictureFormat } from '../state/preferences';
import type { QuietFacts } from '../state/quiet';
import { MediaConnection } from './connection';
import { cameraQuality } from './quality';
import { videoSlotsFor } from './slots';

/** ICE often returns by itself within seconds; a new connection takes less than one. */
const DISCONNECTED_MS = 4000;
/** The same when the network has just come back. */
const RETURN_MS = 1500;
const CONNECT_TIMEOUT_MS = 12_000;
/** So many tries in vain are no passing trouble any more: the person is told. The page goes on trying. */
const TRIES_UNTIL_BLOCKED = 2;

type OfferMessage = Extract<ClientMessage, { type: 'offer' }>;

export interface MediaEvents {
  readonly send: (message: OfferMessage) => void;
  readonly onState: (media: MediaLink, refusal?: string) => void;
  /** A new connection takes the place of the earlier one; what is known of that holds no more. */
  readonly onAnew: () => void;
  readonly onStreams: (streams: ReadonlyMap<string, MediaStream>, audio: readonly MediaStream[]) => void;
  /** An offer was answered: what the page shows can be said of its slots. */
  readonly onAnswered: () => void;
  /** Tracks to send; asked for at each new connection. */
  readonly trackOf: (source: Source) => MediaStreamTrack | null;
  /** Whether nobody on the wire may tell when the person speaks; asked at each new connection. */
  readonly isQuiet: () => boolean;
  /** How the person wants the camera to be sent; asked at each new connection. */
  readonly format: () => PictureFormat;
  /** Waits until the network is there, or until stopped. */
  readonly untilReachable: (stop: AbortSignal) => Promise<Reached>;
}

/** In a mask of watched layers: somebody who is there cannot decode what is sent. */
const COMMON_FORMAT = 8;

const orLowest = (watched: number | null): number | null => (watched === null ? null : watched | 1);

export class MediaSession {
  readonly #events: MediaEvents;
  #connection: MediaConnection | null = null;
  // Everything that changes the connection runs one after the other: browsers refuse offers that overlap.
  #queue: Promise<void> = Promise.resolve();
  #signalOpen = false;
  #over = false;
  /** Of the last offer. It never starts again during a stay: the server does not answer offers of a connection that
   * was replaced, or answers them late, so that only the id tells which offer an answer belongs to. */
  #offerId = 0;
  /** The offer of the present connection that has no answer yet. */
  #unanswered: number | null = null;
  #offered = false;
  #videoSources = 0;
  #videoMaximum = 0;
  #people = 1;
  /** Which layers of what is sent somebody watches, as the server has said last of this connection; null: not yet. */
  readonly #watched: Record<keyof Watched, number | null> = { camera: null, screen: null };
  #attempt = 0;
  /** Not all who are there can decode another format than the usual one; it stays so for this stay. */
  #onlyUsual = false;
  #timer: number | undefined;
  #waiting: AbortController | null = null;

  constructor(events: MediaEvents) {
    this.#events = events;
  }

  get connection(): RTCPeerConnection | null {
    return this.#connection?.peer ?? null;
  }

  get headersEncrypted(): boolean {
    return this.#connection?.headersEncrypted ?? false;
  }

  async quietFacts(): Promise<QuietFacts | null> {
    return (await this.#connection?.quietFacts()) ?? null;
  }

  /** The server has said welcome on a new socket: the first time, or after a drop, which may have swallowed an
   * answer. */
  signalOpened(): void {
    const lostAnswer = this.#unanswered !== null;
    this.#signalOpen = true;
    if (this.#connection === null || this.#isBroken()) this.restart();
    else if (this.#connection.peer.connectionState === 'disconnected') this.#retryAfter(RETURN_MS);
    else if (lostAnswer) this.#offerAgain();
  }

  signalLost(): void {
    this.#signalOpen = false;
  }

  /** Out of the meeting, back in the waiting room: no connection until the next welcome. */
  pause(): void {
    this.#signalOpen = false;
    this.#clearTimer();
    this.#abandon();
    this.#events.onStreams(new Map(), []);
  }

  /** How many people there are, how many cameras and screens of others are on, and how many slots the server has at
   * most. */
  fit(people: number, videoSources: number, videoMaximum: number): void {
    this.#people = people;
    this.#videoSources = videoSources;
    this.#videoMaximum = videoMaximum;
    this.#do(async (connection) => {
      await this.#fit('camera', connection);
      if (this.#wantedSlots(connection) > connection.videoSlots) await this.#negotiate(connection);
    });
  }

  setTrack(source: Source, track: MediaStreamTrack | null): void {
    this.#do(async (connection) => {
      await connection.setTrack(source, track);
      if (source !== 'camera' && source !== 'screen') return;
      // What begins anew is sent at least small, whatever was said of it when there was nothing to watch.
      if (track !== null) this.#watched[source] = orLowest(this.#watched[source]);
      await this.#fit(source, connection);
    });
  }

  /** What the server says that somebody watches. */
  layers(watched: Watched): void {
    this.#do(async (connection) => {
      // Said of the connection before this one.
      if (connection.peer.remoteDescription === null) return;
      if (connection.offersScalable && (watched.camera & COMMON_FORMAT) !== 0) return this.#useUsual();
      Object.assign(this.#watched, { camera: watched.camera & ~COMMON_FORMAT, screen: watched.screen & ~COMMON_FORMAT });
      await this.#fit('camera', connection);
      await this.#fit('screen', connection);
    });
  }

  /** The person wants another format: perhaps all can decode that. */
  formatChanged(): void {
    this.#onlyUsual = false;
    this.restart();
  }

  #useUsual(): void {
    this.#onlyUsual = true;
    this.restart();
  }

  /** A new connection in place of the present one, at once. */
  restart(): void {
    this.#clearTimer();
    this.#abandon();
    this.#queue = this.#queue.then(() => this.#open()).catch((error: unknown) => this.#failed(error));
  }

  answered(id: number, sdp: string): void {
    if (id !== this.#unanswered) return;
    this.#unanswered = null;
    this.#do(async (connection) => {
      if (connection.peer.signalingState !== 'have-local-offer') return;
      await connection.accept(sdp);
      if (connection.offersScalable && !connection.sendsScalable) return this.#useUsual();
      // Whether there is more than one layer is known only now.
      await this.#fit('camera', connection);
      this.#events.onAnswered();
      if (this.#wantedSlots(connection) > connection.videoSlots) await this.#negotiate(connection);
    });
  }

  refused(id: number, text: string): void {
    if (id !== this.#unanswered) return;
    this.#abandon();
    this.#clearTimer();
    this.#events.onState('refused', text);
  }

  stop(): void {
    this.#over = true;
    this.#clearTimer();
    this.#abandon();
  }

  #wantedSlots(connection: MediaConnection): number {
    return videoSlotsFor(this.#videoSources, connection.videoSlots, this.#videoMaximum);
  }

  #isBroken(): boolean {
    const state = this.#connection?.peer.connectionState;
    return state === 'failed' || state === 'closed';
  }

  #abandon(): void {
    this.#unanswered = null;
    if (this.#connection === null) return;
    this.#connection.close();
    this.#connection = null;
    // What a closed connection was asked for may never be answered (WebRTC 1.0, 4.4.1.2): the next one does not wait.
    this.#queue = Promise.resolve();
  }

  /** Runs on the present connection, in turn; not at all when another has taken its place by then. */
  #do(task: (connection: MediaConnection) => Promise<void> | void): void {
    const connection = this.#connection;
    this.#queue = this.#queue
      .then(() => (connection !== null && connection === this.#connection ? task(connection) : undefined))
      .catch((error: unknown) => {
        if (connection === this.#connection) this.#failed(error);
      });
  }

  async #open(): Promise<void> {
    if (this.#over || !this.#signalOpen || this.#connection !== null) return;
    this.#events.onAnew();
    this.#events.onState(this.#attempt === 0 ? 'connecting' : this.#troubled());
    const connection = await MediaConnection.open(this.#events.isQuiet(), this.#onlyUsual ? 'usual' : this.#events.format());
    // Meanwhile the stay is over, or back in the waiting room, or the socket has gone (signalOpened() begins anew), or
    // another connection was faster.
    if (this.#over || !this.#signalOpen || this.#connection !== null) return connection.close();
    this.#connection = connection;
    Object.assign(this.#watched, { camera: null, screen: null });
    this.#offered = false;
    connection.peer.onconnectionstatechange = () => this.#stateChanged(connection);
    try {
      await this.#begin(connection);
    } catch (error) {
      // Closed in the middle, because another one takes its place: that is no failure.
      if (connection === this.#connection) throw error;
    }
  }

  async #begin(connection: MediaConnection): Promise<void> {
    for (const source of ['mic', 'camera', 'screen', 'screen_sound'] as const)
      await connection.setTrack(source, this.#events.trackOf(source));
    await this.#fit('camera', connection);
    await this.#fit('screen', connection);
    await this.#negotiate(connection);
    if (connection === this.#connection) this.#retryAfter(CONNECT_TIMEOUT_MS);
  }

  #fit(source: keyof Watched, connection: MediaConnection): Promise<void> {
    const people = this.#people;
    const watched = this.#watched[source];
    if (source === 'screen') return connection.fitScreen(watched);
    return connection.fitCamera({ people, single: cameraQuality(people), watched });
  }

  async #negotiate(connection: MediaConnection): Promise<void> {
    // With an offer under way the next one follows its answer (answered).
    if (connection.peer.signalingState !== 'stable') return;
    const offer = await connection.offer(this.#wantedSlots(connection));
    if (connection !== this.#connection) return;
    this.#events.onStreams(connection.streams, connection.audioStreams);
    this.#send(offer);
  }

  /** The same offer once more, under the next id: its answer was lost. */
  #offerAgain(): void {
    this.#do((connection) => {
      if (connection.peer.signalingState !== 'have-local-offer') return;
      this.#send(connection.present());
      if (connection.peer.connectionState !== 'connected') this.#retryAfter(CONNECT_TIMEOUT_MS);
    });
  }

  #send(offer: { sdp: string; sources: OfferMessage['sources'] }): void {
    const id = (this.#unanswered = ++this.#offerId);
    const anew = !this.#offered;
    this.#offered = true;
    this.#events.send({ type: 'offer', id, ...offer, anew });
  }

  /** What a try in vain means by now. */
  #troubled(): MediaLink {
    return this.#attempt < TRIES_UNTIL_BLOCKED ? 'away' : 'blocked';
  }

  #stateChanged(connection: MediaConnection): void {
    switch (connection.peer.connectionState) {
      case 'connected':
        this.#clearTimer();
        this.#attempt = 0;
        return this.#events.onState('connected');
      case 'disconnected':
      case 'failed':
        this.#events.onState(this.#troubled());
        return void this.#waitForNetwork(connection);
    }
  }

  /** Without a network a new connection is offered in vain, and this one may return by itself as soon as there is one. */
  async #waitForNetwork(connection: MediaConnection): Promise<void> {
    this.#clearTimer();
    const waiting = (this.#waiting = new AbortController());
    const reached = await this.#events.untilReachable(waiting.signal);
    if (reached === 'stopped' || connection !== this.#connection) return;
    if (connection.peer.connectionState === 'failed') this.#retryAfter(backoffMs(this.#attempt, Math.random()));
    else this.#retryAfter(reached === 'at once' ? DISCONNECTED_MS : RETURN_MS);
  }

  #failed(error: unknown): void {
    console.error('media:', error);
    if (this.#over) return;
    this.#events.onState(this.#troubled());
    this.#retryAfter(backoffMs(this.#attempt, Math.random()));
  }

  #retryAfter(milliseconds: number): void {
    this.#clearTimer();
    this.#timer = window.setTimeout(() => {
      this.#attempt++;
      // Without a socket there is nobody to offer to; signalOpened() sees to it.
      if (this.#signalOpen) this.restart();
    }, milliseconds);
  }

  #clearTimer(): void {
    window.clearTimeout(this.#timer);
    this.#waiting?.abort();
    this.#waiting = null;
  }
}
