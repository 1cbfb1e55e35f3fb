/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the server is told of what this page shows: which of the streams that come in, and how large. It sends no more than that.
import type { Heights } from '../media/shown';
import type { Shown } from '../signal/messages';
import type { Meeting } from './model';

/** A picture that comes into a slot that was empty is got small at once, before the page has said how large it shows it. */
const NEXT_HEIGHT = 180;
/** The server takes no more of it, and no screen has. */
const MOST_HEIGHT = 8192;

/** Everything that is shown of what comes in. `pinned`: the key of the tile that the person keeps large. `hidden`: the page is
 * not in sight. */
export function viewOf(meeting: Meeting, heights: Heights, pinned: string | null, hidden: boolean): Shown[] {
  if (meeting.soundOnly) return [];
  const filled = new Map(meeting.slots.map((slot) => [slot.mid, slot]));
  return [...meeting.streams].flatMap(([mid, stream]): Shown[] => {
    if (stream.getVideoTracks().length === 0) return [];
    const slot = filled.get(mid);
    if (slot === undefined || slot.who === null) return hidden ? [] : [{ mid, height: NEXT_HEIGHT, pinned: false }];
    const height = Math.min(heights.get(stream) ?? 0, MOST_HEIGHT);
    return height === 0 ? [] : [{ mid, height, pinned: pinned === `${slot.who} ${slot.source}` }];
  });
}

/** Less than this is not worth a word. */
const NOTICED = 1.1;

/** 'more': something is larger than was said, or new. 'less': something is smaller or gone. */
export type ViewChange = 'none' | 'less' | 'more';

export function changeOf(said: readonly Shown[] | null, shown: readonly Shown[]): ViewChange {
  if (said === null) return 'more';
  const before = new Map(said.map((item) => [item.mid, item]));
  const isMore = ({ mid, height, pinned }: Shown) => {
    const old = before.get(mid);
    return old === undefined || height > old.height * NOTICED || (pinned && !old.pinned);
  };
  if (shown.some(isMore)) return 'more';
  const isLess = ({ mid, height, pinned }: Shown) => {
    const old = before.get(mid);
    return old !== undefined && (height * NOTICED < old.height || pinned !== old.pinned);
  };
  return shown.length < said.length || shown.some(isLess) ? 'less' : 'none';
}

/** What gets larger is said at once, but for what moves over the page just now. */
const SOON_MS = 250;
/** What gets smaller may wait: it may be back in a moment. */
const LATER_MS = 500;

/** Says the view when it is time. */
export class ViewTeller {
  readonly #look: () => readonly Shown[] | null;
  readonly #say: (shown: readonly Shown[]) => void;
  #said: readonly Shown[] | null = null;
  #saidAt = -Infinity;
  #timer: number | undefined;
  #due = Infinity;

  /** `look` gives null while there is nobody to tell it to. */
  constructor(look: () => readonly Shown[] | null, say: (shown: readonly Shown[]) => void) {
    this.#look = look;
    this.#say = say;
  }

  /** Something may look otherwise now. */
  changed(now: number): void {
    const shown = this.#look();
    if (shown === null) return;
    switch (changeOf(this.#said, shown)) {
      case 'more':
        return this.#at(Math.max(now, this.#saidAt + SOON_MS), now);
      case 'less':
        return this.#at(now + LATER_MS, now);
    }
  }

  /** What was said holds no more: a new connection, or the server did not take it. `after`: when to say it anew. */
  again(now: number, after: number = 0): void {
    this.#said = null;
    this.#at(now + after, now);
  }

  stop(): void {
    window.clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  #at(due: number, now: number): void {
    if (due >= this.#due) return;
    window.clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = window.setTimeout(() => this.#tell(due), due - now);
  }

  #tell(now: number): void {
    this.#due = Infinity;
    const shown = this.#look();
    if (shown === null || changeOf(this.#said, shown) === 'none') return;
    this.#said = shown;
    this.#saidAt = now;
    this.#say(shown);
  }
}
