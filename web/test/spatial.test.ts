/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, type Place } from '../src/layout/spatial';

const place = (left: number, top: number, width = 80, height = 60): Place => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

/** Three by three tiles, then four tools below: at(row, column). */
const GRID = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => place(100 * column, 80 * row)));
const TOOLS = [0, 1, 2, 3].map((index) => place(40 + 60 * index, 260, 48, 48));
const ALL = [...GRID, ...TOOLS];

/** Where a way of keys ends that begins at one of `ALL`. */
function way(from: number, keys: string): number {
  const directions = { l: 'left', r: 'right', u: 'up', d: 'down' } as const;
  return [...keys].reduce((at, key) => {
    const others = ALL.filter((_, index) => index !== at);
    const found = nearest(ALL[at]!, others, directions[key as keyof typeof directions]);
    return found === null ? at : ALL.indexOf(others[found]!);
  }, from);
}

test('arrows lead along rows and columns', () => {
  assert.equal(way(0, 'r'), 1);
  assert.equal(way(0, 'rr'), 2);
  assert.equal(way(4, 'l'), 3);
  assert.equal(way(4, 'u'), 1);
  assert.equal(way(4, 'd'), 7);
  assert.equal(way(4, 'udlr'), 4);
});

test('at the edge they stay', () => {
  assert.equal(way(2, 'r'), 2);
  assert.equal(way(0, 'ul'), 0);
});

test('at the end of a row they stay, also where tools below reach further; down leads to these', () => {
  const last = place(200, 160);
  const wide = [place(300, 260, 48, 48), place(360, 260, 48, 48)];
  assert.equal(nearest(last, wide, 'right'), null);
  assert.equal(nearest(last, wide, 'down'), 0);
});

test('down leads to the next row, though it is shorter and tools below it are straight ahead', () => {
  const [row, tools] = [[place(50, 160), place(150, 160)], [place(300, 400, 48, 48)]];
  assert.equal(nearest(place(300, 0), [...row, ...tools], 'down'), 1);
});

test('below the last row are the tools, and above these the tiles again', () => {
  assert.ok(way(7, 'd') >= GRID.length);
  assert.equal(way(9, 'rrr'), 12);
  assert.ok([6, 7].includes(way(9, 'u')));
});

test('everything is reached by some way', () => {
  const reached = new Set([0]);
  for (let before = 0; before !== reached.size;) {
    before = reached.size;
    for (const from of [...reached]) for (const key of 'lrud') reached.add(way(from, key));
  }
  assert.equal(reached.size, ALL.length);
});

test('with nothing there, nothing is found', () => {
  assert.equal(nearest(place(0, 0), [], 'left'), null);
});
