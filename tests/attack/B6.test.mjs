/* SPDX-License-Identifier: GPL-3.0-or-later */
// B6, permissions that linger: however a stay ends, no track of camera or microphone lives on; and the page shows what the
// browser still grants, with the way to take it back.
import assert from 'node:assert/strict';
import { devicesUsed, hostMeeting, join, press, waitForScreen } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const live = async (person) => (await devicesUsed(person)).tracks.filter((track) => track.endsWith('live'));
/** By the list of actions beside the name. */
async function act(host, name, words, { sure = true } = {}) {
  const { page } = host;
  if ((await page.$('[data-panel="people"]')) === null) await press(host, 'people');
  for (const selector of [`[data-act="person-acts"][aria-label="Actions for ${name}"]`, `.person-acts [aria-label="${words}: ${name}"]`]) {
    await page.waitForSelector(selector, { timeout: 20_000 });
    await page.$eval(selector, (element) => element.click());
  }
  if (sure) await press(host, 'confirm-yes');
}

const allEnded = (person) => until(`all devices of ${person.name} to be off`, async () => (await live(person)).length === 0);

for (const kind of ['chromium', 'firefox']) {
  staged(`B6: ${kind}: who is made a viewer, removed or banned captures nothing any more`, async (stage) => {
    const server = await stage.server();
    const host = await hostMeeting(await stage.browser('chromium'), server, 'Hanna Host', { media: false });
    const guest = await join(await stage.browser(kind), host, 'Vera Visitor');
    assert.equal((await live(guest)).length, 2, 'there was something to stop');
    await act(host, guest.name, 'Make viewer', { sure: false });
    await allEnded(guest);
    await waitForScreen(guest.page, 'meeting');
    await guest.page.close();

    for (const [words, screen] of [['Remove', 'over removed'], ['Ban', 'over banned']]) {
      const rude = await join(await stage.browser(kind), host, `Rita ${words}`);
      assert.equal((await live(rude)).length, 2);
      await act(host, rude.name, words);
      await waitForScreen(rude.page, screen);
      await allEnded(rude);
      await rude.page.close();
    }
  });

  staged(`B6: ${kind}: after hang-up, closing and the end of the server nothing captures, and what stays granted is shown`, async (stage) => {
    const server = await stage.server();
    const [first, second] = [await stage.browser('chromium'), await stage.browser(kind)];
    const host = await hostMeeting(first, server);
    const leaver = await join(second, host, 'Lea Leaver');
    assert.equal((await live(leaver)).length, 2, 'there was something to stop');
    await press(leaver, 'leave');
    await waitForScreen(leaver.page, 'over left');
    await allEnded(leaver);
    await leaver.page.waitForSelector('.still-granted');
    const shown = await leaver.page.$eval('.still-granted', (element) => ({ ...element.dataset, text: element.innerText }));
    if (shown.granted === 'true') assert.match(shown.text, /without asking again[\s\S]*left of the address/);
    else assert.match(shown.text, /asks again|does not tell/);
    await leaver.page.close();

    const hider = await join(second, host, 'Hilda Hider');
    assert.equal((await live(hider)).length, 2);
    await hider.page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide')));
    await allEnded(hider);
    await hider.page.close();

    const stayer = await join(second, host, 'Stella Stayer');
    await server.stop();
    await until('the end', async () => (await stayer.page.$('[data-screen^="over"]')) !== null, { timeout: 40_000 });
    await allEnded(stayer);
    await allEnded(host);
  });
}
