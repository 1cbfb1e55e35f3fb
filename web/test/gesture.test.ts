/* SPDX-License-Identifier: GPL-3.0-or-later */
// Capture begins with an act of the person, and with nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoGesture, openDevices, openScreen, takeGesture, type Gesture } from '../src/media/gesture';

const activation = { isActive: false };
const opened: string[] = [];
Object.defineProperty(globalThis, 'navigator', {
  configurable: true,
  value: {
    userActivation: activation,
    mediaDevices: {
      getUserMedia: async () => opened.push('devices'),
      getDisplayMedia: async () => opened.push('screen'),
    },
  },
});

test('without an act there is no gesture, and without a gesture nothing opens', async () => {
  activation.isActive = false;
  assert.throws(takeGesture, NoGesture);
  const madeUp = Object.freeze({}) as Gesture;
  await assert.rejects(openDevices(madeUp, { audio: true }), NoGesture);
  await assert.rejects(openScreen(madeUp, {}), NoGesture);
  assert.deepEqual(opened, []);
});

test('one act opens what it was for, also when the browser’s question takes longer than the act counts', async () => {
  activation.isActive = true;
  const gesture = takeGesture();
  activation.isActive = false;
  await openDevices(gesture, { audio: true, video: true });
  await openDevices(gesture, { audio: true });
  await openScreen(gesture, {});
  assert.deepEqual(opened, ['devices', 'devices', 'screen']);
  assert.throws(takeGesture, NoGesture);
});
