/* SPDX-License-Identifier: GPL-3.0-or-later */
// Requests that go on by themselves: a session is begun, a factor is asked for, and each request runs once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/api/error';
import { NotConfirmed, Visitor, type BeginReason, type FactorReason } from '../src/identity/visitor';
import type { ApiRequest } from '../src/identity/client';
import { record, text, type Reader } from '../src/signal/json';
import { guest } from './guest';

/** A server that refuses with the codes in line, and then carries out. */
class FakeClient {
  readonly asked: string[] = [];
  /** Refusals by path; each is used once. */
  readonly refusals = new Map<string, string[]>();

  /** Refuses nothing for the moment. */
  calm = false;

  refuse(path: string, ...codes: string[]): this {
    this.refusals.set(path, codes);
    return this;
  }

  /** A browser that was here before has one. */
  keyed = true;

  hasKey(): Promise<boolean> {
    return Promise.resolve(this.keyed);
  }

  publicKey(): Promise<string> {
    return Promise.resolve('KEY');
  }

  request<T>({ method, path, body }: ApiRequest, reader: Reader<T>): Promise<T> {
    this.asked.push(`${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    const code = this.calm ? undefined : this.refusals.get(path)?.shift();
    if (code !== undefined) return Promise.reject(new ApiError(code));
    return Promise.resolve(reader(path === '/api/v1/session' ? guest : { done: path }, 'answer'));
  }
}

function visit(client: FakeClient, answers: readonly boolean[] = []) {
  const begun: (BeginReason | null)[] = [];
  const factors: FactorReason[] = [];
  let musts = 0;
  const waiting = [...answers];
  const visitor = new Visitor(client, {
    onSession: (_, why) => begun.push(why),
    onFactorNeeded: (why) => {
      factors.push(why);
      return Promise.resolve(waiting.shift() ?? false);
    },
    onMust: () => musts++,
  });
  return { visitor, begun, factors, musts: () => musts };
}

/** With a session that was there a moment ago. */
async function visitWithSession(client: FakeClient, answers: readonly boolean[] = []) {
  const visited = visit(client, answers);
  client.calm = true;
  await visited.visitor.look();
  client.calm = false;
  client.asked.length = 0;
  return visited;
}

const done = record({ done: text });
const POST: ApiRequest = { method: 'POST', path: '/x', body: { a: 1 } };
const apiError = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code;

test('a browser that never was here begins a session before it asks for anything', async () => {
  const client = new FakeClient();
  client.keyed = false;
  const { visitor, begun } = visit(client);
  assert.equal(await visitor.look(), null);
  assert.deepEqual(client.asked, []);
  await visitor.request(POST, done);
  assert.deepEqual(client.asked, ['POST /api/v1/session {"key":"KEY"}', 'POST /x {"a":1}']);
  assert.deepEqual(begun, ['no_session']);
});

test('one that was here before looks for its session once', async () => {
  const client = new FakeClient();
  const { visitor } = visit(client);
  await visitor.request(POST, done);
  await visitor.request(POST, done);
  assert.deepEqual(client.asked, ['GET /api/v1/session', 'POST /x {"a":1}', 'POST /x {"a":1}']);
});

test('without a session one is begun with the key, and the request is sent again, once', async () => {
  for (const why of ['no_session', 'session_expired', 'cookie_copied'] as const) {
    const client = new FakeClient().refuse('/x', why).refuse('/api/v1/session', 'no_session');
    const { visitor, begun } = await visitWithSession(client);
    assert.deepEqual(await visitor.request(POST, done), { done: '/x' });
    assert.deepEqual(client.asked, [
      'POST /x {"a":1}',
      'GET /api/v1/session',
      'POST /api/v1/session {"key":"KEY"}',
      'POST /x {"a":1}',
    ]);
    assert.deepEqual(begun, [why]);
  }
});

test('why a session is over is found by one request alone: it is told, whichever answer is read first', async () => {
  const client = new FakeClient().refuse('/x', 'no_session').refuse('/y', 'session_expired');
  client.refuse('/api/v1/session', 'no_session');
  const { visitor, begun } = await visitWithSession(client);
  await Promise.all([visitor.request(POST, done), visitor.request({ ...POST, path: '/y' }, done)]);
  assert.deepEqual(begun, ['session_expired']);
});

test('who looks for the session hears why it is over', async () => {
  const client = new FakeClient().refuse('/api/v1/session', 'session_expired', 'no_session');
  const { visitor, begun } = await visitWithSession(client);
  assert.equal(await visitor.look(), null);
  assert.equal(visitor.over, 'session_expired');
  assert.equal(await visitor.look(), null);
  assert.equal(visitor.over, null, 'told once');
  await visitor.request(POST, done);
  assert.deepEqual(begun, ['no_session']);
});

test('a session that came meanwhile is kept: a sign-in is not lost to a guest', async () => {
  const client = new FakeClient().refuse('/x', 'no_session');
  const { visitor, begun } = await visitWithSession(client);
  await visitor.request(POST, done);
  assert.deepEqual(client.asked, ['POST /x {"a":1}', 'GET /api/v1/session', 'POST /x {"a":1}']);
  assert.deepEqual(begun, [null]);
});

test('many requests without a session begin one', async () => {
  const client = new FakeClient().refuse('/x', 'no_session', 'no_session', 'no_session');
  client.refuse('/api/v1/session', 'no_session');
  const { visitor, begun } = await visitWithSession(client);
  await Promise.all([1, 2, 3].map(() => visitor.request(POST, done)));
  assert.equal(client.asked.filter((line) => line.startsWith('POST /api/v1/session')).length, 1);
  assert.equal(begun.length, 1);
});

test('a server that never gives a session is not asked for ever', async () => {
  const client = new FakeClient().refuse('/x', ...Array<string>(9).fill('no_session'));
  client.refuse('/api/v1/session', 'no_session');
  await assert.rejects((await visitWithSession(client)).visitor.request(POST, done), apiError('no_session'));
  assert.equal(client.asked.filter((line) => line.startsWith('POST /x')).length, 2);
});

test('a factor is asked for, and then the same request goes on', async () => {
  const client = new FakeClient().refuse('/x', 'confirm_first');
  const { visitor, factors } = await visitWithSession(client, [true]);
  assert.deepEqual(await visitor.request(POST, done), { done: '/x' });
  assert.deepEqual(factors, ['confirm']);
  assert.deepEqual(client.asked, ['POST /x {"a":1}', 'POST /x {"a":1}']);
});

test('a locked session that is opened may still have to be confirmed', async () => {
  const client = new FakeClient().refuse('/x', 'session_locked', 'confirm_first');
  const { visitor, factors } = await visitWithSession(client, [true, true]);
  await visitor.request(POST, done);
  assert.deepEqual(factors, ['locked', 'confirm']);
});

test('who does not want to show a factor is asked once, and nothing is sent again', async () => {
  const client = new FakeClient().refuse('/x', 'confirm_first', 'confirm_first');
  const { visitor, factors } = await visitWithSession(client, [false]);
  await assert.rejects(visitor.request(POST, done), NotConfirmed);
  assert.deepEqual([factors.length, client.asked.length], [1, 1]);
});

test('a server that is never content with a factor is not asked for ever', async () => {
  const client = new FakeClient().refuse('/x', 'confirm_first', 'confirm_first', 'confirm_first');
  const { visitor, factors } = await visitWithSession(client, [true, true, true]);
  await assert.rejects(visitor.request(POST, done), apiError('confirm_first'));
  assert.equal(factors.length, 1);
});

test('several requests ask the person once', async () => {
  const client = new FakeClient().refuse('/x', 'confirm_first', 'confirm_first');
  const { visitor, factors } = await visitWithSession(client, [true, true]);
  await Promise.all([visitor.request(POST, done), visitor.request(POST, done)]);
  assert.deepEqual([factors.length, client.asked.length], [1, 4]);
});

test('requests that open a session never ask for a factor', async () => {
  const client = new FakeClient().refuse('/x', 'session_locked');
  const { visitor, factors } = await visitWithSession(client, [true]);
  await assert.rejects(visitor.open.request(POST, done), apiError('session_locked'));
  assert.equal(factors.length, 0);
});

test('other refusals are passed on as they are; what an account must do first is told', async () => {
  for (const code of ['must_first', 'not_allowed', 'unreachable']) {
    const client = new FakeClient().refuse('/x', code);
    const { visitor, musts } = await visitWithSession(client);
    await assert.rejects(visitor.request(POST, done), apiError(code));
    assert.deepEqual([client.asked.length, musts()], [1, code === 'must_first' ? 1 : 0]);
  }
});

test('looking begins nothing', async () => {
  const client = new FakeClient().refuse('/api/v1/session', 'no_session');
  assert.equal(await visit(client).visitor.look(), null);
  assert.deepEqual(client.asked, ['GET /api/v1/session']);
  const broken = new FakeClient().refuse('/api/v1/session', 'unreachable');
  await assert.rejects(visit(broken).visitor.look(), apiError('unreachable'));
});
