/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is lost when the page is left asks before "Back" leads away: a second entry of the same page stands in the history,
// so that the first "Back" leads nowhere.
const HELD = { held: true };

/** Asked at each step back; true: the page stays as it is. */
let holder: (() => boolean) | null = null;

const standsHeld = () => (history.state as Partial<typeof HELD> | null)?.held === true;

/** Again, when the question was answered with no. */
export function holdAgain(): void {
  history.pushState(HELD, '');
}

/** Until the returned function is called. */
export function holdBack(asks: () => boolean): () => void {
  holdAgain();
  holder = asks;
  return () => {
    holder = null;
    if (!standsHeld()) return;
    holder = () => {
      holder = null;
      return true;
    };
    history.back();
  };
}

export const backIsHeld = (): boolean => holder?.() ?? false;
