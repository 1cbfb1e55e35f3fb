/* SPDX-License-Identifier: GPL-3.0-or-later */
// Two people in a call, directly or through Testudo: {pages: [of the one with the good link, of the other], close()}.
import { hostMeeting, join } from '../../tests/lib/meeting.mjs';
import { reachableServer } from '../../tests/lib/link.mjs';
import { startServer } from '../../tests/lib/server.mjs';

const DIRECT = new URL('direct.html', import.meta.url).href;

async function openDirect(browser) {
  const page = await browser.newPage();
  await page.goto(DIRECT);
  await page.evaluate('openDevices()');
  return page;
}

const call = (page, name, sdp) => page.evaluate(`${name}(${sdp === undefined ? '' : JSON.stringify(sdp)})`);

export async function direct(browsers) {
  const pages = [];
  for (const browser of browsers) pages.push(await openDirect(browser));
  const [near, far] = pages;
  const begun = performance.now();
  await call(near, 'accept', await call(far, 'answer', await call(near, 'offer')));
  return { pages, begun, close: () => Promise.all(pages.map((page) => page.close())) };
}

export async function testudo(browsers) {
  const server = await startServer(await reachableServer());
  const people = [];
  try {
    people.push(await hostMeeting(browsers[0], server));
    people.push(await join(browsers[1], people[0], 'Gustav Guest'));
  } catch (error) {
    await server.stop();
    throw error;
  }
  const pages = people.map(({ page }) => page);
  return {
    pages,
    server,
    begun: performance.now(), // the page shows the meeting: the connection is under way
    async close() {
      await Promise.all(pages.map((page) => page.close()));
      await server.stop();
    },
  };
}
