/* SPDX-License-Identifier: GPL-3.0-or-later */
// A camera and a microphone whose picture and sound tell whose they are. The browsers' own fake devices all look and sound alike, so that a picture on the wrong tile would go unnoticed.
import { useMadeUpTracks } from './made_up.mjs';
import { until } from './wait.mjs';

/**
 * To be called on a fresh page: from then on its devices show `colour` ([red, green, blue]), in 320 by 180 pixels unless `width`
 * and `height` say otherwise, and sound at `hz`.
 */
export async function useMadeUpDevices(page, devices) {
  await useMadeUpTracks(page);
  await page.evaluateOnNewDocument(({ colour, hz, width = 320, height = 180 }) => {
    const { picture, sound } = window.madeUp;
    navigator.mediaDevices.getUserMedia = async ({ audio, video }) =>
      new MediaStream([...(audio ? [sound(hz)] : []), ...(video ? [picture(colour, width, height)] : [])]);
  }, devices);
}

/**
 * How strongly a page hears each of `tones` (Hz) in the elements that play sound: {hz: decibels}, -Infinity for
 * silence.
 */
function listen(page, tones) {
  return page.evaluate(async (wanted) => {
    const context = new AudioContext();
    const analysers = [...document.querySelectorAll('audio')].map((element) => {
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(element.srcObject).connect(analyser);
      return analyser;
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const levels = Object.fromEntries(wanted.map((hz) => [hz, -200]));
    for (const analyser of analysers) {
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      for (const hz of wanted)
        levels[hz] = Math.max(levels[hz], bins[Math.round((hz * analyser.fftSize) / context.sampleRate)]);
    }
    await context.close();
    return levels;
  }, tones);
}

/** A tone above this is heard; Opus leaves far less beside the tones that it carries. */
const HEARD_DB = -50;

/** Waits until the page hears exactly these of `all` tones. */
export const hearsExactly = (person, heard, all, options) =>
  until(
    `exactly the tones ${heard.join(', ') || '(none)'} at ${person.name}`,
    async () => {
      const levels = await listen(person.page, all);
      if (all.every((hz) => levels[hz] > HEARD_DB === heard.includes(hz))) return levels;
      throw new Error(`heard ${JSON.stringify(levels)}`);
    },
    options,
  );
