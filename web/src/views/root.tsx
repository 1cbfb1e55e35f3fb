/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect } from 'preact/hooks';
import { useStore } from '../pages/store';
import type { State } from '../state/model';
import type { Store } from '../state/store';
import type { Action } from '../state/reducer';
import { strings } from '../strings';
import type { Commands, ViewProps } from './commands';
import { DoorPage } from './door';
import { LobbyPage } from './lobby';
import { MeetingPage } from './meeting';
import { FullPage, OpeningPage, OverPage, ProblemPage } from './message_page';
import { WaitingPage } from './waiting';

interface MeetingRootProps {
  readonly store: Store<State, Action>;
  readonly commands: Commands;
}

/** All screens of a meeting, from its door to its end. */
export function MeetingRoot({ store, commands }: MeetingRootProps) {
  const state = useStore(store);
  useEffect(() => {
    document.title = titleOf(state);
  }, [state]);
  return (
    <>
      <CurrentScreen state={state} commands={commands} />
      <Notices state={state} />
    </>
  );
}

function CurrentScreen({ state, commands }: ViewProps) {
  const { screen, meeting } = state;
  switch (screen.at) {
    case 'opening':
      return <OpeningPage />;
    case 'problem':
      return <ProblemPage problem={screen.problem} />;
    case 'door':
      return <DoorPage state={state} commands={commands} refusal={screen.refusal} />;
    case 'lobby':
      return <LobbyPage state={state} commands={commands} entering={screen.entering} problem={screen.problem} />;
    case 'full':
      return <FullPage commands={commands} />;
    case 'waiting':
      return <WaitingPage state={state} commands={commands} sentBack={screen.sentBack} />;
    case 'meeting':
      return meeting === null ? <OpeningPage /> : <MeetingPage state={state} commands={commands} meeting={meeting} />;
    case 'over':
      return <OverPage why={screen.why} recording={state.recording} commands={commands} />;
  }
}

/** The title of the window tells what goes on when another window is in front. */
function titleOf({ screen, meeting }: State): string {
  const knocking = meeting?.knocking.length ?? 0;
  const names: Readonly<Record<State['screen']['at'], string>> = {
    opening: '',
    problem: '',
    door: strings.meeting.title,
    lobby: strings.meeting.title,
    full: strings.full.title,
    waiting: strings.waiting.title,
    meeting: strings.meeting.title,
    over: screen.at === 'over' ? strings.endings[screen.why].title : '',
  };
  const name = screen.at === 'problem' ? strings.problems[screen.problem].title : names[screen.at];
  const title = name === '' ? strings.product : `${name} · ${strings.product}`;
  return knocking > 0 ? `(${knocking}) ${title}` : title;
}

/** For the eye and, as a live region that is always there, for screen readers. */
function Notices({ state }: { readonly state: State }) {
  return (
    <div class="notices" role="log" aria-live="polite" aria-label={strings.notices.label}>
      {state.notices.map(({ id, text, spokenOnly }) => (
        <p key={id} class={spokenOnly ? 'visually-hidden' : 'notice'} dir="auto">
          {text}
        </p>
      ))}
    </div>
  );
}
