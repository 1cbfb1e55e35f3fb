/* SPDX-License-Identifier: GPL-3.0-or-later */
// Sharing a screen, step by step.
import type { Meeting, State } from '../src/state/model';
import type { Action } from '../src/state/reducer';
import type { Share } from '../src/state/share';
import type { Store } from '../src/state/store';
import type { ShareCommands } from '../src/views/commands';
import { figureStream } from './figure';

export function shareStories(
  meetingOf: (count: number, change?: Partial<Meeting>) => State,
  asParticipant: (state: State) => State,
): Readonly<Record<string, () => State>> {
  const sharing = (share: Share) => (): State => ({ ...meetingOf(4), share });
  const preview = { at: 'preview', wanted: 'tab', sound: true, picture: figureStream(3) } as const;
  const live = { at: 'live', picked: 'tab', sound: true, picture: figureStream(3) } as const;
  return {
    'share-choosing': sharing({ at: 'choosing', problem: null }),
    'share-denied': sharing({ at: 'choosing', problem: 'denied' }),
    'share-sure': sharing({ at: 'sure', sound: false }),
    'share-picking': sharing({ at: 'picking', wanted: 'window' }),
    'share-preview': sharing({ ...preview, picked: 'tab', doubt: null }),
    'share-unknown': sharing({ ...preview, sound: false, picked: 'unknown', doubt: null }),
    'share-doubt': sharing({ ...preview, picked: 'whole', doubt: 'whole_instead' }),
    'share-live': sharing({ ...live, frozen: null }),
    'share-frozen': sharing({ ...live, frozen: 'surface' }),
    'share-asked': () => asParticipant(meetingOf(4, { shareAsked: 'person00' })),
    'share-paused': () => {
      const state = meetingOf(4);
      const people = state.meeting?.people.map((person, index) =>
        index === 1 ? { ...person, screen: true, screen_paused: true } : person,
      );
      return { ...state, meeting: state.meeting && { ...state.meeting, people: people ?? [] } };
    },
  };
}

export function storyShare(store: Store<State, Action>): ShareCommands {
  const go = (share: Share) => store.dispatch({ type: 'share', share });
  const nothing = () => undefined;
  const off = () => go({ at: 'off' });
  return {
    toggle: () => go(store.get().share.at === 'off' ? { at: 'choosing', problem: null } : { at: 'off' }),
    choose: (wanted, sound) => go(wanted === 'whole' ? { at: 'sure', sound } : { at: 'picking', wanted }),
    confirmWhole: () => go({ at: 'picking', wanted: 'whole' }),
    chooseAgain: () => go({ at: 'choosing', problem: null }),
    acceptDoubt: nothing,
    goLive: nothing,
    pause: nothing,
    setMoving: nothing,
    goOn: nothing,
    stop: off,
    answer: () => store.dispatch({ type: 'seen', what: 'shareAsked' }),
  };
}
