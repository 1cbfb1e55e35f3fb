/* SPDX-License-Identifier: GPL-3.0-or-later */
// A12, the join storm in small: many come at once, some of them by every wrong way there is. All who may come in are in,
// all others are refused, each at the step and for the reason that is meant. And the tool that says so notices when it is
// not so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { loadEntry, openEvent } from '../lib/load.mjs';
import { startServer } from '../lib/server.mjs';

const WAYS_THAT_NEED_NOTHING = 13;

let server, owner;
before(async () => {
  server = await startServer();
  owner = await firstAdministrator(server);
});
after(() => server?.stop());

const makeRoom = async (kind, policy) =>
  (await owner.ask('POST', '/api/v1/rooms', { title: 'Room', kind, ...(policy ? { policy } : {}) }, 201)).id;

test('200 people within 4 s: who may is in, who may not is not', { timeout: 120_000 }, async () => {
  const [event, members] = [await openEvent(owner), await makeRoom('members')];
  const { code, report, output } = await loadEntry(server, event, { people: 200,
    args: ['--over', 4, '--stay', 2, '--wrong', 20, '--wrong-room', `${members}=sign_in_first`] });
  const [wave] = report.waves;
  assert.equal(code, 0, output);
  assert.deepEqual([wave.honest, wave.in, wave.wrongdoers, wave.rightly_refused], [160, 160, 40, 40], output);
  assert.deepEqual([wave.wrongly_refused, wave.wrongly_admitted, wave.refused_otherwise, wave.broken], [0, 0, 0, 0]);
  const tried = new Set(wave.reasons.map((reason) => reason.tried));
  assert.equal(tried.size, WAYS_THAT_NEED_NOTHING + 1, [...tried].join(' '));
  assert.deepEqual(wave.server_after.map(({ name }) => name).sort(), ['testudo', 'testudo-media', 'testudo-web']);
  assert.ok(wave.join.median_ms > 0 && wave.join.median_ms <= wave.join.p99_ms);
});

test('who was banned does not come back with the same key', { timeout: 60_000 }, async () => {
  const event = await openEvent(owner);
  const host = await owner.join(event, 'Ada Admin');
  const ban = ({ id, name }) => { if (name.startsWith('Unwelcome')) host.send('ban', { who: id }); };
  host.on('joined', ({ person }) => ban(person));
  host.on('knock', ban); // who resembles the first of them waits before the door
  host.send('hello');
  await host.next('welcome');
  const { code, report, output } = await loadEntry(server, event, { people: 10, from: '127.2.0.1',
    args: ['--over', 1, '--wrong', 100, '--tries', 'banned'] });
  assert.equal(code, 0, output);
  assert.equal(report.waves[0].rightly_refused, 10, output);
  await host.close();
});

test('the tool notices who gets in, who is refused and who is put out', { timeout: 120_000 }, async () => {
  const [event, small] = [await openEvent(owner), await openEvent(owner, { most: 5 })];
  const admitted = await loadEntry(server, event, { people: 4, from: '127.3.0.1',
    args: ['--over', 0, '--stay', 0, '--wrong', 50, '--tries', 'no-cookie', '--wrong-room', `${event}=not_a_member`] });
  assert.equal(admitted.code, 1);
  assert.equal(admitted.report.waves[0].wrongly_admitted, 1, admitted.output);
  assert.match(admitted.output, /1 ADMITTED/);

  // One of the five places is the host's.
  const refused = await loadEntry(server, small, { people: 9, from: '127.3.0.1', args: ['--over', 2, '--stay', 0] });
  assert.equal(refused.code, 1);
  assert.deepEqual([refused.report.waves[0].in, refused.report.waves[0].wrongly_refused], [4, 5], refused.output);
  assert.deepEqual(refused.report.waves[0].reasons.map(({ code }) => code), ['room_full']);

  const ending = loadEntry(server, event, { people: 5, from: '127.3.0.1', args: ['--over', 0, '--stay', 4] });
  for (let live = 0; live < 5;) live = (await owner.ask('GET', `/api/v1/rooms/${event}/settings`)).live;
  await owner.ask('DELETE', `/api/v1/rooms/${event}`, undefined, 204);
  const ended = await ending;
  assert.equal(ended.code, 1);
  assert.deepEqual([ended.report.waves[0].in, ended.report.waves[0].broken], [0, 5], ended.output);
});

test('another server than the one that is trusted is not spoken to', { timeout: 60_000 }, async () => {
  const other = await startServer();
  await other.hostLink();
  const { code, report, output } = await loadEntry({ ...other, data: server.data }, 'A'.repeat(22), { people: 1,
    args: ['--over', 0, '--patience', 2] });
  assert.equal(code, 1);
  assert.equal(report, null, output);
  assert.match(output, /The server's certificate is not trusted for localhost/);
  await other.stop();
});
