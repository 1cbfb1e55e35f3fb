/* SPDX-License-Identifier: GPL-3.0-or-later */
// A participant gone bad, whose packets are authentic: what he sends beyond his budget is dropped before it is decrypted, what
// he asks for is bounded, and Alice and Bob have the call that they have without him. (Floods from strangers: flood.test.mjs;
// broken packets: corpus.test.mjs; the same in virtual time, with more kinds: tests/sim/test_floods.c.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCall } from '../lib/bystanders.mjs';

const LOST = 2; // of a hundred: should the kernel's queue overflow all the same, sound is lost
const AT_ONCE = 40;
const SECONDS = 3;
let call, mallory, counters;

before(async () => {
  call = await startCall();
  mallory = await call.mallory();
  await mallory.connect();
  await mallory.connected();
});

after(async () => {
  if (!counters) await call?.stop();
});

const word = (...numbers) => {
  const out = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => out.writeUInt32BE(number >>> 0, 4 * i));
  return out.toString('hex');
};

/** About 13,000 packets a second for some seconds, as `make(i)` gives them: [command, hex]. */
async function flood(make) {
  const end = Date.now() + SECONDS * 1000;
  for (let i = 0; Date.now() < end; i += AT_ONCE) {
    for (let k = 0; k < AT_ONCE; k++) mallory.media.command(...make(i + k));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await mallory.stats(); // it has sent them all
}

const disturbsNobody = (make) => call.undisturbed(() => flood(make), { lost: LOST });

test('his camera, a hundred megabits a second', async () => {
  mallory.media.command('set', 'camera', '0');
  const packet = Buffer.concat([Buffer.from([0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(1000, 0x10)]);
  await disturbsNobody(() => ['camera', packet.toString('hex')]);
});

test('negative acknowledgements for all numbers, again and again', async () => {
  const { slots } = await mallory.stats();
  const videos = slots.filter(({ video, packets }) => video && packets > 0);
  assert.ok(videos.length > 0, 'he sees somebody');
  await disturbsNobody((i) => {
    const pairs = Array.from({ length: 64 }, (_, k) => (((i * 64 + k) * 17) << 16) | 0xffff);
    return ['rtcp', word(0x81cd0042, 1, videos[i % videos.length].ssrc, ...pairs)];
  });
});

test('requests for key frames, in both forms', async () => {
  const { slots } = await mallory.stats();
  const videos = slots.filter(({ video }) => video);
  const [alice, bob] = await Promise.all([call.alice, call.bob].map((person) => person.stats()));
  await disturbsNobody((i) => {
    const { ssrc } = videos[i % videos.length];
    return ['rtcp', i % 2 === 0 ? word(0x81ce0002, 1, ssrc) : word(0x84ce0004, 1, 0, ssrc, i << 24)];
  });
  for (const [person, before] of [
    [call.alice, alice],
    [call.bob, bob],
  ]) {
    const asked = (await person.stats()).keysAsked - before.keysAsked;
    assert.ok(asked <= 4 * SECONDS, `${person.name} was asked for ${asked} key frames`);
  }
});

test('reports without end', () =>
  disturbsNobody((i) => {
    const block = [i, 0xffffffff, i, i, i, i];
    return ['rtcp', word(0x9fc900bb, 1, ...Array.from({ length: 31 }, () => block).flat())];
  }));

test('the floods were counted, and little was sent again for them', async () => {
  counters = await call.stop();
  console.log(`# ${JSON.stringify(counters)}`);
  assert.ok(counters.retransmitted <= counters.forwarded / 5, `${counters.retransmitted} of ${counters.forwarded}`);
  assert.ok(counters['dropped flood'] > 20_000, `${counters['dropped flood']}`);
});
