/* SPDX-License-Identifier: GPL-3.0-or-later */
// docs/openapi.json against the running server: each documented request is really taken, what is answered has the documented
// form, and no code of a refusal is documented that the server does not know, or the other way round. (Which routes there
// are, and who may ask, tests/unit/test_openapi.c compares.)
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { problemOf, resolve } from '../lib/schema.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const NOWHERE = 'A'.repeat(21) + 'Q';

let server, document, admin;
const done = new Set(); // "post /api/v1/rooms 201"

before(async () => {
  document = JSON.parse(await readFile(path.join(ROOT, 'docs/openapi.json'), 'utf8'));
  server = await startServer();
  admin = await firstAdministrator(server);
});
after(() => server?.stop());

function operationOf(method, template) {
  const operation = document.paths[template]?.[method];
  assert.ok(operation, `${method} ${template} is documented`);
  return operation;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? NOWHERE);

function checkAnswer(method, template, answer) {
  const { responses } = operationOf(method, template);
  const documented = resolve(document, responses[answer.status] ?? responses.default);
  const what = `${method} ${template} ${answer.status} ${answer.text.slice(0, 200)}`;
  assert.ok(answer.status >= 400 || responses[answer.status], `${what}: the status is documented`);
  const [type] = (answer.headers['content-type'] ?? '').split(';');
  if (answer.text === '') assert.equal(documented.content, undefined, what);
  else assert.equal(problemOf(document, documented.content[type].schema, answer.json), null, what);
  done.add(`${method} ${template} ${answer.status}`);
  return answer.json;
}

/** A request by the administrator; its body and its answer must be as documented. */
async function work(method, template, values = {}, body = undefined, { query = '', type } = {}) {
  const operation = operationOf(method, template);
  if (body !== undefined && type === undefined)
    assert.equal(problemOf(document, operation.requestBody.content['application/json'].schema, body), null, template);
  const options = body === undefined ? {} : { body, headers: type ? { 'content-type': type } : {} };
  const answer = await admin.request(method.toUpperCase(), fill(template, values) + query, options);
  return checkAnswer(method, template, answer);
}

const exampleOf = (method, template) =>
  Object.values(operationOf(method, template).requestBody.content)[0].example;

test('every example has the form that its request wants', () => {
  for (const [template, item] of Object.entries(document.paths))
    for (const [method, { requestBody }] of Object.entries(item))
      for (const { schema, example } of Object.values(requestBody?.content ?? {}))
        if (example !== undefined) assert.equal(problemOf(document, schema, example), null, `${method} ${template}`);
});

test('whoever has no session hears from each request what is documented, and none is unknown', async () => {
  for (const [template, item] of Object.entries(document.paths))
    for (const method of Object.keys(item)) {
      if (template.startsWith('/oidc/')) continue; // there is no provider here: tests/attack/A8-oidc.test.mjs has two
      const stranger = { headers: {}, body: ['post', 'put', 'patch'].includes(method) ? '{}' : undefined };
      const answer = await request(server.origin, method.toUpperCase(), fill(template, {}), stranger);
      assert.notEqual(answer.json?.code, 'bad_method', `${method} ${template}`);
      assert.notEqual(answer.status, 404, `${method} ${template}`);
      if (item[method]['x-who'] !== 'anybody') assert.equal(answer.status, 401, `${method} ${template}`);
      checkAnswer(method, template, answer);
    }
});

