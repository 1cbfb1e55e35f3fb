/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { Page } from '../pages/shell';
import type { Ending, Problem } from '../state/model';
import type { OwnRecording } from '../state/recording';
import { strings } from '../strings';
import { Button, ScreenHeading } from './basics';
import { BrowserNotice } from './browser_notice';
import { Mark } from './icons';
import { KeptRecordings } from './recording';
import type { Commands } from './commands';
import { StillGranted } from './permissions';

/** One thing to say, and what to do next. */
export function MessagePage(props: {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <Page name={props.name}>
      <div class="message">
        <Mark />
        <ScreenHeading>{props.title}</ScreenHeading>
        <p class="lead">{props.text}</p>
        {props.children}
      </div>
    </Page>
  );
}

export function OpeningPage() {
  return <MessagePage name="opening" title={strings.opening} text="" />;
}

/** The server is at its limit: the page goes in by itself as soon as it may. */
export function FullPage({ commands }: { readonly commands: Commands }) {
  const { title, text, retryNow, leave } = strings.full;
  return (
    <MessagePage name="full" title={title} text={text}>
      <div class="knock-pulse" aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
      <p class="actions">
        <Button kind="primary" act="retry" onClick={() => commands.retryNow()}>
          {retryNow}
        </Button>
        <Button kind="quiet" act="leave" onClick={() => commands.leave()}>
          {leave}
        </Button>
      </p>
    </MessagePage>
  );
}

const HOPELESS: readonly Problem[] = ['unknown_page', 'link_missing', 'link_used', 'no_room'];

export function ProblemPage({ problem }: { readonly problem: Problem }) {
  const { title, text } = strings.problems[problem];
  const hopeless = HOPELESS.includes(problem);
  return (
    <MessagePage name={`problem ${problem}`} title={title} text={text}>
      {problem === 'unsupported' && <BrowserNotice />}
      <p class="actions">
        {!hopeless && (
          <Button kind="primary" act="reload" onClick={() => location.reload()}>
            {strings.tryAgain}
          </Button>
        )}
        <a class={`button button-${hopeless ? 'plain' : 'quiet'}`} href="/">
          <span>{strings.toStart}</span>
        </a>
      </p>
    </MessagePage>
  );
}

const RETURNABLE: readonly Ending[] = [
  'left',
  'replaced',
  'broken',
  'not_trusted',
  'refused',
  'removed',
  'locked',
  'room_full',
  'session_ended',
  'taken_over',
  'post_quantum_needed',
];
/** Where the same may go better the next time. */
const TRIED_AGAIN: readonly Ending[] = ['locked', 'room_full', 'post_quantum_needed'];

/** Where somebody else may have been at work (T12). */
const FOREIGN_HANDS: readonly Ending[] = ['session_ended', 'taken_over'];

interface OverProps {
  readonly why: Ending;
  readonly recording: OwnRecording;
  readonly commands: Commands;
}

export function OverPage({ why, recording, commands }: OverProps) {
  const { title, text } = strings.endings[why];
  return (
    <MessagePage name={`over ${why}`} title={title} text={text}>
      <p class="actions">
        {RETURNABLE.includes(why) && (
          <Button kind="primary" act="again" onClick={() => commands.joinAgain()}>
            {TRIED_AGAIN.includes(why) ? strings.tryAgain : strings.over.again}
          </Button>
        )}
        <a class="button button-quiet" href="/">
          <span>{strings.toStart}</span>
        </a>
      </p>
      {FOREIGN_HANDS.includes(why) && <p class="hint">{strings.care.advice.stolen}</p>}
      <StillGranted />
      <KeptRecordings recording={recording} commands={commands} />
    </MessagePage>
  );
}
