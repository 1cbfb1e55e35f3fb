/* SPDX-License-Identifier: GPL-3.0-or-later */
// What people write to the administrators: docs/API.md, section 7.
import { count, flag, orNull, record, text } from '../signal/json';
import { id, listing, nothing, pageQuery, type Listing, type Requests } from './lists';

export interface Letter {
  readonly id: string;
  /** Of an account; null: of a guest, or the account is gone. */
  readonly account: string | null;
  readonly time: number;
  readonly name: string;
  /** '' for no answer wanted. */
  readonly email: string;
  /** Whether who wrote has shown that the address is theirs. */
  readonly email_verified: boolean;
  readonly text: string;
  readonly read: boolean;
}

const letter = record<Letter>({
  id,
  account: orNull(id),
  time: count,
  name: text,
  email: text,
  email_verified: flag,
  text,
  read: flag,
});

const PATH = '/api/v1/messages';

export interface Written {
  /** '' where an account's own stand in their place. */
  readonly name: string;
  readonly email: string;
  readonly text: string;
}

export function sendLetter(api: Requests, { name, email, text: words }: Written): Promise<object> {
  const body = { ...(name === '' ? {} : { name }), ...(email === '' ? {} : { email }), text: words };
  return api.request({ method: 'POST', path: PATH, body }, record<object>({}));
}

export function listLetters(api: Requests, offset: number): Promise<Listing<Letter>> {
  return api.request({ method: 'GET', path: PATH, query: pageQuery(offset) }, listing('messages', letter));
}

export async function countUnread(api: Requests): Promise<number> {
  const reader = record<{ unread: number }>({ unread: count });
  return (await api.request({ method: 'GET', path: PATH, query: pageQuery(0, 1) }, reader)).unread;
}

export function markLetter(api: Requests, letterId: string, read: boolean): Promise<null> {
  return api.request({ method: 'PUT', path: `${PATH}/${letterId}`, body: { read } }, nothing);
}

export function deleteLetter(api: Requests, letterId: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `${PATH}/${letterId}` }, nothing);
}
