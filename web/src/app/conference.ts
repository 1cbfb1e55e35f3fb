/* SPDX-License-Identifier: GPL-3.0-or-later */
// One stay in one meeting: joins the signalling session, the media session and the own devices to the store.
import { browserFacts } from '../media/facts';
import type { DeviceKind, OwnDevices } from '../media/devices';
import type { Loudspeaker } from '../media/loudspeaker';
import type { OwnScreen } from '../media/screen';
import { networkCounts } from '../media/network';
import { canBeQuiet } from '../media/quiet';
import { MediaSession } from '../media/session';
import { shownPictures } from '../media/shown';
import { SoundOutput } from '../media/sound';
import { watchWay } from '../media/way';
import {
  REACTIONS,
  type ClientMessage,
  type Order,
  type Reaction,
  type ServerMessage,
  type Shown,
  type Stay,
  type Switch,
} from '../signal/messages';
import { untilReachable } from '../signal/reach';
import { SignalSession, type Enter, type SessionEnd } from '../signal/session';
import { attendanceCsv } from '../state/attendance';
import type { Ending, Screen, State } from '../state/model';
import type { Action } from '../state/reducer';
import type { Store } from '../state/store';
import { mayShare, onlyWatches, selfOf } from '../state/rights';
import { NarrowWatch, NetworkWatch } from '../state/network';
import { messageOf, type ShownReaction } from '../state/talk';
import { ViewTeller, viewOf } from '../state/view';
import { stagePeople, videoSourcesOf } from '../state/tiles';
import { strings } from '../strings';
import { saveFile } from './download';
import { endingOf, screenAfter } from './endings';
import { newsOf } from './news';
import { OwnRecorder } from './recording';
import { keepScreenOn } from './wake';

const LEVEL_MS = 250;
const SILENT_DB = 127;
const FACTS_MS = 2000;
const NETWORK_MS = 2000;
const NOTICE_MS = 7000;
const REACTION_MS = 6000;
/** The server did not take it: in so long it does. */
const VIEW_AGAIN_MS = 1000;
/** Screen readers hear of one reaction in so long a time. */
const REACTION_TOLD_MS = 6000;

