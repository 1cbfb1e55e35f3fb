/* SPDX-License-Identifier: GPL-3.0-or-later */
// Small pure modules: endings, names, slots, loudness, waiting times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, problemFrom } from '../src/api/error';
import { endingOf, screenAfter } from '../src/app/endings';
import { levelOf, meterFraction, SILENCE_DB } from '../src/media/loudness';
import { cameraQuality } from '../src/media/quality';
import { videoSlotsFor } from '../src/media/slots';
import { backoffMs } from '../src/signal/backoff';
import { NOT_TRUSTED } from '../src/signal/socket';
import { refusalOf, refusalOfCode } from '../src/state/door';
import { cleanName, hueOf, HUES, initials, NAME_BYTES } from '../src/state/names';

test('each end of a stay leads to its page', () => {
  const closed = (code: number, told: Parameters<typeof screenAfter>[1] = null) =>
    screenAfter({ by: 'close', code }, told, true);
  assert.deepEqual(closed(4001), { at: 'over', why: 'replaced' });
  assert.deepEqual(closed(4003), { at: 'over', why: 'removed' });
  assert.deepEqual(closed(4003, 'refused'), { at: 'over', why: 'refused' });
  assert.deepEqual(closed(4004, 'server_stopping'), { at: 'over', why: 'server_stopping' });
  assert.deepEqual(closed(NOT_TRUSTED), { at: 'over', why: 'not_trusted' });
  assert.deepEqual(closed(4000), { at: 'over', why: 'broken' });
  const refused = (code: string, wasIn: boolean) => screenAfter({ by: 'api', error: new ApiError(code) }, null, wasIn);
  assert.deepEqual(refused('room_full', false), { at: 'lobby', entering: false, problem: 'room_full' });
  assert.deepEqual(refused('refused', false), { at: 'over', why: 'refused' });
  assert.deepEqual(refused('banned', false), { at: 'over', why: 'banned' });
  assert.deepEqual(refused('locked', true), { at: 'over', why: 'locked' });
  assert.deepEqual(refused('no_room', true), { at: 'over', why: 'no_room' });
  const inUse = { at: 'door', refusal: { code: 'ticket_in_use', from: null, until: null } };
  assert.deepEqual([refused('ticket_in_use', false), refused('ticket_in_use', true)], [inUse, inUse]);
});

test('a ticket that is not good yet tells from when', () => {
  const early = problemFrom({ code: 'ticket_early', from: 1795543200, until: 0 }, 403);
  assert.deepEqual(refusalOf(early), { code: 'ticket_early', from: 1795543200, until: null });
  assert.equal(refusalOf(new ApiError('name_taken')), null);
  assert.equal(refusalOf(new TypeError()), null);
  assert.equal(refusalOfCode('toString', null, null), null);
  assert.equal(refusalOfCode(null, 1, 2), null);
});

test('what the server says of the end is kept', () => {
  assert.equal(endingOf({ type: 'ended', code: 'server_stopping' }), 'server_stopping');
  assert.equal(endingOf({ type: 'ended', code: 'host_ended' }), 'host_ended');
  assert.equal(endingOf({ type: 'refused', code: 'refused_by_host' }), 'refused');
  assert.equal(endingOf({ type: 'refused', code: 'removed_by_host' }), 'removed');
  assert.equal(endingOf({ type: 'refused', code: 'banned_by_host' }), 'banned');
  assert.equal(endingOf({ type: 'refused', code: 'locked' }), 'locked');
  assert.equal(endingOf({ type: 'error', code: 'x' }), null);
});

test('names are cleaned as the server wants them', () => {
  assert.equal(cleanName('  Ana \t  Horvat\n'), 'Ana Horvat');
  assert.equal(cleanName('e\u0301'), '\u00e9');
  assert.equal(cleanName('evil\u202Eexe.txt\u200B\u0000'), 'evilexe.txt');
  assert.equal(cleanName('\u2066\u00AD \u200D'), '');
  assert.equal(cleanName('A\u3164\uFE0F\u2800\u034Fna'), 'Ana');
  assert.equal(cleanName('王小明'), '王小明');
  const long = cleanName('ż'.repeat(200));
  assert.equal(new TextEncoder().encode(long).length, NAME_BYTES);
});

test('initials and colours', () => {
  assert.deepEqual(['Ana Horvat', 'zoë', '王小明', 'Étienne de la Tour', 'نور الهدى', '...', ''].map(initials), [
    'AH',
    'Z',
    '王',
    'ÉT',
    'نا',
    '?',
    '?',
  ]);
  assert.equal(hueOf('p1a2b3c4'), hueOf('p1a2b3c4'));
  for (let i = 0; i < 100; i++) assert.ok(hueOf(`person${i}`) < HUES);
});

test('slots grow in steps, never shrink, and stop at the server’s maximum', () => {
  assert.deepEqual(
    [0, 1, 4, 5, 10, 17, 24].map((sources) => videoSlotsFor(sources, 0, 24)),
    [4, 4, 4, 9, 16, 24, 24],
  );
  assert.equal(videoSlotsFor(1, 9, 24), 9);
  assert.equal(videoSlotsFor(20, 4, 12), 12);
  assert.equal(videoSlotsFor(40, 4, 48), 40);
});

test('loudness is counted as RFC 6464 does', () => {
  assert.equal(levelOf(new Float32Array(100)), SILENCE_DB);
  assert.equal(levelOf(new Float32Array(0)), SILENCE_DB);
  assert.equal(levelOf(new Float32Array(100).fill(1)), 0);
  assert.equal(levelOf(new Float32Array(100).fill(0.1)), 20);
  assert.equal(levelOf(new Float32Array(100).fill(2)), 0);
  assert.deepEqual([meterFraction(SILENCE_DB), meterFraction(0)], [0, 1]);
});

test('attempts to return start fast and stay patient', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(attempt, 0.999));
  assert.deepEqual(
    waits.map((wait) => Math.round(wait / 100)),
    [3, 6, 12, 24, 48, 50, 50],
  );
  assert.ok(backoffMs(0, 0) >= 200);
});

test('the more people, the smaller the own picture', () => {
  const sizes = [1, 2, 3, 4, 5, 9, 10, 25].map((people) => cameraQuality(people));
  for (const [index, quality] of sizes.entries()) {
    const before = sizes[index - 1];
    if (before !== undefined) assert.ok(quality.scale >= before.scale && quality.bitrateBps <= before.bitrateBps);
  }
  // What everybody receives stays within what a home connection carries.
  for (let people = 2; people <= 25; people++)
    assert.ok((people - 1) * cameraQuality(people).bitrateBps <= 4_500_000, String(people));
});
