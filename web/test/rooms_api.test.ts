/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the pages for rooms, tickets and administrators ask for and read: docs/API.md, sections 5 to 8.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAll, type Requests } from '../src/api/lists';
import * as people from '../src/api/people';
import { listKeys, makeKey, makeWebhook } from '../src/api/programs';
import * as rooms from '../src/api/rooms';
import { putOutIntruders, readLog, verifyLog } from '../src/api/server';
import { importTickets, issueTicket, listTickets, revokeTicket } from '../src/api/tickets';
import type { ApiRequest } from '../src/identity/client';
import { targetOf } from '../src/identity/proof';
import { ShapeError, type Reader } from '../src/signal/json';

const ID = 'AbCdEfGhIjKlMnOpQrSt_-';
const OTHER = 'AAAAAAAAAAAAAAAAAAAAAA';

/** A server that gives the prepared answers and keeps what it was asked. */
class Prepared implements Requests {
  readonly asked: string[] = [];
  readonly answers: unknown[];

  constructor(...answers: unknown[]) {
    this.answers = answers;
  }

  async request<T>({ method, path, query, body, csv }: ApiRequest, reader: Reader<T>): Promise<T> {
    const sent = csv ?? (body === undefined ? '' : JSON.stringify(body));
    this.asked.push(`${method} ${targetOf(path, query)} ${sent}`.trimEnd());
    return reader(this.answers.shift(), 'answer');
  }
}

const policy = {
  present: 'participant',
  share: 'speaker',
  chat: 'viewer',
  unmute_self: true,
  guests: true,
  guests_verified: false,
  waiting_room: true,
  two_factors: false,
  post_quantum: false,
  locked: false,
  most: 25,
  invited: 0,
};
const room = {
  id: ID,
  kind: 'ticket',
  title: 'Алгебра <b>',
  series: null,
  policy,
  owner: { id: OTHER, name: 'Ana' },
  created: 1,
  closed: 0,
  live: 3,
  address: `https://meet.example.org/m/${ID}`,
};
const ticket = {
  id: ID,
  room: ID,
  series: null,
  title: 'Algebra',
  email: 'ana@example.org',
  role: 'participant',
  from: 0,
  until: 0,
  revoked: 0,
  created: 1,
  in_use: false,
  reference: '',
  issuer: 'console',
};
const person = {
  id: ID,
  email: 'ana@example.org',
  email_verified: true,
  name: 'Ana',
  role: 'member',
  disabled: false,
  two_factors: false,
  must_set_password: false,
  has_password: true,
  has_totp: false,
  passkeys: 1,
  signed_in: 0,
  created: 1,
};
const session = {
  id: OTHER,
  this: false,
  device: 'Firefox on Linux',
  same_network: true,
  created: 1,
  used: 2,
  factors: ['password'],
};

test('rooms are asked for as the contract says', async () => {
  const api = new Prepared({ rooms: [room], more: true }, { rooms: [], more: false }, room, room, null, null, null);
  assert.deepEqual(await rooms.listRooms(api, 0, { all: false }), { items: [room], more: true });
  await rooms.listRooms(api, 50, { all: true });
  await rooms.makeRoom(api, { title: 'A', kind: 'open' });
  await rooms.changeRoom(api, ID, { policy: { locked: true }, series: null });
  await rooms.setMember(api, ID, { email: "o'neil+x@example.org", role: 'host' });
  await rooms.removeMember(api, ID, 'ana@example.org');
  await rooms.liftBan(api, ID, OTHER);
  api.answers.push({ series: [], more: false });
  await rooms.listSeries(api, 0, { all: true, most: 200 });
  assert.deepEqual(api.asked, [
    'GET /api/v1/rooms?offset=0&most=50',
    'GET /api/v1/rooms?offset=50&most=50&all=true',
    'POST /api/v1/rooms {"title":"A","kind":"open"}',
    `PATCH /api/v1/rooms/${ID} {"policy":{"locked":true},"series":null}`,
    `PUT /api/v1/rooms/${ID}/members/o%27neil%2Bx%40example.org {"role":"host"}`,
    `DELETE /api/v1/rooms/${ID}/members/ana%40example.org`,
    `DELETE /api/v1/rooms/${ID}/bans/${OTHER}`,
    'GET /api/v1/series?offset=0&most=200&all=true',
  ]);
});

test('rooms of another shape are not read', async () => {
  const wrong: object[] = [
    { ...room, id: '../../etc' },
    { ...room, kind: 'secret' },
    { ...room, title: null },
    { ...room, policy: { ...policy, present: 'guest' } },
    { ...room, policy: { ...policy, locked: 1 } },
    { ...room, live: -1 },
    { ...room, owner: 'Ana' },
    { ...room, series: 'x' },
  ];
  for (const answer of wrong)
    await assert.rejects(rooms.readRoom(new Prepared(answer), ID), ShapeError, JSON.stringify(answer));
  await assert.rejects(rooms.listRooms(new Prepared({ rooms: [room] }), 0, { all: false }), ShapeError);
  await assert.rejects(rooms.deleteRoom(new Prepared({}), ID), ShapeError);
});

