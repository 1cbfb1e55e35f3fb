/* SPDX-License-Identifier: GPL-3.0-or-later */
// A2: replay. Every link, entry and command works at most once, whoever repeats it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser, SignalSocket, openWebSocket, upgradeResult } from '../lib/signal-client.mjs';

let server, host, room, token;
before(async () => {
  server = await startServer();
  host = new Browser(server.origin);
  token = (await server.hostLink()).split('#')[1];
  room = await host.host(token);
});
after(() => server?.stop());

/** The host in the meeting; every test leaves again. */
async function hostIn() {
  const socket = await host.join(room, 'Hanna');
  socket.send('hello');
  await socket.next('welcome');
  return socket;
}

test('a host link that was used works for nobody, not even for its user', async () => {
  for (const browser of [host, new Browser(server.origin)]) {
    const answer = await browser.request('POST', '/api/v1/host', { body: { token } });
    assert.equal(answer.status, 410);
    assert.equal(answer.json.code, 'link_used');
  }
});

test('of many who use one host link at the same time one gets a meeting', async () => {
  const next = (await server.hostLink()).split('#')[1];
  const answers = await Promise.all(Array.from({ length: 8 }, () =>
    new Browser(server.origin).request('POST', '/api/v1/host', { body: { token: next } })));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array(7).fill(410)]);
});

test('an entry opens one socket', async () => {
  const { entry } = await host.entry(room, 'Hanna');
  const results = await Promise.all(Array.from({ length: 4 }, () =>
    upgradeResult(openWebSocket(server.origin, entry, { cookie: host.cookie }))));
  assert.deepEqual(results.map(String).sort(), ['403', '403', '403', 'open']);
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: host.cookie })), 403);
});

test("another browser's entry opens nothing, and is used up by the attempt", async () => {
  const thief = new Browser(server.origin);
  await thief.entry(room, 'Mallory');
  const { entry } = await host.entry(room, 'Hanna');
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: thief.cookie })), 403);
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: host.cookie })), 403);
});

test('a command with a number that was handled ends the socket and does not run again', async () => {
  const socket = await hostIn();
  socket.send('state', { mic: true, camera: false, screen: false });
  socket.sendRaw(JSON.stringify({ type: 'state', n: socket.n, mic: false, camera: false, screen: false }));
  assert.deepEqual(await socket.closed, { code: 4000, reason: 'n is not the next number' });
  const again = await host.join(room, 'Hanna', true);
  assert.equal(again.hello.handled, 2);
  again.send('hello');
  assert.equal((await again.next('welcome')).people[0].mic, true);
  again.send('leave');
  await again.closed;
});

test('a command with a number too high ends the socket', async () => {
  const socket = await hostIn();
  socket.n += 1;
  socket.send('state', { mic: true, camera: false, screen: false });
  assert.equal((await socket.closed).code, 4000);
});

test('frames that were recorded on one socket are worth nothing on the next', async () => {
  const recorded = [];
  const first = await host.join(room, 'Hanna');
  const send = first.socket.send.bind(first.socket);
  first.socket.send = (frame) => { recorded.push(frame); send(frame); };
  first.send('hello');
  await first.next('welcome');
  await first.terminate();

  const second = new SignalSocket(server.origin, await host.entry(room, 'Hanna', true), host.cookie);
  await second.opened;
  second.socket.send(recorded[0]);
  assert.deepEqual(await second.closed, { code: 4000, reason: 'wrong tag, counter or length' });
});

test('a frame that is sent twice ends the socket', async () => {
  const socket = await hostIn();
  const send = socket.socket.send.bind(socket.socket);
  socket.socket.send = (frame) => { send(frame); send(frame); };
  socket.send('state', { mic: true, camera: true, screen: true });
  assert.equal((await socket.closed).code, 4000);
});

test('a message that was lost with its socket is handled once when it is sent again', async () => {
  const guest = new Browser(server.origin);
  const hostSocket = await hostIn();
  let socket = await guest.join(room, 'Gustav');
  socket.send('hello');
  await socket.next('waiting');
  const { id } = await hostSocket.next('knock');
  await hostSocket.terminate();
  const back = await host.join(room, 'Hanna', true);
  assert.equal(back.hello.handled, 1); // the admission below never left the page
  back.send('hello');
  back.send('admit', { who: id });
  await socket.next('welcome');
  assert.equal((await back.next('joined')).person.id, id);
  socket.send('leave');
  back.send('leave');
  await Promise.all([socket.closed, back.closed]);
});
