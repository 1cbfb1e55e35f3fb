/* SPDX-License-Identifier: GPL-3.0-or-later */
// axe-core, which nobody here wrote, finds nothing on any screen: each story of web/dev (signed out, lobby, waiting
// room, meeting with its panels, account, rooms, tickets, administration, errors), light and dark, on a desk and on a
// phone; and the pages that are no part of the program.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { serve } from '../../web/dev/serve.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { startServer } from '../lib/server.mjs';

const axe = createRequire(import.meta.url)('axe-core');
const PAGES = 3; // at once
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let stories, browser, server;
before(async () => {
  stories = await serve(0);
  browser = await openBrowser('chromium');
  server = await startServer();
});
after(async () => {
  await browser?.close();
  stories?.close();
  await server?.stop();
});

async function freshPage() {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(axe.source);
  return page;
}

/** What axe finds now: "rule: where". */
const findings = (page, rules) =>
  page.evaluate(async (only) => {
    const options = only === null ? {} : { runOnly: { type: 'rule', values: only } };
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'], ...options });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${id}: ${target.join(' ')} (${failureSummary.split('\n')[1]?.trim() ?? ''})`));
  }, rules);

async function show(page, view, scheme) {
  await page.setViewport(view);
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
}

async function judge(page, name, address) {
  const found = [];
  await show(page, DESK, 'light');
  await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 30_000 });
  await page.waitForFunction(() => document.querySelector('h1, [data-screen]') !== null);
  const note = (where, all) => found.push(...all.map((each) => `${name}, ${where}: ${each}`));
  note('light', await findings(page, null));
  await show(page, DESK, 'dark');
  note('dark', await findings(page, ['color-contrast']));
  await show(page, PHONE, 'light');
  note('phone', await findings(page, null));
  return found;
}

test('no screen has a violation', { timeout: 300_000 }, async () => {
  const origin = `http://localhost:${stories.address().port}`;
  const first = await freshPage();
  await first.goto(`${origin}/?story=start`);
  await first.waitForFunction(() => document.documentElement.dataset.stories !== undefined);
  const names = await first.evaluate(() => document.documentElement.dataset.stories.split(' '));
  assert.ok(names.length > 60, `${names.length} stories`);
  const found = [];
  let next = 0;
  await Promise.all(Array.from({ length: PAGES }, async () => {
    while (next < names.length) {
      const name = names[next++];
      const page = await freshPage(); // a story may ask before it is left
      found.push(...(await judge(page, name, `${origin}/?story=${name}`).catch((error) => [`${name}: ${error.message}`])));
      await page.close();
    }
  }));
  assert.deepEqual(found, []);
});

test('neither have the pages that are no part of the program', async () => {
  const page = await freshPage();
  const found = [];
  for (const path of ['/no/such/page', (await offlinePath())])
    found.push(...(await judge(page, path, `${server.origin}${path}`)));
  assert.deepEqual(found, []);
});

async function offlinePath() {
  const page = await browser.newPage();
  await page.goto(server.origin);
  return page.evaluate(async () => {
    const program = await (await fetch(document.scripts[0].src)).text();
    const worker = await (await fetch(/\/sw\.[0-9a-f]{16}\.js/.exec(program)[0])).text();
    return /\/assets\/offline\.[0-9a-f]{16}\.html/.exec(worker)[0];
  });
}
