/* SPDX-License-Identifier: GPL-3.0-or-later */
// A3 in real browsers: the cookie of somebody's session is copied out of one browser, as a thief on that computer would, and put
// into another. The thief's browser has a key of its own, and that cannot be copied.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { hostMeeting, openPage, screenOf } from '../lib/meeting.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const COOKIE = '__Host-testudo';
let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

async function sessionCookie(page) {
  const cookies = await page.cookies();
  return cookies.find(({ name }) => name === COOKIE);
}

/** Into the jar that the page's own cookie is in: each browser has another one for this. */
function putCookie({ kind, browser }, page, value) {
  const cookie = { name: COOKIE, value, path: '/', secure: true, httpOnly: true, sameSite: 'Strict' };
  if (kind === 'firefox') return browser.defaultBrowserContext().setCookie({ ...cookie, domain: 'localhost' });
  return page.setCookie({ ...cookie, url: page.url() });
}

for (const kind of ['chromium', 'firefox']) {
  test(`a cookie that was copied out of Chromium is worth nothing in ${kind}, and ends the meeting of its owner`, async () => {
    const owner = await openBrowser('chromium');
    const thief = await openBrowser(kind);
    try {
      const host = await hostMeeting(owner, server, 'Hanna Host', { media: false });
      const cookie = await sessionCookie(host.page);
      assert.ok(cookie.httpOnly && cookie.secure);
      assert.equal(cookie.sameSite, 'Strict');
      assert.equal(await host.page.evaluate(() => document.cookie), '', 'no script can read it');

      const page = await openPage(thief);
      await page.goto(host.address); // has a session and a key of its own now
      await page.waitForSelector('#name', { timeout: 20_000 });
      const own = (await sessionCookie(page)).value;
      await putCookie(thief, page, cookie.value);
      assert.equal((await sessionCookie(page)).value, cookie.value, 'the thief has the cookie, and no other');
      await page.goto(host.address);
      // The thief is a guest like anybody else, in a session of their own.
      await page.waitForSelector('#name', { timeout: 20_000 });
      await until('another cookie', async () => ![cookie.value, own].includes((await sessionCookie(page))?.value));
      assert.notEqual(await screenOf(page), 'meeting');
      await until('the end of the meeting', async () => (await screenOf(host.page)) !== 'meeting');
      const said = await host.page.evaluate(() => document.body.innerText);
      assert.match(said, /Your session was ended/, 'the owner is told why');
    } finally {
      await owner.close();
      await thief.close();
    }
  });

  test(`the key of ${kind}'s session cannot be read out, by the page's own scripts either`, async () => {
    const browser = await openBrowser(kind);
    try {
      const host = await hostMeeting(browser, server, 'Hanna Host', { media: false });
      const result = await host.page.evaluate(async () => {
        const database = await new Promise((resolve, reject) => {
          const request = indexedDB.open('testudo-identity');
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        const pair = await new Promise((resolve, reject) => {
          const request = database.transaction('keys').objectStore('keys').get('session');
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        const tries = {};
        for (const format of ['pkcs8', 'jwk', 'raw']) {
          tries[format] = await crypto.subtle.exportKey(format, pair.privateKey).then(
            () => 'read',
            (error) => error.name,
          );
        }
        const publicPart = await crypto.subtle.exportKey('raw', pair.publicKey);
        return { tries, publicBytes: publicPart.byteLength };
      });
      assert.equal(result.publicBytes, 65, 'the search finds the pair');
      for (const [format, outcome] of Object.entries(result.tries)) assert.match(outcome, /Error$/, format);
    } finally {
      await browser.close();
    }
  });
}
