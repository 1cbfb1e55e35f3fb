/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../src/signal/outbox';
import { quietEvidenceOf, type QuietFacts } from '../src/state/quiet';

const facts: QuietFacts = { size: 250, packets: 1000, replaced: 0, sentPackets: 1000, sentBytes: 250_000 };
const meaningOf = (wanted: boolean, possible: boolean, given: QuietFacts | null) =>
  quietEvidenceOf(wanted, possible, given).meaning;

test('the quiet mode is called working only when every packet had the one size', () => {
  assert.equal(meaningOf(true, true, facts), 'working');
  assert.equal(meaningOf(true, true, { ...facts, sentBytes: 249_999 }), 'broken');
  assert.equal(meaningOf(true, true, { ...facts, sentPackets: 999 }), 'broken');
  assert.equal(meaningOf(true, true, { ...facts, replaced: 6 }), 'cut');
});

test('what was not asked for, cannot be or was not seen yet is not called working', () => {
  assert.equal(meaningOf(false, true, facts), 'off');
  assert.equal(meaningOf(true, false, null), 'impossible');
  assert.equal(meaningOf(true, true, null), 'waiting');
  assert.equal(meaningOf(true, true, { ...facts, packets: 0, sentPackets: 0, sentBytes: 0 }), 'waiting');
});

test('beats have one size, whatever they say', () => {
  const outbox = new Outbox();
  outbox.start(0);
  const sizes = new Set<number>();
  for (const mic of [true, false])
    for (const db of [0, 9, 99, 127]) for (let i = 0; i < 100; i++) sizes.add(outbox.add({ type: 'beat', db, mic })!.length);
  assert.equal(sizes.size, 1);
  outbox.start(Number.MAX_SAFE_INTEGER - 10);
  sizes.add(outbox.add({ type: 'beat', db: 127, mic: false })!.length);
  assert.equal(sizes.size, 1);
});
