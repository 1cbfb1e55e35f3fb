/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ApiError } from '../src/api';
import { SessionClient, type Surroundings } from '../src/identity/client';
import { KeyError, forgetKey, hasKey, loadKey, type SessionKey } from '../src/identity/key';
import { NonceStock } from '../src/identity/nonces';
import { encodePart, proofHeader, proofText, targetOf, type Method, type ProvenRequest, type Query } from '../src/identity/proof';
import { record, text } from '../src/signal/json';
import { MemoryIndexedDb } from './memory_indexeddb';

const ORIGIN = 'https://localhost:8443';

interface Vectors {
  proofs: (ProvenRequest & { key: string; nonce: string; text: string; header: string })[];
  targets: { path: string; query: Query; target: string }[];
  wrong_headers: { why: string; header: string }[];
}

const vectors = JSON.parse(readFileSync('../tests/data/proof-vectors.json', 'utf8')) as Vectors;

const HEADER = /^v1 ([A-Za-z0-9_-]{21}[AQgw]) ([A-Za-z0-9_-]{85}[AQgw])$/;

/** What the server does with a proof, with Web Crypto. */
async function isRight(publicText: string, header: string, signed: string): Promise<boolean> {
  const [, , signature = ''] = HEADER.exec(header) ?? [];
  const point = Uint8Array.of(4, ...Buffer.from(publicText, 'base64url'));
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('raw', point, curve, false, ['verify']);
  const hash = { name: 'ECDSA', hash: 'SHA-256' };
  return crypto.subtle.verify(hash, key, Buffer.from(signature, 'base64url'), Buffer.from(signed));
}

// --- proofs ---

test('the text and the proofs are the documented ones', async () => {
  assert.ok(vectors.proofs.length >= 5);
  for (const vector of vectors.proofs) {
    assert.equal(await proofText(vector, vector.nonce), vector.text);
    assert.ok(await isRight(vector.key, vector.header, await proofText(vector, vector.nonce)));
  }
});

test('what this page signs has the form that the server reads, and is right for its text alone', async () => {
  const { pair, publicText } = await loadKey(new MemoryIndexedDb().factory);
  for (const vector of vectors.proofs) {
    const header = await proofHeader(pair.privateKey, vector, vector.nonce);
    assert.equal(HEADER.exec(header)?.[1], vector.nonce);
    assert.ok(await isRight(publicText, header, vector.text));
    assert.ok(!(await isRight(publicText, header, `${vector.text}.`)));
    assert.ok(!(await isRight(vector.key, header, vector.text)));
  }
  for (const { why, header } of vectors.wrong_headers) assert.doesNotMatch(header, HEADER, why);
});

test('targets have one form only', () => {
  for (const { path, query, target } of vectors.targets) {
    assert.equal(targetOf(path, query), target);
    const url = new URL(target, ORIGIN);
    assert.equal(url.pathname + url.search, target, 'fetch sends it as it is');
  }
  assert.equal(targetOf(`/a/${encodePart("o'neil+x@example.org")}`), '/a/o%27neil%2Bx%40example.org');
  const bad = ['', 'api', '/', '/a/', '//a', '/a//b', '/a/../b', '/a/.', '/a?b', '/a#b', '/a%2Fb', '/ż', '/a\nb'];
  bad.push('/a@b', '/a%4', '/a%', '/a%41', '/a%7E', '/a%0A', '/a%C5', '/%2E%2E', '/a%2b');
  for (const path of bad) assert.throws(() => targetOf(path), TypeError, path);
});

// --- the key ---

const keyProblem = (code: string) => (error: unknown) => error instanceof KeyError && error.code === code;

test('the key is the same after a reload and cannot be read out', async () => {
  const databases = new MemoryIndexedDb();
  const first = await loadKey(databases.factory);
  const again = await loadKey(databases.factory);
  assert.equal(again.publicText, first.publicText);
  assert.equal(Buffer.from(first.publicText, 'base64url').length, 64);
  assert.equal(first.pair.privateKey.extractable, false);
  for (const format of ['pkcs8', 'jwk'] as const)
    await assert.rejects(crypto.subtle.exportKey(format, first.pair.privateKey));
});

test('whether there is a key is found out without making one', async () => {
  const { factory } = new MemoryIndexedDb();
  assert.deepEqual([await hasKey(factory), await hasKey(factory)], [false, false]);
  await loadKey(factory);
  assert.equal(await hasKey(factory), true);
  await forgetKey(factory);
  assert.equal(await hasKey(factory), false);
});

test('windows that open at once have one key', async () => {
  const databases = new MemoryIndexedDb();
  const keys = await Promise.all([1, 2, 3].map(() => loadKey(databases.factory)));
  assert.equal(new Set(keys.map(({ publicText }) => publicText)).size, 1);
});

