/* SPDX-License-Identifier: GPL-3.0-or-later */
// Sharing a screen as a person does it in the page, and a screen that is made up: browsers without a display have none
// that could be shared, and of no real one is it known what must be seen and heard.
import { useMadeUpTracks } from './made_up.mjs';
import { press } from './meeting.mjs';
import { until } from './wait.mjs';

/**
 * To be called on a fresh page: from then on its screen is `colour` ([red, green, blue]) and sounds at `hz`. `surface`:
 * what the browser says was picked (null: it doesn't tell). The page has window.madeUpScreens: {asked, tracks, change}:
 * the options, the tracks that it gave, and change(surface) to become another surface.
 */
export async function useMadeUpScreen(page, screen) {
  await useMadeUpTracks(page);
  await page.evaluateOnNewDocument(({ colour, hz, surface }) => {
    const made = { asked: [], tracks: [], surface };
    made.change = (to) => {
      made.surface = to;
    };
    window.madeUpScreens = made;
    const picture = () => {
      const [width, height] = [640, 360];
      const track = window.madeUp.picture(colour, width, height);
      track.getSettings = () => ({ width, height, ...(made.surface === null ? {} : { displaySurface: made.surface }) });
      return track;
    };
    navigator.mediaDevices.getDisplayMedia = async (options) => {
      made.asked.push(JSON.parse(JSON.stringify(options)));
      const tracks = [picture(), ...(options.audio ? [window.madeUp.sound(hz)] : [])];
      made.tracks.push(...tracks);
      return new MediaStream(tracks);
    };
  }, screen);
}

const shareOf = (person) =>
  person.page.evaluate(() => {
    const step = document.querySelector('[data-share]');
    return step === null ? null : { ...step.dataset, doubt: step.querySelector('[data-doubt]')?.dataset.doubt };
  });

/** Waits until the page is at this step of sharing ("choosing", "sure", "preview", "live"; null: at none). */
export const shareAt = (person, wanted, more = {}) =>
  until(`share "${wanted}" of ${person.name}`, async () => {
    const step = await shareOf(person);
    const same = Object.entries(more).every(([key, value]) => (step?.[key] ?? null) === value);
    if ((step?.share ?? null) === wanted && same) return step ?? true;
    throw new Error(`it is at ${JSON.stringify(step)}`);
  });

/** Up to the preview. `surface`: "tab", "window" or "whole"; `sound`: with it. */
export async function pickScreen(person, { surface, sound = false }) {
  await press(person, 'share');
  await shareAt(person, 'choosing');
  await person.page.$eval(`[name="share-surface"][value="${surface}"]`, (input) => input.click());
  if (sound) {
    await person.page.waitForSelector('[name="share-sound"]');
    await person.page.$eval('[name="share-sound"]', (input) => input.click());
  }
  await press(person, 'share-pick');
  if (surface === 'whole') {
    await shareAt(person, 'sure');
    await press(person, 'share-whole');
  }
  await shareAt(person, 'preview');
}

/** Whether any connection of the page has a track of its screen on a sender. */
export const sendsScreen = (person) =>
  person.page.evaluate(() =>
    window.testudoTest
      .connections()
      .some((connection) =>
        connection.getSenders().some(({ track }) => track !== null && window.madeUpScreens.tracks.includes(track)),
      ),
  );

/** {colour, paused} of the screen of `name` in the page of `person`; null: there is none. */
function screenSeen(person, name) {
  return person.page.evaluate((wanted) => {
    const tile = [...document.querySelectorAll('[data-source="screen"]')].find((t) => t.textContent.includes(wanted));
    if (tile === undefined) return null;
    const paused = tile.querySelector('[data-paused]') !== null;
    const video = tile.querySelector('video');
    if (!video || video.videoWidth === 0) return { paused, colour: null };
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 16;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, 16, 16);
    return { paused, colour: [...context.getImageData(8, 2, 1, 1).data].slice(0, 3) };
  }, name);
}

/** How far a colour may be from the true one after two conversions and a codec. */
const COLOUR_TOLERANCE = 45;

const seesScreen = (person, name, what, check) =>
  until(
    `${what} of the screen of ${name} at ${person.name}`,
    async () => {
      const seen = await screenSeen(person, name);
      if (check(seen)) return true;
      throw new Error(`saw ${JSON.stringify(seen)}`);
    },
    { timeout: 30_000 },
  );

export const seesScreenColour = (person, name, colour) =>
  seesScreen(person, name, `the colour ${colour}`, (seen) =>
    Boolean(seen?.colour?.every((value, i) => Math.abs(value - colour[i]) < COLOUR_TOLERANCE) && !seen.paused),
  );
export const seesScreenPaused = (person, name) =>
  seesScreen(person, name, 'a pause', (seen) => seen?.paused === true && seen.colour === null);
export const seesNoScreen = (person, name) => seesScreen(person, name, 'nothing', (seen) => seen === null);
