/* SPDX-License-Identifier: GPL-3.0-or-later */
// Installed as an app: what a browser needs for that, and our own page when there is no network (A14, B12).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { startProxy } from '../lib/proxy.mjs';
import { startServer } from '../lib/server.mjs';
import { request } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

let proxy, server;
before(async () => {
  proxy = await startProxy();
  server = await startServer({ publicPort: proxy.port });
  proxy.target = server.port;
});
after(async () => {
  await proxy?.stop();
  await server?.stop();
});

test('the manifest and its icons are there, from this server alone', async () => {
  const html = (await request(server.origin, 'GET', '/')).text;
  const answer = await request(server.origin, 'GET', /rel="manifest" href="([^"]+)"/.exec(html)[1]);
  assert.equal(answer.headers['content-type'], 'application/manifest+json');
  const { start_url: start, display, icons } = answer.json;
  assert.deepEqual([start, display], ['/', 'standalone']);
  assert.deepEqual(icons.map(({ sizes, purpose }) => [sizes, purpose ?? 'any']),
    [['192x192', 'any'], ['512x512', 'any'], ['512x512', 'maskable'], ['any', 'any']]);
  for (const { src, type } of icons) {
    const icon = await request(server.origin, 'GET', src);
    assert.deepEqual([icon.status, icon.headers['content-type']], [200, type]);
  }
});

const isControlled = (page) => page.evaluate(() => navigator.serviceWorker.controller !== null);
const wordsOf = (page) => page.evaluate(() => document.body.innerText);

for (const kind of ['chromium', 'firefox']) {
  test(`${kind}: without network the page says so, in its own style; with it, all is as before`, async () => {
    // A service worker's script is fetched by the browser's own process, which knows of no test's exception.
    const browser = await openBrowser(kind, { flags: ['--ignore-certificate-errors'] });
    try {
      const page = await browser.newPage();
      await page.goto(`${server.origin}/signin`);
      await until('the service worker', () => isControlled(page));
      const kept = await page.evaluate(async () => {
        const paths = [];
        for (const name of await caches.keys())
          for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
        return paths.sort();
      });
      assert.equal(kept.length, 3);
      for (const path of kept) assert.match(path, /^\/assets\/(offline|app|icon)\.[0-9a-f]{16}\.(html|css|svg)$/);

      proxy.cut();
      await page.reload();
      assert.match(await wordsOf(page), /There is no connection/);
      const styled = () => getComputedStyle(document.documentElement).getPropertyValue('--accent') !== '';
      assert.equal(await page.evaluate(styled), true);
      assert.equal(new URL(page.url()).pathname, '/signin');
      const ask = () => fetch('/api/v1/server').then(() => 'answered', () => 'refused');
      assert.equal(await page.evaluate(ask), 'refused');

      proxy.open = true;
      await page.evaluate(() => document.querySelector('main a').click()); // no handles: the page is about to go
      const isBack = () => document.querySelector('[data-screen]') !== null
        && !/There is no connection/.test(document.body.innerText);
      await until('the page again', () => page.evaluate(isBack));
    } finally {
      await browser.close();
    }
  });
}
