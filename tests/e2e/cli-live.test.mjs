/* SPDX-License-Identifier: GPL-3.0-or-later */
// The command line beside a running server: what is changed there takes effect on who is in, without a restart.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, firstAdministrator, signIn } from '../lib/accounts.mjs';
import { cliPlace } from '../lib/cli.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

const ADMIN = 'admin@school.example';

let server;
let place;
let admin;
const cli = (...args) => place.ok(...args, '--data', server.data, '--origin', server.origin);
const ask = async (...args) => JSON.parse(await cli(...args, '--json'));

before(async () => {
  server = await startServer();
  place = await cliPlace();
  admin = await firstAdministrator(server, { email: ADMIN });
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

async function onAnotherDevice() {
  const browser = new Browser(server.origin);
  await signIn(browser, ADMIN, PASSWORD);
  return browser;
}

async function assertSignedOut(browser) {
  const { status, json } = await browser.request('GET', '/api/v1/session');
  assert.deepEqual([status, json.code], [401, 'no_session']);
}

async function assertSignedIn(browser) {
  assert.equal((await browser.ask('GET', '/api/v1/session')).account.email, ADMIN);
}

const roomOf = async (title, ...more) => (await cli('room', 'add', title, '--owner', ADMIN, ...more)).slice(-22);

const useLink = (link) => new Browser(server.origin).request('POST', '/api/v1/session/link', { body: { token: link.split('#')[1] } });

test('the link of a new account leads its owner in, once; a newer link ends the earlier one', async () => {
  const { link } = await ask('user', 'add', 'cat@school.example', '--name', 'Cat');
  const first = await useLink(link);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.json.account.email, 'cat@school.example');
  assert.deepEqual(first.json.must, ['set_password']);
  const second = await useLink(link);
  assert.deepEqual([second.status, second.json.code], [410, 'link_used']);
  const earlier = await ask('user', 'link', 'cat@school.example');
  const newest = await ask('user', 'link', 'cat@school.example');
  assert.equal((await useLink(earlier.link)).status, 410);
  assert.equal((await useLink(newest.link)).status, 200);
  const unused = await ask('user', 'link', 'cat@school.example');
  await cli('user', 'set', 'cat@school.example', '--disabled', 'yes');
  assert.equal((await useLink(unused.link)).status, 410);
});

test('a room that the command line makes is met in, and closing it ends the meeting', async () => {
  const room = await roomOf('Lesson');
  const socket = await admin.join(room, 'Ada');
  await cli('room', 'set', room, '--title', 'Lesson 2', '--locked', 'yes');
  const guest = new Browser(server.origin);
  await until('the lock to hold', async () => {
    const { status, json } = await guest.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Bob' } });
    return status === 423 && json.code === 'locked';
  });
  await cli('room', 'close', room);
  await socket.closed;
  const again = await admin.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Ada' } });
  assert.deepEqual([again.status, again.json.code], [410, 'room_closed']);
});

test('a session that is ended is out of its meeting and signed out; the others stay', async () => {
  const room = await roomOf('Another lesson');
  const browser = await onAnotherDevice();
  const socket = await browser.join(room, 'Ada');
  const { sessions } = await ask('session', 'list', '--of', ADMIN);
  const own = (await browser.ask('GET', '/api/v1/sessions')).sessions.find((s) => s.this);
  assert.ok(sessions.some((s) => s.id === own.id));
  assert.match(await cli('session', 'end', own.id), /^Ended: admin@school\.example/);
  await socket.closed;
  await assertSignedOut(browser);
  await assertSignedIn(admin);
});

test('a key works at once and is worthless at once when it is revoked', async () => {
  const { id, key } = await ask('key', 'add', 'shop', '--scopes', 'rooms.read');
  const rooms = () => request(server.origin, 'GET', '/api/v1/rooms', { headers: { authorization: `Bearer ${key}` } });
  assert.equal((await rooms()).status, 200);
  await cli('key', 'revoke', id);
  const { status, json } = await rooms();
  assert.deepEqual([status, json.code], [401, 'bad_key']);
});

test('people and tickets of the command line are the console\'s, and its events stand in one log', async () => {
  const room = await roomOf('Paid lesson', '--kind', 'ticket');
  await cli('user', 'add', 'bob@school.example', '--name', 'Bob');
  const ticket = await cli('ticket', 'add', 'bob@school.example', '--room', room);
  const { people } = await admin.ask('GET', '/api/v1/people?search=bob');
  assert.deepEqual(people.map((p) => [p.email, p.name]), [['bob@school.example', 'Bob']]);
  const { tickets } = await admin.ask('GET', `/api/v1/rooms/${room}/tickets`);
  assert.deepEqual(tickets.map((t) => [t.id, t.email, t.issuer]), [[ticket, 'bob@school.example', 'cli']]);
  const { events } = await admin.ask('GET', '/api/v1/log?kind=person_invited');
  assert.deepEqual([events[0].actor, events[0].subject], ['cli', 'bob@school.example']);
  assert.equal((await ask('log', 'verify')).whole, true);
  assert.equal((await admin.ask('POST', '/api/v1/log/verify')).whole, true);
});

test('everybody is signed out, and the administrator comes back by a new sign-in', async () => {
  await cli('session', 'end-all', '--yes');
  await assertSignedOut(admin);
  await assertSignedIn(await onAnotherDevice());
});
