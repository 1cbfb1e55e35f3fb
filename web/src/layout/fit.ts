/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which tools stand in a bar that has not room for all of them; the others go into its "More" menu.

/** Never leaves the bar. */
export const ALWAYS = Infinity;
/** Never in the bar. */
export const MENU = -Infinity;

export interface Fitting<T> {
  /** In the order in which they were given, as is `menu`. */
  readonly bar: readonly T[];
  readonly menu: readonly T[];
}

/** How many pieces of `size` fit into `length`, with `gap` between two. */
export function placesIn(length: number, size: number, gap: number): number {
  return size <= 0 ? 0 : Math.max(0, Math.floor((length + gap) / (size + gap)));
}

/** The highest priorities stay in a bar of so many places, of which the button of the menu takes one if it is needed. */
export function fitTools<T extends { readonly priority: number }>(tools: readonly T[], places: number): Fitting<T> {
  const forBar = tools.filter(({ priority }) => priority !== MENU);
  const needsMenu = forBar.length < tools.length || forBar.length > places;
  const always = forBar.filter(({ priority }) => priority === ALWAYS).length;
  const room = Math.max(always, places - Number(needsMenu));
  // The sort is stable: of equals the first ones stay.
  const stay = new Set([...forBar].sort((a, b) => compare(b.priority, a.priority)).slice(0, room));
  return { bar: tools.filter((tool) => stay.has(tool)), menu: tools.filter((tool) => !stay.has(tool)) };
}

/** Not a difference: that of two infinite ones is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
