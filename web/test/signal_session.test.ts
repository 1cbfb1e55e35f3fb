/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { ServerMessage } from '../src/signal/messages';
import { SignalSession, type SessionEnd } from '../src/signal/session';
import { NOT_TRUSTED } from '../src/signal/socket';
import { FakeNetwork, FakeTime, installWindow, settle, until } from './fakes';

let network: FakeNetwork;
let time: FakeTime;
const heard: ServerMessage[] = [];
const ends: SessionEnd[] = [];
let away = 0;
let full = 0;

beforeEach(() => {
  time = new FakeTime();
  installWindow(time);
  network = new FakeNetwork();
  heard.length = ends.length = away = full = 0;
});

const start = () =>
  new SignalSession(network.enter, {
    onHello: () => undefined,
    onMessage: (message) => heard.push(message),
    onFull: () => full++,
    onAway: () => away++,
    onOver: (end) => ends.push(end),
  });

const hello = (handled = 0) => ({
  type: 'hello',
  you: 'p1a2b3c4',
  role: 'guest',
  handled,
  state: handled === 0 ? 'new' : 'in',
});

async function socketNumber(number: number, codeword?: string) {
  const socket = await until(() => network.sockets[number - 1]);
  await network.know(socket, codeword);
  return socket;
}

test('the page says nothing before the server has proved itself', async () => {
  start();
  const socket = await socketNumber(1);
  await settle();
  assert.equal(socket.frames.length, 0);
  await network.say(socket, hello());
  assert.deepEqual(await network.hear(socket), { type: 'hello', n: 1 });
});

test('a server that does not know the codeword hears nothing, and the stay is over', async () => {
  const session = start();
  session.send({ type: 'admit', all: true });
  const socket = await socketNumber(1, Buffer.alloc(32, 7).toString('base64url'));
  await network.say(socket, hello());
  await until(() => ends.length);
  assert.deepEqual(ends, [{ by: 'close', code: NOT_TRUSTED }]);
  assert.equal(socket.frames.length, 0);
  assert.deepEqual(socket.closedWith, [4000]);
});

test('a repeated, a text and an unknown frame each end the stay', async () => {
  for (const attack of ['repeat', 'text', 'unknown', 'second hello'] as const) {
    ends.length = 0;
    network = new FakeNetwork();
    start();
    const socket = await socketNumber(1);
    const seen: unknown[] = [];
    const { onmessage } = socket;
    socket.onmessage = (event) => {
      seen.push(event.data);
      onmessage?.(event);
    };
    await network.say(socket, hello());
    if (attack === 'repeat') socket.onmessage({ data: seen[0] });
    if (attack === 'text') socket.onmessage({ data: '{"type":"waiting"}' });
    if (attack === 'unknown') await network.say(socket, { type: 'reload' });
    if (attack === 'second hello') await network.say(socket, hello());
    await until(() => ends.length);
    assert.deepEqual(ends, [{ by: 'close', code: NOT_TRUSTED }], attack);
  }
});

test('after a drop the page returns with resume, and each command runs once', async () => {
  const session = start();
  const first = await socketNumber(1);
  await network.say(first, hello());
  await network.hear(first);
  session.send({ type: 'admit', who: 'aaaaaaaa' });
  session.send({ type: 'refuse', who: 'bbbbbbbb' });
  assert.equal((await network.hear(first))['n'], 2);
  first.onclose?.({ code: 1006 });
  await settle();
  assert.equal(away, 1);
  session.send({ type: 'level', db: 20 });
  session.send({ type: 'admit', who: 'cccccccc' });
  await time.pass(400);

  const second = await socketNumber(2);
  assert.deepEqual(network.requests, [{}, { resume: true }]);
  await network.say(second, hello(2));
  assert.deepEqual(
    [await network.hear(second), await network.hear(second), await network.hear(second)],
    [
      { type: 'hello', n: 3 },
      { type: 'refuse', who: 'bbbbbbbb', n: 4 },
      { type: 'admit', who: 'cccccccc', n: 5 },
    ],
  );
  assert.equal(ends.length, 0);
});

