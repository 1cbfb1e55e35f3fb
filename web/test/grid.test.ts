/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestGrid } from '../src/layout/grid';

const AREAS = [
  [304, 430],
  [374, 690],
  [560, 370],
  [752, 880],
  [1400, 740],
  [2500, 1300],
  [980, 740],
] as const;

test('1 to 25 tiles fit every area, and no tile is lost', () => {
  for (const [width, height] of AREAS)
    for (let count = 1; count <= 25; count++)
      for (const gap of [6, 12]) {
        const grid = bestGrid(width, height, count, gap);
        const what = `${count} in ${width}x${height}: ${JSON.stringify(grid)}`;
        assert.ok(grid.columns * grid.rows >= count, what);
        assert.ok(grid.columns * grid.tileWidth + (grid.columns - 1) * gap <= width, what);
        if (!grid.scrolls) assert.ok(grid.rows * grid.tileHeight + (grid.rows - 1) * gap <= height, what);
      }
});

test('tiles are never wider than 16:9 nor narrower than 4:5', () => {
  for (const [width, height] of AREAS)
    for (let count = 1; count <= 25; count++) {
      const { tileWidth, tileHeight } = bestGrid(width, height, count, 12);
      const ratio = tileWidth / tileHeight;
      assert.ok(ratio <= 16 / 9 + 0.03 && ratio >= 4 / 5 - 0.03, `${count} in ${width}x${height}: ${ratio}`);
    }
});

test('a wide screen puts two side by side, a phone one above the other', () => {
  assert.equal(bestGrid(1400, 740, 2, 12).columns, 2);
  assert.equal(bestGrid(374, 690, 2, 6).columns, 1);
  assert.equal(bestGrid(1400, 740, 4, 12).columns, 2);
  assert.equal(bestGrid(1400, 740, 9, 12).columns, 3);
  assert.equal(bestGrid(1400, 740, 25, 12).columns, 5);
});

test('what does not fit legibly scrolls', () => {
  assert.equal(bestGrid(304, 430, 25, 6).scrolls, true);
  assert.equal(bestGrid(374, 690, 25, 6).scrolls, false);
});

test('an area that is not there yet still gives a grid', () => {
  const grid = bestGrid(0, 0, 3, 12);
  assert.ok(grid.columns >= 1 && grid.tileWidth >= 1 && grid.tileHeight >= 1);
});
