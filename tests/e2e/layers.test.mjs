/* SPDX-License-Identifier: GPL-3.0-or-later */
// Nobody sends what nobody sees: the sizes of a camera that are sent follow what the other page shows: small, kept
// large, out of sight, sound only. Each browser as sender and as receiver.
import assert from 'node:assert/strict';
import { hostMeeting, join, press, received, seesMoving, tileOf, waitForScreen } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** The layers of the camera that leave the page now, from the smallest on. */
const layersSent = (person) =>
  person.page.evaluate(async () => {
    const frames = async () => {
      const sent = new Map();
      for (const connection of window.testudoTest.connections())
        for (const { type, kind, rid, framesEncoded } of (await connection.getStats()).values())
          if (type === 'outbound-rtp' && kind === 'video' && rid) sent.set(rid, framesEncoded ?? 0);
      return sent;
    };
    const before = await frames();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const after = await frames();
    return ['l', 'm', 'h'].filter((rid) => (after.get(rid) ?? 0) > (before.get(rid) ?? 0)).join('');
  });

const sends = (person, layers) =>
  until(
    `the layers "${layers}" from ${person.name}`,
    async () => {
      const sent = await layersSent(person);
      if (sent === layers) return true;
      throw new Error(`sent "${sent}"`);
    },
    { timeout: 30_000 },
  );

/** A page in the background, as it sees itself: a headless browser has none. */
const hide = (person, hidden) =>
  person.page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

/** No picture arrives, and sound goes on. */
const getsSoundAlone = (person) =>
  until(
    `sound and no picture at ${person.name}`,
    async () => {
      const before = await received(person);
      await new Promise((resolve) => setTimeout(resolve, 700));
      const after = await received(person);
      if (after.frames === before.frames && after.audioPackets > before.audioPackets) return true;
      throw new Error(`${after.frames - before.frames} pictures, ${after.audioPackets - before.audioPackets} of sound`);
    },
    { timeout: 30_000 },
  );

const pinOf = (name) => `[data-act="pin"][aria-label$="${name}"]`;
const pin = (person, name) => person.page.$eval(pinOf(name), (button) => button.click());

/** Everything that `sender` sends follows what `viewer` shows. */
async function follows(sender, viewer) {
  await seesMoving(viewer, sender.name);

  // One of two tiles in a large window; then in the strip beside the own one, which the viewer keeps large; then large.
  await sends(sender, 'h');
  await pin(viewer, viewer.name);
  await sends(sender, 'l');
  await until('the small picture', async () => (await seesMoving(viewer, sender.name)).height <= 180);
  await pin(viewer, sender.name);
  await sends(sender, 'h');
  await until('the large picture', async () => (await seesMoving(viewer, sender.name)).height >= 300);

  // Out of sight.
  await hide(viewer, true);
  await getsSoundAlone(viewer);
  await sends(sender, '');
  await hide(viewer, false);
  await seesMoving(viewer, sender.name);

  // By choice.
  await press(viewer, 'connection');
  await viewer.page.waitForSelector('[data-switch="sound-only"]');
  await viewer.page.$eval('[data-switch="sound-only"]', (box) => box.click());
  await getsSoundAlone(viewer);
  await sends(sender, '');
  assert.equal((await tileOf(viewer, sender.name)).picture, false);
  await press(viewer, 'show-pictures');
  await seesMoving(viewer, sender.name);
}

const hasNothingLeft = ({ page, name }) =>
  until(`an end of all connections and devices of ${name}`, () =>
    page.evaluate(() => {
      const { connections, tracks } = window.testudoTest;
      return connections().length === 0 && tracks.every(({ readyState }) => readyState === 'ended');
    }),
  );

staged('what Chromium sends follows what Firefox shows, and the reverse; alone nothing is sent', async (stage) => {
  const server = await stage.server();
  const [chromium, firefox] = await stage.browsers('chromium', 'firefox');
  const sanja = await hostMeeting(chromium, server, 'Sanja');
  const vid = await join(firefox, sanja, 'Vid');
  await Promise.all([follows(sanja, vid), follows(vid, sanja)]);
  await press(vid, 'leave');
  await waitForScreen(vid.page, 'over left');
  await sends(sanja, '');
  await press(sanja, 'leave');
  await waitForScreen(sanja.page, 'over left');
  await Promise.all([sanja, vid].map(hasNothingLeft));
});