test('a place that is gone is asked for anew, without what belonged to it', async () => {
  const session = start();
  const first = await socketNumber(1);
  await network.say(first, hello());
  await network.hear(first);
  first.onclose?.({ code: 1006 });
  await settle();
  session.send({ type: 'admit', who: 'aaaaaaaa' });
  network.refusals.push({ status: 409, code: 'nothing_to_resume' });
  await time.pass(400);
  const second = await socketNumber(2);
  assert.deepEqual(network.requests.at(-1), {});
  await network.say(second, hello());
  assert.deepEqual(await network.hear(second), { type: 'hello', n: 1 });
  await settle();
  assert.equal(second.frames.length, 0);
});

test('an answer that breaks off on the way is asked for again', async () => {
  start();
  const first = await socketNumber(1);
  await network.say(first, hello());
  await network.hear(first);
  first.onclose?.({ code: 1006 });
  await settle();
  network.torn = true;
  await time.pass(400);
  assert.equal(network.sockets.length, 1);
  await time.pass(5000);
  await socketNumber(2);
  assert.equal(ends.length, 0);
});

test('final ends are not returned from', async () => {
  for (const code of [4001, 4003, 4004]) {
    ends.length = 0;
    network = new FakeNetwork();
    start();
    const socket = await socketNumber(1);
    await network.say(socket, hello());
    socket.onclose?.({ code });
    await until(() => ends.length);
    await time.pass(60_000);
    assert.deepEqual([ends, network.requests.length], [[{ by: 'close', code }], 1]);
  }
});

test('what the server said last is heard although the socket closed right after it', async () => {
  start();
  const socket = await socketNumber(1);
  await network.say(socket, hello());
  socket.deliver(await network.seal(socket, { type: 'ended', code: 'host_ended', text: 'Over.' }));
  socket.onclose?.({ code: 4004 });
  await until(() => ends.length);
  assert.deepEqual([heard.map(({ type }) => type), ends], [['ended'], [{ by: 'close', code: 4004 }]]);
});

test('a server that says that it is over is not returned to, however the socket closes', async () => {
  for (const code of [1001, 1006]) {
    ends.length = 0;
    network = new FakeNetwork();
    start();
    const socket = await socketNumber(1);
    await network.say(socket, hello());
    await network.say(socket, { type: 'ended', code: 'server_stopping', text: 'The server is stopping.' });
    socket.onclose?.({ code });
    await until(() => ends.length);
    await time.pass(60_000);
    assert.deepEqual([ends, network.requests.length], [[{ by: 'close', code }], 1]);
  }
});

test('a server that can’t be reached at first is reported, not tried for ever', async () => {
  start();
  for (let i = 1; i <= 3; i++) {
    const socket = await until(() => network.sockets[i - 1]);
    socket.onclose?.({ code: 1006 });
    await settle();
    await time.pass(5000);
  }
  await until(() => ends.length);
  assert.deepEqual([ends[0]?.by, network.requests.length], ['api', 3]);
});

test('leaving says so, and is the end', async () => {
  const session = start();
  const socket = await socketNumber(1);
  await network.say(socket, hello());
  await network.hear(socket);
  session.leave();
  session.leave();
  assert.deepEqual(await network.hear(socket), { type: 'leave', n: 2 });
  assert.equal(socket.frames.length, 0);
  socket.onclose?.({ code: 1000 });
  await time.pass(60_000);
  assert.deepEqual([network.requests.length, ends.length, away], [1, 0, 0]);
});

test('a full server is asked again by itself, not before it wants to be and not by all at once', async () => {
  const random = Math.random;
  Math.random = () => 0.5;
  try {
    network.refusals.push(...Array.from({ length: 5 }, () => ({ status: 503, code: 'server_busy', retry_after: 8 })));
    start();
    await until(() => full === 1);
    for (let asked = 1; asked < 5; asked++) {
      await time.pass(11_999);
      assert.equal(network.requests.length, asked);
      await time.pass(1);
      await until(() => full === asked + 1);
    }
    await time.pass(12_000);
    const socket = await socketNumber(1);
    await network.say(socket, hello());
    assert.deepEqual(await network.hear(socket), { type: 'hello', n: 1 });
    assert.deepEqual([ends.length, away], [0, 0]);
  } finally {
    Math.random = random;
  }
});

test('who waits before a full server and leaves asks no more', async () => {
  network.refusals.push({ status: 503, code: 'server_busy' });
  const session = start();
  await until(() => full === 1);
  session.leave();
  await time.pass(60_000);
  assert.equal(network.requests.length, 1);
});
