/* SPDX-License-Identifier: GPL-3.0-or-later */
// B12: what a browser runs is what was built. A man in the middle changes one byte of one file at a time: the page
// refuses it and says so, and `testudo assets --check` names the file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { cliPlace } from '../lib/cli.mjs';
import { startMeddler } from '../lib/meddler.mjs';
import { startServer } from '../lib/server.mjs';
import { request } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

let meddler, server, place, files;
before(async () => {
  meddler = await startMeddler();
  server = await startServer({ publicPort: meddler.port });
  meddler.target = server.port;
  place = await cliPlace();
  ({ files } = await place.json('assets'));
});
afterEach(() => { meddler.alter = (_path, body) => body; });
after(async () => {
  await server?.stop();
  await meddler?.stop();
  await place?.remove();
});

/** One bit of one byte in the middle of a file. */
function flip(wanted) {
  meddler.alter = (path, body) => {
    if (path !== wanted) return body;
    const altered = Buffer.from(body);
    altered[altered.length >> 1] ^= 1;
    return altered;
  };
}

const pathOf = (pattern) => files.find(({ path }) => pattern.test(path)).path;
const PROGRAM = /^\/assets\/app\.[0-9a-f]{16}\.js$/;
const STYLE = /^\/assets\/app\.[0-9a-f]{16}\.css$/;
const SERVICE_WORKER = /^\/sw\.[0-9a-f]{16}\.js$/;

test('the list holds every file with its hash, in JSON and in the form of sha384sum', async () => {
  const text = await place.ok('assets');
  assert.equal(text.split('\n').length, files.length);
  for (const pattern of [PROGRAM, STYLE, SERVICE_WORKER, /^\/index\.html$/, /\.webmanifest$/, /\.png$/])
    assert.ok(pathOf(pattern), String(pattern));
  for (const { path, sha384, integrity } of files) {
    assert.ok(text.includes(`${sha384}  ${path}`), path);
    assert.equal(`sha384-${Buffer.from(sha384, 'hex').toString('base64')}`, integrity);
  }
});

test('the server gives out these bytes, and the document demands them by their hashes', async () => {
  const html = (await request(server.origin, 'GET', '/')).text;
  const named = [...html.matchAll(/(?:src|href)="([^"]+)" integrity="([^"]+)" crossorigin="anonymous"/g)];
  assert.equal(named.length, 2);
  for (const [, path, integrity] of named) assert.equal(files.find((f) => f.path === path).integrity, integrity);
  for (const { path, integrity } of files.filter((f) => /\.(js|css|html|svg|webmanifest)$/.test(f.path))) {
    const { text } = await request(server.origin, 'GET', path);
    assert.equal(`sha384-${createHash('sha384').update(text).digest('base64')}`, integrity, path);
  }
});

test('they lie in memory that nothing can write to', { skip: process.getuid() !== 0 && 'needs root' }, async () => {
  const [web] = await server.children('testudo-web');
  const wanted = (await request(server.origin, 'GET', pathOf(PROGRAM))).text.slice(0, 4096);
  const needle = Buffer.from(wanted);
  const memory = await open(`/proc/${web.pid}/mem`, 'r');
  const maps = await readFile(`/proc/${web.pid}/maps`, 'utf8');
  let found = 0;
  for (const line of maps.split('\n').filter((each) => each.endsWith('/testudo-web'))) {
    const [, from, to, rights] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line);
    const bytes = Buffer.alloc(parseInt(to, 16) - parseInt(from, 16));
    await memory.read(bytes, 0, bytes.length, parseInt(from, 16));
    if (!bytes.includes(needle)) continue;
    found += 1;
    assert.equal(rights, 'r--p');
  }
  await memory.close();
  assert.equal(found, 1);
});

const check = (...more) => place.run('assets', ...more, '--check', `https://localhost:${meddler.port}`);

test('unchanged: the tool finds all of them whole', async () => {
  const { code, stdout } = await check();
  assert.equal(code, 0, stdout);
  assert.match(stdout, new RegExp(`All ${files.length} files are those of this version`));
});

for (const pattern of [PROGRAM, STYLE, SERVICE_WORKER, /^\/index\.html$/, /\.svg$/, /^\/assets\/offline\./]) {
  test(`one byte of ${pattern.source} is altered: the tool names the file`, async () => {
    const path = pathOf(pattern);
    flip(path);
    const { code, stdout } = await check();
    assert.equal(code, 1);
    assert.deepEqual(stdout.split('\n').filter((line) => /^(different|missing)/.test(line)), [`different  ${path}`]);
    const json = JSON.parse((await check('--json')).stdout);
    assert.equal(json.whole, false);
    assert.deepEqual(json.files.filter(({ state }) => state !== 'same').map((file) => file.path), [path]);
  });
}

test('a document that is altered at the pages’ own address is named, and a file that is missing', async () => {
  meddler.alter = (path, body) => (path === '/' ? Buffer.from(`${body}<!-- -->`) : body);
  assert.match((await check()).stdout, /^different +\/index\.html$/m);
  const { code, stderr } = await place.run('assets', '--check', 'http://localhost');
  assert.deepEqual([code, /Mend: /.test(stderr)], [2, true]);
  const gone = await place.run('assets', '--check', 'https://localhost:1');
  assert.equal(gone.code, 1);
  assert.match(gone.stdout, /^missing +\/index\.html$/m);
});

const started = (page) => page.evaluate(() => document.querySelector('[data-screen]') !== null);
const refusal = (page) => page.evaluate(() => {
  const told = document.querySelector('.not-started');
  return told?.innerText.includes('This page has not started') && getComputedStyle(told).visibility === 'visible';
});

for (const kind of ['chromium', 'firefox']) {
  test(`${kind}: the page starts as it was built; an altered program or style it refuses, and says so`, async () => {
    const browser = await openBrowser(kind);
    try {
      for (const pattern of [null, PROGRAM, STYLE]) {
        if (pattern !== null) flip(pathOf(pattern));
        const context = await browser.browser.createBrowserContext(); // nothing of before in its cache
        const page = await context.newPage();
        await page.goto(`https://localhost:${meddler.port}/`);
        if (pattern === null) await until('the page', () => started(page));
        else await until(`a refusal of ${pattern.source}`, () => refusal(page));
        assert.equal(await started(page), pattern === null);
        await context.close();
      }
    } finally {
      await browser.close();
    }
  });
}
