/* SPDX-License-Identifier: GPL-3.0-or-later */
// A3: session hijacking. Whoever copies a session's cookie, from a disk, a log or a network, lacks the key that cannot leave
// the browser: the first use of the copy ends the session and tells its owner. A3.browser.test.mjs tries it in real browsers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator, PASSWORD, signIn } from '../lib/accounts.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, openWebSocket, proofOf, request, upgradeResult } from '../lib/signal-client.mjs';

const EMAIL = 'admin@school.example';
const THIEF = '127.0.0.77';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';

let server, admin;
before(async () => {
  server = await startServer();
  admin = await firstAdministrator(server, { userAgent: FIREFOX });
});
after(() => server?.stop());

/** The owner, signed in in a browser of their own. */
async function owner() {
  const browser = new Browser(server.origin, { userAgent: FIREFOX });
  await signIn(browser, EMAIL);
  return browser;
}

/** A browser elsewhere, with a key of its own, that was given the owner's cookie. */
async function thiefWith(victim) {
  const thief = new Browser(server.origin, { localAddress: THIEF });
  thief.jar.set('__Host-testudo', victim.jar.get('__Host-testudo'));
  return thief;
}

test('the cookie cannot be read by scripts, sent by other sites, or set for other hosts', async () => {
  const browser = new Browser(server.origin);
  const answer = await browser.bare('POST', '/api/v1/session', { body: { key: browser.key.publicText } });
  const [cookie] = answer.headers['set-cookie'];
  assert.match(cookie, /^__Host-testudo=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/i);
  const signedIn = await browser.request('POST', '/api/v1/session/password', { body: { email: EMAIL, password: PASSWORD } });
  for (const given of signedIn.headers['set-cookie']) assert.match(given, /^__Host-.*; Path=\/; Secure; HttpOnly; SameSite=Strict$/i);
});

test('a copied cookie without a proof opens nothing', async () => {
  const victim = await owner();
  for (const path of ['/api/v1/session', '/api/v1/me', '/api/v1/people']) {
    const answer = await request(server.origin, 'GET', path, { cookie: victim.sessionCookie, localAddress: THIEF });
    assert.equal(answer.status, 401, path);
    assert.equal(answer.json.code, 'use_nonce', path);
  }
  assert.equal((await victim.ask('GET', '/api/v1/session')).kind, 'account');
});

test('a copied cookie with another key ends the session; its owner is told, in the product and in the log', async () => {
  const victim = await owner();
  const thief = await thiefWith(victim);
  const answer = await thief.request('GET', '/api/v1/session');
  assert.deepEqual([answer.status, answer.json.code], [401, 'cookie_copied']);
  const after = await victim.request('GET', '/api/v1/session');
  assert.deepEqual([after.status, after.json.code], [401, 'no_session']);
  const again = await owner();
  const session = await again.ask('GET', '/api/v1/session');
  assert.ok(session.notices > 0);
  const { notices } = await again.ask('GET', '/api/v1/me/notices');
  assert.ok(notices.some(({ kind, text }) => kind === 'cookie_copied' && /another browser/.test(text)));
  const { events } = await again.ask('GET', '/api/v1/log?kind=cookie_copied');
  assert.equal(events[0].subject, EMAIL);
});

test('a stolen proof is worth nothing for another request, nor for the same one', async () => {
  const victim = await owner();
  const nonce = victim.nonces.pop();
  const good = { method: 'GET', path: '/api/v1/session', origin: server.origin };
  const proof = proofOf(victim.key, good, nonce);
  const send = (method, path, options = {}) =>
    request(server.origin, method, path, {
      cookie: victim.sessionCookie,
      localAddress: THIEF,
      ...options,
      headers: { 'testudo-proof': proof },
    });
  assert.equal((await send('GET', '/api/v1/session')).status, 200);
  const again = await send('GET', '/api/v1/session');
  assert.equal(again.json.code, 'use_nonce');
  // For another request it is a wrong signature: whoever sends it has the cookie and not the key.
  assert.equal((await send('DELETE', '/api/v1/session')).json.code, 'cookie_copied');
});

test('the socket of a meeting does not open with a copied cookie', async () => {
  const victim = await owner();
  const room = await victim.host((await server.hostLink()).split('#')[1]);
  const { entry } = await victim.entry(room, 'Hanna Host');
  const other = new Browser(server.origin, { localAddress: THIEF });
  await other.begin();
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: other.cookie })), 403);
  // And a thief cannot get an entry of their own.
  const thief = await thiefWith(victim);
  const answer = await thief.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name: 'Mallory' } });
  assert.equal(answer.json.code, 'cookie_copied');
});

test('use of the copy puts the session out of its meeting at once', async () => {
  const victim = await owner();
  const room = await victim.host((await server.hostLink()).split('#')[1]);
  const socket = await victim.join(room, 'Hanna Host');
  socket.send('hello');
  await socket.next('welcome');
  const thief = await thiefWith(victim);
  await thief.request('GET', '/api/v1/session');
  const { code } = await socket.next('ended');
  assert.equal(code, 'session_ended');
  await socket.closed;
});

test('a cookie that was planted before the sign-in is worth nothing after it (session fixation)', async () => {
  const attacker = new Browser(server.origin, { localAddress: THIEF });
  await attacker.begin();
  const planted = attacker.jar.get('__Host-testudo');
  // The victim's page finds a foreign session: its key does not fit, the session ends, and it begins one of its own.
  const victim = new Browser(server.origin);
  victim.jar.set('__Host-testudo', planted);
  const first = await victim.request('GET', '/api/v1/session');
  assert.equal(first.json.code, 'cookie_copied');
  await signIn(victim, EMAIL);
  assert.notEqual(victim.jar.get('__Host-testudo'), planted);
  const after = await attacker.request('GET', '/api/v1/session');
  assert.equal(after.json.code, 'no_session');
});

test('a sign-in makes the cookie before it worthless', async () => {
  const browser = new Browser(server.origin);
  await browser.begin();
  const before = browser.jar.get('__Host-testudo');
  await signIn(browser, EMAIL);
  const copy = new Browser(server.origin);
  copy.key = browser.key;
  copy.jar.set('__Host-testudo', before);
  const answer = await copy.request('GET', '/api/v1/session');
  assert.deepEqual([answer.status, answer.json.code], [401, 'no_session']);
  assert.equal((await browser.ask('GET', '/api/v1/session')).kind, 'account');
});

test('requests of other sites change nothing, with cookies and without', async () => {
  const victim = await owner();
  const origins = ['https://evil.example', 'null', 'https://localhost', `${server.origin}.evil.example`, undefined];
  for (const origin of origins) {
    const headers = { origin: origin ?? null };
    const answer = await victim.request('DELETE', '/api/v1/session', { headers });
    assert.equal(answer.json.code, 'bad_origin', String(origin));
  }
  assert.equal((await victim.ask('GET', '/api/v1/session')).kind, 'account');
});

test('after signing out cookie, key and nonces open nothing', async () => {
  const victim = await owner();
  const kept = new Map(victim.jar);
  await victim.ask('DELETE', '/api/v1/session', undefined, 204);
  const copy = new Browser(server.origin);
  copy.key = victim.key;
  copy.jar = kept;
  copy.nonces = victim.nonces;
  const answer = await copy.request('GET', '/api/v1/session');
  assert.deepEqual([answer.status, answer.json.code], [401, 'no_session']);
});
