/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person can do, as the views call it.
import { fetchEntry, lookUpRoom, openHostLink, problemOf, type RoomView } from '../api';
import type { Requests } from '../api/lists';
import { OwnDevices, type DeviceKind } from '../media/devices';
import { initialOwnMedia, initialState, type PanelName, type Problem, type State } from '../state/model';
import type { Order } from '../signal/messages';
import type { Enter } from '../signal/session';
import { refusalOfCode } from '../state/door';
import { cleanName } from '../state/names';
import { reduce, type Action } from '../state/reducer';
import { maySwitchOn, onlyWatches } from '../state/rights';
import { createStore, type Store } from '../state/store';
import { strings } from '../strings';
import { Conference } from './conference';

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

export class App {
  readonly store: Store<State, Action> = createStore(initialState, reduce);
  readonly #api: Requests;
  readonly #ownName: () => Promise<string>;
  #devices: OwnDevices | null = null;
  #conference: Conference | null = null;

  /** `ownName`: of who is signed in, or ''. */
  constructor(api: Requests, ownName: () => Promise<string>) {
    this.#api = api;
    this.#ownName = ownName;
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

  typeName(name: string): void {
    this.store.dispatch({ type: 'name_typed', name });
  }

  join(): void {
    const { room, name, screen } = this.store.get();
    const cleaned = cleanName(name);
    if (room === null || screen.at !== 'lobby' || screen.entering) return;
    if (cleaned === '') return this.#go({ at: 'lobby', entering: false, problem: 'bad_name' });
    this.typeName(cleaned);
    this.#enter(room, cleaned, false);
  }

  takeOver(): void {
    const { room, name } = this.store.get();
    if (room !== null) this.#enter(room, cleanName(name), true);
  }

  #enter(room: string, name: string, takeOver: boolean): void {
    this.#go({ at: 'lobby', entering: true, problem: null });
    this.store.dispatch({ type: 'link', link: 'opening' });
    const enter: Enter = (resume, signal) =>
      fetchEntry(this.#api, room, { name, resume, takeOver: takeOver && !resume }, signal);
    this.#conference = new Conference(this.store, this.#openDevices(), enter, () => this.#conferenceOver());
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
    void this.#openDevices()
      .agree({ mic, camera })
      .then(() => this.#conference?.switched());
  }

  /** Switches a device; one that was never explained is explained first, in the settings. */
  toggle(kind: DeviceKind): void {
    const { own, screen, meeting } = this.store.get();
    if (onlyWatches(this.store.get())) return;
    if (screen.at === 'meeting' && meeting !== null && !own[kind] && !maySwitchOn(meeting, kind))
      return this.#conference?.tell(strings.meeting.heldOff[kind]);
    const agreed = kind === 'mic' ? own.micAgreed : own.cameraAgreed;
    const failed = (kind === 'mic' ? own.micProblem : own.cameraProblem) !== null;
    if (!agreed || failed) {
      if (screen.at === 'meeting') this.showPanel('settings');
      return;
    }
    const devices = this.#openDevices();
    const done = kind === 'mic' ? devices.setMic(!own.mic) : devices.setCamera(!own.camera);
    void done.then(() => this.#conference?.switched());
  }

  choose(kind: DeviceKind, id: string): void {
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
    this.#conference?.order(order);
  }

  saveAttendance(): void {
    this.#conference?.saveAttendance();
  }

  seen(what: 'lastJoined' | 'silenced' | 'alerts'): void {
    this.store.dispatch({ type: 'seen', what });
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

  setShortcuts(on: boolean): void {
    this.store.dispatch({ type: 'shortcuts', on });
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
    try {
      const [view, name] = await Promise.all([lookUpRoom(this.#api, room), this.#ownName()]);
      this.store.dispatch({ type: 'room_found', room, role: view.role });
      const { title, needs_name: needsName, waits, care, host } = view;
      this.store.dispatch({ type: 'door', door: { title, needsName, waits, highCare: care === 'high', host } });
      if (name !== '' && (this.store.get().name === '' || !view.needs_name)) this.typeName(name);
      this.#go(firstScreen(view));
    } catch (error) {
      this.#problem(problemOf(error));
    }
  }

  #openDevices(): OwnDevices {
    this.#devices ??= new OwnDevices({
      onChange: (change) => this.store.dispatch({ type: 'own', change }),
      onTrack: (kind, track) => this.#conference?.trackChanged(kind, track),
      onLost: (kind) => this.#conference?.deviceLost(kind),
    });
    return this.#devices;
  }

  #closeDevices(): void {
    this.#devices?.stop();
    this.#devices = null;
    this.store.dispatch({ type: 'own', change: initialOwnMedia });
  }

  /** The conference has ended, and with it the use of the devices. Only a failed first entry leads back to a lobby that
   * still needs them. */
  #conferenceOver(): void {
    this.#conference = null;
    if (this.store.get().screen.at !== 'lobby') this.#closeDevices();
  }
}

/** What is refused now, and not only at the moment of going in, is said before anything is filled in. */
function firstScreen({ why, from, until }: RoomView): State['screen'] {
  if (why === 'banned' || why === 'locked') return { at: 'over', why };
  const refusal = why === 'ticket_in_use' ? null : refusalOfCode(why, from, until);
  return refusal !== null ? { at: 'door', refusal } : { at: 'lobby', entering: false, problem: null };
}
