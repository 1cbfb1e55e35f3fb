/* SPDX-License-Identifier: GPL-3.0-or-later */
// A4, A6, A7: what moderators decide holds at the server, whatever the other's client does. The disturber here keeps
// sending sound and picture on its living media connection, with a client that obeys nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Meeting, allFlows, slotOf } from '../lib/native.mjs';
import { startRelay } from '../lib/relay.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, SignalSocket, openWebSocket, upgradeResult } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

const RELAY = '127.0.0.2';
let server, relay, meeting, host, alice, mallory, next;

before(async () => {
  server = await startServer({ mediaAnnounce: RELAY });
  relay = await startRelay({ listen: RELAY, port: server.mediaPort });
  relay.capture = false;
  meeting = await Meeting.start(server);
  host = meeting.host;
  alice = await meeting.join('Alice', '127.0.0.11', ['mic', 'camera']);
  mallory = await meeting.join('Mallory', '127.0.0.12', ['mic', 'camera'], {
    through: `${RELAY}:${server.mediaPort}`,
  });
  next = 20;
  await allFlows([alice, mallory]);
});

after(async () => {
  await meeting?.stop();
  await server?.stop();
  relay?.stop();
});

const order = (type, fields = {}) => host.send(type, { who: mallory.id, ...fields });
const switches = (mic, camera) => mallory.signal.send('state', { mic, camera, screen: false });
const isVideo = { mic: false, camera: true };

/** Mallory's frames of this source reach Alice: such as were sent after now. */
async function comes(source) {
  const { sent } = await mallory.stats();
  await until(`${source} of Mallory at Alice`, async () => {
    const slot = await slotOf(alice, mallory, isVideo[source]);
    return slot && slot.last > sent[source];
  });
}

/** What Mallory sends after now does not reach Alice, though Mallory sends 100 frames of sound and 20 of picture more. */
async function stopped(...sources) {
  const { sent } = await mallory.stats();
  await until('frames that Mallory goes on to send', async () => {
    const now = (await mallory.stats()).sent;
    return now.mic > sent.mic + 100 && now.camera > sent.camera + 20;
  });
  for (const source of sources) {
    const slot = await slotOf(alice, mallory, isVideo[source]);
    assert.ok(!slot || slot.last <= sent[source], `${source}: ${slot?.last} came, ${sent[source]} was the last allowed`);
  }
}

test('a muted microphone is silent at the others though its client keeps sending', async () => {
  order('mute');
  const muted = await mallory.signal.next('muted');
  assert.deepEqual([muted.source, muted.by], ['mic', host.hello.you]);
  await stopped('mic');
  await comes('camera');
  switches(true, true); // as if it had not heard
  mallory.signal.send('level', { db: 0 });
  await stopped('mic');
  switches(false, true);
  switches(true, true);
  await comes('mic');
});

test('where participants may not unmute themselves, a muted one stays silent', async () => {
  host.send('policy', { unmute_self: false, waiting: true });
  order('mute');
  await mallory.signal.next('muted');
  switches(false, true);
  switches(true, true);
  assert.equal((await mallory.signal.next('muted')).by, null);
  await stopped('mic');
  host.send('policy', { unmute_self: true, waiting: true });
  await mallory.signal.next('room', ({ rules }) => rules.unmute_self);
  switches(true, true);
  await comes('mic');
});

test('a stopped camera shows nothing though its client keeps sending', async () => {
  order('stop_video');
  await mallory.signal.next('muted', ({ source }) => source === 'camera');
  await stopped('camera');
  switches(true, true); // as if it had not heard
  await stopped('camera');
  switches(true, false);
  switches(true, true);
  await comes('camera');
});

