/* SPDX-License-Identifier: GPL-3.0-or-later */
// A2: replay of REST. Somebody has recorded every request of a whole session of work, with its cookies, proofs and keys, and
// sends each again, at once and later: none runs twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, firstAdministrator, signIn } from '../lib/accounts.mjs';
import { post, signatureOf } from '../lib/hooks.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';

let server, admin;
before(async () => {
  server = await startServer();
  admin = await firstAdministrator(server);
});
after(() => server?.stop());

/** A browser in whose line somebody listens: `recorded` has what it has sent, as it was sent. */
class Overheard extends Browser {
  recorded = [];

  async bare(method, path, options = {}) {
    this.recorded.push({ method, path, ...structuredClone(options), cookie: this.cookie });
    return super.bare(method, path, options);
  }
}

const again = ({ method, path, body, headers, cookie }) => request(server.origin, method, path, { body, headers, cookie });

/** All that could show that something has happened. */
async function world() {
  const of = async (path) => admin.ask('GET', path);
  const [rooms, series, people, keys, webhooks, log] = [await of('/api/v1/rooms?all=true'), await of('/api/v1/series?all=true'),
    await of('/api/v1/people'), await of('/api/v1/keys'), await of('/api/v1/webhooks'), await of('/api/v1/log?most=200')];
  const tickets = [];
  for (const { id } of rooms.rooms) tickets.push(await of(`/api/v1/rooms/${id}/tickets`));
  return { rooms, series, people: people.people.map(({ signed_in, ...person }) => person), keys, webhooks, tickets, log };
}

/** A session of work: something of everything. */
async function workOf(browser) {
  await signIn(browser, 'admin@school.example');
  const room = await browser.ask('POST', '/api/v1/rooms', { title: 'Algebra', kind: 'ticket' }, 201);
  const at = `/api/v1/rooms/${room.id}`;
  await browser.ask('GET', `${at}/settings`);
  await browser.ask('PATCH', at, { title: 'Geometry' });
  await browser.ask('PUT', `${at}/members/ben@b.example`, { role: 'cohost' }, 204);
  const ticket = await browser.ask('POST', `${at}/tickets`, { email: 'ben@b.example' }, 201);
  await browser.ask('DELETE', `/api/v1/tickets/${ticket.id}`, undefined, 204);
  await browser.request('POST', `${at}/tickets/import`, { body: 'email\nc@c.example\n', headers: { 'content-type': 'text/csv' } });
  await browser.ask('POST', '/api/v1/series', { title: 'Course' }, 201);
  const { person } = await browser.ask('POST', '/api/v1/people', { email: `p${room.id}@b.example`, name: 'Pia' }, 201);
  await browser.ask('POST', `/api/v1/people/${person.id}/link`, {}, 201);
  await browser.ask('PATCH', `/api/v1/people/${person.id}`, { disabled: true });
  await browser.ask('POST', '/api/v1/keys', { name: room.id, scopes: ['rooms.read'] }, 201);
  await browser.ask('POST', '/api/v1/webhooks', { name: room.id }, 201);
  await browser.ask('POST', '/api/v1/emergency', { revoke_keys: true });
  await browser.ask('PUT', '/api/v1/me/password', { password: PASSWORD }, 204);
  await browser.entry(room.id, 'Ada Admin');
}

test('every request of a session of work, sent again while the session goes on, is refused', async () => {
  const browser = new Overheard(server.origin);
  await workOf(browser);
  admin = browser; // the new password has ended the other session
  const recorded = browser.recorded.filter(({ headers }) => headers?.['testudo-proof']);
  assert.ok(recorded.length >= 17);
  const before = await world();
  for (const what of [...recorded, ...recorded.reverse()]) {
    const answer = await again(what);
    const name = `${what.method} ${what.path}`;
    assert.equal(answer.status, 401, name);
    // with the cookie from before the sign-in there is no session at all
    assert.ok(['use_nonce', 'no_session'].includes(answer.json.code), `${name}: ${answer.json.code}`);
    assert.equal(answer.headers['set-cookie']?.some((c) => /__Host-testudo=[\w-]+/.test(c)) ?? false, false, name);
  }
  assert.deepEqual(await world(), before);
});

