/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { untilReachable, type Reached } from '../src/signal/reach';
import { FakeTime, installWindow, settle } from './fakes';

let time: FakeTime;
let there: boolean;
let asked: { readonly signal: AbortSignal }[];
let stop: AbortController;
let reached: Reached | null;

beforeEach(() => {
  time = new FakeTime();
  installWindow(time);
  there = true;
  asked = [];
  stop = new AbortController();
  reached = null;
  const fetch = (_address: string, { signal }: { signal: AbortSignal }): Promise<unknown> => {
    asked.push({ signal });
    if (there) return Promise.resolve({ status: 429 });
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  };
  Object.assign(globalThis, { fetch });
});

const begin = (): void => {
  void untilReachable(stop.signal).then((result) => {
    reached = result;
  });
};

test('any answer will do', async () => {
  begin();
  await settle();
  assert.deepEqual([reached, asked.length], ['at once', 1]);
  await time.pass(60_000);
  assert.equal(asked.length, 1);
});

test('without a network it goes on asking, two at a time at most, and tells that it had been away', async () => {
  there = false;
  begin();
  await time.pass(11_000);
  assert.deepEqual([reached, asked.length], [null, 6]);
  assert.ok(asked.filter(({ signal }) => !signal.aborted).length <= 2);
  there = true;
  await time.pass(1000);
  assert.equal(reached, 'after a while');
  assert.ok(asked.every(({ signal }) => signal.aborted), 'nothing is left waiting');
});

test('a slow answer is no outage', async () => {
  there = false;
  begin();
  await time.pass(1500);
  there = true;
  await time.pass(1000);
  assert.equal(reached, 'at once');
});

test('stopped, it asks no more', async () => {
  there = false;
  begin();
  await time.pass(3000);
  stop.abort();
  await settle();
  assert.equal(reached, 'stopped');
  const count = asked.length;
  await time.pass(60_000);
  assert.equal(asked.length, count);
});
