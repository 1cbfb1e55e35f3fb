/* SPDX-License-Identifier: GPL-3.0-or-later */
// Where an arrow key leads: to the nearest thing on that side, as on a television.

export type Direction = 'left' | 'right' | 'up' | 'down';

export interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Turned so that the way always leads to the right: then one rule serves all four sides. */
function turned({ left, top, right, bottom }: Place, direction: Direction): Place {
  switch (direction) {
    case 'right':
      return { left, top, right, bottom };
    case 'left':
      return { left: -right, top, right: -left, bottom };
    case 'down':
      return { left: top, top: left, right: bottom, bottom: right };
    case 'up':
      return { left: -bottom, top: left, right: -top, bottom: right };
  }
}

/** How far `to` is from `from` on the way to the right; null: it does not lie there. `inLine`: only what is beside it
 * counts. */
function distance(from: Place, to: Place, inLine: boolean): number | null {
  const middle = (place: Place) => (place.left + place.right) / 2;
  if (middle(to) <= middle(from) || to.right <= from.right) return null;
  const ahead = Math.max(0, to.left - from.right);
  const aside = Math.max(0, to.top - from.bottom, from.top - to.bottom);
  if (inLine && aside > 0) return null;
  const askew = Math.abs(to.top + to.bottom - from.top - from.bottom) / 2;
  return ahead + aside + askew / 4;
}

/** The index of the nearest of `places` in that direction; null: there is none. */
export function nearest(from: Place, places: readonly Place[], direction: Direction): number | null {
  let best: number | null = null;
  let least = Infinity;
  const start = turned(from, direction);
  // At the end of a row one stays. Down and up lead on, wherever the next row stands.
  const inLine = direction === 'left' || direction === 'right';
  places.forEach((place, index) => {
    const far = distance(start, turned(place, direction), inLine);
    if (far === null || far >= least) return;
    best = index;
    least = far;
  });
  return best;
}
