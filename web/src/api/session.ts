/* SPDX-License-Identifier: GPL-3.0-or-later */
// Coming in: docs/API.md, section 3.
import { count, flag, listOf, maybe, oneOf, orNull, record, text, type Reader } from '../signal/json';
import { nothing, type Requests } from './lists';
import type { AccountRole } from './people';

/** For answers whose body, if there is any, says nothing. */
const accepted: Reader<null> = () => null;

export interface Provider {
  readonly id: string;
  readonly name: string;
}

export interface Ways {
  readonly password: boolean;
  readonly passkey: boolean;
  readonly email: boolean;
  readonly sms: boolean;
  readonly oidc: readonly Provider[];
}

/** What the server offers to whoever comes. */
export interface ServerOffer {
  readonly name: string;
  readonly sign_up: 'invited' | 'open';
  readonly two_factors: 'choice' | 'everybody';
  /** "high": the profile for a bank or a clinic. */
  readonly care: 'usual' | 'high';
  /** Seconds after which an unused session of an account locks itself. */
  readonly lock: number;
  readonly ways: Ways;
}

export const provider = record<Provider>({ id: text, name: text });

const serverOffer = record<ServerOffer>({
  name: text,
  sign_up: oneOf('invited', 'open'),
  two_factors: oneOf('choice', 'everybody'),
  care: oneOf('usual', 'high'),
  lock: count,
  ways: record<Ways>({ password: flag, passkey: flag, email: flag, sms: flag, oidc: listOf(provider) }),
});

export interface SessionAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: AccountRole;
}

export const SECOND_FACTORS = ['totp', 'recovery', 'passkey'] as const;
export type SecondFactor = (typeof SECOND_FACTORS)[number];

/** What an account has to do before anything else works. */
export type Must = 'set_password' | 'second_factor';

export interface Session {
  readonly kind: 'guest' | 'account';
  /** The verified address, or ''. */
  readonly email: string;
  readonly account: SessionAccount | null;
  readonly factors: readonly string[];
  readonly locked: boolean;
  /** Unix seconds; 0: no factor was shown lately. */
  readonly confirmed_until: number;
  readonly must: readonly Must[];
  readonly pending: { readonly second: readonly SecondFactor[] } | null;
  /** How many notices wait. */
  readonly notices: number;
}

export const session: Reader<Session> = record<Session>({
  kind: oneOf('guest', 'account'),
  email: text,
  account: orNull(
    record<SessionAccount>({ id: text, name: text, email: text, role: oneOf('member', 'administrator') }),
  ),
  factors: listOf(text),
  locked: flag,
  confirmed_until: count,
  must: listOf(oneOf<Must>('set_password', 'second_factor')),
  pending: maybe(record<{ second: SecondFactor[] }>({ second: listOf(oneOf(...SECOND_FACTORS)) })),
  notices: count,
});

export function readServer(api: Requests): Promise<ServerOffer> {
  return api.request({ method: 'GET', path: '/api/v1/server' }, serverOffer);
}

export function readSession(api: Requests): Promise<Session> {
  return api.request({ method: 'GET', path: '/api/v1/session' }, session);
}

export function beginSession(api: Requests, key: string): Promise<Session> {
  return api.request({ method: 'POST', path: '/api/v1/session', body: { key } }, session);
}

export function endSession(api: Requests): Promise<null> {
  return api.request({ method: 'DELETE', path: '/api/v1/session' }, nothing);
}

function show(api: Requests, what: string, body: object): Promise<Session> {
  return api.request({ method: 'POST', path: `/api/v1/session/${what}`, body }, session);
}

export function showPassword(api: Requests, email: string, password: string): Promise<Session> {
  return show(api, 'password', { email, password });
}

export type CodeBy = 'email' | 'sms';

export function askForCode(api: Requests, by: CodeBy, email: string): Promise<null> {
  return api.request({ method: 'POST', path: `/api/v1/session/${by}`, body: { email } }, accepted);
}

/** `name`: of the account that is made if there is none with this address. */
export function showCode(
  api: Requests,
  by: CodeBy,
  email: string,
  code: string,
  name: string | null,
): Promise<Session> {
  return show(api, `${by}/code`, name === null ? { email, code } : { email, code, name });
}

export function showSecond(api: Requests, by: 'totp' | 'recovery', code: string): Promise<Session> {
  return show(api, by, { code });
}

export interface PasskeyChallenge {
  readonly challenge: string;
  readonly rp_id: string;
}

export interface PasskeyProof {
  readonly id: string;
  readonly client_data: string;
  readonly auth_data: string;
  readonly signature: string;
}

export function passkeyChallenge(api: Requests): Promise<PasskeyChallenge> {
  const request = { method: 'POST', path: '/api/v1/session/passkey/challenge', body: {} } as const;
  return api.request(request, record<PasskeyChallenge>({ challenge: text, rp_id: text }));
}

export function showPasskey(api: Requests, proof: PasskeyProof): Promise<Session> {
  return show(api, 'passkey', proof);
}

/** The address to which the browser goes. */
export async function askProvider(api: Requests, provider: string): Promise<string> {
  const request = { method: 'POST', path: '/api/v1/session/oidc', body: { provider } } as const;
  return (await api.request(request, record<{ redirect: string }>({ redirect: text }))).redirect;
}

export function showProvider(api: Requests, provider: string, parameters: string): Promise<Session> {
  return show(api, 'oidc/callback', { provider, parameters });
}

export function openLink(api: Requests, token: string): Promise<Session> {
  return show(api, 'link', { token });
}

export interface FirstAdministrator {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

export function makeAdministrator(api: Requests, body: FirstAdministrator): Promise<Session> {
  return api.request({ method: 'POST', path: '/api/v1/administrator', body }, session);
}
