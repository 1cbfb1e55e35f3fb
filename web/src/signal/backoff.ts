/* SPDX-License-Identifier: GPL-3.0-or-later */

const FIRST_MS = 300;
const LAST_MS = 5000;

/** How long to wait before attempt number `attempt` (from 0) to return. `random` in [0, 1) keeps a crowd from returning
 * at once. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LAST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(full * (0.75 + 0.25 * random));
}

/** How long to wait before knocking again at a server that is full and wants to hear of us in `seconds`: up to twice as
 * long, so that all those who wait do not come at once. */
export function fullMs(seconds: number, random: number): number {
  return Math.round(seconds * 1000 * (1 + random));
}
