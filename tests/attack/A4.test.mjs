/* SPDX-License-Identifier: GPL-3.0-or-later */
// A4, A6: nobody sends or receives anything before admission; only the host admits.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';

let server, host, room, hostSocket, sdp;
before(async () => {
  server = await startServer();
  host = new Browser(server.origin);
  room = await host.host((await server.hostLink()).split('#')[1]);
  sdp = await readFile(new URL('../data/sdp/chromium.sdp', import.meta.url), 'utf8');
});
after(() => server?.stop());

beforeEach(async () => {
  hostSocket = await host.join(room, 'Hanna');
  hostSocket.send('hello');
  await hostSocket.next('welcome');
});
afterEach(() => hostSocket.terminate());

let guests = 0;
async function waitingGuest(who = 'Mallory') {
  guests += 1;
  const name = `${who} ${guests}`; // those who were cut off keep their places, and their names, for a while
  const browser = new Browser(server.origin);
  const socket = await browser.join(room, name);
  socket.send('hello');
  await socket.next('waiting');
  const { id } = await hostSocket.next('knock', (knock) => knock.name === name);
  return { browser, socket, id, name };
}

async function admittedGuest(name) {
  const guest = await waitingGuest(name);
  hostSocket.send('admit', { who: guest.id });
  await guest.socket.next('welcome');
  return guest;
}

const FORBIDDEN = {
  'an offer': ['offer', () => ({ id: 1, sdp, sources: { mic: '0', camera: '1', screen: null } })],
  'an audio level': ['level', () => ({ db: 3 })],
  'a state': ['state', () => ({ mic: true, camera: true, screen: true })],
  'an admission of all': ['admit', () => ({ all: true })],
  'a refusal of all': ['refuse', () => ({ all: true })],
};

for (const [what, [type, fields]] of Object.entries(FORBIDDEN)) {
  test(`a waiting guest who sends ${what} is cut off, and nobody hears of it`, async () => {
    const { socket } = await waitingGuest();
    const heard = [];
    hostSocket.on('message', (message) => heard.push(message.type));
    socket.send(type, fields());
    assert.equal((await socket.closed).code, 4000);
    // The next thing that the host hears is the next knock: the server handles messages in order.
    await waitingGuest('Next');
    assert.deepEqual(heard, ['knock']);
  });
}

test('before the hello nothing else is taken', async () => {
  const socket = await new Browser(server.origin).join(room, 'Mallory');
  socket.send('offer', { id: 1, sdp, sources: { mic: null, camera: null, screen: null } });
  assert.equal((await socket.closed).code, 4000);
});

test('a waiting guest learns nothing of the meeting', async () => {
  const { socket } = await waitingGuest();
  const admitted = await admittedGuest('Gustav');
  admitted.socket.send('state', { mic: true, camera: false, screen: false });
  await hostSocket.next('changed');
  hostSocket.send('refuse', { all: true });
  await socket.closed;
  const heard = socket.messages.map((message) => message.type);
  assert.deepEqual(heard, ['hello', 'refused']);
});

test('an admitted guest can neither admit nor refuse', async () => {
  for (const type of ['admit', 'refuse']) {
    const { socket } = await admittedGuest('Gustav');
    const friend = await waitingGuest('Friend');
    socket.send(type, { who: friend.id });
    assert.equal((await socket.closed).code, 4000);
    assert.deepEqual(friend.socket.messages.map((message) => message.type), ['hello']);
    friend.socket.send('leave');
    await friend.socket.closed;
  }
});

test('nobody becomes a host by asking for it', async () => {
  const browser = new Browser(server.origin);
  const body = { name: 'Mallory', role: 'host' };
  assert.equal((await browser.request('POST', `/api/v1/rooms/${room}/entry`, { body })).status, 400);
  const socket = await browser.join(room, 'Mallory');
  assert.equal(socket.hello.role, 'participant');
  socket.sendRaw(JSON.stringify({ type: 'hello', n: 1, role: 'host' }));
  assert.deepEqual(await socket.closed, { code: 4000, reason: 'unknown field' });
});

test('a refused guest cannot knock for ever', async () => {
  const browser = new Browser(server.origin);
  for (let i = 0; i < 3; i += 1) {
    const socket = await browser.join(room, 'Pest');
    socket.send('hello');
    const { id } = await hostSocket.next('knock', (knock) => knock.name === 'Pest');
    hostSocket.send('refuse', { who: id });
    assert.equal((await socket.closed).code, 4003);
    const body = { name: 'Pest', resume: true };
    const resumed = await browser.request('POST', `/api/v1/rooms/${room}/entry`, { body });
    assert.equal(resumed.json.code, 'nothing_to_resume');
  }
  const answer = await browser.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Pest' } });
  assert.equal(answer.status, 403);
  assert.equal(answer.json.code, 'refused');
});

test('a name cannot be changed after the host has admitted it', async () => {
  const { browser, socket, id, name } = await admittedGuest('Gustav');
  await socket.terminate();
  const again = await browser.join(room, 'Hanna', true);
  assert.equal(again.hello.you, id);
  again.send('hello');
  const { people } = await again.next('welcome');
  assert.equal(people.find((person) => person.id === id).name, name);
});

test('names with hidden, reordering or control characters are refused', async () => {
  const names = ['Ha\u200bnna', 'Hanna\u202e', 'Ha\u00adnna', 'Hanna\n', 'Hanna ', '\ufeffHanna', 'Hanna\ufe0f',
    'Ha\u2066nna', '', 'x'.repeat(97)];
  const stranger = new Browser(server.origin);
  for (const name of names) {
    const answer = await stranger.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name } });
    assert.equal(answer.json.code, 'bad_name', JSON.stringify(name));
  }
});
