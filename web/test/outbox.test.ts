/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTBOX_LIMIT, Outbox } from '../src/signal/outbox';

const parse = (texts: (string | null)[]) =>
  texts.map((text) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>)));

test('numbers go up by one from hello on', () => {
  const outbox = new Outbox();
  const sent = [
    ...outbox.start(0),
    outbox.add({ type: 'level', db: 30 }),
    outbox.add({ type: 'admit', who: 'abcdefgh' }),
  ];
  assert.deepEqual(parse(sent), [
    { type: 'hello', n: 1 },
    { type: 'level', db: 30, n: 2 },
    { type: 'admit', who: 'abcdefgh', n: 3 },
  ]);
});

test('after a drop only the commands that were not handled are sent again, with new numbers', () => {
  const outbox = new Outbox();
  outbox.start(0);
  outbox.add({ type: 'admit', who: 'a' }); // 2: handled
  outbox.add({ type: 'state', mic: true, camera: true, screen: false }); // 3: not a command
  outbox.add({ type: 'refuse', who: 'b' }); // 4: lost
  outbox.stop();
  assert.equal(outbox.add({ type: 'level', db: 10 }), null);
  assert.equal(outbox.add({ type: 'admit', all: true }), null); // said while away
  assert.deepEqual(parse(outbox.start(2)), [
    { type: 'hello', n: 3 },
    { type: 'refuse', who: 'b', n: 4 },
    { type: 'admit', all: true, n: 5 },
  ]);
  assert.deepEqual(parse([outbox.add({ type: 'level', db: 10 })]), [{ type: 'level', db: 10, n: 6 }]);
});

test('a command that was handled is never sent twice, however often the socket drops', () => {
  const outbox = new Outbox();
  outbox.start(0);
  outbox.add({ type: 'admit', who: 'a' });
  for (let handled = 2; handled < 6; handled++) {
    outbox.stop();
    assert.deepEqual(parse(outbox.start(handled)), [{ type: 'hello', n: handled + 1 }]);
  }
});

test('what waits is bounded', () => {
  const outbox = new Outbox();
  for (let i = 0; i < 3 * OUTBOX_LIMIT; i++) outbox.add({ type: 'admit', who: String(i) });
  const [, first, ...rest] = parse(outbox.start(0));
  assert.equal(rest.length, OUTBOX_LIMIT - 1);
  assert.equal(first?.['who'], String(2 * OUTBOX_LIMIT));
});

test('a new stay says nothing of the earlier one', () => {
  const outbox = new Outbox();
  outbox.add({ type: 'refuse', who: 'a' });
  outbox.reset();
  assert.deepEqual(parse(outbox.start(0)), [{ type: 'hello', n: 1 }]);
});
