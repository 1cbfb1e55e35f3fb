/* SPDX-License-Identifier: GPL-3.0-or-later */
// What an address of this page means. Secrets stand in fragments, which browsers send to nobody.

/** What there is to see and set of a room; the first has the room's own address. */
export const ROOM_PARTS = ['settings', 'members', 'tickets', 'bans', 'attendance'] as const;
export type RoomPart = (typeof ROOM_PARTS)[number];

export const ADMIN_SECTIONS = [
  'people',
  'rooms',
  'tickets',
  'sessions',
  'keys',
  'webhooks',
  'messages',
  'log',
  'settings',
] as const;
export type AdminSection = (typeof ADMIN_SECTIONS)[number];
export type AdminPart = AdminSection | 'overview' | 'emergency' | 'person';

export type Route =
  | { readonly to: 'start' }
  | { readonly to: 'host'; readonly token: string | null }
  | { readonly to: 'room'; readonly room: string }
  /** `back`: where to go afterwards; null: nowhere in particular. */
  | { readonly to: 'signin'; readonly back: string | null }
  | { readonly to: 'account' }
  | { readonly to: 'contact' }
  /** `token`: of a link by which one becomes a contact; null: the own contacts. */
  | { readonly to: 'contacts'; readonly token: string | null }
  | { readonly to: 'rooms' }
  | { readonly to: 'room_settings'; readonly room: string; readonly part: RoomPart }
  /** null: all of them. */
  | { readonly to: 'series'; readonly series: string | null }
  /** `person`: whose page it is, '' for other parts. */
  | { readonly to: 'admin'; readonly part: AdminPart; readonly person: string }
  /** `parameters`: with which the provider sent the browser back, as in a query, without "?". */
  | { readonly to: 'oidc'; readonly provider: string; readonly parameters: string }
  | { readonly to: 'welcome'; readonly token: string | null }
  | { readonly to: 'setup'; readonly token: string | null }
  | { readonly to: 'nowhere' };

const ID = /^[A-Za-z0-9_-]{22}$/;
const TOKEN = /^[A-Za-z0-9_-]{22,86}$/;
const WORD = /^[a-z0-9_-]{1,64}$/;
const NOWHERE = { to: 'nowhere' } as const;

/** Whether the part of the address behind the path holds what nobody should find in the history. */
export function hasSecret(route: Route): boolean {
  return route.to === 'host' || route.to === 'welcome' || route.to === 'setup' || route.to === 'oidc' || route.to === 'contacts';
}

export function routeOf(path: string, fragment = '', query = ''): Route {
  const [, first = '', second = '', third = '', ...more] = path.replace(/\/$/, '').split('/');
  const behind = fragment.replace(/^#/, '');
  if (more.length > 0) return NOWHERE;
  if (third !== '') return ofThreeWords(first, second, third);
  return second === '' ? ofOneWord(first, behind) : ofTwoWords(first, second, behind, query.replace(/^\?/, ''));
}

function ofOneWord(first: string, behind: string): Route {
  switch (first) {
    case '':
      return { to: 'start' };
    case 'host':
      return { to: 'host', token: ID.test(behind) ? behind : null };
    case 'welcome':
    case 'setup':
      return { to: first, token: TOKEN.test(behind) ? behind : null };
    case 'contacts':
      return { to: 'contacts', token: TOKEN.test(behind) ? behind : null };
    case 'signin':
      return { to: 'signin', back: backOf(behind) };
    case 'admin':
      return { to: 'admin', part: 'overview', person: '' };
    case 'series':
      return { to: 'series', series: null };
    case 'account':
    case 'contact':
    case 'rooms':
      return { to: first };
    default:
      return NOWHERE;
  }
}

function ofTwoWords(first: string, second: string, behind: string, query: string): Route {
  if (first === 'm' && ID.test(second)) return { to: 'room', room: second };
  if (first === 'rooms' && ID.test(second)) return { to: 'room_settings', room: second, part: 'settings' };
  if (first === 'series' && ID.test(second)) return { to: 'series', series: second };
  if (first === 'admin') return ofAdministration(second);
  // Apple answers with a form, which the server turns into a fragment.
  if (first === 'oidc' && WORD.test(second))
    return { to: 'oidc', provider: second, parameters: query === '' ? behind : query };
  return NOWHERE;
}

function ofAdministration(word: string): Route {
  const part = (['emergency', ...ADMIN_SECTIONS] as const).find((name) => name === word);
  return part === undefined ? NOWHERE : { to: 'admin', part, person: '' };
}

function ofThreeWords(first: string, second: string, third: string): Route {
  if (!ID.test(first === 'rooms' ? second : third)) return NOWHERE;
  const part = ROOM_PARTS.find((name) => name === third && name !== 'settings');
  if (first === 'rooms' && part !== undefined) return { to: 'room_settings', room: second, part };
  return first === 'admin' && second === 'people' ? { to: 'admin', part: 'person', person: third } : NOWHERE;
}

const RETURNABLE: readonly Route['to'][] = ['start', 'room', 'account', 'contact', 'contacts', 'rooms', 'room_settings', 'series', 'admin'];

/** A path of this page that was kept for later, if it is one to which one may return: never another site's, and none
 * that does something by being opened. */
export function backOf(kept: string): string | null {
  return kept.startsWith('/') && RETURNABLE.includes(routeOf(kept).to) ? kept : null;
}

/** The page for signing in that leads back to `path`. */
export function signInPath(path: string): string {
  const back = backOf(path);
  return back === null || back === '/' ? '/signin' : `/signin#${back}`;
}
