/* SPDX-License-Identifier: GPL-3.0-or-later */
// What this browser remembers of a person's choices.
import { readPreferences, writePreferences, type Preferences } from '../state/preferences';

const KEPT = 'testudo-preferences';

export function rememberedPreferences(): Preferences {
  try {
    return readPreferences(localStorage.getItem(KEPT));
  } catch {
    return readPreferences(null);
  }
}

export function rememberPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEPT, writePreferences(preferences));
  } catch {
    // Some browsers keep nothing: then the choice holds for this visit.
  }
}
