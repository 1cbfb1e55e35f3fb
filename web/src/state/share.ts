/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own screen, from the question what to show to the moment when nobody sees it any more (A10). Nothing leaves the
// page before 'live', and nothing while it is frozen.

/** What a person can show, in our own words. */
export type Surface = 'tab' | 'window' | 'whole';
/** What was picked in the browser's own question; not every browser tells. */
export type Picked = Surface | 'unknown';

export type ShareProblem = 'denied' | 'no_gesture' | 'unexpected' | 'whole_forbidden';

/** Why others see nothing for now. */
export type Freeze =
  /** The person has paused it. */
  | 'person'
  /** This page has opened a window, or something on it tried. */
  | 'window'
  /** What is shown is not what was picked any more. */
  | 'surface'
  /** The browser stopped giving a picture. */
  | 'picture';

/** What speaks against showing what was picked. */
export type Doubt =
  /** The whole screen was picked, after something smaller had been chosen. */
  | 'whole_instead'
  /** The browser doesn't tell, but it is as large as the screen. */
  | 'looks_whole';

export type Share =
  | { readonly at: 'off' }
  | { readonly at: 'choosing'; readonly problem: ShareProblem | null }
  /** The second question before the whole screen. */
  | { readonly at: 'sure'; readonly sound: boolean }
  /** The browser asks. */
  | { readonly at: 'picking'; readonly wanted: Surface }
  | (Showing & { readonly at: 'preview'; readonly wanted: Surface; readonly doubt: Doubt | null })
  | (Showing & { readonly at: 'live'; readonly frozen: Freeze | null });

interface Showing {
  readonly picked: Picked;
  /** Whether its sound is shared, too. */
  readonly sound: boolean;
  /** To look at; without the sound. */
  readonly picture: MediaStream;
  /** It is a film or the like: smooth rather than sharp. */
  readonly moving?: boolean;
}

export const NO_SHARE: Share = { at: 'off' };

/** What a track tells of what it shows (W3C screen-capture, MediaTrackSettings). */
export interface SurfaceFacts {
  readonly displaySurface?: string;
  readonly deviceId?: string;
  readonly width?: number;
  readonly height?: number;
}

const SURFACES: Readonly<Record<string, Surface>> = { browser: 'tab', window: 'window', monitor: 'whole' };

export function pickedOf({ displaySurface = '' }: SurfaceFacts): Picked {
  return SURFACES[displaySurface] ?? 'unknown';
}

interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** A screen's size in the page's units or in pixels, in whichever the browser captures. */
function fillsScreen({ width = 0, height = 0 }: SurfaceFacts, screen: ScreenSize, ratio: number): boolean {
  const same = (a: number, b: number) => Math.abs(a - b) <= 2;
  return [1, ratio].some((scale) => same(width, screen.width * scale) && same(height, screen.height * scale));
}

export function doubtAbout(wanted: Surface, facts: SurfaceFacts, screen: ScreenSize, ratio: number): Doubt | null {
  if (wanted === 'whole') return null;
  const picked = pickedOf(facts);
  if (picked === 'whole') return 'whole_instead';
  return picked === 'unknown' && fillsScreen(facts, screen, ratio) ? 'looks_whole' : null;
}

/** With high care nobody shows the whole screen: it is not offered. */
export function surfacesAllowed(offered: readonly Surface[], highCare: boolean): readonly Surface[] {
  return highCare ? offered.filter((surface) => surface !== 'whole') : offered;
}

/** Whether it is the whole screen, or may be: where the browser doesn't tell, its size counts. */
export function maybeWhole(facts: SurfaceFacts, screen: ScreenSize, ratio: number): boolean {
  return doubtAbout('window', facts, screen, ratio) !== null;
}

/** Whether something else is shown than before. Windows and tabs change their size by their owner's hand; where the size
 * is all that is known, another one may be another surface. */
export function isAnotherSurface(before: SurfaceFacts, now: SurfaceFacts): boolean {
  if (before.displaySurface !== now.displaySurface || before.deviceId !== now.deviceId) return true;
  const picked = pickedOf(before);
  if (picked === 'tab' || picked === 'window') return false;
  return before.width !== now.width || before.height !== now.height;
}
