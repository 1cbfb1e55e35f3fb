/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is sent to harm others, beyond sheer amounts (media-flood.test.mjs): forged feedback about others' streams, RTCP bombs,
// streams that nobody has, packets too long and too short. By a participant gone bad, well sealed, and the same by strangers.
// What Alice and Bob notice is printed: before -> during. Strangers get no answer, and no process dies.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCall } from '../lib/bystanders.mjs';
import { chance, openStrangers } from '../lib/packets.mjs';

const LOST = 2; // of a hundred: should the kernel's queue overflow all the same, sound is lost
const AT_ONCE = 20;
const SECONDS = 3;
const KEYS_A_SECOND = 2; // that a sender is asked for at most, whoever wants them
const SHORT = 1480; // as long as what we read may be, after sealing
const random = chance(20261129);
let call, mallory, strangers, counters, ssrcs;
const thrown = { streams: 0, long: 0 };

before(async () => {
  call = await startCall();
  mallory = await call.mallory();
  await mallory.connect();
  await mallory.connected();
  strangers = await openStrangers(10, 100, call.server.mediaPort);
  const people = await Promise.all([call.alice, call.bob].map((person) => person.stats()));
  // All that belongs to Alice and Bob: what they send, report by, and get.
  ssrcs = people.flatMap(({ ssrc, slots }) => [...Object.values(ssrc), ...slots.map((slot) => slot.ssrc)]);
});

after(async () => {
  strangers?.close();
  if (!counters) await call?.stop();
});

function words(...numbers) {
  const out = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => out.writeUInt32BE(number >>> 0, 4 * i));
  return out;
}

const head = (count, type, length) => ((2 << 30) | (count << 24) | (type << 16) | length) >>> 0;

/** Feedback in others' names about others' streams: that all is lost, or came at impossible times, or that there is no room. */
function forgedFeedback(i) {
  const [from, about] = [random.pick(ssrcs), random.pick(ssrcs)];
  switch (i % 5) {
    case 0: // transport-wide: 8191 packets in a row did not come
      return words(head(15, 205, 5), from, about, ((i * 8191) << 16) | 8191, i << 8, (8191 << 16) >>> 0);
    case 1: // or each came two hours after the one before
      return words(head(15, 205, 6), from, about, (i << 16) | 4, i << 8, ((0x4000 | 4) << 16) | 0x7fff, 0x7fff7fff);
    case 2: // all is lost
      return words(head(1, 201, 7), from, about, 0xffffffff, i, 0xffffffff, i, 0);
    case 3: // REMB: no room at all
      return words(head(15, 206, 5), from, 0, 0x52454d42, 0x01000000, about);
    default: // TMMBR: likewise
      return words(head(3, 205, 4), from, 0, about, 0);
  }
}

/** Compounds that take long to read, or end what is not theirs. */
function bomb(i) {
  const empty = head(0, 200 + (i % 8), 0);
  switch (i % 4) {
    case 0:
      return words(...Array(350).fill(empty));
    case 1: // goodbyes for all that there is
      return words(head(1, 201, 1), ...ssrcs.slice(0, 1), head(31, 203, 31), ...Array.from({ length: 31 }, () => random.pick(ssrcs)));
    case 2: // lengths that lie
      return words(head(31, 201, 0xffff), ...Array(300).fill(0xffffffff));
    default:
      return words(head(1, 202, 300), random.pick(ssrcs), ...Array(299).fill(0x01ff4141));
  }
}

const ask = (i) =>
  i % 2 === 0
    ? words(head(1, 206, 2), random.pick(ssrcs), random.pick(ssrcs))
    : words(head(1, 205, 4), random.pick(ssrcs), random.pick(ssrcs), (i * 17 * 65536 + 0xffff) >>> 0, 0xffffffff);

const stream = (i, length = 900) =>
  Buffer.concat([words(((0x80 << 24) | (111 << 16) | (i & 0xffff)) >>> 0, i * 960, (i * 2654435761) | 1), Buffer.alloc(length, i)]);

