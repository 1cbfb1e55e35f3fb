/* SPDX-License-Identifier: GPL-3.0-or-later */
// The sections of the settings in a meeting, in the order in which they stand.
import type { ComponentType } from 'preact';
import type { State } from '../state/model';
import { onlyWatches } from '../state/rights';
import { strings } from '../strings';
import type { ViewProps } from './commands';
import { DeviceChoices, needsOf, PermissionRequest } from './device_setup';

interface Section {
  readonly name: string;
  readonly title: () => string;
  /** Whether there is anything to choose in it now. */
  readonly applies: (state: State) => boolean;
  readonly Content: ComponentType<ViewProps>;
}

const asks = ({ own }: State): boolean => needsOf(own).mic || needsOf(own).camera;
const hasDevice = ({ own }: State): boolean => !needsOf(own).mic || !needsOf(own).camera;

export const SECTIONS: readonly Section[] = [
  {
    name: 'permissions',
    title: () => strings.settings.revokeTitle,
    applies: (state) => !onlyWatches(state) && asks(state),
    Content: PermissionRequest,
  },
  {
    name: 'devices',
    title: () => strings.settings.devicesTitle,
    applies: (state) => !onlyWatches(state) && hasDevice(state),
    Content: DeviceChoices,
  },
  {
    name: 'keys',
    title: () => strings.settings.keysTitle,
    applies: (state) => !onlyWatches(state),
    Content: Keys,
  },
];

function Keys({ state, commands }: ViewProps) {
  const text = strings.settings;
  return (
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
  );
}
