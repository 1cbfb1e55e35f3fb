/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person can do, as the views call it.
import { fetchEntry, lookUpRoom, openHostLink, problemOf, type RoomView } from '../api';
import type { Requests } from '../api/lists';
import { OwnDevices, type DeviceEvents, type DeviceKind } from '../media/devices';
import { Loudspeaker } from '../media/loudspeaker';
import { OwnScreen } from '../media/screen';
import { initialOwnMedia, initialState, type PanelName, type Problem, type State } from '../state/model';
import { hasGesture } from '../media/gesture';
import { agreeTo, agreedBefore, askFrom, isAnother, otherOf, type Ask, type Consent, type Other } from '../state/consent';
import { deleteKept, keptRecordings } from '../media/disk';
import type { Order, Reaction } from '../signal/messages';
import type { Enter } from '../signal/session';
import { refusalOfCode } from '../state/door';
import { cleanName, isolated } from '../state/names';
import type { Preferences } from '../state/preferences';
import { reduce, type Action } from '../state/reducer';
import { mayShare, maySwitchOn, onlyWatches } from '../state/rights';
import { createStore, type Store } from '../state/store';
import { strings } from '../strings';
import type { ShareCommands } from '../views/commands';
import { Conference } from './conference';
import { loadConsent, saveConsent, saveUse } from './consent_store';
import type { Agreed } from './line';
import { saveRecording } from './recording';
import { PictureInFront } from './picture_in_front';
import { rememberedPreferences, rememberPreferences } from './remembered';

function isSupported(): boolean {
  return (
    typeof RTCPeerConnection === 'function' &&
    typeof WebSocket === 'function' &&
    isSecureContext &&
    'subtle' in crypto &&
    'setCodecPreferences' in RTCRtpTransceiver.prototype &&
    'any' in AbortSignal &&
    'userActivation' in navigator
  );
}

/** What is changed on a device that is open. */
const TREATMENTS = ['noiseSuppression', 'echoCancellation', 'autoGainControl', 'blur'] as const;