export class Conference {
  static #lastNotice = 0;
  readonly #store: Store<State, Action>;
  readonly #devices: OwnDevices;
  readonly #screen: OwnScreen;
  readonly #signal: SignalSession;
  readonly #media: MediaSession;
  readonly #sound: SoundOutput;
  readonly recorder: OwnRecorder;
  readonly #onOver: () => void;
  readonly #timers: number[];
  readonly #letScreenSleep = keepScreenOn();
  readonly #stopWatchingWay = watchWay(() => {
    this.#media.wayChanged();
    this.#signal.refresh();
  });
  readonly #view: ViewTeller;
  readonly #forget: () => void;
  readonly #network = new NetworkWatch();
  readonly #narrow = new NarrowWatch();
  /** The present media connection has had its answer. */
  #answered = false;
  #told: Ending | null = null;
  #reactionTold = -Infinity;
  /** What the server was told last of the switches, but for the microphone. */
  #saidSwitches = '';
  /** The list of stays as far as it has come. */
  #stays: Stay[] = [];

  constructor(
    store: Store<State, Action>,
    devices: OwnDevices,
    screen: OwnScreen,
    loudspeaker: Loudspeaker,
    enter: Enter,
    onOver: () => void,
  ) {
    this.#store = store;
    this.#devices = devices;
    this.#screen = screen;
    this.#onOver = onOver;
    this.recorder = new OwnRecorder(store, {
      say: (on) => this.#say({ type: 'recording', on }),
      microphone: () => devices.track('mic'),
    });
    this.#sound = new SoundOutput(
      (blocked) => store.dispatch({ type: 'sound_blocked', blocked }),
      (element) => loudspeaker.connect(element),
    );
    this.#media = new MediaSession({
      send: (offer) => this.#say(offer),
      onState: (media, refusal) => {
        store.dispatch({ type: 'media', media, ...(refusal === undefined ? {} : { refusal }) });
        void this.#readFacts();
      },
      askRelay: () => this.#say({ type: 'relay' }),
      onAnew: () => {
        this.#answered = false;
        this.#network.reset();
        this.#narrow.reset();
        store.dispatch({ type: 'media_anew' });
      },
      onTold: (message) => this.#receive(message),
      onAnswered: () => {
        if (!this.#answered) this.#view.again(performance.now());
        this.#answered = true;
      },
      onStreams: (streams, audio) => {
        store.dispatch({ type: 'streams', streams });
        this.#sound.play(audio);
        this.recorder.hear(audio);
      },
      trackOf: (source) => (source === 'mic' || source === 'camera' ? devices.track(source) : screen.track(source)),
      isQuiet: () => this.#isQuiet(),
      format: () => this.#store.get().preferences.format,
      untilReachable: async (stop) => {
        const reached = await untilReachable(stop);
        if (reached === 'after a while') this.#signal.refresh();
        return reached;
      },
    });
    this.#signal = new SignalSession(enter, {
      onHello: ({ you, role }) => {
        store.dispatch({ type: 'you', id: you, role });
        store.dispatch({ type: 'link', link: 'open' });
        this.#fitRole();
      },
      onMessage: (message) => this.#receive(message),
      onFull: () => store.dispatch({ type: 'go', screen: { at: 'full' } }),
      onAway: () => {
        this.#media.signalLost();
        store.dispatch({ type: 'link', link: 'away' });
      },
      onOver: (end) => this.#ended(end),
    });
    this.#view = new ViewTeller(
      () => this.#looked(),
      (shown) => this.#say({ type: 'view', shown }),
    );
    shownPictures.listen(() => this.#view.changed(performance.now()));
    this.#forget = store.subscribe(() => this.#view.changed(performance.now()));
    this.#timers = [
      window.setInterval(() => this.#sendLevel(), LEVEL_MS),
      window.setInterval(() => void this.#lookAtNetwork(), NETWORK_MS),
      window.setInterval(() => {
        if (store.get().panel === 'security') void this.#readFacts();
      }, FACTS_MS),
    ];
  }

  /** The own microphone or camera was switched or changed. */
  trackChanged(kind: DeviceKind, track: MediaStreamTrack | null): void {
    this.#media.setTrack(kind, track);
    this.recorder.follow();
  }

  /** A device went away by itself; `instead`: the one that took its place. */
  deviceLost(kind: DeviceKind, label: string | null, instead: string | null): void {
    const { replaced, unnamed } = strings.equipment;
    const lost = instead === null ? strings.notices.deviceLost(strings.devices[kind]) : replaced(label || unnamed, instead || unnamed);
    this.#notify(lost);
    this.switched();
  }

  deviceReturned(label: string, inUse: boolean): void {
    const { returned, returnedOff } = strings.equipment;
    this.#notify(inUse ? returned(label) : returnedOff(label));
    this.switched();
  }

  /** The elements that play the others. */
  players(): readonly HTMLMediaElement[] {
    return this.#sound.elements;
  }

  /** Says what is switched on, after it was. */
  switched(): void {
    if (this.#store.get().screen.at !== 'meeting') return;
    const { own } = this.#store.get();
    const { share } = this.#screen;
    const sends = !onlyWatches(this.#store.get());
    const shares = share.at === 'live' && {
      screen: true,
      screen_sound: share.sound,
      screen_paused: share.frozen !== null,
    };
    const switches = { camera: sends && own.camera, screen: false, ...shares, quiet: this.#isQuiet() };
    const said = JSON.stringify(switches);
    // That the microphone is switched goes with the next beat, so that nobody sees when.
    if (switches.quiet && said === this.#saidSwitches) return;
    this.#saidSwitches = said;
    this.#say({ type: 'state', mic: sends && own.mic, ...switches });
  }

  /** The person wants it the other way now. */
  quietChanged(): void {
    this.switched();
    this.#media.restart();
  }

  /** The camera is to be sent in another format. */
  formatChanged(): void {
    this.#media.formatChanged();
  }

  /** What is sent of the own screen has changed: the senders first, then the server. */
  screenChanged(): void {
    for (const source of ['screen', 'screen_sound'] as const) this.#media.setTrack(source, this.#screen.track(source));
    this.switched();
  }

  declineShare(): void {
    this.#say({ type: 'decline_share' });
  }

  order(order: Order): void {
    this.#say(order);
  }

  say(message: Extract<ClientMessage, { type: 'hand' | 'reaction' }>): void {
    this.#say(message);
  }

  /** Sends the draft of the chat. */
  write(): void {
    const { meeting, talk } = this.#store.get();
    const you = meeting === null ? undefined : selfOf(meeting);
    const message = messageOf(talk);
    if (meeting === null || you === undefined || message === null) return;
    const reader = meeting.people.find(({ id }) => id === message.to);
    this.#store.dispatch({ type: 'talk_written', you, reader: reader === undefined ? null : reader });
    this.#say(message);
  }

  /** Asks for the list of who came; it is saved as a file when all of it is here. */
  saveAttendance(): void {
    this.#stays = [];
    this.#say({ type: 'attendance', from: 0 });
  }

  tell(text: string): void {
    this.#notify(text);
  }

  answerKnock(type: 'admit' | 'refuse', who: string | null): void {
    this.#say(who === null ? { type, all: true } : { type, who });
  }

  hearAgain(): void {
    void this.#sound.resume();
  }

  retryNow(): void {
    this.#signal.retryNow();
  }

  readFacts(): void {
    void this.#readFacts();
  }

  leave(): void {
    this.#signal.leave();
    this.#close({ at: 'over', why: 'left' });
  }

  #say(message: ClientMessage): void {
    this.#signal.send(message);
  }

  #receive(message: ServerMessage): void {
    if (this.#media.keeps(message)) return;
    this.#told = endingOf(message) ?? this.#told;
    this.#announce(message);
    this.#store.dispatch({ type: 'server', message });
    switch (message.type) {
      case 'waiting':
        this.#screen.stop();
        return this.#media.pause();
      case 'welcome':
        this.recorder.heard();
        this.#fitRole();
        this.#saidSwitches = '';
        this.switched();
        this.#media.signalOpened();
        this.#view.again(performance.now());
        return this.#fitMedia();
      case 'changed':
      case 'room':
        this.#fitRole();
        this.recorder.heard();
        return this.#fitMedia();
      case 'joined':
      case 'left':
      case 'broadcast':
        return this.#fitMedia();
      case 'muted':
        return void this.#silence(message.source).then(() => this.switched());
      case 'reaction':
        return this.#showReaction({ who: message.who, reaction: message.reaction, count: 1 });
      case 'reactions':
        return this.#showCrowd(message.counts);
      case 'attendance':
        return this.#collectStays(message);
      case 'answer':
        return this.#media.answered(message.id, message.sdp);
      case 'offer_refused':
        return this.#media.refused(message.id, message.text);
      case 'layers':
        return this.#media.layers(message);
      case 'error':
        if (message.code === 'view_too_fast') this.#view.again(performance.now(), VIEW_AGAIN_MS);
        return;
      case 'renew':
        return message.why === 'moved' ? this.#media.move() : this.#media.restart();
      case 'relay':
        return this.#media.relayed(message.server);
      case 'security':
        return void this.#readFacts();
    }
  }

  /** What is on the screen; null while there is nobody to tell it to. */
  #looked(): readonly Shown[] | null {
    const { meeting, screen, pinned } = this.#store.get();
    if (meeting === null || screen.at !== 'meeting' || !this.#answered) return null;
    return viewOf(meeting, shownPictures.heights, pinned, document.hidden);
  }

  /** The page of who only watches uses no device at all. */
  #fitRole(): void {
    if (onlyWatches(this.#store.get())) void this.#devices.release();
    const { meeting, screen } = this.#store.get();
    if (screen.at === 'meeting' && !mayShare(meeting)) this.#screen.stop();
  }

  /** A host, or the rules, have switched it off at the server: here, too, nothing of it is sent any more. */
  async #silence(source: Switch): Promise<void> {
    if (source === 'mic') await this.#devices.setMic(false);
    if (source === 'camera') await this.#devices.setCamera(false);
    if (source === 'screen') this.#screen.stop();
  }

  #collectStays({ from, total, unlisted, people }: Extract<ServerMessage, { type: 'attendance' }>): void {
    if (from !== this.#stays.length) return;
    this.#stays.push(...people);
    if (people.length > 0 && this.#stays.length < total)
      return this.#say({ type: 'attendance', from: this.#stays.length });
    const { fileName, words, more } = strings.attendance;
    saveFile(fileName(new Date()), 'text/csv;charset=utf-8', attendanceCsv(this.#stays, words));
    this.#stays = [];
    if (unlisted > 0) this.#notify(more(unlisted));
  }

  #showReaction(shown: Omit<ShownReaction, 'key'>): void {
    this.#store.dispatch({ type: 'talk_reaction', shown });
    const { lastKey } = this.#store.get().talk;
    window.setTimeout(() => this.#store.dispatch({ type: 'talk_reaction_over', key: lastKey }), REACTION_MS);
  }

  #showCrowd(counts: Readonly<Partial<Record<Reaction, number>>>): void {
    for (const reaction of REACTIONS) {
      const count = counts[reaction];
      if (count !== undefined) this.#showReaction({ who: null, reaction, count });
    }
  }

  #fitMedia(): void {
    const { meeting } = this.#store.get();
    if (meeting !== null) this.#media.fit(stagePeople(meeting).length, videoSourcesOf(meeting), meeting.maxVideo);
  }

  /** What goes on, for the eye and for screen readers. */
  #announce(message: ServerMessage): void {
    const { meeting, panel } = this.#store.get();
    if (message.type === 'chat' && panel === 'chat') return;
    if (message.type === 'reaction' && !this.#tellsReaction()) return;
    const news = newsOf(message, meeting);
    if (news !== null) this.#notify(news.text, news.spokenOnly);
  }

  #tellsReaction(): boolean {
    const now = performance.now();
    if (now - this.#reactionTold < REACTION_TOLD_MS) return false;
    this.#reactionTold = now;
    return true;
  }

  #notify(text: string, spokenOnly: boolean = false): void {
    const id = ++Conference.#lastNotice;
    this.#store.dispatch({ type: 'notice', notice: { id, text, spokenOnly } });
    window.setTimeout(() => this.#store.dispatch({ type: 'notice_over', id }), NOTICE_MS);
  }

  /** Without header encryption the level comes this way, under the socket's encryption, and never in packets (T6). */
  #sendLevel(): void {
    const { own, screen } = this.#store.get();
    if (screen.at !== 'meeting') return;
    if (this.#isQuiet()) return this.#sendBeat();
    if (!own.mic || this.#media.headersEncrypted) return;
    this.#say({ type: 'level', db: this.#devices.meter.read() });
  }

  #isQuiet(): boolean {
    return this.#store.get().preferences.quiet && canBeQuiet();
  }

  /** All that changes when somebody speaks or mutes, by the clock and in one size (T6). */
  #sendBeat(): void {
    const { own } = this.#store.get();
    const mic = own.mic && !onlyWatches(this.#store.get());
    this.#say({ type: 'beat', db: mic ? this.#devices.meter.read() : SILENT_DB, mic });
  }

  async #readFacts(): Promise<void> {
    const { connection } = this.#media;
    const facts = connection === null ? null : await browserFacts(connection).catch(() => null);
    if (connection === this.#media.connection) this.#store.dispatch({ type: 'browser_facts', facts });
    const quiet = await this.#media.quietFacts().catch(() => null);
    if (connection === this.#media.connection) this.#store.dispatch({ type: 'quiet_facts', facts: quiet });
  }

  /** The store hears of it when there is something to see. */
  async #lookAtNetwork(): Promise<void> {
    const { connection } = this.#media;
    const { meeting, panel } = this.#store.get();
    if (connection === null || meeting?.media !== 'connected') return;
    const counts = await networkCounts(connection).catch(() => null);
    if (counts === null || connection !== this.#media.connection) return;
    this.#media.spareSound(this.#narrow.look(counts));
    const weakness = this.#network.look(counts);
    if (weakness === meeting.network.weakness && panel !== 'connection') return;
    this.#store.dispatch({ type: 'network', facts: this.#network.facts, weakness });
  }

  #ended(end: SessionEnd): void {
    const { at } = this.#store.get().screen;
    this.#close(screenAfter(end, this.#told, at === 'waiting' || at === 'meeting'));
  }

  #close(next: Screen): void {
    this.#store.dispatch({ type: 'go', screen: next });
    for (const timer of this.#timers) window.clearInterval(timer);
    this.#letScreenSleep();
    this.#stopWatchingWay();
    this.#forget();
    shownPictures.deaf();
    this.#view.stop();
    this.#screen.stop();
    this.#media.stop();
    this.#sound.stop();
    void this.recorder.stop(false);
    this.#onOver();
  }
}
