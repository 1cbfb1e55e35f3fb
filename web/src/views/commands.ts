/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { DeviceKind } from '../media/devices';
import type { Order, Reaction } from '../signal/messages';
import type { Ask } from '../state/consent';
import type { PanelName, State } from '../state/model';
import type { Preferences } from '../state/preferences';
import type { Surface } from '../state/share';

/** What a person can do. App carries it out; the views know nothing else of it. */
export interface Commands {
  typeName(name: string): void;
  join(): void;
  joinAgain(): void;
  /** Goes on here with a ticket that is in use on another device. */
  takeOver(): void;
  leave(): void;
  agree(mic: boolean, camera: boolean): void;
  /** How often the person wants to be asked for it. */
  setAsk(ask: Ask): void;
  toggle(kind: DeviceKind): void;
  /** The microphone is on while this holds; then it is as it was. */
  talk(on: boolean): void;
  choose(kind: DeviceKind, id: string): void;
  /** What others are heard from; null: what the system uses. */
  chooseLoudspeaker(id: string | null): void;
  /** The browser asks for a loudspeaker: those that name none before they were asked. */
  askLoudspeaker(): void;
  /** A sound from the loudspeaker that is chosen. */
  testLoudspeaker(): void;
  /** Uses the device that was plugged in, or leaves it. */
  answerOffer(use: boolean): void;
  /** The loudness of the own microphone at this moment, in -dBov. */
  level(): number;
  /** `who` null: everybody who knocks. */
  admit(who: string | null): void;
  refuse(who: string | null): void;
  /** What only hosts and co-hosts can do. */
  order(order: Order): void;
  /** What is being written, but not sent. */
  draft(draft: string): void;
  /** To whom it goes; null: all. Opens the chat. */
  writeTo(who: string | null): void;
  /** Sends the draft. */
  write(): void;
  /** What was refused goes back into the field. */
  writeAgain(key: number): void;
  raiseHand(up: boolean): void;
  pickReaction(open: boolean): void;
  react(reaction: Reaction): void;
  seenRecorders(ids: readonly string[]): void;
  /** 'ask' opens the question, 'start' is its yes, 'dismiss' its no, or a word that was read. */
  record(what: 'ask' | 'start' | 'stop' | 'dismiss'): void;
  keepRecording(what: 'save' | 'delete', name: string): void;
  /** Leaves the meeting for another site. */
  leaveTo(href: string): void;
  saveAttendance(): void;
  seen(what: 'lastJoined' | 'silenced' | 'alerts'): void;
  readonly share: ShareCommands;
  /** Gets no pictures of others, or gets them again. */
  listenOnly(on: boolean): void;
  /** The person has read that the connection is weak. */
  seenWeak(): void;
  hear(): void;
  retryNow(): void;
  showPanel(panel: PanelName | null): void;
  /** Remembered by this browser. */
  prefer(change: Partial<Preferences>): void;
  /** Keeps a tile large; null: none. */
  pin(tile: string | null): void;
  showKeys(shown: boolean): void;
  /** Opens or closes the small picture in front of other windows. */
  togglePip(): void;
  invitation(): string;
  copyInvitation(): Promise<boolean>;
}

/** The steps of sharing the own screen; each does nothing where it does not belong (state/share.ts). */
export interface ShareCommands {
  /** Asks what to show, or ends the share that is on: the one button and key for it. */
  toggle(): void;
  choose(surface: Surface, sound: boolean): void;
  confirmWhole(): void;
  chooseAgain(): void;
  acceptDoubt(): void;
  goLive(): void;
  pause(): void;
  /** What is shown moves, as films do, or does not. */
  setMoving(moving: boolean): void;
  goOn(): void;
  /** Also of what has only begun. */
  stop(): void;
  /** The answer to a moderator who asks for it; yes only asks what to show. */
  answer(yes: boolean): void;
}

export interface ViewProps {
  readonly state: State;
  readonly commands: Commands;
}
