/* SPDX-License-Identifier: GPL-3.0-or-later */
import { onlyWatches } from '../state/rights';
import { strings } from '../strings';
import type { ViewProps } from './commands';
import { DeviceChoices, needsOf, PermissionRequest } from './device_setup';
import { Panel } from './panel';

export function SettingsPanel({ state, commands }: ViewProps) {
  const { mic, camera } = needsOf(state.own);
  const viewer = onlyWatches(state);
  const text = strings.settings;
  return (
    <Panel name="settings" title={text.title} onClose={() => commands.showPanel(null)}>
      {viewer && <p>{text.viewer}</p>}
      {!viewer && (mic || camera) && (
        <section class="panel-section">
          <h3>{text.revokeTitle}</h3>
          <PermissionRequest state={state} commands={commands} />
        </section>
      )}
      {!viewer && <DeviceChoices state={state} commands={commands} />}
      {!viewer && (
        <label class="check">
          <input
            type="checkbox"
            checked={state.shortcuts}
            onChange={(event) => commands.setShortcuts(event.currentTarget.checked)}
          />
          <span>
            {text.shortcuts}
            <span class="hint">{text.shortcutsHint}</span>
          </span>
        </label>
      )}
    </Panel>
  );
}
