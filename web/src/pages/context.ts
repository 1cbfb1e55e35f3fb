/* SPDX-License-Identifier: GPL-3.0-or-later */
// How pages reach what they share.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Requests } from '../api/lists';
import type { Session } from '../api/session';
import type { Proofs } from '../state/door_evidence';
import type { Word, Site } from './model';

/** What a page can do besides showing itself. app/site.ts carries it out. */
export interface SiteCommands {
  /** Requests of the page: each with its proof. Where a factor is needed first, the person is asked for it, and then
   * the request goes on by itself. */
  readonly api: Requests;
  /** For signing in and unlocking: these never ask for a factor themselves. */
  readonly openApi: Requests;
  /** Requests that were proven so far. */
  proofs(): Proofs;
  /** To another page of ours; `replace`: in place of this one in the history. */
  go(path: string, replace?: boolean): void;
  /** What an answer said about the session. */
  sessionIs(session: Session): void;
  /** Asks what the server offers, unless that is known. */
  learnOffer(): Promise<void>;
  /** Asks the server again who one is. */
  refresh(): Promise<void>;
  /** Makes sure that a factor was shown lately; false: the person did not want to. */
  confirm(): Promise<boolean>;
  /** The question for a factor is over. */
  factorDone(shown: boolean): void;
  signOut(): Promise<void>;
  /** Whatever happened, what the person is told of it; null: it was read. */
  tell(word: Word | null): void;
  dismiss(notice: string): void;
}

export interface SiteView {
  readonly site: Site;
  readonly commands: SiteCommands;
}

export const SiteContext = createContext<SiteView | null>(null);

export function useSite(): SiteView {
  const view = useContext(SiteContext);
  if (view === null) throw new Error('a page outside of the site');
  return view;
}
