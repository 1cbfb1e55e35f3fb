/* SPDX-License-Identifier: GPL-3.0-or-later */
// The page speaks the language that the browser asks for, or the one that the person chooses; one that is written from
// right to left turns the page.
import assert from 'node:assert/strict';
import { openPage } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const shown = (page) =>
  page.evaluate(() => ({
    lang: document.documentElement.lang,
    dir: getComputedStyle(document.body).direction,
    heading: document.querySelector('h1')?.textContent ?? '',
    brandSide: document.querySelector('.page-head .brand')?.getBoundingClientRect().left > innerWidth / 2,
  }));

async function choose(page, tag) {
  await page.waitForSelector('[data-act="language"]');
  await page.select('[data-act="language"]', tag);
  await until(`the page in ${tag}`, async () => (await shown(page)).lang === tag && (await shown(page)).heading !== '');
}

for (const [kind, options] of [
  ['chromium', { flags: ['--accept-lang=ar'] }],
  ['firefox', { prefs: { 'intl.accept_languages': 'ar' } }],
])
  staged(`${kind}: what the browser asks for, what the person chooses, and it stays`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind, options);
    const page = await openPage(browser);
    await page.goto(server.origin);
    await page.waitForSelector('h1');
    const first = await shown(page);
    assert.equal(first.lang, 'ar');
    assert.equal(first.dir, 'rtl');
    assert.match(first.heading, /[\u0600-\u06ff]/);
    assert.ok(first.brandSide, 'what stands first stands at the right');

    await choose(page, 'en');
    const second = await shown(page);
    assert.equal(second.dir, 'ltr');
    assert.match(second.heading, /[A-Za-z]/);
    assert.ok(!second.brandSide);

    await page.goto(`${server.origin}/signin`);
    await page.waitForSelector('input[name="email"]');
    assert.equal((await shown(page)).lang, 'en', 'the choice stays');
    await choose(page, 'ar');
    assert.match((await shown(page)).heading, /[\u0600-\u06ff]/);
  });
