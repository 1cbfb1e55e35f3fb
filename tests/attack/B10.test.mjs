/* SPDX-License-Identifier: GPL-3.0-or-later */
// B10: an intruder is in the administrator's account, and in a meeting. One click ends what he has: cookie, socket and media;
// one request ends all that he may have left behind; and what he did cannot be quietly taken out of the log.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { firstAdministrator, PASSWORD, signIn } from '../lib/accounts.mjs';
import { cliPlace } from '../lib/cli.mjs';
import { nowS, send } from '../lib/hooks.mjs';
import { Person, slotOf } from '../lib/native.mjs';
import { startRelay } from '../lib/relay.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, SignalSocket, openWebSocket, request, upgradeResult } from '../lib/signal-client.mjs';
import { until, withinASecond } from '../lib/wait.mjs';

const EMAIL = 'admin@school.example';
const INTRUDER = { localAddress: '127.0.0.12', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' };

const RELAY = '127.0.0.4';
let server, relay, admin, place, tag = 200;
before(async () => {
  server = await startServer({ mediaAnnounce: RELAY });
  relay = await startRelay({ listen: RELAY, port: server.mediaPort });
  relay.capture = false;
  admin = await firstAdministrator(server);
  place = await cliPlace();
});
after(async () => {
  await place?.remove();
  await server?.stop();
  relay?.stop();
});

/** In the meeting, with sound and picture. */
async function comeIn(browser, room, name, address, options) {
  const signal = new SignalSocket(server.origin, await browser.entry(room, name), browser.cookie, { localAddress: address });
  await signal.opened;
  signal.send('hello');
  await signal.next('welcome');
  const person = new Person(name, browser, signal, address, tag++);
  person.server = `127.0.0.1:${server.mediaPort}`;
  await person.connect(['mic', 'camera'], options);
  return person.connected();
}

/** A meeting of the administrator with an honest guest, and the intruder in the same account, sending. */
async function meeting() {
  const room = await admin.ask('POST', '/api/v1/rooms', { title: 'Staff', policy: { waiting_room: false } }, 201);
  const intruder = new Browser(server.origin, INTRUDER);
  await signIn(intruder, EMAIL);
  const alice = await comeIn(new Browser(server.origin, { localAddress: '127.0.0.11' }), room.id, 'Alice', '127.0.0.11');
  relay.filter = undefined;
  const mallory = await comeIn(intruder, room.id, 'Mallory', INTRUDER.localAddress, { through: `${RELAY}:${server.mediaPort}` });
  await until('sound of the intruder at Alice', () => slotOf(alice, mallory, false));
  relay.filter = ({ up, kind }) => up || kind !== 'dtls'; // it does not hear that its connection was closed
  return { room, intruder, alice, mallory };
}

/** Nothing that Mallory's client sends from now on reaches Alice, though it goes on sending. */
async function assertSilent(alice, mallory) {
  const { sent } = await mallory.stats();
  await until('frames that the intruder goes on to send', async () => (await mallory.stats()).sent.mic > sent.mic + 60);
  for (const video of [false, true]) {
    const slot = await slotOf(alice, mallory, video);
    assert.ok(!slot || slot.last <= sent[video ? 'camera' : 'mic'], 'media of an ended session');
  }
}

async function assertOut({ room, intruder, alice, mallory }) {
  assert.equal((await withinASecond(mallory.signal.end, 'the socket')).code, 4004);
  await assertSilent(alice, mallory);
  const answer = await intruder.request('GET', '/api/v1/people');
  assert.deepEqual([answer.status, answer.json.code], [401, 'no_session']);
  const entry = await intruder.bare('POST', `/api/v1/rooms/${room.id}/entry`, { body: { name: 'Mallory', resume: true } });
  assert.equal(entry.status, 401);
}

async function leave({ room, alice, mallory }) {
  await mallory.media.stop();
  await alice.leave();
  await admin.ask('DELETE', `/api/v1/rooms/${room.id}`, undefined, 204);
}

test('the list shows the intruder by device and network, and one click ends cookie, socket and media', async () => {
  const call = await meeting();
  const { sessions } = await admin.ask('GET', '/api/v1/sessions');
  const [his] = sessions.filter((session) => !session.this);
  assert.deepEqual([his.device, his.person.email], ['Firefox on Linux', EMAIL]);
  await admin.ask('DELETE', `/api/v1/sessions/${his.id}`, undefined, 204);
  await assertOut(call);
  await leave(call);
});

test('an entry that he has fetched before opens nothing after', async () => {
  const room = await admin.ask('POST', '/api/v1/rooms', { title: 'Staff' }, 201);
  const intruder = new Browser(server.origin, INTRUDER);
  await signIn(intruder, EMAIL);
  const { entry } = await intruder.entry(room.id, 'Mallory');
  const { cookie } = intruder;
  const [his] = (await admin.ask('GET', '/api/v1/sessions')).sessions.filter((session) => !session.this);
  await admin.ask('DELETE', `/api/v1/sessions/${his.id}`, undefined, 204);
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie })), 403);
});

