/* SPDX-License-Identifier: GPL-3.0-or-later */
// How the meeting is looked at.
import { canStayInFront } from '../app/picture_in_front';
import { LAYOUTS } from '../state/preferences';
import { strings } from '../strings';
import { Button } from './basics';
import type { ViewProps } from './commands';
import { canFillScreen, toggleFullScreen, useFullScreen } from './full_screen';
import { Icon } from './icons';
import { Panel } from './panel';
import { Preference } from './preference';

export function ViewPanel({ state, commands }: ViewProps) {
  const text = strings.layout;
  return (
    <Panel name="view" title={text.title} onClose={() => commands.showPanel(null)}>
      <fieldset class="panel-section layouts">
        <legend>{text.layoutTitle}</legend>
        {LAYOUTS.map((layout) => (
          <label key={layout} class="layout-choice">
            <input
              type="radio"
              name="layout"
              value={layout}
              checked={state.preferences.layout === layout}
              onChange={() => commands.prefer({ layout })}
            />
            <Icon name={`layout_${layout}`} />
            <span>
              {text.layouts[layout].name}
              <span class="hint">{text.layouts[layout].text}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Preference name="hideOwn" text={text.hideOwn} hint={text.hideOwnHint} state={state} commands={commands} />
      <Windows state={state} commands={commands} />
    </Panel>
  );
}

function Windows({ state, commands }: ViewProps) {
  const text = strings.layout;
  const full = useFullScreen() !== null;
  if (!canFillScreen() && !canStayInFront()) return null;
  return (
    <div class="view-windows">
      {canFillScreen() && (
        <Button act="full-screen-too" icon={full ? 'small_screen' : 'full_screen'} onClick={() => toggleFullScreen()}>
          {full ? text.leaveFullScreen : text.fullScreen}
        </Button>
      )}
      {canStayInFront() && (
        <Button act="pip-too" icon="in_front" onClick={() => commands.togglePip()}>
          {state.pip ? text.pipClose : text.pip}
        </Button>
      )}
    </div>
  );
}
