/* SPDX-License-Identifier: GPL-3.0-or-later */
import { onlyWatches } from '../state/rights';
import { strings } from '../strings';
import type { ViewProps } from './commands';
import { KeptRecordings } from './recording';
import { Panel } from './panel';
import { SECTIONS } from './settings_sections';

export function SettingsPanel({ state, commands }: ViewProps) {
  const text = strings.settings;
  return (
    <Panel name="settings" title={text.title} onClose={() => commands.showPanel(null)}>
      {onlyWatches(state) && <p>{text.viewer}</p>}
      {SECTIONS.filter(({ applies }) => applies(state)).map(({ name, title, Content }) => (
        <section key={name} class="panel-section" data-section={name} aria-labelledby={`settings-${name}`}>
          <h3 id={`settings-${name}`}>{title()}</h3>
          <Content state={state} commands={commands} />
        </section>
      ))}
      <KeptRecordings recording={state.recording} commands={commands} />
    </Panel>
  );
}
