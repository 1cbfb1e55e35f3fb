/* SPDX-License-Identifier: GPL-3.0-or-later */
// Keeps a stay supplied with one working media connection: offers, answers, more slots, and a new connection when one
// is lost.
import type { ClientMessage, Relay, ServerMessage, Source, Watched } from '../signal/messages';
import { backoffMs } from '../signal/backoff';
import type { Reached } from '../signal/reach';
import type { MediaLink } from '../state/model';
import type { PictureFormat } from '../state/preferences';
import type { QuietFacts } from '../state/quiet';
import { MediaConnection, type Offer } from './connection';
import { Move } from './move';
import { cameraQuality } from './quality';
import { videoSlotsFor } from './slots';

/** ICE often returns by itself within seconds. Then it is begun anew on the same connection, which brings media over
 * another network without a new handshake; and when that is of no use, there is a new connection. */
const ICE_RESTART_MS = 1000;
/** The same when the network has just come back. */
const RETURN_MS = 1500;
const NEW_CONNECTION_MS = 5000;
const CONNECT_TIMEOUT_MS = 12_000;
/** Direct ways, UDP and TCP, have so long before the relay is asked for. */
const RELAY_AFTER_MS = 3000;
/** A pass is good for at least five minutes. */
const RELAY_KEPT_MS = 240_000;
/** So long a page may need to draw new streams: until then none counts as seen, and saying so would stop them. */
const DRAWN_MS = 500;
/** So many tries in vain are no passing trouble any more: the person is told. The page goes on trying. */
const TRIES_UNTIL_BLOCKED = 2;

type OfferMessage = Extract<ClientMessage, { type: 'offer' }>;

