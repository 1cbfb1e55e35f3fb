/* SPDX-License-Identifier: GPL-3.0-or-later */
// B11, unknown and outdated browsers: real browsers that say to be old, strange, embedded or nothing at all. Each gets a clear
// word with the makers' own addresses as text; none is kept out for what it says.
import assert from 'node:assert/strict';
import { click, openPage } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const SAYS = [
  ['current', null, null],
  ['old Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Firefox/91.0', 'outdated'],
  ['old Chrome', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.0.0 Safari/537.36', 'outdated'],
  ['a window in Facebook', 'Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/500.0;]', 'embedded'],
  ['markup', '<img src=x onerror=alert(1)>', 'unknown'],
  ['a number without end', `Chrome/${'9'.repeat(400)}x`, null],
];

/** The page reads what the test says, by the user agent alone: as a browser without client hints does. */
const pretend = (page, userAgent) =>
  page.evaluateOnNewDocument((said) => {
    Object.defineProperty(Navigator.prototype, 'userAgent', { get: () => said });
    Object.defineProperty(Navigator.prototype, 'userAgentData', { get: () => undefined });
  }, userAgent);

for (const kind of ['chromium', 'firefox']) {
  staged(`B11: ${kind}: whatever a browser says to be, it gets a clear word, and gets on`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    for (const [name, userAgent, verdict] of SAYS) {
      const page = await openPage(browser);
      const errors = [];
      page.on('pageerror', (error) => errors.push(error.message));
      if (userAgent !== null) await pretend(page, userAgent);
      await page.goto(server.origin);
      await page.waitForSelector('[data-screen="start"]');
      const seen = await page.$$eval('[data-care="browser"]', (all) => all.map((e) => ({ verdict: e.dataset.verdict, text: e.innerText, links: e.querySelectorAll('a').length })));
      if (verdict === null) {
        if (name === 'current') assert.deepEqual(seen, [], name);
      } else {
        assert.equal(seen[0]?.verdict, verdict, name);
        assert.match(seen[0].text, /https:\/\/www\.[a-z]+\.(com|org)\//, 'the maker’s own address');
        assert.match(seen[0].text, /list of browsers is of/, 'with the date of the list');
        assert.equal(seen[0].links, 0, 'as text');
        await click(page, '[data-act="browser-read"]');
        await until('the word to go', async () => (await page.$('[data-care="browser"]')) === null);
      }
      assert.deepEqual(errors, [], name);
      await page.close();
    }
    const page = await openPage(browser);
    await pretend(page, '');
    await page.goto(await server.hostLink());
    await page.waitForSelector('[data-act="agree-both"]', { timeout: 20_000 });
    assert.equal(await page.$eval('[data-care="browser"]', (e) => e.dataset.verdict), 'unknown', 'nothing said, and let in');
  });
}
