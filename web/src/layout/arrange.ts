/* SPDX-License-Identifier: GPL-3.0-or-later */
// Where each tile of a meeting stands: side by side in a grid, or one large with the others in a strip. Places are in CSS
// pixels from the start of the line and the top, so that a right-to-left page needs no other numbers.
import { placesIn } from './fit';
import { bestGrid, LEAST_HEIGHT, LEAST_WIDTH } from './grid';

/** More pictures on one page are too small to follow. */
export const MOST_TILES = 25;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

export interface Spotlight {
  readonly big: Box;
  readonly strip: readonly Box[];
}

/** How many tiles a page of a grid holds, so that none is too small to tell whom it shows. */
export function gridPlaces({ width, height, gap }: Area): number {
  const fitting = placesIn(width, LEAST_WIDTH, gap) * placesIn(height, LEAST_HEIGHT, gap);
  return Math.max(1, Math.min(MOST_TILES, fitting));
}

/** `count` tiles of one size, as large as can be; a last row that is not full stands in the middle. */
export function gridBoxes({ width, height, gap }: Area, count: number): Box[] {
  const { columns, tileWidth, tileHeight } = bestGrid(width, height, count, gap);
  const rows = Math.ceil(count / columns);
  const top = (height - rows * tileHeight - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const start = (width - inRow * tileWidth - (inRow - 1) * gap) / 2;
    const x = Math.floor(start + (index % columns) * (tileWidth + gap));
    return { x, y: Math.max(0, Math.floor(top)) + row * (tileHeight + gap), width: tileWidth, height: tileHeight };
  });
}

interface Strip {
  /** It stands beside the large picture, not below it. */
  readonly beside: boolean;
  /** Lines of tiles along the strip. */
  readonly lines: number;
  readonly perLine: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

function besideStrip(height: number, gap: number, width: number): Strip {
  const tileWidth = Math.floor(width);
  const tileHeight = Math.max(LEAST_HEIGHT, Math.floor((tileWidth * 9) / 16));
  return { beside: true, lines: 1, perLine: Math.max(1, placesIn(height, tileHeight, gap)), tileWidth, tileHeight };
}

/** A strip below an upright picture has three or more tiles in a line, one beside a wide picture is a fifth of it,
 * and narrower if then more people are in sight. */
function stripFor({ width, height, gap }: Area, count: number): Strip {
  if (width >= height * 1.15) {
    const roomy = besideStrip(height, gap, clamp(width / 5, LEAST_WIDTH, 320));
    return count <= roomy.perLine ? roomy : besideStrip(height, gap, clamp(width / 8, LEAST_WIDTH, 240));
  }
  const tileWidth = Math.floor(clamp((width - 2 * gap) / 3, LEAST_WIDTH, 220));
  const tileHeight = Math.max(LEAST_HEIGHT, Math.floor((tileWidth * 3) / 4));
  const perLine = Math.max(1, placesIn(width, tileWidth, gap));
  const lines = count > perLine && height > 5 * tileHeight ? 2 : 1;
  return { beside: false, lines, perLine, tileWidth, tileHeight };
}

/** How many tiles a page of the strip holds. */
export function stripPlaces(area: Area, count: number): number {
  const { lines, perLine } = stripFor(area, count);
  return lines * perLine;
}

/** One large tile, and `count` others of `of` in a strip at the end or below. `wide`: the picture may have any shape. */
export function spotlightBoxes(area: Area, count: number, of: number, wide: boolean): Spotlight {
  const { width, height, gap } = area;
  if (of === 0) return { big: within({ x: 0, y: 0, width, height }, wide), strip: [] };
  const { beside, lines, perLine, tileWidth, tileHeight } = stripFor(area, of);
  const shownLines = beside ? lines : Math.max(1, Math.min(lines, Math.ceil(of / perLine)));
  const stripHeight = shownLines * (tileHeight + gap);
  const room = beside
    ? { x: 0, y: 0, width: Math.max(1, width - tileWidth - gap), height }
    : { x: 0, y: 0, width, height: Math.max(1, height - stripHeight) };
  const strip = Array.from({ length: count }, (_, index): Box => {
    const size = { width: tileWidth, height: tileHeight };
    if (beside) return { x: room.width + gap, y: middle(height, count, tileHeight, gap, index), ...size };
    const line = Math.floor(index / perLine);
    const inLine = Math.min(perLine, count - line * perLine);
    const x = middle(width, inLine, tileWidth, gap, index % perLine);
    return { x, y: room.height + gap + line * (tileHeight + gap), ...size };
  });
  return { big: within(room, wide), strip };
}

/** Where the `index`th of `count` pieces begins that stand together in the middle of a line. */
function middle(length: number, count: number, size: number, gap: number, index: number): number {
  const start = (length - count * size - (count - 1) * gap) / 2;
  return Math.max(0, Math.floor(start)) + index * (size + gap);
}

/** A face is cut off at the sides of a very narrow box and swims in a very wide one. */
function within(room: Box, wide: boolean): Box {
  if (wide) return room;
  const width = Math.min(room.width, Math.floor((room.height * 16) / 9));
  const height = Math.min(room.height, Math.floor((width * 5) / 4));
  return {
    x: room.x + Math.floor((room.width - width) / 2),
    y: room.y + Math.floor((room.height - height) / 2),
    width,
    height,
  };
}
