/* SPDX-License-Identifier: GPL-3.0-or-later */
// Exhaustion: clients that are slow on purpose, or many at once from one address. They are cut off; others are served
// meanwhile.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

const ATTACKER = '127.0.0.66';
const CONNECTIONS_OF_ONE_ADDRESS = 512;

let server;
before(async () => {
  server = await startServer();
  await server.hostLink();
});
after(() => server?.stop());

const place = () => ({
  host: '127.0.0.1', port: server.port, localAddress: ATTACKER, servername: 'localhost', rejectUnauthorized: false,
});
const ended = (socket) => new Promise((resolve) => { socket.on('error', () => {}); socket.on('close', resolve); });

/** Says `first`, then `drop` every half second for as long as the server bears it; resolves when it is cut off. */
async function drip(first, drop) {
  const socket = tls.connect(place());
  const end = ended(socket);
  await new Promise((resolve) => socket.on('secureConnect', resolve));
  socket.write(first);
  const timer = setInterval(() => socket.write(drop), 500);
  await end;
  clearInterval(timer);
}

const SLOW = {
  'who connects and says nothing': () => ended(net.connect(place())),
  'who stops after the TLS handshake': () => ended(tls.connect(place())),
  'whose headers never end': () => drip('GET / HTTP/1.1\r\nHost: localhost\r\n', 'X-a: b\r\n'),
  'whose body never ends': () => drip(`POST /api/v1/host HTTP/1.1\r\nHost: localhost:${server.port}\r\n`
    + `Origin: ${server.origin}\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n`, 'x'),
};

test('slow clients', { concurrency: true }, (t) => Promise.all(Object.entries(SLOW).map(([who, attack]) =>
  t.test(`a client ${who} is cut off`, { timeout: 30_000 }, attack))));

test('headers beyond 16 KiB are not read', { timeout: 30_000 }, async () => {
  await drip(`GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\nX-a: ${'a'.repeat(40_000)}\r\n\r\n`, '');
});

test('an address that holds all its connections gets no more, and others are served', { timeout: 60_000 }, async () => {
  const sockets = Array.from({ length: CONNECTIONS_OF_ONE_ADDRESS + 40 }, () => net.connect(place()));
  let closed = 0;
  for (const socket of sockets) ended(socket).then(() => { closed += 1; });
  await until('the surplus to be closed', () => closed >= 40, { timeout: 8000 });
  assert.equal((await request(server.origin, 'GET', '/')).status, 200);
  assert.ok(closed < CONNECTIONS_OF_ONE_ADDRESS, `${closed} closed`);
  for (const socket of sockets) socket.destroy();
  await until('the address to be served again', () =>
    request(server.origin, 'GET', '/', { localAddress: ATTACKER }).then(({ status }) => status === 200, () => false));
});

test('an address that asks too often waits, and others are served', { timeout: 60_000 }, async () => {
  const ask = (localAddress) => request(server.origin, 'GET', '/api/v1/server', { localAddress });
  const statuses = new Set();
  for (let i = 0; i < 60 && !statuses.has('429 too_many'); i += 1) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(ATTACKER)));
    for (const answer of answers) statuses.add(`${answer.status} ${answer.json.code ?? ''}`.trim());
  }
  assert.deepEqual([...statuses].sort(), ['200', '429 too_many']);
  assert.equal((await ask(undefined)).status, 200);
});

test('an address that begins session after session waits, and others begin theirs', { timeout: 60_000 }, async () => {
  const begin = (localAddress) => {
    const browser = new Browser(server.origin, { localAddress });
    return browser.bare('POST', '/api/v1/session', { body: { key: browser.key.publicText } });
  };
  const statuses = new Set();
  for (let i = 0; i < 60 && !statuses.has(429); i += 1) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => begin('127.0.0.67')));
    for (const answer of answers) statuses.add(answer.status);
  }
  assert.deepEqual([...statuses].sort(), [201, 429]);
  assert.equal((await begin(undefined)).status, 201);
});
