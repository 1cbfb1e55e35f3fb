/* SPDX-License-Identifier: GPL-3.0-or-later */
// How good the way to the server is, from what the browser counts of the live connection. Sentences are in src/strings.

/** Counts since the connection began. */
export interface NetworkCounts {
  /** Milliseconds of a clock that only grows. */
  readonly at: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
  /** Of all pictures. */
  readonly sentFrames: number;
  readonly sentLost: number;
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly receivedLost: number;
  readonly freezes: number;
  /** To the server and back; null: not known. */
  readonly delayMs: number | null;
  /** What the browser believes to get through; null: not told. */
  readonly roomBps: number | null;
  /** The browser makes the own picture smaller for want of room. */
  readonly limited: boolean;
  readonly way: Way | null;
}

export type Way = 'udp' | 'tcp' | 'relay';

export interface NetworkFacts {
  readonly upBps: number;
  readonly downBps: number;
  readonly delayMs: number | null;
  /** Of what was sent and should have come, 0 to 1; null: nothing was. */
  readonly lossUp: number | null;
  readonly lossDown: number | null;
  readonly way: Way | null;
}

/** 'up': others see and hear one worse; 'down': one sees and hears them worse. */
export type Weakness = 'none' | 'up' | 'down';

export interface Network {
  readonly facts: NetworkFacts | null;
  readonly weakness: Weakness;
  /** The person has read of it, and it is still so. */
  readonly seen: boolean;
}

export const NO_NETWORK: Network = { facts: null, weakness: 'none', seen: false };

const since = (after: number, before: number): number => Math.max(0, after - before);

function share(lost: number, of: number): number | null {
  return of <= 0 ? null : Math.min(1, lost / of);
}

/** What happened between two looks. */
export function factsBetween(before: NetworkCounts, after: NetworkCounts): NetworkFacts {
  const ms = Math.max(1, after.at - before.at);
  const bps = (bytes: number) => Math.round((bytes * 8000) / ms);
  const lostDown = since(after.receivedLost, before.receivedLost);
  return {
    upBps: bps(since(after.sentBytes, before.sentBytes)),
    downBps: bps(since(after.receivedBytes, before.receivedBytes)),
    delayMs: after.delayMs,
    lossUp: share(since(after.sentLost, before.sentLost), since(after.sentPackets, before.sentPackets)),
    lossDown: share(lostDown, lostDown + since(after.receivedPackets, before.receivedPackets)),
    way: after.way,
  };
}

/** More than this is seen and heard in spite of all repairs. */
const MUCH_LOSS = 0.08;
const LONG_DELAY_MS = 600;
/** A camera in its smallest size, and a voice. */
const LITTLE_ROOM_BPS = 300_000;

/** What one look says. */
export function weaknessOf(before: NetworkCounts, after: NetworkCounts): Weakness {
  const { lossUp, lossDown, delayMs } = factsBetween(before, after);
  const isTight = after.limited && after.roomBps !== null && after.roomBps < LITTLE_ROOM_BPS;
  if (isTight || (lossUp ?? 0) > MUCH_LOSS || (delayMs ?? 0) > LONG_DELAY_MS) return 'up';
  return (lossDown ?? 0) > MUCH_LOSS || after.freezes > before.freezes + 1 ? 'down' : 'none';
}

/** With pictures less room than this is little for sound that is sent twice; and how much is enough. */
const NARROW_BPS = 400_000;
const WIDE_BPS = 600_000;
/** Without losses nobody needs it twice; with some of them words are worth more than pictures. */
const FEW_LOST = 0.01;
const SOME_LOST = 0.03;
const LOOKS_UNTIL_NARROW = 2;

/** Whether sound should leave room for the pictures on the own way up. */
export class NarrowWatch {
  #before: NetworkCounts | null = null;
  #narrow = false;
  #run = 0;

  look(counts: NetworkCounts): boolean {
    const before = this.#before;
    this.#before = counts;
    if (before === null) return this.#narrow;
    const lost = factsBetween(before, counts).lossUp ?? 0;
    const isNarrow = counts.sentFrames > before.sentFrames && lost < FEW_LOST && (counts.roomBps ?? WIDE_BPS) < NARROW_BPS;
    const isOver = lost > SOME_LOST || (counts.roomBps ?? WIDE_BPS) >= WIDE_BPS;
    this.#run = isNarrow ? this.#run + 1 : 0;
    this.#narrow = this.#narrow ? !isOver : this.#run >= LOOKS_UNTIL_NARROW;
    return this.#narrow;
  }

  reset(): void {
    this.#before = null;
    this.#narrow = false;
    this.#run = 0;
  }
}

/** So many looks in a row until it is said, and until it is taken back: nobody wants a word that flickers. */
const LOOKS_UNTIL_WEAK = 3;
const LOOKS_UNTIL_GOOD = 6;

/** Looks at the counts by the clock, and says what holds by now. */
export class NetworkWatch {
  #counts: NetworkCounts | null = null;
  #weakness: Weakness = 'none';
  #run = 0;
  facts: NetworkFacts | null = null;

  look(counts: NetworkCounts): Weakness {
    const before = this.#counts;
    this.#counts = counts;
    if (before === null) return this.#weakness;
    this.facts = factsBetween(before, counts);
    const now = weaknessOf(before, counts);
    const isOther = (now === 'none') !== (this.#weakness === 'none');
    this.#run = isOther ? this.#run + 1 : 0;
    if (this.#run >= (now === 'none' ? LOOKS_UNTIL_GOOD : LOOKS_UNTIL_WEAK)) {
      this.#weakness = now;
      this.#run = 0;
    }
    return this.#weakness;
  }

  /** A new connection: counts begin anew. */
  reset(): void {
    this.#counts = this.facts = null;
    this.#weakness = 'none';
    this.#run = 0;
  }
}
