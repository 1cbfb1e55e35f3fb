/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { FrameError, FrameOpener, FrameSealer, decodeBase64Url, deriveKey, type Direction } from '../src/signal/frames';

interface Vector {
  codeword: string;
  entry: string;
  origin: string;
  direction: Direction;
  counter: number;
  json: string;
  frame: string;
}

const file = JSON.parse(readFileSync('../tests/data/signal-vectors.json', 'utf8')) as { vectors: Vector[] };
const [first] = file.vectors;
assert.ok(first);

const keyOf = (v: Vector) => deriveKey(v.codeword, v.entry, v.origin, v.direction);
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const rejectsFrame = (promise: Promise<unknown>, message: RegExp) =>
  assert.rejects(promise, (error: unknown) => error instanceof FrameError && message.test(error.message));

test('sealing gives the documented frames', async () => {
  for (const vector of file.vectors.filter((v) => v.counter <= 1000)) {
    const sealer = new FrameSealer(await keyOf(vector));
    let frame = new Uint8Array();
    for (let i = 0; i < vector.counter; i++) frame = await sealer.seal(vector.json);
    assert.equal(Buffer.from(frame).toString('hex'), vector.frame);
  }
});

test('opening takes the documented frames, in order only', async () => {
  const key = await keyOf(first);
  assert.equal(await new FrameOpener(key).open(bytesOf(first.frame)), first.json);

  const opener = new FrameOpener(key);
  await opener.open(bytesOf(first.frame));
  await rejectsFrame(opener.open(bytesOf(first.frame)), /counter/);

  const sealer = new FrameSealer(key);
  await sealer.seal('{}');
  await rejectsFrame(new FrameOpener(key).open(await sealer.seal('{}')), /counter/);
});

test('a frame with any bit changed does not open', async () => {
  const key = await keyOf(first);
  const frame = bytesOf(first.frame);
  for (let i = 0; i < frame.length; i++) {
    const altered = frame.slice();
    altered[i] = (altered[i] as number) ^ (1 << (i % 8));
    await rejectsFrame(new FrameOpener(key).open(altered), /tag/);
  }
  await rejectsFrame(new FrameOpener(key).open(frame.subarray(0, 23)), /short/);
});

test('the key depends on codeword, entry, origin and direction', async () => {
  const frame = bytesOf(first.frame);
  const other: Partial<Vector>[] = [
    { codeword: `B${first.codeword.slice(1)}` },
    { entry: `B${first.entry.slice(1)}` },
    { origin: 'https://localhost:8444' },
    { direction: 'client' },
  ];
  for (const change of other) {
    await rejectsFrame(new FrameOpener(await keyOf({ ...first, ...change })).open(frame), /tag/);
  }
});

test('keys cannot be read out', async () => {
  await assert.rejects(crypto.subtle.exportKey('raw', await keyOf(first)));
});

test('text that is not UTF-8 is refused although its tag is right', async () => {
  const raw = { name: 'HMAC', hash: 'SHA-256' } as const;
  const key = await crypto.subtle.importKey('raw', new Uint8Array(32), raw, false, ['sign']);
  const signed = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0xff);
  const tag = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)).subarray(0, 16);
  await rejectsFrame(new FrameOpener(key).open(Uint8Array.of(...signed.subarray(0, 8), ...tag, 0xff)), /UTF-8/);
});

test('base64url is read strictly', () => {
  assert.deepEqual(decodeBase64Url('_-8', 2), Uint8Array.of(0xff, 0xef));
  for (const bad of ['', '+/8', '_-8=', 'a', '_-8A']) assert.throws(() => decodeBase64Url(bad, 2), FrameError);
});
