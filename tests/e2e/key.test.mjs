/* SPDX-License-Identifier: GPL-3.0-or-later */
// The key of a session in real browsers, on the running server's own origin and under its own policy: it outlives the
// page, cannot be read out, and signs what the server accepts (A3). The modules are the page's own (web/src/identity),
// compiled here and handed in through the browser's debugger, for which the page's policy does not count.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../web/node_modules/esbuild/lib/main.js';
import { staged } from '../lib/stage.mjs';

const IDENTITY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../web/src/identity');
const NONCE = 'ABEiM0RVZneImaq7zN3u_w';
const BODY = '{"name":"Żaneta 🐢"}';
const HEADER = /^v1 ([A-Za-z0-9_-]{22}) ([A-Za-z0-9_-]{86})$/;

async function compileIdentity() {
  const { outputFiles } = await build({
    stdin: { contents: "export * from './key'; export * from './proof';", resolveDir: IDENTITY, loader: 'ts' },
    bundle: true,
    format: 'iife',
    globalName: 'testudoIdentity',
    target: ['chrome120', 'firefox120'],
    write: false,
    logLevel: 'warning',
  });
  return `${outputFiles[0].text}; globalThis.testudoIdentity = testudoIdentity; true`;
}

async function openPage(browser, server) {
  const page = await browser.newPage();
  await page.goto(server.origin);
  return page;
}

/** What the page's own modules say of this browser's key. */
async function keyOf(page, code) {
  await page.evaluate(code);
  return page.evaluate(async () => {
    const { pair, publicText } = await globalThis.testudoIdentity.loadKey();
    const readings = ['pkcs8', 'jwk', 'raw'].map((format) => crypto.subtle.exportKey(format, pair.privateKey));
    const wrapping = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['wrapKey']);
    const iv = { name: 'AES-GCM', iv: new Uint8Array(12) };
    readings.push(crypto.subtle.wrapKey('pkcs8', pair.privateKey, wrapping, iv));
    const outcomes = await Promise.allSettled(readings);
    return { publicText, extractable: pair.privateKey.extractable, read: outcomes.map(({ status }) => status) };
  });
}

async function signIn(page, method, target, body) {
  const request = { method, target, body, nonce: NONCE };
  return page.evaluate(async ({ nonce, ...rest }) => {
    const { loadKey, proofHeader } = globalThis.testudoIdentity;
    const { pair } = await loadKey();
    return proofHeader(pair.privateKey, { ...rest, origin: location.origin }, nonce);
  }, request);
}

/** What src/web/proof.c does, written from docs/API.md with node's crypto. */
function accepts(publicText, header, { method, target, body, origin }) {
  const [, nonce, signature] = HEADER.exec(header) ?? [];
  if (nonce !== NONCE) return false;
  const hash = createHash('sha256').update(body).digest('base64url');
  const text = `testudo proof v1\n${method}\n${target}\n${hash}\n${nonce}\n${origin}`;
  const xy = Buffer.from(publicText, 'base64url');
  const [x, y] = [xy.subarray(0, 32), xy.subarray(32)].map((half) => half.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

for (const kind of ['chromium', 'firefox']) {
  staged(`${kind}: the key outlives the page, cannot be read out, and signs what the server accepts`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const code = await compileIdentity();
    const page = await openPage(browser, server);
    const first = await keyOf(page, code);
    assert.equal(Buffer.from(first.publicText, 'base64url').length, 64);
    assert.deepEqual([first.extractable, ...first.read], [false, 'rejected', 'rejected', 'rejected', 'rejected']);

    await page.reload();
    assert.equal(await page.evaluate(() => 'testudoIdentity' in globalThis), false, 'a new page');
    assert.deepEqual(await keyOf(page, code), first);
    const other = await openPage(browser, server);
    assert.deepEqual(await keyOf(other, code), first, 'another window of this browser');

    const request = { method: 'POST', target: '/api/v1/rooms?a=%C5%BB', body: BODY, origin: server.origin };
    const header = await signIn(page, request.method, request.target, request.body);
    assert.ok(accepts(first.publicText, header, request));
    for (const change of [{ method: 'PUT' }, { target: '/api/v1/rooms' }, { body: '' }, { origin: 'https://a' }])
      assert.ok(!accepts(first.publicText, header, { ...request, ...change }), JSON.stringify(change));
  });

  staged(`${kind}: another browser has another key, and a forgotten one is made anew`, async (stage) => {
    const server = await stage.server();
    const browsers = [await stage.browser(kind), await stage.browser(kind)];
    const code = await compileIdentity();
    const pages = await Promise.all(browsers.map((browser) => openPage(browser, server)));
    const keys = await Promise.all(pages.map((page) => keyOf(page, code)));
    assert.notEqual(keys[0].publicText, keys[1].publicText);
    await pages[0].evaluate(() => globalThis.testudoIdentity.forgetKey());
    assert.notEqual((await keyOf(pages[0], code)).publicText, keys[0].publicText);
  });
}

// Versions differ: some keep keys in private windows, others refuse. Either is told, and nothing in between happens.
staged('firefox, private windows: the key is kept, or its refusal is told', async (stage) => {
  const server = await stage.server();
  const browser = await stage.browser('firefox', { prefs: { 'browser.privatebrowsing.autostart': true } });
  const code = await compileIdentity();
  const page = await openPage(browser, server);
  await page.evaluate(code);
  const attempts = [];
  for (let i = 0; i < 2; i++) {
    attempts.push(
      await page.evaluate(() =>
        globalThis.testudoIdentity.loadKey().then(
          ({ publicText }) => publicText,
          ({ code: problem }) => problem,
        ),
      ),
    );
  }
  assert.equal(attempts[0], attempts[1]);
  assert.match(attempts[0], /^(no_storage|[A-Za-z0-9_-]{86})$/);
});
