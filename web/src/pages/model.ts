/* SPDX-License-Identifier: GPL-3.0-or-later */
// What all pages share: where one is, who one is, and what the person is told or asked on top of everything.
import type { AccountNotice } from '../api/account';
import type { ServerOffer, Session } from '../api/session';
import type { Route } from '../app/route';
import type { BeginReason, FactorReason } from '../identity/visitor';

/** One sentence that the person is told once; each has a text in src/strings/account.ts. */
export type Word = 'ended' | 'expired' | 'copied' | 'signed_out' | 'no_storage' | 'no_crypto';

export interface Site {
  readonly route: Route;
  /** Counts the pages that were opened: each begins anew. */
  readonly visit: number;
  /** null: none, or not known yet. */
  readonly session: Session | null;
  /** Whether the server was asked for the session. */
  readonly looked: boolean;
  readonly offer: ServerOffer | null;
  /** A factor of the person is waited for. */
  readonly asking: FactorReason | null;
  readonly word: Word | null;
  readonly notices: readonly AccountNotice[];
}

export const initialSite: Site = {
  route: { to: 'start' },
  visit: 0,
  session: null,
  looked: false,
  offer: null,
  asking: null,
  word: null,
  notices: [],
};

export type SiteAction =
  | { readonly type: 'visit'; readonly route: Route }
  | { readonly type: 'session'; readonly session: Session | null; readonly why: BeginReason | null }
  | { readonly type: 'offer'; readonly offer: ServerOffer }
  | { readonly type: 'ask'; readonly why: FactorReason | null }
  | { readonly type: 'word'; readonly word: Word | null }
  | { readonly type: 'notices'; readonly notices: readonly AccountNotice[] }
  | { readonly type: 'notice_gone'; readonly id: string };

export function reduceSite(site: Site, action: SiteAction): Site {
  switch (action.type) {
    case 'visit':
      return { ...site, route: action.route, visit: site.visit + 1, word: null };
    case 'session':
      return withSession(site, action.session, action.why);
    case 'offer':
      return { ...site, offer: action.offer };
    case 'ask':
      return { ...site, asking: action.why };
    case 'word':
      return { ...site, word: action.word };
    case 'notices':
      return { ...site, notices: action.notices };
    case 'notice_gone':
      return { ...site, notices: site.notices.filter(({ id }) => id !== action.id) };
  }
}

const WORDS: Readonly<Record<BeginReason, Word>> = {
  no_session: 'ended',
  session_expired: 'expired',
  cookie_copied: 'copied',
};

/** Who never had a session is told nothing when one is begun. A copied cookie is told of in any case. */
function withSession(site: Site, session: Session | null, why: BeginReason | null): Site {
  const wasSignedIn = accountOf(site) !== null;
  const told = why !== null && (wasSignedIn || why !== 'no_session') ? WORDS[why] : site.word;
  const same = session?.account?.id === site.session?.account?.id;
  return { ...site, session, looked: true, word: told, notices: same ? site.notices : [] };
}

/** Who is signed in, completely. */
export function accountOf({ session }: Pick<Site, 'session'>): NonNullable<Session['account']> | null {
  return session !== null && session.kind === 'account' && session.pending === null ? session.account : null;
}

export function isAdministrator(site: Pick<Site, 'session'>): boolean {
  return accountOf(site)?.role === 'administrator';
}

const FOR_ACCOUNTS: readonly Route['to'][] = ['account', 'contacts', 'rooms', 'room_settings', 'series', 'admin'];

/** What stands at an address for who comes as they do now. */
export type Standing = 'open' | 'opening' | 'sign_in' | 'must';

export function standingOf(site: Site): Standing {
  if (!FOR_ACCOUNTS.includes(site.route.to)) return 'open';
  if (!site.looked) return 'opening';
  if (accountOf(site) === null) return 'sign_in';
  const must = site.session?.must.length ?? 0;
  return must > 0 && site.route.to !== 'account' ? 'must' : 'open';
}
