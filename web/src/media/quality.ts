/* SPDX-License-Identifier: GPL-3.0-or-later */

export interface CameraQuality {
  /** The picture is sent this many times smaller, in width and height, than the camera gives it. */
  readonly scale: number;
  readonly bitrateBps: number;
}

const STEPS: readonly (CameraQuality & { readonly people: number })[] = [
  { people: 2, scale: 1, bitrateBps: 1_500_000 },
  { people: 4, scale: 1.5, bitrateBps: 900_000 },
  { people: 9, scale: 2, bitrateBps: 500_000 },
];
const CROWD: CameraQuality = { scale: 4, bitrateBps: 180_000 };

/** What to send of the own camera in a meeting of so many people. The more there are, the smaller each is shown, and
 * the more pictures everybody must receive. */
export function cameraQuality(people: number): CameraQuality {
  return STEPS.find((step) => people <= step.people) ?? CROWD;
}
