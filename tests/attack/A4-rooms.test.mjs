/* SPDX-License-Identifier: GPL-3.0-or-later */
// A4 in stored rooms: what the rules take from somebody is gone at once, whatever the client goes on to send; and who
// was banned does not come back as a new guest from the same device.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter, startLesson } from '../lib/lesson.mjs';
import { allFlows, slotOf } from '../lib/native.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

const BOTH = ['mic', 'camera'];
let server, owner;

before(async () => {
  server = await startServer();
});

after(async () => {
  await server?.stop();
});

async function lesson(options) {
  const made = await startLesson(server, { owner, ...options });
  owner = made.owner;
  return made;
}

/** Of what Mallory sends after now nothing reaches Alice, though it is 100 frames of sound and 20 of picture. */
async function stopped(mallory, alice) {
  const { sent } = await mallory.stats();
  await until('frames that Mallory goes on to send', async () => {
    const now = (await mallory.stats()).sent;
    return now.mic > sent.mic + 100 && now.camera > sent.camera + 20;
  });
  for (const [source, video] of [['mic', false], ['camera', true]]) {
    const slot = await slotOf(alice, mallory, video);
    assert.ok(!slot || slot.last <= sent[source], `${source}: ${slot?.last} came, ${sent[source]} was allowed`);
  }
}

test('where only speakers may present, a participant’s client sends for nobody', async () => {
  const { meeting } = await lesson({ policy: { present: 'speaker', share: 'speaker' } });
  const alice = await meeting.join('Alice', '127.0.0.11', BOTH);
  const mallory = await meeting.enter('Mallory', '127.0.0.12');
  await mallory.connect(BOTH);
  await mallory.connected();
  mallory.signal.send('state', { mic: true, camera: true, screen: true });
  for (const source of ['mic', 'camera', 'screen'])
    assert.equal((await mallory.signal.next('muted', (message) => message.source === source)).by, null);
  await stopped(mallory, alice);
  const { slots } = await alice.stats();
  assert.ok(slots.every(({ packets }) => packets === 0));
  await meeting.stop();
});

test('rules that are changed in the middle of a call hold at once', async () => {
  const { meeting, change } = await lesson({});
  const alice = await meeting.join('Alice', '127.0.0.11', BOTH);
  const mallory = await meeting.join('Mallory', '127.0.0.12', BOTH);
  await allFlows([alice, mallory]);
  await change({ policy: { present: 'cohost', share: 'cohost' } });
  await stopped(mallory, alice); // the answer to the owner is the moment
  mallory.signal.send('state', { mic: true, camera: true, screen: false });
  await mallory.signal.next('muted', ({ by, source }) => by === null && source === 'camera');
  await stopped(mallory, alice);
  assert.equal((await mallory.signal.next('renew')).why, 'role_changed');
  await meeting.stop();
});

test('a room that is closed lets go of everybody, sound and picture too', async () => {
  const { meeting, change } = await lesson({});
  const alice = await meeting.join('Alice', '127.0.0.11', BOTH);
  const mallory = await meeting.join('Mallory', '127.0.0.12', BOTH);
  await allFlows([alice, mallory]);
  await change({ closed: true });
  for (const { signal } of [alice, mallory]) {
    assert.equal((await signal.next('ended')).code, 'room_closed');
    assert.equal((await signal.closed).code, 4004);
  }
  await until('the media connection to be gone', async () => (await mallory.stats()).state !== 'connected');
  const path = `/api/v1/rooms/${meeting.room}/entry`;
  const answer = await mallory.browser.request('POST', path, { body: { name: 'Mallory' } });
  assert.deepEqual([answer.status, answer.json.code], [410, 'room_closed']);
  await meeting.stop();
});

test('a banned one who comes as a new guest from the same device waits, marked, where nobody else waits', async () => {
  const { meeting, host, room } = await lesson({ policy: { waiting_room: false } });
  host.removeAllListeners('knock');
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
  const device = { localAddress: '127.0.4.7', userAgent };
  const bad = await enter(new Browser(server.origin, device), room, 'Mallory');
  await bad.next('welcome');
  host.send('ban', { who: bad.hello.you });
  assert.equal((await bad.next('refused')).code, 'banned_by_host');
  const again = await enter(new Browser(server.origin, device), room, 'Somebody New');
  await again.next('waiting'); // without cookies, with another key
  const knock = await host.next('knock');
  assert.deepEqual([knock.id, knock.looks_banned], [again.hello.you, true]);
  const far = new Browser(server.origin, { ...device, localAddress: '127.0.5.7' });
  const elsewhere = await enter(far, room, 'Neighbour');
  await elsewhere.next('welcome'); // another network
  const other = await enter(new Browser(server.origin, { localAddress: '127.0.4.8' }), room, 'Classmate');
  await other.next('welcome'); // the same network, another kind of browser
  for (const signal of [again, elsewhere, other]) signal.terminate();
  await meeting.stop();
});

test('a ban outlives the meeting', async () => {
  const { meeting, host, room } = await lesson({ policy: { waiting_room: false } });
  const browser = new Browser(server.origin, { localAddress: '127.0.4.9' });
  const bad = await enter(browser, room, 'Mallory');
  await bad.next('welcome');
  host.send('ban', { who: bad.hello.you });
  await bad.closed;
  await meeting.stop();
  const { bans } = await owner.ask('GET', `/api/v1/rooms/${room}/bans`);
  assert.deepEqual(bans.map(({ name }) => name), ['Mallory']);
  await owner.ask('PATCH', `/api/v1/rooms/${room}`, { closed: true }); // it is live no longer ...
  await owner.ask('PATCH', `/api/v1/rooms/${room}`, { closed: false });
  const answer = await browser.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Another Name' } });
  assert.deepEqual([answer.status, answer.json.code], [403, 'banned']); // ... and knows it still
});
