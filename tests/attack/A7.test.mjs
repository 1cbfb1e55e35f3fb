/* SPDX-License-Identifier: GPL-3.0-or-later */
// A7: "nobody notices who came". No member is hidden: who hears anything of a meeting stands in everybody's list. One
// person twice, and more people than were invited, are told to the hosts; however many race for the last places, no
// more come in than the room holds; and the list of stays has them all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signIn } from '../lib/accounts.mjs';
import { enter, startLesson } from '../lib/lesson.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

let server, owner;

before(async () => {
  server = await startServer();
  ({ owner } = await startLesson(server));
});

after(async () => {
  await server?.stop();
});

const OPEN = { waiting_room: false, guests_verified: false };
const lesson = (options) => startLesson(server, { owner, ...options });
let addresses = 0;
const guest = () => new Browser(server.origin, { localAddress: `127.0.3.${1 + (addresses++ % 250)}` });

/** Everybody whom this socket has been told of and who has not left. */
function rosterOf(signal, welcome) {
  const people = new Map(welcome.people.map((person) => [person.id, person]));
  for (const message of signal.messages) {
    if (message.type === 'joined' || message.type === 'changed') people.set(message.person.id, message.person);
    if (message.type === 'left') people.delete(message.id);
  }
  return [...people.keys()].sort();
}

test('who hears of a meeting stands in the list of everybody in it, and who is silent hears nothing', async () => {
  const { room, host, meeting } = await lesson({ policy: OPEN });
  const silent = await guest().join(room, 'Silent Sam'); // never says hello
  const signals = await Promise.all(Array.from({ length: 12 }, (_, i) => enter(guest(), room, `Guest Nr ${i}`)));
  const welcomes = await Promise.all(signals.map((signal) => signal.next('welcome')));
  const ids = [host, ...signals].map(({ hello }) => hello.you).sort();
  for (const [i, signal] of signals.entries())
    await until('everybody in the list', () => assert.deepEqual(rosterOf(signal, welcomes[i]), ids) ?? true);
  assert.deepEqual(silent.messages.map(({ type }) => type), ['hello']);
  for (const signal of [silent, ...signals]) signal.terminate();
  await meeting.stop();
});

test('one person on two devices is told to the hosts, and to nobody else', async () => {
  const { room, host, meeting } = await lesson({ policy: OPEN });
  const other = await enter(guest(), room, 'Otto');
  await other.next('welcome');
  const browser = guest();
  await signIn(browser, 'admin@school.example');
  const twice = await enter(browser, room, 'Hanna’s Telephone');
  await twice.next('welcome');
  const alert = await host.next('alert');
  assert.deepEqual([alert.code, alert.who, alert.other], ['same_account', twice.hello.you, host.hello.you]);
  assert.equal((await other.next('joined')).person.verified, 'account');
  assert.ok(!other.messages.some(({ type }) => type === 'alert'));
  for (const signal of [other, twice]) signal.terminate();
  await meeting.stop();
});

test('more people than were invited are told to the hosts', async () => {
  const { room, host, meeting } = await lesson({ policy: { ...OPEN, invited: 2 } });
  const first = await enter(guest(), room, 'First');
  await first.next('welcome');
  assert.ok(!host.messages.some(({ type }) => type === 'alert'));
  const second = await enter(guest(), room, 'Second');
  assert.equal((await host.next('alert')).code, 'more_than_invited');
  for (const signal of [first, second]) signal.terminate();
  await meeting.stop();
});

test('of thirty who race for the last four places four come in', async () => {
  const { room, meeting } = await lesson({ policy: { ...OPEN, most: 5 } });
  const race = async (i) => {
    try {
      const signal = await enter(guest(), room, `Runner Nr ${i}`);
      await signal.next('welcome');
      return signal;
    } catch (error) {
      assert.match(error.message, /room_full|closed|refused/);
      return null;
    }
  };
  const runners = await Promise.all(Array.from({ length: 30 }, (_, i) => race(i)));
  const signals = runners.filter((signal) => signal !== null);
  assert.equal(signals.length, 4);
  assert.equal((await owner.ask('GET', `/api/v1/rooms/${room}/settings`)).live, 5);
  for (const signal of signals) signal.terminate();
  await meeting.stop();
});

test('the list of stays outlives the meeting, with how each was known', async () => {
  const { room, host, meeting } = await lesson({ policy: OPEN });
  const one = await enter(guest(), room, 'One');
  await one.next('welcome');
  one.send('leave');
  await one.closed;
  host.send('leave');
  await host.closed;
  const stays = await until('both stays to be ended', async () => {
    const { stays: list } = await owner.ask('GET', `/api/v1/rooms/${room}/attendance`);
    return list.length === 2 && list.every(({ left }) => left !== null) && list;
  });
  assert.deepEqual(
    stays.map(({ name, verified, role }) => [name, verified, role]).sort(),
    [
      ['Hanna Host', 'account', 'host'],
      ['One', 'none', 'participant'],
    ],
  );
  await meeting.stop();
});

test('the audience of an event hears of the stage and a number, and the hosts of everybody', async () => {
  const { room, host, meeting } = await lesson({ kind: 'event', policy: OPEN });
  const first = await enter(guest(), room, 'First');
  const { people, kind } = await first.next('welcome');
  assert.deepEqual([kind, people.length], ['event', 1]); // oneself: the host is in the green room
  host.send('broadcast', { on: true });
  const live = await first.next('broadcast', ({ broadcast }) => broadcast.state === 'live');
  assert.deepEqual(live.people.map(({ role }) => role), ['host'], 'with the broadcast the stage is there');
  const others = await Promise.all(Array.from({ length: 9 }, (_, i) => enter(guest(), room, `Guest Nr ${i}`)));
  await Promise.all(others.map((signal) => signal.next('welcome')));
  await first.next('count', (message) => message.people === 11);
  assert.ok(!first.messages.some(({ type }) => type === 'joined'));
  const seen = new Set(host.messages.filter(({ type }) => type === 'joined').map(({ person }) => person.id));
  for (const signal of [first, ...others]) assert.ok(seen.has(signal.hello.you));
  host.send('role', { who: first.hello.you, role: 'speaker' });
  host.send('stage', { who: first.hello.you, on: true });
  assert.equal((await others[0].next('changed')).person.role, 'speaker');
  for (const signal of [first, ...others]) signal.terminate();
  await meeting.stop();
});