test('who was made a viewer publishes nothing, whatever it says and offers', async () => {
  order('role', { role: 'viewer' });
  assert.equal((await mallory.signal.next('renew')).why, 'role_changed');
  await stopped('mic', 'camera');
  switches(false, false);
  switches(true, true);
  await mallory.signal.next('muted', ({ by }) => by === null);
  await stopped('mic', 'camera');
  order('role', { role: 'participant' });
  await mallory.signal.next('changed', ({ person }) => person.id === mallory.id && person.may.present);
  switches(true, true);
  await comes('mic');
  await comes('camera');
});

test('after "stop everything" nobody but the host is heard, and nobody new comes in', async () => {
  host.send('stop_everything');
  await mallory.signal.next('moderated', ({ what }) => what === 'stop_everything');
  const { people } = await host.next('last_joined');
  assert.deepEqual(people.map(({ id }) => id), [mallory.id, alice.id]);
  switches(false, false);
  switches(true, true);
  await mallory.signal.next('muted', ({ by }) => by === null);
  await stopped('mic', 'camera');
  const late = new Browser(server.origin);
  const path = `/api/v1/rooms/${meeting.room}/entry`;
  const answer = await late.request('POST', path, { body: { name: 'Late' } });
  assert.deepEqual([answer.status, answer.json.code], [423, 'locked']);
  host.send('lock', { on: false });
  host.send('policy', { unmute_self: true, waiting: true });
  await mallory.signal.next('room', ({ rules }) => rules.unmute_self);
  switches(true, true);
  alice.signal.send('state', { mic: false, camera: false, screen: false });
  alice.signal.send('state', { mic: true, camera: true, screen: false });
  await comes('mic');
});

const COMMANDS = {
  mute: () => ({ who: alice.id }),
  stop_video: () => ({ who: alice.id }),
  stop_share: () => ({ who: alice.id }),
  remove: () => ({ who: alice.id }),
  ban: () => ({ who: alice.id }),
  send_back: () => ({ who: alice.id }),
  unban: () => ({ id: 'AAAAAAAA' }),
  lock: () => ({ on: true }),
  stop_everything: () => ({}),
  role: () => ({ who: host.hello.you, role: 'viewer' }),
  policy: () => ({ unmute_self: false, waiting: false }),
  attendance: () => ({}),
  admit: () => ({ all: true }),
  refuse: () => ({ all: true }),
};

for (const role of ['participant', 'viewer']) {
  test(`a ${role} can give none of the orders`, async () => {
    alice.signal.messages.splice(0);
    for (const [type, fields] of Object.entries(COMMANDS)) {
      const pest = await meeting.enter('Pest', `127.0.0.${(next += 1)}`);
      if (role === 'viewer') {
        host.send('role', { who: pest.id, role });
        await pest.signal.next('changed', ({ person }) => person.role === 'viewer');
      }
      pest.signal.send(type, fields());
      assert.equal((await pest.signal.closed).code, 4000, type);
      host.send('remove', { who: pest.id });
      await alice.signal.next('left', ({ id }) => id === pest.id);
    }
    const heard = alice.signal.messages.map(({ type }) => type);
    for (const type of ['muted', 'refused', 'waiting', 'room']) assert.ok(!heard.includes(type), type);
    const others = alice.signal.messages.filter(({ type, by }) => type === 'moderated' && by !== host.hello.you);
    assert.deepEqual(others, []);
  });
}

test('a removed one is seen and heard no longer, and can only knock', async () => {
  relay.filter = ({ up, kind }) => up || kind !== 'dtls'; // it does not hear that its connection was closed
  order('remove');
  assert.equal((await mallory.signal.next('refused')).code, 'removed_by_host');
  assert.equal((await mallory.signal.closed).code, 4003);
  await alice.signal.next('left', ({ id, reason }) => id === mallory.id && reason === 'removed');
  await stopped('mic', 'camera');
  const path = `/api/v1/rooms/${meeting.room}/entry`;
  const resumed = await mallory.browser.request('POST', path, { body: { name: 'Mallory', resume: true } });
  assert.equal(resumed.json.code, 'nothing_to_resume');
  const again = await mallory.browser.join(meeting.room, 'Mallory');
  assert.equal(again.hello.state, 'new');
  again.send('hello');
  await again.next('waiting'); // the meeting's host lets everybody in
  await again.next('welcome');
  mallory.signal = again;
  mallory.id = again.hello.you;
});

