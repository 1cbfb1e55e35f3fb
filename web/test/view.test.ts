/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Shown, Source } from '../src/signal/messages';
import type { Meeting } from '../src/state/model';
import { changeOf, viewOf, ViewTeller } from '../src/state/view';
import { FakeTime, installWindow } from './fakes';

const stream = (kind: 'audio' | 'video'): MediaStream =>
  ({ getVideoTracks: () => (kind === 'video' ? [{}] : []) }) as unknown as MediaStream;

const STREAMS = new Map([['4', stream('audio')], ['8', stream('video')], ['9', stream('video')], ['10', stream('video')]]);
const slot = (mid: string, who: string | null, source: Source) => ({ mid, who, source });

const meeting = (change: Partial<Meeting> = {}): Meeting =>
  ({
    soundOnly: false,
    streams: STREAMS,
    slots: [slot('4', null, 'mic'), slot('8', 'anna', 'camera'), slot('9', 'bela', 'screen'), slot('10', null, 'camera')],
    ...change,
  }) as Meeting;

const heights = (...shown: [string, number][]) =>
  new Map(shown.map(([mid, height]) => [STREAMS.get(mid) as MediaStream, height]));

const item = (mid: string, height: number, pinned = false): Shown => ({ mid, height, pinned });

test('what is on the screen is named, with its height; empty slots are ready for what comes next', () => {
  const shown = viewOf(meeting(), heights(['8', 360], ['9', 720]), 'bela screen', false);
  assert.deepEqual(shown, [item('8', 360), item('9', 720, true), item('10', 180)]);
});

test('what is on another page is not named', () => {
  assert.deepEqual(viewOf(meeting(), heights(['8', 360]), null, false), [item('8', 360), item('10', 180)]);
});

test('a page out of sight shows nothing but what is elsewhere', () => {
  assert.deepEqual(viewOf(meeting(), new Map(), null, true), []);
  assert.deepEqual(viewOf(meeting(), heights(['8', 200]), null, true), [item('8', 200)]);
});

test('sound only: nothing at all', () => {
  assert.deepEqual(viewOf(meeting({ soundOnly: true }), heights(['8', 360], ['9', 720]), null, false), []);
});

test('no height is more than the server takes', () => {
  assert.equal(viewOf(meeting(), heights(['8', 100_000]), null, false)[0]?.height, 8192);
});

test('what is more, what is less, and what is not worth a word', () => {
  const said = [item('8', 360), item('9', 180)];
  assert.equal(changeOf(null, []), 'more');
  assert.equal(changeOf(said, said), 'none');
  assert.equal(changeOf(said, [item('8', 370), item('9', 175)]), 'none');
  assert.equal(changeOf(said, [item('8', 720), item('9', 90)]), 'more');
  assert.equal(changeOf(said, [...said, item('10', 90)]), 'more');
  assert.equal(changeOf(said, [item('8', 360, true), item('9', 180)]), 'more');
  assert.equal(changeOf([item('8', 360, true)], [item('8', 360)]), 'less');
  assert.equal(changeOf(said, [item('8', 180), item('9', 180)]), 'less');
  assert.equal(changeOf(said, [item('8', 360)]), 'less');
  assert.equal(changeOf(said, []), 'less');
});

let time: FakeTime;
let now = 0;
let shown: Shown[] | null = null;
let said: (readonly Shown[])[] = [];
let teller: ViewTeller;

async function pass(milliseconds: number): Promise<void> {
  await time.pass(milliseconds);
  now += milliseconds;
}

function show(...items: Shown[]): void {
  shown = items;
  teller.changed(now);
}

beforeEach(() => {
  time = new FakeTime();
  installWindow(time);
  now = 0;
  shown = null;
  said = [];
  teller = new ViewTeller(
    () => shown,
    (view) => said.push(view),
  );
});

test('larger is said at once, smaller when it has stayed so', async () => {
  show(item('8', 180));
  await pass(0);
  assert.equal(said.length, 1);
  await pass(1000);
  show(item('8', 720));
  await pass(0);
  assert.deepEqual(said.at(-1), [item('8', 720)]);
  show(item('8', 180));
  await pass(499);
  assert.equal(said.length, 2);
  await pass(1);
  assert.deepEqual(said.at(-1), [item('8', 180)]);
});

test('what is back in a moment was never gone', async () => {
  show(item('8', 180));
  await pass(1000);
  show();
  await pass(300);
  show(item('8', 180));
  await pass(1000);
  assert.equal(said.length, 1);
});

test('what grows all the time is said four times a second, and the end of it is', async () => {
  for (let height = 100; height < 4000; height += 20) {
    show(item('8', height));
    await pass(10);
  }
  await pass(1000);
  assert.ok(said.length >= 4 && said.length <= 9, String(said.length));
  assert.deepEqual(said.at(-1)?.[0]?.height, 3980);
});

test('nothing is said while there is nobody to hear it, and all of it anew afterwards', async () => {
  teller.changed(now);
  await pass(1000);
  assert.equal(said.length, 0);
  shown = [];
  teller.again(now);
  await pass(0);
  assert.deepEqual(said, [[]]);
  teller.again(now, 1000);
  await pass(999);
  assert.equal(said.length, 1);
  await pass(1);
  assert.equal(said.length, 2);
});

test('after the end nothing is said', async () => {
  show(item('8', 180));
  teller.stop();
  await pass(1000);
  assert.equal(said.length, 0);
});
