/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bitrateOf,
  cameraEncodings,
  fitCamera,
  fitMic,
  fitScreen,
  MIC_ENCODING,
  scalableEncoding,
  type CameraNeeds,
  type Encoding,
} from '../src/media/encodings';
import { cameraQuality } from '../src/media/quality';

const needs = (change: Partial<CameraNeeds> = {}): CameraNeeds => ({
  height: 720,
  people: 5,
  scalable: false,
  single: cameraQuality(5),
  watched: null,
  mostBps: 0,
  ...change,
});

/** Which are on, and how many times smaller than the camera each is. */
function fitted(encodings: Encoding[], change: Partial<CameraNeeds> = {}) {
  fitCamera(encodings, needs(change));
  return encodings.map(({ active, scaleResolutionDownBy }) => (active ? scaleResolutionDownBy : null));
}

test('three sizes of a camera, two of a phone, the smallest first', () => {
  assert.deepEqual(fitted(cameraEncodings(false)), [4, 2, 1]);
  assert.deepEqual(fitted(cameraEncodings(true)), [3, 1]);
  assert.deepEqual(cameraEncodings(false).map(({ rid }) => rid), ['l', 'm', 'h']);
});

test('a small camera has fewer, and the largest one in use is whole', () => {
  assert.deepEqual(fitted(cameraEncodings(false), { height: 480 }), [2, 1, null]);
  assert.deepEqual(fitted(cameraEncodings(false), { height: 240 }), [1, null, null]);
  assert.deepEqual(fitted(cameraEncodings(true), { height: 360 }), [1, null]);
  assert.deepEqual(fitted(cameraEncodings(false), { height: null }), [4, 2, 1]);
});

test('larger pictures get more, and the whole one most where there is one other person', () => {
  const rates = (people: number, height = 720) => {
    const encodings = cameraEncodings(false);
    fitCamera(encodings, needs({ people, height }));
    return encodings.map(({ maxBitrate = 0 }) => maxBitrate);
  };
  assert.deepEqual(rates(5), [160_000, 520_000, 1_690_000]);
  assert.deepEqual(rates(2), [160_000, 520_000, 2_500_000]);
  assert.deepEqual(rates(2, 360).slice(0, 2), [160_000, 1_700_000]);
  assert.ok(bitrateOf(480) > bitrateOf(360));
});

test('no more than there is room for on the way to the one other person', () => {
  const rates = (mostBps: number) => {
    const encodings = cameraEncodings(false);
    fitCamera(encodings, needs({ people: 2, mostBps }));
    return encodings.map(({ maxBitrate = 0 }) => maxBitrate);
  };
  assert.deepEqual(rates(300_000), [160_000, 300_000, 300_000]);
  assert.deepEqual(rates(10), [30_000, 30_000, 30_000]);
  const screen: Encoding[] = [{ active: true }];
  fitScreen(screen, 1, 400_000);
  assert.equal(screen[0]?.maxBitrate, 400_000);
  fitScreen(screen, 1, 0);
  assert.equal(screen[0]?.maxBitrate, 2_500_000);
});

test('only what is watched is sent', () => {
  const encodings = cameraEncodings(false);
  assert.deepEqual(fitted(encodings, { watched: 1 }), [4, null, null]);
  assert.deepEqual(fitted(encodings, { watched: 0 }), [null, null, null]);
  assert.deepEqual(fitted(encodings, { watched: 5 }), [4, null, 1]);
  assert.deepEqual(fitted(encodings, { watched: 7, height: 480 }), [2, 1, null]);
  assert.deepEqual(fitted(encodings, { watched: null }), [4, 2, 1]);
});

test('of a small camera its largest layer stands in for larger ones that are asked for', () => {
  const encodings = cameraEncodings(false);
  assert.deepEqual(fitted(encodings, { watched: 4, height: 480 }), [null, 1, null]);
  assert.deepEqual(fitted(encodings, { watched: 5, height: 360 }), [2, 1, null]);
  assert.deepEqual(fitted(encodings, { watched: 2, height: 240 }), [1, null, null]);
  assert.deepEqual(fitted(encodings, { watched: 0, height: 240 }), [null, null, null]);
});

test('where the server takes one, it is the picture as a meeting of that size has it', () => {
  const [first] = cameraEncodings(false);
  assert.ok(first);
  const encodings: Encoding[] = [{ ...first }];
  assert.deepEqual(fitted(encodings, { single: cameraQuality(2), people: 2 }), [1]);
  assert.equal(encodings[0]?.maxBitrate, 1_500_000);
  assert.deepEqual(fitted(encodings, { single: cameraQuality(30) }), [4]);
  assert.deepEqual(fitted(encodings, { watched: 0 }), [null]);
});

test('the browser is only asked when something is other', () => {
  const encodings = cameraEncodings(false);
  assert.equal(fitCamera(encodings, needs()), true);
  assert.equal(fitCamera(encodings, needs()), false);
  assert.equal(fitCamera(encodings, needs({ watched: 3 })), true);
  const screen: Encoding[] = [{ active: true, maxBitrate: 2_500_000 }];
  assert.deepEqual([fitScreen(screen, null, 0), fitScreen(screen, 1, 0), fitScreen(screen, 0, 0), screen[0]?.active], [
    false,
    false,
    true,
    false,
  ]);
});

test('several sizes in one stream: as many as the picture has, whole, for as long as somebody watches any', () => {
  const encodings = [scalableEncoding()];
  assert.equal(encodings[0]?.scalabilityMode, 'L3T3');
  fitCamera(encodings, needs({ scalable: true, height: 360, watched: 0b10 }));
  assert.deepEqual(encodings, [{ maxBitrate: 1_700_000, scalabilityMode: 'L2T3', active: true }]);
  fitCamera(encodings, needs({ scalable: true, height: 720, watched: 0 }));
  assert.deepEqual(encodings, [{ maxBitrate: 2_500_000, scalabilityMode: 'L3T3', active: false }]);
});

test('a voice takes less where there is little room', () => {
  const encodings = [{ ...MIC_ENCODING }];
  assert.deepEqual([fitMic(encodings, false), fitMic(encodings, true), fitMic(encodings, true)], [false, true, false]);
  assert.equal(encodings[0]?.maxBitrate, 32_000);
});
