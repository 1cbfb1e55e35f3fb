/* SPDX-License-Identifier: GPL-3.0-or-later */
// A4, A2: nobody writes, raises a hand, reacts or begins a recording who is not in, or has not the right; nobody reads
// what is not for them; nothing is carried out twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser, sealFrame } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

let server, host, room, hostSocket;
before(async () => {
  server = await startServer();
  host = new Browser(server.origin);
  room = await host.host((await server.hostLink()).split('#')[1]);
  hostSocket = await host.join(room, 'Hanna');
  hostSocket.send('hello');
  await hostSocket.next('welcome');
});
after(() => server?.stop());

let guests = 0;
async function waitingGuest() {
  guests += 1;
  const name = `Guest ${guests}`;
  const browser = new Browser(server.origin);
  const socket = await browser.join(room, name);
  socket.send('hello');
  await socket.next('waiting');
  const { id } = await hostSocket.next('knock', (knock) => knock.name === name);
  return { browser, socket, id, name };
}

async function admittedGuest() {
  const guest = await waitingGuest();
  hostSocket.send('admit', { who: guest.id });
  await guest.socket.next('welcome');
  return guest;
}

const heardBy = (socket, text) => socket.messages.filter((message) => message.type === 'chat' && message.text === text);

/** What was said before this is here by now: the server answers in order. */
let marks = 0;
async function settled(...sockets) {
  const mark = `mark ${++marks}`;
  const isAnswer = ({ type, id, text }) => id === marks && (type === 'chat_refused' || (type === 'chat' && text === mark));
  await until('a mark that the host may write', async () => {
    hostSocket.send('chat', { id: marks, text: mark });
    const answer = await until('its answer', () => hostSocket.messages.find(isAnswer), { every: 20 });
    hostSocket.messages.splice(hostSocket.messages.indexOf(answer), 1);
    return answer.type === 'chat';
  }, { every: 1000 });
  await Promise.all(sockets.map((socket) => socket.next('chat', ({ text }) => text === mark)));
}

const ACTS = {
  'a message to all': ['chat', { id: 1, text: 'let me in' }],
  'a raised hand': ['hand', { up: true }],
  'a reaction': ['reaction', { reaction: 'clap' }],
  'a recording': ['recording', { on: true }],
};

for (const [what, [type, fields]] of Object.entries(ACTS))
  test(`${what} of somebody who waits ends that socket and reaches nobody`, async () => {
    const { socket } = await waitingGuest();
    const before = hostSocket.messages.length;
    socket.send(type, fields);
    assert.equal((await socket.closed).code, 4000);
    await settled();
    const news = hostSocket.messages.slice(before).map((message) => message.type);
    assert.ok(!news.some((told) => ['chat', 'reaction', 'changed'].includes(told)), news.join());
  });

test('a message to the host alone does not come past the door either', async () => {
  const { socket } = await waitingGuest();
  socket.send('chat', { id: 1, text: 'psst', to: hostSocket.hello.you });
  assert.equal((await socket.closed).code, 4000);
  await settled();
  assert.equal(heardBy(hostSocket, 'psst').length, 0);
});

test('who waits, or comes later, reads nothing of what the others write', async () => {
  const waiting = await waitingGuest();
  await settled();
  hostSocket.send('admit', { who: waiting.id });
  await waiting.socket.next('welcome');
  await settled(waiting.socket);
  assert.equal(waiting.socket.messages.filter(({ type }) => type === 'chat').length, 0);
});

test('who was removed or banned, or sent back, writes no more', async () => {
  for (const act of ['remove', 'ban', 'send_back']) {
    const guest = await admittedGuest();
    guest.socket.send('chat', { id: 1, text: `in before ${act}` });
    await hostSocket.next('chat', ({ text }) => text === `in before ${act}`);
    hostSocket.send(act, { who: guest.id });
    await hostSocket.next('left', ({ id }) => id === guest.id);
    guest.socket.send('chat', { id: 2, text: `after ${act}` });
    guest.socket.send('reaction', { reaction: 'heart' });
    await settled();
    assert.equal(heardBy(hostSocket, `after ${act}`).length, 0);
    assert.ok(!hostSocket.messages.some(({ type, who }) => type === 'reaction' && who === guest.id));
    guest.socket.terminate();
  }
});

