/* SPDX-License-Identifier: GPL-3.0-or-later */
// Accounts and sessions, as administrators see them: docs/API.md, section 7.
import { count, flag, listOf, maybe, oneOf, record, text, type Reader } from '../signal/json';
import { id, listing, nothing, pageQuery, type Listing, type Requests } from './lists';

export type AccountRole = 'member' | 'administrator';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
  readonly role: AccountRole;
  readonly disabled: boolean;
  /** Whether two are demanded. */
  readonly two_factors: boolean;
  readonly must_set_password: boolean;
  readonly has_password: boolean;
  readonly has_totp: boolean;
  readonly passkeys: number;
  /** The last time, Unix seconds; 0: never. */
  readonly signed_in: number;
  readonly created: number;
}

export interface DeviceSession {
  readonly id: string;
  /** The one that asks. */
  readonly this: boolean;
  readonly device: string;
  readonly same_network: boolean;
  readonly created: number;
  readonly used: number;
  readonly factors: readonly string[];
}

export interface OwnedSession extends DeviceSession {
  /** null: the account is gone. */
  readonly person: { readonly id: string; readonly name: string; readonly email: string } | null;
}

const accountFields = {
  id,
  email: text,
  email_verified: flag,
  name: text,
  role: oneOf('member', 'administrator'),
  disabled: flag,
  two_factors: flag,
  must_set_password: flag,
  has_password: flag,
  has_totp: flag,
  passkeys: count,
  signed_in: count,
  created: count,
} as const;
const account: Reader<Account> = record<Account>(accountFields);

const sessionFields = {
  id,
  this: flag,
  device: text,
  same_network: flag,
  created: count,
  used: count,
  factors: listOf(text),
} as const;
export const deviceSession = record<DeviceSession>(sessionFields);

export interface People extends Listing<Account> {
  readonly total: number;
  readonly administrators: number;
}

const people: Reader<People> = (value, path) => ({
  ...listing('people', account)(value, path),
  ...record<{ total: number; administrators: number }>({ total: count, administrators: count })(value, path),
});

export function listPeople(api: Requests, offset: number, search: string): Promise<People> {
  const query = [...pageQuery(offset), ...(search === '' ? [] : ([['search', search]] as const))];
  return api.request({ method: 'GET', path: '/api/v1/people', query }, people);
}

/** A one-time link, shown once; `mailed`: the person has got it by mail as well. */
export interface WelcomeLink {
  readonly link: string;
  readonly mailed: boolean;
}

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly role: AccountRole;
}

export function addPerson(api: Requests, body: NewPerson): Promise<WelcomeLink & { readonly person: Account }> {
  const reader = record<WelcomeLink & { person: Account }>({ person: account, link: text, mailed: flag });
  return api.request({ method: 'POST', path: '/api/v1/people', body }, reader);
}

export type AccountWithSessions = Account & { readonly sessions: readonly DeviceSession[] };

const pathOf = (person: string) => `/api/v1/people/${person}`;

export function readPerson(api: Requests, person: string): Promise<AccountWithSessions> {
  const reader = record<AccountWithSessions>({ ...accountFields, sessions: listOf(deviceSession) });
  return api.request({ method: 'GET', path: pathOf(person) }, reader);
}

export interface AccountChange {
  readonly name?: string;
  readonly role?: AccountRole;
  readonly disabled?: boolean;
  readonly two_factors?: boolean;
  readonly must_set_password?: boolean;
}

export function changePerson(api: Requests, person: string, body: AccountChange): Promise<Account> {
  return api.request({ method: 'PATCH', path: pathOf(person), body }, account);
}

export function deletePerson(api: Requests, person: string): Promise<null> {
  return api.request({ method: 'DELETE', path: pathOf(person) }, nothing);
}

/** For who is locked out. */
export function renewLink(api: Requests, person: string): Promise<WelcomeLink> {
  const reader = record<WelcomeLink>({ link: text, mailed: flag });
  return api.request({ method: 'POST', path: `${pathOf(person)}/link` }, reader);
}

/** Of who has lost them. */
export function removeFactors(api: Requests, person: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `${pathOf(person)}/factors` }, nothing);
}

export function endSessionsOf(api: Requests, person: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `${pathOf(person)}/sessions` }, nothing);
}

const ownedSession = record<OwnedSession>({
  ...sessionFields,
  person: maybe(record<NonNullable<OwnedSession['person']>>({ id, name: text, email: text })),
});

export function listSessions(api: Requests, offset: number): Promise<Listing<OwnedSession>> {
  const query = pageQuery(offset);
  return api.request({ method: 'GET', path: '/api/v1/sessions', query }, listing('sessions', ownedSession));
}

export function endSession(api: Requests, session: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `/api/v1/sessions/${session}` }, nothing);
}
