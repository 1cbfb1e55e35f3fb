/* SPDX-License-Identifier: GPL-3.0-or-later */
// A9, users click OK without reading: a spy in the page writes down every call that makes a browser ask for a permission,
// with what the page showed at that moment. None comes before its explanation, and none that was not asked for.
import assert from 'node:assert/strict';
import { admit, hostMeeting, openPage, press, waitForScreen } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** window.permissionsAsked: [{what, shown}]. */
function spyOnPermissions() {
  const asked = (window.permissionsAsked = []);
  const note = (what) => asked.push({ what, shown: document.body?.innerText ?? '' });
  const watch = (owner, name, what = () => name) => {
    const native = owner?.[name];
    if (typeof native !== 'function') return;
    owner[name] = function (...given) {
      note(what(...given));
      return native.apply(this, given);
    };
  };
  watch(navigator.mediaDevices, 'getUserMedia', (constraints) =>
    Object.keys(constraints).filter((kind) => constraints[kind]).join(),
  );
  watch(navigator.mediaDevices, 'getDisplayMedia', () => 'screen');
  watch(navigator.mediaDevices, 'selectAudioOutput');
  watch(window.Notification, 'requestPermission', () => 'notifications');
  watch(navigator.geolocation, 'getCurrentPosition');
  watch(navigator.geolocation, 'watchPosition');
  watch(navigator.clipboard, 'read');
  watch(navigator.clipboard, 'readText');
  watch(navigator.storage, 'persist');
  watch(navigator, 'requestMIDIAccess');
  watch(window, 'getScreenDetails');
  watch(window, 'queryLocalFonts');
  watch(navigator.bluetooth, 'requestDevice');
  watch(navigator.usb, 'requestDevice');
}

const askedBy = (person) => person.page.evaluate(() => window.permissionsAsked);

for (const kind of ['chromium', 'firefox']) {
  staged(`A9: ${kind}: no permission is asked for before its sentence: what, why, for whom, how to take it back`, async (stage) => {
    const server = await stage.server();
    const host = await hostMeeting(await stage.browser('chromium'), server, 'Hanna Host', { media: false });
    const page = await openPage(await stage.browser(kind));
    const guest = { page, name: 'Gustav Guest' };
    await page.evaluateOnNewDocument(spyOnPermissions);
    await page.goto(server.origin);
    await waitForScreen(page, 'start');
    assert.deepEqual(await askedBy(guest), [], 'not on the first page');
    await page.goto(host.address);
    await page.waitForSelector('[data-act="agree-mic"]');
    assert.deepEqual(await askedBy(guest), [], 'not by coming to the door');

    await press(guest, 'agree-mic');
    await page.waitForSelector('[data-device="mic"]');
    await page.type('#name', guest.name);
    await press(guest, 'join');
    await waitForScreen(page, 'waiting');
    await admit(host, guest);
    await waitForScreen(page, 'meeting');
    await press(guest, 'camera');
    await page.waitForSelector('[data-act="agree-camera"]');
    await press(guest, 'agree-camera');
    await until('the second question', () => page.evaluate(() => window.permissionsAsked.length === 2));
    await press(guest, 'leave');
    await waitForScreen(page, 'over left');

    const asked = await askedBy(guest);
    assert.deepEqual(asked.map(({ what }) => what), ['audio', 'video'], 'each when it was needed, and nothing else ever');
    const [mic] = asked;
    // The page has just gone over to "Please answer the browser's question": the sentence stood there at the click.
    assert.match(mic.shown, /Please answer the browser’s question|so that others hear you/);
  });
}

staged('A9: the sentence names what, why, for whom and the way back', async (stage) => {
  const server = await stage.server();
  const host = await hostMeeting(await stage.browser('chromium'), server, 'Hanna Host', { media: false });
  const page = await openPage(await stage.browser('firefox'));
  await page.goto(host.address);
  await page.waitForSelector('[data-consent="host_link"]');
  const shown = await page.$eval('.permission', (element) => element.innerText);
  for (const part of [/Hanna Host/, /not verified/, /others hear you/, /others see you/, /take the permission back/, /left of the address/])
    assert.match(shown, part);
});
