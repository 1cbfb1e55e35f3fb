/* SPDX-License-Identifier: GPL-3.0-or-later */
// Work that a page asks for: busy until it is done, with words for what went wrong.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/error';
import type { Listing } from '../api/lists';
import { KeyError } from '../identity/key';
import { PasskeyError } from '../identity/passkey';
import { NotConfirmed } from '../identity/visitor';
import { strings } from '../strings';

/** Why something did not work. */
export interface Failure {
  readonly code: string;
  /** What the person reads. */
  readonly text: string;
  /** Until then (in milliseconds, as Date.now) another try is refused; null: it may be tried at once. */
  readonly until: number | null;
  /** The server's closer reason, a word of its own; null without one. */
  readonly reason: string | null;
}

const SAID_BY_SERVER: readonly string[] = ['weak_password', 'bad_request', 'bad_csv', 'conflict'];

const PLAIN = { until: null, reason: null } as const;

export function failureOf(error: unknown, now: number = Date.now()): Failure {
  if (error instanceof KeyError) return { code: error.code, text: strings.account.words[error.code], ...PLAIN };
  if (error instanceof PasskeyError)
    return { code: error.code, text: strings.account.passkeyProblems[error.code], ...PLAIN };
  if (!(error instanceof ApiError)) return { code: 'unexpected', text: strings.problems.unexpected.text, ...PLAIN };
  const { code, detail, particulars } = error;
  const wait = particulars.retry_after;
  return {
    code,
    text: wordsFor(code, detail),
    until: wait === null ? null : now + wait * 1000,
    reason: particulars.reason,
  };
}

/** Our own words where there are some; else the server's, which are plain, too. */
function wordsFor(code: string, detail: string): string {
  const own: Readonly<Record<string, string>> = strings.account.refusals;
  if (detail !== '' && SAID_BY_SERVER.includes(code)) return detail;
  const known = Object.hasOwn(own, code) ? own[code] : undefined;
  return known ?? (detail === '' ? strings.problems.unexpected.text : detail);
}

export interface Task {
  readonly busy: boolean;
  readonly failure: Failure | null;
  /** Nothing while it is busy. `work` throws what an answer refuses; that the person did not want to show a factor is
   * no failure. */
  run(work: () => Promise<void>): void;
  /** What went wrong was read, or is no longer true. */
  clear(): void;
}

export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef(false);
  const run = useCallback((work: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(null);
    work()
      .catch((error: unknown) => {
        if (!(error instanceof NotConfirmed)) setFailure(failureOf(error));
      })
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  }, []);
  const clear = useCallback(() => setFailure(null), []);
  return { busy, failure, run, clear };
}

/** Something that a page shows and has to fetch first. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly failure: Failure | null;
  /** Fetches it again; what is shown stays until then. */
  reload(): void;
  /** What an answer said it is now. */
  set(value: T): void;
}

/** Fetches at once, and again when `key` changes. */
export function useLoaded<T>(load: () => Promise<T>, key: string = ''): Loaded<T> {
  const [value, set] = useState<T | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    load().then(
      (loaded) => {
        if (!current) return;
        set(loaded);
        setFailure(null);
      },
      (error: unknown) => {
        if (current) setFailure(failureOf(error));
      },
    );
    return () => {
      current = false;
    };
  }, [key, turn]);
  return { value, failure, set, reload: () => setTurn((before) => before + 1) };
}

/** A list that comes in parts. */
export interface PartedList<T> {
  /** null: the first part is not here yet. */
  readonly items: readonly T[] | null;
  readonly more: boolean;
  readonly busy: boolean;
  readonly failure: Failure | null;
  loadMore(): void;
  /** From the beginning. */
  reload(): void;
  /** Changes what is shown, after the server has done it. */
  change(items: (before: readonly T[]) => readonly T[]): void;
}

/** Fetches the first part at once, and again when `key` changes, such as the word that is searched for. */
export function useList<T>(load: (offset: number) => Promise<Listing<T>>, key: string = ''): PartedList<T> {
  const [items, setItems] = useState<readonly T[] | null>(null);
  const [more, setMore] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const asked = useRef(0);
  const fetchPart = (before: readonly T[]) => {
    const turn = ++asked.current;
    setBusy(true);
    load(before.length)
      .then((part) => {
        if (turn !== asked.current) return;
        setItems([...before, ...part.items]);
        setMore(part.more && part.items.length > 0);
        setFailure(null);
      })
      .catch((error: unknown) => {
        if (turn === asked.current) setFailure(failureOf(error));
      })
      .finally(() => {
        if (turn === asked.current) setBusy(false);
      });
  };
  useEffect(() => {
    fetchPart([]);
    return () => {
      asked.current++;
    };
  }, [key]);
  return {
    items,
    more,
    busy,
    failure,
    loadMore: () => fetchPart(items ?? []),
    reload: () => fetchPart([]),
    change: (changed) => setItems((before) => (before === null ? null : changed(before))),
  };
}
