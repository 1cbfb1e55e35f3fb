/* SPDX-License-Identifier: GPL-3.0-or-later */
// B2: pages of other origins. Only listed ones may use keys, none may use cookies, and no configuration opens more.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { cliPlace } from '../lib/cli.mjs';
import { startServer } from '../lib/server.mjs';
import { request } from '../lib/signal-client.mjs';

const SHOP = 'https://shop.example';
const FOREIGN = ['*', 'null', 'https://evil.example', 'http://shop.example', 'https://shop.example.evil.example',
  'https://evil-shop.example', 'https://a.shop.example', 'https://shop.example:8443', 'https://shop.example.',
  'https://shop.example/', 'https://SHOP.EXAMPLE', 'https://shop.exаmple', 'https://shop.example https://evil.example'];

let server, admin, key, folder, shop;
before(async () => {
  // A site that is not ours, with its own names: one of them is listed.
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-shop-'));
  shop = https.createServer(await (await makeAuthority(folder)).certificate('localhost'), (request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>A shop</title>');
  });
  await new Promise((resolve) => { shop.listen(0, '127.0.0.1', resolve); });
  server = await startServer({ args: ['--cors_origins', `${SHOP},https://shop.localhost:${shop.address().port}`] });
  admin = await firstAdministrator(server);
  ({ key } = await admin.ask('POST', '/api/v1/keys', { name: 'shop', scopes: ['rooms.read', 'rooms.write'] }, 201));
});
after(async () => {
  await server?.stop();
  shop?.closeAllConnections();
  shop?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

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

/** Tried by a page of whatever origin: what it could read of an answer, or that the browser kept it. */
function tryAsPage(address, authorization) {
  const attempt = (options) =>
    fetch(`${address}/api/v1/rooms`, options).then(({ status }) => String(status), () => 'kept');
  const body = '{"title":"Foreign"}';
  return Promise.all([
    attempt({ headers: { authorization } }),
    attempt({ method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body }),
    attempt({ credentials: 'include' }),
    attempt({ credentials: 'include', headers: { authorization } }),
    attempt({ method: 'POST', credentials: 'include', headers: { 'content-type': 'text/plain' }, body }),
  ]);
}

for (const kind of ['chromium', 'firefox']) {
  test(`${kind}: pages of other origins and of none read nothing; the listed one does by its key alone`, async () => {
    const browser = await openBrowser(kind);
    const { port } = shop.address();
    const bearer = `Bearer ${key}`;
    try {
      const page = await browser.newPage();
      for (const host of ['localhost', 'evil.localhost', 'a.shop.localhost', 'shop.localhost.localhost',
        'evil-shop.localhost', '127.0.0.1']) {
        await page.goto(`https://${host}:${port}/`);
        assert.deepEqual(await page.evaluate(tryAsPage, server.origin, bearer), Array(5).fill('kept'), host);
      }
      // Origin "null": a frame in a sandbox of its own.
      const answers = await page.evaluate((code, address, authorization) => new Promise((resolve) => {
        window.addEventListener('message', ({ data }) => resolve(data));
        const frame = document.createElement('iframe');
        frame.sandbox = 'allow-scripts';
        frame.srcdoc = `<script>(${code})(${JSON.stringify(address)}, ${JSON.stringify(authorization)})
          .then((all) => parent.postMessage([self.origin, ...all], '*'))</scr` + 'ipt>';
        document.body.append(frame);
      }), tryAsPage.toString(), server.origin, bearer);
      assert.deepEqual(answers, ['null', ...Array(5).fill('kept')]);
      await page.goto(`https://shop.localhost:${port}/`);
      assert.deepEqual(await page.evaluate(tryAsPage, server.origin, bearer), ['200', '201', 'kept', 'kept', 'kept']);
    } finally {
      await browser.close();
    }
    const { rooms } = await admin.ask('GET', `${ROOMS}?all=true`);
    assert.equal(rooms.length, 1);
    await admin.ask('DELETE', `${ROOMS}/${rooms[0].id}`, undefined, 204);
  });
}

const FILES = [
  'cors_origins = *',
  'cors_origins = null',
  'cors_origins = https://*.shop.example',
  'cors_origins = http://shop.example',
  'cors_origins = https://shop.example/path',
  'https_listen = 0.0.0.0',
  'origin = https://meet.example.org',
  'media_announce = 203.0.113.7',
];
for (const line of FILES) {
  test(`a file with "${line}" in the local profile: no start, but its line and the mend`, async () => {
    const place = await cliPlace();
    try {
      const file = path.join(place.folder, 'my.conf');
      await writeFile(file, `profile = local\n${line}\n`);
      const { code, stderr } = await place.run('serve', '--config', file, '--data', place.data);
      assert.notEqual(code, 0);
      assert.ok(stderr.includes('my.conf:2: ') && stderr.includes('Mend: '), stderr);
    } finally {
      await place.remove();
    }
  });
}
