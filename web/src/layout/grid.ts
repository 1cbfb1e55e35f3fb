/* SPDX-License-Identifier: GPL-3.0-or-later */
// How many columns the tiles of a meeting have, and how large each is.

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** The tiles are taller together than the area: it scrolls. */
  readonly scrolls: boolean;
}

const WIDEST = 16 / 9;
/** A tile may cut off the sides of a picture until it is this narrow: faces are in the middle. */
const NARROWEST = 4 / 5;
/** Smaller tiles show neither a face nor a name. */
export const LEAST_WIDTH = 92;
export const LEAST_HEIGHT = 68;

function gridOf(width: number, height: number, count: number, columns: number, gap: number): Grid {
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.floor((width - gap * (columns - 1)) / columns);
  const cellHeight = Math.floor((height - gap * (rows - 1)) / rows);
  const tileWidth = Math.min(cellWidth, Math.floor(cellHeight * WIDEST));
  const tileHeight = Math.min(cellHeight, Math.floor(tileWidth / NARROWEST));
  return { columns, rows, tileWidth, tileHeight, scrolls: false };
}

/** What a tile is worth: large ones are good, ones that cut off much of a 16:9 picture a little less so. */
function worth({ tileWidth, tileHeight }: Grid): number {
  const shown = Math.min(1, tileWidth / tileHeight / WIDEST);
  return tileWidth * tileHeight * Math.cbrt(shown);
}

function scrollingGrid(width: number, count: number, gap: number): Grid {
  const columns = Math.max(1, Math.min(count, Math.floor((width + gap) / (LEAST_WIDTH + gap))));
  const tileWidth = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  const tileHeight = Math.max(LEAST_HEIGHT, Math.floor((tileWidth * 3) / 4));
  return { columns, rows: Math.ceil(count / columns), tileWidth, tileHeight, scrolls: true };
}

/** The grid that shows the most of `count` pictures in an area of `width` × `height` CSS pixels. */
export function bestGrid(width: number, height: number, count: number, gap: number): Grid {
  let best: Grid | null = null;
  for (let columns = 1; columns <= count; columns++) {
    const grid = gridOf(width, height, count, columns, gap);
    if (grid.tileWidth < LEAST_WIDTH || grid.tileHeight < LEAST_HEIGHT) continue;
    if (best === null || worth(grid) > worth(best)) best = grid;
  }
  return best ?? scrollingGrid(width, Math.max(1, count), gap);
}
