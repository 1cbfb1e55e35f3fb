/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { IconName } from './icons';

/** One button of the meeting's toolbar, or one line of its "More" menu. */
export interface ToolSpec {
  /** Its handle for tests, and its key. */
  readonly act: string;
  readonly icon: IconName;
  /** What it does, in full. */
  readonly label: string;
  /** A word below the icon. */
  readonly short: string;
  /** Who stays in the bar when there is little room: the highest. ALWAYS and MENU of layout/fit.ts, else 0 to 100. */
  readonly priority: number;
  readonly tone?: 'off' | 'danger' | 'on';
  /** Of a tool that opens something: whether it is open. */
  readonly expanded?: boolean;
  /** Of a switch whose label stays the same: whether it is on. */
  readonly pressed?: boolean;
  readonly badge?: number;
  /** A key, in small letters, that does the same. Left to `toolsOf`: none where the person has switched them off. */
  readonly shortcut?: string | undefined;
  /** Of a tool that works while it is held down: then a click alone does nothing. */
  readonly onHold?: (down: boolean) => void;
  readonly onClick: () => void;
}
