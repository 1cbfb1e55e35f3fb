/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person chose about looking, listening and speaking. This browser remembers it; nothing of it is sent, but that one is quiet.

export const LAYOUTS = ['grid', 'speaker', 'presentation'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** How the own camera is sent: as every browser can show it, or in several sizes at once in less room. */
export const PICTURE_FORMATS = ['usual', 'vp9', 'av1'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

export interface Preferences {
  readonly layout: Layout;
  /** The own picture is not shown to oneself; the others see it. */
  readonly hideOwn: boolean;
  readonly shortcuts: boolean;
  /** The microphone is on only while a key or the button is held down. */
  readonly pushToTalk: boolean;
  readonly noiseSuppression: boolean;
  readonly echoCancellation: boolean;
  readonly autoGainControl: boolean;
  readonly blur: boolean;
  readonly format: PictureFormat;
  /** "Don't show when I speak" (T6). */
  readonly quiet: boolean;
  /** Ids of devices, which are other ones in every browser and on every site; null: what the system uses. */
  readonly mic: string | null;
  readonly camera: string | null;
  readonly loudspeaker: string | null;
}

export const DEFAULTS: Preferences = {
  layout: 'presentation',
  hideOwn: false,
  shortcuts: true,
  pushToTalk: false,
  noiseSuppression: true,
  echoCancellation: true,
  autoGainControl: true,
  blur: false,
  format: 'usual',
  quiet: false,
  mic: null,
  camera: null,
  loudspeaker: null,
};

const isId = (value: unknown): value is string | null =>
  value === null || (typeof value === 'string' && value !== '' && value.length <= 256);

function fits(key: keyof Preferences, value: unknown): boolean {
  if (key === 'layout') return LAYOUTS.some((layout) => layout === value);
  if (key === 'format') return PICTURE_FORMATS.some((format) => format === value);
  return DEFAULTS[key] === null ? isId(value) : typeof value === 'boolean';
}

/** Reads what was kept. What is not as it should be counts as never chosen: anything may have written it. */
export function readPreferences(kept: string | null): Preferences {
  let found: unknown;
  try {
    found = JSON.parse(kept ?? 'null');
  } catch {
    return DEFAULTS;
  }
  if (typeof found !== 'object' || found === null) return DEFAULTS;
  const known = Object.entries(found).filter(
    ([key, value]) => Object.hasOwn(DEFAULTS, key) && fits(key as keyof Preferences, value),
  );
  return { ...DEFAULTS, ...Object.fromEntries(known) };
}

export const writePreferences = (preferences: Preferences): string => JSON.stringify(preferences);
