/* SPDX-License-Identifier: GPL-3.0-or-later */
// The media port over TCP: strangers who say the wrong thing, nothing, or too little; who take all connections of an
// address; and a participant who floods many and reads nothing. They are cut off or dropped, and a call goes on.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { residentBytes } from '../lib/memory.mjs';
import { readAnswer } from '../lib/native.mjs';
import { chance, stunCheck } from '../lib/packets.mjs';
import { until } from '../lib/wait.mjs';

const UNPROVEN_OF_ONE_ADDRESS = 64;
const ALL_OF_ONE_ADDRESS = 256;
/** Checks: far beyond what one participant's are answered of. */
const MANY = 50_000;
const random = chance(20261129);
let call, counters, mediaPid;

before(async () => {
  call = await startCall();
  [{ pid: mediaPid }] = await call.server.children('media');
});
after(async () => {
  if (!counters) await call?.stop();
});

/** A connection to the media port from an address: {socket, got: bytes received, ended}. */
function open(localAddress) {
  const socket = net.connect({ host: '127.0.0.1', port: call.server.mediaPort, localAddress, noDelay: true });
  const connection = { socket, got: 0, ended: false };
  socket.on('data', (data) => {
    connection.got += data.length;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    connection.ended = true;
  });
  return connection;
}

const cutOff = (connection) => until('the connection to be cut off', () => connection.ended, { timeout: 12_000 });
const framed = (data) => Buffer.concat([Buffer.from([data.length >> 8, data.length & 0xff]), data]);
const nobody = () => `${random.bytes(6).toString('base64')}:abcd`;
const strangersCheck = () => framed(stunCheck({ username: nobody(), pwd: 'x', transaction: random.bytes(12) }));

/** Says `first`, then `drop` again and again for as long as the server bears it. */
async function say(first, drop) {
  const connection = open('127.0.0.66');
  connection.socket.write(first);
  const timer = drop && setInterval(() => connection.socket.write(drop()), 300);
  await cutOff(connection);
  clearInterval(timer);
  assert.equal(connection.got, 0, 'a stranger was answered');
}

const STRANGERS = {
  'a request of the web': () => say('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  'a TLS ClientHello': () => say(Buffer.from('16030100c8010000c40303', 'hex')),
  'DTLS before any check': () => say(framed(Buffer.from('16fefd0000000000000000', 'hex'))),
  'RTP before any check': () => say(framed(Buffer.alloc(100, 0x80))),
  'a length and nothing after it': () => say(Buffer.from([0x05, 0xdc])),
  'byte after byte': () => say(Buffer.from([0x00]), () => Buffer.from([0x04])),
  'checks of nobody, for ever': () => say(strangersCheck(), strangersCheck),
};

test('what strangers say', () =>
  call.undisturbed(() => Promise.all(Object.values(STRANGERS).map((attack) => attack()))));

test('one address takes so many connections, and no more', () =>
  call.undisturbed(async () => {
    const mine = Array.from({ length: UNPROVEN_OF_ONE_ADDRESS + 20 }, () => open('127.0.0.67'));
    await until('the surplus to be closed', () => mine.filter(({ ended }) => ended).length >= 20, { timeout: 3000 });
    const other = open('127.0.0.68');
    other.socket.write(strangersCheck());
    await until('another address to be connected', () => other.socket.readyState === 'open');
    await pause(300);
    assert.equal(other.ended, false, 'another address is served');
    await Promise.all([...mine, other].map(cutOff));
  }));

test('a participant who opens connection after connection, all proven, and floods them', async () => {
  const mallory = await call.mallory();
  await mallory.probe(await offerOf('chromium'), ['none']);
  const answer = readAnswer(mallory.answer);
  const username = `${answer.ufrag}:${mallory.ufrag}`;
  const check = () => framed(stunCheck({ username, pwd: answer.pwd, transaction: random.bytes(12) }));
  const before = await residentBytes(mediaPid);
  await call.undisturbed(async () => {
    const mine = [];
    for (let i = 0; i < ALL_OF_ONE_ADDRESS + 40; i++) {
      const connection = open('127.0.0.69');
      mine.push(connection);
      connection.socket.write(check());
      await until('an answer or the end', () => connection.got > 0 || connection.ended, { every: 2 });
    }
    const proven = mine.filter(({ got }) => got > 0);
    assert.equal(proven.length, ALL_OF_ONE_ADDRESS);
    for (const { socket } of proven) socket.pause();
    const some = Buffer.concat(Array.from({ length: 250 }, check));
    for (let sent = 0; sent < MANY; sent += 250)
      await new Promise((written) => proven[sent % proven.length].socket.write(some, written));
    for (const { socket } of mine) socket.destroy();
  });
  const grown = (await residentBytes(mediaPid)) - before;
  assert.ok(grown < 40 * 1024 * 1024, `the media process grew by ${grown} bytes`);
  await mallory.leave();
});

test('what happened was counted', async () => {
  counters = await call.stop();
  assert.ok(counters['tcp refused'] >= 60, `refused ${counters['tcp refused']}`);
  assert.ok(counters['dropped flood'] > MANY / 2, `answered all but ${counters['dropped flood']} checks`);
  assert.ok(counters.bad >= 4, `bad ${counters.bad}`);
  assert.ok(counters.unproven >= UNPROVEN_OF_ONE_ADDRESS, `unproven ${counters.unproven}`);
});