test('a forgotten key is gone', async () => {
  const databases = new MemoryIndexedDb();
  const first = await loadKey(databases.factory);
  await forgetKey(databases.factory);
  assert.notEqual((await loadKey(databases.factory)).publicText, first.publicText);
});

test('a key that could be read out is not used, nor what is no key', async () => {
  const databases = new MemoryIndexedDb();
  const open = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  for (const planted of [open, { privateKey: 'x', publicKey: 'y' }, 7]) {
    databases.values.set('session', planted);
    assert.equal((await loadKey(databases.factory)).pair.privateKey.extractable, false);
  }
});

test('a browser that keeps no key is told apart', async () => {
  const databases = new MemoryIndexedDb();
  await assert.rejects(loadKey(undefined), keyProblem('no_storage'));
  databases.refuses = 'open';
  await assert.rejects(loadKey(databases.factory), keyProblem('no_storage'));
  databases.refuses = 'keys';
  await assert.rejects(loadKey(databases.factory), keyProblem('no_storage'));
  databases.refuses = 'nothing';
  await loadKey(databases.factory);
});

// --- nonces ---

test('nonces: each once, the newest first, not too old, not too many', () => {
  let now = 0;
  const stock = new NonceStock(() => now);
  const nonce = (n: number) => Buffer.alloc(16, n).toString('base64url');
  stock.add(nonce(1));
  now = 60_000;
  stock.add(nonce(2));
  stock.add(null);
  assert.equal(stock.take(), nonce(2));
  assert.equal(stock.take(), nonce(1));
  assert.equal(stock.take(), null);
  stock.add(nonce(3));
  now += 4 * 60_000;
  assert.equal(stock.take(), null);
  for (let n = 0; n < 20; n++) stock.add(nonce(n));
  for (let n = 19; n >= 12; n--) assert.equal(stock.take(), nonce(n));
  assert.equal(stock.take(), null);
});

// --- requests ---

interface Seen {
  readonly target: string;
  readonly init: RequestInit;
  readonly nonce: string | null;
}

/** A server that takes each of its nonces once and checks every proof. */
class FakeServer implements Surroundings {
  readonly origin = ORIGIN;
  readonly seen: Seen[] = [];
  readonly carriedOut: string[] = [];
  /** What the next proven requests are answered. */
  readonly answers: (Response | Error)[] = [];
  /** Answers that wait until `release` is called. */
  held: (() => void)[] = [];
  holding = false;
  stubborn = false;
  readonly #databases = new MemoryIndexedDb();
  readonly #open = new Set<string>();
  #count = 0;
  time = 0;

  readonly now = () => this.time;
  readonly key = (): Promise<SessionKey> => loadKey(this.#databases.factory);
  readonly hasKey = (): Promise<boolean> => hasKey(this.#databases.factory);

  forgetNonces(): void {
    this.#open.clear();
  }

  readonly fetch = async (target: string, init: RequestInit): Promise<Response> => {
    const header = new Headers(init.headers).get('Testudo-Proof');
    const nonce = header === null ? null : (HEADER.exec(header)?.[1] ?? '');
    this.seen.push({ target, init, nonce });
    if (this.holding) await new Promise<void>((resolve) => this.held.push(resolve));
    if (header === null || nonce === null || !this.#open.delete(nonce) || this.stubborn)
      return this.#answer(401, { code: 'use_nonce' });
    const request: ProvenRequest = {
      method: init.method as Method,
      target,
      body: typeof init.body === 'string' ? init.body : '',
      origin: ORIGIN,
    };
    const { publicText } = await this.key();
    if (!(await isRight(publicText, header, await proofText(request, nonce))))
      return this.#answer(401, { code: 'cookie_copied' });
    this.carriedOut.push(`${request.method} ${target} ${request.body}`);
    const prepared = this.answers.shift();
    if (prepared instanceof Error) throw prepared;
    return prepared ?? this.#answer(200, { done: target });
  };

  #answer(status: number, body: object): Response {
    const nonce = Buffer.alloc(16, ++this.#count).toString('base64url');
    this.#open.add(nonce);
    return new Response(JSON.stringify(body), { status, headers: { 'Testudo-Nonce': nonce } });
  }
}

const done = record({ done: text });
const apiError = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code;

async function until(check: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; performance.now() < end;) {
    if (check()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`waited in vain until ${check.toString()}`);
}

test('the first request learns a nonce and is sent once more; the next ones go at once', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  const answer = await client.request({ method: 'GET', path: '/a', query: [['q', 'x y']] }, done);
  assert.deepEqual(answer, { done: '/a?q=x%20y' });
  assert.deepEqual(server.seen.map(({ nonce }) => nonce === null), [true, false]);
  await client.request({ method: 'POST', path: '/b', body: { name: 'Żaneta' } }, done);
  await client.request({ method: 'DELETE', path: '/c' }, done);
  assert.equal(server.seen.length, 4);
  assert.deepEqual(server.carriedOut, ['GET /a?q=x%20y ', 'POST /b {"name":"Żaneta"}', 'DELETE /c ']);
  assert.equal(new Set(server.seen.map(({ nonce }) => nonce)).size, 4, 'no nonce twice');
  assert.ok(server.seen.every(({ init }) => init.credentials === 'same-origin' && init.redirect === 'error'));
});

test('a forgotten nonce costs one more request; a server that wants another for ever gets no more', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  await client.request({ method: 'GET', path: '/a' }, done);
  server.forgetNonces();
  await client.request({ method: 'POST', path: '/b' }, done);
  assert.equal(server.seen.length, 4);
  assert.deepEqual(server.carriedOut, ['GET /a ', 'POST /b ']);
  server.stubborn = true;
  await assert.rejects(client.request({ method: 'POST', path: '/c' }, done), apiError('use_nonce'));
  assert.equal(server.seen.length, 6);
});

test('an old nonce is not tried at all', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  await client.request({ method: 'GET', path: '/a' }, done);
  server.time += 5 * 60_000;
  await client.request({ method: 'GET', path: '/b' }, done);
  assert.equal(server.seen[2]?.nonce, null);
});

