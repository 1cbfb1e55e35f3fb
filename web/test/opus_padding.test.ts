/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paddedTo, silenceOf } from '../src/media/opus_padding';

const bytes = (n: number, first = 1) => Array.from({ length: n }, (_, i) => (first + i) & 0xff);

/** Takes a packet apart by RFC 6716, sections 3.2.2 to 3.2.5, written apart from the code that is tested. */
function framesOf(packet: Uint8Array): number[][] {
  const all = [...packet];
  const [toc = 0, count = 0] = all;
  const length = (at: number): [number, number] =>
    all[at]! < 252 ? [all[at]!, at + 1] : [all[at]! + 4 * all[at + 1]!, at + 2];
  if ((toc & 3) === 0) return [all.slice(1)];
  if ((toc & 3) === 1) return [all.slice(1, 1 + (all.length - 1) / 2), all.slice(1 + (all.length - 1) / 2)];
  if ((toc & 3) === 2) {
    const [n, at] = length(1);
    return [all.slice(at, at + n), all.slice(at + n)];
  }
  let at = 2;
  let padding = 0;
  if (count & 0x40)
    for (;;) {
      const n = all[at++]!;
      padding += n === 255 ? 254 : n;
      if (n !== 255) break;
    }
  const end = all.length - padding;
  assert.ok(all.slice(end).every((byte) => byte === 0));
  const many = count & 0x3f;
  const lengths: number[] = [];
  if (count & 0x80)
    for (let i = 1; i < many; i++) {
      const [n, next] = length(at);
      lengths.push(n);
      at = next;
    }
  else lengths.push(...Array<number>(many - 1).fill((end - at) / many));
  const frames: number[][] = [];
  for (const n of lengths) {
    frames.push(all.slice(at, at + n));
    at += n;
  }
  return [...frames, all.slice(at, end)];
}

const packets: readonly (readonly [string, number[]])[] = [
  ['one frame', [0x78, ...bytes(31)]],
  ['an empty frame', [0x78]],
  ['two of one size', [0x79, ...bytes(20), ...bytes(20, 60)]],
  ['two of two sizes', [0x7a, 5, ...bytes(5), ...bytes(9, 30)]],
  ['two, the first long', [0x7a, 252, 1, ...bytes(256), ...bytes(9, 30)]],
  ['three of one size', [0x7b, 3, ...bytes(12)]],
  ['three of any size', [0x7b, 0x83, 2, 3, ...bytes(2), ...bytes(3, 9), ...bytes(7, 40)]],
  ['padded', [0x7b, 0x41, 4, ...bytes(8), 0, 0, 0, 0]],
];

test('padding leaves the frames and the configuration as they are, and every size is met exactly', () => {
  for (const [what, packet] of packets) {
    const frames = framesOf(Uint8Array.from(packet));
    const least = packet.length + 2;
    for (const size of [least, least + 1, least + 2, 250, 300, 511, 512, 513, 514, 770, 1200].filter((n) => n >= least)) {
      const padded = paddedTo(size, Uint8Array.from(packet));
      assert.ok(padded, `${what} in ${size}`);
      assert.equal(padded.length, size, what);
      assert.equal(padded[0]! & 0xfc, packet[0]! & 0xfc, what);
      assert.deepEqual(framesOf(padded), frames, `${what} in ${size}`);
    }
  }
});

test('a packet that leaves no room for its own form is not sent short or long', () => {
  assert.equal(paddedTo(100, Uint8Array.from([0x78, ...bytes(98)]))?.length, 100);
  assert.equal(paddedTo(100, Uint8Array.from([0x78, ...bytes(99)])), null);
  assert.equal(paddedTo(100, Uint8Array.from([0x78, ...bytes(300)])), null);
});

test('what is no packet of Opus is not touched', () => {
  for (const packet of [[], [0x7b], [0x7b, 0], [0x7b, 0x41], [0x7b, 0x41, 9, 1], [0x7b, 0x41, 255], [0x7b, 0x41, 255, 255]])
    assert.equal(paddedTo(100, Uint8Array.from(packet)), null);
});

test('silence has the same size', () => {
  assert.deepEqual(framesOf(silenceOf(250)), [[0xff, 0xfe]]);
  assert.equal(silenceOf(250).length, 250);
});