test('rooms, their people and their series', async () => {
  const series = await work('post', '/api/v1/series', {}, exampleOf('post', '/api/v1/series'));
  await work('get', '/api/v1/series');
  const room = await work('post', '/api/v1/rooms', {},
    { ...exampleOf('post', '/api/v1/rooms'), series: series.id, owner: 'admin@school.example' });
  const at = { room: room.id, email: 'ben@b.example' };
  await work('get', '/api/v1/rooms', {}, undefined, { query: '?all=true&most=10' });
  await work('get', '/api/v1/rooms/{room}', at);
  await work('get', '/api/v1/rooms/{room}/settings', at);
  await work('patch', '/api/v1/rooms/{room}', at, { ...exampleOf('patch', '/api/v1/rooms/{room}'), series: null });
  await work('put', '/api/v1/rooms/{room}/members/{email}', at, { role: 'cohost' });
  await work('get', '/api/v1/rooms/{room}/members', at);
  await work('delete', '/api/v1/rooms/{room}/members/{email}', at);
  await work('post', '/api/v1/rooms/{room}/entry', at, { name: 'Ada Admin' });
  const socket = await admin.join(room.id, 'Ada Admin');
  socket.send('hello');
  await socket.next('welcome');
  assert.equal((await work('get', '/api/v1/rooms/{room}/settings', at)).live, 1);
  await work('get', '/api/v1/rooms/{room}/attendance', at);
  await work('get', '/api/v1/rooms/{room}/bans', at);
  await work('delete', '/api/v1/rooms/{room}/bans/{ban}', at);
  await work('delete', '/api/v1/rooms/{room}', at);
  assert.equal((await socket.closed).code, 4004);
});

test('tickets', async () => {
  const room = await work('post', '/api/v1/rooms', {}, { title: 'Paid', kind: 'ticket' });
  const series = await work('post', '/api/v1/series', {}, { title: 'Course' });
  for (const [place, id] of [['rooms/{room}', room.id], ['series/{series}', series.id]]) {
    const template = `/api/v1/${place}/tickets`, at = { room: id, series: id };
    const body = { ...exampleOf('post', template), reference: `order of ${place}` };
    const ticket = await work('post', template, at, body);
    assert.equal((await work('post', template, at, body)).id, ticket.id);
    await work('post', template, at, { ...body, email: 'eve@e.example' });
    await work('post', `${template}/import`, at, 'email\nc@c.example\n', { type: 'text/csv' });
    await work('post', `${template}/import`, at, 'email\nnobody\n', { type: 'text/csv' });
    await work('get', template, at);
    await work('delete', '/api/v1/tickets/{ticket}', { ticket: ticket.id });
  }
});

test('people and sessions', async () => {
  const { person } = await work('post', '/api/v1/people', {}, exampleOf('post', '/api/v1/people'));
  const at = { person: person.id };
  await work('post', '/api/v1/people', {}, exampleOf('post', '/api/v1/people'));
  await work('get', '/api/v1/people', {}, undefined, { query: '?search=ben' });
  await work('get', '/api/v1/people/{person}', at);
  await work('patch', '/api/v1/people/{person}', at, exampleOf('patch', '/api/v1/people/{person}'));
  await work('post', '/api/v1/people/{person}/link', at);
  await work('delete', '/api/v1/people/{person}/factors', at);
  await work('delete', '/api/v1/people/{person}/sessions', at);
  await work('delete', '/api/v1/people/{person}', at);
  await work('get', '/api/v1/sessions');
  await work('delete', '/api/v1/sessions/{session}', { session: NOWHERE });
  const [me] = (await work('get', '/api/v1/people')).people;
  await work('get', '/api/v1/people/{person}', { person: me.id });
  await work('delete', '/api/v1/people/{person}', { person: me.id });
});

