/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a viewer gets of the one camera that there is, in which codec and size.
import { until } from './wait.mjs';

export const SMALL = { width: 300, height: 210 };
export const LARGE = { width: 1200, height: 840 };

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

/** Waits until the picture that the person gets fits; resolves to it. `host`: who sends it. */
export const gets = (person, what, fits, host) =>
  until(
    `${what} at ${person.name}`,
    async () => {
      const picture = await pictureOf(person);
      if (picture !== null && fits(picture)) return picture;
      throw new Error(`got ${JSON.stringify(picture)}, sent ${JSON.stringify(host && (await sendingOf(host)))}`);
    },
    { timeout: 60_000 },
  );

/** Another size of the window; resolves to the frames that were shown before. */
export const resize = async (person, window) => {
  const { frames } = (await pictureOf(person)) ?? { frames: 0 };
  await person.page.setViewport(window);
  return frames;
};
