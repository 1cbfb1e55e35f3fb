/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { DeviceKind } from '../media/devices';
import type { Order } from '../signal/messages';
import type { PanelName, State } from '../state/model';

/** What a person can do. App carries it out; the views know nothing else of it. */
export interface Commands {
  typeName(name: string): void;
  join(): void;
  joinAgain(): void;
  /** Goes on here with a ticket that is in use on another device. */
  takeOver(): void;
  leave(): void;
  agree(mic: boolean, camera: boolean): void;
  toggle(kind: DeviceKind): void;
  choose(kind: DeviceKind, id: string): void;
  /** The loudness of the own microphone at this moment, in -dBov. */
  level(): number;
  /** `who` null: everybody who knocks. */
  admit(who: string | null): void;
  refuse(who: string | null): void;
  /** What only hosts and co-hosts can do. */
  order(order: Order): void;
  saveAttendance(): void;
  seen(what: 'lastJoined' | 'silenced' | 'alerts'): void;
  hear(): void;
  retryNow(): void;
  showPanel(panel: PanelName | null): void;
  setShortcuts(on: boolean): void;
  invitation(): string;
  copyInvitation(): Promise<boolean>;
}

export interface ViewProps {
  readonly state: State;
  readonly commands: Commands;
}
