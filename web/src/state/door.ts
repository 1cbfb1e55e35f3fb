/* SPDX-License-Identifier: GPL-3.0-or-later */
// Why a meeting does not take somebody as they come, where there is something to be done about it: docs/API.md,
// section 5.
import { ApiError } from '../api/error';
import type { Host } from './host';

const CODES = [
  'room_closed',
  'sign_in_first',
  'verify_email_first',
  'second_factor_first',
  'must_first',
  'not_a_member',
  'ticket_of_other',
  'ticket_early',
  'ticket_over',
  'ticket_revoked',
  'ticket_in_use',
] as const;
export type DoorCode = (typeof CODES)[number];

export interface Refusal {
  readonly code: DoorCode;
  /** Unix seconds: when the ticket is good; null: not told, or open. */
  readonly from: number | null;
  readonly until: number | null;
}

/** What the server says of a meeting before one goes in. */
export interface Door {
  /** '' without one. */
  readonly title: string;
  /** Whether a name is to be typed; who has an account comes under that one's. */
  readonly needsName: boolean;
  /** Whether a host has to let one in; without it one is seen and heard at once. */
  readonly waits: boolean;
  /** The profile for a bank or a clinic: everything that can be raised is. */
  readonly highCare: boolean;
  /** Whom the question for consent names; null: not known yet. */
  readonly host: Host | null;
  /** Whether somebody who is in records it. */
  readonly recorded: boolean;
}

export const NO_DOOR: Door = { title: '', needsName: true, waits: true, highCare: false, host: null, recorded: false };

/** Times: null and 0 are the same. */
export function refusalOfCode(code: string | null, from: number | null, until: number | null): Refusal | null {
  const known = CODES.find((own) => own === code);
  return known === undefined ? null : { code: known, from: openTime(from), until: openTime(until) };
}

/** null for what is no matter of the door, such as a name that is taken. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof ApiError)) return null;
  return refusalOfCode(error.code, error.particulars.from, error.particulars.until);
}

function openTime(time: number | null): number | null {
  return time === 0 ? null : time;
}
