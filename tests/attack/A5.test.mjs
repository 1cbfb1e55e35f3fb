/* SPDX-License-Identifier: GPL-3.0-or-later */
// A5: a paid lesson. A ticket belongs to one person, opens one place at a time, and dies when it is revoked; the link that is
// passed on, the second device, the raced redemption, and what a forged shop sends are worth nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anotherBrowser, firstAdministrator, invited } from '../lib/accounts.mjs';
import { cliPlace } from '../lib/cli.mjs';
import { nowS, post, send, signatureOf } from '../lib/hooks.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, SignalSocket, openWebSocket, request, upgradeResult } from '../lib/signal-client.mjs';
import { until, withinASecond } from '../lib/wait.mjs';

let server, admin, place, number = 0;
before(async () => {
  server = await startServer();
  admin = await firstAdministrator(server);
  place = await cliPlace();
});
after(async () => {
  await place?.remove();
  await server?.stop();
});

const lesson = () => admin.ask('POST', '/api/v1/rooms', { title: 'Lesson', kind: 'ticket' }, 201);
const issue = (room, email, more = {}) => admin.ask('POST', `/api/v1/rooms/${room.id}/tickets`, { email, ...more }, 201);
const NAMES = ['Ben Laptop', 'Benno Phone']; // so that it is not the name that keeps one out
const newEmail = () => `person${++number}@b.example`;
const enter = (browser, room, more = {}) =>
  browser.request('POST', `/api/v1/rooms/${room.id}/entry`, { body: { name: `Person ${number}`, ...more } });
const codeOf = ({ status, json }) => [status, json?.code];
const doorOf = (browser, room) => browser.ask('GET', `/api/v1/rooms/${room.id}`);

/** The socket of an entry, or null when it was refused. */
async function open(browser, answer) {
  const socket = new SignalSocket(server.origin, answer.json, browser.cookie);
  try {
    await socket.opened;
    return socket;
  } catch {
    return null;
  }
}

/** In the lesson. */
async function comeIn(browser, room, more) {
  const answer = await enter(browser, room, more);
  assert.equal(answer.status, 201, answer.text);
  const socket = await open(browser, answer);
  socket.send('hello');
  await socket.next('welcome');
  return socket;
}

/** A lesson, and somebody with a ticket for it: { room, email, browser, ticket }. */
async function pupil(more) {
  const room = await lesson(), email = newEmail();
  const { browser } = await invited(admin, email);
  return { room, email, browser, ticket: await issue(room, email, more) };
}

test('the address that is passed on opens nothing for anybody but the owner of the ticket', async () => {
  const { room, browser } = await pupil();
  const eve = (await invited(admin, newEmail())).browser, stranger = new Browser(server.origin);
  assert.deepEqual(codeOf(await enter(eve, room)), [403, 'ticket_of_other']);
  assert.equal((await doorOf(eve, room)).why, 'ticket_of_other');
  assert.equal((await enter(stranger, room)).status, 401);
  const socket = await comeIn(browser, room);
  for (const who of [eve, stranger]) assert.notEqual((await enter(who, room)).status, 201);
  await socket.terminate();
});

test('a direct socket, a made-up entry, and the id of the ticket are no ways in', async () => {
  const { room, ticket } = await pupil();
  const eve = (await invited(admin, newEmail())).browser;
  for (const entry of ['', 'A'.repeat(22), ticket.id, room.id])
    assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: eve.cookie })), 403);
  for (const more of [{ ticket: ticket.id }, { email: ticket.email }, { role: 'host' }])
    assert.deepEqual(codeOf(await enter(eve, room, more)), [400, 'bad_request']);
  assert.deepEqual(codeOf(await eve.request('DELETE', `/api/v1/tickets/${ticket.id}`)), [404, 'not_found']);
  assert.deepEqual(codeOf(await eve.request('GET', `/api/v1/rooms/${room.id}/tickets`)), [404, 'not_found']);
  const own = { email: eve.email ?? 'eve@e.example' };
  assert.deepEqual(codeOf(await eve.request('POST', `/api/v1/rooms/${room.id}/tickets`, { body: own })), [404, 'not_found']);
});

test("another's entry opens nothing", async () => {
  const { room, browser } = await pupil();
  const eve = (await invited(admin, newEmail())).browser;
  const answer = await enter(browser, room);
  assert.equal(answer.status, 201);
  const { entry } = answer.json;
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: eve.cookie })), 403);
});

