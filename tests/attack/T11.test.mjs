/* SPDX-License-Identifier: GPL-3.0-or-later */
// T11: hiding the address costs "who's online". A caller tries to tell why nobody answers: away, busy, declined, ignored or
// blocked. What arrives at the caller is compared in content and order, by its sizes on the wire, and by its times, of all
// five at once. Strangers try to learn whether somebody exists, is there, or is called;
// a contact gets nothing but one word, and none while presence is off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator, invited } from '../lib/accounts.mjs';
import { befriend, openLine } from '../lib/calls.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const RING_MS = 30_000;
/** The server looks at its clock four times a second; the rest is the unrest of a machine that has much to do. The times
 * to the microsecond are compared in virtual time (tests/unit/test_line.c). */
const TICK_MS = 250, UNREST_MS = 5000;
const KINDS = ['away', 'busy', 'declines', 'ignores', 'blocks'];

let server, admin;
const callers = {}, called = {}, lines = [];

async function person(name) {
  return invited(admin, `${name}@school.example`, `Person ${name.length}`); // names of one length
}

before(async () => {
  server = await startServer();
  admin = await firstAdministrator(server);
  for (const kind of KINDS) {
    callers[kind] = await person(`caller-${kind}`);
    called[kind] = await person(kind);
    await befriend(callers[kind].browser, called[kind].browser, `${kind}@school.example`);
  }
  await called.blocks.browser.ask('PUT', `/api/v1/me/blocks/${callers.blocks.person.id}`, {}, 204);
});
after(async () => {
  for (const line of lines) await line.close();
  await server?.stop();
});

async function line(browser) {
  const opened = await openLine(browser);
  lines.push(opened);
  return opened;
}

/** What ids there are in a message is the caller's own doing, or random. */
const masked = (message) => JSON.stringify(message).replaceAll(/"[A-Za-z0-9_-]{22}"/g, '"ID"');

async function ringAll(callersLines) {
  const rung = {};
  for (const kind of KINDS) {
    callersLines[kind].frames.length = 0;
    rung[kind] = performance.now();
    callersLines[kind].say('ring', { who: called[kind].person.id });
  }
  return rung;
}

test('away, busy, declined, ignored and blocked are the same to who calls', { timeout: 120_000 }, async () => {
  const room = await admin.ask('POST', '/api/v1/rooms', { title: 'Busy', kind: 'open', policy: { waiting_room: false } }, 201);
  const meeting = await called.busy.browser.join(room.id, 'Person busy');
  meeting.send('hello');
  await meeting.next('welcome');
  const theirs = {};
  for (const kind of ['busy', 'declines', 'ignores', 'blocks']) theirs[kind] = await line(called[kind].browser);
  const mine = {};
  for (const kind of KINDS) mine[kind] = await line(callers[kind].browser);

  const rung = await ringAll(mine);
  const { call, from } = await theirs.declines.next('ring');
  assert.equal(from.email, 'caller-declines@school.example');
  theirs.declines.say('reject', { call });
  await theirs.ignores.next('ring');
  for (const kind of KINDS) await mine[kind].next('not_answered', () => true, RING_MS + 10_000);

  const heard = Object.fromEntries(
    KINDS.map((kind) => [kind, mine[kind].frames.map(({ message, size }) => `${size} ${masked(message)}`)]),
  );
  assert.deepEqual(
    heard.away.map((text) => text.replace(/^\d+ /, '')),
    ['{"type":"ringing","call":"ID","who":"ID","seconds":30}', '{"type":"not_answered","call":"ID"}'],
  );
  for (const kind of KINDS) {
    assert.deepEqual(heard[kind], heard.away, `${kind}: the same messages in the same order, of the same sizes`);
    const [first, last] = mine[kind].frames;
    assert.ok(first.at - rung[kind] < UNREST_MS, `${kind}: rings at once`);
    const after = last.at - first.at;
    assert.ok(Math.abs(after - RING_MS) < TICK_MS + UNREST_MS, `${kind}: ends after ${Math.round(after)} ms`);
  }
  // All ended by the same clock, in the order in which they rang: nobody's answer moved the end.
  const ends = KINDS.map((kind) => mine[kind].frames[1].at);
  assert.ok(Math.max(...ends) - Math.min(...ends) < TICK_MS + UNREST_MS);

  // What was kept of it, where only the called person sees it.
  const missed = async (kind) => (await called[kind].browser.ask('GET', '/api/v1/me/calls')).missed;
  assert.deepEqual(await Promise.all(KINDS.map(missed)), [1, 1, 0, 1, 0]);
  assert.deepEqual(theirs.busy.messages.filter(({ type }) => type === 'ring'), []);
  assert.deepEqual(theirs.blocks.messages.filter(({ type }) => type === 'ring'), []);
  await meeting.close();
});

