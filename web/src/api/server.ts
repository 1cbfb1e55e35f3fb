/* SPDX-License-Identifier: GPL-3.0-or-later */
// The server as a whole, for administrators: how it is set up, its log, the emergency (B10). docs/API.md, section 7.
import { count, flag, listOf, record, text } from '../signal/json';
import { listing, pageQuery, type Listing, type Requests } from './lists';

export interface LogEvent {
  readonly number: number;
  readonly time: number;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly detail: string;
}

const event = record<LogEvent>({ number: count, time: count, kind: text, actor: text, subject: text, detail: text });

/** The newest first; `kind` '': all. */
export function readLog(api: Requests, offset: number, kind: string): Promise<Listing<LogEvent>> {
  const query = [...pageQuery(offset), ...(kind === '' ? [] : ([['kind', kind]] as const))];
  return api.request({ method: 'GET', path: '/api/v1/log', query }, listing('events', event));
}

export interface LogProof {
  readonly whole: boolean;
  readonly entries: number;
  readonly broken_at: number;
  readonly problem: string;
}

/** Has the server walk through the whole chain. */
export function verifyLog(api: Requests): Promise<LogProof> {
  const reader = record<LogProof>({ whole: flag, entries: count, broken_at: count, problem: text });
  return api.request({ method: 'POST', path: '/api/v1/log/verify' }, reader);
}

export const EMERGENCY_STEPS = [
  'end_sessions',
  'demand_passwords',
  'revoke_keys',
  'revoke_webhooks',
  'renew_secrets',
] as const;
export type EmergencyStep = (typeof EMERGENCY_STEPS)[number];

/** How many sessions, people, keys and webhooks it has hit. */
export interface EmergencyResult {
  readonly ended: number;
  readonly people: number;
  readonly keys: number;
  readonly webhooks: number;
}

export function putOutIntruders(api: Requests, steps: readonly EmergencyStep[]): Promise<EmergencyResult> {
  const body = Object.fromEntries(steps.map((step) => [step, true]));
  const reader = record<EmergencyResult>({ ended: count, people: count, keys: count, webhooks: count });
  return api.request({ method: 'POST', path: '/api/v1/emergency', body }, reader);
}

export interface Settings {
  readonly version: string;
  readonly profile: string;
  readonly origin: string;
  readonly sign_up: string;
  readonly two_factors: string;
  readonly care: string;
  readonly mail: boolean;
  readonly sms: boolean;
  readonly oidc: readonly { readonly id: string; readonly name: string }[];
  /** Where it is changed. */
  readonly file: string;
  readonly rooms: number;
  readonly people_in: number;
  /** Unix seconds; 0: not known. */
  readonly certificate_until: number;
}

export function readSettings(api: Requests): Promise<Settings> {
  const reader = record<Settings>({
    version: text,
    profile: text,
    origin: text,
    sign_up: text,
    two_factors: text,
    care: text,
    mail: flag,
    sms: flag,
    oidc: listOf(record<{ id: string; name: string }>({ id: text, name: text })),
    file: text,
    rooms: count,
    people_in: count,
    certificate_until: count,
  });
  return api.request({ method: 'GET', path: '/api/v1/settings' }, reader);
}