test('the second device has to ask, and then the first is out and hears why', async () => {
  const { room, email, browser } = await pupil();
  const phone = await anotherBrowser(server.origin, email);
  const first = await comeIn(browser, room);
  assert.deepEqual(codeOf(await enter(phone, room)), [409, 'ticket_in_use']);
  const second = await comeIn(phone, room, { take_over: true });
  assert.equal((await first.next('ended')).code, 'taken_over');
  assert.equal((await first.closed).code, 4004);
  assert.deepEqual(codeOf(await enter(browser, room, { resume: true })), [409, 'nothing_to_resume']);
  assert.deepEqual(codeOf(await enter(browser, room)), [409, 'ticket_in_use']);
  await second.terminate();
});

test('raced: two devices ask at the same instant, and one is in', async () => {
  for (let round = 0; round < 8; round++) {
    const { room, email, browser } = await pupil();
    const devices = [browser, await anotherBrowser(server.origin, email)];
    const answers = await Promise.all(devices.map((device, i) => enter(device, room, { name: NAMES[i] })));
    const given = answers.map((answer, i) => (answer.status === 201 ? [devices[i], answer] : null)).filter(Boolean);
    assert.ok(given.length >= 1, 'one gets an entry at least');
    const sockets = (await Promise.all(given.map(([device, answer]) => open(device, answer)))).filter(Boolean);
    assert.equal(sockets.length, 1, `round ${round}: ${sockets.length} of ${given.length} entries opened`);
    await sockets[0].terminate();
  }
});

test('raced: two devices take over from each other all the time, and never are both in', async () => {
  const { room, email, browser } = await pupil();
  const devices = [browser, await anotherBrowser(server.origin, email)];
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(devices.map((device, i) => enter(device, room, { name: NAMES[i], take_over: true })));
    assert.ok(answers.some(({ status }) => status === 201));
    const sockets = await Promise.all(answers.map((answer, i) => (answer.status === 201 ? open(devices[i], answer) : null)));
    const living = () => sockets.filter((socket) => socket && socket.socket.readyState === 1);
    await until('one device at most', () => living().length <= 1);
    for (const socket of living()) await socket.terminate();
  }
});

test('too early, too late, revoked', async () => {
  const early = await pupil({ from: nowS() + 3600, until: nowS() + 7200 });
  const answer = await enter(early.browser, early.room);
  assert.deepEqual(codeOf(answer), [403, 'ticket_early']);
  assert.equal(answer.json.from, early.ticket.from);
  const late = await pupil({ until: nowS() + 2 });
  const over = await until('the end of the ticket', async () => {
    const now = await enter(late.browser, late.room);
    return now.status === 403 && now;
  });
  assert.deepEqual([over.json.code, over.json.until], ['ticket_over', late.ticket.until]);
  const revoked = await pupil();
  await admin.ask('DELETE', `/api/v1/tickets/${revoked.ticket.id}`, undefined, 204);
  assert.deepEqual(codeOf(await enter(revoked.browser, revoked.room)), [403, 'ticket_revoked']);
});

test('a ticket that was revoked does not come back by its reference', async () => {
  const { room, email, browser, ticket } = await pupil({ reference: 'order 1' });
  await admin.ask('DELETE', `/api/v1/tickets/${ticket.id}`, undefined, 204);
  const again = await admin.ask('POST', `/api/v1/rooms/${room.id}/tickets`, { email, reference: 'order 1' }, 200);
  assert.equal(again.id, ticket.id);
  assert.notEqual(again.revoked, 0);
  assert.deepEqual(codeOf(await enter(browser, room)), [403, 'ticket_revoked']);
});

test('revoked between the entry and the socket: the entry opens nothing', async () => {
  const { room, browser, ticket } = await pupil();
  const answer = await enter(browser, room);
  await admin.ask('DELETE', `/api/v1/tickets/${ticket.id}`, undefined, 204);
  assert.equal(await open(browser, answer), null);
});

