/* SPDX-License-Identifier: GPL-3.0-or-later */
// A camera in one stream of several sizes (VP9, AV1): what a viewer gets follows the size at which his page shows it, and
// the picture stays whole; and where somebody cannot decode it, all get the usual one.
import assert from 'node:assert/strict';
import { hostMeeting, join, seesColour } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const SMALL = { width: 300, height: 210 };
const LARGE = { width: 1200, height: 840 };
const ADA = { colour: [200, 60, 60], hz: 500, width: 640, height: 360 };

/** What is shown of the one camera: {height, frames, keys, codec}; null before it is there. */
const pictureOf = ({ page }) =>
  page.evaluate(async () => {
    const [connection] = window.testudoTest.connections();
    const stats = [...((await connection?.getStats())?.values() ?? [])];
    const found = stats.find((it) => it.type === 'inbound-rtp' && it.kind === 'video' && it.framesDecoded > 0);
    if (!found) return null;
    const codec = stats.find(({ id }) => id === found.codecId)?.mimeType;
    return { height: found.frameHeight, frames: found.framesDecoded, keys: found.keyFramesDecoded, codec };
  });

/** What the camera's sender says of itself, for who reads of a failure. */
const sendingOf = ({ page }) =>
  page.evaluate(async () => {
    const stats = [...(await window.testudoTest.connections()[0].getStats()).values()];
    return stats
      .filter((it) => it.type === 'outbound-rtp' && it.frameHeight > 0)
      .map((it) => [it.scalabilityMode, it.frameHeight, it.framesPerSecond, it.qualityLimitationReason, it.pliCount]);
  });

const gets = (person, what, fits, host) =>
  until(
    `${what} at ${person.name}`,
    async () => {
      const picture = await pictureOf(person);
      if (picture !== null && fits(picture)) return picture;
      throw new Error(`got ${JSON.stringify(picture)}, sent ${JSON.stringify(host && (await sendingOf(host)))}`);
    },
    { timeout: 60_000 },
  );

const resize = async (person, window) => {
  const { frames } = (await pictureOf(person)) ?? { frames: 0 };
  await person.page.setViewport(window);
  return frames;
};

/** `times`: how often the picture gets small or large again. */
const followsWhatIsShown = (format, codec, times) =>
  staged(`a camera in ${codec}: the size that is got follows the size that is shown`, async (stage) => {
    const server = await stage.server();
    const [ada, lena] = await stage.browsers('chromium', 'chromium');
    const host = await hostMeeting(ada, server, 'Ada', { devices: ADA, preferences: { format } });
    const guest = await join(lena, host, 'Lena', { media: false });
    await guest.page.setViewport(LARGE);
    const whole = await gets(guest, 'a large picture', ({ height }) => height >= 360, host);
    assert.equal(whole.codec, `video/${codec}`);
    const steps = [
      [SMALL, 'a small picture', (height) => height < whole.height],
      [LARGE, 'a large picture again', (height) => height === whole.height],
      [SMALL, 'a small picture again', (height) => height < whole.height],
    ];
    for (const [window, what, fits] of steps.slice(0, times)) {
      const before = await resize(guest, window);
      const after = await gets(guest, what, ({ height, frames }) => fits(height) && frames > before + 20, host);
      assert.equal(after.codec, `video/${codec}`);
      await seesColour(guest, 'Ada', ADA.colour);
    }
  });

followsWhatIsShown('vp9', 'VP9', 3);
followsWhatIsShown('av1', 'AV1', 2);

staged('somebody comes who cannot decode VP9 in several sizes: all get VP8', async (stage) => {
  const server = await stage.server();
  const [ada, lena, finn] = await stage.browsers('chromium', 'chromium', 'firefox');
  const host = await hostMeeting(ada, server, 'Ada', { devices: ADA, preferences: { format: 'vp9' } });
  const guest = await join(lena, host, 'Lena', { media: false });
  await gets(guest, 'VP9', ({ codec }) => codec === 'video/VP9');
  const other = await join(finn, host, 'Finn', { media: false });
  await seesColour(other, 'Ada', ADA.colour);
  await gets(guest, 'VP8', ({ codec }) => codec === 'video/VP8');
  await seesColour(guest, 'Ada', ADA.colour);
});
