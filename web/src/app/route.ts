/* SPDX-License-Identifier: GPL-3.0-or-later */
// What an address of this page means (docs/SIGNALLING.md, section 1).

export type Route =
  | { readonly to: 'start' }
  | { readonly to: 'host'; readonly token: string | null }
  | { readonly to: 'room'; readonly room: string }
  | { readonly to: 'nowhere' };

const ID = /^[A-Za-z0-9_-]{22}$/;

export function routeOf(path: string, fragment: string): Route {
  const [, first = '', second = '', ...more] = path.replace(/\/$/, '').split('/');
  if (first === '') return { to: 'start' };
  if (first === 'host' && second === '') {
    const token = fragment.replace(/^#/, '');
    return { to: 'host', token: ID.test(token) ? token : null };
  }
  if (first === 'm' && ID.test(second) && more.length === 0) return { to: 'room', room: second };
  return { to: 'nowhere' };
}