test('ended on the command line, it is over within a second as well', async () => {
  const call = await meeting();
  const [his] = (await admin.ask('GET', '/api/v1/sessions')).sessions.filter((session) => !session.this);
  await place.ok('session', 'end', his.id, '--data', server.data);
  await assertOut(call);
  await leave(call);
});

test('switching off or demoting an administrator ends all that is open, and the keys with it', async () => {
  const { person } = await admin.ask('POST', '/api/v1/people', { email: 'second@b.example', name: 'Second', role: 'administrator' }, 201);
  await place.sql(`UPDATE account SET password = (SELECT password FROM account WHERE email = '${EMAIL}') WHERE email = 'second@b.example'`,
    path.join(server.data, 'store/testudo.db'));
  for (const [change, back] of [[{ role: 'member' }, { role: 'administrator' }], [{ disabled: true }, { disabled: false }]]) {
    const second = new Browser(server.origin, INTRUDER);
    await signIn(second, 'second@b.example');
    const { id, key } = await second.ask('POST', '/api/v1/keys', { name: 'left behind', scopes: ['rooms.read'] }, 201);
    const ask = () => request(server.origin, 'GET', '/api/v1/rooms', { headers: { authorization: `Bearer ${key}` } });
    assert.equal((await ask()).status, 200);
    await admin.ask('PATCH', `/api/v1/people/${person.id}`, change);
    assert.equal((await second.request('GET', '/api/v1/people')).json.code, 'no_session');
    assert.equal((await ask()).json.code, 'bad_key');
    await admin.ask('PATCH', `/api/v1/people/${person.id}`, back);
    await admin.ask('DELETE', `/api/v1/keys/${id}`, undefined, 204);
  }
});

test('one request ends every session but the own, and all keys and webhooks; new passwords are demanded', async () => {
  const call = await meeting();
  const { key } = await call.intruder.ask('POST', '/api/v1/keys', { name: 'back door', scopes: ['people.write', 'sessions'] }, 201);
  const hook = await call.intruder.ask('POST', '/api/v1/webhooks', { name: 'back door', room: call.room.id }, 201);
  const done = await admin.ask('POST', '/api/v1/emergency',
    { end_sessions: true, revoke_keys: true, revoke_webhooks: true, renew_secrets: true, demand_passwords: true });
  assert.ok(done.ended >= 2 && done.keys >= 1 && done.webhooks >= 1 && done.people >= 1, JSON.stringify(done));
  assert.equal((await withinASecond(call.mallory.signal.end, 'the socket')).code, 4004);
  const answer = await call.intruder.request('GET', '/api/v1/people');
  assert.deepEqual([answer.status, answer.json.code], [401, 'no_session']);
  const program = await request(server.origin, 'GET', '/api/v1/sessions', { headers: { authorization: `Bearer ${key}` } });
  assert.equal(program.json.code, 'bad_key');
  const event = await send(hook, { id: 'e1', type: 'ticket.issue', email: 'eve@e.example', reference: String(nowS()) });
  assert.equal(event.json.code, 'bad_signature');
  assert.equal((await admin.request('GET', '/api/v1/people')).json.code, 'must_first');
  // He knows the administrator's password, and would be the first to choose the new one.
  const again = await new Browser(server.origin).request('POST', '/api/v1/session/password', { body: { email: EMAIL, password: PASSWORD } });
  assert.deepEqual([again.status, again.json.code], [403, 'password_void']);
  await admin.ask('PUT', '/api/v1/me/password', { password: 'acht ziegen tanzen bergab' }, 204);
  assert.equal((await admin.request('GET', '/api/v1/people')).status, 200);
  await call.mallory.media.stop();
  await call.alice.media.stop();
});

test('what he did is in the log, and an edited line of it is found by the console and by the command', async () => {
  const { events } = await admin.ask('GET', '/api/v1/log?kind=key_made&most=10');
  const left = events.find(({ subject }) => subject === 'back door');
  assert.equal(left.actor, EMAIL);
  assert.deepEqual(await admin.ask('POST', '/api/v1/log/verify'),
    { whole: true, entries: (await admin.ask('GET', '/api/v1/log?most=1')).events[0].number, broken_at: 0, problem: '' });
  await place.sql(`UPDATE log SET subject = 'shop' WHERE number = ${left.number}`, path.join(server.data, 'store/testudo.db'));
  const verified = await admin.ask('POST', '/api/v1/log/verify');
  assert.deepEqual([verified.whole, verified.broken_at], [false, left.number]);
  assert.notEqual(verified.problem, '');
  const { code, stdout } = await place.run('log', 'verify', '--json', '--data', server.data);
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).broken_at, left.number);
});
