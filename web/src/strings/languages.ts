/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which languages there are, which one this is, and how another one is chosen.
import { strings } from '.';

export interface Language {
  /** BCP 47. */
  readonly tag: string;
  /** What the language calls itself. */
  readonly name: string;
  readonly dir: string;
}

/** Written in by the build. */
declare const LANGUAGES: readonly Language[] | undefined;

export const languages: readonly Language[] = typeof LANGUAGES === 'undefined' ? [strings.language] : LANGUAGES;

/** For times and numbers: what the browser prefers of this language, such as en-GB. */
export const locale: string =
  globalThis.navigator?.languages?.find((tag) => tag.split('-')[0] === strings.language.tag) ?? strings.language.tag;

const YEAR_S = 365 * 86_400;

/** The server reads the cookie and gives the document of this language from the next load on (docs/API.md). */
export function rememberLanguage(tag: string): void {
  document.cookie = `__Host-testudo-language=${tag}; Path=/; Secure; SameSite=Strict; Max-Age=${YEAR_S}`;
}
