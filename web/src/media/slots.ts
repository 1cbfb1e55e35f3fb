/* SPDX-License-Identifier: GPL-3.0-or-later */

/** Three voices, and the sound of one screen beside them. */
export const AUDIO_SLOTS = 4;

/** Numbers of video slots, so that people who come and go cause few new offers. Each fills a square grid beside the own
 * tile. */
const VIDEO_STEPS = [4, 9, 16, 24] as const;

/** How many video slots to have for `sources` cameras and screens of others. Slots are never given back. */
export function videoSlotsFor(sources: number, present: number, maximum: number): number {
  const wanted = VIDEO_STEPS.find((step) => step >= sources) ?? sources;
  return Math.max(present, Math.min(wanted, maximum));
}
