/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own account: docs/API.md, section 4.
import { count, flag, listOf, oneOf, record, text } from '../signal/json';
import { id, listing, nothing, pageQuery, type Listing, type Requests } from './lists';
import { deviceSession, type AccountRole, type DeviceSession } from './people';
import { provider, type Provider } from './session';
import { ticket, type Ticket } from './tickets';

export interface Passkey {
  readonly id: string;
  readonly label: string;
  readonly created: number;
  /** 0: never. */
  readonly used: number;
}

export interface Me {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
  /** '' without one. */
  readonly phone: string;
  /** Of mails; '' before it is known. */
  readonly language: string;
  readonly role: AccountRole;
  readonly two_factors: boolean;
  /** By an administrator: it cannot be switched off. */
  readonly two_factors_demanded: boolean;
  readonly has_password: boolean;
  readonly has_totp: boolean;
  readonly recovery_left: number;
  readonly passkeys: readonly Passkey[];
  readonly issuers: readonly Provider[];
  readonly created: number;
}

const me = record<Me>({
  id: text,
  email: text,
  email_verified: flag,
  name: text,
  phone: text,
  language: text,
  role: oneOf('member', 'administrator'),
  two_factors: flag,
  two_factors_demanded: flag,
  has_password: flag,
  has_totp: flag,
  recovery_left: count,
  passkeys: listOf(record<Passkey>({ id, label: text, created: count, used: count })),
  issuers: listOf(provider),
  created: count,
});

export function readMe(api: Requests): Promise<Me> {
  return api.request({ method: 'GET', path: '/api/v1/me' }, me);
}

export function changeMe(api: Requests, body: { readonly name?: string; readonly two_factors?: boolean }): Promise<Me> {
  return api.request({ method: 'PATCH', path: '/api/v1/me', body }, me);
}

/** The language of mails to this account. */
export function setLanguage(api: Requests, language: string): Promise<null> {
  return change(api, 'PUT', 'language', { language });
}

function change(api: Requests, method: 'PUT' | 'DELETE', what: string, body?: object): Promise<null> {
  const path = `/api/v1/me/${what}`;
  return api.request(body === undefined ? { method, path } : { method, path, body }, nothing);
}

export function setPassword(api: Requests, password: string): Promise<null> {
  return change(api, 'PUT', 'password', { password });
}

/** Sends a code to the number. */
export function tryPhone(api: Requests, phone: string): Promise<null> {
  return api.request({ method: 'POST', path: '/api/v1/me/phone', body: { phone } }, () => null);
}

export function setPhone(api: Requests, phone: string, code: string): Promise<null> {
  return change(api, 'PUT', 'phone', { phone, code });
}

export function removePhone(api: Requests): Promise<null> {
  return change(api, 'DELETE', 'phone');
}

export interface TotpSecret {
  readonly secret: string;
  readonly uri: string;
  /** Rows of "0" and "1", from the top. */
  readonly qr: readonly string[];
}

export function beginTotp(api: Requests): Promise<TotpSecret> {
  const request = { method: 'POST', path: '/api/v1/me/totp' } as const;
  return api.request(request, record<TotpSecret>({ secret: text, uri: text, qr: listOf(text) }));
}

const recovery = record<{ recovery: string[] }>({ recovery: listOf(text) });

/** Switches TOTP on, and gives the recovery codes. */
export async function setTotp(api: Requests, code: string): Promise<readonly string[]> {
  return (await api.request({ method: 'PUT', path: '/api/v1/me/totp', body: { code } }, recovery)).recovery;
}

export function removeTotp(api: Requests): Promise<null> {
  return change(api, 'DELETE', 'totp');
}

export async function newRecovery(api: Requests): Promise<readonly string[]> {
  return (await api.request({ method: 'POST', path: '/api/v1/me/recovery' }, recovery)).recovery;
}

export interface NewPasskey {
  readonly challenge: string;
  readonly rp_id: string;
  readonly user: { readonly id: string; readonly name: string; readonly display_name: string };
  readonly known: readonly string[];
}

export function newPasskeyChallenge(api: Requests): Promise<NewPasskey> {
  const user = record<NewPasskey['user']>({ id: text, name: text, display_name: text });
  const request = { method: 'POST', path: '/api/v1/me/passkeys/challenge' } as const;
  return api.request(request, record<NewPasskey>({ challenge: text, rp_id: text, user, known: listOf(text) }));
}

export interface MadePasskey {
  readonly client_data: string;
  readonly attestation: string;
}

export function addPasskey(api: Requests, made: MadePasskey, label: string): Promise<{ id: string }> {
  const request = { method: 'POST', path: '/api/v1/me/passkeys', body: { ...made, label } } as const;
  return api.request(request, record({ id: text }));
}

export function removePasskey(api: Requests, id: string): Promise<null> {
  return change(api, 'DELETE', `passkeys/${id}`);
}

export function removeIssuer(api: Requests, id: string): Promise<null> {
  return change(api, 'DELETE', `issuers/${id}`);
}

export function readSessions(api: Requests, offset: number): Promise<Listing<DeviceSession>> {
  return api.request(
    { method: 'GET', path: '/api/v1/me/sessions', query: pageQuery(offset) },
    listing('sessions', deviceSession),
  );
}

export function endOtherSession(api: Requests, id: string): Promise<null> {
  return change(api, 'DELETE', `sessions/${id}`);
}

export function endOtherSessions(api: Requests): Promise<null> {
  return change(api, 'DELETE', 'sessions');
}

/** The own ones: of who is verified by their address. */
export function readTickets(api: Requests, offset: number): Promise<Listing<Ticket>> {
  return api.request(
    { method: 'GET', path: '/api/v1/me/tickets', query: pageQuery(offset) },
    listing('tickets', ticket),
  );
}

export interface AccountNotice {
  readonly id: string;
  readonly time: number;
  readonly kind: string;
  readonly text: string;
}

export function readNotices(api: Requests): Promise<Listing<AccountNotice>> {
  const notice = record<AccountNotice>({ id, time: count, kind: text, text });
  return api.request({ method: 'GET', path: '/api/v1/me/notices' }, listing('notices', notice));
}

export function dismissNotice(api: Requests, id: string): Promise<null> {
  return change(api, 'DELETE', `notices/${id}`);
}