test('a banned browser comes back under no name, with no entry of before, and not by resuming', async () => {
  const { entry } = await mallory.browser.entry(meeting.room, 'Later');
  order('ban');
  assert.equal((await mallory.signal.next('refused')).code, 'banned_by_host');
  assert.equal((await mallory.signal.closed).code, 4003);
  const path = `/api/v1/rooms/${meeting.room}/entry`;
  for (const body of [{ name: 'Mallory' }, { name: 'Somebody Else' }, { name: 'Mallory', resume: true }]) {
    const answer = await mallory.browser.request('POST', path, { body });
    assert.deepEqual([answer.status, answer.json.code], [403, 'banned'], JSON.stringify(body));
  }
  const early = openWebSocket(server.origin, entry, { cookie: mallory.browser.cookie });
  const closed = new Promise((resolve) => { early.on('close', (code) => resolve(code)); });
  if ((await upgradeResult(early)) === 'open') assert.equal(await closed, 4000);
  const { bans } = await host.next('bans', ({ bans: list }) => list.length === 1);
  assert.equal(bans[0].name, 'Mallory');
  host.send('unban', { id: bans[0].id });
  await host.next('bans', ({ bans: list }) => list.length === 0);
  assert.equal((await mallory.browser.request('POST', path, { body: { name: 'Mallory' } })).status, 201);
});

test('the list of stays names everyone who was in', async () => {
  host.send('attendance');
  const { total, people } = await host.next('attendance');
  assert.equal(people.length, total);
  const mine = people.filter(({ name }) => name === 'Mallory');
  assert.equal(mine.length, 2);
  for (const { joined, left } of mine) assert.ok(left >= joined);
  assert.equal(people.find(({ name }) => name === 'Alice').left, null);
});

test('500 knock and are let in at once; who comes after them finds the door full', async () => {
  const crowd = await startServer();
  const sockets = [];
  try {
    const browser = new Browser(crowd.origin);
    const room = await browser.host((await crowd.hostLink()).split('#')[1]);
    const hostSocket = await browser.join(room, 'Hanna');
    hostSocket.send('hello');
    await hostSocket.next('welcome');
    const knock = async (i) => {
      const guest = new Browser(crowd.origin, { localAddress: `127.0.2.${1 + Math.floor(i / 50)}` });
      const secrets = await guest.entry(room, `Guest ${i}`);
      const socket = new SignalSocket(crowd.origin, secrets, guest.cookie, { localAddress: guest.localAddress });
      await socket.opened;
      socket.send('hello');
      await socket.next('waiting');
      sockets.push(socket);
    };
    for (let i = 0; i < 500; i += 25) await Promise.all(Array.from({ length: 25 }, (_, k) => knock(i + k)));
    const knocks = () => new Set(hostSocket.messages.filter(({ type }) => type === 'knock').map(({ id }) => id));
    await until('500 knocks at the host', () => knocks().size === 500);
    const late = new Browser(crowd.origin);
    const answer = await late.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Late' } });
    assert.equal(answer.json.code, 'room_full');
    hostSocket.send('admit', { all: true });
    const welcomes = await Promise.all(sockets.map((socket) => socket.next('welcome', undefined, 30_000)));
    for (const { people } of welcomes) assert.equal(people.length, 501);
    const roles = welcomes[0].people.map(({ role }) => role);
    assert.equal(roles.filter((role) => role === 'participant').length, 24);
    assert.equal(roles.filter((role) => role === 'viewer').length, 476);
    assert.equal((await late.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Late' } })).status, 201);
  } finally {
    for (const socket of sockets) socket.socket.terminate();
    await crowd.stop();
  }
});
