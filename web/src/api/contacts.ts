/* SPDX-License-Identifier: GPL-3.0-or-later */
// Contacts and calls: docs/API.md, section 4.
import { count, flag, record, text } from '../signal/json';
import { id, listing, nothing, pageQuery, type Listing, type Requests } from './lists';

export interface Contact {
  /** The account. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
  /** Whether this contact is not told that one is here. */
  readonly hidden: boolean;
  readonly since: number;
}

/** Somebody who asks to be a contact, or has called. */
export interface PersonEvent {
  readonly id: string;
  /** The account. */
  readonly who: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly time: number;
}

export interface SentAsk {
  readonly id: string;
  readonly email: string;
  readonly time: number;
}

export type Blocked = Omit<PersonEvent, 'who'>;

export interface CallSettings {
  readonly presence: boolean;
  readonly missed: number;
}

const contact = record<Contact>({ id, name: text, email: text, email_verified: flag, hidden: flag, since: count });
const event = record<PersonEvent>({ id, who: id, name: text, email: text, email_verified: flag, time: count });
const blocked = record<Blocked>({ id, name: text, email: text, email_verified: flag, time: count });
const sent = record<SentAsk>({ id, email: text, time: count });
const settings = record<CallSettings>({ presence: flag, missed: count });

const ME = '/api/v1/me';

function list<T>(api: Requests, what: string, name: string, item: Parameters<typeof listing<T>>[1], offset: number) {
  return api.request({ method: 'GET', path: `${ME}/${what}`, query: pageQuery(offset) }, listing<T>(name, item));
}

export const listContacts = (api: Requests, offset: number): Promise<Listing<Contact>> =>
  list(api, 'contacts', 'contacts', contact, offset);
export const listRequests = (api: Requests, offset: number): Promise<Listing<PersonEvent>> =>
  list(api, 'requests', 'requests', event, offset);
export const listAsks = (api: Requests, offset: number): Promise<Listing<SentAsk>> =>
  list(api, 'asks', 'asks', sent, offset);
export const listBlocks = (api: Requests, offset: number): Promise<Listing<Blocked>> =>
  list(api, 'blocks', 'blocks', blocked, offset);
export const listMissed = (api: Requests, offset: number): Promise<Listing<PersonEvent>> =>
  list(api, 'calls/missed', 'missed', event, offset);

/** Without an answer: whether anybody has this address is told to nobody. */
export function ask(api: Requests, email: string): Promise<object> {
  return api.request({ method: 'POST', path: `${ME}/asks`, body: { email } }, record<object>({}));
}

function remove(api: Requests, what: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `${ME}/${what}` }, nothing);
}

export const withdrawAsk = (api: Requests, ask: string): Promise<null> => remove(api, `asks/${ask}`);
export const declineRequest = (api: Requests, request: string): Promise<null> => remove(api, `requests/${request}`);
export const removeContact = (api: Requests, person: string): Promise<null> => remove(api, `contacts/${person}`);
export const unblock = (api: Requests, person: string): Promise<null> => remove(api, `blocks/${person}`);
export const forgetMissed = (api: Requests, call: string): Promise<null> => remove(api, `calls/missed/${call}`);
export const forgetAllMissed = (api: Requests): Promise<null> => remove(api, 'calls/missed');

export function acceptRequest(api: Requests, request: string): Promise<Contact> {
  return api.request({ method: 'PUT', path: `${ME}/requests/${request}`, body: {} }, contact);
}

export function block(api: Requests, person: string): Promise<null> {
  return api.request({ method: 'PUT', path: `${ME}/blocks/${person}`, body: {} }, nothing);
}

export function hideFrom(api: Requests, person: string, hidden: boolean): Promise<Contact> {
  return api.request({ method: 'PATCH', path: `${ME}/contacts/${person}`, body: { hidden } }, contact);
}

export function readCallSettings(api: Requests): Promise<CallSettings> {
  return api.request({ method: 'GET', path: `${ME}/calls` }, settings);
}

export function setPresence(api: Requests, presence: boolean): Promise<CallSettings> {
  return api.request({ method: 'PUT', path: `${ME}/calls`, body: { presence } }, settings);
}

export interface ContactLink {
  readonly link: string;
  readonly until: number;
}

export function makeContactLink(api: Requests): Promise<ContactLink> {
  const request = { method: 'POST', path: `${ME}/contact-links`, body: {} } as const;
  return api.request(request, record<ContactLink>({ link: text, until: count }));
}

export type LinkOwner = Pick<Contact, 'name' | 'email' | 'email_verified'>;

export function lookAtLink(api: Requests, token: string): Promise<LinkOwner> {
  const request = { method: 'POST', path: `${ME}/contact-links/look`, body: { token } } as const;
  return api.request(request, record<LinkOwner>({ name: text, email: text, email_verified: flag }));
}

export function followLink(api: Requests, token: string): Promise<Contact> {
  return api.request({ method: 'POST', path: `${ME}/contact-links/use`, body: { token } }, contact);
}

/** For the line, on which calls ring. */
export function fetchLineEntry(api: Requests, signal: AbortSignal): Promise<{ entry: string; codeword: string }> {
  const reader = record<{ entry: string; codeword: string }>({ entry: text, codeword: text });
  return api.request({ method: 'POST', path: '/api/v1/line', body: {}, signal }, reader);
}
