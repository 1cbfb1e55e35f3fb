/* SPDX-License-Identifier: GPL-3.0-or-later */
// T12: the user's own computer. A session that nobody uses locks itself, and ends: its cookie and its socket stop working.
// Time is moved in the database, as if the last use had been so long ago.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator, PASSWORD, signIn } from '../lib/accounts.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { sql } from '../lib/store.mjs';

const EMAIL = 'admin@school.example';
const MINUTE = 60;
const HOUR = 60 * MINUTE;

let server;
before(async () => {
  server = await startServer();
  await firstAdministrator(server);
});
after(() => server?.stop());

async function signedIn() {
  const browser = new Browser(server.origin);
  await signIn(browser, EMAIL);
  return browser;
}

/** All sessions of accounts were last used so many seconds ago. */
async function unusedFor(seconds) {
  const { changed } = await sql(server, 'UPDATE session SET used_s = used_s - ? WHERE account IS NOT NULL', [seconds]);
  assert.ok(changed > 0);
}

test('after half an hour without use a session asks who it is, and does nothing before', async () => {
  const browser = await signedIn();
  await unusedFor(29 * MINUTE);
  assert.equal((await browser.ask('GET', '/api/v1/session')).locked, false);
  await unusedFor(31 * MINUTE);
  assert.equal((await browser.ask('GET', '/api/v1/session')).locked, true);
  for (const [method, path, body] of [
    ['PUT', '/api/v1/me/password', { password: 'drei wale singen leise' }],
    ['POST', '/api/v1/host', { token: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['POST', '/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA/entry', { name: 'Anna' }],
  ]) {
    const answer = await browser.request(method, path, { body });
    assert.deepEqual([answer.status, answer.json.code], [403, 'session_locked'], path);
  }
  const wrong = await browser.request('POST', '/api/v1/session/password', { body: { email: EMAIL, password: 'nicht das richtige' } });
  assert.equal(wrong.json.code, 'wrong_password');
  const right = await browser.ask('POST', '/api/v1/session/password', { email: EMAIL, password: PASSWORD });
  assert.equal(right.locked, false);
});

test('after twelve hours without use the session is over', async () => {
  const browser = await signedIn();
  await unusedFor(12 * HOUR);
  const answer = await browser.request('GET', '/api/v1/session');
  assert.deepEqual([answer.status, answer.json.code], [401, 'session_expired']);
  assert.match(answer.headers['set-cookie'][0], /^__Host-testudo=; Max-Age=0/);
});

test('the socket of a session that is over closes within a second', async () => {
  const browser = await signedIn();
  const room = await browser.host((await server.hostLink()).split('#')[1]);
  const socket = await browser.join(room, 'Hanna Host');
  socket.send('hello');
  await socket.next('welcome');
  await unusedFor(12 * HOUR);
  await socket.next('ended', ({ code }) => code === 'session_ended', 1000);
  await socket.closed;
});

test('nothing makes a session older than two weeks', async () => {
  const browser = await signedIn();
  await sql(server, 'UPDATE session SET signed_in_s = signed_in_s - ? WHERE account IS NOT NULL', [14 * 24 * HOUR]);
  const answer = await browser.request('GET', '/api/v1/session');
  assert.deepEqual([answer.status, answer.json.code], [401, 'session_expired']);
});
