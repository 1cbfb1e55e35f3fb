/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Preferences } from '../state/preferences';
import type { ViewProps } from './commands';

type Switches = { [K in keyof Preferences]: Preferences[K] extends boolean ? K : never }[keyof Preferences];

interface PreferenceProps extends ViewProps {
  readonly name: Switches;
  readonly text: string;
  readonly hint: string;
}

/** A switch for something that this browser remembers. */
export function Preference({ name, text, hint, state, commands }: PreferenceProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        data-preference={name}
        checked={state.preferences[name]}
        onChange={(event) => commands.prefer({ [name]: event.currentTarget.checked })}
      />
      <span>
        {text}
        <span class="hint">{hint}</span>
      </span>
    </label>
  );
}
