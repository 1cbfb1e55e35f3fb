/* SPDX-License-Identifier: GPL-3.0-or-later */
// A permission that was given and is not used any more (B6).

const DAY_MS = 86_400_000;
export const UNUSED_DAYS = 30;

/** Unix milliseconds; 0: never, as far as this browser remembers. */
export interface Used {
  readonly mic: number;
  readonly camera: number;
  /** When the person was reminded last. */
  readonly told: number;
}

const time = (value: unknown): number => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0);

export function usedOf(kept: unknown): Used {
  const { mic, camera, told } = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<Record<keyof Used, unknown>>;
  return { mic: time(mic), camera: time(camera), told: time(told) };
}

export const noteUse = (used: Used, kind: 'mic' | 'camera', now: number): Used => ({ ...used, [kind]: now, told: 0 });

/** The later one of what is still granted; 0: not known. */
export function lastUse(used: Used, granted: { readonly mic: boolean; readonly camera: boolean }): number {
  return Math.max(granted.mic ? used.mic : 0, granted.camera ? used.camera : 0);
}

/** Since when it was not used, if that is long ago and was not said lately; else null. */
export function unusedSince(
  used: Used,
  granted: { readonly mic: boolean; readonly camera: boolean },
  now: number,
): number | null {
  const last = lastUse(used, granted);
  const long = UNUSED_DAYS * DAY_MS;
  return last !== 0 && now - last > long && now - used.told > long ? last : null;
}