test('a stranger learns nothing, whoever is asked for', async () => {
  const stranger = await person('stranger');
  const own = await line(stranger.browser);
  const there = await line(called.ignores.browser);
  own.frames.length = there.frames.length = 0;
  const ids = [called.ignores.person.id, called.away.person.id, 'A'.repeat(21) + 'Q', stranger.person.id];
  for (const who of ids) own.say('ring', { who });
  await until('four answers', () => own.frames.length === 4);
  assert.equal(new Set(own.frames.map(({ message, size }) => `${size} ${JSON.stringify(message)}`)).size, 1);
  assert.deepEqual(own.frames[0].message, { type: 'error', code: 'not_a_contact' });
  assert.deepEqual(there.frames, []);

  // By address: the same answer whether there is an account, whether it is blocked, declined or waits.
  const answers = [];
  for (const email of ['nobody@school.example', 'ignores@school.example', 'away@school.example', 'ignores@school.example']) {
    const answer = await stranger.browser.request('POST', '/api/v1/me/asks', { body: { email } });
    const { date, 'testudo-nonce': nonce, ...headers } = answer.headers;
    assert.ok(date === undefined || nonce !== undefined);
    answers.push(JSON.stringify([answer.status, answer.text, headers]));
  }
  assert.equal(new Set(answers).size, 1);
  const { requests } = await called.away.browser.ask('GET', '/api/v1/me/requests');
  await called.away.browser.ask('DELETE', `/api/v1/me/requests/${requests[0].id}`, undefined, 204);
  const { asks } = await stranger.browser.ask('GET', '/api/v1/me/asks');
  assert.equal(asks.length, 3); // the one that was declined among them
  for (const path of ['contacts', 'blocks', 'calls/missed', 'requests'])
    assert.ok(!JSON.stringify(await stranger.browser.ask('GET', `/api/v1/me/${path}`)).includes('school.example'));
});

test('presence: off until it is switched on, to contacts alone, and one word', async () => {
  const anna = await person('anna'), friend = await person('friend'), nosy = await person('nosy');
  await befriend(anna.browser, friend.browser, 'friend@school.example');
  const friends = await line(friend.browser), nosys = await line(nosy.browser);
  friends.frames.length = nosys.frames.length = 0;

  const silent = await openLine(anna.browser); // comes, is here, and goes again, unseen
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await silent.close();
  await anna.browser.ask('PUT', '/api/v1/me/calls', { presence: true });
  const [first] = (await friends.next('presence')).people; // the first that was ever said of her
  assert.deepEqual(Object.keys(first).sort(), ['state', 'who']);
  assert.equal(first.who, anna.person.id);

  const annas = await line(anna.browser);
  await friends.next('state', ({ state }) => state === 'here').catch(async (error) => {
    if (first.state !== 'here') throw error;
  });
  await anna.browser.ask('PATCH', `/api/v1/me/contacts/${friend.person.id}`, { hidden: true });
  assert.deepEqual((await friends.next('presence')).people, []);
  await anna.browser.ask('PATCH', `/api/v1/me/contacts/${friend.person.id}`, { hidden: false });
  assert.equal((await friends.next('presence')).people.length, 1);
  await anna.browser.ask('PUT', '/api/v1/me/calls', { presence: false });
  assert.deepEqual((await friends.next('presence')).people, []);
  const before = friends.frames.length;
  await annas.close();
  await new Promise((resolve) => setTimeout(resolve, 7000)); // longer than it takes to be "away"
  assert.equal(friends.frames.length, before);
  assert.deepEqual(nosys.frames, []);
  for (const { message } of friends.frames)
    assert.doesNotMatch(JSON.stringify(message), /\d+\.\d+\.\d+\.\d+|candidate|port|@/);
});
