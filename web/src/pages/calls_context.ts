/* SPDX-License-Identifier: GPL-3.0-or-later */
// How pages reach calls.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Callee, CallsState, Wanted } from '../state/calls';

/** app/line.ts carries it out. Whatever opens a device needs the click of the person that calls it. */
export interface CallCommands {
  /** Asks the person what to call with. */
  askToCall(who: Callee): void;
  call(wanted: Wanted): void;
  hangUp(): void;
  accept(wanted: Wanted): void;
  reject(): void;
  /** What became of the last call was read. */
  seenOver(): void;
  countMissed(): Promise<void>;
}

export interface CallsView {
  readonly calls: CallsState;
  readonly line: CallCommands;
}

export const CallsContext = createContext<CallsView | null>(null);

export function useCalls(): CallsView {
  const view = useContext(CallsContext);
  if (view === null) throw new Error('a page outside of the site');
  return view;
}