test('changes wait for one another, readings do not, and each has a nonce of its own', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  server.holding = true;
  const all = [
    client.request({ method: 'POST', path: '/one' }, done),
    client.request({ method: 'PUT', path: '/two' }, done),
    client.request({ method: 'GET', path: '/three' }, done),
    client.request({ method: 'GET', path: '/four' }, done),
  ];
  await until(() => server.held.length === 3);
  assert.deepEqual(server.seen.map(({ target }) => target).sort(), ['/four', '/one', '/three']);
  server.holding = false;
  server.held.forEach((release) => release());
  await Promise.all(all);
  assert.ok(server.carriedOut.indexOf('POST /one ') < server.carriedOut.indexOf('PUT /two '));
  assert.equal(server.carriedOut.length, 4);
  const nonces = server.seen.map(({ nonce }) => nonce).filter((nonce) => nonce !== null);
  assert.equal(new Set(nonces).size, nonces.length);
});

test('a change that may have happened is not sent again, and the next one still leaves', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  server.answers.push(new TypeError('network error'));
  await assert.rejects(client.request({ method: 'POST', path: '/pay' }, done), apiError('unreachable'));
  await client.request({ method: 'POST', path: '/next' }, done);
  assert.deepEqual(server.carriedOut, ['POST /pay ', 'POST /next ']);
});

test('answers are read strictly', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  const ask = () => client.request({ method: 'GET', path: '/a' }, done);
  server.answers.push(new Response('{}'), new Response('{"code":"no_room"}', { status: 404 }));
  server.answers.push(new Response('oops', { status: 502 }), new Response('oops', { status: 400 }));
  await assert.rejects(ask(), apiError('unexpected'));
  await assert.rejects(ask(), apiError('no_room'));
  await assert.rejects(ask(), apiError('unreachable'));
  await assert.rejects(ask(), apiError('unexpected'));
  server.answers.push(new Response(null, { status: 204 }));
  assert.equal(await client.request({ method: 'DELETE', path: '/a' }, (value) => value), null);
});

test('a refusal keeps the words of the server', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  const ask = () => client.request({ method: 'POST', path: '/a', body: {} }, done);
  server.answers.push(new Response('{"code":"bad_csv","detail":"Line 3: no e-mail address."}', { status: 400 }));
  await assert.rejects(ask(), { code: 'bad_csv', detail: 'Line 3: no e-mail address.' });
  server.answers.push(new Response('{"code":"conflict","detail":7}', { status: 409 }));
  await assert.rejects(ask(), { code: 'unexpected', detail: '' });
});

test('a table is sent as it is, and proven', async () => {
  const server = new FakeServer();
  const client = new SessionClient(server);
  await client.request({ method: 'POST', path: '/import', csv: 'email\r\nzoë@example.org\r\n' }, done);
  assert.deepEqual(server.carriedOut, ['POST /import email\r\nzoë@example.org\r\n']);
  assert.equal(new Headers(server.seen.at(-1)?.init.headers).get('Content-Type'), 'text/csv');
});

test('without a key nothing is sent, and the next request tries again', async () => {
  const server = new FakeServer();
  let refused = true;
  const key = () => (refused ? Promise.reject(new KeyError('no_storage', null)) : server.key());
  const client = new SessionClient({ ...server, key });
  await assert.rejects(client.publicKey(), keyProblem('no_storage'));
  await assert.rejects(client.request({ method: 'POST', path: '/a' }, done), keyProblem('no_storage'));
  assert.equal(server.seen.length, 0);
  refused = false;
  await client.request({ method: 'POST', path: '/a' }, done);
  assert.equal(await client.publicKey(), (await server.key()).publicText);
});
