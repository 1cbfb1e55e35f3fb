/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the security panel says of the own screen (A10) and of requests for it (A11), from what has happened in this stay.
import type { Verdict } from './evidence';
import type { Share, Surface } from './share';

/** Counted since the page came into the meeting. */
export interface ShareCounts {
  /** How often the screen went live. */
  readonly live: number;
  /** How often the page itself held it back: a window was opened, the surface changed, the picture stopped. */
  readonly held: number;
  /** Tries to share without an act of the person, all refused. */
  readonly refused: number;
  /** Requests that came, each from a host who is named. */
  readonly asked: number;
}

export const NOTHING_SHARED: ShareCounts = { live: 0, held: 0, refused: 0, asked: 0 };

const frozenBy = (share: Share) => (share.at === 'live' ? share.frozen : null);
const triedAlone = (share: Share) => share.at === 'choosing' && share.problem === 'no_gesture';

/** What a step of the share adds. */
export function counted(counts: ShareCounts, before: Share, after: Share): ShareCounts {
  const began = after.at === 'live' && before.at !== 'live';
  const froze = frozenBy(after);
  const held = froze !== null && froze !== 'person' && frozenBy(before) === null;
  return {
    ...counts,
    live: counts.live + (began ? 1 : 0),
    held: counts.held + (held ? 1 : 0),
    refused: counts.refused + (triedAlone(after) && !triedAlone(before) ? 1 : 0),
  };
}

export type ShareMeaning = 'not_shared' | 'shared_before' | 'part_shared' | 'whole_shared' | 'not_told' | 'held' | 'refused';

export interface ShareEvidence {
  readonly meaning: ShareMeaning;
  readonly verdict: Verdict;
}

const LIVE: Readonly<Record<Surface | 'unknown', ShareEvidence>> = {
  tab: { meaning: 'part_shared', verdict: 'good' },
  window: { meaning: 'part_shared', verdict: 'good' },
  whole: { meaning: 'whole_shared', verdict: 'fair' },
  unknown: { meaning: 'not_told', verdict: 'fair' },
};

export function shareEvidenceOf(share: Share, counts: ShareCounts): ShareEvidence {
  if (share.at === 'live') return share.frozen === null ? LIVE[share.picked] : { meaning: 'held', verdict: 'good' };
  if (counts.refused > 0) return { meaning: 'refused', verdict: 'fair' };
  return { meaning: counts.live > 0 ? 'shared_before' : 'not_shared', verdict: 'good' };
}