export interface MediaEvents {
  readonly send: (message: OfferMessage) => void;
  readonly askRelay: () => void;
  readonly onState: (media: MediaLink, refusal?: string) => void;
  /** A new connection takes the place of the earlier one; what is known of that holds no more. */
  readonly onAnew: () => void;
  readonly onStreams: (streams: ReadonlyMap<string, MediaStream>, audio: readonly MediaStream[]) => void;
  /** What the server has said of a connection that takes the place of another now. */
  readonly onTold: (message: ServerMessage) => void;
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

/** With less room than this for a picture bits of its sound are worth more there; and from where on they are not. */
const LITTLE_ROOM_BPS = 300_000;
const ENOUGH_ROOM_BPS = 450_000;

const orLowest = (watched: number | null): number | null => (watched === null ? null : watched | 1);

/** As long as the server has said nothing of a connection. */
const UNKNOWN = { camera: null, screen: null, camera_bps: 0, screen_bps: 0 } as const;
type MaybeWatched = { -readonly [key in keyof Watched]: key extends 'camera' | 'screen' ? number | null : number };

export class MediaSession {
  readonly #events: MediaEvents;
  #connection: MediaConnection | null = null;
  /** The connection that is to take the place of the present one, which goes on meanwhile. */
  #move: Move | null = null;
  /** As long as the streams of a move may not be drawn yet. */
  #drawTimer: number | undefined;
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
  /** What of that which is sent somebody watches, as the server has said last of this connection; null: not yet. */
  readonly #watched: MaybeWatched = { ...UNKNOWN };
  #attempt = 0;
  /** The own way up is narrow; the one other person's way down is. */
  #narrow = false;
  #theirsIsNarrow = false;
  /** Not all who are there can decode another format than the usual one; it stays so for this stay. */
  #onlyUsual = false;
  #timer: number | undefined;
  #waiting: AbortController | null = null;
  #relayTimer: number | undefined;
  #relay: Relay | null = null;
  #relayedAt = 0;
  /** The present connection has been connected. */
  #worked = false;
  /** Since the connection worked last. */
  #iceRestarted = false;
  /** The next offer begins ICE anew. */
  #iceRestartDue = false;
  /** Since ICE was begun last. */
  #wayIsNew = false;
  /** When there is a socket again. */
  #replaceDue = false;

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
    const spent = this.#isBroken() && (lostAnswer || this.#iceRestarted);
    if (this.#connection === null || spent || this.#replaceDue) return this.restart();
    if (lostAnswer) this.#offerAgain();
    if (this.#wayIsNew || this.#isBroken()) this.#restartIce();
    else if (this.#connection.peer.connectionState === 'disconnected' && !lostAnswer) this.#restartIceAfter(RETURN_MS);
  }

  /** Another network, or the computer slept: what worked before may work no more, without anybody having noticed yet.
   * To be said before the socket is made anew: ICE follows when it is back. */
  wayChanged(): void {
    this.#wayIsNew = this.#connection !== null;
  }

  /** The server has given a pass to its relay, or has none. It is a way of the next connection, beside the direct
   * ones; at once, unless a direct one was found meanwhile. */
  relayed(relay: Relay | null): void {
    this.#relay = relay;
    this.#relayedAt = Date.now();
    const ice = this.#connection?.peer.iceConnectionState;
    if (relay !== null && ice !== 'connected' && ice !== 'completed') this.restart();
  }

  signalLost(): void {
    this.#signalOpen = false;
    if (this.#move === null) return;
    // Where the server has us now is not known.
    this.#dropMove();
    this.#replaceDue = true;
  }

  /** Out of the meeting, back in the waiting room: no connection until the next welcome. */
  pause(): void {
    this.#signalOpen = false;
    this.#clearTimer();
    this.#askNoRelay();
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
      await this.#offerWhatIsDue(connection);
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
      const { camera_bps, screen_bps } = watched;
      const [camera, screen] = [watched.camera & ~COMMON_FORMAT, watched.screen & ~COMMON_FORMAT];
      Object.assign(this.#watched, { camera, screen, camera_bps, screen_bps });
      await this.#fit('camera', connection);
      await this.#fit('screen', connection);
      await this.#fitSound(connection);
    });
  }

  /** Whether the own way up is narrow: the picture has use for what sound that is sent twice costs. */
  spareSound(narrow: boolean): void {
    if (narrow === this.#narrow) return;
    this.#narrow = narrow;
    this.#do(async (connection) => {
      await this.#fitSound(connection);
      await this.#fit('camera', connection); // an answer makes all its layers active again
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

  /** The server would rather serve this page elsewhere. Who has other things to do stays. */
  move(): void {
    const present = this.#connection;
    if (present?.peer.connectionState !== 'connected' || this.#unanswered !== null || this.#move !== null) return;
    const format = this.#onlyUsual ? 'usual' : this.#events.format();
    this.#move = new Move({
      send: (offer) => this.#sendAs(++this.#offerId, offer, true),
      onReady: (connection, told) => this.#adopt(connection, told),
      onFailed: (offered) => this.#moveFailed(offered),
    });
    const opened = MediaConnection.open(this.#events.isQuiet(), format, this.#presentRelay());
    this.#move.start(opened, present.videoSlots);
  }

  /** Whether this was said of a connection that has not taken its place yet: it is told when it does. */
  keeps(message: ServerMessage): boolean {
    return this.#move?.keeps(message) ?? false;
  }

  answered(id: number, sdp: string): void {
    if (this.#move?.offers(id) === true) return this.#move.answered(sdp);
    if (id !== this.#unanswered) return;
    this.#unanswered = null;
    this.#do(async (connection) => {
      if (connection.peer.signalingState !== 'have-local-offer') return;
      await connection.accept(sdp);
      if (connection.offersScalable && !connection.sendsScalable) return this.#useUsual();
      // Whether there is more than one layer is known only now.
      await this.#fit('camera', connection);
      if (this.#drawTimer === undefined) this.#events.onAnswered();
      await this.#offerWhatIsDue(connection);
    });
  }

  refused(id: number, text: string): void {
    if (this.#move?.offers(id) === true) return this.restart();
    if (id !== this.#unanswered) return;
    this.#abandon();
    this.#clearTimer();
    this.#events.onState('refused', text);
  }

  stop(): void {
    this.#over = true;
    this.#clearTimer();
    this.#askNoRelay();
    this.#abandon();
  }

  #wantedSlots(connection: MediaConnection): number {
    return videoSlotsFor(this.#videoSources, connection.videoSlots, this.#videoMaximum);
  }

  #isBroken(): boolean {
    const state = this.#connection?.peer.connectionState;
    return state === 'failed' || state === 'closed';
  }

  /** ICE anew on the same connection: the sound and the pictures that there are go on. One that has never worked is
   * replaced: Firefox (153) receives over it then, and sends no media. */
  #restartIce(): void {
    if (!this.#worked) return this.restart();
    this.#iceRestarted = true;
    this.#wayIsNew = false;
    this.#do(async (connection) => {
      connection.peer.restartIce();
      this.#iceRestartDue = true;
      await this.#negotiate(connection);
    });
    this.#after(NEW_CONNECTION_MS, () => {
      // Nothing was broken, or nobody has noticed yet; then that is met as any loss.
      if (this.#connection?.peer.connectionState === 'connected') this.#iceRestarted = false;
      else this.#replace();
    });
  }

  /** Unless one connects by then, this one or another. */
  #askRelayLater(): void {
    if (this.#relayTimer !== undefined || this.#presentRelay() !== null) return;
    this.#relayTimer = window.setTimeout(() => {
      this.#relayTimer = undefined;
      if (this.#signalOpen) this.#events.askRelay();
    }, RELAY_AFTER_MS);
  }

  #askNoRelay(): void {
    window.clearTimeout(this.#relayTimer);
    this.#relayTimer = undefined;
  }

  /** Asked for once in this stay, and still good. */
  #presentRelay(): Relay | null {
    return Date.now() - this.#relayedAt < RELAY_KEPT_MS ? this.#relay : null;
  }

  #dropMove(): void {
    this.#move?.stop();
    this.#move = null;
  }

