/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the security panel says of the quiet mode (T6), from what was counted on the live connection alone.
import type { Verdict } from './evidence';

export interface QuietFacts {
  /** Of every payload, in bytes, as it must be. */
  readonly size: number;
  /** What the page's own worker let through: packets, and how many of them did not fit and left as silence. */
  readonly packets: number;
  readonly replaced: number;
  /** What the browser says it has sent of the microphone. */
  readonly sentPackets: number;
  readonly sentBytes: number;
}

export type QuietMeaning = 'off' | 'impossible' | 'waiting' | 'working' | 'cut' | 'broken';

export interface QuietEvidence {
  readonly meaning: QuietMeaning;
  readonly verdict: Verdict;
}

/** More than one packet in so many makes gaps that are heard. */
const HEARD_GAPS = 200;

/** `wanted`: the person's choice. `facts` null: nothing was counted on this connection yet. */
export function quietEvidenceOf(wanted: boolean, possible: boolean, facts: QuietFacts | null): QuietEvidence {
  if (!wanted) return { meaning: 'off', verdict: 'fair' };
  if (!possible) return { meaning: 'impossible', verdict: 'bad' };
  if (facts === null || facts.sentPackets === 0) return { meaning: 'waiting', verdict: 'unknown' };
  if (facts.sentBytes !== facts.sentPackets * facts.size) return { meaning: 'broken', verdict: 'bad' };
  return facts.replaced * HEARD_GAPS > facts.packets
    ? { meaning: 'cut', verdict: 'fair' }
    : { meaning: 'working', verdict: 'good' };
}
