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
import { until } from '../lib/wait.mjs';

const axe = createRequire(import.meta.url)('axe-core');
const WINDOWS = 3; // at once, each of a browser of its own: what is in a window's background is not drawn
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let stories, browsers, server;
before(async () => {
  stories = await serve(0);
  browsers = await Promise.all(Array.from({ length: WINDOWS }, () => openBrowser('chromium')));
  server = await startServer();
});
after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  stories?.close();
  await server?.stop();
});

async function freshPage(browser = browsers[0]) {
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

/** Resolves when the page stands still: drawn twice (what depends on sizes is worked out with a frame), and no change of
 * colour or place that ends by itself is under way. */
const stands = (page) =>
  page.waitForFunction(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const moves = ({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity;
    return document.getAnimations().every((animation) => !moves(animation));
  });

async function show(page, view, scheme) {
  await page.setViewport(view);
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
}

/** `isWhole`: whether the page shows all that it will. */
async function judge(page, name, address, isWhole) {
  const found = [];
  await show(page, DESK, 'light');
  await page.goto(address, { waitUntil: 'domcontentloaded', timeout: 60_000 });
  await until(`${name} to be whole`, () => page.evaluate(isWhole), { timeout: 60_000 });
  for (const [where, view, scheme, rules] of [
    ['light', DESK, 'light', null],
    ['dark', DESK, 'dark', ['color-contrast']],
    ['phone', PHONE, 'light', null],
  ]) {
    await show(page, view, scheme);
    await stands(page);
    found.push(...(await findings(page, rules)).map((each) => `${name}, ${where}: ${each}`));
  }
  return found;
}

const storyIsShown = () => document.documentElement.dataset.shown !== undefined;

test('no screen has a violation', { timeout: 570_000 }, async () => {
  const origin = `http://localhost:${stories.address().port}`;
  const first = await freshPage();
  await first.goto(`${origin}/?story=start`);
  await until('the list of stories', () => first.evaluate(() => document.documentElement.dataset.stories !== undefined));
  const names = await first.evaluate(() => document.documentElement.dataset.stories.split(' '));
  await first.close();
  assert.ok(names.length > 60, `${names.length} stories`);
  const found = [];
  let next = 0;
  await Promise.all(browsers.map(async (browser) => {
    while (next < names.length) {
      const name = names[next++];
      const page = await freshPage(browser); // a story may ask before it is left
      const judged = judge(page, name, `${origin}/?story=${name}`, storyIsShown);
      found.push(...(await judged.catch((error) => [`${name}: ${error.message}`])));
      await page.close();
    }
  }));
  assert.deepEqual(found, []);
});

test('neither have the pages that are no part of the program', async () => {
  const found = [];
  const paths = ['/no/such/page', await offlinePath()];
  const page = await freshPage();
  for (const path of paths)
    found.push(...(await judge(page, path, `${server.origin}${path}`, () => document.querySelector('h1') !== null)));
  assert.deepEqual(found, []);
});

async function offlinePath() {
  const page = await browsers[0].newPage();
  await page.goto(server.origin);
  const found = await page.evaluate(async () => {
    const program = await (await fetch(document.scripts[0].src)).text();
    const worker = await (await fetch(/\/sw\.[0-9a-f]{16}\.js/.exec(program)[0])).text();
    return /\/assets\/offline\.[0-9a-f]{16}\.html/.exec(worker)[0];
  });
  await page.close();
  return found;
}
