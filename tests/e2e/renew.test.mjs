/* SPDX-License-Identifier: GPL-3.0-or-later */
// A media connection that is replaced while its offer is under way: the next one must not wait for an answer that never
// comes. The media process is held for a moment, as a busy machine holds it, so that offers and renewals cross each other.
import { hostMeeting, join, press, seesMoving } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

async function click({ page }, selector) {
  await page.waitForSelector(selector, { timeout: 20_000 });
  await page.$eval(selector, (element) => element.click());
}

async function giveRole(host, name, words) {
  await click(host, `[data-act="person-acts"][aria-label="Actions for ${name}"][aria-expanded="false"]`);
  await click(host, `.person-acts [aria-label="${words}: ${name}"]`);
}

/** Which of the page's connections, counted from 1, waits for the answer to its offer; 0: none. */
const waitingOf = ({ page }) =>
  page.evaluate(
    () => window.testudoTest.everyConnection().findIndex((c) => c.signalingState === 'have-local-offer') + 1,
  );

const offersNew = (person, after) =>
  until(`a new offer of ${person.name}`, async () => {
    const number = await waitingOf(person);
    return number > after ? number : null;
  });

for (const kind of ['firefox', 'chromium'])
  staged(`${kind}: a connection that is replaced before its offer was answered holds up nothing`, async (stage) => {
    const server = await stage.server();
    const [hostBrowser, guestBrowser] = await stage.browsers('chromium', kind);
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(guestBrowser, host, 'Gregor Guest');
    await seesMoving(guest, host.name);
    await press(host, 'people');

    const [media] = await server.children('testudo-media');
    process.kill(media.pid, 'SIGSTOP');
    try {
      await giveRole(host, guest.name, 'Make viewer');
      const first = await offersNew(guest, 0);
      await giveRole(host, guest.name, 'Make participant');
      await offersNew(guest, first);
    } finally {
      process.kill(media.pid, 'SIGCONT');
    }
    await seesMoving(guest, host.name);
  });
