/* SPDX-License-Identifier: GPL-3.0-or-later */
// A screen with its sound, from each kind of browser to the other: seen and heard beside the voices, not before it was
// looked at, not while it is paused, not after it was stopped (A10).
import assert from 'node:assert/strict';
import { hearsExactly } from '../lib/devices.mjs';
import { admit, enterLobby, hostMeeting, openPage, press, seesColour, waitForScreen } from '../lib/meeting.mjs';
import {
  pickScreen,
  seesNoScreen,
  seesScreenColour,
  seesScreenPaused,
  sendsScreen,
  shareAt,
  useMadeUpScreen,
} from '../lib/share.mjs';
import { staged } from '../lib/stage.mjs';

const HOST = { colour: [40, 90, 200], hz: 400 };
const GUEST = { colour: [40, 160, 60], hz: 700 };
const SCREEN = { colour: [200, 40, 40], hz: 1100 };
const TONES = [HOST.hz, GUEST.hz, SCREEN.hz];

/** The host's and the guest's pages, each with devices and a screen of its own. */
async function meet(stage, hostKind, guestKind, surface) {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers(hostKind, guestKind);
  const host = await hostMeeting(hostBrowser, server, 'Hanna Host', { devices: HOST });
  const page = await openPage(guestBrowser, { devices: GUEST });
  await useMadeUpScreen(page, { ...SCREEN, surface });
  await page.goto(host.address);
  const guest = { page, name: 'Gustav Guest' };
  await enterLobby(page, guest.name);
  await waitForScreen(page, 'waiting');
  await admit(host, guest);
  await waitForScreen(page, 'meeting');
  await Promise.all([seesColour(host, guest.name, GUEST.colour), hearsExactly(host, [GUEST.hz], TONES)]);
  return { server, host, guest };
}

const ALL_THE_WAY = 'chromium shows a tab with sound to firefox: not in the preview, not paused, again after a media process died';

staged(ALL_THE_WAY, async (stage) => {
  const { server, host, guest } = await meet(stage, 'firefox', 'chromium', 'browser');
  await pickScreen(guest, { surface: 'tab', sound: true });
  assert.equal(await sendsScreen(guest), false, 'nothing is on a sender in the preview');
  await seesNoScreen(host, guest.name);
  await press(guest, 'share-live');
  await shareAt(guest, 'live', { picked: 'tab' });
  await seesScreenColour(host, guest.name, SCREEN.colour);
  await hearsExactly(host, [GUEST.hz, SCREEN.hz], TONES);
  await hearsExactly(guest, [HOST.hz], TONES);

  await press(guest, 'share-pause');
  await seesScreenPaused(host, guest.name);
  await hearsExactly(host, [GUEST.hz], TONES);
  assert.equal(await sendsScreen(guest), false, 'nothing is on a sender while it is paused');
  await press(guest, 'share-go-on');
  await seesScreenColour(host, guest.name, SCREEN.colour);

  const [media] = await server.children('media');
  process.kill(media.pid, 'SIGKILL');
  await seesColour(host, guest.name, GUEST.colour);
  await seesScreenColour(host, guest.name, SCREEN.colour);
  await hearsExactly(host, [GUEST.hz, SCREEN.hz], TONES);

  await guest.page.focus('.screen-heading');
  await guest.page.keyboard.press('s');
  await shareAt(guest, null);
  await seesNoScreen(host, guest.name);
  await hearsExactly(host, [GUEST.hz], TONES);
  const tracks = await guest.page.evaluate(() => window.madeUpScreens.tracks.map(({ readyState }) => readyState));
  assert.deepEqual(tracks, ['ended', 'ended'], 'the browser shares nothing any more');
});

staged('firefox shows a window to chromium, the host stops it, and the browser’s own stop ends it, too', async (stage) => {
  const { host, guest } = await meet(stage, 'chromium', 'firefox', null);
  await pickScreen(guest, { surface: 'window' });
  await press(guest, 'share-live');
  await seesScreenColour(host, guest.name, SCREEN.colour);
  await hearsExactly(host, [GUEST.hz], TONES);
  await press(host, 'people');
  await press(host, 'person-acts');
  await press(host, 'stop-share');
  await shareAt(guest, null);
  await seesNoScreen(host, guest.name);

  await pickScreen(guest, { surface: 'window' });
  await press(guest, 'share-live');
  await seesScreenColour(host, guest.name, SCREEN.colour);
  await guest.page.evaluate(() => {
    const track = window.madeUpScreens.tracks.at(-1);
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  await shareAt(guest, null);
  await seesNoScreen(host, guest.name);
});
