/* SPDX-License-Identifier: GPL-3.0-or-later */
import { Page } from '../pages/shell';
import { onlyWatches } from '../state/rights';
import { strings } from '../strings';
import { Button, ScreenHeading } from './basics';
import type { ViewProps } from './commands';
import { DeviceChoices } from './device_setup';
import { RecordedNote } from './recorded';
import { Preview } from './lobby';

export function WaitingPage({ state, commands, sentBack }: ViewProps & { readonly sentBack: boolean }) {
  const text = strings.waiting;
  const viewer = onlyWatches(state);
  return (
    <Page name="waiting" form="wide" bare>
      <div class="lobby">
        <div class="lobby-preview">
          {viewer ? <p>{strings.settings.viewer}</p> : <Preview state={state} commands={commands} />}
        </div>
        <div class="lobby-form">
          <div class="knock-pulse" aria-hidden="true">
            <span />
            <span />
            <span />
          </div>
          <ScreenHeading>{sentBack ? text.backTitle : text.title}</ScreenHeading>
          <div role="status">
            <p class="lead">
              {state.link === 'away' ? strings.meeting.linkAway : sentBack ? text.backText : text.text}
            </p>
          </div>
          <RecordedNote recorded={state.door.recorded} />
          <p>{text.nobody}</p>
          <p class="hint" data-advice="programs">
            {strings.care.advice.programs}
          </p>
          {!viewer && <DeviceChoices state={state} commands={commands} />}
          <p class="actions">
            <Button act="leave" onClick={() => commands.leave()}>
              {text.leave}
            </Button>
          </p>
        </div>
      </div>
    </Page>
  );
}
