/* SPDX-License-Identifier: GPL-3.0-or-later */
// This browser.
import { browserOf, tell, type Browser } from './browser';

let known: Browser | null = null;

export function thisBrowser(): Browser {
  known ??= browserOf(tell(navigator as unknown as Parameters<typeof tell>[0]));
  return known;
}
