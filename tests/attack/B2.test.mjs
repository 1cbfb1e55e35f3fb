/* SPDX-License-Identifier: GPL-3.0-or-later */
// B2: pages of other origins. Only listed ones may use keys, none may use cookies, and no configuration opens more.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { cliPlace } from '../lib/cli.mjs';
import { startServer } from '../lib/server.mjs';
import { request } from '../lib/signal-client.mjs';

const SHOP = 'https://shop.example';
const FOREIGN = ['*', 'null', 'https://evil.example', 'http://shop.example', 'https://shop.example.evil.example',
  'https://evil-shop.example', 'https://a.shop.example', 'https://shop.example:8443', 'https://shop.example.',
  'https://shop.example/', 'https://SHOP.EXAMPLE', 'https://shop.exаmple', 'https://shop.example https://evil.example'];

let server, admin, key;
before(async () => {
  server = await startServer({ args: ['--cors_origins', SHOP] });
  admin = await firstAdministrator(server);
  ({ key } = await admin.ask('POST', '/api/v1/keys', { name: 'shop', scopes: ['rooms.read', 'rooms.write'] }, 201));
});
after(() => server?.stop());

const ROOMS = '/api/v1/rooms';
const withKey = (origin, method = 'GET', more = {}) =>
  request(server.origin, method, ROOMS, { headers: { origin, authorization: `Bearer ${key}` }, ...more });
const headersOf = ({ headers }) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

test('a page of the listed origin may use a key, and read the answer', async () => {
  const answer = await withKey(SHOP);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['access-control-allow-origin'], SHOP);
  assert.equal(answer.headers.vary, 'origin');
  assert.equal(answer.headers['access-control-allow-credentials'], undefined);
  const asked = await request(server.origin, 'OPTIONS', ROOMS, { headers: { origin: SHOP } });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers['access-control-allow-origin'], SHOP);
});

for (const origin of FOREIGN) {
  test(`refused with the same key: ${origin}`, async () => {
    const bytes = Buffer.from(origin).toString('latin1'); // as it would be on the wire
    for (const answer of [await withKey(bytes), await withKey(bytes, 'POST', { body: { title: 'Foreign' } }),
      await request(server.origin, 'OPTIONS', ROOMS, { headers: { origin: bytes } })]) {
      assert.deepEqual([answer.status, answer.json.code], [403, 'bad_origin']);
      assert.deepEqual(headersOf(answer), []);
    }
    assert.deepEqual((await admin.ask('GET', `${ROOMS}?all=true`)).rooms, []);
  });
}

test('no page of another origin does anything with the cookie, the listed one neither', async () => {
  for (const origin of [SHOP, ...FOREIGN.filter((o) => /^[\x20-\x7e]+$/.test(o))])
    for (const method of ['GET', 'POST']) {
      const answer = await admin.request(method, ROOMS, { headers: { origin }, ...(method === 'POST' ? { body: { title: 'Foreign' } } : {}) });
      assert.deepEqual([answer.status, answer.json.code], [403, 'bad_origin'], `${method} ${origin}`);
      assert.deepEqual(headersOf(answer), []);
    }
  assert.deepEqual((await admin.ask('GET', `${ROOMS}?all=true`)).rooms, []);
});

test('a change without any origin is none of a page of ours', async () => {
  const answer = await admin.request('POST', ROOMS, { headers: { origin: null }, body: { title: 'Foreign' } });
  assert.deepEqual([answer.status, answer.json.code], [403, 'bad_origin']);
});

test('a cookie beside a key changes nothing: the key alone counts', async () => {
  const answer = await withKey(SHOP, 'GET', { cookie: admin.cookie });
  assert.equal(answer.status, 200);
  const log = await request(server.origin, 'GET', '/api/v1/log',
    { cookie: admin.cookie, headers: { origin: SHOP, authorization: `Bearer ${key}` } });
  assert.deepEqual([log.status, log.json.code], [403, 'scope_missing']);
});

for (const value of ['*', 'null', 'https://*.example.org', 'http://shop.example', 'https://', 'shop.example', 'https://shop.example/path',
  'https://user@shop.example', 'https://shop.example, *']) {
  test(`no server starts with cors_origins = ${value}`, async () => {
    const place = await cliPlace();
    try {
      const { code, stderr } = await place.run('serve', '--data', place.data, '--cors_origins', value);
      assert.notEqual(code, 0);
      assert.match(stderr, /--cors-origins: cors_origins: .*Mend: /s);
    } finally {
      await place.remove();
    }
  });
}
