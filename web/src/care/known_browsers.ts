/* SPDX-License-Identifier: GPL-3.0-or-later */
// The browsers that this release knows (B11): data alone. `least` is the oldest version that counts as current: one
// that came out within about half a year before `LISTED`, or a long-term version that its maker still mended then.
// `site` is the maker's own address; it is shown as text, never loaded.
// When this list is renewed: the makers' own release notes, then LISTED, then test/browser.test.ts.

/** The day this list was made, UTC. */
export const LISTED = '2026-11-29';
/** After so many days it says of itself that it is old. */
export const LIST_GOOD_DAYS = 180;

export const MAKERS = ['chrome', 'edge', 'chromium', 'firefox', 'safari', 'samsung', 'opera', 'brave', 'vivaldi'] as const;
export type Maker = (typeof MAKERS)[number];

interface KnownBrowser {
  /** What it calls itself; no matter of language. */
  readonly name: string;
  readonly site: string;
  /** null: counted by the Chromium inside. */
  readonly least: number | null;
}

/** Chromium's own number, which all that are built on it also tell. */
export const LEAST_CHROMIUM = 150;

export const KNOWN: Readonly<Record<Maker, KnownBrowser>> = {
  chrome: { name: 'Google Chrome', site: 'https://www.google.com/chrome/', least: null },
  edge: { name: 'Microsoft Edge', site: 'https://www.microsoft.com/edge', least: null },
  chromium: { name: 'Chromium', site: 'https://www.chromium.org/', least: null },
  // 140 is the older of the long-term versions.
  firefox: { name: 'Firefox', site: 'https://www.firefox.com/', least: 140 },
  safari: { name: 'Safari', site: 'https://www.apple.com/safari/', least: 26 },
  // Samsung's numbers follow Chromium's at a distance of months: looked at is the newest security update, not the number inside.
  samsung: { name: 'Samsung Internet', site: 'https://www.samsung.com/', least: 29 },
  opera: { name: 'Opera', site: 'https://www.opera.com/', least: null },
  brave: { name: 'Brave', site: 'https://brave.com/', least: null },
  vivaldi: { name: 'Vivaldi', site: 'https://vivaldi.com/', least: null },
};

/** Pages inside these programs are shown without a browser of one's own choice: by a word in the user agent. */
export const EMBEDDERS: readonly (readonly [word: RegExp, program: string])[] = [
  [/\bFBAN\b|\bFBAV\b|\bFB_IAB\b/, 'Facebook'],
  [/\bInstagram\b/, 'Instagram'],
  [/\bBarcelona\b/, 'Threads'],
  [/\bWhatsApp\b/, 'WhatsApp'],
  [/\bMicroMessenger\b/, 'WeChat'],
  [/\bLine\//, 'LINE'],
  [/\bSnapchat\b/, 'Snapchat'],
  [/\bTwitter\b/, 'X'],
  [/\bLinkedInApp\b/, 'LinkedIn'],
  [/\bPinterest\b/, 'Pinterest'],
  [/musical_ly|BytedanceWebview|\bTikTok\b/, 'TikTok'],
  [/\bGSA\//, 'Google'],
  [/\bTeams\/|\bTeamsMobile\b/, 'Microsoft Teams'],
  [/\bSlack(SSB)?\b/, 'Slack'],
  [/\bElectron\//, 'Electron'],
];
