/* SPDX-License-Identifier: GPL-3.0-or-later */
// Permissions and privacy of the page: nothing is asked for before it was explained (A9), a refusal is no dead end,
// nothing stays on (B6), and nothing leaves the own origin (B1, T9).
import assert from 'node:assert/strict';
import {
  admit,
  devicesUsed,
  hostMeeting,
  join,
  openPage,
  press,
  seesMoving,
  seesNames,
  seesTile,
  waitForScreen,
} from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const buttonOf = (act) => `[data-act="${act}"]`;
const textOf = (page) => page.evaluate(() => document.body.innerText);

for (const kind of ['chromium', 'firefox']) {
  staged(
    `${kind}: the browser is asked for exactly what was agreed to, after its explanation; after leaving nothing is on`,
    async (stage) => {
      const server = await stage.server();
      const browser = await stage.browser(kind);
      const page = await openPage(browser);
      const person = { page, name: 'Olga' };
      await page.goto(await server.hostLink());
      await waitForScreen(page, 'lobby');

      // Both reasons and how to take the permission back stand there; the browser was not asked.
      const shown = await textOf(page);
      for (const sentence of [
        /Your browser will ask you before/,
        /so that others hear you/,
        /so that others see you/,
        /take the permission back/,
      ])
        assert.match(shown, sentence);
      assert.deepEqual(await devicesUsed(person), { asked: [], tracks: [] });

      await press(person, 'agree-mic');
      await page.waitForSelector('[data-device="mic"]');
      assert.deepEqual(await devicesUsed(person), { asked: ['audio'], tracks: ['audio live'] });
      await page.type('#name', 'Olga');
      await press(person, 'join');
      await waitForScreen(page, 'meeting');
      assert.deepEqual((await devicesUsed(person)).asked, ['audio'], 'joining asks for nothing');

      // The camera is explained when it is first wanted, in the meeting.
      await press(person, 'camera');
      await page.waitForSelector(buttonOf('agree-camera'));
      assert.match(await textOf(page), /so that others see you/);
      assert.deepEqual((await devicesUsed(person)).asked, ['audio']);
      await press(person, 'agree-camera');
      await seesTile(person, 'Olga', { picture: true });
      assert.deepEqual((await devicesUsed(person)).asked, ['audio', 'video']);

      await press(person, 'leave');
      await waitForScreen(page, 'over left');
      const { tracks } = await devicesUsed(person);
      assert.deepEqual(tracks, ['audio ended', 'video ended']);
      assert.equal(await page.evaluate(() => window.testudoTest.connections().length), 0, 'no connection stays open');
      assert.match(await textOf(page), /camera and microphone are off/);
    },
  );

  staged(`${kind}: a camera that is switched off is released at once, and can be switched on again`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const host = await hostMeeting(browser, server, 'Olga');
    await press(host, 'camera');
    await until('the camera to be released', async () => (await devicesUsed(host)).tracks.includes('video ended'));
    assert.deepEqual(
      (await devicesUsed(host)).tracks.filter((track) => track.endsWith('live')),
      ['audio live'],
    );
    await press(host, 'camera');
    await until('the camera to be on again', async () => (await devicesUsed(host)).tracks.includes('video live'));
  });
}

/** A person who answers the browser's question with no. */
const REFUSING = {
  chromium: { flags: ['--use-fake-ui-for-media-stream=deny'] },
  firefox: {
    prefs: {
      'permissions.default.camera': 2,
      'permissions.default.microphone': 2,
      'media.navigator.permission.disabled': false,
    },
  },
};

for (const [kind, options] of Object.entries(REFUSING)) {
  staged(
    `${kind}: a refused permission is explained, and one can still join, see and be seen by name`,
    async (stage) => {
      const server = await stage.server();
      const host = await hostMeeting(await stage.browser('chromium'), server);
      const page = await openPage(await stage.browser(kind, options));
      const guest = { page, name: 'Nora No' };
      await page.goto(host.address);
      await press(guest, 'agree-both');
      await until('the explanation', async () =>
        /may not use your microphone[\s\S]*may not use your camera/.test(await textOf(page)),
      );
      // What to do, in this very browser.
      assert.match(await textOf(page), kind === 'chromium' ? /switch on Camera and Microphone/ : /crossed-out icon/);
      await page.type('#name', guest.name);
      await press(guest, 'join');
      await waitForScreen(page, 'waiting');
      await admit(host, guest);
      await waitForScreen(page, 'meeting');
      // Firefox offers no loopback candidates to pages that may not capture, so only Chromium's media arrives here.
      if (kind === 'chromium') await seesMoving(guest, host.name);
      await seesTile(host, guest.name, { picture: false, muted: true });
      assert.deepEqual((await devicesUsed(guest)).tracks, []);
    },
  );
}

/** An older Chromium says so of a permission that it has no name for; it could not grant it either. */
const NAMELESS = /^Error with Permissions-Policy header: Unrecognized feature: 'speaker-selection'\.$/;
/** Chromium's note on the policy's own sandbox, which takes windows away and not the origin; there is no frame here. */
const OWN_SANDBOX = /^An iframe which has both allow-scripts and allow-same-origin for its sandbox attribute can escape/;

staged('no page fetches anything from elsewhere, breaks its own security policy, or complains', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium+cryptex', 'firefox');
  const requests = [];
  const complaints = [];
  const watched = (browser) => ({
    ...browser,
    newPage: async () => {
      const page = await browser.newPage();
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => {
        if (['error', 'warn', 'warning'].includes(message.type()) && ![NAMELESS, OWN_SANDBOX].some((known) => known.test(message.text())))
          complaints.push(`${browser.kind}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`${browser.kind}: ${error.message}`));
      await page.evaluateOnNewDocument(() => {
        document.addEventListener('securitypolicyviolation', (event) =>
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
        );
      });
      return page;
    },
  });

  const host = await hostMeeting(watched(hostBrowser), server);
  const guest = await join(watched(guestBrowser), host, 'Gustav Guest');
  await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name)]);
  for (const person of [host, guest]) {
    for (const panel of ['security', 'people', 'invite', 'settings']) {
      await press(person, panel);
      await person.page.waitForSelector(`[data-panel="${panel}"]`);
    }
    await press(person, 'close-panel');
  }
  await press(guest, 'leave');
  await seesNames(host, [host.name]);
  await press(host, 'leave');
  await waitForScreen(host.page, 'over left');

  const { host: authority } = new URL(server.origin);
  const elsewhere = requests.filter(
    (url) => !['blob:', 'data:', 'about:'].includes(new URL(url).protocol) && new URL(url).host !== authority,
  );
  assert.ok(requests.length > 4, 'requests were seen');
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(complaints, []);
});
