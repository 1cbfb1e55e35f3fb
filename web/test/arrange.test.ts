/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridBoxes, gridPlaces, MOST_TILES, spotlightBoxes, stripPlaces, type Box } from '../src/layout/arrange';

const AREAS = [
  { width: 304, height: 430, gap: 6 },
  { width: 374, height: 690, gap: 6 },
  { width: 720, height: 320, gap: 12 },
  { width: 980, height: 740, gap: 12 },
  { width: 1240, height: 640, gap: 12 },
  { width: 1880, height: 850, gap: 12 },
] as const;

function apart(a: Box, b: Box): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

/** Every box is inside, and no two lie over each other. */
function sound(boxes: readonly Box[], { width, height }: { width: number; height: number }, what: string): void {
  boxes.forEach((box, index) => {
    const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
    assert.ok(inside && box.width > 0 && box.height > 0, `${what}: ${JSON.stringify(box)}`);
    for (const other of boxes.slice(index + 1)) assert.ok(apart(box, other), `${what}: one over another`);
  });
}

test('a page of the grid holds up to 25 tiles, all inside and none over another', () => {
  for (const area of AREAS) {
    const places = gridPlaces(area);
    assert.ok(places >= 9 && places <= MOST_TILES, `${places} in ${area.width}x${area.height}`);
    for (let count = 1; count <= places; count++)
      sound(gridBoxes(area, count), area, `${count} in ${area.width}x${area.height}`);
  }
  assert.equal(gridPlaces({ width: 1240, height: 640, gap: 12 }), 25);
});

test('all tiles of a grid have one size, and a last row that is not full stands in the middle', () => {
  const area = { width: 1240, height: 640, gap: 12 };
  const boxes = gridBoxes(area, 5);
  assert.equal(new Set(boxes.map(({ width, height }) => `${width}x${height}`)).size, 1);
  const last = boxes.slice(3);
  const [left, right] = [last[0]!.x, area.width - last[1]!.x - last[1]!.width];
  assert.ok(Math.abs(left - right) <= 1, `${left} and ${right}`);
});

test('one large tile and a strip: all inside and none over another, on the last page, too', () => {
  for (const area of AREAS)
    for (const wide of [true, false])
      for (let of = 0; of <= 30; of++) {
        const places = stripPlaces(area, of);
        assert.ok(places >= 1);
        for (const count of new Set([Math.min(of, places), of % places])) {
          const { big, strip } = spotlightBoxes(area, count, of, wide);
          sound([big, ...strip], area, `${count} of ${of} in ${area.width}x${area.height}`);
          assert.equal(strip.length, count);
        }
      }
});

test('what is large is by far the largest', () => {
  for (const area of AREAS) {
    const { big, strip } = spotlightBoxes(area, Math.min(24, stripPlaces(area, 24)), 24, true);
    const [small] = strip;
    assert.ok(big.width * big.height > 3 * small!.width * small!.height, `${area.width}x${area.height}`);
  }
});

test('the strip is beside a wide stage and below an upright one; it takes no room that nobody fills', () => {
  const wide = spotlightBoxes({ width: 1240, height: 640, gap: 12 }, 3, 3, true);
  assert.ok(wide.strip.every(({ x }) => x >= wide.big.width));
  const upright = spotlightBoxes({ width: 374, height: 690, gap: 6 }, 3, 3, true);
  assert.ok(upright.strip.every(({ y }) => y >= upright.big.height));
  const alone = spotlightBoxes({ width: 374, height: 690, gap: 6 }, 0, 0, true);
  assert.deepEqual(alone.big, { x: 0, y: 0, width: 374, height: 690 });
});

test('a large face keeps its shape, a large screen may have any', () => {
  for (const area of AREAS) {
    const { big } = spotlightBoxes(area, 1, 1, false);
    const ratio = big.width / big.height;
    assert.ok(ratio <= 16 / 9 + 0.02 && ratio >= 4 / 5 - 0.02, `${ratio}`);
  }
});

test('with more people the strip is narrower, so that more of them are in sight', () => {
  const area = { width: 1240, height: 640, gap: 12 };
  assert.ok(stripPlaces(area, 24) > stripPlaces(area, 3));
});

test('an area that is not there yet gives boxes nevertheless', () => {
  const nothing = { width: 0, height: 0, gap: 6 };
  assert.equal(gridPlaces(nothing), 1);
  assert.equal(gridBoxes(nothing, 3).length, 3);
  assert.equal(spotlightBoxes(nothing, 1, 3, true).strip.length, 1);
});
