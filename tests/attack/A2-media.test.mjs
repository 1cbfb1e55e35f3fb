/* SPDX-License-Identifier: GPL-3.0-or-later */
// A2 on the media path: recorded packets are sent again, from where they came and from elsewhere. SRTP and SRTCP pass
// their replay windows once; a repeated STUN check moves nobody's media; a repeated DTLS flight begins nothing.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { after, before, test } from 'node:test';
import { startCall } from '../lib/bystanders.mjs';
import { kindOf, startRelay } from '../lib/relay.mjs';
import { until } from '../lib/wait.mjs';

const RELAY = '127.0.0.2',
  STRANGER = '127.0.0.99';
let call, relay, carol, clientOfCarol, stranger, counters;

before(async () => {
  call = await startCall({ mediaAnnounce: RELAY });
  relay = await startRelay({ listen: RELAY, port: call.server.mediaPort });
  carol = await call.meeting.join('Carol', '127.0.0.13', ['mic', 'camera'], {
    through: `${RELAY}:${call.server.mediaPort}`,
  });
  clientOfCarol = relay.captured[0].client;
  await until('some seconds of Carol', () => recorded('rtp').length > 300 && recorded('rtcp').length >= 3);
  stranger = await openStranger();
});

after(async () => {
  stranger?.socket.close();
  if (!counters) await call?.stop();
  relay?.stop();
});

/** What Carol sent so far. */
const recorded = (kind) =>
  relay.captured.filter((datagram) => datagram.up && datagram.kind === kind).map(({ data }) => data);

function openStranger() {
  const socket = dgram.createSocket('udp4');
  const got = [];
  socket.on('message', (data) => got.push(data));
  return new Promise((resolve) =>
    socket.bind(0, STRANGER, () =>
      resolve({
        socket,
        got,
        send: (data) => socket.send(data, call.server.mediaPort, '127.0.0.1'),
      }),
    ),
  );
}

const slotsOfCarol = async (watcher) =>
  (await watcher.stats()).slots.filter(({ who, packets }) => packets > 0 && who === carol.tag);

/** What Carol sends is handled in its order: when a later packet of hers has come, all before it was handled. */
async function afterNewFramesOfCarol() {
  const before = (await carol.stats()).sent.camera;
  await until('later frames of Carol', async () =>
    (await slotsOfCarol(call.bob)).some(({ video, last }) => video && last > before + 2),
  );
}

test('recorded SRTP, sent again from the same address, is forwarded to nobody', async () => {
  const media = recorded('rtp');
  await call.undisturbed(async () => {
    for (const data of media) relay.injectUp(clientOfCarol, data);
    for (const data of media.slice(-300).reverse()) relay.injectUp(clientOfCarol, data);
    await afterNewFramesOfCarol();
  });
  for (const watcher of [call.alice, call.bob]) {
    const slots = await slotsOfCarol(watcher);
    assert.equal(slots.length, 2);
    for (const { duplicates, first, last, whole } of slots) {
      assert.equal(duplicates, 0, `${watcher.name} got a packet twice`);
      assert.ok(whole <= last - first - 1, 'no frame came twice');
    }
    assert.deepEqual(
      (({ replayed, authFailed, broken }) => ({ replayed, authFailed, broken }))(await watcher.stats()),
      { replayed: 0, authFailed: 0, broken: 0 },
    );
  }
});

test('a recorded wish for a key frame (SRTCP) is heard once', async () => {
  const slot = (await carol.stats()).slots.findIndex(({ video, packets }) => video && packets > 0);
  const { who } = (await carol.stats()).slots[slot];
  const sender = [call.alice, call.bob].find(({ tag }) => tag === who);
  const before = (await sender.stats()).keysAsked;
  const seen = recorded('rtcp').length;
  carol.media.command('key', slot);
  await until('the key frame to be asked for', async () => (await sender.stats()).keysAsked === before + 1);
  const wishes = recorded('rtcp').slice(seen);
  await call.undisturbed(async () => {
    // Wishes are throttled; so they are repeated beyond the throttle's second.
    const end = Date.now() + 2500;
    await until('repetitions for longer than the throttle', () => {
      for (const data of wishes) relay.injectUp(clientOfCarol, data);
      return Date.now() > end;
    });
  });
  assert.equal((await sender.stats()).keysAsked, before + 1);
});

test('all recorded SRTCP again disturbs nobody', async () => {
  await call.undisturbed(async () => {
    for (const data of recorded('rtcp')) relay.injectUp(clientOfCarol, data);
    await afterNewFramesOfCarol();
  });
});

test('a recorded STUN check from another address moves no media and gets no answer', async () => {
  const checks = recorded('stun');
  assert.ok(checks.length >= 1);
  await call.undisturbed(async () => {
    for (let i = 0; i < 50; i++) for (const data of checks) stranger.send(data);
    await afterNewFramesOfCarol();
  });
  assert.deepEqual(stranger.got, []);
  const before = (await carol.stats()).slots.reduce((sum, { packets }) => sum + packets, 0);
  await until(
    'media still to Carol',
    async () => (await carol.stats()).slots.reduce((sum, { packets }) => sum + packets, 0) > before + 50,
  );
});

test('recorded SRTP and SRTCP from another address go nowhere', async () => {
  await call.undisturbed(async () => {
    for (const data of [...recorded('rtp').slice(-200), ...recorded('rtcp')]) stranger.send(data);
    await afterNewFramesOfCarol();
  });
  assert.deepEqual(stranger.got, []);
});

test('a recorded DTLS handshake begins nothing, neither from there nor from elsewhere', async () => {
  const flights = recorded('dtls');
  assert.ok(flights.length >= 2);
  const downBefore = relay.captured.filter(({ up, kind }) => !up && kind === 'dtls').length;
  await call.undisturbed(async () => {
    for (let i = 0; i < 20; i++) {
      for (const data of flights) {
        relay.injectUp(clientOfCarol, data);
        stranger.send(data);
      }
    }
    await afterNewFramesOfCarol();
  });
  assert.deepEqual(stranger.got.map(kindOf), []);
  const answers = relay.captured.filter(({ up, kind }) => !up && kind === 'dtls').length - downBefore;
  assert.ok(answers <= 20 * flights.length, `at most an acknowledgement each: ${answers} for ${20 * flights.length}`);
  assert.equal((await carol.stats()).state, 'connected');
  assert.equal(
    carol.signal.messages.some(({ type }) => type === 'renew'),
    false,
    'the connection is the same',
  );
});

test('what was repeated is counted', async () => {
  const repeated = recorded('rtp').length;
  counters = await call.stop();
  assert.ok(counters['dropped replayed'] > 300, `${counters['dropped replayed']} of ${repeated}`);
  assert.ok(counters['dropped stun'] >= 50);
  assert.ok(counters['dropped unknown'] >= 200);
  assert.equal(counters.handshakes, 3);
});
