/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devicesOf, labelOf, pluggedIn, stillThere, type Listed } from '../src/media/plugged';

const info = (kind: MediaDeviceKind, deviceId: string, label: string, groupId: string = label): Listed => ({
  kind,
  deviceId,
  label,
  groupId,
});

const BUILT_IN = [
  info('audioinput', 'default', 'Default'),
  info('audioinput', 'm1', 'Built-in microphone'),
  info('audiooutput', 's1', 'Built-in speakers'),
  info('videoinput', 'c1', 'Camera'),
];
const HEADSET = [info('audioinput', 'm2', 'Headset', 'usb'), info('audiooutput', 's2', 'Headset', 'usb')];

test('a headset is one thing: a microphone and a loudspeaker', () => {
  assert.deepEqual(pluggedIn(BUILT_IN, [...BUILT_IN, ...HEADSET]), {
    label: 'Headset',
    mic: 'm2',
    speaker: 's2',
    camera: null,
  });
});

test('two things at once: only what belongs together is offered together', () => {
  const other = info('videoinput', 'c2', 'Second camera');
  assert.equal(pluggedIn(BUILT_IN, [...BUILT_IN, ...HEADSET, other])?.camera, null);
});

test('pulling out, the system’s own choice, and the same list again are no offer', () => {
  assert.equal(pluggedIn([...BUILT_IN, ...HEADSET], BUILT_IN), null);
  assert.equal(pluggedIn(BUILT_IN, BUILT_IN), null);
  assert.equal(pluggedIn(BUILT_IN.slice(1), BUILT_IN), null);
  assert.equal(pluggedIn(BUILT_IN, [...BUILT_IN, info('audioinput', 'communications', 'Communications')]), null);
});

test('names that become known by a permission are no device that was plugged in', () => {
  const unnamed = [info('audioinput', '', ''), info('videoinput', '', '')];
  assert.equal(pluggedIn(unnamed, BUILT_IN), null);
  assert.equal(pluggedIn([], BUILT_IN), null);
  // Cameras become known while microphones were already.
  assert.equal(pluggedIn([BUILT_IN[1]!], BUILT_IN.slice(1)), null);
});

test('an offer ends when a part of it is gone', () => {
  const offered = pluggedIn(BUILT_IN, [...BUILT_IN, ...HEADSET])!;
  assert.ok(stillThere(offered, [...BUILT_IN, ...HEADSET]));
  assert.ok(!stillThere(offered, [...BUILT_IN, HEADSET[0]!]));
});

test('lists hold what the page may tell apart', () => {
  assert.deepEqual(devicesOf([info('audioinput', '', ''), ...HEADSET], 'audioinput'), [{ id: 'm2', label: 'Headset' }]);
  assert.equal(labelOf(HEADSET, 'm2'), 'Headset');
  assert.equal(labelOf(HEADSET, null), null);
  assert.equal(labelOf([info('audioinput', 'm', '')], 'm'), null);
});