test('tickets of rooms and of series', async () => {
  const api = new Prepared(ticket, { issued: 2, known: 1 }, { tickets: [ticket], more: false }, null);
  await issueTicket(api, { at: 'rooms', id: ID }, { email: 'ana@example.org', from: 5 });
  const csv = 'email\nana@example.org\n';
  assert.deepEqual(await importTickets(api, { at: 'series', id: OTHER }, csv), { issued: 2, known: 1 });
  assert.deepEqual(await listTickets(api, { at: 'series', id: OTHER }, 0, 200), { items: [ticket], more: false });
  await revokeTicket(api, ID);
  assert.deepEqual(api.asked, [
    `POST /api/v1/rooms/${ID}/tickets {"email":"ana@example.org","from":5}`,
    `POST /api/v1/series/${OTHER}/tickets/import ${csv.trimEnd()}`,
    `GET /api/v1/series/${OTHER}/tickets?offset=0&most=200`,
    `DELETE /api/v1/tickets/${ID}`,
  ]);
});

test('people and sessions', async () => {
  const list = { people: [person], more: false, total: 1, administrators: 1 };
  const link = 'https://meet.example.org/welcome#x';
  const api = new Prepared(list, { person, link, mailed: true }, { ...person, sessions: [session] }, person);
  const { people: items, ...rest } = { ...list, people: [person] };
  assert.deepEqual(await people.listPeople(api, 0, 'ana & co'), { items, ...rest });
  assert.equal((await people.addPerson(api, { email: 'b@example.org', name: 'B', role: 'member' })).link, link);
  assert.deepEqual((await people.readPerson(api, ID)).sessions, [session]);
  await people.changePerson(api, ID, { disabled: true });
  const owned = { ...session, person: { id: ID, name: 'Ana', email: 'ana@example.org' } };
  const { person: _, ...orphan } = owned;
  api.answers.push({ sessions: [owned, orphan], more: false }, null, { link, mailed: false });
  assert.deepEqual((await people.listSessions(api, 0)).items, [owned, { ...owned, person: null }]);
  await people.endSession(api, OTHER);
  await people.renewLink(api, ID);
  assert.deepEqual(api.asked, [
    'GET /api/v1/people?offset=0&most=50&search=ana%20%26%20co',
    'POST /api/v1/people {"email":"b@example.org","name":"B","role":"member"}',
    `GET /api/v1/people/${ID}`,
    `PATCH /api/v1/people/${ID} {"disabled":true}`,
    'GET /api/v1/sessions?offset=0&most=50',
    `DELETE /api/v1/sessions/${OTHER}`,
    `POST /api/v1/people/${ID}/link`,
  ]);
  await assert.rejects(people.readPerson(new Prepared({ ...person, role: 'root', sessions: [] }), ID), ShapeError);
});

test('the log, the emergency, keys and webhooks', async () => {
  const event = { number: 7, time: 1, kind: 'sign_in', actor: 'ana@example.org', subject: '', detail: '<img>' };
  const api = new Prepared(
    { events: [event], more: true },
    { whole: false, entries: 9, broken_at: 4, problem: 'Entry 4 was changed.' },
    { ended: 3, people: 2, keys: 0, webhooks: 0 },
    { id: ID, key: 'tk_x' },
    { id: ID, url: 'https://meet.example.org/hooks/x', secret: 's' },
    { id: ID, url: 'https://meet.example.org/hooks/x', secret: 's' },
  );
  assert.deepEqual((await readLog(api, 0, 'sign_in')).items, [event]);
  assert.equal((await verifyLog(api)).broken_at, 4);
  await putOutIntruders(api, ['end_sessions', 'renew_secrets']);
  await makeKey(api, 'Shop', ['tickets.write']);
  await makeWebhook(api, 'Shop', { at: 'series', id: OTHER });
  await makeWebhook(api, 'Shop', null);
  assert.deepEqual(api.asked, [
    'GET /api/v1/log?offset=0&most=50&kind=sign_in',
    'POST /api/v1/log/verify',
    'POST /api/v1/emergency {"end_sessions":true,"renew_secrets":true}',
    'POST /api/v1/keys {"name":"Shop","scopes":["tickets.write"]}',
    `POST /api/v1/webhooks {"name":"Shop","series":"${OTHER}"}`,
    'POST /api/v1/webhooks {"name":"Shop"}',
  ]);
  const key = { id: ID, name: 'Shop', scopes: ['root'], created: 1, used: 0, revoked: 0 };
  await assert.rejects(listKeys(new Prepared({ keys: [key], more: false }), 0), ShapeError);
});

test('a whole list is read page by page, up to a limit, and never for ever', async () => {
  const numbers = Array.from({ length: 450 }, (_, index) => index);
  const asked: string[] = [];
  const page = async (offset: number, most: number) => {
    asked.push(`${offset}+${most}`);
    return { items: numbers.slice(offset, offset + most), more: offset + most < numbers.length };
  };
  assert.deepEqual(await readAll(page, 5000), { items: numbers, more: false });
  assert.deepEqual(asked, ['0+200', '200+200', '400+200']);
  assert.deepEqual(await readAll(page, 250), { items: numbers.slice(0, 250), more: true });
  assert.deepEqual(await readAll(async () => ({ items: [], more: true }), 5000), { items: [], more: false });
});
