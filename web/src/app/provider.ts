/* SPDX-License-Identifier: GPL-3.0-or-later */
// The way to an OpenID provider and back: the page is left, and what it was about has to be kept meanwhile.
import { ApiError } from '../api/error';
import { backOf } from './route';

const KEPT = 'testudo-back';

/** To the provider. `back`: the path to return to afterwards. */
export function leaveForProvider(redirect: string, back: string): void {
  if (new URL(redirect).protocol !== 'https:') throw new ApiError('unexpected');
  keepBack(back);
  location.assign(redirect);
}

/** The path that was kept, once; null without one. */
export function takeBack(): string | null {
  try {
    const kept = sessionStorage.getItem(KEPT) ?? '';
    sessionStorage.removeItem(KEPT);
    return backOf(kept);
  } catch {
    return null;
  }
}

/** Without storage one comes back to the start, no more. */
function keepBack(back: string): void {
  try {
    sessionStorage.setItem(KEPT, back);
  } catch {
    // Some browsers keep nothing.
  }
}
