/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person has agreed to, kept in this browser for the account that is signed in, or for guests: whoever signs in
// after somebody else is asked as if for the first time (B9).
import type { DeviceKind } from '../media/devices';
import { consentOf, NO_CONSENT, type Consent } from '../state/consent';
import { noteUse, usedOf, type Used } from '../state/unused';
import { keep, readKept } from './kept';

const CONSENT = 'consent';
const USED = 'devices-used';

/** `owner`: the account's id, '' for guests. */
export function loadConsent(owner: string): Consent {
  const kept = readKept(CONSENT);
  if (typeof kept !== 'object' || kept === null || (kept as { owner?: unknown }).owner !== owner) return NO_CONSENT;
  return consentOf(kept);
}

export function saveConsent(owner: string, consent: Consent): void {
  keep(CONSENT, { owner, ...consent });
}

export const loadUsed = (): Used => usedOf(readKept(USED));

export function saveUse(kind: DeviceKind): void {
  keep(USED, noteUse(loadUsed(), kind, Date.now()));
}

/** The reminder was read: it comes again when as much time has passed. */
export function snoozeUnused(): void {
  keep(USED, { ...loadUsed(), told: Date.now() });
}