for (const [how, revoke] of [
  ['REST', ({ ticket }) => admin.ask('DELETE', `/api/v1/tickets/${ticket.id}`, undefined, 204)],
  ['the command line', ({ ticket }) => place.ok('ticket', 'revoke', ticket.id, '--data', server.data)],
]) {
  test(`who is in by a ticket that is revoked by ${how} is out within a second`, async () => {
    const it = await pupil();
    const socket = await comeIn(it.browser, it.room);
    assert.equal((await admin.ask('GET', `/api/v1/rooms/${it.room.id}/tickets`)).tickets[0].in_use, true);
    await revoke(it);
    assert.equal((await withinASecond(socket.end, 'out')).code, 4004);
    assert.equal((await socket.messages.find(({ type }) => type === 'ended')).code, 'ticket_revoked');
    assert.deepEqual(codeOf(await enter(it.browser, it.room, { resume: true })), [403, 'ticket_revoked']);
  });
}

test('a shop that has signed lets in who has paid, and takes it back', async () => {
  const room = await lesson(), email = newEmail();
  const { browser } = await invited(admin, email);
  const hook = await admin.ask('POST', '/api/v1/webhooks', { name: 'pay', room: room.id }, 201);
  assert.deepEqual(codeOf(await enter(browser, room)), [403, 'ticket_of_other']);
  assert.equal((await send(hook, { id: 'evt_1', type: 'ticket.issue', email, reference: 'order 7' })).status, 200);
  const socket = await comeIn(browser, room);
  assert.equal((await send(hook, { id: 'evt_2', type: 'ticket.revoke', email, reference: 'order 7' })).status, 200);
  assert.equal((await withinASecond(socket.end, 'out')).code, 4004);
  const replayed = await send(hook, { id: 'evt_1', type: 'ticket.issue', email, reference: 'order 7' });
  assert.deepEqual(replayed.json, { repeated: true });
  assert.deepEqual(codeOf(await enter(browser, room)), [403, 'ticket_revoked']);
});

test('what is forged, old, altered or for another room lets nobody in', async () => {
  const room = await lesson(), other = await lesson(), email = newEmail();
  const hook = await admin.ask('POST', '/api/v1/webhooks', { name: 'pay 2', room: room.id }, 201);
  const event = { id: 'evt_9', type: 'ticket.issue', email, reference: 'order 9' }, body = JSON.stringify(event);
  const right = signatureOf(hook.secret, body);
  const wrong = {
    'by another secret': [body, signatureOf('A'.repeat(43), body)],
    'without signature': [body, ''],
    'five minutes old': [body, signatureOf(hook.secret, body, nowS() - 302)],
    'of the time to come': [body, signatureOf(hook.secret, body, nowS() + 330)],
    'another body': [body.replace(email, 'eve@e.example'), right],
    'another time before the same MAC': [body, right.replace(/t=\d+/, `t=${nowS() + 1}`)],
    'a MAC cut short': [body, right.slice(0, -2)],
    'no hex': [body, right.replace(/v1=../, 'v1=zz')],
    'the scheme v0': [body, right.replace('v1=', 'v0=')],
  };
  for (const [what, [text, signature]] of Object.entries(wrong))
    assert.deepEqual(codeOf(await post(hook.url, text, signature)), [401, 'bad_signature'], what);
  const [unknown] = [await post(`${server.origin}/hooks/${'A'.repeat(21)}Q`, body, right)];
  assert.equal(unknown.text, (await post(hook.url, body, signatureOf('x', body))).text); // which of the two, nobody can tell
  assert.deepEqual(codeOf(await send(hook, { ...event, room: other.id })), [400, 'bad_event']);
  assert.deepEqual(codeOf(await send(hook, { ...event, role: 'host' })), [400, 'bad_event']);
  for (const { id } of [room, other]) assert.deepEqual((await admin.ask('GET', `/api/v1/rooms/${id}/tickets`)).tickets, []);
  const page = await request(server.origin, 'POST', new URL(hook.url).pathname, { body: '{}', cookie: admin.cookie });
  assert.deepEqual(codeOf(page), [401, 'bad_signature']);
});

test('the list of who came has every stay, how each was verified, and when it ended (A7)', async () => {
  const { room, email, browser } = await pupil();
  const socket = await comeIn(browser, room);
  const staysOf = async () => (await admin.ask('GET', `/api/v1/rooms/${room.id}/attendance`)).stays;
  const [stay] = await staysOf();
  assert.deepEqual([stay.email, stay.verified, stay.role, stay.left], [email, 'account', 'participant', 0]);
  socket.send('leave');
  await socket.closed;
  await until('the end of the stay', async () => (await staysOf())[0].left > 0);
  assert.equal((await staysOf()).length, 1);
});