test('keys, webhooks and what they send', async () => {
  const key = await work('post', '/api/v1/keys', {}, exampleOf('post', '/api/v1/keys'));
  await work('get', '/api/v1/keys');
  await work('delete', '/api/v1/keys/{key}', { key: key.id });
  const room = await work('post', '/api/v1/rooms', {}, { title: 'Paid', kind: 'ticket' });
  const hook = await work('post', '/api/v1/webhooks', {}, { ...exampleOf('post', '/api/v1/webhooks'), room: room.id });
  await work('get', '/api/v1/webhooks');
  assert.equal(hook.url, `${server.origin}/hooks/${hook.id}`);
  const body = JSON.stringify(exampleOf('post', '/hooks/{webhook}')), t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', hook.secret).update(`${t}.${body}`).digest('hex');
  for (const repeated of [false, true]) {
    const answer = await request(server.origin, 'POST', `/hooks/${hook.id}`,
      { body, headers: { origin: null, 'testudo-signature': `t=${t},v1=${v1}` } });
    assert.equal(checkAnswer('post', '/hooks/{webhook}', answer).repeated, repeated);
  }
  await work('delete', '/api/v1/webhooks/{webhook}', { webhook: hook.id });
});

test('what people write to the administrators', async () => {
  await work('post', '/api/v1/messages', {}, exampleOf('post', '/api/v1/messages'));
  await work('post', '/api/v1/messages', {}, { text: 'turned\u202eround' });
  const { messages: [message] } = await work('get', '/api/v1/messages');
  await work('put', '/api/v1/messages/{message}', { message: message.id }, { read: true });
  await work('delete', '/api/v1/messages/{message}', { message: message.id });
});

test('the server, its log and the emergency', async () => {
  await work('get', '/api/v1/server');
  await work('get', '/api/v1/settings');
  await work('get', '/api/v1/log', {}, undefined, { query: '?kind=room_made' });
  assert.equal((await work('post', '/api/v1/log/verify')).whole, true);
  await work('post', '/api/v1/emergency', {}, exampleOf('post', '/api/v1/emergency'));
});

test('coming in and going', async () => {
  admin = new Browser(server.origin);
  await admin.begin();
  await work('get', '/api/v1/session');
  await work('post', '/api/v1/session/password', {}, { email: 'admin@school.example', password: 'wrong' });
  await work('post', '/api/v1/session/password', {},
    { email: 'admin@school.example', password: 'vier pferde laufen bergauf' });
  await work('post', '/api/v1/host', {}, { token: (await server.hostLink()).split('#')[1] });
  await work('post', '/api/v1/host', {}, { token: NOWHERE });
  await work('delete', '/api/v1/session');
});

test('each request of rooms, tickets, administrators and shops was answered with success once', () => {
  const parts = /^\/(api\/v1\/(host|rooms|series|tickets|people|sessions|emergency|log|settings|keys|webhooks|messages)|hooks)\b/;
  for (const [template, item] of Object.entries(document.paths).filter(([template]) => parts.test(template)))
    for (const method of Object.keys(item)) {
      const statuses = Object.keys(item[method].responses).filter((status) => status !== 'default');
      const hit = statuses.some((status) => done.has(`${method} ${template} ${status}`));
      const missing = done.has(`${method} ${template} 404`); // a ban and a session that are not there
      assert.ok(hit || missing, `${method} ${template}`);
    }
});

test('the codes of refusals are those in the source', async () => {
  const documented = new Set(document.components.schemas.Problem.properties.code.enum);
  const known = new Set();
  const folder = path.join(ROOT, 'src/web');
  const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.c'));
  const more = (await readdir(path.join(folder, 'api'))).filter((name) => name.endsWith('.c')).map((name) => `api/${name}`);
  for (const name of new Set([...files, ...more])) {
    const text = await readFile(path.join(folder, name), 'utf8');
    const calls = /\b(?:answer_refusal(?:_with)?|refuse|refuse_unread)\s*\((?:\w+(?:->\w+)*,\s*)*(?:\w+,\s*)?\d{3},\s*"(\w+)"/g;
    for (const [, code] of text.matchAll(calls)) known.add(code);
  }
  for (const code of known) assert.ok(documented.has(code), `${code} is documented`);
  const sources = await readFile(path.join(folder, 'session_rules.c'), 'utf8');
  for (const code of documented)
    assert.ok(known.has(code) || sources.includes(`"${code}"`), `${code} is documented, and the server never says it`);
});
