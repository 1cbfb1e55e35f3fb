/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which browser this is, as far as it tells, and what is to be said of it (B11). Pure: strings in, a judgement out.
// Whatever a browser pretends, nothing is refused for it: what is missing is found by trying (app/app.ts).
import { EMBEDDERS, KNOWN, LEAST_CHROMIUM, LISTED, LIST_GOOD_DAYS, type Maker } from './known_browsers';

export type System = 'windows' | 'mac' | 'ios' | 'android' | 'linux' | 'other';

/** What a browser says of itself: the user agent, and client hints where it has them (UA-CH). */
export interface Told {
  readonly userAgent: string;
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly platform: string;
  /** Points that a finger can touch at once: tells an iPad from a Mac, which it pretends to be. */
  readonly touches: number;
}

export interface Browser {
  /** null: not one of those that this release knows. */
  readonly maker: Maker | null;
  /** As the maker counts; 0: not told. */
  readonly version: number;
  /** Of the Chromium inside; 0: none, or not told. */
  readonly chromium: number;
  readonly system: System;
  /** The program inside whose window the page is shown; null: a browser of its own. '' one without a name. */
  readonly embedder: string | null;
}

/** What a person should hear. 'fine': nothing. */
export type Verdict = 'fine' | 'outdated' | 'embedded' | 'unknown';

const UA_BYTES = 2048;

function numberAfter(text: string, pattern: RegExp): number {
  const found = Number(pattern.exec(text)?.[1] ?? 0);
  return Number.isSafeInteger(found) && found > 0 && found < 100_000 ? found : 0;
}

function systemOf({ userAgent, platform, touches }: Told): System {
  const said = `${platform} ${userAgent}`;
  if (/Android/i.test(said)) return 'android';
  if (/iPhone|iPad|iPod/.test(said) || (/Macintosh|macOS/.test(said) && touches > 1)) return 'ios';
  if (/Windows/.test(said)) return 'windows';
  if (/Macintosh|macOS|Mac OS X/.test(said)) return 'mac';
  return /Linux|X11|CrOS|Chrome OS/.test(said) ? 'linux' : 'other';
}

const BRANDS: readonly (readonly [brand: string, maker: Maker])[] = [
  ['Microsoft Edge', 'edge'],
  ['Opera', 'opera'],
  ['Brave', 'brave'],
  ['Vivaldi', 'vivaldi'],
  ['Samsung Internet', 'samsung'],
  ['Google Chrome', 'chrome'],
];

/** In the order of being asked: each of them also says the words of those below. */
const AGENTS: readonly (readonly [pattern: RegExp, maker: Maker])[] = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, 'edge'],
  [/\bOPR\/(\d+)|\bOPT\/(\d+)/, 'opera'],
  [/\bVivaldi\/(\d+)/, 'vivaldi'],
  [/\bSamsungBrowser\/(\d+)/, 'samsung'],
  [/\bFxiOS\/(\d+)/, 'firefox'],
  [/\bFirefox\/(\d+)/, 'firefox'],
  [/\bCriOS\/(\d+)/, 'chrome'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, 'safari'],
];

const brandVersion = ({ brands }: Told, name: string): number =>
  numberAfter(brands.find(({ brand }) => brand === name)?.version ?? '', /^(\d+)/);

function byBrands(told: Told): { maker: Maker; version: number } | null {
  for (const [name, maker] of BRANDS)
    if (told.brands.some(({ brand }) => brand === name)) return { maker, version: brandVersion(told, name) };
  const chromium = brandVersion(told, 'Chromium');
  return chromium === 0 ? null : { maker: 'chromium', version: chromium };
}

function byAgent({ userAgent }: Told): { maker: Maker; version: number } | null {
  for (const [pattern, maker] of AGENTS)
    if (pattern.test(userAgent)) return { maker, version: numberAfter(userAgent, pattern) };
  return null;
}

/** A window inside another program, which on Android says "wv" and on an iPhone leaves out Safari's own word. */
function embedderOf({ userAgent }: Told, system: System): string | null {
  const named = EMBEDDERS.find(([word]) => word.test(userAgent));
  if (named !== undefined) return named[1];
  if (system === 'android' && /; wv\)/.test(userAgent)) return '';
  const webKit = system === 'ios' && /AppleWebKit\//.test(userAgent);
  return webKit && !/Safari\//.test(userAgent) ? '' : null;
}

export function browserOf(all: Told): Browser {
  const told = { ...all, userAgent: all.userAgent.slice(0, UA_BYTES) };
  const system = systemOf(told);
  const found = byBrands(told) ?? byAgent(told);
  const chromium = brandVersion(told, 'Chromium') || numberAfter(told.userAgent, /\b(?:Headless)?Chrome\/(\d+)/);
  return {
    maker: found?.maker ?? null,
    version: found?.version ?? 0,
    chromium: system === 'ios' ? 0 : chromium,
    system,
    embedder: embedderOf(told, system),
  };
}

/** Old by the list. On an iPhone all browsers have the system's own engine, whose version is the system's. */
function isOutdated({ maker, version, chromium, system }: Browser): boolean {
  if (maker === null || (system === 'ios' && maker !== 'safari')) return false;
  const { least } = KNOWN[maker];
  if (least !== null) return version !== 0 && version < least;
  return chromium !== 0 && chromium < LEAST_CHROMIUM;
}

export function judge(browser: Browser): Verdict {
  if (browser.embedder !== null) return 'embedded';
  if (browser.maker === null) return 'unknown';
  return isOutdated(browser) ? 'outdated' : 'fine';
}

const DAY_MS = 86_400_000;

/** Days since the list was made; a clock that stands before that day says nothing. */
export function listAge(now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(LISTED)) / DAY_MS));
}

export const listIsOld = (now: number): boolean => listAge(now) > LIST_GOOD_DAYS;

interface Hints {
  readonly brands?: unknown;
  readonly platform?: unknown;
}

const isBrand = (value: unknown): value is { brand: string; version: string } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { brand?: unknown }).brand === 'string' &&
  typeof (value as { version?: unknown }).version === 'string';

/** What this browser says; whatever it puts there instead of text counts as nothing. */
export function tell(from: { userAgent?: unknown; userAgentData?: unknown; maxTouchPoints?: unknown }): Told {
  const hints = (typeof from.userAgentData === 'object' ? from.userAgentData : null) as Hints | null;
  return {
    userAgent: typeof from.userAgent === 'string' ? from.userAgent : '',
    brands: Array.isArray(hints?.brands) ? hints.brands.filter(isBrand).slice(0, 16) : [],
    platform: typeof hints?.platform === 'string' ? hints.platform : '',
    touches: typeof from.maxTouchPoints === 'number' ? from.maxTouchPoints : 0,
  };
}

/** How a permission is taken back, and allowed again, in words: one way for each kind of browser. */
export type Steps = 'chromium' | 'firefox' | 'safari_mac' | 'ios' | 'android_chromium' | 'android_firefox' | 'samsung' | 'other';

export function stepsFor({ maker, system, chromium }: Browser): Steps {
  if (system === 'ios') return 'ios';
  if (maker === 'samsung') return 'samsung';
  if (maker === 'firefox') return system === 'android' ? 'android_firefox' : 'firefox';
  if (maker === 'safari') return 'safari_mac';
  if (maker === null && chromium === 0) return 'other';
  return system === 'android' ? 'android_chromium' : 'chromium';
}
