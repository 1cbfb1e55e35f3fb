/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the security panel says of who comes in: worked out from what the server has told of this meeting and this
// session, and from requests that were really proven. What is not known is not claimed.
import type { Session } from '../api/session';
import type { Person } from '../signal/messages';
import type { Verdict } from './evidence';
import type { Meeting } from './model';

export type DoorEvidenceId = 'care' | 'session' | 'sign_in' | 'door' | 'people';

export type DoorMeaning =
  | 'session_proven'
  | 'session_unproven'
  | 'two_factors'
  | 'one_factor'
  | 'guest_verified'
  | 'guest'
  | 'door_locked'
  | 'door_waiting'
  | 'door_members'
  | 'door_tickets'
  | 'door_open'
  | 'door_call'
  | 'care_high'
  | 'care_broken'
  | 'all_known'
  | 'some_unknown';

export interface DoorEvidence {
  readonly id: DoorEvidenceId;
  readonly verdict: Verdict;
  readonly meaning: DoorMeaning;
  /** Of session: requests that were proven; of people: who is known, and all. */
  readonly known: number;
  readonly of: number;
  /** Milliseconds since 1970, of session: the last proven request. */
  readonly at: number | null;
}

/** Requests of this page that carried a proof by the browser's key and were accepted. */
export interface Proofs {
  readonly accepted: number;
  readonly lastAt: number | null;
}

const line = (id: DoorEvidenceId, verdict: Verdict, meaning: DoorMeaning, known = 0, of = 0): DoorEvidence => ({
  id,
  verdict,
  meaning,
  known,
  of,
  at: null,
});

function sessionLine({ accepted, lastAt }: Proofs): DoorEvidence {
  const proven = accepted > 0;
  const found = line('session', proven ? 'good' : 'unknown', proven ? 'session_proven' : 'session_unproven', accepted);
  return { ...found, at: lastAt };
}

const SECONDS = ['totp', 'recovery'];

/** A passkey is two by itself: the device, and that it has verified its owner. */
export function countsAsTwo(factors: readonly string[]): boolean {
  const seconds = factors.filter((factor) => SECONDS.includes(factor)).length;
  return factors.includes('passkey') || (seconds > 0 && factors.length > seconds);
}

function signInLine({ kind, factors, email }: Session): DoorEvidence {
  if (kind === 'account')
    return countsAsTwo(factors) ? line('sign_in', 'good', 'two_factors') : line('sign_in', 'fair', 'one_factor');
  return email === '' ? line('sign_in', 'fair', 'guest') : line('sign_in', 'good', 'guest_verified');
}

function doorLine({ rules, kind }: Meeting): DoorEvidence {
  if (kind === 'call') return line('door', 'good', 'door_call');
  if (rules.locked) return line('door', 'good', 'door_locked');
  if (rules.waiting) return line('door', 'good', 'door_waiting');
  if (kind === 'members') return line('door', 'good', 'door_members');
  if (kind === 'ticket') return line('door', 'good', 'door_tickets');
  return line('door', 'fair', 'door_open');
}

const isKnown = ({ verified }: Person): boolean => verified !== 'none';

/** Of an event's audience only the stage is told: only of that is anything said. */
function peopleLine({ people }: Meeting): DoorEvidence {
  const known = people.filter(isKnown).length;
  return known === people.length
    ? line('people', 'good', 'all_known', known, people.length)
    : line('people', 'fair', 'some_unknown', known, people.length);
}

/** What the server claims, compared with the rules that it has told for this very meeting. */
function careLine({ rules, kind }: Meeting): DoorEvidence {
  // Nobody waits before the door of a call: it has none.
  const inForce = rules.post_quantum && (rules.waiting || kind === 'call');
  return line('care', inForce ? 'good' : 'bad', inForce ? 'care_high' : 'care_broken');
}

/** `highCare`: the server says that it runs with the "bank or clinic" profile. */
export function doorEvidenceOf(
  meeting: Meeting,
  session: Session | null,
  proofs: Proofs,
  highCare: boolean,
): DoorEvidence[] {
  return [
    ...(highCare ? [careLine(meeting)] : []),
    doorLine(meeting),
    peopleLine(meeting),
    ...(session === null ? [] : [signInLine(session)]),
    sessionLine(proofs),
  ];
}
