/* SPDX-License-Identifier: GPL-3.0-or-later */
// The first page as a browser gets it: under 150 kB, from this server alone, without an error, and quickly readable.
// What Lighthouse would look at, without its own opinion of a machine's speed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const MOST_BYTES = 150_000;
const MOST_HEADERS = 2_000; // of one answer

let server, browser;
before(async () => {
  server = await startServer();
  browser = await openBrowser('chromium');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('all that the first page loads is under 150 kB, compressed', async () => {
  const page = await browser.newPage();
  const network = await page.createCDPSession();
  await network.send('Network.enable');
  const loaded = new Map();
  const errors = [];
  network.on('Network.responseReceived', ({ requestId, response }) => loaded.set(requestId, { ...response, bytes: 0 }));
  let content = 0; // as it travels, without the headers around it
  network.on('Network.dataReceived', ({ encodedDataLength }) => { content += encodedDataLength; });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (loaded.has(requestId)) loaded.get(requestId).bytes = encodedDataLength;
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  await page.goto(`${server.origin}/`, { waitUntil: 'networkidle0' });
  await until('the page', async () => (await page.$('[data-screen]')) !== null);

  const all = [...loaded.values()];
  const bytes = all.reduce((sum, each) => sum + each.bytes, 0);
  console.log(`# ${all.length} requests, ${content} bytes; ${bytes} with the headers of HTTP`);
  assert.ok(content > 20_000 && content < MOST_BYTES, `${content} bytes`);
  assert.ok(bytes < content + all.length * MOST_HEADERS, `${bytes} bytes with headers`);
  for (const { url } of all) assert.equal(new URL(url).origin, server.origin);
  const text = all.filter(({ mimeType }) => /javascript|css|html/.test(mimeType) && !/json/.test(mimeType));
  for (const { url, headers } of text.filter(({ url }) => !/\/sw\.|offline/.test(url)))
    assert.equal(headers['content-encoding'] ?? headers['Content-Encoding'], 'br', url);
  assert.deepEqual(errors, []);
});

test('it has a title, a description, a language, a heading, and fits a phone', async () => {
  const page = await browser.newPage();
  await page.setViewport({ width: 320, height: 640, isMobile: true, hasTouch: true });
  await page.goto(`${server.origin}/`);
  await until('the page', async () => (await page.$('[data-screen] h1')) !== null);
  const facts = await page.evaluate(() => ({
    title: document.title !== '',
    description: document.querySelector('meta[name=description]').content.length > 10,
    language: document.documentElement.lang,
    viewport: document.querySelector('meta[name=viewport]').content.includes('width=device-width'),
    headings: document.querySelectorAll('h1').length,
    wide: document.documentElement.scrollWidth > 320,
    painted: performance.getEntriesByName('first-contentful-paint').length,
  }));
  const wanted = { title: true, description: true, language: 'en', viewport: true, headings: 1, wide: false, painted: 1 };
  assert.deepEqual(facts, wanted);
});