const LENGTHS = [0, 1, 2, 3, 7, 11, 12, 13, 19, 20, 27, 1501, 1502, 2047, 9000, 65_507];

function oddLength(i) {
  const length = LENGTHS[i % LENGTHS.length];
  thrown.long += length > 1500;
  return stream(i, 65_507).subarray(0, length);
}

/** Some thousand packets a second for some seconds. */
async function flood(send) {
  const end = Date.now() + SECONDS * 1000;
  for (let i = 0; Date.now() < end; i += AT_ONCE) {
    for (let k = 0; k < AT_ONCE; k++) await send(i + k);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await mallory.stats(); // it has sent them all
}

const told = async () =>
  (await Promise.all([call.alice, call.bob].map((person) => person.stats()))).map(({ keysAsked, told: came, toldLost }) => ({
    keysAsked,
    came,
    lost: toldLost,
  }));

/** Nobody loses anything, hears lies about the own packets, or is asked for more key frames than is good. */
async function harmsNobody(send) {
  for (const { signal } of [call.alice, call.bob]) signal.messages.splice(0);
  const first = await told();
  const begun = Date.now();
  await call.undisturbed(() => flood(send), { lost: LOST });
  const last = await told();
  for (const [i, name] of ['Alice', 'Bob'].entries()) {
    const of = (what) => last[i][what] - first[i][what];
    const seconds = (Date.now() - begun) / 1000;
    assert.ok(of('keysAsked') <= 1 + KEYS_A_SECOND * seconds, `${name} was asked for ${of('keysAsked')} key frames`);
    assert.ok(of('came') > 100, `${name} was told of ${of('came')} packets that came`);
    assert.ok(of('lost') <= (LOST / 100) * of('came'), `${name} was told that ${of('lost')} of ${of('came')} were lost`);
  }
  const weak = [call.alice, call.bob].flatMap(({ signal }) => signal.messages.filter((m) => m.type === 'weakness' && m.weak));
  const others = weak.filter(({ who }) => who !== mallory.id);
  assert.deepEqual(others, [], 'somebody else was said to have a weak connection');
}

const sealedRtcp = (make) => async (i) => mallory.media.command('rtcp', make(i).subarray(0, SHORT - 40).toString('hex'));

const ATTACKS = {
  'forged feedback': { make: forgedFeedback, inside: sealedRtcp(forgedFeedback) },
  'RTCP bombs': { make: bomb, inside: sealedRtcp(bomb) },
  'requests for packets and key frames of others': { make: ask, inside: sealedRtcp(ask) },
  'streams that nobody has': {
    make: stream,
    inside: async (i) => {
      thrown.streams += 1;
      mallory.media.command('rtp', stream(i).toString('hex'));
    },
  },
  'packets too long and too short': {
    make: oddLength,
    inside: async (i) => mallory.media.command('raw', oddLength(i).toString('hex')),
  },
};

for (const [name, { make, inside }] of Object.entries(ATTACKS)) {
  test(`${name}, by a participant`, () => harmsNobody(inside));
  test(`${name}, by strangers`, async () => {
    await harmsNobody((i) => strangers.send(i, make(i)));
    assert.equal(strangers.got.length, 0, 'strangers were answered');
  });
}

test('all of it was counted, nothing was sent again for it', async () => {
  counters = await call.stop();
  console.log(`# ${JSON.stringify({ ...thrown, ...counters })}`);
  assert.ok(counters['dropped unknown'] > 2000, `from strangers: ${counters['dropped unknown']}`);
  assert.ok(counters['dropped srtp'] + counters['dropped flood'] > thrown.streams * 0.8, 'streams that nobody has');
  assert.ok(counters['dropped long'] > thrown.long * 0.8, `too long: ${counters['dropped long']} of ${thrown.long}`);
  assert.ok(counters.retransmitted <= counters.forwarded / 10, `${counters.retransmitted} were sent again`);
});
