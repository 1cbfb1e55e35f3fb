/* SPDX-License-Identifier: GPL-3.0-or-later */
// Floods from addresses that take no part, and from a participant gone bad, while Alice and Bob are in a call: nobody
// is disturbed, nobody is answered, nothing grows. About 20,000 packets each, on loopback, paced so that the kernel's
// queue is not what is tested.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { isSanitized, residentBytes } from '../lib/memory.mjs';
import { readAnswer } from '../lib/native.mjs';
import { chance, forgedRtp, openStrangers, stunCheck } from '../lib/packets.mjs';
import { startRelay } from '../lib/relay.mjs';

const PACKETS = 20_000,
  AT_ONCE = 40;
const LOST = 2; // of a hundred: should the kernel's queue overflow all the same, sound is lost
const GROWTH = 4 * 1024 * 1024;
const RELAY = '127.0.0.2';
const random = chance(20260917);
let call, strangers, hellos, counters, mediaPid, sanitized;

before(async () => {
  call = await startCall({ mediaAnnounce: RELAY });
  strangers = await openStrangers(20, 100, call.server.mediaPort);
  [{ pid: mediaPid }] = await call.server.children('media');
  sanitized = await isSanitized(mediaPid);
  hellos = await recordedHellos();
});

after(async () => {
  strangers?.close();
  if (!counters) await call?.stop();
});

/** The ClientHello of an honest client, as it was on the wire. */
async function recordedHellos() {
  const relay = await startRelay({ listen: RELAY, port: call.server.mediaPort });
  const carol = await call.meeting.join('Carol', '127.0.0.13', ['mic'], {
    through: `${RELAY}:${call.server.mediaPort}`,
  });
  await carol.leave();
  relay.stop();
  return relay.captured.filter(({ up, kind, data }) => up && kind === 'dtls' && data[0] === 22).map(({ data }) => data);
}

/** Sends the packets that `make(i)` gives, a few at once, each from the next address. */
async function flood(make, send = strangers.send) {
  for (let i = 0; i < PACKETS; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => send(i + k, make(i + k))));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

async function expectQuiet(attack) {
  const before = await residentBytes(mediaPid);
  await call.undisturbed(attack, { lost: LOST });
  const grown = (await residentBytes(mediaPid)) - before;
  assert.deepEqual(strangers.got.length, 0, 'strangers were answered');
  if (!sanitized) assert.ok(grown < GROWTH, `the media process grew by ${grown} bytes`);
}

test('ClientHellos from addresses without ICE', () =>
  expectQuiet(() =>
    flood((i) => {
      const hello = Buffer.from(hellos[i % hellos.length]);
      random.bytes(32).copy(hello, 27); // another random each
      return hello;
    }),
  ));

test('STUN checks for users who do not exist', () =>
  expectQuiet(() =>
    flood(() =>
      stunCheck({
        username: `${random.bytes(6).toString('base64')}:abcd`,
        pwd: 'nobodyknowsthis',
        transaction: random.bytes(12),
      }),
    ),
  ));

test('STUN checks for Alice by somebody without her password', async () => {
  const username = `${readAnswer(call.alice.answer).ufrag}:${readAnswer(call.alice.ownOffer).ufrag}`;
  await expectQuiet(() => flood(() => stunCheck({ username, pwd: 'nobodyknowsthis', transaction: random.bytes(12) })));
});

test('RTP and RTCP as if from Alice and Bob, from elsewhere', async () => {
  const ssrcs = (await Promise.all([call.alice, call.bob].map((person) => person.stats()))).flatMap(({ ssrc }) =>
    Object.values(ssrc),
  );
  const payload = random.bytes(200);
  await expectQuiet(() =>
    flood((i) =>
      forgedRtp(
        {
          ssrc: random.pick(ssrcs),
          sequence: i,
          timestamp: i * 960,
          payloadType: random.pick([111, 96, 97, 200, 201, 205, 206]),
        },
        payload,
      ),
    ),
  );
});

test('a participant who sends nothing but ClientHellos from a checked address', async () => {
  const mallory = await call.mallory();
  const probe = await mallory.probe(await offerOf('chromium'), ['none']);
  await probe.next('reachable');
  const honest = await probe.ask('received');
  await expectQuiet(() =>
    flood(
      (i) => {
        const hello = Buffer.from(hellos[i % hellos.length]);
        random.bytes(32).copy(hello, 27);
        return hello;
      },
      async (_, data) => probe.command('raw', data.toString('hex')),
    ),
  );
  const { dtls } = await probe.ask('received');
  assert.ok(dtls - honest.dtls < 1000, `the answers stay few: ${dtls - honest.dtls} datagrams for ${PACKETS}`);
  await mallory.leave();
});

test('a participant who sends forged SRTP from a connected address', async () => {
  const mallory = await call.mallory();
  const probe = await mallory.probe(await offerOf('chromium'), [
    'openssl',
    'suites=ECDHE-ECDSA-AES256-GCM-SHA384',
    'srtp=SRTP_AEAD_AES_256_GCM',
  ]);
  assert.equal((await mallory.verdict()).state, 'connected');
  const payload = random.bytes(500);
  await expectQuiet(() =>
    flood(
      (i) => forgedRtp({ ssrc: 2732110569, sequence: i, timestamp: i, payloadType: 111 }, payload),
      async (_, data) => probe.command('raw', data.toString('hex')),
    ),
  );
  await mallory.leave();
});

test('the floods were counted', async () => {
  counters = await call.stop();
  const most = PACKETS * 0.9; // the kernel may drop some
  assert.ok(counters['dropped stun'] >= 2 * most, `${counters['dropped stun']}`);
  assert.ok(counters['dropped unknown'] >= 2 * most, `${counters['dropped unknown']}`);
  assert.ok(counters['dropped srtp'] >= most, `${counters['dropped srtp']}`);
});
