/* SPDX-License-Identifier: GPL-3.0-or-later */
// When a person is asked for camera and microphone, and what was agreed to before (B9). Pure; app/consent_store.ts keeps
// it in this browser. Whatever is remembered, nothing opens without a click.
import type { Host } from './host';
import type { State } from './model';

export const ASK = ['each_call', 'each_person', 'once'] as const;
export type Ask = (typeof ASK)[number];

/** Who is at the other side: a person; one's own meeting; or nobody who could be named yet. */
export type Other = Pick<Host, 'id' | 'name' | 'verified'> | 'own' | null;

export interface Agreed {
  /** Who it was agreed to for; another name, or another proof, is another key. */
  readonly key: string;
  /** As it was shown; '' for the own meetings and for "once". */
  readonly name: string;
  readonly mic: boolean;
  readonly camera: boolean;
  /** Unix milliseconds. */
  readonly at: number;
}

export interface Consent {
  readonly ask: Ask;
  readonly agreed: readonly Agreed[];
}

export const NO_CONSENT: Consent = { ask: 'each_call', agreed: [] };
/** The oldest is forgotten, and asked about again. */
export const REMEMBERED = 100;

const ONCE = 'once';

/** null: nobody can be known again by it. */
function keyOf(other: Other): string | null {
  if (other === 'own') return 'own';
  return other === null || other.id === null ? null : JSON.stringify([other.id, other.verified, other.name]);
}

function keyBy(ask: Ask, other: Other): string | null {
  if (ask === 'each_call') return null;
  return ask === 'once' ? ONCE : keyOf(other);
}

/** What was agreed to before, so that it need not be asked now; null: it is to be asked. */
export function agreedBefore(consent: Consent, other: Other, alwaysAsk: boolean): Agreed | null {
  const key = alwaysAsk ? null : keyBy(consent.ask, other);
  return key === null ? null : (consent.agreed.find((one) => one.key === key) ?? null);
}

/** With "once" an earlier agreement with anybody does not count: it was for that person. */
export function agreeTo(consent: Consent, other: Other, wanted: { mic: boolean; camera: boolean }, at: number): Consent {
  const key = keyBy(consent.ask, other);
  if (key === null) return consent;
  const before = consent.agreed.find((one) => one.key === key);
  const now: Agreed = {
    key,
    name: key === ONCE || other === null || other === 'own' ? '' : other.name,
    mic: wanted.mic || before?.mic === true,
    camera: wanted.camera || before?.camera === true,
    at,
  };
  return { ...consent, agreed: [now, ...consent.agreed.filter((one) => one.key !== key)].slice(0, REMEMBERED) };
}

/** Another choice begins anew: what was agreed to under another question is no answer to this one. */
export function askFrom(consent: Consent, ask: Ask): Consent {
  return consent.ask === ask ? consent : { ask, agreed: [] };
}

const isAgreed = (value: unknown): value is Agreed => {
  if (typeof value !== 'object' || value === null) return false;
  const { key, name, mic, camera, at } = value as Partial<Record<keyof Agreed, unknown>>;
  const words = typeof key === 'string' && key.length < 512 && typeof name === 'string' && name.length < 256;
  return words && typeof mic === 'boolean' && typeof camera === 'boolean' && Number.isSafeInteger(at);
};

/** What a browser has kept; anything else is nothing. */
export function consentOf(kept: unknown): Consent {
  if (typeof kept !== 'object' || kept === null) return NO_CONSENT;
  const { ask, agreed } = kept as { ask?: unknown; agreed?: unknown };
  const known = ASK.find((one) => one === ask);
  if (known === undefined || !Array.isArray(agreed)) return NO_CONSENT;
  return { ask: known, agreed: agreed.filter(isAgreed).slice(0, REMEMBERED) };
}

export const forget = (consent: Consent, key: string): Consent => ({
  ...consent,
  agreed: consent.agreed.filter((one) => one.key !== key),
});

/** Who calls or is called: contacts, who have accounts. */
export const inCall = ({ id, name }: { readonly id: string; readonly name: string }): Other => ({
  id,
  name,
  verified: 'account',
});

/** A call offers sound and picture, so both must have been agreed to for it to need no explanation. */
export function agreedToCall(consent: Consent, person: { id: string; name: string }, alwaysAsk: boolean): Agreed | null {
  const before = agreedBefore(consent, inCall(person), alwaysAsk);
  return before !== null && before.mic && before.camera ? before : null;
}

/** Who will see and hear whoever comes in here. */
export function otherOf({ role, door }: Pick<State, 'role' | 'door'>): Other {
  return role === 'host' ? 'own' : door.host;
}

/** Whether it is another person now than when it was agreed, or one who calls themselves otherwise. Who was not named then
 * cannot have changed. */
export function isAnother(agreed: Other, now: Other): boolean {
  if (agreed === null || agreed === 'own' || now === 'own') return false;
  return now === null || agreed.id !== now.id || agreed.name !== now.name || agreed.verified !== now.verified;
}