test('many at once: of one recorded request sent twenty times at the same instant one runs', async () => {
  const browser = new Overheard(server.origin);
  await signIn(browser, 'admin@school.example');
  const count = async () => (await admin.ask('GET', '/api/v1/rooms?all=true&most=200')).rooms.length;
  const before = await count();
  const nonces = browser.nonces.length;
  assert.ok(nonces > 0);
  const held = browser.bare; // the browser is held up: its request is recorded, and sent by others first
  let recorded;
  browser.bare = async (method, path, options) => {
    recorded = { method, path, ...options, cookie: browser.cookie };
    return { status: 0, headers: {} };
  };
  await browser.request('POST', '/api/v1/rooms', { body: { title: 'Raced' } });
  browser.bare = held;
  const answers = await Promise.all(Array.from({ length: 20 }, () => again(recorded)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(401)]);
  assert.equal(await count(), before + 1);
});

test('a recorded request with its path, query, body or method changed is worth the session nothing', async () => {
  for (const change of [{ path: '/api/v1/series' }, { body: '{"title":"Other"}' }, { method: 'GET', body: undefined }, { path: '/api/v1/rooms?all=true' }]) {
    const browser = new Overheard(server.origin);
    await signIn(browser, 'admin@school.example');
    await browser.ask('POST', '/api/v1/rooms', { title: 'Signed' }, 201);
    const recorded = browser.recorded.at(-1);
    const answer = await again({ ...recorded, ...change });
    assert.deepEqual([answer.status, answer.json?.code], [401, 'cookie_copied'], JSON.stringify(change));
    assert.equal((await browser.request('GET', '/api/v1/session')).json.code, 'no_session');
  }
});

test('after signing out nothing recorded is worth anything', async () => {
  const browser = new Overheard(server.origin);
  await signIn(browser, 'admin@school.example');
  await browser.ask('GET', '/api/v1/people');
  const { recorded } = browser;
  await browser.ask('DELETE', '/api/v1/session', undefined, 204);
  for (const what of recorded.filter(({ headers }) => headers?.['testudo-proof']))
    assert.equal((await again(what)).json.code, 'no_session', `${what.method} ${what.path}`);
});

test('a program that asks again with its Idempotency-Key gets its first answer, and nothing happens twice', async () => {
  const { key } = await admin.ask('POST', '/api/v1/keys', { name: 'shop', scopes: ['rooms.write', 'rooms.read', 'tickets.write'] }, 201);
  const send = (path, body, token, method = 'POST') => request(server.origin, method, path,
    { body, headers: { origin: null, authorization: `Bearer ${key}`, ...(token ? { 'idempotency-key': token } : {}) } });
  const rooms = await Promise.all(Array.from({ length: 8 }, () => send('/api/v1/rooms', { title: 'By a program' }, 'order-1')));
  assert.deepEqual(rooms.map(({ status }) => status), Array(8).fill(201));
  assert.equal(new Set(rooms.map(({ text }) => text)).size, 1);
  const [{ json: room }] = rooms;
  const path = `/api/v1/rooms/${room.id}/tickets`;
  const tickets = await Promise.all(Array.from({ length: 8 }, () => send(path, { email: 'ben@b.example' }, 'order-2')));
  assert.equal(new Set(tickets.map(({ json }) => json.id)).size, 1);
  assert.equal((await send(path, { email: 'eve@e.example' }, 'order-2')).json.code, 'key_reused');
  assert.equal((await send(`/api/v1/rooms/${room.id}`, undefined, 'order-2', 'DELETE')).json.code, 'key_reused');
  const all = await admin.ask('GET', path);
  assert.deepEqual(all.tickets.map(({ email }) => email), ['ben@b.example']);
  const gone = [];
  for (let i = 0; i < 2; i++) gone.push((await send(`/api/v1/rooms/${room.id}`, undefined, 'order-3', 'DELETE')).status);
  assert.deepEqual(gone, [204, 204]);
});

test('an event of a payment provider counts once, also if it comes eight times at the same instant', async () => {
  const room = await admin.ask('POST', '/api/v1/rooms', { title: 'Paid', kind: 'ticket' }, 201);
  const hook = await admin.ask('POST', '/api/v1/webhooks', { name: 'pay', room: room.id }, 201);
  const body = JSON.stringify({ id: 'evt_1', type: 'ticket.issue', email: 'ben@b.example', reference: 'order 7' });
  const signature = signatureOf(hook.secret, body);
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(hook.url, body, signature)));
  assert.deepEqual(answers.map(({ json }) => json.repeated).sort(), [false, ...Array(7).fill(true)]);
  assert.equal((await admin.ask('GET', `/api/v1/rooms/${room.id}/tickets`)).tickets.length, 1);
});
