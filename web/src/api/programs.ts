/* SPDX-License-Identifier: GPL-3.0-or-later */
// Keys for programs and webhooks for shops: docs/API.md, sections 7 and 8.
import { count, listOf, oneOf, orNull, record, text } from '../signal/json';
import { id, listing, nothing, pageQuery, type Listing, type Place, type Requests } from './lists';

export const SCOPES = [
  'rooms.read',
  'rooms.write',
  'tickets.read',
  'tickets.write',
  'people.read',
  'people.write',
  'sessions',
  'attendance',
] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Unix seconds; 0: never. */
  readonly created: number;
  readonly used: number;
  readonly revoked: number;
}

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly room: string | null;
  readonly series: string | null;
  readonly created: number;
  readonly revoked: number;
}

const key = record<ApiKey>({
  id,
  name: text,
  scopes: listOf(oneOf(...SCOPES)),
  created: count,
  used: count,
  revoked: count,
});

export function listKeys(api: Requests, offset: number): Promise<Listing<ApiKey>> {
  return api.request({ method: 'GET', path: '/api/v1/keys', query: pageQuery(offset) }, listing('keys', key));
}

/** `key` is shown this once. */
export function makeKey(
  api: Requests,
  name: string,
  scopes: readonly Scope[],
): Promise<{ readonly id: string; readonly key: string }> {
  const reader = record<{ id: string; key: string }>({ id, key: text });
  return api.request({ method: 'POST', path: '/api/v1/keys', body: { name, scopes } }, reader);
}

export function revokeKey(api: Requests, keyId: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `/api/v1/keys/${keyId}` }, nothing);
}

const webhook = record<Webhook>({
  id,
  name: text,
  room: orNull(id),
  series: orNull(id),
  created: count,
  revoked: count,
});

export function listWebhooks(api: Requests, offset: number): Promise<Listing<Webhook>> {
  const query = pageQuery(offset);
  return api.request({ method: 'GET', path: '/api/v1/webhooks', query }, listing('webhooks', webhook));
}

/** Address and secret, shown this once. */
export interface WebhookSecret {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

/** `place` null: every event names its room or series. */
export function makeWebhook(api: Requests, name: string, place: Place | null): Promise<WebhookSecret> {
  const body = { name, ...(place === null ? {} : { [place.at === 'rooms' ? 'room' : 'series']: place.id }) };
  const reader = record<WebhookSecret>({ id, url: text, secret: text });
  return api.request({ method: 'POST', path: '/api/v1/webhooks', body }, reader);
}

export function revokeWebhook(api: Requests, webhookId: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `/api/v1/webhooks/${webhookId}` }, nothing);
}