export class App {
  readonly store: Store<State, Action> = createStore(
    { ...initialState, preferences: rememberedPreferences() },
    reduce,
  );
  readonly #pip = new PictureInFront(this.store);
  readonly #api: Requests;
  readonly #ownName: () => Promise<string>;
  readonly #owner: () => string;
  /** For whom the person has agreed to what is open. */
  #agreedFor: Other = null;
  readonly #screen = new OwnScreen({
    mayShowWhole: () => !this.store.get().door.highCare,
    onChange: (share) => this.store.dispatch({ type: 'share', share }),
    onSent: () => this.#conference?.screenChanged(),
    onEnded: () => this.#conference?.tell(strings.share.ended),
  });
  /** Called without `this` by the views. */
  readonly share: ShareCommands = {
    toggle: () => this.#toggleShare(),
    choose: (surface, sound) => this.#screen.choose(surface, sound),
    confirmWhole: () => this.#screen.confirmWhole(),
    chooseAgain: () => this.#screen.chooseAgain(),
    acceptDoubt: () => this.#screen.acceptDoubt(),
    goLive: () => this.#screen.goLive(),
    pause: () => this.#screen.pause(),
    setMoving: (moving) => this.#screen.setMoving(moving),
    goOn: () => this.#screen.goOn(),
    stop: () => this.#screen.stop(),
    answer: (yes) => this.#answerAsked(yes),
  };
  readonly #loudspeaker = new Loudspeaker({
    /** Every element that plays others. */
    players: () => this.#conference?.players() ?? [],
    onLost: (label) => this.#conference?.tell(strings.equipment.loudspeakerLost(label)),
    onReturned: (label) => this.#conference?.tell(strings.equipment.loudspeakerReturned(label)),
    onFailed: () => this.#conference?.tell(strings.equipment.loudspeakerFailed),
  });
  /** Something is held down, and the microphone is on by that. */
  #talking = false;
  #devices: OwnDevices | null = null;
  #conference: Conference | null = null;

  /** `ownName`: of who is signed in, or ''. `owner`: that account's id, or '', for which consent is kept. */
  constructor(api: Requests, ownName: () => Promise<string>, owner: () => string) {
    this.#api = api;
    this.#ownName = ownName;
    this.#owner = owner;
  }

  /** A host link, whose token is no longer in the address bar. */
  async openHost(token: string | null): Promise<void> {
    if (!isSupported()) return this.#problem('unsupported');
    return token === null ? this.#problem('link_missing') : this.#openHostLink(token);
  }

  async open(room: string): Promise<void> {
    this.#go({ at: 'opening' });
    return isSupported() ? this.#openRoom(room) : this.#problem('unsupported');
  }

  /** Into a call that both have agreed to: no door, and what the person has clicked on opens now. */
  async openCall(room: string, { mic, camera, gesture }: Agreed): Promise<void> {
    await this.open(room);
    const { screen, room: found } = this.store.get();
    if (screen.at !== 'lobby' || found !== room) return;
    if (mic || camera) void this.#openDevices().agree({ mic, camera }, gesture).then(() => this.#conference?.switched());
    this.join();
  }

  typeName(name: string): void {
    this.store.dispatch({ type: 'name_typed', name });
  }

  join(): void {
    const { room, name, screen } = this.store.get();
    const cleaned = cleanName(name);
    if (room === null || screen.at !== 'lobby' || screen.entering) return;
    if (cleaned === '') return this.#go({ at: 'lobby', entering: false, problem: 'bad_name' });
    this.typeName(cleaned);
    void this.#enterToTheSame(room, cleaned);
  }

  takeOver(): void {
    const { room, name } = this.store.get();
    if (room !== null) this.#enter(room, cleanName(name), true);
  }

  /** What was agreed to was for a person (B9): if another one hosts now, or one of another name, it is asked anew. */
  async #enterToTheSame(room: string, name: string): Promise<void> {
    const { own, role } = this.store.get();
    const { mic, camera } = own;
    this.#go({ at: 'lobby', entering: true, problem: null });
    if (role !== 'host' && this.#agreedFor !== null && (mic || camera) && !(await this.#isSameHost(room))) return;
    if (this.store.get().room === room && this.store.get().screen.at === 'lobby') this.#enter(room, name, false);
  }

  async #isSameHost(room: string): Promise<boolean> {
    const before = this.#agreedFor;
    // What can't be looked up is told by the entry itself.
    const view = await lookUpRoom(this.#api, room).catch(() => null);
    if (view === null || before === null || before === 'own' || !isAnother(before, view.host)) return true;
    const text = strings.care.consent;
    const was = isolated(before.name);
    this.store.dispatch({ type: 'door', door: { ...this.store.get().door, host: view.host } });
    this.#closeDevices();
    const gone = view.host === null ? text.changedToNobody(was) : text.changed(was, isolated(view.host.name));
    this.store.dispatch({ type: 'consent', consent: this.store.get().consent, gone });
    this.#go({ at: 'lobby', entering: false, problem: null });
    return false;
  }

  #enter(room: string, name: string, takeOver: boolean): void {
    this.#go({ at: 'lobby', entering: true, problem: null });
    this.store.dispatch({ type: 'link', link: 'opening' });
    if (this.store.get().preferences.pushToTalk) void this.#devices?.setMic(false);
    const enter: Enter = (resume, signal) =>
      fetchEntry(this.#api, room, { name, resume, takeOver: takeOver && !resume }, signal);
    this.#loudspeaker.choose(this.store.get().preferences.loudspeaker);
    this.#conference = new Conference(this.store, this.#openDevices(), this.#screen, this.#loudspeaker, enter, () =>
      this.#conferenceOver(),
    );
  }

  /** Back to the door of the same meeting. */
  joinAgain(): void {
    const { room } = this.store.get();
    if (room === null) return location.assign('/');
    this.#go({ at: 'opening' });
    void this.#openRoom(room);
  }

  leave(): void {
    if (this.#conference !== null) this.#conference.leave();
    else this.#closeDevices();
  }

  /** The person has read what the devices are for. */
  agree(mic: boolean, camera: boolean): void {
    if (hasGesture()) this.#remember({ mic, camera });
    void this.#openDevices()
      .agree({ mic, camera })
      .then(() => this.#conference?.switched());
  }

  setAsk(ask: Ask): void {
    this.#keepConsent(askFrom(this.store.get().consent, ask));
  }

  #remember(wanted: { mic: boolean; camera: boolean }): void {
    const state = this.store.get();
    this.#agreedFor = otherOf(state);
    this.#keepConsent(state.door.highCare ? state.consent : agreeTo(state.consent, this.#agreedFor, wanted, Date.now()));
  }

  #keepConsent(consent: Consent): void {
    saveConsent(this.#owner(), consent);
    this.store.dispatch({ type: 'consent', consent, gone: null });
  }

  #agreedBefore(kind: DeviceKind): boolean {
    const { consent, door, role } = this.store.get();
    return agreedBefore(consent, otherOf({ role, door }), door.highCare)?.[kind] === true;
  }

  /** Switches a device; one that was never explained is explained first, in the settings. */
  toggle(kind: DeviceKind): void {
    const { own, screen } = this.store.get();
    if (onlyWatches(this.store.get())) return;
    if (!own[kind] && this.#heldOff(kind)) return;
    const agreed = kind === 'mic' ? own.micAgreed : own.cameraAgreed;
    const failed = (kind === 'mic' ? own.micProblem : own.cameraProblem) !== null;
    if (!agreed && !failed && this.#agreedBefore(kind)) return this.agree(kind === 'mic', kind === 'camera');
    if (!agreed || failed) {
      if (screen.at === 'meeting') this.showPanel('settings');
      return;
    }
    const devices = this.#openDevices();
    const done = kind === 'mic' ? devices.setMic(!own.mic) : devices.setCamera(!own.camera);
    void done.then(() => this.#conference?.switched());
  }

  /** Whether the rules keep it off; then it is said. */
  #heldOff(kind: DeviceKind): boolean {
    const { screen, meeting } = this.store.get();
    const held = screen.at === 'meeting' && meeting !== null && !maySwitchOn(meeting, kind);
    if (held) this.#conference?.tell(strings.meeting.heldOff[kind]);
    return held;
  }

  /** While something is held down. It ends what it began, in the order in which both came, and nothing else. */
  talk(on: boolean): void {
    const { own, screen } = this.store.get();
    if (on === this.#talking || screen.at !== 'meeting') return;
    if (on && own.mic) return;
    if (on && (!own.micAgreed || own.micProblem !== null)) return this.toggle('mic');
    if (on && this.#heldOff('mic')) return;
    this.#talking = on;
    void this.#openDevices()
      .setMic(on)
      .then(() => this.#conference?.switched());
  }

  chooseLoudspeaker(id: string | null): void {
    this.prefer({ loudspeaker: id });
    this.#loudspeaker.choose(id);
  }

  askLoudspeaker(): void {
    void this.#loudspeaker.ask().then((id) => {
      if (id !== null) this.prefer({ loudspeaker: id });
    });
  }

  testLoudspeaker(): void {
    void this.#loudspeaker.test();
  }

  answerOffer(use: boolean): void {
    const taken = this.#openDevices().answerOffer(use);
    if (taken === null) return;
    if (taken.speaker !== null) this.chooseLoudspeaker(taken.speaker);
    this.prefer({
      ...(taken.mic === null ? {} : { mic: taken.mic }),
      ...(taken.camera === null ? {} : { camera: taken.camera }),
    });
  }

  choose(kind: DeviceKind, id: string): void {
    this.prefer(kind === 'mic' ? { mic: id } : { camera: id });
    void this.#openDevices()
      .choose(kind, id)
      .then(() => this.#conference?.switched());
  }

  level(): number {
    return this.#openDevices().meter.read(0.2);
  }

  admit(who: string | null): void {
    this.#conference?.answerKnock('admit', who);
  }

  refuse(who: string | null): void {
    this.#conference?.answerKnock('refuse', who);
  }

  order(order: Order): void {
    if (order.type === 'vote') this.store.dispatch({ type: 'voted', id: order.id, on: order.on });
    this.#conference?.order(order);
  }

  draft(draft: string): void {
    this.store.dispatch({ type: 'talk_drafted', draft });
  }

  /** Opens the chat with the field addressed to this person; null: to all. */
  writeTo(to: string | null): void {
    this.store.dispatch({ type: 'talk_to', to });
    if (this.store.get().panel !== 'chat') this.showPanel('chat');
  }

  write(): void {
    this.#conference?.write();
  }

  writeAgain(key: number): void {
    this.store.dispatch({ type: 'talk_again', key });
  }

  raiseHand(up: boolean): void {
    this.#conference?.say({ type: 'hand', up });
  }

  pickReaction(open: boolean): void {
    this.store.dispatch({ type: 'talk_picking', open });
  }

  react(reaction: Reaction): void {
    this.#conference?.say({ type: 'reaction', reaction });
  }

  seenRecorders(ids: readonly string[]): void {
    this.store.dispatch({ type: 'talk_recorders_seen', ids });
  }

  record(what: 'ask' | 'start' | 'stop' | 'dismiss'): void {
    const recorder = this.#conference?.recorder;
    if (what === 'ask') recorder?.ask();
    else if (what === 'start') void recorder?.start();
    else if (what === 'stop') void recorder?.stop();
    else recorder?.dismiss();
  }

  keepRecording(what: 'save' | 'delete', name: string): void {
    const done = what === 'save' ? saveRecording(name) : deleteKept(name);
    void done.catch(() => undefined).then(() => this.#lookForRecordings());
  }

  /** What lies on this device, perhaps left by a crash. */
  async #lookForRecordings(): Promise<void> {
    const kept = await keptRecordings().catch(() => []);
    this.store.dispatch({ type: 'recording', change: { kept } });
  }

  /** Ends the meeting for this person, and goes to another site in its place. */
  leaveTo(href: string): void {
    this.leave();
    location.assign(href);
  }

  saveAttendance(): void {
    this.#conference?.saveAttendance();
  }

  seen(what: 'lastJoined' | 'silenced' | 'alerts' | 'shareAsked'): void {
    this.store.dispatch({ type: 'seen', what });
  }

  listenOnly(on: boolean): void {
    this.store.dispatch({ type: 'sound_only', on });
  }

  seenWeak(): void {
    this.store.dispatch({ type: 'network_seen' });
  }

  hear(): void {
    this.#conference?.hearAgain();
  }

  retryNow(): void {
    this.#conference?.retryNow();
  }

  showPanel(panel: PanelName | null): void {
    this.store.dispatch({ type: 'panel', panel });
    if (panel === 'security') this.#conference?.readFacts();
  }

  prefer(change: Partial<Preferences>): void {
    const before = this.store.get().preferences;
    this.store.dispatch({ type: 'prefer', change });
    const preferences = this.store.get().preferences;
    rememberPreferences(preferences);
    if (TREATMENTS.some((name) => preferences[name] !== before[name])) void this.#devices?.treat(preferences);
    if (preferences.quiet !== before.quiet) this.#conference?.quietChanged();
    if (preferences.format !== before.format) this.#conference?.formatChanged();
    // From then on the microphone is on while something is held down.
    if (preferences.pushToTalk && !before.pushToTalk && this.store.get().own.mic) this.toggle('mic');
  }

  pin(tile: string | null): void {
    this.store.dispatch({ type: 'pin', tile });
  }

  showKeys(shown: boolean): void {
    this.store.dispatch({ type: 'keys', shown });
  }

  togglePip(): void {
    void this.#pip.toggle().then((opened) => {
      if (!opened) this.#conference?.tell(strings.layout.pipNobody);
    });
  }

  /** True when it could be copied. */
  async copyInvitation(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.invitation());
      return true;
    } catch {
      return false;
    }
  }

  invitation(): string {
    return `${location.origin}/m/${this.store.get().room ?? ''}`;
  }

  #toggleShare(): void {
    const { screen, meeting, share } = this.store.get();
    if (share.at !== 'off') return this.#screen.stop();
    if (screen.at !== 'meeting') return;
    if (mayShare(meeting)) this.#screen.open();
    else this.#conference?.tell(strings.share.mayNot);
  }

  #answerAsked(yes: boolean): void {
    this.seen('shareAsked');
    if (!yes) this.#conference?.declineShare();
    else if (this.#screen.share.at === 'off') this.#toggleShare();
  }

  #go(screen: State['screen']): void {
    this.store.dispatch({ type: 'go', screen });
  }

  #problem(problem: Problem): void {
    this.#go({ at: 'problem', problem });
  }

  async #openHostLink(token: string): Promise<void> {
    this.#go({ at: 'opening' });
    try {
      const { room } = await openHostLink(this.#api, token);
      history.replaceState(null, '', `/m/${room}`);
      await this.#openRoom(room);
    } catch (error) {
      this.#problem(problemOf(error));
    }
  }

  async #openRoom(room: string): Promise<void> {
    void this.#lookForRecordings();
    try {
      const [view, name] = await Promise.all([lookUpRoom(this.#api, room), this.#ownName()]);
      this.store.dispatch({ type: 'room_found', room, role: view.role });
      const { title, needs_name: needsName, waits, care, host, recorded } = view;
      this.store.dispatch({ type: 'door', door: { title, needsName, waits, highCare: care === 'high', host, recorded } });
      this.store.dispatch({ type: 'consent', consent: loadConsent(this.#owner()), gone: null });
      if (name !== '' && (this.store.get().name === '' || !view.needs_name)) this.typeName(name);
      this.#go(firstScreen(view));
    } catch (error) {
      this.#problem(problemOf(error));
    }
  }

  #openDevices(): OwnDevices {
    const events: DeviceEvents = {
      onChange: (change) => {
        this.store.dispatch({ type: 'own', change });
        if (change.speakers !== undefined) this.#loudspeaker.listed(change.speakers);
      },
      onTrack: (kind, track) => {
        if (track !== null) saveUse(kind);
        this.#conference?.trackChanged(kind, track);
      },
      onLost: (kind, label, instead) => this.#conference?.deviceLost(kind, label, instead),
      onReturned: (label, inUse) => this.#conference?.deviceReturned(label, inUse),
    };
    this.#devices ??= new OwnDevices(events, this.store.get().preferences);
    return this.#devices;
  }

  #closeDevices(): void {
    this.#devices?.stop();
    this.#devices = null;
    this.#agreedFor = null;
    this.store.dispatch({ type: 'own', change: initialOwnMedia });
  }

  /** The conference has ended, and with it the use of the devices. Only a failed first entry leads back to a lobby that
   * still needs them. */
  #conferenceOver(): void {
    this.#conference = null;
    this.#talking = false;
    if (this.store.get().screen.at !== 'lobby') this.#closeDevices();
  }
}

/** What is refused now, and not only at the moment of going in, is said before anything is filled in. */
function firstScreen({ why, from, until }: RoomView): State['screen'] {
  if (why === 'banned' || why === 'locked') return { at: 'over', why };
  const refusal = why === 'ticket_in_use' ? null : refusalOfCode(why, from, until);
  return refusal !== null ? { at: 'door', refusal } : { at: 'lobby', entering: false, problem: null };
}