  /** Of a move that was not offered the server knows nothing: the present connection goes on, and what has waited. */
  #moveFailed(offered: boolean): void {
    const present = this.#connection;
    if (offered || present?.peer.signalingState !== 'stable') return this.restart();
    this.#move = null;
    this.#stateChanged(present);
    this.fit(this.#people, this.#videoSources, this.#videoMaximum);
  }

  /** What there is takes the place of what there was. */
  #adopt(connection: MediaConnection, told: readonly ServerMessage[]): void {
    this.#move = null;
    this.#clearTimer();
    this.#abandon();
    this.#connection = connection;
    this.#offered = this.#worked = true;
    Object.assign(this.#watched, UNKNOWN);
    connection.peer.onconnectionstatechange = () => this.#stateChanged(connection);
    this.#events.onAnew();
    this.#events.onStreams(connection.streams, connection.audioStreams);
    this.#stateChanged(connection);
    told.forEach((message) => this.#events.onTold(message));
    this.#drawTimer = window.setTimeout(() => {
      this.#drawTimer = undefined;
      this.#events.onAnswered();
    }, DRAWN_MS);
    this.fit(this.#people, this.#videoSources, this.#videoMaximum);
  }

  #abandon(): void {
    this.#dropMove();
    window.clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    this.#unanswered = null;
    this.#worked = this.#iceRestarted = this.#iceRestartDue = this.#wayIsNew = this.#replaceDue = false;
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
    const format = this.#onlyUsual ? 'usual' : this.#events.format();
    const connection = await MediaConnection.open(this.#events.isQuiet(), format, this.#presentRelay());
    // Meanwhile the stay is over, or back in the waiting room, or the socket has gone (signalOpened() begins anew), or
    // another connection was faster.
    if (this.#over || !this.#signalOpen || this.#connection !== null) return connection.close();
    this.#connection = connection;
    Object.assign(this.#watched, UNKNOWN);
    this.#narrow = this.#theirsIsNarrow = this.#offered = false;
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
    if (connection !== this.#connection) return;
    this.#retryAfter(CONNECT_TIMEOUT_MS);
    this.#askRelayLater();
  }

  #fit(source: 'camera' | 'screen', connection: MediaConnection): Promise<void> {
    const people = this.#people;
    const watched = this.#watched[source];
    const mostBps = this.#watched[`${source}_bps`];
    if (source === 'screen') return connection.fitScreen(watched, mostBps);
    return connection.fitCamera({ people, single: cameraQuality(people), watched, mostBps });
  }

  /** The one other person may have little room, too: the server takes the redundancy out, not what a voice takes. */
  #fitSound(connection: MediaConnection): Promise<void> {
    const { camera_bps, screen_bps } = this.#watched;
    const least = this.#theirsIsNarrow ? ENOUGH_ROOM_BPS : LITTLE_ROOM_BPS;
    this.#theirsIsNarrow = [camera_bps, screen_bps].some((bps) => bps !== 0 && bps < least);
    return connection.fitSound(this.#narrow || this.#theirsIsNarrow, this.#narrow);
  }

  /** What has waited for an answer, or for the end of a move. */
  async #offerWhatIsDue(connection: MediaConnection): Promise<void> {
    const moreSlots = this.#wantedSlots(connection) > connection.videoSlots;
    if (this.#iceRestartDue || moreSlots) await this.#negotiate(connection);
  }

  async #negotiate(connection: MediaConnection): Promise<void> {
    // With an offer under way the next one follows its answer (answered); with a move, its end.
    if (connection.peer.signalingState !== 'stable' || this.#move !== null) return;
    this.#iceRestartDue = false;
    const offer = await connection.offer(this.#wantedSlots(connection));
    // After the offer of a move this one would be taken for a change of that.
    if (connection !== this.#connection || this.#move !== null) return;
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

  #send(offer: Offer): void {
    this.#unanswered = this.#sendAs(++this.#offerId, offer, !this.#offered);
    this.#offered = true;
  }

  #sendAs(id: number, offer: Offer, anew: boolean): number {
    this.#events.send({ type: 'offer', id, ...offer, anew });
    return id;
  }

  /** What a try in vain means by now. */
  #troubled(): MediaLink {
    return this.#attempt < TRIES_UNTIL_BLOCKED ? 'away' : 'blocked';
  }

  #stateChanged(connection: MediaConnection): void {
    if (this.#move !== null) return; // its end mends that, too
    switch (connection.peer.connectionState) {
      case 'connected':
        this.#clearTimer();
        this.#askNoRelay();
        this.#attempt = 0;
        this.#worked = true;
        this.#iceRestarted = this.#replaceDue = false;
        return this.#events.onState('connected');
      case 'disconnected':
        this.#events.onState(this.#troubled());
        // ICE anew has so long as it has (restartIce).
        return this.#iceRestarted ? undefined : void this.#waitForNetwork(connection);
      case 'failed':
        this.#events.onState(this.#troubled());
        return void this.#waitForNetwork(connection);
    }
  }

  /** Without a network a new connection is offered in vain, and this one may return by itself when there is one. */
  async #waitForNetwork(connection: MediaConnection): Promise<void> {
    this.#clearTimer();
    const waiting = (this.#waiting = new AbortController());
    const reached = await this.#events.untilReachable(waiting.signal);
    if (reached === 'stopped' || connection !== this.#connection) return;
    const { connectionState, iceConnectionState } = connection.peer;
    const failed = connectionState === 'failed';
    // When ICE works and DTLS does not, ICE anew is of no use; nor is it a second time.
    if (!this.#worked || this.#iceRestarted || (failed && iceConnectionState !== 'failed'))
      this.#retryAfter(backoffMs(this.#attempt, Math.random()));
    else this.#restartIceAfter(failed ? 0 : reached === 'at once' ? ICE_RESTART_MS : RETURN_MS);
  }

  #failed(error: unknown): void {
    console.error('media:', error);
    if (this.#over) return;
    this.#events.onState(this.#troubled());
    this.#retryAfter(backoffMs(this.#attempt, Math.random()));
  }

  #retryAfter(milliseconds: number): void {
    this.#after(milliseconds, () => this.#replace());
  }

  #restartIceAfter(milliseconds: number): void {
    this.#after(milliseconds, () => {
      if (this.#signalOpen) this.#restartIce();
    });
  }

  #replace(): void {
    this.#attempt++;
    // Without a socket there is nobody to offer to; meanwhile this one may return.
    if (this.#signalOpen) this.restart();
    else this.#replaceDue = true;
  }

  /** Takes the place of what was planned before. */
  #after(milliseconds: number, act: () => void): void {
    this.#clearTimer();
    this.#timer = window.setTimeout(act, milliseconds);
  }

  #clearTimer(): void {
    window.clearTimeout(this.#timer);
    this.#waiting?.abort();
    this.#waiting = null;
  }
}
