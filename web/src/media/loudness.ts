/* SPDX-License-Identifier: GPL-3.0-or-later */

export const SILENCE_DB = 127;

/** The level of samples in -dBov as RFC 6464 counts it: 0 is the loudest sound there can be, 127 is silence. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms === 0) return SILENCE_DB;
  return Math.min(SILENCE_DB, Math.max(0, Math.round(-20 * Math.log10(rms))));
}

/** A level as the fraction of a meter that it fills: speech lies between -60 and -10 dBov. */
export function meterFraction(db: number): number {
  return Math.min(1, Math.max(0, (60 - db) / 50));
}