test('a message to one person is read by nobody else', async () => {
  const [anna, boris, clara] = [await admittedGuest(), await admittedGuest(), await admittedGuest()];
  anna.socket.send('chat', { id: 5, text: 'for Boris', to: boris.id });
  assert.equal((await boris.socket.next('chat', ({ text }) => text === 'for Boris')).from, anna.id);
  await settled(boris.socket, clara.socket, anna.socket);
  assert.equal(heardBy(clara.socket, 'for Boris').length + heardBy(hostSocket, 'for Boris').length, 0);
});

test('nobody writes in the name of another: the sender is the session', async () => {
  const guest = await admittedGuest();
  guest.socket.send('chat', { id: 1, text: 'the host says', from: hostSocket.hello.you, name: 'Hanna' });
  assert.equal((await guest.socket.closed).code, 4000);
  await settled();
  assert.equal(heardBy(hostSocket, 'the host says').length, 0);
});

test('after "stop everything" only moderators write and react', async () => {
  const guest = await admittedGuest();
  hostSocket.send('stop_everything');
  await guest.socket.next('moderated', ({ what }) => what === 'stop_everything');
  guest.socket.send('chat', { id: 1, text: 'still here' });
  assert.equal((await guest.socket.next('chat_refused')).code, 'not_allowed');
  guest.socket.send('reaction', { reaction: 'laugh' });
  assert.equal((await guest.socket.next('error')).code, 'not_allowed');
  await settled(guest.socket);
  assert.equal(heardBy(hostSocket, 'still here').length, 0);
  hostSocket.send('policy', { unmute_self: true, waiting: true });
  hostSocket.send('lock', { on: false });
  await hostSocket.next('room', ({ rules }) => rules.unmute_self && !rules.locked);
});

test('only moderators lower the hands of others and record', async () => {
  for (const [type, fields] of [
    ['lower_hand', { all: true }],
    ['recording', { on: true }],
  ]) {
    const guest = await admittedGuest();
    guest.socket.send(type, fields);
    assert.equal((await guest.socket.closed).code, 4000);
  }
});

test('who writes too much is told so, stays in, and the others are spared', async () => {
  const guest = await admittedGuest();
  for (let i = 1; i <= 40; i++) guest.socket.send('chat', { id: i, text: `flood ${i}` });
  assert.equal((await guest.socket.next('chat_refused')).code, 'too_fast');
  await settled();
  const got = hostSocket.messages.filter(({ type, text }) => type === 'chat' && text.startsWith('flood')).length;
  assert.ok(got >= 10 && got <= 20, `${got} of 40 came through`);
  guest.socket.send('hand', { up: true });
  await hostSocket.next('changed', ({ person }) => person.id === guest.id && person.hand !== null);
});

test('A2: a recorded frame is not carried out again, on its socket or on another; nor is its number', async () => {
  const guest = await admittedGuest();
  const text = JSON.stringify({ type: 'chat', n: guest.socket.n + 1, id: 9, text: 'send $100' });
  const frame = sealFrame(guest.socket.keys.client, guest.socket.sent + 1, text);
  guest.socket.socket.send(frame);
  await hostSocket.next('chat', (message) => message.text === 'send $100');
  guest.socket.socket.send(frame);
  assert.equal((await guest.socket.closed).code, 4000);
  const back = await guest.browser.join(room, guest.name, true);
  back.socket.send(frame);
  assert.equal((await back.closed).code, 4000);
  const again = await guest.browser.join(room, guest.name, true);
  again.send('hello');
  await again.next('welcome');
  again.sendRaw(text); // sealed anew, the old number
  assert.equal((await again.closed).code, 4000);
  await settled();
  assert.equal(heardBy(hostSocket, 'send $100').length, 0);
});
